//! Points found, sorted and gathered, against plain loops over all of them.
#![allow(clippy::unwrap_used)]

use city::{CityTime, LonLat, Place, RiskClass, RiskGrade};
use layers::points::{
    Bits, FixedBox, Gathered, Given, Kind, Pieces, Points, PointsBuilder, PointsError, Sort, Standing,
    Thresholds, along, by_district, by_township, heat, open, order, search, synthetic, write,
};
use layers::{Needle, StaticLayers};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

const NOW: CityTime = CityTime(1_800_000_000_000);
const CITY: [f64; 4] = [105.0, 28.0, 110.5, 32.5];

fn made_up(count: usize) -> Points {
    let mut builder = PointsBuilder::default();
    synthetic(&mut builder, &StaticLayers::shipped().unwrap(), count, 7, NOW);
    let at = LonLat::new(106.577, 29.557);
    for (n, value) in [-3.0, f32::NEG_INFINITY, f32::INFINITY, -0.0, 0.0, f32::NAN].into_iter().enumerate() {
        let grade = RiskGrade::ALL.get(n).copied();
        let kind = Kind { grade, ..Kind::device(RiskClass::from(["gas", "manhole", "lamp"][n % 3])) };
        let measured = (n > 2).then(|| NOW.plus_s(-1e6 * n as f64));
        let id = format!("JFB-{n}");
        builder.push(&Given { id: &id, name: "解放碑", at, kind, place: None, value, measured });
    }
    let points = builder.finish().0;
    let from = [Some(1.0), Some(2.0), Some(4.5), Some(40.0)];
    points.judge(|_| Thresholds { from, below: false });
    points
}

fn third(points: &Points) -> Bits {
    let mask = Bits::none(points.len());
    (0..points.len()).step_by(3).for_each(|row| mask.set(row, true));
    mask
}

fn rows(bits: &Bits) -> Vec<usize> {
    bits.rows(0..bits.len()).collect()
}

#[test]
fn a_search_finds_ids_and_names_in_memory_and_in_a_file() {
    let points = made_up(40_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("points.arrow");
    write(&points, &path).unwrap();
    let filed = open(&path).unwrap().0;
    let go = AtomicBool::new(false);
    for text in ["jfb-3", "解放", "jiefb", "huozai 12", "没有"] {
        let needle = Needle::new(text).unwrap();
        let block = points.texts().block(0).unwrap();
        let matches = |row: &usize| needle.matches(block.id(*row)) || needle.matches(block.name(*row));
        let plain: Vec<usize> = (0..points.len()).filter(matches).collect();
        for points in [&points, &filed] {
            let mut told = Vec::new();
            let found = search(points, &needle, &go, &mut |share| told.push(share)).unwrap().unwrap();
            assert_eq!(rows(&found), plain, "{text}");
            assert!(told.is_sorted() && told.len() == 4 && told[0] == 0.0 && told[3] == 1.0, "{told:?}");
        }
    }
    assert!(filed.texts().at_hand(0).is_none(), "what is searched does not crowd out what is on screen");

    let stop = AtomicBool::new(false);
    let needle = Needle::new("jfb").unwrap();
    assert!(search(&filed, &needle, &stop, &mut |_| stop.store(true, Relaxed)).unwrap().is_none());
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(search(&filed, &needle, &go, &mut |_| ()), Err(PointsError::File { .. })));
    let none = PointsBuilder::default().finish().0;
    assert!(search(&none, &needle, &go, &mut |_| ()).unwrap().unwrap().is_empty());
}

/// What a row says, as a number that rises; none where it says nothing.
fn said(points: &Points, row: usize, sort: Sort) -> Option<f64> {
    let kind = points.kind(row);
    match sort {
        Sort::Place => Some(row as f64),
        Sort::Class => {
            let known = RiskClass::KNOWN.iter().position(|class| *class == kind.class);
            Some(known.map_or(if kind.class.key() == "lamp" { 98.0 } else { 99.0 }, |n| n as f64))
        }
        Sort::Grade => kind.grade.map(|grade| f64::from(grade as u8)),
        Sort::Segment => Some(f64::from(kind.segment as u8)),
        Sort::Layer => Some(f64::from(kind.layer as u8)),
        Sort::District => points.place(row).map(|place| f64::from(place.district.0)),
        Sort::Value => Some(f64::from(points.value(row))).filter(|value| !value.is_nan()),
        Sort::Measured => points.measured(row).map(|at| (at.0 / 1000) as f64),
        Sort::Standing => Some(f64::from(points.standing(row) as u8)),
    }
}

