//! The state of one vehicle, as its messages tell it.
//!
//! Every value carries the time it was true: the vehicle's own where its clock is known and right, otherwise the
//! arrival. What comes late never overwrites what is newer; a vehicle that starts again begins anew.

use super::link_quality::{Order, Place, SequenceMeter};
use super::message::{
    Attitude, BatteryTold, CommandAnswer, GlobalPosition, Heartbeat, HomeTold, HudTold, Message, SatelliteFix,
};
use super::mission::Mission;
use super::modes::mode;
use super::texts::{StatusText, TextParts};
use city::CityTime;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::mem::{Discriminant, discriminant};

/// Which component of which system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VehicleId {
    /// The system, such as one drone.
    pub system: u8,
    /// Its component; 1 is the autopilot.
    pub component: u8,
}

/// Where a vehicle is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// When it was there.
    pub at: CityTime,
    /// Where, how high above mean sea level and above its home, and how it moves.
    pub told: GlobalPosition,
}

/// The battery as a whole, of SYS_STATUS or of the first BATTERY_STATUS.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Battery {
    /// Volts; `None` where not measured.
    pub voltage_v: Option<f64>,
    /// Percent left; `None` where not estimated.
    pub remaining_pct: Option<f64>,
}

/// What is known of a vehicle's own clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VehicleClock {
    /// It never told: arrival times are used.
    #[default]
    Unknown,
    /// It started at this instant, and its times since then are used.
    StartedAt(CityTime),
    /// It differs from ours by this much (positive: it is ahead): arrival times are used.
    Off {
        /// Milliseconds.
        ahead_ms: i64,
    },
}

/// A vehicle's clock that differs by more than this is off, milliseconds: no link delays that long.
const CLOCK_OFF_MS: i64 = 60_000;
/// Going back by more than this is a new start and no late frame, milliseconds.
const BACK_MEANS_RESTART_MS: i32 = 5_000;
/// For how long after a new start frames of the time before may still come, milliseconds.
const STRAGGLERS_MS: i64 = 10_000;
/// Texts and answers that are kept.
const MOST_KEPT: usize = 50;

/// One vehicle, or another component such as a gimbal or a ground station.
#[derive(Clone, Debug)]
pub struct Vehicle {
    /// Which.
    pub id: VehicleId,
    /// When anything came of it last.
    pub heard: CityTime,
    /// What it is and how it does, and when it said so.
    pub heartbeat: Option<(CityTime, Heartbeat)>,
    /// Where it is.
    pub position: Option<Position>,
    /// Its satellite receiver, and when it said so.
    pub satellites: Option<(CityTime, SatelliteFix)>,
    /// How it lies in the air, and when.
    pub attitude: Option<(CityTime, Attitude)>,
    /// Speeds, and when it said so.
    pub hud: Option<(CityTime, HudTold)>,
    /// True in the air, false on the ground; `None` where it does not say.
    pub in_the_air: Option<bool>,
    /// Its batteries by their number, as BATTERY_STATUS tells them.
    pub batteries: BTreeMap<u8, BatteryTold>,
    /// Where it returns to.
    pub home: Option<HomeTold>,
    /// Its mission, as far as it was told.
    pub mission: Mission,
    /// What it said in words, the newest last.
    pub texts: VecDeque<StatusText>,
    /// What it answered to commands, the newest last.
    pub answers: VecDeque<(CityTime, CommandAnswer)>,
    /// What is known of its clock.
    pub clock: VehicleClock,
    /// How many times it was seen to start again.
    pub restarts: u32,
    system_battery: Option<Battery>,
    parts: TextParts,
    since_boot_ms: Option<u32>,
    before_restart: Option<(u32, CityTime)>,
    pub(super) sequence: SequenceMeter,
    /// The number of the newest frame of each kind.
    newest: HashMap<Kind, u64>,
}

/// Of what a message tells: its type, and which battery or which list.
type Kind = (Discriminant<Message>, u8);

