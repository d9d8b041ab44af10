//! Tiles from the web: kept ones while they are fresh, else asked for, and old ones where nobody answers.

use super::archive::LONGEST_TILE;
use super::freshness::{fresh_for, text};
use super::kept_tile::{KeptTile, now_ms};
use super::kept_tiles::KeptTiles;
use super::line::Line;
use super::patience::ImageryPatience;
use super::shelf::Shelf;
use super::supply::{Brought, picture, place};
use super::web_answer::{Answer, Ask};
use crate::backoff::{Again, Backoff};
use crate::config::Pace;
use overlays::imagery::{Picture, TileAddress, UrlTemplate};
use reqwest::Client;
use reqwest::header::{ETAG, HeaderMap, LAST_MODIFIED};
use std::sync::Arc;
use std::time::Duration;

/// What the threads of one source share.
pub(super) struct Web {
    pub(super) template: UrlTemplate,
    pub(super) kept: Option<KeptTiles>,
    pub(super) line: Line,
    pub(super) shelf: Arc<Shelf>,
    pub(super) patience: ImageryPatience,
}

impl Web {
    pub(super) async fn bring(&self, client: &Client, address: TileAddress) -> Brought {
        let kept = self.kept.as_ref().and_then(|kept| kept.get(address));
        // What is damaged on disk is as good as not there.
        let old = kept.and_then(|tile| picture(&tile.bytes).ok().map(|picture| (tile, picture)));
        match old {
            Some((tile, picture)) if tile.is_fresh() => Brought::Picture(picture),
            old => self.ask(client, address, old).await,
        }
    }

    async fn ask(&self, client: &Client, address: TileAddress, old: Option<(KeptTile, Picture)>) -> Brought {
        let ImageryPatience { first_wait, longest_wait, stalled_after, failed_for, .. } = self.patience;
        let mut backoff = Backoff::new(Pace { first_wait, longest_wait, ..Pace::default() });
        let accept = "image/webp,image/png,image/jpeg,image/*;q=0.8";
        let ask = Ask { client, host: self.template.host(), stalled_after, accept, most: LONGEST_TILE };
        let url = self.template.url(address);
        let etag = old.as_ref().and_then(|(tile, _)| tile.etag.clone());
        let last_modified = old.as_ref().and_then(|(tile, _)| tile.last_modified.clone());
        let (mut tries, mut said) = (0, None);
        let (why, again_after) = loop {
            let offline = self.shelf.health().offline;
            if let Some(closed) = self.line.closed_for() {
                // An old tile, or the one above it, is better than waiting for long.
                if closed > longest_wait || offline || old.is_some() {
                    break (said, closed);
                }
                tokio::time::sleep(closed).await;
                continue;
            }
            if offline {
                // One tries whether the host is back; the others go on with what is kept.
                self.line.is_cut();
            }
            tries += 1;
            let answer = ask.ask(&url, etag.as_deref(), last_modified.as_deref()).await;
            if !matches!(answer, Answer::Unreachable(_)) {
                self.line.answers(offline);
                self.shelf.note(false, None);
            }
            match answer {
                Answer::Tile(headers, bytes) => match picture(&bytes) {
                    Ok(picture) => {
                        self.keep(address, &headers, bytes);
                        return Brought::Picture(picture);
                    }
                    Err(why) => break (Some(format!("{}: {}: {why}", ask.host, place(address))), failed_for),
                },
                Answer::Unchanged(headers) => {
                    let Some((tile, picture)) = old else {
                        break (
                            Some(format!("{} says that what was never sent has not changed", ask.host)),
                            failed_for,
                        );
                    };
                    self.renew(address, tile, &headers);
                    return Brought::Picture(picture);
                }
                Answer::Absent => {
                    if let Some(kept) = &self.kept {
                        kept.forget(address);
                    }
                    return Brought::Absent;
                }
                Answer::Refused(why) => break (Some(why), failed_for * 4),
                Answer::Later(why, asked) => {
                    let wait = asked.unwrap_or_default().max(backoff.wait(Again::Doubling));
                    self.line.close_for(wait);
                    said = Some(why.clone());
                    if tries >= self.patience.tries {
                        break (Some(format!("{why}, given up after {tries} tries")), failed_for.max(wait));
                    }
                }
                // A connection kept open too long breaks just so: the host is not away before it is so twice.
                Answer::Unreachable(_) if tries < 2 && !offline => {
                    tokio::time::sleep(backoff.wait(Again::Doubling)).await
                }
                Answer::Unreachable(why) => {
                    self.shelf.note(true, Some(why));
                    break (None, self.line.is_cut());
                }
            }
        };
        self.instead(old, why, again_after)
    }

    /// The old tile, where there is one; trouble is told in either case.
    fn instead(
        &self,
        old: Option<(KeptTile, Picture)>,
        why: Option<String>,
        again_after: Duration,
    ) -> Brought {
        let offline = self.shelf.health().offline;
        match old {
            Some((_, picture)) => {
                self.shelf.note(offline, why);
                Brought::Picture(picture)
            }
            None => {
                let known = || self.shelf.health().problem;
                let silent = || format!("{} asks for patience", self.template.host());
                Brought::Failed { why: why.or_else(known).unwrap_or_else(silent), again_after }
            }
        }
    }

    fn keep(&self, address: TileAddress, headers: &HeaderMap, bytes: Vec<u8>) {
        let (Some(kept), Some(fresh)) = (&self.kept, fresh_for(headers)) else { return };
        let tile = KeptTile {
            bytes,
            etag: text(headers, &ETAG),
            last_modified: text(headers, &LAST_MODIFIED),
            fetched_ms: now_ms(),
            fresh_ms: fresh.as_millis() as i64,
        };
        if let Err(why) = kept.put(address, &tile) {
            self.shelf.note(false, Some(format!("tiles are not kept on disk: {why}")));
        }
    }

    /// What was kept is right for longer.
    fn renew(&self, address: TileAddress, tile: KeptTile, headers: &HeaderMap) {
        let mut all = HeaderMap::new();
        for (name, old) in [(ETAG, &tile.etag), (LAST_MODIFIED, &tile.last_modified)] {
            if let Some(value) = old.as_deref().and_then(|value| value.parse().ok()) {
                all.insert(name, value);
            }
        }
        all.extend(headers.clone());
        self.keep(address, &all, tile.bytes);
    }
}
