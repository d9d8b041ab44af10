//! A bucket of tiles on loopback that serves ranges as S3 does, and misbehaves as it is told: a mood a request.

use md5::{Digest, Md5};
use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How one request is answered; the default is as well as S3 does.
#[derive(Clone, Debug, Default)]
pub struct Mood {
    /// This status instead of the file.
    pub status: Option<u16>,
    /// These header lines as well, each ended by `\r\n`.
    pub headers: &'static str,
    /// This body instead of the file's bytes; lengths and tag stay the file's own unless the status is another.
    pub body: Option<Vec<u8>>,
    /// The connection is closed after so many bytes of the body.
    pub cut: Option<usize>,
    /// Then nothing comes any more instead of the connection being closed.
    pub stalls: bool,
    /// Range is ignored, or is served whatever If-Range says.
    pub ignores_range: bool,
    pub ignores_if_range: bool,
    /// At most so many bytes of a range at once.
    pub caps: Option<usize>,
    /// Byte by byte.
    pub trickles: bool,
    /// 4 KB a millisecond.
    pub slow: bool,
    /// Without a length: in chunks, or until the connection closes.
    pub chunked: bool,
    pub unframed: bool,
}

impl Mood {
    pub fn status(status: u16) -> Self {
        Self { status: Some(status), ..Self::default() }
    }

    pub fn cut(after: usize) -> Self {
        Self { cut: Some(after), ..Self::default() }
    }
}

#[derive(Clone, Debug)]
pub struct Object {
    pub bytes: Vec<u8>,
    pub etag: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub range: Option<String>,
    pub if_range: Option<String>,
}

#[derive(Default)]
struct State {
    objects: HashMap<String, Object>,
    moods: HashMap<String, VecDeque<Mood>>,
    usual: Mood,
    asked: Vec<Asked>,
    sent: HashMap<String, usize>,
    /// Requests under way, now and at most.
    now: usize,
    most: usize,
}

pub struct Bucket {
    at: SocketAddr,
    state: Arc<Mutex<State>>,
    stop: Arc<AtomicBool>,
}

/// `N29_00_E106_00` to the path of its tile.
pub fn path(corner: &str) -> String {
    let name = name(corner);
    format!("/{name}/{name}.tif")
}

pub fn name(corner: &str) -> String {
    format!("Copernicus_DSM_COG_10_{corner}_DEM")
}

/// Bytes that begin as a TIFF does, the same for the same seed.
pub fn tiff(seed: u64, length: usize) -> Vec<u8> {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = b"II*\0".to_vec();
    while bytes.len() < length {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        bytes.push(x as u8);
    }
    bytes
}

pub fn md5_tag(bytes: &[u8]) -> String {
    let digits: String = Md5::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
    format!("\"{digits}\"")
}

impl Bucket {
    /// A bucket with these tiles of so many bytes each, and a list of them.
    pub fn of(corners: &[&str], length: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let bucket = Self { at: listener.local_addr().unwrap(), state: Arc::default(), stop: Arc::default() };
        for (seed, corner) in corners.iter().enumerate() {
            bucket.put(corner, tiff(seed as u64 + 1, length));
        }
        let list: String = corners.iter().map(|corner| format!("{}\n", name(corner))).collect();
        bucket.put_at("/tileList.txt", list.into_bytes());
        let (state, stop) = (bucket.state.clone(), bucket.stop.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let (state, stop) = (state.clone(), stop.clone());
                std::thread::spawn(move || serve(&stream, &state, &stop));
            }
        });
        bucket
    }

    pub fn address(&self) -> String {
        format!("http://{}", self.at)
    }

    pub fn put(&self, corner: &str, bytes: Vec<u8>) {
        self.put_at(&path(corner), bytes);
    }

    pub fn put_at(&self, path: &str, bytes: Vec<u8>) {
        let etag = Some(md5_tag(&bytes));
        self.state.lock().unwrap().objects.insert(path.to_owned(), Object { bytes, etag });
    }

    pub fn tag(&self, corner: &str, etag: Option<&str>) {
        let mut state = self.state.lock().unwrap();
        state.objects.get_mut(&path(corner)).unwrap().etag = etag.map(str::to_owned);
    }

    pub fn remove(&self, path: &str) {
        self.state.lock().unwrap().objects.remove(path);
    }

    /// The next requests of a path, in order; after them all is well.
    pub fn moods(&self, path: &str, moods: impl IntoIterator<Item = Mood>) {
        self.state.lock().unwrap().moods.insert(path.to_owned(), moods.into_iter().collect());
    }

    /// How every request is answered for which nothing else is said.
    pub fn usually(&self, mood: Mood) {
        self.state.lock().unwrap().usual = mood;
    }

    pub fn asked(&self, path: &str) -> Vec<Asked> {
        self.state.lock().unwrap().asked.iter().filter(|a| a.path == path).cloned().collect()
    }

    pub fn asked_in_all(&self) -> usize {
        self.state.lock().unwrap().asked.len()
    }

    /// Bytes of bodies that went out for a path.
    pub fn sent(&self, path: &str) -> usize {
        self.state.lock().unwrap().sent.get(path).copied().unwrap_or_default()
    }

    /// The most requests that were under way at the same time.
    pub fn most_at_once(&self) -> usize {
        self.state.lock().unwrap().most
    }

    pub fn bytes(&self, corner: &str) -> Vec<u8> {
        self.state.lock().unwrap().objects[&path(corner)].bytes.clone()
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.at);
    }
}

