//! One alert from XML. Deliberately absent: lists of them.

use super::alert::{Alert, Area, CapVersion, Info, NamedValue, Reference, Resource};
use super::geometry::{read_circle, read_height_m, read_polygon};
use super::words::{Category, Certainty, MessageStatus, MessageType, ResponseType, Scope, Severity, Urgency};
use crate::markup::{self, child_text, children, own_text};
use crate::problems::{Problems, beginning};
use crate::times::read_time;
use city::CityTime;
use roxmltree::Node;
use thiserror::Error;

/// Why a document as a whole is of no use.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CapError {
    /// It cannot be parsed, or must not.
    #[error(
        "the warning document is unreadable ({why}): `{answer}`; check that the address is that of a CAP service"
    )]
    Unreadable {
        /// Why.
        why: String,
        /// The beginning of it.
        answer: String,
    },
    /// It is another kind of document.
    #[error("`<{root}>` is no document of warnings: expected {expected}; check the address")]
    Foreign {
        /// Its outermost element.
        root: String,
        /// What was expected.
        expected: &'static str,
    },
    /// An alert lacks what no alert can do without.
    #[error("the alert `{identifier}` has no usable `{element}`: ask its sender to follow CAP 1.2, 3.2.1")]
    Incomplete {
        /// Its identifier, where it has one.
        identifier: String,
        /// The element.
        element: &'static str,
    },
}

/// Reads a document of one alert. Without identifier, sender, sent, status or msgType it is none; anything else
/// that is wrong costs only itself. A service that lists many is read by [`super::read_list`].
pub fn read_alert(bytes: &[u8]) -> Result<(Alert, Problems), CapError> {
    let mut problems = Problems::default();
    let text = decoded(bytes, &mut problems)?;
    let document = markup::parse(&text).map_err(|why| unreadable(why, bytes))?;
    let alert = read_alert_element(document.root_element(), &mut problems)?;
    Ok((alert, problems))
}

pub(super) fn decoded<'a>(
    bytes: &'a [u8],
    problems: &mut Problems,
) -> Result<std::borrow::Cow<'a, str>, CapError> {
    let decoded = markup::decode(bytes).map_err(|why| unreadable(why, bytes))?;
    if decoded.has_wrong_bytes {
        problems.add("bytes that are wrong for the encoding or for XML", &decoded.text);
    }
    Ok(decoded.text)
}

pub(super) fn unreadable(why: impl ToString, bytes: &[u8]) -> CapError {
    let start = bytes.get(..bytes.len().min(4 * crate::LONGEST_SAMPLE)).unwrap_or_default();
    CapError::Unreadable { why: why.to_string(), answer: beginning(&String::from_utf8_lossy(start)) }
}

/// True for an alert of an edition that is read here. Some services leave the namespace out.
pub(super) fn is_alert(node: Node) -> bool {
    node.is_element() && node.tag_name().name() == "alert" && version(node).is_some()
}

fn version(node: Node) -> Option<CapVersion> {
    match node.tag_name().namespace() {
        None | Some("urn:oasis:names:tc:emergency:cap:1.2") => Some(CapVersion::V1_2),
        Some("urn:oasis:names:tc:emergency:cap:1.1") => Some(CapVersion::V1_1),
        Some(_) => None,
    }
}

pub(super) fn read_alert_element(node: Node, problems: &mut Problems) -> Result<Alert, CapError> {
    let Some(version) = version(node).filter(|_| is_alert(node)) else {
        let space = node.tag_name().namespace().unwrap_or_default();
        let root = beginning(&format!("{} {space}", node.tag_name().name()));
        return Err(CapError::Foreign { root, expected: "an alert of CAP 1.1 or 1.2" });
    };
    let identifier = child_text(node, "identifier");
    let missing = |element| CapError::Incomplete {
        identifier: beginning(identifier.as_deref().unwrap_or_default()),
        element,
    };
    let sender = child_text(node, "sender").ok_or_else(|| missing("sender"))?;
    let sent = time(node, "sent", problems).ok_or_else(|| missing("sent"))?;
    let status = child_text(node, "status").and_then(|word| MessageStatus::from_word(&word));
    let message_type = child_text(node, "msgType").and_then(|word| MessageType::from_word(&word));
    let identified = identifier.clone().ok_or_else(|| missing("identifier"))?;
    let status = status.ok_or_else(|| missing("status"))?;
    let message_type = message_type.ok_or_else(|| missing("msgType"))?;
    let mut alert = Alert::new(sender, identified, sent, status, message_type);
    alert.version = version;
    alert.source = or_empty(node, "source");
    alert.scope = word(node, "scope", Scope::from_word, problems).unwrap_or(Scope::Public);
    alert.restriction = or_empty(node, "restriction");
    alert.addresses = or_empty(node, "addresses");
    alert.codes = children(node, "code").map(own_text).filter(|code| !code.is_empty()).collect();
    alert.note = or_empty(node, "note");
    alert.references = read_references(&or_empty(node, "references"), problems);
    alert.incidents = or_empty(node, "incidents");
    alert.infos = children(node, "info").map(|info| read_info(info, problems)).collect();
    Ok(alert)
}

