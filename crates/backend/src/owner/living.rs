//! The training city lives on, where this backend is the one that leads it; elsewhere it is heard of.

use super::{CHECKPOINT_EVERY, Owner, take_up};
use crate::store::{Cause, Lead};
use crate::telemetry::Changes;
use crate::training::{Scenario, TrainingCity};
use crate::watching::{Keeper, Rate, RuleFiles, Watching};
use crate::{BackendError, Surroundings};
use city::{City, CityTime, Said};
use std::sync::Arc;
use std::time::Instant;
use watch::register::Register;

/// How many seconds of city time one tick makes up for at most, so that questions are answered in between.
const MOST_STEPS: usize = 200;
/// How long the time that the leading backend told last stands, seconds of real time.
const HEARD_WITHIN_S: f64 = 5.0;
/// Whom the journal names for what the training city does by itself.
const TRAINING: &str = "training";

/// What lives in the city, and what that is made from.
pub struct Living {
    /// What still stands.
    pub surroundings: Arc<Surroundings>,
    /// What all chance comes from.
    pub seed: u64,
    /// Seconds of city time a second of real time.
    pub speed: f64,
    /// What directs it.
    pub scenario: Scenario,
    /// When the city began.
    pub began: CityTime,
    /// The living part, once this backend has led.
    pub training: Option<TrainingCity>,
    /// The files of the rules that watch it.
    pub rules: RuleFiles,
    /// The register of algorithms that ships.
    pub register: Register,
    /// What watches it, once this backend has led.
    pub watching: Option<Watching>,
    /// What it remembers over a restart.
    pub memory: Keeper,
    /// How much it looks at.
    pub rate: Rate,
    /// What the watch said and is not written yet.
    pub unsaid: Vec<Said>,
}

impl Living {
    /// Takes up the life of `city`, that goes on at `now`.
    pub fn begin(&mut self, city: &City, now: CityTime) -> Result<(), BackendError> {
        let (surroundings, scenario) = (self.surroundings.clone(), self.scenario.clone());
        let training =
            TrainingCity::new(surroundings, self.seed, self.speed, scenario, self.began, city, now)?;
        self.training = Some(training);
        self.watch_from(city, now);
        Ok(())
    }
}

impl Owner {
    /// Leads the training city from now on, if nobody else does.
    pub(super) fn lead(&mut self) {
        let takes_up = match self.store.lead() {
            Ok(Lead::Other) => return,
            Ok(Lead::Anew) => true,
            Ok(Lead::Still | Lead::Again) => self.living.training.is_none(),
            Err(error) => return tracing::warn!(%error, "it is not known who leads the training city"),
        };
        if let Err(error) = self.store.tell_time(self.clock.now()) {
            tracing::warn!(%error, "those who join do not learn what time it is");
        }
        if !takes_up {
            return;
        }
        // What the one before wrote last may have come after the last look.
        self.catch_up();
        tracing::info!("this backend leads the training city from now on");
        if let Err(error) = self.living.begin(&self.city, self.clock.now().max(self.city.now)) {
            tracing::error!(%error, "the training city cannot live on");
        }
    }

    /// The training city lives on to the present, if it is led from here.
    pub(super) fn live(&mut self) {
        let now = self.clock.now();
        let Some(training) = self.living.training.as_mut().filter(|training| training.next_step() <= now)
        else {
            return;
        };
        if !self.store.leads() {
            return;
        }
        let (turn, missed) = match self.store.turn(self.city.sequence) {
            Ok(turn) => turn,
            Err(error) => return tracing::warn!(%error, "the training city waits"),
        };
        take_up(&mut self.city, &self.journal, &self.clock, missed);
        let mut city = self.city.clone();
        let mut events = Vec::new();
        for _ in 0..MOST_STEPS {
            if training.next_step() > now {
                break;
            }
            events.extend(training.step(&mut city));
        }
        if events.is_empty() {
            self.city = city;
            return;
        }
        let cause = Cause { who: TRAINING, origin: "", at: now };
        match turn.commit(&cause, None, &events) {
            Ok(lines) => {
                self.unkept = None;
                self.journal.tell(&mut self.city, events.iter().zip(lines));
                // Units also move between events.
                self.city = city;
            }
            Err(error) => {
                tracing::warn!(%error, "what just happened could not be written and is dropped");
                self.unkept = Some(error.to_string());
            }
        }
        if self.city.sequence >= self.checkpointed + CHECKPOINT_EVERY {
            self.checkpoint();
        }
    }

    /// Tells what changed in the training city: the own consoles, and by the broker those of other backends. With it
    /// goes what devices' own publishers measured, which is told whoever leads.
    pub(super) fn tell(&mut self) {
        let training = self.living.training.as_mut().filter(|_| self.store.leads());
        let changes = match training {
            Some(training) => {
                let (observed, now) = (self.telemetry.observed(), Instant::now());
                training.changes_without(|row| observed.is_fed(row, now))
            }
            None if self.telemetry.observed().is_waiting() => {
                // Movers are where the one that leads told last, so that the time is the one it told; but not for ever.
                let longest = HEARD_WITHIN_S * self.living.speed.max(1.0);
                let at = self.telemetry.at().max(self.clock.now().plus_s(-longest));
                self.telemetry.publish(Changes { at, ..Changes::default() }, &self.city);
                return self.feel();
            }
            // What is not heard of any more grows old all the same.
            None => return self.vitals.reach(self.clock.now()),
        };
        if let Some(broker) = &mut self.broker {
            broker.tell(&changes, &self.telemetry);
        }
        self.telemetry.publish(changes, &self.city);
        self.watch();
        self.feel();
    }

    /// What was just told becomes vital signs.
    fn feel(&self) {
        self.vitals.feel(self.telemetry.newest_batch());
    }

    /// Takes up what another backend, that leads, tells.
    pub(super) fn hear(&mut self, changes: Changes) {
        if self.store.leads() {
            return;
        }
        for fix in &changes.fixes {
            if let Some(unit) = self.city.units.get_mut(&fix.unit) {
                unit.at = city::LonLat::new(fix.lon, fix.lat);
                unit.above_ground_m = f64::from(fix.above_ground_m);
            }
        }
        self.telemetry.publish(changes, &self.city);
        self.feel();
    }
}
