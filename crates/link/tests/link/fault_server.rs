//! A small HTTP server that does what it is told: one script a route, one step a request.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How a request is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A whole answer: status, content type, body.
    Whole(u16, &'static str, String),
    /// The same with further lines of the head, each with its end.
    With(u16, &'static str, String, String),
    /// A whole answer, byte by byte.
    ByteByByte(u16, &'static str, String),
    /// An event stream that sends this and closes.
    Stream(String),
    /// The same byte by byte.
    StreamByteByByte(String),
    /// An event stream that sends this and stays open without another byte.
    StreamThenSilence(String),
    /// Bytes as they are, then closed: no HTTP at all.
    Raw(Vec<u8>),
    /// Closed without an answer, after the request was read.
    Hangup,
}

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: String,
}

type Answerer = Box<dyn FnMut(&Asked) -> Option<Reply> + Send>;

#[derive(Default)]
struct State {
    answerer: Option<Answerer>,
    scripts: HashMap<String, Vec<Reply>>,
    asked: Vec<Asked>,
}

/// Listens on a free port until it is dropped. The last step of a script is repeated.
pub struct FaultServer {
    at: SocketAddr,
    state: Arc<Mutex<State>>,
    stop: Arc<AtomicBool>,
}

pub const JSON: &str = "application/json";

impl FaultServer {
    /// A server that answers as a city backend with an empty city after event `sequence`.
    pub fn of_city(sequence: u64) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), sequence)
    }

    pub fn on(listener: TcpListener, sequence: u64) -> Self {
        let server = Self { at: listener.local_addr().unwrap(), state: Arc::default(), stop: Arc::default() };
        server.script("/api/v1", [Reply::Whole(200, JSON, info("c1"))]);
        server.script("/api/v1/snapshot", [Reply::Whole(200, JSON, snapshot(sequence))]);
        server.script("/api/v1/events", [Reply::StreamThenSilence(": hello\n\n".into())]);
        server.script("/api/v1/telemetry", [Reply::StreamThenSilence(": hello\n\n".into())]);
        server.script("/api/v1/commands", [Reply::Whole(200, JSON, r#"{"events":[]}"#.into())]);
        let (state, stop) = (server.state.clone(), server.stop.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let (state, stop) = (state.clone(), stop.clone());
                std::thread::spawn(move || serve(stream, &state, &stop));
            }
        });
        server
    }

    pub fn address(&self) -> String {
        format!("http://{}", self.at)
    }

    pub fn script(&self, path: &str, replies: impl IntoIterator<Item = Reply>) {
        let mut replies: Vec<_> = replies.into_iter().collect();
        replies.reverse();
        self.state.lock().unwrap().scripts.insert(path.into(), replies);
    }

    /// Asks `answer` before any script; what it leaves to them it answers with `None`.
    pub fn answer_by(&self, answer: impl FnMut(&Asked) -> Option<Reply> + Send + 'static) {
        self.state.lock().unwrap().answerer = Some(Box::new(answer));
    }

    /// All that was asked so far.
    pub fn all_asked(&self) -> Vec<Asked> {
        self.state.lock().unwrap().asked.clone()
    }

    /// The script of `path`, for putting it back.
    pub fn state_of(&self, path: &str) -> Vec<Reply> {
        self.state.lock().unwrap().scripts[path].iter().rev().cloned().collect()
    }

    /// What was asked at `path` so far.
    pub fn asked(&self, path: &str) -> Vec<Asked> {
        self.state.lock().unwrap().asked.iter().filter(|a| a.path == path).cloned().collect()
    }

    /// Waits until `path` was asked `times`.
    pub fn until_asked(&self, path: &str, times: usize) -> Vec<Asked> {
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            let asked = self.asked(path);
            if asked.len() >= times {
                return asked;
            }
            assert!(Instant::now() < end, "{path} was asked {} times, not {times}", asked.len());
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // The listener wakes to see it.
        let _ = TcpStream::connect(self.at);
    }
}

