//! The keys of an issuer, as far as they are known.
//!
//! They are fetched when the first token comes, again for a key that is not known yet, and once in a while, so that
//! what the issuer withdrew is forgotten. While the issuer is away its known keys go on being good. One asking serves
//! all who wait, and goes on when they wait no more: tokens that name keys nobody has neither queue nor hurry it.

use super::TokenFault;
use super::issuer_keys::Source;
use super::trusted_key::TrustedKey;
use jsonwebtoken::Algorithm;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How long after an asking tokens that name unknown keys make for another.
const UNKNOWN_EVERY: Duration = Duration::from_secs(5);
/// After how long known keys are fetched anew.
const KNOWN_FOR: Duration = Duration::from_secs(600);
/// How often that is tried while the issuer is away.
const STALE_EVERY: Duration = Duration::from_secs(60);
/// For how long somebody whose key is known waits for it to be confirmed.
const ASIDE: Duration = Duration::from_secs(1);

/// The keys of an issuer, as far as they are known.
pub struct KnownKeys {
    /// Whose they are.
    issuer: String,
    source: Source,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    keys: Vec<TrustedKey>,
    /// When the keys came.
    since: Option<Instant>,
    /// When it was last known whether they come.
    tried: Option<Instant>,
    /// Whether they did not come then.
    away: bool,
    /// Closed as soon as the latest asking is over.
    asking: Option<watch::Receiver<()>>,
}

impl KnownKeys {
    /// No keys yet of `issuer`; they will come from `source`.
    pub fn new(issuer: &str, source: Source) -> Arc<Self> {
        Arc::new(Self { issuer: issuer.to_owned(), source, known: Mutex::default() })
    }

    /// The key called `id` for `algorithm`; a token that names none is signed with the only one.
    pub async fn find(
        self: &Arc<Self>,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<TrustedKey, TokenFault> {
        if let Some(mut over) = self.worth_waiting(id, algorithm) {
            let is_known = self.lock().find(id, algorithm).is_some();
            // Nothing is ever sent: an error says that the asking is over. Who has a key is not kept waiting by an issuer
            // that does not answer.
            let _ = match is_known {
                true => tokio::time::timeout(ASIDE, over.changed()).await.is_ok(),
                false => over.changed().await.is_ok(),
            };
        }
        let known = self.lock();
        known.find(id, algorithm).ok_or(match known.away {
            true => TokenFault::IssuerAway,
            false => TokenFault::Wrong("its issuer has no key such as it names"),
        })
    }

    /// The asking whose end somebody who needs this key should wait for, begun where it is time.
    fn worth_waiting(
        self: &Arc<Self>,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Option<watch::Receiver<()>> {
        let mut known = self.lock();
        let asking = known.asking.clone().filter(|asking| asking.has_changed().is_ok());
        match (known.find(id, algorithm), asking) {
            // Whoever finds the keys old asks for them anew; nobody else waits for that.
            (Some(_), None) if known.is_stale() => Some(self.ask(&mut known)),
            (Some(_), _) => None,
            (None, Some(asking)) => Some(asking),
            (None, None) => long_ago(known.tried, UNKNOWN_EVERY).then(|| self.ask(&mut known)),
        }
    }

    /// Asks for the keys; those known stay where none come.
    fn ask(self: &Arc<Self>, known: &mut Known) -> watch::Receiver<()> {
        let (asked, asking) = watch::channel(());
        known.asking = Some(asking.clone());
        let this = self.clone();
        tokio::spawn(async move {
            let fetched = this.source.fetch(&this.issuer).await;
            this.lock().take(fetched, &this.issuer);
            drop(asked);
        });
        asking
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<TrustedKey> {
        let mut fitting = self.keys.iter().filter(|key| {
            // Two keys of different kinds may have one name.
            key.algorithm() == algorithm && (id.is_none() || key.id() == id)
        });
        let first = fitting.next()?;
        (id.is_some() || fitting.next().is_none()).then(|| first.clone())
    }

    fn take(&mut self, fetched: Result<Vec<TrustedKey>, String>, issuer: &str) {
        self.tried = Some(Instant::now());
        self.away = fetched.is_err();
        match fetched {
            Ok(keys) => {
                if keys.is_empty() {
                    tracing::warn!(
                        issuer,
                        "an issuer has no key for RS256 or EdDSA: none of its tokens is good"
                    );
                } else {
                    tracing::info!(issuer, keys = keys.len(), "the keys of an issuer came");
                }
                (self.keys, self.since) = (keys, self.tried);
            }
            Err(why) => tracing::warn!(issuer, why, "the keys of an issuer did not come"),
        }
    }

    fn is_stale(&self) -> bool {
        long_ago(self.since, KNOWN_FOR) && long_ago(self.tried, STALE_EVERY)
    }
}

fn long_ago(at: Option<Instant>, span: Duration) -> bool {
    at.is_none_or(|at| at.elapsed() >= span)
}
