//! Polygons, circles and heights as CAP 1.2 (3.2.4, 3.3.1) writes them: latitude first, kilometres, feet.

use super::alert::Circle;
use city::LonLat;

/// Metres in a foot, exactly.
const FOOT_M: f64 = 0.3048;
/// Half the way around the Earth: no circle reaches farther.
const FARTHEST_M: f64 = 20_037_508.0;

fn position(text: &str) -> Option<LonLat> {
    let (lat, lon) = text.split_once(',')?;
    let at = LonLat::new(lon.trim().parse().ok()?, lat.trim().parse().ok()?);
    at.is_valid().then_some(at)
}

/// Both zero: how unset fields come out, and no place on land.
fn is_unset(at: LonLat) -> bool {
    at.lon == 0.0 && at.lat == 0.0
}

/// A closed ring from `lat,lon lat,lon …`; one that is left open is closed. `Err` says why it is none.
pub(super) fn read_polygon(text: &str) -> Result<Vec<LonLat>, &'static str> {
    let mut ring = Vec::new();
    for pair in text.split_ascii_whitespace() {
        ring.push(position(pair).ok_or("a corner that is no position on the globe")?);
    }
    if ring.iter().copied().all(is_unset) {
        return Err("no corners");
    }
    if ring.first() != ring.last()
        && let Some(first) = ring.first().copied()
    {
        ring.push(first);
    }
    if ring.len() < 4 { Err("fewer than three corners") } else { Ok(ring) }
}

/// A circle from `lat,lon radius` with the radius in kilometres. `Err` says why it is none.
pub(super) fn read_circle(text: &str) -> Result<Circle, &'static str> {
    let (centre, radius_km) =
        text.trim().rsplit_once(|c: char| c.is_ascii_whitespace()).ok_or("no centre and radius")?;
    let centre = position(centre).ok_or("a centre that is no position on the globe")?;
    if is_unset(centre) {
        return Err("a centre that was never set");
    }
    let radius_m = radius_km.trim().parse::<f64>().map_err(|_| "a radius that is no number")? * 1000.0;
    // The comparison is false for what is no number.
    if (0.0..=FARTHEST_M).contains(&radius_m) {
        Ok(Circle { centre, radius_m })
    } else {
        Err("a radius that no circle has")
    }
}

/// Metres above mean sea level from feet; `None` for what is no height on Earth.
pub(super) fn read_height_m(feet: &str) -> Option<f64> {
    let height_m = feet.trim().parse::<f64>().ok()? * FOOT_M;
    (-1.0e4..=1.0e6).contains(&height_m).then_some(height_m)
}

/// The ring as CAP writes it.
pub(super) fn write_polygon(ring: &[LonLat]) -> String {
    let corners: Vec<String> = ring.iter().map(|at| format!("{},{}", at.lat, at.lon)).collect();
    corners.join(" ")
}

/// The circle as CAP writes it.
pub(super) fn write_circle(circle: &Circle) -> String {
    format!("{},{} {}", circle.centre.lat, circle.centre.lon, circle.radius_m / 1000.0)
}

/// Feet, to a hundredth: 3 mm.
pub(super) fn write_height_ft(height_m: f64) -> String {
    format!("{:.2}", height_m / FOOT_M)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn rings_are_closed_and_what_is_none_says_why() {
        let open = read_polygon(" 29.5,106.5 29.6,106.5\n29.6,106.6 ").unwrap();
        assert_eq!(open.len(), 4);
        assert_eq!(open[0], LonLat::new(106.5, 29.5));
        assert_eq!(read_polygon(&write_polygon(&open)).unwrap(), open);
        for wrong in [
            "",
            "29.5,106.5",
            "29.5,106.5 29.6,106.6",
            "0,0 0,0 0,0 0,0",
            "91,0 0,0 1,1 2,2",
            "NaN,1 1,1 2,2 3,3",
            "1,inf 1,1 2,2 3,3",
            "1 2 3 4",
            "1,2,3 4,5,6 7,8,9",
            "一,二",
        ] {
            assert!(read_polygon(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn circles_and_heights_come_in_metres() {
        let circle = read_circle("29.5657,106.5878 12.5").unwrap();
        assert_eq!((circle.centre, circle.radius_m), (LonLat::new(106.5878, 29.5657), 12_500.0));
        assert_eq!(read_circle(&write_circle(&circle)).unwrap(), circle);
        assert_eq!(read_circle("-33.1347,151.558 0.0").unwrap().radius_m, 0.0);
        for wrong in ["", "1,2", "0,0 5", "1,2 -1", "1,2 NaN", "1,2 1e300", "1,2 x", "95,2 1", "1 2"] {
            assert!(read_circle(wrong).is_err(), "{wrong}");
        }
        assert_eq!(read_height_m("1000"), Some(304.8));
        assert_eq!((read_height_m("NaN"), read_height_m("1e99"), read_height_m("")), (None, None, None));
        assert_eq!(write_height_ft(304.8), "1000.00");
    }
}
