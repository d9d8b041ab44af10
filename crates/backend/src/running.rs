//! Starting and stopping a backend, alone or inside a console.

use crate::broker::Broker;
use crate::clock::{CityClock, wall_clock};
use crate::http::{self, Doors, Tls};
use crate::journal::Journal;
use crate::noticing::Noticing;
use crate::owner::{Ask, Living, Owner, QUEUE};
use crate::store::{Lead, Note, Opened, Store};
use crate::telemetry::Telemetry;
use crate::tokens::{Issuer, SigningKey, Trust};
use crate::training::{PastReports, Scenario, TrainingCity};
use crate::vitals::{self, Vitals};
use crate::watching::{Keeper, Rate, RuleFiles};
use crate::{BackendError, Config, Surroundings, observations, withhold};
use ::watch::register::Register;
use city::EntryKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::watch;

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
    /// What takes observations in, where any are subscribed to.
    observing: Option<JoinHandle<()>>,
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
        if !config.observations.is_empty() && config.broker.is_none() {
            let why = "they come by a broker, which --broker names".to_owned();
            return Err(BackendError::Observations { why });
        }
        let tls = config.tls.clone().map(Tls::open).transpose()?.map(Arc::new);
        let scenario = config.scenario.as_deref().map(Scenario::read).transpose()?.unwrap_or_default();
        let negative_list = config.withhold.as_deref().map(withhold::read).transpose()?.unwrap_or_default();
        let ground = match &config.ground {
            Some(ground) => ground.clone(),
            None => terrain::Ground::shipped()?,
        };
        let register = Register::shipped()?;
        let rules = RuleFiles::open(config.rules.as_deref(), &register)?;
        let surroundings = Arc::new(Surroundings::make(&ground, config.roads.clone(), config.seed)?);
        let first =
            || TrainingCity::first(&surroundings, &register, rules.rules().rules().len(), wall_clock());
        let opened = Store::open(&config, &surroundings.devices, first)?;
        let Opened { mut store, city, began, now } = opened;
        let clock = CityClock::start(now, config.speed);
        let issuers = config.issuers.iter().map(Issuer::new).collect::<Result<_, _>>()?;
        let trust = Trust::new(SigningKey::of_folder(&config.data)?, issuers);
        let listener = std::net::TcpListener::bind(config.listen)
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .map_err(|source| BackendError::Listen { listen: config.listen, source })?;
        let addr =
            listener.local_addr().map_err(|source| BackendError::Listen { listen: config.listen, source })?;

        let mut living = Living {
            surroundings: surroundings.clone(),
            seed: config.seed,
            speed: config.speed,
            scenario,
            began,
            training: None,
            rules,
            register,
            watching: None,
            memory: Keeper::start(&config.data, (config.seed, began), store.database().is_some())
                .map_err(BackendError::Thread)?,
            rate: Rate::from(Instant::now()),
            unsaid: Vec::new(),
        };
        if store.lead()? != Lead::Other {
            living.begin(&city, now)?;
        } else if config.broker.is_none() {
            tracing::warn!(
                "another backend leads the training city: without --broker no values come from there"
            );
        }
        let started = Note {
            who: String::new(),
            origin: String::new(),
            kind: EntryKind::Service,
            what: "started".to_owned(),
            status: None,
            body: serde_json::json!({"version": env!("CARGO_PKG_VERSION"), "listen": addr, "seed": config.seed,
                "withhold": negative_list.withhold}),
        };
        // What others wrote meanwhile is taken up by the owner.
        let (turn, _) = store.turn(city.sequence)?;
        turn.note(clock.now(), &[started])?;
        let journal = Arc::new(Journal::new(store.past(), city.sequence));
        let telemetry = Arc::new(Telemetry::new(surroundings.devices.clone()));
        let vitals = {
            let incidents_per_minute = living.scenario.incidents_per_minute;
            let training =
                vitals::Training { seed: config.seed, began, speed: config.speed, incidents_per_minute };
            Vitals::begin(surroundings.clone(), training, clock.now(), &config.data)?
        };
        let (asks, asked) = sync_channel(QUEUE);
        let (stop, stopped) = watch::channel(false);
        let city_id = format!("{}-{}", config.seed, began.0);
        if let Some(database) = store.database() {
            crate::store::watch(database, word_of_others(asks.clone(), stopped.clone()))
                .map_err(BackendError::Thread)?;
        }
        let broker = config.broker.as_ref().map(|address| {
            let (asks, stopped) = (asks.clone(), stopped.clone());
            Broker::start(address, &city_id, surroundings.clone(), move |changes| {
                // A busy owner hears the next; nothing waits for telemetry.
                if let Some(changes) = changes {
                    let _ = asks.try_send(Ask::Told(changes));
                }
                !*stopped.borrow()
            })
        });
        let broker = broker.transpose().map_err(BackendError::Thread)?;
        let observed = config.broker.as_ref().filter(|_| !config.observations.is_empty()).map(|broker| {
            let source = observations::Source {
                broker,
                topics: &config.observations,
                data: &config.data,
                devices: &surroundings.devices,
                telemetry: telemetry.clone(),
                vitals: vitals.clone(),
                clock: clock.clone(),
            };
            observations::start(source, stopped.clone())
        });
        let (observed, observing) = observed.transpose()?.unzip();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let doors = Arc::new(Doors {
            scheme,
            city_id,
            asks: asks.clone(),
            journal: journal.clone(),
            telemetry: telemetry.clone(),
            vitals: vitals.clone(),
            surroundings: surroundings.clone(),
            negative_list,
            clock: clock.clone(),
            observed,
            trust,
            limits: config.limits,
            rates: http::rates::Rates::default(),
            streams: http::places::Places::default(),
            needs_token: config.needs_token(),
            audit: http::audit::Audit::default(),
            copies: tokio::sync::Semaphore::new(http::COPIES_AT_ONCE),
            stopped,
        });
        let noticing = Noticing {
            surroundings: surroundings.clone(),
            past: PastReports::of(&surroundings, config.seed, &living.scenario)?,
            journal: store.past(),
            began,
            clock: clock.clone(),
            seed: config.seed,
            after: config.notices_after,
            asks: asks.clone(),
        };
        let ends = stop.subscribe();
        noticing.start(move || *ends.borrow()).map_err(BackendError::Thread)?;
        let checkpointed = city.sequence;
        let trouble = None;
        let owner = Owner {
            city,
            store,
            surroundings,
            living,
            clock,
            journal,
            telemetry,
            vitals,
            broker,
            trouble,
            unkept: None,
            checkpointed,
            unwritten: Vec::new(),
        };
        let named = |name: &str| std::thread::Builder::new().name(name.to_owned());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("city-http")
            .enable_all()
            .build()
            .map_err(BackendError::Thread)?;
        let owner = named("city-owner").spawn(move || owner.run(&asked)).map_err(BackendError::Thread)?;
        let server = named("city-http").spawn(move || {
            runtime.block_on(http::serve(listener, doors, tls));
            // Streams have ended by the stop signal; whoever still reads slowly is cut.
            runtime.shutdown_timeout(Duration::from_secs(1));
        });
        let server = server.map_err(BackendError::Thread)?;
        Ok(Running { addr, scheme, asks, stop, server: Some(server), owner: Some(owner), observing })
    }
}

/// Wakes the owner when another backend has written, until the backend stops.
fn word_of_others(asks: SyncSender<Ask>, stopped: watch::Receiver<bool>) -> impl Fn(u64) -> bool + Send {
    move |sequence| {
        if sequence > 0 {
            // A busy owner looks by itself soon.
            let _ = asks.try_send(Ask::Others(sequence));
        }
        !*stopped.borrow()
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
        join(self.observing.take());
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