#[test]
fn rows_are_sorted_stably_and_what_says_nothing_comes_last() {
    use Sort::{Class, District, Grade, Layer, Measured, Place, Segment, Standing, Value};
    let points = made_up(5_000);
    let mask = third(&points);
    for sort in [Place, Class, Grade, Segment, Layer, District, Value, Measured, Standing] {
        for descending in [false, true] {
            for bounds in [None, Some(FixedBox::of([106.3, 29.3, 106.8, 29.8]))] {
                let inside = |row: &usize| bounds.is_none_or(|held| held.contains(points.fixed(*row)));
                let mut plain: Vec<usize> = rows(&mask).into_iter().filter(inside).collect();
                plain.sort_by(|a, b| match (said(&points, *a, sort), said(&points, *b, sort)) {
                    (Some(a), Some(b)) if descending => b.partial_cmp(&a).unwrap(),
                    (Some(a), Some(b)) => a.partial_cmp(&b).unwrap(),
                    (a, b) => a.is_none().cmp(&b.is_none()),
                });
                let sorted = order(&points, &mask, bounds, sort, descending);
                assert!(sorted.iter().map(|row| *row as usize).eq(plain), "{sort:?} {descending}");
            }
        }
    }
    assert!(order(&points, &Bits::default(), None, Value, true).is_empty());
}

#[test]
fn areas_hold_what_a_loop_counts() {
    let points = made_up(5_000);
    let mask = third(&points);
    let (mut districts, mut townships) = (BTreeMap::new(), BTreeMap::new());
    for row in rows(&mask) {
        let Some(Place { district, township }) = points.place(row) else { continue };
        let (of_district, of_township) =
            (districts.entry(district).or_default(), townships.entry(township).or_default());
        for gathered in [of_district, of_township] {
            let Gathered { count, worst, raised } = gathered;
            (*count, *worst) = (*count + 1, points.rank(row).max(*worst));
            *raised += usize::from(points.standing(row) > Standing::Usual);
        }
    }
    assert!(districts.values().any(|gathered| gathered.raised > 0));
    assert_eq!(by_district(&points, &mask), districts);
    assert_eq!(by_township(&points, &mask), townships);
    assert!(by_district(&points, &Bits::none(points.len())).is_empty());
}

fn scattered(count: usize, spread_deg: f64) -> Points {
    let mut builder = PointsBuilder::default();
    for n in 0..count {
        // Numbers that fall about evenly (Weyl 1916).
        let share = |by: f64| ((n as f64 + 1.0) * by).fract() - 0.5;
        let at =
            LonLat::new(106.5 + spread_deg * share(0.754_877_666), 29.5 + spread_deg * share(0.569_840_29));
        let kind = Kind::device(RiskClass::Gas);
        builder.push(&Given { id: "", name: "", at, kind, place: None, value: f32::NAN, measured: None });
    }
    builder.finish().0
}

#[test]
fn heat_is_the_sum_of_kernels_and_keeps_the_number_of_points() {
    let points = scattered(300, 0.1);
    let mask = Bits::all(points.len());
    let (columns, rows) = (120, 100);
    for (side, radius_m) in [(0.2, 1_000.0), (0.05, 1_500.0)] {
        let bounds = [106.5 - side / 2.0, 29.5 - side / 2.0, 106.5 + side / 2.0, 29.5 + side / 2.0];
        let heat = heat(&points, &mask, FixedBox::of(bounds), columns, rows, radius_m);
        let (dx, dy) = (side / columns as f64, side / rows as f64);
        let (mx, my) = (111.195 * 29.5_f64.to_radians().cos(), 111.195);
        if side > 0.1 {
            let sum: f64 = heat.density.iter().map(|d| f64::from(*d)).sum::<f64>() * dx * mx * dy * my;
            assert!((sum / 300.0 - 1.0).abs() < 0.01, "{sum}");
        }
        let sigma = radius_m / 2000.0;
        for cell in (0..columns * rows).step_by(37) {
            let at = LonLat::new(
                bounds[0] + ((cell % columns) as f64 + 0.5) * dx,
                bounds[1] + ((cell / columns) as f64 + 0.5) * dy,
            );
            let kernel = |row: usize| {
                let p = points.position(row);
                let (x, y) = ((p.lon - at.lon) * mx / sigma, (p.lat - at.lat) * my / sigma);
                (-0.5 * (x * x + y * y)).exp() / (std::f64::consts::TAU * sigma * sigma)
            };
            let direct: f64 = (0..points.len()).map(kernel).sum();
            let off = (f64::from(heat.density[cell]) - direct).abs();
            assert!(off < 0.02 * f64::from(heat.most), "{cell}: {off} of {}", heat.most);
        }
    }
}

