//! What follows from what the watch says, and who may answer it.
#![allow(clippy::unwrap_used)]

use city::*;

struct Plain;
impl World for Plain {
    fn place(&self, at: LonLat) -> Option<Place> {
        let district = if at.lon < 106.0 { 500102 } else { 500103 };
        (at.lat > 29.0)
            .then(|| Place { district: DistrictCode(district), township: TownshipCode(district * 1000 + 1) })
    }
    fn trip(&self, _: UnitKind, from: LonLat, to: LonLat) -> Option<(Vec<LonLat>, f64)> {
        Some((vec![from, to], 60.0))
    }
}

fn warning(id: &str, device: &str, colour: WarningColour, level: Option<u8>) -> Warning {
    let at = LonLat::new(106.5, 29.5);
    serde_json::from_value(serde_json::json!({
        "id": id, "rule": "gas-methane", "system": "gas", "riskClass": "gas", "colour": colour,
        "name": {"zh": "甲烷浓度超限", "en": "Methane"}, "reason": {"zh": "52 %LEL", "en": "52 %LEL"},
        "centre": {"district": 500103}, "place": {"district": 500103, "township": 500103001}, "at": at,
        "deviceId": device, "value": 52.0, "algorithm": "gas-leak", "version": "1.0.0", "since": CityTime(1_000),
        "raises": match level { Some(n) => serde_json::json!({"kind": "incident", "level": n}), None => serde_json::json!({"kind": "notice"}) },
    }))
    .unwrap()
}

fn notice(id: &str) -> RiskNotice {
    serde_json::from_value(serde_json::json!({
            "id": id, "issuedAt": CityTime(0), "validUntil": CityTime(9_000_000), "status": "Exercise",
            "class": "gas", "kind": "cluster", "area": {"shape": "circle", "centre": {"lon": 106.5, "lat": 29.5}, "radiusM": 300.0},
            "from": CityTime(0), "until": CityTime(1), "evidence": [], "evidenceTotal": 0, "observed": 9,
            "expected": 2.0, "expected95": {"low": 0.0, "high": 6.0}, "ratio": 4.5, "ratio95": {"low": 2.0, "high": 8.0},
            "statistic": {"name": "x", "value": 1.0, "pValue": 0.001, "pMethod": "rank", "recurrenceDays": 100.0, "overdispersion": 1.0},
            "algorithm": "notices.cluster", "version": "1", "onTrial": false, "seed": 1, "validity": {"zh": "", "en": ""},
            "act": {"level": "district", "jurisdiction": {"district": 500103}, "departments": [], "severity": "high", "by": CityTime(5)},
            "words": {"zh": "燃气投诉聚集", "en": "Cluster"}, "state": {"state": "issued"}, "outcome": "unknown"
        }))
        .unwrap()
}

fn gas_leak(state: AlgorithmState) -> Algorithm {
    let entry = serde_json::json!({"id": "gas-leak", "version": "1.0.0", "name": {"zh": "", "en": ""},
        "purpose": {"zh": "", "en": ""}, "owner": "", "code": "", "inputs": [], "validity": {"zh": "", "en": ""},
        "state": state});
    serde_json::from_value(entry).unwrap()
}

fn says(city: &mut City, said: Said) -> Vec<Event> {
    let at = city.now.plus_ms(1_000);
    let bodies = city.warn(said, at, &Plain);
    city.happen(at, bodies)
}

fn warns(city: &mut City, warning: Warning) -> Vec<&'static str> {
    says(city, Said::Warns(Box::new(warning))).iter().map(|e| e.body.key()).collect()
}

fn officer(district: u32) -> Actor {
    let jurisdiction = Jurisdiction::District(DistrictCode(district));
    Actor {
        role: Role::DutyOfficer,
        level: Level::District,
        jurisdiction,
        ..Actor::city_commander("officer:li")
    }
}

fn does(city: &mut City, actor: &Actor, command: &str) -> Result<Vec<Event>, Refusal> {
    let command: Command = serde_json::from_str(command).unwrap();
    let bodies = city.decide(actor, &command, None, &Plain)?;
    Ok(city.happen(city.now.plus_ms(1_000), bodies))
}

