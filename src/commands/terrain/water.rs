//! `shancheng terrain water`.

use super::{answered, ground_of, map, print_json, print_line};
use crate::arguments::Water;
use crate::failure::{Outcome, words};
use serde_json::json;
use terrain::ask::{Region, Spread, WaterLevel};

/// Answers what lies under water.
pub fn run(words_given: &Water, json: bool) -> Outcome {
    map::check(&words_given.map)?;
    let region = match (words_given.bbox, &words_given.polygon, words_given.at, words_given.within) {
        (Some(bbox), ..) => Region::Box(bbox),
        (None, Some(polygon), ..) => Region::Polygon(vec![polygon.0.clone()]),
        (None, None, Some(at), Some(within_m)) => Region::Around(at, within_m),
        _ => return Err(words("name a region with --bbox, --polygon, or --at and --within")),
    };
    let spread = if words_given.diagonal { Spread::Eight } else { Spread::Four };
    let asked = WaterLevel { level_m: words_given.level, region, from: words_given.at, spread };
    let ground = ground_of(&words_given.asked)?;
    let water = answered(ground.water(&asked, words_given.map.spacing))?;
    map::write(&words_given.map, &water.mask)?;
    if json {
        return print_json(&json!({
            "level_m": asked.level_m,
            "area_m2": water.area_m2,
            "volume_m3": water.volume_m3,
            "meanDepth_m": water.mean_depth_m,
            "maxDepth_m": water.max_depth_m,
            "deepest": water.deepest.map(|at| json!({"lon": at.lon, "lat": at.lat})),
            "shore_m2": water.shore_m2,
            "reachesEdge": water.reaches_edge,
            "connected": asked.from.is_some(),
            "grid": map::grid(&water.mask),
            "out": words_given.map.out,
        }));
    }
    let level_m = asked.level_m;
    let Some(deepest) = water.deepest else {
        return print_line(
            match asked.from {
                Some(_) => format!("the place lies above {level_m} m: nothing is under water"),
                None => format!("nothing there lies below {level_m} m"),
            }
            .as_str(),
        );
    };
    print_line(&format!(
        "{:.3} km² under water at {level_m} m, {:.3} million m³",
        water.area_m2 / 1e6,
        water.volume_m3 / 1e6
    ))?;
    print_line(&format!(
        "depth {:.1} m on average, {:.1} m at {:.5},{:.5}; judged every {:.1} m",
        water.mean_depth_m, water.max_depth_m, deepest.lon, deepest.lat, water.mask.grid.spacing_m
    ))?;
    if water.reaches_edge {
        print_line("the water reaches the edge of what was asked for, and may go on beyond")?;
    }
    Ok(())
}
