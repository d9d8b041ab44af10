//! All pages of a collection, each asked only for changes where the server lets it.

use super::super::desk::Desk;
use super::super::web::{Since, Web};
use super::server::Server;
use super::{ACCEPT, place};
use crate::backoff::Trouble;
use feeds::ogc_features::{Chain, Collection, Feature, FeaturePage, ItemsRequest, NextRefused, read_items};
use feeds::told::FeatureSet;
use feeds::{Cause, Problems};
use reqwest::Url;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

/// How many features of a collection are read.
const MOST_FEATURES: usize = 200_000;
/// How many of its pages.
const MOST_PAGES: usize = 2_000;
/// How many bytes of its pages.
const MOST_BYTES: usize = 512 << 20;
/// How many features a page is asked to hold.
const A_PAGE: u32 = 1_000;

/// A collection as it was read last.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) title: String,
    pub(super) read_at: Option<Instant>,
    told: Option<Arc<FeatureSet>>,
    pages: Vec<Page>,
    /// How much was left out of the question because the server refused it.
    plainness: usize,
}

/// A page as it was read last, and which of the features it held.
#[derive(Clone)]
struct Page {
    address: String,
    since: Since,
    next: Option<String>,
    features: Range<usize>,
    matched: Option<u64>,
}

/// What a round brings.
#[derive(Default)]
struct Round {
    features: Vec<Feature>,
    /// The ids of those that have one: what moved while the pages were read may stand on two.
    ids: HashSet<String>,
    pages: Vec<Page>,
    fresh: u64,
    bytes: usize,
    problems: Problems,
}

impl Round {
    /// Adds the features of a page; false where some stood on another page before.
    fn add(&mut self, features: impl IntoIterator<Item = Feature>) -> bool {
        let mut are_all_new = true;
        for feature in features {
            let is_new = feature.id.as_ref().is_none_or(|id| self.ids.insert(id.clone()));
            are_all_new &= is_new;
            self.features.extend(Some(feature).filter(|_| is_new));
        }
        are_all_new
    }
}

impl Kept {
    /// Reads it; `None` where it is as it was, else all of it and how many features came anew.
    pub(super) async fn read(
        &mut self,
        desk: &Desk,
        web: &Web,
        server: &Server,
        collection: &Collection,
    ) -> Result<Option<(Arc<FeatureSet>, u64)>, Trouble> {
        let items = server.items(collection)?;
        let round = loop {
            let address = question(self.plainness, collection)
                .address(&items)
                .map_err(|why| Trouble::lasting(Cause::Stranger, why.to_string()))?;
            match self.round(desk, web, server, address).await {
                // Some refuse what they do not know, or a limit above their own (17-069r4, 7.15.3 leaves it to them).
                Err(trouble) if trouble.status == Some(400) && self.plainness < 2 => self.plainness += 1,
                Err(trouble) => {
                    if trouble.status == Some(400) {
                        self.plainness = 0;
                    }
                    return Err(trouble);
                }
                Ok(round) => break round,
            }
        };
        desk.problems(round.problems);
        (self.pages, self.title) = (round.pages, collection.title.clone());
        let set =
            FeatureSet { id: collection.id.clone(), title: self.title.clone(), features: round.features };
        if self.told.as_deref() == Some(&set) {
            return Ok(None);
        }
        let set = Arc::new(set);
        self.told = Some(set.clone());
        Ok(Some((set, round.fresh)))
    }

    async fn round(&self, desk: &Desk, web: &Web, server: &Server, first: String) -> Result<Round, Trouble> {
        let (mut round, mut address) = (Round::default(), first);
        let mut chain = Chain::new(&address);
        loop {
            let before = round.features.len();
            self.page(desk, web, &address, &mut round).await?;
            let page = round.pages.last_mut();
            let Some((next, matched)) = page.map(|page| (page.next.clone(), page.matched)) else {
                return Ok(round);
            };
            let read = round.features.len();
            let Some(next) = next else {
                if let Some(matched) =
                    matched.filter(|matched| *matched > read as u64 && read < MOST_FEATURES)
                {
                    let why = format!("{matched} features are said to be there, and the pages hold {read}");
                    round.problems.add(why, &address);
                }
                return Ok(round);
            };
            if read >= MOST_FEATURES || round.pages.len() >= MOST_PAGES || round.bytes >= MOST_BYTES {
                let why = format!(
                    "more features than are read: {read} on {} pages are shown, the rest is not",
                    round.pages.len()
                );
                round.problems.add(why, &address);
                return Ok(round);
            }
            let next = match chain.follow(&address, read - before, &next) {
                Err(NextRefused::OtherServer { from, to }) => match rebased(&address, &next) {
                    Some(next) => chain.follow(&address, read - before, &next),
                    None => Err(NextRefused::OtherServer { from, to }),
                },
                other => other,
            };
            let next = next.map_err(|why| Trouble::lasting(Cause::Stranger, why.to_string()))?;
            address = server.address(next);
        }
    }

