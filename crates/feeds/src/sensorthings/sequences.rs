//! Finds gaps in the numbers that publishers give their observations, in bounded memory.
//!
//! Late numbers within a window fill their gap; what slides out of the window unseen is lost. A publisher that begins
//! anew is told from one that is late. Deliberately absent: time.

use std::collections::HashMap;

/// How far a number may lie behind the highest one and still fill its gap.
pub const REORDER_WINDOW: u64 = 1024;

/// A step ahead by more than this is a publisher that counts anew, not a gap.
pub const LARGEST_GAP: u64 = 1_000_000;

/// So many numbers below the window in a row, each one above the last, are a publisher that counts anew.
const RUN_OF_A_RESTART: u64 = 4;

/// The most publishers that are kept in mind at once; the ones heard of longest ago are let go.
pub const MOST_PUBLISHERS: usize = 20_000;

/// The longest name of a publisher that is kept, in bytes; longer ones are told apart by their beginning.
const LONGEST_NAME: usize = 256;

const WORDS: usize = (REORDER_WINDOW / 64) as usize;

/// What one number is after those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The publisher's first.
    First,
    /// The one that was next.
    Next,
    /// Ahead: so many before it have not come.
    Ahead {
        /// How many are missing before it.
        missing: u64,
    },
    /// Late, and fills a gap.
    Late,
    /// It was there already.
    Duplicate,
    /// So far behind that nobody knows whether it was there already.
    TooOld,
    /// The publisher counts anew from here.
    Restart,
}

/// Counts of one publisher, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Numbers that came for the first time.
    pub received: u64,
    /// Numbers that came again.
    pub duplicates: u64,
    /// Of those received, the ones that came late.
    pub reordered: u64,
    /// Numbers that did not come while they could have.
    pub lost: u64,
    /// Numbers that are missing and may still come.
    pub awaited: u64,
    /// Numbers too far behind to tell.
    pub too_old: u64,
    /// How often it counted anew.
    pub restarts: u64,
}

impl Counts {
    fn add(&mut self, other: &Self) {
        let pairs = [
            (&mut self.received, other.received),
            (&mut self.duplicates, other.duplicates),
            (&mut self.reordered, other.reordered),
            (&mut self.lost, other.lost),
            (&mut self.awaited, other.awaited),
            (&mut self.too_old, other.too_old),
            (&mut self.restarts, other.restarts),
        ];
        for (sum, more) in pairs {
            *sum = sum.saturating_add(more);
        }
    }

    /// True when nothing is missing.
    pub fn is_whole(&self) -> bool {
        self.lost == 0 && self.awaited == 0
    }
}

#[derive(Clone, Debug)]
struct Publisher {
    /// The first number that counts.
    from: u64,
    highest: u64,
    /// One bit a number of the window, at its remainder.
    seen: [u64; WORDS],
    counts: Counts,
    /// How long a run of numbers below the window is, and its last.
    run: (u64, u64),
}

impl Publisher {
    fn new(first: u64, counts: Counts) -> Self {
        let mut new = Self { from: first, highest: first, seen: [0; WORDS], counts, run: (0, 0) };
        new.mark(first);
        new.counts.received = new.counts.received.saturating_add(1);
        new
    }

    fn place(number: u64) -> (usize, u64) {
        let place = number % REORDER_WINDOW;
        ((place / 64) as usize, 1 << (place % 64))
    }

    fn has(&self, number: u64) -> bool {
        let (word, bit) = Self::place(number);
        self.seen.get(word).is_some_and(|word| word & bit != 0)
    }

    fn mark(&mut self, number: u64) {
        let (word, bit) = Self::place(number);
        if let Some(word) = self.seen.get_mut(word) {
            *word |= bit;
        }
    }

    fn clear(&mut self, number: u64) {
        let (word, bit) = Self::place(number);
        if let Some(word) = self.seen.get_mut(word) {
            *word &= !bit;
        }
    }

    /// The lowest number that the window reaches.
    fn lowest(&self) -> u64 {
        self.highest.saturating_sub(REORDER_WINDOW - 1)
    }

    fn restart(&mut self, at: u64) -> Seen {
        let mut counts = self.counts;
        counts.lost = counts.lost.saturating_add(self.awaited());
        counts.restarts += 1;
        *self = Self::new(at, counts);
        Seen::Restart
    }

    fn awaited(&self) -> u64 {
        // Every bit that is set stands for a number of this span.
        let span = self.highest - self.lowest().max(self.from) + 1;
        let seen: u32 = self.seen.iter().map(|word| word.count_ones()).sum();
        span.saturating_sub(u64::from(seen))
    }

    fn take(&mut self, number: u64) -> Seen {
        if number > self.highest {
            return self.advance(number);
        }
        if number < self.lowest() {
            let in_a_row = self.run.0 > 0 && number == self.run.1.saturating_add(1);
            self.run = (if in_a_row { self.run.0 + 1 } else { 1 }, number);
            if number <= 1 || self.run.0 >= RUN_OF_A_RESTART {
                return self.restart(number);
            }
            self.counts.too_old += 1;
            return Seen::TooOld;
        }
        self.run = (0, 0);
        if self.has(number) {
            self.counts.duplicates += 1;
            return Seen::Duplicate;
        }
        self.from = self.from.min(number);
        self.mark(number);
        self.counts.received += 1;
        self.counts.reordered += 1;
        Seen::Late
    }

