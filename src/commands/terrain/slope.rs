//! `shancheng terrain slope`.

use super::{answered, ground_of, print_json, print_line};
use crate::arguments::Slope;
use crate::failure::Outcome;

/// Answers for each place.
pub fn run(words: &Slope, json: bool) -> Outcome {
    let ground = ground_of(&words.asked)?;
    let slopes: Vec<_> =
        words.at.iter().map(|at| answered(ground.slope(*at, words.spacing))).collect::<Result<_, _>>()?;
    if json {
        return print_json(&serde_json::json!({ "slopes": slopes }));
    }
    slopes.iter().try_for_each(|slope| {
        let falls = slope.aspect_deg.map_or("level".to_owned(), |deg| format!("falls to {}", toward(deg)));
        print_line(&format!(
            "{:.5},{:.5}  {:.1} m  {:.1}° ({:.0} %)  {falls}",
            slope.lon, slope.lat, slope.height_m, slope.slope_deg, slope.slope_percent
        ))
    })
}

/// A direction in degrees clockwise from north, with its wind.
pub fn toward(deg: f64) -> String {
    const WINDS: [&str; 8] = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];
    let wind = WINDS[(deg / 45.0).round().rem_euclid(8.0) as usize % 8];
    format!("{deg:.0}° ({wind})")
}
