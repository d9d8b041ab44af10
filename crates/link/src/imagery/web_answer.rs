//! Asking a server for a tile or file, and what its answer means. No text made here holds the address: it may hold a key.

use crate::backoff::retry_after;
use crate::http::root_cause;
use reqwest::header::{ACCEPT, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use reqwest::{Client, Response, StatusCode};
use std::time::Duration;

/// What a server says to the wish for a tile.
pub(crate) enum Answer {
    /// A tile, with what is said of it.
    Tile(HeaderMap, Vec<u8>),
    /// The one that was kept is still right.
    Unchanged(HeaderMap),
    /// There is none.
    Absent,
    /// It may come later, after so long where that is said.
    Later(String, Option<Duration>),
    /// It will not come.
    Refused(String),
    /// Nobody answers.
    Unreachable(String),
}

/// One wish.
pub(crate) struct Ask<'a> {
    pub(crate) client: &'a Client,
    pub(crate) host: &'a str,
    pub(crate) stalled_after: Duration,
    /// What is taken, and of how many bytes at most.
    pub(crate) accept: &'a str,
    pub(crate) most: usize,
}

impl Ask<'_> {
    /// Asks once, or whether the tile with this tag and time of change is still right.
    pub(crate) async fn ask(&self, url: &str, etag: Option<&str>, last_modified: Option<&str>) -> Answer {
        let mut request = self.client.get(url).header(ACCEPT, self.accept);
        for (name, value) in [(IF_NONE_MATCH, etag), (IF_MODIFIED_SINCE, last_modified)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        match tokio::time::timeout(self.stalled_after, request.send()).await {
            Ok(Ok(response)) => self.read(response).await,
            Ok(Err(error)) => self.unsent(error.without_url()),
            Err(_) => {
                Answer::Unreachable(format!("{} did not answer for {:?}", self.host, self.stalled_after))
            }
        }
    }

    fn unsent(&self, error: reqwest::Error) -> Answer {
        let (host, cause) = (self.host, root_cause(&error));
        if error.is_redirect() || error.is_builder() {
            return Answer::Refused(format!("the address of {host} cannot be followed: {cause}"));
        }
        let hint = "check the network, and HTTPS_PROXY if one is needed";
        Answer::Unreachable(format!("{host} cannot be reached ({cause}): {hint}"))
    }

    async fn read(&self, response: Response) -> Answer {
        let (host, status) = (self.host, response.status());
        match status {
            StatusCode::OK => self.tile(response).await,
            StatusCode::NOT_MODIFIED => Answer::Unchanged(response.headers().clone()),
            StatusCode::NO_CONTENT | StatusCode::NOT_FOUND | StatusCode::GONE => Answer::Absent,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Answer::Refused(format!(
                "{host} refuses tiles ({status}): is the key in the address right, and may it be used here?"
            )),
            _ if status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429) => Answer::Later(
                format!("{host} cannot serve tiles now ({status})"),
                retry_after(response.headers()),
            ),
            _ => Answer::Refused(format!("{host} answers with {status}: is the address of its tiles right?")),
        }
    }

    async fn tile(&self, mut response: Response) -> Answer {
        let headers = response.headers().clone();
        let mut bytes = Vec::new();
        loop {
            let more = match tokio::time::timeout(self.stalled_after, response.chunk()).await {
                Ok(Ok(more)) => more,
                Ok(Err(error)) => {
                    let cause = root_cause(&error.without_url());
                    return Answer::Later(format!("{}: the connection broke ({cause})", self.host), None);
                }
                Err(_) => {
                    let why = format!("{}: nothing came for {:?}", self.host, self.stalled_after);
                    return Answer::Later(why, None);
                }
            };
            match more {
                // Some servers send nothing where they have nothing.
                None if bytes.is_empty() => return Answer::Absent,
                None => return Answer::Tile(headers, bytes),
                Some(more) if bytes.len() + more.len() > self.most => {
                    let why = format!("{} sends more than {} bytes, as no tile has", self.host, self.most);
                    return Answer::Refused(why);
                }
                Some(more) => bytes.extend_from_slice(&more),
            }
        }
    }
}
