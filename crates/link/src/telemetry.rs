//! Following telemetry: newest values, without resume; a stream's first batch is everything.

use crate::backoff::{Backoff, Trouble};
use crate::thread::Shared;
use std::time::Instant;

/// Follows for ever, once the backend has been reached.
pub(crate) async fn follow(shared: &Shared) {
    let mut backoff = Backoff::new(shared.pace);
    let mut reached = shared.reached.subscribe();
    loop {
        // The sender lives as long as this future does, so waiting cannot fail.
        if reached.wait_for(Option::is_some).await.is_err() {
            return;
        }
        let trouble = session(shared, &mut backoff).await;
        let wait = backoff.wait(trouble.again);
        tracing::info!("telemetry: {}; trying again in {:.1} s", trouble.why, wait.as_secs_f64());
        shared.gauges.telemetry_broken(trouble.clone());
        reached.mark_unchanged();
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = reached.changed() => {}
        }
    }
}

async fn session(shared: &Shared, backoff: &mut Backoff) -> Trouble {
    let stream = match shared.http.stream("/api/v1/telemetry", None).await {
        Ok(stream) => stream,
        Err(trouble) => return trouble,
    };
    let opened = Instant::now();
    shared
        .http
        .messages(stream, async |parser, messages| {
            shared.gauges.telemetry_problems(parser.take_problems());
            for message in messages {
                let (batch, problems) = feeds::read_telemetry(&message.data);
                let unusable = !problems.is_empty() && batch.at == Default::default();
                shared.gauges.telemetry_problems(problems);
                if unusable {
                    continue;
                }
                if opened.elapsed() >= shared.pace.longest_wait {
                    backoff.reset();
                }
                // What newer values replaced on the other side was told as well, as far as this console goes.
                let (left_out, at) = (batch.superseded, batch.at);
                let values = left_out + (batch.devices.id.len() + batch.movers.id.len()) as u64;
                let superseded = left_out + shared.mailbox.put_telemetry(batch);
                shared.gauges.telemetry(values, at, superseded);
            }
            Ok(())
        })
        .await
}
