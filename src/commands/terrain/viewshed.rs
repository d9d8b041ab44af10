//! `shancheng terrain viewshed`.

use super::sight::eye;
use super::{answered, ground_of, map, print_json, print_line};
use crate::arguments::Viewshed;
use crate::failure::Outcome;
use serde_json::json;
use terrain::ask::{Cell, Sector, View};

/// Answers what can be seen.
pub fn run(words: &Viewshed, json: bool) -> Outcome {
    map::check(&words.map)?;
    words.needed.as_deref().map_or(Ok(()), map::check_geotiff)?;
    let view = View {
        from: words.from.at,
        eye: eye(words.from, words.absolute, 1.7)?,
        radius_m: words.radius,
        target_m: words.target,
        refraction: words.air.refraction,
        sector: words.sector.map(|pair| Sector { from_deg: pair.0, to_deg: pair.1 }),
        elevation_deg: words.elevation.map(|pair| (pair.0, pair.1)),
        with_needed: words.needed.is_some(),
    };
    let ground = ground_of(&words.asked)?;
    let seen = answered(ground.viewshed(&view, words.map.spacing))?;
    map::write(&words.map, &seen.mask)?;
    if let Some(needed) = &words.needed {
        seen.write_needed_geotiff(needed)?;
    }
    let count = |cell| seen.mask.count(cell);
    let spacing_m = seen.mask.grid.spacing_m;
    if json {
        return print_json(&json!({
            "from": {"lon": view.from.lon, "lat": view.from.lat, "height_m": seen.eye_m},
            "radius_m": view.radius_m,
            "visible_m2": seen.visible_m2,
            "share": seen.share,
            "cells": {"visible": count(Cell::Yes), "hidden": count(Cell::No), "outside": count(Cell::Outside)},
            "grid": map::grid(&seen.mask),
            "refraction": view.refraction,
            "out": words.map.out,
            "needed": words.needed,
        }));
    }
    print_line(&format!(
        "{:.3} km² can be seen within {:.0} m, {:.1} % of what was looked at",
        seen.visible_m2 / 1e6,
        view.radius_m,
        100.0 * seen.share
    ))?;
    print_line(&format!(
        "eye at {:.1} m above sea level, {} cells of {spacing_m:.1} m, the bare ground without houses and trees",
        seen.eye_m,
        count(Cell::Yes) + count(Cell::No)
    ))
}
