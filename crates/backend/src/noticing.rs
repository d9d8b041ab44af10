//! Risk notices: once a day of the city what people reported is analysed, beside everything else, and notices that are
//! out are judged.
//!
//! What was reported since the city began is read from its journal; the training city's past before that is as made up as
//! its present. Notices are said to the owner, for whom they are news or not.

mod reported;

use crate::clock::CityClock;
use crate::owner::Ask;
use crate::store::Past;
use crate::training::PastReports;
use crate::{BackendError, Surroundings};
use ::watch::notices::{self, Analysis, Guide, Names, NoticeSettings, SmallEvent, judge};
use ::watch::register::Register;
use city::{CityTime, Outcome, Said, Snapshot};
use reported::{Reported, Scan};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

/// How often it is looked whether the next analysis is due.
const LOOK: Duration = Duration::from_millis(500);
/// The real time between two analyses at least, however fast the city lives.
const REST: Duration = Duration::from_secs(600);
/// How many days are analysed.
const DAYS: u32 = 28;
/// The longest cluster, days.
const LONGEST_DAYS: u32 = 7;
const DAY_MS: i64 = 86_400_000;

/// What an analysis is made from.
pub struct Noticing {
    /// The city's places.
    pub surroundings: Arc<Surroundings>,
    /// What was reported before the city began.
    pub past: PastReports,
    /// What was reported since.
    pub journal: Past,
    /// When the city began.
    pub began: CityTime,
    /// The city's clock.
    pub clock: CityClock,
    /// The seed of the permutations.
    pub seed: u64,
    /// How long after the start it analyses first, real time.
    pub after: Duration,
    /// The owner.
    pub asks: SyncSender<Ask>,
}

impl Noticing {
    /// Analyses once a day of the city until `is_over`, on a thread of its own.
    pub fn start(self, is_over: impl Fn() -> bool + Send + 'static) -> std::io::Result<()> {
        let named = std::thread::Builder::new().name("city-notices".to_owned());
        let run = move || {
            let mut wait = self.after;
            // Where the last analysis read to stays, so that the next costs what is new; a new start reads all once.
            let mut scan = Scan::default();
            loop {
                if !rest(wait, &is_over) {
                    return;
                }
                let due = self.clock.now().plus_ms(DAY_MS);
                if let Err(error) = self.analyse(&mut scan) {
                    tracing::warn!(%error, "no risk notices this time");
                }
                wait = REST;
                while self.clock.now() < due {
                    if !rest(LOOK, &is_over) {
                        return;
                    }
                }
            }
        };
        // Nobody waits for it: an analysis that is under way ends with the process, and what it would say is nobody's.
        named.spawn(run).map(drop)
    }

    fn analyse(&self, scan: &mut Scan) -> Result<(), BackendError> {
        let (answer, answered) = tokio::sync::oneshot::channel();
        let gone = || BackendError::Thread(std::io::Error::other("the owner is gone"));
        self.asks.send(Ask::Health { answer }).map_err(|_| gone())?;
        // Whoever leads says what follows; the others would analyse for nobody.
        if !answered.blocking_recv().map_err(|_| gone())?.leads {
            return Ok(());
        }
        let (answer, answered) = tokio::sync::oneshot::channel();
        self.asks.send(Ask::Snapshot { answer }).map_err(|_| gone())?;
        let snapshot = answered.blocking_recv().map_err(|_| gone())?;
        let said = self.say(&snapshot, scan)?;
        self.asks.send(Ask::Said(said)).map_err(|_| gone())
    }

    /// What an analysis of all that was reported until `snapshot` says.
    fn say(&self, snapshot: &Snapshot, scan: &mut Scan) -> Result<Vec<Said>, BackendError> {
        let until = snapshot.now;
        let since = until.plus_ms(-i64::from(DAYS) * DAY_MS);
        let mut events = self.past.between(since, self.began, &self.surroundings);
        let journal = |after, most| self.journal.read(after, most);
        let Reported { events: later, incidents } = scan.reported(journal, since, until)?;
        events.extend(later);
        let guide = Guide::shipped()?;
        let mut said = judged(snapshot, &events, &incidents, &guide);
        let names = Names::of(&self.surroundings.layers);
        let register = Register::of(snapshot.algorithms.iter().cloned());
        let open: Vec<_> = snapshot.notices.iter().filter(|notice| notice.is_open()).cloned().collect();
        let analysis = Analysis {
            events: &events,
            since,
            until,
            status: snapshot.status,
            guide: &guide,
            names: &names,
            register: &register,
            open: &open,
            seed: self.seed,
        };
        let mut settings = NoticeSettings { history_days: DAYS, ..NoticeSettings::default() };
        (settings.scan.days, settings.scan.longest_days) = (DAYS, LONGEST_DAYS);
        let began = std::time::Instant::now();
        // One thread: whoever looks at the city needs the others.
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let alone = alone.map_err(|e| BackendError::Thread(std::io::Error::other(e)))?;
        let found = alone.install(|| notices::find(&analysis, &settings));
        tracing::info!(
            "{} reports of {DAYS} days: {} tests, {} new risk notices, in {:.1} s",
            events.len(),
            found.tests,
            found.notices.len(),
            began.elapsed().as_secs_f64()
        );
        for problem in &found.problems {
            tracing::debug!("{} {}: {} of the reports", problem.of, problem.what, problem.count);
        }
        said.extend(found.notices.into_iter().map(|notice| Said::Notices(Box::new(notice))));
        Ok(said)
    }
}

/// Whether the notices that are out were right.
fn judged(
    snapshot: &Snapshot,
    events: &[SmallEvent],
    incidents: &[notices::LaterIncident],
    guide: &Guide,
) -> Vec<Said> {
    let now = snapshot.now;
    let mut said = Vec::new();
    for notice in &snapshot.notices {
        if notice.outcome == Outcome::Unknown {
            let outcome = judge(notice, events, incidents, now, guide);
            if outcome != Outcome::Unknown {
                said.push(Said::Judged(notice.id.clone(), outcome));
            }
        }
    }
    said
}

/// Rests so long; false when it is over meanwhile.
fn rest(long: Duration, is_over: &impl Fn() -> bool) -> bool {
    let until = std::time::Instant::now() + long;
    while std::time::Instant::now() < until {
        if is_over() {
            return false;
        }
        std::thread::sleep(LOOK.min(until.saturating_duration_since(std::time::Instant::now())));
    }
    !is_over()
}
