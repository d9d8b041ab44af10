//! A console that is killed while it keeps tiles leaves them whole.

use super::imagery_web::{at, hurried, start};
use super::tile_server::{Step, TileServer};
use link::imagery::ImageryLoader;
use overlays::imagery::Lookup;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const SOURCE: &str = "IMAGERY_TEST_SOURCE";
const FOLDER: &str = "IMAGERY_TEST_FOLDER";

/// The console of the child processes below; on its own it does nothing.
#[test]
fn child() {
    let (Ok(source), Some(folder)) = (std::env::var(SOURCE), std::env::var_os(FOLDER)) else { return };
    let source = source.parse().unwrap();
    let loader = ImageryLoader::start_patiently(source, Path::new(&folder), hurried()).unwrap();
    let tiles: Vec<_> = (0..400).map(|column| at(9, column, 7)).collect();
    assert!(loader.wait(&tiles, Duration::from_secs(60)));
}

#[test]
fn killed_at_any_instant_every_tile_on_disk_is_whole() {
    let server = TileServer::start();
    let after = Duration::from_millis(1);
    server.usually(Step { after, ..Step::tile([9, 8, 7]) }.with("cache-control: max-age=600\r\n"));
    let dir = tempfile::tempdir().unwrap();
    let source = format!("http://{}/{{z}}/{{x}}/{{y}}?key=SECRET", server.at);
    let mut kills = 0;
    loop {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "imagery_killed::child"])
            .envs([(SOURCE, source.as_str()), (FOLDER, dir.path().to_str().unwrap())])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // Later and later, by steps that fall anywhere in the work.
        std::thread::sleep(Duration::from_millis(23 + 19 * kills));
        let ended = child.try_wait().unwrap();
        if let Some(status) = ended {
            assert!(status.success());
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        assert!(kills < 100);
    }
    assert!(kills >= 2, "{kills}");
    let asked = server.asked().len();
    assert!(asked < 400 + 100 * kills as usize, "{asked} requests: what was kept was asked for again");
    let loader = start(&server, dir.path());
    let tiles: Vec<_> = (0..400).map(|column| at(9, column, 7)).collect();
    assert!(loader.wait(&tiles, Duration::from_secs(60)));
    assert_eq!(server.asked().len(), asked, "all were kept");
    for tile in tiles {
        let Lookup::Ready(picture) = loader.lookup(tile) else { panic!("{tile:?}") };
        assert!(picture.premultiplied().iter().all(|pixel| *pixel == [9, 8, 7, 255]));
    }
}
