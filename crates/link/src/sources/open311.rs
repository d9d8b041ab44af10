//! Residents' requests by Open311 GeoReport v2: asked in windows of 90 days, page by page, told where they changed.
//!
//! Trouble in the middle of a round goes on where it was, so that a server that asks for patience is read to its end.

mod known;
mod question;

use super::datum::to_wgs84;
use super::desk::Desk;
use super::stranger::{nothing_there, stranger};
use super::web::{Body, Web};
use crate::backoff::{Again, Trouble};
use feeds::open311::{Open311Error, ServiceRequest, read_requests};
use feeds::told::News;
use feeds::{Cause, Problems};
use known::Known;
use question::{Form, Round};
use serde::de::IgnoredAny;
use std::time::{Duration, Instant};

const WANTED: &str = "list of service requests of Open311 GeoReport v2";
const ACCEPT: &str = "application/json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5";
/// How often older windows are read again: what is in them changes rarely.
const OLDER_EVERY: Duration = Duration::from_secs(3_600);
/// How often a page that fails is tried before the round begins anew.
const MOST_FAILURES: u32 = 3;

/// Reads for ever.
pub(crate) async fn follow(desk: &Desk, url: &str, jurisdiction: Option<&str>, every: Duration) {
    let mut reader = Reader {
        desk,
        url,
        jurisdiction,
        web: None,
        form: Form::Json,
        round: None,
        older_read: None,
        known: Known::default(),
    };
    desk.poll(every, async || reader.round().await).await;
}

struct Reader<'d> {
    desk: &'d Desk,
    url: &'d str,
    jurisdiction: Option<&'d str>,
    web: Option<Web>,
    form: Form,
    /// The round that trouble interrupted.
    round: Option<Round>,
    older_read: Option<Instant>,
    known: Known,
}

impl Reader<'_> {
    async fn round(&mut self) -> Result<(), Trouble> {
        let now = self.desk.now();
        let is_deep = self.older_read.is_none_or(|at| at.elapsed() >= OLDER_EVERY);
        let kept = self.round.take().filter(|round| round.is_of(now));
        let mut round = kept.unwrap_or_else(|| Round::new(now, is_deep));
        while let Some(query) = round.query(self.jurisdiction) {
            match self.page(&query, &mut round).await {
                Ok(()) => round.failures = 0,
                Err(trouble) => {
                    round.failures += u32::from(!matches!(trouble.again, Again::After(_)));
                    self.round = Some(round).filter(|round| round.failures < MOST_FAILURES);
                    return Err(trouble);
                }
            }
        }
        if round.is_deep {
            self.older_read = Some(Instant::now());
        }
        if let Some(left) = round.left_out() {
            let mut problems = Problems::default();
            problems.add("more requests than are read: the rest is not shown", &left);
            self.desk.problems(problems);
        }
        Ok(())
    }

    /// Asks for one page, tells what changed, and moves on in `round`.
    async fn page(&mut self, query: &str, round: &mut Round) -> Result<(), Trouble> {
        let body = match self.ask(query).await {
            // Behind the last page some have nothing at all.
            Err(trouble) if trouble.status == Some(404) && round.page() > 1 => None,
            other => Some(other?),
        };
        let (mut requests, mut is_whole) = (Vec::new(), true);
        if let Some(body) = body {
            let (first, problems) = read(&body)?;
            (requests, is_whole) = (first, is_whole_json(&body.bytes));
            if is_whole {
                self.desk.problems(problems);
            } else {
                // Once more; what is cut off again gives what came before, and is not taken for the last page.
                let again = self.ask(query).await?;
                let (second, problems) = read(&again)?;
                is_whole = is_whole_json(&again.bytes);
                self.desk.problems(problems);
                requests.extend(second);
            }
        }
        round.came(&requests, is_whole);
        self.tell(requests);
        Ok(())
    }

    async fn ask(&mut self, query: &str) -> Result<Body, Trouble> {
        let web = match &self.web {
            Some(web) => web,
            None => self.web.insert(self.desk.web()?),
        };
        let answered = web.whole_of(&self.form.address(self.url, query), ACCEPT).await;
        match answered {
            // JSON is optional in GeoReport v2, XML is not.
            Err(trouble) if self.form == Form::Json && matches!(trouble.status, Some(404 | 406 | 415)) => {
                let other = web.whole_of(&Form::Xml.address(self.url, query), ACCEPT).await;
                let body = other.map_err(|_| nothing_there(trouble, WANTED))?;
                self.form = Form::Xml;
                Ok(body)
            }
            other => other.map_err(|trouble| nothing_there(trouble, WANTED)),
        }
    }

    fn tell(&mut self, requests: Vec<ServiceRequest>) {
        let mut problems = Problems::default();
        let mut changed = Vec::new();
        for mut request in requests {
            if request.service_request_id.is_empty() {
                problems.add("a request that has no number yet", &request.token);
                continue;
            }
            request.at = request.at.map(|at| to_wgs84(self.desk.source.datum, at));
            if self.known.take(&request) {
                changed.push(request);
            }
        }
        self.desk.problems(problems);
        let newest = changed.iter().filter_map(|request| request.updated.max(request.requested)).max();
        let records = changed.len() as u64;
        self.desk.tell(News { requests: changed, ..News::default() }, records, newest);
    }
}

fn read(body: &Body) -> Result<(Vec<ServiceRequest>, Problems), Trouble> {
    read_requests(&body.bytes).map_err(|why| match why {
        Open311Error::Refused(_) => Trouble::lasting(Cause::Unable, why.to_string()),
        Open311Error::Unreadable { .. } => stranger(WANTED, why, &body.bytes),
    })
}

/// XML that is cut off cannot be read at all; of JSON the beginning can.
fn is_whole_json(bytes: &[u8]) -> bool {
    let unmarked = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    !unmarked.starts_with(b"[") && !unmarked.starts_with(b"{")
        || serde_json::from_slice::<IgnoredAny>(unmarked).is_ok()
}
