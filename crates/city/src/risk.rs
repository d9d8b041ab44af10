//! The one-map's points: class, grade, segment and layer (分类、分级、分段、分层).

use crate::{LonLat, Place, RiskPointId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

macro_rules! risk_classes {
    ($($variant:ident $key:literal $zh:literal $en:literal $level:literal),+ $(,)?) => {
        /// The kind of a risk (分类). The known ones have symbols and rules; data may add others.
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum RiskClass {
            $(#[doc = $zh] $variant,)+
            /// A class that data brought, by its key.
            Other(Arc<str>),
        }

        impl RiskClass {
            /// Every known class, in the order of the layer tree.
            pub const KNOWN: &'static [RiskClass] = &[$(RiskClass::$variant),+];

            /// The key on the wire, camelCase.
            pub fn key(&self) -> &str {
                match self { $(Self::$variant => $key,)+ Self::Other(key) => key }
            }

            /// The Chinese name; the key for a class that data brought.
            pub fn zh(&self) -> &str {
                match self { $(Self::$variant => $zh,)+ Self::Other(key) => key }
            }

            /// The English name; the key for a class that data brought.
            pub fn en(&self) -> &str {
                match self { $(Self::$variant => $en,)+ Self::Other(key) => key }
            }

            /// The incident level (1 gravest to 4) a first report of this class is given.
            pub fn first_level(&self) -> u8 {
                match self { $(Self::$variant => $level,)+ Self::Other(_) => 4 }
            }
        }

        impl From<&str> for RiskClass {
            fn from(key: &str) -> Self {
                match key { $($key => Self::$variant,)+ other => Self::Other(other.into()) }
            }
        }
    };
}

risk_classes! {
    Flood "flood" "洪涝" "Flood" 2,
    Landslide "landslide" "地质灾害" "Landslide" 2,
    Gas "gas" "燃气" "Gas" 2,
    Fire "fire" "火灾" "Fire" 3,
    ForestFire "forestFire" "森林火险" "Forest fire" 2,
    Crowd "crowd" "人群聚集" "Crowd" 3,
    Bridge "bridge" "桥梁" "Bridge" 3,
    WaterQuality "waterQuality" "水质" "Water quality" 3,
    SepticGas "septicGas" "化粪池沼气" "Septic tank gas" 3,
    Traffic "traffic" "交通" "Traffic" 4,
    MuckTruck "muckTruck" "渣土车" "Muck truck" 4,
    Complaint "complaint" "群众诉求" "Complaint" 4,
}

impl RiskClass {
    /// True for a key that may stand on the wire: 1 to 40 ASCII letters and digits, a letter first.
    pub fn is_valid_key(key: &str) -> bool {
        (1..=40).contains(&key.len())
            && key.starts_with(|c: char| c.is_ascii_alphabetic())
            && key.chars().all(|c| c.is_ascii_alphanumeric())
    }
}

impl fmt::Display for RiskClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

impl Serialize for RiskClass {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

impl<'de> Deserialize<'de> for RiskClass {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        if Self::is_valid_key(&key) {
            Ok(Self::from(key.as_str()))
        } else {
            Err(serde::de::Error::custom(format!("`{key}` is not a risk class: 1 to 40 letters and digits")))
        }
    }
}

/// The grade of a risk (分级), gravest first. Its colour is the theme's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RiskGrade {
    /// 重大, red.
    Major,
    /// 较大, orange.
    Considerable,
    /// 一般, yellow.
    General,
    /// 低, blue.
    Low,
}

impl RiskGrade {
    /// All grades, gravest first.
    pub const ALL: [RiskGrade; 4] = [Self::Major, Self::Considerable, Self::General, Self::Low];
}

/// Where in the handling of a risk a thing belongs (分段).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Segment {
    /// 防: prevent.
    Prevent,
    /// 监: monitor.
    Monitor,
    /// 处: handle.
    Handle,
    /// 复: recover.
    Recover,
}

/// How high a thing stands (分层).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Layer {
    /// 地下.
    Underground,
    /// 地面.
    Surface,
    /// 建筑.
    Building,
    /// 低空.
    LowAltitude,
}

/// A risk point of the one-map (风险点).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RiskPoint {
    /// Its identifier.
    pub id: RiskPointId,
    /// Its Chinese name.
    pub name: String,
    /// Its English name; empty where it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name_en: String,
    /// Where it is.
    pub at: LonLat,
    /// Whose it is.
    pub place: Place,
    /// 分类.
    pub class: RiskClass,
    /// 分级.
    pub grade: RiskGrade,
    /// 分段.
    pub segment: Segment,
    /// 分层.
    pub layer: Layer,
}
