//! What a frame says: the messages of the `common` dialect that tell of a vehicle, in our units.
//!
//! Missing bytes are zeros, as MAVLink 2 leaves them out; values that mean "unknown" become `None`. Numbers of newer
//! definitions stay numbers: one new value never costs the message.

use super::fields::{Fields, is_somewhere};
use super::frame::Frame;
use super::mission::{HeightAbove, MissionItem};
use super::texts::Severity;
use super::words::{Autopilot, SystemStatus, VehicleKind};
use city::{CityTime, LonLat};

/// What one frame says.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// HEARTBEAT: what it is and how it does.
    Heartbeat(Heartbeat),
    /// SYS_STATUS: the battery as the whole system sees it.
    SystemBattery {
        /// Volts; `None` where not measured.
        voltage_v: Option<f64>,
        /// Amperes; `None` where not measured.
        current_a: Option<f64>,
        /// Percent left; `None` where not estimated.
        remaining_pct: Option<f64>,
        /// Load of its processor, percent.
        load_pct: f64,
    },
    /// SYSTEM_TIME: what its clock says.
    SystemTime {
        /// The time; `None` where it does not know it.
        at: Option<CityTime>,
        /// Milliseconds since it started.
        since_boot_ms: u32,
    },
    /// GPS_RAW_INT: the satellite receiver.
    Satellites(SatelliteFix),
    /// ATTITUDE.
    Attitude(Attitude),
    /// GLOBAL_POSITION_INT: the position it flies by.
    Position(GlobalPosition),
    /// VFR_HUD.
    Hud(HudTold),
    /// BATTERY_STATUS: one battery.
    Battery(BatteryTold),
    /// HOME_POSITION: where it returns to.
    Home(HomeTold),
    /// MISSION_COUNT: how many items a list has.
    MissionCount {
        /// How many.
        count: u16,
        /// 0: the mission; 1: fences; 2: rally points.
        list: u8,
    },
    /// MISSION_ITEM_INT, or MISSION_ITEM of older vehicles.
    MissionItem {
        /// The item.
        item: MissionItem,
        /// 0: the mission; 1: fences; 2: rally points.
        list: u8,
    },
    /// MISSION_CURRENT: which item it goes for.
    MissionCurrent(MissionProgress),
    /// MISSION_ITEM_REACHED: the number of the item that it reached.
    MissionReached(u16),
    /// MISSION_ACK: how an exchange of a mission ended (MAV_MISSION_RESULT; 0 is accepted).
    MissionAnswer {
        /// MAV_MISSION_RESULT.
        result: u8,
        /// Whom it answers: system and component, 0 for all.
        target: (u8, u8),
        /// 0: the mission; 1: fences; 2: rally points.
        list: u8,
    },
    /// STATUSTEXT, or a part of a long one.
    Text(StatusTextPart),
    /// COMMAND_ACK: the answer to a command.
    CommandAnswer(CommandAnswer),
    /// EXTENDED_SYS_STATE: true in the air, false on the ground, `None` where it does not know.
    InTheAir(Option<bool>),
}

/// HEARTBEAT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// MAV_TYPE.
    pub kind: VehicleKind,
    /// MAV_AUTOPILOT.
    pub autopilot: Autopilot,
    /// True when its motors may turn.
    pub armed: bool,
    /// Its mode as its autopilot numbers them; `None` where it has none of its own.
    pub custom_mode: Option<u32>,
    /// MAV_STATE.
    pub status: SystemStatus,
}

/// GPS_RAW_INT.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SatelliteFix {
    /// GPS_FIX_TYPE: 0 no receiver, 1 no fix, 2 two and 3 three dimensions, 4 DGPS, 5 RTK float, 6 RTK fixed.
    pub fix: u8,
    /// How many satellites it sees; `None` where unknown.
    pub satellites: Option<u8>,
    /// Horizontal dilution of precision, without unit; `None` where unknown.
    pub horizontal_dilution: Option<f64>,
    /// Where the receiver is; `None` without a fix.
    pub at: Option<LonLat>,
    /// Above mean sea level, by the receiver's geoid; `None` without a fix.
    pub height_m: Option<f64>,
    /// Above the WGS-84 ellipsoid; `None` where not told.
    pub above_ellipsoid_m: Option<f64>,
    /// Horizontal uncertainty; `None` where not told.
    pub uncertainty_m: Option<f64>,
}

