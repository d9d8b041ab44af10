//! A triangle mesh that grows by its worst sample until none is too far off, kept Delaunay by flips around each new
//! vertex (Garland and Heckbert 1995, algorithm III; Lawson 1977).
//!
//! Triangle `t` has its corners at `3t`, `3t + 1`, `3t + 2`; side `e` runs from corner `e` to the next of its triangle,
//! and `twins[e]` is the same side seen from the other triangle. The outline (sides without a twin) is never refined.

use super::{
    TriangleMesh,
    polygon::{Place, area2, in_circle},
};
use std::{cmp::Reverse, collections::BinaryHeap};

/// No twin, no sample.
const NONE: u32 = u32::MAX;

/// The mesh while it grows.
pub(super) struct Tin<'a> {
    heights_m: &'a [f32],
    samples: usize,
    /// The bound and what f32 may round away, metres.
    bound_m: f32,
    vertices: Vec<[u16; 2]>,
    corners: Vec<u32>,
    twins: Vec<u32>,
    /// The side of the outline that begins at a vertex.
    leaving: Vec<u32>,
    /// The worst sample of each triangle that is off by more than the bound.
    worst: Vec<u32>,
    /// Triangles to be judged anew.
    changed: Vec<u32>,
    is_changed: Vec<bool>,
    /// How far off (as bits: they order like the numbers), triangle, sample. Entries that are out of date are skipped.
    queue: BinaryHeap<(u32, Reverse<u32>, u32)>,
    flips: Vec<u32>,
}

impl<'a> Tin<'a> {
    /// The two halves of the whole grid.
    pub fn square(heights_m: &'a [f32], samples: usize, bound_m: f32) -> Self {
        let last = (samples - 1) as u16;
        let vertices = vec![[0, 0], [last, 0], [last, last], [0, last]];
        Self::piece(heights_m, samples, bound_m, vertices, vec![[0, 1, 2], [2, 3, 0]])
    }

    /// Some triangles of a mesh of the grid.
    pub fn piece(
        heights_m: &'a [f32],
        samples: usize,
        bound_m: f32,
        vertices: Vec<[u16; 2]>,
        triangles: Vec<[u32; 3]>,
    ) -> Self {
        // As bits, which order like the numbers and are compared several at a time.
        let highest = heights_m.iter().fold(0, |a: i32, h| a.max(h.abs().to_bits() as i32));
        let highest_m = f32::from_bits(highest as u32);
        let corners: Vec<u32> = triangles.into_iter().flatten().collect();
        let twins = twins(&corners, vertices.len());
        let mut leaving = vec![NONE; vertices.len()];
        for side in (0..corners.len()).filter(|&side| twins[side] == NONE) {
            leaving[corners[side] as usize] = side as u32;
        }
        let count = corners.len() / 3;
        Self {
            heights_m,
            samples,
            bound_m: bound_m + 4.0 * f32::EPSILON * highest_m,
            vertices,
            corners,
            twins,
            leaving,
            worst: vec![NONE; count],
            changed: (0..count as u32).collect(),
            is_changed: vec![true; count],
            queue: BinaryHeap::new(),
            flips: Vec::new(),
        }
    }

    /// Makes vertices of the samples (grid indices, sorted) that lie on the sides of the whole grid.
    pub fn split_sides(&mut self, wanted: &[u32]) {
        let (n, last) = (self.samples, self.samples - 1);
        for side in 0..4 {
            // Anticlockwise from corner to corner, so that each vertex halves what is left of the side.
            let mut from = side as u32;
            for k in 1..last {
                let sample = match side {
                    0 => k,
                    1 => k * n + last,
                    2 => last * n + last - k,
                    _ => (last - k) * n,
                };
                if wanted.binary_search(&(sample as u32)).is_ok() {
                    let vertex = self.vertex(sample as u32);
                    self.split_side(self.leaving[from as usize] as usize, vertex);
                    self.flip();
                    from = vertex;
                }
            }
        }
    }

    /// Inserts the worst sample until none is off by more than the bound.
    pub fn refine(&mut self) {
        self.judge();
        while let Some((_, Reverse(triangle), sample)) = self.queue.pop() {
            if self.worst[triangle as usize] == sample {
                self.insert(triangle as usize, sample);
                self.flip();
                self.judge();
            }
        }
    }

    /// The finished mesh.
    pub fn into_mesh(self) -> TriangleMesh {
        let triangles = self.corners.chunks_exact(3).map(|t| [t[0], t[1], t[2]]).collect();
        TriangleMesh { vertices: self.vertices, triangles }
    }

    fn place(&self, vertex: u32) -> Place {
        self.vertices[vertex as usize].map(i64::from)
    }

    fn corner_place(&self, corner: usize) -> Place {
        self.place(self.corners[corner])
    }

