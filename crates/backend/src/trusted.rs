//! TLS to the servers this backend itself connects to: a database, a broker.

use std::error::Error as StdError;
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{CertificateError, ClientConfig, Error, RootCertStore};

/// Trusts the authorities in `ca` (PEM), or those of the system.
pub fn authorities(ca: Option<&Path>) -> Result<ClientConfig, String> {
    let provider = Arc::new(default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let Some(file) = ca else {
        let system = rustls_platform_verifier::Verifier::new(provider).map_err(|error| error.to_string())?;
        let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(system));
        return Ok(builder.with_no_client_auth());
    };
    let bad = |why: &dyn std::fmt::Display| format!("certificates {}: {why}", file.display());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| bad(&error))? {
        roots.add(certificate.map_err(|error| bad(&error))?).map_err(|error| bad(&error))?;
    }
    if roots.is_empty() {
        return Err(bad(&"there is no certificate in it"));
    }
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// What TLS found wrong at the bottom of a failed connection, in words that say what to do; `option` names who is
/// trusted on the command line. `None` where it was not TLS.
pub fn fault(error: &(dyn StdError + 'static), option: &str) -> Option<String> {
    let mut next = Some(error);
    while let Some(error) = next {
        match error.downcast_ref::<Error>() {
            Some(Error::InvalidCertificate(fault)) => return Some(of_certificate(fault, option)),
            Some(Error::InvalidMessage(_)) => return Some("what answers there speaks no TLS".to_owned()),
            Some(other) => return Some(format!("no TLS was agreed on: {other}")),
            None => {}
        }
        // An error of input and output keeps its own beside its causes.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

fn of_certificate(fault: &CertificateError, option: &str) -> String {
    use CertificateError as C;
    match fault {
        C::UnknownIssuer | C::BadSignature => format!(
            "its certificate is vouched for by nobody that is trusted here: name the authority that does with \
             {option} FILE"
        ),
        C::Expired | C::ExpiredContext { .. } => {
            "its certificate has expired: have it renewed, or put this computer's clock right".to_owned()
        }
        C::NotValidYet | C::NotValidYetContext { .. } => {
            "the time of its certificate has not begun: is this computer's clock right?".to_owned()
        }
        C::NotValidForName | C::NotValidForNameContext { .. } => format!(
            "its certificate is made out to another name ({fault}): use that one, or have it made out to this"
        ),
        other => format!("its certificate cannot be trusted: {other}"),
    }
}
