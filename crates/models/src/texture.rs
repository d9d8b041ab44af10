//! Pictures on models: unpacked, made small enough, with all their halves, so that far surfaces are calm.

use overlays::imagery::{PictureError, Pixels, unpack};

/// The largest side of a picture that is unpacked, and of one that is kept; larger ones are halved.
const LARGEST_READ_PX: u32 = 8192;
const LARGEST_KEPT_PX: u32 = 2048;

/// How a picture goes on beyond its edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Wrap {
    /// Again from the other edge.
    #[default]
    Repeat,
    /// Its last pixels for ever.
    Clamp,
    /// Mirrored.
    Mirror,
}

/// A picture for the graphics card.
#[derive(Clone, PartialEq, Eq)]
pub struct Texture {
    /// Its width, pixels.
    pub width: u32,
    /// Its height, pixels.
    pub height: u32,
    /// sRGB and opacity, four bytes a pixel: the picture, then its halves down to one pixel.
    pub levels: Vec<u8>,
    /// How many pictures that are.
    pub level_count: u32,
    /// How it goes on to the right and downwards.
    pub wrap: (Wrap, Wrap),
}

impl Texture {
    /// Unpacks a PNG, JPEG or WebP picture.
    pub fn read(bytes: &[u8], wrap: (Wrap, Wrap)) -> Result<Self, PictureError> {
        let mut pixels = unpack(bytes, LARGEST_READ_PX)?;
        while pixels.width.max(pixels.height) > LARGEST_KEPT_PX {
            pixels = half(&pixels);
        }
        Ok(Self::of(pixels, wrap))
    }

    /// Of pixels that are small enough.
    pub fn of(pixels: Pixels, wrap: (Wrap, Wrap)) -> Self {
        let (width, height) = (pixels.width, pixels.height);
        let mut level = half(&pixels);
        let mut levels = pixels.rgba;
        let mut level_count = 1;
        let mut last = (width, height);
        while last != (1, 1) {
            levels.extend_from_slice(&level.rgba);
            level_count += 1;
            last = (level.width, level.height);
            level = half(&level);
        }
        levels.shrink_to_fit();
        Self { width, height, levels, level_count, wrap }
    }
}

impl std::fmt::Debug for Texture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Texture({} × {})", self.width, self.height)
    }
}

/// Half as wide and high, at least a pixel. Colours are averaged as they are seen, not by their light: the difference
/// cannot be seen on photographs, and it is a quarter of the work.
fn half(pixels: &Pixels) -> Pixels {
    let (width, height) = ((pixels.width / 2).max(1), (pixels.height / 2).max(1));
    let (wide, high) = (pixels.width as usize, pixels.height as usize);
    let all = pixels.rgba.as_chunks::<4>().0;
    let mut rgba = Vec::with_capacity(width as usize * height as usize * 4);
    for y in 0..height as usize {
        let (above, below) = ((2 * y).min(high - 1) * wide, (2 * y + 1).min(high - 1) * wide);
        for x in 0..width as usize {
            let (left, right) = ((2 * x).min(wide - 1), (2 * x + 1).min(wide - 1));
            let four = [all[above + left], all[above + right], all[below + left], all[below + right]];
            let mean = |c: usize| (four.iter().map(|p| u32::from(p[c])).sum::<u32>() + 2) / 4;
            rgba.extend([mean(0) as u8, mean(1) as u8, mean(2) as u8, mean(3) as u8]);
        }
    }
    Pixels { width, height, rgba }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_comes_with_all_its_halves() {
        let rgba = (0..5 * 3).flat_map(|n| [n * 10, 100, 0, 255]).collect();
        let texture = Texture::of(Pixels { width: 5, height: 3, rgba }, Default::default());
        // 5 × 3, 2 × 1, 1 × 1.
        assert_eq!((texture.level_count, texture.levels.len()), (3, (15 + 2 + 1) * 4));
        assert_eq!(&texture.levels[60..64], [30, 100, 0, 255]);
        let one = Texture::of(Pixels { width: 1, height: 1, rgba: vec![1, 2, 3, 4] }, Default::default());
        assert_eq!((one.level_count, one.levels), (1, vec![1, 2, 3, 4]));
    }
}
