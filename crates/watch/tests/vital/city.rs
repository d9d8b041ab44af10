//! A small city: districts of townships, a file of few signs, and seeded chance.

use city::{CityTime, DistrictCode, Jurisdiction, Place, TownshipCode};
use watch::rules::DeviceHandle;
use watch::vital::{Definitions, Places, Reading, VitalSigns};

pub const START: CityTime = CityTime(1_782_835_200_000);

/// Township `township` of district `district`, both from 1.
pub fn place(district: u32, township: u32) -> Place {
    let district = 500_100 + district;
    Place { district: DistrictCode(district), township: TownshipCode(district * 1_000 + township) }
}

pub fn district(number: u32) -> Jurisdiction {
    Jurisdiction::District(DistrictCode(500_100 + number))
}

pub fn township(number: u32, of: u32) -> Jurisdiction {
    Jurisdiction::Township(place(of, number).township)
}

pub fn places(districts: u32, townships: u32) -> Places {
    let all = (1..=districts).flat_map(|d| (1..=townships).map(move |t| place(d, t)));
    Places::new(all, [])
}

pub fn sign(id: &str, device: &str, unit: &str, more: &str) -> String {
    format!(
        "[[sign]]\nid = \"{id}\"\nzh = \"体征\"\nen = \"Sign\"\ndefinition = {{ zh = \"义\", en = \"what\" }}\n\
         unit = \"{unit}\"\nsource = \"training value\"\ndevices = [\"{device}\"]\nrefresh = \"1ms\"\n\
         least = {{ city = 1, district = 1, township = 1 }}\nalgorithm = \"a\"\nversion = \"1.0.0\"\n\
         compare = [\"yesterday\", \"weeks\", \"last-year\"]\n{more}\n"
    )
}

pub const GAS: &str = "[[devices]]\nid = \"gas\"\nclass = \"gas\"\nunit = \"%LEL\"\nmin = 0.0\nmax = 100.0\nstale = \"10min\"\n";
pub const ABOVE: &str = "grades = { worse = \"above\", yellow = 20.0, red = 50.0 }";

pub fn run(text: &str, places: Places) -> VitalSigns {
    let definitions = Definitions::read("test.toml", text)
        .unwrap_or_else(|faults| panic!("{}", faults.iter().map(|f| format!("{f}\n")).collect::<String>()));
    VitalSigns::new(definitions, places, START)
}

pub fn value(signs: &VitalSigns, id: &str, area: Jurisdiction) -> Reading {
    signs.value(signs.sign(id).expect("a sign of the file"), area)
}

pub fn device(n: u32) -> DeviceHandle {
    DeviceHandle(n)
}

/// SplitMix64.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}
