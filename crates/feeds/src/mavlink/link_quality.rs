//! How well a link does, by the sequence numbers of one component: lost, twice, out of order.

/// What came of one component, counted since it was first heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkQuality {
    /// Frames that came, each once.
    pub received: u64,
    /// Frames that are missing. Numbers repeat after 256, so after a long silence it is more than this.
    pub lost: u64,
    /// Frames that came once more.
    pub duplicated: u64,
    /// Frames that came after a later one.
    pub reordered: u64,
}

impl LinkQuality {
    /// How much is missing, percent of what was sent; 0 before anything came.
    pub fn lost_pct(&self) -> f64 {
        let sent = self.received.saturating_add(self.lost);
        if sent == 0 { 0.0 } else { 100.0 * self.lost as f64 / sent as f64 }
    }

    /// Both together.
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            received: self.received + other.received,
            lost: self.lost + other.lost,
            duplicated: self.duplicated + other.duplicated,
            reordered: self.reordered + other.reordered,
        }
    }
}

/// Where a frame stands among those that came before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// It is the newest.
    Newest,
    /// A later one came before it.
    Late,
    /// The very same came before; the newest frame again where `newest`.
    Again { newest: bool },
}

/// Where a frame stands, and its number counted on over the wraps and over new starts, so that two of a kind can be
/// put in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) order: Order,
    pub(super) number: u64,
}

/// So many frames from before the first that was heard may come after it.
const MOST_BEFORE_FIRST: u32 = 4;

/// Follows the numbers of one component.
#[derive(Clone, Debug)]
pub(super) struct SequenceMeter {
    last: Option<u8>,
    /// The last one's, counted on; it begins above all that may come late.
    number: u64,
    /// Bit k: the frame k before the last one came.
    seen: u128,
    checksum: [u16; 256],
    pub(super) quality: LinkQuality,
}

impl Default for SequenceMeter {
    fn default() -> Self {
        Self { last: None, number: 256, seen: 0, checksum: [0; 256], quality: LinkQuality::default() }
    }
}

impl SequenceMeter {
    /// Counts a frame.
    pub(super) fn take(&mut self, sequence: u8, checksum: u16) -> Place {
        let place = usize::from(sequence);
        let same = self.checksum.get(place) == Some(&checksum);
        let ahead = self.last.map_or(1, |last| sequence.wrapping_sub(last));
        let behind = ahead.wrapping_neg();
        let seen_before = behind < 128 && self.seen & (1 << behind) != 0;
        if self.last.is_some() && seen_before && same {
            self.quality.duplicated += 1;
            return self.place(Order::Again { newest: behind == 0 }, behind);
        }
        if let Some(known) = self.checksum.get_mut(place) {
            *known = checksum;
        }
        self.quality.received += 1;
        if self.last.is_some() && (1..128).contains(&behind) && !seen_before && self.fills_a_gap(behind) {
            self.quality.reordered += 1;
            // It was taken for lost when the later one came.
            self.quality.lost = self.quality.lost.saturating_sub(1);
            self.seen |= 1 << behind;
            return self.place(Order::Late, behind);
        }
        // The same number with another content is of a sender that does not count, rather than 256 frames later.
        let missing = if self.last.is_some() { ahead.saturating_sub(1) } else { 0 };
        self.quality.lost += u64::from(missing);
        let moved = if self.last.is_none() { 128 } else { u32::from(ahead) };
        self.seen = self.seen.checked_shl(moved).unwrap_or(0) | 1;
        self.last = Some(sequence);
        // A sender that does not count is counted here.
        self.number += u64::from(ahead.max(1));
        self.place(Order::Newest, 0)
    }

    fn place(&self, order: Order, behind: u8) -> Place {
        Place { order, number: self.number.saturating_sub(u64::from(behind)) }
    }

    /// A number that lies behind belongs to a gap, where there is one; without a gap the numbers jumped ahead. A gap is
    /// also what lies just before the first: what comes late may be from there, and then those between are missing.
    fn fills_a_gap(&mut self, behind: u8) -> bool {
        let first = 127_u32.saturating_sub(self.seen.leading_zeros());
        let before_first = u32::from(behind).saturating_sub(first);
        if (1..=MOST_BEFORE_FIRST).contains(&before_first) {
            self.quality.lost += u64::from(before_first);
        }
        before_first <= MOST_BEFORE_FIRST
    }

    /// The component started again, and so do its numbers.
    pub(super) fn restart(&mut self) {
        *self = Self { quality: self.quality, number: self.number, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lost, duplicated and reordered after the numbers `numbers`, each frame with a content of its own.
    fn counted(numbers: &[u8]) -> (u64, u64, u64) {
        let mut meter = SequenceMeter::default();
        for number in numbers {
            meter.take(*number, u16::from(*number) * 7);
        }
        let quality = meter.quality;
        assert_eq!(quality.received + quality.duplicated, numbers.len() as u64);
        (quality.lost, quality.duplicated, quality.reordered)
    }

    #[test]
    fn numbers_tell_what_is_lost_doubled_and_late() {
        assert_eq!(counted(&[]), (0, 0, 0));
        assert_eq!(counted(&[254, 255, 0, 1]), (0, 0, 0));
        assert_eq!(counted(&[254, 2, 3]), (3, 0, 0));
        assert_eq!(counted(&[10, 11, 13, 12, 14]), (0, 0, 1));
        assert_eq!(counted(&[10, 11, 13, 12, 12, 13]), (0, 2, 1));
        assert_eq!(counted(&[10, 11, 11, 10, 12]), (0, 2, 0));
        assert_eq!(counted(&[10, 11, 5]), (249, 0, 0), "what was never waited for is no late frame");
        assert_eq!(counted(&[0, 255, 1]), (0, 0, 1), "the first two changed places");
        assert_eq!(counted(&[13, 14, 10, 11]), (1, 0, 2));
        let all: Vec<u8> = (0..=255).chain(0..=255).collect();
        let mut meter = SequenceMeter::default();
        for (i, number) in all.iter().enumerate() {
            meter.take(*number, i as u16);
        }
        assert_eq!((meter.quality.received, meter.quality.lost), (512, 0));
        meter.restart();
        meter.take(9, 1);
        assert_eq!(meter.quality.lost, 0);
        assert_eq!(LinkQuality { received: 3, lost: 1, ..LinkQuality::default() }.lost_pct(), 25.0);
    }

    #[test]
    fn a_sender_that_does_not_count_is_not_lost() {
        let mut meter = SequenceMeter::default();
        assert_eq!(meter.take(0, 1), Place { order: Order::Newest, number: 257 });
        assert_eq!(meter.take(0, 2), Place { order: Order::Newest, number: 258 });
        assert_eq!(meter.take(0, 2), Place { order: Order::Again { newest: true }, number: 258 });
        assert_eq!(meter.quality.lost, 0);
    }

    #[test]
    fn frames_are_put_in_order_over_the_wrap_and_over_a_new_start() {
        let mut meter = SequenceMeter::default();
        let mut take = |sequence: u8| meter.take(sequence, u16::from(sequence) * 7).number;
        let first = take(253);
        assert_eq!([255, 254, 0, 254, 1].map(&mut take), [2, 1, 3, 1, 4].map(|after| first + after));
        meter.restart();
        assert_eq!(meter.take(0, 9).number, first + 5);
    }
}
