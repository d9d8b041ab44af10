//! The city's pulse: which vital signs and whether the quality of data somebody looks at, and what was told of them last.

use bevy::prelude::*;
use std::sync::Arc;
use watch::quality::told::QualityTold;
use watch::vital::told::{SignInDepth, SignsTold, Span};

/// What somebody looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VitalsWish {
    /// The area: `city`, a district such as `500103`, a township such as `500103001`; empty for the operator's own.
    pub area: String,
    /// A sign in depth, by its identifier.
    pub sign: Option<String>,
    /// How far its trend reaches back.
    pub span: Span,
    /// Whether the quality of data is looked at.
    pub quality: bool,
}

/// The newest answers to what somebody looks at. Who shows them says by `wish` what it shows; nothing is asked for while
/// that is `None`.
#[derive(Resource, Clone, Debug, Default)]
pub struct Vitals {
    /// What is looked at.
    pub wish: Option<VitalsWish>,
    /// The signs of the area.
    pub signs: Option<Arc<SignsTold>>,
    /// The sign in depth, of that area and span.
    pub sign: Option<Arc<SignInDepth>>,
    /// The quality of data.
    pub quality: Option<Arc<QualityTold>>,
    /// Why nothing newer comes, in one sentence.
    pub trouble: Option<String>,
}

impl Vitals {
    /// Looks at something else from now on; no change where it is the same.
    pub fn look(mut vitals: Mut<Self>, wish: Option<VitalsWish>) {
        if vitals.wish != wish {
            vitals.wish = wish;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_at_the_same_is_no_change() {
        let mut world = World::new();
        world.init_resource::<Vitals>();
        world.clear_trackers();
        Vitals::look(world.resource_mut(), None);
        assert!(!world.is_resource_changed::<Vitals>());
        Vitals::look(world.resource_mut(), Some(VitalsWish::default()));
        assert!(world.is_resource_changed::<Vitals>());
    }
}
