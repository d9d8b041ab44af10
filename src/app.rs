//! From the city's data to a running engine: with a window, or offscreen into a picture.

#[cfg(test)]
mod flight;

use crate::features::Features;
use crate::laid::Laid;
use crate::spared::Spared;
use anyhow::{Context, bail};
use bevy::app::PluginsState;
use bevy::log::LogPlugin;
use bevy::pbr::PbrPlugin;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::renderer::RenderAdapterInfo;
use bevy::render::settings::{Backends, RenderCreation, WgpuSettings};
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::window::{ExitCondition, PresentMode, WindowResolution};
use bevy::winit::WinitPlugin;
use shell::{
    CameraEye, GroundLook, GroundModel, Language, MapCamera, OnScreenLayers, Picture, Screen, StaticCity,
    Theme, ThemeName,
};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What the console stands on, before anything live arrives.
pub struct CityOnScreen {
    /// The ground.
    pub ground: terrain::Ground,
    /// How many times heights are drawn.
    pub exaggeration: f64,
    /// How the ground looks.
    pub look: GroundLook,
    /// The static layers.
    pub city: StaticCity,
    /// Where the camera begins.
    pub camera: MapCamera,
    /// Which layers are switched.
    pub layers: OnScreenLayers,
    /// The language of words.
    pub language: Language,
    /// The colours.
    pub theme: ThemeName,
    /// The roads units move on, where another network than the schematic one was given.
    pub roads: Option<Arc<roads::RoadNetwork>>,
    /// What lies on the ground, and what is asked of the roads from the start.
    pub laid: Laid,
    /// The face with Chinese glyphs; where none is given the shell looks for one itself.
    pub font: Option<shell::CjkFont>,
}

impl CityOnScreen {
    /// Loads what ships.
    pub fn load(ground: terrain::Ground, camera: MapCamera, english: bool) -> anyhow::Result<Self> {
        let layers = layers::StaticLayers::shipped().context("reading the static layers")?;
        let city = StaticCity { layers: Arc::new(layers) };
        let language = if english { Language::English } else { Language::Chinese };
        let (layers, look) = (OnScreenLayers::default(), GroundLook::default());
        let (roads, laid, font) = (None, Laid::default(), None);
        let theme = ThemeName::default();
        Ok(Self { ground, exaggeration: 1.0, look, city, camera, layers, language, theme, roads, laid, font })
    }

    /// Lets the ground look as the command line says.
    pub fn dress(&mut self, words: &crate::arguments::Ground) {
        self.exaggeration = words.exaggeration.unwrap_or(self.exaggeration);
        self.look.colouring = words.colouring.unwrap_or(self.look.colouring);
        self.look.water_rise_m = words.water_rise.unwrap_or(self.look.water_rise_m);
        if let Some([azimuth_deg, altitude_deg]) = words.sun {
            (self.look.sun_azimuth_deg, self.look.sun_altitude_deg) = (azimuth_deg, altitude_deg);
        }
    }

    fn insert(self, app: &mut App) {
        app.insert_resource(GroundModel { ground: self.ground, exaggeration: self.exaggeration })
            .insert_resource(self.look)
            .insert_resource(self.city)
            .insert_resource(shell::GivenRoads { network: self.roads })
            .insert_resource(self.laid.inquiry)
            .insert_resource(self.laid.things)
            .insert_resource(self.camera)
            .insert_resource(self.layers)
            .insert_resource(shell::StartLanguage(self.language))
            .insert_resource(Theme::of(self.theme))
            .insert_resource(shell::fonts::FaceToInstall(self.font));
    }
}

/// An app with a window of `size` pixels.
pub fn windowed(size: (u32, u32), city: CityOnScreen) -> App {
    say_engine_faults_clearly();
    let mut app = App::new();
    let window = Window {
        title: "山城 Shancheng".to_owned(),
        name: Some("shancheng".to_owned()),
        resolution: WindowResolution::new(size.0, size.1),
        present_mode: PresentMode::AutoVsync,
        ..default()
    };
    app.add_plugins(
        DefaultPlugins
            .set(WindowPlugin { primary_window: Some(window), ..default() })
            .set(renderer())
            .set(pbr())
            .disable::<LogPlugin>(),
    );
    city.insert(&mut app);
    app.add_plugins((Features { screen: Screen::Window }, Spared));
    app
}

/// An app that draws into an image, a frame at a time, with nothing left to chance: pipelines are compiled when
/// they are asked for, and a frame is drawn where it is stepped.
pub struct Offscreen {
    /// The engine.
    pub app: App,
}

#[derive(Resource, Default)]
struct Captured(Option<Image>);

impl Offscreen {
    /// What of the ground is drawn.
    pub fn ground(&self) -> terrain_view::Settled {
        *self.app.world().resource::<terrain_view::Settled>()
    }

