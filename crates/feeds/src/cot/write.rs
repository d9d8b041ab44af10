//! Writes an event as XML, as TAK servers expect it on a stream: a declaration, then the event.

use super::event::CotEvent;
use std::fmt::Write;

/// What stands for "unknown" in heights and errors.
const UNKNOWN: f64 = 9_999_999.0;

/// The XML of `event`: our own position, a report, or words. Reading it gives the same event.
pub fn write_event(event: &CotEvent) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
    let how = if event.how.is_empty() { None } else { Some(event.how.as_str()) };
    let (time, start, stale) = (event.time.to_string(), event.start.to_string(), event.stale.to_string());
    open(
        &mut xml,
        "event",
        &[
            ("version", Some("2.0")),
            ("uid", Some(&event.uid)),
            ("type", Some(&event.kind)),
            ("time", Some(&time)),
            ("start", Some(&start)),
            ("stale", Some(&stale)),
            ("how", how),
            ("access", event.access.as_deref()),
        ],
    );
    let (lat, lon) = event.at.map_or((0.0, 0.0), |at| (at.lat, at.lon));
    let known = |value: Option<f64>| Some(value.unwrap_or(UNKNOWN).to_string());
    let point = [Some(lat.to_string()), Some(lon.to_string())];
    let [lat, lon] = &point;
    let [hae, ce, le] =
        [known(event.above_ellipsoid_m), known(event.circular_error_m), known(event.linear_error_m)];
    let point = [("lat", lat), ("lon", lon), ("hae", &hae), ("ce", &ce), ("le", &le)];
    empty(&mut xml, "point", &point.map(|(name, value)| (name, value.as_deref())));
    xml.push_str("<detail>");
    details(&mut xml, event);
    xml.push_str("</detail></event>");
    xml
}

fn details(xml: &mut String, event: &CotEvent) {
    let detail = &event.detail;
    let real = |value: Option<f64>| value.map(|value| value.to_string());
    let (battery, course, speed) =
        (real(detail.battery_pct), real(detail.course_deg), real(detail.speed_mps));
    let text = |value: &'_ Option<String>| value.clone();
    for (name, attributes) in [
        ("contact", vec![("callsign", text(&detail.callsign)), ("endpoint", text(&detail.endpoint))]),
        ("__group", vec![("name", text(&detail.team)), ("role", text(&detail.role))]),
        ("status", vec![("battery", battery)]),
        ("track", vec![("course", course), ("speed", speed)]),
        (
            "precisionlocation",
            vec![("geopointsrc", text(&detail.position_source)), ("altsrc", text(&detail.height_source))],
        ),
        (
            "takv",
            vec![
                ("device", text(&detail.device)),
                ("platform", text(&detail.platform)),
                ("os", text(&detail.system)),
                ("version", text(&detail.version)),
            ],
        ),
    ] {
        if attributes.iter().any(|(_, value)| value.is_some()) {
            let attributes: Vec<_> =
                attributes.iter().map(|(name, value)| (*name, value.as_deref())).collect();
            empty(xml, name, &attributes);
        }
    }
    for link in &detail.links {
        let (kind, relation) = (link.kind.as_deref(), link.relation.as_deref());
        empty(xml, "link", &[("uid", Some(&link.uid)), ("type", kind), ("relation", relation)]);
    }
    if let Some(emergency) = &detail.emergency {
        let cancel = emergency.cancelled.then_some("true");
        let attributes = [("type", emergency.kind.as_deref()), ("cancel", cancel)];
        filled(xml, "emergency", &attributes, emergency.callsign.as_deref().unwrap_or_default());
    }
    if let Some(chat) = &detail.chat {
        let (room, sender) = (chat.room.as_deref(), chat.sender.as_deref());
        let attributes = [("chatroom", room), ("senderCallsign", sender), ("messageId", chat.id.as_deref())];
        empty(xml, "__chat", &attributes);
    }
    if let Some(remarks) = &detail.remarks {
        filled(xml, "remarks", &[], remarks);
    }
}

type Attribute<'a> = (&'static str, Option<&'a str>);

fn tag(xml: &mut String, name: &str, attributes: &[Attribute<'_>]) {
    let _ = write!(xml, "<{name}");
    for (name, value) in attributes {
        if let Some(value) = value {
            let _ = write!(xml, " {name}=\"");
            escape(xml, value);
            xml.push('"');
        }
    }
}

fn open(xml: &mut String, name: &str, attributes: &[Attribute<'_>]) {
    tag(xml, name, attributes);
    xml.push('>');
}

fn empty(xml: &mut String, name: &str, attributes: &[Attribute<'_>]) {
    tag(xml, name, attributes);
    xml.push_str("/>");
}

fn filled(xml: &mut String, name: &str, attributes: &[Attribute<'_>], text: &str) {
    open(xml, name, attributes);
    escape(xml, text);
    let _ = write!(xml, "</{name}>");
}

fn escape(xml: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\'' => xml.push_str("&apos;"),
            '\n' | '\r' | '\t' => {
                let _ = write!(xml, "&#{};", u32::from(c));
            }
            // XML 1.0 has no way to say these.
            '\u{FFFE}' | '\u{FFFF}' => xml.push(' '),
            _ if c.is_control() => xml.push(' '),
            _ => xml.push(c),
        }
    }
}