/// ATTITUDE.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attitude {
    /// Milliseconds since it started.
    pub since_boot_ms: u32,
    /// Right side down is positive, degrees.
    pub roll_deg: f64,
    /// Nose up is positive, degrees.
    pub pitch_deg: f64,
    /// Where the nose points, clockwise from north, degrees from 0 to 360.
    pub yaw_deg: f64,
}

/// GLOBAL_POSITION_INT.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GlobalPosition {
    /// Milliseconds since it started.
    pub since_boot_ms: u32,
    /// Where.
    pub at: LonLat,
    /// Above mean sea level.
    pub height_m: f64,
    /// Above its home.
    pub above_home_m: f64,
    /// Towards north.
    pub north_mps: f64,
    /// Towards east.
    pub east_mps: f64,
    /// Upwards.
    pub climb_mps: f64,
    /// Where the nose points, clockwise from north, degrees; `None` where unknown.
    pub heading_deg: Option<f64>,
}

/// VFR_HUD.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HudTold {
    /// Through the air.
    pub airspeed_mps: f64,
    /// Over the ground.
    pub groundspeed_mps: f64,
    /// Above mean sea level.
    pub height_m: f64,
    /// Upwards.
    pub climb_mps: f64,
    /// Where the nose points, clockwise from north, degrees; `None` where it says nothing sensible.
    pub heading_deg: Option<f64>,
    /// Throttle, percent.
    pub throttle_pct: u16,
}

/// BATTERY_STATUS.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatteryTold {
    /// Which battery.
    pub id: u8,
    /// All its cells together; `None` where not measured.
    pub voltage_v: Option<f64>,
    /// Amperes; `None` where not measured.
    pub current_a: Option<f64>,
    /// Percent left; `None` where not estimated.
    pub remaining_pct: Option<f64>,
    /// Seconds left; `None` where not estimated.
    pub remaining_s: Option<u32>,
    /// Degrees Celsius; `None` where not measured.
    pub temperature_c: Option<f64>,
}

/// HOME_POSITION.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HomeTold {
    /// Where.
    pub at: LonLat,
    /// Above mean sea level.
    pub height_m: f64,
}

/// MISSION_CURRENT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissionProgress {
    /// The item it goes for.
    pub current: u16,
    /// How many items it has; `None` where not told.
    pub total: Option<u16>,
    /// MISSION_STATE: 1 no mission, 2 not started, 3 active, 4 paused, 5 complete; 0 not told.
    pub state: u8,
}

/// STATUSTEXT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusTextPart {
    /// How severe.
    pub severity: Severity,
    /// At most 50 bytes, as they came, up to the first zero.
    pub text: Vec<u8>,
    /// Which text it is a part of; 0 for one that is complete.
    pub id: u16,
    /// Which part.
    pub part: u8,
}

/// COMMAND_ACK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandAnswer {
    /// MAV_CMD.
    pub command: u16,
    /// MAV_RESULT; 0 is accepted, 5 in progress.
    pub result: u8,
    /// Percent done; `None` where not told.
    pub progress_pct: Option<u8>,
    /// Whom it answers: system and component, 0 for all.
    pub target: (u8, u8),
}

