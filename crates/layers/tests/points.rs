//! Points at scale against plain lists: whatever is asked of columns, a loop over all of them says the same.
#![allow(clippy::unwrap_used)]

use city::{CityTime, DistrictCode, LonLat, Place, RiskClass, RiskGrade, TownshipCode};
use h3o::{LatLng, Resolution};
use layers::StaticLayers;
use layers::points::{
    Bits, Counts, Filter, Fixed, FixedBox, Given, Kind, News, Points, PointsBuilder, PointsError, Standing,
    Thresholds, clusters, hexagons, open, synthetic, write,
};
use std::collections::BTreeMap;
use std::sync::Arc;

const NOW: CityTime = CityTime(1_800_000_000_000);

fn made_up(count: usize, seed: u64) -> Points {
    let mut builder = PointsBuilder::default();
    synthetic(&mut builder, &StaticLayers::shipped().unwrap(), count, seed, NOW);
    for (n, grade) in RiskGrade::ALL.into_iter().enumerate() {
        let kind = Kind { grade: Some(grade), ..Kind::device(RiskClass::Landslide) };
        builder.push(&given(&format!("R-{n}"), LonLat::new(106.5 + 0.01 * n as f64, 29.5), kind));
    }
    builder.push(&given("nowhere", LonLat::new(f64::NAN, 29.0), Kind::device(RiskClass::Gas)));
    builder.finish().0
}

fn given(id: &str, at: LonLat, kind: Kind) -> Given<'_> {
    Given { id, name: "", at, kind, place: None, value: f32::NAN, measured: None }
}

fn limits(kind: &Kind) -> Thresholds {
    match kind.class {
        RiskClass::WaterQuality => Thresholds { from: [None, Some(7.0), Some(6.5), None], below: true },
        _ => Thresholds { from: [Some(1.0), Some(2.0), Some(4.5), Some(40.0)], below: false },
    }
}

/// Filters of every part, alone and together.
fn filters(points: &Points) -> Vec<Filter> {
    let classes = Some(vec![RiskClass::Gas, RiskClass::Landslide]);
    let found = Bits::none(points.len());
    (0..points.len()).step_by(3).for_each(|row| found.set(row, true));
    let district = Filter { districts: Some(vec![DistrictCode(500_112)]), ..Filter::default() };
    vec![
        Filter::default(),
        Filter { classes: classes.clone(), ..Filter::default() },
        Filter { grades: Some(vec![Some(RiskGrade::Major), None]), ..Filter::default() },
        Filter { standings: Some(vec![Standing::Orange, Standing::Red]), ..district.clone() },
        Filter { standings: Some(vec![Standing::Usual]), classes, ..Filter::default() },
        Filter { silent_since_s: Some((NOW.0 / 1000 - 5) as u32), ..Filter::default() },
        Filter {
            found: Some(Arc::new(found)),
            layers: Some(vec![city::Layer::Surface]),
            ..Filter::default()
        },
        district,
    ]
}

fn passes(points: &Points, row: usize, filter: &Filter) -> bool {
    let (kind, place) = (points.kind(row), points.place(row));
    filter.classes.as_ref().is_none_or(|c| c.contains(&kind.class))
        && filter.grades.as_ref().is_none_or(|g| g.contains(&kind.grade))
        && filter.layers.as_ref().is_none_or(|l| l.contains(&kind.layer))
        && filter.districts.as_ref().is_none_or(|d| place.is_some_and(|p| d.contains(&p.district)))
        && filter.standings.as_ref().is_none_or(|s| s.contains(&points.standing(row)))
        && filter.silent_since_s.is_none_or(|s| points.measured_s(row) < s)
        && filter.found.as_ref().is_none_or(|found| found.has(row))
}

