//! Bearer tokens: who somebody is, as somebody this backend trusts has signed it.
//!
//! A token is a JSON Web Token (RFC 7519). The backend issues its own, signed with Ed25519 (EdDSA, RFC 8037) by a key
//! that never leaves the data folder. A key is good for one algorithm, whatever the head of a token says, so no other
//! can be talked in.

mod claims;
mod issuer;
mod issuer_keys;
mod known_keys;
mod signed;
mod signing_key;
mod trusted_key;

pub use claims::{is_department, is_name};
pub use issuer::Issuer;
pub use signing_key::SigningKey;

use crate::BackendError;
use crate::clock::wall_clock;
use city::{Actor, Jurisdiction, Level, Role};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use signed::Signed;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Whose tokens they are.
const ISSUER: &str = "urn:shancheng:city";
/// For whom they are meant.
const AUDIENCE: &str = "shancheng";

/// What a token of this backend says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    role: Role,
    level: Level,
    jurisdiction: Jurisdiction,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    department: Option<String>,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// Whom a token names, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// Who.
    pub actor: Actor,
    /// When its time is over; who comes from the own machine without a token has no such end.
    pub expires: Option<SystemTime>,
}

/// Why a token is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// Nobody this backend trusts has issued it for this backend; why, in words.
    Wrong(&'static str),
    /// It was issued as it should be, but its time is over.
    Expired {
        /// Whose it was.
        whose: String,
    },
    /// Its time has not begun.
    Early,
    /// What it says of its bearer fits nobody here.
    Unfit {
        /// Whose it is.
        whose: String,
        /// What does not fit, and what would.
        why: String,
    },
    /// Whether its issuer signed it cannot be known at present.
    IssuerAway,
}

/// Issues a token for `name` from the key in `data_dir`, valid for `valid_s` seconds of real time.
pub fn issue(
    data_dir: &Path,
    role: Role,
    level: Level,
    jurisdiction: Jurisdiction,
    name: &str,
    valid_s: u32,
) -> Result<String, BackendError> {
    let actor = Actor { name: name.to_owned(), role, level, jurisdiction, department: None };
    issue_to(data_dir, &actor, valid_s)
}

/// [`issue`] for somebody of a department.
pub fn issue_to(data_dir: &Path, actor: &Actor, valid_s: u32) -> Result<String, BackendError> {
    let Actor { name, role, level, jurisdiction, department } = actor.clone();
    let now_s = wall_clock().0.div_euclid(1_000);
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: name,
        role,
        level,
        jurisdiction,
        department,
        iat: now_s,
        nbf: now_s,
        exp: now_s.saturating_add(i64::from(valid_s)),
    };
    SigningKey::of_folder(data_dir)?
        .sign(&claims)
        .map_err(|e| BackendError::Key { file: SigningKey::file(data_dir), why: e.to_string() })
}

/// Whose tokens a backend accepts.
pub struct Trust {
    own: SigningKey,
    issuers: Vec<Issuer>,
}

impl Trust {
    /// Trust in the key of the backend itself, and in others.
    pub fn new(own: SigningKey, issuers: Vec<Issuer>) -> Self {
        Self { own, issuers }
    }

    /// The public keys by which others can check this backend's tokens: a JSON Web Key Set (RFC 7517).
    pub fn own_keys(&self) -> &Value {
        self.own.public()
    }

    /// Whom a token names, if somebody who is trusted signed it and its time is not over.
    pub async fn check(&self, token: &str) -> Result<Badge, TokenFault> {
        let token = Signed::read(token)?;
        // What it says itself only chooses whose keys it is checked with.
        let said = token.issuer().ok_or(TokenFault::Wrong("it does not say who issued it"))?;
        if said == ISSUER {
            return self.own(token);
        }
        match self.issuers.iter().find(|issuer| issuer.url() == said) {
            Some(issuer) => issuer.check(token).await,
            None => Err(TokenFault::Wrong("nobody whom this backend trusts issued it")),
        }
    }

    fn own(&self, token: Signed<'_>) -> Result<Badge, TokenFault> {
        if token.key.as_deref() != self.own.trusted().id() {
            return Err(TokenFault::Wrong("it was not issued by this backend"));
        }
        let claims = self.own.trusted().claims(token, ISSUER, AUDIENCE)?;
        let name = format!("officer:{}", subject(&claims));
        let expires = in_time(&claims, &name)?;
        let department =
            claims::department(&claims, "").map_err(|why| TokenFault::Unfit { whose: name.clone(), why })?;
        let claims = serde_json::from_value::<Claims>(Value::Object(claims))
            .map_err(|_| TokenFault::Wrong("another version of the program issued it"))?;
        let Claims { role, level, jurisdiction, .. } = claims;
        let actor = Actor { name, role, level, jurisdiction, department };
        Ok(Badge { actor, expires: Some(expires) })
    }
}

fn subject(claims: &Map<String, Value>) -> &str {
    claims.get("sub").and_then(Value::as_str).unwrap_or_default()
}

/// By how much the clock of who issued a token may be ahead.
const AHEAD: Duration = Duration::from_secs(60);

/// When the time of a token is over, unless it is or has not begun.
fn in_time(claims: &Map<String, Value>, whose: &str) -> Result<SystemTime, TokenFault> {
    let instant = |name| {
        let seconds = claims.get(name)?.as_f64()?;
        // A time beyond what the clock can show is as good as the last it can.
        let seconds = Duration::try_from_secs_f64(seconds.clamp(0.0, 1e11)).ok()?;
        UNIX_EPOCH.checked_add(seconds)
    };
    let now = SystemTime::now();
    let expires = instant("exp").ok_or(TokenFault::Wrong("it does not say when its time is over"))?;
    if expires <= now {
        return Err(TokenFault::Expired { whose: whose.to_owned() });
    }
    match (claims.get("nbf"), instant("nbf")) {
        (Some(_), None) => Err(TokenFault::Wrong("when its time begins cannot be read")),
        (_, Some(begins)) if begins > now + AHEAD => Err(TokenFault::Early),
        _ => Ok(expires),
    }
}

#[cfg(test)]
mod tests;
