//! Devices by SensorThings over HTTP: lists of many pages, values that are new, services that know less than the
//! standard, break off, or are something else.

use super::fault_server::{FaultServer, JSON, Reply};
use super::hurried;
use super::sensor_service::{Holding, SensorService, Series};
use super::sources_web::{start, told, until_health, until_says};
use city::CityTime;
use feeds::sensorthings::{CatalogueRow, PositionSource};
use feeds::{Cause, FeedState};
use link::Pace;
use link::sources::{Reading, Sources, read_text};
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;

const OFTEN: &str = "every_s = 0.1";

fn now() -> CityTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    CityTime(since.as_millis() as i64)
}

/// What was told so far: the devices, and every value in the order it was told.
#[derive(Default)]
struct Told {
    devices: HashMap<String, CatalogueRow>,
    readings: Vec<Reading>,
}

impl Told {
    fn until(&mut self, sources: &Sources, enough: impl Fn(&Self) -> bool) {
        told(sources, 0, |news| {
            self.devices.extend(news.devices.into_iter().map(|row| (row.datastream.clone(), row)));
            self.readings.extend(news.readings);
            enough(self).then_some(())
        });
    }

    fn values_of(&self, datastream: &str) -> Vec<f64> {
        self.readings.iter().filter(|one| one.datastream == datastream).map(|one| one.value).collect()
    }
}

/// A source that waits for its service however long that takes, so that a busy computer is no silent service.
fn patient(root: &str, more: &str) -> Sources {
    with_lists_every(Pace::default().catalogue_every, root, more)
}

/// The same whose list of datastreams is read so often.
fn with_lists_every(catalogue_every: Duration, root: &str, more: &str) -> Sources {
    let text = format!("[[source]]\nname = 'a'\nprotocol = 'sensorthings'\nurl = '{root}'\n{more}\n");
    let pace = Pace { catalogue_every, stalled_after: Duration::from_secs(60), ..hurried() };
    Sources::start_at(read_text(&text).unwrap(), pace).unwrap()
}

/// How many pages of descriptions were asked for.
fn lists_of(service: &SensorService) -> usize {
    service.asked("Datastreams").iter().filter(|path| path.contains("$select=id,name")).count()
}

#[test]
fn twenty_thousand_datastreams_are_listed_and_only_what_is_new_is_asked_for_after_that() {
    let (begin, count) = (now(), 20_000);
    let service = SensorService::of(Holding { a_page: 1_000, ..Holding::of(count, begin.plus_s(-5.0)) });
    let sources = patient(&service.root(), OFTEN);
    let mut all = Told::default();
    all.until(&sources, |all| all.devices.len() == count && all.readings.len() == count);
    let row = &all.devices["19999"];
    assert_eq!((row.name.as_str(), row.unit.symbol.as_str()), ("水位 19999", "m"));
    assert_eq!((row.property.as_str(), row.thing_name.as_str()), ("水位", "站 19999"));
    let (position, _) = row.position.unwrap();
    assert!((position.at.lon - (106.5 + 19_999.0 * 1e-5)).abs() < 1e-9 && position.at.lat == 29.5);
    assert_eq!(all.values_of("19999"), [19_999.5]);
    // A page holds what the console asks for, 500, although the service would give more.
    assert_eq!(lists_of(&service), count / 500);
    service.holds.lock().unwrap().observe("7", begin.plus_s(1.0), 8.25);
    all.until(&sources, |all| all.values_of("7") == [7.5, 8.25]);
    assert_eq!(all.readings.len(), count + 1, "what is known is not told again");
    assert_eq!(lists_of(&service), count / 500, "the list is not read for every question");
    let health = until_health(&sources, 0, |health| health.received == count as u64 + 1);
    assert_eq!((health.state, health.problems, health.cause), (FeedState::Live, 0, None));
}

