//! TLS of the backend: certificate and key from files, taken anew once they were renewed.
//!
//! Whoever renews a certificate only replaces the files. What cannot be used is told once and changes nothing: the
//! certificate in use stays.

use crate::{BackendError, TlsFiles};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// How often the files are looked at, at most.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// By what a changed file is known: when it was written, and its length in bytes.
type Stamp = [Option<(SystemTime, u64)>; 2];

/// The certificate in use, and the files it came from.
pub struct Tls {
    files: TlsFiles,
    kept: Mutex<Kept>,
}

struct Kept {
    settings: Arc<ServerConfig>,
    stamp: Stamp,
    looked: Instant,
}

impl Tls {
    /// Reads certificate and key.
    pub fn open(files: TlsFiles) -> Result<Self, BackendError> {
        let stamp = stamp(&files);
        let kept = Kept { settings: read(&files)?, stamp, looked: Instant::now() };
        Ok(Self { files, kept: Mutex::new(kept) })
    }

    /// What the next connection is made with.
    pub fn acceptor(&self) -> TlsAcceptor {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.looked.elapsed() >= LOOK_EVERY {
            kept.looked = Instant::now();
            let now = stamp(&self.files);
            // Certificate and key are seldom replaced in one instant: what does not fit yet is read again when the
            // other file has changed as well.
            if now != kept.stamp {
                kept.stamp = now;
                match read(&self.files) {
                    Ok(settings) => {
                        kept.settings = settings;
                        tracing::info!("the renewed certificate is in use");
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the renewed certificate cannot be used; the one before stays");
                    }
                }
            }
        }
        TlsAcceptor::from(kept.settings.clone())
    }
}

fn stamp(files: &TlsFiles) -> Stamp {
    [&files.certificate, &files.key].map(|file| {
        let about = std::fs::metadata(file).ok()?;
        Some((about.modified().ok()?, about.len()))
    })
}

fn read(files: &TlsFiles) -> Result<Arc<ServerConfig>, BackendError> {
    let bad = |file: &Path, why: &dyn std::fmt::Display| BackendError::Tls {
        file: file.to_owned(),
        why: why.to_string(),
    };
    let certificates = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| bad(&files.certificate, &error))?;
    if certificates.is_empty() {
        return Err(bad(&files.certificate, &"there is no certificate in PEM in it"));
    }
    // What is wrong within a key is not told in detail: the words could quote it.
    let pem = std::fs::read(&files.key).map_err(|error| bad(&files.key, &error))?;
    let key = PrivateKeyDer::from_pem_slice(&pem)
        .map_err(|_| bad(&files.key, &"there is no whole private key in PEM in it"))?;
    let mut settings = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
        .map_err(|error| {
            let why = format!("with the certificates of {}: {error}", files.certificate.display());
            bad(&files.key, &why)
        })?;
    settings.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(settings))
}
