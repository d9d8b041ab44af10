//! What the shipped relief promises: heights, ridges, rivers, tiles, sources. A measurement against a reference
//! model runs where `SHANCHENG_REFERENCE` names a folder made by an import.
#![allow(clippy::unwrap_used)]

use city::LonLat;
use geodesy::{EastNorth, to_city_frame, to_lon_lat};
use sha2::{Digest, Sha256};
use terrain::{Ground, GroundKind, River, TileKey, compare, rivers};

fn shipped() -> Ground {
    Ground::shipped().unwrap()
}

/// Places along a river, `step_m` apart, with the water's level, from upstream.
fn along(river: &River, step_m: f64) -> Vec<(EastNorth, f64)> {
    let mut places = Vec::new();
    for pair in river.centreline.windows(2) {
        let (a, b) = (to_city_frame(pair[0].at), to_city_frame(pair[1].at));
        let count = (a.distance_m(b) / step_m).ceil().max(1.0) as usize;
        for k in 0..count {
            let t = k as f64 / count as f64;
            let at =
                EastNorth::new(a.east_m + (b.east_m - a.east_m) * t, a.north_m + (b.north_m - a.north_m) * t);
            places.push((at, pair[0].level_m + (pair[1].level_m - pair[0].level_m) * t));
        }
    }
    places
}

fn river(name_zh: &str) -> &'static River {
    rivers().iter().find(|river| river.name_zh == name_zh).unwrap()
}

#[test]
fn says_that_it_is_a_reconstruction_and_names_its_sources() {
    let ground = shipped();
    let info = ground.info();
    assert_eq!(info.kind, GroundKind::Reconstruction);
    assert!(info.sources.len() >= 4, "{:?}", info.sources);
    let table = include_str!("../data/spot_heights.csv");
    let named = |id: &str| info.sources.iter().any(|source| source.starts_with(&format!("{id}:")));
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with('1')).collect();
    assert!(rows.iter().all(|row| named(row.rsplit(',').next().unwrap())), "a row without a known source");
    let river_rows: usize = rivers().iter().map(|river| river.centreline.len()).sum();
    assert!(rows.len() + river_rows <= 8000, "{} rows", rows.len() + river_rows);
}

#[test]
fn the_spot_heights_are_no_lattice() {
    // In a lattice many places share a longitude or a latitude; here few do.
    let table = include_str!("../data/spot_heights.csv");
    let mut by_lon = std::collections::HashMap::new();
    for row in table.lines().filter(|line| line.starts_with('1')) {
        *by_lon.entry(row.split(',').next().unwrap()).or_insert(0) += 1;
    }
    assert!(by_lon.values().max().unwrap() < &60, "{:?}", by_lon.values().max());
}

#[test]
fn known_places_have_their_heights() {
    let ground = shipped();
    for (name, lon, lat, low_m, high_m) in [
        ("Jiefangbei", 106.577, 29.557, 235.0, 262.0),
        ("Chaotianmen", 106.588, 29.566, 160.0, 185.0),
        ("Jiangbei airport", 106.641, 29.719, 370.0, 450.0),
        ("the Yangtze at Caiyuanba bridge", 106.5479, 29.5432, 160.0, 165.0),
        ("the Yangtze at Chaotianmen bridge", 106.5772, 29.5889, 160.0, 163.0),
    ] {
        let height_m = ground.height_m(LonLat::new(lon, lat)).unwrap();
        assert!((low_m..=high_m).contains(&height_m), "{name}: {height_m}");
    }
    assert_eq!(ground.height_m(LonLat::new(104.0, 29.5)), None);
    assert_eq!(ground.height_m(LonLat::new(f64::NAN, 29.5)), None);
}

#[test]
fn yuzhong_is_a_peninsula() {
    let ground = shipped();
    let water = |lon: f64, lat: f64| {
        let at = to_city_frame(LonLat::new(lon, lat));
        let key = TileKey::containing(13, at).unwrap();
        let tile = ground.tile(key, 65);
        let cell = |v: f64, start: f64| ((v - start) / key.width_m() * 64.0).round() as usize;
        tile.shore_m
            [cell(at.north_m, key.south_west().north_m) * 65 + cell(at.east_m, key.south_west().east_m)]
            > 0.0
    };
    // South to north through Jiefangbei: land, the Yangtze, the city, the Jialing, land.
    let places: Vec<bool> = (0..200).map(|k| water(106.573, 29.540 + f64::from(k) * 0.0002)).collect();
    let changes = places.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert!(!places[0] && !places[199] && (4..=6).contains(&changes), "{changes} shores");
    // Westwards the neck of the peninsula is land, eastwards of its tip is water.
    assert!(!water(106.52, 29.546) && !water(106.5831, 29.5690) && water(106.588, 29.572));
}