fn serve(stream: TcpStream, state: &Mutex<State>, stop: &AtomicBool) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some(asked) = read_request(&mut reader) {
        let reply = {
            let mut state = state.lock().unwrap();
            let own = state.answerer.as_mut().and_then(|answer| answer(&asked));
            let script = state.scripts.entry(asked.path.clone()).or_default();
            let reply = if script.len() > 1 { script.pop() } else { script.last().cloned() };
            state.asked.push(asked);
            own.or(reply).unwrap_or(Reply::Whole(404, "text/plain", "no script".into()))
        };
        if !answer(&stream, reply, stop).unwrap_or(false) {
            let _ = stream.shutdown(std::net::Shutdown::Both);
            return;
        }
    }
}

fn read_request(reader: &mut BufReader<TcpStream>) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut asked = Asked { path, ..Asked::default() };
    loop {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).ok()?;
        let line = String::from_utf8_lossy(&line).into_owned();
        let Some((name, value)) = line.split_once(':') else { break };
        asked.headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = asked.headers.get("content-length").map_or(0, |l| l.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    asked.body = String::from_utf8(body).ok()?;
    Some(asked)
}

/// Answers; false when the connection is to be closed.
fn answer(mut stream: &TcpStream, reply: Reply, stop: &AtomicBool) -> std::io::Result<bool> {
    stream.set_nodelay(true)?;
    let whole = |status: u16, kind: &str, body: &str| {
        format!("HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    };
    let stream_head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    match reply {
        Reply::Whole(status, kind, body) => {
            stream.write_all(whole(status, kind, &body).as_bytes())?;
            return Ok(true);
        }
        Reply::With(status, kind, head, body) => {
            let text = whole(status, kind, &body);
            stream.write_all(text.replacen("\r\n", &format!("\r\n{head}"), 1).as_bytes())?;
            return Ok(true);
        }
        Reply::ByteByByte(status, kind, body) => {
            byte_by_byte(stream, &whole(status, kind, &body))?;
            return Ok(true);
        }
        Reply::Stream(text) => stream.write_all(format!("{stream_head}{text}").as_bytes())?,
        Reply::StreamByteByByte(text) => byte_by_byte(stream, &format!("{stream_head}{text}"))?,
        Reply::StreamThenSilence(text) => {
            stream.write_all(format!("{stream_head}{text}").as_bytes())?;
            // Until the other side hangs up or the server ends.
            stream.set_read_timeout(Some(Duration::from_millis(20)))?;
            while !stop.load(Ordering::SeqCst) {
                match stream.read(&mut [0; 16]) {
                    Ok(0) => break,
                    Err(e)
                        if !matches!(
                            e.kind(),
                            std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                        ) =>
                    {
                        break;
                    }
                    _ => {}
                }
            }
        }
        Reply::Raw(bytes) => stream.write_all(&bytes)?,
        Reply::Hangup => {}
    }
    Ok(false)
}

fn byte_by_byte(mut stream: &TcpStream, text: &str) -> std::io::Result<()> {
    for byte in text.as_bytes() {
        stream.write_all(&[*byte])?;
    }
    Ok(())
}

pub fn info(city_id: &str) -> String {
    format!(r#"{{"name":"test","version":1,"status":"Exercise","speed":2.0,"cityId":"{city_id}"}}"#)
}

pub fn snapshot(sequence: u64) -> String {
    format!(
        r#"{{"sequence":{sequence},"now":"2026-11-22T08:00:00.000Z","incidents":[],"units":[],"drones":[],"warnings":[]}}"#
    )
}

/// One message of the event stream.
pub fn event(sequence: u64) -> String {
    format!("id: {sequence}\ndata: {}\n\n", event_json(sequence))
}

pub fn event_json(sequence: u64) -> String {
    format!(
        r#"{{"sequence":{sequence},"at":"2026-11-22T08:00:{:02}.000Z","status":"Exercise","type":"unitOnPatrol","unitId":"U-山-{sequence}"}}"#,
        sequence % 60
    )
}

/// Messages of the event stream, `from` to `to`.
pub fn events(from: u64, to: u64) -> String {
    (from..=to).map(event).collect()
}
