//! What a console shows a backend, and by what it knows that it is the right one.

use crate::backoff::{Again, Trouble};
use crate::error::LinkError;
use feeds::Cause;
use reqwest::header::HeaderValue;
use reqwest::{Certificate, ClientBuilder, Url};
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// The longest file of a token that is read, bytes.
const LONGEST_TOKEN: u64 = 64 * 1024;

/// What a console shows a backend, and by what it knows that it is the right one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The bearer token.
    pub token: Token,
    /// Certificates of an authority of one's own, PEM: then only what it vouches for is trusted. Without it, what the
    /// system trusts is.
    pub ca: Option<PathBuf>,
    /// Whether the token may cross the network in clear, by plain HTTP.
    pub plain_http: bool,
}

/// Where the bearer token is.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Token {
    /// There is none.
    #[default]
    None,
    /// This.
    Given(String),
    /// In a file, which is read at every request: who renews it there need not start the console anew.
    InFile(PathBuf),
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Given(_) => f.write_str("Given(…)"),
            Self::InFile(file) => f.debug_tuple("InFile").field(file).finish(),
        }
    }
}

impl Token {
    /// What to do when the backend does not accept it.
    pub(crate) fn remedy(&self) -> String {
        match self {
            Self::None => "start with --token or --token-file".to_owned(),
            Self::Given(_) => "start with a valid --token".to_owned(),
            Self::InFile(file) => format!("put a valid one into {}", file.display()),
        }
    }

    /// When to try again after it was not accepted: a file may be renewed at any moment.
    pub(crate) fn again(&self) -> Again {
        match self {
            Self::InFile(_) => Again::Doubling,
            Self::None | Self::Given(_) => Again::Rarely,
        }
    }

    /// The value of the header `Authorization`.
    pub(crate) fn bearer(&self) -> Result<Option<HeaderValue>, LinkError> {
        let (token, of) = match self {
            Self::None => return Ok(None),
            Self::Given(token) => (token.clone(), "token".to_owned()),
            Self::InFile(file) => (read(file)?, format!("token of {}", file.display())),
        };
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", token.trim()))
            .map_err(|_| LinkError::BadHeader { what: of })?;
        bearer.set_sensitive(true);
        Ok(Some(bearer))
    }
}

fn read(file: &Path) -> Result<String, LinkError> {
    let bad = |why: String| LinkError::TokenFile { file: file.to_owned(), why };
    let length = std::fs::metadata(file).map_err(|e| bad(e.to_string()))?.len();
    if length > LONGEST_TOKEN {
        return Err(bad(format!("it has {length} bytes, which no token has")));
    }
    let token = std::fs::read_to_string(file).map_err(|e| bad(e.to_string()))?;
    if token.trim().is_empty() {
        return Err(bad("it is empty".to_owned()));
    }
    Ok(token)
}

impl Credentials {
    /// Refuses what would show the token to whoever listens on the way to `url`.
    pub(crate) fn fit(&self, url: &Url) -> Result<(), LinkError> {
        let is_shown = self.token != Token::None && url.scheme() == "http" && !is_own_machine(url);
        if is_shown && !self.plain_http {
            return Err(LinkError::InClear { address: url.to_string() });
        }
        Ok(())
    }

    /// A client that trusts whom it should.
    pub(crate) fn trust(&self, client: ClientBuilder) -> Result<ClientBuilder, LinkError> {
        let Some(file) = &self.ca else { return Ok(client) };
        let bad = |why: String| LinkError::Ca { file: file.clone(), why };
        let pem = std::fs::read(file).map_err(|e| bad(e.to_string()))?;
        let all = Certificate::from_pem_bundle(&pem).map_err(|e| bad(crate::http::root_cause(&e)))?;
        if all.is_empty() {
            return Err(bad("there is no certificate in PEM in it".to_owned()));
        }
        Ok(client.tls_certs_only(all))
    }
}

impl From<LinkError> for Trouble {
    fn from(error: LinkError) -> Self {
        Self::new(Cause::Local, error.to_string())
    }
}

/// Whether an address is that of the computer itself.
pub(crate) fn is_own_machine(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_token_crosses_the_network_by_tls_or_where_that_is_asked_for_by_name() {
        let with = |token, plain_http| Credentials { token, ca: None, plain_http };
        let given = || Token::Given("secret".to_owned());
        let fits = |credentials: Credentials, url: &str| credentials.fit(&Url::parse(url).unwrap());
        for near in ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "http://127.9.9.9"] {
            fits(with(given(), false), near).unwrap();
        }
        for far in
            ["http://city.example", "http://10.0.0.1:1", "http://localhost.example", "http://[2001:db8::1]"]
        {
            let said = fits(with(given(), false), far).unwrap_err().to_string();
            assert!(
                said.contains("https://") && said.contains("--plain-http") && !said.contains("secret"),
                "{said}"
            );
            fits(with(given(), true), far).unwrap();
            fits(with(Token::None, false), far).unwrap();
            fits(with(given(), false), &far.replace("http:", "https:")).unwrap();
        }
    }

    #[test]
    fn a_token_is_read_anew_from_its_file_and_shown_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        let token = Token::InFile(file.clone());
        for (text, words) in [(None, "No such file"), (Some(" \n"), "empty"), (Some("a\u{7}b"), "control")] {
            if let Some(text) = text {
                std::fs::write(&file, text).unwrap();
            }
            let said = token.bearer().unwrap_err().to_string();
            assert!(said.contains(words) && said.contains(file.to_str().unwrap()), "{said}");
        }
        for text in ["first", "second\n"] {
            std::fs::write(&file, text).unwrap();
            let bearer = token.bearer().unwrap().unwrap();
            assert_eq!(bearer.to_str().unwrap(), format!("Bearer {}", text.trim()));
            assert!(!format!("{bearer:?} {token:?}").contains(text.trim()));
        }
        let shown =
            format!("{:?}", Credentials { token: Token::Given("secret".into()), ..Default::default() });
        assert!(!shown.contains("secret"), "{shown}");
    }
}
