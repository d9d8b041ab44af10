//! The vital signs and the quality of data over HTTP, and through the console's link.

use crate::client::*;
use crate::sight::{Person, YUZHONG};
use link::{Credentials, LinkConfig, Pace, Pulse, StateDir, Wish};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use watch::vital::told::{SignInDepth, Span};

const SIGNS: &str = "/api/v1/vital-signs";

/// A city whose devices have all told something.
fn living() -> Served {
    let served = serve();
    wait_until("values", || {
        let told = get(&served.at(SIGNS)).json();
        sign(&told, "devices-reporting")["value"] == 100.0
    });
    served
}

fn sign<'a>(told: &'a Value, id: &str) -> &'a Value {
    told["signs"].as_array().unwrap().iter().find(|sign| sign["id"] == id).unwrap()
}

#[test]
fn every_sign_says_what_it_is_and_agrees_with_the_telemetry() {
    let served = living();
    let began = Instant::now();
    let told = get(&served.at("/api/v1/vital-signs?area=city")).json();
    println!("{SIGNS} in {:?}, {} bytes", began.elapsed(), told.to_string().len());
    assert_eq!((told["area"].as_str(), told["past"].as_str()), (Some("city"), Some("training")));
    let signs = told["signs"].as_array().unwrap();
    assert!(signs.len() >= 17, "{}", signs.len());
    for sign in signs {
        for field in ["id", "zh", "en", "source", "algorithm", "version"] {
            assert!(sign[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {sign}");
        }
        assert!(sign["definition"]["zh"].is_string() && sign["definition"]["en"].is_string());
        assert!(sign["grades"]["side"] == "above" || sign["grades"]["side"] == "below");
        assert!(sign["devices"].as_u64().unwrap() > 0 && sign["value"].is_number(), "{sign}");
    }
    // Values told later than the signs: those of a city change by little in a second.
    let batch = stream(&served.at("/api/v1/telemetry"), None).next().unwrap().1;
    let devices = &batch["devices"];
    let mut of: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (class, value) in
        devices["riskClass"].as_array().unwrap().iter().zip(devices["value"].as_array().unwrap())
    {
        of.entry(class.as_str().unwrap()).or_default().push(value.as_f64().unwrap());
    }
    let traffic = of["traffic"].iter().sum::<f64>() / of["traffic"].len() as f64;
    let close = |id: &str, expected: f64, within: f64| {
        let value = sign(&told, id)["value"].as_f64().unwrap();
        assert!((value - expected).abs() <= within, "{id}: {value}, not about {expected}");
    };
    close("traffic-index", traffic, 0.02);
    let most = |values: &[f64]| values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    close("bridge-strain", most(&of["bridge"]), 12.0);
    let river = sign(&told, "river-warning");
    let cuntan = &river["reference"]["stations"][0];
    assert_eq!((cuntan["datum"].as_str(), cuntan["warningM"].as_f64()), (Some("wusong"), Some(180.5)));
}

#[test]
fn the_way_from_the_city_to_the_device_takes_three_questions_and_the_past_is_there() {
    let served = living();
    let ask = |area: &str, span: &str| -> SignInDepth {
        let began = Instant::now();
        let reply = get(&served.at(&format!("{SIGNS}/septic-gas?area={area}&span={span}")));
        println!("{area} {span}: {:?}, {} bytes", began.elapsed(), reply.text.len());
        assert_eq!(reply.status, 200, "{}", reply.text);
        serde_json::from_str(&reply.text).unwrap()
    };
    wait_until("the past", || ask("city", "day").past_ready);
    let city = ask("city", "fiveWeeks");
    assert!(city.trend.len() >= 35 * 24 - 1, "{}", city.trend.len());
    assert!(city.ranking.len() >= 38 && city.comparison.unwrap().usual.unwrap().weeks == 4);
    let district = ask(&city.parts[0].id, "week");
    let township = ask(&district.parts[0].id, "week");
    let device = &township.parts[0];
    assert!(device.id.starts_with("D-") && device.value.is_some() && device.lat.is_some());
    assert!(district.trend.len() >= 7 * 24 - 1 && township.trend.len() >= 7 * 24 - 1);
}

#[test]
fn a_district_sees_its_own_and_nothing_of_others() {
    let served = living();
    let person = Person::of(&served, YUZHONG);
    let own = person.get(SIGNS).json();
    assert_eq!(own["area"], "500103");
    assert_eq!(person.get(&format!("{SIGNS}?area=500103001")).status, 200);
    for area in ["city", "500105", "500105001"] {
        for path in [SIGNS.to_owned(), format!("{SIGNS}/traffic-index")] {
            let reply = person.get(&format!("{path}?area={area}"));
            assert_eq!((reply.status, reply.reason().as_str()), (403, "outsideJurisdiction"), "{area}");
            assert!(reply.json()["detail"].as_str().unwrap().contains("500103"), "{}", reply.text);
        }
    }
    let depth = person.get(&format!("{SIGNS}/traffic-index")).json();
    let ranking = depth["ranking"].as_array().unwrap();
    assert_eq!((ranking.len(), ranking[0]["id"].as_str()), (1, Some("500103")));
    let parts = depth["parts"].as_array().unwrap();
    assert!(parts.iter().all(|part| part["id"].as_str().unwrap().starts_with("500103")));
    let quality = person.get("/api/v1/quality").json();
    assert_eq!(quality["sources"][0]["id"], "training-city");
}

#[test]
fn a_value_that_is_withheld_is_left_out_and_said_to_be() {
    let served = serve_with(|config| {
        let file = config.data.with_extension("toml");
        let list =
            "[[withhold]]\nwhat = \"device.value\"\nfrom = { levels = [\"district\"] }\nreason = \"演练\"\n";
        std::fs::write(&file, list).unwrap();
        config.withhold = Some(file);
    });
    wait_until("values", || sign(&get(&served.at(SIGNS)).json(), "devices-reporting")["value"] == 100.0);
    let person = Person::of(&served, YUZHONG);
    let township = person.get(&format!("{SIGNS}/traffic-index")).json()["parts"][0]["id"].clone();
    let path = format!("{SIGNS}/traffic-index?area={}", township.as_str().unwrap());
    let told = person.get(&path).json();
    assert_eq!(told["withheld"], serde_json::json!(["device.value"]));
    let devices = |told: &Value| told["parts"].as_array().unwrap().clone();
    assert!(!devices(&told).is_empty());
    assert!(devices(&told).iter().all(|part| part["value"].is_null() && part["colour"].is_null()));
    // Nor does the greatest of an area say what its device measured.
    let own = person.get(SIGNS).json();
    assert_eq!(own["withheld"], serde_json::json!(["device.value"]));
    assert!(sign(&own, "septic-gas")["value"].is_null() && sign(&own, "traffic-index")["value"].is_number());
    let greatest = person.get(&format!("{SIGNS}/septic-gas")).json();
    assert!(greatest["trend"].as_array().unwrap().is_empty() && greatest["comparison"].is_null());
    assert!(devices(&greatest).iter().all(|part| part["value"].is_null()));
    let whole = get(&served.at(&path)).json();
    assert_eq!(whole["withheld"], serde_json::json!([]));
    assert!(devices(&whole).iter().all(|part| part["value"].is_number()));
}

#[test]
fn what_cannot_be_asked_is_refused_with_what_to_do() {
    let served = serve();
    for (path, status, reason, says) in [
        ("?area=moon", 400, "badArea", "500103"),
        ("?area=", 400, "badArea", "city"),
        ("?area=50010", 400, "badArea", "`50010`"),
        ("?area=999999", 404, "noSuchArea", "/collections/districts/items"),
        ("?area=500103999", 404, "noSuchArea", "500103999"),
        ("?area=city&area=city", 400, "badQuery", "twice"),
        ("?place=city", 400, "badQuery", "`place` is unknown"),
        ("/happiness", 404, "noSuchSign", "traffic-index"),
        ("/traffic-index?span=month", 400, "badSpan", "fiveWeeks"),
        ("/traffic-index?area=%00", 400, "badArea", "no area"),
        ("/%E5%B1%B1", 404, "noSuchSign", "`山`"),
    ] {
        let reply = get(&served.at(&format!("{SIGNS}{path}")));
        assert_eq!((reply.status, reply.reason().as_str()), (status, reason), "{path}");
        assert!(reply.json()["detail"].as_str().unwrap().contains(says), "{path}: {}", reply.text);
    }
    let reply = get(&served.at("/api/v1/quality?area=city"));
    assert_eq!((reply.status, reply.reason().as_str()), (400, "badQuery"));
    assert_eq!(post_with(&served.at(SIGNS), &[], "{}").status, 405);
}

fn pulse(served: &Served, token: link::Token) -> Pulse {
    let config = LinkConfig {
        backend: served.running.url(),
        credentials: Credentials { token, ..Credentials::default() },
        state_dir: StateDir::Own(served.folder.path().join("console")),
        console: "测试台".to_owned(),
        map: false,
    };
    Pulse::start_at(&config, Pace::default(), Duration::from_millis(200)).unwrap()
}

#[test]
fn a_console_reads_what_is_on_its_screen_and_nothing_else() {
    let served = living();
    let pulse = pulse(&served, link::Token::None);
    assert_eq!(pulse.felt(), link::Felt::default());
    let wish = Wish {
        area: "500103".to_owned(),
        sign: Some("traffic-index".to_owned()),
        quality: true,
        ..Wish::default()
    };
    pulse.look(Some(wish.clone()));
    let felt = pulse.wait(Duration::from_secs(30));
    assert_eq!(felt.trouble, None);
    assert_eq!(felt.sign.as_ref().unwrap().sign.id, "traffic-index");
    assert_eq!(felt.signs.as_ref().unwrap().area, "500103");
    assert_eq!(felt.quality.as_ref().unwrap().sources[0].id, "training-city");
    wait_until("the next", || {
        let next = pulse.felt();
        next.revision > felt.revision && next.signs.as_ref().unwrap().now > felt.signs.as_ref().unwrap().now
    });
    // Somebody looks elsewhere: what was there is not shown for it.
    pulse.look(Some(Wish { area: "city".to_owned(), sign: None, span: Span::Week, quality: false }));
    wait_until("the city", || pulse.felt().signs.is_some_and(|signs| signs.area == "city"));
    let felt = pulse.felt();
    assert!(felt.sign.is_none() && felt.quality.is_none());
    // Of the quality alone the signs are no part.
    pulse.look(Some(Wish { quality: true, ..Wish::default() }));
    let felt = pulse.wait(Duration::from_secs(30));
    assert!(felt.quality.is_some() && felt.signs.is_none(), "{felt:?}");
    pulse.look(Some(Wish { area: "moon".to_owned(), ..wish }));
    wait_until("trouble", || pulse.felt().trouble.is_some());
    let felt = pulse.felt();
    assert!(felt.trouble.as_ref().unwrap().contains("`moon` is no area"), "{felt:?}");
    assert!(felt.signs.is_none());
}

#[test]
fn a_console_of_a_district_is_told_why_it_does_not_see_another() {
    let served = living();
    let data = served.folder.path().join("data");
    let here = city::Jurisdiction::District(city::DistrictCode(YUZHONG));
    let token =
        backend::tokens::issue(&data, city::Role::DutyOfficer, city::Level::District, here, "li", 600);
    let pulse = pulse(&served, link::Token::Given(token.unwrap()));
    pulse.look(Some(Wish { area: "500105".to_owned(), ..Wish::default() }));
    wait_until("trouble", || pulse.felt().trouble.is_some());
    assert!(pulse.felt().trouble.unwrap().contains("li answers for 500103"), "{:?}", pulse.felt());
    pulse.look(Some(Wish::default()));
    wait_until("its own", || pulse.felt().signs.is_some_and(|signs| signs.area == "500103"));
    assert_eq!(pulse.felt().trouble, None);
}
