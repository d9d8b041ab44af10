//! A real broker, mosquitto, in a process of its own, that keeps what it is given to keep.

use crate::client::wait_until;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

pub struct Mosquitto {
    process: Child,
    port: u16,
    folder: TempDir,
}

impl Mosquitto {
    pub fn start() -> Self {
        Self::start_at(free_port(), |_| String::new())
    }

    /// One at this port, with more lines in its settings, which may name files that are made in its folder.
    pub fn start_at(port: u16, more: impl FnOnce(&Path) -> String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "user root\npersistence true\npersistence_location {}/\nmax_queued_messages 0\nlog_dest none\n\
             listener {port} 127.0.0.1\nallow_anonymous true\n{}",
            folder.path().display(),
            more(folder.path())
        );
        std::fs::write(folder.path().join("mosquitto.conf"), text).unwrap();
        Self { process: serve(folder.path(), port), port, folder }
    }

    pub fn url(&self) -> String {
        format!("mqtt://127.0.0.1:{}", self.port)
    }

    /// Ends it as a service is ended, and starts it again.
    pub fn restart(&mut self, meanwhile: impl FnOnce()) {
        let ended = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status();
        assert!(ended.unwrap().success());
        self.process.wait().unwrap();
        meanwhile();
        self.process = serve(self.folder.path(), self.port);
    }

    /// Publishes at QoS 1.
    pub fn publish(&self, topic: &str, message: &str) {
        let mut publishing = Command::new(program("mosquitto_pub"))
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-q", "1", "-t", topic, "-s"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        publishing.stdin.take().unwrap().write_all(message.as_bytes()).unwrap();
        assert!(publishing.wait().unwrap().success());
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that nobody uses.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn program(name: &str) -> PathBuf {
    link::soak::program(name)
        .unwrap_or_else(|| panic!("{name} is missing: sh tools/system_packages.sh test installs it"))
}

fn serve(folder: &Path, port: u16) -> Child {
    let process = Command::new(program("mosquitto"))
        .args(["-c", "mosquitto.conf"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_until("mosquitto", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    process
}
