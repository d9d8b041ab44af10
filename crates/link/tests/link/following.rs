//! Following events and telemetry through every fault.

use crate::fault_server::{FaultServer, JSON, Reply, event, event_json, events, info, snapshot};
use crate::{config, hurried, start, until, until_said};
use feeds::FeedState;
use link::{Link, LinkMessage};

/// Takes what the console would apply until the event `last`: `S7` a snapshot, `8` an event, `P9` that all up to 9 is
/// not for it, `+U-1` and `-U-1` a unit that comes or goes.
fn told_until(link: &Link, last: u64) -> Vec<String> {
    let mut told = Vec::new();
    until(link, "last event", |message| match message {
        LinkMessage::Snapshot(s) => {
            told.push(format!("S{}", s.sequence));
            None
        }
        LinkMessage::Event(e) => {
            told.push(e.sequence.to_string());
            (e.sequence == last).then_some(())
        }
        LinkMessage::Passes(passes) => {
            told.push(format!("P{}", passes.sequence));
            None
        }
        LinkMessage::Appears(appears) => {
            told.extend(appears.units.iter().map(|unit| format!("+{}", unit.id)));
            None
        }
        LinkMessage::Disappears(disappears) => {
            told.extend(disappears.unit_ids.iter().map(|id| format!("-{id}")));
            None
        }
        _ => None,
    });
    told
}

fn check(server: &FaultServer, last: u64, expected: &[&str]) -> Link {
    let dir = tempfile::tempdir().unwrap();
    let link = start(server, dir.path());
    assert_eq!(told_until(&link, last), expected);
    link
}

#[test]
fn one_byte_at_a_time_is_as_good_as_any() {
    let server = FaultServer::of_city(7);
    server.script("/api/v1", [Reply::ByteByByte(200, JSON, info("c1"))]);
    server.script("/api/v1/snapshot", [Reply::ByteByByte(200, JSON, snapshot(7))]);
    server.script("/api/v1/events", [Reply::StreamByteByByte(events(8, 12))]);
    check(&server, 12, &["S7", "8", "9", "10", "11", "12"]);
    assert_eq!(server.asked("/api/v1/events")[0].headers["last-event-id"], "7");
    assert_eq!(server.asked("/api/v1/events")[0].headers["x-console"], "测试台");
}

#[test]
fn a_stream_cut_in_mid_event_resumes_without_gap_or_repeat() {
    let server = FaultServer::of_city(7);
    let cut = format!("{}{}", event(8), &event(9)[..40]);
    server.script(
        "/api/v1/events",
        [Reply::Stream(cut), Reply::Hangup, Reply::StreamThenSilence(events(9, 10))],
    );
    check(&server, 10, &["S7", "8", "9", "10"]);
    let asked = server.asked("/api/v1/events");
    let resumed: Vec<_> = asked.iter().map(|a| a.headers["last-event-id"].as_str()).collect();
    assert_eq!(resumed, ["7", "8", "8"]);
    assert_eq!(server.asked("/api/v1/snapshot").len(), 1);
}

