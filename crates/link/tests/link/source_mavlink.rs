//! Drones over real sockets: played by pymavlink where it is there, and from recorded bytes.

use crate::source_streams::{
    Peer, free_tcp_port, free_udp_port, python_with, script, start, until, until_health, until_news,
};
use city::CityTime;
use feeds::mavlink::{FrameReader, GroundStation, Key};
use feeds::{Cause, FeedState};
use link::sources::{Sources, Track, TrackHeight, TrackKind, TrackMission};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process::{Command, Stdio};
use std::time::Duration;

const PX4: &[u8] = include_bytes!("../../../feeds/tests/mavlink/px4.bin");
const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

pub fn settings(url: &str, more: &str) -> String {
    format!("[[source]]\nname = 'drones'\nprotocol = 'mavlink'\nurl = '{url}'\n{more}\n")
}

fn key_file(dir: &tempfile::TempDir, mode: u32) -> String {
    use std::os::unix::fs::PermissionsExt;
    let file = dir.path().join("fleet.key");
    std::fs::write(&file, KEY).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    format!("key_file = '{}'", file.display())
}

fn now() -> CityTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    CityTime(since.as_millis() as i64)
}

/// Recorded bytes in datagrams, as a radio sends them.
fn play(socket: &UdpSocket, port: u16) {
    for part in PX4.chunks(280) {
        socket.send_to(part, ("127.0.0.1", port)).unwrap();
    }
}

/// The numbers of the messages that a socket hears, until `enough`.
fn heard(socket: &UdpSocket, enough: impl Fn(&[u32]) -> bool) -> Vec<u32> {
    socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let (mut reader, mut numbers, mut bytes) = (FrameReader::default(), Vec::new(), [0; 2048]);
    until("answer to the drone", || {
        while let Ok((came, _)) = socket.recv_from(&mut bytes) {
            let frames = reader.datagram(&bytes[..came], now());
            assert!(frames.iter().all(|frame| (frame.system, frame.component) == (255, 190)));
            numbers.extend(frames.iter().map(|frame| frame.message));
        }
        enough(&numbers).then_some(())
    });
    numbers
}

#[test]
fn a_drone_is_shown_and_answered_where_it_spoke_from() {
    let port = free_udp_port();
    let sources = start(&settings(&format!("udp://127.0.0.1:{port}"), ""));
    let said = until_health(&sources, "word of silence", |h| h.message.contains("no vehicle has spoken"));
    assert_eq!((said.cause, said.state), (Some(Cause::Silent), FeedState::Lost));
    let drone = UdpSocket::bind("127.0.0.1:0").unwrap();
    play(&drone, port);
    let track = until_news(&sources, "track", |news| news.tracks.first().cloned());
    assert_eq!((track.kind, track.id.starts_with("mavlink:")), (TrackKind::Aircraft, true), "{track:?}");
    assert!((track.at.lon - 106.59).abs() < 0.1 && (track.at.lat - 29.56).abs() < 0.1, "{track:?}");
    assert!(matches!(track.height, Some(TrackHeight::SeaLevel(_))), "{track:?}");
    // Heartbeats, rates and the home; of the mission the list, an item, or that all came: another station asks for it
    // in the recording, too.
    heard(&drone, |numbers| {
        [0, 76].iter().all(|wanted| numbers.contains(wanted))
            && [43, 51, 47].iter().any(|wanted| numbers.contains(wanted))
    });
    // The recording has damaged frames and frames that are missing.
    let health = until_health(&sources, "bad frames", |h| h.problems > 0 && h.received > 100);
    assert!(health.sample.is_some_and(|sample| sample.contains("MAVLink")));
    // It comes back from another place, as a modem does that gets another address.
    let moved = UdpSocket::bind("127.0.0.1:0").unwrap();
    play(&moved, port);
    heard(&moved, |numbers| numbers.contains(&0));
}

