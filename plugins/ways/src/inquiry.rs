//! What is asked of the roads: the tool in hand, who moves, the places named, the roads closed, and the answer.

use crate::answer::{Answer, Asked, Question};
use bevy::prelude::*;
use city::LonLat;
use roads::{Mode, RoadError};

/// What a click on the map is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// It names where a route begins, then where it ends.
    Route,
    /// It names from where one would reach.
    Reach,
    /// It closes a road, or opens it again.
    Close,
}

impl Tool {
    /// All, with the keys of their words.
    pub const ALL: [(Tool, &'static str); 3] =
        [(Tool::Route, "ways.route"), (Tool::Reach, "ways.reach"), (Tool::Close, "ways.close")];
}

/// What is being done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Nothing.
    #[default]
    Idle,
    /// The network is made ready for who moves; seconds, once for each.
    Preparing,
    /// An answer is worked out.
    Working,
}

/// What is asked, and the answer to it.
#[derive(Resource, Debug)]
pub struct Inquiry {
    /// What clicks on the map are for, while they are ours.
    pub tool: Option<Tool>,
    /// Who moves.
    pub mode: Mode,
    /// Places named: one for a reach, two for a route.
    pub places: Vec<LonLat>,
    /// Closures in the order they were made, each the edges of the road at one place.
    pub closures: Vec<Vec<u32>>,
    /// What is being done.
    pub stage: Stage,
    /// How many edges the network has, once it is there, and whether it was imported.
    pub network: Option<(usize, bool)>,
    /// What the places are named for: a route or a reach.
    places_for: Tool,
    /// The question answered last, and the answer; none once something else is asked.
    answered: Option<(Asked, Result<Answer, RoadError>)>,
}

impl Default for Inquiry {
    fn default() -> Self {
        Self {
            tool: None,
            mode: Mode::Emergency,
            places: Vec::new(),
            closures: Vec::new(),
            stage: Stage::Idle,
            network: None,
            places_for: Tool::Route,
            answered: None,
        }
    }
}

impl Inquiry {
    /// A route that is asked from the start.
    pub fn route(mode: Mode, from: LonLat, to: LonLat) -> Self {
        Self { mode, places: vec![from, to], ..Self::default() }
    }

    /// Takes a tool in hand, or lays it down when it is the one in hand. Another question forgets the places.
    pub fn press(&mut self, tool: Tool) {
        if self.tool == Some(tool) {
            self.tool = None;
            return;
        }
        self.tool = Some(tool);
        if tool != Tool::Close && tool != self.places_for {
            self.clear();
            self.places_for = tool;
        }
    }

    /// Names a place: the next of the question, or the first of a new one.
    pub fn name_place(&mut self, at: LonLat) {
        if self.question().is_some() {
            self.clear();
        }
        self.places.push(at);
    }

    /// Closes the road of `edges`, or opens it when its first is closed.
    pub fn toggle(&mut self, edges: Vec<u32>) {
        let Some(first) = edges.first() else { return };
        match self.closures.iter().position(|closed| closed.contains(first)) {
            Some(known) => drop(self.closures.remove(known)),
            None => self.closures.push(edges),
        }
    }

    /// Forgets the question and its answer; what is closed stays closed.
    pub fn clear(&mut self) {
        self.places.clear();
        self.answered = None;
    }

    /// Everything as at the start: the network is another, and edges of the old one mean nothing in it.
    pub fn forget_network(&mut self) {
        self.clear();
        self.closures.clear();
        self.network = None;
    }

    fn question(&self) -> Option<Question> {
        match (self.places_for, self.places.as_slice()) {
            (Tool::Reach, [from]) => Some(Question::Reach { from: *from }),
            (Tool::Route, [from, to]) => Some(Question::Route { from: *from, to: *to }),
            _ => None,
        }
    }

    /// The whole question, once all its places are named.
    pub fn asked(&self) -> Option<Asked> {
        let mut closed = self.closures.concat();
        closed.sort_unstable();
        closed.dedup();
        self.question().map(|question| Asked { mode: self.mode, question, closed })
    }

    /// What is asked and not yet answered.
    pub fn open_question(&self) -> Option<Asked> {
        let answered = self.answered.as_ref().map(|answered| &answered.0);
        self.asked().filter(|asked| answered != Some(asked))
    }

    /// The answer to what is asked now.
    pub fn answer(&self) -> Option<&Result<Answer, RoadError>> {
        let (asked, answer) = self.answered.as_ref()?;
        (self.asked().as_ref() == Some(asked)).then_some(answer)
    }

    /// Learns an answer; one to a question that is no more asked is of no use.
    pub fn learn(&mut self, asked: Asked, answer: Result<Answer, RoadError>) {
        if self.asked().as_ref() == Some(&asked) {
            self.answered = Some((asked, answer));
        }
    }
}