#[test]
fn what_is_not_for_this_console_is_no_gap_and_what_comes_is_told_with_its_event() {
    let passes = |n| format!("event: withheld\nid: {n}\ndata: {{\"sequence\":{n}}}\n\n");
    let appears = r#"event: appears
data: {"sequence":12,"units":[{"id":"U-1","kind":"police","name":"a","lon":106.5,"lat":29.5,"state":"patrol"}]}

"#;
    let disappears = "event: disappears\ndata: {\"sequence\":14,\"unitIds\":[\"U-1\"]}\n\n";
    let cut = passes(9) + &passes(10) + &event(11) + appears;
    let rest = appears.to_owned() + &event(12) + &passes(13) + &passes(12) + disappears + &event(14);
    let server = FaultServer::of_city(7);
    server.script("/api/v1/events", [Reply::Stream(cut), Reply::StreamThenSilence(rest)]);
    let expected = ["S7", "P9", "P10", "11", "+U-1", "+U-1", "12", "P13", "-U-1", "14"];
    check(&server, 14, &expected);
    let resumed: Vec<_> =
        server.asked("/api/v1/events").iter().map(|a| a.headers["last-event-id"].clone()).collect();
    assert_eq!(resumed, ["7", "11"]);
    assert_eq!(server.asked("/api/v1/snapshot").len(), 1);

    // What cannot be read is asked for again, and then replaced by the whole state.
    let server = FaultServer::of_city(7);
    let broken = || Reply::StreamThenSilence(passes(8) + "event: appears\ndata: {\"sequence\":\n\n");
    server.script("/api/v1/events", [broken(), broken(), Reply::StreamThenSilence(event(8))]);
    check(&server, 8, &["S7", "P8", "S7", "8"]);
}

#[test]
fn a_backend_with_no_word_on_itself_is_followed_all_the_same() {
    let server = FaultServer::of_city(7);
    server.script("/api/v1", [Reply::Whole(404, "text/plain", "nothing here".into())]);
    server.script("/api/v1/events", [Reply::StreamThenSilence(events(8, 9))]);
    check(&server, 9, &["S7", "8", "9"]);
}

#[test]
fn an_event_of_the_far_future_is_not_taken() {
    let server = FaultServer::of_city(7);
    let wild = event(8).replace("2026-11-22", "9999-12-31");
    server.script("/api/v1/events", [Reply::Stream(wild), Reply::StreamThenSilence(events(8, 9))]);
    let link = check(&server, 9, &["S7", "8", "9"]);
    drop(link);
    server.script(
        "/api/v1/snapshot",
        [Reply::Whole(200, JSON, snapshot(7).replace("2026-11-22", "9999-12-31"))],
    );
    let dir = tempfile::tempdir().unwrap();
    let link = start(&server, dir.path());
    assert!(until_said(&link, "events", "1970 to 2199").message.contains("snapshot"));
}

#[test]
fn a_backend_that_tells_a_little_and_closes_is_asked_more_and_more_rarely() {
    let server = FaultServer::of_city(7);
    let little: Vec<_> = (0..200).map(|n| Reply::Stream(event(8 + n))).collect();
    server.script("/api/v1/events", little);
    let dir = tempfile::tempdir().unwrap();
    let link = start(&server, dir.path());
    std::thread::sleep(std::time::Duration::from_millis(600));
    let times = server.asked("/api/v1/events").len();
    // At 5 ms doubling to 40 ms: some 20 times in 600 ms; without the doubling it would be 100.
    assert!((2..45).contains(&times), "{times}");
    drop(link);
}

#[test]
fn a_stalled_stream_is_cut_and_resumed() {
    let server = FaultServer::of_city(7);
    server.script("/api/v1/events", [Reply::StreamThenSilence(event(8)), Reply::Stream(event(9))]);
    check(&server, 9, &["S7", "8", "9"]);
}

#[test]
fn repeats_are_left_out_and_counted() {
    let server = FaultServer::of_city(7);
    server.script("/api/v1/events", [Reply::StreamThenSilence(events(6, 9) + &events(8, 10))]);
    let link = check(&server, 10, &["S7", "8", "9", "10"]);
    let health = until_said(&link, "events", "");
    assert_eq!((health.problems, health.state), (4, FeedState::Live));
}

#[test]
fn a_gap_is_resumed_and_only_where_that_fails_the_state_is_asked_for_anew() {
    let server = FaultServer::of_city(7);
    let with_gap = event(8) + &event(11);
    server.script(
        "/api/v1/events",
        [Reply::StreamThenSilence(with_gap), Reply::StreamThenSilence(events(9, 12))],
    );
    check(&server, 12, &["S7", "8", "9", "10", "11", "12"]);

    let server = FaultServer::of_city(7);
    server.script(
        "/api/v1/snapshot",
        [Reply::Whole(200, JSON, snapshot(7)), Reply::Whole(200, JSON, snapshot(20))],
    );
    let gap = Reply::StreamThenSilence(event(11));
    server.script("/api/v1/events", [gap.clone(), gap, Reply::StreamThenSilence(event(21))]);
    check(&server, 21, &["S7", "S20", "21"]);
}

