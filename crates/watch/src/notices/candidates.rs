//! What each analysis of a run found, before it is known which of it stands.

use super::chance::number_of;
use super::event::{ProblemKind, Problems, Usable};
use super::find::NoticeSettings;
use super::recurring::{Cause, CauseEvent, Spot, SpotEvent, recurring_causes, recurring_places};
use super::scan::{Case, Cluster, NoScan, Scan, age, scan};
use super::trend::{NoTrend, Trend, trend};
use city::{CityTime, Jurisdiction, NoticeKind, RiskClass};

/// What was found.
#[derive(Clone, Debug)]
pub(super) enum Found {
    Cluster(Cluster, u32, f64),
    Trend(Trend),
    Place(Spot),
    Cause(Cause),
}

/// Something that may become a notice.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub found: Found,
    pub class: RiskClass,
    /// The area that was analysed.
    pub of: Jurisdiction,
    pub p_value: f64,
    /// Its events: indices of the run's usable ones, newest first.
    pub events: Vec<u32>,
}

/// The candidates of a run, and the chance of every test in it.
#[derive(Default)]
pub(super) struct Gathered {
    pub candidates: Vec<Candidate>,
    pub chances: Vec<f64>,
}

/// The events of one class in one area: indices of the run's usable ones.
pub(super) struct Group<'a> {
    pub class: &'a RiskClass,
    pub of: Jurisdiction,
    pub rows: &'a [u32],
    pub all: &'a [Usable<'a>],
    pub until: CityTime,
}

impl Group<'_> {
    /// How the group is called in a problem.
    fn name(&self) -> String {
        match self.of {
            Jurisdiction::City => format!("{} in the city", self.class),
            Jurisdiction::District(code) => format!("{} in {}", self.class, code.0),
            Jurisdiction::Township(code) => format!("{} in {}", self.class, code.0),
        }
    }

    /// The rows of the group's events that have a place, and what `make` makes of each.
    fn placed<T>(&self, make: impl Fn(&Usable, geodesy::EastNorth) -> T) -> (Vec<u32>, Vec<T>) {
        let with = |row: &u32| {
            let usable = &self.all[*row as usize];
            usable.at.map(|at| (*row, make(usable, at)))
        };
        self.rows.iter().filter_map(with).unzip()
    }

    fn candidate(&self, found: Found, p_value: f64, events: Vec<u32>) -> Candidate {
        Candidate { found, class: self.class.clone(), of: self.of, p_value, events }
    }

    /// Clusters in space and time: one test, the other clusters of the scan against the same replicates.
    pub fn clusters(
        &self,
        settings: &NoticeSettings,
        seed: u64,
        into: &mut Gathered,
        problems: &mut Problems,
    ) {
        let (rows, cases) = self.placed(|usable, at| Case { at, time: usable.event.time });
        let seed = seed ^ number_of(&self.name());
        match scan(&cases, self.until, &settings.scan, seed) {
            Ok(Scan { clusters, replicates, overdispersion, .. }) => {
                into.chances.push(clusters.first().map_or(1.0, |c| c.p_value));
                for cluster in clusters {
                    let events = cluster.cases.iter().map(|i| rows[*i as usize]).collect();
                    let p = cluster.p_value;
                    into.candidates.push(self.candidate(
                        Found::Cluster(cluster, replicates, overdispersion),
                        p,
                        events,
                    ));
                }
            }
            Err(why) => {
                let kind = match why {
                    NoScan::TooFew(_) => ProblemKind::TooFew,
                    NoScan::TooMany(_) => ProblemKind::TooMany,
                    NoScan::OnePlace(_) | NoScan::OneDay(_) => ProblemKind::NothingToCompare,
                    NoScan::Setting(_) => ProblemKind::Setting,
                };
                problems.add(kind, &format!("clusters of {}", self.name()), &why.to_string(), None);
            }
        }
    }

    /// Rising counts: one test, whether the newest days have events enough or not.
    pub fn rise(
        &self,
        settings: &NoticeSettings,
        since: CityTime,
        into: &mut Gathered,
        problems: &mut Problems,
    ) {
        let days = age(since, self.until).map_or(0, |days| days.min(settings.history_days)) as usize;
        let mut counts = vec![0_u32; days];
        let ages: Vec<(u32, Option<u32>)> =
            self.rows.iter().map(|row| (*row, age(self.all[*row as usize].event.time, self.until))).collect();
        for age in ages.iter().filter_map(|(_, age)| *age).filter(|age| (*age as usize) < days) {
            counts[days - 1 - age as usize] += 1;
        }
        match trend(&counts, &settings.trend) {
            Ok(trend) => {
                let enough = trend.observed >= u64::from(settings.trend.min_recent);
                let p = if enough { trend.p_value } else { 1.0 };
                into.chances.push(p);
                if enough {
                    let recent = |age: &Option<u32>| age.is_some_and(|age| age < trend.recent_days);
                    let mut events: Vec<u32> =
                        ages.iter().filter(|(_, age)| recent(age)).map(|(row, _)| *row).collect();
                    self.newest_first(&mut events);
                    into.candidates.push(self.candidate(Found::Trend(trend), p, events));
                }
            }
            Err(why) => {
                let kind = match why {
                    NoTrend::Setting(_) => ProblemKind::Setting,
                    NoTrend::TooShort(_) => ProblemKind::TooFew,
                    NoTrend::NothingBefore(_) => ProblemKind::NothingToCompare,
                };
                problems.add(kind, &format!("trend of {}", self.name()), &why.to_string(), None);
            }
        }
    }

    /// Spots that came back: one test, whose chance counts in how many spots there are.
    pub fn places(&self, settings: &NoticeSettings, into: &mut Gathered) {
        let (rows, events) =
            self.placed(|usable, at| SpotEvent { at, time: usable.event.time, handled: usable.handled });
        let spots = recurring_places(&events, self.until, &settings.places);
        into.chances.push(spots.iter().map(|spot| spot.p_value).fold(1.0, f64::min));
        for spot in spots {
            let events = spot.events.iter().map(|i| rows[*i as usize]).collect();
            let p = spot.p_value;
            into.candidates.push(self.candidate(Found::Place(spot), p, events));
        }
    }

    /// Causes that grow: a test each.
    pub fn causes(&self, settings: &NoticeSettings, into: &mut Gathered) {
        let made = |row: &u32| {
            let event = self.all[*row as usize].event;
            CauseEvent { cause: event.cause.clone(), time: event.time }
        };
        let events: Vec<CauseEvent> = self.rows.iter().map(made).collect();
        for cause in recurring_causes(&events, self.until, &settings.causes) {
            into.chances.push(cause.p_value);
            if cause.is_recurring {
                let events = cause.events.iter().map(|i| self.rows[*i as usize]).collect();
                let p = cause.p_value;
                into.candidates.push(self.candidate(Found::Cause(cause), p, events));
            }
        }
    }

    fn newest_first(&self, rows: &mut [u32]) {
        rows.sort_by_key(|row| (std::cmp::Reverse(self.all[*row as usize].event.time), *row));
    }
}

impl Candidate {
    /// What kind of notice it would be.
    pub fn kind(&self) -> NoticeKind {
        match self.found {
            Found::Cluster(..) => NoticeKind::Cluster,
            Found::Trend(_) => NoticeKind::Trend,
            Found::Place(_) => NoticeKind::RecurringPlace,
            Found::Cause(_) => NoticeKind::RecurringCause,
        }
    }
}
