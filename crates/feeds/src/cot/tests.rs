//! Events as TAK sends them, whole, cut and hostile; the register; and what we write ourselves.
#![allow(clippy::unwrap_used)]

use super::*;
use city::{CityTime, LonLat};

const PERSON: &str = include_str!("../../tests/cot/person.xml");
const ALARM: &str = include_str!("../../tests/cot/alarm.xml");
const ALARM_ENDS: &str = include_str!("../../tests/cot/alarm-ends.xml");
const CHAT: &str = include_str!("../../tests/cot/chat.xml");
const DELETE: &str = include_str!("../../tests/cot/delete.xml");
const PING: &str = include_str!("../../tests/cot/ping.xml");
const PERSON_MESH: &[u8] = include_bytes!("../../tests/cot/person.mesh");
const PERSON_STREAM: &[u8] = include_bytes!("../../tests/cot/person.stream");
const ALARM_MESH: &[u8] = include_bytes!("../../tests/cot/alarm.mesh");
const ALARM_STREAM: &[u8] = include_bytes!("../../tests/cot/alarm.stream");
const UID: &str = "ANDROID-589520ccfcd20f01";

fn at(text: &str) -> CityTime {
    CityTime::parse(&format!("2026-11-23T{text}Z")).unwrap()
}

fn read(xml: &str) -> CotEvent {
    let (event, problems) = read_datagram(xml.as_bytes()).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    event
}

/// A person's position told at `time`, that holds for a minute.
fn told(uid: &str, time: CityTime) -> CotEvent {
    CotEvent { uid: uid.to_owned(), time, start: time, stale: time.plus_s(60.0), ..read(PERSON) }
}

#[test]
fn a_position_is_read_with_all_its_details() {
    let event = read(PERSON);
    let detail = event.detail.clone();
    assert_eq!((event.uid.as_str(), event.kind.as_str(), event.how.as_str()), (UID, "a-f-G-U-C", "m-g"));
    assert_eq!((event.time, event.stale), (at("00:00:05.250"), at("00:06:20.250")));
    assert_eq!(event.at, Some(LonLat::new(106.5878, 29.5657)));
    assert_eq!(
        (event.above_ellipsoid_m, event.circular_error_m, event.linear_error_m),
        (Some(203.4), Some(4.7), None)
    );
    assert_eq!(detail.callsign.as_deref(), Some("渝中 3"));
    assert_eq!((detail.team.as_deref(), detail.role.as_deref()), (Some("Cyan"), Some("Team Lead")));
    assert_eq!(
        (detail.battery_pct, detail.course_deg, detail.speed_mps),
        (Some(78.0), Some(284.5), Some(1.25))
    );
    assert_eq!(detail.platform.as_deref(), Some("ATAK-CIV"));
    assert_eq!(detail.height_source.as_deref(), Some("GPS"));
    assert_eq!(detail.remarks.as_deref(), Some("Stairs at gate 4 & the <lower> road"));
    let chat = read(CHAT);
    assert_eq!(chat.detail.remarks.as_deref(), Some("Two people at </event> the pier"));
    assert_eq!(chat.detail.chat.unwrap().room.as_deref(), Some("All Chat Rooms"));
    assert_eq!((chat.at, chat.above_ellipsoid_m), (None, None), "0, 0 is no place");
}

#[test]
fn tak_protocol_version_1_of_takproto_says_the_same() {
    for (xml, mesh, stream) in [(PERSON, PERSON_MESH, PERSON_STREAM), (ALARM, ALARM_MESH, ALARM_STREAM)] {
        let event = read(xml);
        for bytes in [mesh, stream] {
            assert_eq!(read_datagram(bytes).unwrap().0, event);
        }
        for end in 0..mesh.len() {
            if let Ok((cut, _)) = read_datagram(&mesh[..end]) {
                assert_eq!((cut.uid, cut.time), (event.uid.clone(), event.time), "{end}");
            }
            assert!(read_datagram(&stream[..end.min(stream.len() - 1)]).is_err());
        }
    }
    let xml = [b"\xBF\x00\xBF", PING.as_bytes()].concat();
    assert_eq!(read_datagram(&xml).unwrap().0.uid, "takPing");
    assert!(matches!(read_datagram(b"\xBF\x01\xBF"), Err(CotError::NoEvent { .. })));
    // A field of 2^63 bytes, a group, a varint without end.
    for bad in
        [&b"\x12\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"[..], b"\x13", b"\x12\x03\x30\xFF\xFF", &[0xFF; 40]]
    {
        assert_eq!(read_datagram(&[b"\xBF\x01\xBF", bad].concat()), Err(CotError::NoProtobuf));
    }
}

