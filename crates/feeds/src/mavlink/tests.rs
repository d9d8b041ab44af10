//! Recorded streams, judged by what pymavlink reads of them; then what no recording holds.
#![allow(clippy::unwrap_used)]

use super::frame::write_frame;
use super::*;
use city::{CityTime, LonLat};
use serde_json::Value;

const PX4: &[u8] = include_bytes!("../../tests/mavlink/px4.bin");
const ARDUPILOT: &[u8] = include_bytes!("../../tests/mavlink/ardupilot.bin");
const VERSION_1: &[u8] = include_bytes!("../../tests/mavlink/version1.bin");
const SIGNED: &[u8] = include_bytes!("../../tests/mavlink/signed.bin");
const FORGED: &[u8] = include_bytes!("../../tests/mavlink/forged.bin");
const UNSIGNED: &[u8] = include_bytes!("../../tests/mavlink/unsigned.bin");
/// 2026-11-23T00:00:00Z, when the flight's clock stood at zero.
const START: CityTime = CityTime(1_795_392_000_000);
const DRONE: VehicleId = VehicleId { system: 1, component: 1 };

fn key() -> Key {
    Key(std::array::from_fn(|i| i as u8))
}

fn read(bytes: &[u8]) -> (Vec<Frame>, FrameCounts) {
    let mut reader = FrameReader::default();
    let frames = reader.stream(bytes, START);
    (frames, reader.counts())
}

/// A frame that pymavlink would send of system 1, component 1.
fn frame(sequence: u8, message: u32, payload: &[u8]) -> Frame {
    read(&write_frame(sequence, (1, 1), message, payload, 0)).0.remove(0)
}

fn position(sequence: u8, since_boot_ms: u32, lat_1e7: i32) -> Frame {
    let mut payload = since_boot_ms.to_le_bytes().to_vec();
    for number in [lat_1e7, 1_065_878_000, 243_120, 20_000] {
        payload.extend_from_slice(&number.to_le_bytes());
    }
    payload.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0xFF, 0xFF]);
    frame(sequence, 33, &payload)
}

fn near(ours: f64, theirs: f64, what: &str) {
    assert!((ours - theirs).abs() < 1e-6 * (1.0 + theirs.abs()), "{what}: {ours} is not {theirs}");
}

