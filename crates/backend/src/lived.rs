//! A training city at one instant, without a database or a socket: what a repeatable picture is drawn of.

use crate::telemetry::Telemetry;
use crate::training::{Scenario, TrainingCity};
use crate::watching::{RuleFiles, Watching};
use crate::{BackendError, Surroundings};
use city::{City, CityTime, RiskPoint, TelemetryBatch};
use std::sync::Arc;
use watch::register::Register;

/// How long the city has lived by the instant asked for: long enough that every device has reported and units are
/// out in every state, seconds.
const LIVED_S: f64 = 1_200.0;

/// The city of `seed` on `ground` that has lived for twenty minutes by `at`: its state, and the newest of
/// everything, and its risk points. The same words give the same city.
pub fn lived_until(
    at: CityTime,
    seed: u64,
    ground: &terrain::Ground,
) -> Result<(City, TelemetryBatch, Vec<RiskPoint>), BackendError> {
    let surroundings = Arc::new(Surroundings::make(ground, None, seed)?);
    let began = at.plus_s(-LIVED_S);
    let register = Register::shipped()?;
    let rules = RuleFiles::open(None, &register)?.rules().clone();
    let mut city = TrainingCity::first(&surroundings, &register, rules.rules().len(), began);
    let telemetry = Telemetry::new(surroundings.devices.clone());
    let mut training =
        TrainingCity::new(surroundings.clone(), seed, 1.0, Scenario::default(), began, &city, began)?;
    let mut watching = Watching::new(surroundings.clone(), rules, began);
    while training.next_step() <= at {
        training.step(&mut city);
        telemetry.publish(training.changes(), &city);
        let said = watching.observe(&training.measured(), training.lived());
        crate::watching::hear(&mut city, said, training.lived(), &*surroundings);
    }
    Ok((city, telemetry.everything(), surroundings.risk_points().to_vec()))
}