    fn vertex(&mut self, sample: u32) -> u32 {
        let sample = sample as usize;
        self.vertices.push([(sample % self.samples) as u16, (sample / self.samples) as u16]);
        self.leaving.push(NONE);
        (self.vertices.len() - 1) as u32
    }

    /// Puts a sample into its triangle.
    fn insert(&mut self, t: usize, sample: u32) {
        self.worst[t] = NONE;
        let p = [(sample as usize % self.samples) as i64, (sample as usize / self.samples) as i64];
        let [a, b, c] = [3 * t, 3 * t + 1, 3 * t + 2];
        let flat = |e: usize| area2(self.corner_place(e), self.corner_place(next(e)), p) == 0;
        let on: Vec<usize> = [a, b, c].into_iter().filter(|&e| flat(e)).collect();
        let vertex = match on.len() {
            0 | 1 => self.vertex(sample),
            // On two sides is on a vertex, which is exact.
            _ => return,
        };
        if let Some(&side) = on.first() {
            return self.split_side(side, vertex);
        }
        let [va, vb, vc] = [a, b, c].map(|e| self.corners[e]);
        let [ta, tb, tc] = [a, b, c].map(|e| self.twins[e]);
        let (t1, t2) = (self.add(), self.add());
        self.set(t, [va, vb, vertex], [ta, (3 * t1 + 2) as u32, (3 * t2 + 1) as u32]);
        self.set(t1, [vb, vc, vertex], [tb, (3 * t2 + 2) as u32, (3 * t + 1) as u32]);
        self.set(t2, [vc, va, vertex], [tc, (3 * t + 2) as u32, (3 * t1 + 1) as u32]);
    }

    /// Puts a vertex on a side, which halves the triangles beside it.
    fn split_side(&mut self, side: usize, p: u32) {
        let (t, ahead, behind) = (side / 3, next(side), next(next(side)));
        let [a, b, c] = [side, ahead, behind].map(|e| self.corners[e]);
        let (bc, ca, twin) = (self.twins[ahead], self.twins[behind], self.twins[side]);
        let t1 = self.add();
        let side_of = |t: usize, k: usize| (3 * t + k) as u32;
        if twin == NONE {
            self.set(t, [c, a, p], [ca, NONE, side_of(t1, 1)]);
            self.set(t1, [b, c, p], [bc, side_of(t, 2), NONE]);
            return;
        }
        let twin = twin as usize;
        let (u, ahead, behind) = (twin / 3, next(twin), next(next(twin)));
        let (d, ad, db) = (self.corners[behind], self.twins[ahead], self.twins[behind]);
        let u1 = self.add();
        self.set(t, [c, a, p], [ca, side_of(u, 2), side_of(t1, 1)]);
        self.set(t1, [b, c, p], [bc, side_of(t, 2), side_of(u1, 1)]);
        self.set(u, [a, d, p], [ad, side_of(u1, 2), side_of(t, 1)]);
        self.set(u1, [d, b, p], [db, side_of(t1, 2), side_of(u, 1)]);
    }

    /// Flips sides until every triangle with the new vertex (its last corner) is Delaunay's.
    fn flip(&mut self) {
        while let Some(side) = self.flips.pop() {
            let side = side as usize;
            let twin = self.twins[side];
            if twin == NONE {
                continue;
            }
            let (t, twin) = (side / 3, twin as usize);
            let (u, ad, db) = (twin / 3, next(twin), next(next(twin)));
            let [a, b, p] = [side, next(side), next(next(side))].map(|e| self.corners[e]);
            let d = self.corners[db];
            if !in_circle(self.place(a), self.place(b), self.place(p), self.place(d)) {
                continue;
            }
            let (ad, db) = (self.twins[ad], self.twins[db]);
            let (bp, pa) = (self.twins[next(side)], self.twins[next(next(side))]);
            self.set(t, [a, d, p], [ad, (3 * u + 2) as u32, pa]);
            self.set(u, [d, b, p], [db, bp, (3 * t + 1) as u32]);
        }
    }

    /// A new triangle, to be set.
    fn add(&mut self) -> usize {
        self.corners.extend([NONE; 3]);
        self.twins.extend([NONE; 3]);
        self.worst.push(NONE);
        self.is_changed.push(false);
        self.worst.len() - 1
    }

    /// Sets the corners and twins of a triangle whose last corner is a new vertex.
    fn set(&mut self, t: usize, corners: [u32; 3], twins: [u32; 3]) {
        for k in 0..3 {
            self.corners[3 * t + k] = corners[k];
            self.twins[3 * t + k] = twins[k];
            let side = (3 * t + k) as u32;
            match twins[k] {
                NONE => self.leaving[corners[k] as usize] = side,
                twin => self.twins[twin as usize] = side,
            }
        }
        self.flips.push((3 * t) as u32);
        self.worst[t] = NONE;
        if !std::mem::replace(&mut self.is_changed[t], true) {
            self.changed.push(t as u32);
        }
    }

