//! `shancheng terrain sight`.

use super::slope::toward;
use super::{answered, ground_of, print_json, print_line};
use crate::arguments::{End, Sight};
use crate::failure::{Failure, Outcome, words};
use serde_json::json;
use terrain::ask::{Eye, SightEnd, SightLine};

/// The observer's and the target's height above the ground where none is said, metres.
const USUAL_M: (f64, f64) = (1.7, 0.0);

/// Answers whether one sees the other; that it does not is an answer too.
pub fn run(words: &Sight, json: bool) -> Outcome {
    let end = |end: End, usual_m| eye(end, words.absolute, usual_m).map(|eye| SightEnd { at: end.at, eye });
    let line = SightLine {
        from: end(words.from, USUAL_M.0)?,
        to: end(words.to, USUAL_M.1)?,
        refraction: words.air.refraction,
    };
    let ground = ground_of(&words.asked)?;
    let sight = answered(ground.sight(&line))?;
    if json {
        let end =
            |end: End, height_m: f64| json!({"lon": end.at.lon, "lat": end.at.lat, "height_m": height_m});
        return print_json(&json!({
            "visible": sight.visible,
            "distance_m": sight.distance_m,
            "azimuth_deg": sight.azimuth_deg,
            "from": end(words.from, sight.from_m),
            "to": end(words.to, sight.to_m),
            "obstacle": sight.obstacle,
            "clearance_m": sight.clearance_m,
            "worst": sight.worst,
            "samples": sight.samples,
            "outside": sight.outside,
            "refraction": words.air.refraction,
        }));
    }
    print_line(if sight.visible { "visible" } else { "hidden" })?;
    print_line(&format!("distance   {:.0} m toward {}", sight.distance_m, toward(sight.azimuth_deg)))?;
    print_line(&format!("heights    from {:.1} m to {:.1} m above sea level", sight.from_m, sight.to_m))?;
    if let Some(met) = sight.obstacle {
        print_line(&format!(
            "obstacle   after {:.0} m at {:.5},{:.5}: the ground there is {:.1} m high, the line {:.1} m",
            met.distance_m, met.lon, met.lat, met.ground_m, met.line_m
        ))?;
    }
    if let Some(worst) = sight.worst {
        let clear = if worst.above_m > 0.0 { "above the line" } else { "below the line" };
        print_line(&format!(
            "worst      the ground is {:.1} m {clear} after {:.0} m at {:.5},{:.5}",
            worst.above_m.abs(),
            worst.distance_m,
            worst.lon,
            worst.lat
        ))?;
    }
    if sight.outside > 0 {
        let (outside, samples) = (sight.outside, sight.samples);
        print_line(&format!(
            "outside    {outside} of {samples} samples lie outside the ground; nothing is known there"
        ))?;
    }
    Ok(())
}

/// The height of an end as its words say it.
pub fn eye(end: End, absolute: bool, usual_m: f64) -> Result<Eye, Failure> {
    match (end.height_m, absolute) {
        (Some(height_m), true) => Ok(Eye::AboveSea(height_m)),
        (None, true) => {
            let (lon, lat) = (end.at.lon, end.at.lat);
            Err(words(format!("with --absolute a height must follow the place, such as {lon},{lat},450")))
        }
        (height_m, false) => Ok(Eye::AboveGround(height_m.unwrap_or(usual_m))),
    }
}
