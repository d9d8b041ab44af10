//! Looking for ways off the frame, by the rules of the training city. What a unit really takes its backend says once it
//! is sent.

use crate::board::Board;
use crate::offered::{Arrival, WayAsked};
use bevy::prelude::*;
use bevy::tasks::futures_lite::future::yield_now;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use city::IncidentId;
use roads::RoadNetwork;
use shell::{GivenRoads, GroundModel, Repaint, StaticCity};
use std::sync::{Arc, OnceLock};

/// The road network, made when the first way is asked for, and the search under way.
#[derive(Resource, Default)]
pub(crate) struct Ways {
    network: Arc<OnceLock<RoadNetwork>>,
    search: Option<Search>,
}

/// A search; dropping it ends it.
struct Search {
    incident: IncidentId,
    task: Task<Vec<(WayAsked, Arrival)>>,
}

/// Takes what was found, then looks for what is asked; one search at a time, and none for what is not selected any more.
pub(crate) fn look_for_ways(
    mut ways: ResMut<Ways>,
    mut board: ResMut<Board>,
    city: Option<Res<StaticCity>>,
    ground: Option<Res<GroundModel>>,
    given: Option<Res<GivenRoads>>,
    mut repaint: ResMut<Repaint>,
) {
    let ways = ways.bypass_change_detection();
    let offered = &mut board.bypass_change_detection().offered;
    if ways.search.as_ref().is_some_and(|search| !offered.is_for(&search.incident)) {
        ways.search = None;
    }
    if let Some(found) = ways.search.as_mut().and_then(|search| check_ready(&mut search.task)) {
        ways.search = None;
        if offered.learn(found) {
            repaint.ask();
        }
    }
    let (None, Some(city), Some(ground)) = (&ways.search, city, ground) else { return };
    let asked = offered.take_asked();
    let Some(incident) = asked.first().map(|first| first.incident.clone()) else { return };
    let (network, layers, ground) = (ways.network.clone(), city.layers.clone(), ground.ground.clone());
    let given = given.and_then(|given| given.network.clone());
    let task = AsyncComputeTaskPool::get().spawn(async move {
        let network: &RoadNetwork = match &given {
            Some(given) => given.as_ref(),
            None => network.get_or_init(|| RoadNetwork::from_layers(&layers, &ground)),
        };
        let mut found = Vec::with_capacity(asked.len());
        for asked in asked {
            let way = network.way(asked.kind, asked.from, asked.to);
            let arrival = way.map_or(Arrival::NoWay, |way| Arrival::After(way.duration_s));
            found.push((asked, arrival));
            // Tiles of the ground are made by the same threads.
            yield_now().await;
        }
        found
    });
    ways.search = Some(Search { incident, task });
}
