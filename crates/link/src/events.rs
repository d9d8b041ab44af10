//! Following the city: info, snapshot, then events without gap or repeat.
//!
//! Who does not see the whole city is told of the events of others that they were, so that nothing looks like a gap.
//! What is broken is resumed after the last good event. Where that does not help (the same gap or the same
//! unreadable event again, a journal that does not reach back), the whole state is asked for anew.

use crate::backoff::{Backoff, Trouble};
use crate::message::LinkMessage;
use crate::thread::{Reached, Shared};
use city::{CityTime, Event, Snapshot};
use feeds::{Beside, Cause, Problems, SseMessage};
use std::time::Instant;

/// Follows for ever.
pub(crate) async fn follow(shared: &Shared) {
    let mut backoff = Backoff::new(shared.pace);
    let mut place = Place::default();
    loop {
        let trouble = session(shared, &mut place, &mut backoff).await;
        let wait = backoff.wait(trouble.again);
        tracing::info!("events: {}; trying again in {:.1} s", trouble.why, wait.as_secs_f64());
        let why = format!("{}; trying again, at the latest every {:.0} s", trouble.why, longest(shared));
        shared.gauges.events_broken(trouble.cause, why);
        tokio::time::sleep(wait).await;
    }
}

fn longest(shared: &Shared) -> f64 {
    shared.pace.longest_wait.max(shared.pace.refused_wait).as_secs_f64().ceil()
}

/// How far the console has been told.
#[derive(Debug, Default)]
struct Place {
    /// The sequence of the last event, or of the snapshot; `None` asks for a snapshot.
    last: Option<u64>,
    /// The newest time of the city seen.
    newest: CityTime,
    city_id: Option<String>,
    /// The sequence after which the stream could not go on last time.
    stuck_after: Option<u64>,
}

/// What to do with an event.
#[derive(Debug, PartialEq)]
enum Step {
    Tell(Box<Event>),
    TellBeside(Box<Beside>),
    PassOver(Problems),
    Break(String, Problems),
}

impl Place {
    /// Judges one message of the stream. Telling or passing over moves the place on.
    fn take(&mut self, message: &SseMessage) -> Step {
        let last = self.last.unwrap_or_default();
        if let Some(beside) = feeds::read_beside(&message.event, &message.data) {
            return self.take_beside(beside, last);
        }
        match feeds::read_event(&message.data) {
            Ok(event) if event.sequence <= last => {
                let mut repeat = Problems::default();
                repeat.add("an event that was told already", &message.data);
                Step::PassOver(repeat)
            }
            Ok(event) if event.sequence == last + 1 => {
                self.went_on(event.sequence);
                self.newest = self.newest.max(event.at);
                Step::Tell(Box::new(event))
            }
            Ok(event) => {
                let mut gap = Problems::default();
                gap.add(format_args!("event {} came after {last}", event.sequence), &message.data);
                self.stuck(format!("events {} to {} are missing", last + 1, event.sequence - 1), gap)
            }
            Err(bad) => {
                let id = message.id.as_deref().and_then(|id| id.parse().ok());
                let is_next = bad.sequence.or(id) == Some(last + 1);
                if is_next && bad.unknown_type.is_some() {
                    self.went_on(last + 1);
                    Step::PassOver(bad.problems)
                } else if is_next {
                    self.stuck(format!("event {} is unreadable", last + 1), bad.problems)
                } else {
                    // Noise, or an event already lost: then the next one shows the gap.
                    Step::PassOver(bad.problems)
                }
            }
        }
    }

    /// Judges what is told beside events. What comes or goes belongs to the event that follows: the place stays, so
    /// that after a cut both are told again.
    fn take_beside(&mut self, beside: Result<Beside, Problems>, last: u64) -> Step {
        match beside {
            Ok(Beside::Passes(passes)) if passes.sequence > last => {
                self.went_on(passes.sequence);
                Step::TellBeside(Box::new(Beside::Passes(passes)))
            }
            Ok(beside) if beside.sequence() == last + 1 => Step::TellBeside(Box::new(beside)),
            // A repeat, or ahead of events that are missing, which the next one shows.
            Ok(_) => Step::PassOver(Problems::default()),
            Err(problems) => {
                self.stuck(format!("what comes with event {} is unreadable", last + 1), problems)
            }
        }
    }

    fn went_on(&mut self, sequence: u64) {
        self.last = Some(sequence);
        self.stuck_after = None;
    }

