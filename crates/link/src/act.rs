//! Commands from a file or a pipe: submitted, waited for, and told in their order.

use crate::message::{CommandKey, LinkMessage, Outcome};
use crate::thread::Link;
use city::Command;
use feeds::FeedHealth;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// How many commands are under way at once; each still waits for the one before to be answered.
const UNDER_WAY: usize = 256;

/// What happens while [`act`] waits.
#[derive(Clone, Debug, PartialEq)]
pub enum Acted {
    /// A command that an earlier run had accepted and not seen answered.
    LeftBefore {
        /// Its key.
        key: CommandKey,
        /// The command.
        command: Command,
        /// What came of it.
        outcome: Outcome,
    },
    /// One of ours, by its place in the list.
    Answered {
        /// Its place, from 0.
        index: usize,
        /// Its key.
        key: CommandKey,
        /// What came of it.
        outcome: Outcome,
    },
    /// Why commands wait, in words; told when it changes.
    Waiting(String),
}

/// Submits all of `commands` in order and waits until each is answered, telling `on` as it goes; what earlier runs
/// left for this backend is finished first, also when `commands` is empty. With `patience`, gives up after so long; what is then still
/// unanswered stays in the outbox and is sent by the next link. Returns how many were
/// not answered.
pub fn act(
    link: &Link,
    commands: Vec<Command>,
    patience: Option<Duration>,
    mut on: impl FnMut(Acted),
) -> usize {
    let until = patience.map(|p| Instant::now() + p);
    let mut left = commands.into_iter().enumerate();
    let mut ours: HashMap<CommandKey, usize> = HashMap::new();
    let mut before: HashSet<CommandKey> = link.left_before().iter().copied().collect();
    let mut told = String::new();
    loop {
        while ours.len() < UNDER_WAY {
            let Some((index, command)) = left.next() else { break };
            ours.insert(link.submit(command), index);
        }
        if ours.is_empty() && before.is_empty() {
            return 0;
        }
        let wait = Duration::from_millis(500);
        let wait = until.map_or(wait, |until| wait.min(until.saturating_duration_since(Instant::now())));
        if wait.is_zero() {
            return before.len() + ours.len() + left.len();
        }
        match link.wait(wait) {
            Some(LinkMessage::Answered { key, command, outcome }) => on(match ours.remove(&key) {
                Some(index) => Acted::Answered { index, key, outcome },
                None => {
                    before.remove(&key);
                    Acted::LeftBefore { key, command, outcome }
                }
            }),
            Some(LinkMessage::Health(health)) => {
                let words = why_waiting(&health);
                if words != told {
                    told.clone_from(&words);
                    if !words.is_empty() {
                        on(Acted::Waiting(words));
                    }
                }
            }
            _ => {}
        }
    }
}

/// What keeps commands from being answered: the commands' own trouble, else that of the connection.
fn why_waiting(health: &[FeedHealth]) -> String {
    let message = |name| health.iter().find(|f| f.name == name).map_or("", |f| f.message.as_str());
    match message("commands") {
        "" => message("events").to_owned(),
        own => own.to_owned(),
    }
}
