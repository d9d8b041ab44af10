//! One corner of a wall or roof, packed into twenty bytes.

/// A corner. The height of the ground and the height above it are apart, because hills may be drawn higher than they are
/// and buildings are not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Corner {
    /// East of the anchor, height of the ground, south of the anchor, metres.
    pub position: [f32; 3],
    /// Metres above that ground.
    pub above_m: f32,
    /// Bits 0–7 and 8–15: the outward direction east and south, signed, 127 being 1; none on roofs and undersides.
    /// Bit 16: the far end of its wall. Bit 17: the upper end. Bit 18: an underside. Bit 19: not at
    /// either end of a wall, because several share the corner. Bits 20–23: the building's own tone.
    pub facet: u32,
}

/// What a corner belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Side {
    /// A wall: which way it looks (east, south), and whether the corner is at its far and at its upper end.
    Wall {
        /// Outward direction, east and south, of length 1.
        outward: [f64; 2],
        /// At the far end.
        far: bool,
        /// At the upper end.
        upper: bool,
    },
    /// The foot of a wall whose corners other walls share.
    Massed {
        /// Outward direction, east and south, of length 1.
        outward: [f64; 2],
    },
    /// A roof.
    Roof,
    /// What is seen from under a part that hangs over the ground.
    Underside,
}

impl Side {
    /// Packed, with the tone of the building, 0 to 15.
    pub fn pack(self, tone: u32) -> u32 {
        let own = match self {
            Self::Wall { outward, far, upper } => {
                packed(outward) | u32::from(far) << 16 | u32::from(upper) << 17
            }
            Self::Massed { outward } => packed(outward) | 1 << 19,
            Self::Roof => 1 << 17 | 1 << 19,
            Self::Underside => 1 << 18,
        };
        own | (tone & 15) << 20
    }
}

fn packed(outward: [f64; 2]) -> u32 {
    let [east, south] = outward.map(|part| u32::from((part * 127.0).round() as i8 as u8));
    east | south << 8
}
