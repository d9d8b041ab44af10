//! What is asked of one vehicle: how often to tell of itself, its home and its mission; and asked again where no answer
//! came, a bounded number of times. One that speaks and does not say where it is has a round of questions now and then.

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

/// A vehicle that speaks and for so long does not say where it is has started anew and forgotten what it was asked: it is
/// asked again, so often.
const MUTE_MS: i64 = 15_000;

/// What is going on with one vehicle.
#[derive(Debug)]
pub(super) struct Dealing {
    restarts: u32,
    rates_answered: bool,
    rates: Asking,
    /// When it said last where it is.
    placed: Option<CityTime>,
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
        if within(self.at, now, WAIT_MS) || self.tries >= MOST_TRIES {
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
            placed: None,
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
        if matches!(said, Message::Position(_) | Message::Satellites(_)) {
            self.placed = Some(vehicle.heard);
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

    /// True where it speaks, but neither said where it is nor was asked to for some time.
    fn is_mute(&self, vehicle: &Vehicle, now: CityTime) -> bool {
        let asked_in_vain = !within(self.rates.at, now, MUTE_MS) && self.rates.at.is_some();
        within(Some(vehicle.heard), now, WAIT_MS) && !within(self.placed, now, MUTE_MS) && asked_in_vain
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
        if self.is_mute(vehicle, now) {
            (self.rates, self.rates_answered) = (Asking::default(), false);
        }
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
            if !within(Some(failed_at), now, FETCH_AGAIN_MS) {
                self.fetch_failed_at = None;
                self.fetch = MissionFetch::new(to, FetchRule::default());
            }
        }
    }
}

/// True less than `ms` after an instant; a clock that was set back makes nobody wait for it.
fn within(at: Option<CityTime>, now: CityTime, ms: i64) -> bool {
    at.is_some_and(|at| (0..ms).contains(&now.0.saturating_sub(at.0)))
}

fn target(vehicle: &Vehicle) -> Target {
    Target { system: vehicle.id.system, component: vehicle.id.component }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use feeds::mavlink::{CommandAnswer, FrameReader, Vehicles};

    #[test]
    fn a_vehicle_that_speaks_and_does_not_say_where_it_is_is_asked_again() {
        let recorded = include_bytes!("../../../../feeds/tests/mavlink/px4.bin");
        let (start, mut vehicles, mut reader) =
            (CityTime(1_000_000_000), Vehicles::default(), FrameReader::default());
        let mut place = None;
        for frame in reader.stream(recorded, start) {
            let message = vehicles.take(&frame, start).and_then(|heard| heard.message);
            place = message.filter(|message| matches!(message, Message::Position(_))).or(place);
        }
        let (place, mut vehicle) = (place.unwrap(), vehicles.vehicles().next().unwrap().clone());
        let mut station = GroundStation::new(255, 190);
        let mut dealing = Dealing::new(&vehicle);
        let rates = |dealing: &mut Dealing, station: &mut GroundStation, vehicle: &Vehicle, s: i64| {
            let mut say = Vec::new();
            dealing.due(vehicle, station, start.plus_ms(1_000 * s), &mut say, &mut Problems::default());
            say.len() >= WANTED.len()
        };
        let answer = Message::CommandAnswer(CommandAnswer {
            command: SET_INTERVAL,
            result: 0,
            progress_pct: None,
            target: (0, 0),
        });
        assert!(rates(&mut dealing, &mut station, &vehicle, 0));
        for said in [&answer, &place] {
            dealing.take(&station, &vehicle, said);
        }
        vehicle.heard = start.plus_ms(10_000);
        assert!(!rates(&mut dealing, &mut station, &vehicle, 10), "it may only be slow");
        assert!(!rates(&mut dealing, &mut station, &vehicle, 20), "it is silent, and cannot be asked");
        vehicle.heard = start.plus_ms(20_000);
        assert!(rates(&mut dealing, &mut station, &vehicle, 20));
        dealing.take(&station, &vehicle, &answer);
        vehicle.heard = start.plus_ms(30_000);
        assert!(!rates(&mut dealing, &mut station, &vehicle, 30), "not all the time");
        vehicle.heard = start.plus_ms(36_000);
        assert!(rates(&mut dealing, &mut station, &vehicle, 36));
        dealing.take(&station, &vehicle, &answer);
        dealing.take(&station, &vehicle, &place);
        vehicle.heard = start.plus_ms(50_000);
        assert!(!rates(&mut dealing, &mut station, &vehicle, 50), "it says where it is");
    }
}
