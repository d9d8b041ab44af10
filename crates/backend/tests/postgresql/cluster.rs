//! A real PostgreSQL server in a folder of its own, reached by a socket there, that ends with the test.

use std::ffi::OsStr;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// What a server is started with besides the usual.
#[derive(Default)]
pub struct Besides {
    /// A port of this machine at which it listens, too.
    pub port: Option<u16>,
    /// More options.
    pub options: String,
    /// More of the environment.
    pub environment: Vec<(&'static str, String)>,
}

/// The server refuses to run as root: there it runs as nobody.
const NOBODY: u32 = 65_534;

pub struct Cluster {
    folder: TempDir,
    besides: Besides,
    // Ends the server once this process is gone, in whichever way.
    _keeper: Child,
}

impl Cluster {
    pub fn start() -> Self {
        Self::start_with(&std::env::temp_dir(), |_| Besides::default())
    }

    /// A server whose folder is made in `parent`; what it is started with may name files that are made in its folder.
    pub fn start_with(parent: &Path, besides: impl FnOnce(&Path) -> Besides) -> Self {
        let folder = tempfile::Builder::new().prefix("pg").tempdir_in(parent).unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        if is_root() {
            std::os::unix::fs::chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let data = folder.path().join("data");
        run(tool("initdb")
            .arg("-D")
            .arg(&data)
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8"])
            .args(["--locale=C", "--no-sync"]));
        let mut line = Command::new("sh");
        line.args(["-c", "read -r _; \"$@\" stop -m immediate >/dev/null 2>&1"]).arg("keeper");
        let stop = tool("pg_ctl");
        line.arg(stop.get_program()).args(stop.get_args()).arg("-D").arg(&data);
        let keeper = line.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let besides = besides(folder.path());
        let cluster = Self { folder, besides, _keeper: keeper };
        cluster.start_again();
        cluster.ask("postgres", "CREATE ROLE city LOGIN");
        cluster
    }

    pub fn start_again(&self) {
        let folder = self.folder.path().display();
        let usual = format!("-c listen_addresses= -k {folder} -c max_connections=300 -c fsync=off");
        let Besides { port, options, environment } = &self.besides;
        let port = port.map(|port| format!("-c listen_addresses=127.0.0.1 -c port={port}"));
        let options = format!("{usual} {} {options}", port.unwrap_or_default());
        let log = self.folder.path().join("log");
        run(tool_with("pg_ctl", environment)
            .arg("-D")
            .arg(self.folder.path().join("data"))
            .args(["-o", &options, "-w"])
            .args([OsStr::new("-l"), log.as_os_str(), OsStr::new("start")]));
    }

    /// Stops it, `fast` or `immediate` as a power cut would.
    pub fn stop(&self, how: &str) {
        run(tool("pg_ctl").arg("-D").arg(self.folder.path().join("data")).args(["-m", how, "-w", "stop"]));
    }

    /// Whether it lets anybody in.
    pub fn answers(&self) -> bool {
        postgres::Client::connect(&self.url("postgres", "postgres"), postgres::NoTls).is_ok()
    }

    /// Ends what is left of it, if anything is.
    pub fn stop_if_it_runs(&self) {
        let data = self.folder.path().join("data");
        let _ = tool("pg_ctl").arg("-D").arg(data).args(["-m", "immediate", "-w", "stop"]).output();
    }

    /// Makes a database that the role `city` owns, unless it is there.
    pub fn database(&self, name: &str) {
        let count = format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'");
        if self.client("postgres", "postgres").query_one(&count, &[]).unwrap().get::<_, i64>(0) == 0 {
            self.ask("postgres", &format!("CREATE DATABASE {name} OWNER city"));
        }
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn url(&self, user: &str, database: &str) -> String {
        let port = self.besides.port.unwrap_or(5432);
        format!("postgres:///{database}?user={user}&host={}&port={port}", self.folder.path().display())
    }

    pub fn client(&self, user: &str, database: &str) -> postgres::Client {
        postgres::Client::connect(&self.url(user, database), postgres::NoTls).unwrap()
    }

    /// Has it done by the administrator.
    pub fn ask(&self, database: &str, what: &str) {
        self.client("postgres", database).batch_execute(what).unwrap();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop_if_it_runs();
    }
}

/// Makes a file the server's own, that nobody else may read.
pub fn give(file: &Path) {
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
    if is_root() {
        std::os::unix::fs::chown(file, Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// A program of the server, as somebody it may run as.
fn tool(name: &str) -> Command {
    tool_with(name, &[])
}

fn tool_with(name: &str, environment: &[(&str, String)]) -> Command {
    let mut command = Command::new(if is_root() { "setpriv" } else { "env" });
    if is_root() {
        let nobody = NOBODY.to_string();
        command.args([format!("--reuid={nobody}"), format!("--regid={nobody}"), "--clear-groups".to_owned()]);
        // The environment is that of the server alone.
        command.arg("env").current_dir("/");
    }
    command.args(environment.iter().map(|(name, value)| format!("{name}={value}")));
    command.arg(programs().join(name));
    command
}

/// The folder of the server's programs: Debian keeps them out of the path, a folder a version.
fn programs() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let of_version = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = of_version.map(|version| version.path().join("bin")).collect();
    versions.sort_by_key(|bin| {
        let version = bin.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        version.and_then(|name| name.parse::<u32>().ok())
    });
    let mut all = versions.into_iter().rev().chain(std::env::split_paths(&path));
    all.find(|folder| folder.join("initdb").exists())
        .expect("PostgreSQL is missing: sh tools/system_packages.sh test installs it")
}

fn run(command: &mut Command) {
    // The server inherits where its starter writes to, and would keep a pipe open.
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.as_ref().is_ok_and(|status| status.success()), "{command:?}: {status:?}");
}
