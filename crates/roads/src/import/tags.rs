//! What the tags of a way or a node say: class, who may pass in which direction, limits, structure.

use super::measures::{height, km_per_h, metres, slope, tonnes};
use crate::{Limits, Mode, StreetClass};
use layers::Structure;

/// Tags of one record, asked by key. `class` stands for `highway` where the latter is missing.
pub(crate) trait Tags {
    fn get(&self, key: &str) -> Option<&str>;

    fn is(&self, key: &str, values: &[&str]) -> bool {
        self.get(key).is_some_and(|value| values.contains(&value))
    }
}

/// What a street is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct NameTags {
    pub zh: String,
    pub en: String,
    pub number: String,
}

/// What is known of a way from its tags alone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WayTags {
    pub class: StreetClass,
    pub structure: Structure,
    /// The layer given; `None` is the ground's.
    pub layer: Option<i8>,
    /// The storey given, for lifts that join several.
    pub level: Option<f32>,
    /// Who may go along, bits of [`Mode`]; then who may come back.
    pub access: [u8; 2],
    /// The speed signed, km/h.
    pub speed_kmh: Option<u8>,
    /// The slope given along the way, percent.
    pub incline_pct: Option<i8>,
    pub limits: Limits,
    pub step_count: u16,
    /// The height of the whole way above the sea, metres.
    pub height_m: Option<f32>,
}

/// Values by which a way is shut to whom the key names, and those by which it is open.
const SHUT: [&str; 6] = ["no", "private", "agricultural", "forestry", "military", "use_sidepath"];
const YES: [&str; 7] =
    ["yes", "designated", "permissive", "official", "destination", "customers", "delivery"];
/// Values by which a way is no bridge or tunnel. Extracts made for maps write `F`.
const NOT: [&str; 4] = ["no", "false", "0", "F"];
/// Values by which one goes along only, or back only. The same extracts write `F`, `T`, and `B` for both ways.
const ONE: [&str; 4] = ["yes", "true", "1", "F"];
const BACK: [&str; 3] = ["-1", "reverse", "T"];

impl WayTags {
    /// Reads the tags; `None` for what nobody moves along.
    pub fn read(tags: &impl Tags) -> Option<WayTags> {
        let named = ["highway", "class", "fclass"].iter().find_map(|key| tags.get(key));
        let word = named.or_else(|| {
            let platform = tags.is("railway", &["platform"]) || tags.is("public_transport", &["platform"]);
            platform.then_some("platform")
        })?;
        let mut class = StreetClass::from_word(word)?;
        if class == StreetClass::Steps && tags.get("conveying").is_some_and(|value| value != "no") {
            class = StreetClass::Escalator;
        }
        let both = allowed(tags, class, class.usual_access());
        let access = directed(tags, class, both);
        if access == [0, 0] {
            return None;
        }
        let covered = tags.is("covered", &["yes"]) && tags.get("layer").is_some_and(|l| l.starts_with('-'));
        let structure = if tags.get("bridge").is_some_and(|value| !NOT.contains(&value)) {
            Structure::Bridge
        } else if covered || tags.get("tunnel").is_some_and(|value| !NOT.contains(&value)) {
            Structure::Tunnel
        } else {
            Structure::Ground
        };
        let figure =
            |key: &str| tags.get(key).and_then(|text| text.split(';').next()?.trim().parse::<f32>().ok());
        Some(WayTags {
            class,
            structure,
            layer: figure("layer").map(|layer| layer.round().clamp(-100.0, 100.0) as i8),
            level: figure("level"),
            access,
            speed_kmh: tags.get("maxspeed").and_then(km_per_h).map(|speed| speed.round() as u8),
            incline_pct: tags.get("incline").and_then(slope).map(|s| (s * 100.0).clamp(-100.0, 100.0) as i8),
            limits: limits(tags, true),
            step_count: figure("step_count").map_or(0, |count| count.clamp(0.0, 60_000.0) as u16),
            height_m: tags.get("height").or_else(|| tags.get("ele")).and_then(height).map(|h| h as f32),
        })
    }
}

