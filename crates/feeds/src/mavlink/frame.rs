//! One MAVLink frame: where its parts lie, its checksum, and how it is written.

use super::crc_extra::crc_extra;

/// Begins a frame of MAVLink 1.
pub(super) const MARKER_1: u8 = 0xFE;
/// Begins a frame of MAVLink 2.
pub(super) const MARKER_2: u8 = 0xFD;
/// The longest frame, bytes: header, payload, checksum and signature of MAVLink 2.
pub(super) const LONGEST_FRAME: usize = 10 + 255 + 2 + SIGNATURE_LENGTH;
/// Link, time and signature at the end of a signed frame, bytes.
pub(super) const SIGNATURE_LENGTH: usize = 13;
/// The only incompatibility flag that this reader understands: the frame is signed.
pub(super) const SIGNED: u8 = 0x01;

/// Which version of the protocol a frame has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// MAVLink 1: no signature, message ids up to 255.
    V1,
    /// MAVLink 2.
    V2,
}

/// A frame whose checksum was found right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its version.
    pub version: Version,
    /// Its number in the sender's sequence; after 255 comes 0.
    pub sequence: u8,
    /// The sending system, such as one drone.
    pub system: u8,
    /// The sending component of that system; 1 is the autopilot.
    pub component: u8,
    /// Which message it carries.
    pub message: u32,
    /// The message as bytes; MAVLink 2 leaves out zeros at its end.
    pub payload: Vec<u8>,
    /// The checksum, which tells a frame that came twice from another of the same number.
    pub checksum: u16,
    /// True when it carries a signature; whether that was checked is the reader's matter.
    pub signed: bool,
}

/// What begins at a marker.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Candidate<'a> {
    /// More bytes are needed to tell.
    Incomplete,
    /// Not a frame, or none that may be read: it needs a newer reader.
    NoFrame,
    /// A frame with a checksum that fits.
    Sound(Parts<'a>),
    /// The checksum does not fit.
    Damaged,
    /// Its message is of no known definition, so that nobody can check it.
    Unknown(Parts<'a>),
}

/// A frame where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts<'a> {
    pub(super) version: Version,
    pub(super) sequence: u8,
    pub(super) system: u8,
    pub(super) component: u8,
    pub(super) message: u32,
    pub(super) payload: &'a [u8],
    pub(super) checksum: u16,
    /// Everything but the last six bytes of the signature: what is signed.
    pub(super) whole: &'a [u8],
    /// Link, time and signature.
    pub(super) signature: Option<&'a [u8]>,
}

impl Parts<'_> {
    pub(super) fn to_frame(self) -> Frame {
        Frame {
            version: self.version,
            sequence: self.sequence,
            system: self.system,
            component: self.component,
            message: self.message,
            payload: self.payload.to_vec(),
            checksum: self.checksum,
            signed: self.signature.is_some(),
        }
    }
}

/// Looks at `bytes`, which begin with a marker.
pub(super) fn look(bytes: &[u8]) -> Candidate<'_> {
    let (version, header) = match *bytes {
        [MARKER_1, ..] => (Version::V1, 6),
        [MARKER_2, _, flags, ..] if flags & !SIGNED != 0 => return Candidate::NoFrame,
        [MARKER_2, ..] => (Version::V2, 10),
        [] => return Candidate::Incomplete,
        _ => return Candidate::NoFrame,
    };
    let Some((head, rest)) = bytes.split_at_checked(header) else { return Candidate::Incomplete };
    let (length, flags, sequence, system, component, message) = match *head {
        [_, length, sequence, system, component, message] => {
            (length, 0, sequence, system, component, u32::from(message))
        }
        [_, length, flags, _, sequence, system, component, a, b, c] => {
            (length, flags, sequence, system, component, u32::from_le_bytes([a, b, c, 0]))
        }
        _ => return Candidate::NoFrame,
    };
    let signature_length = if flags & SIGNED != 0 { SIGNATURE_LENGTH } else { 0 };
    let checked = header + usize::from(length);
    let end = checked + 2 + signature_length;
    let (Some(whole), Some((payload, after))) =
        (bytes.get(..end), rest.split_at_checked(usize::from(length)))
    else {
        return Candidate::Incomplete;
    };
    let Some((&[low, high], _)) = after.split_first_chunk() else { return Candidate::Incomplete };
    let checksum = u16::from_le_bytes([low, high]);
    let signature = (signature_length > 0).then(|| whole.get(checked + 2..)).flatten();
    let parts = Parts { version, sequence, system, component, message, payload, checksum, whole, signature };
    match crc_extra(message) {
        None => Candidate::Unknown(parts),
        Some(extra) if crc(whole.get(1..checked).unwrap_or_default(), extra) == checksum => {
            Candidate::Sound(parts)
        }
        Some(_) => Candidate::Damaged,
    }
}

/// A frame of MAVLink 2 without signature: zeros at the end of the payload are left out, but for the first byte.
pub(super) fn write_frame(
    sequence: u8,
    sender: (u8, u8),
    message: u32,
    payload: &[u8],
    flags: u8,
) -> Vec<u8> {
    let longest = payload.get(..payload.len().min(255)).unwrap_or_default();
    let used = longest.iter().rposition(|byte| *byte != 0).map_or(1, |last| last + 1).min(longest.len());
    let payload = longest.get(..used).unwrap_or_default();
    let [a, b, c, _] = message.to_le_bytes();
    let mut frame = vec![MARKER_2, used as u8, flags, 0, sequence, sender.0, sender.1, a, b, c];
    frame.extend_from_slice(payload);
    let checksum = crc(frame.get(1..).unwrap_or_default(), crc_extra(message).unwrap_or_default());
    frame.extend_from_slice(&checksum.to_le_bytes());
    frame
}

/// CRC-16/MCRF4XX over `bytes` and the message's own byte, as the guide's "Checksum" says.
fn crc(bytes: &[u8], extra: u8) -> u16 {
    finish(finish(0xFFFF, bytes), &[extra])
}

fn finish(start: u16, bytes: &[u8]) -> u16 {
    bytes.iter().fold(start, |crc, byte| {
        let mut low = byte ^ (crc as u8);
        low ^= low << 4;
        let wide = u16::from(low);
        (crc >> 8) ^ (wide << 8) ^ (wide << 3) ^ (wide >> 4)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_catalogue_of_crcs() {
        assert_eq!(finish(0xFFFF, b"123456789"), 0x6F91, "CRC-16/MCRF4XX, check value");
    }

    #[test]
    fn what_is_written_is_read_and_zeros_at_the_end_are_left_out() {
        let bytes = write_frame(7, (255, 190), 0, &[0, 0, 0, 0, 6, 8, 0, 0, 0], 0);
        assert_eq!(bytes.len(), 10 + 6 + 2);
        let Candidate::Sound(parts) = look(&bytes) else { panic!("{:?}", look(&bytes)) };
        assert_eq!((parts.sequence, parts.system, parts.component, parts.message), (7, 255, 190, 0));
        assert_eq!(parts.payload, [0, 0, 0, 0, 6, 8]);
        for end in 0..bytes.len() {
            assert_eq!(look(&bytes[..end]), Candidate::Incomplete, "{end}");
        }
        assert_eq!(write_frame(0, (1, 1), 0, &[0; 9], 0).len(), 10 + 1 + 2, "the first byte is always sent");
    }
}
