//! Drones over MAVLink 1 and 2 (mavlink.io, "Serialization", "Message signing", "Mission protocol").
//!
//! [`FrameReader`] turns datagrams or a stream into checked frames, [`read_message`] a frame into what it says,
//! [`Vehicles`] what they say into the state of each vehicle and of its link, [`GroundStation`] and [`MissionFetch`]
//! make the bytes that a console sends. Deliberately absent: sockets, a clock, and any message that moves a vehicle.
//!
//! The crate `mavlink` was not taken: it drops a whole message for one value newer than its definitions, passes over
//! bad checksums without counting them, and its signing reads the computer's clock.

mod crc_extra;
mod fetch;
mod fields;
mod frame;
mod link_quality;
mod message;
mod mission;
mod modes;
mod reader;
mod send;
mod signing;
mod texts;
mod vehicle;
mod vehicles;
mod words;

pub use fetch::{FetchRule, FetchState, MissionFetch};
pub use frame::{Frame, Version};
pub use link_quality::LinkQuality;
pub use message::{
    Attitude, BatteryTold, CommandAnswer, GlobalPosition, Heartbeat, HomeTold, HudTold, Message,
    MissionProgress, SatelliteFix, StatusTextPart, read_message,
};
pub use mission::{HeightAbove, Mission, MissionItem};
pub use reader::{FrameCounts, FrameReader};
pub use send::{GroundStation, Target, message_id};
pub use signing::{Key, Unsigned};
pub use texts::{Severity, StatusText};
pub use vehicle::{Battery, Position, Vehicle, VehicleClock, VehicleId};
pub use vehicles::{Heard, MOST_VEHICLES, Vehicles};
pub use words::{
    Autopilot, SystemStatus, VehicleKind, command_name, command_result_name, mission_result_name,
};

#[cfg(test)]
mod tests;
