//! Drains the running link and the city's other sources into the world, and hands over what the operator does.
//!
//! What the link brings goes into the shell's resources, a little each frame, and nothing here ever waits.
//! When the backend is lost the last picture stays: only the clock, and with it every age, goes on.
//! Deliberately absent: sockets, rules, drawing.

mod desk;
mod ingest;
mod pulse;
mod refusal;
mod sources;

pub use pulse::feel;
pub use sources::read_sources;

use bevy::prelude::*;
use feeds::Cause;
use link::Link;
use shell::{CitySet, CityState, Feeds, LiveDevices, Pending, RiskPoints};

/// The running link.
#[derive(Resource)]
pub(crate) struct RunningLink(pub(crate) Link);

/// Has `app` follow the backend of a running link and send it what the operator does. A console without its outbox
/// could lose what the operator does, so the link runs before there is a console.
pub fn follow(app: &mut App, link: Link) {
    let taking_in = (ingest::ingest, say_what_is_missing).chain().in_set(CitySet::Ingest);
    app.insert_resource(RunningLink(link)).add_systems(Update, taking_in);
    app.add_systems(Last, ingest::send_acts);
}

/// How long a picture waits for what is missing, seconds: a slow backend must not keep the console from showing what
/// it has.
const PATIENCE_S: f32 = 5.0;

/// A picture is complete once the city's state, values and risk points are on it, or it is known why they are not, or
/// it has waited long enough.
fn say_what_is_missing(
    city: Res<CityState>,
    devices: Res<LiveDevices>,
    risk_points: Res<RiskPoints>,
    feeds: Res<Feeds>,
    time: Res<Time<Real>>,
    mut pending: ResMut<Pending>,
    mut said: Local<Option<usize>>,
) {
    let broken = |name: &str| {
        let feed = feeds.health.iter().find(|feed| feed.name == name);
        feed.is_some_and(|feed| !matches!(feed.cause, None | Some(Cause::Connecting)))
    };
    let waits_for = [
        !city.received,
        !devices.received && !broken("telemetry"),
        !risk_points.received && risk_points.missing.is_none(),
    ];
    let count = if broken("events") || time.elapsed_secs() > PATIENCE_S {
        0
    } else {
        waits_for.into_iter().filter(|waits| *waits).count()
    };
    if *said != Some(count) {
        *said = Some(count);
        pending.set("parts of the city", count);
    }
}