#[test]
fn two_drones_of_one_number_are_told_with_both_their_addresses() {
    let port = free_udp_port();
    let sources = start(&settings(&format!("udp://127.0.0.1:{port}"), ""));
    until_health(&sources, "word of silence", |h| h.message.contains("no vehicle has spoken"));
    let [one, other] = [(); 2].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
    for (socket, received) in [&one, &other, &one].into_iter().zip(1..) {
        let heartbeat = GroundStation::new(7, 1).heartbeat_if_due(now()).unwrap();
        socket.send_to(&heartbeat, ("127.0.0.1", port)).unwrap();
        let health = until_health(&sources, "heartbeat", |health| health.received == received);
        // One that is somewhere else once has moved.
        assert_eq!(health.problems, u64::from(received == 3));
    }
    let sample = until_health(&sources, "both", |_| true).sample.unwrap();
    assert!(sample.contains("system 7"), "{sample}");
    for socket in [one, other] {
        assert!(sample.contains(&socket.local_addr().unwrap().to_string()), "{sample}");
    }
}

#[test]
fn garbage_and_a_flood_of_it_cost_neither_the_drone_nor_another_source_anything() {
    let (port, other) = (free_udp_port(), free_udp_port());
    let settings = settings(&format!("udp://127.0.0.1:{port}"), "")
        + &settings(&format!("udp://127.0.0.1:{other}"), "").replace("drones", "others");
    let sources = start(&settings);
    until_health(&sources, "socket", |h| h.message.contains("no vehicle"));
    let drone = UdpSocket::bind("127.0.0.1:0").unwrap();
    let garbage: Vec<u8> = (0..1400_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for _ in 0..3_000 {
        drone.send_to(&garbage, ("127.0.0.1", port)).unwrap();
    }
    let stranger = until_health(&sources, "word of a stranger", |h| h.cause == Some(Cause::Stranger));
    assert!(stranger.message.contains("no MAVLink"), "{stranger:?}");
    until("other source", || {
        play(&drone, other);
        sources.take().iter().any(|(place, news)| *place == 1 && !news.tracks.is_empty()).then_some(())
    });
    until("drone after garbage", || {
        play(&drone, port);
        sources.take().iter().any(|(place, news)| *place == 0 && !news.tracks.is_empty()).then_some(())
    });
}

#[test]
fn a_router_is_read_byte_by_byte_and_again_after_each_break() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("tcp://{}", listener.local_addr().unwrap());
    let sources = start(&settings(&url, ""));
    // It closes at once, then says nothing, then speaks slowly, then speaks another protocol.
    drop(listener.accept().unwrap());
    until_health(&sources, "word of a break", |h| h.cause == Some(Cause::Broken));
    let (silent, _) = listener.accept().unwrap();
    until_health(&sources, "word of silence", |h| h.cause == Some(Cause::Silent));
    drop(silent);
    let (mut slow, _) = listener.accept().unwrap();
    slow.set_nodelay(true).unwrap();
    for byte in PX4 {
        if slow.write_all(&[*byte]).is_err() {
            break;
        }
    }
    let track = until_news(&sources, "track", |news| news.tracks.first().cloned());
    assert!(track.doing.chars().count() > 2, "{track:?}");
    drop(slow);
    let (mut other, _) = listener.accept().unwrap();
    let _ = other.write_all("SSH-2.0-OpenSSH_9.2p1\r\n".repeat(200).as_bytes());
    let said = until_health(&sources, "word of a stranger", |h| h.cause == Some(Cause::Stranger));
    assert!(said.message.contains("no MAVLink"), "{said:?}");
}

#[test]
fn frames_without_the_key_are_refused_and_what_is_sent_is_signed() {
    let dir = tempfile::tempdir().unwrap();
    let port = free_udp_port();
    let sources = start(&settings(&format!("udp://127.0.0.1:{port}"), &key_file(&dir, 0o644)));
    let open = until_health(&sources, "warning of the file", |h| h.problems == 1);
    assert!(open.sample.is_some_and(|sample| sample.contains("others can read")));
    let drone = UdpSocket::bind("127.0.0.1:0").unwrap();
    until_health(&sources, "refusal", |h| {
        play(&drone, port);
        h.cause == Some(Cause::Token)
    });
    assert!(sources.take().iter().all(|(_, news)| news.tracks.is_empty()));
    let key = Key(std::array::from_fn(|i| i as u8));
    let mut signing = GroundStation::new(9, 1).signing(key.clone(), 3);
    let mut reader = FrameReader::with_key(key, feeds::mavlink::Unsigned::Refused);
    drone.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let mut bytes = [0; 2048];
    until("signed heartbeat", || {
        let frame = signing.heartbeat_if_due(now());
        frame.map(|frame| drone.send_to(&frame, ("127.0.0.1", port)).unwrap());
        let (came, _) = drone.recv_from(&mut bytes).ok()?;
        (!reader.datagram(&bytes[..came], now()).is_empty()).then_some(())
    });
    let missing = "key_file = '/nonexistent/fleet.key'";
    let sources = start(&settings(&format!("udp://127.0.0.1:{port}"), missing));
    let said = until_health(&sources, "word of the file", |h| h.cause == Some(Cause::Local));
    assert!(said.message.contains("/nonexistent/fleet.key"), "{said:?}");
}