/// Reads `sender,identifier,sent sender,identifier,sent …`; one without its three parts names nothing.
fn read_references(text: &str, problems: &mut Problems) -> Vec<Reference> {
    let mut references = Vec::new();
    for triple in text.split_whitespace() {
        let parts = triple.split_once(',').and_then(|(sender, rest)| Some((sender, rest.rsplit_once(',')?)));
        match parts {
            Some((sender, (identifier, sent))) if !sender.is_empty() && !identifier.is_empty() => {
                let sent = read_time(sent).map(|time| time.at);
                if sent.is_none() {
                    problems.add("`references`: a time that is none", triple);
                }
                let (sender, identifier) = (sender.to_owned(), identifier.to_owned());
                references.push(Reference { sender, identifier, sent });
            }
            _ => problems.add("`references`: not `sender,identifier,sent`", triple),
        }
    }
    references
}

/// Reads what describes an event from the children of `node`: an `info`, or the entry of a feed.
pub(super) fn read_info(node: Node, problems: &mut Problems) -> Info {
    let p = problems;
    let mut info = Info::new(or_empty(node, "event"), Severity::Unknown);
    info.language = child_text(node, "language").unwrap_or_else(|| "en-US".to_owned());
    info.categories = words(node, "category", Category::from_word, p);
    info.response_types = words(node, "responseType", ResponseType::from_word, p);
    info.urgency = word(node, "urgency", Urgency::from_word, p).unwrap_or(Urgency::Unknown);
    // China's services write the colour here; the colour's rule reads it from the parameters.
    info.severity = word(node, "severity", severity, p).unwrap_or(Severity::Unknown);
    info.certainty = word(node, "certainty", certainty, p).unwrap_or(Certainty::Unknown);
    info.audience = or_empty(node, "audience");
    info.event_codes = named_values(node, "eventCode");
    info.effective = time(node, "effective", p);
    info.onset = time(node, "onset", p);
    info.expires = time(node, "expires", p);
    info.sender_name = or_empty(node, "senderName");
    info.headline = or_empty(node, "headline");
    info.description = or_empty(node, "description");
    info.instruction = or_empty(node, "instruction");
    info.web = or_empty(node, "web");
    info.contact = or_empty(node, "contact");
    info.parameters = named_values(node, "parameter");
    if let Some(colour) = child_text(node, "severity").filter(|word| severity_colour(word).is_some()) {
        info.parameters.push(NamedValue { name: SEVERITY_COLOUR.to_owned(), value: colour });
    }
    info.resources = children(node, "resource").map(|resource| read_resource(resource, p)).collect();
    info.areas = children(node, "area").map(|area| read_area(area, p)).collect();
    info
}

/// The name under which a colour that stood in `severity` is kept.
pub(super) const SEVERITY_COLOUR: &str = "severity colour";

fn severity_colour(word: &str) -> Option<Severity> {
    let graded = [
        (["red", "红色"], Severity::Extreme),
        (["orange", "橙色"], Severity::Severe),
        (["yellow", "黄色"], Severity::Moderate),
        (["blue", "蓝色"], Severity::Minor),
    ];
    graded.into_iter().find(|(names, _)| names.iter().any(|n| word.eq_ignore_ascii_case(n))).map(|(_, s)| s)
}

