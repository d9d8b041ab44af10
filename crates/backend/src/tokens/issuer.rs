//! Somebody else whose tokens are accepted: an OpenID Connect issuer, known by its address and its published keys.

use super::known_keys::KnownKeys;
use super::signed::Signed;
use super::{Badge, TokenFault, claims, in_time, issuer_keys};
use crate::{BackendError, IssuerConfig};
use reqwest::Url;
use std::sync::Arc;

/// Somebody else whose tokens are accepted.
pub struct Issuer {
    config: IssuerConfig,
    /// What tells its people from those of others.
    place: String,
    keys: Arc<KnownKeys>,
}

impl Issuer {
    /// An issuer as configured; it is not asked for anything yet.
    pub fn new(config: &IssuerConfig) -> Result<Self, BackendError> {
        let bad = |why: String| BackendError::Issuer { issuer: issuer_keys::shown(&config.url), why };
        let url = Url::parse(&config.url).map_err(|e| bad(format!("is no address: {e}")))?;
        issuer_keys::secure(&url).map_err(&bad)?;
        if url.query().is_some() || url.fragment().is_some() {
            // OpenID Connect Core 1.0, section 2.
            return Err(bad(
                "has an address with `?` or `#`, which no issuer has: leave out what follows".to_owned()
            ));
        }
        if config.audience.trim().is_empty() {
            return Err(bad(
                "needs an audience: the word by which its tokens are meant for this backend".to_owned()
            ));
        }
        let source = issuer_keys::Source::new(config).map_err(bad)?;
        Ok(Self { config: config.clone(), place: place(&url), keys: KnownKeys::new(&config.url, source) })
    }

    /// What its tokens call it.
    pub fn url(&self) -> &str {
        &self.config.url
    }

    /// Whom a token of this issuer names.
    pub async fn check(&self, token: Signed<'_>) -> Result<Badge, TokenFault> {
        let key = self.keys.find(token.key.as_deref(), token.algorithm).await?;
        let claims = key.claims(token, &self.config.url, &self.config.audience)?;
        let whose = claims::name(&claims, &self.place).ok_or(TokenFault::Wrong(
            "its claim `sub` is no name: that has 1 to 100 characters, none of them hidden",
        ))?;
        let expires = in_time(&claims, &whose)?;
        match claims::actor(&claims, &self.config.claims, &whose) {
            Ok(actor) => Ok(Badge { actor, expires: Some(expires) }),
            Err(why) => Err(TokenFault::Unfit { whose, why }),
        }
    }
}

/// The host of an issuer, with its port and path where it has any, for several issuers may share a host. It depends on
/// nobody else who is trusted, so that people keep their names in the journal when another issuer comes or goes.
fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().filter(|port| *port != HTTPS).map(|port| format!(":{port}"));
    let path = if url.path() == "/" { "" } else { url.path() };
    // What stands before the last @ is the person.
    format!("{host}{}{}", port.unwrap_or_default(), path.replace('@', "%40"))
}

const HTTPS: u16 = 443;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn issuers_of_one_host_are_told_apart_and_one_alone_is_its_host() {
        for (url, expected) in [
            ("https://idp.example", "idp.example"),
            ("https://IDP.example:443/", "idp.example"),
            ("https://idp.example:8443", "idp.example:8443"),
            ("https://idp.example/realms/city", "idp.example/realms/city"),
            ("https://idp.example/realms/city/", "idp.example/realms/city/"),
            ("https://idp.example/@x", "idp.example/%40x"),
            ("http://[::1]", "[::1]:80"),
        ] {
            assert_eq!(place(&Url::parse(url).unwrap()), expected);
        }
    }
}
