#![allow(clippy::unwrap_used)]
use super::*;
use crate::problems::Problems;
use city::{CityTime, DistrictCode, LonLat, WarningColour};

macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!("../../tests/data/cap/", $name)).as_slice()
    };
}

/// Every document of the tests.
const FILES: [&[u8]; 13] = [
    file!("us-nws-blizzard.xml"),
    file!("us-tsunami-cancellation.xml"),
    file!("us-nws-embedded.atom"),
    file!("us-nws-index.atom"),
    file!("us-usgs-index.atom"),
    file!("us-new-york-index.rss"),
    file!("canada-naad.atom"),
    file!("oasis-amber.atom"),
    file!("meteoalarm-shape.atom"),
    file!("meteoalarm-shape.xml"),
    file!("china-shape.xml"),
    file!("edxl-shape.xml"),
    file!("quoted.rss"),
];

fn at(text: &str) -> CityTime {
    CityTime::parse(text).unwrap()
}

fn clean((alert, problems): (Alert, Problems)) -> Alert {
    assert_eq!(problems, Problems::default());
    alert
}

fn wholes(list: &AlertList) -> Vec<&Alert> {
    list.entries
        .iter()
        .filter_map(|entry| match &entry.body {
            EntryBody::Whole(alert) => Some(&**alert),
            _ => None,
        })
        .collect()
}

#[test]
fn an_american_alert_of_cap_1_1_is_read() {
    let alert = clean(read_alert(file!("us-nws-blizzard.xml")).unwrap());
    assert_eq!((alert.version, alert.status), (CapVersion::V1_1, MessageStatus::Actual));
    assert_eq!(alert.sent, at("2021-12-27T16:08:00Z"));
    let info = &alert.infos[0];
    assert_eq!((info.event.as_str(), info.language.as_str()), ("Blizzard Warning", "en-US"));
    assert_eq!((info.severity, info.certainty), (Severity::Severe, Certainty::Likely));
    assert_eq!(info.expires, Some(at("2021-12-28T00:00:00Z")));
    assert_eq!(info.event_codes[0], NamedValue { name: "SAME".to_owned(), value: "BZW".to_owned() });
    assert_eq!((info.parameters.len(), info.areas[0].geocodes.len()), (4, 4));
    // FIPS codes of six digits are no districts of China.
    assert!(info.areas[0].polygons.is_empty() && info.districts().is_empty());
    assert_eq!(alert.colour(), Colour { colour: Some(WarningColour::Orange), rule: ColourRule::Severity });
}

#[test]
fn a_tsunami_update_names_what_it_replaces_and_that_the_danger_is_past() {
    let alert = clean(read_alert(file!("us-tsunami-cancellation.xml")).unwrap());
    assert_eq!((alert.message_type, alert.incidents.as_str()), (MessageType::Update, "mg5a94"));
    let first = Reference {
        sender: "wcatwc@noaa.gov".to_owned(),
        identifier: "PAAQ-1-mg5a94".to_owned(),
        sent: Some(at("2013-01-05T09:01:16Z")),
    };
    assert_eq!((alert.references.len(), &alert.references[0]), (3, &first));
    let info = &alert.infos[0];
    assert!(info.is_all_clear());
    assert_eq!(info.areas[0].circles, [Circle { centre: LonLat::new(-134.9, 55.3), radius_m: 0.0 }]);
    assert_eq!(info.resources[0].mime_type, "application/json");
}

#[test]
fn a_chinese_alert_has_colour_districts_and_the_language_of_the_officer() {
    let (alert, problems) = read_alert(file!("china-shape.xml")).unwrap();
    assert_eq!(problems.count, 1, "{problems:?}");
    assert!(problems.sample.unwrap().contains("without an offset"));
    let [info] = alert.infos_to_read()[..] else { panic!("one info in Chinese") };
    assert_eq!(info.effective, Some(alert.sent));
    assert_eq!(info.districts(), [DistrictCode(500_103), DistrictCode(500_105)]);
    assert_eq!(info.colour(), Colour { colour: Some(WarningColour::Orange), rule: ColourRule::Parameter });
    assert_eq!(info.severity, Severity::Severe);
    let area = &info.areas[0];
    assert_eq!((area.polygons[0].len(), area.circles[0].radius_m), (5, 2500.0));
    assert_eq!(area.polygons[0][0], LonLat::new(106.52, 29.54));
    assert!((area.altitude_m.unwrap() - 304.8).abs() < 1e-9);
    let english = alert.infos_in(&["en"]);
    assert_eq!((english.len(), english[0].event.as_str()), (1, "Rainstorm"));
    assert_eq!(alert.infos_in(&["fr"])[0].language, "en");
}

