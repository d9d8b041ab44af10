//! Somebody else whose tokens are accepted: an OpenID Connect issuer, known by its address and its published keys.
//!
//! The keys are fetched when the first token comes, again for a key that is not known yet, and once in a while, so that
//! what the issuer withdrew is forgotten. While the issuer is away its known keys go on being good.

use super::trusted_key::TrustedKey;
use super::{Badge, TokenFault, claims, in_time, issuer_keys};
use crate::{BackendError, IssuerConfig};
use reqwest::Url;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often keys are fetched for tokens that name unknown ones, at most.
const UNKNOWN_EVERY: Duration = Duration::from_secs(5);
/// After how long known keys are fetched anew.
const KNOWN_FOR: Duration = Duration::from_secs(600);
/// How often that is tried while the issuer is away.
const STALE_EVERY: Duration = Duration::from_secs(60);

/// Somebody else whose tokens are accepted.
pub struct Issuer {
    config: IssuerConfig,
    /// The host of its address, which tells its people from those of others.
    host: String,
    source: issuer_keys::Source,
    known: Mutex<Known>,
    /// Held by whoever fetches.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    keys: Arc<Vec<TrustedKey>>,
    /// When the keys came.
    since: Option<Instant>,
    /// When they were last asked for.
    tried: Option<Instant>,
    /// Why they did not come then.
    away: Option<String>,
}

impl Issuer {
    /// An issuer as configured; it is not asked for anything yet.
    pub fn new(config: &IssuerConfig) -> Result<Self, BackendError> {
        let bad = |why: String| BackendError::Issuer { issuer: config.url.clone(), why };
        let url = Url::parse(&config.url).map_err(|e| bad(format!("is no address: {e}")))?;
        issuer_keys::secure(&url).map_err(&bad)?;
        if config.audience.trim().is_empty() {
            return Err(bad(
                "needs an audience: the word by which its tokens are meant for this backend".to_owned()
            ));
        }
        let source = issuer_keys::Source::new(config).map_err(bad)?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let known = Mutex::default();
        Ok(Self { config: config.clone(), host, source, known, fetching: tokio::sync::Mutex::default() })
    }

    /// What its tokens call it.
    pub fn url(&self) -> &str {
        &self.config.url
    }

    /// Whom a token of this issuer names.
    pub async fn check(&self, token: &str, key: Option<&str>) -> Result<Badge, TokenFault> {
        let claims = self.key(key).await?.claims(token, &self.config.url, &self.config.audience)?;
        let whose =
            claims::name(&claims, &self.host).ok_or(TokenFault::Wrong("whom it names cannot be read"))?;
        let expires = in_time(&claims, &whose)?;
        match claims::actor(&claims, &self.config.claims, &whose) {
            Ok(actor) => Ok(Badge { actor, expires: Some(expires) }),
            Err(why) => Err(TokenFault::Unfit { whose, why }),
        }
    }

    /// The key that a token names; a token that names none is signed with the only one.
    async fn key(&self, id: Option<&str>) -> Result<TrustedKey, TokenFault> {
        let found = self.find(id);
        if found.is_some() {
            // Whoever finds the keys old asks for them anew; nobody else waits for that.
            let is_stale = self.lock().is_stale();
            if is_stale && let Ok(_fetching) = self.fetching.try_lock() {
                self.fetch().await;
            }
        } else {
            let _fetching = self.fetching.lock().await;
            // Somebody else may have fetched them while this waited.
            if self.find(id).is_none() && self.lock().tried.is_none_or(|at| at.elapsed() >= UNKNOWN_EVERY) {
                self.fetch().await;
            }
        }
        self.find(id).ok_or_else(|| match &self.lock().away {
            Some(why) => {
                TokenFault::IssuerAway(format!("the keys of {} cannot be had: {why}", self.config.url))
            }
            None => TokenFault::Wrong("its issuer has no key such as it names"),
        })
    }

    fn find(&self, id: Option<&str>) -> Option<TrustedKey> {
        let known = self.lock();
        match (id, known.keys.as_slice()) {
            (Some(id), keys) => keys.iter().find(|key| key.id() == Some(id)).cloned(),
            (None, [only]) => Some(only.clone()),
            (None, _) => None,
        }
    }

    /// Asks for the keys; those known stay where none come.
    async fn fetch(&self) {
        self.lock().tried = Some(Instant::now());
        let fetched = self.source.fetch(&self.config.url).await;
        let mut known = self.lock();
        match fetched {
            Ok(keys) => {
                tracing::info!(issuer = self.config.url, keys = keys.len(), "the keys of an issuer came");
                *known = Known {
                    keys: Arc::new(keys),
                    since: Some(Instant::now()),
                    tried: known.tried,
                    away: None,
                };
            }
            Err(why) => {
                tracing::warn!(issuer = self.config.url, why, "the keys of an issuer did not come");
                known.away = Some(why);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn is_stale(&self) -> bool {
        let long_ago = |at: Option<Instant>, span| at.is_none_or(|at: Instant| at.elapsed() >= span);
        long_ago(self.since, KNOWN_FOR) && long_ago(self.tried, STALE_EVERY)
    }
}