#[test]
fn heat_of_nothing_or_without_a_radius_is_told_plainly() {
    let points = scattered(300, 0.1);
    let mask = Bits::all(points.len());
    let bounds = FixedBox::of([106.4, 29.4, 106.6, 29.6]);
    assert_eq!(heat(&points, &mask, FixedBox::EMPTY, 4, 4, 100.0).most, 0.0);
    assert!(heat(&points, &mask, bounds, 0, 4, 100.0).density.is_empty());
    assert_eq!(heat(&points, &Bits::none(300), bounds, 4, 4, 100.0).density, [0.0; 16]);
    for radius_m in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let heat = heat(&points, &mask, bounds, 4, 4, radius_m);
        assert!(heat.most > 0.0 && heat.most.is_finite(), "{radius_m}");
    }
}

fn lines(layers: &StaticLayers) -> Vec<(String, Vec<LonLat>)> {
    let rivers = layers.rivers().iter();
    let rivers = rivers.map(|r| (r.name_zh.clone(), r.centreline.iter().map(|p| p.at).collect()));
    let roads = layers.roads.iter().take(200).map(|road| (road.zh.clone(), road.path.clone()));
    rivers.chain(roads).collect()
}

#[test]
fn points_count_on_the_nearest_piece_within_reach() {
    let pieces = Pieces::new(lines(&StaticLayers::shipped().unwrap()), 2_000.0);
    let points = made_up(2_000);
    let mask = third(&points);
    let bounds = FixedBox::of(CITY);
    let distance = |piece: usize, at: LonLat| {
        let east = 111_195.08 * at.lat.to_radians().cos();
        let metres = |p: LonLat| ((p.lon - at.lon) * east, (p.lat - at.lat) * 111_195.08);
        let to = |pair: &[LonLat]| {
            let ((ax, ay), (bx, by)) = (metres(pair[0]), metres(pair[1]));
            let (dx, dy) = (bx - ax, by - ay);
            let share = (-(ax * dx + ay * dy) / (dx * dx + dy * dy).max(1e-12)).clamp(0.0, 1.0);
            (ax + share * dx).hypot(ay + share * dy)
        };
        pieces.line(piece).windows(2).map(to).fold(f64::INFINITY, f64::min)
    };
    for within_m in [300.0, 5_000.0] {
        let mut plain: BTreeMap<usize, (usize, Standing)> = BTreeMap::new();
        for row in rows(&mask) {
            let all = (0..pieces.len()).map(|piece| (piece, distance(piece, points.position(row))));
            let nearest = all.min_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, m)| *m <= within_m);
            if let Some((piece, _)) = nearest {
                let (count, worst) = plain.entry(piece).or_default();
                (*count, *worst) = (*count + 1, points.rank(row).max(*worst));
            }
        }
        let found = along(&points, &mask, bounds, &pieces, within_m);
        assert!(found.iter().map(|a| (a.piece, (a.count, a.worst))).eq(plain), "{within_m}");
    }
    for within_m in [-1.0, f64::NAN] {
        assert!(along(&points, &mask, bounds, &pieces, within_m).is_empty());
    }
    assert!(along(&points, &mask, FixedBox::EMPTY, &pieces, 300.0).is_empty());
}

#[test]
fn lines_are_cut_into_pieces_that_hang_together() {
    let bend = [LonLat::new(106.0, 29.0), LonLat::new(106.05, 29.0), LonLat::new(106.05, 29.03)];
    let length = |line: &[LonLat]| line.windows(2).map(|p| p[0].distance_m(p[1])).sum::<f64>();
    let pieces = Pieces::new([("嘉陵江".to_owned(), bend)], 1_000.0);
    assert_eq!((pieces.len(), pieces.name(8)), (9, "嘉陵江"));
    for n in 0..9 {
        assert!(length(pieces.line(n)) <= 1_000.1 && pieces.line(n).len() >= 2);
        assert!(n == 0 || pieces.line(n)[0] == *pieces.line(n - 1).last().unwrap());
    }
    assert_eq!((pieces.line(0)[0], *pieces.line(8).last().unwrap()), (bend[0], bend[2]));
    for whole in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(Pieces::new([(String::new(), bend)], whole).line(0), bend);
    }
    let nowhere = LonLat::new(f64::NAN, 29.0);
    assert!(Pieces::new([("坏".to_owned(), [nowhere, bend[0], nowhere])], 10.0).is_empty());
    assert_eq!((pieces.name(9), pieces.line(9)), ("", &[][..]));
    assert_eq!(Pieces::new([("点".to_owned(), [bend[0]; 2])], 10.0).len(), 1);
}
