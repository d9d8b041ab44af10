//! Datagrams of drones and teams that come twice, in another order, late, cut short or not at all: nothing goes back to
//! what was before, nothing is done twice, and what is asked for comes whole.

use crate::bad_network::{BadNetwork, Faults};
use crate::source_cot::{event, link, now, settings as teams};
use crate::source_mavlink::settings as drones;
use crate::source_streams::{
    Peer, free_udp_port, python_with, script, start, until, until_health, until_news,
};
use feeds::FeedHealth;
use feeds::cot::{CotEvent, Detail, Emergency, write_event};
use link::sources::{Sources, TrackKind, TrackMission};
use std::net::UdpSocket;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering::Relaxed;

const DOUBLES: Faults = Faults { again_after: 5, swaps: false, loses: 0, cuts: 0 };
const SWAPS: Faults = Faults { again_after: 0, swaps: true, loses: 0, cuts: 0 };
const ALL: Faults = Faults { again_after: 3, swaps: true, loses: 7, cuts: 11 };

/// Follows a drone that flies north until it has told its mission and `places` places; its mission.
fn fly(sources: &Sources, places: usize) -> TrackMission {
    let (mut lats, mut mission): (Vec<f64>, Option<TrackMission>) = (Vec::new(), None);
    until_news(sources, "drone with its mission", |news| {
        for track in &news.tracks {
            assert_eq!((track.id.as_str(), track.name.as_str()), ("mavlink:7", "quadrotor 7"));
            let furthest = lats.last().copied().unwrap_or(0.0);
            assert!(track.at.lat >= furthest, "it went back from {furthest} to {track:?}");
            lats.push(track.at.lat);
        }
        lats.dedup();
        mission =
            news.missions.iter().rfind(|m| m.is_complete && m.home.is_some()).cloned().or(mission.take());
        (lats.len() >= places && mission.is_some()).then_some(())
    });
    mission.unwrap()
}

/// The numbers in what the health says of frames on the way: lost, in percent, twice, late.
fn told(health: &FeedHealth) -> Option<[f64; 4]> {
    let words = health.sample.as_deref()?.split_once(" frames of MAVLink system 7 were lost on the way; ")?;
    let rest = words.1.replace(['%', ','], "");
    let mut numbers = std::iter::once(words.0).chain(rest.split(' ')).filter_map(|word| word.parse().ok());
    Some(std::array::from_fn(|_| numbers.next().unwrap()))
}

#[test]
fn a_drone_never_flies_backwards_tells_its_whole_mission_and_its_losses_are_counted() {
    let Some(python) = python_with("pymavlink") else {
        println!("no python3 with pymavlink: nobody flies");
        return;
    };
    for faults in [DOUBLES, SWAPS, ALL] {
        let port = free_udp_port();
        let sources = start(&drones(&format!("udp://127.0.0.1:{port}"), ""));
        let network = BadNetwork::to(port, faults);
        let mut command = Command::new(&python);
        let words = ["udp", "127.0.0.1", &network.port.to_string()];
        let drone = command.arg(script("mavlink_drone.py")).args(words).stdout(Stdio::null()).spawn();
        let _peer = Peer(drone.unwrap());
        let mission = fly(&sources, 40);
        let heights: Vec<_> = mission.items.iter().map(|item| item.height_m.unwrap()).collect();
        assert_eq!((heights, mission.home.map(|home| home.1)), (vec![60.0, 80.0, 80.0], Some(252.5)));
        let done = &network.done;
        if faults.loses == 0 {
            assert!(done.doubled.load(Relaxed) + done.swapped.load(Relaxed) > 40, "{done:?}");
            assert_eq!(sources.health()[0].problems, 0, "{:?}", sources.health());
            continue;
        }
        let health = until_health(&sources, "word of losses", |health| told(health).is_some());
        let [lost, lost_pct, twice, late] = told(&health).unwrap();
        let is_within = |told: f64, most: u64| told > 0.0 && told <= most as f64;
        let gone = done.lost.load(Relaxed) + done.cut.load(Relaxed);
        assert!(is_within(lost, gone), "{lost} of {done:?}");
        assert!((5.0..40.0).contains(&lost_pct), "{lost_pct} of {done:?}");
        assert!(is_within(twice, done.doubled.load(Relaxed)), "{twice} of {done:?}");
        assert!(
            is_within(late, done.swapped.load(Relaxed) + done.doubled.load(Relaxed)),
            "{late} of {done:?}"
        );
    }
}

#[test]
fn a_team_never_walks_backwards_and_what_ended_stays_ended() {
    for faults in [DOUBLES, SWAPS, ALL] {
        let port = free_udp_port();
        let sources = start(&teams(&format!("udp://127.0.0.1:{port}"), ""));
        until_health(&sources, "socket", |health| health.message.contains("nobody has spoken"));
        let network = BadNetwork::to(port, faults);
        let team = UdpSocket::bind("127.0.0.1:0").unwrap();
        let send = |event: &CotEvent| {
            let words = write_event(event);
            team.send_to(words.as_bytes(), ("127.0.0.1", network.port)).unwrap();
        };
        // Somebody walks east, a step an event, until far enough was seen.
        let (begin, mut step, mut furthest) = (now(), 0_i32, 0.0);
        until("somebody who walks far", || {
            for _ in 0..5 {
                step += 1;
                let mut place = event("ANDROID-1", "a-f-G-U-C", Detail::default());
                place.time = begin.plus_ms(i64::from(step));
                place.at.as_mut().unwrap().lon = 106.0 + f64::from(step) / 1_000.0;
                send(&place);
            }
            for track in sources.take().iter().flat_map(|(_, news)| &news.tracks) {
                assert!(track.at.lon >= furthest, "went back from {furthest} to {track:?}");
                furthest = track.at.lon;
            }
            (furthest > 106.2).then_some(())
        });
        // An alarm and its end, each said until it is heard, as those do who know that datagrams are lost.
        let alarm = |kind: &str| {
            let emergency = Some(Emergency { kind: Some("911 Alert".into()), ..Emergency::default() });
            event(
                "ANDROID-1-9-1-1",
                kind,
                Detail { emergency, links: link("ANDROID-1"), ..Detail::default() },
            )
        };
        let raised = alarm("b-a-o-tbl");
        until("alarm", || {
            send(&raised);
            let all = sources.take();
            let mut tracks = all.iter().flat_map(|(_, news)| &news.tracks);
            tracks.any(|track| track.kind == TrackKind::Emergency).then_some(())
        });
        let ended = alarm("b-a-o-can");
        until("end of the alarm", || {
            send(&ended);
            let all = sources.take();
            let mut gone = all.iter().flat_map(|(_, news)| &news.gone);
            gone.any(|id| id == "cot:ANDROID-1-9-1-1").then_some(())
        });
        // What is left of it on the way does not raise it again.
        until("another", || {
            send(&raised);
            send(&event("ANDROID-2", "a-f-G-U-C", Detail::default()));
            let all = sources.take();
            let tracks = || all.iter().flat_map(|(_, news)| &news.tracks);
            assert!(tracks().all(|track| track.kind != TrackKind::Emergency), "{all:?}");
            tracks().any(|track| track.id == "cot:ANDROID-2").then_some(())
        });
        let health = sources.health().remove(0);
        assert_eq!(health.problems > 0, faults.cuts > 0, "what is cut short is no event: {health:?}");
    }
}
