//! The city in the words of open standards, read by the readers a console has, and by a client of others: GDAL.

use crate::client::*;
use city::{CityTime, DistrictCode, Jurisdiction, Level, Role};
use feeds::cap::{EntryBody, MessageStatus, MessageType, read_alert, read_list};
use feeds::open311::{read_requests, read_services};
use feeds::sensorthings::{Catalogue, Kind, read_page, read_root};
use serde_json::Value;
use std::process::Command;

const STA: &str = "/sensorthings/v1.1";

fn entities(served: &Served, path: &str) -> Value {
    let reply = get(&served.at(&format!("{STA}/{path}")));
    assert_eq!(reply.status, 200, "{path}: {}", reply.text);
    reply.json()
}

/// Values are there once the training city has told some.
fn with_values() -> Served {
    let served = serve();
    for _ in 0..200 {
        if entities(&served, "Observations?$top=1")["value"].as_array().unwrap().len() == 1 {
            return served;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("no device reports");
}

#[test]
fn devices_are_read_as_sensorthings() {
    let served = with_values();
    let root = get(&served.at(STA)).text;
    assert!(read_root(root.as_bytes()).unwrap().sets.len() >= 8, "{root}");
    let asked = "Datastreams?$top=50&$count=true&$expand=Thing($expand=Locations),ObservedProperty";
    let page = read_page(Kind::Datastream, entities(&served, asked).to_string().as_bytes()).unwrap();
    assert_eq!((page.entities.len(), page.problems.count), (50, 0));
    assert!(page.count.unwrap() >= 10_000 && page.next.is_some());
    let mut catalogue = Catalogue::default();
    catalogue.take(page.entities.clone());
    let rows: Vec<_> = catalogue.rows().collect();
    assert_eq!(rows.len(), 50);
    assert!(rows.iter().all(|row| row.position.is_some() && !row.thing_name.is_empty()), "{:?}", rows[0]);
    // The next page goes on where this one ends.
    let next = get(page.next.as_deref().unwrap()).text;
    let next = read_page(Kind::Datastream, next.as_bytes()).unwrap();
    assert!(next.entities[0].id != page.entities[0].id && next.entities.len() == 50);
}

#[test]
fn a_filter_an_order_a_property_and_a_relation_are_answered() {
    let served = with_values();
    let asked = "Observations?$top=3&$orderby=phenomenonTime%20desc&$expand=Datastream($select=name)";
    let newest = entities(&served, asked);
    let value = newest["value"].as_array().unwrap();
    let times: Vec<_> = value.iter().map(|one| one["phenomenonTime"].as_str().unwrap().to_owned()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b) && value[0]["Datastream"]["name"].is_string(), "{times:?}");
    // What is newer than the newest is nothing, and what is as new is found again.
    let since = |comparison: &str| {
        let asked = format!("Observations?$count=true&$filter=phenomenonTime%20{comparison}%20{}", times[0]);
        entities(&served, &asked)["@iot.count"].as_u64().unwrap()
    };
    assert!(since("ge") >= 1 && since("lt") >= 1);
    let gas =
        entities(&served, "Datastreams?$count=true&$filter=ObservedProperty/@iot.id%20eq%20%27gas%27&$top=1");
    assert!(gas["@iot.count"].as_u64().unwrap() > 0, "{gas}");
    let id = gas["value"][0]["@iot.id"].as_str().unwrap().to_owned();
    let thing = entities(&served, &format!("Datastreams('{id}')/Thing"));
    assert_eq!(thing["properties"]["riskClass"], "gas");
    assert_eq!(
        entities(&served, &format!("Things('{id}')/name")),
        serde_json::json!({"name": thing["name"]})
    );
    let place = entities(&served, &format!("Things('{id}')/Locations"));
    assert_eq!(place["value"][0]["location"]["type"], "Point");
    let sensor = entities(&served, "Sensors('gas')/Datastreams?$top=1&$count=true");
    assert_eq!(sensor["@iot.count"], gas["@iot.count"]);
}

#[test]
fn what_is_no_query_or_too_much_is_one_clear_problem() {
    let served = serve();
    for (path, status, reason) in [
        ("Nothings", 404, "noSuchSet"),
        ("Things('none')", 404, "noSuchEntity"),
        ("Things(x)", 400, "badIdentifier"),
        ("Things?$top=x", 400, "badQuery"),
        ("Things?$filter=name%20eq", 400, "badQuery"),
        ("Sensors?$expand=Datastreams($expand=Sensor($expand=Datastreams))", 400, "tooMuch"),
        ("Sensors?$top=1&$orderby=Datastreams/Sensor/Datastreams/name", 400, "tooMuch"),
        ("Sensors?$filter=Datastreams/Sensor/Datastreams/Sensor/Datastreams/name%20eq%201", 400, "tooMuch"),
    ] {
        let reply = get(&served.at(&format!("{STA}/{path}")));
        assert_eq!((reply.status, reply.reason().as_str()), (status, reason), "{path}: {}", reply.text);
    }
}

#[test]
fn an_incident_is_an_alert_that_is_updated_and_cancelled() {
    let served = serve();
    let incident = report(&served.running, "k1");
    let alert = |served: &Served| {
        let reply = get(&served.at("/cap/alerts"));
        assert!(reply.kind.starts_with("application/atom+xml"));
        let (list, problems) = read_list(reply.text.as_bytes()).unwrap();
        assert_eq!(problems.count, 0, "{:?}", problems.sample);
        let own = list.entries.into_iter().filter_map(|entry| match entry.body {
            EntryBody::Whole(alert) if alert.incidents == incident => Some((entry.href.unwrap(), *alert)),
            _ => None,
        });
        own.collect::<Vec<_>>()
    };
    let first = alert(&served);
    assert_eq!(first.len(), 1);
    let (href, first) = &first[0];
    assert_eq!((first.message_type, first.status), (MessageType::Alert, MessageStatus::Exercise));
    let (alone, _) = read_alert(get(href).text.as_bytes()).unwrap();
    assert_eq!(alone, *first);
    let acknowledge = format!(r#"{{"type": "acknowledge", "incidentId": "{incident}"}}"#);
    assert_eq!(act(&served.running, "k2", &acknowledge).status, 200);
    let (_, second) = &alert(&served)[0];
    assert_eq!(second.message_type, MessageType::Update);
    assert_eq!(second.references, vec![first.reference()]);
    // The first message stands as it stood.
    assert_eq!(read_alert(get(href).text.as_bytes()).unwrap().0, *first);
    let reply = get(&served.at("/cap/alerts/none"));
    assert_eq!((reply.status, reply.reason().as_str()), (404, "noSuchAlert"));
}

#[test]
fn residents_reports_are_requests() {
    let served = serve_with(|config| config.speed = 200.0);
    let list = |query: &str| {
        let reply = get(&served.at(&format!("/open311/v2/requests.json{query}")));
        assert_eq!(reply.status, 200, "{}", reply.text);
        read_requests(reply.text.as_bytes()).unwrap()
    };
    let all = (0..300).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        let (all, problems) = list("");
        assert_eq!(problems.count, 0, "{:?}", problems.sample);
        (!all.is_empty()).then_some(all)
    });
    let one = all.expect("a resident reports something within some hours")[0].clone();
    assert!(one.at.is_some() && one.requested.is_some());
    let reply = get(&served.at(&format!("/open311/v2/requests/{}.json", one.service_request_id)));
    assert_eq!(read_requests(reply.text.as_bytes()).unwrap().0[0].service_request_id, one.service_request_id);
    assert!(list("?service_code=nothing").0.is_empty());
    let reply = get(&served.at("/open311/v2/requests.json?start_date=yesterday"));
    assert_eq!((reply.status, reply.reason().as_str()), (400, "badTime"));
    let services = get(&served.at("/open311/v2/services.json")).text;
    assert!(read_services(services.as_bytes()).unwrap().0.len() >= 10);
}

