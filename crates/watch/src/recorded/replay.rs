//! Runs rules over a record as they would have run on those days.

use super::{Came, Record};
use crate::register::{FileFault, Said, Whereabouts};
use crate::rules::{Change, Engine, Raise, RuleSet, Subject, Unused, Warning, What};
use city::{CityTime, Jurisdiction};
use std::collections::HashMap;
use std::sync::Arc;

/// How often the engine looks at what comes with time alone, milliseconds, as in a running city.
const TICK_MS: i64 = 1_000;

/// What rules said over a record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replayed {
    /// Everything that was said, in the order it was.
    pub said: Vec<Said>,
    /// How many observations there were.
    pub observations: u64,
    /// How many of them the rules could use.
    pub used: u64,
    /// How many came too late to be looked at in their order.
    pub late: u64,
    /// How many could not be used, by why.
    pub unused: Vec<(Unused, u64)>,
}

/// Runs `rules` over `observations` of `record` until the end of its span.
pub fn replay(
    rules: RuleSet,
    record: &Record,
    observations: impl Iterator<Item = Result<Came, FileFault>>,
) -> Result<Replayed, FileFault> {
    let mut observations = observations.peekable();
    let first = match observations.peek() {
        Some(Ok(came)) => came.at.min(record.about.from),
        _ => record.about.from,
    };
    let mut engine = Engine::new(rules, first);
    for info in &record.devices {
        // What keeps a device out was told when the record was read: twice the same, or off the globe.
        let _ = engine.enrol(info.clone());
    }
    let mut told = Told::default();
    let mut ticked = first;
    let until = record.about.until;
    for came in observations {
        let came = came?;
        if came.at >= until {
            break;
        }
        while ticked.plus_ms(TICK_MS) <= came.at {
            ticked = ticked.plus_ms(TICK_MS);
            told.hear(engine.tick(ticked));
        }
        told.replayed.observations += 1;
        told.hear(engine.observe(&[came.observation], came.at));
    }
    while ticked < until {
        ticked = ticked.plus_ms(TICK_MS).min(until);
        told.hear(engine.tick(ticked));
    }
    let health = engine.health();
    let Told { mut replayed, .. } = told;
    (replayed.used, replayed.late) = (health.used, health.late);
    replayed.unused = health.unused.iter().map(|(why, (count, _))| (*why, *count)).collect();
    Ok(replayed)
}

#[derive(Default)]
struct Told {
    replayed: Replayed,
    /// Where those stand in `said` that still hold.
    up: HashMap<Arc<str>, usize>,
}

impl Told {
    fn hear(&mut self, changes: Vec<Change>) {
        for Change { at, what } in changes {
            match what {
                What::Raised(w) | What::Recoloured(w, _) | What::Joined(w, _) | What::Flapping(w) => {
                    // A sign that leads to nothing is no warning.
                    if w.raises == Raise::Nothing {
                        self.over(&w, at);
                    } else if !self.up.contains_key(&w.id) {
                        self.up.insert(w.id.clone(), self.replayed.said.len());
                        self.replayed.said.push(said(&w, at));
                    }
                }
                What::Cleared(w, _) => self.over(&w, at),
                // Members of grouped warnings are told one by one as well, each by its own rule.
                What::Grouped(_) | What::GroupChanged(_) | What::GroupCleared(_) => {}
            }
        }
    }

    fn over(&mut self, warning: &Warning, at: CityTime) {
        if let Some(said) = self.up.remove(&warning.id).and_then(|place| self.replayed.said.get_mut(place)) {
            said.until = Some(at);
        }
    }
}

fn said(warning: &Warning, at: CityTime) -> Said {
    let spot = || warning.at.map_or(Whereabouts::Everywhere, Whereabouts::Spot);
    let (device, place) = match &warning.subject {
        Subject::Device(_, id) => (Some(id.clone()), spot()),
        Subject::Spot(at) => (None, Whereabouts::Spot(*at)),
        Subject::Township(code) => (None, Whereabouts::Area(Jurisdiction::Township(*code))),
        Subject::District(code) => (None, Whereabouts::Area(Jurisdiction::District(*code))),
        Subject::City | Subject::Gateway(_) | Subject::Source(_) => (None, spot()),
    };
    Said { algorithm: (&*warning.rule.algorithm.id).into(), at, until: None, device, place }
}
