//! What is true of the city, as resources made of `city`, `feeds`, `layers` and `terrain` types.

use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use city::{Actor, City, CityTime, Command};
use std::sync::Arc;

/// The state of the city after the last event drained. `received` is false until the first snapshot.
#[derive(Resource, Default)]
pub struct CityState {
    /// The state.
    pub city: City,
    /// True once a snapshot came.
    pub received: bool,
}

/// The one clock of the console: every age, deadline and colour is computed from [`CityClock::now`].
/// It follows the backend's clock and only moves forward.
#[derive(Resource, Default)]
pub struct CityClock {
    /// City time of this frame.
    pub now: CityTime,
    /// City seconds a second (a training city may run faster).
    pub speed: f64,
    /// True for pictures at a fixed instant: the clock stands at `now` whatever the wall clock does.
    pub fixed: bool,
    /// Milliseconds it is ahead of the last time the backend told; it runs slower until they are made up.
    pub ahead_ms: i64,
}

/// The newest values of every sensing device, in columns.
#[derive(Resource, Default)]
pub struct LiveDevices {
    /// The columns.
    pub table: feeds::DeviceTable,
    /// True once the first batch came.
    pub received: bool,
    /// Counts every batch that changed a value: drawers redraw when it differs from what they drew.
    pub generation: u64,
}

/// The last fixes of every unit and drone.
#[derive(Resource, Default)]
pub struct Movers {
    /// The fixes.
    pub table: feeds::MoverTable,
}

/// The health of every feed, as the link last said it.
#[derive(Resource, Default)]
pub struct Feeds {
    /// One a feed.
    pub health: Vec<feeds::FeedHealth>,
}

/// Commands on their way: accepted on disk, not yet answered; and the last answers.
#[derive(Resource, Default)]
pub struct Orders {
    /// Not yet answered, oldest first, by their idempotency key.
    pub pending: Vec<(String, Command)>,
    /// The last refusals: command and reason in words, newest last, at most 50.
    pub refused: Vec<(Command, String)>,
}

/// The ground everything stands on.
#[derive(Resource, Clone)]
pub struct GroundModel {
    /// The relief that ships or an imported model.
    pub ground: terrain::Ground,
    /// How many times heights are drawn, 1 to 3.
    pub exaggeration: f64,
}

/// What the ground's colours tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GroundColouring {
    /// How high it lies.
    #[default]
    Height,
    /// How steep it is, in six classes.
    Slope,
    /// Which way it falls.
    Aspect,
    /// Nothing: light and shade alone.
    Plain,
}

impl GroundColouring {
    /// All, in the order of the panel, with their names on the command line and in the words (`ground.<name>`).
    pub const ALL: [(&'static str, Self); 4] =
        [("height", Self::Height), ("slope", Self::Slope), ("aspect", Self::Aspect), ("plain", Self::Plain)];
}

/// How the ground is coloured and lit, and how high its rivers stand.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct GroundLook {
    /// What its colours tell.
    pub colouring: GroundColouring,
    /// Where the light comes from, degrees clockwise from north.
    pub sun_azimuth_deg: f64,
    /// How high the light stands, degrees, 5 to 90.
    pub sun_altitude_deg: f64,
    /// By how much rivers stand above the low level the ground is drawn with, metres.
    pub water_rise_m: f64,
}

impl Default for GroundLook {
    /// Light from the north-west, as on printed maps, so that hills look like hills.
    fn default() -> Self {
        Self {
            colouring: GroundColouring::Height,
            sun_azimuth_deg: 315.0,
            sun_altitude_deg: 45.0,
            water_rise_m: 0.0,
        }
    }
}

impl GroundLook {
    /// The sun, and two weaker lamps a quarter and a half of a right angle beside it, so that ridges of every direction
    /// have two sides: direction (east, up, north), and the light each gives to level ground is the last number.
    pub fn lamps(&self) -> [Vec4; 3] {
        let lamp = |turn_deg: f64, lower: f64, part: f32| {
            let (sin, cos) = (self.sun_azimuth_deg + turn_deg).to_radians().sin_cos();
            let (up, level) = (self.sun_altitude_deg.clamp(5.0, 90.0) * lower).to_radians().sin_cos();
            Vec4::new((sin * level) as f32, up as f32, (cos * level) as f32, part)
        };
        [lamp(0.0, 1.0, 0.62), lamp(-45.0, 0.78, 0.15), lamp(45.0, 0.78, 0.13)]
    }
}

/// The buildings that stand on the ground, where some were given.
#[derive(Resource, Clone, Default)]
pub struct GivenBuildings {
    /// Their footprints.
    pub footprints: Arc<Vec<overlays::buildings::Footprint>>,
}

/// The roads units move on, where another network than the schematic one was given.
#[derive(Resource, Clone, Default)]
pub struct GivenRoads {
    /// The network; `None` for the one that ships.
    pub network: Option<Arc<roads::RoadNetwork>>,
}

/// Imagery draped over the ground, and how much of it that covers.
#[derive(Clone)]
pub struct DrapedImagery {
    /// The source.
    pub store: Arc<dyn overlays::imagery::Store>,
    /// How much it covers, 0 to 1.
    pub opacity: f32,
}

impl PartialEq for DrapedImagery {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.store, &other.store) && self.opacity == other.opacity
    }
}