    /// Finds the worst sample of each triangle that has changed.
    fn judge(&mut self) {
        while let Some(triangle) = self.changed.pop() {
            let t = triangle as usize;
            self.is_changed[t] = false;
            let (off_m, sample) = self.worst_of(t);
            self.worst[t] = sample;
            if sample != NONE {
                self.queue.push((off_m.to_bits(), Reverse(triangle), sample));
            }
        }
    }

    /// How far off the worst sample of a triangle is, and which; none within the bound. Row by row.
    fn worst_of(&self, t: usize) -> (f32, u32) {
        let corners: [Place; 3] = [3 * t, 3 * t + 1, 3 * t + 2].map(|e| self.corner_place(e));
        let [a, b, c] = corners;
        let height_m = |p: Place| f64::from(self.heights_m[p[1] as usize * self.samples + p[0] as usize]);
        let (ha_m, up_b, up_c) = (height_m(a), height_m(b) - height_m(a), height_m(c) - height_m(a));
        let share = 1.0 / area2(a, b, c) as f64;
        let east = (up_b * (c[1] - a[1]) as f64 - up_c * (b[1] - a[1]) as f64) * share;
        let north = (up_c * (b[0] - a[0]) as f64 - up_b * (c[0] - a[0]) as f64) * share;
        // Whole numbers of 32 bits: a division of 64 costs more than the samples it is for.
        let small = corners.map(|p| p.map(|v| v as i32));
        let (south, top) = small.iter().fold((i32::MAX, i32::MIN), |(a, b), p| (a.min(p[1]), b.max(p[1])));
        let outline: [i32; 3] = [0, 1, 2].map(|k| i32::from(self.twins[3 * t + k] == NONE));
        let mut found = (self.bound_m, NONE);
        for row in south..=top {
            // Inside is left of every side; on the outline is not inside.
            let (mut first, mut last) = (0, self.samples as i32 - 1);
            for k in 0..3 {
                let (from, to) = (small[k], small[(k + 1) % 3]);
                let rise = to[1] - from[1];
                let along = (to[0] - from[0]) * (row - from[1]);
                match rise {
                    0 if along < outline[k] => last = -1,
                    0 => {}
                    _ if rise > 0 => last = last.min(from[0] + (along - outline[k]).div_euclid(rise)),
                    _ => first = first.max(from[0] + (-along + outline[k] - rise - 1).div_euclid(-rise)),
                }
            }
            if first > last {
                continue;
            }
            let start = row as usize * self.samples + first as usize;
            let line = &self.heights_m[start..=start + (last - first) as usize];
            let base_m =
                (ha_m + east * f64::from(first - small[0][0]) + north * f64::from(row - small[0][1])) as f32;
            if let Some((off_m, k)) = farthest(line, base_m, east as f32, found.0) {
                found = (off_m, (start + k) as u32);
            }
        }
        found
    }
}

/// The twin of each side.
fn twins(corners: &[u32], vertices: usize) -> Vec<u32> {
    // The sides that begin at a vertex, as a list: the first at the vertex, the following at the side before.
    let (mut first, mut following) = (vec![NONE; vertices], vec![NONE; corners.len()]);
    for (side, &vertex) in corners.iter().enumerate() {
        following[side] = std::mem::replace(&mut first[vertex as usize], side as u32);
    }
    let twin = |side: usize| {
        let (from, to) = (corners[side], corners[next(side)]);
        let mut other = first[to as usize];
        while other != NONE && corners[next(other as usize)] != from {
            other = following[other as usize];
        }
        other
    };
    (0..corners.len()).map(twin).collect()
}

/// The following side of a triangle.
fn next(e: usize) -> usize {
    e - e % 3 + (e + 1) % 3
}

/// The sample farthest from a line that begins at `base_m` and rises `slope` a sample, if it is farther than `least_m`.
#[inline]
fn farthest(line: &[f32], base_m: f32, slope: f32, least_m: f32) -> Option<(f32, usize)> {
    let off = |k: usize, height_m: f32| (height_m - (base_m + slope * k as f32)).abs();
    // Most lines hold nothing, which several samples at a time can say.
    let mut any = false;
    for (k, &height_m) in line.iter().enumerate() {
        any |= off(k, height_m) > least_m;
    }
    if !any {
        return None;
    }
    let mut found = (least_m, 0);
    for (k, &height_m) in line.iter().enumerate() {
        if off(k, height_m) > found.0 {
            found = (off(k, height_m), k);
        }
    }
    Some(found)
}
