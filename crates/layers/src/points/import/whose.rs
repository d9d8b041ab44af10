//! Whose a point is: what its record claims where that can be, else what the gazetteer finds.

use crate::StaticLayers;
use city::{DistrictCode, LonLat, Place, TownshipCode};

/// District and township as a record says them, of those that are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Claim {
    /// The district, its own or its township's.
    pub district: Option<DistrictCode>,
    /// The township.
    pub township: Option<TownshipCode>,
    /// True when a code was said that is not known.
    pub has_unknown: bool,
}

/// Reads a code of `digits` digits; longer ones of the statistical divisions end in zeros.
fn code(text: &str, digits: usize) -> Option<u32> {
    let text = text.strip_suffix(".0").unwrap_or(text);
    let (code, rest) = text.split_at_checked(digits)?;
    (code.bytes().all(|b| b.is_ascii_digit()) && rest.bytes().all(|b| b == b'0'))
        .then(|| code.parse().ok())?
}

impl Claim {
    /// What two texts say.
    pub fn read(district: &str, township: &str, layers: &StaticLayers) -> Self {
        let own = code(district, 6).map(DistrictCode).filter(|code| layers.district(*code).is_some());
        let known = |code: &TownshipCode| {
            let all = layers.townships_of(code.district());
            all.binary_search_by_key(code, |township| township.code).is_ok()
        };
        let township_known = code(township, 9).map(TownshipCode).filter(known);
        let has_unknown =
            (!district.is_empty() && own.is_none()) || (!township.is_empty() && township_known.is_none());
        // A township tells its district; where a record says another one, neither is believed more than the finer.
        let own = township_known.map(TownshipCode::district).or(own);
        Self { district: own, township: township_known, has_unknown }
    }
}

/// Where a point belongs, and whether the position had to tell it.
pub(super) fn place(
    claim: Claim,
    at: Option<LonLat>,
    here: Option<Place>,
    layers: &StaticLayers,
) -> (Option<Place>, bool) {
    let Some(district) = claim.district else { return (here, here.is_some()) };
    if let Some(township) = claim.township {
        return (Some(Place { district, township }), false);
    }
    if here.is_some_and(|here| here.district == district) {
        return (here, true);
    }
    let Some(at) = at else { return (None, false) };
    let townships = layers.townships_of(district).iter();
    let nearest = townships.min_by(|a, b| at.distance_m(a.at).total_cmp(&at.distance_m(b.at)));
    let place = nearest.map(|township| Place { district, township: township.code });
    (place, place.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_statistical_divisions_are_known_too() {
        assert_eq!(code("500103", 6), Some(500_103));
        assert_eq!(code("500103000000", 6), Some(500_103));
        assert_eq!(code("500103001000", 9), Some(500_103_001));
        for wrong in ["", "50010", "500103001", "渝中区渝中区", "-50010"] {
            assert_eq!(code(wrong, 6), None, "{wrong}");
        }
    }
}
