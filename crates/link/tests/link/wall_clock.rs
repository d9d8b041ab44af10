//! A wall clock for a process of a test, by libfaketime: it is stepped by writing a file. What counts seconds since the
//! start of the machine runs on, as it does when a clock is set.

use std::path::{Path, PathBuf};
use std::process::Child;
use tempfile::TempDir;

pub const HOUR_S: i64 = 3_600;
pub const DAY_S: i64 = 86_400;

/// A clock that is right until it is stepped.
pub struct WallClock {
    folder: TempDir,
}

impl WallClock {
    pub fn right() -> Self {
        use std::os::unix::fs::PermissionsExt;
        sweep();
        let folder = tempfile::Builder::new().prefix("clock").tempdir().unwrap();
        // Servers may run as somebody else.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let clock = Self { folder };
        clock.set_off_by(0);
        clock
    }

    /// Sets it so many seconds before or after the right time.
    pub fn set_off_by(&self, seconds: i64) {
        // It is read at any moment: never an empty file, nor half a number.
        let draft = self.folder.path().join("draft");
        std::fs::write(&draft, format!("{seconds:+}\n")).unwrap();
        std::fs::rename(draft, self.file()).unwrap();
    }

    /// True where a process took the library up.
    #[allow(dead_code, reason = "some processes show their clock")]
    pub fn is_kept_by(process: &Child) -> bool {
        let maps = std::fs::read_to_string(format!("/proc/{}/maps", process.id()));
        maps.is_ok_and(|maps| maps.contains("libfaketime"))
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("off_by")
    }

    /// The environment by which a process has this clock.
    pub fn environment(&self) -> [(&'static str, String); 5] {
        let own = |path: &Path| path.to_str().unwrap().to_owned();
        [
            ("LD_PRELOAD", own(&library())),
            ("FAKETIME_TIMESTAMP_FILE", own(&self.file())),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            // The times of files are those of the disk.
            ("NO_FAKE_STAT", "1".to_owned()),
        ]
    }
}

impl Drop for WallClock {
    fn drop(&mut self) {
        sweep();
    }
}

/// Removes what the library shares between processes of those that were killed: it would stop the next of that number.
fn sweep() {
    for entry in std::fs::read_dir("/dev/shm").into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process =
            ["faketime_shm_", "sem.faketime_sem_"].iter().find_map(|begin| name.strip_prefix(begin));
        if process.is_some_and(|number| !Path::new("/proc").join(number).exists()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn library() -> PathBuf {
    let of_machines = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let mut all = of_machines.map(|machine| machine.path().join("faketime/libfaketimeMT.so.1"));
    all.find(|file| file.exists())
        .expect("libfaketime is missing: sh tools/system_packages.sh test installs it")
}
