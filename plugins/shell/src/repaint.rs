//! When egui's pass runs: when something it shows has changed, and with every second of the city's clock, for ages
//! and clocks. In the frames between, what it painted last stays on the screen and costs a copy.

use crate::{
    CityClock, CityState, Hovered, LaidThings, MapArea, MapLabels, MapShapes, NoticeBook, OnDuty,
    OnScreenLayers, Orders, PointSearch, Projector, RiskPoints, SavedLayers, Screen, Selection, StaticCity,
    Theme, Words,
};
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy_egui::{EguiContext, EguiInput, EguiRenderOutput, egui};

/// The least time between two passes that only the clock asked for, seconds: a training city may run fast.
const LEAST_S: f64 = 0.25;
/// The longest time without a pass, seconds: without a backend the city's clock stands, and toasts still go.
const LONGEST_S: f64 = 1.0;
/// What moves less than this is not seen to move, points.
pub const SEEN_POINTS: f32 = 0.4;
/// After a change this many passes run: text finds its place one pass after what it belongs to.
const PASSES: u8 = 2;

/// Asks for egui's pass. What is told here, input, and changes of the shell's own resources run it.
#[derive(Resource, Debug)]
pub struct Repaint {
    passes_left: u8,
    /// When the last pass ran, seconds since the start, and the city's second it showed.
    last_s: f64,
    second: i64,
    due: bool,
}

impl Default for Repaint {
    fn default() -> Self {
        Self { passes_left: PASSES, last_s: 0.0, second: 0, due: true }
    }
}

impl Repaint {
    /// Something egui paints looks different now.
    pub fn ask(&mut self) {
        self.passes_left = PASSES;
    }

    /// Whether the pass runs in this frame, `now_s` seconds after the start, at the city's `second`.
    fn decide(&mut self, changed: bool, now_s: f64, second: i64) {
        if changed {
            self.ask();
        }
        let since_s = now_s - self.last_s;
        let tick = since_s >= LONGEST_S || (second != self.second && since_s >= LEAST_S);
        self.due = self.passes_left > 0 || tick;
        if self.due {
            self.passes_left = self.passes_left.saturating_sub(1);
            (self.last_s, self.second) = (now_s, second);
        }
    }
}

/// What panels, labels and marks are painted from.
#[derive(SystemParam)]
pub(crate) struct Painted<'w> {
    city: Res<'w, CityState>,
    orders: Res<'w, Orders>,
    selection: Res<'w, Selection>,
    hovered: Res<'w, Hovered>,
    layers: Res<'w, OnScreenLayers>,
    words: Res<'w, Words>,
    theme: Res<'w, Theme>,
    area: Res<'w, MapArea>,
    projector: Res<'w, Projector>,
    notices: Res<'w, NoticeBook>,
    labels: Res<'w, MapLabels>,
    shapes: Res<'w, MapShapes>,
    screen: Res<'w, Screen>,
    statics: Option<Res<'w, StaticCity>>,
    risk_points: Res<'w, RiskPoints>,
    on_duty: Res<'w, OnDuty>,
    laid: Res<'w, LaidThings>,
    search: Res<'w, PointSearch>,
    saved: Res<'w, SavedLayers>,
}

impl Painted<'_> {
    fn changed(&self) -> bool {
        self.city.is_changed()
            || self.orders.is_changed()
            || self.selection.is_changed()
            || self.hovered.is_changed()
            || self.layers.is_changed()
            || self.words.is_changed()
            || self.theme.is_changed()
            || self.area.is_changed()
            || self.projector.is_changed()
            || self.notices.is_changed()
            || self.screen.is_changed()
            || self.risk_points.is_changed()
            || self.on_duty.is_changed()
            || self.laid.is_changed()
            || self.search.is_changed()
            || self.saved.is_changed()
            || self.labels.are_stale()
            || self.shapes.is_changed()
            || self.statics.as_ref().is_some_and(|city| city.is_changed())
    }
}

/// Decides before the pass of this frame.
pub(crate) fn decide(
    mut repaint: ResMut<Repaint>,
    painted: Painted,
    time: Res<Time<Real>>,
    clock: Res<CityClock>,
    mut contexts: Query<(&mut EguiContext, &mut EguiInput)>,
    mut modifiers: Local<egui::Modifiers>,
) {
    let asked = contexts.iter_mut().any(|(mut context, mut input)| {
        // The modifier keys are told every frame: only their change is an event that anything is painted for.
        input.events.retain(|event| match event {
            egui::Event::ModifiersChanged(now) => std::mem::replace(&mut *modifiers, *now) != *now,
            _ => true,
        });
        !input.events.is_empty()
            || !input.hovered_files.is_empty()
            || context.get_mut().has_requested_repaint()
    });
    let changed = asked || painted.changed();
    repaint.bypass_change_detection().decide(changed, time.elapsed_secs_f64(), clock.now.0.div_euclid(1_000));
}

/// The condition of egui's pass.
pub(crate) fn is_due(repaint: Res<Repaint>) -> bool {
    repaint.due
}

/// Shows in frames without a pass what the last one painted: drawing takes the shapes out of the world in every frame.
pub(crate) fn keep_painted(
    repaint: Res<Repaint>,
    mut outputs: Query<&mut EguiRenderOutput>,
    mut kept: Local<Vec<egui::ClippedPrimitive>>,
) {
    for mut output in &mut outputs {
        if repaint.due {
            kept.clone_from(&output.paint_jobs);
        } else {
            output.paint_jobs.clone_from(&kept);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_runs_two_passes_and_a_second_of_the_clock_one() {
        let mut repaint = Repaint { passes_left: 0, last_s: 0.0, second: 0, due: false };
        let mut runs = |changed: bool, now_s: f64, second: i64| {
            repaint.decide(changed, now_s, second);
            repaint.due
        };
        assert!(!runs(false, 0.1, 0));
        assert!(runs(true, 0.11, 0));
        assert!(runs(false, 0.12, 0));
        assert!(!runs(false, 0.13, 0));
        assert!(!runs(false, 0.3, 1), "too soon after the last");
        assert!(runs(false, 0.4, 1));
        assert!(!runs(false, 1.3, 1));
        assert!(runs(false, 1.5, 1), "a second without a pass");
    }

    #[test]
    fn a_frame_without_a_pass_shows_what_the_last_one_painted() {
        let mut world = World::new();
        world.insert_resource(Repaint::default());
        let output = world.spawn(EguiRenderOutput::default()).id();
        let keep = world.register_system(keep_painted);
        let painted = egui::ClippedPrimitive {
            clip_rect: egui::Rect::EVERYTHING,
            primitive: egui::epaint::Primitive::Mesh(egui::Mesh::default()),
        };
        let mut frame = |due: bool, jobs: Vec<egui::ClippedPrimitive>| {
            world.resource_mut::<Repaint>().due = due;
            if let Some(mut output) = world.get_mut::<EguiRenderOutput>(output) {
                output.paint_jobs = jobs;
            }
            assert!(world.run_system(keep).is_ok());
            world.get::<EguiRenderOutput>(output).map(|output| output.paint_jobs.len())
        };
        assert_eq!(frame(true, vec![painted]), Some(1));
        assert_eq!(frame(false, Vec::new()), Some(1));
        assert_eq!(frame(false, Vec::new()), Some(1));
        assert_eq!(frame(true, Vec::new()), Some(0));
    }
}