impl WayTags {
    /// A lift between two storeys.
    pub fn lift() -> WayTags {
        let class = StreetClass::Elevator;
        WayTags {
            class,
            structure: Structure::Ground,
            layer: None,
            level: None,
            access: [class.usual_access(); 2],
            speed_kmh: None,
            incline_pct: None,
            limits: Limits::default(),
            step_count: 0,
            height_m: None,
        }
    }
}

/// The limits signed. `width` is a way's own width, but of a node the width of a post.
pub(crate) fn limits(tags: &impl Tags, of_way: bool) -> Limits {
    let least = |keys: &[&str], read: fn(&str) -> Option<f64>| {
        keys.iter().filter_map(|key| tags.get(key).and_then(read)).reduce(f64::min)
    };
    let widths: &[&str] = if of_way {
        &["maxwidth", "maxwidth:physical", "width", "est_width"]
    } else {
        &["maxwidth", "maxwidth:physical"]
    };
    Limits::new(
        least(&["maxheight", "maxheight:physical"], metres),
        least(widths, metres),
        least(&["maxweight", "maxweight:signed"], tonnes),
    )
}

/// Shuts `bits` where the tag says so, or opens `more`.
fn rule(tags: &impl Tags, access: &mut u8, key: &str, bits: u8, more: u8) {
    if tags.is(key, &SHUT) {
        *access &= !bits;
    } else if tags.is(key, &YES) {
        *access |= more;
    }
}

/// Who may use a way at all, before directions.
fn allowed(tags: &impl Tags, class: StreetClass, usual: u8) -> u8 {
    let mut access = usual;
    let walkers = Mode::FOOT | Mode::WHEELCHAIR;
    let motor = Mode::CAR | Mode::EMERGENCY;
    // `access=yes` opens nothing that the class shuts: it stands on footways too.
    rule(tags, &mut access, "access", Mode::CAR | walkers, 0);
    rule(tags, &mut access, "vehicle", Mode::CAR, 0);
    rule(tags, &mut access, "motor_vehicle", Mode::CAR, motor);
    rule(tags, &mut access, "motorcar", Mode::CAR, motor);
    if tags.is("motorroad", &["yes"]) {
        access &= !walkers;
    }
    // Where walking is allowed, wheels roll too, but not on what is stepped.
    let rolls = !matches!(class, StreetClass::Steps | StreetClass::Escalator | StreetClass::Path);
    rule(tags, &mut access, "foot", walkers, Mode::FOOT | if rolls { Mode::WHEELCHAIR } else { 0 });
    rule(tags, &mut access, "wheelchair", Mode::WHEELCHAIR, walkers);
    // A sign that keeps others out does not bind who drives to an emergency (道路交通安全法 53); what is shut to
    // everyone (access=no) is taken to be shut in fact.
    if tags.is("access", &["no"]) {
        access &= !Mode::EMERGENCY;
    }
    rule(tags, &mut access, "emergency", Mode::EMERGENCY, Mode::EMERGENCY);
    access
}

/// Who may go along and who may come back.
fn directed(tags: &impl Tags, class: StreetClass, both: u8) -> [u8; 2] {
    let motor = Mode::CAR | Mode::EMERGENCY;
    let (mut along, mut back) = (both, both);
    let round = tags.is("junction", &["roundabout", "circular"]);
    let implied = round || class == StreetClass::Motorway || class == StreetClass::MotorwayLink;
    // A motor road's direction binds vehicles; only an escalator's binds people.
    match tags.get("oneway").or_else(|| tags.get("oneway:motor_vehicle")) {
        Some(value) if ONE.contains(&value) => back &= !motor,
        Some(value) if BACK.contains(&value) => along &= !motor,
        // The direction changes with the hour, and which holds now is not known.
        Some("reversible") => (along, back) = (along & !motor, back & !motor),
        Some("no" | "false" | "0" | "alternating" | "B") => {}
        _ if implied => back &= !motor,
        _ => {}
    }
    if tags.is("oneway:emergency", &["no"]) {
        (along, back) = (along | both & Mode::EMERGENCY, back | both & Mode::EMERGENCY);
    }
    let walkers = Mode::FOOT | Mode::WHEELCHAIR;
    match tags.get("oneway:foot").or(tags.get("conveying")) {
        Some("yes" | "forward") if class == StreetClass::Escalator || tags.get("oneway:foot").is_some() => {
            back &= !walkers;
        }
        Some("backward" | "-1") => along &= !walkers,
        _ => {}
    }
    if class == StreetClass::Escalator && tags.is("conveying", &["reversible", "yes"]) {
        (along, back) = (along | both & walkers, back | both & walkers);
    }
    if class == StreetClass::Escalator {
        match tags.get("oneway") {
            Some(value) if ONE.contains(&value) => back &= !walkers,
            Some(value) if BACK.contains(&value) => along &= !walkers,
            _ => {}
        }
    }
    [along, back]
}

