//! A whole question and its answer, worked out by a router that is ready.

use crate::told::Told;
use city::LonLat;
use roads::{Closed, Closure, Isochrone, Mode, RoadError, Router};

/// The minutes of a reach.
pub const MINUTES: [f64; 4] = [5.0, 10.0, 15.0, 30.0];

/// The minutes of a reach as whole numbers, for words.
pub fn reach_minutes(isochrone: &Isochrone) -> String {
    format!("{:.0}", isochrone.minutes)
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Question {
    /// The quickest way.
    Route {
        /// Where it begins.
        from: LonLat,
        /// Where it ends.
        to: LonLat,
    },
    /// What is reached in [`MINUTES`].
    Reach {
        /// From where.
        from: LonLat,
    },
}

/// A question with everything its answer depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Who moves.
    pub mode: Mode,
    /// What is asked.
    pub question: Question,
    /// The edges closed, in order.
    pub closed: Vec<u32>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The quickest way, and what is told of it.
    Route(Box<Told>),
    /// What is reached, by minutes.
    Reach(Vec<Isochrone>),
}

impl Asked {
    /// The answer, from a router of this profile; closures are set on it where they are others.
    ///
    /// # Errors
    /// No road near a place, or no way, with the reason.
    pub fn answer(&self, router: &mut Router) -> Result<Answer, RoadError> {
        if router.closed() != self.closed {
            let closures: Vec<Closure> =
                self.closed.iter().map(|edge| Closure::to_all(Closed::Edge(*edge))).collect();
            router.close(&closures);
        }
        match self.question {
            Question::Route { from, to } => {
                let route = router.route(from, to)?;
                Ok(Answer::Route(Box::new(Told::of(router.streets(), route))))
            }
            Question::Reach { from } => {
                let longest = MINUTES.iter().copied().fold(0.0, f64::max);
                let reach = router.reach(&[from.into()], longest * 60.0)?;
                Ok(Answer::Reach(router.isochrones(&reach, &MINUTES)))
            }
        }
    }
}
