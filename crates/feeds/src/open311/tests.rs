#![allow(clippy::unwrap_used)]
use super::*;
use crate::problems::Problems;

const SAN_FRANCISCO: &[u8] = include_bytes!("../../tests/data/open311/san-francisco.xml");
const SERVICES: &[u8] = include_bytes!("../../tests/data/open311/san-francisco-services.xml");
const MIXED: &[u8] = include_bytes!("../../tests/data/open311/mixed.json");

fn at(text: &str) -> Option<CityTime> {
    Some(CityTime::parse(text).unwrap())
}

#[test]
fn a_real_list_in_xml_is_read() {
    let (requests, problems) = read_requests(SAN_FRANCISCO).unwrap();
    assert_eq!((requests.len(), problems), (2, Problems::default()));
    let first = &requests[0];
    assert_eq!((first.service_request_id.as_str(), &first.status), ("638344", &RequestStatus::Closed));
    assert_eq!((first.service_code.as_str(), first.address_id.as_str()), ("006", "545483"));
    assert_eq!(first.requested, at("2010-04-14T14:37:38Z"));
    assert_eq!(first.at, Some(LonLat::new(-122.4651145, 37.762221815)));
    assert!(first.media_url.ends_with("638344.rss"));
    let (services, problems) = read_services(SERVICES).unwrap();
    assert_eq!((services.len(), problems.count), (4, 0));
    assert_eq!((services[0].service_code.as_str(), services[0].answer.as_str()), ("001", "realtime"));
    assert_eq!((services[0].has_metadata, services[0].group.as_str()), (false, "Litter Receptacles"));
}

#[test]
fn numbers_and_texts_are_taken_alike_and_a_bad_request_costs_only_itself() {
    let (requests, problems) = read_requests(MIXED).unwrap();
    assert_eq!((requests.len(), problems.count), (4, 4), "{problems:?}");
    assert_eq!(requests[0].at, Some(LonLat::new(106.577, 29.5571)));
    assert_eq!((requests[0].zipcode.as_str(), requests[0].expected), ("400010", None));
    assert_eq!((requests[1].service_request_id.as_str(), requests[1].service_code.as_str()), ("638344", "6"));
    assert_eq!((&requests[1].status, requests[1].updated), (&RequestStatus::Closed, None));
    // Both zero is unknown, and no fault.
    assert_eq!((requests[2].token.as_str(), requests[2].at), ("t-1", None));
    assert_eq!(requests[3].status, RequestStatus::Other("in_progress".to_owned()));
    assert!(requests[3].status.is_open() && requests[3].at.is_none());
}

#[test]
fn what_is_written_is_read_back() {
    let (requests, _) = read_requests(MIXED).unwrap();
    assert_eq!(read_requests(write_requests(&requests).as_bytes()).unwrap(), (requests, Problems::default()));
    let (requests, _) = read_requests(SAN_FRANCISCO).unwrap();
    let json = write_requests(&requests);
    assert!(
        json.contains("\"requested_datetime\":\"2010-04-14T22:37:38+08:00\"")
            && json.contains("\"lat\":37.76")
    );
    assert_eq!(read_requests(json.as_bytes()).unwrap().0, requests);
    let (mut services, _) = read_services(SERVICES).unwrap();
    services[0].keywords = vec!["路灯".to_owned(), "停电".to_owned()];
    services[1].has_metadata = true;
    assert_eq!(read_services(write_services(&services).as_bytes()).unwrap(), (services, Problems::default()));
    assert_eq!(write_requests(&[]), "[]");
    assert_eq!(read_requests(b"[]").unwrap(), (vec![], Problems::default()));
}

#[test]
fn a_refusal_is_told_in_the_words_of_the_service() {
    let told = ServiceError { code: "403".to_owned(), description: "Invalid api_key".to_owned() };
    let written = write_errors(std::slice::from_ref(&told));
    assert_eq!(written, r#"[{"code":403,"description":"Invalid api_key"}]"#);
    let xml = "<?xml version='1.0'?><errors><error><code>403</code><description>Invalid api_key</description></error></errors>";
    let wrapped = format!("{{\"errors\":{written}}}");
    for refusal in [written.as_str(), xml, &wrapped] {
        for refused in
            [read_requests(refusal.as_bytes()).map(drop), read_services(refusal.as_bytes()).map(drop)]
        {
            assert_eq!(refused, Err(Open311Error::Refused(vec![told.clone()])), "{refusal}");
        }
    }
    let old = read_requests(b"<error>Invalid api_key</error>").unwrap_err();
    assert_eq!(old.to_string(), "the Open311 service refused:  Invalid api_key");
}

#[test]
fn the_forms_that_services_make_of_a_list_are_read() {
    for list in [
        r#"{"service_requests":[{"service_request_id":1}]}"#,
        r#"{"service_request_id":1}"#,
        "\u{feff}[{\"service_request_id\":\"1\"}]",
        " <service_requests type='array'><request><service_request_id>1</service_request_id></request></service_requests>",
        "<requests><request><service_request_id>1</service_request_id></request></requests>",
    ] {
        let (requests, problems) = read_requests(list.as_bytes()).unwrap();
        assert_eq!((requests.len(), problems.count), (1, 0), "{list}");
        assert_eq!(requests[0].service_request_id, "1");
    }
}

#[test]
fn a_list_that_breaks_off_gives_what_came_before() {
    for end in 0..MIXED.len() {
        match read_requests(&MIXED[..end]) {
            Ok((requests, problems)) => {
                assert!(requests.len() <= 4 && !problems.is_empty() || end + 2 > MIXED.len())
            }
            Err(why) => assert!(end < 4, "{end}: {why}"),
        }
        let _ = read_services(&MIXED[..end]);
    }
    for end in 0..SAN_FRANCISCO.len() {
        let _ = read_requests(&SAN_FRANCISCO[..end]);
    }
    // A code with a leading zero, as the standard's own example has it, is no JSON: what came before stays.
    let (requests, problems) = read_requests(br#"[{"token":"a"},{"service_code":006}]"#).unwrap();
    assert_eq!((requests.len(), problems.count), (1, 1));
}

#[test]
fn what_is_no_list_says_so() {
    let deep = "[".repeat(100_000);
    for garbage in
        ["", "山", "{}", "<a/>", "<html><body>", "{\"a\":[]}", "7", "null", "<!DOCTYPE a []><services/>"]
    {
        let why = read_requests(garbage.as_bytes()).unwrap_err().to_string();
        assert!(why.contains("check the address"), "{why}");
    }
    let _ = read_requests(deep.as_bytes());
    let _ = read_services(format!("{{\"services\":{deep}").as_bytes());
}

#[test]
fn seeds_of_the_fuzzer_are_answered_or_refused() {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/open311");
    for seed in std::fs::read_dir(seeds).unwrap().flatten() {
        let bytes = std::fs::read(seed.path()).unwrap();
        if let Ok((requests, _)) = read_requests(&bytes) {
            assert!(read_requests(write_requests(&requests).as_bytes()).is_ok(), "{}", seed.path().display());
        }
        if let Ok((services, _)) = read_services(&bytes) {
            assert!(read_services(write_services(&services).as_bytes()).is_ok(), "{}", seed.path().display());
        }
    }
}
