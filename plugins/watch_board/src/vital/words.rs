//! Vital signs in words: names, values with their unit, and whether they may be believed.

use crate::view::WatchView;
use city::Jurisdiction;
use shell::Words;
use shell::saying::figure;
use watch::vital::told::{PartKind, PartTold, SignTold, ValidityTold, read_area};

/// What a sign is called.
pub fn name<'a>(words: &Words, sign: &'a SignTold) -> &'a str {
    match words.name(&sign.zh, &sign.en) {
        "" => &sign.id,
        name => name,
    }
}

/// A figure with its unit.
pub fn with_unit(value: f64, unit: &str) -> String {
    if !value.is_finite() {
        return "—".to_owned();
    }
    format!("{} {unit}", figure(value)).trim_end().to_owned()
}

/// The value of a sign; a dash where it is unknown, and where it ends the scale that it is beyond.
pub fn value(sign: &SignTold) -> String {
    let Some(value) = sign.value else { return "—".to_owned() };
    let told = with_unit(value, &sign.unit);
    match (sign.validity, sign.grades.side.as_str()) {
        (ValidityTold::BeyondScale, "below") => format!("≤ {told}"),
        (ValidityTold::BeyondScale, _) => format!("≥ {told}"),
        _ => told,
    }
}

/// Whether a sign may be believed, in words: nothing where it may.
pub fn validity(words: &Words, sign: &SignTold) -> String {
    let (n, least) = (sign.reporting.to_string(), sign.least.to_string());
    let key = match sign.validity {
        ValidityTold::Valid if sign.value.is_none() => "vital.withheld",
        ValidityTold::Valid => return String::new(),
        ValidityTold::NoDevices => "vital.noDevices",
        ValidityTold::TooFew => "vital.tooFew",
        ValidityTold::BeyondScale => "vital.beyondScale",
        ValidityTold::NoSuchArea => "vital.noSuchArea",
    };
    words.fill(key, &[("n", &n), ("least", &least)])
}

/// How many devices report of how many.
pub fn reporting(words: &Words, reporting: u32, devices: u32) -> String {
    words.fill("vital.reporting", &[("n", &reporting.to_string()), ("of", &devices.to_string())])
}

/// What a part is called: by its own name, else by the names this console has.
pub fn part(view: &WatchView, part: &PartTold) -> String {
    match view.words.name(&part.zh, &part.en) {
        "" => part_area(part).map_or_else(|| part.id.clone(), |area| short_area(view, area)),
        name => name.to_owned(),
    }
}

/// The area that a part is; a device is none.
pub fn part_area(part: &PartTold) -> Option<Jurisdiction> {
    match part.kind {
        PartKind::Device => None,
        PartKind::District | PartKind::Township => read_area(&part.id),
    }
}

/// What an area is called without those it lies in.
pub fn short_area(view: &WatchView, area: Jurisdiction) -> String {
    let whole = view.places.jurisdiction(view.words, area);
    match area {
        Jurisdiction::Township(_) => whole.rsplit(" · ").next().unwrap_or(&whole).to_owned(),
        Jurisdiction::City | Jurisdiction::District(_) => whole,
    }
}
