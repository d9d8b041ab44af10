//! A public key that is trusted, with the one algorithm it is good for.

use super::TokenFault;
use super::signed::Signed;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde_json::{Map, Value, json};

/// A public key that is trusted.
#[derive(Clone)]
pub struct TrustedKey {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

impl TrustedKey {
    /// [`Self::of_jwk`] as others publish it.
    pub fn of_json(mut key: Value) -> Option<Self> {
        // RFC 9864 calls EdDSA by the curve of its key.
        if key.get("alg") == Some(&json!("Ed25519")) {
            key["alg"] = json!("EdDSA");
        }
        Self::of_jwk(&serde_json::from_value(key).ok()?)
    }

    /// A key for RS256 or EdDSA by Ed25519; `None` where it is of another kind or meant for something else.
    pub fn of_jwk(jwk: &Jwk) -> Option<Self> {
        let algorithm = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => Algorithm::RS256,
            AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
                Algorithm::EdDSA
            }
            _ => return None,
        };
        let common = &jwk.common;
        let is_meant = common.key_algorithm.is_none_or(|meant| meant == KeyAlgorithm::from(algorithm));
        let signs = common.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature);
        let checks = common.key_operations.as_ref().is_none_or(|all| all.contains(&KeyOperations::Verify));
        if !(is_meant && signs && checks) {
            return None;
        }
        let key = DecodingKey::from_jwk(jwk).ok()?;
        Some(Self { id: common.key_id.clone(), algorithm, key })
    }

    /// What tokens call it.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// What its tokens are signed by.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// What a token says, if this key signed it for `audience` in the name of `issuer`. Its times are not looked at.
    pub fn claims(
        &self,
        token: Signed<'_>,
        issuer: &str,
        audience: &str,
    ) -> Result<Map<String, Value>, TokenFault> {
        if token.algorithm != self.algorithm {
            return Err(TokenFault::Wrong("it is signed in another way than the key it names signs"));
        }
        let message = token.message.as_bytes();
        match crypto::verify(token.signature, message, &self.key, self.algorithm) {
            Ok(true) => {}
            _ => return Err(TokenFault::Wrong("its signature is not that of the key it names")),
        }
        needed(&token.claims, issuer, audience).map_err(TokenFault::Wrong)?;
        Ok(token.claims)
    }
}

/// Says what is wrong with the claims that every token needs (RFC 7519, 4.1).
fn needed(claims: &Map<String, Value>, issuer: &str, audience: &str) -> Result<(), &'static str> {
    match claims.get("iss") {
        Some(Value::String(named)) if named == issuer => {}
        _ => return Err("somebody else issued it"),
    }
    match claims.get("aud") {
        Some(Value::String(one)) if one == audience => {}
        Some(Value::Array(all)) if all.iter().all(Value::is_string) => {
            if !all.iter().any(|one| one == audience) {
                return Err("it is meant for somebody else");
            }
        }
        Some(Value::String(_)) => return Err("it is meant for somebody else"),
        Some(_) => return Err("its claim `aud` is neither a word nor a list of words"),
        None => return Err("it lacks the claim `aud`, for whom it is meant"),
    }
    match claims.get("sub") {
        Some(Value::String(_)) => {}
        Some(_) => return Err("its claim `sub` is no text"),
        None => return Err("it lacks the claim `sub`, whose it is"),
    }
    match claims.get("exp") {
        Some(Value::Number(_)) => Ok(()),
        Some(_) => Err("its claim `exp` is no number of seconds"),
        None => Err("it lacks the claim `exp`, when its time is over"),
    }
}
