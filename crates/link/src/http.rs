//! Speaking HTTP with the backend: as whom, how patiently, and what went wrong in words.

use crate::backoff::{Again, Trouble, retry_after_s};
use crate::certificate;
use crate::config::{LinkConfig, Pace};
use crate::credentials::{Token, is_own_machine};
use crate::error::LinkError;
use crate::message::Problem;
use feeds::{Cause, SseParser};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};
use std::error::Error;
use std::time::Duration;

/// The longest answer taken whole, in bytes: a snapshot of a city is a few megabytes.
const LONGEST_ANSWER: usize = 64 * 1024 * 1024;
/// The longest problem document that is read, in bytes.
const LONGEST_PROBLEM: usize = 16 * 1024;
/// The last message of a stream whose token has expired.
const TOKEN_EXPIRED: &str = "expired";
const PROBLEM_JSON: &str = "application/problem+json";

/// True where an answer is a problem document (RFC 9457).
pub(crate) fn is_problem(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(PROBLEM_JSON))
}

/// An address for people: a name and password in it are not repeated.
fn without_secret(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.rfind('@') {
        Some(at) => format!("{scheme}://…{}", &rest[at..]),
        None => address.to_owned(),
    }
}

pub(crate) struct Http {
    client: Client,
    base: String,
    token: Token,
    stalled_after: Duration,
}

impl Http {
    pub(crate) fn new(config: &LinkConfig, pace: Pace) -> Result<Self, LinkError> {
        let bad = |why: String| LinkError::BadAddress { address: without_secret(&config.backend), why };
        let url = Url::parse(config.backend.trim()).map_err(|e| bad(e.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(bad("it does not begin with http:// or https:// and a host".to_owned()));
        }
        if !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return Err(bad("it holds a name, password, query or fragment".to_owned()));
        }
        let mut headers = HeaderMap::new();
        // Any UTF-8 is a header value but control characters; names may be Chinese.
        let console = HeaderValue::from_str(&config.console)
            .map_err(|_| LinkError::BadHeader { what: "console name".to_owned() })?;
        headers.insert(HeaderName::from_static("x-console"), console);
        config.credentials.fit(&url)?;
        // What cannot be used is told at the start, though a file is read again at every request.
        config.credentials.token.bearer()?;
        let mut client = Client::builder()
            .default_headers(headers)
            .user_agent(concat!("shancheng/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5).min(pace.stalled_after))
            // A stream that is packed comes in lumps.
            .no_gzip()
            .no_deflate()
            .tcp_nodelay(true);
        if is_own_machine(&url) {
            client = client.no_proxy();
        }
        let client = config.credentials.trust(client)?;
        Ok(Self {
            token: config.credentials.token.clone(),
            client: client.build().map_err(LinkError::NoClient)?,
            base: url.as_str().trim_end_matches('/').to_owned(),
            stalled_after: pace.stalled_after,
        })
    }

    /// The backend's address without a slash at its end.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Trouble> {
        let request = self.client.request(method, format!("{}{path}", self.base));
        Ok(match self.token.bearer()? {
            Some(bearer) => request.header(AUTHORIZATION, bearer),
            None => request,
        })
    }

    /// Sends, and waits for the head of the answer.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Response, Trouble> {
        match tokio::time::timeout(self.stalled_after, request.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(certificate::trouble(&self.base, &error).unwrap_or_else(|| {
                let why = format!("{} cannot be reached: {}", self.base, root_cause(&error));
                Trouble::new(Cause::Unreachable, why)
            })),
            Err(_) => Err(Trouble::new(
                Cause::Silent,
                format!("{} did not answer for {:?}", self.base, self.stalled_after),
            )),
        }
    }

