//! What a server of OGC API – Features has, and how it is asked.

use super::super::desk::Desk;
use super::super::stranger::{nothing_there, stranger};
use super::super::web::{Body, Web};
use super::ACCEPT;
use crate::backoff::Trouble;
use feeds::Cause;
use feeds::ogc_features::{
    Chain, Collection, FeaturesError, items_address, next_address, read_collections, read_landing,
};
use reqwest::Url;
use std::collections::{HashMap, HashSet};

const WANTED: &str = "landing page of OGC API – Features";
/// How many pages of a list of collections are read.
const MOST_LISTS: usize = 100;

pub(super) struct Server {
    /// Where its landing page was in the end.
    landing: Url,
    /// The address that was asked for: what its query says, such as a key, is said with every question.
    asked: Option<Url>,
    /// On which page each collection stands, by its id: links on a page are relative to it (RFC 3986, 5.1.3).
    stands_on: HashMap<String, Url>,
    /// True where it answers in HTML unless the address asks for JSON.
    by_address: bool,
    pub(super) collections: Vec<Collection>,
}

impl Server {
    pub(super) async fn read(desk: &Desk, web: &Web, url: &str) -> Result<Self, Trouble> {
        let ask = async |address: String| -> Result<Body, Trouble> {
            web.whole_of(&address, ACCEPT).await.map_err(|trouble| nothing_there(trouble, WANTED))
        };
        let mut body = ask(url.to_owned()).await?;
        let mut by_address = false;
        let mut read = read_landing(&body.bytes);
        if matches!(read, Err(FeaturesError::NoJson { .. })) {
            by_address = true;
            body = ask(with_json(url)).await?;
            read = read_landing(&body.bytes);
        }
        let landing = read.map_err(|why| stranger(WANTED, why, &body.bytes))?;
        desk.problems(landing.problems.clone());
        let mut server = Self {
            landing: body.url,
            asked: Url::parse(url).ok(),
            stands_on: HashMap::new(),
            by_address,
            collections: Vec::new(),
        };
        // A server that does not know its own address names another; below the landing page it is all the same.
        let mut plain = server.landing.clone();
        plain.set_query(None);
        let below = format!("{}/collections", plain.as_str().trim_end_matches('/'));
        let list = landing.data().and_then(|href| next_address(server.landing.as_str(), href).ok());
        let mut address = server.address(list.unwrap_or(below));
        let (mut chain, mut ids) = (Chain::new(&address), HashSet::new());
        loop {
            let body = ask(address.clone()).await?;
            let list = read_collections(&body.bytes)
                .map_err(|why| stranger("list of collections", why, &body.bytes))?;
            desk.problems(list.problems.clone());
            let next = list.next().map(str::to_owned);
            let (before, told) = (server.collections.len(), list.collections.len());
            for one in list.collections.into_iter().filter(|one| ids.insert(one.id.clone())) {
                server.stands_on.insert(one.id.clone(), body.url.clone());
                server.collections.push(one);
            }
            let Some(next) = next.filter(|_| chain.pages() < MOST_LISTS && server.collections.len() > before)
            else {
                return Ok(server);
            };
            let next = chain.follow(body.url.as_str(), told, &next);
            address = server.address(next.map_err(|why| Trouble::lasting(Cause::Stranger, why.to_string()))?);
        }
    }

    /// An address as this server wants to be asked.
    pub(super) fn address(&self, address: String) -> String {
        let address = match &self.asked {
            Some(asked) => with_query_of(asked, address),
            None => address,
        };
        if self.by_address { with_json(&address) } else { address }
    }

    /// Where the items of a collection are.
    pub(super) fn items(&self, collection: &Collection) -> Result<String, Trouble> {
        let page = self.stands_on.get(&collection.id).unwrap_or(&self.landing);
        let linked = collection.items().and_then(|href| next_address(page.as_str(), href).ok());
        let mut plain = self.landing.clone();
        plain.set_query(None);
        let address = match linked {
            Some(address) => address,
            None => items_address(plain.as_str(), &collection.id)
                .map_err(|why| Trouble::lasting(Cause::Stranger, why.to_string()))?,
        };
        Ok(self.address(address))
    }
}

/// The address with what the query of `asked` says besides, where it is of the same server.
fn with_query_of(asked: &Url, address: String) -> String {
    let Ok(mut url) = Url::parse(&address) else { return address };
    let is_said = |name: &str| url.query_pairs().any(|(said, _)| said == name);
    let more: Vec<_> = asked.query_pairs().filter(|(name, _)| name != "f" && !is_said(name)).collect();
    if more.is_empty() || url.origin() != asked.origin() {
        return address;
    }
    url.query_pairs_mut().extend_pairs(more);
    url.into()
}

fn with_json(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    if url.query_pairs().all(|(name, _)| name != "f") {
        url.query_pairs_mut().append_pair("f", "json");
    }
    url.into()
}
