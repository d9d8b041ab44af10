//! Ridges, summits and places whose names stand on the map. Positions are public knowledge, within about 1 km;
//! published summit heights stand beside the name.

use city::LonLat;
use shell::LabelKind;

/// A name on the map.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedPlace {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
    /// Where.
    pub at: LonLat,
    /// What it is.
    pub kind: LabelKind,
    /// Shown when the eye is nearer than this, metres.
    pub within_m: f64,
}

const fn named(
    zh: &'static str,
    en: &'static str,
    lon: f64,
    lat: f64,
    kind: LabelKind,
    within_m: f64,
) -> NamedPlace {
    NamedPlace { zh, en, at: LonLat::new(lon, lat), kind, within_m }
}

use LabelKind::{Place, Ridge};

/// The names, most important first.
pub(crate) const PLACES: [NamedPlace; 30] = [
    named("缙云山", "Jinyun Ridge", 106.373, 29.816, Ridge, 250e3),
    named("中梁山", "Zhongliang Ridge", 106.432, 29.640, Ridge, 250e3),
    named("铜锣山", "Tongluo Ridge", 106.690, 29.680, Ridge, 250e3),
    named("明月山", "Mingyue Ridge", 106.830, 29.700, Ridge, 250e3),
    named("歌乐山 693 m", "Geleshan 693 m", 106.408, 29.520, Ridge, 45e3),
    named("南山", "Nanshan", 106.624, 29.552, Ridge, 60e3),
    named("金佛山 2238 m", "Jinfoshan 2238 m", 107.194, 29.028, Ridge, 400e3),
    named("阴条岭 2797 m", "Yintiaoling 2797 m", 109.880, 31.480, Ridge, 700e3),
    named("大沙土梁子 1421 m", "Dashatu Liangzi 1421 m", 106.700, 30.118, Ridge, 120e3),
    named("解放碑", "Jiefangbei", 106.577, 29.557, Place, 70e3),
    named("朝天门", "Chaotianmen", 106.5845, 29.5685, Place, 40e3),
    named("江北国际机场", "Jiangbei Airport", 106.642, 29.719, Place, 90e3),
    named("重庆北站", "Chongqing North Station", 106.551, 29.608, Place, 45e3),
    named("重庆西站", "Chongqing West Station", 106.435, 29.503, Place, 45e3),
    named("观音桥", "Guanyinqiao", 106.532, 29.573, Place, 45e3),
    named("沙坪坝三峡广场", "Sanxia Square", 106.457, 29.556, Place, 35e3),
    named("杨家坪", "Yangjiaping", 106.511, 29.507, Place, 45e3),
    named("南坪", "Nanping", 106.570, 29.527, Place, 45e3),
    named("磁器口", "Ciqikou", 106.450, 29.580, Place, 25e3),
    named("大坪", "Daping", 106.517, 29.540, Place, 25e3),
    named("两路口", "Lianglukou", 106.548, 29.555, Place, 18e3),
    named("洪崖洞", "Hongyadong", 106.579, 29.562, Place, 9e3),
    named("江北嘴", "Jiangbeizui", 106.573, 29.571, Place, 18e3),
    named("弹子石", "Danzishi", 106.593, 29.580, Place, 18e3),
    named("礼嘉", "Lijia", 106.484, 29.670, Place, 45e3),
    named("欢乐谷", "Happy Valley", 106.505, 29.672, Place, 18e3),
    named("大学城", "University Town", 106.305, 29.607, Place, 70e3),
    named("广阳岛", "Guangyang Island", 106.690, 29.570, Place, 45e3),
    named("珊瑚坝", "Shanhuba", 106.560, 29.546, Place, 14e3),
    named("较场口", "Jiaochangkou", 106.573, 29.552, Place, 9e3),
];