/// Compares a message with the fields that pymavlink read.
fn compare(message: &Message, fields: &Value) -> bool {
    let n = |name: &str| fields[name].as_f64().unwrap();
    match message {
        Message::Heartbeat(told) => {
            assert_eq!(f64::from(told.kind.0), n("type"));
            assert_eq!(f64::from(told.autopilot.0), n("autopilot"));
            assert_eq!(told.armed, n("base_mode") as u8 & 128 != 0);
            assert_eq!(f64::from(told.status.0), n("system_status"));
            assert_eq!(f64::from(told.custom_mode.unwrap_or(0)), n("custom_mode"));
        }
        Message::Position(told) => {
            assert_eq!(f64::from(told.since_boot_ms), n("time_boot_ms"));
            near(told.at.lat, n("lat") / 1e7, "lat");
            near(told.at.lon, n("lon") / 1e7, "lon");
            near(told.height_m, n("alt") / 1e3, "alt");
            near(told.above_home_m, n("relative_alt") / 1e3, "relative_alt");
            near(told.north_mps, n("vx") / 1e2, "vx");
            near(told.east_mps, n("vy") / 1e2, "vy");
            near(told.climb_mps, -n("vz") / 1e2, "vz");
            assert_eq!(told.heading_deg, (n("hdg") != 65535.0).then(|| n("hdg") / 1e2));
        }
        Message::Satellites(told) => {
            assert_eq!(f64::from(told.fix), n("fix_type"));
            assert_eq!(told.satellites.map(f64::from), Some(n("satellites_visible")));
            assert_eq!(told.horizontal_dilution, (n("eph") != 65535.0).then(|| n("eph") / 1e2));
            assert_eq!(told.height_m, (n("fix_type") >= 3.0).then(|| n("alt") / 1e3));
            assert_eq!(told.above_ellipsoid_m, (n("alt_ellipsoid") != 0.0).then(|| n("alt_ellipsoid") / 1e3));
            assert_eq!(told.uncertainty_m, (n("h_acc") != 0.0).then(|| n("h_acc") / 1e3));
        }
        Message::Attitude(told) => {
            near(told.roll_deg, n("roll").to_degrees(), "roll");
            near(told.pitch_deg, n("pitch").to_degrees(), "pitch");
            near(told.yaw_deg, n("yaw").to_degrees().rem_euclid(360.0), "yaw");
        }
        Message::Hud(told) => {
            near(told.groundspeed_mps, n("groundspeed"), "groundspeed");
            near(told.climb_mps, n("climb"), "climb");
            near(told.height_m, n("alt"), "alt");
            assert_eq!(told.heading_deg, Some(n("heading")));
            assert_eq!(f64::from(told.throttle_pct), n("throttle"));
        }
        Message::SystemBattery { voltage_v, current_a, remaining_pct, load_pct } => {
            assert_eq!(voltage_v.unwrap_or(0.0), n("voltage_battery") / 1e3);
            assert_eq!(current_a.unwrap_or(-0.01), n("current_battery") / 1e2);
            assert_eq!(remaining_pct.unwrap_or(-1.0), n("battery_remaining"));
            near(*load_pct, n("load") / 10.0, "load");
        }
        Message::Battery(told) => {
            let cells = fields["voltages"].as_array().unwrap();
            let sum: f64 = cells.iter().map(|mv| mv.as_f64().unwrap()).filter(|mv| *mv != 65535.0).sum();
            assert_eq!(told.voltage_v.unwrap_or(0.0), sum / 1e3);
            assert_eq!(told.remaining_pct.unwrap_or(-1.0), n("battery_remaining"));
            assert_eq!(told.remaining_s.map_or(0.0, f64::from), n("time_remaining"));
            assert_eq!(told.temperature_c.map_or(32767.0, |c| c * 100.0), n("temperature"));
        }
        Message::Home(told) => {
            near(told.at.lat, n("latitude") / 1e7, "latitude");
            near(told.height_m, n("altitude") / 1e3, "altitude");
        }
        Message::MissionItem { item, list } => {
            assert_eq!(f64::from(item.number), n("seq"));
            assert_eq!(f64::from(item.command), n("command"));
            assert_eq!(f64::from(*list), fields["mission_type"].as_f64().unwrap_or(0.0));
            if item.at.is_some() {
                near(item.height_m.unwrap(), n("z"), "z");
            }
        }
        Message::MissionCount { count, .. } => assert_eq!(f64::from(*count), n("count")),
        Message::MissionCurrent(told) => {
            assert_eq!(f64::from(told.current), n("seq"));
            assert_eq!(told.total.map_or(0.0, f64::from), n("total"));
        }
        Message::MissionReached(number) => assert_eq!(f64::from(*number), n("seq")),
        Message::MissionAnswer { result, .. } => assert_eq!(f64::from(*result), n("type")),
        Message::CommandAnswer(told) => {
            assert_eq!((f64::from(told.command), f64::from(told.result)), (n("command"), n("result")));
        }
        Message::SystemTime { at, since_boot_ms } => {
            assert_eq!(f64::from(*since_boot_ms), n("time_boot_ms"));
            assert_eq!(at.map_or(0.0, |at| at.0 as f64 * 1e3), n("time_unix_usec"));
        }
        Message::Text(part) => assert_eq!(f64::from(part.severity.0), n("severity")),
        Message::InTheAir(_) => return false,
    }
    true
}

