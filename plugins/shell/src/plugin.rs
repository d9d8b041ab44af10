//! The shell as a plugin: what exists from the start, and what runs when.

use crate::*;
use bevy::asset::AssetEventSystems;
use bevy::prelude::*;
use bevy_egui::{EguiGlobalSettings, EguiPlugin, EguiPostUpdateSet, EguiPrimaryContextPass};

/// What every other plugin stands on. The program inserts [`GroundModel`] and [`StaticCity`] itself, as it chooses
/// them; everything else is here from the start, and whatever was inserted before is kept.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShellPlugin {
    /// Where the picture goes.
    pub screen: Screen,
}

impl Plugin for ShellPlugin {
    fn build(&self, app: &mut App) {
        if !app.is_plugin_added::<EguiPlugin>() {
            app.add_plugins(EguiPlugin::default());
        }
        app.world_mut().resource_mut::<EguiGlobalSettings>().auto_create_primary_context = false;
        app.init_resource::<crate::PointSets>();
        app.add_plugins((opaque::plugin, crate::symbols::plugin)).insert_resource(self.screen);
        insert_resources(app.world_mut());
        app.add_message::<Act>().add_message::<CityChanged>().add_message::<FlyTo>().add_message::<Notice>();
        app.add_message::<LayOnMap>().add_message::<SwitchSource>();
        app.configure_sets(Update, (CitySet::Ingest, CitySet::Decide, CitySet::Step, CitySet::Draw).chain());
        app.configure_sets(
            EguiPrimaryContextPass,
            (CitySet::Underlay, CitySet::Overlay, CitySet::Panels).chain(),
        );
        app.add_plugins(spared_pass::plugin);
        app.add_systems(Startup, (eye::spawn_eye, look_for_font));
        app.add_systems(
            Update,
            (
                clock::run_clock.in_set(CitySet::Ingest),
                pick::read_pointer.after(CitySet::Ingest).before(CitySet::Decide),
                (steer::steer_by_mouse, steer::steer_by_keys, steer::fly).chain().in_set(CitySet::Decide),
                (eye::rest_focus_on_ground, eye::follow_camera, eye::place_eye).chain().in_set(CitySet::Step),
            ),
        );
        app.add_systems(
            PostUpdate,
            (origin::place_all, origin::stretch_all).before(TransformSystems::Propagate),
        );
        app.configure_sets(
            PostUpdate,
            (EguiPostUpdateSet::EndPass, EguiPostUpdateSet::ProcessOutput).run_if(repaint::is_due),
        );
        app.add_systems(
            PostUpdate,
            (
                repaint::decide.before(EguiPostUpdateSet::EndPass),
                repaint::keep_painted.after(EguiPostUpdateSet::ProcessOutput),
            ),
        );
        // A glyph that is new reaches the graphics adapter in the frame that shows it first, not in the next.
        app.configure_sets(PostUpdate, EguiPostUpdateSet::PostProcessOutput.before(AssetEventSystems));
        app.add_systems(Update, laid::give.after(CitySet::Step).before(CitySet::Draw));
        let named = crate::place_names::name_places.in_set(CitySet::Ingest);
        app.add_systems(Update, named.run_if(resource_exists_and_changed::<crate::StaticCity>));
        app.add_systems(Update, hidden::look.after(CitySet::Draw));
        app.add_systems(Update, signs::stand.in_set(CitySet::Draw));
        app.add_systems(Update, eye::colour_sky.in_set(CitySet::Step).run_if(resource_changed::<Theme>));
        app.add_systems(Last, toast::keep_notices);
        app.add_systems(
            EguiPrimaryContextPass,
            (
                (fonts::install_fonts, style::dress_egui).chain().before(CitySet::Underlay),
                labels::draw_labels.in_set(CitySet::Overlay),
                signs::paint.in_set(CitySet::Overlay),
                toast::show_toasts.after(CitySet::Panels),
            ),
        );
    }
}

fn insert_resources(world: &mut World) {
    world.get_resource_or_init::<CityState>();
    world.get_resource_or_insert_with(|| CityClock { speed: 1.0, ..default() });
    world.get_resource_or_init::<LiveDevices>();
    world.get_resource_or_init::<Movers>();
    world.get_resource_or_init::<Feeds>();
    world.get_resource_or_init::<Orders>();
    world.get_resource_or_init::<CitySources>();
    world.get_resource_or_init::<Vitals>();
    world.get_resource_or_init::<OnDuty>();
    world.get_resource_or_init::<RiskPoints>();
    world.get_resource_or_init::<OnScreenLayers>();
    world.get_resource_or_init::<GroundLook>();
    world.get_resource_or_init::<GivenBuildings>();
    world.get_resource_or_init::<Selection>();
    world.get_resource_or_init::<Hovered>();
    world.get_resource_or_init::<MapTool>();
    world.get_resource_or_init::<RenderOrigin>();
    world.get_resource_or_init::<Projector>();
    world.get_resource_or_init::<MapPointer>();
    world.get_resource_or_init::<MapArea>();
    world.get_resource_or_init::<MapLabels>();
    world.get_resource_or_init::<MapShapes>();
    world.get_resource_or_init::<MapSigns>();
    world.get_resource_or_init::<GivenImagery>();
    world.get_resource_or_init::<GivenModels>();
    world.get_resource_or_init::<Credits>();
    world.get_resource_or_init::<LaidThings>();
    world.get_resource_or_init::<Panels>();
    world.get_resource_or_init::<crate::PlaceNames>();
    world.get_resource_or_init::<crate::PointSearch>();
    world.get_resource_or_init::<crate::SavedLayers>();
    world.get_resource_or_init::<hidden::Hidden>();
    world.get_resource_or_init::<NoticeBook>();
    world.get_resource_or_init::<crate::Pending>();
    world.get_resource_or_init::<Repaint>();
    world.get_resource_or_init::<fonts::FaceToInstall>();
    world.get_resource_or_insert_with(Theme::shipped);
    let language = world.get_resource::<StartLanguage>().map(|start| start.0);
    let mut words = world.get_resource_or_insert_with(Words::shipped);
    words.language = language.unwrap_or(words.language);
    let camera = *world.get_resource_or_insert_with(|| NAMED_VIEWS[1].camera);
    world.get_resource_or_insert_with(|| EyePose { pose: camera, moving: true, at_once: true });
}

/// Finds the Chinese face; without one the console goes on in English and says why.
fn look_for_font(
    mut face: ResMut<fonts::FaceToInstall>,
    mut words: ResMut<Words>,
    mut notices: MessageWriter<Notice>,
) {
    if face.0.is_some() {
        return;
    }
    match find_cjk() {
        Ok(font) => face.0 = Some(font),
        Err(fault) => {
            warn!("{fault}");
            words.language = Language::English;
            notices.write(Notice { kind: NoticeKind::Attention, text: fault.to_string() });
        }
    }
}
