//! The risk points of the training city: every class a device or a patrol watches.

use super::sites::{Site, Sites};
use crate::seeded::Seeded;
use crate::{Gazetteer, StaticLayers};
use city::{Layer, Place, RiskClass, RiskGrade, RiskPoint, RiskPointId, Segment};
use std::collections::HashMap;
use terrain::Ground;

/// What a risk point is called, in Chinese and English.
type Called = [&'static str; 2];

/// A class: how many points, on which layer, and what they are called.
struct Kind {
    class: RiskClass,
    count: usize,
    layer: Layer,
    called: &'static [Called],
}

const KINDS: [Kind; 11] = [
    kind(
        RiskClass::Flood,
        520,
        Layer::Surface,
        &[
            ["滨江路内涝点", "flooding riverside road"],
            ["低洼易涝点", "low ground that floods"],
            ["涉水码头", "wharf at the waterline"],
            ["沿江低洼院落", "low riverside courtyard"],
        ],
    ),
    kind(
        RiskClass::Landslide,
        640,
        Layer::Surface,
        &[
            ["边坡滑坡点", "cut slope that may slide"],
            ["危岩崩塌点", "rock that may fall"],
            ["挡墙变形点", "retaining wall that moves"],
            ["不稳定斜坡", "unstable slope"],
        ],
    ),
    kind(
        RiskClass::Gas,
        700,
        Layer::Underground,
        &[
            ["燃气调压站", "gas regulator station"],
            ["燃气老旧管段", "old gas main"],
            ["餐饮用气点", "restaurant on gas"],
            ["阀井", "valve chamber"],
        ],
    ),
    kind(
        RiskClass::Fire,
        620,
        Layer::Building,
        &[
            ["高层建筑火灾点", "high-rise fire"],
            ["老旧小区火灾点", "old housing fire"],
            ["仓储火灾点", "warehouse fire"],
            ["九小场所", "small premises"],
        ],
    ),
    kind(
        RiskClass::ForestFire,
        200,
        Layer::Surface,
        &[
            ["林区火险点", "forest fire"],
            ["山脊瞭望火险点", "ridge lookout"],
            ["坟山火险点", "grave hill fire"],
        ],
    ),
    kind(
        RiskClass::Crowd,
        260,
        Layer::Surface,
        &[
            ["商圈人群聚集点", "shopping district crowd"],
            ["广场人群聚集点", "square crowd"],
            ["车站人群聚集点", "station crowd"],
            ["夜市人群聚集点", "night market crowd"],
        ],
    ),
    kind(
        RiskClass::Bridge,
        240,
        Layer::Surface,
        &[
            ["桥梁支座监测点", "bridge bearing"],
            ["桥墩冲刷点", "pier scour"],
            ["主跨应变点", "main span strain"],
        ],
    ),
    kind(
        RiskClass::WaterQuality,
        140,
        Layer::Surface,
        &[["水质监测断面", "water quality section"], ["排污口", "outfall"], ["取水口", "water intake"]],
    ),
    kind(
        RiskClass::SepticGas,
        520,
        Layer::Underground,
        &[["化粪池沼气点", "septic tank gas"], ["污水井有害气体点", "sewer gas"]],
    ),
    kind(
        RiskClass::Traffic,
        420,
        Layer::Surface,
        &[
            ["易堵路段", "road that jams"],
            ["事故多发路段", "accident black spot"],
            ["长下坡路段", "long descent"],
        ],
    ),
    kind(
        RiskClass::MuckTruck,
        140,
        Layer::Surface,
        &[["渣土车违规路段", "muck truck route"], ["渣土车出土口", "muck truck gate"]],
    ),
];

const fn kind(class: RiskClass, count: usize, layer: Layer, called: &'static [Called]) -> Kind {
    Kind { class, count, layer, called }
}

/// The risk points of the training city with `seed`, class after class: `R-flood-0001` and so on.
pub fn training_risk_points(
    layers: &StaticLayers,
    gazetteer: &Gazetteer,
    ground: &Ground,
    seed: u64,
) -> Vec<RiskPoint> {
    let mut sites = Sites::new(layers, gazetteer, ground);
    let mut points = Vec::new();
    let mut numbers: HashMap<(Place, Called), u32> = HashMap::new();
    for kind in &KINDS {
        let mut random = Seeded::new(seed, &format!("risk points {}", kind.class));
        let (mut placed, mut tries) = (0, 0);
        while placed < kind.count && tries < kind.count * 4 {
            tries += 1;
            let Some(site) = sites.find(&kind.class, &mut random) else { continue };
            placed += 1;
            let called = kind.called[random.index(kind.called.len())];
            let number = numbers.entry((site.place, called)).or_default();
            *number += 1;
            let [name, name_en] = names(layers, &site, called, *number);
            points.push(RiskPoint {
                id: RiskPointId::from(format!("R-{}-{placed:04}", kind.class)),
                name,
                name_en,
                at: site.at,
                place: site.place,
                class: kind.class.clone(),
                grade: grade(site.severity, &mut random),
                segment: segment(&mut random),
                layer: kind.layer,
            });
        }
    }
    points
}

/// Such as `渝中区 · 朝天门街道 · 滨江路内涝点 3`, and the same in English.
fn names(layers: &StaticLayers, site: &Site, called: Called, number: u32) -> [String; 2] {
    let district = layers.district(site.place.district).map_or(["", ""], |d| [&d.zh, &d.en]);
    let towns = layers.townships_of(site.place.district);
    let town = towns.iter().find(|t| t.code == site.place.township).map_or(["", ""], |t| [&t.zh, &t.en]);
    std::array::from_fn(|n| format!("{} · {} · {} {number}", district[n], town[n], called[n]))
}

/// About 6 % major, 17 % considerable, 45 % general, 32 % low; graver where the place is.
fn grade(severity: f64, random: &mut Seeded) -> RiskGrade {
    match 0.5 * severity + 0.5 * random.share() {
        x if x > 0.83 => RiskGrade::Major,
        x if x > 0.66 => RiskGrade::Considerable,
        x if x > 0.40 => RiskGrade::General,
        _ => RiskGrade::Low,
    }
}

fn segment(random: &mut Seeded) -> Segment {
    match random.share() {
        x if x < 0.35 => Segment::Prevent,
        x if x < 0.85 => Segment::Monitor,
        x if x < 0.95 => Segment::Handle,
        _ => Segment::Recover,
    }
}
