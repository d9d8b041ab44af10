//! A service of SensorThings: its root, its version, and how its pages are asked for and followed.

use super::super::desk::Desk;
use super::super::stranger::{nothing_there, stranger};
use super::super::web::Web;
use crate::backoff::Trouble;
use feeds::Cause;
use feeds::sensorthings::{
    Chain, Entity, Kind, NextRefused, Query, Version, id_literal, next_address, read_page, read_root,
};
use reqwest::Url;
use serde::de::IgnoredAny;

const WANTED: &str = "root of a SensorThings service";
const ACCEPT: &str = "application/json, */*;q=0.1";

/// A service that answered.
pub(super) struct Service {
    web: Web,
    /// Its root without a slash at the end, as it was reached in the end.
    root: String,
    pub(super) version: Version,
    /// True where it says that it can tell observations as data arrays.
    pub(super) has_arrays: bool,
}

impl Service {
    pub(super) async fn read(desk: &Desk, web: Web, url: &str) -> Result<Self, Trouble> {
        let body = web
            .whole_of(url, ACCEPT)
            .await
            .map_err(|trouble| nothing_there(trouble, "a SensorThings root"))?;
        let root = read_root(&body.bytes).map_err(|why| stranger(WANTED, why, &body.bytes))?;
        desk.problems(root.problems.clone());
        if root.set(Kind::Datastream).is_none() {
            let names: Vec<_> = root.sets.iter().map(|(name, _)| name.as_str()).take(20).collect();
            let why = format!("it lists no Datastreams, but {}", names.join(", "));
            return Err(stranger(WANTED, why, &body.bytes));
        }
        let mut plain = body.url;
        plain.set_query(None);
        Ok(Self {
            web,
            version: root.version().or(Version::of_address(plain.as_str())).unwrap_or_default(),
            has_arrays: root.conforms_to("data-array"),
            root: plain.as_str().trim_end_matches('/').to_owned(),
        })
    }

    /// Where a set is: below the root, because services behind a proxy name themselves otherwise.
    pub(super) fn set(&self, kind: Kind) -> String {
        format!("{}/{}", self.root, kind.set(self.version))
    }

    /// Where one entity is.
    pub(super) fn entity(&self, kind: Kind, id: &str) -> String {
        kind.entity_address(&self.root, self.version, id)
    }

    /// The bytes of a page; one that is cut off is asked for once more.
    pub(super) async fn page(&self, address: &str) -> Result<Vec<u8>, Trouble> {
        for _ in 0..2 {
            let bytes = self.web.whole_of(address, ACCEPT).await?.bytes;
            if !is_cut_off(&bytes) {
                return Ok(bytes);
            }
        }
        // Without its end nobody knows whether there is another page.
        Err(Trouble::new(Cause::Broken, format!("the page {address} is cut off, twice")))
    }

    /// The newest observation of a datastream with the relations of `expand` within: below the datastream, or, where that
    /// is not understood, of all by a filter. `None` where there is none.
    pub(super) async fn newest_of(
        &self,
        datastream: &str,
        expand: &[&str],
    ) -> Result<Option<Entity>, Trouble> {
        let newest = Query::newest_observation(self.version);
        let below = format!("{}/Observations", self.entity(Kind::Datastream, datastream));
        let expanded = |expand: &[&str]| expand.iter().map(|one| (*one).to_owned()).collect();
        let plain = Query { expand: expanded(expand), ..newest.clone() };
        match self.entities(Kind::Observation, &plain.address(&below)).await {
            Err(trouble) if is_refused(&trouble) => {}
            other => return Ok(other?.into_iter().next()),
        }
        let id = self.version.id_key().trim_start_matches("@iot.");
        let filter = Some(format!("Datastream/{id} eq {}", id_literal(datastream)));
        let expand = expanded(&[&["Datastream"], expand].concat());
        let address = Query { expand, filter, ..newest }.address(&self.set(Kind::Observation));
        let found = self.entities(Kind::Observation, &address).await?;
        // A service that does not know the filter answers with another's.
        let is_of = |one: &Entity| one.related("Datastream").iter().any(|series| series.id == datastream);
        Ok(found.into_iter().find(is_of))
    }

    /// The entities at an address, of one page.
    pub(super) async fn entities(&self, kind: Kind, address: &str) -> Result<Vec<Entity>, Trouble> {
        let bytes = self.page(address).await?;
        let page = read_page(kind, &bytes).map_err(|why| stranger("page of entities", why, &bytes))?;
        Ok(page.entities)
    }

    /// Where to read on behind the page at `address`, which held `records` and the link `next`.
    pub(super) fn next(
        &self,
        chain: &mut Chain,
        kind: Kind,
        address: &str,
        records: usize,
        next: &str,
    ) -> Result<String, Trouble> {
        let here = match next_address(address, next) {
            Err(NextRefused::OtherServer { .. }) => rebased(&self.set(kind), next),
            _ => None,
        };
        chain
            .follow(address, records, here.as_deref().unwrap_or(next))
            .map_err(|why| Trouble::lasting(Cause::Stranger, why.to_string()))
    }
}

/// True where the question was the trouble.
pub(super) fn is_refused(trouble: &Trouble) -> bool {
    matches!(trouble.status, Some(400 | 404 | 405 | 414 | 501))
}

/// True where the question was more than the service could do.
pub(super) fn is_too_heavy(trouble: &Trouble) -> bool {
    trouble.cause == Cause::Silent || trouble.status.is_some_and(|status| status >= 500)
}

/// The next page here, where a service calls itself by another name: the same `set` below the root.
fn rebased(set: &str, next: &str) -> Option<String> {
    let there = Url::parse(next).ok()?;
    let is_of_set = there.path_segments()?.next_back() == set.rsplit('/').next();
    let query = there.query().map(|query| format!("?{query}")).unwrap_or_default();
    is_of_set.then(|| format!("{set}{query}"))
}

/// True where a page of JSON lacks its end; a page with a bad record in it has one.
fn is_cut_off(bytes: &[u8]) -> bool {
    match serde_json::from_slice::<IgnoredAny>(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) {
        Ok(_) => false,
        Err(why) => why.is_eof() && bytes.trim_ascii_start().starts_with(b"{"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_service_that_names_itself_otherwise_is_asked_where_it_is() {
        let set = "https://city.example/frost/v1.1/Datastreams";
        assert_eq!(
            rebased(set, "http://localhost:8080/FROST-Server/v1.1/Datastreams?$skip=100").unwrap(),
            "https://city.example/frost/v1.1/Datastreams?$skip=100"
        );
        assert_eq!(rebased(set, "http://evil.example/v1.1/Things?$skip=100"), None);
        assert_eq!(rebased(set, "nowhere"), None);
    }

    #[test]
    fn a_page_without_its_end_is_told_from_one_with_a_bad_record() {
        assert!(is_cut_off(b"{\"value\":[{}"));
        assert!(!is_cut_off(b"{\"value\":[NaN]}") && !is_cut_off(b"{}") && !is_cut_off(b""));
    }
}
