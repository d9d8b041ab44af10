//! `shancheng terrain`: fetch and import an elevation model, and ask the ground.

mod map;
mod profile;
mod sight;
mod slope;
mod viewshed;
mod water;

use super::progress::Bar;
use super::{ground, print_json, print_line, terrain_fetch};
use crate::arguments::{Asked, Terrain};
use crate::failure::{Failure, Outcome, words};
use serde_json::json;
use terrain::{Ground, GroundKind, ask::AskError, import::Import};

/// Does what the words say.
pub fn run(words: Terrain, json: bool) -> Outcome {
    match words {
        Terrain::Import { source, out, crs, no_data, feather } => {
            let wanted = Import { reference_system: crs, no_data, feather, ..Import::new(source, out) };
            let bar = Bar::new("importing");
            let report = terrain::import::import(&wanted, &|share| bar.show(share));
            bar.end();
            let report = report?;
            if json {
                return print_json(&report);
            }
            let out = wanted.out.display();
            print_line(&format!(
                "{} × {} heights {:.1} m apart from {} sources; {} voids filled, {} left",
                report.columns,
                report.rows,
                report.resolution_m,
                report.sources,
                report.voids_filled,
                report.voids_left
            ))?;
            print_line(&format!("{out} is ready: shancheng --terrain {out}"))
        }
        Terrain::Fetch(words) => terrain_fetch::run(&words, json),
        Terrain::Info { terrain } => {
            let ground = ground(terrain.as_deref())?;
            let info = ground.info();
            if json {
                return print_json(info);
            }
            let [w, s, e, n] = info.bounds;
            print_line(match info.kind {
                GroundKind::Reconstruction => {
                    "a reconstruction from figures, not a survey: do not plan works on it"
                }
                GroundKind::Model => "an imported elevation model",
            })?;
            print_line(&format!("bounds      {w} to {e} E, {s} to {n} N"))?;
            print_line(&format!("resolution  {} m", info.resolution_m))?;
            for source in &info.sources {
                print_line(&format!("source      {source}"))?;
            }
            for credit in &info.credits {
                print_line(&format!("shows       {credit}"))?;
            }
            Ok(())
        }
        Terrain::Height { at, terrain } => {
            let ground = ground(terrain.as_deref())?;
            let heights: Vec<_> = at
                .iter()
                .map(|at| {
                    let height = ground.height_m(*at).map(|h| (h * 100.0).round() / 100.0);
                    json!({"lon": at.lon, "lat": at.lat, "height_m": height})
                })
                .collect();
            if json {
                return print_json(&json!({ "heights": heights }));
            }
            at.iter().try_for_each(|at| match ground.height_m(*at) {
                Some(height) => print_line(&format!("{:.5},{:.5}  {height:.1} m", at.lon, at.lat)),
                None => print_line(&format!("{:.5},{:.5}  outside the ground", at.lon, at.lat)),
            })
        }
        Terrain::Slope(words) => slope::run(&words, json),
        Terrain::Profile(words) => profile::run(&words, json),
        Terrain::Sight(words) => sight::run(&words, json),
        Terrain::Viewshed(words) => viewshed::run(&words, json),
        Terrain::Water(words) => water::run(&words, json),
        Terrain::Compare { reference, bbox, terrain } => {
            let (ground, truth) = (ground(terrain.as_deref())?, ground(Some(&reference))?);
            let measured = terrain::compare(&ground, &truth, bbox).ok_or_else(|| {
                anyhow::anyhow!("{} and the ground have no two places in common there", reference.display())
            })?;
            if json {
                return print_json(&measured);
            }
            print_line(&format!(
                "correlation {:.4}, RMSE {:.1} m, bias {:+.1} m over {} samples",
                measured.correlation, measured.rmse_m, measured.bias_m, measured.samples
            ))
        }
    }
}

/// The ground that is asked.
fn ground_of(asked: &Asked) -> Result<Ground, Failure> {
    ground(asked.terrain.as_deref())
}

/// An answer of the ground; a question that cannot be asked like this was wrong words.
fn answered<T>(answer: Result<T, AskError>) -> Result<T, Failure> {
    answer.map_err(|error| match error {
        AskError::Question(problem) => words(problem),
        outside @ AskError::Outside { .. } => outside.into(),
    })
}
