//! Draws one named view of the bare ground into a PNG, without a window: `look VIEW FILE.png [WIDTH HEIGHT]`, and
//! says what a frame costs.

use bevy::app::ScheduleRunnerPlugin;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::window::ExitCondition;
use bevy::winit::WinitPlugin;
use shell::{GroundModel, NAMED_VIEWS, Picture, Screen, ShellPlugin};
use std::time::Instant;
use terrain_view::{Settled, TerrainViewPlugin};

/// Frames timed after the picture has settled.
const TIMED: u32 = 20;

#[derive(Resource)]
struct Wanted {
    file: String,
    started: Instant,
    settled: Option<(Instant, u32)>,
    asked: bool,
    processor_ms: f64,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize, or: u32| words.get(i).and_then(|w| w.parse().ok()).unwrap_or(or);
    let screen = Screen::Offscreen { width: number(2, 1280), height: number(3, 720) };
    let (Some(view), Some(file)) =
        (words.first().and_then(|name| NAMED_VIEWS.iter().find(|v| v.name == name)), words.get(1))
    else {
        eprintln!("look VIEW FILE.png [WIDTH HEIGHT]; views: {:?}", NAMED_VIEWS.map(|view| view.name));
        std::process::exit(2);
    };
    let ground = match terrain::Ground::shipped() {
        Ok(ground) => ground,
        Err(fault) => {
            eprintln!("{fault}");
            std::process::exit(1);
        }
    };
    App::new()
        .insert_resource(GroundModel { ground, exaggeration: 1.0 })
        .insert_resource(view.camera)
        .insert_resource(Wanted {
            file: file.clone(),
            started: Instant::now(),
            settled: None,
            asked: false,
            processor_ms: 0.0,
        })
        .add_plugins(
            DefaultPlugins
                .build()
                .disable::<WinitPlugin>()
                .set(WindowPlugin {
                    primary_window: None,
                    exit_condition: ExitCondition::DontExit,
                    ..default()
                })
                .set(RenderPlugin { synchronous_pipeline_compilation: true, ..default() }),
        )
        .add_plugins(ScheduleRunnerPlugin::run_loop(std::time::Duration::ZERO))
        .add_plugins((ShellPlugin { screen }, TerrainViewPlugin))
        .add_systems(Last, take_picture)
        .run();
}

/// Processor time this process has used, all threads, milliseconds (`/proc`, in ticks of 10 ms); 0 where unknown.
fn processor_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * 10.0
}

fn take_picture(
    mut commands: Commands,
    mut wanted: ResMut<Wanted>,
    settled: Res<Settled>,
    picture: Option<Res<Picture>>,
) {
    let Some(picture) = picture.filter(|_| settled.settled) else { return };
    let now = Instant::now();
    let wanted = &mut *wanted;
    let started = wanted.started;
    if wanted.settled.is_none() {
        wanted.processor_ms = processor_ms();
    }
    let (since, frames) = wanted.settled.get_or_insert_with(|| {
        println!("settled {:.2} s, {} tiles", started.elapsed().as_secs_f64(), settled.tiles);
        (now, 0)
    });
    *frames += 1;
    if *frames < TIMED + 3 || wanted.asked {
        return;
    }
    let frames = f64::from(*frames - 1);
    let wall_ms = now.duration_since(*since).as_secs_f64() * 1000.0 / frames;
    println!(
        "{wall_ms:.1} ms a frame, {:.1} ms of processor",
        (processor_ms() - wanted.processor_ms) / frames
    );
    wanted.asked = true;
    let file = wanted.file.clone();
    commands.spawn(Screenshot::image(picture.0.clone())).observe(
        move |captured: On<ScreenshotCaptured>, mut exit: MessageWriter<AppExit>| {
            let image =
                captured.image.clone().try_into_dynamic().map(|picture| picture.to_rgb8().save(&file));
            match image {
                Ok(Ok(())) => exit.write(AppExit::Success),
                fault => {
                    eprintln!("{file}: {fault:?}");
                    exit.write(AppExit::error())
                }
            };
        },
    );
}