#[test]
fn filters_and_counts_say_what_a_loop_says() {
    let points = made_up(20_000, 1);
    points.judge(limits);
    for filter in filters(&points) {
        let plain: Vec<usize> = (0..points.len()).filter(|row| passes(&points, *row, &filter)).collect();
        let mask = points.mask(&filter, 0..points.len());
        assert_eq!(mask.rows(0..points.len()).collect::<Vec<_>>(), plain, "{filter:?}");
        let part = points.mask(&filter, 4096..8192);
        let inside = plain.iter().filter(|row| (4096..8192).contains(*row)).count();
        assert_eq!(part.count(0..points.len()), inside);
        let counts = points.counts(&filter);
        assert_eq!(counts.all, plain.len(), "{filter:?}");
        assert_eq!(counts, plain_counts(&points, &filter), "{filter:?}");
    }
}

fn plain_counts(points: &Points, filter: &Filter) -> Counts {
    let mut counts = Counts::default();
    let without = |part: fn(&mut Filter)| {
        let mut other = filter.clone();
        part(&mut other);
        other
    };
    let tallied = |filter: &Filter, add: &mut dyn FnMut(usize)| {
        (0..points.len()).filter(|row| passes(points, *row, filter)).for_each(add);
    };
    tallied(filter, &mut |_| counts.all += 1);
    tallied(&without(|f| f.classes = None), &mut |row| {
        *counts.classes.entry(points.kind(row).class.clone()).or_default() += 1;
    });
    tallied(&without(|f| f.grades = None), &mut |row| {
        counts.grades[points.kind(row).grade.map_or(4, |g| g as usize)] += 1;
    });
    tallied(&without(|f| f.segments = None), &mut |row| {
        counts.segments[points.kind(row).segment as usize] += 1;
    });
    tallied(&without(|f| f.layers = None), &mut |row| counts.layers[points.kind(row).layer as usize] += 1);
    tallied(&without(|f| f.districts = None), &mut |row| {
        if let Some(place) = points.place(row) {
            *counts.districts.entry(place.district).or_default() += 1;
        }
    });
    tallied(&without(|f| f.standings = None), &mut |row| {
        counts.standings[points.standing(row) as usize] += 1
    });
    // Classes of which none passes are told with a count of 0, districts likewise.
    for kind in points.kinds() {
        if passes_but_class(kind, filter) {
            counts.classes.entry(kind.class.clone()).or_default();
        }
    }
    counts
}

fn passes_but_class(kind: &Kind, filter: &Filter) -> bool {
    filter.grades.as_ref().is_none_or(|g| g.contains(&kind.grade))
        && filter.layers.as_ref().is_none_or(|l| l.contains(&kind.layer))
}

#[test]
fn boxes_and_nearest_find_what_a_loop_finds() {
    let points = made_up(20_000, 2);
    for filter in filters(&points) {
        let mask = points.mask(&filter, 0..points.len());
        for n in 0..40 {
            let at = points.position((n * 499) % 20_000);
            let size = [0.002, 0.05, 0.7, 6.0][n % 4];
            let bounds = FixedBox::of([at.lon - size, at.lat - size, at.lon + 0.5 * size, at.lat + size]);
            let inside = |row: &usize| {
                let at = points.fixed(*row);
                mask.has(*row) && at.is_somewhere() && bounds.contains(at)
            };
            let plain: Vec<usize> = (0..points.len()).filter(inside).collect();
            assert_eq!(points.rows_in(bounds, &mask).collect::<Vec<_>>(), plain);
            assert_eq!(points.count_in(bounds, &mask), plain.len());
            let from = LonLat::new(at.lon + 0.3 * size, at.lat);
            let nearest = (0..points.len())
                .filter(|row| mask.has(*row) && points.fixed(*row).is_somewhere())
                .map(|row| (row, from.distance_m(points.position(row))))
                .filter(|(_, d)| *d <= 3_000.0)
                .min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
            assert_eq!(points.nearest(from, 3_000.0, &mask), nearest);
        }
    }
    assert_eq!(points.nearest(LonLat::new(f64::NAN, 0.0), 1e6, &Bits::all(points.len())), None);
}

