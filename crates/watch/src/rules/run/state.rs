//! What one rule has seen of one subject: how long each colour has held, which is active, how long it has been calm.

use crate::rules::condition::{OnGap, Steps};
use serde::{Deserialize, Serialize};

/// No colour, where a colour's place in `WarningColour::ALL` stands.
pub(super) const NO_COLOUR: u8 = 4;
const NEVER: i64 = i64::MIN;

/// The times of a rule, compiled from its [`Steps`]. Milliseconds.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    hold: [i64; 4],
    max_gap: i64,
    /// The share that must be covered; `None` when a gap breaks.
    coverage: Option<f64>,
    clear_after: i64,
}

impl Pace {
    pub fn of(steps: &Steps) -> Self {
        let coverage = match steps.on_gap {
            OnGap::Break => None,
            OnGap::Suspend { coverage } => Some(coverage),
        };
        Self {
            hold: steps.levels.map(|step| step.map_or(0, |step| step.hold_ms)),
            max_gap: steps.max_gap_ms.unwrap_or(i64::MAX),
            coverage,
            clear_after: steps.clear_after_ms,
        }
    }
}

/// The state; a few numbers, so that it can be copied and replayed when a late reading comes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    since: [i64; 4],
    covered: [i64; 4],
    at: i64,
    calm_since: i64,
    /// When the warning began.
    pub started: i64,
    /// Since when the active colour's level has held.
    pub held_since: i64,
    /// The active colour; [`NO_COLOUR`] for none.
    pub active: u8,
    calm_to: u8,
}

impl State {
    pub const IDLE: State = State {
        since: [NEVER; 4],
        covered: [0; 4],
        at: NEVER,
        calm_since: NEVER,
        started: NEVER,
        held_since: NEVER,
        active: NO_COLOUR,
        calm_to: NO_COLOUR,
    };

    pub fn is_idle(&self) -> bool {
        self.active == NO_COLOUR && self.since == [NEVER; 4]
    }

    /// Sets what another part has decided: `active` at `at`, so since `held_since`.
    pub fn set(&mut self, active: u8, at: i64, held_since: i64) {
        if self.active == NO_COLOUR {
            self.started = at;
        }
        (self.active, self.at, self.held_since) = (active, at, held_since);
    }

    /// The time of the newest step.
    pub fn last(&self) -> i64 {
        self.at
    }

    /// Takes a reading of time `at`. A bit of `past` says that the value is past that colour's level, a bit of `kept`
    /// that it is not yet back far enough for that colour to end.
    pub fn step(&mut self, pace: &Pace, at: i64, past: u8, kept: u8) {
        let at = at.max(self.at);
        let gap = if self.at == NEVER { 0 } else { at.saturating_sub(self.at) };
        let broken = gap > pace.max_gap;
        let mut wanted = NO_COLOUR;
        for colour in (0..4).rev() {
            if past & (1 << colour) == 0 {
                self.since[colour] = NEVER;
                continue;
            }
            if self.since[colour] == NEVER || broken && pace.coverage.is_none() {
                (self.since[colour], self.covered[colour]) = (at, 0);
            } else if !broken {
                self.covered[colour] = self.covered[colour].saturating_add(gap);
            }
            let elapsed = at.saturating_sub(self.since[colour]);
            let covered = self.covered[colour] as f64 >= pace.coverage.unwrap_or(0.0) * elapsed as f64;
            if elapsed >= pace.hold[colour] && covered {
                wanted = colour as u8;
            }
        }
        self.at = at;
        if wanted < self.active {
            if self.active == NO_COLOUR {
                self.started = at;
            }
            self.active = wanted;
            self.held_since = self.since[usize::from(wanted)];
            self.calm_since = NEVER;
        } else if self.active != NO_COLOUR {
            self.calm(pace, at, broken, kept | past);
        }
    }

    /// Lets the active colour end, or give way to a milder one, once the value has been back for long enough.
    fn calm(&mut self, pace: &Pace, at: i64, broken: bool, kept: u8) {
        let target = (kept & (0xF << self.active) & 0xF).trailing_zeros().min(u32::from(NO_COLOUR)) as u8;
        if target <= self.active {
            self.calm_since = NEVER;
            return;
        }
        if self.calm_since == NEVER || broken {
            (self.calm_since, self.calm_to) = (at, target);
        }
        self.calm_to = self.calm_to.min(target);
        if at.saturating_sub(self.calm_since) >= pace.clear_after {
            self.active = self.calm_to;
            let held = self.since.get(usize::from(self.active)).copied().unwrap_or(NEVER);
            self.held_since = if held == NEVER { self.started } else { held };
            (self.calm_since, self.calm_to) = (if target > self.active { at } else { NEVER }, target);
        }
    }

    /// When a step without a new reading could change something; only for conditions that hold between readings.
    pub fn due(&self, pace: &Pace) -> Option<i64> {
        let holds = (0..usize::from(self.active))
            .filter(|colour| self.since[*colour] != NEVER)
            .map(|colour| self.since[colour].saturating_add(pace.hold[colour]));
        let calm = (self.active != NO_COLOUR && self.calm_since != NEVER)
            .then(|| self.calm_since.saturating_add(pace.clear_after));
        holds.chain(calm).filter(|due| *due > self.at).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(hold: [i64; 4], max_gap: i64, coverage: Option<f64>, clear_after: i64) -> Pace {
        Pace { hold, max_gap, coverage, clear_after }
    }

    #[test]
    fn a_gap_breaks_or_suspends() {
        let mut broken = State::IDLE;
        let mut suspended = State::IDLE;
        let breaks = pace([0, 0, 100, 0], 30, None, 0);
        let suspends = pace([0, 0, 100, 0], 30, Some(0.5), 0);
        for at in [0, 20, 40, 90, 110] {
            broken.step(&breaks, at, 0b100, 0b100);
            suspended.step(&suspends, at, 0b100, 0b100);
        }
        assert_eq!(broken.active, NO_COLOUR);
        assert_eq!((suspended.active, suspended.started, suspended.held_since), (2, 110, 0));
    }

    #[test]
    fn a_graver_colour_comes_at_once_and_goes_after_calm() {
        let mut state = State::IDLE;
        let pace = pace([0; 4], i64::MAX, None, 10);
        state.step(&pace, 0, 0b1100, 0b1100);
        assert_eq!(state.active, 2);
        state.step(&pace, 1, 0b1111, 0b1111);
        assert_eq!(state.active, 0);
        state.step(&pace, 2, 0b1000, 0b1100);
        state.step(&pace, 11, 0b1000, 0b1000);
        assert_eq!(state.active, 0);
        state.step(&pace, 12, 0, 0);
        assert_eq!(state.active, 2, "the gravest it was kept at while calm");
        state.step(&pace, 22, 0, 0);
        assert_eq!((state.active, state.started), (NO_COLOUR, 0));
    }
}
