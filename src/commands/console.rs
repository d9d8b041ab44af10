//! `shancheng` alone: the console with a window, on a backend or on an embedded training city.

use super::city::{check_speed, data_folder};
use super::feed;
use super::snapshot::named_view;
use super::{
    find_font, ground, laid, log_to_standard_error, print_json, print_line, remembered, roads_named,
};
use crate::app::{CityOnScreen, Offscreen, windowed};
use crate::arguments::Console;
use crate::colours;
use crate::failure::{Outcome, words};
use crate::laid::{Remembered, follow};
use crate::settings::Settings;
use crate::{layer_sets, switched};
use bevy::app::{App, AppExit};
use link::sources::Sources;
use link::{Link, LinkConfig, Pulse, StateDir};
use serde_json::json;
use shell::{Notice, NoticeKind};
use std::time::{Duration, Instant};

/// Opens the console; where there is no display, draws it offscreen for some seconds and saves the picture.
pub fn run(words: &Console, json: bool, started: Instant) -> Outcome {
    log_to_standard_error("warn,wgpu_hal=error,wgpu_core=error,bevy_render=error,bevy_egui=error");
    let camera = named_view(&words.view)?;
    let font = find_font(words.english)?;
    let ground = remembered_ground(words)?;
    let mut city = CityOnScreen::load(ground.clone(), camera, words.english)?;
    city.font = font;
    city.dress(&words.ground);
    city.theme = colours::chosen(words.theme);
    city.roads = roads_named(words.roads.as_deref())?;
    city.laid = laid(&words.laid)?;
    let remembered = remembered(&words.laid, &city.laid);
    let (sources, unread) = feed::of_console(words.sources.as_deref())?;
    let sources = switched::as_remembered(sources);
    let (backend, embedded) = match &words.source.backend {
        Some(url) => (url.clone(), None),
        None => {
            let running = embedded_city(words, &ground, city.roads.clone())?;
            (running.url(), Some(running))
        }
    };
    let config = LinkConfig {
        backend,
        credentials: words.source.credentials.read(),
        state_dir: StateDir::of_user(words.state.clone()),
        console: "console".to_owned(),
        map: true,
    };
    let pulse = Pulse::start(&config)?;
    let lines = Lines { link: Link::start(config)?, pulse, sources: Sources::start(sources)?, unread };
    let display = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let seconds = match words.offscreen {
        Some(seconds) => Some(check_seconds(seconds)?),
        None if display("DISPLAY") || display("WAYLAND_DISPLAY") => None,
        None => {
            eprintln!("no display here (neither DISPLAY nor WAYLAND_DISPLAY is set): drawing offscreen");
            Some(8.0)
        }
    };
    let outcome = match seconds {
        None => window(words, city, lines, remembered),
        Some(seconds) => offscreen(words, city, lines, remembered, seconds, json, started),
    };
    if let Some(running) = embedded {
        running.stop();
    }
    outcome
}

/// The ground named, which is remembered; else the one remembered, else the relief that ships (`--terrain shipped`
/// returns to it). A model that is gone is no reason not to open the console.
fn remembered_ground(words: &Console) -> Result<terrain::Ground, crate::failure::Failure> {
    let file = Settings::file();
    if let Some(named) = &words.source.terrain {
        let folder = Some(named).filter(|named| named.as_os_str() != "shipped");
        let ground = ground(folder.map(|folder| folder.as_path()))?;
        let terrain = folder.map(std::path::absolute).transpose()?;
        let kept =
            file.and_then(|file| Settings::change(&file, |settings| settings.terrain = terrain.clone()));
        if let Err(error) = kept {
            tracing::warn!("--terrain is not remembered: {error:#}");
        }
        return Ok(ground);
    }
    match file.and_then(|file| Settings::read(&file)) {
        Ok(Settings { terrain: Some(folder), .. }) => {
            Ok(terrain::Ground::open(&folder).or_else(|error| {
                tracing::warn!(
                    "standing on the relief that ships; the terrain remembered is no more: {error}"
                );
                terrain::Ground::shipped()
            })?)
        }
        Ok(_) => ground(None),
        Err(error) => {
            tracing::warn!("{error:#}");
            ground(None)
        }
    }
}

