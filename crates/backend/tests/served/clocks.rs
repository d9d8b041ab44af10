//! A wall clock that is set while the city is served, hours and days forward and back: the city's time goes on as if
//! nothing had been, every command is done once, and only what is good until an instant minds it.

use crate::client::*;
use crate::wall_clock::{DAY_S, HOUR_S, WallClock};
use backend::archive::{JournalAt, verify};
use backend::limits::Rate;
use city::{CityTime, Jurisdiction, Level, Role};
use std::path::{Path, PathBuf};

const FOLDER: &str = "CLOCKS_TEST_FOLDER";

/// The backend of the child processes below; on its own it does nothing.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let running = serve_in(&PathBuf::from(folder), |config| {
        config.speed = 10.0;
        // Officers here act as quickly as they can.
        config.limits.without_token.commands = Rate::new(10_000.0, 10_000);
    });
    serve_on(running);
}

/// A backend by a wall clock of its own.
struct Clocked(Process);

impl Clocked {
    fn start(folder: &Path, clock: &WallClock) -> Self {
        let here = [(FOLDER.to_owned(), folder.as_os_str().to_owned())];
        let clock = clock.environment().into_iter().map(|(name, value)| (name.into(), value.into()));
        Self(Process::of("clocks::child", here.into_iter().chain(clock)))
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0.url)
    }

    fn now(&self) -> CityTime {
        CityTime::parse(get(&self.at("/health")).json()["now"].as_str().unwrap()).unwrap()
    }

    fn asked_with(&self, token: &str) -> Reply {
        get_with(&self.at("/api/v1/snapshot"), &[("authorization", &format!("Bearer {token}"))])
    }

    fn act(&self, key: &str) -> Reply {
        let body =
            format!(r#"{{"type":"report","riskClass":"gas","lon":106.577,"lat":29.557,"text":"{key}"}}"#);
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        post_with(&self.at("/api/v1/commands"), &headers, &body)
    }
}

/// A token that was issued by the right clock.
fn token(folder: &Path, valid_s: u32) -> String {
    let data = folder.join("data");
    backend::tokens::issue(&data, Role::Observer, Level::City, Jurisdiction::City, "li", valid_s).unwrap()
}

const STEPS: [i64; 6] = [HOUR_S, 0, -HOUR_S, DAY_S, -DAY_S, 30 * DAY_S];

#[test]
fn the_citys_time_goes_on_and_every_command_is_done_once_however_the_wall_clock_is_set() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), WallClock::right());
    let city = Clocked::start(folder.path(), &clock);
    let events = stream(&city.at("/api/v1/events"), Some(0));
    let token = token(folder.path(), HOUR_S as u32 / 2);
    let mut keys = Vec::new();
    let mut last = city.now();
    for (round, off_by_s) in STEPS.into_iter().enumerate() {
        std::thread::scope(|scope| {
            let officers: Vec<_> = (0..4)
                .map(|officer| {
                    let city = &city;
                    scope.spawn(move || {
                        let own: Vec<String> = (0..15).map(|n| format!("{round}-{officer}-{n}")).collect();
                        own.iter().for_each(|key| assert_eq!(city.act(key).status, 200));
                        own
                    })
                })
                .collect();
            // In the middle of it.
            clock.set_off_by(off_by_s);
            keys.extend(officers.into_iter().flat_map(|officer| officer.join().unwrap()));
        });
        // Its clock was set indeed: a token is over, or has not begun.
        let judged = city.asked_with(&token);
        let is_so = match off_by_s {
            1.. => judged.status == 401 && judged.reason() == "tokenExpired",
            0 => judged.status == 200,
            _ => judged.status == 401 && judged.text.contains("has not begun"),
        };
        assert!(is_so, "{off_by_s}: {}", judged.text);
        let now = city.now();
        // At ten times its speed the city lives some minutes meanwhile, and neither an hour nor a day.
        let lived_s = now.seconds_since(last);
        assert!((0.0..HOUR_S as f64 / 2.0).contains(&lived_s), "{lived_s} s after {off_by_s} s");
        last = now;
    }
    // Asked again under their keys they are answered as before.
    let again = city.act(&keys[0]);
    assert_eq!(again.status, 200);
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let head = get(&city.at("/health")).json()["sequence"].as_u64().unwrap();
    let told: Vec<_> = events.take(head as usize).map(|(_, event)| event).collect();
    assert!(told.iter().zip(1..).all(|(event, n)| event["sequence"] == n), "a gap or a repeat");
    assert!(told.windows(2).all(|pair| pair[0]["at"].as_str() <= pair[1]["at"].as_str()), "time ran back");
    for key in &keys {
        assert_eq!(told.iter().filter(|event| event["text"] == key.as_str()).count(), 1, "{key}");
    }
    drop(city);
    // Nor does it matter what the clock shows when it is started again: it goes on from what was written last.
    let written = CityTime::parse(told[told.len() - 1]["at"].as_str().unwrap()).unwrap();
    for off_by_s in [-DAY_S, DAY_S] {
        clock.set_off_by(off_by_s);
        let lived_s = Clocked::start(folder.path(), &clock).now().seconds_since(written);
        assert!((0.0..HOUR_S as f64 / 2.0).contains(&lived_s), "{lived_s} s after {off_by_s} s");
    }
    let checked = verify(&JournalAt::File(folder.path().join("data/city.sqlite")), None).unwrap();
    assert_eq!(checked.commands, keys.len() as u64);
}

#[test]
fn a_token_is_good_by_the_clock_of_the_backend_and_its_stream_ends_once_that_says_so() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), WallClock::right());
    let city = Clocked::start(folder.path(), &clock);
    let token = token(folder.path(), HOUR_S as u32 / 2);
    assert_eq!(city.asked_with(&token).status, 200);
    // Its answer has begun before the clock is set.
    let opened = agent().get(city.at("/api/v1/events")).header("authorization", format!("Bearer {token}"));
    let mut opened = opened.call().unwrap();
    assert_eq!(opened.status(), 200);
    let listening = std::thread::spawn(move || opened.body_mut().read_to_string().unwrap());
    let without = stream(&city.at("/api/v1/telemetry"), None);
    clock.set_off_by(HOUR_S);
    let refused = city.asked_with(&token);
    assert_eq!((refused.status, refused.reason().as_str()), (401, "tokenExpired"));
    let last = listening.join().unwrap();
    assert!(last.trim_end().rsplit("\n\n").next().unwrap().starts_with("event: expired"), "{last}");
    // Set right again it is good again, and who needs none heard everything meanwhile.
    clock.set_off_by(0);
    assert_eq!(city.asked_with(&token).status, 200);
    let batches: Vec<_> =
        without.take(3).map(|(_, batch)| batch["at"].as_str().unwrap().to_owned()).collect();
    assert!(batches.windows(2).all(|pair| pair[0] <= pair[1]), "{batches:?}");
}
