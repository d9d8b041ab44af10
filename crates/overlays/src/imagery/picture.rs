//! A picture in memory.

/// The largest width and height of a picture that is taken, pixels.
pub const LARGEST_SIDE_PX: u32 = 2048;

/// A picture: red, green, blue and opacity, sRGB, 8 bits each, row 0 at the top.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    premultiplied: Vec<u8>,
}

impl Picture {
    /// A picture of these pixels, not premultiplied, where they are as many as its sides say and the sides are 1 to 2048.
    pub fn new(width: u32, height: u32, mut rgba: Vec<u8>) -> Option<Self> {
        let sides = 1..=LARGEST_SIDE_PX;
        let fits = sides.contains(&width) && sides.contains(&height);
        if !fits || rgba.len() != width as usize * height as usize * 4 {
            return None;
        }
        for [r, g, b, a] in rgba.as_chunks_mut::<4>().0.iter_mut().filter(|pixel| pixel[3] < 255) {
            let times = |c: u8| ((u32::from(c) * u32::from(*a) + 127) / 255) as u8;
            [*r, *g, *b] = [times(*r), times(*g), times(*b)];
        }
        Some(Self { width, height, premultiplied: rgba })
    }

    /// Its width, pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Its height, pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Its pixels, row by row from the top, each colour multiplied by its opacity.
    pub fn premultiplied(&self) -> &[[u8; 4]] {
        self.premultiplied.as_chunks().0
    }

    /// The memory it takes.
    pub fn bytes(&self) -> usize {
        self.premultiplied.len()
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} × {})", self.width, self.height)
    }
}
