//! `shancheng roads`: import a network, and ask it for routes and isochrones.

use super::progress::ProgressLine;
use super::{ground, print_json, print_line};
use crate::arguments::{Roads, Travel};
use crate::failure::{Failure, Outcome, words};
use anyhow::Context;
use roads::{Closure, Profile, Route, Router, Share, Size, Stop, Streets, read_closures};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// Does what the words say.
pub fn run(words: Roads, json: bool) -> Outcome {
    match words {
        Roads::Import { sources, out, terrain, bbox } => {
            let ground = ground(terrain.as_deref())?;
            let line = ProgressLine::new();
            let made = roads::import(&sources, &ground, bbox, &mut |share| match share {
                Share::Reading(part) => {
                    line.tell("reading", &format!("reading {:3} %", (part * 100.0) as u32))
                }
                Share::Laying => line.tell("laying", "laying roads on the ground"),
                Share::Ordering => line.tell("ordering", "ordering junctions"),
            });
            line.end();
            let (streets, report) = made?;
            streets.save(&out)?;
            for problem in &report.problems {
                eprintln!("{} × {} (such as {})", problem.count, problem.what, problem.sample);
            }
            if json {
                let mut said = serde_json::to_value(&report)?;
                said["file"] = json!(out);
                said["bounds"] = json!(streets.info().bounds);
                return print_json(&said);
            }
            print_line(&format!(
                "{} is ready: {} edges, {:.0} km; shancheng --roads {}",
                out.display(),
                report.edges,
                report.length_km,
                out.display()
            ))
        }
        Roads::Info { network } => info(&open(network.as_deref())?, json),
        Roads::Route { travel, from, to } => {
            let router = router(&travel)?;
            let route = router.route(from, to)?;
            if json {
                let mut said = serde_json::to_value(&route)?;
                said["vehicle"] = json!(travel.vehicle.to_string());
                return print_json(&said);
            }
            tell(&route)
        }
        Roads::Isochrone { travel, from, minutes, out, edges } => {
            isochrone(&travel, &from, &minutes, out.as_deref(), edges, json)
        }
    }
}

/// The network named, or the schematic one.
fn open(file: Option<&Path>) -> Result<Streets, Failure> {
    match file {
        Some(file) => Ok(Streets::open(file)?),
        None => {
            let layers = layers::StaticLayers::shipped().context("reading the static layers")?;
            Ok(Streets::from_layers(&layers, &ground(None)?))
        }
    }
}

/// The router the words ask for, with what is closed.
fn router(travel: &Travel) -> Result<Router, Failure> {
    let usual = Profile::of(travel.vehicle);
    let size = Size {
        height_m: travel.height_m.unwrap_or(usual.size.height_m),
        width_m: travel.width_m.unwrap_or(usual.size.width_m),
        weight_t: travel.weight_t.unwrap_or(usual.size.weight_t),
    };
    let profile = usual.sized(size).map_err(|why| words(format!("--{why}")))?;
    let mut closures: Vec<Closure> = travel.closed.iter().cloned().map(Closure::to_all).collect();
    if let Some(file) = &travel.closures {
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let (read, problems) =
            read_closures(&text).map_err(|why| words(format!("{}: {why}", file.display())))?;
        // A closure that is not understood must not be driven through.
        if let Some(problem) = problems.first() {
            return Err(words(format!("{}, {}: {}", file.display(), problem.sample, problem.what)));
        }
        closures.extend(read);
    }
    let streets = open(travel.network.as_deref())?;
    for closure in &closures {
        if let roads::Closed::Edge(edge) = closure.what
            && edge as usize >= streets.edge_count()
        {
            return Err(words(format!("edge {edge}: the network has {} edges", streets.edge_count())));
        }
    }
    let mut router = Router::for_one(Arc::new(streets), profile);
    router.close(&closures);
    Ok(router)
}

fn info(streets: &Streets, json: bool) -> Outcome {
    let (info, length_km) = (streets.info(), (streets.length_m() / 100.0).round() / 10.0);
    if json {
        let mut said = serde_json::to_value(info)?;
        said["edges"] = json!(streets.edge_count());
        said["nodes"] = json!(streets.node_count());
        said["length_km"] = json!(length_km);
        return print_json(&said);
    }
    let [w, s, e, n] = info.bounds;
    print_line(&format!("edges    {} ({length_km:.0} km)", streets.edge_count()))?;
    print_line(&format!("nodes    {}", streets.node_count()))?;
    print_line(&format!("bounds   {w:.4} to {e:.4} E, {s:.4} to {n:.4} N"))?;
    print_line(&format!("turns    {} restrictions", info.turn_restrictions))?;
    print_line(&format!("problems {}", info.problems))?;
    info.sources.iter().try_for_each(|source| print_line(&format!("source   {source}")))
}

fn tell(route: &Route) -> Outcome {
    print_line(&format!(
        "{:.2} km, {:.1} min, up {:.0} m, down {:.0} m",
        route.length_m / 1e3,
        route.duration_s / 60.0,
        route.ascent_m,
        route.descent_m
    ))?;
    for step in &route.steps {
        let name = [&step.name, &step.name_en, &step.number].into_iter().find(|name| !name.is_empty());
        let name = name.map_or("", String::as_str);
        print_line(&format!("{:7.0} m {:6.0} s  {:<14} {name}", step.length_m, step.duration_s, step.class))?;
    }
    for (word, joint) in [("joins", &route.joins), ("leaves", &route.leaves)] {
        if joint.beside_m > 1.0 {
            let (lon, lat) = (joint.at.lon, joint.at.lat);
            print_line(&format!("{word} the network at {lon:.5},{lat:.5}, {:.0} m beside", joint.beside_m))?;
        }
    }
    Ok(())
}

fn isochrone(
    travel: &Travel,
    from: &[Stop],
    minutes: &[f64],
    out: Option<&Path>,
    edges: bool,
    json: bool,
) -> Outcome {
    let router = router(travel)?;
    let longest = minutes.iter().copied().fold(0.0, f64::max);
    let reach = router.reach(from, longest * 60.0)?;
    let found = router.isochrones(&reach, minutes);
    let features: Vec<Value> = found.iter().map(roads::Isochrone::to_geojson).collect();
    let mut said = json!({ "type": "FeatureCollection", "features": features });
    if let Some(out) = out {
        std::fs::write(out, said.to_string()).with_context(|| format!("writing {}", out.display()))?;
    }
    if json {
        said["vehicle"] = json!(travel.vehicle.to_string());
        if edges {
            let one = |part: &roads::ReachedEdge| {
                json!({"edge": part.edge, "back": part.back, "fromShare": part.from_share,
                       "toShare": part.to_share, "from_s": part.from_s, "to_s": part.to_s})
            };
            said["edges"] = reach.edges.iter().map(one).collect();
        }
        return print_json(&said);
    }
    found.iter().try_for_each(|isochrone| {
        let (minutes, km) = (isochrone.minutes, isochrone.length_m / 1e3);
        print_line(&format!("{minutes:5.1} min  {km:9.1} km of road, {} areas", isochrone.polygons.len()))
    })
}
