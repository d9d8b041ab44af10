//! One source by HTTP: as whom, conditional requests, and bodies of bounded size.

use super::settings::{Access, Source};
use crate::backoff::{Again, Trouble, retry_after_s};
use crate::certificate;
use crate::config::Pace;
use crate::http::root_cause;
use feeds::Cause;
use reqwest::header::{ETAG, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::{Client, Response, StatusCode, Url};
use std::time::{Duration, Instant};

/// The longest answer that is read, bytes.
pub(crate) const LONGEST_ANSWER: usize = 64 << 20;
/// An answer that has not ended after so many times the patience with one that stalls never will.
const SLOWEST_ANSWER: u32 = 20;

pub(crate) struct Web {
    client: Client,
    stalled_after: Duration,
    secret: Option<HeaderValue>,
    origin: Option<Url>,
}

/// What an address answered when it was asked last, for asking only for changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Since {
    etag: Option<HeaderValue>,
    modified: Option<HeaderValue>,
}

/// A whole answer.
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    pub(crate) headers: HeaderMap,
    /// Where it came from in the end.
    pub(crate) url: Url,
}

impl Body {
    /// A header as text; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Web {
    pub(crate) fn new(source: &Source, pace: Pace) -> Result<Self, Trouble> {
        let local = |why: String| Trouble::lasting(Cause::Local, why);
        let agent = concat!("shancheng/", env!("CARGO_PKG_VERSION"));
        let mut client = Client::builder()
            .user_agent(agent)
            .connect_timeout(Duration::from_secs(10).min(pace.stalled_after))
            .redirect(reqwest::redirect::Policy::limited(5));
        if let Some(ca) = &source.access.ca {
            let pem = std::fs::read(ca).map_err(|e| local(format!("certificates {}: {e}", ca.display())))?;
            let all = reqwest::Certificate::from_pem_bundle(&pem)
                .map_err(|e| local(format!("certificates {}: {}", ca.display(), root_cause(&e))))?;
            client = all.into_iter().fold(client, |client, ca| client.add_root_certificate(ca));
        }
        if let Some(identity) = &source.access.identity {
            let pem = std::fs::read(identity)
                .map_err(|e| local(format!("identity {}: {e}", identity.display())))?;
            let identity = reqwest::Identity::from_pem(&pem)
                .map_err(|e| local(format!("identity {}: {}", identity.display(), root_cause(&e))))?;
            client = client.identity(identity);
        }
        let url = Url::parse(source.protocol.url()).ok();
        let is_near =
            matches!(url.as_ref().and_then(Url::host_str), Some("localhost" | "127.0.0.1" | "[::1]"));
        if is_near {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|e| local(root_cause(&e)))?;
        let secret = authorization(&source.access)?;
        if secret.is_some() && !is_near && url.as_ref().is_some_and(|url| url.scheme() == "http") {
            return Err(local(
                "the secret would cross the network in clear: name an https:// address".to_owned(),
            ));
        }
        Ok(Self { client, stalled_after: pace.stalled_after, secret, origin: url })
    }

    /// The whole of an answer that is 200; `None` where nothing changed `since` it was asked last. Whatever else is
    /// answered is trouble that quotes its beginning.
    pub(crate) async fn get(
        &self,
        address: &str,
        accept: &'static str,
        since: Option<&mut Since>,
    ) -> Result<Option<Body>, Trouble> {
        let url = Url::parse(address)
            .map_err(|e| Trouble::lasting(Cause::Stranger, format!("`{address}` is no address: {e}")))?;
        let mut request = self.client.get(url.clone()).header("accept", accept);
        // The secret goes to nobody but the source itself.
        if let Some(secret) = self.secret.as_ref().filter(|_| self.is_own(&url)) {
            request = request.header(reqwest::header::AUTHORIZATION, secret.clone());
        }
        if let Some(since) = &since {
            for (name, value) in [(IF_NONE_MATCH, &since.etag), (IF_MODIFIED_SINCE, &since.modified)] {
                request =
                    value.iter().fold(request, |request, value| request.header(name.clone(), value.clone()));
            }
        }
        let silent = || {
            let why = format!("{} did not answer for {:?}", shown(&url), self.stalled_after);
            Trouble::new(Cause::Silent, why)
        };
        let response =
            tokio::time::timeout(self.stalled_after, request.send()).await.map_err(|_| silent())?;
        let response = response.map_err(|error| {
            certificate::trouble(&shown(&url), &error).unwrap_or_else(|| {
                let why = format!("{} cannot be reached: {}", shown(&url), root_cause(&error));
                Trouble::new(Cause::Unreachable, why)
            })
        })?;
        if response.status() == StatusCode::NOT_MODIFIED && since.is_some() {
            return Ok(None);
        }
        let (status, headers, came_from) =
            (response.status(), response.headers().clone(), response.url().clone());
        let bytes = self.whole(response).await?;
        if status != StatusCode::OK {
            return Err(refused(&url, status, &headers, &bytes));
        }
        if let Some(since) = since {
            *since =
                Since { etag: headers.get(ETAG).cloned(), modified: headers.get(LAST_MODIFIED).cloned() };
        }
        Ok(Some(Body { bytes, headers, url: came_from }))
    }

