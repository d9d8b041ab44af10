//! Wakes a backend when another has written.

use super::Database;
use postgres::fallible_iterator::FallibleIterator;
use std::sync::Arc;
use std::time::Duration;

/// How long to wait for word at a time, and before connecting again.
const WAIT: Duration = Duration::from_millis(500);

/// Tells `tell` the sequence of the last event whenever one was written, on a thread of its own, until that is false.
/// It is also asked, with 0, every now and then. What is told while there is no connection is not told later: who
/// listens looks by itself from time to time.
pub fn watch(database: Arc<Database>, tell: impl Fn(u64) -> bool + Send + 'static) -> std::io::Result<()> {
    let listen = move || {
        while tell(0) {
            if let Err(error) = listen(&database, &tell) {
                tracing::debug!(%error, "no word of other backends");
            }
            std::thread::sleep(WAIT);
        }
    };
    std::thread::Builder::new().name("city-watch".to_owned()).spawn(listen).map(|_| ())
}

fn listen(database: &Database, tell: &impl Fn(u64) -> bool) -> Result<(), crate::BackendError> {
    let sorted = |error: postgres::Error| database.sorted(&error);
    let mut client = database.connect()?;
    client.batch_execute("LISTEN shancheng").map_err(sorted)?;
    while !client.is_closed() {
        let word = client.notifications().timeout_iter(WAIT).next().map_err(sorted)?;
        let sequence = word.and_then(|word| word.payload().parse().ok()).unwrap_or_default();
        if !tell(sequence) {
            break;
        }
    }
    Ok(())
}
