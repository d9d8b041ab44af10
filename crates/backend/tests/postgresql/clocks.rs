//! A database server whose wall clock is set: the city's time is nobody's but its own.

use crate::client::*;
use crate::cluster::{Besides, Cluster};
use crate::kept::{kept_at, verify};
use crate::several::{health, start};
use crate::wall_clock::{DAY_S, HOUR_S, WallClock};
use backend::{Config, Running};
use city::CityTime;

fn now(running: &Running) -> CityTime {
    CityTime::parse(health(running)["now"].as_str().unwrap()).unwrap()
}

/// By how much the clock of the server is ahead of the right one, seconds.
fn ahead_s(cluster: &Cluster) -> i64 {
    let right = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    let ask = "SELECT (extract(epoch FROM clock_timestamp())::double precision - $1)::bigint";
    cluster.client("postgres", "postgres").query_one(ask, &[&right]).unwrap().get(0)
}

#[test]
fn whoever_joins_takes_the_citys_time_however_the_clock_of_the_database_was_set() {
    let clock = WallClock::right();
    let cluster = Cluster::start_with(&std::env::temp_dir(), |_| Besides {
        environment: clock.environment().to_vec(),
        ..Besides::default()
    });
    let folder = tempfile::tempdir().unwrap();
    let config = Config { speed: 10.0, ..kept_at(&cluster, "city", folder.path()) };
    let mut backends = vec![start(config.clone())];
    let mut keys = 0;
    for off_by_s in [HOUR_S, -HOUR_S, DAY_S, 0, -DAY_S] {
        clock.set_off_by(off_by_s);
        wait_until("the server's clock", || (ahead_s(&cluster) - off_by_s).abs() < 60);
        let before = now(&backends[0]);
        backends.push(start(config.clone()));
        for running in &backends {
            let key = format!("key-{keys}");
            let body =
                format!(r#"{{"type":"report","riskClass":"gas","lon":106.577,"lat":29.557,"text":"{key}"}}"#);
            assert_eq!(act(running, &key, &body).status, 200);
            keys += 1;
        }
        for running in &backends {
            let lived_s = now(running).seconds_since(before);
            // Who joins may be a little behind until it hears the next event.
            assert!(lived_s.abs() < HOUR_S as f64 / 2.0, "{lived_s} s after {off_by_s} s");
        }
        // The one that led goes, with all its locks: another leads on.
        drop(backends.remove(0));
        wait_until("another to lead", || health(&backends[0])["leads"] == true);
        let sequence = health(&backends[0])["sequence"].as_u64().unwrap();
        wait_until("the city to live on", || health(&backends[0])["sequence"].as_u64().unwrap() > sequence);
    }
    let last = health(&backends[0])["sequence"].as_u64().unwrap();
    let events = stream(&format!("{}/api/v1/events", backends[0].url()), Some(0));
    let told: Vec<_> = events.take(last as usize).map(|(_, event)| event).collect();
    assert!(told.iter().zip(1..).all(|(event, n)| event["sequence"] == n));
    assert!(told.windows(2).all(|pair| pair[0]["at"].as_str() <= pair[1]["at"].as_str()), "time ran back");
    drop(backends);
    assert_eq!(verify(&cluster, "city").commands, keys);
}
