//! Fetching an issuer's keys: by discovery (OpenID Connect Discovery 1.0), from an address, or from a file.

use super::trusted_key::TrustedKey;
use crate::IssuerConfig;
use reqwest::{Certificate, Client, Url};
use serde::Deserialize;
use serde_json::Value;
use std::error::Error;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How long an issuer may take for an answer.
const WITHIN: Duration = Duration::from_secs(5);
/// The longest answer that is read, bytes.
const LONGEST: usize = 1 << 20;
/// The longest address shown that is none, characters.
const LONGEST_SHOWN: usize = 200;

/// Where an issuer's keys are.
pub enum Source {
    /// In a file.
    File(PathBuf),
    /// At an address; `None` is found by discovery.
    Web(Client, Option<Url>),
}

#[derive(Deserialize)]
struct Discovered {
    issuer: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl Source {
    /// Where the configuration says; a file is read once, so that a wrong one is told at the start.
    pub fn new(config: &IssuerConfig) -> Result<Self, String> {
        let address = match config.jwks.as_deref() {
            Some(text) if !text.contains("://") => {
                let file = PathBuf::from(text);
                if read_file(&file)?.is_empty() {
                    return Err(format!(
                        "has its keys in {text}, which holds no key for RS256 or EdDSA (Ed25519)"
                    ));
                }
                return Ok(Self::File(file));
            }
            Some(text) => {
                let url = Url::parse(text)
                    .map_err(|e| format!("has its keys at `{}`, which is no address: {e}", shown(text)))?;
                secure(&url)?;
                Some(url)
            }
            None => None,
        };
        let agent = concat!("shancheng/", env!("CARGO_PKG_VERSION"));
        let mut client =
            Client::builder().user_agent(agent).timeout(WITHIN).redirect(reqwest::redirect::Policy::none());
        if let Some(file) = &config.ca {
            let bad = |why: String| format!("is known by {}, which cannot be used: {why}", file.display());
            let pem = std::fs::read(file).map_err(|e| bad(e.to_string()))?;
            let all = Certificate::from_pem_bundle(&pem).map_err(|e| bad(root_cause(&e)))?;
            if all.is_empty() {
                return Err(bad("there is no certificate in PEM in it".to_owned()));
            }
            client = client.tls_certs_only(all);
        }
        let url = address.as_ref().map_or(config.url.as_str(), Url::as_str);
        if Url::parse(url).is_ok_and(|url| is_own_machine(&url)) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|e| format!("cannot be asked: {}", root_cause(&e)))?;
        Ok(Self::Web(client, address))
    }

    /// The keys that can be used, none where the issuer has none, or why that cannot be known.
    pub async fn fetch(&self, issuer: &str) -> Result<Vec<TrustedKey>, String> {
        match self {
            Self::File(file) => read_file(file),
            Self::Web(client, Some(address)) => {
                usable(&get(client, address.clone()).await?, &shown(address.as_str()))
            }
            Self::Web(client, None) => {
                let about = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
                let about = Url::parse(&about).map_err(|e| e.to_string())?;
                let found: Discovered = serde_json::from_slice(&get(client, about.clone()).await?)
                    .map_err(|e| format!("{about} is no description of an issuer: {e}"))?;
                if found.issuer != issuer {
                    let other = shown(&found.issuer);
                    return Err(format!("{about} describes another issuer, {other}, and not {issuer}"));
                }
                let keys =
                    Url::parse(&found.jwks_uri).map_err(|e| format!("its keys have no address: {e}"))?;
                secure(&keys)?;
                usable(&get(client, keys.clone()).await?, &shown(keys.as_str()))
            }
        }
    }
}

/// Refuses an address whose answers could be forged on the way, and one with a password in it.
pub fn secure(url: &Url) -> Result<(), String> {
    let plain = shown(url.as_str());
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!(
            "has the address {plain} with a name or password before its host: leave them out, keys are public"
        ));
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_own_machine(url) => Ok(()),
        _ => Err(format!(
            "has the address {plain}, whose answers could be forged on the way: it must begin with https://"
        )),
    }
}

/// An address for messages and the log: without what may be secret in it, its name, password and query.
pub fn shown(address: &str) -> String {
    match Url::parse(address) {
        Ok(url) if url.has_host() => {
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
        }
        _ if !address.contains(['@', '?', '#']) => address.chars().take(LONGEST_SHOWN).collect(),
        _ => "whose address cannot be read".to_owned(),
    }
}

fn is_own_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn read_file(file: &std::path::Path) -> Result<Vec<TrustedKey>, String> {
    let name = file.display().to_string();
    let bytes =
        std::fs::read(file).map_err(|e| format!("has its keys in {name}, which cannot be read: {e}"))?;
    usable(&bytes, &name)
}

/// The keys for RS256 and EdDSA; one of another kind, or a damaged one, costs only itself. A set without any is an
/// answer too: the issuer has withdrawn them.
fn usable(bytes: &[u8], from: &str) -> Result<Vec<TrustedKey>, String> {
    let set: KeySet =
        serde_json::from_slice(bytes).map_err(|e| format!("{from} holds no set of keys: {e}"))?;
    Ok(set.keys.into_iter().filter_map(TrustedKey::of_json).collect())
}

async fn get(client: &Client, address: Url) -> Result<Vec<u8>, String> {
    let url = shown(address.as_str());
    // The library's own words tell the whole address.
    let failed =
        |error: reqwest::Error| format!("{url} cannot be read: {}", root_cause(&error.without_url()));
    let mut answer = client.get(address).send().await.map_err(failed)?;
    if answer.status() != reqwest::StatusCode::OK {
        return Err(format!("{url} answers {}", answer.status()));
    }
    let mut body = Vec::new();
    while let Some(bytes) = answer.chunk().await.map_err(failed)? {
        if body.len() + bytes.len() > LONGEST {
            return Err(format!("{url} answers with more than {LONGEST} bytes"));
        }
        body.extend_from_slice(&bytes);
    }
    Ok(body)
}

/// The innermost cause, which is what tells something ("Connection refused").
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn why_no_keys_come_is_told_without_what_is_secret_in_their_address() {
        let config = IssuerConfig {
            url: "https://idp.example".to_owned(),
            audience: "city-backend".to_owned(),
            jwks: Some("http://127.0.0.1:1/keys?key=SECRET#SECRET".to_owned()),
            ca: None,
            claims: String::new(),
        };
        let source = Source::new(&config).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let why = runtime.block_on(source.fetch(&config.url)).err().unwrap();
        assert!(why.contains("http://127.0.0.1:1/keys cannot be read") && !why.contains("SECRET"), "{why}");
        for (address, expected) in [
            ("https://li:SECRET@idp.example:8443/a?SECRET", "https://idp.example:8443/a"),
            ("li:SECRET@idp.example", "whose address cannot be read"),
            ("https://li:SECRET@idp.example:x", "whose address cannot be read"),
            ("keys.json", "keys.json"),
        ] {
            assert_eq!(shown(address), expected);
        }
    }
}
