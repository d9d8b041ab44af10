//! Roads: class, name, speed, and whether a piece is a bridge or a tunnel.

use crate::reading::{Reading, number, position, read_lines};
use city::LonLat;

/// The class of a road, most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RoadClass {
    /// 高速公路 and 快速路: no crossings at grade.
    Expressway,
    /// 国道、省道 outside the built-up area.
    Trunk,
    /// 城市主干道.
    Artery,
    /// 县乡道 between townships; schematic.
    County,
    /// 支路 of a built-up area; schematic.
    Local,
}

impl RoadClass {
    /// All classes, most important first.
    pub const ALL: [RoadClass; 5] = [Self::Expressway, Self::Trunk, Self::Artery, Self::County, Self::Local];

    /// The key in files and on the wire.
    pub fn key(self) -> &'static str {
        match self {
            Self::Expressway => "expressway",
            Self::Trunk => "trunk",
            Self::Artery => "artery",
            Self::County => "county",
            Self::Local => "local",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.key() == key)
    }
}

/// What carries a piece of road.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Structure {
    /// The ground.
    Ground,
    /// A bridge; only bridges cross rivers.
    Bridge,
    /// A tunnel.
    Tunnel,
}

impl Structure {
    /// The key in files and on the wire.
    pub fn key(self) -> &'static str {
        match self {
            Self::Ground => "ground",
            Self::Bridge => "bridge",
            Self::Tunnel => "tunnel",
        }
    }
}

/// A piece of road of one class, name and structure. Schematic: within about 300 m in the centre, a sketch elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Road {
    /// Its class.
    pub class: RoadClass,
    /// Its Chinese name; empty for schematic local streets.
    pub zh: String,
    /// Its English name; may be empty.
    pub en: String,
    /// The speed traffic usually reaches when it flows, metres a second.
    pub speed_mps: f64,
    /// What carries it.
    pub structure: Structure,
    /// Its line, two positions at least. Roads meet where they share a position.
    pub path: Vec<LonLat>,
}

/// Reads comma-separated text with the columns `class,zh,en,speed_kmh,structure,path`; the path is
/// `lon lat;lon lat;…` in degrees.
pub fn read_roads(text: &str) -> Reading<Road> {
    let header = ["class", "zh", "en", "speed_kmh", "structure", "path"];
    read_lines(text, header, |[class, zh, en, speed, structure, path]| {
        let class = RoadClass::from_key(class).ok_or_else(|| {
            format!("class `{class}` is none of {}", RoadClass::ALL.map(RoadClass::key).join(", "))
        })?;
        let structure = match structure {
            "ground" => Structure::Ground,
            "bridge" => Structure::Bridge,
            "tunnel" => Structure::Tunnel,
            _ => return Err(format!("structure `{structure}` is none of ground, bridge, tunnel")),
        };
        let speed_kmh = number("speed_kmh", speed)?;
        if !(1.0..=200.0).contains(&speed_kmh) {
            return Err(format!("speed_kmh {speed_kmh} is not between 1 and 200"));
        }
        let path = path.split(';').map(vertex).collect::<Result<Vec<_>, _>>()?;
        if path.len() < 2 {
            return Err("a path of fewer than two positions".to_owned());
        }
        let speed_mps = speed_kmh / 3.6;
        Ok(Road { class, zh: zh.to_owned(), en: en.to_owned(), speed_mps, structure, path })
    })
}

fn vertex(text: &str) -> Result<LonLat, String> {
    let (lon, lat) =
        text.trim().split_once(' ').ok_or_else(|| format!("`{text}` is not `lon lat` in degrees"))?;
    position(number("lon", lon)?, number("lat", lat)?)
}
