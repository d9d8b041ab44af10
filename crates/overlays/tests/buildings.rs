//! Buildings: footprints read, dealt to squares, and raised.
#![allow(clippy::unwrap_used)]

use city::LonLat;
use geo::{LineString, Polygon};
use geodesy::{EastNorth, to_lon_lat};
use overlays::buildings::{
    Block, Buildings, Fineness, Footprint, deal, raise, read, synthetic, to_flatgeobuf, to_geojson,
};
use std::path::Path;

fn read_bytes(bytes: &[u8]) -> Buildings {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x");
    std::fs::write(&file, bytes).unwrap();
    read(&file, None).unwrap()
}

/// A ring of places in metres of the city frame.
fn ring(spots: &[(f64, f64)]) -> LineString<f64> {
    let place = |&(east, north): &(f64, f64)| to_lon_lat(EastNorth::new(east, north));
    spots.iter().map(place).map(|at| (at.lon, at.lat)).collect::<Vec<_>>().into()
}

fn footprint(outer: &[(f64, f64)], holes: &[&[(f64, f64)]], height_m: f64) -> Footprint {
    let polygon = Polygon::new(ring(outer), holes.iter().map(|hole| ring(hole)).collect());
    Footprint { polygon, height_m, base_m: 0.0 }
}

const SQUARE: [(f64, f64); 4] = [(100.0, 100.0), (130.0, 100.0), (130.0, 120.0), (100.0, 120.0)];
const YARD: [(f64, f64); 4] = [(110.0, 105.0), (110.0, 115.0), (120.0, 115.0), (120.0, 105.0)];

fn fine(footprints: &[Footprint], height_of: &dyn Fn(LonLat) -> f64) -> Block {
    raise(footprints, (0, 0), Fineness::Fine, height_of)
}

/// Area of the triangles that lie level, and of the walls.
fn roof_and_walls(block: &Block) -> (f64, f64) {
    let place = |i: u32| {
        let corner = &block.corners[i as usize];
        let [east, ground, south] = corner.position.map(f64::from);
        [east, ground + f64::from(corner.above_m), south]
    };
    let mut roof = 0.0;
    let mut sides = 0.0;
    for triangle in block.indices.chunks(3) {
        let [a, b, c] = [place(triangle[0]), place(triangle[1]), place(triangle[2])];
        let (u, v) = ([0, 1, 2].map(|i| b[i] - a[i]), [0, 1, 2].map(|i| c[i] - a[i]));
        let cross = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
        let facet = block.corners[triangle[0] as usize].facet;
        let [outward_east, outward_south] = [facet, facet >> 8].map(|bits| f64::from(bits as u8 as i8));
        if facet & 0xffff == 0 {
            assert!(cross[1] > -1e-6, "a roof looks down");
            roof += cross[1] / 2.0;
        } else {
            assert!(cross[0] * outward_east + cross[2] * outward_south > -1e-6, "a wall looks inwards");
            sides += cross.iter().map(|c| c * c).sum::<f64>().sqrt() / 2.0;
        }
    }
    (roof, sides)
}

#[test]
fn walls_and_roof_have_the_areas_of_the_house_whichever_way_its_outline_runs() {
    let backwards: Vec<_> = SQUARE.iter().rev().copied().collect();
    for outer in [&SQUARE[..], &backwards] {
        let block = fine(&[footprint(outer, &[], 10.0)], &|_| 200.0);
        let (roof, sides) = roof_and_walls(&block);
        assert!((roof - 600.0).abs() < 0.1, "{roof}");
        // One and a half metres more reach into the ground.
        assert!((sides - 100.0 * 11.5).abs() < 0.2, "{sides}");
        assert_eq!((block.corners.len(), block.indices.len(), block.skipped), (4 * 4 + 4, 4 * 6 + 6, 0));
    }
}

