#![allow(clippy::unwrap_used)]

use super::*;
use crate::*;

/// Districts lie one degree of longitude apart, and of two townships each one is in the north.
struct Strips;

impl World for Strips {
    fn place(&self, at: LonLat) -> Option<Place> {
        let district = 500_000 + at.lon as u32;
        let township = district * 1_000 + u32::from(at.lat > 29.5) + 1;
        Some(Place { district: DistrictCode(district), township: TownshipCode(township) })
    }
    fn trip(&self, _: UnitKind, from: LonLat, to: LonLat) -> Option<(Vec<LonLat>, f64)> {
        Some((vec![from, to], 60.0))
    }
}

const DISTRICTS: [u32; 3] = [500_101, 500_102, 500_103];
const NOW: CityTime = CityTime(1_700_000_000_000);

fn strips() -> City {
    let units = DISTRICTS.iter().flat_map(|district| (0..3).map(move |n| (*district, n)));
    let units = units.map(|(district, n)| {
        let unit = Unit {
            id: format!("U-{district}-{n}").into(),
            kind: if n == 2 { UnitKind::Drone } else { UnitKind::Police },
            name: format!("{district} {n}"),
            name_en: String::new(),
            district: DistrictCode(district),
            at: LonLat::new(f64::from(district - 500_000) + 0.5, 29.0),
            above_ground_m: if n == 2 { 80.0 } else { 0.0 },
            state: UnitState::Patrol,
            incident: None,
            trip: None,
            since: NOW,
        };
        (unit.id.clone(), unit)
    });
    City { now: NOW, units: units.collect(), ..City::default() }
}

fn commander() -> Actor {
    Actor::city_commander("officer:city")
}

fn of_district(code: u32) -> Jurisdiction {
    Jurisdiction::District(DistrictCode(code))
}

fn act(city: &City, json: &str) -> Result<Vec<Event>, Refusal> {
    let command: Command = serde_json::from_str(json).unwrap();
    let bodies = city.decide(&commander(), &command, None, &Strips)?;
    Ok((city.sequence + 1..)
        .zip(bodies)
        .map(|(sequence, body)| Event { sequence, at: city.now.plus_ms(1_000), status: city.status, body })
        .collect())
}

