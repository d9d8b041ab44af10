//! Takes the fields of a payload from its front, little end first (MAVLink guide, "Serialization").

use city::LonLat;

/// What is left of a payload; every read takes its bytes from the front, zeros where there are none left.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (front, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        front
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.bytes(count);
    }

    pub(super) fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        array.iter_mut().zip(self.bytes(N)).for_each(|(to, from)| *to = *from);
        array
    }

    pub(super) fn u8(&mut self) -> u8 {
        u8::from_le_bytes(self.array())
    }

    pub(super) fn i8(&mut self) -> i8 {
        i8::from_le_bytes(self.array())
    }

    pub(super) fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.array())
    }

    pub(super) fn i16(&mut self) -> i16 {
        i16::from_le_bytes(self.array())
    }

    pub(super) fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.array())
    }

    pub(super) fn i32(&mut self) -> i32 {
        i32::from_le_bytes(self.array())
    }

    pub(super) fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.array())
    }

    pub(super) fn raw_f32(&mut self) -> f32 {
        f32::from_le_bytes(self.array())
    }

    /// `None` for what is no number: such a message tells nothing that holds.
    pub(super) fn f32(&mut self) -> Option<f64> {
        Some(f64::from(self.raw_f32())).filter(|number| number.is_finite())
    }

    /// Latitude, then longitude, in units of 1e-7 degrees.
    pub(super) fn place(&mut self) -> Option<LonLat> {
        let (lat, lon) = (self.i32(), self.i32());
        Some(LonLat::new(f64::from(lon) / 1e7, f64::from(lat) / 1e7)).filter(|at| is_somewhere(*at))
    }
}

/// On the globe, and not 0, 0, which vehicles tell before they know.
pub(super) fn is_somewhere(at: LonLat) -> bool {
    at.is_valid() && (at.lon != 0.0 || at.lat != 0.0)
}
