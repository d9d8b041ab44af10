//! What went wrong between here and a source, what to do about it, and whether to try again.

use super::error::{Fault, Then};
use super::source::again;
use crate::backoff::retry_after;
use crate::http::root_cause;
use reqwest::{Response, StatusCode};
use std::error::Error;

/// What it means that a source cannot be asked.
pub(crate) fn unreachable(url: &str, error: &reqwest::Error) -> Fault {
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
            Then::Again(retry_after(response.headers()))
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

/// Whether an answer is a page for people, which networks put in the way of what was asked for.
pub(crate) fn is_web_page(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.trim_ascii_start().first() == Some(&b'<')
}

pub(crate) fn web_page(url: &str) -> Fault {
    let why = format!(
        "{url} is answered with a web page: if the network wants a log-in, open a browser and log in, else check --source"
    );
    Fault::new(Then::Stop, why)
}
