//! How soon an event is on a hundred streams, of the whole city and of ten districts, beside the training city's own life:
//! `cargo run --release -p backend --example fanout`.

use backend::{Backend, Config, Running};
use city::{DistrictCode, Jurisdiction, Level, Role};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const STREAMS: usize = 100;
const REPORTS: usize = 300;
const DISTRICTS: [u32; 10] =
    [500_103, 500_104, 500_105, 500_106, 500_107, 500_108, 500_109, 500_112, 500_113, 500_110];

/// A stream has come to a sequence.
struct Came {
    stream: usize,
    sequence: u64,
    at: Instant,
}

fn main() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let running = Backend::start(Config::embedded(data.clone()))?;
    let city =
        backend::tokens::issue(&data, Role::Commander, Level::City, Jurisdiction::City, "fanout", 3_600)?;
    let people = |level, here: &dyn Fn(usize) -> Jurisdiction| {
        let issue =
            |n| backend::tokens::issue(&data, Role::DutyOfficer, level, here(n), &format!("{n}"), 3_600);
        (0..STREAMS).map(issue).collect::<Result<Vec<_>, _>>()
    };
    let of_city = people(Level::City, &|_| Jurisdiction::City)?;
    let of_district = |n| Jurisdiction::District(DistrictCode(DISTRICTS[n % DISTRICTS.len()]));
    let of_districts = people(Level::District, &of_district)?;
    measure(&running, "the whole city", &city, &of_city)?;
    measure(&running, "ten districts", &city, &of_districts)?;
    running.stop();
    Ok(())
}

/// Reports in turn, each timed from before it was sent until its event, or word that it passed, is on every stream.
fn measure(running: &Running, name: &str, city: &str, tokens: &[String]) -> Result<(), Failure> {
    let (tell, came) = channel();
    for (stream, token) in tokens.iter().enumerate() {
        listen(running, stream, token, tell.clone())?;
    }
    std::thread::sleep(Duration::from_secs(2));
    let (mut each, mut all) = (Vec::new(), Vec::new());
    for n in 0..REPORTS {
        let begin = Instant::now();
        let sequence = report(running, city, &format!("{name} {n}"))?;
        let mut arrived = wait_for_all(&came, sequence)?;
        let took = |at: Instant| at.saturating_duration_since(begin).as_secs_f64() * 1e3;
        let last = arrived.values().copied().max().unwrap_or(begin);
        all.push(took(last));
        each.extend(arrived.drain().map(|(_, at)| took(at)));
        std::thread::sleep(Duration::from_millis(60));
    }
    println!(
        "{name}: {STREAMS} streams, {REPORTS} reports: to each median {:.1} ms, p99 {:.1} ms; to all median {:.1} ms, \
         p99 {:.1} ms",
        quantile(&mut each, 0.5),
        quantile(&mut each, 0.99),
        quantile(&mut all, 0.5),
        quantile(&mut all, 0.99),
    );
    Ok(())
}

fn wait_for_all(came: &Receiver<Came>, sequence: u64) -> Result<HashMap<usize, Instant>, Failure> {
    let mut arrived = HashMap::new();
    while arrived.len() < STREAMS {
        let Came { stream, sequence: reached, at } = came.recv_timeout(Duration::from_secs(20))?;
        if reached >= sequence {
            arrived.entry(stream).or_insert(at);
        }
    }
    Ok(arrived)
}

fn listen(running: &Running, stream: usize, token: &str, tell: Sender<Came>) -> Result<(), Failure> {
    let mut connection = TcpStream::connect(running.addr)?;
    let asked = format!(
        "GET /api/v1/events HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\r\n",
        running.addr
    );
    connection.write_all(asked.as_bytes())?;
    let mut lines = BufReader::new(connection).lines();
    let status = lines.next().ok_or("no answer")??;
    if !status.contains(" 200 ") {
        return Err(status.into());
    }
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let Some(sequence) = line.strip_prefix("id: ").and_then(|id| id.trim().parse().ok()) else {
                continue;
            };
            // Nobody listens any more once the next measurement has begun.
            if tell.send(Came { stream, sequence, at: Instant::now() }).is_err() {
                return;
            }
        }
    });
    Ok(())
}

fn report(running: &Running, token: &str, text: &str) -> Result<u64, Failure> {
    let body =
        format!(r#"{{"type":"report","riskClass":"complaint","lon":106.577,"lat":29.557,"text":"{text}"}}"#);
    let answer = ureq::post(format!("{}/api/v1/commands", running.url()))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .send(&body)?
        .body_mut()
        .read_to_string()?;
    let answer: serde_json::Value = serde_json::from_str(&answer)?;
    Ok(answer["events"][0]["sequence"].as_u64().ok_or("the answer tells no event")?)
}

fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1) as f64;
    values.get((last * share).round() as usize).copied().unwrap_or(f64::NAN)
}