/// How many messages of a recording are as pymavlink reads them; any that is not fails.
fn agreed(bytes: &[u8], judged: &str) -> usize {
    let rows: Vec<Value> = judged.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = read(bytes).0.into_iter().filter_map(|f| read_message(&f).map(|m| (f, m))).collect();
    let mut rows = rows.iter();
    let mut count = 0;
    for (frame, message) in &told {
        let same = |row: &&Value| {
            let id = (&row["id"], &row["seq"], &row["sys"], &row["comp"]);
            id == (
                &Value::from(frame.message),
                &Value::from(frame.sequence),
                &Value::from(frame.system),
                &Value::from(frame.component),
            )
        };
        let row = rows.by_ref().find(same).unwrap_or_else(|| panic!("pymavlink does not read {frame:?}"));
        count += usize::from(compare(message, &row["fields"]));
    }
    count
}

#[test]
fn every_message_is_as_pymavlink_reads_it() {
    let px4 = include_str!("../../tests/mavlink/px4.jsonl");
    let ardupilot = include_str!("../../tests/mavlink/ardupilot.jsonl");
    let version_1 = include_str!("../../tests/mavlink/version1.jsonl");
    // Of the flight, all but the requests of the ground station (seven) and the ADS-B report.
    assert_eq!(agreed(PX4, px4), px4.lines().count() - 8);
    // Of ArduPilot, all but the receiver's positions before it has any.
    let nowhere = ardupilot.lines().filter(|l| l.contains("GLOBAL_POSITION_INT") && l.contains("\"lat\":0,"));
    assert_eq!(agreed(ARDUPILOT, ardupilot), ardupilot.lines().count() - nowhere.count());
    assert_eq!(agreed(VERSION_1, version_1), 4);
}

#[test]
fn a_flight_is_told_with_all_its_troubles() {
    let (frames, counts) = read(PX4);
    // Two were damaged, and the garbage between has a false start.
    assert_eq!((counts.taken, counts.damaged, counts.unknown, counts.signed), (186, 3, 0, 0));
    let mut vehicles = Vehicles::default();
    let mut at = START.plus_ms(100_500);
    for frame in &frames {
        if frame.message == 0 && frame.component == 1 {
            at = at.plus_ms(1_000);
        }
        vehicles.take(frame, at);
    }
    assert_eq!(
        vehicles.vehicles().map(|v| v.id).collect::<Vec<_>>(),
        [DRONE],
        "a gimbal flies not by itself"
    );
    assert_eq!(vehicles.components().count(), 3);
    let drone = vehicles.get(DRONE).unwrap();
    assert_eq!((drone.mode(), drone.heartbeat.unwrap().1.armed), (Some("Mission"), true));
    assert_eq!(drone.clock, VehicleClock::StartedAt(START));
    let place = drone.position.unwrap();
    assert_eq!(place.at, START.plus_ms(119_000));
    assert_eq!((place.told.height_m, place.told.above_home_m), (338.12, 95.0));
    assert_eq!(place.told.at, LonLat::new(106.585_71, 29.567_41));
    assert_eq!(drone.battery(), Battery { voltage_v: Some(15.401), remaining_pct: Some(72.0) });
    assert_eq!(drone.home.unwrap().height_m, 243.12);
    let mission = &drone.mission;
    assert!(mission.is_complete());
    assert_eq!((mission.count, mission.current, mission.reached), (Some(6), Some(4), Some(2)));
    let items: Vec<_> = mission.items().map(|i| (command_name(i.command), i.at.is_some(), i.above)).collect();
    assert_eq!(items[0], (Some("waypoint"), true, HeightAbove::SeaLevel));
    assert_eq!(items[1], (Some("takeOff"), true, HeightAbove::Home));
    assert_eq!(items[3], (Some("waypoint"), true, HeightAbove::Ground));
    assert_eq!(items[5], (Some("returnToLaunch"), false, HeightAbove::NoPlace));
    let texts: Vec<_> = drone.texts.iter().map(|t| (t.severity.key(), t.text.as_str())).collect();
    let long = "Takeoff detected; 起飞已确认，正在爬升到航线高度并检查卫星信号质量与电池余量 — climbing to mission altitude";
    assert_eq!(texts, [("info", long), ("warning", "Wind speed warning")]);
    assert_eq!(drone.answers.len(), 1);
    let quality = vehicles.link_quality(1);
    // Three taken out and two damaged are lost.
    assert_eq!((quality.lost, quality.duplicated, quality.reordered), (5, 1, 1));
    assert_eq!(vehicles.forget_silent(at.plus_s(60.0), 30.0).len(), 3);
    assert_eq!(vehicles.components().count(), 0);
}

