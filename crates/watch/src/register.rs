//! The register of algorithms (算法备案): what runs, for what, whose it is, where it holds, how well it did.
//!
//! [`Register::shipped`] reads `assets/watch/algorithms.toml`. Whoever is about to compute asks
//! [`Register::standing`] first, so that a withdrawn algorithm stops at once; changes of state are checked here and
//! kept with who, when and why. [`evaluate`] makes the figures. Deliberately absent: who may change it, and the journal.

mod change;
mod evaluate;
mod reading;

pub use change::ChangeRefusal;
pub use evaluate::{Judged, Said, Truth, Whereabouts, evaluate};
pub use reading::FileFault;
pub(crate) use reading::from_toml;

use city::{Algorithm, AlgorithmId, AlgorithmState};
use std::collections::BTreeMap;
use thiserror::Error;

/// Every algorithm that the program runs, by its identifier.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Register {
    entries: BTreeMap<AlgorithmId, Algorithm>,
}

/// Why an algorithm may not run.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotAllowed {
    /// The register does not know it.
    #[error("`{0}` is not in the register of algorithms")]
    Unknown(AlgorithmId),
    /// The register names another version.
    #[error("`{id}` runs in version {asked}, and the register has {registered}")]
    OtherVersion {
        /// Which algorithm.
        id: AlgorithmId,
        /// The version that would run.
        asked: String,
        /// The version in the register.
        registered: String,
    },
    /// It was withdrawn.
    #[error("`{id}` is withdrawn{why}")]
    Withdrawn {
        /// Which algorithm.
        id: AlgorithmId,
        /// By whom, when and why, where that is known.
        why: String,
    },
}

impl Register {
    /// The register that ships.
    pub fn shipped() -> Result<Self, FileFault> {
        Self::read("algorithms.toml", include_str!("../../../assets/watch/algorithms.toml"))
    }

    /// A register of these entries, such as a city's.
    pub fn of(entries: impl IntoIterator<Item = Algorithm>) -> Self {
        Self { entries: entries.into_iter().map(|entry| (entry.id.clone(), entry)).collect() }
    }

    /// Every entry, in the order of identifiers.
    pub fn entries(&self) -> impl Iterator<Item = &Algorithm> {
        self.entries.values()
    }

    /// The entry of `id`.
    pub fn get(&self, id: &AlgorithmId) -> Option<&Algorithm> {
        self.entries.get(id)
    }

    /// The state in which `id` may run in `version`, or why it may not.
    pub fn standing(&self, id: &AlgorithmId, version: &str) -> Result<AlgorithmState, NotAllowed> {
        let entry = self.get(id).ok_or_else(|| NotAllowed::Unknown(id.clone()))?;
        if entry.state == AlgorithmState::Withdrawn {
            let last = entry.changes.last().filter(|c| c.to == AlgorithmState::Withdrawn);
            let why = last.map_or(String::new(), |c| format!(" by {} at {}: {}", c.by, c.at, c.reason));
            return Err(NotAllowed::Withdrawn { id: id.clone(), why });
        }
        if entry.version != version {
            let (asked, registered) = (version.to_owned(), entry.version.clone());
            return Err(NotAllowed::OtherVersion { id: id.clone(), asked, registered });
        }
        Ok(entry.state)
    }

    /// True when `id` may run in `version`: in use, or on trial.
    pub fn is_allowed(&self, id: &AlgorithmId, version: &str) -> bool {
        self.standing(id, version).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_names_code_that_is_there() {
        let register = Register::shipped().unwrap();
        assert!(register.entries().count() >= 25);
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for entry in register.entries() {
            assert!(root.join(&entry.code).exists(), "{}: no {}", entry.id, entry.code);
            assert!(!entry.is_evaluated(), "{}: figures do not ship", entry.id);
        }
    }

    #[test]
    fn what_is_unknown_of_another_version_or_withdrawn_may_not_run() {
        let mut register = Register::shipped().unwrap();
        let id = AlgorithmId::from("notices.cluster");
        assert!(register.is_allowed(&id, "1"));
        assert!(matches!(register.standing(&id, "2"), Err(NotAllowed::OtherVersion { .. })));
        assert!(matches!(register.standing(&"no.such".into(), "1"), Err(NotAllowed::Unknown(_))));
        register.withdraw(&id, "officer:li", city::CityTime(5), "误报过多").unwrap();
        let why = register.standing(&id, "1").unwrap_err().to_string();
        assert!(why.contains("officer:li") && why.contains("误报过多"), "{why}");
        assert!(!register.is_allowed(&id, "1"));
    }
}