#[test]
fn a_european_alert_is_coloured_by_its_awareness_level() {
    let alert = clean(read_alert(file!("meteoalarm-shape.xml")).unwrap());
    assert_eq!(
        alert.colour(),
        Colour { colour: Some(WarningColour::Orange), rule: ColourRule::AwarenessLevel }
    );
    assert_eq!(alert.infos_to_read()[0].event, "Orange warning for rain");
}

#[test]
fn lists_embed_extract_or_link() {
    let (list, problems) = read_list(file!("us-nws-embedded.atom")).unwrap();
    assert!(problems.is_empty());
    assert_eq!(wholes(&list)[0].infos[0].event, "Flash Flood Watch");

    let (list, problems) = read_list(file!("us-nws-index.atom")).unwrap();
    assert_eq!((list.entries.len(), problems.count), (2, 0), "{problems:?}");
    let EntryBody::Extract(alert) = &list.entries[0].body else { panic!("{:?}", list.entries[0].body) };
    assert_eq!(alert.sender, "w-nws.webmaster@noaa.gov");
    assert_eq!(alert.infos[0].expires, Some(at("2010-09-01T03:15:00Z")));
    assert_eq!(alert.infos[0].areas[0].geocodes.len(), 4);
    assert_eq!(list.entries[0].updated, Some(at("2010-08-31T03:04:00Z")));
    assert!(list.entries[0].href.as_ref().unwrap().contains("wwacapget.php?x=CT2010"));

    let (list, problems) = read_list(file!("us-usgs-index.atom")).unwrap();
    assert_eq!((list.entries[0].body.clone(), problems.count), (EntryBody::Linked, 0));
    assert!(list.entries[0].href.as_ref().unwrap().contains("/cap/us2010apcd"), "{list:?}");

    let (list, problems) = read_list(file!("us-new-york-index.rss")).unwrap();
    assert_eq!((list.entries.len(), problems.count), (2, 0));
    assert_eq!(list.entries[0].id, "NYAlert-ALLHAZALERT-3167113");
    assert_eq!(list.entries[0].updated, Some(at("2011-02-04T20:20:00Z")));

    let (list, problems) = read_list(file!("canada-naad.atom")).unwrap();
    assert_eq!((wholes(&list).len(), problems.count), (1, 0), "{problems:?}");
    let alert = wholes(&list)[0];
    assert!(alert.references.len() > 5 && alert.infos.len() == 2);
    assert!(alert.infos.iter().all(|info| info.areas.iter().all(|area| area.polygons.len() == 1)));
    assert_eq!(alert.infos_in(&["fr"])[0].language, "fr-CA");

    let (list, problems) = read_list(file!("oasis-amber.atom")).unwrap();
    assert_eq!((wholes(&list).len(), problems.count), (1, 0), "{problems:?}");
    assert_eq!(wholes(&list)[0].colour().rule, ColourRule::Severity);

    let (list, problems) = read_list(file!("meteoalarm-shape.atom")).unwrap();
    assert_eq!((list.entries.len(), problems.count), (2, 1), "{problems:?}");
    assert_eq!(list.next.as_deref(), Some("https://feeds.example.invalid/feeds/belgium?page=2"));
    let EntryBody::Extract(alert) = &list.entries[0].body else { panic!("{:?}", list.entries[0].body) };
    assert_eq!(
        (alert.message_type, alert.identifier.as_str()),
        (MessageType::Update, "2.49.0.0.56.0.BE.260717100000.1")
    );
    assert_eq!(alert.colour().rule, ColourRule::Event);
    assert_eq!(list.entries[1].href.as_deref(), Some("/api/v1/warnings/two"));

    let (list, problems) = read_list(file!("edxl-shape.xml")).unwrap();
    assert_eq!((wholes(&list).len(), problems.count), (1, 2), "{problems:?}");
    assert_eq!(wholes(&list)[0].infos[0].resources[0].size_bytes, None);

    let (list, problems) = read_list(file!("quoted.rss")).unwrap();
    assert_eq!((list.entries.len(), problems.count), (3, 1), "{problems:?}");
    assert_eq!(wholes(&list)[0].status, MessageStatus::Exercise);
    assert_eq!(list.entries[1].href.as_deref(), Some("https://example.invalid/two.xml"));
}

#[test]
fn one_alert_is_a_list_of_one() {
    let (list, _) = read_list(file!("us-nws-blizzard.xml")).unwrap();
    assert_eq!((list.entries.len(), wholes(&list).len()), (1, 1));
    assert!(matches!(read_alert(file!("us-nws-index.atom")), Err(CapError::Foreign { .. })));
}

