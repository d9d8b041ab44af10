//! Asking a source over HTTP.
//!
//! A proxy named in the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY) is used, but never for this machine itself.

use super::error::{Fault, FetchError, Then};
use super::plan::{FetchPlan, on_this_machine};
use super::refusal::unreachable;
use super::tiles::Tile;
use crate::http::root_cause;
use reqwest::header::{ACCEPT_ENCODING, IF_RANGE, RANGE};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Response};
use std::time::Duration;

/// A mirror may send on to where it keeps its files, but not in circles.
const MOST_REDIRECTS: usize = 5;

pub(crate) struct Source {
    client: Client,
    base: String,
    stalled_after: Duration,
}

impl Source {
    pub(crate) fn new(plan: &FetchPlan) -> Result<Self, FetchError> {
        let stalled_after = plan.patience.stalled_after;
        let mut client = Client::builder()
            .user_agent(concat!("shancheng/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::custom(redirect))
            // A part of a file is counted in the bytes of the file itself.
            .no_gzip()
            .no_deflate()
            .connect_timeout(stalled_after.min(Duration::from_secs(10)));
        if on_this_machine(&plan.source) {
            client = client.no_proxy();
        }
        Ok(Self {
            client: client.build().map_err(FetchError::NoClient)?,
            base: plan.source.as_str().trim_end_matches('/').to_owned(),
            stalled_after,
        })
    }

    /// The source's address without a slash at its end.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Where a tile lies: <https://copernicus-dem-30m.s3.amazonaws.com/readme.html>, "Data structure".
    pub(crate) fn url(&self, tile: &Tile) -> String {
        let name = tile.name();
        format!("{}/{name}/{name}.tif", self.base)
    }

    /// Asks for a file, or for its bytes from `rest.0` on if it is still the version `rest.1`.
    pub(crate) async fn ask(&self, url: &str, rest: Option<(u64, &str)>) -> Result<Response, Fault> {
        let mut request = self
            .client
            .get(url)
            // Bytes as they are stored, which is what lengths and checksums are of.
            .header(ACCEPT_ENCODING, "identity")
            // S3 tells the SHA-256 of objects stored with one only when asked so.
            .header("x-amz-checksum-mode", "ENABLED");
        if let Some((from, version)) = rest {
            request = request.header(RANGE, format!("bytes={from}-")).header(IF_RANGE, version);
        }
        match tokio::time::timeout(self.stalled_after, request.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(unreachable(url, &error)),
            Err(_) => Err(again(format!("{url} was not answered for {:?}", self.stalled_after))),
        }
    }

    /// The next bytes of an answer; `None` at its end.
    pub(crate) async fn more(&self, response: &mut Response) -> Result<Option<impl AsRef<[u8]>>, Fault> {
        match tokio::time::timeout(self.stalled_after, response.chunk()).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(error)) => {
                Err(again(format!("{}: the connection broke ({})", response.url(), root_cause(&error))))
            }
            Err(_) => Err(again(format!("{}: nothing came for {:?}", response.url(), self.stalled_after))),
        }
    }
}

/// Follows a mirror that sends on, but not from a protected connection to an open one.
pub(crate) fn redirect(attempt: Attempt) -> reqwest::redirect::Action {
    let opens = attempt.previous().iter().any(|url| url.scheme() == "https")
        && attempt.url().scheme() != "https"
        && !on_this_machine(attempt.url());
    if opens {
        attempt.error("it sends on to plain HTTP, where others could change what comes")
    } else if attempt.previous().len() > MOST_REDIRECTS {
        attempt.error("it sends on and on")
    } else {
        attempt.follow()
    }
}

pub(crate) fn again(why: String) -> Fault {
    Fault::new(Then::Again(None), why)
}
