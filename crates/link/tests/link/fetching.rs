//! Tiles of a box come from a bucket: whole, proved, kept, and known again.

use super::bucket::{Bucket, Mood, name, path, tiff};
use city::CityTime;
use link::fetch::{
    FetchError, FetchPlan, Fetched, MANIFEST, Manifest, Patience, Resolution, TileState, fetch,
};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::time::Duration;

pub const N29: &str = "N29_00_E106_00";
pub const N30: &str = "N30_00_E106_00";
/// A box in both.
pub const BOX: [f64; 4] = [106.2, 29.5, 106.8, 30.5];
/// More than any buffer on the way.
pub const LENGTH: usize = 300_000;

pub fn hurried() -> Patience {
    Patience {
        first_wait: Duration::from_millis(2),
        longest_wait: Duration::from_millis(10),
        stalled_after: Duration::from_millis(300),
        ..Patience::default()
    }
}

pub fn plan(source: &str, bbox: [f64; 4], dir: &Path) -> FetchPlan {
    FetchPlan::new(bbox, Resolution::Glo30, Some(source), dir, CityTime(1_763_800_000_000))
        .unwrap()
        .patiently(hurried())
}

pub fn run(bucket: &Bucket, dir: &Path) -> Result<Fetched, FetchError> {
    fetch(&plan(&bucket.address(), BOX, dir), std::future::pending(), |_| ())
}

pub fn states(fetched: &Fetched) -> Vec<TileState> {
    fetched.tiles.iter().map(|tile| tile.state).collect()
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// The tile on disk is the one in the bucket, and nothing of the work is left beside it.
pub fn assert_there(bucket: &Bucket, dir: &Path, corner: &str) {
    let file = dir.join(format!("{}.tif", name(corner)));
    assert!(std::fs::read(&file).unwrap() == bucket.bytes(corner), "{} differs", file.display());
    for left in ["tif.part", "tif.part.json"] {
        assert!(!dir.join(format!("{}.{left}", name(corner))).exists(), "{left} is left");
    }
}

pub fn manifest(dir: &Path) -> Manifest {
    serde_json::from_slice(&std::fs::read(dir.join(MANIFEST)).unwrap()).unwrap()
}

#[test]
fn the_tiles_of_a_box_come_and_are_known_again_without_a_request() {
    let bucket = Bucket::of(&[N29, N30], LENGTH);
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("new/folder");
    let mut told = Vec::new();
    let plan = plan(&bucket.address(), BOX, &target);
    let first = fetch(&plan, std::future::pending(), |p| told.push(p.clone())).unwrap();
    assert_eq!(states(&first), [TileState::Fetched; 2]);
    assert_eq!(first.bytes, 2 * LENGTH as u64);
    assert!(first.received >= first.bytes);
    for corner in [N29, N30] {
        assert_there(&bucket, &target, corner);
        assert_eq!(bucket.sent(&path(corner)), LENGTH);
    }
    let last = told.last().unwrap();
    assert_eq!(
        (last.files_done, last.files, last.bytes_done, last.bytes),
        (2, 2, first.bytes, Some(first.bytes))
    );

    let asked = bucket.asked_in_all();
    let again = run(&bucket, &target).unwrap();
    assert_eq!(states(&again), [TileState::Kept; 2]);
    assert_eq!((again.received, bucket.asked_in_all()), (0, asked));
    assert_eq!(again.tiles[0].sha256, first.tiles[0].sha256);
}

#[test]
fn the_manifest_and_the_notices_say_what_the_licence_asks_for() {
    let bucket = Bucket::of(&[N29, N30], 5_000);
    let dir = tempfile::tempdir().unwrap();
    let fetched = run(&bucket, dir.path()).unwrap();
    let manifest = manifest(dir.path());
    assert_eq!(manifest.tiles.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), [name(N29), name(N30)]);
    let tile = &manifest.tiles[0];
    assert_eq!(tile.bytes, 5_000);
    assert_eq!(tile.sha256, sha256(&bucket.bytes(N29)));
    assert_eq!(tile.url, format!("{}{}", bucket.address(), path(N29)));
    assert_eq!(tile.fetched_at.to_string(), "2025-11-22T08:26:40.000Z");
    assert!(tile.etag.as_deref().unwrap().starts_with('"'));
    let notice = "produced using Copernicus WorldDEM-30 © DLR e.V. 2010-2014 and © Airbus Defence and Space GmbH \
        2014-2018 provided under COPERNICUS by the European Union and ESA; all rights reserved";
    assert_eq!((manifest.attribution.as_str(), fetched.attribution.as_str()), (notice, notice));
    let page = std::fs::read_to_string(dir.path().join("ATTRIBUTION.txt")).unwrap();
    assert!(page.contains(notice) && page.contains("do not incur any liability") && page.contains("EGM2008"));
    let json = serde_json::to_value(&fetched).unwrap();
    assert_eq!(json["tiles"][0]["state"], "fetched");
    assert_eq!(json["folder"], dir.path().to_str().unwrap());
}

#[test]
fn a_folder_grows_box_by_box_and_keeps_to_one_model() {
    let bucket = Bucket::of(&[N29, N30], 5_000);
    let dir = tempfile::tempdir().unwrap();
    let south = plan(&bucket.address(), [106.2, 29.2, 106.4, 29.4], dir.path());
    fetch(&south, std::future::pending(), |_| ()).unwrap();
    assert_eq!(states(&run(&bucket, dir.path()).unwrap()), [TileState::Kept, TileState::Fetched]);
    assert_eq!(manifest(dir.path()).tiles.len(), 2);
    let at = CityTime(0);
    let coarse = FetchPlan::new(BOX, Resolution::Glo90, Some(&bucket.address()), dir.path(), at).unwrap();
    let said = fetch(&coarse, std::future::pending(), |_| ()).unwrap_err().to_string();
    assert!(said.contains("GLO-30") && said.contains("--out"), "{said}");
}

