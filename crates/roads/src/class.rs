//! The classes of ways, from the motorway to the lift, and what is usual on each.

use crate::Mode;

/// What a way is, as OpenStreetMap tells it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum StreetClass {
    /// 高速公路.
    Motorway,
    /// 快速路, 国道.
    Trunk,
    /// 主干道.
    Primary,
    /// 次干道.
    Secondary,
    /// 支路 that leads through.
    Tertiary,
    /// A small road between places.
    Unclassified,
    /// A street to homes.
    Residential,
    /// A street that walkers may use all of.
    LivingStreet,
    /// A drive, an alley, a way on a compound.
    Service,
    /// A field or forest track.
    Track,
    /// A ramp of a motorway.
    MotorwayLink,
    /// A ramp of a trunk road.
    TrunkLink,
    /// A ramp of a primary road.
    PrimaryLink,
    /// A ramp of a secondary road.
    SecondaryLink,
    /// A ramp of a tertiary road.
    TertiaryLink,
    /// A street for walkers (步行街).
    Pedestrian,
    /// A footpath, pavement or crossing.
    Footway,
    /// A path.
    Path,
    /// A way for bicycles, where walking is allowed too.
    Cycleway,
    /// 梯坎.
    Steps,
    /// 扶梯.
    Escalator,
    /// A corridor inside a building.
    Corridor,
    /// 电梯: waited for, then ridden.
    Elevator,
    /// A gate, bollard or other barrier, without length.
    Barrier,
}

/// What is usual on a class: key, flowing speed km/h, steepest slope it is built with, who may use it by default.
type Usual = (StreetClass, &'static str, f64, f64, u8);

const MOTOR: u8 = Mode::CAR | Mode::EMERGENCY;
const WALK: u8 = Mode::FOOT | Mode::WHEELCHAIR;
const ALL: u8 = MOTOR | WALK;

/// In the order of the enum. Slopes as CJJ 37 (urban roads) and JTG B01 (highways) build them, at their steepest.
const USUAL: [Usual; 24] = [
    (StreetClass::Motorway, "motorway", 100.0, 0.05, MOTOR),
    (StreetClass::Trunk, "trunk", 75.0, 0.07, ALL),
    (StreetClass::Primary, "primary", 55.0, 0.08, ALL),
    (StreetClass::Secondary, "secondary", 48.0, 0.09, ALL),
    (StreetClass::Tertiary, "tertiary", 40.0, 0.10, ALL),
    (StreetClass::Unclassified, "unclassified", 35.0, 0.12, ALL),
    (StreetClass::Residential, "residential", 30.0, 0.12, ALL),
    (StreetClass::LivingStreet, "living_street", 15.0, 0.12, ALL),
    (StreetClass::Service, "service", 18.0, 0.15, ALL),
    (StreetClass::Track, "track", 15.0, 0.20, ALL),
    (StreetClass::MotorwayLink, "motorway_link", 55.0, 0.06, MOTOR),
    (StreetClass::TrunkLink, "trunk_link", 48.0, 0.08, ALL),
    (StreetClass::PrimaryLink, "primary_link", 42.0, 0.08, ALL),
    (StreetClass::SecondaryLink, "secondary_link", 38.0, 0.09, ALL),
    (StreetClass::TertiaryLink, "tertiary_link", 35.0, 0.10, ALL),
    (StreetClass::Pedestrian, "pedestrian", 10.0, 0.15, Mode::EMERGENCY | WALK),
    (StreetClass::Footway, "footway", 6.0, 0.40, WALK),
    (StreetClass::Path, "path", 6.0, 0.50, Mode::FOOT),
    (StreetClass::Cycleway, "cycleway", 6.0, 0.20, WALK),
    (StreetClass::Steps, "steps", 3.0, 1.0, Mode::FOOT),
    (StreetClass::Escalator, "escalator", 2.0, 1.0, Mode::FOOT),
    (StreetClass::Corridor, "corridor", 5.0, 0.10, WALK),
    (StreetClass::Elevator, "elevator", 4.0, f64::MAX, WALK),
    (StreetClass::Barrier, "barrier", 5.0, f64::MAX, ALL),
];

impl StreetClass {
    /// The key in files and answers: OpenStreetMap's word.
    pub fn key(self) -> &'static str {
        USUAL[self as usize].1
    }

    /// The speed of flowing traffic where none is signed, metres a second.
    pub fn flowing_mps(self) -> f64 {
        USUAL[self as usize].2 / 3.6
    }

    /// The steepest slope it is built with, rise over run.
    pub fn steepest(self) -> f64 {
        USUAL[self as usize].3
    }

    /// Who may use it where no tag says otherwise: bits of [`Mode`].
    pub(crate) fn usual_access(self) -> u8 {
        USUAL[self as usize].4
    }

    /// True when motor vehicles are what it is made for.
    pub fn is_motor(self) -> bool {
        self.usual_access() & Mode::CAR != 0 && self != Self::Barrier
    }

    /// The class of a column's byte.
    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        USUAL.get(usize::from(byte)).map(|usual| usual.0)
    }

    /// The class of a word: OpenStreetMap's, one of the schematic layers', or a Chinese one.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase();
        let known = USUAL.iter().find(|usual| usual.1 == word && usual.0 != Self::Barrier);
        known.map(|usual| usual.0).or(match word.as_str() {
            "expressway" | "高速公路" | "高速" => Some(Self::Motorway),
            "快速路" | "国道" => Some(Self::Trunk),
            "artery" | "主干道" | "主干路" | "省道" => Some(Self::Primary),
            "次干道" | "次干路" => Some(Self::Secondary),
            "county" | "支路" | "县道" | "乡道" => Some(Self::Tertiary),
            "road" => Some(Self::Unclassified),
            "local" | "街道" | "居住区道路" => Some(Self::Residential),
            "alley" | "driveway" | "小巷" | "内部道路" => Some(Self::Service),
            "步行街" => Some(Self::Pedestrian),
            "sidewalk" | "crossing" | "platform" | "人行道" | "人行天桥" => Some(Self::Footway),
            "bridleway" | "小路" => Some(Self::Path),
            "stairs" | "stairway" | "梯坎" | "台阶" | "楼梯" => Some(Self::Steps),
            "扶梯" | "自动扶梯" => Some(Self::Escalator),
            "lift" | "电梯" | "升降梯" => Some(Self::Elevator),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_in_the_order_of_the_enum() {
        for (index, usual) in USUAL.iter().enumerate() {
            assert_eq!(usual.0 as usize, index);
            assert_eq!(StreetClass::from_byte(index as u8), Some(usual.0));
        }
        assert_eq!(StreetClass::from_word("Motorway_Link"), Some(StreetClass::MotorwayLink));
        assert_eq!(StreetClass::from_word("梯坎"), Some(StreetClass::Steps));
        assert_eq!(StreetClass::from_word("construction"), None);
    }
}
