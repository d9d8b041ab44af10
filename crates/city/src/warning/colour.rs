//! The colour of a warning (预警级别).

use serde::{Deserialize, Serialize};

/// The colour of a warning, gravest first: 一级 to 四级. Not the level of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WarningColour {
    /// 红色, level 1 (一级).
    Red,
    /// 橙色, level 2 (二级).
    Orange,
    /// 黄色, level 3 (三级).
    Yellow,
    /// 蓝色, level 4 (四级).
    Blue,
}

impl WarningColour {
    /// All colours, gravest first.
    pub const ALL: [WarningColour; 4] = [Self::Red, Self::Orange, Self::Yellow, Self::Blue];

    /// The key on the wire, camelCase; also the key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Blue => "blue",
        }
    }

    /// Its level, 1 gravest to 4.
    pub fn level(self) -> u8 {
        match self {
            Self::Red => 1,
            Self::Orange => 2,
            Self::Yellow => 3,
            Self::Blue => 4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn red_is_gravest_and_the_wire_says_the_key() {
        assert!(WarningColour::Red < WarningColour::Blue);
        for (colour, level) in WarningColour::ALL.into_iter().zip(1..) {
            assert_eq!(colour.level(), level);
            assert_eq!(serde_json::to_string(&colour).unwrap(), format!("\"{}\"", colour.key()));
        }
    }
}
