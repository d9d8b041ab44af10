//! A little of what waits each frame, and out with what the operator did.

use crate::RunningLink;
use crate::desk::Desk;
use bevy::prelude::*;
use shell::Act;
use std::time::{Duration, Instant};

/// How long draining may take in one frame; what is left waits for the next.
const BUDGET: Duration = Duration::from_millis(1);
/// How many messages are taken at once, between looks at the time.
const AT_ONCE: usize = 32;

/// Drains the link into the resources.
pub(crate) fn ingest(link: Res<RunningLink>, mut desk: Desk) {
    if desk.stands_still() {
        return;
    }
    let begin = Instant::now();
    let mut changed = false;
    while begin.elapsed() < BUDGET {
        let messages = link.0.drain(AT_ONCE);
        let was_last = messages.len() < AT_ONCE;
        for message in messages {
            changed |= desk.take(message);
        }
        if was_last {
            break;
        }
    }
    if changed {
        desk.say_changed();
    }
}

/// Hands what the operator did to the outbox.
pub(crate) fn send_acts(link: Res<RunningLink>, mut acts: MessageReader<Act>) {
    for Act(command) in acts.read() {
        link.0.submit(command.clone());
    }
}