    fn stuck(&mut self, why: String, problems: Problems) -> Step {
        if self.stuck_after.is_some() && self.stuck_after == self.last {
            self.last = None;
            self.stuck_after = None;
            return Step::Break(format!("{why} again: asking for the whole state"), problems);
        }
        self.stuck_after = self.last;
        Step::Break(format!("{why}: resuming after the last good one"), problems)
    }
}

fn told_beside(beside: Beside) -> LinkMessage {
    match beside {
        Beside::Passes(passes) => LinkMessage::Passes(passes),
        Beside::Appears(appears) => LinkMessage::Appears(Box::new(appears)),
        Beside::Disappears(disappears) => LinkMessage::Disappears(disappears),
    }
}

/// One connection, from the first question to the trouble that ends it.
async fn session(shared: &Shared, place: &mut Place, backoff: &mut Backoff) -> Trouble {
    match open(shared, place).await {
        Ok(stream) => {
            let opened = Instant::now();
            shared
                .http
                .messages(stream, async |parser, messages| {
                    shared.gauges.events_problems(parser.take_problems());
                    for message in messages {
                        match place.take(&message) {
                            Step::Tell(event) => {
                                // A backend that tells a little and closes again and again is not well yet.
                                if opened.elapsed() >= shared.pace.longest_wait {
                                    backoff.reset();
                                }
                                shared.gauges.event(event.at);
                                shared.mailbox.put(LinkMessage::Event(*event)).await;
                            }
                            Step::TellBeside(beside) => {
                                shared.gauges.passed();
                                shared.mailbox.put(told_beside(*beside)).await;
                            }
                            Step::PassOver(problems) => shared.gauges.events_problems(problems),
                            Step::Break(why, problems) => {
                                shared.gauges.events_problems(problems);
                                return Err(Trouble::new(Cause::Unreadable, why));
                            }
                        }
                    }
                    Ok(())
                })
                .await
        }
        Err(trouble) => trouble,
    }
}

async fn open(shared: &Shared, place: &mut Place) -> Result<reqwest::Response, Trouble> {
    let info = match shared.http.get("/api/v1").await {
        Ok(body) => feeds::read_info(&body).map_err(|error| {
            // Commands must not go to something that is not our city either.
            shared.reached.send_replace(None);
            Trouble::lasting(Cause::Stranger, error.to_string())
        })?,
        // Then its snapshot shows whether it is a city backend.
        Err(trouble) if trouble.status == Some(404) => feeds::Info::unsaid(),
        Err(trouble) => return Err(trouble),
    };
    if info.city_id != place.city_id {
        place.last = None;
        place.city_id.clone_from(&info.city_id);
    }
    let snapshot = match place.last {
        None => Some(snapshot(shared).await?),
        Some(_) => None,
    };
    if let Some(snapshot) = &snapshot {
        place.last = Some(snapshot.sequence);
        // A whole state is also a new beginning of time: another city's clock may be behind.
        place.newest = snapshot.now;
    }
    let after = place.last;
    let now = info.now.unwrap_or(place.newest);
    shared.gauges.reached(info.speed);
    let feeds::Info { speed, actor, withheld, city_id, .. } = info;
    shared.mailbox.put(LinkMessage::Connected { now, speed, actor, withheld }).await;
    if let Some(snapshot) = snapshot {
        shared.gauges.event(snapshot.now);
        shared.mailbox.put(LinkMessage::Snapshot(Box::new(snapshot))).await;
    }
    shared.reached.send_replace(Some(Reached { city_id }));
    shared.http.stream("/api/v1/events", after).await.map_err(|trouble| {
        // 410 and 400: the journal does not reach from there, so only the whole state helps.
        if !matches!(trouble.status, Some(410 | 400)) {
            return trouble;
        }
        place.last = None;
        let why = "the journal of the backend does not reach back to here: asking for the whole state";
        Trouble { status: trouble.status, ..Trouble::new(Cause::Unreadable, why) }
    })
}

async fn snapshot(shared: &Shared) -> Result<Snapshot, Trouble> {
    let body = shared.http.get("/api/v1/snapshot").await?;
    let (snapshot, problems) = feeds::read_snapshot(&body).map_err(|error| {
        let mut problems = Problems::default();
        problems.add("snapshot", &error.to_string());
        shared.gauges.events_problems(problems);
        Trouble::new(Cause::Unreadable, error.to_string())
    })?;
    shared.gauges.events_problems(problems);
    Ok(snapshot)
}