/// What brings the console its news.
struct Lines {
    link: Link,
    pulse: Pulse,
    sources: Sources,
    /// Why the usual settings of sources could not be used.
    unread: Option<String>,
}

impl Lines {
    fn connect(self, app: &mut App) {
        feed_link::follow(app, self.link);
        feed_link::feel(app, self.pulse);
        feed_link::read_sources(app, self.sources);
        if let Some(text) = self.unread {
            app.world_mut().write_message(Notice { kind: NoticeKind::Failed, text });
        }
    }
}

fn window(words: &Console, city: CityOnScreen, lines: Lines, remembered: Remembered) -> Outcome {
    let mut app: App = windowed(words.size, city);
    lines.connect(&mut app);
    colours::follow(&mut app);
    switched::follow(&mut app);
    layer_sets::follow(&mut app);
    follow(&mut app, remembered);
    match app.run() {
        AppExit::Success => Ok(()),
        AppExit::Error(code) => Err(anyhow::anyhow!("the console ended with code {code}").into()),
    }
}

fn offscreen(
    words: &Console,
    city: CityOnScreen,
    lines: Lines,
    remembered: Remembered,
    seconds: f64,
    json: bool,
    started: Instant,
) -> Outcome {
    let mut screen = Offscreen::new(words.size, city, |app| {
        lines.connect(app);
        follow(app, remembered);
    });
    screen.settle(Duration::from_secs(120))?;
    let first_picture_s = started.elapsed().as_secs_f64();
    let (begin, mut frames) = (Instant::now(), 0_u32);
    while begin.elapsed().as_secs_f64() < seconds {
        screen.step();
        frames += 1;
    }
    let frames_per_s = f64::from(frames) / begin.elapsed().as_secs_f64().max(0.001);
    let (width, height) = screen.save(&words.out)?;
    let file = std::path::absolute(&words.out)?;
    if json {
        return print_json(&json!({
            "file": file, "width": width, "height": height, "adapter": screen.adapter(),
            "first_picture_s": first_picture_s, "frames_per_s": frames_per_s, "feeds": feeds(&screen),
            "terrain": screen.app.world().resource::<shell::GroundModel>().ground.info().kind,
        }));
    }
    print_line(&format!("the picture is in {} ({width}×{height}, {})", file.display(), screen.adapter()))
}

/// How every feed and source does, and why.
fn feeds(screen: &Offscreen) -> serde_json::Value {
    let own = &screen.app.world().resource::<shell::Feeds>().health;
    let sources = &screen.app.world().resource::<shell::CitySources>().all;
    let health = own.iter().chain(sources.iter().map(|source| &source.health));
    let one = |feed: &feeds::FeedHealth| {
        json!({"name": feed.name, "state": feed.state.key(), "cause": feed.cause.map(feeds::Cause::key),
               "message": feed.message, "received": feed.received, "problems": feed.problems})
    };
    health.map(one).collect()
}

fn embedded_city(
    words: &Console,
    ground: &terrain::Ground,
    roads: Option<std::sync::Arc<roads::RoadNetwork>>,
) -> Result<backend::Running, crate::failure::Failure> {
    Ok(backend::Backend::start(backend::Config {
        seed: words.seed,
        speed: check_speed(words.speed)?,
        ground: Some(ground.clone()),
        roads,
        ..backend::Config::embedded(data_folder(words.data.clone())?)
    })?)
}

fn check_seconds(seconds: f64) -> Result<f64, crate::failure::Failure> {
    if seconds.is_finite() && (0.0..=86_400.0).contains(&seconds) {
        return Ok(seconds);
    }
    Err(words(format!("--offscreen {seconds}: 0 to 86400 seconds")))
}