fn severity(word: &str) -> Option<Severity> {
    Severity::from_word(word).or_else(|| severity_colour(word))
}

/// CAP 1.0 had `Very Likely`, which 1.1 (3.2.2) asks to be read as `Likely`.
fn certainty(word: &str) -> Option<Certainty> {
    let is_very_likely = word.eq_ignore_ascii_case("Very Likely");
    Certainty::from_word(word).or(is_very_likely.then_some(Certainty::Likely))
}

fn read_resource(node: Node, problems: &mut Problems) -> Resource {
    let size = child_text(node, "size");
    let size_bytes = size.as_deref().and_then(|size| size.parse().ok());
    if let (Some(size), None) = (&size, size_bytes) {
        problems.add("`size`: no number of bytes", size);
    }
    Resource {
        description: or_empty(node, "resourceDesc"),
        mime_type: or_empty(node, "mimeType"),
        size_bytes,
        uri: or_empty(node, "uri"),
        content_base64: or_empty(node, "derefUri"),
        digest: or_empty(node, "digest"),
    }
}

/// Reads a place from the children of `node`: an `area`, or the entry of a feed.
pub(super) fn read_area(node: Node, problems: &mut Problems) -> Area {
    let p = problems;
    let mut area = Area { description: or_empty(node, "areaDesc"), ..Area::default() };
    // The American service writes empty polygons where it has none.
    for text in children(node, "polygon").map(own_text).filter(|text| !text.is_empty()) {
        match read_polygon(&text) {
            Ok(ring) => area.polygons.push(ring),
            Err(why) => p.add(format_args!("`polygon`: {why}"), &text),
        }
    }
    for text in children(node, "circle").map(own_text).filter(|text| !text.is_empty()) {
        match read_circle(&text) {
            Ok(circle) => area.circles.push(circle),
            Err(why) => p.add(format_args!("`circle`: {why}"), &text),
        }
    }
    area.geocodes = named_values(node, "geocode");
    area.altitude_m = height_m(node, "altitude", p);
    area.ceiling_m = height_m(node, "ceiling", p);
    area
}

fn height_m(node: Node, name: &str, problems: &mut Problems) -> Option<f64> {
    let text = child_text(node, name)?;
    let height_m = read_height_m(&text);
    if height_m.is_none() {
        problems.add(format_args!("`{name}`: no height in feet"), &text);
    }
    height_m
}

/// Values without a name say nothing; empty values are kept, since services write them.
fn named_values(node: Node, name: &str) -> Vec<NamedValue> {
    let mut values = Vec::new();
    for each in children(node, name) {
        // A feed may give several pairs in one element.
        for (name, value) in children(each, "valueName").zip(children(each, "value")) {
            values.push(NamedValue { name: own_text(name), value: own_text(value) });
        }
    }
    values.retain(|value| !value.name.is_empty());
    values
}

fn or_empty(node: Node, name: &str) -> String {
    child_text(node, name).unwrap_or_default()
}

pub(super) fn time(node: Node, name: &str, problems: &mut Problems) -> Option<CityTime> {
    let text = child_text(node, name)?;
    match read_time(&text) {
        Some(time) => {
            if time.is_assumed_local {
                problems.add(format_args!("`{name}` without an offset, taken as Asia/Shanghai"), &text);
            }
            Some(time.at)
        }
        None => {
            problems.add(format_args!("`{name}`: no time of 1970 to 2199"), &text);
            None
        }
    }
}

/// The value of a coded element; a word the standard does not have is counted.
pub(super) fn word<T>(
    node: Node,
    name: &str,
    read: impl Fn(&str) -> Option<T>,
    problems: &mut Problems,
) -> Option<T> {
    let text = child_text(node, name)?;
    let value = read(&text);
    if value.is_none() {
        problems.add(format_args!("`{name}`: not a word of CAP 1.2"), &text);
    }
    value
}

fn words<T>(node: Node, name: &str, read: impl Fn(&str) -> Option<T>, problems: &mut Problems) -> Vec<T> {
    let mut values = Vec::new();
    for text in children(node, name).map(own_text).filter(|text| !text.is_empty()) {
        match read(&text) {
            Some(value) => values.push(value),
            None => problems.add(format_args!("`{name}`: not a word of CAP 1.2"), &text),
        }
    }
    values
}
