//! Questions asked of the ground on the map: the profile and sight between two places, and what can be seen from one.
//! Answers are worked out off the frame; a view is laid over the ground, a profile is plotted.

use crate::material::Laid;
use bevy::asset::RenderAssetUsages;
use bevy::prelude::*;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use city::LonLat;
use geodesy::EastNorth;
use shell::{GroundModel, MapPointer, MapTool, Notice, NoticeKind, Repaint};
use terrain::Ground;
use terrain::ask::{AskError, Cell, Eye, Profile, Sight, SightLine, View, Viewshed};

/// A question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// The profile and the sight between two places.
    Line,
    /// What can be seen from a place.
    View,
}

impl Question {
    /// How many places it needs.
    fn places(self) -> usize {
        match self {
            Self::Line => 2,
            Self::View => 1,
        }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The ground along a line, and the sight along it.
    Line(Box<(Profile, Sight)>),
    /// What can be seen.
    View(Box<Viewshed>),
}

/// What is being asked.
#[derive(Resource, Default)]
pub struct Asking {
    /// The question, while one is asked.
    pub question: Option<Question>,
    /// Places named so far.
    pub places: Vec<LonLat>,
    /// Height of the eye above the ground, metres.
    pub eye_m: f64,
    /// How far to look, metres.
    pub radius_m: f64,
    /// The last answer.
    pub answer: Option<Answer>,
    working: Option<Task<Result<Answer, AskError>>>,
}

impl Asking {
    /// Nothing asked; a person's eyes, a radius of 5 km.
    pub fn usual() -> Self {
        Self { eye_m: 1.7, radius_m: 5_000.0, ..Self::default() }
    }

    /// Asks another question, or none.
    pub fn ask(&mut self, question: Option<Question>) {
        *self = Self { question, eye_m: self.eye_m, radius_m: self.radius_m, ..Self::default() };
    }

    /// True while an answer is worked out.
    pub fn is_working(&self) -> bool {
        self.working.is_some()
    }

    /// Asks the same again: the eye or the radius is another.
    pub fn again(&mut self, ground: &Ground) {
        let Some(question) = self.question.filter(|question| self.places.len() == question.places()) else {
            return;
        };
        let (ground, places) = (ground.clone(), self.places.clone());
        let (eye, radius_m) = (Eye::AboveGround(self.eye_m), self.radius_m);
        self.working = Some(AsyncComputeTaskPool::get().spawn(async move {
            match question {
                Question::Line => line(&ground, &places, eye),
                Question::View => {
                    let view = View { eye, ..View::all_around(places[0], radius_m) };
                    Ok(Answer::View(Box::new(ground.viewshed(&view, None)?)))
                }
            }
        }));
    }
}

fn line(ground: &Ground, places: &[LonLat], eye: Eye) -> Result<Answer, AskError> {
    let mut sight = SightLine::from_eyes(places[0], places[1]);
    sight.from.eye = eye;
    // A plot is some hundred points wide; more samples are not seen.
    let step_m = (places[0].distance_m(places[1]) / 800.0).max(ground.spacing_m());
    Ok(Answer::Line(Box::new((ground.profile(places, Some(step_m))?, ground.sight(&sight)?))))
}

/// Takes clicks on the map as places.
pub(crate) fn take_places(
    pointer: Res<MapPointer>,
    keys: Res<ButtonInput<KeyCode>>,
    ground: Res<GroundModel>,
    tool: ResMut<MapTool>,
    mut held: Local<bool>,
    mut asking: ResMut<Asking>,
    mut repaint: ResMut<Repaint>,
) {
    let is_ours = MapTool::hold(tool.into(), MapTool::Ask, asking.question.is_some(), &mut held);
    let Some(question) = asking.question else { return };
    if !is_ours || keys.just_pressed(KeyCode::Escape) {
        asking.ask(None);
        repaint.ask();
    } else if let (true, Some((at, _))) = (pointer.clicked, pointer.ground) {
        if asking.places.len() == question.places() {
            asking.ask(Some(question));
        }
        asking.places.push(at);
        asking.again(&ground.ground);
        repaint.ask();
    }
}

/// Takes an answer that is ready, and lays a view over the ground.
pub(crate) fn take_answer(
    mut asking: ResMut<Asking>,
    mut laid: ResMut<Laid>,
    mut images: ResMut<Assets<Image>>,
    mut repaint: ResMut<Repaint>,
    mut notices: MessageWriter<Notice>,
) {
    let ready = asking.bypass_change_detection().working.as_mut().and_then(check_ready);
    if let Some(ready) = ready {
        asking.working = None;
        match ready {
            Ok(answer) => asking.answer = Some(answer),
            Err(error) => {
                asking.answer = None;
                notices.write(Notice { kind: NoticeKind::Attention, text: error.to_string() });
            }
        }
        repaint.ask();
    }
    if asking.is_changed() {
        let wanted = match &asking.answer {
            Some(Answer::View(view)) => lay(view, &mut images),
            _ => Laid::default(),
        };
        laid.set_if_neq(wanted);
    }
}

/// The image of a view and where it lies.
fn lay(view: &Viewshed, images: &mut Assets<Image>) -> Laid {
    let grid = view.mask.grid;
    let tone = |cell: &u8| match *cell {
        c if c == Cell::Yes as u8 => 255,
        c if c == Cell::No as u8 => 128,
        _ => 0,
    };
    let size = Extent3d { width: grid.columns as u32, height: grid.rows as u32, depth_or_array_layers: 1 };
    let image = Image::new(
        size,
        TextureDimension::D2,
        view.mask.cells.iter().map(tone).collect(),
        TextureFormat::R8Unorm,
        RenderAssetUsages::RENDER_WORLD,
    );
    let half_m = grid.spacing_m / 2.0;
    let corner = EastNorth::new(grid.south_west.east_m - half_m, grid.south_west.north_m - half_m);
    Laid { image: Some(images.add(image)), corner, width_m: grid.spacing_m * grid.columns as f64 }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_line_over_a_ridge_is_a_profile_and_a_blocked_sight() {
        let ground = Ground::shipped().unwrap();
        // From the university town over Geleshan's ridge to Shapingba.
        let places = [LonLat::new(106.31, 29.60), LonLat::new(106.46, 29.55)];
        let Answer::Line(answer) = line(&ground, &places, Eye::AboveGround(1.7)).unwrap() else { panic!() };
        let (profile, sight) = *answer;
        assert!(profile.max.unwrap().height_m.unwrap() > 450.0 && profile.samples.len() > 100);
        assert!(!sight.visible && sight.obstacle.is_some());
        let far = [LonLat::new(106.31, 29.60), LonLat::new(90.0, 29.55)];
        assert!(line(&ground, &far, Eye::AboveGround(1.7)).is_err());
    }

    #[test]
    fn another_question_forgets_the_places_and_keeps_the_eye() {
        let mut asking = Asking { eye_m: 30.0, places: vec![LonLat::new(106.5, 29.5)], ..Asking::usual() };
        asking.ask(Some(Question::View));
        assert!(asking.places.is_empty() && asking.eye_m == 30.0 && asking.question == Some(Question::View));
    }
}
