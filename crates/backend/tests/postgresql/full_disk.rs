//! A database server whose disk is really full: a small file system that is filled up and given room again.

use crate::client::*;
use crate::cluster::{Besides, Cluster};
use crate::kept::{kept_at, verify};
use crate::several::{health, start};
use backend::Config;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// A disk of its own in memory, that goes with its value.
struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// `None` where nobody may mount one.
    fn of(megabytes: u32) -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("disk").tempdir().unwrap();
        let size = format!("size={megabytes}m,mode=0755");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(Self { folder })
    }

    fn ballast(&self) -> PathBuf {
        self.folder.path().join("ballast")
    }

    /// Leaves not a byte.
    fn fill(&self) {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(self.ballast());
        let mut file = file.unwrap();
        for size in [1 << 20, 4_096, 1] {
            while file.write(&vec![0; size]).is_ok() {}
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).status();
    }
}

fn cluster_on(disk: &Path) -> Cluster {
    // Its log of writes is small, so that it is at its end soon.
    let options = "-c min_wal_size=32MB -c max_wal_size=48MB -c checkpoint_timeout=1h";
    Cluster::start_with(disk, |_| Besides { options: options.to_owned(), ..Besides::default() })
}

/// An officer's outbox: each report again and again until it is answered. What was refused, in words; and the keys.
fn deliver(running: &backend::Running, officer: usize, is_over: &AtomicBool) -> (Vec<String>, Vec<String>) {
    let (mut refusals, mut keys) = (Vec::new(), Vec::new());
    // Long enough that pages fill up.
    let more = "管道".repeat(300);
    while !is_over.load(Ordering::Relaxed) {
        let key = format!("{officer}-{}", keys.len());
        let body = format!(
            r#"{{"type":"report","riskClass":"gas","lon":106.577,"lat":29.557,"text":"{key} {more}"}}"#
        );
        loop {
            let reply = act(running, &key, &body);
            if reply.status == 200 {
                break;
            }
            assert_eq!((reply.status, reply.reason().as_str()), (503, "unwritten"));
            assert_eq!(reply.headers["retry-after"], "1");
            refusals.push(reply.json()["detail"].as_str().unwrap().to_owned());
            std::thread::sleep(Duration::from_millis(50));
        }
        keys.push(key);
        std::thread::sleep(Duration::from_millis(5));
    }
    (refusals, keys)
}

/// Whether a server comes back by itself depends on how far it got; who looks after it starts it where it did not.
fn bring_back(cluster: &Cluster) {
    if !cluster.answers() {
        cluster.stop_if_it_runs();
        cluster.start_again();
    }
}

#[test]
fn a_disk_that_is_full_for_data_and_then_for_the_log_of_writes_costs_no_command_and_no_stream() {
    let Some(disk) = SmallDisk::of(160) else {
        println!("nobody may mount a disk here: the error 53100 stands in for it, in the tests of outages");
        return;
    };
    let (cluster, folder) = (cluster_on(disk.folder.path()), tempfile::tempdir().unwrap());
    let running = start(Config { speed: 10.0, ..kept_at(&cluster, "city", folder.path()) });
    let events = stream(&format!("{}/api/v1/events", running.url()), Some(0));
    let is_over = AtomicBool::new(false);
    let said = |words: &str| {
        let now = health(&running);
        now["status"] == "degraded" && now["database"].as_str().unwrap_or_default().contains(words)
    };
    let (refusals, keys) = std::thread::scope(|scope| {
        let (running, is_over) = (&running, &is_over);
        let officers: Vec<_> =
            (0..4).map(|officer| scope.spawn(move || deliver(running, officer, is_over))).collect();
        // Tables cannot grow; the server lives.
        disk.fill();
        wait_until("word of the full disk", || said("is full: free some space"));
        disk.make_room();
        bring_back(&cluster);
        wait_until("all to be well", || health(running)["status"] == "ok");
        // Nor can the log of writes: the server gives up in the middle of it.
        disk.fill();
        let mut asking = cluster.client("postgres", "postgres");
        let write = "SELECT pg_logical_emit_message(false, 'test', repeat('x', 1000000))";
        wait_until("the server to give up", || asking.execute(write, &[]).is_err() && asking.is_closed());
        wait_until("word of it", || said("does not answer") || said("free some space"));
        disk.make_room();
        bring_back(&cluster);
        wait_until("all to be well again", || health(running)["status"] == "ok");
        is_over.store(true, Ordering::Relaxed);
        let done = officers.into_iter().map(|officer| officer.join().unwrap());
        done.fold((Vec::new(), Vec::new()), |(said, keys), (s, k)| ([said, s].concat(), [keys, k].concat()))
    });
    assert!(refusals.iter().any(|why| why.contains("is full: free some space")), "{refusals:?}");
    assert!(refusals.iter().all(|why| !why.contains('\n')), "{refusals:?}");
    let last = health(&running)["sequence"].as_u64().unwrap();
    let told: Vec<_> = events.take(last as usize).map(|(_, event)| event).collect();
    assert!(told.iter().zip(1..).all(|(event, n)| event["sequence"] == n), "a gap or a repeat");
    for key in &keys {
        let is_of = |event: &&serde_json::Value| {
            event["text"].as_str().is_some_and(|text| text.split(' ').next() == Some(key.as_str()))
        };
        assert_eq!(told.iter().filter(is_of).count(), 1, "{key}");
    }
    drop(running);
    assert_eq!(verify(&cluster, "city").commands, keys.len() as u64);
}