#[test]
fn four_ridges_stand_above_their_flanks() {
    let ground = shipped();
    // Ten latitudes on each ridge, away from the gaps that rivers cut, and a line the crest keeps within 3 km of.
    let ridges: [(&str, &[(f64, f64)]); 4] = [
        (
            "缙云山",
            &[(106.208, 29.34), (106.263, 29.49), (106.256, 29.575), (106.305, 29.728), (106.374, 29.816)],
        ),
        ("中梁山", &[(106.40, 29.40), (106.402, 29.53), (106.415, 29.70), (106.457, 29.80)]),
        ("铜锣山", &[(106.568, 29.42), (106.61, 29.55), (106.685, 29.62), (106.72, 29.70), (106.776, 29.81)]),
        ("明月山", &[(106.84, 29.65), (106.886, 29.74), (106.956, 29.90), (107.053, 30.075)]),
    ];
    for (name, line) in ridges {
        let (first, last) = (line[0].1, line[line.len() - 1].1);
        let mut stands = 0;
        let mut seen = Vec::new();
        for k in 0..20 {
            let lat = first + (last - first) * f64::from(k) / 19.0;
            let pair = line.windows(2).find(|pair| lat <= pair[1].1 + 1e-9).unwrap();
            let lon = pair[0].0 + (pair[1].0 - pair[0].0) * (lat - pair[0].1) / (pair[1].1 - pair[0].1);
            let height_m =
                |offset_m: f64| ground.height_m(LonLat::new(lon + offset_m / 96_700.0, lat)).unwrap();
            let offsets: Vec<f64> = (-30..=30).map(|k| f64::from(k) * 80.0).collect();
            let crest = offsets.iter().copied().max_by(|a, b| height_m(*a).total_cmp(&height_m(*b))).unwrap();
            let lowest = |side: f64| {
                (1..=30).map(|k| height_m(crest + side * f64::from(k) * 100.0)).fold(f64::INFINITY, f64::min)
            };
            let above_m = height_m(crest) - lowest(-1.0).max(lowest(1.0));
            seen.push(above_m.round());
            stands += usize::from(above_m >= 120.0);
        }
        assert!(stands >= 15, "{name}: {seen:?}");
    }
}

#[test]
fn rivers_fall_and_meet_at_one_level() {
    for river in rivers() {
        let levels: Vec<f64> = river.centreline.iter().map(|point| point.level_m).collect();
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0]), "{} rises", river.name_en);
        assert!(river.centreline.iter().all(|point| point.width_m > 20.0 && point.width_m < 1500.0));
    }
    for (name, main) in
        [("嘉陵江", "长江"), ("乌江", "长江"), ("涪江", "嘉陵江"), ("渠江", "嘉陵江"), ("大宁河", "长江")]
    {
        let mouth = river(name).centreline.last().unwrap();
        let at = to_city_frame(mouth.at);
        let (distance_m, level_m) = along(river(main), 50.0)
            .into_iter()
            .map(|(place, level_m)| (place.distance_m(at), level_m))
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .unwrap();
        assert!(
            distance_m < 200.0 && (level_m - mouth.level_m).abs() < 0.3,
            "{name}: {distance_m} m, {level_m}"
        );
    }
}

