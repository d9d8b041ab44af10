use super::*;
use crate::imagery::address::{LonLatBox, WorldFraction};
use crate::imagery::grid::Plane;
use crate::imagery::quadrangle::place;
use crate::imagery::source::Datum;
use geodesy::EastNorth;
use std::cell::RefCell;

const SIDE: usize = 128;

fn square(width_m: f64) -> Square {
    Square { south_west: EastNorth::new(-3_000.0, 2_000.0), width_m }
}

/// A picture whose colours tell where in the world a pixel lies: the last bits of its column and row at `zoom`.
fn ramp(address: TileAddress, zoom: u8, side: u32) -> Picture {
    let pixel = |i: u32, index: u32| {
        let world =
            (f64::from(index) + (f64::from(i) + 0.5) / f64::from(side)) / f64::from(1 << address.zoom);
        (world * f64::from(1 << zoom)).rem_euclid(1.0)
    };
    let mut rgba = Vec::new();
    for y in 0..side {
        for x in 0..side {
            let (u, v) = (pixel(x, address.column), pixel(y, address.row));
            rgba.extend([(u * 255.0).round() as u8, (v * 255.0).round() as u8, 0, 255]);
        }
    }
    Picture::new(side, side, rgba).unwrap()
}

fn flat(colour: [u8; 4]) -> Lookup {
    Lookup::Ready(Arc::new(Picture::new(256, 256, colour.repeat(256 * 256)).unwrap()))
}

