//! One event of Cursor on Target: what, where, when, how sure, and the details that teams send.

use city::{CityTime, LonLat};

/// One event (CoT event schema 2.0).
#[derive(Clone, Debug, PartialEq)]
pub struct CotEvent {
    /// Whose: the same in every event of one person, vehicle or thing.
    pub uid: String,
    /// What, such as `a-f-G-U-C`; [`super::meaning`] says what that means.
    pub kind: String,
    /// When it was told, by the sender's clock.
    pub time: CityTime,
    /// From when on it holds, by the sender's clock.
    pub start: CityTime,
    /// Until when it holds, by the sender's clock.
    pub stale: CityTime,
    /// How the position was found, such as `m-g` (by satellite) or `h-e` (a person's estimate); empty where not told.
    pub how: String,
    /// Who may see it, as the sender says.
    pub access: Option<String>,
    /// Where; `None` where the sender does not know (0, 0 or nowhere on the globe).
    pub at: Option<LonLat>,
    /// Height above the WGS-84 ellipsoid (`hae`), not above the sea; `None` where unknown (9999999).
    pub above_ellipsoid_m: Option<f64>,
    /// The circle around the place in which it is (`ce`, radius); `None` where unknown.
    pub circular_error_m: Option<f64>,
    /// How wrong the height may be (`le`); `None` where unknown.
    pub linear_error_m: Option<f64>,
    /// The rest.
    pub detail: Detail,
}

/// What teams tell beyond place and time; empty texts are `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Detail {
    /// The name people call it by (`contact`).
    pub callsign: Option<String>,
    /// Where it can be reached, such as `*:-1:stcp` (`contact`).
    pub endpoint: Option<String>,
    /// Its team, which is a colour such as `Cyan` (`__group`).
    pub team: Option<String>,
    /// Its role, such as `Team Lead` (`__group`).
    pub role: Option<String>,
    /// The battery of its device, percent (`status`).
    pub battery_pct: Option<f64>,
    /// Course over ground, degrees clockwise from true north, 0 to 360 (`track`).
    pub course_deg: Option<f64>,
    /// Speed over ground (`track`).
    pub speed_mps: Option<f64>,
    /// Where the position comes from, such as `GPS` (`precisionlocation`).
    pub position_source: Option<String>,
    /// Where the height comes from, such as `DTED0` (`precisionlocation`).
    pub height_source: Option<String>,
    /// The device (`takv`).
    pub device: Option<String>,
    /// The program (`takv`).
    pub platform: Option<String>,
    /// The operating system (`takv`).
    pub system: Option<String>,
    /// The program's version (`takv`).
    pub version: Option<String>,
    /// Words about it (`remarks`).
    pub remarks: Option<String>,
    /// What it belongs to, or what it is about (`link`).
    pub links: Vec<Link>,
    /// An alarm, or its end (`emergency`).
    pub emergency: Option<Emergency>,
    /// A message of people (`__chat`).
    pub chat: Option<Chat>,
}

/// Another event that this one names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Its uid.
    pub uid: String,
    /// Its type, where told.
    pub kind: Option<String>,
    /// What it is to this one, such as `p-p` (its maker).
    pub relation: Option<String>,
}

/// An alarm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Emergency {
    /// Which, such as `911 Alert`.
    pub kind: Option<String>,
    /// True for its end.
    pub cancelled: bool,
    /// Who raised it, by callsign: the text of the element.
    pub callsign: Option<String>,
}

/// A message of people; its words are the event's remarks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chat {
    /// The room, or the person it is for.
    pub room: Option<String>,
    /// Who wrote it, by callsign.
    pub sender: Option<String>,
    /// Its own id.
    pub id: Option<String>,
}