#[test]
fn a_stream_cut_anywhere_brings_the_same_frames() {
    let (whole, counts) = read(PX4);
    for size in [1, 2, 7, 64, 300, 1000] {
        let mut reader = FrameReader::default();
        let frames: Vec<_> = PX4.chunks(size).flat_map(|chunk| reader.stream(chunk, START)).collect();
        assert_eq!((frames == whole, reader.counts()), (true, counts), "in pieces of {size}");
    }
    // As datagrams the cut frames are lost, and nothing else.
    let mut reader = FrameReader::default();
    let frames: Vec<_> = PX4.chunks(1400).flat_map(|chunk| reader.datagram(chunk, START)).collect();
    assert!(frames.len() >= whole.len() - 5 && frames.len() < whole.len());
}

#[test]
fn frames_of_unknown_messages_are_counted_and_believed_only_of_known_systems() {
    let unknown = write_frame(1, (1, 1), 16_000_000, &[1, 2, 3], 0);
    let heartbeat = write_frame(0, (1, 1), 0, &[0, 0, 0, 0, 2, 3, 0, 4, 3], 0);
    let (frames, counts) = read(&[heartbeat.as_slice(), &unknown, &heartbeat].concat());
    assert_eq!((frames.len(), counts.unknown, counts.garbage_bytes), (2, 1, 0));
    let (frames, counts) = read(&[unknown.as_slice(), &heartbeat].concat());
    assert_eq!((frames.len(), counts.unknown), (1, 0));
    // A frame that needs a newer reader is none of ours.
    let mut newer = heartbeat.clone();
    newer[2] = 0x80;
    assert_eq!(read(&newer).0.len(), 0);
}

#[test]
fn signatures_of_pymavlink_are_checked_and_replays_refused() {
    let mut open = FrameReader::default();
    assert_eq!(
        open.stream(&[SIGNED, FORGED].concat(), START).len(),
        4,
        "without a key they are taken unchecked"
    );
    assert_eq!(open.counts().signed, 4);
    let mut reader = FrameReader::with_key(key(), Unsigned::Refused);
    assert_eq!(reader.stream(SIGNED, START).len(), 3);
    assert_eq!(reader.stream(SIGNED, START).len(), 0, "the same again is a replay");
    assert_eq!(reader.stream(FORGED, START).len(), 0);
    let taken: Vec<_> = reader.stream(UNSIGNED, START).iter().map(|f| f.message).collect();
    assert_eq!(taken, [109], "a radio knows no key");
    let counts = reader.counts();
    assert_eq!((counts.replayed, counts.forged, counts.unsigned_refused), (3, 1, 1));
    assert_eq!(reader.take_problems().count, 5);
    let mut late = FrameReader::with_key(key(), Unsigned::Accepted);
    assert_eq!(late.stream(SIGNED, START.plus_s(61.0)).len(), 0, "a stream does not begin a minute ago");
    assert_eq!(late.stream(UNSIGNED, START).len(), 2);
    assert_eq!(late.stream(SIGNED, START).len(), 3, "our clock was ahead, and was set right");
    // One wrong bit anywhere, and it is refused.
    let one = &SIGNED[..SIGNED.len() / 3];
    for byte in 0..one.len() {
        let mut wrong = one.to_vec();
        wrong[byte] ^= 1;
        assert_eq!(
            FrameReader::with_key(key(), Unsigned::Refused).datagram(&wrong, START).len(),
            0,
            "{byte}"
        );
    }
    assert_eq!(format!("{:?}", key()), "Key(…)");
}