#[test]
fn values_that_come_late_or_from_a_clock_that_runs_ahead_hide_no_others() {
    let begin = now().plus_s(-30.0);
    let service = SensorService::of(Holding::of(3, begin));
    let sources = patient(&service.root(), OFTEN);
    let mut all = Told::default();
    all.until(&sources, |all| all.readings.len() == 3);
    // One device lives in another year; one tells the newest, and one tells later of what was before that.
    let year = 31_536_000.0;
    service.holds.lock().unwrap().observe("0", begin.plus_s(year), 1.0);
    service.holds.lock().unwrap().observe("1", begin.plus_s(20.0), 2.0);
    all.until(&sources, |all| all.values_of("1") == [1.5, 2.0] && all.values_of("0") == [0.5, 1.0]);
    service.holds.lock().unwrap().observe("2", begin.plus_s(10.0), 3.0);
    all.until(&sources, |all| all.values_of("2") == [2.5, 3.0]);
    service.holds.lock().unwrap().observe("1", begin.plus_s(25.0), 4.0);
    all.until(&sources, |all| all.values_of("1") == [1.5, 2.0, 4.0]);
    assert_eq!(all.readings.len(), 7);
}

/// What services do not know: nothing, or how to tell the newest observation within each datastream.
const NESTS_OR_NOT: [&[&str]; 2] = [&[], &["Observations("]];

#[test]
fn a_clock_that_runs_a_little_ahead_and_devices_that_tell_late_leave_no_others_behind() {
    for refuses in NESTS_OR_NOT {
        let begin = now().plus_s(-10_800.0);
        let service = SensorService::of(Holding { refuses: refuses.to_vec(), ..Holding::of(40, begin) });
        // Fifty minutes are believed, and would have hidden all others until the clock here was there.
        service.holds.lock().unwrap().observe("0", now().plus_s(3_000.0), 1.0);
        let sources = patient(&service.root(), OFTEN);
        let mut all = Told::default();
        all.until(&sources, |all| all.devices.len() == 40 && all.values_of("0").contains(&1.0));
        for value in [2.0, 3.0, 4.0] {
            service.holds.lock().unwrap().observe("0", now().plus_s(3_000.0), value);
            service.holds.lock().unwrap().observe("1", now(), value);
            all.until(&sources, |all| all.values_of("1").last() == Some(&value));
        }
        // Two hours late, and nowhere near what is new.
        service.holds.lock().unwrap().observe("39", begin.plus_s(3_600.0), 5.0);
        all.until(&sources, |all| all.values_of("39").last() == Some(&5.0));
        assert_eq!(until_health(&sources, 0, |_| true).problems, 0, "{refuses:?}");
    }
}

#[test]
fn the_newest_of_each_is_asked_for_a_page_at_a_time_in_some_of_the_rounds() {
    let mut holding = Holding { a_page: 50, ..Holding::of(400, now().plus_s(-10_800.0)) };
    // A whole page of them never told anything, which says nothing of the others.
    holding.series[50..100].iter_mut().for_each(|series| series.observed.clear());
    // One tells later than anything that is asked for as new reaches back to.
    holding.series[399].observed[0].0 = now().plus_s(-20_000.0);
    let service = SensorService::of(holding);
    let sources = patient(&service.root(), OFTEN);
    let mut all = Told::default();
    all.until(&sources, |all| all.readings.len() == 350);
    service.holds.lock().unwrap().observe("399", now().plus_s(-15_000.0), 5.0);
    all.until(&sources, |all| all.values_of("399").last() == Some(&5.0));
    let (lists, all_pages) = (lists_of(&service), service.asked("Datastreams").len());
    assert_eq!(lists, 8);
    let rounds = service.asked("Observations").len();
    assert!((all_pages - lists) <= rounds / 3 + 1, "{all_pages} pages in {rounds} rounds");
    assert!(all_pages - lists >= 8, "gone over by the page");
}

