//! `shancheng snapshot`: one picture without a window.

use super::{find_font, ground, laid, log_to_standard_error, print_json, print_line, roads_named};
use crate::app::{CityOnScreen, Offscreen};
use crate::arguments::Snapshot;
use crate::failure::{Failure, Outcome, words};
use crate::training_picture;
use bevy::app::App;
use link::{Link, LinkConfig, StateDir};
use serde_json::json;
use shell::{CityClock, CityState, Feeds, LiveDevices, MapCamera, NAMED_VIEWS, OnScreenLayers, RiskPoints};
use std::time::{Duration, Instant};

/// Draws the picture. `started` is when the process began, for `first_picture_s`.
pub fn run(words: &Snapshot, json: bool, started: Instant) -> Outcome {
    log_to_standard_error("error");
    let font = find_font(words.english)?;
    let ground = ground(words.source.terrain.as_deref())?;
    let mut city = CityOnScreen::load(ground.clone(), camera(words)?, words.english)?;
    city.font = font;
    city.dress(&words.ground);
    city.theme = words.theme;
    city.layers = layers_shown(words)?;
    city.roads = roads_named(words.roads.as_deref())?;
    city.laid = laid(&words.laid)?;
    let live = match &words.source.backend {
        Some(backend) => Live::Backend(Link::start(LinkConfig {
            backend: backend.clone(),
            credentials: words.source.credentials.read(),
            state_dir: StateDir::of_user(None),
            console: "snapshot".to_owned(),
            map: true,
        })?),
        None => Live::Seeded(Box::new(training_picture::at(words.at, words.seed, &ground)?)),
    };
    let from_backend = matches!(live, Live::Backend(_));
    let mut screen = Offscreen::new(words.size, city, |app| live.add(app));
    if from_backend {
        wait_for_the_city(&mut screen, words.source.backend.as_deref().unwrap_or_default())?;
    }
    screen.settle(Duration::from_secs(120))?;
    for line in &screen.app.world().resource::<model_view::ModelsTold>().lines {
        eprintln!("shancheng: {line}");
    }
    let route = route_laid(&screen)?;
    let first_picture_s = started.elapsed().as_secs_f64();
    let (width, height) = screen.save(&words.out)?;
    if json {
        return print_json(&json!({
            "file": words.out, "width": width, "height": height, "adapter": screen.adapter(),
            "first_picture_s": (first_picture_s * 1000.0).round() / 1000.0,
            "groundTiles": screen.ground().tiles, "groundTriangles": screen.ground().triangles,
            "route": route,
        }));
    }
    print_line(&format!("{} ({width}×{height}, {})", words.out.display(), screen.adapter()))
}

/// The route on the picture, where one was asked for; a picture without it would not be what was asked for.
fn route_laid(screen: &Offscreen) -> Result<serde_json::Value, Failure> {
    match screen.app.world().resource::<ways::Inquiry>().answer() {
        Some(Ok(ways::Answer::Route(told))) => Ok(json!({
            "length_m": told.route.length_m, "duration_s": told.route.duration_s,
            "ascent_m": told.route.ascent_m, "descent_m": told.route.descent_m,
        })),
        Some(Err(why)) => Err(Failure::Work(anyhow::anyhow!("{why}"))),
        _ => Ok(serde_json::Value::Null),
    }
}

/// Where what lives comes from.
enum Live {
    Backend(Link),
    Seeded(Box<training_picture::Instant>),
}

impl Live {
    fn add(self, app: &mut App) {
        match self {
            Self::Backend(link) => feed_link::follow(app, link),
            Self::Seeded(instant) => instant.insert(app),
        }
    }
}

