#![allow(clippy::unwrap_used)]

use super::*;

fn command(id: &str) -> Command {
    Command::Acknowledge { incident_id: id.into() }
}

fn to(backend: &str, city_id: Option<&str>) -> Addressee {
    Addressee { backend: backend.into(), city_id: city_id.map(Into::into) }
}

fn open() -> (tempfile::TempDir, Outbox) {
    let dir = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(dir.path().join(FILE)).unwrap();
    (dir, outbox)
}

#[test]
fn keeps_the_order_over_a_restart_and_removes_what_was_answered_long_ago() {
    let (dir, mut outbox) = open();
    let here = to("http://a", None);
    let keys = [CommandKey::fresh(), CommandKey::fresh(), CommandKey::fresh()];
    for key in keys {
        outbox.accept(&[(key, command("I-1"))], &here).unwrap();
    }
    outbox.answer(keys[0], 200, "{}").unwrap();
    outbox.db.execute("UPDATE outbox SET answered_ms = 1 WHERE answered_ms IS NOT NULL", []).unwrap();
    drop(outbox);
    let outbox = Outbox::open(dir.path().join(FILE)).unwrap();
    let left: Vec<_> = outbox.waiting().unwrap().into_iter().map(|w| w.key).collect();
    assert_eq!(left, keys[1..]);
    assert_eq!(outbox.next(&here).unwrap().unwrap().command, Some(command("I-1")));
    let rows: i64 = outbox.db.query_row("SELECT count(*) FROM outbox", [], |r| r.get(0)).unwrap();
    assert_eq!(rows, 2);
}

#[test]
fn a_command_is_sent_only_to_the_city_it_was_meant_for() {
    let (_dir, mut outbox) = open();
    outbox.accept(&[(CommandKey::fresh(), command("I-1"))], &to("http://a", None)).unwrap();
    let next = |outbox: &Outbox, backend, city| outbox.next(&to(backend, city)).unwrap().is_some();
    assert!(next(&outbox, "http://a", None) && next(&outbox, "http://a", Some("x")));
    assert!(!next(&outbox, "http://b", None) && !next(&outbox, "http://b", Some("x")));
    outbox.address(&to("http://a", Some("x"))).unwrap();
    assert!(next(&outbox, "http://b", Some("x")), "the same city at another address");
    assert!(!next(&outbox, "http://a", Some("y")), "another city at the same address");
    assert_eq!(outbox.count(&to("http://a", Some("y"))).unwrap(), (0, 1));
    assert_eq!(outbox.count(&to("http://a", Some("x"))).unwrap(), (1, 0));
}

#[test]
fn a_full_disk_accepts_all_or_nothing_and_says_so() {
    let (_dir, mut outbox) = open();
    let pages: i64 = outbox.db.query_row("PRAGMA page_count", [], |r| r.get(0)).unwrap();
    outbox.db.query_row(&format!("PRAGMA max_page_count = {}", pages + 2), [], |_| Ok(())).unwrap();
    let long = Command::Close { incident_id: "I-1".into(), rating: 5, note: "长".repeat(1_500) };
    let many: Vec<_> = (0..20).map(|_| (CommandKey::fresh(), long.clone())).collect();
    let error = outbox.accept(&many, &to("http://a", None)).unwrap_err().to_string();
    assert!(error.contains("full") && error.contains("written"), "{error}");
    assert!(outbox.waiting().unwrap().is_empty());
    outbox.accept(&[(CommandKey::fresh(), command("I-1"))], &to("http://a", None)).unwrap();
    assert_eq!(outbox.waiting().unwrap().len(), 1);
}

#[test]
fn what_is_no_outbox_is_said_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(FILE);
    std::fs::write(&file, "this is no database, and long enough to be seen as none").unwrap();
    let error = Outbox::open(file.clone()).err().unwrap().to_string();
    assert!(error.contains("cannot be opened") && error.contains(FILE), "{error}");
    std::fs::remove_file(&file).unwrap();
    Outbox::open(file.clone()).unwrap().db.execute_batch("PRAGMA user_version = 9").unwrap();
    assert!(Outbox::open(file).err().unwrap().to_string().contains("layout 9"));
}
