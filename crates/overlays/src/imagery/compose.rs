//! The picture of a square of ground, made of tiles.

use super::address::TileAddress;
use super::fit::Fit;
use super::picture::Picture;
use super::quadrangle::{Square, breaks};
use super::source::TileSet;
use super::tiles::{Lookup, Tiles};
use super::window::Window;
use std::sync::Arc;

/// How many zooms up a picture is looked for where a tile is missing.
const FARTHEST_UP: u8 = 8;
/// Pixels are halved until at most so many lie along a texel, because others would be left out.
const MOST_PER_TEXEL: f64 = 1.5;

/// The picture of a square, and what it still lacks.
#[derive(Clone, Debug, PartialEq)]
pub struct Composed {
    /// Red, green, blue and opacity, sRGB, not premultiplied; row 0 in the south, `side` × `side` texels, each the
    /// imagery at its centre. Where there is none, all four are 0.
    pub rgba: Vec<u8>,
    /// Whether there is imagery at all.
    pub anything: bool,
    /// Tiles that are being brought and would make it better, the same one never twice.
    pub coming: Vec<TileAddress>,
    /// Tiles that could not be had for now.
    pub failed: Vec<TileAddress>,
}

/// Makes the picture of a square, `side` texels wide, of the tiles that fit it best, see [`super::wanted`]. Instead of a
/// tile that is missing the nearest one is enlarged that contains it: while it comes, of those at hand; where there is
/// none, or it could not be had, such a one is asked for as well.
pub fn compose(set: &TileSet, square: &Square, side: usize, tiles: &dyn Tiles) -> Composed {
    let mut composed = Composed { rgba: Vec::new(), anything: false, coming: Vec::new(), failed: Vec::new() };
    let fit = Fit::of(set, square, side);
    let filled = fit.and_then(|fit| {
        let mut window = Window::for_fit(&fit);
        for address in fit.addresses(set) {
            if let Some((of, picture)) = best(set, address, tiles, &mut composed) {
                let Some(level) = set.level(of.zoom) else { continue };
                window.put(&fit, address, (of, &level), &picture);
                composed.anything = true;
            }
        }
        composed.anything.then_some((fit, window))
    });
    composed.rgba = match filled {
        Some((fit, window)) => draped(&fit, window, side),
        None => vec![0; side * side * 4],
    };
    composed
}

/// The picture of a tile, or of the nearest one there is that contains it.
fn best(
    set: &TileSet,
    address: TileAddress,
    tiles: &dyn Tiles,
    composed: &mut Composed,
) -> Option<(TileAddress, Arc<Picture>)> {
    let (mut at, mut asks) = (address, true);
    loop {
        let lookup = match asks {
            true => tiles.lookup(at),
            false => tiles.at_hand(at).map_or(Lookup::Absent, Lookup::Ready),
        };
        match lookup {
            Lookup::Ready(picture) => return Some((at, picture)),
            Lookup::Coming => {
                asks = false;
                note(&mut composed.coming, at);
            }
            Lookup::Failed => note(&mut composed.failed, at),
            Lookup::Absent => {}
        }
        at = set.above(at).filter(|up| up.zoom >= set.min_zoom && address.zoom - up.zoom <= FARTHEST_UP)?;
    }
}

fn note(list: &mut Vec<TileAddress>, address: TileAddress) {
    if !list.contains(&address) {
        list.push(address);
    }
}

/// Samples the window at the centre of each texel, from the south.
fn draped(fit: &Fit, mut window: Window, side: usize) -> Vec<u8> {
    let (mut scale, mut per_texel) = (1.0, fit.pixels_per_texel(side));
    while per_texel > MOST_PER_TEXEL && window.width.min(window.height) > 2 {
        window = window.halved();
        (scale, per_texel) = (scale / 2.0, per_texel / 2.0);
    }
    // Places are in 65536ths of a pixel; the window is small enough for that.
    let fixed = |v: f64| (((v + 0.5) * scale - 0.5) * 65_536.0) as i32;
    let cells: Vec<f64> = breaks().collect();
    let first = |s: f64| (s * side as f64 - 0.5).ceil().clamp(0.0, side as f64) as usize;
    let mut rgba = vec![0; side * side * 4];
    for (j, row) in rgba.chunks_exact_mut(side.max(1) * 4).enumerate() {
        let t = (j as f64 + 0.5) / side as f64;
        let (texels, _) = row.as_chunks_mut::<4>();
        for cell in cells.windows(2) {
            let (from, to) = (first(cell[0]), first(cell[1]));
            if from == to {
                continue;
            }
            let centre = |i: usize| fit.pixel(fit.grid.at((i as f64 + 0.5) / side as f64, t));
            let (start, last) = (centre(from), centre(to - 1));
            let steps = ((to - from - 1) as f64).max(1.0);
            let step = |a: f64, b: f64| ((b - a) * scale / steps * 65_536.0) as i32;
            let (dx, dy) = (step(start.0, last.0), step(start.1, last.1));
            let (mut x, mut y) = (fixed(start.0), fixed(start.1));
            for texel in &mut texels[from..to] {
                *texel = straight(window.sample(x, y));
                (x, y) = (x + dx, y + dy);
            }
        }
    }
    rgba
}

/// The four bytes of a premultiplied pixel, with its colour divided by its opacity.
fn straight(pixel: u32) -> [u8; 4] {
    let [r, g, b, a] = pixel.to_le_bytes();
    if matches!(a, 0 | 255) {
        return [r, g, b, a];
    }
    let over = |c: u8| ((u32::from(c) * 255 + u32::from(a) / 2) / u32::from(a)).min(255) as u8;
    [over(r), over(g), over(b), a]
}

#[cfg(test)]
mod tests;
