#![allow(clippy::unwrap_used)]

use super::*;
use bevy::ecs::message::Messages;
use bevy::ecs::system::RunSystemOnce;
use city::{CityTime, EventBody, LonLat, Refusal, Status};
use feeds::{FeedHealth, FeedMeter, HealthRule};

fn world() -> World {
    let mut world = World::new();
    world.init_resource::<CityState>();
    world.insert_resource(CityClock { speed: 1.0, ..default() });
    world.init_resource::<LiveDevices>();
    world.init_resource::<Movers>();
    world.init_resource::<Feeds>();
    world.init_resource::<Orders>();
    world.init_resource::<OnDuty>();
    world.init_resource::<RiskPoints>();
    world.insert_resource(Words::shipped());
    world.init_resource::<Messages<CityChanged>>();
    world.init_resource::<Messages<Notice>>();
    world
}

fn take(world: &mut World, messages: Vec<LinkMessage>) -> usize {
    let put = move |mut desk: Desk| messages.clone().into_iter().filter(|m| desk.take(m.clone())).count();
    world.run_system_once(put).unwrap()
}

fn snapshot(sequence: u64) -> LinkMessage {
    let text = format!(
        r#"{{"sequence":{sequence},"now":"1970-01-01T00:00:10.000Z","incidents":[],"drones":[],"units":[
        {{"id":"U-1","kind":"police","name":"甲","lon":106.5,"lat":29.5,"state":"patrol","incidentId":null,
          "districtCode":500103,"since":"1970-01-01T00:00:00.000Z"}}]}}"#
    );
    LinkMessage::Snapshot(Box::new(serde_json::from_str(&text).unwrap()))
}

fn event(sequence: u64) -> LinkMessage {
    let body = EventBody::UnitOnPatrol { unit_id: "U-1".into() };
    let at = CityTime(10_000 + sequence as i64);
    LinkMessage::Event(Event { sequence, at, status: Status::Exercise, body })
}

fn health() -> Vec<FeedHealth> {
    vec![FeedMeter::new("telemetry", "SSE", HealthRule::TELEMETRY, 0.0).health(0.0)]
}

#[test]
fn snapshot_and_events_become_the_state_and_move_the_clock_forward() {
    let mut world = world();
    let connected =
        LinkMessage::Connected { now: CityTime(9_000), speed: 4.0, actor: None, withheld: Vec::new() };
    assert_eq!(take(&mut world, vec![connected, snapshot(7), event(8), event(8), event(9)]), 2);
    let state = world.resource::<CityState>();
    assert!(state.received && state.city.sequence == 9);
    let clock = world.resource::<CityClock>();
    assert_eq!((clock.now, clock.speed), (CityTime(10_009), 4.0));
    assert_eq!(world.resource::<Messages<CityChanged>>().len(), 1);
}

#[test]
fn who_is_on_duty_is_whom_the_backend_takes_the_console_for() {
    let mut world = world();
    let observer = city::Actor { role: city::Role::Observer, ..city::Actor::city_commander("officer:li") };
    let connected = |actor: Option<city::Actor>| LinkMessage::Connected {
        now: CityTime(9_000),
        speed: 1.0,
        actor,
        withheld: vec![city::Withheld { what: city::Field::IncidentText, reason: "隐私".to_owned() }],
    };
    take(&mut world, vec![connected(Some(observer.clone()))]);
    assert_eq!(world.resource::<OnDuty>().actor, observer);
    assert_eq!(world.resource::<OnDuty>().why_withheld(city::Field::IncidentText), Some("隐私"));
    take(&mut world, vec![connected(None)]);
    assert_eq!(world.resource::<OnDuty>().actor, observer, "a backend that does not say takes nothing back");
}

#[test]
fn risk_points_that_cannot_be_read_are_none_and_the_operator_is_told() {
    let mut world = world();
    take(&mut world, vec![LinkMessage::RiskPoints(Ok(Vec::new()))]);
    assert!(world.resource::<RiskPoints>().received);
    take(&mut world, vec![LinkMessage::RiskPoints(Err("it answers 404".to_owned()))]);
    let held = world.resource::<RiskPoints>();
    assert!(!held.received && held.missing.is_some());
    assert_eq!(world.resource::<Messages<Notice>>().len(), 1);
}

#[test]
fn telemetry_moves_units_and_what_is_unusable_is_shown_with_the_feed() {
    let mut world = world();
    let batch = TelemetryBatch {
        at: CityTime(11_000),
        devices: city::DeviceColumns {
            id: vec!["D-9".into()],
            value: vec![1.0],
            age_ms: vec![0],
            ..default()
        },
        movers: city::MoverColumns {
            id: vec!["U-1".into()],
            lon: vec![106.6],
            lat: vec![29.6],
            above_ground_m: vec![0.0],
            heading_deg: vec![0.0],
            battery_pct: vec![-1.0],
        },
        superseded: 0,
    };
    take(&mut world, vec![snapshot(7), LinkMessage::Telemetry(batch), LinkMessage::Health(health())]);
    let at = world.resource::<CityState>().city.units[&"U-1".into()].at;
    assert_eq!(at, LonLat::new(106.6, 29.6));
    assert_eq!(world.resource::<Movers>().table.len(), 1);
    assert_eq!(world.resource::<LiveDevices>().generation, 0);
}

#[test]
fn an_order_is_pending_until_answered_and_a_refusal_is_told_in_the_operators_words() {
    let mut world = world();
    let (done, refused) = (CommandKey::fresh(), CommandKey::fresh());
    let command = Command::Acknowledge { incident_id: "I-1".into() };
    let pending = |key| LinkMessage::Pending { key, command: command.clone() };
    take(&mut world, vec![snapshot(7), pending(done), pending(refused)]);
    assert_eq!(world.resource::<Orders>().pending.len(), 2);
    let refusal = Refusal::UnitTaken { unit: "U-1".into(), state: "driving".into(), incident: "I-9".into() };
    let problem = Problem { refusal: Some(refusal), detail: "taken".into(), ..default() };
    let answered = |key, outcome| LinkMessage::Answered { key, command: command.clone(), outcome };
    take(
        &mut world,
        vec![
            answered(done, Outcome::Done { events: Vec::new() }),
            answered(refused, Outcome::Refused { status: 409, problem }),
        ],
    );
    let orders = world.resource::<Orders>();
    assert!(orders.pending.is_empty());
    let (_, why) = &orders.refused[0];
    assert!(why.contains("甲") && why.contains("I-9") && !why.contains("driving"), "{why}");
    assert_eq!(world.resource::<Messages<Notice>>().len(), 1);
}

#[test]
fn what_brings_no_news_of_a_resource_does_not_touch_it() {
    let mut world = world();
    take(&mut world, vec![snapshot(7)]);
    world.clear_trackers();
    take(&mut world, vec![LinkMessage::Health(health())]);
    assert!(!world.is_resource_changed::<CityState>() && !world.is_resource_changed::<LiveDevices>());
    assert!(world.is_resource_changed::<Feeds>());
}
