//! The key that signs this backend's tokens: Ed25519, as PKCS#8 in PEM (RFC 8410), in the data folder.

use super::trusted_key::TrustedKey;
use crate::BackendError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What stands before the 32 secret bytes of a key of Ed25519 in PKCS#8 (RFC 8410, 7).
const PKCS8_HEAD: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
const SECRET_BYTES: usize = 32;

/// The key that signs tokens.
pub struct SigningKey {
    private: EncodingKey,
    trusted: TrustedKey,
    public: Value,
    head: Header,
}

impl SigningKey {
    /// The key's file in a data folder.
    pub fn file(folder: &Path) -> PathBuf {
        folder.join("signing-key.pem")
    }

    /// The key in `folder`; made, readable by its owner alone, when there is none.
    pub fn of_folder(folder: &Path) -> Result<Self, BackendError> {
        let file = Self::file(folder);
        let trouble = |why: String| BackendError::Key { file: file.clone(), why };
        std::fs::create_dir_all(folder).map_err(|e| trouble(e.to_string()))?;
        match std::fs::read(&file) {
            Ok(pem) => {
                return Self::of_pem(&pem).map_err(|why| {
                    trouble(format!(
                        "{why}: put back the copy that was kept, or remove it and issue every token anew"
                    ))
                });
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(trouble(e.to_string())),
        }
        let pem = new_pem().map_err(&trouble)?;
        // Written beside and linked, so that nobody ever reads half a key and the first of two makers wins.
        let beside = folder.join(format!("signing-key.pem.{}", uuid::Uuid::new_v4()));
        let linked = write_private(&beside, &pem).and_then(|()| std::fs::hard_link(&beside, &file));
        let _ = std::fs::remove_file(&beside);
        match linked {
            Ok(()) => Self::of_pem(&pem).map_err(trouble),
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Self::of_folder(folder),
            Err(e) => Err(trouble(e.to_string())),
        }
    }

    /// A key from PEM; an error says what is wrong with it, and nothing of what is in it.
    pub fn of_pem(pem: &[u8]) -> Result<Self, String> {
        let damaged = |_| "is no private key of Ed25519 in PEM (PKCS#8)".to_owned();
        let private = EncodingKey::from_ed_pem(pem).map_err(damaged)?;
        let mut jwk = Jwk::from_encoding_key(&private, Algorithm::EdDSA).map_err(damaged)?;
        let id = jwk.thumbprint(ThumbprintHash::SHA256).map_err(damaged)?;
        jwk.common.key_id = Some(id.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        let trusted = TrustedKey::of_jwk(&jwk).ok_or("is no key that signs")?;
        let head = Header { kid: Some(id), ..Header::new(Algorithm::EdDSA) };
        Ok(Self { private, trusted, public: json!({ "keys": [jwk] }), head })
    }

    /// Its public half, by which tokens are checked here.
    pub fn trusted(&self) -> &TrustedKey {
        &self.trusted
    }

    /// Its public half for others: a JSON Web Key Set (RFC 7517), the key named by its thumbprint (RFC 7638).
    pub fn public(&self) -> &Value {
        &self.public
    }

    /// A token that says `claims`.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        encode(&self.head, claims, &self.private)
    }
}

fn new_pem() -> Result<Vec<u8>, String> {
    let mut key = [0; PKCS8_HEAD.len() + SECRET_BYTES];
    let (head, secret) = key.split_at_mut(PKCS8_HEAD.len());
    head.copy_from_slice(&PKCS8_HEAD);
    getrandom::fill(secret).map_err(|e| e.to_string())?;
    // 48 bytes are one line of 64 characters, the longest that PEM has.
    let text = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(key));
    Ok(text.into_bytes())
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
