//! Counts of cases by place and age, and their sums over a circle.

/// How many cases each place has of each age or newer. A circle holds at most half of the cases, which
/// [`super::MOST_CASES`] keeps within 16 bits.
pub(super) struct Rows {
    counts: Vec<u16>,
    /// Ages that count.
    lanes: usize,
    /// Ages a row holds, filled up.
    width: usize,
}

impl Rows {
    /// Empty rows of so many places, with `lanes` ages in each of `width`.
    pub fn new(places: usize, lanes: usize, width: usize) -> Self {
        Self { counts: vec![0; places * width], lanes, width }
    }

    /// Takes every case out.
    pub fn clear(&mut self) {
        self.counts.fill(0);
    }

    /// Counts a case; [`Rows::sum_up`] follows when all are counted.
    pub fn count(&mut self, place: u32, age: u32) {
        if (age as usize) < self.lanes {
            self.counts[place as usize * self.width + age as usize] += 1;
        }
    }

    /// From cases of each age to cases of each age or newer.
    pub fn sum_up(&mut self) {
        for row in self.counts.chunks_exact_mut(self.width) {
            let mut running = 0_u16;
            for count in row {
                running = running.wrapping_add(*count);
                *count = running;
            }
        }
    }
}

/// The sum of rows. It wraps only where a place holds more than a circle may, and such a place is in none.
pub(super) trait Sum {
    /// Sets it to nothing.
    fn clear(&mut self);
    /// Adds the row of `place`.
    fn add(&mut self, rows: &Rows, place: usize);
    /// Its counts.
    fn lanes(&self) -> &[u16];
}

impl<const W: usize> Sum for [u16; W] {
    fn clear(&mut self) {
        *self = [0; W];
    }

    #[inline(always)]
    fn add(&mut self, rows: &Rows, place: usize) {
        let row = &rows.counts.as_chunks::<W>().0[place];
        for lane in 0..W {
            self[lane] = self[lane].wrapping_add(row[lane]);
        }
    }

    fn lanes(&self) -> &[u16] {
        self
    }
}

impl Sum for Vec<u16> {
    fn clear(&mut self) {
        self.fill(0);
    }

    fn add(&mut self, rows: &Rows, place: usize) {
        let row = &rows.counts[place * self.len()..][..self.len()];
        self.iter_mut().zip(row).for_each(|(sum, count)| *sum = sum.wrapping_add(*count));
    }

    fn lanes(&self) -> &[u16] {
        self
    }
}
