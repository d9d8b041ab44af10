//! The closed loop: who may do what in which stage, what follows, and that a journal rebuilds the state.
#![allow(missing_docs, clippy::unwrap_used)]

use city::*;

struct Plain;

impl World for Plain {
    fn place(&self, at: LonLat) -> Option<Place> {
        (at.lon > 105.0 && at.lon < 111.0)
            .then_some(Place { district: DistrictCode(500103), township: TownshipCode(500103001) })
    }
    fn trip(&self, _: UnitKind, from: LonLat, to: LonLat) -> Option<(Vec<LonLat>, f64)> {
        Some((vec![from, to], from.distance_m(to) / 10.0))
    }
}

const NOW: CityTime = CityTime(1_700_000_000_000);

fn unit(id: &str, kind: UnitKind) -> (UnitId, Unit) {
    let unit = Unit {
        id: id.into(),
        kind,
        name: id.to_owned(),
        name_en: String::new(),
        district: DistrictCode(500103),
        at: LonLat::new(106.57, 29.56),
        above_ground_m: 0.0,
        state: UnitState::Patrol,
        incident: None,
        trip: None,
        since: NOW,
    };
    (id.into(), unit)
}

fn city() -> City {
    let mut city = City { now: NOW, ..City::default() };
    city.units = [unit("U-1", UnitKind::Gas), unit("U-2", UnitKind::Police)].into_iter().collect();
    act(&mut city, r#"{"type":"report","riskClass":"gas","lon":106.58,"lat":29.56,"text":"smell of gas"}"#)
        .unwrap();
    city
}

fn act(city: &mut City, json: &str) -> Result<Vec<Event>, Refusal> {
    act_as(city, &Actor::city_commander("officer:test"), json)
}

fn act_as(city: &mut City, actor: &Actor, json: &str) -> Result<Vec<Event>, Refusal> {
    let command: Command = serde_json::from_str(json).unwrap();
    let bodies = city.decide(actor, &command, None, &Plain)?;
    let at = city.now.plus_s(10.0);
    Ok(city.happen(at, bodies))
}

fn on(act: &str) -> String {
    format!(r#"{{"type":"{act}","incidentId":"I-000001","unitId":"U-1"}}"#)
}

const CLOSE: &str = r#"{"type":"close","incidentId":"I-000001","rating":5,"note":""}"#;
const BACK: &str = r#"{"type":"reportBack","incidentId":"I-000001","unitId":"U-1","text":"valve shut"}"#;

#[test]
fn an_incident_goes_from_report_to_review() {
    let mut city = city();
    let stage = |city: &City| city.incidents.values().next().unwrap().stage;
    assert_eq!(stage(&city), Stage::Perceive);
    let events = act(&mut city, &on("dispatch")).unwrap();
    assert_eq!(events.len(), 3, "dispatch of an unacknowledged incident acknowledges it");
    assert_eq!(stage(&city), Stage::Decide);
    act(&mut city, &on("arrive")).unwrap();
    act(&mut city, &on("handle")).unwrap();
    act(&mut city, BACK).unwrap();
    assert_eq!(stage(&city), Stage::Supervise);
    act(&mut city, CLOSE).unwrap();
    assert_eq!(stage(&city), Stage::Review);
    let steps: Vec<_> = city
        .clocks(city.incidents.values().next().unwrap())
        .iter()
        .map(|c| (c.step, c.done.is_some()))
        .collect();
    let all = ["acknowledge", "dispatch", "arrive", "handle", "close"];
    assert_eq!(steps, all.map(|s| (s, true)));
}

#[test]
fn what_cannot_be_is_refused_with_the_reason() {
    let key = |result: Result<Vec<Event>, Refusal>| result.unwrap_err().key();
    let mut c = city();
    assert_eq!(key(act(&mut c, CLOSE)), "badField", "closing unhandled needs a note");
    assert_eq!(key(act(&mut c, &on("arrive"))), "unitNotThere");
    assert_eq!(key(act(&mut c, &on("recall"))), "unitNotThere");
    assert_eq!(key(act(&mut c, &on("dispatch").replace("I-000001", "I-9"))), "noSuchIncident");
    assert_eq!(key(act(&mut c, &on("dispatch").replace("U-1", "U-9"))), "noSuchUnit");
    act(&mut c, &on("dispatch")).unwrap();
    let taken = act(&mut c, &on("dispatch")).unwrap_err();
    assert_eq!((taken.key(), taken.http_status()), ("unitTaken", 409));
    assert_eq!(key(act(&mut c, r#"{"type":"acknowledge","incidentId":"I-000001"}"#)), "wrongStage");
    assert_eq!(key(act(&mut c, CLOSE)), "unitsStillOut");
    assert_eq!(key(act(&mut c, &CLOSE.replace('5', "9"))), "badField");
    for (lon, lat) in [(1.0, 2.0), (1e9, 0.0)] {
        let report = format!(r#"{{"type":"report","riskClass":"gas","lon":{lon},"lat":{lat},"text":"x"}}"#);
        assert_eq!(key(act(&mut c, &report)), "badField");
    }
}

#[test]
fn a_recalled_unit_is_free_again_and_the_incident_waits() {
    let mut c = city();
    act(&mut c, &on("dispatch")).unwrap();
    act(&mut c, &on("recall")).unwrap();
    assert!(c.units[&"U-1".into()].state.is_free());
    let incident = c.incidents.values().next().unwrap();
    assert_eq!((incident.stage, incident.units.len()), (Stage::Decide, 0));
    act(&mut c, &on("dispatch")).unwrap();
}

#[test]
fn roles_and_jurisdiction_bind() {
    let mut c = city();
    let other = Actor {
        role: Role::DutyOfficer,
        jurisdiction: Jurisdiction::District(DistrictCode(500105)),
        ..Actor::city_commander("officer:north")
    };
    let unseen = act_as(&mut c, &other, &on("dispatch")).unwrap_err();
    assert_eq!(unseen, Refusal::NoSuchIncident { id: "I-000001".to_owned() }, "as what does not exist");
    let observer = Actor { role: Role::Observer, ..Actor::city_commander("observer") };
    assert_eq!(act_as(&mut c, &observer, &on("dispatch")).unwrap_err().http_status(), 403);
    assert_eq!(act_as(&mut c, &Actor::crew("U-1"), &on("dispatch")).unwrap_err().key(), "forbidden");
}

#[test]
fn who_sends_units_does_not_play_their_crews_and_what_concerns_the_city_is_the_citys() {
    let mut c = city();
    let yuzhong = |role| Actor {
        role,
        jurisdiction: Jurisdiction::District(DistrictCode(500103)),
        ..Actor::city_commander("officer:li")
    };
    act_as(&mut c, &yuzhong(Role::DutyOfficer), &on("dispatch")).unwrap();
    assert_eq!(act_as(&mut c, &yuzhong(Role::DutyOfficer), &on("arrive")).unwrap_err().key(), "forbidden");
    act_as(&mut c, &yuzhong(Role::Commander), &on("arrive")).unwrap();
    let here = r#"{"type":"checkIn","unitId":"U-2","lon":106.5,"lat":29.5}"#;
    let elsewhere =
        Actor { jurisdiction: Jurisdiction::District(DistrictCode(500112)), ..yuzhong(Role::Commander) };
    assert_eq!(act_as(&mut c, &elsewhere, here).unwrap_err().key(), "noSuchUnit");
    act_as(&mut c, &yuzhong(Role::Commander), here).unwrap();
    let beijing = here.replace("106.5", "116.4").replace("29.5", "39.9");
    assert_eq!(act(&mut c, &beijing).unwrap_err().key(), "badField");
    let silence = r#"{"type":"switchDevices","riskClass":"gas","reporting":false}"#;
    assert_eq!(act_as(&mut c, &yuzhong(Role::Commander), silence).unwrap_err().key(), "outsideJurisdiction");
    act(&mut c, silence).unwrap();
}

#[test]
fn texts_hold_nothing_that_hides() {
    let mut c = city();
    for hidden in ["a\\u0000b", "a\\u202eb", "a\\u2066b"] {
        let report =
            format!(r#"{{"type":"report","riskClass":"gas","lon":106.58,"lat":29.56,"text":"{hidden}"}}"#);
        assert_eq!(act(&mut c, &report).unwrap_err().key(), "badField", "{hidden}");
    }
    act(&mut c, r#"{"type":"report","riskClass":"gas","lon":106.58,"lat":29.56,"text":"two\r\nlines\t山"}"#)
        .unwrap();
}

#[test]
fn the_journal_and_the_snapshot_rebuild_the_same_state() {
    let mut c = city();
    let start = City::from(Snapshot::from(&c));
    assert_eq!(start, c);
    let mut journal = Vec::new();
    for json in [on("dispatch"), on("arrive"), on("handle"), BACK.to_owned(), CLOSE.to_owned()] {
        journal.extend(act(&mut c, &json).unwrap());
    }
    let mut replayed = start;
    for event in &journal {
        let text = serde_json::to_string(event).unwrap();
        assert!(replayed.apply(&serde_json::from_str(&text).unwrap()));
        assert!(!replayed.apply(event), "a repeat changes nothing");
    }
    assert_eq!(replayed, c);
    let text = serde_json::to_string(&Snapshot::from(&c)).unwrap();
    assert_eq!(City::from(serde_json::from_str::<Snapshot>(&text).unwrap()), c);
}

#[test]
fn units_are_offered_suited_and_near_first() {
    let c = city();
    let offered: Vec<_> = c.units_for(c.incidents.values().next().unwrap());
    assert_eq!(offered[0].0.id.as_str(), "U-1");
}

#[test]
fn only_the_last_closed_incidents_stay() {
    let mut c = City { now: NOW, ..City::default() };
    for n in 1..=CLOSED_KEPT + 5 {
        act(&mut c, r#"{"type":"report","riskClass":"gas","lon":106.58,"lat":29.56,"text":"x"}"#).unwrap();
        act(
            &mut c,
            &format!(r#"{{"type":"close","incidentId":"I-{n:06}","rating":1,"note":"false alarm"}}"#),
        )
        .unwrap();
    }
    assert_eq!(c.incidents.len(), CLOSED_KEPT);
}
