//! A network that doubles datagrams, changes their order, loses some and cuts some short, both ways; always the same ones.

use std::collections::VecDeque;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What it does to datagrams.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// Each comes again after so many others; 0 for never.
    pub again_after: usize,
    /// Each second one overtakes the one before it.
    pub swaps: bool,
    /// One of so many is lost; 0 for none.
    pub loses: u64,
    /// One of so many comes without its end; 0 for none.
    pub cuts: u64,
}

/// What it did on the way to whoever is at the far end.
#[derive(Debug, Default)]
pub struct Done {
    pub passed: AtomicU64,
    pub doubled: AtomicU64,
    pub swapped: AtomicU64,
    pub lost: AtomicU64,
    pub cut: AtomicU64,
}

/// A place that datagrams for another are sent to; it ends with its value.
pub struct BadNetwork {
    pub port: u16,
    pub done: Arc<Done>,
    is_over: Arc<AtomicBool>,
}

impl BadNetwork {
    /// What is sent to it goes on to `far` on this computer, and what is answered there back to who spoke last.
    pub fn to(far: u16, faults: Faults) -> Self {
        let (near, out) = (socket(), socket());
        let (done, is_over) = (Arc::new(Done::default()), Arc::new(AtomicBool::new(false)));
        let port = near.local_addr().unwrap().port();
        let speaker = Arc::new(Mutex::new(None));
        let far = Arc::new(Mutex::new(Some(SocketAddr::from(([127, 0, 0, 1], far)))));
        let there = [near.try_clone().unwrap(), out.try_clone().unwrap()];
        let back = [out, near];
        for ([from, to], done, remembered, whither) in [
            (there, done.clone(), Some(speaker.clone()), far),
            (back, Arc::new(Done::default()), None, speaker),
        ] {
            let is_over = is_over.clone();
            std::thread::spawn(move || {
                let mut way = Way { faults, done, waiting: VecDeque::new(), held: None };
                let mut bytes = [0; 65_536];
                while !is_over.load(Relaxed) {
                    let due = match from.recv_from(&mut bytes) {
                        Ok((came, speaker)) => {
                            remembered.iter().for_each(|place| *place.lock().unwrap() = Some(speaker));
                            way.carry(&bytes[..came])
                        }
                        // Nothing is held back for ever where nothing follows.
                        Err(_) => way.rest(),
                    };
                    let Some(to_whom) = *whither.lock().unwrap() else { continue };
                    due.iter().for_each(|datagram| _ = to.send_to(datagram, to_whom));
                }
            });
        }
        Self { port, done, is_over }
    }
}

impl Drop for BadNetwork {
    fn drop(&mut self) {
        self.is_over.store(true, Relaxed);
    }
}

fn socket() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    socket
}

/// One way through it.
struct Way {
    faults: Faults,
    done: Arc<Done>,
    /// What comes again after as many others.
    waiting: VecDeque<Vec<u8>>,
    /// What the next one overtakes.
    held: Option<Vec<u8>>,
}

impl Way {
    /// What leaves it when this comes.
    fn carry(&mut self, datagram: &[u8]) -> Vec<Vec<u8>> {
        let passed = 1 + self.done.passed.fetch_add(1, Relaxed);
        let is_one_of = |many: u64| passed.is_multiple_of(many);
        if is_one_of(self.faults.loses) {
            self.done.lost.fetch_add(1, Relaxed);
            return Vec::new();
        }
        let is_cut = is_one_of(self.faults.cuts);
        self.done.cut.fetch_add(u64::from(is_cut), Relaxed);
        let datagram = datagram[..if is_cut { datagram.len() / 2 } else { datagram.len() }].to_vec();
        let mut due = match (self.faults.swaps, self.held.take()) {
            (false, _) => vec![datagram.clone()],
            (true, None) => {
                self.held = Some(datagram.clone());
                Vec::new()
            }
            (true, Some(before)) => {
                self.done.swapped.fetch_add(1, Relaxed);
                vec![datagram.clone(), before]
            }
        };
        if self.faults.again_after > 0 {
            self.waiting.push_back(datagram);
            if self.waiting.len() > self.faults.again_after {
                self.done.doubled.fetch_add(1, Relaxed);
                due.extend(self.waiting.pop_front());
            }
        }
        due
    }

    /// What is left when nothing comes any more.
    fn rest(&mut self) -> Vec<Vec<u8>> {
        self.done.doubled.fetch_add(self.waiting.len() as u64, Relaxed);
        self.held.take().into_iter().chain(self.waiting.drain(..)).collect()
    }
}
