//! GCJ-02 (国测局坐标, maps published in China) and BD-09 (Baidu): systems shifted against WGS-84 on purpose.
//!
//! The shift of GCJ-02 reaches 700 m, so what arrives in it is converted before anything is compared. The forward
//! formulas are the widely published ones; the inverses iterate on them and return to a millimetre.

use city::LonLat;
use std::f64::consts::PI;

/// Krasovsky 1940 semi-major axis in metres and eccentricity squared, which GCJ-02 uses.
const KRASOVSKY: (f64, f64) = (6_378_245.0, 0.006_693_421_622_965_943);
/// The frequency in BD-09's ripple, radians per degree.
const BD_RIPPLE: f64 = PI * 3000.0 / 180.0;

/// From WGS-84 to GCJ-02. Outside China's box (72–137.9 E, 0.8–55.9 N) nothing is shifted.
pub fn wgs84_to_gcj02(at: LonLat) -> LonLat {
    if !is_in_china(at) {
        return at;
    }
    let (x, y) = (at.lon - 105.0, at.lat - 35.0);
    let ripple = 20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin();
    let wave = |v: f64, long: f64| {
        20.0 * (v * PI).sin() + 40.0 * (v / 3.0 * PI).sin() + long * (v / 12.0 * PI).sin()
    };
    let north_m = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + (ripple + 20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin()) * 2.0 / 3.0
        + (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
    let east_m = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + (ripple + wave(x, 150.0) + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0;
    let (a, e2) = KRASOVSKY;
    let latitude = at.lat.to_radians();
    let w2 = 1.0 - e2 * latitude.sin().powi(2);
    let meridian_m = a * (1.0 - e2) / (w2 * w2.sqrt());
    let parallel_m = a / w2.sqrt() * latitude.cos();
    LonLat::new(at.lon + (east_m / parallel_m).to_degrees(), at.lat + (north_m / meridian_m).to_degrees())
}

/// The box within which the published formulas shift.
fn is_in_china(at: LonLat) -> bool {
    (72.004..=137.8347).contains(&at.lon) && (0.8293..=55.8271).contains(&at.lat)
}

/// From GCJ-02 to WGS-84.
pub fn gcj02_to_wgs84(at: LonLat) -> LonLat {
    invert(at, wgs84_to_gcj02)
}

/// From GCJ-02 to BD-09. Outside China's box nothing is shifted, as in GCJ-02: published versions differ there, and this
/// follows those that look at the box for both (eviltransform's `outOfChina`), so that what never was shifted stays.
pub fn gcj02_to_bd09(at: LonLat) -> LonLat {
    if !is_in_china(at) {
        return at;
    }
    let radius = at.lon.hypot(at.lat) + 0.00002 * (at.lat * BD_RIPPLE).sin();
    let angle = at.lat.atan2(at.lon) + 0.000003 * (at.lon * BD_RIPPLE).cos();
    LonLat::new(radius * angle.cos() + 0.0065, radius * angle.sin() + 0.006)
}

/// WGS-84 to BD-09.
pub fn wgs84_to_bd09(at: LonLat) -> LonLat {
    gcj02_to_bd09(wgs84_to_gcj02(at))
}

/// From BD-09 to GCJ-02.
pub fn bd09_to_gcj02(at: LonLat) -> LonLat {
    invert(at, gcj02_to_bd09)
}

/// Finds the position that `forward` moves to `target`: the shifts vary slowly, so each step gains two digits.
fn invert(target: LonLat, forward: impl Fn(LonLat) -> LonLat) -> LonLat {
    let mut guess = target;
    for _ in 0..8 {
        let there = forward(guess);
        guess = LonLat::new(guess.lon + target.lon - there.lon, guess.lat + target.lat - there.lat);
    }
    guess
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shift_at_chaotianmen_is_the_published_one() {
        let shifted = wgs84_to_gcj02(LonLat::new(106.5878, 29.5657));
        let moved_m = shifted.distance_m(LonLat::new(106.5878, 29.5657));
        assert!((300.0..700.0).contains(&moved_m), "{moved_m}");
        // A figure printed with most published versions of the formulas: Beijing, 116.404 E, 39.915 N.
        let beijing = wgs84_to_gcj02(LonLat::new(116.404, 39.915));
        assert!(
            (beijing.lon - 116.410_244).abs() < 2e-6 && (beijing.lat - 39.916_404).abs() < 2e-6,
            "{beijing:?}"
        );
        let baidu = gcj02_to_bd09(LonLat::new(116.404, 39.915));
        assert!((baidu.lon - 116.410_369).abs() < 2e-6 && (baidu.lat - 39.921_336).abs() < 2e-6, "{baidu:?}");
    }

    #[test]
    fn round_trips_return_within_a_decimetre() {
        for i in 0..=50 {
            for j in 0..=50 {
                let at = LonLat::new(105.2 + i as f64 * 0.1, 28.1 + j as f64 * 0.083);
                let gcj = gcj02_to_wgs84(wgs84_to_gcj02(at));
                assert!(gcj.distance_m(at) < 0.1, "{at:?} {gcj:?}");
                let bd = bd09_to_gcj02(gcj02_to_bd09(at));
                assert!(bd.distance_m(at) < 0.1, "{at:?} {bd:?}");
            }
        }
    }

    #[test]
    fn places_abroad_are_not_shifted() {
        let paris = LonLat::new(2.35, 48.86);
        assert_eq!(wgs84_to_gcj02(paris), paris);
        assert_eq!((gcj02_to_bd09(paris), bd09_to_gcj02(paris)), (paris, paris));
    }
}
