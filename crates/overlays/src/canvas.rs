//! A square of texels that is laid over a square of ground: row 0 lies south.

use crate::shapes::Rgba;
use tiny_skia::{FillRule, Paint, PathBuilder, Pixmap, PremultipliedColorU8, Transform};

/// What is painted, of `side` by `side` texels.
pub struct Canvas {
    side: usize,
    pixels: Option<Pixmap>,
}

impl Canvas {
    /// A transparent canvas.
    pub fn new(side: usize) -> Self {
        Self { side, pixels: Pixmap::new(side as u32, side as u32) }
    }

    /// Texels along a side.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Fills the inside of rings (texels, x to the east and y to the north), each hole turning inside out.
    pub fn fill(&mut self, rings: &[Vec<[f64; 2]>], Rgba([red, green, blue, alpha]): Rgba) {
        let mut path = PathBuilder::new();
        for ring in rings.iter().filter(|ring| ring.len() > 2) {
            for (i, [x, y]) in ring.iter().enumerate() {
                match i {
                    0 => path.move_to(*x as f32, *y as f32),
                    _ => path.line_to(*x as f32, *y as f32),
                }
            }
            path.close();
        }
        // Nothing is left of rings outside, or without finite corners.
        let (Some(path), Some(pixels)) = (path.finish(), &mut self.pixels) else { return };
        // What was cut off beside the canvas may be left as a line.
        if path.bounds().width() <= 0.0 || path.bounds().height() <= 0.0 {
            return;
        }
        let mut paint = Paint { anti_alias: true, ..Paint::default() };
        paint.set_color_rgba8(red, green, blue, alpha);
        pixels.fill_path(&path, &paint, FillRule::EvenOdd, Transform::identity(), None);
    }

    /// Lays texels (RGBA, 0 to 255, not premultiplied, row 0 south) over what is painted, with an opacity of 0 to 1.
    pub fn lay(&mut self, rgba: &[u8], opacity: f32) {
        let Some(pixels) = &mut self.pixels else { return };
        let opacity = (opacity.clamp(0.0, 1.0) * 256.0) as u32;
        for (texel, colour) in pixels.pixels_mut().iter_mut().zip(rgba.chunks_exact(4)) {
            let alpha = u32::from(colour[3]) * opacity / 256;
            let over = |above: u8, below: u8| {
                ((u32::from(above) * alpha + u32::from(below) * (255 - alpha) + 127) / 255) as u8
            };
            let [red, green, blue] = [(0, texel.red()), (1, texel.green()), (2, texel.blue())]
                .map(|(i, below)| over(colour[i], below));
            let alpha = over(255, texel.alpha());
            *texel = PremultipliedColorU8::from_rgba(red, green, blue, alpha).unwrap_or(*texel);
        }
    }

    /// The texels as RGBA, not premultiplied; where nothing is painted, the colour of what is beside it, so that
    /// smoothing between texels draws no dark rim.
    pub fn finish(self) -> Vec<u8> {
        let Some(pixels) = self.pixels else { return vec![0; self.side * self.side * 4] };
        let mut rgba = Vec::with_capacity(self.side * self.side * 4);
        for texel in pixels.pixels() {
            let colour = texel.demultiply();
            rgba.extend([colour.red(), colour.green(), colour.blue(), colour.alpha()]);
        }
        spread(&mut rgba, self.side);
        rgba
    }
}

/// Gives each transparent texel the colour of a neighbour that is not.
fn spread(rgba: &mut [u8], side: usize) {
    if rgba.chunks_exact(4).all(|texel| texel[3] > 0) {
        return;
    }
    let painted: Vec<bool> = rgba.chunks_exact(4).map(|texel| texel[3] > 0).collect();
    for y in 0..side {
        for x in 0..side {
            if painted[y * side + x] {
                continue;
            }
            let around = (y.saturating_sub(1)..(y + 2).min(side))
                .flat_map(|y| (x.saturating_sub(1)..(x + 2).min(side)).map(move |x| y * side + x));
            if let Some(beside) = around.into_iter().find(|&i| painted[i]) {
                rgba.copy_within(beside * 4..beside * 4 + 3, (y * side + x) * 4);
            }
        }
    }
}

/// The texels and their smaller copies, each half the one before, down to one texel; and how many levels that is.
pub fn with_smaller(mut rgba: Vec<u8>, side: usize) -> (Vec<u8>, u32) {
    let (mut from, mut side, mut levels) = (0, side, 1);
    while side > 1 {
        let small = side / 2;
        for y in 0..small {
            for x in 0..small {
                let corner = from + (2 * y * side + 2 * x) * 4;
                let four = [corner, corner + 4, corner + side * 4, corner + side * 4 + 4];
                let alpha: u32 = four.iter().map(|&i| u32::from(rgba[i + 3])).sum();
                for channel in 0..3 {
                    // Each counts as much as it covers; of four that cover nothing the plain mean.
                    let of = |i: usize| u32::from(rgba[i + channel]);
                    let weighed: u32 = four.iter().map(|&i| of(i) * u32::from(rgba[i + 3])).sum();
                    let plain: u32 = four.iter().map(|&i| of(i)).sum();
                    let colour = (weighed + alpha / 2).checked_div(alpha).unwrap_or(plain / 4);
                    rgba.push(colour as u8);
                }
                rgba.push((alpha / 4) as u8);
            }
        }
        from += side * side * 4;
        (side, levels) = (small, levels + 1);
    }
    (rgba, levels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smaller_copies_keep_the_colour_beside_nothing() {
        let mut canvas = Canvas::new(8);
        canvas.fill(&[vec![[0.0, 0.0], [3.0, 0.0], [3.0, 8.0], [0.0, 8.0]]], Rgba([250, 100, 0, 255]));
        let (rgba, levels) = with_smaller(canvas.finish(), 8);
        assert_eq!((levels, rgba.len()), (4, (64 + 16 + 4 + 1) * 4));
        let second = &rgba[64 * 4..];
        assert_eq!((&second[..4], &second[4..8]), (&[250, 100, 0, 255][..], &[250, 100, 0, 127][..]));
    }

    #[test]
    fn imagery_lies_under_what_is_painted_later() {
        let mut canvas = Canvas::new(2);
        canvas.lay(&[[10, 20, 30, 255], [10, 20, 30, 128], [0; 4], [1, 1, 1, 255]].concat(), 1.0);
        canvas.fill(&[vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]], Rgba([255, 255, 255, 255]));
        let rgba = canvas.finish();
        assert_eq!(rgba[..4], [255; 4]);
        assert_eq!(rgba[7], 128);
        assert!(rgba[4].abs_diff(10) <= 1 && rgba[6].abs_diff(30) <= 1);
    }
}