#[test]
fn a_warning_raises_one_incident_and_what_is_said_again_is_no_news() {
    use WarningColour::*;
    let mut city = City::default();
    assert_eq!(
        warns(&mut city, warning("w1", "D-1", Yellow, Some(3))),
        ["warningRaised", "incidentReported"]
    );
    assert!(warns(&mut city, warning("w1", "D-1", Yellow, Some(3))).is_empty());
    // Graver: the incident is the same while it is open, and its level rises.
    assert_eq!(
        warns(&mut city, warning("w1", "D-1", Red, Some(2))),
        ["warningChanged", "incidentLevelRaised"]
    );
    let held: Vec<_> = city.warnings.values().collect();
    assert_eq!((held.len(), held[0].id.as_str(), held[0].since), (1, "w1", CityTime(1_000)));
    assert_eq!(held[0].incident_id.as_ref().unwrap().as_str(), "I-000001");
    assert_eq!(city.incidents.values().next().unwrap().level.number(), 2);
    // Another rule about the same device joins its incident.
    let other = Warning { rule: "gas-pressure".into(), ..warning("w2", "D-1", Yellow, Some(3)) };
    assert_eq!(warns(&mut city, other), ["warningRaised"]);
    let ended = says(&mut city, Said::Ended("w1".into(), WhyEnded::Over));
    assert_eq!(ended.len(), 1);
    assert!(says(&mut city, Said::Ended("w1".into(), WhyEnded::Over)).is_empty());
    // It comes back with the colours it had, while its incident is open, and after that was closed.
    assert_eq!(warns(&mut city, warning("w1", "D-1", Yellow, Some(3))), ["warningRaised"]);
    let me = Actor::city_commander("me");
    does(&mut city, &me, r#"{"type":"close","incidentId":"I-000001","rating":3,"note":"演练"}"#).unwrap();
    says(&mut city, Said::Ended("w1".into(), WhyEnded::Over));
    assert_eq!(
        warns(&mut city, warning("w1", "D-1", Yellow, Some(3))),
        ["warningRaised", "incidentReported"]
    );
    // The state survives the wire.
    let text = serde_json::to_string(&Snapshot::from(&city)).unwrap();
    assert_eq!(City::from(serde_json::from_str::<Snapshot>(&text).unwrap()), city);
}

#[test]
fn the_level_of_an_open_incident_rises_with_its_warnings_and_never_falls_by_itself() {
    use WarningColour::*;
    let mut city = City::default();
    let level = |city: &City, id: &str| city.incidents[&IncidentId::from(id)].level.number();
    warns(&mut city, warning("w1", "D-1", Yellow, Some(3)));
    let rises = says(&mut city, Said::Warns(Box::new(warning("w1", "D-1", Orange, Some(2)))));
    let raised = EventBody::IncidentLevelRaised {
        incident_id: "I-000001".into(),
        level: IncidentLevel::new(2).unwrap(),
        warning_id: "w1".into(),
    };
    assert_eq!(rises[1].body, raised);
    assert_eq!(city.incidents[&IncidentId::from("I-000001")].history.last().unwrap().body, raised);
    // Milder again, or graver up to what the incident is already: nothing is taken back, and nothing told twice.
    assert_eq!(warns(&mut city, warning("w1", "D-1", Yellow, Some(3))), ["warningChanged"]);
    assert_eq!(level(&city, "I-000001"), 2);
    assert_eq!(warns(&mut city, warning("w1", "D-1", Orange, Some(2))), ["warningChanged"]);
    // A second, graver rule about the same device raises the incident they share.
    let other = Warning { rule: "gas-pressure".into(), ..warning("w2", "D-1", Red, Some(1)) };
    assert_eq!(warns(&mut city, other), ["warningRaised", "incidentLevelRaised"]);
    assert_eq!(level(&city, "I-000001"), 1);
    // The district where it lies is told, another is not.
    for (district, sees) in [(500103, true), (500102, false)] {
        let here = Jurisdiction::District(DistrictCode(district));
        let sight = Sight { jurisdiction: here, withheld: Fields::NONE };
        let mut before = city.clone();
        before.sequence = rises[1].sequence - 1;
        let concern = before.apply_and_tell(&rises[1]);
        assert_eq!(sight.of_event(rises[1].sequence, &concern) == Look::Seen, sees, "{district}");
    }
    // What is closed stays as it was: a graver colour then is another incident.
    let me = Actor::city_commander("me");
    warns(&mut city, warning("w3", "D-3", Yellow, Some(3)));
    does(&mut city, &me, r#"{"type":"close","incidentId":"I-000002","rating":3,"note":"误报"}"#).unwrap();
    assert_eq!(warns(&mut city, warning("w3", "D-3", Red, Some(2))), ["warningChanged", "incidentReported"]);
    assert_eq!((level(&city, "I-000002"), level(&city, "I-000003")), (3, 2));
}

#[test]
fn two_dangers_of_one_rule_are_two_whatever_they_have_in_common() {
    let mut city = City::default();
    let spot = |id: &str, lon: f64| Warning {
        device_id: None,
        at: Some(LonLat::new(lon, 29.5)),
        ..warning(id, "", WarningColour::Red, Some(2))
    };
    let raised = ["warningRaised", "incidentReported"];
    assert_eq!(warns(&mut city, spot("fire/spot-1/t", 106.5)), raised);
    assert_eq!(warns(&mut city, spot("fire/spot-2/t", 106.6)), raised);
    let of_city = |id: &str| Warning { place: None, at: None, ..spot(id, 0.0) };
    for id in ["silent/gateway-1/t", "silent/gateway-2/t"] {
        assert_eq!(warns(&mut city, of_city(id)), ["warningRaised"]);
    }
    assert_eq!(city.warnings.len(), 4);
    assert_eq!(spot("fire/spot-1/2026", 0.0).about(), "fire/spot-1");
}

#[test]
fn a_district_sees_its_own_part_of_what_goes_to_the_city() {
    let members = Members {
        count: 12,
        up: 12,
        rules: [("gas-methane".to_owned(), 12)].into(),
        districts: [(DistrictCode(500103), 2), (DistrictCode(500102), 10)].into(),
        bounds: Some([105.0, 29.0, 107.0, 30.0]),
        cause: TwoTongues { zh: "涪陵区".to_owned(), en: "Fuling".to_owned() },
    };
    let group = Warning {
        centre: Jurisdiction::City,
        place: None,
        device_id: None,
        members: Some(members),
        ..warning("storm/gas/t", "", WarningColour::Red, None)
    };
    let mut city = City::default();
    let events = says(&mut city, Said::Warns(Box::new(group)));
    let here = Jurisdiction::District(DistrictCode(500103));
    let sight = Sight { jurisdiction: here, withheld: Fields::NONE };
    let mut event = events[0].clone();
    let concern = City::default().apply_and_tell(&event);
    assert!(sight.sees_a_part(&concern) && !Sight::WHOLE.sees_a_part(&concern));
    sight.part_of(&mut event);
    let snapshot = serde_json::to_string(&sight.of_snapshot(Snapshot::from(&city)).warnings).unwrap();
    for told in [serde_json::to_string(&event).unwrap(), snapshot] {
        assert!(told.contains("\"500103\":2") && told.contains("\"count\":2"), "{told}");
        for other in ["500102", "涪陵", "Fuling", "\"bounds\"", "52 %LEL"] {
            assert!(!told.contains(other), "{other} in {told}");
        }
    }
    // Who sees a part of it does not take note of it for the city.
    let note = r#"{"type":"noteWarning","warningId":"storm/gas/t"}"#;
    assert!(matches!(does(&mut city, &officer(500103), note), Err(Refusal::OutsideJurisdiction { .. })));
    does(&mut city, &Actor::city_commander("me"), note).unwrap();
}

#[test]
fn colours_are_kept_to_the_last_and_a_notice_that_ran_out_is_not_answered() {
    let mut city = City::default();
    for n in 0..80 {
        let colour = if n % 2 == 0 { WarningColour::Yellow } else { WarningColour::Red };
        warns(&mut city, warning("w1", "D-1", colour, None));
    }
    let grades = &city.warnings[&WarningId::from("w1")].grades;
    assert_eq!((grades.len(), grades.last().unwrap().colour), (watching::GRADES_KEPT, WarningColour::Red));
    city.happen(CityTime(10_000_000), vec![EventBody::RulesRead { rules: 1, faults: Vec::new() }]);
    let accept = r#"{"type":"acceptNotice","noticeId":"n1"}"#;
    city.notices.insert("n1".into(), notice("n1"));
    assert!(matches!(does(&mut city, &officer(500103), accept), Err(Refusal::NoticeSettled { .. })));
}

#[test]
fn officers_names_are_withheld_wherever_they_stand() {
    let text = r#"{"type":"algorithmRegistered","algorithm":{"changes":[{"by":"officer:li"}]}}"#;
    let reported =
        r#"{"type":"incidentReported","source":{"kind":"notice","noticeId":"n","by":"officer:li"}}"#;
    for told in [text, reported] {
        let mut value = serde_json::from_str(told).unwrap();
        withhold(Fields::NONE.with(Field::IncidentOfficer), Telling::Event, &mut value);
        assert!(!value.to_string().contains("officer:li"), "{value}");
    }
}

#[test]
fn every_event_of_the_watch_is_read_as_it_was_written() {
    let members = Members {
        count: 12,
        up: 9,
        rules: [("gas-methane".to_owned(), 12)].into(),
        districts: [(DistrictCode(500103), 11), (DistrictCode(500102), 1)].into(),
        bounds: Some([106.0, 29.0, 107.0, 30.0]),
        cause: TwoTongues::default(),
    };
    let group = Warning { members: Some(members), ..warning("g", "D-1", WarningColour::Red, Some(2)) };
    let change = StateChange {
        algorithm: "gas-leak".into(),
        from: AlgorithmState::Trial,
        to: AlgorithmState::Withdrawn,
        by: "me".to_owned(),
        at: CityTime(1),
        reason: "误报".to_owned(),
    };
    let bodies = [
        EventBody::WarningRaised { warning: Box::new(group.clone()) },
        EventBody::WarningChanged { warning: Box::new(group) },
        EventBody::IncidentLevelRaised {
            incident_id: "I-000001".into(),
            level: IncidentLevel::new(1).unwrap(),
            warning_id: "g".into(),
        },
        EventBody::WarningNoted { warning_id: "g".into(), by: "me".to_owned() },
        EventBody::WarningEnded { warning_id: "g".into(), why: WhyEnded::Unseen },
        EventBody::RulesRead { rules: 3, faults: vec!["gas.toml:3: x".to_owned()] },
        EventBody::NoticeChanged { notice_id: "n".into(), state: NoticeState::Expired { at: CityTime(2) } },
        EventBody::NoticeJudged { notice_id: "n".into(), outcome: Outcome::Hit },
        EventBody::AlgorithmChanged { change },
    ];
    for (n, body) in (1..).zip(bodies) {
        let event = Event { sequence: n, at: CityTime(1), status: Status::Exercise, body };
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&text).map_err(|e| format!("{text}: {e}")).unwrap(), event);
    }
}

