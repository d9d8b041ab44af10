//! CAP 1.2 and Atom as text. The elements come in the order of the schema (CAP 1.2, 3.4), always as edition 1.2.
//!
//! What the schema asks for is always there: an information without a category says `Other`.

use super::alert::{Alert, Area, Info, NamedValue, Resource};
use super::geometry::{write_circle, write_height_ft, write_polygon};
use super::list::{AlertList, EntryBody, ListEntry};
use super::words::Category;
use crate::markup::escaped;
use crate::times::with_offset;
use city::CityTime;
use std::fmt::Write;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// An alert as a document of CAP 1.2.
pub fn write_alert(alert: &Alert) -> String {
    let mut out = DECLARATION.to_owned();
    alert_element(&mut out, alert);
    out
}

/// A list as an Atom feed (RFC 4287) with its whole alerts inside; an extract is left to its link.
pub fn write_atom(feed: &AlertList) -> String {
    let mut out = DECLARATION.to_owned();
    out.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    element(&mut out, "id", &feed.id);
    element(&mut out, "title", &feed.title);
    let newest = feed.entries.iter().filter_map(|entry| entry.updated).max();
    element(&mut out, "updated", &feed.updated.or(newest).unwrap_or_default().to_string());
    // An entry without an author needs one of the feed (RFC 4287, 4.1.1).
    let _ = writeln!(out, "<author><name>{}</name></author>", escaped(&feed.title));
    if let Some(next) = &feed.next {
        let _ = writeln!(out, "<link rel=\"next\" href=\"{}\"/>", escaped(next));
    }
    for entry in &feed.entries {
        entry_element(&mut out, entry);
    }
    out.push_str("</feed>\n");
    out
}

fn entry_element(out: &mut String, entry: &ListEntry) {
    out.push_str("<entry>\n");
    element(out, "id", &entry.id);
    element(out, "title", &entry.title);
    element(out, "updated", &entry.updated.unwrap_or_default().to_string());
    if let Some(href) = &entry.href {
        let _ = writeln!(out, "<link type=\"application/cap+xml\" href=\"{}\"/>", escaped(href));
    }
    if let EntryBody::Whole(alert) = &entry.body {
        let summary = alert.infos_to_read().first().map(|info| info.description.as_str()).unwrap_or_default();
        optional(out, "summary", summary);
        out.push_str("<content type=\"application/cap+xml\">\n");
        alert_element(out, alert);
        out.push_str("</content>\n");
    }
    out.push_str("</entry>\n");
}

fn element(out: &mut String, name: &str, text: &str) {
    let _ = writeln!(out, "<{name}>{}</{name}>", escaped(text));
}

fn optional(out: &mut String, name: &str, text: &str) {
    if !text.is_empty() {
        element(out, name, text);
    }
}

fn time(out: &mut String, name: &str, at: Option<CityTime>) {
    if let Some(at) = at {
        element(out, name, &with_offset(at));
    }
}

fn alert_element(out: &mut String, alert: &Alert) {
    out.push_str("<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\n");
    element(out, "identifier", &alert.identifier);
    element(out, "sender", &alert.sender);
    time(out, "sent", Some(alert.sent));
    element(out, "status", alert.status.word());
    element(out, "msgType", alert.message_type.word());
    optional(out, "source", &alert.source);
    element(out, "scope", alert.scope.word());
    optional(out, "restriction", &alert.restriction);
    optional(out, "addresses", &alert.addresses);
    for code in &alert.codes {
        element(out, "code", code);
    }
    optional(out, "note", &alert.note);
    let references: Vec<String> = alert
        .references
        .iter()
        .map(|to| {
            let sent = to.sent.map(with_offset).unwrap_or_default();
            format!("{},{},{sent}", to.sender, to.identifier)
        })
        .collect();
    optional(out, "references", &references.join(" "));
    optional(out, "incidents", &alert.incidents);
    for info in &alert.infos {
        info_element(out, info);
    }
    out.push_str("</alert>\n");
}

fn info_element(out: &mut String, info: &Info) {
    out.push_str("<info>\n");
    optional(out, "language", &info.language);
    let other = [Category::Other];
    let categories = if info.categories.is_empty() { &other[..] } else { &info.categories[..] };
    for category in categories {
        element(out, "category", category.word());
    }
    element(out, "event", &info.event);
    for response in &info.response_types {
        element(out, "responseType", response.word());
    }
    element(out, "urgency", info.urgency.word());
    element(out, "severity", info.severity.word());
    element(out, "certainty", info.certainty.word());
    optional(out, "audience", &info.audience);
    named(out, "eventCode", &info.event_codes);
    time(out, "effective", info.effective);
    time(out, "onset", info.onset);
    time(out, "expires", info.expires);
    optional(out, "senderName", &info.sender_name);
    optional(out, "headline", &info.headline);
    optional(out, "description", &info.description);
    optional(out, "instruction", &info.instruction);
    optional(out, "web", &info.web);
    optional(out, "contact", &info.contact);
    named(out, "parameter", &info.parameters);
    for resource in &info.resources {
        resource_element(out, resource);
    }
    for area in &info.areas {
        area_element(out, area);
    }
    out.push_str("</info>\n");
}

fn named(out: &mut String, name: &str, values: &[NamedValue]) {
    for NamedValue { name: value_name, value } in values {
        let _ = writeln!(out, "<{name}>");
        element(out, "valueName", value_name);
        element(out, "value", value);
        let _ = writeln!(out, "</{name}>");
    }
}

fn resource_element(out: &mut String, resource: &Resource) {
    out.push_str("<resource>\n");
    element(out, "resourceDesc", &resource.description);
    element(out, "mimeType", &resource.mime_type);
    if let Some(size) = resource.size_bytes {
        element(out, "size", &size.to_string());
    }
    optional(out, "uri", &resource.uri);
    optional(out, "derefUri", &resource.content_base64);
    optional(out, "digest", &resource.digest);
    out.push_str("</resource>\n");
}

fn area_element(out: &mut String, area: &Area) {
    out.push_str("<area>\n");
    element(out, "areaDesc", &area.description);
    for ring in &area.polygons {
        element(out, "polygon", &write_polygon(ring));
    }
    for circle in &area.circles {
        element(out, "circle", &write_circle(circle));
    }
    named(out, "geocode", &area.geocodes);
    if let Some(height_m) = area.altitude_m {
        element(out, "altitude", &write_height_ft(height_m));
    }
    if let Some(height_m) = area.ceiling_m {
        element(out, "ceiling", &write_height_ft(height_m));
    }
    out.push_str("</area>\n");
}
