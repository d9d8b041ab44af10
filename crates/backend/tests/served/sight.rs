//! Who sees what: two districts and the city on one backend, a unit lent across the border, and who is in neither.

use crate::client::*;
use city::{DistrictCode, Jurisdiction, Level, Role};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead, BufReader};

pub const YUZHONG: u32 = 500_103;
const JIANGBEI: u32 = 500_105;
const SHAPINGBA: u32 = 500_106;
/// Stands in the text of the incident in Yuzhong, and nowhere else.
pub const MARK: &str = "解放碑暗号七四一";

/// Somebody with a token of a district.
pub struct Person<'a> {
    served: &'a Served,
    bearer: String,
}

impl<'a> Person<'a> {
    pub fn of(served: &'a Served, district: u32) -> Self {
        Self::with(served, Role::DutyOfficer, district)
    }

    pub fn with(served: &'a Served, role: Role, district: u32) -> Self {
        let data = served.folder.path().join("data");
        let here = Jurisdiction::District(DistrictCode(district));
        let name = format!("li{district}");
        let token = backend::tokens::issue(&data, role, Level::District, here, &name, 3_600).unwrap();
        Self { served, bearer: format!("Bearer {token}") }
    }

    pub fn get(&self, path: &str) -> Reply {
        get_with(&self.served.at(path), &[("authorization", &self.bearer)])
    }

