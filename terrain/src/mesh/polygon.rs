//! Small polygons of grid places, cut into triangles. All tests are exact: places are whole numbers.

/// A place of the grid, column and row.
pub(super) type Place = [i64; 2];

/// Twice the area of a triangle, positive anticlockwise.
pub(super) fn area2(a: Place, b: Place, c: Place) -> i64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// Whether `d` lies inside the circle through `a`, `b` and `c` (anticlockwise). Exact up to 8,192 samples a side.
pub(super) fn in_circle(a: Place, b: Place, c: Place, d: Place) -> bool {
    let row = |p: Place| {
        let (x, y) = (p[0] - d[0], p[1] - d[1]);
        (x, y, x * x + y * y)
    };
    let ((ax, ay, aa), (bx, by, bb), (cx, cy, cc)) = (row(a), row(b), row(c));
    ax * (by * cc - cy * bb) - ay * (bx * cc - cx * bb) + aa * (bx * cy - cx * by) > 0
}

/// Cuts an anticlockwise polygon of vertices into triangles, each of positive area, all vertices used. Ears whose circle
/// holds no other vertex are cut first, so that the triangles are Delaunay's.
pub(super) fn triangles(mut polygon: Vec<u32>, place: impl Fn(u32) -> Place, out: &mut Vec<[u32; 3]>) {
    while polygon.len() > 3 {
        let n = polygon.len();
        let corner = |k: usize| [polygon[(k + n - 1) % n], polygon[k], polygon[(k + 1) % n]];
        let is_ear = |k: usize| {
            let [a, b, c] = corner(k).map(&place);
            let others = || polygon.iter().filter(|v| !corner(k).contains(v)).map(|&v| place(v));
            let inside = |p: Place| area2(a, b, p) >= 0 && area2(b, c, p) >= 0 && area2(c, a, p) >= 0;
            area2(a, b, c) > 0 && !others().any(inside)
        };
        let is_round = |k: usize| {
            let [a, b, c] = corner(k).map(&place);
            !polygon.iter().any(|&v| in_circle(a, b, c, place(v)))
        };
        let ears: Vec<usize> = (0..n).filter(|&k| is_ear(k)).collect();
        // A polygon always has an ear; without one the rest would be flat, and nothing is left to cut.
        let Some(&ear) = ears.iter().find(|&&k| is_round(k)).or(ears.first()) else { return };
        out.push(corner(ear));
        polygon.remove(ear);
    }
    if let &[a, b, c] = polygon.as_slice() {
        out.push([a, b, c]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_polygon_with_straight_corners_is_cut_into_triangles_of_all_its_vertices() {
        // A notch, and vertices in the middle of straight sides.
        let places: [Place; 8] = [[0, 0], [2, 0], [4, 0], [4, 4], [3, 4], [2, 1], [0, 4], [0, 2]];
        let mut out = Vec::new();
        triangles((0..8).collect(), |v| places[v as usize], &mut out);
        let areas: Vec<i64> = out
            .iter()
            .map(|t| area2(places[t[0] as usize], places[t[1] as usize], places[t[2] as usize]))
            .collect();
        let whole: i64 = (0..8).map(|k| area2([0, 0], places[k], places[(k + 1) % 8])).sum();
        assert!(
            out.len() == 6 && areas.iter().all(|&a| a > 0) && areas.iter().sum::<i64>() == whole,
            "{out:?}"
        );
    }

    #[test]
    fn circles_are_exact() {
        let (a, b, c) = ([0, 0], [4, 0], [4, 4]);
        assert!(!in_circle(a, b, c, [0, 4]) && in_circle(a, b, c, [1, 3]) && !in_circle(a, b, c, [0, 5]));
    }
}
