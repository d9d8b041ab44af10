//! Layers by OGC API – Features: the landing page, its collections, and of each all pages within the city.
//!
//! A collection is told whole or not at all, and only where it changed; one that fails keeps no other from being read.

mod pages;
mod place;
mod server;

use super::desk::Desk;
use super::web::Web;
use crate::backoff::Trouble;
use feeds::ogc_features::Collection;
use feeds::told::{FeatureSet, News};
use feeds::{Cause, Problems};
use pages::Kept;
use server::Server;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a server is asked for: JSON of its own kind first.
const ACCEPT: &str = "application/geo+json, application/json;q=0.9, */*;q=0.1";
/// How many collections are read where none is named.
const MOST_COLLECTIONS: usize = 200;

/// Reads for ever.
pub(crate) async fn follow(desk: &Desk, url: &str, wanted: &[String], every: Duration) {
    let mut reader = Reader { desk, url, wanted, every, web: None, kept: HashMap::new() };
    desk.poll(every, async || reader.round().await).await;
}

struct Reader<'d> {
    desk: &'d Desk,
    url: &'d str,
    wanted: &'d [String],
    every: Duration,
    web: Option<Web>,
    kept: HashMap<String, Kept>,
}

impl Reader<'_> {
    async fn round(&mut self) -> Result<(), Trouble> {
        let web = match &self.web {
            Some(web) => web,
            None => self.web.insert(self.desk.web()?),
        };
        let server = Server::read(self.desk, web, self.url).await?;
        let (chosen, mut trouble) = choose(self.desk, &server, self.wanted);
        for (id, gone) in self.kept.extract_if(|id, _| chosen.iter().all(|one| one.id != *id)) {
            let empty = FeatureSet { id, title: gone.title, features: Vec::new() };
            self.desk.tell(News { collections: vec![Arc::new(empty)], ..News::default() }, 0, None);
        }
        if chosen.is_empty() && trouble.is_none() {
            self.desk.nothing_new();
        }
        for collection in chosen {
            let kept = self.kept.entry(collection.id.clone()).or_default();
            // After trouble with one collection the others are not asked for sooner than they would be.
            if kept.read_at.is_some_and(|at| at.elapsed() < self.every) {
                continue;
            }
            match kept.read(self.desk, web, &server, collection).await {
                Ok(None) => self.desk.nothing_new(),
                Ok(Some((set, records))) => {
                    self.desk.tell(News { collections: vec![set], ..News::default() }, records, None);
                }
                Err(failed) => {
                    let why = format!("collection `{}`: {}", collection.id, failed.why);
                    trouble = trouble.or(Some(Trouble { why, ..failed }));
                    continue;
                }
            }
            kept.read_at = Some(Instant::now());
        }
        trouble.map_or(Ok(()), Err)
    }
}

/// The collections to read, and what is wrong with those that are named.
fn choose<'s>(desk: &Desk, server: &'s Server, wanted: &[String]) -> (Vec<&'s Collection>, Option<Trouble>) {
    if wanted.is_empty() {
        let mut all: Vec<_> = server.collections.iter().filter(|one| has_items(one)).collect();
        if all.len() > MOST_COLLECTIONS {
            let mut problems = Problems::default();
            let why =
                format!("{} collections, of which {MOST_COLLECTIONS} are read; name those wanted", all.len());
            problems.add(why, &all[MOST_COLLECTIONS].id);
            desk.problems(problems);
            all.truncate(MOST_COLLECTIONS);
        }
        return (all, None);
    }
    let found: Vec<_> = server.collections.iter().filter(|one| wanted.contains(&one.id)).collect();
    let missing: Vec<_> =
        wanted.iter().filter(|id| found.iter().all(|one| one.id != **id)).map(String::as_str).collect();
    let trouble = (!missing.is_empty()).then(|| {
        let there: Vec<_> = server.collections.iter().map(|one| one.id.as_str()).take(60).collect();
        let why =
            format!("there is no collection `{}`; there are: {}", missing.join("`, `"), there.join(", "));
        Trouble::lasting(Cause::Stranger, why)
    });
    (found, trouble)
}

/// Coverages and maps are listed as collections too.
fn has_items(collection: &Collection) -> bool {
    collection.has_features() && (collection.items().is_some() || collection.links.is_empty())
}
