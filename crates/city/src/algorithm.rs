//! One entry of the register of algorithms (算法备案). Deliberately absent: the list itself and who may change it.

use crate::{AlgorithmId, CityTime, DailyRate, Share, TwoTongues};
use serde::{Deserialize, Serialize};

/// Whether an algorithm may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AlgorithmState {
    /// 试运行: it runs, and what it says is marked as on trial.
    Trial,
    /// 在用: it runs.
    InUse,
    /// 停用: it does not run, and nothing new may name it.
    Withdrawn,
}

impl AlgorithmState {
    /// All states.
    pub const ALL: [AlgorithmState; 3] = [Self::Trial, Self::InUse, Self::Withdrawn];

    /// The key on the wire, camelCase; also the key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Trial => "trial",
            Self::InUse => "inUse",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// How well an algorithm did on recorded data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evaluation {
    /// When it was evaluated.
    pub at: CityTime,
    /// The version that was evaluated.
    pub version: String,
    /// On which recorded data, in words.
    pub data: String,
    /// From when on the record was judged.
    pub from: CityTime,
    /// Until when.
    pub until: CityTime,
    /// Of what it said, the share that was true.
    pub precision: Share,
    /// Of what was true, the share that it said.
    pub recall: Share,
    /// What it said and was not true, a day.
    pub false_alarms: DailyRate,
    /// What it said and cannot be judged yet; in none of the figures.
    pub unjudged: u64,
    /// From the beginning of what was true until it was said, the median, seconds; below 0 where it was said before.
    /// `None` where nothing was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_s: Option<f64>,
    /// True where the record was made up, as in an exercise: then the figures show that the machinery works, and not how
    /// often the algorithm is right in the city.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub made_up: bool,
}

/// The longest description of the data of an evaluation, characters.
const LONGEST_DATA: usize = 500;

impl Evaluation {
    /// What in it cannot be, as its field and why.
    pub fn fault(&self) -> Option<(&'static str, &'static str)> {
        let is_share = |share: &Share| share.hits <= share.of;
        let length = self.data.trim().chars().count();
        let checks = [
            (self.version.is_empty(), "version", "say which version was evaluated"),
            (length == 0 || length > LONGEST_DATA, "data", "say on which data, in 1 to 500 characters"),
            (self.from >= self.until, "until", "the record must end after it begins"),
            (!is_share(&self.precision), "precision", "more hits than there were"),
            (!is_share(&self.recall), "recall", "more hits than there were"),
            (
                !(self.false_alarms.days.is_finite() && self.false_alarms.days > 0.0),
                "falseAlarms",
                "the days must be a number above 0",
            ),
            (!self.delay_s.is_none_or(f64::is_finite), "delayS", "the delay must be a number"),
        ];
        checks.into_iter().find(|(wrong, ..)| *wrong).map(|(_, field, why)| (field, why))
    }
}

/// A change of an algorithm's state: who, when and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StateChange {
    /// Whose state.
    pub algorithm: AlgorithmId,
    /// The state before.
    pub from: AlgorithmState,
    /// The state since.
    pub to: AlgorithmState,
    /// Who changed it; empty where that is withheld.
    #[serde(default)]
    pub by: String,
    /// When.
    pub at: CityTime,
    /// Why.
    pub reason: String,
}

/// An algorithm that the console or the backend runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Algorithm {
    /// Its identifier.
    pub id: AlgorithmId,
    /// The version that runs.
    pub version: String,
    /// Its name.
    pub name: TwoTongues,
    /// What it is for.
    pub purpose: TwoTongues,
    /// Who answers for it: a department or office.
    pub owner: String,
    /// Where its code is, a path in the repository.
    pub code: String,
    /// What it is told.
    pub inputs: Vec<String>,
    /// Where what it says holds, and where it does not.
    pub validity: TwoTongues,
    /// The published method it follows, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Whether it may run.
    pub state: AlgorithmState,
    /// Its last evaluation; `None` says that it has not been evaluated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<Evaluation>,
    /// Every change of its state, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<StateChange>,
}

impl Algorithm {
    /// True when `change` is possible: to trial from anywhere, into use from trial, withdrawn from anywhere; and from
    /// withdrawn straight into use only where that takes a withdrawal from use back.
    pub fn may_change(&self, change: &StateChange) -> bool {
        let takes_back = || {
            let last = self.changes.last();
            last.is_some_and(|c| c.from == AlgorithmState::InUse && c.to == AlgorithmState::Withdrawn)
        };
        change.from == self.state
            && match (change.from, change.to) {
                (from, to) if from == to => false,
                (AlgorithmState::Withdrawn, AlgorithmState::InUse) => takes_back(),
                _ => true,
            }
    }

    /// True when the version that runs has been evaluated; an older version's figures say nothing of it.
    pub fn is_evaluated(&self) -> bool {
        self.evaluation.as_ref().is_some_and(|e| e.version == self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_says_the_key() {
        for state in AlgorithmState::ALL {
            assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{}\"", state.key()));
        }
    }
}
