//! Changes of an algorithm's state: which are possible, and what is kept of them.

use super::Register;
use city::{AlgorithmId, AlgorithmState, CityTime, StateChange};
use thiserror::Error;

/// The longest reason kept, in characters.
const LONGEST_REASON: usize = 500;

/// Why a state cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChangeRefusal {
    /// The register does not know the algorithm.
    #[error("`{0}` is not in the register of algorithms")]
    Unknown(AlgorithmId),
    /// It cannot come from its state into that one.
    #[error("`{id}` cannot go from {from} to {to}: only from trial into use, and from anywhere to withdrawn or trial", from = from.key(), to = to.key())]
    Impossible {
        /// Which algorithm.
        id: AlgorithmId,
        /// Its state.
        from: AlgorithmState,
        /// The state asked for.
        to: AlgorithmState,
    },
    /// It was never withdrawn from a known state, so there is nothing to restore.
    #[error("`{0}` was not withdrawn here: put it to trial")]
    NothingToRestore(AlgorithmId),
    /// It changed after that time.
    #[error("`{id}` changed last at {last}, after {at}")]
    TooEarly {
        /// Which algorithm.
        id: AlgorithmId,
        /// When it last changed.
        last: CityTime,
        /// The time of the change.
        at: CityTime,
    },
    /// A change needs who and why, in at most 500 characters.
    #[error("say who changes `{0}` and why, in at most 500 characters")]
    NoReason(AlgorithmId),
    /// The change was made of another state than the one it finds.
    #[error("`{id}` is {found}, and the change says {said}", found = found.key(), said = said.key())]
    OtherState {
        /// Which algorithm.
        id: AlgorithmId,
        /// Its state here.
        found: AlgorithmState,
        /// Its state in the change.
        said: AlgorithmState,
    },
}

impl Register {
    /// Stops `id` at once; from trial or use.
    pub fn withdraw(
        &mut self,
        id: &AlgorithmId,
        by: &str,
        at: CityTime,
        reason: &str,
    ) -> Result<StateChange, ChangeRefusal> {
        self.change(id, AlgorithmState::Withdrawn, by, at, reason)
    }

    /// Lets `id` run and marks what it says; from use, or after it was withdrawn.
    pub fn put_to_trial(
        &mut self,
        id: &AlgorithmId,
        by: &str,
        at: CityTime,
        reason: &str,
    ) -> Result<StateChange, ChangeRefusal> {
        self.change(id, AlgorithmState::Trial, by, at, reason)
    }

    /// Takes `id` into use after its trial.
    pub fn take_into_use(
        &mut self,
        id: &AlgorithmId,
        by: &str,
        at: CityTime,
        reason: &str,
    ) -> Result<StateChange, ChangeRefusal> {
        self.change(id, AlgorithmState::InUse, by, at, reason)
    }

    /// Takes back a withdrawal: `id` is again what it was before.
    pub fn restore(
        &mut self,
        id: &AlgorithmId,
        by: &str,
        at: CityTime,
        reason: &str,
    ) -> Result<StateChange, ChangeRefusal> {
        let entry = self.entries.get(id).ok_or_else(|| ChangeRefusal::Unknown(id.clone()))?;
        let withdrawal = entry.changes.last().filter(|c| c.to == AlgorithmState::Withdrawn);
        let before = withdrawal.ok_or_else(|| ChangeRefusal::NothingToRestore(id.clone()))?.from;
        self.change(id, before, by, at, reason)
    }

    fn change(
        &mut self,
        id: &AlgorithmId,
        to: AlgorithmState,
        by: &str,
        at: CityTime,
        reason: &str,
    ) -> Result<StateChange, ChangeRefusal> {
        let entry = self.entries.get(id).ok_or_else(|| ChangeRefusal::Unknown(id.clone()))?;
        let change = StateChange {
            algorithm: id.clone(),
            from: entry.state,
            to,
            by: by.trim().to_owned(),
            at,
            reason: reason.trim().to_owned(),
        };
        self.apply(&change)?;
        Ok(change)
    }

    /// Makes a change that was made before, as when a journal is read; checked like a new one.
    pub fn apply(&mut self, change: &StateChange) -> Result<(), ChangeRefusal> {
        let id = &change.algorithm;
        let entry = self.entries.get_mut(id).ok_or_else(|| ChangeRefusal::Unknown(id.clone()))?;
        if entry.state != change.from {
            return Err(ChangeRefusal::OtherState { id: id.clone(), found: entry.state, said: change.from });
        }
        if !entry.may_change(change) {
            return Err(ChangeRefusal::Impossible { id: id.clone(), from: change.from, to: change.to });
        }
        if change.by.is_empty() || change.reason.is_empty() || change.reason.chars().count() > LONGEST_REASON
        {
            return Err(ChangeRefusal::NoReason(id.clone()));
        }
        if let Some(last) = entry.changes.last().filter(|last| last.at > change.at) {
            return Err(ChangeRefusal::TooEarly { id: id.clone(), last: last.at, at: change.at });
        }
        entry.state = change.to;
        entry.changes.push(change.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_keep_their_order_their_reason_and_can_be_replayed() {
        let mut register = Register::shipped().unwrap();
        let id = AlgorithmId::from("notices.trend");
        let (by, t) = ("officer:li", CityTime);
        let mut made = Vec::new();
        assert!(matches!(register.restore(&id, by, t(1), "x"), Err(ChangeRefusal::NothingToRestore(_))));
        made.push(register.withdraw(&id, by, t(1), "误报").unwrap());
        assert!(matches!(register.withdraw(&id, by, t(2), "再"), Err(ChangeRefusal::Impossible { .. })));
        assert!(matches!(
            register.take_into_use(&id, by, t(2), "直接"),
            Err(ChangeRefusal::Impossible { .. })
        ));
        assert!(matches!(register.put_to_trial(&id, by, t(0), "早"), Err(ChangeRefusal::TooEarly { .. })));
        assert!(matches!(register.put_to_trial(&id, by, t(3), " "), Err(ChangeRefusal::NoReason(_))));
        assert!(matches!(register.put_to_trial(&id, "", t(3), "x"), Err(ChangeRefusal::NoReason(_))));
        made.push(register.put_to_trial(&id, by, t(3), "已修正").unwrap());
        made.push(register.take_into_use(&id, by, t(4), "评估合格").unwrap());
        made.push(register.withdraw(&id, by, t(5), "误操作").unwrap());
        made.push(register.restore(&id, by, t(6), "撤回误操作").unwrap());
        assert_eq!(register.get(&id).unwrap().state, AlgorithmState::InUse);

        let mut replayed = Register::shipped().unwrap();
        for change in &made {
            replayed.apply(change).unwrap();
        }
        assert_eq!(replayed, register);
        assert!(matches!(replayed.apply(&made[0]), Err(ChangeRefusal::OtherState { .. })));
        let strange = AlgorithmId::from("x");
        assert!(matches!(replayed.withdraw(&strange, by, t(9), "y"), Err(ChangeRefusal::Unknown(_))));
    }
}