#[test]
fn every_wall_looks_outwards_those_of_courtyards_too() {
    let forwards: Vec<_> = YARD.iter().rev().copied().collect();
    for yard in [&YARD[..], &forwards] {
        let block = fine(&[footprint(&SQUARE, &[yard], 10.0)], &|_| 200.0);
        assert!((roof_and_walls(&block).0 - 500.0).abs() < 0.1);
        for wall in block.corners.chunks(4).take(8) {
            let signed = |bits: u32| f64::from(bits as u8 as i8) / 127.0;
            let (east, south) = (signed(wall[0].facet), signed(wall[0].facet >> 8));
            let middle = |i: usize| f64::from(wall[0].position[i] + wall[1].position[i]) / 2.0;
            // Half a metre outside the wall there is no building: it is in the yard or off the square.
            let (x, y) = (500.0 + middle(0) + east / 2.0, 500.0 - (middle(2) + south / 2.0));
            let inside =
                |low: (f64, f64), high: (f64, f64)| x > low.0 && x < high.0 && y > low.1 && y < high.1;
            let built = inside((100.0, 100.0), (130.0, 120.0)) && !inside((110.0, 105.0), (120.0, 115.0));
            assert!(!built && (east.hypot(south) - 1.0).abs() < 0.01, "{x} {y}");
        }
    }
}

#[test]
fn on_a_slope_nothing_floats_and_nothing_drowns() {
    // Ground that rises by 0.6 m a metre to the east.
    let slope = |at: LonLat| 200.0 + 0.6 * geodesy::to_city_frame(at).east_m;
    let heights = |height_m: f64| {
        let block = fine(&[footprint(&SQUARE, &[], height_m)], &slope);
        let height = |c: &overlays::buildings::Corner| f64::from(c.position[1] + c.above_m);
        let foot = block.corners.iter().map(height).fold(f64::MAX, f64::min);
        (foot, block.corners.iter().map(height).fold(f64::MIN, f64::max))
    };
    let (foot, roof) = heights(60.0);
    assert!((foot - (260.0 - 1.5)).abs() < 0.01 && (roof - (269.0 + 60.0)).abs() < 0.01, "{foot} {roof}");
    let (_, low_roof) = heights(9.0);
    assert!((low_roof - (278.0 + 3.0)).abs() < 0.01, "{low_roof}");
}

#[test]
fn a_part_that_hangs_over_a_street_has_an_underside() {
    let part = Footprint { base_m: 20.0, ..footprint(&SQUARE, &[], 30.0) };
    let block = fine(&[part], &|_| 200.0);
    assert_eq!(block.corners.iter().filter(|c| c.facet & 1 << 18 != 0).count(), 4);
    assert!(block.corners.iter().all(|c| c.above_m >= 20.0));
}

#[test]
fn what_covers_nothing_is_skipped_and_counted() {
    let line = footprint(&[(0.0, 0.0), (10.0, 0.0), (20.0, 0.0)], &[], 9.0);
    let spot = footprint(&[(5.0, 5.0), (5.001, 5.0), (5.0, 5.001), (5.0, 5.0)], &[], 9.0);
    let none = Footprint { polygon: Polygon::new(LineString(vec![]), vec![]), height_m: 9.0, base_m: 0.0 };
    let crossed = footprint(&[(0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 12.0)], &[], 9.0);
    let block = fine(&[line, spot, none.clone(), crossed, footprint(&SQUARE, &[], 9.0)], &|_| 200.0);
    assert_eq!(block.skipped, 3);
    assert!(block.indices.iter().all(|i| (*i as usize) < block.corners.len()));
    assert!(deal(&[none]).is_empty());
}

#[test]
fn from_afar_there_are_boxes_and_no_huts() {
    let houses =
        [footprint(&SQUARE, &[&YARD], 30.0), footprint(&[(0.0, 0.0), (6.0, 0.0), (6.0, 6.0)], &[], 4.0)];
    let block = raise(&houses, (0, 0), Fineness::Coarse, &|_| 200.0);
    assert_eq!((block.corners.len(), block.indices.len() / 3), (20, 10));
    assert!((roof_and_walls(&block).0 - 600.0).abs() < 1.0);
}

