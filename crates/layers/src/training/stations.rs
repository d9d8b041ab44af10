//! Where the response units of the training city are at home.

use super::sites::Sites;
use crate::seeded::Seeded;
use crate::{District, Gazetteer, StaticLayers};
use city::{LonLat, Place, UnitId, UnitKind};
use terrain::Ground;

/// The kinds that drive, in the order in which a district gets its units: the first twelve hold every
/// kind, with police and grid workers more often.
const ORDER: [UnitKind; 13] = [
    UnitKind::Fire,
    UnitKind::Police,
    UnitKind::Medical,
    UnitKind::Rescue,
    UnitKind::Gas,
    UnitKind::Municipal,
    UnitKind::Enforcement,
    UnitKind::GridWorker,
    UnitKind::Police,
    UnitKind::Fire,
    UnitKind::GridWorker,
    UnitKind::Medical,
    UnitKind::Police,
];

/// The home of one response unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// The unit's identifier, such as `U-500103-07`.
    pub unit: UnitId,
    /// Its kind; never a drone.
    pub kind: UnitKind,
    /// Its Chinese name, such as `渝中区消防救援1队`.
    pub name: String,
    /// Its English name, such as `Yuzhong fire and rescue 1`.
    pub name_en: String,
    /// Where it stands when it has nothing to do.
    pub at: LonLat,
    /// Whose it is.
    pub place: Place,
}

/// The stations of the training city with `seed`: 12–26 a district by population, some 700 in all.
pub fn training_stations(
    layers: &StaticLayers,
    gazetteer: &Gazetteer,
    ground: &Ground,
    seed: u64,
) -> Vec<Station> {
    let sites = Sites::new(layers, gazetteer, ground);
    let mut stations = Vec::new();
    for district in &layers.districts {
        let mut random = Seeded::new(seed, &format!("stations {}", district.code.0));
        let mut numbers = [0_u32; UnitKind::ALL.len()];
        for index in 0..units_of(district) {
            // Borders are generalised: a street at the edge may belong to the neighbour.
            let own = |site: &super::sites::Site| site.place.district == district.code;
            let site = (0..20).find_map(|_| sites.street(district.code, &mut random).filter(own));
            let Some(site) = site else { continue };
            let kind = ORDER[index % ORDER.len()];
            let slot = UnitKind::ALL.iter().position(|k| *k == kind).unwrap_or_default();
            numbers[slot] += 1;
            stations.push(Station {
                unit: UnitId::from(format!("U-{}-{:02}", district.code.0, index + 1)),
                kind,
                name: format!("{}{}{}队", district.zh, title(kind)[0], numbers[slot]),
                name_en: format!("{} {} {}", district.en, title(kind)[1], numbers[slot]),
                at: site.at,
                place: site.place,
            });
        }
    }
    stations
}

fn units_of(district: &District) -> usize {
    (12.0 + f64::from(district.population) / 130_000.0).round().clamp(12.0, 26.0) as usize
}

/// What units of a kind are called, in Chinese and English.
fn title(kind: UnitKind) -> [&'static str; 2] {
    match kind {
        UnitKind::Police => ["巡特警", "police patrol"],
        UnitKind::Fire => ["消防救援", "fire and rescue"],
        UnitKind::Medical => ["急救", "ambulance"],
        UnitKind::Gas => ["燃气抢修", "gas repair"],
        UnitKind::Municipal => ["市政抢险", "municipal works"],
        UnitKind::Enforcement => ["综合执法", "enforcement"],
        UnitKind::Rescue => ["应急救援", "emergency rescue"],
        UnitKind::GridWorker => ["网格", "grid workers"],
        UnitKind::Drone => ["无人机", "drone"],
    }
}
