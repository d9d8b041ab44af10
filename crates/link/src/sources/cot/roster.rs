//! Who is there of the teams of one source, and what of that the map has not been told yet.

use crate::sources::datum::to_wgs84;
use crate::sources::settings::Datum;
use city::CityTime;
use feeds::Problems;
use feeds::cot::{CotEvent, Detail, Dimension, Meaning, Member, Taken, Teams, TeamsRule, write_event};
use feeds::told::{News, Track, TrackHeight, TrackKind};
use std::collections::BTreeSet;

/// How often old ones are looked for, milliseconds.
const LOOK_MS: i64 = 1_000;
/// Until when a ping holds, milliseconds.
const PING_HOLDS_MS: i64 = 20_000;

/// What an event asks of us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// It wants to know whether we are there.
    pub(super) asks: bool,
    /// It says that the other side is.
    pub(super) answers: bool,
}

pub(super) struct Roster {
    datum: Datum,
    teams: Teams,
    changed: BTreeSet<String>,
    gone: Vec<String>,
    records: u64,
    problems: Problems,
    looked: CityTime,
}

impl Roster {
    pub(super) fn new(datum: Datum) -> Self {
        Self {
            datum,
            teams: Teams::new(TeamsRule::default()),
            changed: BTreeSet::new(),
            gone: Vec::new(),
            records: 0,
            problems: Problems::default(),
            looked: CityTime(0),
        }
    }

    pub(super) fn take(&mut self, event: CotEvent, now: CityTime) -> Asked {
        self.records += 1;
        let mut asked = Asked::default();
        match self.teams.take(event, now) {
            Taken::New(uid) | Taken::Newer(uid) => _ = self.changed.insert(uid),
            Taken::Removed(uids) => self.remove(uids),
            Taken::Ping => asked.asks = true,
            Taken::Pong => asked.answers = true,
            Taken::Full => self.problems.add("there are more team members than can be", ""),
            Taken::Older | Taken::Chat(_) | Taken::PassedOver => {}
        }
        asked
    }

    fn remove(&mut self, uids: Vec<String>) {
        for uid in uids {
            self.changed.remove(&uid);
            self.gone.push(track_id(&uid));
        }
    }

    pub(super) fn problems(&mut self) -> Problems {
        std::mem::take(&mut self.problems)
    }

    /// What is new since this was last asked, of how many events, and the newest instant in it.
    pub(super) fn news(&mut self, now: CityTime) -> (News, u64, Option<CityTime>) {
        if !(0..LOOK_MS).contains(&now.0.saturating_sub(self.looked.0)) {
            self.looked = now;
            let old = self.teams.forget_old(now);
            self.remove(old);
        }
        let changed = std::mem::take(&mut self.changed);
        let members = changed.iter().filter_map(|uid| self.teams.get(uid));
        let tracks: Vec<_> = members.filter_map(|member| track(member, self.datum)).collect();
        let newest = tracks.iter().map(|track| track.seen).max();
        let news = News { tracks, gone: std::mem::take(&mut self.gone), ..News::default() };
        (news, std::mem::take(&mut self.records), newest)
    }
}

fn track_id(uid: &str) -> String {
    format!("cot:{uid}")
}

/// `None` for who does not say where, and for drawings, which are no tracks.
fn track(member: &Member, datum: Datum) -> Option<Track> {
    let event = &member.event;
    let kind = match member.meaning {
        Meaning::Emergency => TrackKind::Emergency,
        Meaning::Atom { dimension: Dimension::Air, .. } => TrackKind::Aircraft,
        Meaning::Atom {
            dimension: Dimension::Ground | Dimension::Surface | Dimension::SpecialForces,
            ..
        } => TrackKind::Ground,
        Meaning::Drawing => return None,
        _ => TrackKind::Other,
    };
    let detail = &event.detail;
    let raised_by = detail.emergency.as_ref().and_then(|emergency| emergency.callsign.clone());
    Some(Track {
        id: track_id(&event.uid),
        kind,
        name: detail.callsign.clone().or(raised_by).unwrap_or_else(|| event.uid.clone()),
        at: to_wgs84(datum, event.at?),
        model: event.kind.clone(),
        height: event.above_ellipsoid_m.map(TrackHeight::Ellipsoid),
        above_home_m: None,
        attitude: None,
        in_the_air: None,
        heading_deg: detail.course_deg,
        speed_mps: detail.speed_mps,
        battery_pct: detail.battery_pct,
        doing: doing(detail, &event.kind),
        // By a clock that is off nothing can be said of when it was there but that it came.
        seen: if member.clock_ahead_ms.is_some() { member.arrived } else { event.time },
        stale_at: Some(member.stale_at),
    })
}

/// Its alarm, or else its role and team, or else its type.
fn doing(detail: &Detail, kind: &str) -> String {
    let alarm = detail.emergency.as_ref().and_then(|emergency| emergency.kind.clone());
    let words = [&detail.role, &detail.team].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
    alarm.unwrap_or(if words.is_empty() { kind.to_owned() } else { words })
}

/// Asks whether the other side is there (`t-x-c-t`), or answers that we are (`t-x-c-t-r`).
pub(super) fn ping(kind: &str, now: CityTime) -> Vec<u8> {
    let event = CotEvent {
        uid: "shancheng-ping".to_owned(),
        kind: kind.to_owned(),
        time: now,
        start: now,
        stale: now.plus_ms(PING_HOLDS_MS),
        how: "m-g".to_owned(),
        access: None,
        at: None,
        above_ellipsoid_m: None,
        circular_error_m: None,
        linear_error_m: None,
        detail: Detail::default(),
    };
    write_event(&event).into_bytes()
}