#[test]
fn the_details_of_xml_win_over_the_typed_ones() {
    let xml = "<contact callsign=\"B\"/><remarks>r</remarks>";
    let field = |number: u8, bytes: &[u8]| [&[number << 3 | 2, bytes.len() as u8][..], bytes].concat();
    let contact = [field(1, b"*:-1:stcp"), field(2, b"A")].concat();
    let detail = [field(1, xml.as_bytes()), field(2, &contact)].concat();
    let event = [field(1, b"a-f-G"), field(5, b"u"), vec![0x30, 1, 0x40, 2], field(15, &detail)].concat();
    let (event, _) = read_datagram(&[b"\xBF\x01\xBF".to_vec(), field(2, &event)].concat()).unwrap();
    assert_eq!((event.detail.callsign.as_deref(), event.detail.endpoint), (Some("B"), None));
    assert_eq!((event.time, event.stale, event.at), (CityTime(1), CityTime(2), None));
}

#[test]
fn a_stream_without_separators_is_cut_wherever_its_pieces_end() {
    let bytes = [
        b"\xEF\xBB\xBF".as_slice(),
        PERSON.trim().as_bytes(),
        ALARM.trim().as_bytes(),
        CHAT.trim().as_bytes(),
        PERSON_STREAM,
        ALARM_STREAM,
        b"\n",
        PING.as_bytes(),
    ]
    .concat();
    let mut whole = EventReader::default();
    let (events, problems) = whole.take(&bytes);
    let uids: Vec<_> = events.iter().map(|event| event.uid.len()).collect();
    assert_eq!((uids, problems.count), (vec![24, 30, 52, 24, 30, 7], 0));
    for size in [1, 2, 3, 13, 100, 999] {
        let mut reader = EventReader::default();
        let pieces: Vec<_> = bytes.chunks(size).flat_map(|piece| reader.take(piece).0).collect();
        assert!(pieces == events, "in pieces of {size}");
    }
}

#[test]
fn after_garbage_and_cut_events_the_next_is_found() {
    let event = PING.trim();
    for garbage in [
        "x",
        "山城",
        "</event>",
        "<event uid=\"a\"><point lat=\"1",
        "<event><detail>",
        "<event a='",
        "<!DOCTYPE e [<!ENTITY a \"b\">]>",
        "<!-- a --- b --><auth/>",
        "<?xml version='1.0'?>",
        "<event",
        "\u{FEFF}",
    ] {
        let (events, _) = EventReader::default().take(format!("{garbage}{event}{event}").as_bytes());
        assert!(matches!(events.len(), 1 | 2), "{garbage}: {}", events.len());
        assert_eq!(events.last().unwrap().uid, "takPing", "{garbage}");
    }
    for bad in [&[0xBF, 0xFF, 0xFF, 0xFF, 0x7F][..], &[0xBF; 12]] {
        let (events, problems) = EventReader::default().take(&[bad, event.as_bytes()].concat());
        assert_eq!((events.len(), problems.count), (1, 1));
    }
    // Endless input is not kept.
    for endless in ["<event>aaaaaaa", "<a", "<event x='aaaa", "<!--aaaaaaaaaa"] {
        let mut reader = EventReader::default();
        let mut problems = 0;
        reader.take(endless.as_bytes());
        for _ in 0..40 {
            problems += reader.take(&[b'a'; 10_000]).1.count;
        }
        assert!(problems >= 1, "{endless}");
        assert_eq!(reader.take(event.as_bytes()).0.len(), 1, "{endless}");
    }
}

#[test]
fn hostile_and_broken_events_are_refused_in_words() {
    let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\">]><event uid=\"&c;\"/>";
    let deep = "<a>".repeat(100_000);
    let wide = format!("<event {}/>", (0..100_000).map(|i| format!("a{i}='' ")).collect::<String>());
    for bad in [
        bomb,
        &deep,
        &wide,
        "",
        "山",
        "{}",
        "<",
        "<event>",
        "<event/>",
        "<a></b>",
        "\0\0",
        "<event uid='&x;'/>",
    ] {
        let why = read_datagram(bad.as_bytes()).unwrap_err().to_string();
        assert!(why.len() < 1_200, "{why}");
    }
    for end in 0..PERSON.trim().len() {
        assert!(read_datagram(&PERSON.as_bytes()[..end]).is_err(), "{end}");
    }
    let lacks = PERSON.replace("uid=\"ANDROID", "id=\"ANDROID");
    assert_eq!(read_datagram(lacks.as_bytes()), Err(CotError::Lacks { what: "uid" }));
    for time in ["yesterday", "9999-01-01T00:00:00Z", ""] {
        assert!(read_datagram(PERSON.replace("2026-11-23T00:06:20.250Z", time).as_bytes()).is_err());
    }
    let utf16: Vec<u8> = PERSON.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(read_datagram(&utf16).is_err());
}