    /// [`Web::get`] where the whole is wanted whether it changed or not.
    pub(crate) async fn whole_of(&self, address: &str, accept: &'static str) -> Result<Body, Trouble> {
        let body = self.get(address, accept, None).await?;
        body.ok_or_else(|| Trouble::new(Cause::Unable, format!("{address} answered with nothing")))
    }

    fn is_own(&self, url: &Url) -> bool {
        self.origin.as_ref().is_some_and(|origin| origin.origin() == url.origin())
    }

    async fn whole(&self, mut response: Response) -> Result<Vec<u8>, Trouble> {
        let mut bytes = Vec::new();
        let begin = Instant::now();
        loop {
            if begin.elapsed() > self.stalled_after * SLOWEST_ANSWER {
                let why = format!("the answer comes so slowly that it was cut after {} bytes", bytes.len());
                return Err(Trouble::new(Cause::Silent, why));
            }
            match tokio::time::timeout(self.stalled_after, response.chunk()).await {
                Ok(Ok(Some(more))) if bytes.len() + more.len() > LONGEST_ANSWER => {
                    let why = format!("the answer is longer than {LONGEST_ANSWER} bytes");
                    return Err(Trouble::lasting(Cause::Stranger, why));
                }
                Ok(Ok(Some(more))) => bytes.extend_from_slice(&more),
                Ok(Ok(None)) => return Ok(bytes),
                Ok(Err(error)) => {
                    return Err(Trouble::new(
                        Cause::Broken,
                        format!("the connection broke: {}", root_cause(&error)),
                    ));
                }
                Err(_) => {
                    let why = format!("nothing came for {:?}, so the connection was cut", self.stalled_after);
                    return Err(Trouble::new(Cause::Silent, why));
                }
            }
        }
    }
}

/// The secret of a source, from the environment or its file.
pub(crate) fn secret(access: &Access) -> Result<Option<String>, Trouble> {
    let local = |why: String| Trouble::lasting(Cause::Local, why);
    let secret = match (&access.secret_env, &access.secret_file) {
        (Some(name), _) => std::env::var(name).map_err(|_| {
            local(format!("the environment variable {name} that holds the secret is not set"))
        })?,
        (None, Some(file)) => std::fs::read_to_string(file)
            .map_err(|e| local(format!("the file of the secret {}: {e}", file.display())))?,
        (None, None) => return Ok(None),
    };
    Ok(Some(secret.trim().to_owned()).filter(|secret| !secret.is_empty()))
}

/// A bearer token, or user and password where a user is named.
fn authorization(access: &Access) -> Result<Option<HeaderValue>, Trouble> {
    let Some(secret) = secret(access)? else { return Ok(None) };
    let text = match &access.user {
        Some(user) => {
            use base64::Engine as _;
            format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{secret}")))
        }
        None => format!("Bearer {secret}"),
    };
    let mut value = HeaderValue::from_str(&text)
        .map_err(|_| Trouble::lasting(Cause::Local, "the secret holds characters that no header can"))?;
    value.set_sensitive(true);
    Ok(Some(value))
}

fn refused(url: &Url, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Trouble {
    let said: String = String::from_utf8_lossy(&body[..body.len().min(1_000)])
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(300)
        .collect();
    let why = format!("{} answers {status}: {}", shown(url), said.trim());
    let after = retry_after_s(headers);
    let trouble = match status.as_u16() {
        401 | 403 => Trouble::lasting(Cause::Token, why),
        408 | 425 | 429 | 500..=599 => match after {
            Some(seconds) => Trouble { again: Again::After(seconds), ..Trouble::new(Cause::Unable, why) },
            None => Trouble::new(Cause::Unable, why),
        },
        _ => Trouble::lasting(Cause::Stranger, why),
    };
    Trouble { status: Some(status.as_u16()), ..trouble }
}

/// An address for people: queries may hold secrets.
pub(crate) fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.to_string()
}
