//! What stands still around the living city: layers, gazetteer, ground, ways, devices and stations.

use crate::BackendError;
use city::{Device, LonLat, Place, RiskPoint, UnitKind, World};
use layers::{Gazetteer, StaticLayers, Station};
use roads::{DRONE_SPEED_MPS, RoadNetwork, Vehicle};
use terrain::Ground;

/// How far a drone flies from its nest at most, metres: half its endurance out, half back.
const DRONE_RANGE_M: f64 = 15_000.0;

/// Everything of a city that stands still, made from the layers that ship and a seed.
pub struct Surroundings {
    /// The static layers.
    pub layers: StaticLayers,
    /// The risk points of the one-map.
    pub risk_points: Vec<RiskPoint>,
    /// The sensing devices.
    pub devices: Vec<Device>,
    /// Where the units are at home.
    pub stations: Vec<Station>,
    gazetteer: Gazetteer,
    network: RoadNetwork,
}

impl Surroundings {
    /// The city of `seed` on `ground`; well under a second.
    pub fn make(ground: &Ground, seed: u64) -> Result<Self, BackendError> {
        let layers = StaticLayers::shipped()?;
        let gazetteer = Gazetteer::new(&layers);
        // Four things that do not need one another: made side by side, the start is short.
        let (risk_points, network, devices, stations) = std::thread::scope(|scope| {
            let risk_points = scope.spawn(|| layers::training_risk_points(&layers, &gazetteer, ground, seed));
            let network = scope.spawn(|| RoadNetwork::from_layers(&layers, ground));
            let devices = layers::training_devices(&layers, &gazetteer, ground, seed);
            let stations = layers::training_stations(&layers, &gazetteer, ground, seed);
            (risk_points.join(), network.join(), devices, stations)
        });
        let failed = |what: &str| BackendError::Thread(std::io::Error::other(what.to_owned()));
        let risk_points = risk_points.map_err(|_| failed("making the risk points failed"))?;
        let network = network.map_err(|_| failed("making the road network failed"))?;
        Ok(Self { layers, risk_points, devices, stations, gazetteer, network })
    }
}

impl World for Surroundings {
    fn place(&self, at: LonLat) -> Option<Place> {
        self.gazetteer.place(at)
    }

    fn trip(&self, kind: UnitKind, from: LonLat, to: LonLat) -> Option<(Vec<LonLat>, f64)> {
        let way = match Vehicle::of(kind) {
            Some(vehicle) => self.network.route(from, to, vehicle),
            None if from.distance_m(to) > DRONE_RANGE_M => return None,
            None => roads::fly(from, to, DRONE_SPEED_MPS),
        };
        way.ok().map(|way| (way.path, way.duration_s))
    }
}