#[test]
fn a_damaged_file_is_fetched_again_and_an_undamaged_one_is_not() {
    let bucket = Bucket::of(&[N29, N30], LENGTH);
    let dir = tempfile::tempdir().unwrap();
    run(&bucket, dir.path()).unwrap();
    let file = dir.path().join(format!("{}.tif", name(N29)));
    let whole = bucket.bytes(N29);
    let mut flipped = whole.clone();
    flipped[LENGTH / 2] ^= 1;
    for damage in [Some(flipped), Some(whole[..1_000].to_vec()), Some(Vec::new()), None] {
        match &damage {
            Some(bytes) => std::fs::write(&file, bytes).unwrap(),
            None => std::fs::remove_file(&file).unwrap(),
        }
        let states = states(&run(&bucket, dir.path()).unwrap());
        assert_eq!(states, [TileState::Fetched, TileState::Kept]);
        assert_there(&bucket, dir.path(), N29);
    }
    assert_eq!(bucket.sent(&path(N30)), LENGTH);
}

#[test]
fn a_manifest_that_is_lost_or_damaged_costs_no_more_than_fetching_again() {
    let bucket = Bucket::of(&[N29, N30], 5_000);
    let dir = tempfile::tempdir().unwrap();
    run(&bucket, dir.path()).unwrap();
    for text in ["", "{\"format\":1,\"tiles\":", "[]", "{\"format\":1}"] {
        std::fs::write(dir.path().join(MANIFEST), text).unwrap();
        assert_eq!(states(&run(&bucket, dir.path()).unwrap()), [TileState::Fetched; 2], "{text}");
        assert_eq!(states(&run(&bucket, dir.path()).unwrap()), [TileState::Kept; 2]);
    }
    std::fs::write(dir.path().join(MANIFEST), "{\"format\":2}").unwrap();
    assert!(run(&bucket, dir.path()).unwrap_err().to_string().contains("layout 2"));
}

#[test]
fn sea_is_no_error_unless_it_is_all_there_is() {
    let bucket = Bucket::of(&[N29], 5_000);
    let dir = tempfile::tempdir().unwrap();
    // The list leaves it out, so it is not asked for.
    assert_eq!(states(&run(&bucket, dir.path()).unwrap()), [TileState::Fetched, TileState::Absent]);
    assert!(bucket.asked(&path(N30)).is_empty());
    assert!(manifest(dir.path()).absent.contains(&name(N30)));
    // Without a list each is asked for; one that has come meanwhile is fetched.
    bucket.remove("/tileList.txt");
    assert_eq!(states(&run(&bucket, dir.path()).unwrap()), [TileState::Kept, TileState::Absent]);
    assert_eq!(bucket.asked(&path(N30)).len(), 1);
    bucket.put(N30, tiff(9, 5_000));
    assert_eq!(states(&run(&bucket, dir.path()).unwrap()), [TileState::Kept, TileState::Fetched]);
    assert!(manifest(dir.path()).absent.is_empty());

    let empty = tempfile::tempdir().unwrap();
    let sea = plan(&bucket.address(), [0.1, 0.1, 0.2, 0.2], empty.path());
    let said = fetch(&sea, std::future::pending(), |_| ()).unwrap_err().to_string();
    assert!(said.contains(&bucket.address()) && said.contains("all sea"), "{said}");
}

#[test]
fn a_source_that_cannot_list_is_asked_for_each_tile() {
    let bucket = Bucket::of(&[N29, N30], 5_000);
    let moods: [Vec<Mood>; 2] = [vec![Mood::status(403)], vec![Mood::status(500); 8]];
    for moods in moods {
        bucket.moods("/tileList.txt", moods);
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(states(&run(&bucket, dir.path()).unwrap()), [TileState::Fetched; 2]);
    }
}

#[test]
fn one_fetch_at_a_time_works_on_a_folder() {
    let bucket = Bucket::of(&[N29, N30], LENGTH);
    let dir = tempfile::tempdir().unwrap();
    let mut second = None;
    let both = fetch(&plan(&bucket.address(), BOX, dir.path()), std::future::pending(), |_| {
        // The lock is this process's own file, so the same process is kept out as well.
        let other = || std::thread::scope(|s| s.spawn(|| run(&bucket, dir.path())).join().unwrap());
        second.get_or_insert_with(other);
    });
    assert!(matches!(second, Some(Err(FetchError::InUse(_)))), "{second:?}");
    assert_eq!(states(&both.unwrap()), [TileState::Fetched; 2]);
}

#[test]
fn some_files_come_at_the_same_time_but_not_all() {
    let corners: Vec<String> = (0..9).map(|n| format!("N29_00_E10{n}_00")).collect();
    let bucket = Bucket::of(&corners.iter().map(String::as_str).collect::<Vec<_>>(), LENGTH);
    bucket.usually(Mood { slow: true, ..Mood::default() });
    let dir = tempfile::tempdir().unwrap();
    let wide = plan(&bucket.address(), [100.0, 29.0, 109.0, 30.0], dir.path());
    let fetched = fetch(&wide, std::future::pending(), |_| ()).unwrap();
    assert_eq!(states(&fetched), [TileState::Fetched; 9]);
    // The server may learn a little later than the client that an answer is over.
    assert!((2..=5).contains(&bucket.most_at_once()), "{}", bucket.most_at_once());
    corners.iter().for_each(|corner| assert_there(&bucket, dir.path(), corner));
}
