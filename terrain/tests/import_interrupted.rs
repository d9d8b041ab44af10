//! Imports that end early, and come again: the same bytes in the end, the old folder until then, nothing left behind.
#![allow(clippy::unwrap_used)]

mod making;

use making::{Raster, import, names, relief_m};
use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};
use terrain::{
    Ground,
    import::{self, Import},
};

const STEP: f64 = 1.0 / 1200.0;

/// A folder with a model of some thirty tiles, a void among them.
fn folder_with_a_model() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let is_void = |lon: f64, lat: f64| (lon - 106.4).abs() < 0.03 && (lat - 29.7).abs() < 0.03;
    let height_m = |lon, lat| if is_void(lon, lat) { f64::NAN } else { relief_m(lon, lat) };
    let (source, out) = (folder.path().join("a.tif"), folder.path().join("terrain"));
    Raster::new((106.0, 30.0), STEP, (1000, 760), height_m).write(&source);
    (folder, source, out)
}

/// Begins an import that ends by a panic once so much of it is done.
fn interrupt(source: &Path, out: &Path, share: f64) {
    let wanted = Import::new([source.to_owned()], out);
    let stop = |done: f64| assert!(done < share, "interrupted");
    let ended = catch_unwind(AssertUnwindSafe(|| import::import(&wanted, &stop)));
    assert!(ended.is_err(), "it was not interrupted");
}

fn made(source: &Path, out: &Path) -> Vec<u8> {
    import(source, out).unwrap();
    fs::read(out.join("terrain.tif")).unwrap()
}

#[test]
fn an_interrupted_import_goes_on_and_ends_with_the_same_bytes() {
    let (folder, source, out) = folder_with_a_model();
    let whole = made(&source, &out);
    fs::remove_dir_all(&out).unwrap();
    for share in [0.05, 0.4, 0.84, 0.9] {
        interrupt(&source, &out, share);
        assert_eq!(names(folder.path()), [".terrain.importing", "a.tif"]);
        let report = import(&source, &out).unwrap();
        assert!(report.tiles_resumed > 0 && report.tiles_resumed <= report.tiles, "{share}: {report:?}");
        assert!(fs::read(out.join("terrain.tif")).unwrap() == whole, "{share}");
        assert_eq!(names(folder.path()), ["a.tif", "terrain"]);
        fs::remove_dir_all(&out).unwrap();
    }
    // Again and again.
    for share in [0.1, 0.3, 0.5, 0.7, 0.86] {
        interrupt(&source, &out, share);
    }
    assert!(made(&source, &out) == whole);
}

#[test]
fn a_killed_import_goes_on_too() {
    // Run as a child by the test below it: an abort leaves things as a kill does.
    if let Some(folder) = std::env::var_os("TERRAIN_KILLED_IN") {
        let folder = PathBuf::from(folder);
        let wanted = Import::new([folder.join("a.tif")], folder.join("terrain"));
        let stop = |done: f64| {
            if done > 0.5 {
                std::process::abort()
            }
        };
        import::import(&wanted, &stop).unwrap();
        return;
    }
    let (folder, source, out) = folder_with_a_model();
    let whole = made(&source, &out);
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "a_killed_import_goes_on_too"]).env("TERRAIN_KILLED_IN", folder.path());
    assert!(!child.output().unwrap().status.success());
    assert!(fs::read(out.join("terrain.tif")).unwrap() == whole, "the old folder was touched");
    let report = import(&source, &out).unwrap();
    assert!(report.tiles_resumed > 5, "{report:?}");
    assert!(fs::read(out.join("terrain.tif")).unwrap() == whole);
}

#[test]
fn torn_and_damaged_journals_are_used_as_far_as_they_are_whole() {
    let (folder, source, out) = folder_with_a_model();
    let whole = made(&source, &out);
    let journal = folder.path().join(".terrain.importing");
    let change = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = fs::read(journal.join(name)).unwrap();
        change(&mut bytes);
        fs::write(journal.join(name), bytes).unwrap();
    };
    let cases: [(&str, &dyn Fn()); 6] = [
        ("a record is torn", &|| change("index", &|bytes| bytes.truncate(bytes.len() - 10))),
        ("a record is damaged", &|| change("index", &|bytes| bytes[44 * 4 + 20] ^= 8)),
        ("a tile is torn", &|| change("tiles", &|bytes| bytes.truncate(bytes.len() - 1000))),
        ("a tile is damaged", &|| change("tiles", &|bytes| bytes[5000] ^= 1)),
        ("half a tile was written", &|| change("tiles", &|bytes| bytes.extend([7; 999]))),
        ("the words are gone", &|| fs::write(journal.join("job.json"), "{").unwrap()),
    ];
    for (name, damage) in cases {
        fs::remove_dir_all(&out).unwrap();
        interrupt(&source, &out, 0.87);
        damage();
        assert!(made(&source, &out) == whole, "{name}");
    }
}

