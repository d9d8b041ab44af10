//! Commands: written to disk as they are submitted, sent one at a time in their order until each is answered.

use crate::answer;
use crate::backoff::{Backoff, Trouble};
use crate::error::LinkError;
use crate::http::is_problem;
use crate::message::{CommandKey, LinkMessage, Outcome};
use crate::outbox::{Addressee, Shelf, Waiting};
use crate::thread::{Shared, not_accepted};
use city::Command;
use feeds::{Cause, Problems};
use reqwest::{Method, header};
use std::sync::Arc;
use tokio::sync::mpsc;

/// How many submitted commands share one commit.
const TOGETHER: usize = 256;

/// Writes submitted commands to disk until nobody can submit any more.
pub(crate) async fn write_submitted(
    shared: Arc<Shared>,
    own: Shelf,
    mut submitted: mpsc::Receiver<(CommandKey, Command)>,
) {
    tell_old(&shared, &own).await;
    let mut commands = Vec::new();
    while submitted.recv_many(&mut commands, TOGETHER).await > 0 {
        let to = addressee(&shared);
        let taken = std::mem::take(&mut commands);
        let (written, taken) = match own.with(move |o| Ok((o.accept(&taken, &to), taken))).await {
            Ok(done) => done,
            Err(error) => {
                tracing::error!("{error}");
                continue;
            }
        };
        for (key, command) in taken {
            let message = match &written {
                Ok(()) => LinkMessage::Pending { key, command },
                Err(error) => {
                    LinkMessage::Answered { key, command, outcome: not_accepted(&error.to_string()) }
                }
            };
            shared.mailbox.put(message).await;
        }
        shared.accepted.notify_one();
    }
}

/// Tells of the commands an earlier run left, before any new one.
async fn tell_old(shared: &Shared, shelf: &Shelf) {
    match shelf.with(|outbox| outbox.waiting()).await {
        Ok(waiting) => {
            for Waiting { key, command, .. } in waiting {
                if let Some(command) = command {
                    shared.mailbox.put(LinkMessage::Pending { key, command }).await;
                }
            }
        }
        Err(error) => shared.gauges.commands_broken(disk(error)),
    }
}

fn addressee(shared: &Shared) -> Addressee {
    let city_id = shared.reached.borrow().as_ref().and_then(|reached| reached.city_id.clone());
    Addressee { backend: shared.http.base().to_owned(), city_id }
}

/// Sends what waits, for ever: first what dead consoles left, then our own.
pub(crate) async fn send(shared: &Shared, own: Shelf, mut adopted: Vec<Shelf>) {
    let mut backoff = Backoff::new(shared.pace);
    let mut reached = shared.reached.subscribe();
    for shelf in &adopted {
        tell_old(shared, shelf).await;
    }
    loop {
        if reached.wait_for(Option::is_some).await.is_err() {
            return;
        }
        reached.mark_unchanged();
        let trouble = match send_next(shared, &own, &mut adopted).await {
            Ok(Sent::Answered) => {
                backoff.reset();
                continue;
            }
            Ok(Sent::NothingWaits) => {
                tokio::select! {
                    () = shared.accepted.notified() => {}
                    _ = reached.changed() => {}
                }
                continue;
            }
            Err(trouble) => trouble,
        };
        let wait = backoff.wait(trouble.again);
        tracing::info!("commands: {}; trying again in {:.1} s", trouble.why, wait.as_secs_f64());
        shared.gauges.commands_broken(trouble);
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = reached.changed() => {}
        }
    }
}

enum Sent {
    Answered,
    NothingWaits,
}

async fn send_next(shared: &Shared, own: &Shelf, adopted: &mut Vec<Shelf>) -> Result<Sent, Trouble> {
    let to = addressee(shared);
    while let Some(shelf) = adopted.first().cloned() {
        match next(&shelf, &to).await? {
            Some(waiting) => return send_one(shared, &shelf, waiting).await,
            // What is left in it is meant for another backend: the folder is free for a console of that one.
            None => drop(adopted.remove(0)),
        }
    }
    match next(own, &to).await? {
        Some(waiting) => send_one(shared, own, waiting).await,
        None => {
            let (_, elsewhere) = own.with(move |outbox| outbox.count(&to)).await.map_err(disk)?;
            let said = (elsewhere > 0).then(|| {
                let why = format!(
                    "{elsewhere} command(s) in the outbox were given for another backend and wait for it"
                );
                Trouble::new(Cause::Elsewhere, why)
            });
            shared.gauges.commands_rest(said);
            Ok(Sent::NothingWaits)
        }
    }
}

async fn next(shelf: &Shelf, to: &Addressee) -> Result<Option<Waiting>, Trouble> {
    let to = to.clone();
    let read = move |outbox: &mut crate::outbox::Outbox| {
        outbox.address(&to)?;
        outbox.next(&to)
    };
    shelf.with(read).await.map_err(disk)
}

fn disk(error: LinkError) -> Trouble {
    Trouble::new(Cause::Local, error.to_string())
}

async fn send_one(shared: &Shared, shelf: &Shelf, waiting: Waiting) -> Result<Sent, Trouble> {
    shared.gauges.commands_wait();
    let (status, body, outcome) = ask(shared, &waiting).await?;
    let key = waiting.key;
    let record = shelf.with(move |outbox| outbox.answer(key, status, &body)).await;
    if let Some(command) = waiting.command {
        shared.mailbox.put(LinkMessage::Answered { key, command, outcome }).await;
    }
    shared.gauges.answered();
    // An answer that cannot be kept is only asked for again: the key makes the backend repeat it.
    record.map_err(disk)?;
    Ok(Sent::Answered)
}

async fn ask(shared: &Shared, waiting: &Waiting) -> Result<(u16, String, Outcome), Trouble> {
    let path = "/api/v1/commands";
    let request = shared
        .http
        .request(Method::POST, path)?
        .header("idempotency-key", waiting.key.to_string())
        .header(header::CONTENT_TYPE, "application/json")
        .body(waiting.body.clone());
    let response = shared.http.send(request).await?;
    let status = response.status().as_u16();
    if matches!(status, 401 | 408 | 425 | 429 | 500..) {
        return Err(shared.http.not_ok(path, response).await);
    }
    let is_problem = is_problem(&response);
    let body = shared.http.whole(response).await?;
    let (outcome, problems) = answer::read(status, is_problem, &body).inspect_err(|trouble| {
        let mut problems = Problems::default();
        problems.add(status, &trouble.why);
        shared.gauges.commands_problems(problems);
    })?;
    shared.gauges.commands_problems(problems);
    Ok((status, String::from_utf8_lossy(&body).into_owned(), outcome))
}
