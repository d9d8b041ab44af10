//! Which notices are listed in which order, and how often they were right: worked out anew only when the city changed.

use crate::view::WatchView;
use city::{NoticeId, Outcome, RiskNotice, Share};
use std::sync::Arc;

/// The rows of the list.
#[derive(Debug, Default)]
pub struct NoticeRows {
    rows: Arc<[NoticeId]>,
    hits: u64,
    misses: u64,
    unjudged: u64,
    of: Option<(u64, usize)>,
}

impl NoticeRows {
    /// The notices: open ones by their deadline, then those that were settled, the newest first.
    pub fn rows(&self) -> &Arc<[NoticeId]> {
        &self.rows
    }

    /// Of those that time judged the share that was right, and how many it has not judged.
    pub fn hit_rate(&self) -> (Share, u64) {
        (Share::new(self.hits, self.hits + self.misses), self.unjudged)
    }

    /// Sorts anew where the city is another.
    pub fn refresh(&mut self, view: &WatchView) {
        let of = Some((view.city.sequence, view.city.notices.len()));
        if self.of == of {
            return;
        }
        self.of = of;
        let mut all: Vec<&RiskNotice> = view.city.notices.values().collect();
        let judged = |outcome: Outcome| all.iter().filter(|notice| notice.outcome == outcome).count() as u64;
        (self.hits, self.misses, self.unjudged) =
            (judged(Outcome::Hit), judged(Outcome::Miss), judged(Outcome::Unknown));
        all.sort_by(|a, b| key(a).cmp(&key(b)));
        self.rows = all.into_iter().map(|notice| notice.id.clone()).collect();
    }
}

/// Open ones by their deadline, then the others, the newest first.
fn key(notice: &RiskNotice) -> (bool, i64, &NoticeId) {
    match notice.is_open() {
        true => (false, notice.act.by.0, &notice.id),
        false => (true, notice.issued_at.0.saturating_neg(), &notice.id),
    }
}
