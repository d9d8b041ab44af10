//! The mission of a vehicle: a list of places and acts, put together as its items come.

use city::LonLat;
use std::collections::BTreeMap;

/// What the height of an item is measured from (MAV_FRAME).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeightAbove {
    /// Mean sea level.
    SeaLevel,
    /// The home of the vehicle.
    Home,
    /// The ground below, by the vehicle's own model of it.
    Ground,
    /// No place on the globe: an act, or metres of a local frame.
    NoPlace,
}

impl HeightAbove {
    /// By MAV_FRAME.
    pub(super) fn of_frame(frame: u8) -> Self {
        match frame {
            0 | 5 => Self::SeaLevel,
            3 | 6 => Self::Home,
            10 | 11 => Self::Ground,
            _ => Self::NoPlace,
        }
    }
}

/// One item of a mission.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MissionItem {
    /// Its number; ArduPilot's item 0 is its home.
    pub number: u16,
    /// What to do (MAV_CMD); [`super::command_name`] has it in words.
    pub command: u16,
    /// Where; `None` where the item has no place, or means the place where it is then.
    pub at: Option<LonLat>,
    /// How high, in metres above what `above` says; `None` where the item has no place.
    pub height_m: Option<f64>,
    /// What the height is measured from.
    pub above: HeightAbove,
    /// Its four parameters as they came; what they mean is the command's matter, and NaN means "as it is".
    pub parameters: [f32; 4],
}

/// A mission as far as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mission {
    /// How many items the vehicle says it has; `None` before it said so.
    pub count: Option<u16>,
    /// The number of the frame that said how many, and of each item's: an item from before may be of another mission.
    counted: u64,
    items: BTreeMap<u16, (u64, MissionItem)>,
    /// The item it goes for.
    pub current: Option<u16>,
    /// The item it reached last.
    pub reached: Option<u16>,
}

impl Mission {
    /// Its items that came, by number.
    pub fn items(&self) -> impl Iterator<Item = &MissionItem> {
        self.items.values().map(|(_, item)| item)
    }

    /// True when every item came.
    pub fn is_complete(&self) -> bool {
        self.count.is_some_and(|count| usize::from(count) == self.items.len())
    }

    pub(super) fn take_count(&mut self, count: u16, frame: u64) {
        // The answer to a question that was asked twice comes twice, and must not cost the items between.
        if self.count.replace(count) == Some(count) {
            return;
        }
        self.counted = frame;
        self.items.clear();
        self.current = self.current.filter(|number| *number < count);
        self.reached = self.reached.filter(|number| *number < count);
    }

    /// It was given another, as the frame of that number says: what came is of the one before.
    pub(super) fn take_another(&mut self, frame: u64) {
        (self.count, self.counted) = (None, frame);
        self.items.clear();
    }

    /// Takes an item that came with the frame of that number; false where it is not of this mission, or older than what
    /// is known.
    pub(super) fn take_item(&mut self, item: MissionItem, frame: u64) -> bool {
        let known = self.items.get(&item.number).map_or(self.counted, |(known, _)| *known);
        let is_taken = frame >= known && self.count.is_none_or(|count| item.number < count);
        if is_taken {
            self.items.insert(item.number, (frame, item));
        }
        is_taken
    }
}
