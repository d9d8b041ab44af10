//! TAK protocol version 1: the few messages of `takmessage.proto` (public, ATAK-CIV), read by hand.
//!
//! Fields that are not known are passed over; what `xmlDetail` says wins over the typed fields, as `detail.proto` asks.

use super::event::{CotEvent, Detail};
use super::read::{self, CotError};
use crate::problems::Problems;
use city::CityTime;

/// Reads a `TakMessage`; `Ok(None)` for one that holds no event, such as the protocol's own.
pub(super) fn read_message(bytes: &[u8]) -> Result<Option<(CotEvent, Problems)>, CotError> {
    let mut event = None;
    for field in Fields(bytes) {
        if let (2, Value::Bytes(bytes)) = field? {
            event = Some(bytes);
        }
    }
    event.map(read_event).transpose()
}

fn read_event(bytes: &[u8]) -> Result<(CotEvent, Problems), CotError> {
    let (mut uid, mut kind, mut how, mut access) = (String::new(), String::new(), String::new(), None);
    let (mut time, mut start, mut stale) = (None, None, None);
    // The fields of a point that are left out are zero.
    let (mut lat, mut lon, mut hae, mut ce, mut le) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut detail = &[][..];
    for field in Fields(bytes) {
        match field? {
            (1, Value::Bytes(text)) => kind = read::filled(&words(text)).unwrap_or_default(),
            (2, Value::Bytes(text)) => access = read::filled(&words(text)),
            (5, Value::Bytes(text)) => uid = read::filled(&words(text)).unwrap_or_default(),
            (6, Value::Number(ms)) => time = instant(ms),
            (7, Value::Number(ms)) => start = instant(ms),
            (8, Value::Number(ms)) => stale = instant(ms),
            (9, Value::Bytes(text)) => how = read::filled(&words(text)).unwrap_or_default(),
            (10, Value::Real(number)) => lat = number,
            (11, Value::Real(number)) => lon = number,
            (12, Value::Real(number)) => hae = number,
            (13, Value::Real(number)) => ce = number,
            (14, Value::Real(number)) => le = number,
            (15, Value::Bytes(bytes)) => detail = bytes,
            _ => {}
        }
    }
    if uid.is_empty() || kind.is_empty() {
        return Err(CotError::Lacks { what: if uid.is_empty() { "uid" } else { "type" } });
    }
    let time = time.ok_or(CotError::Lacks { what: "sendTime" })?;
    let stale = stale.ok_or(CotError::Lacks { what: "staleTime" })?;
    let mut problems = Problems::default();
    let at = read::place(lat, lon, &mut problems);
    let event = CotEvent {
        uid,
        kind,
        time,
        start: start.unwrap_or(time),
        stale,
        how,
        access,
        at,
        above_ellipsoid_m: read::height(hae),
        circular_error_m: read::error(ce),
        linear_error_m: read::error(le),
        detail: read_detail(detail, &mut problems),
    };
    Ok((event, problems))
}

fn read_detail(bytes: &[u8], problems: &mut Problems) -> Detail {
    let mut detail = Detail::default();
    let mut xml = None;
    for field in Fields(bytes) {
        match field {
            Ok((1, Value::Bytes(text))) => xml = Some(words(text)),
            Ok((2, Value::Bytes(contact))) => {
                [detail.endpoint, detail.callsign] = texts(contact);
            }
            Ok((3, Value::Bytes(group))) => [detail.team, detail.role] = texts(group),
            Ok((4, Value::Bytes(source))) => [detail.position_source, detail.height_source] = texts(source),
            Ok((5, Value::Bytes(status))) => {
                for field in Fields(status) {
                    if let Ok((1, Value::Number(battery))) = field {
                        detail.battery_pct =
                            u32::try_from(battery).ok().and_then(|b| read::percent(f64::from(b)));
                    }
                }
            }
            Ok((6, Value::Bytes(program))) => {
                [detail.device, detail.platform, detail.system, detail.version] = texts(program);
            }
            Ok((7, Value::Bytes(track))) => {
                // What is left out of a track that is there is zero.
                let (mut speed, mut course) = (0.0, 0.0);
                for field in Fields(track) {
                    match field {
                        Ok((1, Value::Real(number))) => speed = number,
                        Ok((2, Value::Real(number))) => course = number,
                        _ => {}
                    }
                }
                (detail.speed_mps, detail.course_deg) = (read::speed(speed), read::course(course));
            }
            Ok(_) => {}
            Err(why) => {
                problems.add(format_args!("detail of a TAK message: {why}"), "");
                break;
            }
        }
    }
    if let Some(xml) = xml {
        read::add_detail(&xml, &mut detail, problems);
    }
    detail
}

/// The texts of a message whose fields 1 to N are texts.
fn texts<const N: usize>(bytes: &[u8]) -> [Option<String>; N] {
    let mut texts = std::array::from_fn(|_| None);
    for field in Fields(bytes) {
        if let Ok((number, Value::Bytes(text))) = field
            && let Some(place) = number.checked_sub(1).and_then(|n| texts.get_mut(n as usize))
        {
            *place = read::filled(&words(text));
        }
    }
    texts
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn instant(ms: u64) -> Option<CityTime> {
    // The years 1970 to 2199, as every time that comes from outside.
    i64::try_from(ms).ok().filter(|ms| (0..7_258_118_400_000).contains(ms)).map(CityTime)
}

/// A field's value (protobuf encoding, wire types 0, 1, 2 and 5).
enum Value<'a> {
    Number(u64),
    Real(f64),
    Bytes(&'a [u8]),
    Passed,
}

/// The fields of a message, by number, as they lie in its bytes.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), CotError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field.ok_or(CotError::NoProtobuf))
    }
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Option<(u64, Value<'a>)> {
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Number(self.varint()?),
            1 => Value::Real(f64::from_le_bytes(*self.take(8)?.first_chunk()?)),
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Value::Bytes(self.take(length)?)
            }
            5 => {
                self.take(4)?;
                Value::Passed
            }
            _ => return None,
        };
        Some((key >> 3, value))
    }

    fn varint(&mut self) -> Option<u64> {
        let (number, rest) = varint(self.0)?;
        self.0 = rest;
        Some(number)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (front, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(front)
    }
}

/// A number of seven bits a byte, and what follows it; `None` where it is cut off or longer than ten bytes.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (i, byte) in bytes.iter().enumerate().take(10) {
        number |= u64::from(byte & 0x7F).checked_shl(7 * i as u32)?;
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(i + 1..).unwrap_or_default()));
        }
    }
    None
}