#[test]
fn nothing_of_another_source_or_with_other_words_is_gone_on_with() {
    let (_folder, source, out) = folder_with_a_model();
    interrupt(&source, &out, 0.5);
    let feathered = Import { feather: 3, ..Import::new([source.clone()], &out) };
    assert_eq!(import::import(&feathered, &|_| {}).unwrap().tiles_resumed, 0);
    interrupt(&source, &out, 0.5);
    let other = Raster::new((106.0, 30.0), STEP, (1100, 900), |_, _| 77.0);
    other.write(&source);
    let report = import(&source, &out).unwrap();
    assert_eq!((report.tiles_resumed, report.min_m, report.max_m), (0, 77.0, 77.0));
}

#[test]
fn one_at_a_time_and_the_old_folder_stays_until_the_new_one_is_complete() {
    let (folder, source, out) = folder_with_a_model();
    let old = made(&source, &out);
    Raster::new((106.0, 30.0), STEP, (1100, 900), |_, _| 77.0).write(&source);
    let (asked, looked) = (AtomicBool::new(false), AtomicUsize::new(0));
    let during = |done: f64| {
        if done < 1.0 {
            assert!(fs::read(out.join("terrain.tif")).unwrap() == old);
            looked.fetch_add(1, Ordering::Relaxed);
        }
        if done > 0.3 && !asked.swap(true, Ordering::Relaxed) {
            let refused = import(&source, &out).unwrap_err().to_string();
            assert!(refused.contains("another import into the same place"), "{refused}");
        }
    };
    import::import(&Import::new([source.clone()], &out), &during).unwrap();
    assert!(looked.load(Ordering::Relaxed) > 20 && asked.load(Ordering::Relaxed));
    assert!(fs::read(out.join("terrain.tif")).unwrap() != old);
    assert_eq!(names(folder.path()), ["a.tif", "terrain"]);
    // Killed between the two renames that put the new folder in its place: the next import puts the old one back.
    fs::create_dir(folder.path().join(".terrain.importing")).unwrap();
    fs::rename(&out, folder.path().join(".terrain.importing/old")).unwrap();
    interrupt(&source, &out, 0.2);
    assert!(Ground::open(&out).is_ok());
}

#[test]
fn a_source_damaged_in_its_middle_is_named_and_leaves_nothing_behind() {
    let (folder, source, out) = folder_with_a_model();
    let old = made(&source, &out);
    let mut bytes = fs::read(&source).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0xAB);
    fs::write(&source, bytes).unwrap();
    let error = import(&source, &out).unwrap_err().to_string();
    assert!(error.contains("a.tif") && error.contains("damaged"), "{error}");
    assert_eq!(names(folder.path()), ["a.tif", "terrain"]);
    assert!(fs::read(out.join("terrain.tif")).unwrap() == old);
}

#[test]
fn folders_with_any_name_and_behind_links_are_made_where_they_were_named() {
    let (folder, source, _) = folder_with_a_model();
    let model = |out: &Path| {
        import(&source, out).unwrap();
        Ground::open(out).unwrap();
    };
    model(&folder.path().join("地形 of 重庆/deep/er/terrain/"));
    assert_eq!(names(&folder.path().join("地形 of 重庆/deep/er")), ["terrain"]);
    let not_a_folder = import(&source, &source).unwrap_err().to_string();
    assert!(not_a_folder.contains("not a folder"), "{not_a_folder}");
    // Statistics that GDAL leaves beside the heights go with them.
    let out = folder.path().join("terrain");
    model(&out);
    fs::write(out.join("terrain.tif.aux.xml"), "<PAMDataset/>").unwrap();
    model(&out);
    assert_eq!(names(&out), ["terrain.json", "terrain.tif"]);
    #[cfg(unix)]
    {
        fs::create_dir(folder.path().join("large disk")).unwrap();
        let (link, target) = (folder.path().join("link"), folder.path().join("large disk/terrain"));
        std::os::unix::fs::symlink("large disk/terrain", &link).unwrap();
        model(&link);
        model(&link);
        assert!(link.is_symlink() && target.is_dir());
        let pipe = folder.path().join("pipe.tif");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let refused = import(&pipe, &out).unwrap_err().to_string();
        assert!(refused.contains("neither a file nor a folder"), "{refused}");
        // In a folder, a pipe is passed over, and a link in a circle followed once.
        let sources = folder.path().join("sources");
        fs::create_dir(&sources).unwrap();
        fs::rename(&pipe, sources.join("pipe.tif")).unwrap();
        fs::copy(&source, sources.join("a.tif")).unwrap();
        std::os::unix::fs::symlink(&sources, sources.join("circle")).unwrap();
        // What was made lies among the sources, and is none of the next import.
        for _ in 0..2 {
            assert_eq!(import(&sources, &sources.join("made")).unwrap().sources, 1);
        }
    }
}