    /// Makes the app; `more` adds what is particular to the caller.
    pub fn new(size: (u32, u32), city: CityOnScreen, more: impl FnOnce(&mut App)) -> Self {
        say_engine_faults_clearly();
        let mut app = App::new();
        app.add_plugins(
            DefaultPlugins
                .set(WindowPlugin {
                    primary_window: None,
                    exit_condition: ExitCondition::DontExit,
                    ..default()
                })
                .set(RenderPlugin { synchronous_pipeline_compilation: true, ..renderer() })
                .set(pbr())
                .disable::<LogPlugin>()
                .disable::<WinitPlugin>()
                .disable::<PipelinedRenderingPlugin>(),
        );
        app.init_resource::<Captured>();
        city.insert(&mut app);
        app.add_plugins(Features { screen: Screen::Offscreen { width: size.0, height: size.1 } });
        more(&mut app);
        app.add_plugins(Spared);
        while app.plugins_state() == PluginsState::Adding {
            bevy::tasks::tick_global_task_pools_on_main_thread();
        }
        app.finish();
        app.cleanup();
        Self { app }
    }

    /// The name of the graphics adapter.
    pub fn adapter(&self) -> String {
        let info = self.app.world().get_resource::<RenderAdapterInfo>();
        info.map_or_else(|| "unknown".to_owned(), |info| format!("{} ({:?})", info.name, info.backend))
    }

    /// Draws one frame.
    pub fn step(&mut self) {
        self.app.update();
    }

    /// Steps until everything that the present camera shows is there, then draws it. What is still incomplete is not
    /// drawn: on a software adapter the frames before would cost more than what they wait for.
    pub fn settle(&mut self, longest: Duration) -> anyhow::Result<()> {
        let end = Instant::now() + longest;
        self.step();
        while !self.app.world().resource::<shell::Pending>().is_empty() {
            self.open_eye(false);
            self.step();
            if Instant::now() > end {
                let waiting = self.app.world().resource::<shell::Pending>().to_string();
                bail!("the picture was not complete after {} s: waiting for {waiting}", longest.as_secs());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        self.open_eye(true);
        // Text is laid out one frame after what it names is placed, and panels find their width in another.
        for _ in 0..3 {
            self.repaint();
            self.step();
        }
        Ok(())
    }

    /// Has panels and names painted in the next frame whatever changed: a picture is of its own instant.
    fn repaint(&mut self) {
        self.app.world_mut().resource_mut::<shell::Repaint>().ask();
    }

    /// Draws, or only lives.
    pub fn open_eye(&mut self, open: bool) {
        let world = self.app.world_mut();
        for mut camera in world.query_filtered::<&mut Camera, With<CameraEye>>().iter_mut(world) {
            camera.is_active = open;
        }
    }

    /// Draws one frame and brings its pixels back.
    pub fn picture(&mut self) -> anyhow::Result<Image> {
        let world = self.app.world_mut();
        let image = world.resource::<Picture>().0.clone();
        world.spawn(Screenshot::image(image)).observe(
            |shot: On<ScreenshotCaptured>, mut captured: ResMut<Captured>| {
                captured.0 = Some(shot.image.clone());
            },
        );
        let end = Instant::now() + Duration::from_secs(60);
        while Instant::now() < end {
            self.repaint();
            self.step();
            if let Some(image) = self.app.world_mut().resource_mut::<Captured>().0.take() {
                return Ok(image);
            }
        }
        bail!("the picture did not come back from the graphics adapter within 60 s")
    }

    /// Draws one frame into a PNG file; a file is there whole or not at all.
    pub fn save(&mut self, file: &Path) -> anyhow::Result<(u32, u32)> {
        let image = self.picture()?.try_into_dynamic().context("reading the picture")?.into_rgb8();
        let partial = file.with_extension("png.part");
        let written = image
            .save_with_format(&partial, image::ImageFormat::Png)
            .map_err(anyhow::Error::from)
            .and_then(|()| Ok(std::fs::rename(&partial, file)?));
        if written.is_err() {
            // A half-written picture helps nobody; that it cannot be removed either changes nothing.
            let _ = std::fs::remove_file(&partial);
        }
        written.with_context(|| format!("writing the picture to {}", file.display()))?;
        Ok(image.dimensions())
    }
}

/// The city brings its own small shaders and no lights: what only lights need is left out of every frame.
fn pbr() -> PbrPlugin {
    PbrPlugin {
        prepass_enabled: false,
        add_default_deferred_lighting_plugin: false,
        use_gpu_instance_buffer_builder: false,
        ..default()
    }
}

/// Vulkan, with Mesa's software driver where there is no card; WGPU_BACKEND in the environment asks for another.
fn renderer() -> RenderPlugin {
    let backends = Some(Backends::from_env().unwrap_or(Backends::PRIMARY));
    let settings = WgpuSettings { backends, ..default() };
    RenderPlugin { render_creation: RenderCreation::Automatic(Box::new(settings)), ..default() }
}

/// The engine ends with a panic where there is no adapter or no display: that becomes one clear line.
fn say_engine_faults_clearly() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let text = panic.payload_as_str().unwrap_or_default();
        if text.contains("Unable to find a GPU") {
            eprintln!(
                "shancheng: no graphics adapter was found, not even a software one: install a Vulkan driver \
                 (Debian, Ubuntu: apt-get install mesa-vulkan-drivers libvulkan1)"
            );
            std::process::exit(1);
        }
        if text.contains("event loop") || text.contains("EventLoop") {
            eprintln!(
                "shancheng: no window can be opened on this display ({}); --offscreen 8 draws a picture without one",
                std::env::var("DISPLAY").or(std::env::var("WAYLAND_DISPLAY")).unwrap_or_default()
            );
            std::process::exit(1);
        }
        usual(panic);
    }));
}
