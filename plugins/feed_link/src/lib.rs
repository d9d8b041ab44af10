//! Runs the link on its own thread and drains it into the world.
//!
//! What the link brings goes into the shell's resources, a little each frame, and nothing here ever waits.
//! When the backend is lost the last picture stays: only the clock, and with it every age, goes on.
//! Deliberately absent: sockets, rules, drawing.

mod desk;
mod ingest;
mod refusal;

use bevy::prelude::*;
use feeds::{Cause, FeedHealth};
use link::Link;
use shell::{CitySet, CityState, Feeds, LiveDevices, Pending, RiskPoints};
use std::sync::{Mutex, PoisonError};

/// Follows one backend and sends it what the operator does. A console without its outbox could lose what the operator
/// does, so the link runs before there is a console.
pub struct FeedLinkPlugin {
    link: Mutex<Option<Link>>,
}

impl FeedLinkPlugin {
    /// The plugin of a running link.
    pub fn of(link: Link) -> Self {
        Self { link: Mutex::new(Some(link)) }
    }
}

/// The running link.
#[derive(Resource)]
pub(crate) struct RunningLink(pub(crate) Link);

impl Plugin for FeedLinkPlugin {
    fn build(&self, app: &mut App) {
        let link = self.link.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(link) = link {
            let taking_in = (ingest::ingest, say_what_is_missing).chain().in_set(CitySet::Ingest);
            app.insert_resource(RunningLink(link)).add_systems(Update, taking_in);
            app.add_systems(Last, ingest::send_acts);
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
