//! TLS for sources that are no web servers: an authority of one's own or the system's, and one's own certificate.

use super::settings::Access;
use super::talk::Address;
use crate::backoff::Trouble;
use crate::certificate;
use feeds::Cause;
use rustls_platform_verifier::Verifier;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{AlertDescription, ClientConfig, Error, RootCertStore};

/// What a connection needs, from the files that the settings name.
pub(crate) fn settings(access: &Access) -> Result<Arc<ClientConfig>, Trouble> {
    let local = |why: String| Trouble::lasting(Cause::Local, why);
    let provider = Arc::new(default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| local(error.to_string()))?;
    let builder = match &access.ca {
        Some(file) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(file)? {
                roots
                    .add(certificate)
                    .map_err(|error| local(format!("certificates {}: {error}", file.display())))?;
            }
            builder.with_root_certificates(roots)
        }
        None => {
            let system = Verifier::new(provider).map_err(|error| local(error.to_string()))?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(system))
        }
    };
    let settings = match &access.identity {
        Some(file) => {
            let bad = |why: &dyn std::fmt::Display| local(format!("identity {}: {why}", file.display()));
            let key = PrivateKeyDer::from_pem_file(file).map_err(|error| bad(&error))?;
            builder.with_client_auth_cert(certificates(file)?, key).map_err(|error| bad(&error))?
        }
        None => builder.with_no_client_auth(),
    };
    Ok(Arc::new(settings))
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Trouble> {
    let bad = |why: &dyn std::fmt::Display| {
        Trouble::lasting(Cause::Local, format!("certificates {}: {why}", file.display()))
    };
    let all = CertificateDer::pem_file_iter(file).map_err(|error| bad(&error))?;
    let all = all.collect::<Result<Vec<_>, _>>().map_err(|error| bad(&error))?;
    if all.is_empty() { Err(bad(&"there is no certificate in it")) } else { Ok(all) }
}

/// Connects, and makes sure with whom, within `patience`.
pub(crate) async fn connect(
    settings: Arc<ClientConfig>,
    address: &Address,
    patience: Duration,
) -> Result<TlsStream<TcpStream>, Trouble> {
    let name = ServerName::try_from(address.host.clone()).map_err(|error| {
        Trouble::lasting(Cause::Local, format!("`{}` is no name of a server: {error}", address.host))
    })?;
    let stream = address.connect(patience).await?;
    let shaking = TlsConnector::from(settings).connect(name, stream);
    match tokio::time::timeout(patience, shaking).await {
        Ok(shaken) => shaken.map_err(|error| refused(address, &error)),
        Err(_) => {
            let why = format!("{address} took the connection and began no TLS for {patience:?}");
            Err(Trouble::new(Cause::Silent, why))
        }
    }
}

/// Why a connection by TLS was not made: a server that cannot be trusted, one that does not trust us, or no TLS at all.
pub(crate) fn refused(address: &Address, error: &std::io::Error) -> Trouble {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::InvalidCertificate(fault)) => {
            Trouble::lasting(Cause::Certificate, format!("{address}: {}", certificate::in_words(fault)))
        }
        Some(Error::InvalidMessage(_)) => {
            Trouble::lasting(Cause::Stranger, format!("{address} speaks no TLS: {error}"))
        }
        _ => broken(error),
    }
}

/// Why a connection broke. A server that checks certificates may say so only after the connection was made.
pub(crate) fn broken(error: &std::io::Error) -> Trouble {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::AlertReceived(alert)) if is_about_us(*alert) => {
            let why = format!("the server refuses the certificate of this console: {alert:?}");
            Trouble::lasting(Cause::Token, why)
        }
        _ => Trouble::new(Cause::Broken, format!("the connection broke: {error}")),
    }
}

fn is_about_us(alert: AlertDescription) -> bool {
    use AlertDescription as A;
    matches!(
        alert,
        A::CertificateRequired
            | A::BadCertificate
            | A::UnsupportedCertificate
            | A::CertificateRevoked
            | A::CertificateExpired
            | A::CertificateUnknown
            | A::UnknownCA
            | A::AccessDenied
            | A::NoCertificate
    )
}
