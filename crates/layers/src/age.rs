//! How long what a device said last is believed, by its class (`assets/ages.toml`).

use city::RiskClass;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The class of devices that other systems tell of without saying what they watch.
pub const SENSOR: &str = "sensor";

/// How a symbol ages.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeRule {
    /// Seconds after which it begins to fade.
    pub fades_s: f64,
    /// Seconds after which it counts as silent.
    pub silent_s: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ages {
    usual: AgeRule,
    #[serde(default)]
    class: HashMap<String, AgeRule>,
}

static SHIPPED: LazyLock<Result<Ages, toml::de::Error>> =
    LazyLock::new(|| toml::from_str(include_str!("../../../assets/ages.toml")));

impl AgeRule {
    /// The rule for devices of `class`.
    pub fn of(class: &RiskClass) -> Self {
        // What ships is read by a test; without it nothing would be believed for long.
        let never = Self { fades_s: 0.0, silent_s: 1.0 };
        SHIPPED.as_ref().map_or(never, |ages| *ages.class.get(class.key()).unwrap_or(&ages.usual))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_can_be_read_and_names_classes_that_exist() {
        let ages = SHIPPED.as_ref().map_err(ToString::to_string);
        assert!(ages.is_ok(), "{:?}", ages.err());
        for (key, rule) in ages.iter().flat_map(|ages| &ages.class) {
            assert!(RiskClass::KNOWN.iter().any(|class| class.key() == key) || key == SENSOR, "{key}");
            assert!(rule.fades_s < rule.silent_s);
        }
        assert_eq!(AgeRule::of(&RiskClass::Gas).silent_s, 30.0);
        assert_eq!(AgeRule::of(&RiskClass::WaterQuality).silent_s, 300.0);
    }
}