/// All of an alert that the standard has.
fn full() -> Alert {
    let mut alert =
        Alert::new("a@b", "一", at("2026-11-22T00:00:00Z"), MessageStatus::Exercise, MessageType::Update);
    alert.source = "岗位 1".to_owned();
    alert.scope = Scope::Restricted;
    alert.restriction = "内部 & <秘密>".to_owned();
    alert.addresses = "\"x y\" z".to_owned();
    alert.codes = vec!["一".to_owned(), "二".to_owned()];
    alert.note = "行一\n行二".to_owned();
    alert.references =
        vec![Reference {
            sender: "a@b".to_owned(), identifier: "零".to_owned(), sent: Some(CityTime(1000))
        }];
    alert.incidents = "I-1".to_owned();
    let mut info = Info::new("暴雨 <橙色>预警", Severity::Severe);
    info.categories = vec![Category::Met, Category::CBRNE];
    info.response_types = vec![ResponseType::Shelter, ResponseType::None];
    info.urgency = Urgency::Expected;
    info.certainty = Certainty::Possible;
    info.audience = "居民".to_owned();
    info.event_codes = vec![NamedValue { name: "12379".to_owned(), value: "11B03".to_owned() }];
    info.effective = Some(at("2026-11-22T00:00:01Z"));
    info.onset = Some(at("2026-11-22T01:00:00Z"));
    info.expires = Some(at("2026-11-23T00:00:00Z"));
    (info.sender_name, info.headline, info.description) = ("台".to_owned(), "标".to_owned(), "述".to_owned());
    (info.instruction, info.web, info.contact) =
        ("避".to_owned(), "https://a.invalid/?b=1&c=2".to_owned(), "12379".to_owned());
    info.parameters = vec![NamedValue { name: "空".to_owned(), value: String::new() }];
    info.resources = vec![Resource {
        description: "图".to_owned(),
        mime_type: "image/png".to_owned(),
        size_bytes: Some(3),
        uri: "https://a.invalid/图.png".to_owned(),
        content_base64: "QUJD".to_owned(),
        digest: "00".to_owned(),
    }];
    let ring = [(106.5, 29.5), (106.6, 29.5), (106.6, 29.6), (106.5, 29.5)];
    info.areas = vec![Area {
        description: "渝中".to_owned(),
        polygons: vec![ring.iter().map(|(lon, lat)| LonLat::new(*lon, *lat)).collect()],
        circles: vec![Circle { centre: LonLat::new(106.5878, 29.5657), radius_m: 1500.0 }],
        geocodes: vec![NamedValue { name: "GB/T 2260".to_owned(), value: "500103".to_owned() }],
        altitude_m: Some(304.8),
        ceiling_m: Some(609.6),
    }];
    alert.infos = vec![
        info,
        Info {
            language: "en".to_owned(),
            categories: vec![Category::Other],
            ..Info::new("Rain", Severity::Minor)
        },
    ];
    alert
}

#[test]
fn what_is_written_is_read_back() {
    let alert = full();
    let text = write_alert(&alert);
    assert_eq!(clean(read_alert(text.as_bytes()).unwrap()), alert);
    // The schema wants this order.
    let order = [
        "<identifier>",
        "<sender>",
        "<sent>",
        "<status>",
        "<msgType>",
        "<source>",
        "<scope>",
        "<restriction>",
        "<addresses>",
        "<code>",
        "<note>",
        "<references>",
        "<incidents>",
        "<info>",
    ];
    let places: Vec<_> = order.iter().map(|element| text.find(element).unwrap()).collect();
    assert!(places.is_sorted());
    assert!(text.contains("<sent>2026-11-22T08:00:00+08:00</sent>"));

    let feed = AlertList {
        id: "https://city.invalid/cap/alerts".to_owned(),
        title: "预警 & 提示".to_owned(),
        updated: Some(at("2026-11-22T00:00:00Z")),
        next: Some("?page=2&n=1".to_owned()),
        entries: vec![
            ListEntry {
                id: "urn:1".to_owned(),
                title: "一".to_owned(),
                updated: Some(alert.sent),
                href: Some("alerts/1?a=1&b=\"2\"".to_owned()),
                body: EntryBody::Whole(Box::new(alert)),
            },
            ListEntry {
                id: "urn:2".to_owned(),
                title: "二".to_owned(),
                updated: Some(CityTime(0)),
                href: Some("alerts/2".to_owned()),
                body: EntryBody::Linked,
            },
        ],
    };
    let (read, problems) = read_list(write_atom(&feed).as_bytes()).unwrap();
    assert_eq!((read, problems), (feed, Problems::default()));
}

#[test]
fn real_alerts_survive_being_written_and_read_again() {
    for bytes in FILES {
        let (list, _) = read_list(bytes).unwrap();
        for alert in wholes(&list) {
            let again = clean(read_alert(write_alert(alert).as_bytes()).unwrap());
            let mut expected = Alert { version: CapVersion::V1_2, ..alert.clone() };
            for info in &mut expected.infos {
                if info.categories.is_empty() {
                    info.categories.push(Category::Other);
                }
            }
            assert_eq!(again, expected);
        }
    }
}

