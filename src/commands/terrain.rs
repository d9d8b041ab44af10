//! `shancheng terrain`: import an elevation model, and ask the ground.

mod map;
mod profile;
mod sight;
mod slope;
mod viewshed;
mod water;

use super::{ground, print_json, print_line};
use crate::arguments::{Asked, Terrain};
use crate::failure::{Failure, Outcome, words};
use serde_json::json;
use std::io::Write;
use terrain::{Ground, GroundKind, ask::AskError};

/// Does what the words say.
pub fn run(words: Terrain, json: bool) -> Outcome {
    match words {
        Terrain::Import { source, out } => {
            let mut shown = u32::MAX;
            let report = terrain::import::import(&source, &out, &mut |share| {
                let percent = (share * 100.0) as u32;
                if percent != shown {
                    shown = percent;
                    // A progress line nobody can read is no reason to stop the work.
                    let _ = write!(std::io::stderr(), "\rimporting {} {percent:3} %", source.display());
                }
            });
            eprintln!();
            let report = report?;
            if json {
                return print_json(&report);
            }
            print_line(&format!("{} is ready: shancheng --terrain {}", out.display(), out.display()))
        }
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