/// What `frame` says; `None` where it is a message that does not tell of a vehicle, or tells nothing that holds.
pub fn read_message(frame: &Frame) -> Option<Message> {
    let mut f = Fields(&frame.payload);
    Some(match frame.message {
        0 => heartbeat(f),
        1 => {
            f.skip(12);
            let load_pct = f64::from(f.u16()) / 10.0;
            let (voltage, current) = (f.u16(), f.i16());
            f.skip(12);
            Message::SystemBattery {
                voltage_v: known(voltage, u16::MAX).filter(|mv| *mv > 0).map(|mv| f64::from(mv) / 1000.0),
                current_a: known(current, -1).map(|ca| f64::from(ca) / 100.0),
                remaining_pct: percent(f.i8()),
                load_pct,
            }
        }
        2 => {
            let unix_us = f.u64();
            Message::SystemTime { at: unix(unix_us), since_boot_ms: f.u32() }
        }
        24 => Message::Satellites(satellites(f)),
        30 => {
            let since_boot_ms = f.u32();
            let (roll, pitch, yaw) = (f.f32()?, f.f32()?, f.f32()?);
            Message::Attitude(Attitude {
                since_boot_ms,
                roll_deg: roll.to_degrees(),
                pitch_deg: pitch.to_degrees(),
                yaw_deg: yaw.to_degrees().rem_euclid(360.0),
            })
        }
        33 => {
            let since_boot_ms = f.u32();
            let at = f.place()?;
            let (height, above_home) = (f.i32(), f.i32());
            let (north, east, down, heading) = (f.i16(), f.i16(), f.i16(), f.u16());
            Message::Position(GlobalPosition {
                since_boot_ms,
                at,
                height_m: f64::from(height) / 1000.0,
                above_home_m: f64::from(above_home) / 1000.0,
                north_mps: f64::from(north) / 100.0,
                east_mps: f64::from(east) / 100.0,
                climb_mps: -f64::from(down) / 100.0,
                heading_deg: (heading <= 36_000).then(|| (f64::from(heading) / 100.0).rem_euclid(360.0)),
            })
        }
        39 | 73 => mission_item(f, frame.message == 39),
        42 => {
            let (current, total) = (f.u16(), f.u16());
            let total = (1..u16::MAX).contains(&total).then_some(total);
            Message::MissionCurrent(MissionProgress { current, total, state: f.u8() })
        }
        44 => {
            let count = f.u16();
            f.skip(2);
            Message::MissionCount { count, list: f.u8() }
        }
        46 => Message::MissionReached(f.u16()),
        47 => {
            let target = (f.u8(), f.u8());
            Message::MissionAnswer { result: f.u8(), target, list: f.u8() }
        }
        74 => {
            let (airspeed_mps, groundspeed_mps, height_m, climb_mps) =
                (f.f32()?, f.f32()?, f.f32()?, f.f32()?);
            let (heading, throttle_pct) = (f.i16(), f.u16());
            let heading_deg = (0..=360).contains(&heading).then(|| f64::from(heading).rem_euclid(360.0));
            Message::Hud(HudTold {
                airspeed_mps,
                groundspeed_mps,
                height_m,
                climb_mps,
                heading_deg,
                throttle_pct,
            })
        }
        77 => {
            let (command, result, progress) = (f.u16(), f.u8(), f.u8());
            f.skip(4);
            let progress_pct = (1..=100).contains(&progress).then_some(progress);
            Message::CommandAnswer(CommandAnswer { command, result, progress_pct, target: (f.u8(), f.u8()) })
        }
        147 => Message::Battery(battery(f)),
        242 => {
            let at = f.place()?;
            Message::Home(HomeTold { at, height_m: f64::from(f.i32()) / 1000.0 })
        }
        245 => {
            f.skip(1);
            // MAV_LANDED_STATE: 1 on the ground, 2 in the air, 3 taking off, 4 landing.
            Message::InTheAir(match f.u8() {
                1 => Some(false),
                2..=4 => Some(true),
                _ => None,
            })
        }
        253 => {
            let severity = Severity(f.u8());
            let text = f.bytes(50);
            let end = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
            let text = text.get(..end).unwrap_or_default().to_vec();
            Message::Text(StatusTextPart { severity, text, id: f.u16(), part: f.u8() })
        }
        _ => return None,
    })
}

fn heartbeat(mut f: Fields<'_>) -> Message {
    let mode = f.u32();
    let (kind, autopilot, base_mode) = (VehicleKind(f.u8()), Autopilot(f.u8()), f.u8());
    // MAV_MODE_FLAG: 1 custom mode enabled, 128 armed.
    Message::Heartbeat(Heartbeat {
        kind,
        autopilot,
        armed: base_mode & 128 != 0,
        custom_mode: (base_mode & 1 != 0).then_some(mode),
        status: SystemStatus(f.u8()),
    })
}

