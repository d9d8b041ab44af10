//! A broker of MQTT, mosquitto, in a process of its own, and messages that another program of its package publishes.

use super::source_streams::{free_tcp_port, until};
use super::wall_clock::WallClock;
use std::io::Write;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A program of the broker's packages, which are Debian's `mosquitto` and `mosquitto-clients`.
pub fn program(name: &str) -> PathBuf {
    link::soak::program(name)
        .unwrap_or_else(|| panic!("{name} is missing: run tools/system_packages.sh test"))
}

/// A running broker that keeps what it is given to keep.
pub struct Broker {
    process: Child,
    pub port: u16,
    folder: tempfile::TempDir,
    environment: Vec<(&'static str, String)>,
}

impl Broker {
    /// A broker that lets everybody in.
    pub fn open() -> Self {
        Self::with(|_| "allow_anonymous true\n".to_owned())
    }

    /// A broker with more lines in its settings, which may name files that are made in its folder.
    pub fn with(more: impl FnOnce(&Path) -> String) -> Self {
        Self::with_clock(None, more)
    }

    /// The same by a wall clock of its own.
    pub fn with_clock(clock: Option<&WallClock>, more: impl FnOnce(&Path) -> String) -> Self {
        let environment = clock.map(|clock| clock.environment().to_vec()).unwrap_or_default();
        let (folder, port) = (tempfile::tempdir().unwrap(), free_tcp_port());
        let at = folder.path();
        let more = more(at);
        let text = format!(
            "user root\nper_listener_settings false\npersistence true\npersistence_location {}/\n\
             max_queued_messages 0\nlog_dest none\nlistener {port} 127.0.0.1\n{more}",
            at.display()
        );
        std::fs::write(at.join("mosquitto.conf"), text).unwrap();
        let process = serve(at, port, &environment);
        assert!(clock.is_none() || WallClock::is_kept_by(&process), "the broker has a clock of its own");
        Self { process, port, folder, environment }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("mqtt://127.0.0.1:{}", self.port)
    }

    /// Ends it as a service is ended, and starts it again a moment later.
    pub fn restart(&mut self, meanwhile: impl FnOnce()) {
        self.end();
        meanwhile();
        self.process = serve(self.folder.path(), self.port, &self.environment);
    }

    fn end(&mut self) {
        let ended = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status();
        assert!(ended.is_ok_and(|status| status.success()));
        self.process.wait().unwrap();
    }

    /// Publishes at QoS 1, again and again until the broker has taken it.
    pub fn publish(&self, topic: &str, message: &str) {
        self.publish_as(topic, message, &[]);
    }

    /// The same with more words to the program that publishes.
    pub fn publish_as(&self, topic: &str, message: &str, more: &[&str]) {
        until("broker that takes a message", || self.try_publish(topic, message, more).then_some(()));
    }

    fn try_publish(&self, topic: &str, message: &str, more: &[&str]) -> bool {
        let mut publishing = Command::new(program("mosquitto_pub"))
            .args(["-h", "localhost", "-p", &self.port.to_string(), "-q", "1", "-t", topic, "-s"])
            .args(more)
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut words = publishing.stdin.take().unwrap();
        let written = words.write_all(message.as_bytes());
        drop(words);
        publishing.wait().is_ok_and(|status| status.success()) && written.is_ok()
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn serve(folder: &Path, port: u16, environment: &[(&'static str, String)]) -> Child {
    let process = Command::new(program("mosquitto"))
        .args(["-c", "mosquitto.conf"])
        .current_dir(folder)
        .envs(environment.iter().cloned())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until("broker that listens", || TcpStream::connect(("127.0.0.1", port)).ok().map(drop));
    process
}
