//! Looking for ways off the frame, on the same network and by the same rules as the backend's own.

use crate::board::Board;
use crate::offered::{Arrival, WayAsked};
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use roads::RoadNetwork;
use shell::{GroundModel, Repaint, StaticCity};
use std::sync::{Arc, OnceLock};

/// The road network, made when the first way is asked for, and the search under way.
#[derive(Resource, Default)]
pub(crate) struct Ways {
    network: Arc<OnceLock<RoadNetwork>>,
    task: Option<Task<Vec<(WayAsked, Arrival)>>>,
}

/// Takes what was found, then looks for what is asked; one search at a time.
pub(crate) fn look_for_ways(
    mut ways: ResMut<Ways>,
    mut board: ResMut<Board>,
    city: Option<Res<StaticCity>>,
    ground: Option<Res<GroundModel>>,
    mut repaint: ResMut<Repaint>,
) {
    let ways = ways.bypass_change_detection();
    let board = board.bypass_change_detection();
    if let Some(found) = ways.task.as_mut().and_then(check_ready) {
        ways.task = None;
        board.offered.learn(found);
        repaint.ask();
    }
    let (None, Some(city), Some(ground)) = (&ways.task, city, ground) else { return };
    let asked = board.offered.take_asked();
    if asked.is_empty() {
        return;
    }
    let (network, layers, ground) = (ways.network.clone(), city.layers.clone(), ground.ground.clone());
    ways.task = Some(AsyncComputeTaskPool::get().spawn(async move {
        let network = network.get_or_init(|| RoadNetwork::from_layers(&layers, &ground));
        let looked_for = |asked: WayAsked| {
            let arrival = arrival(network, &asked);
            (asked, arrival)
        };
        asked.into_iter().map(looked_for).collect()
    }));
}

fn arrival(network: &RoadNetwork, asked: &WayAsked) -> Arrival {
    match network.way(asked.kind, asked.from, asked.to) {
        Ok(way) => Arrival::After(way.duration_s),
        Err(_) => Arrival::NoWay,
    }
}
