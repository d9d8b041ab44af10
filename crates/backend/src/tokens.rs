//! Bearer tokens: who somebody is, signed with a key that never leaves the data folder.
//!
//! A token is a JSON Web Token (RFC 7519) signed with HMAC-SHA-256. Only the one header written here is
//! accepted, so no other algorithm can be talked in.

use crate::BackendError;
use crate::clock::wall_clock;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use city::{Actor, Jurisdiction, Level, Role};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::io::Write as _;
use std::path::Path;

/// `{"alg":"HS256","typ":"JWT"}`.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
const KEY_BYTES: usize = 32;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    sub: String,
    role: Role,
    level: Level,
    jurisdiction: Jurisdiction,
    iat: i64,
    exp: i64,
}

/// The key that signs tokens.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// It is no token of this backend.
    Wrong,
    /// It was, but its time is over.
    Expired,
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
    let now_s = wall_clock().0.div_euclid(1_000);
    let claims = Claims {
        sub: name.to_owned(),
        role,
        level,
        jurisdiction,
        iat: now_s,
        exp: now_s.saturating_add(i64::from(valid_s)),
    };
    let key = Key::of_folder(data_dir)?;
    let body = serde_json::to_vec(&claims)
        .map_err(|e| BackendError::Key { file: data_dir.to_owned(), why: e.to_string() })?;
    let signed = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(body));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(&signed).finalize().into_bytes());
    Ok(format!("{signed}.{signature}"))
}

impl Key {
    /// The key in `folder`; made, readable by its owner alone, when there is none.
    pub fn of_folder(folder: &Path) -> Result<Self, BackendError> {
        let file = folder.join("token.key");
        let trouble = |why: String| BackendError::Key { file: file.clone(), why };
        std::fs::create_dir_all(folder).map_err(|e| trouble(e.to_string()))?;
        match std::fs::read(&file) {
            Ok(bytes) => {
                if bytes.len() != KEY_BYTES {
                    return Err(trouble("is damaged: remove it, and issue every token anew".to_owned()));
                }
                return Self::of_bytes(&bytes).map_err(trouble);
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(trouble(e.to_string())),
        }
        let mut bytes = [0; KEY_BYTES];
        getrandom::fill(&mut bytes).map_err(|e| trouble(e.to_string()))?;
        // Written beside and linked, so that nobody ever reads half a key and the first of two makers wins.
        let beside = folder.join(format!("token.key.{}", std::process::id()));
        let linked = write_private(&beside, &bytes).and_then(|()| std::fs::hard_link(&beside, &file));
        let _ = std::fs::remove_file(&beside);
        match linked {
            Ok(()) => Self::of_bytes(&bytes).map_err(trouble),
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Self::of_folder(folder),
            Err(e) => Err(trouble(e.to_string())),
        }
    }

    /// Whom a token names, if this key signed it and its time is not over.
    pub fn check(&self, token: &str) -> Result<Actor, TokenFault> {
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenFault::Wrong)?;
        let body = signed.strip_prefix(HEADER).and_then(|rest| rest.strip_prefix('.'));
        let body = body.ok_or(TokenFault::Wrong)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenFault::Wrong)?;
        self.sign(signed).verify_slice(&signature).map_err(|_| TokenFault::Wrong)?;
        let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| TokenFault::Wrong)?;
        let claims: Claims = serde_json::from_slice(&body).map_err(|_| TokenFault::Wrong)?;
        if claims.exp <= wall_clock().0.div_euclid(1_000) {
            return Err(TokenFault::Expired);
        }
        let Claims { sub, role, level, jurisdiction, .. } = claims;
        Ok(Actor { name: format!("officer:{sub}"), role, level, jurisdiction })
    }

    fn of_bytes(bytes: &[u8]) -> Result<Self, String> {
        Hmac::new_from_slice(bytes).map(Self).map_err(|e| e.to_string())
    }

    fn sign(&self, text: &str) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(text.as_bytes());
        mac
    }
}

fn write_private(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use city::DistrictCode;

    #[test]
    fn only_an_unchanged_token_in_time_is_accepted() {
        let folder = tempfile::tempdir().unwrap();
        let here = Jurisdiction::District(DistrictCode(500103));
        let make =
            |valid_s| issue(folder.path(), Role::DutyOfficer, Level::District, here, "li", valid_s).unwrap();
        let key = Key::of_folder(folder.path()).unwrap();
        let token = make(60);
        let actor = key.check(&token).unwrap();
        assert_eq!(
            (actor.role, actor.jurisdiction, actor.name.as_str()),
            (Role::DutyOfficer, here, "officer:li")
        );
        assert_eq!(key.check(&make(0)), Err(TokenFault::Expired));
        assert_eq!(key.check(&format!("{token}A")), Err(TokenFault::Wrong));
        assert_eq!(key.check(""), Err(TokenFault::Wrong));
        let none = format!("eyJhbGciOiJub25lIn0.{}.", token.split('.').nth(1).unwrap());
        assert_eq!(key.check(&none), Err(TokenFault::Wrong));
        let other = tempfile::tempdir().unwrap();
        assert_eq!(Key::of_folder(other.path()).unwrap().check(&token), Err(TokenFault::Wrong));
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Key::of_folder(folder.path()).unwrap();
        let mode = std::fs::metadata(folder.path().join("token.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
