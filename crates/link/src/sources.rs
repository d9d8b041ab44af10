//! The systems of the city that are read beside its backend, each by an open standard, each on its own.
//!
//! [`Sources`] runs them on threads of their own; one that stalls, floods or speaks nonsense holds up no other and no
//! frame. What they tell waits in baskets that hold the newest of each, and is taken without waiting.
//! Deliberately absent: rules of the city, drawing.

mod basket;
mod cap;
mod cot;
mod datum;
mod desk;
mod mavlink;
mod mqtt;
mod ogc_features;
mod open311;
mod sensorthings;
mod settings;
mod stranger;
mod talk;
mod tls;
mod web;

pub use feeds::told::{FeatureSet, News, Reading, Track, TrackHeight, TrackKind, TrackMission, Warned};
pub use settings::{Access, Datum, Protocol, Source, read, read_text};

use crate::config::Pace;
use crate::error::LinkError;
use desk::Desk;
use feeds::FeedHealth;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use thiserror::Error;
use tokio::sync::watch;

/// Why a settings file cannot be used.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// It cannot be read.
    #[error("sources {}: {source}; name another with --sources", file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is not as it should be.
    #[error("sources {}:\n  {}", file.display(), faults.join("\n  "))]
    Wrong {
        /// Which file.
        file: PathBuf,
        /// Each fault, with its line and field.
        faults: Vec<String>,
    },
}

/// Sources that are read. Dropping it ends that.
pub struct Sources {
    desks: Vec<Arc<Desk>>,
    stop: watch::Sender<bool>,
    threads: Vec<JoinHandle<()>>,
}

impl Sources {
    /// Begins to read all that are switched on. Never waits for any of them.
    pub fn start(sources: Vec<Source>) -> Result<Self, LinkError> {
        Self::start_at(sources, Pace::default())
    }

    /// [`Sources::start`] with another patience.
    pub fn start_at(sources: Vec<Source>, pace: Pace) -> Result<Self, LinkError> {
        let stop = watch::Sender::new(false);
        let mut running = Self { desks: Vec::new(), stop, threads: Vec::new() };
        for (number, source) in sources.into_iter().enumerate() {
            let desk = Arc::new(Desk::new(source, pace));
            running.desks.push(desk.clone());
            let mut stopped = running.stop.subscribe();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(LinkError::NoThread)?;
            // Each has a thread of its own: long work on what one told keeps nobody waiting.
            let thread = std::thread::Builder::new().name(format!("source-{number}")).spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        _ = stopped.wait_for(|stop| *stop) => {}
                        () = attend(&desk) => {}
                    }
                });
                runtime.shutdown_timeout(Duration::from_millis(200));
            });
            running.threads.push(thread.map_err(LinkError::NoThread)?);
        }
        Ok(running)
    }

    /// The sources, in the order of the settings.
    pub fn all(&self) -> impl Iterator<Item = &Source> {
        self.desks.iter().map(|desk| &desk.source)
    }

    /// How each does, in the same order.
    pub fn health(&self) -> Vec<FeedHealth> {
        self.desks.iter().map(|desk| desk.health()).collect()
    }

    /// What each told since it was last asked, by its place in the order.
    pub fn take(&self) -> Vec<(usize, News)> {
        self.desks.iter().enumerate().filter_map(|(place, desk)| Some((place, desk.take()?))).collect()
    }

    /// Switches one on or off by its name; false where none has that name.
    pub fn switch(&self, name: &str, on: bool) -> bool {
        let found = self.desks.iter().find(|desk| desk.source.name == name);
        found.inspect(|desk| _ = desk.on.send_replace(on)).is_some()
    }
}

impl Drop for Sources {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("the reader of a source ended in a panic");
            }
        }
    }
}

/// Reads a source while it is switched on.
async fn attend(desk: &Desk) {
    let mut on = desk.on.subscribe();
    loop {
        if on.wait_for(|on| *on).await.is_err() {
            return;
        }
        tokio::select! {
            () = follow(desk) => return,
            _ = on.wait_for(|on| !*on) => {}
        }
    }
}

async fn follow(desk: &Desk) {
    match &desk.source.protocol {
        Protocol::Cap { url, every } => cap::follow(desk, url, *every).await,
        Protocol::OgcFeatures { url, collections, every } => {
            ogc_features::follow(desk, url, collections, *every).await;
        }
        Protocol::Mavlink { url, key_file } => mavlink::follow(desk, url, key_file.as_deref()).await,
        Protocol::Cot { url } => cot::follow(desk, url).await,
        Protocol::Open311 { url, jurisdiction, every } => {
            open311::follow(desk, url, jurisdiction.as_deref(), *every).await;
        }
        Protocol::SensorThings { url, every } => sensorthings::follow(desk, url, *every).await,
        Protocol::Mqtt { url, topics, catalogue, client_id } => {
            mqtt::follow(desk, url, topics, catalogue.as_deref(), client_id.as_deref()).await;
        }
    }
}
