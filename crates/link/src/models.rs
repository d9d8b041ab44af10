//! The files of tilesets from the web: kept on disk while they are fresh, else asked for, and old ones where nobody
//! answers.
//!
//! [`WebModels`] waits for the network, so whoever asks it does so on a thread of its own. No text made here holds what
//! follows `?` in an address: it may be a key. Deliberately absent: what the files mean, which `models` knows.

use crate::backoff::{Again, Backoff};
use crate::config::Pace;
use crate::fetch::{on_this_machine, redirect};
use crate::imagery::freshness::{fresh_for, text};
use crate::imagery::kept_tile::{KeptTile, now_ms};
use crate::imagery::kept_tiles::KeptTiles;
use crate::imagery::web_answer::{Answer, Ask};
use models::{Fetch, LARGEST_FILE, ModelError};
use overlays::imagery::TileAddress;
use reqwest::header::{ETAG, HeaderMap, LAST_MODIFIED};
use reqwest::{Client, Url, redirect::Policy};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

/// What is kept on disk at most, bytes.
const KEPT: u64 = 1 << 30;
/// How often a file is asked for, and the longest wait between.
const TRIES: u32 = 4;
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// A connection on which no byte came for this long is cut.
const STALLED_AFTER: Duration = Duration::from_secs(15);
/// After the host could not be reached, what is kept is shown for this long without asking.
const CUT_FOR: Duration = Duration::from_secs(10);

/// Why a tileset of the web cannot be asked for at all.
#[derive(Debug, thiserror::Error)]
pub enum WebModelsError {
    /// Its address is none.
    #[error("the address of the tileset is none ({0}): write it like https://HOST/…/tileset.json")]
    BadAddress(String),
    /// The network cannot be used.
    #[error("tilesets cannot be asked for by HTTP: {0}")]
    NoClient(String),
}

/// Brings the files of one tileset.
pub struct WebModels {
    client: Client,
    runtime: Option<Runtime>,
    /// Without a place on disk files come all the same.
    kept: Option<KeptTiles>,
    cut_until: Mutex<Option<Instant>>,
}

impl WebModels {
    /// Gets ready to bring the files of the tileset at an address; they are kept in the folder `cache`.
    pub fn open(address: &str, cache: &Path) -> Result<Self, WebModelsError> {
        let url = Url::parse(address).map_err(|why| WebModelsError::BadAddress(why.to_string()))?;
        let mut client = Client::builder()
            .user_agent(concat!("Shancheng/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::custom(redirect))
            .connect_timeout(Duration::from_secs(10));
        if on_this_machine(&url) {
            client = client.no_proxy();
        }
        let no_client = |why: &dyn std::fmt::Display| WebModelsError::NoClient(why.to_string());
        let client = client.build().map_err(|why| no_client(&why))?;
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let kept = KeptTiles::open_in(cache, "models.sqlite", address, KEPT);
        let kept = kept.map_err(|why| tracing::warn!("tilesets are not kept on disk: {why}")).ok();
        let runtime = Some(runtime.map_err(|why| no_client(&why))?);
        Ok(Self { client, runtime, kept, cut_until: Mutex::new(None) })
    }

    fn is_cut(&self) -> bool {
        let until = *self.cut_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn cut(&self, is_cut: bool) {
        let until = is_cut.then(|| Instant::now() + CUT_FOR);
        *self.cut_until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }

    async fn ask(&self, address: &str, host: &str, old: Option<KeptTile>) -> Result<Vec<u8>, ModelError> {
        let pace =
            Pace { first_wait: Duration::from_millis(300), longest_wait: LONGEST_WAIT, ..Pace::default() };
        let mut backoff = Backoff::new(pace);
        let most = LARGEST_FILE as usize;
        let ask = Ask { client: &self.client, host, stalled_after: STALLED_AFTER, accept: "*/*", most };
        let etag = old.as_ref().and_then(|old| old.etag.clone());
        let last_modified = old.as_ref().and_then(|old| old.last_modified.clone());
        for tries in 1.. {
            let answer = ask.ask(address, etag.as_deref(), last_modified.as_deref()).await;
            if !matches!(answer, Answer::Unreachable(_)) {
                self.cut(false);
            }
            let (why, wait) = match answer {
                Answer::Tile(headers, bytes) => {
                    self.keep(address, &headers, &bytes, None);
                    return Ok(bytes);
                }
                Answer::Unchanged(headers) => match old {
                    Some(old) => {
                        self.keep(address, &headers, &old.bytes, Some(&old));
                        return Ok(old.bytes);
                    }
                    None => {
                        return Err(unreadable(format!(
                            "{host} says that what was never sent has not changed"
                        )));
                    }
                },
                Answer::Absent => return Err(unreadable(format!("{host} has no such file"))),
                Answer::Refused(why) => return Err(unreadable(why)),
                Answer::Later(why, asked) => {
                    (why, asked.unwrap_or_default().max(backoff.wait(Again::Doubling)))
                }
                Answer::Unreachable(why) => (why, backoff.wait(Again::Doubling)),
            };
            if tries >= TRIES || wait > LONGEST_WAIT || old.is_some() {
                // An old file is better than none, and than waiting for long.
                self.cut(true);
                return old.map(|old| old.bytes).ok_or_else(|| unreadable(why));
            }
            tokio::time::sleep(wait).await;
        }
        Err(unreadable(format!("{host} does not answer")))
    }

    fn keep(&self, address: &str, headers: &HeaderMap, bytes: &[u8], old: Option<&KeptTile>) {
        let (Some(kept), Some(fresh)) = (&self.kept, fresh_for(headers)) else { return };
        let file = KeptTile {
            bytes: bytes.to_vec(),
            etag: text(headers, &ETAG).or(old.and_then(|old| old.etag.clone())),
            last_modified: text(headers, &LAST_MODIFIED).or(old.and_then(|old| old.last_modified.clone())),
            fetched_ms: now_ms(),
            fresh_ms: fresh.as_millis() as i64,
        };
        if let Err(why) = kept.put(key(address), &file) {
            tracing::warn!("a file of a tileset is not kept on disk: {why}");
        }
    }
}

/// Where a file is kept: its address as a checksum.
fn key(address: &str) -> TileAddress {
    let sum = Sha256::digest(address.as_bytes());
    let word = |n: usize| u32::from_le_bytes([sum[n], sum[n + 1], sum[n + 2], sum[n + 3]]);
    TileAddress { zoom: sum[8] & 15, column: word(0), row: word(4) }
}

fn unreadable(why: String) -> ModelError {
    ModelError::Unreadable(why)
}

impl Fetch for WebModels {
    fn fetch(&self, address: &str) -> Result<Vec<u8>, ModelError> {
        let old = self.kept.as_ref().and_then(|kept| kept.get(key(address)));
        let old = match old {
            Some(old) if old.is_fresh() || self.is_cut() => return Ok(old.bytes),
            old => old,
        };
        let url = Url::parse(address).map_err(|why| unreadable(format!("its address is none: {why}")))?;
        let host = url.host_str().unwrap_or_default();
        let Some(runtime) = &self.runtime else { return Err(unreadable("it is over".to_owned())) };
        runtime.block_on(self.ask(address, host, old))
    }
}

impl Drop for WebModels {
    fn drop(&mut self) {
        // A name that is still being looked up must not hold up the end.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
