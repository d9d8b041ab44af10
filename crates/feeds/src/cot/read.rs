//! Reads one event of XML (CoT event schema 2.0).

use super::event::{Chat, CotEvent, Detail, Emergency, Link};
use super::split::{Cut, Cutter};
use crate::problems::{Problems, beginning};
use city::{CityTime, LonLat};
use roxmltree::{Document, Node, ParsingOptions};
use thiserror::Error;

/// Why something is no event.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CotError {
    /// No XML, or XML that is refused.
    #[error("no CoT event: {why}: `{text}`; check that the address is one of Cursor on Target")]
    NoXml {
        /// Why.
        why: String,
        /// The beginning of it.
        text: String,
    },
    /// XML of something else.
    #[error("no CoT event, but `{found}`; check that the address is one of Cursor on Target")]
    NoEvent {
        /// What it is.
        found: String,
    },
    /// A part without which an event says nothing is missing.
    #[error("a CoT event without `{what}`; its sender has to say it")]
    Lacks {
        /// Which.
        what: &'static str,
    },
    /// A time that is none.
    #[error("`{what}` of a CoT event: {why}; its sender has to be put right")]
    BadTime {
        /// Which.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// Bytes of TAK protocol version 1 that are no protobuf message.
    #[error(
        "a TAK message is cut off or no protobuf; check that the address is one of TAK protocol version 1"
    )]
    NoProtobuf,
}

/// What stands for "unknown" in heights and errors.
const UNKNOWN: f64 = 9_999_999.0;
/// The longest uid, name and other attribute, characters; longer ones are cut.
const LONGEST_NAME: usize = 250;
/// Links of one event that are kept: a drawing has one for each corner.
const MOST_LINKS: usize = 1_000;
/// Elements, attributes and texts of one event.
const MOST_NODES: u32 = 20_000;

/// Reads one event; what is wrong with its details is told and costs only them.
pub fn read_xml(bytes: &[u8]) -> Result<(CotEvent, Problems), CotError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii();
    let text = String::from_utf8_lossy(bytes);
    let no_xml = |why: String| CotError::NoXml { why, text: beginning(&text) };
    let (document, end) = parse(&text).map_err(no_xml)?;
    let mut problems = Problems::default();
    if end < text.len() {
        problems.add("more follows after a CoT event", text.get(end..).unwrap_or_default());
    }
    if matches!(text, std::borrow::Cow::Owned(_)) {
        problems.add("a CoT event with bytes that are no UTF-8", &text);
    }
    let event = document.root_element();
    if event.tag_name().name() != "event" {
        return Err(CotError::NoEvent { found: beginning(event.tag_name().name()) });
    }
    let needed = |what: &'static str| event.attribute(what).and_then(filled).ok_or(CotError::Lacks { what });
    let (uid, kind) = (needed("uid")?, needed("type")?);
    let time = time(&needed("time")?, "time")?;
    let stale = self::time(&needed("stale")?, "stale")?;
    let start = event.attribute("start").and_then(|text| self::time(text, "start").ok()).unwrap_or(time);
    let point = child(event, "point");
    let number = |name: &str| point.and_then(|point| point.attribute(name)).and_then(number);
    let at = match (number("lat"), number("lon")) {
        (Some(lat), Some(lon)) => place(lat, lon, &mut problems),
        _ => {
            problems.add("a CoT event without a position", &uid);
            None
        }
    };
    let mut detail = Detail::default();
    if let Some(node) = child(event, "detail") {
        fill(node, &mut detail, &mut problems);
    }
    let event = CotEvent {
        uid,
        kind,
        time,
        start,
        stale,
        how: event.attribute("how").and_then(filled).unwrap_or_default(),
        access: event.attribute("access").and_then(filled),
        at,
        above_ellipsoid_m: number("hae").and_then(height),
        circular_error_m: number("ce").and_then(error),
        linear_error_m: number("le").and_then(error),
        detail,
    };
    Ok((event, problems))
}

/// Adds the details of a TAK message's `xmlDetail`: they win over what is there.
pub(super) fn add_detail(xml: &str, detail: &mut Detail, problems: &mut Problems) {
    let whole = format!("<detail>{xml}</detail>");
    match parse(&whole) {
        Ok((_, end)) if end < whole.len() => problems.add("detail of a TAK message: it ends early", xml),
        Ok((document, _)) => fill(document.root_element(), detail, problems),
        Err(why) => problems.add(format_args!("detail of a TAK message: {why}"), xml),
    }
}

