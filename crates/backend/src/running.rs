//! Starting and stopping a backend, alone or inside a console.

use crate::clock::{CityClock, wall_clock};
use crate::http::{self, Doors, Tls};
use crate::journal::Journal;
use crate::owner::{Ask, Owner, QUEUE};
use crate::store::{Cause, Note, Store};
use crate::telemetry::Telemetry;
use crate::tokens::{Issuer, SigningKey, Trust};
use crate::training::{Scenario, TrainingCity};
use crate::{BackendError, Config, Surroundings, withhold};
use city::EntryKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

/// How much later than its last event a city goes on after a restart, seconds at speed 1: consoles have seen
/// telemetry of at most that much later, and time must not go backwards for them.
const RESUME_AFTER_S: f64 = 3.0;

/// The city backend.
pub struct Backend;

/// A backend that runs; dropping it stops it.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    scheme: &'static str,
    asks: SyncSender<Ask>,
    stop: watch::Sender<bool>,
    server: Option<JoinHandle<()>>,
    owner: Option<JoinHandle<()>>,
}

impl Backend {
    /// Starts a backend on threads of its own and returns once it listens.
    pub fn start(config: Config) -> Result<Running, BackendError> {
        if !(0.01..=1_000.0).contains(&config.speed) {
            return Err(BackendError::Speed { speed: config.speed });
        }
        if config.tls.is_none() && !config.plain_http && !config.listen.ip().is_loopback() {
            return Err(BackendError::PlainHttp { listen: config.listen });
        }
        let tls = config.tls.clone().map(Tls::open).transpose()?.map(Arc::new);
        let scenario = config.scenario.as_deref().map(Scenario::read).transpose()?.unwrap_or_default();
        let negative_list = config.withhold.as_deref().map(withhold::read).transpose()?.unwrap_or_default();
        let ground = match &config.ground {
            Some(ground) => ground.clone(),
            None => terrain::Ground::shipped()?,
        };
        let surroundings = Arc::new(Surroundings::make(&ground, config.roads.clone(), config.seed)?);
        let (mut store, city) =
            Store::open(&config.data, config.seed, || TrainingCity::first(&surroundings, wall_clock()))?;
        let issuers = config.issuers.iter().map(Issuer::new).collect::<Result<_, _>>()?;
        let trust = Trust::new(SigningKey::of_folder(&config.data)?, issuers);
        let listener = std::net::TcpListener::bind(config.listen)
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .map_err(|source| BackendError::Listen { listen: config.listen, source })?;
        let addr =
            listener.local_addr().map_err(|source| BackendError::Listen { listen: config.listen, source })?;

        let resumes = if city.sequence == 0 { 0.0 } else { RESUME_AFTER_S * config.speed.max(1.0) };
        let now = city.now.plus_s(resumes);
        let training = TrainingCity::new(
            surroundings.clone(),
            config.seed,
            config.speed,
            scenario,
            store.began,
            &city,
            now,
        )?;
        let clock = CityClock::start(now, config.speed);
        let started = Note {
            kind: EntryKind::Service,
            what: "started".to_owned(),
            status: None,
            body: serde_json::json!({"version": env!("CARGO_PKG_VERSION"), "listen": addr, "seed": config.seed,
                "withhold": negative_list.withhold}),
        };
        store.note(&Cause { who: "", origin: "", at: now }, &[started])?;
        let journal = Arc::new(Journal::new(store.file().to_owned(), city.sequence));
        let telemetry = Arc::new(Telemetry::new(surroundings.devices.clone()));
        let (asks, asked) = sync_channel(QUEUE);
        let (stop, stopped) = watch::channel(false);
        let city_id = format!("{}-{}", config.seed, store.began.0);
        let doors = Arc::new(Doors {
            city_id,
            asks: asks.clone(),
            journal: journal.clone(),
            telemetry: telemetry.clone(),
            surroundings: surroundings.clone(),
            negative_list,
            clock,
            trust,
            limits: config.limits,
            rates: http::rates::Rates::default(),
            streams: http::places::Places::default(),
            needs_token: config.needs_token(),
            audit: http::audit::Audit::default(),
            stopped,
        });
        let checkpointed = city.sequence;
        let owner = Owner { city, store, surroundings, training, clock, journal, telemetry, checkpointed };
        let named = |name: &str| std::thread::Builder::new().name(name.to_owned());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("city-http")
            .enable_all()
            .build()
            .map_err(BackendError::Thread)?;
        let owner = named("city-owner").spawn(move || owner.run(&asked)).map_err(BackendError::Thread)?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let server = named("city-http").spawn(move || {
            runtime.block_on(http::serve(listener, doors, tls));
            // Streams have ended by the stop signal; whoever still reads slowly is cut.
            runtime.shutdown_timeout(Duration::from_secs(1));
        });
        let server = server.map_err(BackendError::Thread)?;
        Ok(Running { addr, scheme, asks, stop, server: Some(server), owner: Some(owner) })
    }
}

impl Running {
    /// Where it is reached, such as `http://127.0.0.1:8080`; by TLS its certificate must be made out to that name.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.addr)
    }

    /// Ends the streams, writes a checkpoint and waits for the threads.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let join = |thread: Option<JoinHandle<()>>| {
            if thread.is_some_and(|thread| thread.join().is_err()) {
                tracing::error!("a thread of the backend failed");
            }
        };
        self.stop.send_replace(true);
        // Whoever is being answered is answered by the owner, who ends last.
        join(self.server.take());
        // The owner drains its queue before it reads this, so a full queue is only waited for.
        let _ = self.asks.send(Ask::Stop);
        join(self.owner.take());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.owner.is_some() {
            self.end();
        }
    }
}