fn report(district: u32) -> String {
    let lon = f64::from(district - 500_000) + 0.25;
    format!(r#"{{"type":"report","riskClass":"gas","lon":{lon},"lat":29.0,"text":"smell"}}"#)
}

fn on(act: &str, unit: &str) -> String {
    format!(r#"{{"type":"{act}","incidentId":"I-000001","unitId":"{unit}"}}"#)
}

/// What a console of one sight holds, told by snapshot and stream alone.
struct Console {
    sight: Sight,
    city: City,
}

impl Console {
    fn new(jurisdiction: Jurisdiction, whole: &City) -> Self {
        let sight = Sight { jurisdiction, ..Sight::WHOLE };
        Self { sight, city: City::from(sight.of_snapshot(Snapshot::from(whole))) }
    }

    fn hear(&mut self, event: &Event, concern: &Concern) -> Look {
        let look = self.sight.of_event(event.sequence, concern);
        match look.clone() {
            Look::Unseen => {
                self.city.pass(Passes { sequence: event.sequence });
                return look;
            }
            Look::Seen => {}
            Look::Crosses(appears, disappears) => {
                self.city.appear(appears);
                self.city.disappear(&disappears);
            }
        }
        assert!(self.city.apply(event));
        look
    }

    fn holds_what_it_may(&self, whole: &City) {
        let mut expected = City::from(self.sight.of_snapshot(Snapshot::from(whole)));
        expected.now = self.city.now;
        let mut held = self.city.clone();
        (held.next_incident, expected.next_incident) = (0, 0);
        assert_eq!(held, expected, "{:?} after event {}", self.sight, whole.sequence);
    }
}

#[test]
fn a_dispatch_across_the_border_appears_on_both_sides_and_disappears_with_its_end() {
    let mut city = strips();
    let mut consoles: Vec<_> = DISTRICTS.iter().map(|code| Console::new(of_district(*code), &city)).collect();
    let unit = "U-500102-2";
    let mut told = Vec::new();
    for json in [report(500_101), on("dispatch", unit), on("arrive", unit), on("recall", unit)] {
        for event in act(&city, &json).unwrap() {
            let concern = city.apply_and_tell(&event);
            let looks = consoles.iter_mut().map(|c| match c.hear(&event, &concern) {
                Look::Unseen => "-".to_owned(),
                Look::Seen => "seen".to_owned(),
                Look::Crosses(a, d) => format!(
                    "+{}i{}u{}d -{}i{}u",
                    a.incidents.len(),
                    a.units.len(),
                    a.drones.len(),
                    d.incident_ids.len(),
                    d.unit_ids.len()
                ),
            });
            told.push(format!("{}: {}", event.body.key(), looks.collect::<Vec<_>>().join(", ")));
            consoles.iter().for_each(|c| c.holds_what_it_may(&city));
        }
    }
    let expected = [
        "incidentReported: seen, -, -",
        "incidentAcknowledged: seen, -, -",
        "stageChanged: seen, -, -",
        "unitDispatched: +0i0u1d -0i0u, +1i0u0d -0i0u, -",
        "unitArrived: seen, seen, -",
        "unitRecalled: +0i0u0d -0i1u, +0i0u0d -1i0u, -",
    ];
    assert_eq!(told, expected);
}

#[test]
fn whatever_happens_a_console_holds_what_its_snapshot_would_hold() {
    let mut city = strips();
    let mut sights: Vec<Jurisdiction> = DISTRICTS.iter().map(|code| of_district(*code)).collect();
    sights.push(Jurisdiction::City);
    for code in DISTRICTS {
        sights.extend([1, 2].map(|n| Jurisdiction::Township(TownshipCode(code * 1_000 + n))));
    }
    let mut consoles: Vec<_> = sights.into_iter().map(|sight| Console::new(sight, &city)).collect();
    // Numerical Recipes' generator: any sequence will do, as long as it is the same one.
    let mut state = 7_u32;
    let mut draw = move |n: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % n
    };
    let mut happened = 0;
    while happened < 400 {
        let unit = format!("U-{}-{}", DISTRICTS[draw(3) as usize], draw(3));
        let incident = format!("I-{:06}", city.next_incident.saturating_sub(u64::from(draw(6))));
        let about = format!(r#""incidentId":"{incident}","unitId":"{unit}""#);
        let (lon, lat) = (101.1 + f64::from(draw(29)) * 0.1, 29.0 + f64::from(draw(2)));
        let json = match draw(10) {
            0 | 1 => format!(r#"{{"type":"report","riskClass":"gas","lon":{lon},"lat":{lat},"text":"x"}}"#),
            2 | 3 => format!(r#"{{"type":"dispatch",{about}}}"#),
            4 => format!(r#"{{"type":"arrive",{about}}}"#),
            5 => format!(r#"{{"type":"reportBack",{about},"text":"done"}}"#),
            6 => format!(r#"{{"type":"recall",{about}}}"#),
            7 => format!(r#"{{"type":"close","incidentId":"{incident}","rating":3,"note":"n"}}"#),
            8 => format!(r#"{{"type":"resumePatrol","unitId":"{unit}"}}"#),
            _ => format!(r#"{{"type":"checkIn","unitId":"{unit}","lon":{lon},"lat":{lat}}}"#),
        };
        for event in act(&city, &json).unwrap_or_default() {
            let concern = city.apply_and_tell(&event);
            consoles.iter_mut().for_each(|console| drop(console.hear(&event, &concern)));
            happened += 1;
        }
        consoles.iter().for_each(|console| console.holds_what_it_may(&city));
    }
    assert!(consoles.iter().all(|c| c.sight.is_of_city() || c.city.units.len() < city.units.len()));
}

#[test]
fn what_is_not_seen_is_refused_like_what_does_not_exist() {
    let mut city = strips();
    for json in [report(500_101), on("dispatch", "U-500102-0")] {
        for event in act(&city, &json).unwrap() {
            city.apply(&event);
        }
    }
    let key = |code, role, json: &str| {
        let actor = Actor { role, jurisdiction: of_district(code), ..commander() };
        let command: Command = serde_json::from_str(json).unwrap();
        city.check(&actor, &command).err().map(|refusal| refusal.key())
    };
    let officer = Role::DutyOfficer;
    assert_eq!(key(500_103, officer, &on("dispatch", "U-500103-0")), Some("noSuchIncident"));
    assert_eq!(key(500_101, officer, &on("dispatch", "U-500103-0")), Some("noSuchUnit"));
    assert_eq!(key(500_101, officer, &on("recall", "U-500102-0")), None, "it was lent");
    // The lender sees where its unit is, and its crew speaks for itself, but what is done there is not its to say.
    assert_eq!(key(500_102, officer, &on("recall", "U-500102-0")), Some("outsideJurisdiction"));
    assert_eq!(key(500_102, Role::Crew, &on("arrive", "U-500102-0")), None);
    assert_eq!(key(500_103, Role::Crew, &on("arrive", "U-500102-0")), Some("noSuchIncident"));
}

#[test]
fn a_township_hears_where_a_unit_of_its_district_goes_and_nothing_of_what_is_said_there() {
    let mut city = strips();
    let township = Sight { jurisdiction: Jurisdiction::Township(TownshipCode(500_102_001)), ..Sight::WHOLE };
    let district = Sight { jurisdiction: of_district(500_102), ..Sight::WHOLE };
    let mut told = Vec::new();
    for json in [report(500_101), on("dispatch", "U-500102-1"), on("arrive", "U-500102-1")] {
        for event in act(&city, &json).unwrap() {
            let concern = city.apply_and_tell(&event);
            let sees = |sight: Sight| sight.of_event(event.sequence, &concern) != Look::Unseen;
            let hears = |sight: Sight| !sight.withheld_of(&concern).contains(Field::IncidentOfficer);
            told.push((event.body.key(), sees(township), hears(township), sees(district), hears(district)));
        }
    }
    let of = |key: &str| *told.iter().find(|told| told.0 == key).unwrap();
    assert_eq!(of("unitDispatched"), ("unitDispatched", true, false, true, true));
    assert_eq!(of("unitArrived"), ("unitArrived", true, false, true, true));
    assert!(!of("incidentReported").1);
}
