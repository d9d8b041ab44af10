//! What survives: restarts, second owners, damaged and foreign files.

use crate::client::*;
use backend::{Backend, BackendError, Config};

#[test]
fn a_restart_keeps_everything_and_time_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let running = serve_in(folder.path(), |config| config.speed = 60.0);
    let incident = report(&running, "r");
    let unit = free_unit(&running);
    let first = act(&running, "d", &dispatch(&incident, &unit));
    assert_eq!(first.status, 200, "{}", first.text);
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    let before = get(&format!("{}/api/v1/snapshot", running.url())).json();
    running.stop();

    let running = serve_in(folder.path(), |config| config.speed = 60.0);
    let after = get(&format!("{}/api/v1/snapshot", running.url())).json();
    assert!(after["sequence"].as_u64() >= before["sequence"].as_u64());
    assert!(after["now"].as_str() >= before["now"].as_str(), "{} {}", after["now"], before["now"]);
    let ids = |s: &serde_json::Value| -> Vec<String> {
        s["incidents"].as_array().unwrap().iter().map(|i| i["id"].to_string()).collect()
    };
    assert!(ids(&before).iter().all(|id| ids(&after).contains(id)));
    let again = act(&running, "d", &dispatch(&incident, &unit));
    assert_eq!((again.status, again.text), (first.status, first.text));
    let from_start = stream(&format!("{}/api/v1/events", running.url()), Some(0));
    let head = after["sequence"].as_u64().unwrap();
    let mut at = String::new();
    for ((id, event), n) in from_start.take(head as usize).zip(1..) {
        assert_eq!(id, Some(n));
        let now = event["at"].as_str().unwrap().to_owned();
        assert!(now >= at, "{now} after {at}");
        at = now;
    }
}

fn refusal(config: Config) -> BackendError {
    match Backend::start(config) {
        Ok(_) => panic!("it must not start"),
        Err(error) => error,
    }
}

#[test]
fn a_second_owner_another_seed_and_files_that_are_no_city_are_refused_in_one_line() {
    let served = serve();
    let data = served.folder.path().join("data");
    let error = refusal(Config::embedded(data.clone()));
    assert!(matches!(error, BackendError::InUse { .. }), "{error}");
    served.running.stop();
    let error = refusal(Config { seed: 2, ..Config::embedded(data.clone()) });
    assert!(matches!(error, BackendError::Seed { found: 1, asked: 2, .. }), "{error}");

    let file = data.join("city.sqlite");
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let error = refusal(Config::embedded(data.clone()));
    assert!(matches!(error, BackendError::Damaged { .. }), "{error}");
    std::fs::write(
        &file,
        b"not a database, but long enough to be read as a header by SQLite ........................",
    )
    .unwrap();
    let error = refusal(Config::embedded(data.clone()));
    assert!(matches!(error, BackendError::Damaged { .. }), "{error}");
    assert!(!error.to_string().contains('\n'), "{error}");

    std::fs::write(&file, &whole).unwrap();
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let error = refusal(Config::embedded(data));
    assert!(matches!(error, BackendError::Version { found: 99, .. }), "{error}");
}

#[test]
fn a_folder_that_is_a_file_and_a_port_in_use_are_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, b"x").unwrap();
    assert!(matches!(refusal(Config::embedded(file)), BackendError::Folder { .. }));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap();
    let config = Config { listen, ..Config::embedded(folder.path().join("data")) };
    assert!(matches!(refusal(config), BackendError::Listen { .. }));
}

#[test]
fn a_locked_database_answers_503_and_changes_nothing() {
    let served = serve();
    let incident = report(&served.running, "r");
    let unit = free_unit(&served.running);
    let other = rusqlite::Connection::open(served.folder.path().join("data/city.sqlite")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let reply = served.act("d", &dispatch(&incident, &unit));
    assert_eq!((reply.status, reply.reason().as_str()), (503, "unwritten"));
    other.execute_batch("ROLLBACK").unwrap();
    let reply = served.act("d", &dispatch(&incident, &unit));
    assert_eq!(reply.status, 200, "{}", reply.text);
}