#[test]
fn a_time_in_the_far_future_freezes_no_datastream_and_is_told_with_its_name() {
    for refuses in NESTS_OR_NOT {
        let begin = now().plus_s(-30.0);
        let far = CityTime::parse("2099-01-01T00:00:00Z").unwrap();
        let service = SensorService::of(Holding { refuses: refuses.to_vec(), ..Holding::of(5, begin) });
        service.holds.lock().unwrap().observe("3", far, -9999.0);
        let sources = patient(&service.root(), OFTEN);
        let mut all = Told::default();
        all.until(&sources, |all| all.values_of("3").contains(&-9999.0));
        service.holds.lock().unwrap().observe("3", now().plus_s(2.0), 7.0);
        all.until(&sources, |all| all.values_of("3").last() == Some(&7.0));
        let newest = all.readings.iter().filter(|one| one.datastream == "3").map(|one| one.at).max();
        assert!(newest.unwrap() < now().plus_s(60.0), "{newest:?}");
        // It stays the newest for ever, and is told once.
        let asked = service.asked("Observations").len();
        while service.asked("Observations").len() < asked + 8 {
            std::thread::sleep(Duration::from_millis(5));
        }
        let health = until_health(&sources, 0, |health| health.problems == 1);
        let sample = health.sample.unwrap();
        assert!(sample.contains("2099-01-01") && sample.ends_with("Datastream: 3"), "{sample}");
        // A city in an exercise lives ahead as a whole.
        let exercise = SensorService::of(Holding { refuses: refuses.to_vec(), ..Holding::of(5, far) });
        let sources = patient(&exercise.root(), OFTEN);
        let mut all = Told::default();
        all.until(&sources, |all| all.readings.len() == 5);
        exercise.holds.lock().unwrap().observe("3", far.plus_s(2.0), 7.0);
        all.until(&sources, |all| all.values_of("3") == [3.5, 7.0]);
        assert_eq!(all.readings.iter().map(|one| one.at).max(), Some(far.plus_s(2.0)));
        assert_eq!(until_health(&sources, 0, |_| true).problems, 0);
    }
}

#[test]
fn times_without_an_offset_are_the_citys_and_said_to_be() {
    let service = FaultServer::of_city(0);
    service.script("/v1.1", [json_reply(json!({"value": [{"name": "Datastreams", "url": "x"}]}))]);
    let here = now().shanghai_date_clock().replacen(' ', "T", 1);
    let observations = json!({"value": [
        {"@iot.id": 1, "phenomenonTime": here, "result": 2.5, "Datastream": {"@iot.id": 1}},
        {"@iot.id": 2, "phenomenonTime": "soon", "result": 1, "Datastream": {"@iot.id": 1}}]});
    service.answer_by(move |asked| {
        let list = json!({"value": [{"@iot.id": 1, "name": "a"}]});
        let observations = asked.path.contains("/Observations?").then(|| json_reply(observations.clone()));
        observations.or_else(|| asked.path.contains("/Datastreams").then(|| json_reply(list)))
    });
    let sources = patient(&format!("{}/v1.1", service.address()), OFTEN);
    let mut all = Told::default();
    all.until(&sources, |all| all.values_of("1") == [2.5]);
    assert!((now().seconds_since(all.readings[0].at)).abs() < 600.0);
    until_health(&sources, 0, |health| health.problems >= 2);
    // Where none can be read, that is said too.
    let wordless = FaultServer::of_city(0);
    wordless.script("/v1.1", [json_reply(json!({"value": [{"name": "Datastreams", "url": "x"}]}))]);
    wordless.answer_by(|asked| {
        let one = json!({"value": [{"@iot.id": 1, "name": "a", "phenomenonTime": "soon", "result": 1}]});
        asked.path.starts_with("/v1.1/").then(|| json_reply(one))
    });
    let sources = patient(&format!("{}/v1.1", wordless.address()), OFTEN);
    let health = until_health(&sources, 0, |health| health.problems > 0);
    assert!(health.sample.unwrap().contains("soon"));
}