    /// Reads one page into `round`.
    async fn page(&self, desk: &Desk, web: &Web, address: &str, round: &mut Round) -> Result<(), Trouble> {
        let old = self.pages.get(round.pages.len()).filter(|old| old.address == address);
        let start = round.features.len();
        let mut since = old.map(|old| old.since.clone()).unwrap_or_default();
        let Some(body) = web.get(address, ACCEPT, Some(&mut since)).await? else {
            let kept = old
                .zip(self.told.as_ref())
                .and_then(|(old, told)| Some((old, told.features.get(old.features.clone())?)));
            let Some((old, features)) = kept else {
                return Err(Trouble::new(
                    Cause::Unable,
                    format!("{address} answers 304 to a first question"),
                ));
            };
            // A page that was kept in part is read whole the next time.
            let since = if round.add(features.iter().cloned()) { since } else { Since::default() };
            round.pages.push(Page { features: start..round.features.len(), since, ..old.clone() });
            return Ok(());
        };
        let mut page = read_page(desk, &body.bytes, body.header("content-crs"))?;
        let mut bytes = body.bytes.len();
        if page.is_cut_off {
            // Once more, and then it is trouble: without its end nobody knows whether there is another.
            since = Since::default();
            let again = web.whole_of(address, ACCEPT).await?;
            page = read_page(desk, &again.bytes, again.header("content-crs"))?;
            bytes += again.bytes.len();
            if page.is_cut_off {
                return Err(Trouble::new(Cause::Broken, format!("the page {address} is cut off, twice")));
            }
        }
        let next = page.next().map(str::to_owned);
        let matched = page.number_matched;
        let room = MOST_FEATURES.saturating_sub(start);
        if page.features.len() > room {
            round.problems.add(format!("more than {MOST_FEATURES} features: the rest is not shown"), address);
            page.features.truncate(room);
        }
        round.problems.merge(page.problems);
        round.bytes += bytes;
        round.fresh += page.features.len() as u64;
        let since = if round.add(page.features) { since } else { Since::default() };
        let features = start..round.features.len();
        round.pages.push(Page { address: address.to_owned(), since, next, features, matched });
        Ok(())
    }
}

fn read_page(desk: &Desk, bytes: &[u8], content_crs: &str) -> Result<FeaturePage, Trouble> {
    let crs = Some(content_crs).filter(|crs| !crs.is_empty());
    let unreadable = |why: String| Trouble::lasting(Cause::Unreadable, why);
    let mut page = read_items(bytes, crs).map_err(|why| unreadable(why.to_string()))?;
    place::settle(&mut page, desk.source.datum).map_err(unreadable)?;
    Ok(page)
}

/// What is asked of a collection: the city and large pages; less where the server refused that.
fn question(plainness: usize, collection: &Collection) -> ItemsRequest {
    // CRS84 is what comes where nothing is asked; a server that says it has others only is asked for its first.
    let crs = collection.crs.first().filter(|_| collection.crs.iter().all(|crs| !crs.is_crs84()));
    ItemsRequest {
        bbox: (plainness < 2).then(|| place::CITY.to_vec()),
        limit: (plainness < 1).then_some(A_PAGE),
        crs: crs.filter(|crs| crs.uri().is_ok()).cloned(),
        ..ItemsRequest::default()
    }
}

/// The next page here, where a server behind a proxy calls itself by another name: same path below `collections`.
fn rebased(page: &str, next: &str) -> Option<String> {
    let (mut here, there) = (Url::parse(page).ok()?, Url::parse(next).ok()?);
    let tail = |url: &Url| url.path().rfind("/collections/").map(|at| url.path()[at..].to_owned());
    if tail(&here)? != tail(&there)? {
        return None;
    }
    here.set_query(there.query());
    Some(here.into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_server_that_calls_itself_otherwise_is_asked_where_it_is() {
        let here = "http://10.0.0.5/geo/collections/a/items?limit=2";
        assert_eq!(
            rebased(here, "http://localhost:5000/collections/a/items?offset=2").unwrap(),
            "http://10.0.0.5/geo/collections/a/items?offset=2"
        );
        assert_eq!(rebased(here, "http://evil.example/collections/b/items"), None);
        assert_eq!(rebased(here, "http://evil.example/steal"), None);
    }
}