/// The document, and where it ends. The cutter refuses document types, great depth and endless tags before the parser
/// sees them.
fn parse(text: &str) -> Result<(Document<'_>, usize), String> {
    let end = match Cutter::default().look(text.as_bytes()) {
        Cut::End(end) => end,
        Cut::More => return Err("it is cut off, or no XML".to_owned()),
        Cut::Broken(_, why) => return Err(why.to_owned()),
    };
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES };
    let document = Document::parse_with_options(text.get(..end).unwrap_or_default(), options);
    Ok((document.map_err(|why| why.to_string())?, end))
}

fn fill(node: Node<'_, '_>, detail: &mut Detail, problems: &mut Problems) {
    for part in node.children().filter(Node::is_element) {
        let text = |name: &str| part.attribute(name).and_then(filled);
        let real = |name: &str| part.attribute(name).and_then(number);
        match part.tag_name().name() {
            "contact" => (detail.callsign, detail.endpoint) = (text("callsign"), text("endpoint")),
            "__group" => (detail.team, detail.role) = (text("name"), text("role")),
            "status" => detail.battery_pct = real("battery").and_then(percent),
            "track" => {
                detail.course_deg = real("course").and_then(course);
                detail.speed_mps = real("speed").and_then(speed);
            }
            "precisionlocation" => {
                (detail.position_source, detail.height_source) = (text("geopointsrc"), text("altsrc"));
            }
            "takv" => {
                (detail.device, detail.platform) = (text("device"), text("platform"));
                (detail.system, detail.version) = (text("os"), text("version"));
            }
            "remarks" => detail.remarks = part.text().and_then(|text| words(text, usize::MAX)),
            "link" => match text("uid") {
                Some(_) if detail.links.len() >= MOST_LINKS => {
                    problems.add("more links in a CoT event than can be", "");
                }
                Some(uid) => detail.links.push(Link { uid, kind: text("type"), relation: text("relation") }),
                // The corners of a drawing are links without a uid.
                None => {}
            },
            "emergency" => {
                let cancelled =
                    part.attribute("cancel").is_some_and(|told| told.trim().eq_ignore_ascii_case("true"));
                let callsign = part.text().and_then(filled);
                detail.emergency = Some(Emergency { kind: text("type"), cancelled, callsign });
            }
            "__chat" => {
                let room = text("chatroom").or_else(|| text("id"));
                let id = text("messageId");
                detail.chat = Some(Chat { room, sender: text("senderCallsign"), id });
            }
            _ => {}
        }
    }
}

fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| child.is_element() && child.tag_name().name() == name)
}

/// Some senders leave the zone out; the schema says that all times are UTC.
fn time(text: &str, what: &'static str) -> Result<CityTime, CotError> {
    let text = text.trim();
    CityTime::parse(text)
        .or_else(|why| CityTime::parse(&format!("{text}Z")).map_err(|_| why))
        .map_err(|why| CotError::BadTime { what, why: beginning(&why) })
}

/// A short text that says something, such as a name.
pub(super) fn filled(text: &str) -> Option<String> {
    words(text, LONGEST_NAME)
}

/// At most so many characters that say something; control characters would spoil a panel.
fn words(text: &str, most: usize) -> Option<String> {
    let is_spoiling = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    let text: String = text.trim().chars().take(most).map(|c| if is_spoiling(c) { ' ' } else { c }).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// 0, 0 is what devices tell before they know.
pub(super) fn place(lat: f64, lon: f64, problems: &mut Problems) -> Option<LonLat> {
    let at = LonLat::new(lon, lat);
    if !at.is_valid() {
        problems.add("a CoT position that is not on the globe", &format!("{lat}, {lon}"));
        return None;
    }
    (lat != 0.0 || lon != 0.0).then_some(at)
}

pub(super) fn height(hae: f64) -> Option<f64> {
    (hae.is_finite() && hae.abs() < UNKNOWN).then_some(hae)
}

pub(super) fn error(metres: f64) -> Option<f64> {
    (0.0..UNKNOWN).contains(&metres).then_some(metres)
}

pub(super) fn percent(told: f64) -> Option<f64> {
    (0.0..=100.0).contains(&told).then_some(told)
}

pub(super) fn speed(told: f64) -> Option<f64> {
    (0.0..UNKNOWN).contains(&told).then_some(told)
}

/// Devices that stand still tell a course of NaN or 9999999.
pub(super) fn course(told: f64) -> Option<f64> {
    (told.is_finite() && told.abs() <= 720.0).then(|| told.rem_euclid(360.0)).filter(|course| *course < 360.0)
}