#[test]
fn strange_values_cost_only_themselves() {
    for (from, to) in [
        ("lat=\"29.5657\"", "lat=\"NaN\""),
        ("lat=\"29.5657\"", "lat=\"91\""),
        ("lat=\"29.5657\"", "lat=\"1e999\""),
        ("lat=\"29.5657\"", ""),
        ("<point", "<pint"),
    ] {
        let (event, problems) = read_datagram(PERSON.replace(from, to).as_bytes()).unwrap();
        assert_eq!((event.at, problems.count), (None, 1), "{to}");
    }
    let strange = PERSON
        .replace("battery=\"78\"", "battery=\"-1\"")
        .replace("course=\"284.5\" speed=\"1.25\"", "course=\"-75.5\" speed=\"NaN\"")
        .replace("hae=\"203.4\"", "hae=\"inf\"")
        .replace(".250Z", "");
    let event = read(&strange);
    let detail = event.detail;
    assert_eq!((detail.battery_pct, detail.course_deg, detail.speed_mps), (None, Some(284.5), None));
    assert_eq!((event.above_ellipsoid_m, event.time), (None, at("00:00:05")), "without a zone it is UTC");
    let mut gbk = PERSON.trim().as_bytes().to_vec();
    let place = PERSON.find("渝").unwrap();
    gbk.splice(place..place + 6, [0xD3, 0xE5, 0xD6, 0xD0]);
    let (event, problems) = read_datagram(&gbk).unwrap();
    assert_eq!((event.uid.as_str(), problems.count >= 1), (UID, true));
    let (_, problems) = read_datagram(format!("{}{}", PING.trim(), PING).as_bytes()).unwrap();
    assert_eq!(problems.count, 1, "a datagram holds one event");
}

#[test]
fn what_is_written_is_read_again() {
    let mut odd = read(PERSON);
    odd.detail.callsign = Some("<&>\"'\n山\u{1F681}".to_owned());
    odd.detail.remarks = Some("a\nb ]]> c".to_owned());
    odd.at = Some(LonLat::new(-0.000_000_1, 1.0 / 3.0));
    odd.above_ellipsoid_m = Some(-12.345_678_9);
    for event in [read(PERSON), read(ALARM), read(ALARM_ENDS), read(CHAT), read(DELETE), read(PING), odd] {
        assert_eq!(read(&write_event(&event)), event);
        let (events, problems) = EventReader::default().take(write_event(&event).repeat(2).as_bytes());
        assert_eq!((events, problems.count), (vec![event.clone(), event], 0));
    }
}

#[test]
fn the_newest_of_each_is_kept_and_ages() {
    let mut teams = Teams::new(TeamsRule::default());
    let noon = at("12:00:00");
    assert_eq!(teams.take(told("a", noon), noon), Taken::New("a".to_owned()));
    assert_eq!(teams.take(told("a", noon.plus_s(5.0)), noon.plus_s(5.1)), Taken::Newer("a".to_owned()));
    assert_eq!(teams.take(told("a", noon.plus_s(4.0)), noon.plus_s(6.0)), Taken::Older);
    let mut again = told("a", noon.plus_s(5.0));
    again.detail.callsign = Some("later".to_owned());
    assert_eq!(
        teams.take(again, noon.plus_s(6.0)),
        Taken::Newer("a".to_owned()),
        "the later of equals holds"
    );
    let member = teams.get("a").unwrap();
    assert_eq!(member.event.detail.callsign.as_deref(), Some("later"));
    assert_eq!((member.event.time, member.clock_ahead_ms), (noon.plus_s(5.0), None));
    assert_eq!(member.state(noon.plus_s(64.9)), MemberState::Fresh);
    assert_eq!(member.state(noon.plus_s(75.0)), MemberState::Stale { since_s: 10.0 });
    assert_eq!(member.age_s(noon.plus_s(75.0)), 70.0);
    assert!(teams.forget_old(noon.plus_s(3_665.0)).is_empty(), "stale is not gone");
    assert_eq!(teams.forget_old(noon.plus_s(3_666.0)), ["a"]);
    assert_eq!(teams.members().count(), 0);
}