fn serve(stream: &TcpStream, state: &Mutex<State>, stop: &AtomicBool) {
    let mut reader = BufReader::new(stream);
    while let Some(asked) = read(&mut reader) {
        let (object, mood) = {
            let mut state = state.lock().unwrap();
            let mood = state.moods.get_mut(&asked.path).and_then(VecDeque::pop_front);
            state.asked.push(asked.clone());
            state.now += 1;
            state.most = state.most.max(state.now);
            (state.objects.get(&asked.path).cloned(), mood.unwrap_or_else(|| state.usual.clone()))
        };
        let answered = answer(stream, &asked, object, mood, state, stop);
        state.lock().unwrap().now -= 1;
        if answered.is_none() {
            break;
        }
    }
    let _ = stream.shutdown(std::net::Shutdown::Both);
}

fn read(reader: &mut BufReader<&TcpStream>) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?;
    // A proxy is asked with the whole address.
    let path =
        path.strip_prefix("http://").map_or(path, |rest| &rest[rest.find('/').unwrap_or(0)..]).to_owned();
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    Some(Asked { path, range: headers.remove("range"), if_range: headers.remove("if-range") })
}

/// Answers; `None` when the connection is to be closed.
fn answer(
    mut stream: &TcpStream,
    asked: &Asked,
    object: Option<Object>,
    mood: Mood,
    state: &Mutex<State>,
    stop: &AtomicBool,
) -> Option<()> {
    let Some(object) = object.filter(|_| mood.status.is_none()) else {
        let (status, body) = (mood.status.unwrap_or(404), mood.body.unwrap_or_default());
        let head = format!("HTTP/1.1 {status} X\r\n{}content-length: {}\r\n\r\n", mood.headers, body.len());
        stream.write_all(&[head.as_bytes(), &body].concat()).ok()?;
        return Some(());
    };
    let whole = object.bytes.len();
    let same = mood.ignores_if_range || asked.if_range.is_none() || asked.if_range == object.etag;
    let from = asked.range.as_deref().filter(|_| same && !mood.ignores_range);
    let from = from.map(|r| r.trim_start_matches("bytes=").trim_end_matches('-').parse::<usize>().unwrap());
    let mut end = whole;
    let (mut head, start) = match from {
        Some(from) if from >= whole => {
            let head =
                format!("HTTP/1.1 416 X\r\ncontent-range: bytes */{whole}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(head.as_bytes()).ok()?;
            return Some(());
        }
        Some(from) => {
            end = mood.caps.map_or(whole, |cap| whole.min(from + cap));
            let range = format!("content-range: bytes {from}-{}/{whole}\r\n", end - 1);
            (format!("HTTP/1.1 206 Partial Content\r\n{range}"), from)
        }
        None => ("HTTP/1.1 200 OK\r\n".to_owned(), 0),
    };
    let body = mood.body.unwrap_or_else(|| object.bytes[start..end].to_vec());
    if let Some(etag) = &object.etag {
        head += &format!("etag: {etag}\r\n");
    }
    head += mood.headers;
    head += &match (mood.chunked, mood.unframed) {
        (true, _) => "transfer-encoding: chunked\r\n\r\n".to_owned(),
        (_, true) => "connection: close\r\n\r\n".to_owned(),
        _ => format!("content-length: {}\r\n\r\n", body.len()),
    };
    stream.set_nodelay(true).ok()?;
    stream.write_all(head.as_bytes()).ok()?;
    let piece = if mood.trickles { 1 } else { 4096 };
    let goes = &body[..mood.cut.unwrap_or(body.len()).min(body.len())];
    for piece in goes.chunks(piece) {
        if mood.chunked {
            stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).ok()?;
        }
        stream.write_all(piece).ok()?;
        if mood.chunked {
            stream.write_all(b"\r\n").ok()?;
        }
        *state.lock().unwrap().sent.entry(asked.path.clone()).or_default() += piece.len();
        if mood.slow {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    if mood.stalls {
        stream.set_read_timeout(Some(Duration::from_millis(20))).ok()?;
        while !stop.load(Ordering::SeqCst) && !matches!(stream.read(&mut [0; 16]), Ok(0)) {}
    }
    if mood.cut.is_some() || mood.unframed {
        return None;
    }
    if mood.chunked {
        stream.write_all(b"0\r\n\r\n").ok()?;
    }
    Some(())
}