/// Every texel shows the place of its centre; `worst` in 255ths of the ramp, away from where it starts over.
fn assert_shows_places(composed: &Composed, square: &Square, datum: Datum, ramp_zoom: u8, worst: f64) {
    assert_eq!(composed.rgba.len(), SIDE * SIDE * 4);
    let mut compared = 0;
    for j in 0..SIDE {
        for i in 0..SIDE {
            let centre = |n: usize| (n as f64 + 0.5) / SIDE as f64;
            let WorldFraction { x, y } = WorldFraction::of(place(square, centre(i), centre(j), datum));
            let texel = &composed.rgba[(j * SIDE + i) * 4..][..4];
            assert_eq!(texel[3], 255);
            for (fraction, shown) in [(x, texel[0]), (y, texel[1])] {
                let expected = (fraction * f64::from(1 << ramp_zoom)).rem_euclid(1.0);
                if (0.06..0.94).contains(&expected) {
                    let off = (expected * 255.0 - f64::from(shown)).abs();
                    assert!(off <= worst, "{i} {j}: {} {shown}", expected * 255.0);
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > SIDE * SIDE, "{compared}");
}

#[test]
fn each_texel_shows_the_place_of_its_centre() {
    for (width_m, zoom, side) in [(400.0, 15, 256), (400.0, 15, 512), (60_000.0, 8, 256), (2_000.0, 13, 300)]
    {
        for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
            let set = TileSet { datum, ..TileSet::default() };
            let tiles = move |address| Lookup::Ready(Arc::new(ramp(address, zoom, side)));
            let composed = compose(&set, &square(width_m), SIDE, &tiles);
            assert!(composed.anything && composed.coming.is_empty() && composed.failed.is_empty());
            assert_shows_places(&composed, &square(width_m), datum, zoom, 1.6);
        }
    }
}

#[test]
fn beyond_the_last_zoom_tiles_are_enlarged_and_before_the_first_made_smaller() {
    let tiles = |address| Lookup::Ready(Arc::new(ramp(address, 15, 256)));
    let few = TileSet { max_zoom: 14, ..TileSet::default() };
    assert_shows_places(&compose(&few, &square(300.0), SIDE, &tiles), &square(300.0), Datum::Wgs84, 15, 3.0);
    let deep = TileSet { min_zoom: 18, ..TileSet::default() };
    let composed = compose(&deep, &square(600.0), SIDE, &tiles);
    assert_shows_places(&composed, &square(600.0), Datum::Wgs84, 15, 2.0);
}

#[test]
fn while_a_tile_comes_the_nearest_one_at_hand_stands_for_it() {
    struct Half(RefCell<Vec<TileAddress>>);
    impl Tiles for Half {
        fn lookup(&self, address: TileAddress) -> Lookup {
            self.0.borrow_mut().push(address);
            Lookup::Coming
        }
        fn at_hand(&self, address: TileAddress) -> Option<Arc<Picture>> {
            (address.zoom == 12).then(|| Arc::new(ramp(address, 12, 256)))
        }
    }
    let (set, half) = (TileSet::default(), Half(RefCell::default()));
    let composed = compose(&set, &square(400.0), SIDE, &half);
    assert_shows_places(&composed, &square(400.0), Datum::Wgs84, 12, 2.0);
    assert_eq!(composed.coming, crate::imagery::wanted(&set, &square(400.0), SIDE));
    assert_eq!(*half.0.borrow(), composed.coming, "what contains a tile that comes is not asked for");
}

#[test]
fn where_there_is_no_tile_those_that_contain_it_are_asked_for() {
    let asked = RefCell::new(Vec::new());
    let tiles = |address: TileAddress| {
        asked.borrow_mut().push(address.zoom);
        match address.zoom {
            16.. => Lookup::Absent,
            15 => Lookup::Failed,
            14 => Lookup::Coming,
            _ => Lookup::Ready(Arc::new(ramp(address, 12, 256))),
        }
    };
    let composed = compose(&TileSet::default(), &square(100.0), SIDE, &tiles);
    assert_shows_places(&composed, &square(100.0), Datum::Wgs84, 12, 2.0);
    assert!(composed.coming.iter().all(|a| a.zoom == 14) && !composed.coming.is_empty());
    assert!(composed.failed.iter().all(|a| a.zoom == 15) && !composed.failed.is_empty());
    let none = compose(&TileSet::default(), &square(100.0), SIDE, &|_| Lookup::Absent);
    assert!(!none.anything && none.rgba.iter().all(|byte| *byte == 0) && none.coming.is_empty());
    assert_eq!(none.rgba.len(), SIDE * SIDE * 4);
}

#[test]
fn the_south_comes_first_and_what_is_missing_is_clear() {
    let set = TileSet::default();
    let all = crate::imagery::wanted(&set, &square(700.0), 512);
    let north = all.iter().map(|tile| tile.row).min().unwrap();
    let tiles = |a: TileAddress| match a.row {
        row if a.zoom == all[0].zoom && row == north => flat([10, 20, 30, 255]),
        _ => Lookup::Absent,
    };
    let composed = compose(&set, &square(700.0), 512, &tiles);
    assert_eq!(composed.rgba[..4], [0; 4]);
    assert_eq!(composed.rgba[composed.rgba.len() - 4..], [10, 20, 30, 255]);
    // On the edge the opacity falls, not the colour.
    for texel in composed.rgba.as_chunks::<4>().0.iter().filter(|texel| texel[3] > 40) {
        let off = |c: u8, expected: u8| c.abs_diff(expected) <= 3;
        assert!(off(texel[0], 10) && off(texel[1], 20) && off(texel[2], 30), "{texel:?}");
    }
}

#[test]
fn beyond_the_bounds_tiles_are_clear_whatever_is_in_them() {
    let square = square(700.0);
    let middle = place(&square, 0.5, 0.5, Datum::Wgs84);
    let bounds = LonLatBox { west: 100.0, south: middle.lat, east: middle.lon, north: 40.0 };
    for plane in [Plane::Mercator, Plane::Geographic] {
        let set = TileSet { bounds: Some(bounds), plane, ..TileSet::default() };
        let composed = compose(&set, &square, SIDE, &|_| flat([0, 0, 0, 255]));
        let clear = |x: usize, y: usize| composed.rgba[(y * SIDE + x) * 4 + 3] == 0;
        let (low, high) = (SIDE / 2 - 3, SIDE / 2 + 3);
        assert!(!clear(low, high) && !clear(0, SIDE - 1), "within");
        assert!(clear(high, high) && clear(low, low) && clear(high, low), "without");
    }
}

#[test]
fn what_shines_through_keeps_its_colour() {
    let tiles = |_| flat([200, 100, 50, 128]);
    let composed = compose(&TileSet::default(), &square(700.0), 8, &tiles);
    assert!(composed.rgba.as_chunks::<4>().0.iter().all(|t| t[3] == 128 && t[0].abs_diff(200) <= 1));
    assert!(compose(&TileSet::default(), &square(700.0), 0, &tiles).rgba.is_empty());
    let nowhere = Square { south_west: EastNorth::new(f64::NAN, 0.0), width_m: 1.0 };
    assert!(!compose(&TileSet::default(), &nowhere, 8, &tiles).anything);
}
