//! The seeded training city at one instant, without a backend: what a repeatable picture is drawn of.

use bevy::app::App;
use city::{City, CityTime, RiskPoint, TelemetryBatch};
use feeds::{DeviceTable, MoverTable};
use shell::{CityClock, CityState, LiveDevices, Movers, RiskPoints};
use std::sync::Arc;

/// The instant drawn where the command line names none: a winter evening in the rush.
pub const USUAL: &str = "2026-01-15T10:20:00.000Z";

/// The state of the city and the newest values at one instant.
pub struct Instant {
    city: City,
    telemetry: TelemetryBatch,
    risk_points: Vec<RiskPoint>,
}

/// Lets the training city of `seed` live until `at`.
pub fn at(at: Option<CityTime>, seed: u64, ground: &terrain::Ground) -> anyhow::Result<Instant> {
    let at = match at {
        Some(at) => at,
        None => CityTime::parse(USUAL).map_err(anyhow::Error::msg)?,
    };
    let (city, telemetry, risk_points) = backend::lived_until(at, seed, ground)?;
    Ok(Instant { city, telemetry, risk_points })
}

impl Instant {
    /// Puts the instant where the link would put what it brings; the clock stands.
    pub fn insert(self, app: &mut App) {
        let now = self.telemetry.at;
        let mut devices = DeviceTable::default();
        devices.apply(&self.telemetry.devices, now);
        let mut movers = MoverTable::default();
        movers.apply(&self.telemetry.movers, now);
        app.insert_resource(CityState { city: self.city, received: true })
            .insert_resource(CityClock { now, speed: 1.0, fixed: true, ..CityClock::default() })
            .insert_resource(LiveDevices { table: devices, received: true, generation: 1 })
            .insert_resource(Movers { table: movers })
            .insert_resource(RiskPoints {
                points: Arc::new(self.risk_points),
                received: true,
                missing: None,
            });
    }
}