    /// The next bytes of an answer; `None` at its end.
    pub(crate) async fn next_bytes(
        &self,
        response: &mut Response,
    ) -> Result<Option<impl AsRef<[u8]>>, Trouble> {
        match tokio::time::timeout(self.stalled_after, response.chunk()).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(error)) => {
                Err(Trouble::new(Cause::Broken, format!("the connection broke: {}", root_cause(&error))))
            }
            Err(_) => Err(Trouble::new(
                Cause::Silent,
                format!("nothing came for {:?}, so the connection was cut", self.stalled_after),
            )),
        }
    }

    /// The whole of an answer.
    pub(crate) async fn whole(&self, mut response: Response) -> Result<Vec<u8>, Trouble> {
        let mut body = Vec::new();
        while let Some(bytes) = self.next_bytes(&mut response).await? {
            if body.len() + bytes.as_ref().len() > LONGEST_ANSWER {
                return Err(Trouble::lasting(
                    Cause::Stranger,
                    format!("the answer is longer than {LONGEST_ANSWER} bytes"),
                ));
            }
            body.extend_from_slice(bytes.as_ref());
        }
        Ok(body)
    }

    /// The whole answer to a GET of `path`, which must be 200.
    pub(crate) async fn get(&self, path: &str) -> Result<Vec<u8>, Trouble> {
        let response = self.send(self.request(Method::GET, path)?).await?;
        match response.status() {
            StatusCode::OK => self.whole(response).await,
            _ => Err(self.not_ok(path, response).await),
        }
    }

    /// What an answer other than 200 means.
    pub(crate) async fn not_ok(&self, path: &str, response: Response) -> Trouble {
        let status = response.status();
        let after = retry_after_s(response.headers());
        let said = self.said(response).await;
        let told = |what: String| if said.is_empty() { what } else { format!("{what}: {said}") };
        let trouble = match (status, after) {
            (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => {
                let what = told(format!("the backend refuses the token ({})", status.as_u16()));
                let why = format!("{what}; {}", self.token.remedy());
                Trouble { again: self.token.again(), ..Trouble::new(Cause::Token, why) }
            }
            (_, Some(seconds)) => {
                let what =
                    format!("the backend answers {path} with {status} and asks for {seconds} s of patience");
                Trouble { again: Again::After(seconds.min(60)), ..Trouble::new(Cause::Unable, told(what)) }
            }
            _ if status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429) => {
                Trouble::new(Cause::Unable, told(format!("the backend answers {path} with {status}")))
            }
            _ => Trouble::lasting(
                Cause::Stranger,
                format!("{path} is answered with {status}: is the address that of a city backend?"),
            ),
        };
        Trouble { status: Some(status.as_u16()), ..trouble }
    }

    /// What a problem document says is wrong; empty where it is none or too long.
    pub(crate) async fn said(&self, mut response: Response) -> String {
        let is_problem = is_problem(&response);
        let mut body = Vec::new();
        while is_problem && body.len() <= LONGEST_PROBLEM {
            match self.next_bytes(&mut response).await {
                Ok(Some(bytes)) => body.extend_from_slice(bytes.as_ref()),
                Ok(None) => break,
                Err(_) => return String::new(),
            }
        }
        serde_json::from_slice::<Problem>(&body).map(|problem| problem.detail).unwrap_or_default()
    }

    /// Opens the event stream at `path`, resuming after `last` where one is given.
    pub(crate) async fn stream(&self, path: &str, last: Option<u64>) -> Result<Response, Trouble> {
        let mut request = self.request(Method::GET, path)?.header("accept", "text/event-stream");
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = self.send(request).await?;
        if response.status() != StatusCode::OK {
            return Err(self.not_ok(path, response).await);
        }
        let kind = response.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("");
        if kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/event-stream")) {
            Ok(response)
        } else {
            Err(Trouble::lasting(Cause::Stranger, format!("{path} answers `{kind}`, not an event stream")))
        }
    }

    /// Reads messages from a stream until it ends, which is always some trouble.
    pub(crate) async fn messages(
        &self,
        mut response: Response,
        mut take: impl AsyncFnMut(&mut SseParser, Vec<feeds::SseMessage>) -> Result<(), Trouble>,
    ) -> Trouble {
        let mut parser = SseParser::default();
        loop {
            let bytes = match self.next_bytes(&mut response).await {
                Ok(Some(bytes)) => bytes,
                Ok(None) => return Trouble::new(Cause::Broken, "the backend closed the stream"),
                Err(trouble) => return trouble,
            };
            let mut messages = parser.push(bytes.as_ref());
            let over = messages.iter().position(|message| message.event == TOKEN_EXPIRED);
            messages.truncate(over.unwrap_or(messages.len()));
            if let Err(trouble) = take(&mut parser, messages).await {
                return trouble;
            }
            if over.is_some() {
                let why = format!("the token has expired: {}", self.token.remedy());
                return Trouble { again: Again::Soon, ..Trouble::new(Cause::Token, why) };
            }
        }
    }
}

/// The innermost cause, which is what tells an officer something ("Connection refused").
pub(crate) fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