    fn advance(&mut self, number: u64) -> Seen {
        self.run = (0, 0);
        let step = number - self.highest;
        if step > LARGEST_GAP {
            return self.restart(number);
        }
        let lowest = number.saturating_sub(REORDER_WINDOW - 1);
        // What the window leaves behind can no longer come: of the old window, and of what it never reached.
        let left =
            (self.lowest().max(self.from)..lowest.min(self.highest + 1)).filter(|n| !self.has(*n)).count();
        let jumped = lowest.saturating_sub(self.highest + 1);
        self.counts.lost += left as u64 + jumped;
        for new in (self.highest + 1).max(lowest)..=number {
            self.clear(new);
        }
        self.mark(number);
        self.highest = number;
        self.counts.received += 1;
        if step == 1 { Seen::Next } else { Seen::Ahead { missing: step - 1 } }
    }

    fn counts(&self) -> Counts {
        Counts { awaited: self.awaited(), ..self.counts }
    }
}

/// The numbers of all publishers.
#[derive(Clone, Debug, Default)]
pub struct Sequences {
    // Two generations: when the younger is full, the elder is let go, so that each step costs the same.
    recent: HashMap<String, Publisher>,
    elder: HashMap<String, Publisher>,
    let_go: Counts,
}

impl Sequences {
    /// Takes the next number of a publisher, in the order of arrival.
    pub fn take(&mut self, publisher: &str, number: u64) -> Seen {
        let mut end = publisher.len().min(LONGEST_NAME);
        while !publisher.is_char_boundary(end) {
            end -= 1;
        }
        let name = publisher.get(..end).unwrap_or_default();
        if let Some(known) = self.recent.get_mut(name) {
            return known.take(number);
        }
        let (known, seen) = match self.elder.remove(name) {
            Some(mut known) => {
                let seen = known.take(number);
                (known, seen)
            }
            None => (Publisher::new(number, Counts::default()), Seen::First),
        };
        if self.recent.len() >= MOST_PUBLISHERS / 2 {
            for old in self.elder.values() {
                let mut counts = old.counts();
                counts.lost = counts.lost.saturating_add(std::mem::take(&mut counts.awaited));
                self.let_go.add(&counts);
            }
            self.elder = std::mem::take(&mut self.recent);
        }
        self.recent.insert(name.to_owned(), known);
        seen
    }

    /// The counts of one publisher, where it is known.
    pub fn of(&self, publisher: &str) -> Option<Counts> {
        self.recent.get(publisher).or_else(|| self.elder.get(publisher)).map(Publisher::counts)
    }

    /// The counts of all publishers, those let go too.
    pub fn all(&self) -> Counts {
        let mut sum = self.let_go;
        for publisher in self.recent.values().chain(self.elder.values()) {
            sum.add(&publisher.counts());
        }
        sum
    }

    /// How many publishers are kept in mind.
    pub fn publishers(&self) -> usize {
        self.recent.len() + self.elder.len()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn told(numbers: impl IntoIterator<Item = u64>) -> (Vec<Seen>, Counts) {
        let mut sequences = Sequences::default();
        let seen = numbers.into_iter().map(|number| sequences.take("a", number)).collect();
        (seen, sequences.of("a").unwrap())
    }

    #[test]
    fn gaps_duplicates_and_late_ones_are_told_apart() {
        let (seen, counts) = told([5, 6, 9, 7, 7, 4]);
        let expected =
            [Seen::First, Seen::Next, Seen::Ahead { missing: 2 }, Seen::Late, Seen::Duplicate, Seen::Late];
        assert_eq!(seen, expected);
        let expected = Counts { received: 5, duplicates: 1, reordered: 2, awaited: 1, ..Counts::default() };
        assert_eq!(counts, expected, "8 may still come");
        let (_, counts) = told((1..3000).filter(|n| n % 100 != 50));
        assert_eq!((counts.lost + counts.awaited, counts.received, counts.duplicates), (30, 2969, 0));
        assert!(counts.lost >= 19);
        assert!(told(1..10_000).1.is_whole());
    }

    #[test]
    fn all_that_is_missing_is_lost_or_awaited_wherever_the_window_stands() {
        for step in [2, 63, 64, 1000, 1023, 1024, 1025, 2048, 5000] {
            let (_, counts) = told([10, 11, 11 + step, 11 + 2 * step]);
            assert_eq!(counts.lost + counts.awaited, 2 * (step - 1), "{step}");
            assert_eq!(counts.received, 4);
        }
    }

    #[test]
    fn a_restart_is_no_gap_and_the_far_future_no_loss() {
        let (seen, counts) = told([50_000, 50_001, 0, 1, 2]);
        assert_eq!((seen[2], seen[4], counts.restarts, counts.lost), (Seen::Restart, Seen::Next, 1, 0));
        let (seen, counts) = told([50_000, 300, 301, 302, 303, 304]);
        assert_eq!((seen[1], seen[4], seen[5]), (Seen::TooOld, Seen::Restart, Seen::Next));
        assert_eq!(counts.lost, 0);
        let (seen, counts) = told([1, u64::MAX, u64::MAX, 0, u64::MAX - 1]);
        assert_eq!((seen[1], seen[2], seen[3]), (Seen::Restart, Seen::Duplicate, Seen::Restart));
        assert_eq!(counts.lost, 0);
    }

    #[test]
    fn memory_is_bounded_and_counts_are_not_forgotten() {
        let mut sequences = Sequences::default();
        for publisher in 0..60_000_u32 {
            sequences.take(&publisher.to_string(), 1);
            sequences.take(&publisher.to_string(), 3);
        }
        assert!(sequences.publishers() <= MOST_PUBLISHERS);
        let all = sequences.all();
        assert_eq!((all.received, all.lost + all.awaited), (120_000, 60_000));
        sequences.take(&"山".repeat(1000), 7);
    }
}
