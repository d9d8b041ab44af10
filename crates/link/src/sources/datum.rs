//! Positions in the shifted datums of Chinese web maps become WGS-84 here, once, when they come.

use super::settings::Datum;
use city::LonLat;
use geodesy::{bd09_to_gcj02, gcj02_to_wgs84};

/// A position of a source in WGS-84.
pub(crate) fn to_wgs84(datum: Datum, at: LonLat) -> LonLat {
    match datum {
        Datum::Wgs84 => at,
        Datum::Gcj02 => gcj02_to_wgs84(at),
        Datum::Bd09 => gcj02_to_wgs84(bd09_to_gcj02(at)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifted_positions_come_back_to_where_they_are() {
        let at = LonLat::new(106.5878, 29.5657);
        assert_eq!(to_wgs84(Datum::Wgs84, at), at);
        assert!(to_wgs84(Datum::Gcj02, geodesy::wgs84_to_gcj02(at)).distance_m(at) < 0.1);
        assert!(to_wgs84(Datum::Bd09, geodesy::wgs84_to_bd09(at)).distance_m(at) < 0.1);
        assert!(to_wgs84(Datum::Gcj02, at).distance_m(at) > 300.0);
    }
}