#[test]
fn what_a_station_signs_its_own_reader_takes() {
    let mut station = GroundStation::new(250, 190).signing(key(), 1);
    let mut reader = FrameReader::with_key(key(), Unsigned::Refused);
    let to = Target { system: 1, component: 1 };
    let first = station.heartbeat_if_due(START).unwrap();
    assert!(station.heartbeat_if_due(START.plus_ms(999)).is_none());
    let second = station.heartbeat_if_due(START.plus_ms(1_000)).unwrap();
    let asked = station.set_message_interval(to, message_id::GLOBAL_POSITION_INT, 200, START);
    let once = station.request_message(to, message_id::HOME_POSITION, START);
    let frames = reader.stream(&[first, second, asked, once].concat(), START);
    let told: Vec<_> = frames.iter().map(|f| (f.sequence, f.message)).collect();
    assert_eq!(told, [(0, 0), (1, 0), (2, 76), (3, 76)]);
    let asked = &frames[2].payload;
    assert_eq!(asked[..8], [33.0_f32.to_le_bytes(), 200_000.0_f32.to_le_bytes()].concat());
    assert_eq!(
        asked[28..],
        [0xFF, 0x01, 1, 1],
        "511 for system 1, component 1; the zero at the end is left out"
    );
}

#[test]
fn a_mission_is_fetched_with_patience() {
    let to = Target { system: 1, component: 1 };
    let rule = FetchRule { wait_ms: 1_000, tries: 2 };
    let mut station = GroundStation::new(255, 190);
    let ours = station.clone();
    let mut ask = |fetch: &mut MissionFetch, ms: i64| {
        let bytes = fetch.next(&mut station, START.plus_ms(ms))?;
        let frame = read(&bytes).0.remove(0);
        Some((frame.message, frame.payload.first().copied().unwrap()))
    };
    let item = |number: u16| {
        let mut payload = vec![0; 38];
        payload[28..30].copy_from_slice(&number.to_le_bytes());
        read_message(&frame(0, 73, &payload)).unwrap()
    };
    let mut fetch = MissionFetch::new(to, rule);
    assert_eq!(ask(&mut fetch, 0), Some((43, 1)));
    assert_eq!(ask(&mut fetch, 999), None);
    assert_eq!(ask(&mut fetch, 1_000), Some((43, 1)), "asked again");
    assert!(fetch.take(&ours, DRONE, &Message::MissionCount { count: 2, list: 0 }));
    assert_eq!(ask(&mut fetch, 1_001), Some((51, 0)));
    assert!(!fetch.take(&ours, DRONE, &item(1)), "not what was asked");
    assert!(!fetch.take(&ours, VehicleId { system: 2, component: 1 }, &item(0)), "another vehicle's");
    assert!(fetch.take(&ours, DRONE, &item(0)));
    assert_eq!(ask(&mut fetch, 1_002), Some((51, 1)));
    assert_eq!(fetch.state(), FetchState::AskingItem { number: 1, count: 2 });
    assert!(fetch.take(&ours, DRONE, &item(1)));
    assert_eq!(ask(&mut fetch, 1_003), Some((47, 1)));
    assert_eq!((ask(&mut fetch, 9_000), fetch.state()), (None, FetchState::Done));

    let mut silent = MissionFetch::new(to, rule);
    let asked: Vec<_> = (0..5).map(|s| ask(&mut silent, 1_000 * s).is_some()).collect();
    assert_eq!((asked, silent.state()), (vec![true, true, false, false, false], FetchState::NoAnswer));
    let mut refused = MissionFetch::new(to, rule);
    assert!(refused.take(&ours, DRONE, &Message::MissionAnswer { result: 14, target: (255, 190), list: 0 }));
    assert_eq!(refused.state(), FetchState::Refused(14));
    let mut others = MissionFetch::new(to, rule);
    for target in [(254, 190), (255, 1)] {
        let refusal = Message::MissionAnswer { result: 14, target, list: 0 };
        assert!(!others.take(&ours, DRONE, &refusal), "an answer to another station is none to us");
    }
    assert_eq!(others.state(), FetchState::AskingCount);
    let mut empty = MissionFetch::new(to, rule);
    assert!(empty.take(&ours, DRONE, &Message::MissionCount { count: 0, list: 0 }));
    assert_eq!((ask(&mut empty, 0), empty.state()), (Some((47, 1)), FetchState::Done));
}

