//! Which observation comes when: publishers take turns by the message, and each goes round its devices.
//!
//! The value of an observation is its publisher's number for it, so that whoever knows how many messages there were knows
//! what the newest value of every device must be.

/// How many publish what, and how far they are.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rounds {
    publishers: u64,
    /// Each has so many devices.
    of_each: u64,
    a_message: u64,
    /// How many messages there were.
    messages: u64,
}

impl Rounds {
    pub(super) fn new(publishers: u32, devices: usize, a_message: u32) -> Self {
        let publishers = u64::from(publishers).clamp(1, (devices as u64).max(1));
        let of_each = (devices as u64 / publishers).max(1);
        Self { publishers, of_each, a_message: u64::from(a_message).max(1), messages: 0 }
    }

    /// The next message: its publisher, and the device and the number of each of its observations.
    pub(super) fn message(&mut self) -> (u64, impl Iterator<Item = (usize, u64)> + use<>) {
        let (publisher, of_each) = (self.messages % self.publishers, self.of_each);
        let first = self.messages / self.publishers * self.a_message;
        self.messages += 1;
        let numbers = first..first + self.a_message;
        (publisher, numbers.map(move |number| ((publisher * of_each + number % of_each) as usize, number)))
    }

    /// How many messages it takes that every device has a value.
    pub(super) fn a_round(&self) -> u64 {
        self.of_each.div_ceil(self.a_message) * self.publishers
    }

    /// Goes on by so many messages.
    pub(super) fn pass(&mut self, messages: u64) {
        self.messages += messages;
    }

    /// The newest value of each device, once a round is through; the last few that no publisher has have none.
    pub(super) fn newest(&self) -> Vec<f64> {
        let all = self.publishers * self.of_each;
        let newest = (0..all).map(|device| {
            let (publisher, place) = (device / self.of_each, device % self.of_each);
            let turns = (self.messages + self.publishers - 1 - publisher) / self.publishers;
            let last = (turns * self.a_message).saturating_sub(1);
            // The last number that falls on this place of the round.
            last.saturating_sub((last + self.of_each - place) % self.of_each) as f64
        });
        newest.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_value_of_every_device_follows_from_the_count_of_messages() {
        for (publishers, devices, a_message) in
            [(20, 17_000, 100), (3, 10, 4), (1, 7, 7), (5, 3, 2), (4, 9, 1)]
        {
            let mut rounds = Rounds::new(publishers, devices, a_message);
            let mut newest = vec![None; devices];
            for message in 0..rounds.a_round() + 1_000 {
                let (_, observations) = rounds.message();
                observations.for_each(|(device, number)| newest[device] = Some(number as f64));
                if message + 1 >= rounds.a_round() && message % 97 == 0 {
                    let told = rounds.newest();
                    let known: Vec<f64> = newest.iter().copied().flatten().collect();
                    assert_eq!(told, known, "{publishers} {devices} {a_message} {message}");
                }
            }
        }
    }
}