#[test]
fn hexagons_are_those_of_each_position_and_clusters_lose_nothing() {
    let points = made_up(30_000, 3);
    points.judge(limits);
    let all = Bits::all(points.len());
    for (bounds, resolution) in [
        (FixedBox::of([100.0, 20.0, 120.0, 40.0]), 5),
        (FixedBox::of([100.0, 20.0, 120.0, 40.0]), 8),
        (FixedBox::of([106.3, 29.3, 106.8, 29.8]), 9),
    ] {
        let mut plain: BTreeMap<u64, (usize, Standing)> = BTreeMap::new();
        for row in points.rows_in(bounds, &all) {
            let at = points.position(row);
            let cell =
                LatLng::new(at.lat, at.lon).unwrap().to_cell(Resolution::try_from(resolution).unwrap());
            let held = plain.entry(cell.into()).or_default();
            *held = (held.0 + 1, held.1.max(points.rank(row)));
        }
        let found = hexagons(&points, &all, bounds, resolution);
        assert_eq!(found.iter().map(|h| (h.cell, (h.count, h.worst))).collect::<BTreeMap<_, _>>(), plain);
        assert!(found.iter().all(|h| h.corners().len() >= 5 && h.middle().is_valid()));
        let gathered = clusters(&points, &all, bounds, 17);
        assert_eq!(gathered.iter().map(|c| c.count).sum::<usize>(), points.count_in(bounds, &all));
        let worst = points.rows_in(bounds, &all).map(|row| points.rank(row)).max();
        assert_eq!(gathered.iter().map(|c| c.worst).max(), worst);
        let squares: std::collections::BTreeSet<_> = points
            .rows_in(bounds, &all)
            .map(|row| (points.fixed(row).lat >> 17, points.fixed(row).lon >> 17))
            .collect();
        assert_eq!(gathered.len(), squares.len());
    }
}

#[test]
fn values_are_taken_once_and_judged() {
    let points = made_up(5_000, 4);
    points.judge(limits);
    let row = points.row("R-1").unwrap();
    let mut changed = Vec::new();
    let news = |value, s: i64| News { row: row as u32, value, measured: CityTime(s * 1000) };
    let given =
        [news(50.0, 2_000), news(1.0, 1_000), news(f32::NAN, 3_000), news(9.0, -5), news(50.0, 2_000)];
    let applied = points.apply(&given, &mut changed);
    assert_eq!((applied.taken, applied.older, applied.refused), (2, 1, 2));
    assert_eq!((changed, points.standing(row)), (vec![row as u32], Standing::Red));
    assert_eq!((points.value(row), points.measured(row)), (50.0, Some(CityTime(2_000_000))));
    let strange = News { row: 9_999_999, ..news(1.0, 1) };
    assert_eq!(points.apply(&[strange], &mut Vec::new()).refused, 1);
    points.judge(|_| Thresholds::default());
    assert_eq!(points.standing(row), Standing::Usual);
    points.judge(limits);
    let red = (0..points.len())
        .filter(|row| limits(points.kind(*row)).standing(points.value(*row)) == Standing::Red);
    assert_eq!(points.counts(&Filter::default()).standings[4], red.count());
}

#[test]
fn what_moves_is_found_where_it_is() {
    let points = made_up(9_000, 5);
    let (row, all) = (points.row("R-0").unwrap(), Bits::all(points.len()));
    let away = LonLat::new(121.47, 31.23);
    points.move_to(row, away);
    assert_eq!(points.nearest(away, 10.0, &all).map(|n| n.0), Some(row));
    assert_eq!(points.count_in(FixedBox::of([121.0, 31.0, 122.0, 32.0]), &all), 1);
    points.move_to(row, LonLat::new(f64::NAN, 0.0));
    assert_eq!(points.nearest(away, 10.0, &all), None);
}