/// What a node does to who passes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum NodeRule {
    /// Something stands in the way.
    Barrier { passes: u8, limits: Limits },
    /// A lift joins the storeys that meet here.
    Lift,
}

impl NodeRule {
    /// Reads the tags; `None` where nothing hinders.
    pub fn read(tags: &impl Tags) -> Option<NodeRule> {
        let lift = |key| tags.get(key).and_then(StreetClass::from_word) == Some(StreetClass::Elevator);
        if lift("highway") || lift("class") {
            return Some(Self::Lift);
        }
        let limits = limits(tags, false);
        let motor = Mode::CAR | Mode::EMERGENCY;
        let all = motor | Mode::FOOT | Mode::WHEELCHAIR;
        let mut passes = match tags.get("barrier") {
            None | Some("no" | "entrance" | "kerb" | "toll_booth" | "border_control" | "cattle_grid") => all,
            Some("height_restrictor" | "bump_gate" | "sally_port" | "lift_gate" | "gate" | "spikes") => all,
            Some("stile" | "turnstile" | "kissing_gate" | "full-height_turnstile" | "horse_stile") => {
                Mode::FOOT
            }
            Some("wall" | "fence" | "hedge" | "city_wall" | "retaining_wall" | "ditch" | "guard_rail") => 0,
            // Chains and swing gates are opened for who drives to an emergency, and bollards that can be sunk.
            Some("swing_gate" | "chain" | "rope") => all & !Mode::CAR,
            Some(_) if tags.is("bollard", &["removable", "rising", "foldable", "flexible"]) => {
                all & !Mode::CAR
            }
            Some(_) => Mode::FOOT | Mode::WHEELCHAIR,
        };
        // `access=no` on a bollard repeats what the bollard does; walkers pass beside it unless foot=no.
        let walkers = Mode::FOOT | Mode::WHEELCHAIR;
        let shut_for = if tags.get("barrier").is_some() { Mode::CAR } else { Mode::CAR | walkers };
        rule(tags, &mut passes, "access", shut_for, 0);
        rule(tags, &mut passes, "vehicle", Mode::CAR, 0);
        rule(tags, &mut passes, "motor_vehicle", Mode::CAR, motor);
        rule(tags, &mut passes, "emergency", Mode::EMERGENCY, Mode::EMERGENCY);
        rule(tags, &mut passes, "foot", walkers, Mode::FOOT);
        rule(tags, &mut passes, "wheelchair", Mode::WHEELCHAIR, Mode::WHEELCHAIR);
        (passes != all || limits != Limits::default()).then_some(Self::Barrier { passes, limits })
    }
}