#[test]
fn a_document_that_breaks_off_anywhere_is_refused_and_nothing_panics() {
    for bytes in FILES {
        // Every byte of the small ones; of the large one, every seventh is enough.
        for end in (0..bytes.len()).step_by(if bytes.len() > 10_000 { 97 } else { 1 }) {
            let _ = read_alert(&bytes[..end]);
            let _ = read_list(&bytes[..end]);
        }
        let mut spoilt = bytes.to_vec();
        for n in (0..spoilt.len()).step_by(13) {
            let kept = std::mem::replace(&mut spoilt[n], b'<');
            let _ = read_list(&spoilt);
            spoilt[n] = kept;
        }
    }
}

#[test]
fn what_is_no_alert_says_so() {
    for garbage in ["", "{}", "山", "<a/>", "<alert", "<alert xmlns='urn:oasis:names:tc:emergency:cap:0.9'/>"]
    {
        let why = read_alert(garbage.as_bytes()).unwrap_err().to_string();
        assert!(why.contains("check the address") || why.contains("check that"), "{why}");
    }
    let sound = write_alert(&full());
    for element in ["identifier", "sender", "sent", "status", "msgType"] {
        let wrong =
            sound.replacen(&format!("<{element}>"), "<x>", 1).replacen(&format!("</{element}>"), "</x>", 1);
        let why = read_alert(wrong.as_bytes()).unwrap_err();
        assert!(matches!(why, CapError::Incomplete { element: e, .. } if e == element), "{why}");
    }
    let wrong = sound.replace("<status>Exercise", "<status>Maybe");
    assert!(read_alert(wrong.as_bytes()).is_err());
}

#[test]
fn what_is_wrong_inside_costs_only_itself() {
    let wrong = write_alert(&full())
        .replace("<urgency>Expected", "<urgency>Soon")
        .replace("<certainty>Possible", "<certainty>Very Likely")
        .replace("<expires>2026", "<expires>9999")
        .replace("106.6 29.6,106.6", "106.6 1e9,106.6")
        .replace("29.5657,106.5878 1.5", "29.5657,106.5878 -1.5")
        .replace("<altitude>1000.00", "<altitude>NaN")
        .replace("a@b,零,", "a@b;零,")
        .replace("<category>CBRNE", "<category>Bad");
    let (alert, problems) = read_alert(wrong.as_bytes()).unwrap();
    assert_eq!(problems.count, 7, "{problems:?}");
    let info = &alert.infos[0];
    assert_eq!((info.urgency, info.certainty, info.expires), (Urgency::Unknown, Certainty::Likely, None));
    assert!(info.areas[0].polygons.is_empty() && info.areas[0].circles.is_empty());
    assert_eq!((info.areas[0].altitude_m, alert.references.len(), info.categories.len()), (None, 0, 1));
}

#[test]
fn wrong_encodings_are_counted_or_read() {
    let latin: Vec<u8> = write_alert(&full())
        .replace("内部", "\u{1}")
        .bytes()
        .map(|b| if b == 0xe5 { 0xff } else { b })
        .collect();
    let (_, problems) = read_alert(&latin).unwrap();
    assert!(problems.count >= 1);
    let written = write_alert(&full());
    let (gb, _, _) = encoding_rs::GB18030.encode(&written);
    let gb = [
        b"<?xml version=\"1.0\" encoding=\"GB18030\"?>".as_slice(),
        &gb[gb.iter().position(|b| *b == b'\n').unwrap()..],
    ]
    .concat();
    assert_eq!(clean(read_alert(&gb).unwrap()), full());
}

#[test]
fn a_crowd_of_references_and_entries_is_read_in_one_go() {
    let references = "a,b,2026-11-22T08:00:00+08:00 ".repeat(50_000);
    let text =
        write_alert(&full()).replace("</note>", &format!("</note><references>{references}</references>"));
    assert_eq!(read_alert(text.as_bytes()).unwrap().0.references.len(), 50_000);
    let entries = "<entry><id>1</id><link href='a'/></entry>".repeat(50_000);
    let feed = format!("<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>");
    assert_eq!(read_list(feed.as_bytes()).unwrap().0.entries.len(), 50_000);
}

/// What the fuzzer begins with, as far as it is no document of the tests.
#[test]
fn seeds_of_the_fuzzer_are_answered_or_refused() {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/cap");
    for seed in std::fs::read_dir(seeds).unwrap().flatten() {
        let bytes = std::fs::read(seed.path()).unwrap();
        let _ = read_alert(&bytes);
        if let Ok((list, _)) = read_list(&bytes) {
            assert!(read_list(write_atom(&list).as_bytes()).is_ok(), "{}", seed.path().display());
        }
    }
}
