//! One run of all analyses, judged together.

use super::candidates::{Candidate, Gathered, Group};
use super::draw_up::Desk;
use super::event::{Problem, ProblemKind, Problems, Usable, usable};
use super::recurring::{CauseSettings, PlaceSettings};
use super::scan::ScanSettings;
use super::trend::TrendSettings;
use super::{Guide, Names, SmallEvent, threshold};
use crate::register::Register;
use city::{
    AlgorithmState, CityTime, Jurisdiction, NoticeArea, NoticeId, NoticeKind, RiskClass, RiskNotice, Status,
};
use std::collections::BTreeMap;

/// What a run is told.
#[derive(Clone, Copy)]
pub struct Analysis<'a> {
    /// The small events, in any order.
    pub events: &'a [SmallEvent],
    /// Since when they are recorded without a gap: days without events before it are no quiet days.
    pub since: CityTime,
    /// The end of the analysis, and when its notices are issued.
    pub until: CityTime,
    /// Actual, exercise or simulated.
    pub status: Status,
    /// Who acts, by when, and what is said.
    pub guide: &'a Guide,
    /// What places are called.
    pub names: &'a Names,
    /// Which algorithms may run.
    pub register: &'a Register,
    /// Notices that are open: what only repeats one of them is not issued again.
    pub open: &'a [RiskNotice],
    /// The seed of its permutations.
    pub seed: u64,
}

/// How a run analyses and what stands.
#[derive(Clone, Debug, PartialEq)]
pub struct NoticeSettings {
    /// How clusters are looked for; its study is the newest days.
    pub scan: ScanSettings,
    /// How counts are judged.
    pub trend: TrendSettings,
    /// Which spots come back.
    pub places: PlaceSettings,
    /// Which causes come back.
    pub causes: CauseSettings,
    /// The longest history that a trend is judged on, days.
    pub history_days: u32,
    /// The share of false ones among notices that is allowed on average, 0–1: Benjamini and Hochberg over every test of
    /// the run. When nothing at all is going on, it is the chance of any notice.
    pub false_discovery: f64,
    /// Days between runs: by them a chance becomes a recurrence interval.
    pub interval_days: f64,
    /// A notice that chance alone gives more often than once in so many days is not issued.
    pub min_recurrence_days: f64,
    /// How much more than expected a notice must show: excess that is certain but small is nobody's task.
    pub min_ratio: f64,
}

impl Default for NoticeSettings {
    /// Daily runs, one false notice in twenty at most, once a year by chance, a fifth more than expected.
    fn default() -> Self {
        Self {
            scan: ScanSettings::default(),
            trend: TrendSettings::default(),
            places: PlaceSettings::default(),
            causes: CauseSettings::default(),
            history_days: 1_461,
            false_discovery: 0.05,
            interval_days: 1.0,
            min_recurrence_days: 365.0,
            min_ratio: 1.2,
        }
    }
}

/// What a run found.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    /// New notices, rarest by chance first.
    pub notices: Vec<RiskNotice>,
    /// Notices that only repeat an open one, with that one's identifier.
    pub continued: Vec<(NoticeId, RiskNotice)>,
    /// What could not be used or judged.
    pub problems: Vec<Problem>,
    /// How many tests were judged together.
    pub tests: u32,
    /// The largest chance that stood; 0 when none did.
    pub threshold: f64,
}