#[test]
fn a_mission_that_another_station_changes_under_way_is_fetched_anew_and_never_mixed() {
    let (to, station) = (Target { system: 1, component: 1 }, GroundStation::new(255, 190));
    let mut fetch = MissionFetch::new(to, FetchRule::default());
    let mut vehicle = Vehicle::new(DRONE, START);
    let mut numbers = 1_u64..;
    let mut take = |message: Message| {
        let (order, number) = (super::link_quality::Order::Newest, numbers.next().unwrap());
        vehicle.take(&message, super::link_quality::Place { order, number }, START);
        fetch.take(&station, DRONE, &message);
        (fetch.state(), vehicle.mission.is_complete(), vehicle.mission.items().count())
    };
    let count = || Message::MissionCount { count: 2, list: 0 };
    let item = |number: u16| {
        let mut payload = vec![0; 38];
        payload[28..30].copy_from_slice(&number.to_le_bytes());
        read_message(&frame(0, 73, &payload)).unwrap()
    };
    take(count());
    take(item(0));
    let uploaded = Message::MissionAnswer { result: 0, target: (254, 190), list: 0 };
    assert_eq!(take(uploaded.clone()), (FetchState::AskingCount, false, 0));
    take(count());
    assert_eq!(take(item(0)), (FetchState::AskingItem { number: 1, count: 2 }, false, 1));
    assert_eq!(take(item(1)), (FetchState::Acknowledging, true, 2));
    assert_eq!(take(uploaded), (FetchState::AskingCount, false, 0), "all came, and is of the one before");
}

#[test]
fn late_positions_never_overwrite_and_a_new_start_begins_anew() {
    let mut vehicles = Vehicles::default();
    let mut at = |sequence, since_boot_ms, lat, arrived_ms| {
        vehicles.take(&position(sequence, since_boot_ms, lat), START.plus_ms(arrived_ms));
        let drone = vehicles.get(DRONE).unwrap();
        (drone.position.map(|p| (p.at.0 - START.0, p.told.at.lat)), drone.restarts)
    };
    assert_eq!(at(0, 600_000, 295_000_000, 0), (Some((0, 29.5)), 0));
    assert_eq!(at(2, 602_000, 296_000_000, 2_000), (Some((2_000, 29.6)), 0));
    assert_eq!(at(1, 601_000, 297_000_000, 2_001), (Some((2_000, 29.6)), 0), "late");
    assert_eq!(at(3, 603_000, 0, 3_000), (Some((3_000, 0.0)), 0), "the equator is a place");
    assert_eq!(at(0, 1_000, 298_000_000, 8_000), (Some((8_000, 29.8)), 1), "it started again");
    assert_eq!(at(4, 603_500, 299_000_000, 8_500), (Some((8_000, 29.8)), 1), "from before the start");
    assert_eq!(at(1, 2_000, 299_000_000, 9_000), (Some((9_000, 29.9)), 1));
    // The counter of milliseconds wraps after 49.7 days without a new start.
    let mut vehicles = Vehicles::default();
    vehicles.take(&position(0, u32::MAX - 100, 295_000_000), START);
    vehicles.take(&position(1, 100, 296_000_000), START.plus_ms(200));
    let drone = vehicles.get(DRONE).unwrap();
    assert_eq!((drone.restarts, drone.position.unwrap().told.at.lat), (0, 29.6));
}

