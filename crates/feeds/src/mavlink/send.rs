//! The bytes that a ground station sends: that it is there, and what it would like to be told.
//!
//! Nothing here moves or arms a vehicle.

use super::frame::{SIGNED, write_frame};
use super::signing::{Key, Signer};
use city::CityTime;

/// The numbers of the messages that are asked for.
pub mod message_id {
    /// SYS_STATUS.
    pub const SYS_STATUS: u32 = 1;
    /// SYSTEM_TIME.
    pub const SYSTEM_TIME: u32 = 2;
    /// GPS_RAW_INT.
    pub const GPS_RAW_INT: u32 = 24;
    /// ATTITUDE.
    pub const ATTITUDE: u32 = 30;
    /// GLOBAL_POSITION_INT.
    pub const GLOBAL_POSITION_INT: u32 = 33;
    /// MISSION_CURRENT.
    pub const MISSION_CURRENT: u32 = 42;
    /// VFR_HUD.
    pub const VFR_HUD: u32 = 74;
    /// BATTERY_STATUS.
    pub const BATTERY_STATUS: u32 = 147;
    /// HOME_POSITION.
    pub const HOME_POSITION: u32 = 242;
    /// EXTENDED_SYS_STATE.
    pub const EXTENDED_SYS_STATE: u32 = 245;
}

/// Between two heartbeats, milliseconds.
const HEARTBEAT_MS: i64 = 1_000;
const SET_MESSAGE_INTERVAL: u16 = 511;
const REQUEST_MESSAGE: u16 = 512;

/// Whom a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The system.
    pub system: u8,
    /// Its component; 1 is the autopilot.
    pub component: u8,
}

/// Writes the frames of one ground station on one link.
#[derive(Clone, Debug)]
pub struct GroundStation {
    system: u8,
    component: u8,
    sequence: u8,
    signer: Option<Signer>,
    heartbeat_at: Option<CityTime>,
}

impl GroundStation {
    /// A ground station, usually system 255 or another from 240 on, component 190 (MAV_COMP_ID_MISSIONPLANNER).
    pub fn new(system: u8, component: u8) -> Self {
        Self { system, component, sequence: 0, signer: None, heartbeat_at: None }
    }

    /// True where a message to this system and component is for it; 0 is for all.
    pub fn is_meant(&self, (system, component): (u8, u8)) -> bool {
        [0, self.system].contains(&system) && [0, self.component].contains(&component)
    }

    /// The same, signing all it sends with `key` as the link `link`. Its times follow the clock that the caller gives:
    /// after a new start that clock must not stand before the last frame that was sent.
    pub fn signing(self, key: Key, link: u8) -> Self {
        Self { signer: Some(Signer::new(key, link)), ..self }
    }

    /// A heartbeat where one is due: the first at once, then one a second.
    pub fn heartbeat_if_due(&mut self, now: CityTime) -> Option<Vec<u8>> {
        // A clock that was set back must not silence it.
        let is_due =
            self.heartbeat_at.is_none_or(|at| !(0..HEARTBEAT_MS).contains(&now.0.saturating_sub(at.0)));
        is_due.then(|| {
            self.heartbeat_at = Some(now);
            // Type 6: ground station; autopilot 8: none; state 4: active; version 3.
            self.frame(0, &[0, 0, 0, 0, 6, 8, 0, 4, 3], now)
        })
    }

    /// Asks for `message` every `interval_ms` milliseconds (SET_MESSAGE_INTERVAL); 0 asks for the vehicle's own rate.
    pub fn set_message_interval(
        &mut self,
        to: Target,
        message: u32,
        interval_ms: u32,
        now: CityTime,
    ) -> Vec<u8> {
        self.command(to, SET_MESSAGE_INTERVAL, message as f32, 1000.0 * interval_ms as f32, now)
    }

    /// Asks for `message` once (MAV_CMD_REQUEST_MESSAGE).
    pub fn request_message(&mut self, to: Target, message: u32, now: CityTime) -> Vec<u8> {
        self.command(to, REQUEST_MESSAGE, message as f32, 0.0, now)
    }

    /// Asks how many items the mission has (MISSION_REQUEST_LIST).
    pub fn request_mission(&mut self, to: Target, now: CityTime) -> Vec<u8> {
        self.frame(43, &[to.system, to.component, 0], now)
    }

    /// Asks for one item of the mission (MISSION_REQUEST_INT).
    pub fn request_mission_item(&mut self, to: Target, number: u16, now: CityTime) -> Vec<u8> {
        let [low, high] = number.to_le_bytes();
        self.frame(51, &[low, high, to.system, to.component, 0], now)
    }

    /// Says that all items came (MISSION_ACK, accepted).
    pub fn acknowledge_mission(&mut self, to: Target, now: CityTime) -> Vec<u8> {
        self.frame(47, &[to.system, to.component, 0, 0], now)
    }

    /// COMMAND_LONG with two parameters.
    fn command(&mut self, to: Target, command: u16, first: f32, second: f32, now: CityTime) -> Vec<u8> {
        let parameters = [first, second, 0.0, 0.0, 0.0, 0.0, 0.0];
        let mut payload: Vec<u8> = parameters.iter().flat_map(|number| number.to_le_bytes()).collect();
        payload.extend_from_slice(&command.to_le_bytes());
        payload.extend_from_slice(&[to.system, to.component, 0]);
        self.frame(76, &payload, now)
    }

    fn frame(&mut self, message: u32, payload: &[u8], now: CityTime) -> Vec<u8> {
        let flags = if self.signer.is_some() { SIGNED } else { 0 };
        let mut frame = write_frame(self.sequence, (self.system, self.component), message, payload, flags);
        self.sequence = self.sequence.wrapping_add(1);
        if let Some(signer) = &mut self.signer {
            signer.sign(&mut frame, now);
        }
        frame
    }
}