#[test]
fn a_journal_that_does_not_reach_back_means_the_whole_state() {
    for status in [410, 400] {
        let server = FaultServer::of_city(7);
        server.script(
            "/api/v1/snapshot",
            [Reply::Whole(200, JSON, snapshot(7)), Reply::Whole(200, JSON, snapshot(3))],
        );
        let gone = Reply::Whole(status, "application/problem+json", "{}".into());
        server.script("/api/v1/events", [Reply::Stream(event(8)), gone, Reply::StreamThenSilence(event(4))]);
        check(&server, 4, &["S7", "8", "S3", "4"]);
    }
}

#[test]
fn another_city_at_the_same_address_is_seen_as_another() {
    let server = FaultServer::of_city(7);
    server.script("/api/v1", [Reply::Whole(200, JSON, info("c1")), Reply::Whole(200, JSON, info("c2"))]);
    server.script(
        "/api/v1/snapshot",
        [Reply::Whole(200, JSON, snapshot(7)), Reply::Whole(200, JSON, snapshot(2))],
    );
    server.script("/api/v1/events", [Reply::Stream(event(8)), Reply::StreamThenSilence(event(3))]);
    check(&server, 3, &["S7", "8", "S2", "3"]);
}

#[test]
fn noise_is_counted_with_a_sample_and_costs_nothing_else() {
    let server = FaultServer::of_city(7);
    let newer = event_json(9).replace("unitOnPatrol", "bridgeSang");
    let noise =
        format!("{}data: {{not json\n\n<p>oops</p>\n\nid: 9\ndata: {newer}\n\n{}", event(8), event(10));
    server.script("/api/v1/events", [Reply::StreamThenSilence(noise)]);
    let link = check(&server, 10, &["S7", "8", "10"]);
    let health = until_said(&link, "events", "");
    assert_eq!(health.problems, 3);
    assert!(health.sample.unwrap().contains("bridgeSang"));
}

#[test]
fn an_event_garbled_once_is_asked_for_again() {
    let server = FaultServer::of_city(7);
    let garbled = format!("{}id: 9\ndata: {{\"sequence\":9,garble\n\n{}", event(8), event(10));
    server.script(
        "/api/v1/events",
        [Reply::StreamThenSilence(garbled), Reply::StreamThenSilence(events(9, 10))],
    );
    check(&server, 10, &["S7", "8", "9", "10"]);
}