#[test]
fn nothing_within_a_kilometre_lies_below_the_yangtze() {
    let ground = shipped();
    let yangtze = along(river("长江"), 400.0);
    let (zhutuo, wushan) = (LonLat::new(105.85, 29.01), LonLat::new(109.88, 31.07));
    let nearest = |to: LonLat| {
        let to = to_city_frame(to);
        (0..yangtze.len())
            .min_by(|&a, &b| yangtze[a].0.distance_m(to).total_cmp(&yangtze[b].0.distance_m(to)))
            .unwrap()
    };
    let (first, last) = (nearest(zhutuo), nearest(wushan));
    let length_m: f64 = yangtze[first..=last].windows(2).map(|pair| pair[0].0.distance_m(pair[1].0)).sum();
    assert!((600e3..700e3).contains(&length_m), "{length_m} m from Zhutuo to Wushan");
    let mut before_m = f64::INFINITY;
    for &(at, level_m) in &yangtze[first..=last] {
        let surface_m = ground.height_m(to_lon_lat(at)).unwrap();
        assert!(
            (surface_m - level_m).abs() < 0.3 && surface_m <= before_m + 0.05,
            "{:?}: {surface_m}",
            to_lon_lat(at)
        );
        before_m = surface_m;
        for ring in 1..=10 {
            for k in 0..24 {
                let (sin, cos) = (f64::from(k) * 15.0).to_radians().sin_cos();
                let beside = EastNorth::new(
                    at.east_m + f64::from(ring) * 100.0 * cos,
                    at.north_m + f64::from(ring) * 100.0 * sin,
                );
                let height_m = ground.height_m(to_lon_lat(beside)).unwrap();
                // Downstream within the ring the river itself lies lower by what it falls in a kilometre.
                assert!(height_m >= level_m - 0.6, "{:?}: {height_m} beside {level_m}", to_lon_lat(beside));
            }
        }
    }
}

#[test]
fn neighbouring_tiles_share_their_edges_to_the_bit() {
    let ground = shipped();
    for (level, samples) in [(2, 33), (5, 65), (8, 129), (10, 257), (13, 65), (9, 100)] {
        let key = TileKey::containing(level, to_city_frame(LonLat::new(106.58, 29.565))).unwrap();
        let (here, n) = (ground.tile(key, samples), samples);
        let east = ground.tile(TileKey { x: key.x + 1, ..key }, samples);
        let north = ground.tile(TileKey { y: key.y + 1, ..key }, samples);
        let bits =
            |tile: &terrain::TileSamples, i: usize| (tile.heights_m[i].to_bits(), tile.shore_m[i].to_bits());
        for k in 0..n {
            assert_eq!(bits(&here, k * n + n - 1), bits(&east, k * n), "east, level {level}, row {k}");
            assert_eq!(bits(&here, (n - 1) * n + k), bits(&north, k), "north, level {level}, column {k}");
        }
        assert!(here.heights_m.iter().all(|h| h.is_finite() && (here.min_m..=here.max_m).contains(h)));
        assert_eq!(here, ground.tile(key, samples));
    }
}

#[test]
fn a_fine_tile_and_a_height_agree() {
    let ground = shipped();
    let key = TileKey::containing(13, to_city_frame(LonLat::new(106.53, 29.551))).unwrap();
    let tile = ground.tile(key, 65);
    for (row, column) in [(0, 0), (13, 50), (64, 64), (31, 7)] {
        let corner = key.south_west();
        let step_m = key.width_m() / 64.0;
        let at = EastNorth::new(corner.east_m + column as f64 * step_m, corner.north_m + row as f64 * step_m);
        let height_m = ground.height_m(to_lon_lat(at)).unwrap();
        assert!(
            (height_m - f64::from(tile.heights_m[row * 65 + column])).abs() < 0.05,
            "{row} {column}: {height_m}"
        );
    }
}

#[test]
fn data_files_are_those_of_the_sources_list() {
    let list = include_str!("../data/SOURCES.md");
    for (name, content) in [
        ("spot_heights.csv", include_bytes!("../data/spot_heights.csv").as_slice()),
        ("rivers.csv", include_bytes!("../data/rivers.csv").as_slice()),
    ] {
        let hash: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(
            list.contains(name) && list.contains(&hash),
            "{name} has SHA-256 {hash}; SOURCES.md says otherwise"
        );
    }
}

#[test]
fn agrees_with_a_reference_where_one_is_named() {
    let Some(folder) = std::env::var_os("SHANCHENG_REFERENCE") else {
        eprintln!("SKIPPED: SHANCHENG_REFERENCE names no imported elevation model to compare with");
        return;
    };
    let (ground, reference) = (shipped(), Ground::open(folder.as_ref()).unwrap());
    for (bounds, correlation, rmse_m) in
        [([106.0, 29.0, 107.2, 30.2], 0.95, 60.0), ([105.6, 28.5, 109.8, 31.9], 0.93, f64::INFINITY)]
    {
        let found = compare(&ground, &reference, bounds).unwrap();
        println!("{bounds:?}: {found:?}");
        assert!(found.correlation >= correlation && found.rmse_m <= rmse_m, "{bounds:?}: {found:?}");
    }
}
