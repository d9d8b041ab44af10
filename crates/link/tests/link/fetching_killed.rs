//! A fetch that is killed at any instant goes on; and what it needs a process of its own for.

use super::bucket::{Bucket, Mood, name, path};
use super::fetching::{BOX, N29, N30, assert_there, manifest, plan, run, states};
use link::fetch::{TileState, fetch};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const SOURCE: &str = "FETCH_TEST_SOURCE";
const FOLDER: &str = "FETCH_TEST_FOLDER";

/// The fetch of the child processes below; on its own it does nothing.
#[test]
fn child() {
    let (Ok(source), Some(folder)) = (std::env::var(SOURCE), std::env::var_os(FOLDER)) else { return };
    fetch(&plan(&source, BOX, Path::new(&folder)), std::future::pending(), |_| ()).unwrap();
}

fn spawn(source: &str, folder: &Path, more: &[(&str, &str)]) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "fetching_killed::child"])
        .env(SOURCE, source)
        .env(FOLDER, folder)
        .envs(more.iter().copied())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn killed_at_any_instant_it_ends_with_the_same_bytes() {
    const LONG: usize = 1_000_000;
    let bucket = Bucket::of(&[N29, N30], LONG);
    bucket.usually(Mood { slow: true, ..Mood::default() });
    let dir = tempfile::tempdir().unwrap();
    let mut kills = 0;
    loop {
        let mut child = spawn(&bucket.address(), dir.path(), &[]);
        // Later and later, by steps that fall anywhere in the work.
        std::thread::sleep(Duration::from_millis(13 + 17 * kills));
        match child.try_wait().unwrap() {
            Some(status) => {
                assert!(status.success());
                break;
            }
            None => child.kill().unwrap(),
        }
        child.wait().unwrap();
        kills += 1;
        assert!(kills < 100);
    }
    for corner in [N29, N30] {
        assert_there(&bucket, dir.path(), corner);
        // What lay in the sockets of those that were killed is all that came twice.
        let twice = bucket.sent(&path(corner)) - LONG;
        assert!(twice < LONG, "{twice} bytes came twice, after {kills} kills");
    }
    assert!(kills >= 3, "{kills}");
    assert_eq!(states(&run(&bucket, dir.path()).unwrap()), [TileState::Kept; 2]);
}

#[test]
fn killed_between_the_last_byte_and_the_name_it_asks_for_nothing_again() {
    let bucket = Bucket::of(&[N29, N30], 50_000);
    let dir = tempfile::tempdir().unwrap();
    let file = |ending: &str| dir.path().join(format!("{}.tif{ending}", name(N29)));
    let moods = [Mood::cut(49_999)].into_iter().chain((0..8).map(|_| Mood::status(500)));
    bucket.moods(&path(N29), moods);
    run(&bucket, dir.path()).unwrap_err();
    let origin = std::fs::read(file(".part.json")).unwrap();
    // The part is whole, with and without the manifest knowing it, and the file may be there already.
    std::fs::write(file(".part"), bucket.bytes(N29)).unwrap();
    let asked = bucket.asked_in_all();
    run(&bucket, dir.path()).unwrap();
    assert_there(&bucket, dir.path(), N29);
    std::fs::rename(file(""), file(".part")).unwrap();
    std::fs::write(file(".part.json"), &origin).unwrap();
    run(&bucket, dir.path()).unwrap();
    assert_there(&bucket, dir.path(), N29);
    std::fs::write(file(".part.json"), &origin).unwrap();
    run(&bucket, dir.path()).unwrap();
    assert_there(&bucket, dir.path(), N29);
    assert_eq!(bucket.asked_in_all(), asked);
    assert_eq!(manifest(dir.path()).tiles.len(), 2);
}

#[test]
fn parts_of_nobody_knows_what_do_no_harm() {
    let whole = 50_000;
    let bucket = Bucket::of(&[N29, N30], whole);
    let dir = tempfile::tempdir().unwrap();
    let file = |ending: &str| dir.path().join(format!("{}.tif{ending}", name(N29)));
    let origin = |bytes: usize, md5: &str| {
        let url = format!("{}{}", bucket.address(), path(N29));
        format!(r#"{{"url":"{url}","bytes":{bytes},"etag":"\"x\"","md5":{md5}}}"#)
    };
    let garbage = vec![7_u8; 20_000];
    let longer = vec![7_u8; whole + 1];
    for (part, json) in [
        (&garbage, String::new()),
        (&garbage, "{}".to_owned()),
        (&garbage, origin(whole, "null")),
        (&garbage, origin(20_000, "null")),
        (&garbage, origin(20_000, "\"00000000000000000000000000000000\"")),
        (&longer, origin(whole, "null")),
    ] {
        let _ = std::fs::remove_file(file(""));
        std::fs::write(file(".part"), part).unwrap();
        std::fs::write(file(".part.json"), &json).unwrap();
        run(&bucket, dir.path()).unwrap();
        assert_there(&bucket, dir.path(), N29);
    }
    // With the right tag beside the wrong bytes only the checksum can tell, and does.
    std::fs::remove_file(file("")).unwrap();
    std::fs::write(file(".part"), &garbage).unwrap();
    let tag = super::bucket::md5_tag(&bucket.bytes(N29));
    let json =
        serde_json::json!({"url": "elsewhere", "bytes": whole, "etag": tag, "md5": tag.trim_matches('"')});
    std::fs::write(file(".part.json"), json.to_string()).unwrap();
    run(&bucket, dir.path()).unwrap();
    assert_there(&bucket, dir.path(), N29);
}

#[test]
fn the_proxy_of_the_environment_is_asked_for_other_machines() {
    let bucket = Bucket::of(&[N29, N30], 50_000);
    let dir = tempfile::tempdir().unwrap();
    let proxy = bucket.address();
    let mut child =
        spawn("http://mirror.invalid", dir.path(), &[("HTTP_PROXY", &proxy), ("http_proxy", &proxy)]);
    assert!(child.wait().unwrap().success());
    assert_there(&bucket, dir.path(), N29);
}
