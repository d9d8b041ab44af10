//! Warnings by CAP: the list is asked for changes, what is new in it is fetched, and how all stand is told as soon as it
//! is known, so that nothing that is slow or missing holds up a warning that is there.

mod pages;

use super::desk::Desk;
use super::web::{Since, Web};
use crate::backoff::Trouble;
use feeds::Problems;
use feeds::cap::{Alert, AlertList, EntryBody, ListEntry, SeenEntries, WarningRule, Warnings, read_alert};
use feeds::told::{News, Warned};
use futures_util::{StreamExt, stream};
use pages::{ACCEPT, Pages, pages, unreadable};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// How many alerts one round fetches; the rest come with the next.
const MOST_FETCHED: usize = 500;
/// How many are fetched at once.
const AT_ONCE: usize = 6;
/// While alerts are being fetched, how they stand is told so often.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// Reads for ever.
pub(crate) async fn follow(desk: &Desk, url: &str, every: Duration) {
    let mut reader = Reader::new(desk, url);
    desk.poll(every, async || reader.round().await).await;
}

struct Reader<'a> {
    desk: &'a Desk,
    url: &'a str,
    web: Option<Web>,
    since: Since,
    /// The entries of the list that stand behind a link.
    linked: AlertList,
    seen: SeenEntries,
    warnings: Warnings,
    told: Option<Arc<[Warned]>>,
}

impl<'a> Reader<'a> {
    fn new(desk: &'a Desk, url: &'a str) -> Self {
        Self {
            desk,
            url,
            web: None,
            since: Since::default(),
            linked: AlertList::default(),
            seen: SeenEntries::default(),
            warnings: Warnings::new(WarningRule::default()),
            told: None,
        }
    }

    async fn round(&mut self) -> Result<(), Trouble> {
        let web = match self.web.take() {
            Some(web) => web,
            None => self.desk.web()?,
        };
        let asked = self.list(&web).await;
        if asked.is_ok() {
            self.fetch(&web).await;
            self.warnings.forget(self.desk.now());
            self.tell();
        }
        self.web = Some(web);
        asked
    }

    /// Asks for the list, and takes the alerts that stand in it.
    async fn list(&mut self, web: &Web) -> Result<(), Trouble> {
        let mut since = self.since.clone();
        let Some(Pages { entries, is_whole }) = pages(self.desk, web, self.url, &mut since).await? else {
            self.desk.nothing_new();
            return Ok(());
        };
        // Where a page is missing, the next round asks for all of them again.
        self.since = if is_whole { since } else { Since::default() };
        let mut came = 0;
        let before = std::mem::take(&mut self.linked.entries);
        for entry in entries {
            match entry.body {
                EntryBody::Whole(alert) => came += self.take(*alert),
                _ => self.linked.entries.push(entry),
            }
        }
        if !is_whole {
            // What stood behind the missing page is not forgotten for that.
            let here: HashSet<String> = self.linked.entries.iter().map(|entry| entry.id.clone()).collect();
            self.linked.entries.extend(before.into_iter().filter(|entry| !here.contains(&entry.id)));
        }
        self.desk.tell(News::default(), came, None);
        self.tell();
        Ok(())
    }

    /// Fetches the alerts behind links that are new or could not be had before.
    async fn fetch(&mut self, web: &Web) {
        let desk = self.desk;
        let new: Vec<ListEntry> =
            self.seen.to_fetch(&self.linked).into_iter().take(MOST_FETCHED).cloned().collect();
        let one = async |entry: ListEntry| (alert(desk, web, &entry).await, entry);
        let mut fetched = std::pin::pin!(stream::iter(new).map(one).buffer_unordered(AT_ONCE));
        loop {
            let Ok(next) = tokio::time::timeout(TELL_EVERY, fetched.next()).await else {
                self.tell();
                continue;
            };
            match next {
                Some((Ok(alert), entry)) => {
                    let came = self.take(alert);
                    self.seen.fetched(&entry);
                    desk.tell(News::default(), came, None);
                }
                // One alert that cannot be had does not keep the others from being read; it is asked for again.
                Some((Err(trouble), entry)) => {
                    let mut problems = Problems::default();
                    problems.add(&trouble.why, entry.href.as_deref().unwrap_or_default());
                    desk.problems(problems);
                }
                None => return,
            }
        }
    }

    fn take(&mut self, alert: Alert) -> u64 {
        let is_known = self.warnings.knows(&alert.sender, &alert.identifier, alert.sent);
        self.warnings.take(alert, self.desk.now());
        u64::from(!is_known)
    }

    /// Tells how all stand, where that changed.
    fn tell(&mut self) {
        let all: Arc<[Warned]> = self.warnings.standings(self.desk.now()).iter().map(Warned::from).collect();
        // Most rounds change nothing, and a warning is a long text.
        if self.told.as_ref() != Some(&all) {
            let newest = all.iter().map(|warned| warned.alert.sent).max();
            self.desk.tell(News { warnings: Some(all.clone()), ..News::default() }, 0, newest);
            self.told = Some(all);
        }
    }
}

async fn alert(desk: &Desk, web: &Web, entry: &ListEntry) -> Result<Alert, Trouble> {
    let body = web.whole_of(entry.href.as_deref().unwrap_or_default(), ACCEPT).await?;
    let (alert, problems) = read_alert(&body.bytes).map_err(unreadable)?;
    desk.problems(problems);
    Ok(alert)
}
