//! Class, grade, segment and layer by the words files use for them.

use super::column::plain;
use city::{Layer, RiskClass, RiskGrade, Segment};
use std::collections::{BTreeMap, HashMap};

/// More different words than this are no words of a list: they are read anew each time.
const KEPT: usize = 10_000;

/// Classes by their words; each word is thought about once.
#[derive(Debug)]
pub(super) struct Classes<'a> {
    given: &'a BTreeMap<String, RiskClass>,
    met: HashMap<String, Option<RiskClass>>,
}

impl<'a> Classes<'a> {
    /// Classes by their words, and by those of `given`.
    pub fn new(given: &'a BTreeMap<String, RiskClass>) -> Self {
        Self { given, met: HashMap::new() }
    }

    /// The class that `word` means; `None` for none.
    pub fn of(&mut self, word: &str) -> Option<RiskClass> {
        if let Some(met) = self.met.get(word) {
            return met.clone();
        }
        let class = self.given.get(word).cloned().or_else(|| class(word));
        if self.met.len() < KEPT {
            self.met.insert(word.to_owned(), class.clone());
        }
        class
    }
}

/// A known class by key, Chinese or English name; else a new one where the word may be a key.
fn class(word: &str) -> Option<RiskClass> {
    let wanted = plain(word);
    let known = RiskClass::KNOWN.iter().find(|c| [c.key(), c.zh(), c.en()].map(plain).contains(&wanted));
    known.cloned().or_else(|| RiskClass::is_valid_key(word).then(|| RiskClass::from(word)))
}

/// 分级 by key, name or colour.
pub(super) fn grade(word: &str) -> Option<RiskGrade> {
    let word = plain(word);
    match word.trim_end_matches("风险").trim_end_matches('色') {
        "major" | "重大" | "red" | "红" => Some(RiskGrade::Major),
        "considerable" | "较大" | "orange" | "橙" => Some(RiskGrade::Considerable),
        "general" | "一般" | "yellow" | "黄" => Some(RiskGrade::General),
        "low" | "低" | "blue" | "蓝" => Some(RiskGrade::Low),
        _ => None,
    }
}

/// 分段 by key or name.
pub(super) fn segment(word: &str) -> Option<Segment> {
    match plain(word).as_str() {
        "prevent" | "防" | "预防" => Some(Segment::Prevent),
        "monitor" | "监" | "监测" => Some(Segment::Monitor),
        "handle" | "处" | "处置" => Some(Segment::Handle),
        "recover" | "复" | "恢复" => Some(Segment::Recover),
        _ => None,
    }
}

/// 分层 by key or name.
pub(super) fn layer(word: &str) -> Option<Layer> {
    match plain(word).as_str() {
        "underground" | "地下" => Some(Layer::Underground),
        "surface" | "地面" => Some(Layer::Surface),
        "building" | "建筑" => Some(Layer::Building),
        "lowaltitude" | "低空" => Some(Layer::LowAltitude),
        _ => None,
    }
}

/// Whether two units are the same one written differently.
pub(super) fn same_unit(one: &str, other: &str) -> bool {
    spelt(one) == spelt(other)
}

fn spelt(unit: &str) -> String {
    let mut text = plain(unit);
    for (written, usual) in [
        ("℃", "°c"),
        ("摄氏度", "°c"),
        ("㎡", "m²"),
        ("平方米", "m²"),
        ("m2", "m²"),
        ("persons", "人"),
        ("people", "人"),
        ("毫米", "mm"),
        ("毫克", "mg"),
        ("米", "m"),
        ("升", "l"),
        ("天", "d"),
        ("day", "d"),
        ("％", "%"),
    ] {
        text = text.replace(written, usual);
    }
    text
}

/// Whether what a class measures is never below zero. A level may lie below its mark, ground may move back, air may
/// freeze; what a class that data brought measures is not known.
pub(super) fn is_never_negative(class: &RiskClass) -> bool {
    use RiskClass::{Bridge, Crowd, Fire, Gas, SepticGas, Traffic, WaterQuality};
    matches!(class, Gas | Fire | Crowd | Bridge | WaterQuality | SepticGas | Traffic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_the_same_in_both_languages() {
        let given = BTreeMap::from([("井盖".to_owned(), RiskClass::from("manhole"))]);
        let mut classes = Classes::new(&given);
        for word in ["waterQuality", "水质", "Water quality", "WATER_QUALITY"] {
            assert_eq!(classes.of(word), Some(RiskClass::WaterQuality), "{word}");
        }
        assert_eq!(classes.of("井盖"), Some(RiskClass::from("manhole")));
        assert_eq!(classes.of("lamp"), Some(RiskClass::Other("lamp".into())));
        assert_eq!((classes.of("路灯"), classes.of("路灯")), (None, None));
        assert_eq!(["major", "重大风险", "红色", "Red"].map(grade), [Some(RiskGrade::Major); 4]);
        assert_eq!(["监", "监测", "Monitor"].map(segment), [Some(Segment::Monitor); 3]);
        assert_eq!(["低空", "lowAltitude", "low-altitude"].map(layer), [Some(Layer::LowAltitude); 3]);
        assert!(same_unit("℃", "°C") && same_unit("人/平方米", "人/m²") && !same_unit("mm", "m"));
    }
}
