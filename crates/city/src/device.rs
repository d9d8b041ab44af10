//! Sensing devices and what they measure (感知设备、观测).

use crate::{CityTime, DeviceId, LonLat, Place, RiskClass};
use serde::{Deserialize, Serialize};

/// A sensing device. Which class of risk it watches fixes what it measures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// Its identifier.
    pub id: DeviceId,
    /// Where it stands.
    pub at: LonLat,
    /// Whose it is.
    pub place: Place,
    /// The class of risk it watches.
    pub class: RiskClass,
}

/// The newest value of a device.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceReading {
    /// When it was measured.
    pub at: CityTime,
    /// The value, in its class's [`Measure::unit`].
    pub value: f64,
}

/// What a class of devices measures, and from where on it is an incident.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// What is measured, Chinese.
    pub zh: &'static str,
    /// What is measured, English.
    pub en: &'static str,
    /// The unit, as shown.
    pub unit: &'static str,
    /// A usual value.
    pub usual: f64,
    /// The value from which the training city reports an incident.
    pub alarm: f64,
    /// True when the alarm is at or below [`Measure::alarm`] (dissolved oxygen), false when at or above it.
    pub alarm_below: bool,
}

impl Measure {
    /// What devices of `class` measure; `None` where people report, not devices.
    ///
    /// Alarm values: methane 20 % and septic gas 25 % of the lower explosive limit (GB 15322 sets low alarms
    /// at ≤ 25 % LEL), dissolved oxygen 5 mg/L (GB 3838-2002 class Ⅲ), crowd 4 people/m² (the usual limit of
    /// safe standing crowds), the others training values.
    pub fn of(class: &RiskClass) -> Option<Measure> {
        let m = |zh, en, unit, usual, alarm, alarm_below| {
            Some(Measure { zh, en, unit, usual, alarm, alarm_below })
        };
        match class {
            RiskClass::Flood => m("水位超警", "Level above warning", "m", -3.0, 0.0, false),
            RiskClass::Landslide => m("位移速率", "Displacement rate", "mm/d", 0.4, 10.0, false),
            RiskClass::Gas => m("甲烷浓度", "Methane", "%LEL", 1.0, 20.0, false),
            RiskClass::Fire => m("烟雾", "Smoke obscuration", "%/m", 0.3, 8.0, false),
            RiskClass::ForestFire => m("热点温度", "Hot-spot temperature", "°C", 24.0, 90.0, false),
            RiskClass::Crowd => m("人群密度", "Crowd density", "人/m²", 0.8, 4.0, false),
            RiskClass::Bridge => m("应变比", "Strain ratio", "%", 35.0, 90.0, false),
            RiskClass::WaterQuality => m("溶解氧", "Dissolved oxygen", "mg/L", 7.5, 5.0, true),
            RiskClass::SepticGas => m("沼气浓度", "Septic gas", "%LEL", 4.0, 25.0, false),
            RiskClass::Traffic => m("拥堵指数", "Congestion index", "", 1.4, 3.5, false),
            _ => None,
        }
    }

    /// True when `value` is at or past the alarm.
    pub fn alarms(&self, value: f64) -> bool {
        if self.alarm_below { value <= self.alarm } else { value >= self.alarm }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_oxygen_alarms_and_usual_values_do_not() {
        let oxygen = Measure::of(&RiskClass::WaterQuality).unwrap();
        assert!(oxygen.alarms(4.9) && !oxygen.alarms(5.1));
        for class in RiskClass::KNOWN {
            if let Some(measure) = Measure::of(class) {
                assert!(!measure.alarms(measure.usual), "{class}");
                assert!(!measure.alarms(f64::NAN), "{class}");
            }
        }
        assert!(Measure::of(&RiskClass::Complaint).is_none());
    }
}