#[test]
fn alarms_last_until_they_are_ended_and_removals_hold() {
    let mut teams = Teams::new(TeamsRule::default());
    let (person, alarm) = (read(PERSON), read(ALARM));
    teams.take(person.clone(), at("00:00:06"));
    teams.take(alarm.clone(), at("00:01:00"));
    assert_eq!(teams.emergencies().count(), 1);
    let ended = teams.take(read(ALARM_ENDS), at("00:02:00"));
    assert_eq!(ended, Taken::Removed(vec![alarm.uid.clone()]));
    assert_eq!((teams.emergencies().count(), teams.take(alarm, at("00:02:01"))), (0, Taken::Older));
    assert!(matches!(teams.take(read(CHAT), at("00:03:00")), Taken::Chat(_)));
    assert_eq!(teams.take(read(PING), at("00:03:00")), Taken::Ping);
    assert_eq!(teams.take(read(DELETE), at("00:04:00")), Taken::Removed(vec![UID.to_owned()]));
    assert_eq!(teams.take(person, at("00:04:01")), Taken::Older, "what was removed does not come back");
    assert_eq!(teams.take(told(UID, at("00:04:30")), at("00:04:30")), Taken::New(UID.to_owned()));
}

#[test]
fn removals_and_ends_that_come_early_late_or_twice_do_what_they_did_once() {
    let mut teams = Teams::new(TeamsRule::default());
    let noon = at("12:00:00");
    let s = |seconds: f64| noon.plus_s(seconds);
    let removal = |time| CotEvent { time, ..read(DELETE) };
    // What was sent before the removal and comes after it brings nobody back.
    teams.take(told(UID, s(0.0)), s(0.0));
    assert_eq!(teams.take(removal(s(2.0)), s(2.0)), Taken::Removed(vec![UID.to_owned()]));
    assert_eq!(teams.take(told(UID, s(1.0)), s(2.1)), Taken::Older);
    // Who is there again is not removed by the same removal.
    assert_eq!(teams.take(told(UID, s(3.0)), s(3.0)), Taken::New(UID.to_owned()));
    assert_eq!(teams.take(removal(s(2.0)), s(3.1)), Taken::Removed(Vec::new()));
    assert_eq!(teams.take(removal(s(4.0)), s(4.0)), Taken::Removed(vec![UID.to_owned()]));
    // The same by a clock that is hours behind ours.
    let behind = |seconds: f64| told("behind", s(seconds - 28_800.0));
    let links = vec![Link { uid: "behind".to_owned(), ..Link::default() }];
    let removes_behind = CotEvent { detail: Detail { links, ..Detail::default() }, ..removal(s(20.0)) };
    teams.take(behind(0.0), s(0.0));
    teams.take(behind(10.0), s(10.0));
    assert_eq!(teams.take(removes_behind, s(20.0)), Taken::Removed(vec!["behind".to_owned()]));
    assert_eq!(teams.take(behind(19.0), s(20.1)), Taken::Older);
    assert_eq!(teams.take(behind(21.0), s(21.0)), Taken::New("behind".to_owned()));
    // An alarm that was ended before it came stands not for ever, and one raised anew is not ended by the end before.
    let alarm = |time: CityTime| CotEvent { time, stale: time.plus_s(10.0), ..read(ALARM) };
    let end = CotEvent { time: s(31.0), ..read(ALARM_ENDS) };
    assert_eq!(teams.take(end.clone(), s(31.0)), Taken::Removed(Vec::new()));
    assert_eq!(teams.take(alarm(s(30.0)), s(31.1)), Taken::Older);
    assert!(matches!(teams.take(alarm(s(33.0)), s(33.0)), Taken::New(_)));
    assert_eq!(teams.take(end, s(33.1)), Taken::Removed(Vec::new()));
    assert_eq!(teams.emergencies().count(), 1);
}

#[test]
fn a_clock_that_is_just_off_does_not_let_an_older_event_pass_for_a_newer() {
    let mut teams = Teams::new(TeamsRule::default());
    let noon = at("12:00:00");
    teams.take(told("ahead", noon.plus_s(300.1)), noon);
    assert!(teams.get("ahead").unwrap().clock_ahead_ms.is_some());
    assert_eq!(teams.take(told("ahead", noon.plus_s(299.9)), noon.plus_s(0.2)), Taken::Older);
    assert_eq!(
        teams.take(told("ahead", noon.plus_s(300.9)), noon.plus_s(1.0)),
        Taken::Newer("ahead".to_owned())
    );
}

