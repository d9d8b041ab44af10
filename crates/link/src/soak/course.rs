//! The course of a soak: everybody is started, every device gets a value, and then it is measured.

use super::backend::Backend;
use super::broker::Broker;
use super::by_backend::ByBackend;
use super::console::{Console, Tally};
use super::process::Watched;
use super::publisher::{Orders, Published};
use super::publishing::{Heard, Publishing};
use super::report::SoakReport;
use super::straight::Straight;
use super::{Load, Phase, Programs, SoakError};
use std::time::{Duration, Instant};

/// How often the console takes its news: the pace of frames.
const FRAME: Duration = Duration::from_micros(16_667);
/// How often memory is looked at, and word is given.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often it is looked whether something that is waited for is there.
const ASK_EVERY: Duration = Duration::from_millis(100);
/// After so long without anything new what has not come is lost.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a start may take.
const START: Duration = Duration::from_secs(60);

/// Everything that takes part; the publisher ends first, then the console, then the broker.
pub(super) struct Course<T> {
    pub(super) publishing: Publishing,
    pub(super) console: Console,
    pub(super) devices: Vec<String>,
    watched: Vec<Watched>,
    rate: f64,
    base: Tally,
    told: T,
    _broker: Broker,
}

impl<T: FnMut(&[(&'static str, u64)])> Course<T> {
    /// Starts them all; nothing is published yet.
    pub(super) fn begin(load: &Load, programs: Programs, told: T) -> Result<Self, SoakError> {
        let broker = Broker::start()?;
        let backend = programs.backend.map(|command| Backend::start(&command, broker.port)).transpose()?;
        let by_backend = backend.map(ByBackend::start).transpose()?;
        let mut console = Console::new(Straight::start(broker.port)?, by_backend);
        wait("everybody to be there", START, &mut console, |console| {
            let is_there = |way: &ByBackend| -> Result<bool, SoakError> {
                Ok(!way.devices().is_empty() && way.backend.counted()?.is_some())
            };
            Ok(console.straight.is_subscribed() && console.by_backend.as_ref().map_or(Ok(true), is_there)?)
        })?;
        let devices: Vec<String> = match &console.by_backend {
            Some(way) => way.devices().iter().map(ToString::to_string).collect(),
            None => (0..load.datastreams).map(|n| format!("d{n}")).collect(),
        };
        console.straight.describe(&devices);
        let orders = Orders { port: broker.port, publishers: load.publishers, a_message: load.a_message };
        let publishing = Publishing::start(programs.publisher, orders, &devices)?;
        let backend = console.by_backend.as_ref().map(|way| Watched::new("backend", way.backend.id()));
        let mut watched = vec![
            Watched::new("console", std::process::id()),
            Watched::new("broker", broker.id()),
            Watched::new("publisher", publishing.id()),
        ];
        watched.extend(backend);
        let rate = load.phases.first().map_or(1.0, |phase| phase.rate);
        let base = Tally::default();
        Ok(Self { publishing, console, devices, watched, rate, base, told, _broker: broker })
    }

    /// Gives every device a value, so that from then on everything that is told of one was published: what the training
    /// city makes up of a device ends with its first observation.
    pub(super) fn warm_up(&mut self) -> Result<(), SoakError> {
        let round = self.publishing.a_round(self.rate);
        self.publish(round)?;
        let (devices, newest) = (&self.devices, self.publishing.newest());
        wait("a value of every device", START, &mut self.console, |console| {
            Ok(console.holds(devices, &newest).iter().all(|(_, holds)| *holds))
        })?;
        while !self.console.is_drained() {
            self.console.frame();
        }
        self.base = self.console.tally()?;
        Ok(())
    }

    /// Publishes these phases, until all is in the state or nothing comes any more.
    pub(super) fn soak(&mut self, phases: &[Phase]) -> Result<Published, SoakError> {
        let sent = self.publishing.begin(phases)?;
        let longest_s: f64 = phases.iter().map(|phase| phase.seconds).sum();
        let (mut begin, mut ended, mut looked) = (None, None, Instant::now());
        let (mut progress, mut next_frame) = ((0_u64, Instant::now()), Instant::now());
        loop {
            match self.publishing.hear()? {
                Some(Heard::Begins(at)) => {
                    begin = Some(Instant::now());
                    self.console.begin(at, phases);
                    self.watched.iter_mut().for_each(Watched::begin);
                }
                Some(Heard::Ended(published)) => {
                    self.watched.iter_mut().for_each(Watched::end);
                    ended = Some(published);
                }
                None => {}
            }
            self.console.frame();
            let received = self.console.received(&self.base);
            let sum: u64 = received.iter().map(|(_, count)| *count).sum();
            if sum > progress.0 {
                progress = (sum, Instant::now());
            }
            let is_all = received.iter().all(|(_, count)| *count >= sent) && self.console.is_drained();
            match ended {
                Some(published) if is_all || progress.1.elapsed() > PATIENCE => return Ok(published),
                None if progress.1.elapsed() > START => {
                    return Err(SoakError::InVain("what is published".to_owned()));
                }
                _ => {}
            }
            if looked.elapsed() >= LOOK_EVERY {
                looked = Instant::now();
                let share = begin.map_or(0.0, |begin: Instant| begin.elapsed().as_secs_f64() / longest_s);
                self.watched.iter_mut().for_each(|one| one.look(share));
                (self.told)(&received);
            }
            pace(&mut next_frame);
        }
    }

    /// What came of it.
    pub(super) fn report(&self, published: &Published) -> Result<SoakReport, SoakError> {
        Ok(SoakReport {
            paths: self.console.report(published.observations, &self.base)?,
            behind_ms: published.behind_ms,
            frame_p99_ms: self.console.frame_p99_ms(),
            processes: self.watched.iter().map(Watched::report).collect(),
            outage: None,
        })
    }

    /// Publishes a phase, of which nothing is measured, while the console goes on; how many observations it had.
    pub(super) fn publish(&mut self, phase: Phase) -> Result<u64, SoakError> {
        let sent = self.publishing.begin(&[phase])?;
        let (begin, mut next_frame) = (Instant::now(), Instant::now());
        let longest = START + Duration::from_secs_f64(10.0 * phase.seconds);
        loop {
            if let Some(Heard::Ended(_)) = self.publishing.hear()? {
                return Ok(sent);
            }
            if begin.elapsed() > longest {
                return Err(SoakError::InVain("what is published".to_owned()));
            }
            self.console.frame();
            pace(&mut next_frame);
        }
    }
}

/// Draws frames until `is_so`.
pub(super) fn wait(
    what: &str,
    longest: Duration,
    console: &mut Console,
    mut is_so: impl FnMut(&Console) -> Result<bool, SoakError>,
) -> Result<(), SoakError> {
    let (begin, mut next_frame, mut asked) = (Instant::now(), Instant::now(), Instant::now());
    loop {
        console.frame();
        if asked.elapsed() >= ASK_EVERY {
            if is_so(console)? {
                return Ok(());
            }
            asked = Instant::now();
        }
        if begin.elapsed() > longest {
            return Err(SoakError::InVain(what.to_owned()));
        }
        pace(&mut next_frame);
    }
}

/// Waits for the next frame.
fn pace(next_frame: &mut Instant) {
    *next_frame += FRAME;
    match next_frame.checked_duration_since(Instant::now()) {
        Some(wait) => std::thread::sleep(wait),
        // A frame that was late is not made up for.
        None => *next_frame = Instant::now(),
    }
}
