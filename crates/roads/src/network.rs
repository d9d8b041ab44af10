//! The network that units move on: the schematic one that ships, or one that was imported.

use crate::schematic::Schematic;
use crate::{DRONE_RANGE_M, DRONE_SPEED_MPS, Mode, Profile, RoadError, Router, Streets, Vehicle, Way, fly};
use city::{LonLat, UnitKind};
use layers::StaticLayers;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use terrain::Ground;

/// The roads, ready to be asked for ways of units.
#[derive(Clone, Debug)]
pub struct RoadNetwork(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Schematic(Box<Schematic>),
    Imported(Arc<Imported>),
}

/// An imported network with a router for each vehicle that units drive, made when it is first asked.
#[derive(Debug)]
struct Imported {
    streets: Arc<Streets>,
    routers: [OnceLock<Router>; 3],
}

/// What units drive on an imported network.
const DRIVEN: [Mode; 3] = [Mode::Car, Mode::Emergency, Mode::FireEngine];

impl RoadNetwork {
    /// The schematic network of the roads of `layers`, their slopes from `ground`.
    pub fn from_layers(layers: &StaticLayers, ground: &Ground) -> Self {
        Self(Kind::Schematic(Box::new(Schematic::from_layers(layers, ground))))
    }

    /// A network that was imported.
    pub fn from_streets(streets: Arc<Streets>) -> Self {
        Self(Kind::Imported(Arc::new(Imported { streets, routers: Default::default() })))
    }

    /// Opens a network file.
    ///
    /// # Errors
    /// As [`Streets::open`].
    pub fn open(file: &Path) -> Result<Self, RoadError> {
        Ok(Self::from_streets(Arc::new(Streets::open(file)?)))
    }

    /// The imported network; `None` for the schematic one.
    pub fn streets(&self) -> Option<&Arc<Streets>> {
        match &self.0 {
            Kind::Schematic(_) => None,
            Kind::Imported(imported) => Some(&imported.streets),
        }
    }

    /// How many corners the network has.
    pub fn corner_count(&self) -> usize {
        match &self.0 {
            Kind::Schematic(schematic) => schematic.corner_count(),
            Kind::Imported(imported) => imported.streets.node_count(),
        }
    }

    /// How many pieces of road between corners the network has.
    pub fn piece_count(&self) -> usize {
        match &self.0 {
            Kind::Schematic(schematic) => schematic.piece_count(),
            Kind::Imported(imported) => imported.streets.edge_count(),
        }
    }

    /// The way of a unit of `kind` from `from` to `to`: by road, or through the air within [`DRONE_RANGE_M`].
    ///
    /// # Errors
    /// No road near an end, no way, or farther than a drone flies.
    pub fn way(&self, kind: UnitKind, from: LonLat, to: LonLat) -> Result<Way, RoadError> {
        match (kind, Vehicle::of(kind)) {
            (UnitKind::Fire, Some(_)) if self.streets().is_some() => self.drive(from, to, Mode::FireEngine),
            (_, Some(vehicle)) => self.route(from, to, vehicle),
            (_, None) if from.distance_m(to) > DRONE_RANGE_M => {
                Err(RoadError::TooFar { far_km: from.distance_m(to) / 1e3 })
            }
            (_, None) => fly(from, to, DRONE_SPEED_MPS),
        }
    }

    /// The quickest way of `vehicle` from `from` to `to`. What lies beside the network is driven at
    /// [`OFF_ROAD_SPEED_MPS`](crate::OFF_ROAD_SPEED_MPS) on a line [`OFF_ROAD_DETOUR`](crate::OFF_ROAD_DETOUR) times
    /// the straight one.
    ///
    /// # Errors
    /// No road near an end, or no way.
    pub fn route(&self, from: LonLat, to: LonLat, vehicle: Vehicle) -> Result<Way, RoadError> {
        match vehicle {
            Vehicle::Emergency => self.drive(from, to, Mode::Emergency),
            Vehicle::Ordinary => self.drive(from, to, Mode::Car),
        }
    }

    fn drive(&self, from: LonLat, to: LonLat, mode: Mode) -> Result<Way, RoadError> {
        match &self.0 {
            Kind::Schematic(schematic) => {
                let vehicle = if mode == Mode::Car { Vehicle::Ordinary } else { Vehicle::Emergency };
                schematic.route(from, to, vehicle)
            }
            Kind::Imported(imported) => {
                let place = DRIVEN.iter().position(|driven| *driven == mode).unwrap_or(0);
                let router = imported.routers[place]
                    .get_or_init(|| Router::new(imported.streets.clone(), Profile::of(DRIVEN[place])));
                let route = router.route(from, to)?;
                Ok(Way { path: route.line(), length_m: route.length_m, duration_s: route.duration_s })
            }
        }
    }
}
