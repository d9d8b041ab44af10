//! A public key that is trusted, with the one algorithm it is good for.

use super::TokenFault;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::{Map, Value};

/// A public key that is trusted.
#[derive(Clone)]
pub struct TrustedKey {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

impl TrustedKey {
    /// A key for RS256 or EdDSA by Ed25519; `None` where it is of another kind or meant for something else.
    pub fn of_jwk(jwk: &Jwk) -> Option<Self> {
        let algorithm = match &jwk.algorithm {
            AlgorithmParameters::RSA(_) => Algorithm::RS256,
            AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
                Algorithm::EdDSA
            }
            _ => return None,
        };
        let is_meant = jwk.common.key_algorithm.is_none_or(|meant| meant == KeyAlgorithm::from(algorithm));
        let signs = jwk.common.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature);
        if !is_meant || !signs {
            return None;
        }
        let key = DecodingKey::from_jwk(jwk).ok()?;
        Some(Self { id: jwk.common.key_id.clone(), algorithm, key })
    }

    /// What tokens call it.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// What a token says, if this key signed it for `audience` in the name of `issuer`. Its times are not looked at.
    pub fn claims(
        &self,
        token: &str,
        issuer: &str,
        audience: &str,
    ) -> Result<Map<String, Value>, TokenFault> {
        let mut rules = Validation::new(self.algorithm);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        rules.set_issuer(&[issuer]);
        rules.set_audience(&[audience]);
        rules.validate_exp = false;
        let claims = decode::<Map<String, Value>>(token, &self.key, &rules).map_err(|error| {
            TokenFault::Wrong(match error.kind() {
                ErrorKind::InvalidSignature => "its signature is not that of the key it names",
                ErrorKind::InvalidAlgorithm => "it is signed in another way than the key it names signs",
                ErrorKind::InvalidIssuer => "somebody else issued it",
                ErrorKind::InvalidAudience => "it is meant for somebody else",
                ErrorKind::MissingRequiredClaim(_) => "it lacks one of exp, iss, aud, sub",
                _ => "it is no signed token",
            })
        })?;
        // The library takes a list of issuers as well, which no standard knows.
        match claims.claims.get("iss") {
            Some(Value::String(named)) if named == issuer => Ok(claims.claims),
            _ => Err(TokenFault::Wrong("somebody else issued it")),
        }
    }
}
