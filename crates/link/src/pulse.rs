//! The vital signs and the quality of data that somebody looks at, fetched every few seconds on a thread of their own.
//!
//! What is on screen is told by [`Pulse::look`]; the newest answer is kept and older ones are not, so nothing grows. A
//! backend that cannot be reached, or refuses, is one message and is asked again by the link's patience.

mod ask;

use crate::backoff::{Backoff, Trouble};
use crate::config::{LinkConfig, Pace};
use crate::error::LinkError;
use crate::http::Http;
use ::watch::quality::told::QualityTold;
use ::watch::vital::told::{SignInDepth, SignsTold, Span};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

/// How often what is looked at is fetched.
const EVERY: Duration = Duration::from_secs(3);

/// What is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// The area: `city`, a district such as `500103`, a township such as `500103001`; empty for the caller's own.
    pub area: String,
    /// A sign in depth, by its identifier.
    pub sign: Option<String>,
    /// How far its trend reaches back.
    pub span: Span,
    /// Whether the quality of data is looked at.
    pub quality: bool,
}

impl Wish {
    /// True when the signs of the area are looked at: always, but where the quality of data is looked at alone.
    pub fn wants_signs(&self) -> bool {
        !self.quality || self.sign.is_some()
    }
}

/// What was fetched last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Felt {
    /// Grows with every change of what follows, so that who draws compares a number.
    pub revision: u64,
    /// The signs of the area that is looked at.
    pub signs: Option<Arc<SignsTold>>,
    /// The sign in depth that is looked at, of that area and span.
    pub sign: Option<Arc<SignInDepth>>,
    /// The quality of data.
    pub quality: Option<Arc<QualityTold>>,
    /// Why nothing newer comes, or what of it could not be read; one sentence.
    pub trouble: Option<String>,
}

impl Felt {
    /// True when all that is wished is there.
    pub fn has(&self, wish: &Wish) -> bool {
        (!wish.wants_signs() || self.signs.is_some())
            && (wish.sign.is_none() || self.sign.is_some())
            && (!wish.quality || self.quality.is_some())
    }
}