#[test]
fn what_is_no_city_backend_is_said_and_retried() {
    let cases = [
        (Reply::Whole(200, "text/html", "<html>Welcome to nginx".into()), "no city backend"),
        (Reply::Whole(200, JSON, r#"{"name":"x","version":2,"speed":1}"#.into()), "version 2"),
        (Reply::Whole(401, JSON, "{}".into()), "token"),
        (Reply::Whole(503, JSON, "{}".into()), "503"),
        (Reply::Whole(302, JSON, "{}".into()), "302"),
        (Reply::Raw(b"\x00\xFFSSH-2.0-OpenSSH\r\n".to_vec()), "cannot be reached"),
        (Reply::Hangup, "cannot be reached"),
    ];
    for (reply, words) in cases {
        let server = FaultServer::of_city(7);
        let good = server.state_of("/api/v1");
        server.script("/api/v1", [reply]);
        let dir = tempfile::tempdir().unwrap();
        let link = start(&server, dir.path());
        let health = until_said(&link, "events", words);
        assert_eq!(health.state, FeedState::Lost);
        server.script("/api/v1", good);
        server.script("/api/v1/events", [Reply::StreamThenSilence(event(8))]);
        assert_eq!(told_until(&link, 8), ["S7", "8"]);
        assert_eq!(until_said(&link, "events", "").message, "");
    }
}

#[test]
fn an_absent_backend_keeps_nobody_from_starting_and_is_found_when_it_comes() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    drop(listener);
    let dir = tempfile::tempdir().unwrap();
    let config = link::LinkConfig {
        backend: format!("http://{at}/"),
        credentials: link::Credentials { token: link::Token::Given("t".into()), ..Default::default() },
        state_dir: dir.path().to_path_buf().into(),
        console: "desk".into(),
        map: false,
    };
    let link = Link::start_at(config, hurried()).unwrap();
    until_said(&link, "events", "refused");
    let server = FaultServer::on(std::net::TcpListener::bind(at).unwrap(), 7);
    server.script("/api/v1/events", [Reply::StreamThenSilence(event(8))]);
    assert_eq!(told_until(&link, 8), ["S7", "8"]);
    assert_eq!(server.asked("/api/v1")[0].headers["authorization"], "Bearer t");
}

#[test]
fn a_console_that_does_not_take_holds_the_socket_up_and_still_gets_every_event() {
    let server = FaultServer::of_city(0);
    server.script("/api/v1/events", [Reply::StreamThenSilence(events(1, 5_000))]);
    let dir = tempfile::tempdir().unwrap();
    let pace = link::Pace { waiting: 8, ..hurried() };
    let link = Link::start_at(config(&server, dir.path().to_path_buf()), pace).unwrap();
    let mut next = 1;
    let mut biggest = 0;
    while next <= 5_000 {
        let batch = link.drain(100);
        biggest = biggest.max(batch.iter().filter(|m| matches!(m, LinkMessage::Event(_))).count());
        for message in batch {
            if let LinkMessage::Event(event) = message {
                assert_eq!(event.sequence, next);
                next += 1;
            }
        }
        std::thread::yield_now();
    }
    assert!(biggest <= 8, "{biggest} events waited");
}

#[test]
fn telemetry_is_merged_while_nobody_takes_it_and_nothing_is_uncounted() {
    let server = FaultServer::of_city(7);
    let batch = |second: u32, value: u32| {
        format!(
            "data: {{\"at\":\"2026-11-22T08:00:{second:02}.000Z\",\"devices\":{{\"id\":[\"D-1\",\"D-2\"],\"value\":[{value},null],\
             \"ageMs\":[0,0]}},\"movers\":{{\"id\":[],\"lon\":[],\"lat\":[],\"aboveGroundM\":[],\"headingDeg\":[],\"batteryPct\":[]}}}}\n\n"
        )
    };
    let all: String = (0..50).map(|i| batch(i, i)).collect();
    server.script("/api/v1/telemetry", [Reply::StreamThenSilence(format!("{all}data: zzz\n\n"))]);
    let dir = tempfile::tempdir().unwrap();
    let config = link::LinkConfig { map: true, ..config(&server, dir.path().to_path_buf()) };
    let link = Link::start_at(config, hurried()).unwrap();
    let (mut taken, mut newest) = (0, 0.0);
    let health = until(&link, "all telemetry", |message| match message {
        LinkMessage::Telemetry(batch) => {
            taken += batch.devices.id.len() as u64;
            newest = *batch.devices.value.last().unwrap();
            None
        }
        LinkMessage::Health(health) => health.into_iter().find(|h| h.name == "telemetry" && h.problems == 51),
        _ => None,
    });
    if let Some(LinkMessage::Telemetry(batch)) = link.wait(std::time::Duration::ZERO) {
        taken += batch.devices.id.len() as u64;
        newest = batch.devices.value[0];
    }
    assert_eq!((health.received, taken + health.superseded, newest), (50, 50, 49.0));
}