/// Steps until everything of the city is there, and how its feeds do.
fn wait_for_the_city(screen: &mut Offscreen, backend: &str) -> Outcome {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        screen.step();
        let world = screen.app.world();
        let risk_points = world.resource::<RiskPoints>();
        let told = risk_points.received || risk_points.missing.is_some();
        let state = world.resource::<CityState>().received && world.resource::<LiveDevices>().received;
        let health = !world.resource::<Feeds>().health.is_empty();
        if state && told && health {
            if let Some(why) = &risk_points.missing {
                eprintln!("shancheng: the picture is without risk points: {why}");
            }
            // A picture is of one instant: what arrives later does not change it.
            screen.app.world_mut().resource_mut::<CityClock>().fixed = true;
            return Ok(());
        }
        if Instant::now() > end {
            let feeds = &world.resource::<Feeds>().health;
            let why = feeds.iter().map(|f| f.message.as_str()).find(|m| !m.is_empty()).unwrap_or("no answer");
            return Err(Failure::Work(anyhow::anyhow!("no city from {backend} within 20 s: {why}")));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The view called `name`.
pub fn named_view(name: &str) -> Result<MapCamera, Failure> {
    let view = NAMED_VIEWS.iter().find(|view| view.name == name);
    view.map(|view| view.camera).ok_or_else(|| {
        let names: Vec<_> = NAMED_VIEWS.iter().map(|view| view.name).collect();
        words(format!("no view is called `{name}`: {}", names.join(", ")))
    })
}

fn camera(arguments: &Snapshot) -> Result<MapCamera, Failure> {
    let Some(focus) = arguments.look_at else {
        return named_view(arguments.view.as_deref().unwrap_or("centre"));
    };
    let within = |name: &str, value: Option<f64>, usual: f64, least: f64, most: f64| match value {
        None => Ok(usual),
        Some(v) if v.is_finite() && (least..=most).contains(&v) => Ok(v),
        Some(v) => Err(words(format!("--{name} {v}: {least} to {most}"))),
    };
    Ok(MapCamera {
        focus,
        focus_height_m: 0.0,
        distance_m: within("distance", arguments.distance, 10_000.0, 50.0, 900_000.0)?,
        heading_deg: within("heading", arguments.heading, 0.0, -360.0, 360.0)?.rem_euclid(360.0),
        pitch_deg: within("pitch", arguments.pitch, 45.0, 5.0, 90.0)?,
    })
}

/// The layers that can be named, beside `risk.<class>`.
const LAYERS: [&str; 19] = [
    "terrain.contours",
    "terrain.water",
    "districts",
    "roads",
    "bridges",
    "buildings",
    "models",
    "imagery",
    "shapes",
    "labels",
    "devices",
    "units",
    "drones",
    "drone-routes",
    "incidents",
    "ways",
    "roads.imported",
    "watch.warnings",
    "watch.notices",
];

fn layers_shown(arguments: &Snapshot) -> Result<OnScreenLayers, Failure> {
    let mut shown = match &arguments.layers {
        Some(wanted) => only(wanted)?,
        None => OnScreenLayers::default(),
    };
    if arguments.bare {
        shown.switch("panels", false);
    }
    Ok(shown)
}

/// These layers and no others.
pub fn only(wanted: &[impl AsRef<str>]) -> Result<OnScreenLayers, Failure> {
    let mut shown = OnScreenLayers::default();
    if let [one] = wanted
        && let Some(name) = one.as_ref().trim().strip_prefix('@')
    {
        let saved = crate::layer_sets::remembered()?.all;
        let set = saved.iter().find(|set| set.name == name).ok_or_else(|| {
            let names: Vec<String> = saved.iter().map(|set| format!("@{}", set.name)).collect();
            let there = if names.is_empty() { "none was saved".to_owned() } else { names.join(", ") };
            words(format!("no set of layers is called `@{name}`: {there}; save one in the tree of layers"))
        })?;
        set.switch(&mut shown);
        return Ok(shown);
    }
    let classes: Vec<String> = city::RiskClass::KNOWN.iter().map(|class| format!("risk.{class}")).collect();
    let grades = city::RiskGrade::ALL.map(|grade| format!("grade.{}", shell::symbols::grade_key(grade)));
    let known: Vec<String> =
        LAYERS.iter().map(|key| (*key).to_owned()).chain(classes.clone()).chain(grades.clone()).collect();
    for key in &known {
        shown.switch(key, false);
    }
    for key in wanted.iter().map(|key| key.as_ref().trim()).filter(|key| !key.is_empty() && *key != "none") {
        let class = classes.iter().find(|class| *class == key || class.strip_prefix("risk.") == Some(key));
        match class {
            // A class is that of its risk points; together with `devices`, of its devices as well.
            Some(class) => grades.iter().chain([class]).for_each(|key| shown.switch(key, true)),
            None if key == "risk" => grades.iter().chain(&classes).for_each(|key| shown.switch(key, true)),
            None if known.iter().any(|known| known == key) => shown.switch(key, true),
            None => return Err(words(format!("no layer is called `{key}`: {}", known.join(", ")))),
        }
    }
    // Whoever names no class means all of them.
    if !classes.iter().any(|class| shown.is_on(class)) {
        classes.iter().for_each(|class| shown.switch(class, true));
    }
    Ok(shown)
}
