//! The journal in PostgreSQL: read by SQL, on maps, and checked.

use crate::client::*;
use crate::kept::{CLUSTER, kept_at, kept_in, name, verify};
use crate::several::start;
use backend::Database;
use backend::archive::{self, ArchiveError, JournalAt};
use city::{Head, JournalFault};
use std::path::Path;
use std::process::Command;

/// A city in which something was done.
fn lived(folder: &Path) -> String {
    let running = start(kept_in(folder));
    let incident = report(&running, "r");
    let unit = free_unit(&running);
    assert_eq!(act(&running, "d", &dispatch(&incident, &unit)).status, 200);
    assert_eq!(act(&running, "again", &dispatch(&incident, &unit)).status, 409);
    running.stop();
    name(folder)
}

#[test]
fn it_is_read_by_psql_and_nothing_in_it_can_be_changed() {
    let folder = tempfile::tempdir().unwrap();
    let database = lived(folder.path());
    let verified = verify(&CLUSTER, &database);
    let ask = |what: &str| {
        let out =
            Command::new("psql").args([&CLUSTER.url("city", &database), "-Atc", what]).output().unwrap();
        let errors = String::from_utf8_lossy(&out.stderr).into_owned();
        if out.status.success() {
            Ok(String::from_utf8(out.stdout).unwrap().trim().to_owned())
        } else {
            Err(errors)
        }
    };
    assert_eq!(ask("SELECT count(*) FROM shancheng.events").unwrap(), verified.events.to_string());
    let acts = "SELECT string_agg(type || ' ' || status, ', ' ORDER BY status, type) FROM shancheng.commands
                WHERE actor LIKE 'officer:%'";
    assert_eq!(ask(acts).unwrap(), "dispatch 200, report 200, dispatch 409");
    let told = "SELECT risk_class, stage, text FROM shancheng.incidents WHERE text = '有燃气味'";
    assert_eq!(ask(told).unwrap(), "gas|decide|有燃气味");
    for change in [
        "DELETE FROM shancheng.journal",
        "UPDATE shancheng.journal SET who = 'somebody'",
        "TRUNCATE shancheng.journal",
    ] {
        assert!(ask(change).unwrap_err().contains("append-only"), "{change}");
    }
}

#[test]
fn with_postgis_incidents_and_devices_have_places() {
    let folder = tempfile::tempdir().unwrap();
    let config = kept_at(&CLUSTER, "with_places", folder.path());
    CLUSTER.ask("with_places", "CREATE EXTENSION postgis");
    let running = start(config);
    report(&running, "r");
    running.stop();
    let mut client = CLUSTER.client("city", "with_places");
    let near = "ST_DWithin(place::geography, ST_SetSRID(ST_MakePoint(106.577, 29.557), 4326)::geography, $1::float8)";
    let mut count = |table: &str, within_m: f64| -> i64 {
        let ask = format!("SELECT count(*) FROM shancheng.{table} WHERE {near}");
        client.query_one(&ask, &[&within_m]).unwrap().get(0)
    };
    assert!(count("incident_places", 10.0) >= 1);
    assert_eq!(count("devices", 1e7), 17_000);
    assert!(count("devices", 5_000.0) < 17_000);
}

#[test]
fn what_is_changed_taken_out_or_cut_off_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let database = lived(folder.path());
    let at = || JournalAt::Database(Database::named(&CLUSTER.url("city", &database), None).unwrap());
    let head = Head::parse(&archive::verify(&at(), None).unwrap().head).unwrap();
    archive::verify(&at(), Some(head)).unwrap();
    let exported = folder.path().join("journal.jsonl");
    archive::export(&at(), &mut std::fs::File::create(&exported).unwrap()).unwrap();
    assert_eq!(archive::verify(&JournalAt::from(&exported), Some(head)).unwrap().head, head.to_string());

    let tampered = |what: &str, undo: &str| {
        let free = "ALTER TABLE shancheng.journal DISABLE TRIGGER journal_stays;";
        CLUSTER
            .ask(&database, &format!("{free} CREATE TABLE kept AS SELECT * FROM shancheng.journal; {what}"));
        let found = archive::verify(&at(), None).unwrap_err();
        CLUSTER.ask(
            &database,
            &format!(
                "{undo} DELETE FROM shancheng.journal; INSERT INTO shancheng.journal SELECT * FROM kept; DROP TABLE kept"
            ),
        );
        archive::verify(&at(), None).unwrap();
        found
    };
    let of = |fault: &ArchiveError, is: fn(&JournalFault) -> bool| matches!(fault, ArchiveError::Broken { fault, .. } if is(fault));
    let changed = tampered("UPDATE shancheng.journal SET who = 'nobody' WHERE kind = 'command'", "");
    assert!(of(&changed, |fault| matches!(fault, JournalFault::Changed { .. })), "{changed}");
    let removed = tampered("DELETE FROM shancheng.journal WHERE number = 3", "");
    assert!(
        of(&removed, |fault| matches!(fault, JournalFault::Numbers { expected: 3, found: 4 })),
        "{removed}"
    );
    // The database itself says how far it went.
    let cut = tampered("DELETE FROM shancheng.journal WHERE number > 3", "");
    assert!(of(&cut, |fault| matches!(fault, JournalFault::NotThere { .. })), "{cut}");
    let state = tampered(
        "UPDATE shancheng.checkpoint SET body = body || ' '",
        "UPDATE shancheng.checkpoint SET body = rtrim(body);",
    );
    assert!(matches!(state, ArchiveError::Checkpoint { .. }), "{state}");
}

#[test]
fn a_database_without_a_city_is_told() {
    CLUSTER.database("empty");
    let at = JournalAt::Database(Database::named(&CLUSTER.url("city", "empty"), None).unwrap());
    let error = archive::verify(&at, None).unwrap_err().to_string();
    assert!(error.contains("holds no city"), "{error}");
}
