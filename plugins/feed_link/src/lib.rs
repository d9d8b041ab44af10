//! Runs the link on its own thread and drains it into the world.
//!
//! What the link brings goes into the shell's resources, a little each frame, and nothing here ever waits.
//! When the backend is lost the last picture stays: only the clock, and with it every age, goes on.
//! Deliberately absent: sockets, rules, drawing.

mod desk;
mod ingest;
mod refusal;

use bevy::prelude::*;
use feeds::{Cause, FeedHealth, FeedState};
use link::{Link, LinkConfig};
use shell::{CitySet, CityState, Feeds, LiveDevices, Pending, RiskPoints};

/// Follows one backend and sends it what the operator does.
#[derive(Clone, Debug)]
pub struct FeedLinkPlugin {
    /// Where the backend is, as whom to speak to it, where the outbox lies.
    pub config: LinkConfig,
}

/// The running link.
#[derive(Resource)]
pub(crate) struct RunningLink(pub(crate) Link);

/// Why there is no link: its state folder is in use, or such. A console without its outbox could lose what the
/// operator does, so the program ends with this as its one clear line.
#[derive(Resource, Clone, Debug)]
pub struct NoLink(pub String);

impl Plugin for FeedLinkPlugin {
    fn build(&self, app: &mut App) {
        match Link::start(self.config.clone()) {
            Ok(link) => {
                app.insert_resource(RunningLink(link))
                    .add_systems(
                        Update,
                        (ingest::ingest, say_what_is_missing).chain().in_set(CitySet::Ingest),
                    )
                    .add_systems(Last, ingest::send_acts);
            }
            Err(why) => {
                app.insert_resource(Feeds { health: vec![without_link(&why.to_string())] })
                    .insert_resource(NoLink(why.to_string()));
            }
        }
    }
}

/// A picture is complete once the city's state, values and risk points are on it, or it is known why they are not.
fn say_what_is_missing(
    city: Res<CityState>,
    devices: Res<LiveDevices>,
    risk_points: Res<RiskPoints>,
    feeds: Res<Feeds>,
    mut pending: ResMut<Pending>,
    mut said: Local<Option<usize>>,
) {
    let missing = [!city.received, !risk_points.received, devices.table.is_empty()];
    let why_known = |feed: &FeedHealth| {
        feed.problems > 0 || !matches!(feed.cause, None | Some(Cause::Connecting | Cause::Local))
    };
    let known = feeds.health.iter().any(why_known);
    let count = if known { 0 } else { missing.into_iter().filter(|missing| *missing).count() };
    if *said != Some(count) {
        *said = Some(count);
        pending.set("parts of the city", count);
    }
}

fn without_link(why: &str) -> FeedHealth {
    FeedHealth {
        name: "events".to_owned(),
        protocol: "Server-Sent Events".to_owned(),
        state: FeedState::Lost,
        newest: None,
        age_s: None,
        rate_per_s: 0.0,
        received: 0,
        superseded: 0,
        problems: 0,
        sample: None,
        cause: Some(Cause::Local),
        message: why.to_owned(),
        since_s: 0.0,
    }
}
