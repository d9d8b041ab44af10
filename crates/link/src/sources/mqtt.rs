//! Observations of SensorThings over MQTT 3.1.1: subscribed to at QoS 1, acknowledged once their values are handed over.
//!
//! With a `client_id` the broker keeps what comes while nobody listens. Where a catalogue is named, its devices are
//! told, and those it does not list are looked up. Deliberately absent: publishing.

mod inbox;
mod session;
mod trouble;

use super::desk::Desk;
use super::sensorthings::{Met, follow_list};
use super::talk::again_and_again;
use inbox::Inbox;
use session::Session;

/// Reads for ever.
pub(crate) async fn follow(
    desk: &Desk,
    url: &str,
    topics: &[String],
    catalogue: Option<&str>,
    client_id: Option<&str>,
) {
    let met = Met::default();
    let inbox = Inbox::new(catalogue.map(|_| &met));
    let mut session = Session::new(desk, url, topics, client_id, inbox);
    let reading = again_and_again(desk, async || session.converse().await);
    match catalogue {
        Some(root) => _ = tokio::join!(reading, follow_list(desk, root, &met)),
        None => reading.await,
    }
}
