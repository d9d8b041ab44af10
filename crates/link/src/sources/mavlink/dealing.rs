//! What is asked of one vehicle: how often to tell of itself, its home and its mission; and asked again where no answer
//! came, a bounded number of times.

use city::CityTime;
use feeds::Problems;
use feeds::mavlink::{
    FetchRule, FetchState, GroundStation, Message, MissionFetch, Target, Vehicle, message_id,
};

/// What is asked for, and how often it shall come, milliseconds.
const WANTED: [(u32, u32); 8] = [
    (message_id::GLOBAL_POSITION_INT, 250),
    (message_id::ATTITUDE, 500),
    (message_id::GPS_RAW_INT, 1_000),
    (message_id::VFR_HUD, 1_000),
    (message_id::EXTENDED_SYS_STATE, 1_000),
    (message_id::MISSION_CURRENT, 1_000),
    (message_id::SYS_STATUS, 2_000),
    (message_id::SYSTEM_TIME, 5_000),
];
/// SET_MESSAGE_INTERVAL, as vehicles name it in their answers.
const SET_INTERVAL: u16 = 511;
/// How long an answer is waited for, milliseconds.
const WAIT_MS: i64 = 3_000;
/// How many times the same is asked.
const MOST_TRIES: u8 = 5;
/// After a mission that could not be had, it is asked for again, milliseconds.
const FETCH_AGAIN_MS: i64 = 60_000;

/// What is going on with one vehicle.
#[derive(Debug)]
pub(super) struct Dealing {
    restarts: u32,
    rates_answered: bool,
    rates: Asking,
    home: Asking,
    fetch: MissionFetch,
    fetch_failed_at: Option<CityTime>,
    refusal_told: bool,
    /// How many items its mission has, as it tells under way.
    total: Option<u16>,
}

/// How often something was asked, and when last.
#[derive(Debug, Default)]
struct Asking {
    at: Option<CityTime>,
    tries: u8,
}

impl Asking {
    fn is_due(&mut self, now: CityTime) -> bool {
        let waits = self.at.is_some_and(|at| (0..WAIT_MS).contains(&now.0.saturating_sub(at.0)));
        if waits || self.tries >= MOST_TRIES {
            return false;
        }
        (self.at, self.tries) = (Some(now), self.tries + 1);
        true
    }
}

impl Dealing {
    pub(super) fn new(vehicle: &Vehicle) -> Self {
        Self {
            restarts: vehicle.restarts,
            rates_answered: false,
            rates: Asking::default(),
            home: Asking::default(),
            fetch: MissionFetch::new(target(vehicle), FetchRule::default()),
            fetch_failed_at: None,
            refusal_told: false,
            total: None,
        }
    }

    /// Takes what the vehicle said.
    pub(super) fn take(&mut self, station: &GroundStation, vehicle: &Vehicle, said: &Message) {
        if vehicle.restarts != self.restarts {
            *self = Self::new(vehicle);
        }
        if let Message::CommandAnswer(answer) = said {
            // What came before we asked answers somebody else.
            self.rates_answered |= answer.command == SET_INTERVAL && self.rates.tries > 0;
        }
        self.fetch.take(station, vehicle.id, said);
        let has_ended =
            matches!(self.fetch.state(), FetchState::Done | FetchState::NoAnswer | FetchState::Refused(_));
        let is_another = match said {
            // Another station has given it a new one.
            Message::MissionAnswer { result: 0, list: 0, .. } => true,
            // Some count their home and some do not, so that only a change of the number tells something.
            Message::MissionCurrent(progress) => {
                let before = std::mem::replace(&mut self.total, progress.total);
                before.is_some() && before != progress.total
            }
            _ => false,
        };
        if has_ended && is_another && self.fetch_failed_at.is_none() {
            self.fetch = MissionFetch::new(target(vehicle), FetchRule::default());
        }
    }

    /// Adds what is to be asked now.
    pub(super) fn due(
        &mut self,
        vehicle: &Vehicle,
        station: &mut GroundStation,
        now: CityTime,
        say: &mut Vec<Vec<u8>>,
        problems: &mut Problems,
    ) {
        let to = target(vehicle);
        if !self.rates_answered && self.rates.is_due(now) {
            say.extend(
                WANTED.map(|(message, every_ms)| station.set_message_interval(to, message, every_ms, now)),
            );
        }
        if vehicle.home.is_none() && self.home.is_due(now) {
            say.push(station.request_message(to, message_id::HOME_POSITION, now));
        }
        say.extend(self.fetch.next(station, now));
        if let FetchState::Refused(result) = self.fetch.state()
            && !std::mem::replace(&mut self.refusal_told, true)
        {
            let why = feeds::mavlink::mission_result_name(result);
            problems.add(format_args!("system {} does not give its mission", to.system), why);
        }
        if matches!(self.fetch.state(), FetchState::NoAnswer | FetchState::Refused(_)) {
            let failed_at = *self.fetch_failed_at.get_or_insert(now);
            if !(0..FETCH_AGAIN_MS).contains(&now.0.saturating_sub(failed_at.0)) {
                self.fetch_failed_at = None;
                self.fetch = MissionFetch::new(to, FetchRule::default());
            }
        }
    }
}

fn target(vehicle: &Vehicle) -> Target {
    Target { system: vehicle.id.system, component: vehicle.id.component }
}