#[test]
fn from_farther_neighbours_of_one_height_are_one_box() {
    let house = |east: f64, height_m: f64| {
        let at = |(x, y): (f64, f64)| (east + x, y);
        footprint(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)].map(at), &[], height_m)
    };
    let row = [house(22.0, 12.0), house(34.0, 15.0), house(46.0, 18.0)];
    let block = raise(&row, (0, 0), Fineness::Massed, &|_| 200.0);
    assert_eq!((block.corners.len(), block.indices.len() / 3), (8, 10));
    let roof = block.corners.iter().map(|corner| corner.above_m).fold(0.0, f32::max);
    assert!((roof - 15.0).abs() < 0.1, "as high as they are on the mean: {roof}");
    assert!((roof_and_walls(&block).0 - 300.0).abs() < 1.0, "as much ground as they cover");
    let skyline = raise(&[house(22.0, 12.0), house(34.0, 99.0)], (0, 0), Fineness::Massed, &|_| 200.0);
    assert!(skyline.corners.iter().any(|corner| corner.above_m > 98.0), "a tower stays one");
    let huts = raise(&[house(22.0, 4.0)], (0, 0), Fineness::Massed, &|_| 200.0);
    assert!(huts.indices.is_empty());
    // The first corner of each triangle is what its facet looks like.
    let looks: Vec<_> =
        block.indices.chunks(3).map(|t| block.corners[t[0] as usize].facet & 0xffff).collect();
    assert!(looks[..8].iter().all(|look| *look != 0) && looks[8..] == [0, 0]);
}

#[test]
fn gdals_houses_have_their_heights() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/houses-4544.fgb");
    let buildings = read(&file, None).unwrap();
    let mut heights: Vec<_> = buildings.footprints.iter().map(|f| f.height_m).collect();
    heights.sort_by(f64::total_cmp);
    assert_eq!(heights, [9.0, 18.0, 99.0, 250.5]);
    assert!(buildings.defaulted == 1 && buildings.problems.is_empty());
}

#[test]
fn odd_heights_and_places_that_are_no_area_are_told() {
    let feature = |properties: &str, geometry: &str| {
        format!(r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{geometry}}}"#)
    };
    let area =
        r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]]]]}"#;
    let all = [
        feature(r#""height":-3"#, area),
        feature(r#""height":2000"#, area),
        feature(r#""height":12,"min_height":20"#, area),
        feature(r#""height":12,"building:min_level":2"#, area),
        feature("", r#"{"type":"Point","coordinates":[1,2]}"#),
    ];
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, all.join(","));
    let buildings = read_bytes(text.as_bytes());
    assert_eq!((buildings.footprints.len(), buildings.defaulted), (8, 4));
    assert_eq!(buildings.footprints[6].base_m, 6.0);
    let told = buildings.problems.to_string();
    for kind in
        ["2 buildings whose height cannot be (feature 1: -3 m)", "end before", "1 features that are no area"]
    {
        assert!(told.contains(kind), "{told}");
    }
}

#[test]
fn the_made_up_city_is_the_same_each_time_and_survives_both_formats() {
    let city = synthetic(7, 2_000, &|_| true);
    assert_eq!(city.len(), 2_000);
    assert_eq!(city, synthetic(7, 2_000, &|_| true));
    assert_ne!(city, synthetic(8, 2_000, &|_| true));
    assert!(synthetic(7, 10, &|_| false).is_empty());
    let json = read_bytes(to_geojson(&city).as_bytes());
    let mut flat = read_bytes(&to_flatgeobuf(&city).unwrap());
    assert!(json.problems.is_empty() && flat.problems.is_empty());
    assert_eq!((json.footprints.len(), flat.footprints.len()), (2_000, 2_000));
    let west = |f: &Footprint| f.polygon.exterior().0[0].x;
    flat.footprints.sort_by(|a, b| west(a).total_cmp(&west(b)));
    let mut sorted = city.clone();
    sorted.sort_by(|a, b| west(a).total_cmp(&west(b)));
    assert_eq!(flat.footprints, sorted);
    let chunks = deal(&city);
    assert_eq!(chunks.values().map(|chunk| chunk.members.len()).sum::<usize>(), 2_000);
    for (key, chunk) in &chunks {
        let members = || chunk.members.iter().map(|n| &city[*n as usize]);
        let block = raise(members(), *key, Fineness::Fine, &|_| 200.0);
        let far =
            block.corners.iter().map(|c| c.position[0].abs().max(c.position[2].abs())).fold(0.0, f32::max);
        assert!(far < 600.0 && block.skipped == 0, "{far}");
        assert_eq!(block, raise(members(), *key, Fineness::Fine, &|_| 200.0));
    }
}
