//! How far a fetch is: told to whoever watches, ten times a second at most.

use std::cell::RefCell;
use std::fmt;
use std::time::{Duration, Instant};

/// How often progress is told.
const EVERY: Duration = Duration::from_millis(100);

/// How far a fetch is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Tiles that are settled: complete, or known to be absent.
    pub files_done: usize,
    /// Tiles of the plan.
    pub files: usize,
    /// Bytes that are there, of complete and of begun tiles.
    pub bytes_done: u64,
    /// Bytes there will be; taken from the tiles known so far where some have not begun, `None` before the first.
    pub bytes: Option<u64>,
    /// Why a tile waits to be tried again, where one does, and nothing came since.
    pub waiting: Option<String>,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        write!(f, "{} of {} tiles, {:.1}", self.files_done, self.files, megabytes(self.bytes_done))?;
        match self.bytes {
            Some(bytes) => write!(f, " of {:.1} MB", megabytes(bytes))?,
            None => write!(f, " MB")?,
        }
        match &self.waiting {
            Some(why) => write!(f, "; trying again: {why}"),
            None => Ok(()),
        }
    }
}

/// The state of every tile of a plan.
pub(crate) struct Board<'a> {
    state: RefCell<State<'a>>,
}

struct State<'a> {
    tiles: Vec<Row>,
    /// Bytes that came over the network.
    received: u64,
    last_byte: Option<Instant>,
    told: Option<Instant>,
    waiting: Option<String>,
    tell: &'a mut dyn FnMut(&Progress),
}

#[derive(Clone, Copy, Default)]
struct Row {
    have: u64,
    whole: Option<u64>,
    done: bool,
    absent: bool,
}

impl<'a> Board<'a> {
    pub(crate) fn new(tiles: usize, tell: &'a mut dyn FnMut(&Progress)) -> Self {
        let tiles = vec![Row::default(); tiles];
        let state = State { tiles, received: 0, last_byte: None, told: None, waiting: None, tell };
        Self { state: RefCell::new(state) }
    }

    /// A tile has so many bytes now, of so many.
    pub(crate) fn begins(&self, tile: usize, have: u64, whole: Option<u64>) {
        let mut state = self.state.borrow_mut();
        state.tiles[tile] = Row { have, whole, ..Row::default() };
        state.tell(false);
    }

    /// Bytes came, which count for a tile where one is named.
    pub(crate) fn came(&self, tile: Option<usize>, bytes: usize) {
        let mut state = self.state.borrow_mut();
        state.received += bytes as u64;
        state.last_byte = Some(Instant::now());
        state.waiting = None;
        if let Some(tile) = tile {
            state.tiles[tile].have += bytes as u64;
        }
        state.tell(false);
    }

    pub(crate) fn complete(&self, tile: usize, bytes: u64) {
        let mut state = self.state.borrow_mut();
        state.tiles[tile] = Row { have: bytes, whole: Some(bytes), done: true, absent: false };
        state.tell(true);
    }

    pub(crate) fn absent(&self, tile: usize) {
        let mut state = self.state.borrow_mut();
        state.tiles[tile] = Row { have: 0, whole: Some(0), done: true, absent: true };
        state.tell(true);
    }

    pub(crate) fn waits(&self, why: String) {
        let mut state = self.state.borrow_mut();
        state.waiting = Some(why);
        state.tell(true);
    }

    /// Bytes there are of a tile.
    pub(crate) fn have(&self, tile: usize) -> u64 {
        self.state.borrow().tiles[tile].have
    }

    /// Whether anything came from the network since.
    pub(crate) fn came_since(&self, since: Instant) -> bool {
        self.state.borrow().last_byte.is_some_and(|last| last > since)
    }

    /// Bytes that came over the network.
    pub(crate) fn received(&self) -> u64 {
        self.state.borrow().received
    }

    /// Complete tiles, and the bytes that are there.
    pub(crate) fn there(&self) -> (usize, u64) {
        let state = self.state.borrow();
        let complete = state.tiles.iter().filter(|row| row.done && !row.absent).count();
        (complete, state.tiles.iter().map(|row| row.have).sum())
    }
}

impl State<'_> {
    fn tell(&mut self, now: bool) {
        if !now && self.told.is_some_and(|told| told.elapsed() < EVERY) {
            return;
        }
        self.told = Some(Instant::now());
        let begun: Vec<u64> = self.tiles.iter().filter(|r| !r.absent).filter_map(|r| r.whole).collect();
        let open = self.tiles.iter().filter(|row| row.whole.is_none()).count() as u64;
        let known: u64 = begun.iter().sum();
        let mean = known.checked_div(begun.len() as u64);
        let progress = Progress {
            files_done: self.tiles.iter().filter(|row| row.done).count(),
            files: self.tiles.len(),
            bytes_done: self.tiles.iter().map(|row| row.have).sum(),
            bytes: mean.map(|mean| known + mean * open),
            waiting: self.waiting.clone(),
        };
        (self.tell)(&progress);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_still_to_come_is_taken_from_what_is_known() {
        let mut told = Vec::new();
        let mut tell = |progress: &Progress| told.push(progress.to_string());
        let board = Board::new(4, &mut tell);
        board.waits("no answer".to_owned());
        board.absent(0);
        board.complete(1, 3_000_000);
        board.begins(2, 0, Some(5_000_000));
        board.came(Some(2), 1_000_000);
        board.complete(3, 4_000_000);
        assert!(board.have(2) == 1_000_000 && board.there() == (2, 8_000_000));
        // On a slow machine more may be told between these.
        let mut told = told.iter();
        for line in [
            "0 of 4 tiles, 0.0 MB; trying again: no answer",
            "1 of 4 tiles, 0.0 MB; trying again: no answer",
            "2 of 4 tiles, 3.0 of 9.0 MB; trying again: no answer",
            "3 of 4 tiles, 8.0 of 12.0 MB",
        ] {
            assert!(told.any(|told| told == line), "{line}");
        }
    }
}
