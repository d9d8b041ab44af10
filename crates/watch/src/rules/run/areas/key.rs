//! What area rules look at: the whole city, a township, a gateway, a spot.

use crate::rules::run::cause::Trait;
use crate::rules::{DeviceInfo, Near, Shared, Subject, Watch};
use city::{DistrictCode, LonLat, Place, TownshipCode};
use serde::{Deserialize, Serialize};

/// What an area rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(in crate::rules::run) enum AreaKey {
    City,
    District(u32),
    Township(u32),
    Gateway(u16),
    Source(u16),
    /// A spot a rule found, by its number.
    Spot(u32),
}

/// The group of a device for a rule that looks at shares.
pub(in crate::rules::run) fn shared_key(by: Shared, info: &DeviceInfo) -> AreaKey {
    match by {
        Shared::Gateway => AreaKey::Gateway(info.gateway),
        Shared::Source => AreaKey::Source(info.source),
        Shared::District => AreaKey::District(info.place.district.0),
        Shared::Township => AreaKey::Township(info.place.township.0),
    }
}

/// The area that things at `place` are near one another in; `None` where metres decide.
pub(super) fn near_key(near: Near, place: Option<Place>) -> Option<AreaKey> {
    match near {
        Near::City => Some(AreaKey::City),
        Near::District => place.map(|place| AreaKey::District(place.district.0)),
        Near::Township => place.map(|place| AreaKey::Township(place.township.0)),
        Near::Metres(_) => None,
    }
}

/// True when a combination looks at warnings of this place.
pub(super) fn looks_at(watch: &Watch, place: Option<Place>) -> bool {
    watch.districts.is_empty() && watch.townships.is_empty()
        || place.is_some_and(|place| {
            watch.districts.contains(&place.district) || watch.townships.contains(&place.township)
        })
}

pub(super) fn subject(key: AreaKey, at: Option<LonLat>) -> Subject {
    match key {
        AreaKey::City => Subject::City,
        AreaKey::District(code) => Subject::District(DistrictCode(code)),
        AreaKey::Township(code) => Subject::Township(TownshipCode(code)),
        AreaKey::Gateway(n) => Subject::Gateway(n),
        AreaKey::Source(n) => Subject::Source(n),
        AreaKey::Spot(_) => Subject::Spot(at.unwrap_or_default()),
    }
}

pub(super) fn traits(key: AreaKey, place: Option<Place>) -> Vec<Trait> {
    match (key, place) {
        (AreaKey::Gateway(n), _) => vec![Trait::Gateway(n)],
        (AreaKey::Source(n), _) => vec![Trait::Source(n)],
        (AreaKey::District(code), _) => vec![Trait::District(code)],
        (AreaKey::Township(_) | AreaKey::Spot(_), Some(place)) => {
            vec![Trait::Township(place.township.0), Trait::District(place.district.0)]
        }
        _ => Vec::new(),
    }
}