#[test]
fn an_officer_of_a_district_is_told_of_its_own() {
    let served = serve_with(|config| config.require_token = true);
    let district = DistrictCode(500_103);
    let token = backend::tokens::issue(
        &served.folder.path().join("data"),
        Role::DutyOfficer,
        Level::District,
        Jurisdiction::District(district),
        "li",
        60,
    )
    .unwrap();
    let bearer = format!("Bearer {token}");
    let count = |headers: &[(&str, &str)]| {
        get_with(&served.at(&format!("{STA}/Things?$top=1000&$count=true")), headers).json()
    };
    let own = count(&[("authorization", &bearer)]);
    assert!((1..10_000).contains(&own["@iot.count"].as_u64().unwrap()));
    let things = own["value"].as_array().unwrap();
    assert!(things.iter().all(|thing| thing["properties"]["districtCode"] == district.0));
    assert_eq!(get(&served.at(&format!("{STA}/Things"))).status, 401);
}

/// GDAL's driver of OGC API – Features reads the layers as QGIS does.
#[test]
fn ogrinfo_reads_the_collections() {
    let served = serve();
    let source = format!("OAPIF:{}", served.running.url());
    let said = |words: &[&str]| {
        let output = Command::new("ogrinfo").args(["-ro"]).args(words).output();
        let output = output.expect("ogrinfo, which `make test` installs with gdal-bin, does not start");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
        text
    };
    let layers = said(&[&source]);
    for layer in ["districts", "townships", "shelters", "risk-points"] {
        assert!(layers.contains(layer), "{layers}");
    }
    let districts = said(&["-so", &source, "districts"]);
    assert!(districts.contains("Feature Count: 38"), "{districts}");
    let near = said(&["-spat", "106.5", "29.5", "106.6", "29.6", &source, "shelters"]);
    assert!(near.contains("OGRFeature(shelters)") && near.contains("POINT (106.5"), "{near}");
}

#[test]
fn times_of_alerts_are_those_of_the_city() {
    let served = serve();
    report(&served.running, "k1");
    let snapshot = served.snapshot();
    let now = CityTime::parse(snapshot["now"].as_str().unwrap()).unwrap();
    let (list, _) = read_list(get(&served.at("/cap/alerts")).text.as_bytes()).unwrap();
    assert!(list.entries.iter().all(|entry| now.seconds_since(entry.updated.unwrap()).abs() < 3_600.0));
}
