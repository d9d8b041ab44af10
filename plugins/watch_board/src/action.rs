//! What the operator did on the board, as values: the panel returns them, a system carries them out.

use city::{Command, DeviceId, Jurisdiction, LonLat, NoticeArea, RiskNotice, Warning};
use shell::{Selected, ToldThing};

/// How near the camera goes to a place, metres.
const NEAR_M: f64 = 4_000.0;
/// How near it goes to a device, metres.
pub const DEVICE_M: f64 = 2_000.0;

/// A part of the map to go to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Where {
    /// A place, seen from so far, metres.
    Place(LonLat, f64),
    /// An area, whose middle the static layers know.
    Area(Jurisdiction),
}

/// One thing the operator did.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Hand this command to the outbox.
    Do(Command),
    /// Select this, on the map and in the panels.
    Select(Selected),
    /// Move the camera.
    Fly(Where),
    /// Move the camera to a device, whose place the telemetry knows.
    FlyToDevice(DeviceId),
    /// Tell the operator why nothing happened.
    Explain(String),
    /// Fold or unfold the panel.
    Toggle,
    /// Unfold the panel where it is folded.
    Unfold,
}

impl Action {
    /// Selects a warning and goes there.
    pub fn to_warning(warning: &Warning) -> Vec<Self> {
        let select = Self::Select(Selected::Told(ToldThing::city_warning(&warning.id)));
        std::iter::once(select).chain(warning_place(warning).map(Self::Fly)).collect()
    }

    /// Selects a notice and goes there.
    pub fn to_notice(notice: &RiskNotice) -> Vec<Self> {
        let select = Self::Select(Selected::Told(ToldThing::risk_notice(&notice.id)));
        vec![select, Self::Fly(notice_place(notice))]
    }

    /// Whether a series, such as `D-1/speed`, is told by a device, such as `D-1`; of most devices both have one name.
    pub fn tells_of(series: &str, device: &str) -> bool {
        series.strip_prefix(device).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Selects a device and goes there.
    pub fn to_device(id: DeviceId, at: Option<LonLat>) -> [Self; 2] {
        let fly = match at.filter(|at| at.is_valid()) {
            Some(at) => Self::Fly(Where::Place(at, DEVICE_M)),
            None => Self::FlyToDevice(id.clone()),
        };
        [Self::Select(Selected::Device(id)), fly]
    }
}

/// Where a warning is: its place, else the box of what it is made of, else the area it goes to.
pub fn warning_place(warning: &Warning) -> Option<Where> {
    if let Some([west, south, east, north]) = warning.members.as_ref().and_then(|members| members.bounds) {
        let (a, b) = (LonLat::new(west, south), LonLat::new(east, north));
        let middle = LonLat::new((west + east) / 2.0, (south + north) / 2.0);
        if a.is_valid() && b.is_valid() {
            return Some(Where::Place(middle, (1.5 * a.distance_m(b)).max(NEAR_M)));
        }
    }
    let at = warning.at.filter(|at| at.is_valid()).map(|at| Where::Place(at, NEAR_M));
    let area = || warning.place.map(|place| Where::Area(Jurisdiction::Township(place.township)));
    at.or_else(area).or(Some(Where::Area(warning.centre)))
}

/// Where a notice holds.
pub fn notice_place(notice: &RiskNotice) -> Where {
    match notice.area {
        NoticeArea::Circle { centre, radius_m } => Where::Place(centre, (6.0 * radius_m).max(NEAR_M)),
        NoticeArea::Township { code } => Where::Area(Jurisdiction::Township(code)),
        NoticeArea::District { code } => Where::Area(Jurisdiction::District(code)),
        NoticeArea::City => Where::Area(Jurisdiction::City),
    }
}