#[test]
fn an_incident_that_was_closed_is_not_reported_again_while_the_warning_stays() {
    let mut city = City::default();
    warns(&mut city, warning("w1", "D-1", WarningColour::Yellow, Some(3)));
    let me = Actor::city_commander("me");
    does(&mut city, &me, r#"{"type":"close","incidentId":"I-000001","rating":3,"note":"误报"}"#).unwrap();
    let more = Warning { times: 2, ..warning("w1", "D-1", WarningColour::Yellow, Some(3)) };
    assert_eq!(warns(&mut city, more), ["warningChanged"]);
    // Graver is news again.
    let red = warning("w1", "D-1", WarningColour::Red, Some(2));
    assert_eq!(warns(&mut city, red), ["warningChanged", "incidentReported"]);
}

#[test]
fn a_warning_goes_to_its_centre_and_is_noted_there() {
    let mut city = City::default();
    warns(&mut city, warning("w1", "D-1", WarningColour::Yellow, None));
    assert!(city.incidents.is_empty());
    let note = r#"{"type":"noteWarning","warningId":"w1"}"#;
    assert!(matches!(does(&mut city, &officer(500102), note), Err(Refusal::NoSuchWarning { .. })));
    let events = does(&mut city, &officer(500103), note).unwrap();
    assert!(matches!(does(&mut city, &officer(500103), note), Err(Refusal::BadField { .. })));
    assert_eq!(city.warnings[&WarningId::from("w1")].noted.as_ref().unwrap().by, "officer:li");
    for (district, sees) in [(500103, true), (500102, false)] {
        let here = Jurisdiction::District(DistrictCode(district));
        let sight = Sight { jurisdiction: here, withheld: Fields::NONE };
        let mut copy = city.clone();
        copy.sequence = events[0].sequence - 1;
        let concern = copy.apply_and_tell(&events[0]);
        assert_eq!(sight.of_event(events[0].sequence, &concern) == Look::Seen, sees, "{district}");
        assert_eq!(sight.of_snapshot(Snapshot::from(&city)).warnings.len(), usize::from(sees));
    }
    // A graver colour has to be noted anew.
    warns(&mut city, warning("w1", "D-1", WarningColour::Red, None));
    assert_eq!(city.warnings[&WarningId::from("w1")].noted, None);
}

#[test]
fn a_withdrawn_algorithm_stops_at_once_and_only_a_city_commander_withdraws_it() {
    let mut city = City::default();
    let algorithm = gas_leak(AlgorithmState::Trial);
    city.happen(CityTime(1), vec![EventBody::AlgorithmRegistered { algorithm: Box::new(algorithm) }]);
    warns(&mut city, warning("w1", "D-1", WarningColour::Yellow, None));
    assert!(city.warnings[&WarningId::from("w1")].on_trial);
    let change = |state: &str, reason: &str| {
        format!(
            r#"{{"type":"changeAlgorithm","algorithmId":"gas-leak","state":"{state}","reason":"{reason}"}}"#
        )
    };
    let withdraw = change("withdrawn", "误报过多");
    assert!(matches!(does(&mut city, &officer(500103), &withdraw), Err(Refusal::Forbidden { .. })));
    let me = Actor::city_commander("me");
    assert!(matches!(does(&mut city, &me, &change("withdrawn", "  ")), Err(Refusal::BadField { .. })));
    assert!(matches!(does(&mut city, &me, &change("trial", "x")), Err(Refusal::AlgorithmState { .. })));
    let events = does(&mut city, &me, &withdraw).unwrap();
    assert_eq!(events[1].body.key(), "warningEnded");
    assert!(warns(&mut city, warning("w2", "D-2", WarningColour::Red, Some(1))).is_empty());
    assert_eq!(city.algorithms[&AlgorithmId::from("gas-leak")].changes.len(), 1);
    does(&mut city, &me, &change("trial", "已修正")).unwrap();
    assert_eq!(warns(&mut city, warning("w2", "D-2", WarningColour::Red, Some(1))).len(), 2);
}

#[test]
fn an_evaluation_is_kept_with_the_version_that_runs_and_says_when_it_came() {
    let mut city = City::default();
    says(&mut city, Said::Registers(Box::new(gas_leak(AlgorithmState::Trial))));
    let version = city.algorithms[&AlgorithmId::from("gas-leak")].version.clone();
    let evaluation = |version: &str, hits: u32, until: &str| {
        format!(
            r#"{{"type":"recordEvaluation","algorithmId":"gas-leak","evaluation":{{"at":"2199-01-01T00:00:00Z",
            "version":"{version}","data":"七月记录","from":"2026-07-01T00:00:00Z","until":"{until}",
            "precision":{{"hits":{hits},"of":10}},"recall":{{"hits":3,"of":4}},
            "falseAlarms":{{"count":2,"days":1.0}},"unjudged":0,"delayS":-30.5,"madeUp":true}}}}"#
        )
    };
    let (me, end) = (Actor::city_commander("me"), "2026-07-02T00:00:00Z");
    let good = evaluation(&version, 8, end);
    assert!(matches!(does(&mut city, &officer(500103), &good), Err(Refusal::Forbidden { .. })));
    let mut refused = |text: &str| does(&mut city, &me, text).unwrap_err();
    assert!(matches!(refused(&evaluation("9", 8, end)), Refusal::OtherVersion { .. }));
    assert!(
        matches!(refused(&evaluation(&version, 11, end)), Refusal::BadField { field, .. } if field == "precision")
    );
    let reversed = evaluation(&version, 8, "2026-06-30T00:00:00Z");
    assert!(matches!(refused(&reversed), Refusal::BadField { field, .. } if field == "until"));
    assert!(matches!(refused(&good.replace("gas-leak", "x")), Refusal::NoSuchAlgorithm { .. }));
    assert!(
        matches!(refused(&good.replace("七月记录", " ")), Refusal::BadField { field, .. } if field == "data")
    );
    let now = city.now;
    let events = does(&mut city, &me, &good).unwrap();
    let [event] = &events[..] else { panic!("{events:?}") };
    assert_eq!(event.body.key(), "algorithmEvaluated");
    let kept = city.algorithms[&AlgorithmId::from("gas-leak")].evaluation.clone().unwrap();
    assert_eq!((kept.at, kept.delay_s, kept.made_up), (now, Some(-30.5), true));
    // The register that is read anew keeps it, and who recorded it is withheld like any officer.
    assert!(says(&mut city, Said::Registers(Box::new(gas_leak(AlgorithmState::Trial)))).is_empty());
    let mut told = serde_json::to_value(event).unwrap();
    assert_eq!(serde_json::from_value::<Event>(told.clone()).unwrap(), *event);
    withhold(Fields::NONE.with(Field::IncidentOfficer), Telling::Event, &mut told);
    assert!(told.get("by").is_none(), "{told}");
}