/// The names given.
pub(crate) fn names(tags: &impl Tags) -> NameTags {
    let text = |key: &str| tags.get(key).unwrap_or_default().trim().to_owned();
    let zh = match tags.get("name:zh").or_else(|| tags.get("name")).or_else(|| tags.get("zh")) {
        Some(name) => name.trim().to_owned(),
        None => String::new(),
    };
    let en = if tags.get("name:en").is_some() { text("name:en") } else { text("en") };
    NameTags { zh, en, number: text("ref") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    struct Words<'a>(&'a [(&'a str, &'a str)]);

    impl Tags for Words<'_> {
        fn get(&self, key: &str) -> Option<&str> {
            self.0.iter().find(|tag| tag.0 == key).map(|tag| tag.1)
        }
    }

    const CAR: u8 = Mode::CAR;
    const HELP: u8 = Mode::EMERGENCY;
    const FOOT: u8 = Mode::FOOT;

    /// Who may go along and come back, wheelchairs aside.
    fn access(tags: &[(&str, &str)]) -> Option<[u8; 2]> {
        WayTags::read(&Words(tags)).map(|way| way.access.map(|bits| bits & !Mode::WHEELCHAIR))
    }

    #[test]
    fn who_may_go_where() {
        let all = CAR | HELP | FOOT;
        type Case<'a> = (&'a [(&'a str, &'a str)], Option<[u8; 2]>);
        let cases: [Case; 22] = [
            (&[("highway", "residential")], Some([all, all])),
            (&[("class", "residential"), ("oneway", "yes")], Some([all, FOOT])),
            (&[("highway", "residential"), ("oneway", "-1")], Some([FOOT, all])),
            (&[("highway", "primary"), ("oneway", "reversible")], Some([FOOT, FOOT])),
            (&[("highway", "motorway")], Some([CAR | HELP, 0])),
            (&[("highway", "motorway"), ("oneway", "no")], Some([CAR | HELP, CAR | HELP])),
            (&[("highway", "tertiary"), ("junction", "roundabout")], Some([all, FOOT])),
            (&[("highway", "steps")], Some([FOOT, FOOT])),
            (&[("highway", "steps"), ("oneway", "yes")], Some([FOOT, FOOT])),
            (&[("highway", "steps"), ("conveying", "forward")], Some([FOOT, 0])),
            (&[("highway", "steps"), ("conveying", "backward")], Some([0, FOOT])),
            (&[("highway", "pedestrian")], Some([HELP | FOOT, HELP | FOOT])),
            (&[("highway", "footway"), ("emergency", "yes")], Some([HELP | FOOT, HELP | FOOT])),
            (&[("highway", "path"), ("motor_vehicle", "yes")], Some([all, all])),
            (&[("highway", "service"), ("access", "private")], Some([HELP, HELP])),
            (&[("highway", "service"), ("access", "no")], None),
            (&[("highway", "service"), ("access", "no"), ("emergency", "yes")], Some([HELP, HELP])),
            (
                &[("highway", "service"), ("access", "private"), ("foot", "yes")],
                Some([HELP | FOOT, HELP | FOOT]),
            ),
            (&[("highway", "service"), ("motor_vehicle", "no")], Some([HELP | FOOT, HELP | FOOT])),
            (&[("highway", "cycleway"), ("foot", "no")], None),
            (&[("highway", "construction")], None),
            (
                &[("highway", "residential"), ("oneway", "yes"), ("oneway:emergency", "no")],
                Some([all, HELP | FOOT]),
            ),
        ];
        for (tags, want) in cases {
            assert_eq!(access(tags), want, "{tags:?}");
        }
    }

    #[test]
    fn what_stands_in_the_way() {
        let read = |tags: &[(&str, &str)]| match NodeRule::read(&Words(tags)) {
            Some(NodeRule::Barrier { passes, .. }) => Some(passes & !Mode::WHEELCHAIR),
            Some(NodeRule::Lift) => Some(255),
            None => None,
        };
        assert_eq!(read(&[("barrier", "bollard")]), Some(FOOT));
        assert_eq!(read(&[("barrier", "bollard"), ("bollard", "removable")]), Some(HELP | FOOT));
        assert_eq!(read(&[("barrier", "bollard"), ("emergency", "yes")]), Some(HELP | FOOT));
        assert_eq!(read(&[("barrier", "gate")]), None);
        assert_eq!(read(&[("barrier", "gate"), ("access", "private")]), Some(HELP | FOOT));
        assert_eq!(read(&[("barrier", "height_restrictor"), ("maxheight", "2")]), Some(CAR | HELP | FOOT));
        assert_eq!(read(&[("highway", "elevator")]), Some(255));
        assert_eq!(read(&[("highway", "traffic_signals")]), None);
    }
}