impl Vehicle {
    pub(super) fn new(id: VehicleId, heard: CityTime) -> Self {
        Self {
            id,
            heard,
            heartbeat: None,
            position: None,
            satellites: None,
            attitude: None,
            hud: None,
            in_the_air: None,
            batteries: BTreeMap::new(),
            home: None,
            mission: Mission::default(),
            texts: VecDeque::new(),
            answers: VecDeque::new(),
            clock: VehicleClock::default(),
            restarts: 0,
            system_battery: None,
            parts: TextParts::default(),
            since_boot_ms: None,
            before_restart: None,
            sequence: SequenceMeter::default(),
            newest: HashMap::new(),
        }
    }

    /// Its mode in the words of its autopilot; `None` before a heartbeat, or where the mode has no known name.
    pub fn mode(&self) -> Option<&'static str> {
        self.heartbeat.as_ref().and_then(|(_, heartbeat)| mode(heartbeat))
    }

    /// True when it moves by itself: no ground station, gimbal or camera.
    pub fn is_vehicle(&self) -> bool {
        self.heartbeat.is_some_and(|(_, heartbeat)| heartbeat.kind.is_vehicle())
    }

    /// Its battery: as the system tells it, and what that leaves out as the battery itself tells it.
    pub fn battery(&self) -> Battery {
        let whole = self.system_battery.unwrap_or_default();
        let first = self.batteries.values().next();
        Battery {
            voltage_v: whole.voltage_v.or(first.and_then(|battery| battery.voltage_v)),
            remaining_pct: whole.remaining_pct.or(first.and_then(|battery| battery.remaining_pct)),
        }
    }

    /// Takes what came at `arrived`: whether it was taken, or is older than what is known; and the texts that are
    /// complete with it.
    pub(super) fn take(
        &mut self,
        message: &Message,
        place: Place,
        arrived: CityTime,
    ) -> (bool, Vec<StatusText>) {
        let again = matches!(place.order, Order::Again { .. });
        if place.order == (Order::Again { newest: false }) {
            return (false, Vec::new());
        }
        let mut texts = self.parts.close_old(arrived);
        let is_newest = self.is_newest_of_its_kind(message, place.number);
        let mut is_taken = is_newest;
        match message {
            // These carry a time of their own, by which they are judged.
            Message::Position(told) => {
                if let Some(at) = self.time_of(told.since_boot_ms, place.order, arrived)
                    && self
                        .position
                        .is_none_or(|before| difference(told.since_boot_ms, before.told.since_boot_ms) >= 0)
                {
                    self.position = Some(Position { at, told: *told });
                }
            }
            Message::Attitude(told) => {
                if let Some(at) = self.time_of(told.since_boot_ms, place.order, arrived)
                    && self
                        .attitude
                        .is_none_or(|(_, before)| difference(told.since_boot_ms, before.since_boot_ms) >= 0)
                {
                    self.attitude = Some((at, *told));
                }
            }
            // These count also where they come late.
            Message::Text(part) if !again => texts.extend(self.parts.take(part, arrived)),
            Message::CommandAnswer(answer) if !again => {
                keep(&mut self.answers, (arrived, *answer));
                is_taken = true;
            }
            Message::MissionItem { item, list: 0 } => {
                is_taken = self.mission.take_item(*item, place.number);
            }
            _ if !is_newest || again && !matches!(message, Message::Heartbeat(_)) => {}
            // These are the newest of their kind.
            Message::SystemTime { at, since_boot_ms } => {
                self.take_clock(*at, *since_boot_ms, place.order, arrived);
            }
            Message::Heartbeat(told) => self.heartbeat = Some((arrived, *told)),
            Message::SystemBattery { voltage_v, remaining_pct, .. } => {
                self.system_battery = Some(Battery { voltage_v: *voltage_v, remaining_pct: *remaining_pct });
            }
            Message::Satellites(told) => self.satellites = Some((arrived, *told)),
            Message::Hud(told) => self.hud = Some((arrived, *told)),
            Message::Battery(told) => {
                self.batteries.insert(told.id, *told);
            }
            Message::Home(told) => self.home = Some(*told),
            Message::MissionCount { count, list: 0 } => self.mission.take_count(*count, place.number),
            Message::MissionAnswer { result: 0, list: 0, .. } => self.mission.take_another(place.number),
            Message::MissionCurrent(told) => self.mission.current = Some(told.current),
            Message::MissionReached(number) => self.mission.reached = Some(*number),
            Message::InTheAir(told) => self.in_the_air = *told,
            _ => {}
        }
        for text in &texts {
            keep(&mut self.texts, text.clone());
        }
        (is_taken, texts)
    }

    /// A frame that comes late may still tell the newest of its kind: only what is older than that is passed over.
    fn is_newest_of_its_kind(&mut self, message: &Message, number: u64) -> bool {
        let part = match message {
            Message::Battery(told) => told.id,
            Message::MissionCount { list, .. } | Message::MissionAnswer { list, .. } => *list,
            _ => 0,
        };
        let newest = self.newest.entry((discriminant(message), part)).or_default();
        let is_newest = number >= *newest;
        *newest = number.max(*newest);
        is_newest
    }

    fn take_clock(&mut self, at: Option<CityTime>, since_boot_ms: u32, order: Order, arrived: CityTime) {
        if !self.follow(since_boot_ms, order, arrived) {
            return;
        }
        let Some(at) = at else { return };
        let ahead_ms = at.0.saturating_sub(arrived.0);
        self.clock = if ahead_ms.saturating_abs() > CLOCK_OFF_MS {
            VehicleClock::Off { ahead_ms }
        } else {
            VehicleClock::StartedAt(at.plus_ms(-i64::from(since_boot_ms)))
        };
    }

    /// The instant of a message; `None` for one from before the last start.
    fn time_of(&mut self, since_boot_ms: u32, order: Order, arrived: CityTime) -> Option<CityTime> {
        if !self.follow(since_boot_ms, order, arrived) {
            return None;
        }
        Some(match (self.clock, self.since_boot_ms) {
            // Its clock may have been set since: what it tells is never far from when it came.
            (VehicleClock::StartedAt(start), _) => {
                let told = start.plus_ms(i64::from(since_boot_ms));
                if told.0.saturating_sub(arrived.0).saturating_abs() > CLOCK_OFF_MS { arrived } else { told }
            }
            // Without a clock a late message is still known to be as much older as it says.
            (_, Some(newest)) => arrived.plus_ms(i64::from(difference(since_boot_ms, newest)).min(0)),
            _ => arrived,
        })
    }

    /// Follows the time since the start; false for a message from before the last one, or held back for long.
    fn follow(&mut self, since_boot_ms: u32, order: Order, arrived: CityTime) -> bool {
        if let Some((last, at)) = self.before_restart {
            if !(0..=STRAGGLERS_MS).contains(&arrived.0.saturating_sub(at.0)) {
                self.before_restart = None;
            } else if difference(since_boot_ms, last).abs() < 60_000 {
                return false;
            }
        }
        let Some(newest) = self.since_boot_ms else {
            self.since_boot_ms = Some(since_boot_ms);
            return true;
        };
        let ahead = difference(since_boot_ms, newest);
        // The difference wraps as the counter does after 49.7 days, so that this is no new start.
        if ahead < -BACK_MEANS_RESTART_MS {
            // What the network held back for long is known by its number.
            if order == Order::Late {
                return false;
            }
            self.start_again(newest, arrived);
        }
        if !(-BACK_MEANS_RESTART_MS..=0).contains(&ahead) {
            self.since_boot_ms = Some(since_boot_ms);
        }
        true
    }

    /// What was true before the start is not any more; what it is, its texts and its mission stay.
    fn start_again(&mut self, newest: u32, arrived: CityTime) {
        self.restarts = self.restarts.saturating_add(1);
        self.before_restart = Some((newest, arrived));
        self.clock = VehicleClock::Unknown;
        (self.position, self.attitude, self.home, self.in_the_air) = (None, None, None, None);
        (self.mission.current, self.mission.reached) = (None, None);
        self.sequence.restart();
    }
}

/// How much later `one` is than `other`, milliseconds, over the wrap of the counter.
fn difference(one: u32, other: u32) -> i32 {
    one.wrapping_sub(other).cast_signed()
}

fn keep<T>(kept: &mut VecDeque<T>, new: T) {
    if kept.len() >= MOST_KEPT {
        kept.pop_front();
    }
    kept.push_back(new);
}