#[test]
fn a_notice_is_accepted_rejected_or_turned_into_an_incident_once() {
    let mut city = City::default();
    for id in ["n1", "n2"] {
        let issued = says(&mut city, Said::Notices(Box::new(notice(id))));
        let text = serde_json::to_string(&issued).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Event>>(&text).unwrap(), issued);
        assert!(says(&mut city, Said::Notices(Box::new(notice(id)))).is_empty());
    }
    let here = officer(500103);
    let accept = r#"{"type":"acceptNotice","noticeId":"n1"}"#;
    assert!(matches!(does(&mut city, &officer(500102), accept), Err(Refusal::NoSuchNotice { .. })));
    does(&mut city, &here, accept).unwrap();
    assert!(matches!(does(&mut city, &here, accept), Err(Refusal::NoticeSettled { .. })));
    let events = does(&mut city, &here, r#"{"type":"noticeToIncident","noticeId":"n1"}"#).unwrap();
    assert_eq!(
        events.iter().map(|e| e.body.key()).collect::<Vec<_>>(),
        ["incidentReported", "noticeChanged"]
    );
    assert_eq!(city.incidents.len(), 1);
    let reject = r#"{"type":"rejectNotice","noticeId":"n2","reason":"施工已报备"}"#;
    assert!(does(&mut city, &here, r#"{"type":"rejectNotice","noticeId":"n2","reason":" "}"#).is_err());
    does(&mut city, &here, reject).unwrap();
    assert!(says(&mut city, Said::Expired("n2".into())).is_empty());
    assert_eq!(says(&mut city, Said::Judged("n2".into(), Outcome::Miss)).len(), 1);
    let text = serde_json::to_string(&Snapshot::from(&city)).unwrap();
    assert_eq!(City::from(serde_json::from_str::<Snapshot>(&text).unwrap()), city);
}