#[test]
fn a_clock_that_is_off_is_said_and_the_arrival_judges() {
    let mut teams = Teams::new(TeamsRule::default());
    let noon = at("12:00:00");
    let hours = |h: f64| noon.plus_s(3_600.0 * h);
    // Ahead is recognised at once.
    teams.take(told("ahead", hours(8.0)), noon);
    let ahead = teams.get("ahead").unwrap();
    assert_eq!((ahead.clock_ahead_ms, ahead.stale_at), (Some(28_800_000), noon.plus_s(60.0)));
    assert_eq!(ahead.age_s(noon.plus_s(3.0)), 3.0);
    // Once it was put right, what it tells is taken although its times are older.
    assert_eq!(
        teams.take(told("ahead", noon.plus_s(9.0)), noon.plus_s(10.0)),
        Taken::Newer("ahead".to_owned())
    );
    assert_eq!(teams.get("ahead").unwrap().clock_ahead_ms, None);
    // Behind may be an old event that a server kept; the same again is a clock.
    teams.take(told("behind", hours(-8.0)), noon);
    let behind = teams.get("behind").unwrap();
    assert_eq!((behind.clock_ahead_ms, behind.state(noon) == MemberState::Fresh), (None, false));
    teams.take(told("behind", hours(-8.0).plus_s(10.0)), noon.plus_s(10.0));
    let behind = teams.get("behind").unwrap();
    assert_eq!((behind.clock_ahead_ms, behind.stale_at), (Some(-28_800_000), noon.plus_s(70.0)));
    teams.take(told("behind", hours(-8.0).plus_s(11.0)), noon.plus_s(11.0));
    assert_eq!(teams.get("behind").unwrap().clock_ahead_ms, Some(-28_800_000));
    assert_eq!(teams.take(told("behind", hours(-8.0).plus_s(10.5)), noon.plus_s(12.0)), Taken::Older);
    // A history that comes all at once is old, and its last event counts.
    for s in 0..20 {
        teams.take(told("history", hours(-2.0).plus_s(10.0 * f64::from(s))), noon.plus_ms(i64::from(s)));
    }
    let history = teams.get("history").unwrap();
    assert_eq!((history.clock_ahead_ms, history.event.time), (None, hours(-2.0).plus_s(190.0)));
}

#[test]
fn our_own_clock_may_be_set_without_keeping_anybody_still() {
    for step_s in [3_600.0, -3_600.0, 86_400.0, -86_400.0] {
        let mut teams = Teams::new(TeamsRule { most: 1, ..TeamsRule::default() });
        let noon = at("12:00:00");
        teams.take(told("a", noon), noon);
        assert_eq!(teams.take(told("b", noon), noon), Taken::Full);
        // From now on everything comes at another time of ours.
        for s in 1..5 {
            let arrived = noon.plus_s(step_s + 5.0 * f64::from(s));
            let taken = teams.take(told("a", noon.plus_s(5.0 * f64::from(s))), arrived);
            assert_eq!(taken, Taken::Newer("a".to_owned()), "{step_s} {s}");
        }
        let arrived = noon.plus_s(step_s + 20.0);
        assert_eq!(teams.get("a").unwrap().state(arrived), MemberState::Fresh, "{step_s}");
        assert_eq!(teams.take(told("a", noon.plus_s(19.0)), arrived), Taken::Older, "{step_s}");
    }
}

#[test]
fn a_flood_finds_no_room() {
    let mut teams = Teams::new(TeamsRule { most: 3, ..TeamsRule::default() });
    let noon = at("12:00:00");
    for i in 0..10 {
        let taken = teams.take(told(&format!("m{i}"), noon), noon);
        assert_eq!(taken == Taken::Full, i >= 3, "{i}");
    }
    assert!(matches!(teams.take(told("m0", noon.plus_s(1.0)), noon.plus_s(1.0)), Taken::Newer(_)));
    assert_eq!(
        teams.take(told("later", noon.plus_s(60.5)), noon.plus_s(60.5)),
        Taken::New("later".to_owned())
    );
    assert_eq!(teams.members().count(), 2, "stale ones made room");
}

#[test]
fn every_corpus_seed_is_survived_and_written_again() {
    let now = at("00:00:00");
    for bytes in crate::seeds("cot") {
        let mut reader = EventReader::default();
        let mut teams = Teams::new(TeamsRule::default());
        let pieces: Vec<_> = bytes.chunks(17).flat_map(|piece| reader.take(piece).0).collect();
        for event in read_datagram(&bytes).map(|(event, _)| event).into_iter().chain(pieces) {
            assert!(read_datagram(write_event(&event).as_bytes()).is_ok());
            teams.take(event, now);
        }
    }
}
