//! The risk points of the training city: every class a device or a patrol watches.

use super::sites::{Site, Sites};
use crate::seeded::Seeded;
use crate::{Gazetteer, StaticLayers};
use city::{Layer, Place, RiskClass, RiskGrade, RiskPoint, RiskPointId, Segment};
use std::collections::HashMap;
use terrain::Ground;

/// A class: how many points, on which layer, and what they are called.
struct Kind {
    class: RiskClass,
    count: usize,
    layer: Layer,
    called: &'static [&'static str],
}

const KINDS: [Kind; 11] = [
    kind(RiskClass::Flood, 520, Layer::Surface, &["滨江路内涝点", "低洼易涝点", "涉水码头", "沿江低洼院落"]),
    kind(
        RiskClass::Landslide,
        640,
        Layer::Surface,
        &["边坡滑坡点", "危岩崩塌点", "挡墙变形点", "不稳定斜坡"],
    ),
    kind(RiskClass::Gas, 700, Layer::Underground, &["燃气调压站", "燃气老旧管段", "餐饮用气点", "阀井"]),
    kind(
        RiskClass::Fire,
        620,
        Layer::Building,
        &["高层建筑火灾点", "老旧小区火灾点", "仓储火灾点", "九小场所"],
    ),
    kind(RiskClass::ForestFire, 200, Layer::Surface, &["林区火险点", "山脊瞭望火险点", "坟山火险点"]),
    kind(
        RiskClass::Crowd,
        260,
        Layer::Surface,
        &["商圈人群聚集点", "广场人群聚集点", "车站人群聚集点", "夜市人群聚集点"],
    ),
    kind(RiskClass::Bridge, 240, Layer::Surface, &["桥梁支座监测点", "桥墩冲刷点", "主跨应变点"]),
    kind(RiskClass::WaterQuality, 140, Layer::Surface, &["水质监测断面", "排污口", "取水口"]),
    kind(RiskClass::SepticGas, 520, Layer::Underground, &["化粪池沼气点", "污水井有害气体点"]),
    kind(RiskClass::Traffic, 420, Layer::Surface, &["易堵路段", "事故多发路段", "长下坡路段"]),
    kind(RiskClass::MuckTruck, 140, Layer::Surface, &["渣土车违规路段", "渣土车出土口"]),
];

const fn kind(class: RiskClass, count: usize, layer: Layer, called: &'static [&'static str]) -> Kind {
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
    let mut numbers: HashMap<(Place, &'static str), u32> = HashMap::new();
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
            points.push(RiskPoint {
                id: RiskPointId::from(format!("R-{}-{placed:04}", kind.class)),
                name: name(layers, &site, called, *number),
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

/// Such as `渝中区 · 朝天门街道 · 滨江路内涝点 3`.
fn name(layers: &StaticLayers, site: &Site, called: &str, number: u32) -> String {
    let district = layers.district(site.place.district).map_or("", |d| &d.zh);
    let towns = layers.townships_of(site.place.district);
    let town = towns.iter().find(|t| t.code == site.place.township).map_or("", |t| &t.zh);
    format!("{district} · {town} · {called} {number}")
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
