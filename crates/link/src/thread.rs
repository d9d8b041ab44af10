//! The thread on which everything of the network happens, and the handle by which a console reaches it.

use crate::config::{LinkConfig, Pace};
use crate::error::LinkError;
use crate::gauges::Gauges;
use crate::http::Http;
use crate::mailbox::Mailbox;
use crate::message::{CommandKey, LinkMessage, Outcome, Problem};
use crate::{events, outbox, risk_points, sender, state_dir, telemetry};
use city::Command;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};

/// How many submitted commands may wait for the disk.
const SUBMITTED: usize = 4_096;
/// How long a link that is dropped may take to write what was submitted.
const LAST_WRITE: Duration = Duration::from_secs(5);

/// A running link. Dropping it writes what was submitted and stops the thread; what is on disk and unanswered
/// is sent by the next link on the same folder.
pub struct Link {
    mailbox: Arc<Mailbox>,
    submit: Option<mpsc::Sender<(CommandKey, Command)>>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
    state_dir: PathBuf,
    left_before: Vec<CommandKey>,
}

/// What a backend is known by once it has answered: which city's journal it keeps, where it says it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reached {
    pub(crate) city_id: Option<String>,
}

/// What every task of the link shares.
pub(crate) struct Shared {
    pub(crate) http: Http,
    pub(crate) pace: Pace,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) gauges: Gauges,
    /// Told by the event session each time the backend has answered as a city backend.
    pub(crate) reached: watch::Sender<Option<Reached>>,
    /// Something new is in an outbox.
    pub(crate) accepted: Notify,
}

impl Link {
    /// Claims the state folder, opens the outbox and starts the thread. Never waits for the backend.
    pub fn start(config: LinkConfig) -> Result<Link, LinkError> {
        Self::start_at(config, Pace::default())
    }

    /// [`Link::start`] with another patience.
    pub fn start_at(config: LinkConfig, pace: Pace) -> Result<Link, LinkError> {
        let http = Http::new(&config, pace)?;
        let claimed = state_dir::claim(&config.state_dir)?;
        let state_dir = claimed.dir.clone();
        let own = outbox::Shelf::open(claimed)?;
        let adopted = state_dir::left_behind(&config.state_dir, &state_dir);
        let adopted: Vec<_> = adopted.into_iter().filter_map(outbox::Shelf::adopt).collect();
        let mut left_before = Vec::new();
        for shelf in adopted.iter().chain([&own]) {
            left_before.extend(shelf.read_now(|outbox| outbox.waiting_for(http.base()))?);
        }

        let mailbox = Arc::new(Mailbox::new(pace.waiting));
        let shared = Arc::new(Shared {
            gauges: Gauges::new(http.base(), config.map),
            http,
            pace,
            mailbox: mailbox.clone(),
            reached: watch::Sender::new(None),
            accepted: Notify::new(),
        });
        let (submit, submitted) = mpsc::channel(SUBMITTED);
        let (stop, stopped) = watch::channel(false);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(LinkError::NoThread)?;
        let thread = std::thread::Builder::new()
            .name("link".to_owned())
            .spawn(move || {
                // The future is made here: it never leaves this thread.
                runtime.block_on(run(shared, own, adopted, submitted, stopped, config.map));
                runtime.shutdown_timeout(Duration::from_secs(1));
            })
            .map_err(LinkError::NoThread)?;
        Ok(Link { mailbox, submit: Some(submit), stop, thread: Some(thread), state_dir, left_before })
    }

    /// Hands over a command without waiting. [`LinkMessage::Pending`] with the returned key says that it is on
    /// disk, [`LinkMessage::Answered`] what came of it.
    pub fn submit(&self, command: Command) -> CommandKey {
        let key = CommandKey::fresh();
        let refused = match &self.submit {
            Some(submit) => submit.try_send((key, command)).err().map(|error| match error {
                mpsc::error::TrySendError::Full((_, command)) => {
                    (command, "too many commands wait for the disk")
                }
                mpsc::error::TrySendError::Closed((_, command)) => (command, "the link has stopped"),
            }),
            None => Some((command, "the link has stopped")),
        };
        if let Some((command, why)) = refused {
            let outcome = not_accepted(why);
            self.mailbox.put_now(LinkMessage::Answered { key, command, outcome });
        }
        key
    }

    /// Takes up to `max` messages without waiting.
    pub fn drain(&self, max: usize) -> Vec<LinkMessage> {
        self.mailbox.drain(max)
    }

    /// Takes one message, waiting for it up to `timeout`: for commands without a window.
    pub fn wait(&self, timeout: Duration) -> Option<LinkMessage> {
        self.mailbox.wait(timeout)
    }

    /// The commands for this backend that earlier runs had accepted and not seen answered when this link started;
    /// they are sent before any new one.
    pub fn left_before(&self) -> &[CommandKey] {
        &self.left_before
    }

    /// The state folder this link claimed.
    pub fn state_dir(&self) -> &Path {
        &self.state_dir
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.submit = None;
        self.mailbox.close();
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the link's thread ended in a panic");
        }
    }
}

/// The outcome of a command that could not be taken.
pub(crate) fn not_accepted(why: &str) -> Outcome {
    let problem = Problem {
        kind: "about:blank".to_owned(),
        title: "not accepted".to_owned(),
        detail: format!("{why}; the command was not sent: free what it needs and give it again"),
        ..Problem::default()
    };
    Outcome::Refused { status: 0, problem }
}

async fn run(
    shared: Arc<Shared>,
    own: outbox::Shelf,
    adopted: Vec<outbox::Shelf>,
    submitted: mpsc::Receiver<(CommandKey, Command)>,
    mut stopped: watch::Receiver<bool>,
    with_map: bool,
) {
    let writing = tokio::spawn(sender::write_submitted(shared.clone(), own.clone(), submitted));
    let following = async {
        let map = async {
            if with_map {
                tokio::join!(telemetry::follow(&shared), risk_points::follow(&shared));
            }
        };
        tokio::join!(
            sender::send(&shared, own, adopted),
            events::follow(&shared),
            map,
            shared.gauges.tell(&shared.mailbox, shared.pace.health_every),
        );
    };
    tokio::select! {
        _ = stopped.wait_for(|stop| *stop) => {}
        () = following => {}
    }
    if tokio::time::timeout(LAST_WRITE, writing).await.is_err() {
        tracing::error!("the disk did not take the last commands within {LAST_WRITE:?}");
    }
}
