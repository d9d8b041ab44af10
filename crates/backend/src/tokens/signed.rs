//! A signed token taken apart (RFC 7515, compact): nothing in it is believed before a trusted key has checked it.

use super::TokenFault;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A signed token.
pub struct Signed<'a> {
    /// What is signed: its head and what it says.
    pub message: &'a str,
    /// The signature.
    pub signature: &'a str,
    /// How it is signed, as it says itself.
    pub algorithm: Algorithm,
    /// The name of the key it is signed with, as it says itself.
    pub key: Option<String>,
    /// What it says.
    pub claims: Map<String, Value>,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

impl<'a> Signed<'a> {
    /// A token in its three parts.
    pub fn read(token: &'a str) -> Result<Self, TokenFault> {
        let (message, signature) = token.rsplit_once('.').ok_or(NO_TOKEN)?;
        let (head, body) = message.split_once('.').ok_or(NO_TOKEN)?;
        let head: Head = part(head)?;
        // An extension that must be understood (RFC 7515, 4.1.11) is not.
        if head.crit.is_some() {
            return Err(TokenFault::Wrong("it demands an extension that this backend does not know"));
        }
        let algorithm = match head.alg.as_str() {
            "RS256" => Algorithm::RS256,
            // RFC 9864 calls EdDSA by the curve of its key.
            "EdDSA" | "Ed25519" => Algorithm::EdDSA,
            _ => return Err(TokenFault::Wrong("it is not signed by RS256 or EdDSA (Ed25519)")),
        };
        Ok(Self { message, signature, algorithm, key: head.kid, claims: part(body)? })
    }

    /// Who issued it, as it says itself.
    pub fn issuer(&self) -> Option<&str> {
        self.claims.get("iss")?.as_str()
    }
}

const NO_TOKEN: TokenFault = TokenFault::Wrong("it is no signed token");

fn part<T: DeserializeOwned>(encoded: &str) -> Result<T, TokenFault> {
    let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| NO_TOKEN)?;
    serde_json::from_slice(&bytes).map_err(|_| NO_TOKEN)
}