/// The real peer: what it tells only because it was asked comes, with its mission.
fn meet(sources: &Sources) {
    let (mut track, mut mission): (Option<Track>, Option<TrackMission>) = (None, None);
    until_news(sources, "pymavlink's drone with its mission", |news| {
        track = news.tracks.iter().find(|t| t.battery_pct.is_some()).cloned().or(track.take());
        mission =
            news.missions.iter().find(|m| m.is_complete && m.home.is_some()).cloned().or(mission.take());
        (track.is_some() && mission.is_some()).then_some(())
    });
    let (track, mission) = (track.unwrap(), mission.unwrap());
    assert_eq!(
        (track.id.as_str(), track.name.as_str(), track.doing.as_str()),
        ("mavlink:7", "quadrotor 7", "Mission")
    );
    assert_eq!((track.height, track.battery_pct), (Some(TrackHeight::SeaLevel(312.5)), Some(77.0)));
    assert!((track.speed_mps.unwrap() - 5.0).abs() < 1e-9, "{track:?}");
    assert!((track.heading_deg.unwrap() - 53.13).abs() < 0.01, "{track:?}");
    assert!((now().0 - track.seen.0).abs() < 30_000, "{track:?}");
    assert_eq!((mission.items.len(), mission.items[1].height_m), (3, Some(80.0)));
    assert_eq!(mission.home.map(|(_, height_m)| height_m), Some(252.5));
}

#[test]
fn pymavlink_is_followed_over_datagrams_and_streams_signed_and_not() {
    let Some(python) = python_with("pymavlink") else {
        println!(
            "no python3 with pymavlink: the drone is played from recorded bytes by the other tests only"
        );
        return;
    };
    println!("the drone is played by pymavlink of {}", python.display());
    let dir = tempfile::tempdir().unwrap();
    let key = key_file(&dir, 0o600);
    let drone = |words: &[&str]| {
        let mut command = Command::new(&python);
        Peer(command.arg(script("mavlink_drone.py")).args(words).stdout(Stdio::null()).spawn().unwrap())
    };
    for (more, secret) in [("", None), (key.as_str(), Some(KEY))] {
        let port = free_udp_port();
        let sources = start(&settings(&format!("udp://127.0.0.1:{port}"), more));
        let told = port.to_string();
        let _peer = drone(&["udp", "127.0.0.1", &told].into_iter().chain(secret).collect::<Vec<_>>());
        meet(&sources);
        assert_eq!(sources.health()[0].problems, 0, "{:?}", sources.health());

        let port = free_tcp_port().to_string();
        let _peer = drone(&["tcp", &port].into_iter().chain(secret).collect::<Vec<_>>());
        let sources = start(&settings(&format!("tcp://127.0.0.1:{port}"), more));
        meet(&sources);
    }
}

#[test]
fn a_router_that_floods_is_spoken_to_all_the_same() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let sources = start(&settings(&format!("tcp://{}", listener.local_addr().unwrap()), ""));
    let (mut deaf, _) = listener.accept().unwrap();
    for _ in 0..20 {
        deaf.write_all(PX4).unwrap();
    }
    until_health(&sources, "frames", |h| h.received > 1_000);
    let mut said = [0; 4096];
    let came = TcpStream::read(&mut deaf, &mut said).unwrap();
    assert!(came > 0);
}
