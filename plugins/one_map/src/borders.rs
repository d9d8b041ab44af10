//! District borders as lines drawn once: neighbours share them, so each piece is taken from the first district only.

use city::LonLat;
use layers::District;
use std::collections::HashMap;

/// A border line and whether it is the municipality's own edge.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Border {
    /// The line.
    pub path: Vec<LonLat>,
    /// True where no other district lies beyond.
    pub outer: bool,
}

/// Coordinates to a millionth of a degree, 0.1 m: what two files' roundings agree on.
type End = (i64, i64);

fn end(at: LonLat) -> End {
    ((at.lon * 1e6).round() as i64, (at.lat * 1e6).round() as i64)
}

fn piece(a: LonLat, b: LonLat) -> (End, End) {
    let (a, b) = (end(a), end(b));
    if a <= b { (a, b) } else { (b, a) }
}

/// How far beside a piece it is looked whether the city goes on, degrees (some 3 km): farther than borders that
/// should be one lie apart.
const BESIDE_DEG: f64 = 0.03;

/// True where the city lies on both sides of a piece.
fn is_within(pair: &[LonLat], in_city: &dyn Fn(LonLat) -> bool) -> bool {
    let (dx, dy) = (pair[1].lon - pair[0].lon, pair[1].lat - pair[0].lat);
    let length = dx.hypot(dy).max(1e-12);
    let middle = LonLat::new((pair[0].lon + pair[1].lon) / 2.0, (pair[0].lat + pair[1].lat) / 2.0);
    let beside = |by: f64| LonLat::new(middle.lon - dy / length * by, middle.lat + dx / length * by);
    in_city(beside(BESIDE_DEG)) && in_city(beside(-BESIDE_DEG))
}

/// The borders of all districts, each piece once; `in_city` tells the municipality's edge from neighbours whose
/// common border was drawn twice, a little apart.
pub(crate) fn borders(districts: &[District], in_city: &dyn Fn(LonLat) -> bool) -> Vec<Border> {
    let rings: Vec<Vec<LonLat>> = districts
        .iter()
        .flat_map(|d| d.polygons.iter())
        .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()))
        .map(|ring| ring.coords().map(|c| LonLat::new(c.x, c.y)).collect())
        .collect();
    let mut sides: HashMap<(End, End), u32> = HashMap::new();
    for pair in rings.iter().flat_map(|ring| ring.windows(2)) {
        *sides.entry(piece(pair[0], pair[1])).or_default() += 1;
    }
    let mut borders: Vec<Border> = Vec::new();
    for ring in &rings {
        let mut line: Option<Border> = None;
        for pair in ring.windows(2) {
            // What a neighbour has already brought is marked by 0.
            let count = sides.insert(piece(pair[0], pair[1]), 0).unwrap_or(0);
            let outer = count == 1 && !is_within(pair, in_city);
            if count == 0 || line.as_ref().is_some_and(|l| l.outer != outer) {
                borders.extend(line.take());
            }
            if count > 0 {
                line.get_or_insert_with(|| Border { path: vec![pair[0]], outer }).path.push(pair[1]);
            }
        }
        borders.extend(line);
    }
    borders
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_piece_of_the_shipped_borders_is_drawn_once() {
        let layers = layers::StaticLayers::shipped().unwrap();
        let gazetteer = layers::Gazetteer::new(&layers);
        let borders = borders(&layers.districts, &|at| gazetteer.place(at).is_some());
        let centre = LonLat::new(106.588, 29.566);
        let near = |b: &Border| b.path.iter().any(|p| p.distance_m(centre) < 20_000.0);
        assert!(borders.iter().any(|b| b.outer) && !borders.iter().any(|b| b.outer && near(b)));
        let mut seen = std::collections::HashSet::new();
        for border in &borders {
            for pair in border.path.windows(2) {
                assert!(seen.insert(piece(pair[0], pair[1])) || pair[0] == pair[1]);
            }
        }
        let all: usize =
            layers.districts.iter().flat_map(|d| d.polygons.iter()).map(|p| p.exterior().0.len() - 1).sum();
        // Inner borders are shared, so that about half of all pieces are enough.
        assert!(seen.len() * 10 < all * 8, "{} of {all}", seen.len());
    }
}
