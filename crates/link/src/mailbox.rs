//! What waits for the console: bounded, and never waited for by whoever draws.
//!
//! Events and answers wait in order, and the link waits for room. Telemetry keeps the newest value per id and
//! health the newest word, so neither can fill it. The lock is held for moves in memory only.

use crate::message::LinkMessage;
use city::TelemetryBatch;
use feeds::{Coalesced, FeedHealth};
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Full, coalesced and health may come beside the queue.
const BESIDE_QUEUE: usize = 3;

pub(crate) struct Mailbox {
    waiting: Mutex<Waiting>,
    news: Condvar,
    room: Notify,
    bound: usize,
}

#[derive(Default)]
struct Waiting {
    queue: VecDeque<LinkMessage>,
    telemetry: Coalesced,
    health: Option<Vec<FeedHealth>>,
    closed: bool,
}

impl Waiting {
    fn take(&mut self) -> Option<LinkMessage> {
        (self.queue.pop_front())
            .or_else(|| self.telemetry.take().map(LinkMessage::Telemetry))
            .or_else(|| self.health.take().map(LinkMessage::Health))
    }
}

impl Mailbox {
    pub(crate) fn new(bound: usize) -> Self {
        Self { waiting: Mutex::default(), news: Condvar::new(), room: Notify::new(), bound: bound.max(1) }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts an event, a snapshot, risk points or an answer, when there is room.
    pub(crate) async fn put(&self, message: LinkMessage) {
        loop {
            let room = self.room.notified();
            {
                let mut waiting = self.lock();
                if waiting.closed {
                    return;
                }
                if waiting.queue.len() < self.bound {
                    waiting.queue.push_back(message);
                    self.news.notify_all();
                    return;
                }
            }
            room.await;
        }
    }

    /// Puts an answer whether there is room or not: for refusals in the hand of the caller itself.
    pub(crate) fn put_now(&self, message: LinkMessage) {
        self.lock().queue.push_back(message);
        self.news.notify_all();
    }

    /// Puts telemetry; returns how many waiting values it replaced.
    pub(crate) fn put_telemetry(&self, batch: TelemetryBatch) -> u64 {
        let superseded = self.lock().telemetry.push(batch);
        self.news.notify_all();
        superseded
    }

    /// Puts the newest word on health.
    pub(crate) fn put_health(&self, health: Vec<FeedHealth>) {
        self.lock().health = Some(health);
        self.news.notify_all();
    }

    /// Takes up to `max` messages without waiting; telemetry and health are not held up by a queue of events.
    pub(crate) fn drain(&self, max: usize) -> Vec<LinkMessage> {
        let mut waiting = self.lock();
        let of_queue = max.saturating_sub(BESIDE_QUEUE).max(1).min(waiting.queue.len()).min(max);
        let mut out: Vec<_> = waiting.queue.drain(..of_queue).collect();
        while out.len() < max {
            let beside = waiting.telemetry.take().map(LinkMessage::Telemetry);
            match beside.or_else(|| waiting.health.take().map(LinkMessage::Health)) {
                Some(message) => out.push(message),
                None => break,
            }
        }
        drop(waiting);
        self.room.notify_waiters();
        out
    }

    /// Takes one message, waiting for it up to `timeout`.
    pub(crate) fn wait(&self, timeout: Duration) -> Option<LinkMessage> {
        let until = Instant::now() + timeout;
        let mut waiting = self.lock();
        loop {
            if let Some(message) = waiting.take() {
                drop(waiting);
                self.room.notify_waiters();
                return Some(message);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || waiting.closed {
                return None;
            }
            waiting = self.news.wait_timeout(waiting, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Nobody takes any more: whoever waits for room goes on.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.room.notify_waiters();
        self.news.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use city::CityTime;

    fn connected(ms: i64) -> LinkMessage {
        LinkMessage::Connected { now: CityTime(ms), speed: 1.0, actor: None, withheld: Vec::new() }
    }

    #[tokio::test]
    async fn a_full_mailbox_makes_the_sender_wait_and_loses_nothing() {
        let mailbox = Mailbox::new(2);
        mailbox.put(connected(1)).await;
        mailbox.put(connected(2)).await;
        let mut third = std::pin::pin!(mailbox.put(connected(3)));
        tokio::select! {
            biased;
            () = third.as_mut() => panic!("there was no room"),
            () = std::future::ready(()) => {}
        }
        mailbox.put_health(Vec::new());
        assert_eq!(mailbox.drain(2), vec![connected(1), LinkMessage::Health(Vec::new())]);
        third.await;
        assert_eq!(mailbox.drain(10), vec![connected(2), connected(3)]);
        assert_eq!(mailbox.wait(Duration::ZERO), None);
    }
}
