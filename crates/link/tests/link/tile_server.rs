//! A server of tiles on loopback: each request is answered by the next step of its path's script, the last repeated.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How a request is answered.
#[derive(Clone, Debug, Default)]
pub struct Step {
    pub status: u16,
    /// Header lines, each ended by `\r\n`.
    pub headers: &'static str,
    pub body: Vec<u8>,
    /// The connection is closed after so many bytes of the body.
    pub cut: Option<usize>,
    /// So long nothing is answered.
    pub after: Duration,
}

impl Step {
    pub fn status(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    pub fn tile(colour: [u8; 3]) -> Self {
        Self { status: 200, body: png(colour), ..Self::default() }
    }

    pub fn with(self, headers: &'static str) -> Self {
        Self { headers, ..self }
    }
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub headers: HashMap<String, String>,
}

#[derive(Default)]
struct State {
    scripts: HashMap<String, Vec<Step>>,
    usual: Option<Step>,
    asked: Vec<Asked>,
    now: usize,
    most: usize,
}

/// Listens until it is dropped.
pub struct TileServer {
    pub at: SocketAddr,
    state: Arc<Mutex<State>>,
    stop: Arc<AtomicBool>,
}

impl TileServer {
    pub fn start() -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    pub fn on(listener: TcpListener) -> Self {
        let server = Self { at: listener.local_addr().unwrap(), state: Arc::default(), stop: Arc::default() };
        let (state, stop) = (server.state.clone(), server.stop.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let state = state.clone();
                std::thread::spawn(move || serve(&stream, &state));
            }
        });
        server
    }

    /// The source of this server's tiles, with a key that must not be told.
    pub fn source(&self) -> overlays::imagery::ImagerySource {
        format!("http://{}/{{z}}/{{x}}/{{y}}?key=SECRET", self.at).parse().unwrap()
    }

    /// The answers to a tile such as `3/1/2`.
    pub fn script(&self, tile: &str, steps: impl IntoIterator<Item = Step>) {
        let mut steps: Vec<_> = steps.into_iter().collect();
        steps.reverse();
        self.state.lock().unwrap().scripts.insert(format!("/{tile}?key=SECRET"), steps);
    }

    /// The answer to all others.
    pub fn usually(&self, step: Step) {
        self.state.lock().unwrap().usual = Some(step);
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.state.lock().unwrap().asked.clone()
    }

    /// The most requests that were under way at the same time.
    pub fn most_at_once(&self) -> usize {
        self.state.lock().unwrap().most
    }
}

impl Drop for TileServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.at);
    }
}

/// One request a connection, so that a server which is gone is gone.
fn serve(mut stream: &TcpStream, state: &Mutex<State>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let step = {
        let mut state = state.lock().unwrap();
        let State { scripts, usual, .. } = &mut *state;
        let step = match scripts.get_mut(&path) {
            Some(script) if script.len() > 1 => script.pop(),
            Some(script) => script.last().cloned(),
            None => usual.clone(),
        };
        state.asked.push(Asked { path, headers });
        state.now += 1;
        state.most = state.most.max(state.now);
        step.unwrap_or(Step::status(404))
    };
    std::thread::sleep(step.after);
    state.lock().unwrap().now -= 1;
    let length = if matches!(step.status, 204 | 304) {
        String::new()
    } else {
        format!("content-length: {}\r\n", step.body.len())
    };
    let head = format!("HTTP/1.1 {} X\r\nconnection: close\r\n{}{length}\r\n", step.status, step.headers);
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&step.body[..step.cut.unwrap_or(step.body.len())]).ok()
}

/// A picture of 256 × 256 pixels of one colour.
pub fn png([r, g, b]: [u8; 3]) -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(kind);
        sum.update(data);
        [&(data.len() as u32).to_be_bytes()[..], kind, data, &sum.sum().to_be_bytes()].concat()
    };
    let mut pixels = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    pixels.write_all(&[0; 33 * 256]).unwrap();
    let header = [&256_u32.to_be_bytes()[..], &256_u32.to_be_bytes(), &[1, 3, 0, 0, 0]].concat();
    let data = pixels.finish().unwrap();
    let chunks =
        [chunk(b"IHDR", &header), chunk(b"PLTE", &[r, g, b]), chunk(b"IDAT", &data), chunk(b"IEND", b"")];
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat()
}