/// Runs every analysis that the register lets run, by class and district, trends also by class in the whole city.
/// The same events, settings and seed give the same bits, in whatever order the events come.
pub fn find(analysis: &Analysis, settings: &NoticeSettings) -> Findings {
    let mut problems = Problems::default();
    let mut all = usable(analysis.events, analysis.until, &mut problems);
    all.sort_by(|a, b| {
        let key = |u: &Usable| (u.place.district, u.event.time);
        a.event.class.cmp(&b.event.class).then(key(a).cmp(&key(b))).then(a.event.id.cmp(&b.event.id))
    });
    let mut groups: BTreeMap<(&RiskClass, Option<u32>), Vec<u32>> = BTreeMap::new();
    for (row, usable) in all.iter().enumerate() {
        let class = &usable.event.class;
        groups.entry((class, Some(usable.place.district.0))).or_default().push(row as u32);
        groups.entry((class, None)).or_default().push(row as u32);
    }
    let states = states(analysis, &mut problems);
    let allowed = |kind: NoticeKind| states.iter().any(|(known, _)| *known == kind);
    let mut gathered = Gathered::default();
    for ((class, district), rows) in &groups {
        let of = district.map_or(Jurisdiction::City, |code| Jurisdiction::District(city::DistrictCode(code)));
        let group = Group { class, of, rows, all: &all, until: analysis.until };
        if district.is_none() {
            // A class of one district has one trend.
            let districts = groups.range((*class, Some(0))..=(*class, Some(u32::MAX))).count();
            if allowed(NoticeKind::Trend) && districts > 1 {
                group.rise(settings, analysis.since, &mut gathered, &mut problems);
            }
            continue;
        }
        if allowed(NoticeKind::Cluster) {
            group.clusters(settings, analysis.seed, &mut gathered, &mut problems);
        }
        if allowed(NoticeKind::Trend) {
            group.rise(settings, analysis.since, &mut gathered, &mut problems);
        }
        if allowed(NoticeKind::RecurringPlace) {
            group.places(settings, &mut gathered);
        }
        if allowed(NoticeKind::RecurringCause) {
            group.causes(settings, &mut gathered);
        }
    }
    let stands = threshold(&gathered.chances, settings.false_discovery);
    let limit = stands.min(settings.interval_days / settings.min_recurrence_days.max(1e-9));
    let desk = Desk { analysis, settings, all: &all, states: &states };
    let mut candidates: Vec<Candidate> =
        gathered.candidates.into_iter().filter(|c| stands > 0.0 && c.p_value <= limit).collect();
    candidates.sort_by(|a, b| a.p_value.total_cmp(&b.p_value));
    let (mut notices, mut continued) = (Vec::new(), Vec::new());
    let drawn = candidates.iter().filter_map(|c| desk.draw_up(c));
    for notice in drawn.filter(|n| n.ratio >= settings.min_ratio) {
        match analysis.open.iter().find(|open| continues(open, &notice)) {
            Some(open) => continued.push((open.id.clone(), notice)),
            None => notices.push(notice),
        }
    }
    Findings {
        notices,
        continued,
        problems: problems.into_sorted(),
        tests: gathered.chances.len() as u32,
        threshold: stands,
    }
}

/// The kinds of notices whose algorithm may run, with its state.
fn states(analysis: &Analysis, problems: &mut Problems) -> Vec<(NoticeKind, AlgorithmState)> {
    let mut states = Vec::new();
    for (kind, (id, version)) in NoticeKind::ALL.into_iter().zip(super::ALGORITHMS) {
        match analysis.register.standing(&id.into(), version) {
            Ok(state) => states.push((kind, state)),
            Err(why) => problems.add(ProblemKind::NotAllowed, id, &why.to_string(), None),
        }
    }
    states
}

/// True when `new` only says again what the open notice `old` says: of the same class, kind and cause, in its area (for
/// circles: one holds the other's middle), while it holds.
pub fn continues(old: &RiskNotice, new: &RiskNotice) -> bool {
    let same = old.is_open() && old.class == new.class && old.kind == new.kind && old.status == new.status;
    let runs = old.issued_at <= new.issued_at && new.issued_at < old.valid_until;
    let cause = old.kind != NoticeKind::RecurringCause || old.cause == new.cause;
    let area = match (old.area, new.area) {
        (NoticeArea::Circle { centre: a, radius_m: r }, NoticeArea::Circle { centre: b, radius_m: s }) => {
            a.distance_m(b) <= r.max(s)
        }
        (a, b) => a == b,
    };
    same && runs && cause && area
}
