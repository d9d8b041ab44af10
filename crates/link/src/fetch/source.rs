//! Asking a source over HTTP, and what its refusals mean.
//!
//! A proxy named in the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY) is used, but never for this machine itself.

use super::error::{Fault, FetchError, Then};
use super::plan::{FetchPlan, on_this_machine};
use super::tile_list::web_page;
use super::tiles::Tile;
use crate::http::root_cause;
use reqwest::header::{ACCEPT_ENCODING, DATE, IF_RANGE, RANGE, RETRY_AFTER};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Response, StatusCode};
use std::error::Error;
use std::time::{Duration, SystemTime};

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
fn redirect(attempt: Attempt) -> reqwest::redirect::Action {
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

fn again(why: String) -> Fault {
    Fault::new(Then::Again(None), why)
}

fn unreachable(url: &str, error: &reqwest::Error) -> Fault {
    let cause = root_cause(error);
    if error.is_redirect() {
        return Fault::new(Then::Leave, format!("{url} cannot be followed: {cause}"));
    }
    if is_tls(error) {
        let why = format!(
            "{url}: no protected connection ({cause}): check this machine's clock, and whether the network inspects \
             connections (then install its certificate on this machine)"
        );
        return Fault::new(Then::Stop, why);
    }
    again(format!("{url} cannot be reached ({cause}): check the network, and HTTPS_PROXY if one is needed"))
}

/// Whether TLS refused: what rustls says comes as an I/O error of invalid data, which nothing else of a connection is.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::InvalidData) {
            return true;
        }
        // An I/O error leaves the one it wraps out of its chain of sources.
        let wrapped = io.and_then(|io| io.get_ref()).map(|wrapped| wrapped as &(dyn Error + 'static));
        cause = wrapped.or_else(|| error.source());
    }
    false
}

/// What an answer without the file means.
pub(crate) fn refusal(url: &str, response: &Response) -> Fault {
    let status = response.status();
    if status == StatusCode::NETWORK_AUTHENTICATION_REQUIRED {
        return web_page(url);
    }
    let then = match status {
        _ if status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429) => {
            Then::Again(retry_after(response))
        }
        _ => Then::Leave,
    };
    let why = match status {
        StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => {
            "it is not public there, or a proxy forbids it: try another --source"
        }
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            "write name and password of the proxy into HTTPS_PROXY: http://NAME:PASSWORD@HOST:PORT"
        }
        _ if matches!(then, Then::Again(_)) => "the source cannot serve it now",
        _ => "is the --source of the layout of the public bucket?",
    };
    Fault::new(then, format!("{url} is answered with {status}: {why}"))
}

/// How long the source asks to wait: seconds, or a time by the source's own clock.
fn retry_after(response: &Response) -> Option<Duration> {
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let asked = header(RETRY_AFTER)?.trim();
    if let Ok(seconds) = asked.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(asked).ok()?;
    let now = header(DATE).and_then(|date| httpdate::parse_http_date(date).ok());
    Some(until.duration_since(now.unwrap_or_else(SystemTime::now)).unwrap_or_default())
}
