//! China's administrative codes among the codes of an area. Deliberately absent: the codes of other countries.

use super::alert::{Area, Info, NamedValue};
use city::DistrictCode;

/// The first two digits of a GB/T 2260 code: the provinces, 50 is Chongqing.
const PROVINCES: [u32; 34] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54,
    61, 62, 63, 64, 65, 71, 81, 82,
];

/// What a name contains that means GB/T 2260. American FIPS codes have six digits too, so a name must say it.
const NAMES: [&str; 6] = ["2260", "adcode", "12379", "xzqh", "division code", "divisioncode"];

impl NamedValue {
    /// The district of a GB/T 2260 code of six digits, or of one of nine or twelve that begins with it; `None` where
    /// the name does not say that the code is of that standard. A name in Chinese does.
    pub fn district(&self) -> Option<DistrictCode> {
        let name = self.name.to_lowercase();
        let is_chinese = name.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let value = self.value.trim();
        let is_code = matches!(value.len(), 6 | 9 | 12) && value.bytes().all(|byte| byte.is_ascii_digit());
        if !is_code || !(is_chinese || NAMES.iter().any(|known| name.contains(known))) {
            return None;
        }
        let code: u32 = value.get(..6)?.parse().ok()?;
        PROVINCES.contains(&(code / 10_000)).then_some(DistrictCode(code))
    }
}

impl Area {
    /// The districts it names by GB/T 2260; `500000` is all of Chongqing.
    pub fn districts(&self) -> Vec<DistrictCode> {
        self.geocodes.iter().filter_map(NamedValue::district).collect()
    }
}

impl Info {
    /// The districts that its areas name by GB/T 2260, each once, in their order.
    pub fn districts(&self) -> Vec<DistrictCode> {
        let mut codes: Vec<_> = self.areas.iter().flat_map(Area::districts).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_of_the_chinese_standard_are_districts() {
        let district = |name: &str, value: &str| {
            NamedValue { name: name.to_owned(), value: value.to_owned() }.district().map(|code| code.0)
        };
        assert_eq!(district("GB/T 2260", "500103"), Some(500_103));
        assert_eq!(district("行政区划代码", "500103001000"), Some(500_103));
        assert_eq!(district("ADCODE", "500000"), Some(500_000));
        for (name, value) in [
            ("FIPS6", "500103"),
            ("SAME", "500103"),
            ("GB/T 2260", "990103"),
            ("GB/T 2260", "50010"),
            ("GB/T 2260", "五零零一零三"),
            ("国家预警信息发布中心", "11B03"),
        ] {
            assert_eq!(district(name, value), None, "{name} {value}");
        }
    }
}
