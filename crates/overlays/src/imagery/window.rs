//! The pixels of one zoom that a square needs, put together from tiles so that neighbours mix across their edges.

use super::address::TileAddress;
use super::fit::Fit;
use super::grid::Level;
use super::picture::Picture;

/// Pixels that lie so near to one another are the same.
const WHOLE: f64 = 1e-4;

/// Pixels, each its four bytes as one little-endian number, premultiplied; row 0 in the north.
pub(super) struct Window {
    pub(super) pixels: Vec<u32>,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Window {
    /// A window for the pixels of a fit, with nothing in it.
    pub(super) fn for_fit(fit: &Fit) -> Self {
        let width = (fit.columns_px.end() - fit.columns_px.start() + 1) as usize;
        let height = (fit.rows_px.end() - fit.rows_px.start() + 1) as usize;
        Self { pixels: vec![0; width * height], width, height }
    }

    /// Puts a picture of `tile`, or of the one of another level that contains it, where the tile lies.
    pub(super) fn put(
        &mut self,
        fit: &Fit,
        tile: TileAddress,
        (of, level): (TileAddress, &Level),
        picture: &Picture,
    ) {
        let side_px = u64::from(fit.level.side_px);
        let ([west_px, north_px], of_px) = fit.lies(level, of);
        let span = |index: u32, px: &std::ops::RangeInclusive<u64>, shown: (u64, u64)| {
            let from = (u64::from(index) * side_px).max(*px.start()).max(shown.0);
            let to = ((u64::from(index) + 1) * side_px).min(px.end() + 1).min(shown.1);
            from..to.max(from)
        };
        let columns = span(tile.column, &fit.columns_px, fit.shown_px[0]);
        let rows = span(tile.row, &fit.rows_px, fit.shown_px[1]);
        if columns.is_empty() || rows.is_empty() {
            return;
        }
        let across = taps(columns.clone(), west_px, of_px, picture.width());
        let source = picture.premultiplied();
        let picture_width = picture.width() as usize;
        let first = (columns.start - fit.columns_px.start()) as usize;
        let down = taps(rows.clone(), north_px, of_px, picture.height());
        let fits = picture.width() == picture.height()
            && (f64::from(picture.width()) - of_px).abs() < WHOLE
            && [west_px, north_px].iter().all(|px| (px - px.round()).abs() < WHOLE);
        for (row, y) in rows.zip(down) {
            let start = (row - fit.rows_px.start()) as usize * self.width + first;
            let target = &mut self.pixels[start..start + across.len()];
            let (north, south) = (&source[y.low * picture_width..], &source[y.high * picture_width..]);
            let at = |line: &[[u8; 4]], x: usize| u32::from_le_bytes(line[x]);
            if fits {
                let from = across.first().map_or(0, |x| x.low);
                for (target, pixel) in target.iter_mut().zip(&north[from..]) {
                    *target = u32::from_le_bytes(*pixel);
                }
                continue;
            }
            for (target, x) in target.iter_mut().zip(&across) {
                let upper = lerp(at(north, x.low), at(north, x.high), x.weight);
                let lower = lerp(at(south, x.low), at(south, x.high), x.weight);
                *target = lerp(upper, lower, y.weight);
            }
        }
    }

    /// The same at half the width and height, each pixel the mean of four.
    pub(super) fn halved(&self) -> Self {
        let (width, height) = (self.width.div_ceil(2).max(2), self.height.div_ceil(2).max(2));
        let at =
            |x: usize, y: usize| self.pixels[y.min(self.height - 1) * self.width + x.min(self.width - 1)];
        let mean = |x: usize, y: usize| {
            let upper = lerp(at(x, y), at(x + 1, y), 128);
            lerp(upper, lerp(at(x, y + 1), at(x + 1, y + 1), 128), 128)
        };
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| mean(x * 2, y * 2))).collect();
        Self { pixels, width, height }
    }

    /// The mixture of the four pixels around a place, in 65536ths of a pixel from the centre of the first.
    pub(super) fn sample(&self, x: i32, y: i32) -> u32 {
        let column = ((x >> 16).max(0) as usize).min(self.width - 2);
        let row = ((y >> 16).max(0) as usize).min(self.height - 2);
        let (fx, fy) = ((x >> 8 & 255) as u32, (y >> 8 & 255) as u32);
        let north = row * self.width + column;
        let (north, south) = (&self.pixels[north..north + 2], &self.pixels[north + self.width..][..2]);
        lerp(lerp(north[0], north[1], fx), lerp(south[0], south[1], fx), fy)
    }
}

/// Two neighbours and how much, of 256, the second counts.
struct Tap {
    low: usize,
    high: usize,
    weight: u32,
}

/// For pixels of the window, where they lie in a picture of `side` pixels that covers `span_px` from `origin_px` on.
fn taps(pixels: std::ops::Range<u64>, origin_px: f64, span_px: f64, side: u32) -> Vec<Tap> {
    let last = side as usize - 1;
    let scale = f64::from(side) / span_px;
    let tap = |pixel: u64| {
        let at = ((pixel as f64 - origin_px + 0.5) * scale - 0.5).clamp(0.0, last as f64);
        // A pixel that lies on one of the picture is that one, however it was counted.
        let at = if (at - at.round()).abs() < WHOLE { at.round() } else { at };
        let low = at as usize;
        Tap { low, high: (low + 1).min(last), weight: ((at - low as f64) * 256.0) as u32 }
    };
    pixels.map(tap).collect()
}

/// A mixture of two pixels, of which the second counts `weight` of 256; two bytes at a time.
fn lerp(a: u32, b: u32, weight: u32) -> u32 {
    const EVEN: u32 = 0x00ff_00ff;
    const HALF: u32 = 0x0080_0080;
    let mix = |a: u32, b: u32| (a & EVEN) * (256 - weight) + (b & EVEN) * weight + HALF;
    (mix(a, b) >> 8 & EVEN) | (mix(a >> 8, b >> 8) & !EVEN)
}
