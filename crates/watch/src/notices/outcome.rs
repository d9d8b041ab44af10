//! Whether a notice was right, and how often an algorithm's are.

use super::{Guide, SmallEvent, tails};
use city::{
    AlgorithmId, CityTime, IncidentId, IncidentLevel, LonLat, NoticeArea, NoticeKind, NoticeState, Outcome,
    Place, RiskClass, RiskNotice, Share,
};
use std::collections::{BTreeMap, HashSet};

/// An incident that came after a notice.
#[derive(Clone, Debug, PartialEq)]
pub struct LaterIncident {
    /// Its identifier.
    pub id: IncidentId,
    /// Its class.
    pub class: RiskClass,
    /// Its level.
    pub level: IncidentLevel,
    /// When it was reported.
    pub reported: CityTime,
    /// Where.
    pub at: LonLat,
    /// Whose it is.
    pub place: Place,
}

/// Judges `notice` at `now` by the events and incidents since.
///
/// Right: within its area, after it was issued and while it holds, came further events of its class (of its cause, where
/// it is about one) — at least as many as the guide says and more than 97.5 % of such spans bring at the rate that was
/// expected; or an incident of its class at the guide's level or graver, other than one made of the notice itself. Wrong:
/// it has run out and neither came. Until then, and for an area without any event's position, it is not known.
pub fn judge(
    notice: &RiskNotice,
    later: &[SmallEvent],
    incidents: &[LaterIncident],
    now: CityTime,
    guide: &Guide,
) -> Outcome {
    let holds = |t: CityTime| t > notice.issued_at && t <= notice.valid_until && t <= now;
    let own = match &notice.state {
        NoticeState::BecameIncident { incident_id, .. } => Some(incident_id),
        _ => None,
    };
    let proves = |i: &&LaterIncident| {
        i.class == notice.class
            && i.level.number() <= guide.right.incident_level
            && holds(i.reported)
            && own != Some(&i.id)
            && within(&notice.area, i.at, Some(i.place))
    };
    if incidents.iter().any(|i| proves(&i)) {
        return Outcome::Hit;
    }
    let mut seen = HashSet::new();
    let further = later.iter().filter(|e| {
        let cause =
            notice.kind != NoticeKind::RecurringCause || e.cause.as_deref() == notice.cause.as_deref();
        e.class == notice.class
            && cause
            && holds(e.time)
            && within(&notice.area, e.at, e.place)
            && seen.insert(&e.id)
    });
    if further.count() as u64 >= needed(notice, guide) {
        Outcome::Hit
    } else if now >= notice.valid_until {
        Outcome::Miss
    } else {
        Outcome::Unknown
    }
}

/// How many further events prove a notice.
fn needed(notice: &RiskNotice, guide: &Guide) -> u64 {
    if notice.kind == NoticeKind::RecurringPlace {
        return guide.right.returns.max(1);
    }
    let days = notice.until.seconds_since(notice.from).max(1.0);
    let span = notice.valid_until.seconds_since(notice.issued_at);
    let usual = notice.expected * span / days;
    guide.right.further_events.max(tails::upper_bound(0.025, usual, notice.statistic.overdispersion) + 1)
}

fn within(area: &NoticeArea, at: LonLat, place: Option<Place>) -> bool {
    match *area {
        NoticeArea::Circle { centre, radius_m } => at.is_valid() && centre.distance_m(at) <= radius_m,
        NoticeArea::Township { code } => place.is_some_and(|p| p.township == code),
        NoticeArea::District { code } => place.is_some_and(|p| p.district == code),
        NoticeArea::City => true,
    }
}

/// How often the notices of each algorithm and version were right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HitRate {
    counts: BTreeMap<(AlgorithmId, String), [u64; 3]>,
}

impl HitRate {
    /// The hit rate of `notices`, by what each says of its outcome.
    pub fn of<'a>(notices: impl IntoIterator<Item = &'a RiskNotice>) -> Self {
        let mut rate = Self::default();
        notices.into_iter().for_each(|notice| rate.add(notice));
        rate
    }

    /// Counts one notice by its outcome.
    pub fn add(&mut self, notice: &RiskNotice) {
        let counts = self.counts.entry((notice.algorithm.clone(), notice.version.clone())).or_default();
        counts[match notice.outcome {
            Outcome::Hit => 0,
            Outcome::Miss => 1,
            Outcome::Unknown => 2,
        }] += 1;
    }

    /// The notices of an algorithm's version that were right, of those that are judged; with a Wilson interval.
    pub fn share(&self, id: &AlgorithmId, version: &str) -> Share {
        let [hit, miss, _] = self.get(id, version);
        Share::new(hit, hit + miss)
    }

    /// Its notices that are not judged.
    pub fn unknown(&self, id: &AlgorithmId, version: &str) -> u64 {
        self.get(id, version)[2]
    }

    fn get(&self, id: &AlgorithmId, version: &str) -> [u64; 3] {
        self.counts.get(&(id.clone(), version.to_owned())).copied().unwrap_or_default()
    }

    /// Every algorithm and version that has notices.
    pub fn algorithms(&self) -> impl Iterator<Item = (&AlgorithmId, &str)> {
        self.counts.keys().map(|(id, version)| (id, version.as_str()))
    }
}
