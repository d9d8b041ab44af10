//! Observations of the city's own devices (OGC SensorThings), by the MQTT broker: values from outside take the place of
//! made-up ones.
//!
//! On a thread of its own, so that neither the owner nor a request waits for it: a message is acknowledged once its values
//! stand in [`Telemetry`]. Each backend of a database subscribes for itself, under a name that the broker keeps messages
//! for while it is away. What is unreadable or of no device is counted, with a sample; nothing is created by it.

mod name;
mod reader;
mod session;
mod topics;

pub use reader::{Counted, Ledger};
pub use topics::ObservedTopics;

use crate::BackendError;
use crate::broker::BrokerAddress;
use crate::clock::CityClock;
use crate::telemetry::Telemetry;
use crate::vitals::Vitals;
use city::Device;
use reader::Reader;
use session::Session;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::watch;

/// What it takes to take observations in.
pub struct Source<'a> {
    /// The broker.
    pub broker: &'a BrokerAddress,
    /// What is subscribed to there.
    pub topics: &'a ObservedTopics,
    /// The folder that holds the backend's name at the broker.
    pub data: &'a Path,
    /// Whose values they are.
    pub devices: &'a [Device],
    /// Where the values go.
    pub telemetry: Arc<Telemetry>,
    /// Where it is judged how good they are.
    pub vitals: Arc<Vitals>,
    /// The city's clock.
    pub clock: CityClock,
}

/// Begins to take observations in, until the backend stops: what is counted of them, and the thread.
pub fn start(
    source: Source<'_>,
    mut stopped: watch::Receiver<bool>,
) -> Result<(Arc<Ledger>, JoinHandle<()>), BackendError> {
    let name = name::claim(source.data)?;
    let ledger = Arc::new(Ledger::new(source.telemetry.clone()));
    let reader = Reader::new(source.devices, source.telemetry, source.vitals, source.clock, ledger.clone());
    let session = Session::new(source.broker.clone(), source.topics.clone(), name, reader, ledger.clone());
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(BackendError::Thread)?;
    let thread = std::thread::Builder::new().name("city-observed".to_owned()).spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = stopped.wait_for(|stop| *stop) => {}
                () = session.listen() => {}
            }
        });
        // A name that is looked up may take its time.
        runtime.shutdown_background();
    });
    Ok((ledger, thread.map_err(BackendError::Thread)?))
}