    pub fn act(&self, key: &str, body: &str) -> Reply {
        let headers = [
            ("authorization", self.bearer.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", key),
        ];
        post_with(&self.served.at("/api/v1/commands"), &headers, body)
    }

    /// The messages of a stream: kind, identifier, data.
    pub fn messages(&self, path: &str, last: Option<u64>) -> impl Iterator<Item = Message> + use<> {
        let request = agent().get(self.served.at(path)).header("authorization", &self.bearer);
        let request = match last {
            Some(last) => request.header("Last-Event-ID", last.to_string()),
            None => request,
        };
        let response = request.call().unwrap();
        assert_eq!(response.status(), 200);
        let mut lines =
            BufReader::new(response.into_body().into_with_config().limit(u64::MAX).reader()).lines();
        std::iter::from_fn(move || {
            let mut message = Message::default();
            loop {
                let line = lines.next()?.ok()?;
                if let Some(text) = line.strip_prefix("id: ") {
                    message.id = Some(text.parse().unwrap());
                } else if let Some(text) = line.strip_prefix("event: ") {
                    message.kind = text.to_owned();
                } else if let Some(text) = line.strip_prefix("data: ") {
                    message.data = text.to_owned();
                } else if line.is_empty() && !message.data.is_empty() {
                    return Some(message);
                }
            }
        })
    }

    /// What is told after `last` up to and with `end`; that nothing is missing is checked on the way.
    pub fn told(&self, last: u64, end: u64) -> Vec<Message> {
        let mut seen = last;
        let mut told = Vec::new();
        for message in self.messages("/api/v1/events", Some(last)) {
            match (message.kind.as_str(), message.id) {
                ("", Some(id)) => {
                    assert_eq!((id, message.json()["sequence"].as_u64()), (seen + 1, Some(id)));
                    seen = id;
                }
                ("withheld", Some(id)) => {
                    assert!(id > seen && message.json() == serde_json::json!({"sequence": id}));
                    seen = id;
                }
                ("appears" | "disappears", None) => assert_eq!(message.json()["sequence"], seen + 1),
                other => panic!("{other:?}"),
            }
            told.push(message);
            if seen >= end {
                break;
            }
        }
        assert!(seen >= end, "the stream ended at {seen}, before {end}");
        told
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    pub kind: String,
    pub id: Option<u64>,
    pub data: String,
}

impl Message {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap()
    }
}

/// A unit of `district` on patrol.
fn free_unit_of(served: &Served, district: u32) -> String {
    let snapshot = served.snapshot();
    let mut units = snapshot["units"].as_array().unwrap().iter();
    let unit = units.find(|u| u["districtCode"] == district && u["state"] == "patrol").unwrap();
    unit["id"].as_str().unwrap().to_owned()
}

/// The city reports an incident in Yuzhong, lends it a unit of Jiangbei, and calls it back. Incident, unit, the
/// sequences before and after it all.
fn lend(served: &Served) -> (String, String, u64, u64) {
    let before = served.snapshot()["sequence"].as_u64().unwrap();
    let report =
        format!(r#"{{"type":"report","riskClass":"gas","lon":106.577,"lat":29.557,"text":"{MARK}"}}"#);
    let incident =
        served.act("report", &report).json()["events"][0]["incidentId"].as_str().unwrap().to_owned();
    let unit = free_unit_of(served, JIANGBEI);
    assert_eq!(served.act("lend", &dispatch(&incident, &unit)).status, 200);
    let recall = dispatch(&incident, &unit).replace("dispatch", "recall");
    let end = served.act("recall", &recall).json()["events"][0]["sequence"].as_u64().unwrap();
    (incident, unit, before, end)
}

/// What of a stream is about `incident` or `unit`, in short.
fn about(told: &[Message], incident: &str, unit: &str) -> Vec<String> {
    let ours = told.iter().filter(|m| m.data.contains(incident) || m.data.contains(unit));
    ours.map(|message| match message.kind.as_str() {
        "" => message.json()["type"].as_str().unwrap().to_owned(),
        kind => {
            let json = message.json();
            let parts = ["incidents", "units", "incidentIds", "unitIds"];
            let parts = parts.iter().filter(|part| json[**part].as_array().is_some_and(|a| !a.is_empty()));
            format!("{kind} {}", parts.copied().collect::<Vec<_>>().join(" "))
        }
    })
    .collect()
}

#[test]
fn each_district_is_told_its_own_without_a_gap_and_a_unit_lent_appears_on_both_sides() {
    let served = serve();
    let (incident, unit, before, end) = lend(&served);
    let told = |district| Person::of(&served, district).told(before, end);
    let yuzhong = told(YUZHONG);
    let expected = [
        "incidentReported",
        "incidentAcknowledged",
        "stageChanged",
        "appears units",
        "unitDispatched",
        "disappears unitIds",
        "unitRecalled",
    ];
    assert_eq!(about(&yuzhong, &incident, &unit), expected);
    let jiangbei = told(JIANGBEI);
    let expected = ["appears incidents", "unitDispatched", "disappears incidentIds", "unitRecalled"];
    assert_eq!(about(&jiangbei, &incident, &unit), expected);
    let elsewhere = told(SHAPINGBA);
    assert!(elsewhere.iter().all(|m| !m.data.contains(MARK) && !m.data.contains(&incident)));
    assert!(elsewhere.iter().any(|m| m.kind == "withheld"));

    let whole: Vec<_> =
        stream(&served.at("/api/v1/events"), Some(before)).take((end - before) as usize).collect();
    for (id, event) in &whole {
        assert_eq!(*id, event["sequence"].as_u64());
    }
    // Wherever a stream was cut, it goes on the same.
    for cut in before + 1..end {
        let after = Person::of(&served, YUZHONG).told(cut, end);
        let events = |told: &[Message]| -> Vec<Message> {
            let later = |m: &&Message| m.kind != "withheld" && m.json()["sequence"].as_u64() > Some(cut);
            told.iter().filter(later).cloned().collect()
        };
        assert_eq!(events(&after), events(&yuzhong), "cut after {cut}");
    }
}

#[test]
fn a_snapshot_holds_what_its_reader_may_see() {
    let served = serve();
    let (incident, unit, ..) = lend(&served);
    assert_eq!(served.act("again", &dispatch(&incident, &unit)).status, 200);
    let ids = |snapshot: &Value, part: &str| -> HashSet<String> {
        let rows = snapshot[part].as_array().unwrap();
        rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    for (district, sees) in [(YUZHONG, true), (JIANGBEI, true), (SHAPINGBA, false)] {
        let reply = Person::of(&served, district).get("/api/v1/snapshot");
        let snapshot = reply.json();
        assert_eq!(ids(&snapshot, "incidents").contains(&incident), sees, "{district}");
        assert_eq!(ids(&snapshot, "units").contains(&unit), sees, "{district}");
        assert_eq!(reply.text.contains(MARK), sees, "{district}");
        let incidents: BTreeMap<&str, &Value> = snapshot["incidents"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (row["id"].as_str().unwrap(), &row["districtCode"]))
            .collect();
        for row in snapshot["units"].as_array().unwrap() {
            let out_here = row["incidentId"]
                .as_str()
                .is_some_and(|id| incidents.get(id) == Some(&&Value::from(district)));
            assert!(row["districtCode"] == district || out_here, "{district}: {row}");
        }
    }
    let whole = served.snapshot();
    let all = get_with(&served.at("/api/v1/snapshot"), &[]).json();
    assert_eq!(ids(&all, "units").len(), ids(&whole, "units").len());
    assert!(ids(&all, "units").len() > 100);
}

#[test]
fn telemetry_tells_of_ones_own_devices_and_of_the_unit_that_was_lent() {
    let served = serve();
    let streams = [YUZHONG, SHAPINGBA].map(|district| {
        let mut batches = Person::of(&served, district).messages("/api/v1/telemetry", None);
        let first = batches.next().unwrap();
        let batch: city::TelemetryBatch = serde_json::from_str(&first.data).unwrap();
        assert!(batch.devices.is_even() && batch.devices.id.len() > 50, "{}", batch.devices.id.len());
        assert!(batch.devices.district_code.iter().all(|code| code.0 == district));
        batches
    });
    let incident = report(&served.running, "r");
    let unit = free_unit_of(&served, JIANGBEI);
    assert_eq!(served.act("lend", &dispatch(&incident, &unit)).status, 200);
    let [yuzhong, mut elsewhere] = streams;
    let told = |batch: &Message| batch.data.contains(&format!("\"{unit}\""));
    assert!(yuzhong.take(4).any(|batch| told(&batch)), "{unit} is not told");
    assert!(!elsewhere.by_ref().take(5).any(|batch| told(&batch)));
    let recall = dispatch(&incident, &unit).replace("dispatch", "recall");
    assert_eq!(served.act("recall", &recall).status, 200);
    let mut later = Person::of(&served, YUZHONG).messages("/api/v1/telemetry", None).skip(2);
    assert!(!told(&later.next().unwrap()), "it is on its way home");
}

#[test]
fn risk_points_are_their_districts_and_what_is_public_is_everybodys() {
    let served = serve();
    let person = Person::of(&served, YUZHONG);
    let matched = |reply: Reply| reply.json()["numberMatched"].as_u64().unwrap();
    let all = get(&served.at("/collections/risk-points/items?limit=10000")).json();
    let (mut own, mut other) = (Vec::new(), String::new());
    for feature in all["features"].as_array().unwrap() {
        let id = feature["id"].as_str().unwrap().to_owned();
        if feature["properties"]["districtCode"] == YUZHONG { own.push(id) } else { other = id }
    }
    let page = person.get("/collections/risk-points/items?limit=10000").json();
    assert!(page["features"].as_array().unwrap().iter().all(|f| f["properties"]["districtCode"] == YUZHONG));
    assert_eq!(page["numberMatched"].as_u64(), Some(own.len() as u64));
    assert_eq!(person.get(&format!("/collections/risk-points/items/{}", own[0])).status, 200);
    let hidden = person.get(&format!("/collections/risk-points/items/{other}"));
    let nothing = person.get("/collections/risk-points/items/R-none");
    assert_eq!((hidden.status, hidden.text), (404, nothing.text.replace("R-none", &other)));
    for public in ["/collections/shelters/items", "/collections/drone-routes/items"] {
        assert_eq!(matched(person.get(public)), matched(get(&served.at(public))), "{public}");
    }
}

#[test]
fn what_is_not_seen_is_answered_like_what_does_not_exist() {
    let served = serve();
    let incident = report(&served.running, "r");
    let theirs = free_unit_of(&served, JIANGBEI);
    let own = free_unit_of(&served, YUZHONG);
    let (yuzhong, elsewhere) = (Person::of(&served, YUZHONG), Person::of(&served, SHAPINGBA));
    let hidden = elsewhere.act("a", &dispatch(&incident, &own));
    let nothing = elsewhere.act("b", &dispatch("I-999999", &own));
    assert_eq!((hidden.status, &hidden.text), (422, &nothing.text.replace("I-999999", &incident)));
    let hidden = yuzhong.act("c", &dispatch(&incident, &theirs));
    let nothing = yuzhong.act("d", &dispatch(&incident, "U-none"));
    assert_eq!((hidden.status, &hidden.text), (422, &nothing.text.replace("U-none", &theirs)));

    let first = yuzhong.act("key", &dispatch(&incident, &own));
    assert_eq!(first.status, 200, "{}", first.text);
    let stolen = elsewhere.act("key", &dispatch(&incident, &own));
    assert_eq!((stolen.status, stolen.reason().as_str()), (422, "keyReused"));
    assert!(!stolen.text.contains(&incident) && !stolen.text.contains(&own));
    let again = yuzhong.act("key", &dispatch(&incident, &own));
    assert_eq!((again.status, again.text), (200, first.text));
}