/// Fetches what is looked at. Dropping it ends its thread.
pub struct Pulse {
    wish: watch::Sender<Option<Wish>>,
    felt: Arc<Mutex<Felt>>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Pulse {
    /// Starts the thread; nothing is fetched until something is looked at.
    pub fn start(config: &LinkConfig) -> Result<Pulse, LinkError> {
        Self::start_at(config, Pace::default(), EVERY)
    }

    /// [`Pulse::start`] with another patience and another pause between fetches.
    pub fn start_at(config: &LinkConfig, pace: Pace, every: Duration) -> Result<Pulse, LinkError> {
        let http = Http::new(config, pace)?;
        let (wish, wished) = watch::channel(None);
        let (stop, mut stopped) = watch::channel(false);
        let felt = Arc::new(Mutex::new(Felt::default()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(LinkError::NoThread)?;
        let theirs = felt.clone();
        let thread = std::thread::Builder::new().name("pulse".to_owned()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = stopped.wait_for(|stop| *stop) => {}
                    () = follow(&http, pace, every, wished, &theirs) => {}
                }
            });
            // A name that is looked up may take its time.
            runtime.shutdown_background();
        });
        Ok(Pulse { wish, felt, stop, thread: Some(thread.map_err(LinkError::NoThread)?) })
    }

    /// Says what is looked at from now on; `None` when nothing is, and then nothing is fetched.
    pub fn look(&self, wish: Option<Wish>) {
        self.wish.send_if_modified(|known| {
            let is_other = *known != wish;
            *known = wish;
            is_other
        });
    }

    /// What is looked at, as soon as all of it is there or there is trouble: for commands without a window.
    pub fn wait(&self, longest: Duration) -> Felt {
        let until = std::time::Instant::now() + longest;
        loop {
            let (felt, wish) = (self.felt(), self.wish.borrow().clone().unwrap_or_default());
            if felt.has(&wish) || felt.trouble.is_some() || std::time::Instant::now() >= until {
                return felt;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What was fetched last where it is newer than `revision` says; never waits for the thread that fetches.
    pub fn newer_than(&self, revision: u64) -> Option<Felt> {
        let felt = match self.felt.try_lock() {
            Ok(felt) => felt,
            Err(TryLockError::Poisoned(felt)) => felt.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        (felt.revision != revision).then(|| felt.clone())
    }

    /// What was fetched last.
    pub fn felt(&self) -> Felt {
        lock(&self.felt).clone()
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that fetches vital signs ended in a panic");
        }
    }
}

fn lock(felt: &Mutex<Felt>) -> MutexGuard<'_, Felt> {
    felt.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Changes what was felt, and says so where it changed.
fn change(felt: &Mutex<Felt>, change: impl FnOnce(&mut Felt)) {
    let mut felt = lock(felt);
    let before = felt.clone();
    change(&mut felt);
    if *felt != before {
        felt.revision = before.revision + 1;
    }
}

/// Fetches what is wished, for as long as somebody may wish.
async fn follow(
    http: &Http,
    pace: Pace,
    every: Duration,
    mut wished: watch::Receiver<Option<Wish>>,
    felt: &Mutex<Felt>,
) {
    let mut backoff = Backoff::new(pace);
    let mut before: Option<Wish> = None;
    loop {
        let Ok(wish) = wished.wait_for(Option::is_some).await.map(|wish| wish.clone()) else { return };
        let Some(wish) = wish else { continue };
        wished.mark_unchanged();
        if before.as_ref() != Some(&wish) {
            change(felt, |felt| forget(felt, before.as_ref(), &wish));
            before = Some(wish.clone());
        }
        let fetched = tokio::select! {
            fetched = fetch(http, &wish, felt) => fetched,
            // Somebody looks elsewhere: what was asked for is of no use any more.
            changed = wished.changed() => match changed {
                Ok(()) => continue,
                Err(_) => return,
            },
        };
        let wait = match fetched {
            Ok(unread) => {
                backoff.reset();
                change(felt, |felt| felt.trouble = unread);
                every
            }
            Err(trouble) => {
                change(felt, |felt| felt.trouble = Some(trouble.why.clone()));
                backoff.wait(trouble.again)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            changed = wished.changed() => if changed.is_err() { return },
        }
    }
}

/// Drops the answers that are not to what is looked at now.
fn forget(felt: &mut Felt, before: Option<&Wish>, now: &Wish) {
    let is_here = before.is_some_and(|before| before.area == now.area);
    if !is_here {
        felt.signs = None;
    }
    if !is_here || before.is_some_and(|before| (&before.sign, before.span) != (&now.sign, now.span)) {
        felt.sign = None;
    }
    if !now.quality {
        felt.quality = None;
    }
    felt.trouble = None;
}

/// Fetches each answer that is wished; what of it could not be read.
async fn fetch(http: &Http, wish: &Wish, felt: &Mutex<Felt>) -> Result<Option<String>, Trouble> {
    let mut problems = feeds::Problems::default();
    if wish.wants_signs() {
        let body = ask::get(http, &ask::signs(&wish.area)).await?;
        let (signs, unread) = feeds::read_vital_signs(&body).map_err(ask::unreadable)?;
        problems.merge(unread);
        change(felt, |felt| felt.signs = Some(Arc::new(signs)));
    }
    if let Some(sign) = &wish.sign {
        let body = ask::get(http, &ask::sign(sign, &wish.area, wish.span)).await?;
        let (sign, unread) = feeds::read_vital_sign(&body).map_err(ask::unreadable)?;
        problems.merge(unread);
        change(felt, |felt| felt.sign = Some(Arc::new(sign)));
    }
    if wish.quality {
        let body = ask::get(http, ask::QUALITY).await?;
        let (quality, unread) = feeds::read_quality(&body).map_err(ask::unreadable)?;
        problems.merge(unread);
        change(felt, |felt| felt.quality = Some(Arc::new(quality)));
    }
    let sample = problems.sample.unwrap_or_default();
    Ok((problems.count > 0)
        .then(|| format!("{} rows of the vital signs cannot be read: {sample}", problems.count)))
}