#[test]
fn a_thing_without_a_place_stands_where_its_feature_is_and_only_those_are_asked_for() {
    for refuses in [&[][..], &["$expand=FeatureOfInterest"]] {
        let mut holding = Holding { refuses: refuses.to_vec(), ..Holding::of(30, now()) };
        for series in &mut holding.series[3..5] {
            series.has_feature = true;
        }
        holding.series[6].shape = Some(("application/json", json!({"coordinates": ["106.7", "29.7"]})));
        let swapped = json!({"type": "Point", "coordinates": [29.56, 106.55]});
        holding.series[7].shape = Some(("application/vnd.geo+json", swapped));
        let service = SensorService::of(holding);
        let sources = patient(&service.root(), OFTEN);
        let mut all = Told::default();
        all.until(&sources, |all| {
            all.devices.len() == 30 && ["3", "4"].iter().all(|id| all.devices[*id].position.is_some())
        });
        let (position, source) = all.devices["4"].position.unwrap();
        assert!((position.at.lon - 106.50004).abs() < 1e-9 && source == PositionSource::Feature);
        let (position, _) = all.devices["6"].position.unwrap();
        assert_eq!((position.at.lon, position.at.lat), (106.7, 29.7));
        assert!(all.devices["7"].position.is_none());
        let health = until_health(&sources, 0, |health| health.problems == 1);
        assert!(health.sample.unwrap().contains("nowhere on earth"));
        let asked =
            service.server.all_asked().into_iter().filter(|one| one.path.contains("FeatureOfInterest"));
        assert!(asked.count() <= 6, "{refuses:?}");
    }
}

