//! Made-up devices of all classes and what they say.

use city::{LonLat, Measure, Place, RiskClass, TownshipCode};
use watch::rules::{Change, DeviceInfo, Engine};

/// Seeded numbers, the same on every machine (SplitMix64).
pub struct Seeded(pub u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// When everything begins, milliseconds of Unix time.
pub const START: i64 = 1_782_835_200_000;

/// The device of this number.
pub fn device(n: u32, class: RiskClass) -> DeviceInfo {
    let township = TownshipCode(500_103_001 + n % 3);
    let place = Place { district: township.district(), township };
    let at = LonLat::new(106.55 + f64::from(n % 50) * 0.001, 29.55);
    let mut info = DeviceInfo::new(format!("D-{n}"), class, place, at);
    (info.gateway, info.source) = ((n % 7) as u16, (n % 2) as u16);
    info
}

/// Devices of all classes in turn; the class of each.
pub fn enrol(engine: &mut Engine, devices: u32) -> Vec<RiskClass> {
    let mut classes = RiskClass::KNOWN.to_vec();
    classes.extend([RiskClass::from("patrol"), RiskClass::from("parking")]);
    let mut of = Vec::new();
    for n in 0..devices {
        let class = classes[n as usize % classes.len()].clone();
        engine.enrol(device(n, class.clone())).unwrap();
        of.push(class);
    }
    of
}

/// A value of a class, harmless or not.
pub fn value(class: &RiskClass, seeded: &mut Seeded) -> f64 {
    let Some(measure) = Measure::of(class) else { return seeded.part() * 100.0 };
    let far = measure.usual + (measure.alarm - measure.usual) * 2.5 * seeded.part();
    far.max(if measure.unit == "m" { -5.0 } else { 0.0 })
}

/// Changes, a line each.
pub fn text(changes: &[Change]) -> String {
    changes.iter().map(|change| format!("{change:?}\n")).collect()
}

pub const HOLDING: &str = r#"
system = "test"
zh = "测试"
en = "Test"
[[rule]]
id = "hold"
zh = "持续"
en = "Hold"
algorithm = "a"
version = "1"
source = "training value"
watch = { class = "gas" }
unit = "%LEL"
when = { kind = "above", yellow = { value = 20.0, for = "5min" }, orange = { value = 30.0, for = "3min" }, red = 45.0, max_gap = "3min" }
clear = { at = 15.0, after = "2min" }
raise = "notice"
centre = "district"
advice = { zh = "处置", en = "Act" }
[[rule]]
id = "rise"
zh = "上升"
en = "Rise"
algorithm = "a"
version = "1"
source = "training value"
watch = { class = "gas" }
unit = "%LEL"
when = { kind = "rising", per = "minute", over = "12min", yellow = 1.0, orange = 3.0 }
raise = "notice"
centre = "district"
advice = { zh = "处置", en = "Act" }
"#;
