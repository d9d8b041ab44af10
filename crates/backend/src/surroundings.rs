//! What stands still around the living city: layers, gazetteer, ground, ways, devices and stations.

use crate::BackendError;
use city::{Device, Jurisdiction, LonLat, Place, RiskPoint, UnitKind, World};
use layers::{Gazetteer, StaticLayers, Station};
use roads::RoadNetwork;
use std::sync::{Arc, OnceLock};
use terrain::Ground;

/// Everything of a city that stands still, made from the layers that ship and a seed.
pub struct Surroundings {
    /// The static layers.
    pub layers: StaticLayers,
    /// The sensing devices.
    pub devices: Vec<Device>,
    /// Where the units are at home.
    pub stations: Vec<Station>,
    gazetteer: Gazetteer,
    network: Arc<RoadNetwork>,
    ground: Ground,
    seed: u64,
    risk_points: OnceLock<Vec<RiskPoint>>,
}

impl Surroundings {
    /// The city of `seed` on `ground`; well under a second. Without `roads` units move on the schematic ones that ship.
    pub fn make(ground: &Ground, roads: Option<Arc<RoadNetwork>>, seed: u64) -> Result<Self, BackendError> {
        let layers = StaticLayers::shipped()?;
        let gazetteer = Gazetteer::new(&layers);
        let (network, devices) = std::thread::scope(|scope| {
            let made = || roads.unwrap_or_else(|| Arc::new(RoadNetwork::from_layers(&layers, ground)));
            let network = scope.spawn(made);
            (network.join(), devices(&layers, &gazetteer, ground, seed))
        });
        let network = network
            .map_err(|_| BackendError::Thread(std::io::Error::other("making the road network failed")))?;
        let stations = layers::training_stations(&layers, &gazetteer, ground, seed);
        let (ground, risk_points) = (ground.clone(), OnceLock::new());
        Ok(Self { layers, devices, stations, gazetteer, network, ground, seed, risk_points })
    }

    /// Whether the city has such a district or township.
    pub fn has(&self, jurisdiction: Jurisdiction) -> bool {
        match jurisdiction {
            Jurisdiction::City => true,
            Jurisdiction::District(code) => self.layers.district(code).is_some(),
            Jurisdiction::Township(code) => {
                let townships = &self.layers.townships;
                townships.binary_search_by_key(&code, |township| township.code).is_ok()
            }
        }
    }

    /// Whose a position is.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// The risk points of the one-map. Nothing that lives needs them, so they are made when a console first asks
    /// for them, beside its own start.
    pub fn risk_points(&self) -> &[RiskPoint] {
        self.risk_points.get_or_init(|| {
            layers::training_risk_points(&self.layers, &self.gazetteer, &self.ground, self.seed)
        })
    }
}

/// The devices, placed to a decimetre: that is enough, and shorter to send.
fn devices(layers: &StaticLayers, gazetteer: &Gazetteer, ground: &Ground, seed: u64) -> Vec<Device> {
    let mut devices = layers::training_devices(layers, gazetteer, ground, seed);
    devices.iter_mut().for_each(|device| device.at = rounded(device.at));
    devices
}

/// The position to the nearest millionth of a degree, 0.1 m.
pub(crate) fn rounded(at: LonLat) -> LonLat {
    let round = |x: f64| (x * 1e6).round() / 1e6;
    LonLat::new(round(at.lon), round(at.lat))
}

impl World for Surroundings {
    fn place(&self, at: LonLat) -> Option<Place> {
        self.gazetteer.place(at)
    }

    fn middle(&self, area: Jurisdiction) -> Option<LonLat> {
        match area {
            // The municipality is governed from Yuzhong.
            Jurisdiction::City => self.layers.district(city::DistrictCode(500_103)).map(|d| d.seat),
            Jurisdiction::District(code) => self.layers.district(code).map(|district| district.seat),
            Jurisdiction::Township(code) => {
                let townships = &self.layers.townships;
                let place = townships.binary_search_by_key(&code, |township| township.code).ok()?;
                Some(townships[place].at)
            }
        }
    }

    fn trip(&self, kind: UnitKind, from: LonLat, to: LonLat) -> Option<(Vec<LonLat>, f64)> {
        self.network.way(kind, from, to).ok().map(|way| (way.path, way.duration_s))
    }
}
