//! What is forgotten, so that the register stays bounded.

use super::{Key, Record, Standing, WarningState, Warnings, hash_of};
use crate::cap::words::{MessageStatus, MessageType};
use city::CityTime;

impl Warnings {
    /// Forgets what ended longer ago than the rule says, and what is too much. To be called now and then: with each
    /// reading of a list is enough.
    pub fn forget(&mut self, now: CityTime) {
        let listed_ms = self.rule.forget_after_s.saturating_mul(1000);
        let remembered_ms = self.rule.remember_acts_s.saturating_mul(1000);
        let is_over = |at: CityTime, ms: i64| at.plus_ms(ms) < now;
        let mut spent: Vec<Key> = Vec::new();
        let mut kept: Vec<(u8, CityTime, Key)> = Vec::new();
        for (key, standing) in self.everything(now) {
            let ended = ended(key, standing.as_ref());
            match ended {
                Some(at) if is_over(at, listed_ms) => spent.push(key.clone()),
                Some(at) if !acts(self.records.get(key)) => kept.push((0, at, key.clone())),
                Some(_) => kept.push((1, key.3, key.clone())),
                None => kept.push((worth(key.2), key.3, key.clone())),
            }
        }
        for key in spent {
            let Some(record) = self.records.get_mut(&key) else { continue };
            if !acts(Some(record)) || is_over(key.3, remembered_ms) {
                self.records.remove(&key);
                continue;
            }
            if record.forgotten.is_none() {
                record.forgotten = Some(hash_of(&record.alert));
                record.alert.infos = Vec::new();
                record.alert.note = String::new();
            }
            kept.push((1, key.3, key));
        }
        self.drop_surplus(kept);
    }

    /// Drops a tenth more than it must, so that the next message does not have to sort all of them again.
    fn drop_surplus(&mut self, mut kept: Vec<(u8, CityTime, Key)>) {
        if self.records.len() <= self.rule.most_kept {
            return;
        }
        let room = self.rule.most_kept - self.rule.most_kept / 10;
        let surplus = self.records.len().saturating_sub(room);
        kept.sort_unstable();
        for (_, _, key) in kept.into_iter().take(surplus) {
            self.records.remove(&key);
            self.dropped += 1;
        }
    }
}

/// When a message ended: a Cancel with its sending, and one of which only the effect is remembered too.
fn ended(key: &Key, standing: Option<&Standing>) -> Option<CityTime> {
    let Some(standing) = standing else { return Some(key.3) };
    match standing.state {
        WarningState::Superseded | WarningState::Cancelled => standing.by.map(|by| by.sent),
        WarningState::Expired => Some(standing.until),
        WarningState::InForce | WarningState::AllClear | WarningState::NotYetEffective => None,
    }
}

/// True for a message that may have replaced or ended others.
fn acts(record: Option<&Record>) -> bool {
    record.is_some_and(|Record { alert, .. }| {
        alert.message_type == MessageType::Cancel || !alert.references.is_empty()
    })
}

/// What goes first where there are too many: 0 what ended, then 1 what ended others and is over itself, so that
/// nothing stands again for want of room, then what is not real, then what is.
fn worth(status: MessageStatus) -> u8 {
    match status {
        MessageStatus::Test | MessageStatus::Draft | MessageStatus::System => 2,
        MessageStatus::Exercise => 3,
        MessageStatus::Actual => 4,
    }
}