#[test]
fn a_frame_that_was_held_back_for_long_is_no_new_start() {
    let mut vehicles = Vehicles::default();
    for sequence in (0..40_u8).filter(|sequence| *sequence != 7) {
        let ms = i64::from(sequence) * 250;
        vehicles.take(&position(sequence, 600_000 + ms as u32, 295_000_000), START.plus_ms(ms));
    }
    let late = vehicles.take(&position(7, 601_750, 299_000_000), START.plus_ms(9_900)).unwrap();
    let drone = vehicles.get(DRONE).unwrap();
    assert_eq!((drone.restarts, drone.position.unwrap().told.at.lat, late.is_old), (0, 29.5, true));
    assert_eq!(vehicles.link_quality(1).reordered, 1);
}

#[test]
fn what_comes_late_is_taken_where_nothing_newer_of_its_kind_came() {
    let mut vehicles = Vehicles::default();
    let count =
        |sequence, items: u16| frame(sequence, 44, &[&items.to_le_bytes()[..], &[255, 190, 0, 0]].concat());
    let item = |sequence, number: u16, height_m: f32| {
        let mut payload = vec![0; 38];
        payload[24..28].copy_from_slice(&height_m.to_le_bytes());
        payload[28..30].copy_from_slice(&number.to_le_bytes());
        payload[30..32].copy_from_slice(&16_u16.to_le_bytes());
        (payload[34], payload[35]) = (6, 1);
        frame(sequence, 73, &payload)
    };
    let mut take = |frame: &Frame| vehicles.take(frame, START).unwrap().is_old;
    // Neighbours change places: how many items there are comes after a position, the second item before the first.
    let frames =
        [position(0, 1_000, 0), position(2, 1_250, 0), count(1, 2), item(4, 1, 80.0), item(3, 0, 60.0)];
    assert_eq!(frames.each_ref().map(&mut take), [false; 5]);
    // A mission of three: what is left on its way of the one before is of no mission any more.
    assert_eq!(
        [count(8, 3), item(6, 1, 99.0), item(9, 1, 81.0), item(7, 0, 99.0)].each_ref().map(&mut take),
        [false, true, false, true]
    );
    assert!(take(&count(5, 2)));
    assert!(!take(&item(10, 0, 61.0)) && !take(&item(11, 2, 82.0)));
    let mission = &vehicles.get(DRONE).unwrap().mission;
    assert!(mission.is_complete());
    let heights: Vec<_> = mission.items().map(|item| item.height_m.unwrap()).collect();
    assert_eq!(heights, [61.0, 81.0, 82.0]);
}

#[test]
fn a_wrong_clock_is_said_and_not_believed() {
    let mut vehicles = Vehicles::default();
    let clock = |unix_us: u64, boot: u32| [&unix_us.to_le_bytes()[..], &boot.to_le_bytes()[..]].concat();
    vehicles.take(&frame(0, 2, &clock(0, 5_000)), START);
    assert_eq!(vehicles.get(DRONE).unwrap().clock, VehicleClock::Unknown);
    let hour_ahead = (START.0 as u64 + 3_600_000) * 1_000;
    vehicles.take(&frame(1, 2, &clock(hour_ahead, 6_000)), START);
    assert_eq!(vehicles.get(DRONE).unwrap().clock, VehicleClock::Off { ahead_ms: 3_600_000 });
    vehicles.take(&position(2, 6_000, 295_000_000), START);
    assert_eq!(vehicles.get(DRONE).unwrap().position.unwrap().at, START);
    vehicles.take(&frame(3, 2, &clock(START.0 as u64 * 1_000, 7_000)), START.plus_ms(300));
    vehicles.take(&position(4, 7_500, 295_000_000), START.plus_ms(900));
    let drone = vehicles.get(DRONE).unwrap();
    assert_eq!(drone.clock, VehicleClock::StartedAt(START.plus_ms(-7_000)));
    assert_eq!(drone.position.unwrap().at, START.plus_ms(500), "when it was there, not when it was told");
}

