//! A picture in memory.

/// The largest width and height of a picture that is taken, pixels.
pub const LARGEST_SIDE_PX: u32 = 2048;

/// A picture: red, green, blue and opacity, sRGB, 8 bits each, not premultiplied, row 0 at the top.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    rgba: Vec<u8>,
    opaque: bool,
}

impl Picture {
    /// A picture of these pixels, where they are as many as its sides say and the sides are 1 to 2048.
    pub fn new(width: u32, height: u32, rgba: Vec<u8>) -> Option<Self> {
        let sides = 1..=LARGEST_SIDE_PX;
        let fits = sides.contains(&width) && sides.contains(&height);
        if !fits || rgba.len() != width as usize * height as usize * 4 {
            return None;
        }
        let opaque = rgba.as_chunks::<4>().0.iter().all(|pixel| pixel[3] == 255);
        Some(Self { width, height, rgba, opaque })
    }

    /// Its width, pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Its height, pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Its pixels, row by row from the top.
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }

    /// Whether nothing shines through it.
    pub fn is_opaque(&self) -> bool {
        self.opaque
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} × {})", self.width, self.height)
    }
}