#[test]
fn only_what_is_described_otherwise_is_told_when_the_list_is_read_again() {
    let begin = now();
    let service = SensorService::of(Holding::of(150, begin));
    let sources = with_lists_every(Duration::from_millis(150), &service.root(), OFTEN);
    let mut all = Told::default();
    all.until(&sources, |all| all.devices.len() == 150);
    service.server.until_asked("/v1.1", 1);
    let lists = service.asked("Datastreams").len();
    while service.asked("Datastreams").len() < lists + 6 {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(sources.take().iter().all(|(_, news)| news.devices.is_empty()), "nothing changed");
    {
        let mut holds = service.holds.lock().unwrap();
        holds.series[149].name = "雨量 149".to_owned();
        let new = Series { id: "new".to_owned(), name: "新站".to_owned(), ..holds.series[0].clone() };
        holds.series.push(new);
    }
    let mut changed = Told::default();
    changed.until(&sources, |told| told.devices.len() == 2);
    assert_eq!(
        (changed.devices["149"].name.as_str(), changed.devices["new"].name.as_str()),
        ("雨量 149", "新站")
    );
}

#[test]
fn services_that_know_less_than_the_standard_are_asked_more_plainly() {
    let every_kind: [(&[&str], &[&str], bool); 7] = [
        // Data arrays.
        (&[], &[], true),
        // No observations within datastreams, no selection within expansions, the older way of expanding.
        (&["Observations("], &[], false),
        (&["$select=id,name"], &[], false),
        (&["$expand=Thing("], &[], false),
        // No filter, refused or left out; no order either, so that only the list tells values.
        (&["$filter"], &[], false),
        (&[], &["$filter"], false),
        (&["&$orderby="], &[], false),
    ];
    for (refuses, ignores, has_arrays) in every_kind {
        let begin = now().plus_s(-40.0);
        let mut holding = Holding::of(30, begin);
        // History that a service without a filter would answer with.
        for hour in 1..200 {
            holding.observe("4", begin.plus_s(-3_600.0 * f64::from(hour)), 0.0);
        }
        let (refuses, ignores) = (refuses.to_vec(), ignores.to_vec());
        let shown = format!("refuses {refuses:?}, ignores {ignores:?}");
        let service = SensorService::of(Holding { refuses, ignores, has_arrays, a_page: 20, ..holding });
        let sources = patient(&service.root(), OFTEN);
        let mut all = Told::default();
        all.until(&sources, |all| all.devices.len() == 30);
        assert!(all.devices["4"].position.is_some(), "{shown}");
        service.holds.lock().unwrap().observe("4", begin.plus_s(30.0), true);
        all.until(&sources, |all| all.values_of("4").last() == Some(&1.0));
        service.holds.lock().unwrap().observe("9", begin.plus_s(31.0), -7);
        all.until(&sources, |all| all.values_of("9").last() == Some(&-7.0));
        assert!(!all.values_of("4").contains(&0.0), "{shown}: history is no news");
        assert_eq!(until_health(&sources, 0, |_| true).problems, 0, "{shown}");
    }
}

#[test]
fn a_service_that_names_itself_otherwise_is_read_and_a_secret_goes_nowhere_else() {
    let holding = Holding {
        calls_itself: Some("http://inside.invalid:8080/FROST-Server".into()),
        ..Holding::of(250, now())
    };
    let service = SensorService::of(holding);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("token");
    std::fs::write(&file, "sesame-7\n").unwrap();
    let more = format!("secret_file = '{}'", file.display());
    let sources = patient(&service.root(), &more);
    let mut all = Told::default();
    all.until(&sources, |all| all.devices.len() == 250);
    let asked = service.server.all_asked();
    assert!(asked.iter().all(|asked| asked.headers["authorization"] == "Bearer sesame-7"));
    // A link that leads to another set of another server is no page of this one.
    let steals = FaultServer::of_city(0);
    steals.script("/v1.1", [json_reply(json!({"value": [{"name": "Datastreams", "url": "x"}]}))]);
    let page = json!({"value": [{"@iot.id": 1, "name": "a"}], "@iot.nextLink": "http://192.0.2.1/steal"});
    steals.answer_by(move |asked| {
        asked.path.starts_with("/v1.1/Datastreams").then(|| json_reply(page.clone()))
    });
    let sources = start(&[("sensorthings", &format!("{}/v1.1", steals.address()), &more)]);
    let said = until_says(&sources, 0, "192.0.2.1");
    assert!(said.cause == Some(Cause::Stranger) && !said.message.contains("sesame"), "{said:?}");
}

fn json_reply(value: serde_json::Value) -> Reply {
    Reply::Whole(200, JSON, value.to_string())
}

#[test]
fn bad_observations_are_counted_and_cost_no_others() {
    let begin = now();
    let service = SensorService::of(Holding::of(3, begin));
    let sources = patient(&service.root(), OFTEN);
    let mut all = Told::default();
    all.until(&sources, |all| all.readings.len() == 3);
    {
        let mut holds = service.holds.lock().unwrap();
        holds.observe("0", begin.plus_s(1.0), "out of order");
        holds.observe("1", begin.plus_s(2.0), 5.0);
        holds.observe("2", begin.plus_s(1.5), json!({"min": 1}));
    }
    all.until(&sources, |all| all.values_of("1") == [1.5, 5.0]);
    let health = until_health(&sources, 0, |health| health.problems == 2);
    assert!(health.sample.unwrap().contains("no number"));
    // They lie within the reach of the next questions too, and are counted once.
    let asked = service.asked("Observations").len();
    while service.asked("Observations").len() < asked + 4 {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(until_health(&sources, 0, |_| true).problems, 2);
}

#[test]
fn a_datastream_that_no_list_named_is_looked_up_and_one_that_is_not_there_is_told() {
    let begin = now();
    let service = SensorService::of(Holding::of(2, begin));
    let sources = patient(&service.root(), OFTEN);
    let mut all = Told::default();
    all.until(&sources, |all| all.devices.len() == 2);
    {
        let mut holds = service.holds.lock().unwrap();
        let ghost = Series { id: "ghost".into(), observed: Vec::new(), ..holds.series[0].clone() };
        let new = Series { id: "it's new".into(), observed: Vec::new(), ..holds.series[1].clone() };
        holds.unlisted.push(ghost);
        holds.series.push(new);
        holds.observe("ghost", begin.plus_s(1.0), 1.0);
        holds.observe("it's new", begin.plus_s(1.0), 2.0);
    }
    all.until(&sources, |all| all.devices.contains_key("it's new") && !all.values_of("ghost").is_empty());
    let health = until_health(&sources, 0, |health| health.problems == 1);
    assert!(health.sample.unwrap().contains("ghost"));
}

#[test]
fn positions_of_a_web_map_become_wgs84() {
    let mut holding = Holding::of(1, now());
    let shifted = geodesy::wgs84_to_gcj02(city::LonLat::new(106.5878, 29.5657));
    (holding.series[0].lon, holding.series[0].lat) = (shifted.lon, shifted.lat);
    let service = SensorService::of(holding);
    let sources = patient(&service.root(), "datum = 'gcj02'");
    let mut all = Told::default();
    all.until(&sources, |all| !all.devices.is_empty());
    let (position, _) = all.devices["0"].position.unwrap();
    assert!(position.at.distance_m(city::LonLat::new(106.5878, 29.5657)) < 0.5);
}

#[test]
fn what_refuses_stalls_breaks_off_or_is_something_else_is_told_and_what_was_read_stays() {
    let begin = now();
    let (well, refuses, other) =
        (SensorService::of(Holding::of(5, begin)), FaultServer::of_city(0), FaultServer::of_city(0));
    refuses.script("/v1.1", [Reply::Whole(401, JSON, r#"{"message":"who are you?"}"#.into())]);
    other.script("/v1.1", [json_reply(json!({"links": [{"href": "/collections"}]}))]);
    let [garbage, stalls, nothing, cut] = std::array::from_fn(|_| FaultServer::of_city(0));
    garbage.script("/v1.1", [Reply::Raw(vec![0xff; 4096])]);
    stalls.script("/v1.1", [Reply::StreamThenSilence("{\"value\":[".into())]);
    nothing.script("/v1.1", [Reply::Whole(404, "text/html", "<h1>no such page</h1>".into())]);
    cut.script("/v1.1", [json_reply(json!({"value": [{"name": "Datastreams", "url": "x"}]}))]);
    cut.answer_by(|asked| {
        let half = r#"{"value":[{"@iot.id":1,"name":"a"},{"@iot.id":2,"#;
        asked.path.contains("Datastreams").then(|| Reply::Whole(200, JSON, half.into()))
    });
    let roots = [&well.server, &refuses, &other, &garbage, &stalls, &nothing, &cut]
        .map(|server| format!("{}/v1.1", server.address()));
    let all: Vec<_> = roots.iter().map(|root| ("sensorthings", root.as_str(), OFTEN)).collect();
    let sources = start(&all);
    let mut got = Told::default();
    got.until(&sources, |all| all.devices.len() == 5);
    let said = until_health(&sources, 1, |health| health.cause == Some(Cause::Token));
    assert!(said.message.contains("401"), "{said:?}");
    let said = until_says(&sources, 2, "ogc-features");
    assert_eq!(said.cause, Some(Cause::Stranger));
    until_health(&sources, 3, |health| health.cause == Some(Cause::Unreachable));
    until_health(&sources, 4, |health| health.cause == Some(Cause::Silent));
    until_says(&sources, 5, "is the address that of a SensorThings root?");
    until_says(&sources, 6, "cut off");
    assert_eq!(until_health(&sources, 0, |_| true).cause, None);
    // A service that fails for a while goes on where it was.
    well.holds.lock().unwrap().refuses = vec!["$orderby"];
    until_says(&sources, 0, "answers no question");
    well.holds.lock().unwrap().refuses.clear();
    well.holds.lock().unwrap().observe("3", begin.plus_s(3.0), 9.0);
    got.until(&sources, |all| all.values_of("3") == [3.5, 9.0]);
}