#[test]
fn texts_in_parts_survive_loss_and_unknown_values_stay_unknown() {
    let mut vehicles = Vehicles::default();
    let text = |sequence, words: &str, id: u16, part| {
        let mut payload = vec![4];
        payload.extend(words.as_bytes().iter().copied().chain(std::iter::repeat(0)).take(50));
        payload.extend_from_slice(&id.to_le_bytes());
        payload.push(part);
        frame(sequence, 253, &payload)
    };
    let fifty = "0123456789".repeat(5);
    vehicles.take(&text(0, &fifty, 7, 0), START);
    vehicles.take(&text(2, "end", 7, 2), START);
    vehicles.take(&text(3, &fifty, 8, 0), START);
    let heard = vehicles.take(&text(4, "short\u{7}", 0, 0), START.plus_ms(20_000)).unwrap();
    let told: Vec<_> = heard.texts.iter().map(|t| t.text.clone()).collect();
    assert_eq!(told, [format!("{fifty}…"), "short".to_owned()]);
    assert_eq!(vehicles.get(DRONE).unwrap().texts[0].text, format!("{fifty}…end"));
    // SYS_STATUS and BATTERY_STATUS of a vehicle that measures nothing.
    let mut status = vec![0; 31];
    status[14..18].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
    status[30] = 0xFF;
    vehicles.take(&frame(5, 1, &status), START);
    let mut battery = vec![0xFF; 36];
    battery[32] = 0;
    vehicles.take(&frame(6, 147, &battery), START);
    assert_eq!(vehicles.get(DRONE).unwrap().battery(), Battery::default());
    // A place of 0, 0, and one off the globe, are none.
    assert_eq!(read_message(&frame(7, 33, &[1; 3])), None);
    assert_eq!(read_message(&frame(8, 33, &[0x7F; 28])), None);
    // NaN in an attitude.
    assert_eq!(read_message(&frame(9, 30, &[0xFF; 28])), None);
}

#[test]
fn garbage_of_any_kind_is_survived_and_forgotten() {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    let mut reader = FrameReader::default();
    let mut vehicles = Vehicles::default();
    for round in 0..200 {
        let mut bytes: Vec<u8> = (0..500).map(|_| random()).collect();
        if round % 2 == 0 {
            // Markers and short lengths, so that much of it looks like frames.
            bytes.iter_mut().step_by(9).for_each(|byte| *byte = if *byte & 1 == 0 { 0xFD } else { 0xFE });
        }
        for frame in reader.stream(&bytes, START).iter().chain(&reader.clone().datagram(&bytes, START)) {
            vehicles.take(frame, START);
        }
    }
    // After garbage, at most one longest frame of it hides what is sound.
    let frames = reader.stream(&[&[0; 300], PX4].concat(), START);
    assert!(frames.len() >= 180, "{}", frames.len());
    // Every message, cut and filled with every byte.
    for message in 0..400 {
        for (length, fill) in [(0, 0), (1, 0xFF), (9, 0x7F), (60, 0xFF), (255, 0x80)] {
            let told = frame_of(message, &vec![fill; length]);
            read_message(&told);
            vehicles.take(&told, START);
        }
    }
}

fn frame_of(message: u32, payload: &[u8]) -> Frame {
    let payload = payload.to_vec();
    Frame {
        version: Version::V2,
        sequence: 0,
        system: 1,
        component: 1,
        message,
        payload,
        checksum: 0,
        signed: false,
    }
}

#[test]
fn every_corpus_seed_is_survived() {
    for bytes in crate::seeds("mavlink") {
        let mut reader = FrameReader::with_key(key(), Unsigned::Accepted);
        let mut vehicles = Vehicles::default();
        for frame in reader.stream(&bytes, START).iter().chain(&reader.clone().datagram(&bytes, START)) {
            vehicles.take(frame, START);
        }
    }
}
