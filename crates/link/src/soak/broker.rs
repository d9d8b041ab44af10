//! A broker of one's own for the time of a measurement.

use super::SoakError;
use super::scratch::Scratch;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where a program of the broker's packages is; what serves lies where the path of people may not lead.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let beside = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"].map(PathBuf::from);
    let mut folders = std::env::split_paths(&path).chain(beside);
    folders.find_map(|folder| Some(folder.join(name)).filter(|program| program.is_file()))
}

/// A mosquitto on a port of this computer; ends with the value.
pub(super) struct Broker {
    process: Child,
    _folder: Scratch,
    pub(super) port: u16,
}

impl Broker {
    pub(super) fn start() -> Result<Self, SoakError> {
        let mosquitto = program("mosquitto").ok_or(SoakError::NoProgram("mosquitto"))?;
        // Nobody else takes the port between here and its start.
        let listener = TcpListener::bind("127.0.0.1:0").map_err(SoakError::system("looking for a port"))?;
        let port = listener.local_addr().map_err(SoakError::system("looking for a port"))?.port();
        drop(listener);
        let folder = Scratch::new("broker")?;
        let file = folder.path().join("mosquitto.conf");
        // What waits for a slow console is kept, whatever there is of it.
        let text = format!(
            "listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_queued_messages 0\n\
             set_tcp_nodelay true\nlog_dest none\n"
        );
        std::fs::write(&file, text).map_err(SoakError::system("writing the broker's settings"))?;
        let process = Command::new(mosquitto)
            .arg("-c")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(SoakError::system("starting the broker"))?;
        let broker = Self { process, _folder: folder, port };
        let begin = Instant::now();
        loop {
            match TcpStream::connect(("127.0.0.1", port)) {
                Ok(_) => return Ok(broker),
                Err(error) if begin.elapsed() > Duration::from_secs(10) => {
                    return Err(SoakError::System { what: "waiting for the broker", source: error });
                }
                Err(_) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        // One that is gone needs no ending.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
