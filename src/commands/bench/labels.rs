//! Ten thousand names on a map that moves: what they cost a frame.

use super::frame::{Frames, time_frames};
use super::{Figure, Measured, figure, quantile};
use crate::app::{CityOnScreen, Offscreen};
use crate::commands::find_font;
use crate::commands::snapshot::{named_view, only};
use crate::failure::Failure;
use city::LonLat;
use shell::{LabelKind, MapCamera, MapLabel, MapLabels, Theme};
use std::time::Duration;

const SIZE: (u32, u32) = (1280, 720);
const COUNT: usize = 10_000;
const FRAMES: usize = 300;
/// What names are made of.
const WORDS: [&str; 12] =
    ["江北", "南岸", "石桥", "龙溪", "观音", "大坪", "黄泥", "花溪", "白沙", "青杠", "双凤", "茶园"];
const KINDS: [&str; 6] = ["社区", "水库", "泵站", "学校", "化工厂", "隐患点"];

/// The same movement without and with the names.
pub fn run() -> Result<Measured, Failure> {
    let mut city = CityOnScreen::load(terrain::Ground::shipped()?, named_view("centre")?, false)?;
    city.font = find_font(false)?;
    city.layers = only(&["labels"])?;
    city.layers.switch("panels", false);
    let mut screen = Offscreen::new(SIZE, city, time_frames);
    screen.settle(Duration::from_secs(120))?;
    let mut figures = flight(&mut screen, "the map's own names");
    let names = names(&screen);
    screen.app.world_mut().resource_mut::<MapLabels>().set("bench", names);
    screen.settle(Duration::from_secs(120))?;
    figures.extend(flight(&mut screen, "10,000 more"));
    Ok(Measured { figures, adapter: Some(screen.adapter()) })
}

fn names(screen: &Offscreen) -> Vec<MapLabel> {
    let theme = screen.app.world().resource::<Theme>();
    let ground = screen.app.world().resource::<shell::GroundModel>();
    let name = |n: usize| {
        let share = |step: f64| (n as f64 * step).fract();
        let at = LonLat::new(106.35 + 0.45 * share(0.618_033_988_75), 29.40 + 0.35 * share(0.754_877_666_25));
        MapLabel {
            at,
            height_m: ground.drawn_height_m(at),
            text: format!("{}{}{}", WORDS[n % WORDS.len()], KINDS[n / 7 % KINDS.len()], n),
            size: theme.size.small,
            colour: theme.map.label,
            priority: 10.0 + share(0.324_717_957_24) as f32,
            kind: LabelKind::Place,
            within_m: f64::INFINITY,
        }
    };
    (0..COUNT).map(name).collect()
}

/// The map creeps eastwards and turns, as when it is dragged.
fn flight(screen: &mut Offscreen, what: &str) -> Vec<Figure> {
    let begin = *screen.app.world().resource::<MapCamera>();
    let mut frames = Frames::run(screen, FRAMES, |app, frame| {
        let part = frame as f64;
        let focus = LonLat::new(begin.focus.lon + 1e-4 * part, begin.focus.lat);
        *app.world_mut().resource_mut::<MapCamera>() =
            MapCamera { focus, heading_deg: begin.heading_deg + 0.05 * part, ..begin };
    });
    *screen.app.world_mut().resource_mut::<MapCamera>() = begin;
    vec![
        figure(format!("labels: CPU time a frame, {what}, median"), quantile(&mut frames.cpu_ms, 0.5), "ms"),
        figure(format!("labels: CPU time a frame, {what}, p99"), quantile(&mut frames.cpu_ms, 0.99), "ms"),
        figure(format!("labels: drawn frames a second, {what}"), frames.frames_a_second(), "1/s"),
    ]
}
