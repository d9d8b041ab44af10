//! How kinds of points look: shape and size by class, colour by how a value stands, fading by age.

use bevy::prelude::*;
use bevy::render::render_resource::ShaderType;
use layers::AgeRule;
use layers::points::{Kind, Points};
use shell::Theme;

/// Looks the shader can tell apart.
pub(crate) const LOOKS: usize = 64;

/// How a class of points looks; the shader's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, ShaderType)]
pub(crate) struct Look {
    /// Shape, size across in points, 1 where it is an outline.
    pub shape: Vec4,
    /// Linear colour as long as nothing stands out.
    pub colour: Vec4,
    /// Seconds after which it begins to fade, and after which it is silent.
    pub age: Vec4,
}

/// The looks of all sets on the map.
#[derive(Clone, Debug, Default)]
pub(crate) struct Looks {
    /// A kind of each look.
    kinds: Vec<Kind>,
}

impl Looks {
    /// The look of each kind of `points`; kinds past the last look that can be told apart share it.
    pub fn of(&mut self, points: &Points) -> Vec<u32> {
        points.kinds().iter().map(|kind| self.number(kind)).collect()
    }

    fn number(&mut self, kind: &Kind) -> u32 {
        let known = self.kinds.iter().position(|held| (&held.class, held.grade) == (&kind.class, kind.grade));
        let number = known.unwrap_or_else(|| {
            if self.kinds.len() < LOOKS {
                self.kinds.push(kind.clone());
            }
            self.kinds.len() - 1
        });
        number as u32
    }

    /// The table for the shader.
    pub fn table(&self, theme: &Theme) -> Vec<Look> {
        let look = |kind: &Kind| {
            let Kind { class, grade, .. } = kind;
            let colour = match grade {
                Some(grade) => shell::symbols::grade_colour(theme, *grade),
                None => theme.map.device,
            };
            let (shape, is_hollow) = shell::symbols::class_symbol(class);
            // What has a grade is drawn as much larger as it is graver; the shader does that by its rank.
            let size = if grade.is_some() { theme.size.risk_point * 0.62 } else { theme.size.device * 1.6 };
            let age = AgeRule::of(class);
            let (fades_s, silent_s) = match grade {
                Some(_) => (f32::MAX, f32::MAX),
                None => (age.fades_s as f32, age.silent_s as f32),
            };
            Look {
                shape: Vec4::new(shape as u32 as f32, size, f32::from(u8::from(is_hollow)), 0.0),
                colour: colour.linear().to_vec4(),
                age: Vec4::new(fades_s, silent_s, 0.0, 0.0),
            }
        };
        let mut table: Vec<Look> = self.kinds.iter().map(look).collect();
        table.resize(LOOKS, Look::default());
        table
    }
}
