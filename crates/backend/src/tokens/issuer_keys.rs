//! Fetching an issuer's keys: by discovery (OpenID Connect Discovery 1.0), from an address, or from a file.

use super::trusted_key::TrustedKey;
use crate::IssuerConfig;
use jsonwebtoken::jwk::Jwk;
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
            Some(text) if !text.starts_with("http://") && !text.starts_with("https://") => {
                let file = PathBuf::from(text);
                read_file(&file)?;
                return Ok(Self::File(file));
            }
            Some(text) => {
                let url = Url::parse(text)
                    .map_err(|e| format!("has its keys at `{text}`, which is no address: {e}"))?;
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

    /// The keys that can be used, or why there are none.
    pub async fn fetch(&self, issuer: &str) -> Result<Vec<TrustedKey>, String> {
        match self {
            Self::File(file) => read_file(file),
            Self::Web(client, Some(address)) => {
                usable(&get(client, address.clone()).await?, address.as_str())
            }
            Self::Web(client, None) => {
                let about = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
                let about = Url::parse(&about).map_err(|e| e.to_string())?;
                let found: Discovered = serde_json::from_slice(&get(client, about.clone()).await?)
                    .map_err(|e| format!("{about} is no description of an issuer: {e}"))?;
                if found.issuer != issuer {
                    return Err(format!("{about} describes another issuer, {}", found.issuer));
                }
                let keys =
                    Url::parse(&found.jwks_uri).map_err(|e| format!("its keys have no address: {e}"))?;
                secure(&keys)?;
                usable(&get(client, keys.clone()).await?, keys.as_str())
            }
        }
    }
}

/// Refuses an address whose answers could be forged on the way.
pub fn secure(url: &Url) -> Result<(), String> {
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_own_machine(url) => Ok(()),
        _ => Err(format!(
            "has the address {url}, whose answers could be forged on the way: it must begin with https://"
        )),
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

/// The keys for RS256 and EdDSA; one of another kind, or a damaged one, costs only itself.
fn usable(bytes: &[u8], from: &str) -> Result<Vec<TrustedKey>, String> {
    let set: KeySet =
        serde_json::from_slice(bytes).map_err(|e| format!("{from} holds no set of keys: {e}"))?;
    let keys = set.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
    let keys: Vec<_> = keys.filter_map(|key| TrustedKey::of_jwk(&key)).collect();
    if keys.is_empty() { Err(format!("{from} holds no key for RS256 or EdDSA (Ed25519)")) } else { Ok(keys) }
}

async fn get(client: &Client, url: Url) -> Result<Vec<u8>, String> {
    let failed = |error: &reqwest::Error| format!("{url} cannot be read: {}", root_cause(error));
    let mut answer = client.get(url.clone()).send().await.map_err(|e| failed(&e))?;
    if answer.status() != reqwest::StatusCode::OK {
        return Err(format!("{url} answers {}", answer.status()));
    }
    let mut body = Vec::new();
    while let Some(bytes) = answer.chunk().await.map_err(|e| failed(&e))? {
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