/// Map imagery that is draped over the ground, what lies on top last.
#[derive(Resource, Clone, Default)]
pub struct GivenImagery {
    /// The sources.
    pub layers: Vec<DrapedImagery>,
}

/// The static layers that ship: districts, townships, rivers, roads, bridges, shelters, drone routes.
#[derive(Resource, Clone)]
pub struct StaticCity {
    /// The layers.
    pub layers: Arc<layers::StaticLayers>,
}

/// The risk points of the one-map, as the backend holds them.
#[derive(Resource, Clone, Default)]
pub struct RiskPoints {
    /// The points.
    pub points: Arc<Vec<city::RiskPoint>>,
    /// True once they came.
    pub received: bool,
    /// Why they could not be read, while that is so.
    pub missing: Option<String>,
}

/// Whoever works at this console, as the backend knows them by their token: what the buttons offer follows from it.
/// Until the backend has said so, nobody is kept from writing a command into the outbox.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct OnDuty {
    /// Who.
    pub actor: Actor,
    /// True once the backend said so.
    pub told: bool,
    /// What is withheld from them, and why.
    pub withheld: Vec<city::Withheld>,
}

impl OnDuty {
    /// Why a field is withheld; `None` where it is not.
    pub fn why_withheld(&self, field: city::Field) -> Option<&str> {
        self.withheld.iter().find(|one| one.what == field).map(|one| one.reason.as_str())
    }
}

impl Default for OnDuty {
    fn default() -> Self {
        Self { actor: Actor::city_commander("officer:console"), told: false, withheld: Vec::new() }
    }
}

/// Which layers are on, by key. A key that is absent is on.
#[derive(Resource, Default, Clone)]
pub struct OnScreenLayers {
    /// Switched layers.
    pub switched: HashMap<String, bool>,
}

impl OnScreenLayers {
    /// Whether layer `key` is shown. Keys: `terrain.contours`, `terrain.water`, `districts`, `roads`, `bridges`,
    /// `buildings`, `imagery`, `shapes`, `labels`, `risk.<class>`, `devices`, `devices.<class>`, `units`, `drones`, `drone-routes`,
    /// `incidents`, `models`, `ways` for what was asked of the roads, `roads.imported` for an imported network,
    /// `sources.devices`, `.warnings`, `.tracks`, `.requests`, `.features` for what other systems told, `watch.warnings`
    /// and `.notices` for what the city's own watch says, and `panels` for all that is not the map.
    pub fn is_on(&self, key: &str) -> bool {
        self.switched.get(key).copied().unwrap_or(true)
    }

    /// Switches layer `key`.
    pub fn switch(&mut self, key: &str, on: bool) {
        self.switched.insert(key.to_owned(), on);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_light_comes_from_the_north_west() {
        let [sun, west, north] = GroundLook::default().lamps();
        assert!((sun.truncate() - Vec3::new(-0.5, 0.5_f32.sqrt(), 0.5)).length() < 1e-3, "{sun}");
        assert!(west.x < -0.8 && west.z.abs() < 1e-6 && north.z > 0.8 && north.x.abs() < 1e-6);
    }
}