#[test]
fn a_file_gives_back_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("points.arrow");
    let points = made_up(40_000, 6);
    write(&points, &path).unwrap();
    let (again, repeated) = open(&path).unwrap();
    assert!(repeated.is_empty());
    assert_eq!((again.len(), again.kinds().len()), (points.len(), points.kinds().len()));
    for row in 0..points.len() {
        let block = again.texts().block(row).unwrap();
        let held = points.texts().block(row).unwrap();
        assert_eq!((block.id(row), block.name(row)), (held.id(row), held.name(row)));
        assert_eq!(again.fixed(row), points.fixed(row));
        assert_eq!((again.kind(row), again.place(row)), (points.kind(row), points.place(row)));
        assert_eq!(again.measured(row), points.measured(row));
        assert_eq!(again.value(row).to_bits(), points.value(row).to_bits());
    }
    assert!(again.texts().at_hand(0).is_some() && points.texts().at_hand(0).is_some());
    assert_eq!(again.row("R-3"), points.row("R-3"));
    assert_eq!(again.counts(&Filter::default()), points.counts(&Filter::default()));
}

#[test]
fn another_file_is_refused_by_name_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.arrow");
    assert!(matches!(open(&path), Err(PointsError::File { .. })));
    std::fs::write(&path, b"ARROW1 but no more of it").unwrap();
    let error = open(&path).unwrap_err().to_string();
    assert!(error.contains("other.arrow") && error.contains("cut off"), "{error}");
    // A good file, damaged byte by byte: an error or what could be read, never the end of the program.
    write(&made_up(300, 7), &path).unwrap();
    let whole = std::fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(7) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        std::fs::write(&path, &damaged).unwrap();
        if let Ok((points, _)) = open(&path) {
            let _ = points.texts().block(0);
        }
        std::fs::write(&path, &whole[..at]).unwrap();
        assert!(open(&path).is_err());
    }
}

#[test]
fn an_id_that_comes_twice_is_told_and_found_in_its_first_row() {
    let mut builder = PointsBuilder::default();
    let at = |n: f64| LonLat::new(106.0 + n, 29.0);
    for (id, n) in [("a", 0.1), ("b", 0.2), ("a", 0.3)] {
        let place = Some(Place { district: DistrictCode(500_103), township: TownshipCode(500_103_001) });
        let kind = Kind::device(RiskClass::Gas);
        builder.push(&Given { place, ..given(id, at(n), kind) });
    }
    let (points, repeated) = builder.finish();
    assert_eq!((repeated, points.row("a"), points.row("c")), (vec![(2, 0)], Some(0), None));
    assert_eq!(points.fixed(0), Fixed::of(at(0.1)));
}

#[test]
fn what_is_no_file_is_not_written_over_and_nothing_half_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let points = made_up(100, 8);
    let taken = folder.path().join("folder.arrow");
    std::fs::create_dir(&taken).unwrap();
    for (place, why) in [(taken, "no file"), (folder.path().join("none/p.arrow"), "No such file")] {
        let error = write(&points, &place).unwrap_err().to_string();
        assert!(error.starts_with(&*place.to_string_lossy()) && error.contains(why), "{error}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "only the folder that was there");
}

#[test]
fn a_value_that_may_not_be_known_any_more_is_forgotten_with_how_it_stood() {
    let points = made_up(100, 3);
    points.judge(limits);
    let at = CityTime(4_000_000_000_000);
    let mut changed = Vec::new();
    points.apply(&[News { row: 7, value: 1.0e6, measured: at }], &mut changed);
    assert!(points.standing(7) > Standing::Usual);
    changed.clear();
    points.hear([(7, at), (7, at), (u32::MAX, at)].into_iter(), &mut changed);
    assert_eq!(changed, [7]);
    assert!(points.value(7).is_nan() && points.standing(7) == Standing::Usual);
    assert_eq!(points.measured(7), Some(at));
    points.hear([(7, CityTime(at.0 - 60_000))].into_iter(), &mut changed);
    assert_eq!((changed.len(), points.measured(7)), (1, Some(at)), "what is older changes nothing");
}