fn satellites(mut f: Fields<'_>) -> SatelliteFix {
    f.skip(8);
    let at = f.place();
    let height = f.i32();
    let dilution = f.u16();
    f.skip(6);
    let (fix, satellites) = (f.u8(), f.u8());
    let has_more = f.0.len() >= 8;
    let (ellipsoid, uncertainty) = (f.i32(), f.u32());
    let at = at.filter(|_| fix >= 2);
    SatelliteFix {
        fix,
        satellites: known(satellites, u8::MAX),
        horizontal_dilution: known(dilution, u16::MAX).map(|hundredths| f64::from(hundredths) / 100.0),
        at,
        height_m: at.filter(|_| fix >= 3).map(|_| f64::from(height) / 1000.0),
        // Both are extensions: where they were left out they are zero, and exactly zero says nothing.
        above_ellipsoid_m: at.filter(|_| has_more && ellipsoid != 0).map(|_| f64::from(ellipsoid) / 1000.0),
        uncertainty_m: (uncertainty != 0 && uncertainty != u32::MAX).then(|| f64::from(uncertainty) / 1000.0),
    }
}

fn battery(mut f: Fields<'_>) -> BatteryTold {
    f.skip(8);
    let temperature = f.i16();
    let mut cells_mv = 0;
    let mut measured = false;
    for _ in 0..10 {
        if let Some(cell) = known(f.u16(), u16::MAX) {
            cells_mv += u32::from(cell);
            measured = true;
        }
    }
    let current = f.i16();
    let id = f.u8();
    f.skip(2);
    let remaining = f.i8();
    let seconds = f.i32();
    f.skip(1);
    // Cells 11 to 14 came later: here 0 means that there is none.
    cells_mv += (0..4).map(|_| f.u16()).filter(|mv| *mv != u16::MAX).map(u32::from).sum::<u32>();
    BatteryTold {
        id,
        voltage_v: (measured && cells_mv > 0).then(|| f64::from(cells_mv) / 1000.0),
        current_a: known(current, -1).map(|ca| f64::from(ca) / 100.0),
        remaining_pct: percent(remaining),
        remaining_s: u32::try_from(seconds).ok().filter(|s| *s > 0),
        temperature_c: known(temperature, i16::MAX).map(|cdeg| f64::from(cdeg) / 100.0),
    }
}

fn mission_item(mut f: Fields<'_>, as_floats: bool) -> Message {
    let parameters = [f.raw_f32(), f.raw_f32(), f.raw_f32(), f.raw_f32()];
    let (x, y) = (f.array(), f.array());
    let degrees = |raw: [u8; 4]| {
        if as_floats { f64::from(f32::from_le_bytes(raw)) } else { f64::from(i32::from_le_bytes(raw)) / 1e7 }
    };
    let at = LonLat::new(degrees(y), degrees(x));
    let height = f64::from(f.raw_f32());
    let (number, command) = (f.u16(), f.u16());
    f.skip(2);
    let above = HeightAbove::of_frame(f.u8());
    f.skip(2);
    let is_place = above != HeightAbove::NoPlace && is_somewhere(at);
    let item = MissionItem {
        number,
        command,
        at: is_place.then_some(at),
        height_m: (above != HeightAbove::NoPlace && height.is_finite()).then_some(height),
        above,
        parameters,
    };
    Message::MissionItem { item, list: f.u8() }
}

fn known<T: PartialEq>(value: T, unknown: T) -> Option<T> {
    (value != unknown).then_some(value)
}

fn percent(told: i8) -> Option<f64> {
    (0..=100).contains(&told).then_some(f64::from(told))
}

/// A clock that was never set counts from 1970: what is before 2010 or after 2199 is no time.
fn unix(us: u64) -> Option<CityTime> {
    let ms = i64::try_from(us / 1000).ok()?;
    (1_262_304_000_000..7_258_118_400_000).contains(&ms).then_some(CityTime(ms))
}
