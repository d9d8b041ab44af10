//! Fetches the mission of one vehicle (MAVLink guide, "Mission Protocol", "Download a Mission"): asks, waits, asks again.
//!
//! The items themselves go to the [`super::Vehicle`] as every message does; this keeps only what to ask next.

use super::message::Message;
use super::send::{GroundStation, Target};
use super::vehicle::VehicleId;
use city::CityTime;

/// How patient it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchRule {
    /// How long it waits for an answer, milliseconds.
    pub wait_ms: i64,
    /// How many times it asks for the same.
    pub tries: u8,
}

impl Default for FetchRule {
    /// As the guide recommends: 1.5 s, the first time and five more.
    fn default() -> Self {
        Self { wait_ms: 1_500, tries: 6 }
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchState {
    /// It waits to be told how many items there are.
    AskingCount,
    /// It waits for this item of so many.
    AskingItem {
        /// The item.
        number: u16,
        /// How many there are.
        count: u16,
    },
    /// All items came; that is still to be said.
    Acknowledging,
    /// All is done.
    Done,
    /// The vehicle gave no answer in time.
    NoAnswer,
    /// The vehicle refused (MAV_MISSION_RESULT).
    Refused(u8),
}

/// A mission being fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissionFetch {
    from: Target,
    rule: FetchRule,
    state: FetchState,
    asked: Option<CityTime>,
    tries: u8,
}

impl MissionFetch {
    /// Will fetch the mission of `from`.
    pub fn new(from: Target, rule: FetchRule) -> Self {
        Self { from, rule, state: FetchState::AskingCount, asked: None, tries: 0 }
    }

    /// How far it is.
    pub fn state(&self) -> FetchState {
        self.state
    }

    /// What has to be sent at `now`, in bytes of `station`; `None` while it waits, and at the end.
    pub fn next(&mut self, station: &mut GroundStation, now: CityTime) -> Option<Vec<u8>> {
        let waited_ms = self.asked.map(|asked| now.0.saturating_sub(asked.0));
        if waited_ms.is_some_and(|waited| (0..self.rule.wait_ms).contains(&waited)) {
            return None;
        }
        let from = self.from;
        let bytes = match self.state {
            FetchState::Done | FetchState::NoAnswer | FetchState::Refused(_) => return None,
            FetchState::Acknowledging => {
                self.state = FetchState::Done;
                return Some(station.acknowledge_mission(from, now));
            }
            _ if self.tries >= self.rule.tries => {
                self.state = FetchState::NoAnswer;
                return None;
            }
            FetchState::AskingCount => station.request_mission(from, now),
            FetchState::AskingItem { number, .. } => station.request_mission_item(from, number, now),
        };
        self.tries = self.tries.saturating_add(1);
        self.asked = Some(now);
        Some(bytes)
    }

    /// Takes what the vehicle `id` said, to `station` or to others; true where it leads on, so that [`Self::next`] has
    /// something to send at once.
    pub fn take(&mut self, station: &GroundStation, id: VehicleId, message: &Message) -> bool {
        if (id.system, id.component) != (self.from.system, self.from.component) {
            return false;
        }
        let next = match (self.state, message) {
            (FetchState::AskingCount, Message::MissionCount { count: 0, list: 0 }) => {
                FetchState::Acknowledging
            }
            (FetchState::AskingCount, Message::MissionCount { count, list: 0 }) => {
                FetchState::AskingItem { number: 0, count: *count }
            }
            // The list changed under way: what came is of an older one.
            (FetchState::AskingItem { count: old, .. }, Message::MissionCount { count, list: 0 })
                if old != *count =>
            {
                FetchState::AskingCount
            }
            (FetchState::AskingItem { number, count }, Message::MissionItem { item, list: 0 })
                if item.number == number =>
            {
                match number.checked_add(1).filter(|next| *next < count) {
                    Some(number) => FetchState::AskingItem { number, count },
                    None => FetchState::Acknowledging,
                }
            }
            // Another station has given it a new one: what came before and what comes now do not belong together.
            (
                FetchState::AskingItem { .. } | FetchState::Acknowledging,
                Message::MissionAnswer { result: 0, list: 0, .. },
            ) => FetchState::AskingCount,
            (
                FetchState::AskingCount | FetchState::AskingItem { .. },
                Message::MissionAnswer { result, target, list: 0 },
            ) if *result != 0 && station.is_meant(*target) => FetchState::Refused(*result),
            _ => return false,
        };
        (self.state, self.asked, self.tries) = (next, None, 0);
        true
    }
}
