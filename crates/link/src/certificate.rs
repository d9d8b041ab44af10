//! What is wrong with the certificate of a server, in words that say what to do.

use crate::backoff::Trouble;
use feeds::Cause;
use std::error::Error as StdError;
use tokio_rustls::rustls::{CertificateError, Error};

/// The trouble that TLS found at the bottom of a failed connection to `address`, if it was TLS.
pub(crate) fn trouble(address: &str, error: &(dyn StdError + 'static)) -> Option<Trouble> {
    let why = match tls_error(error)? {
        Error::InvalidCertificate(fault) => {
            return Some(Trouble::lasting(Cause::Certificate, format!("{address}: {}", in_words(fault))));
        }
        Error::InvalidMessage(_) => "speaks no TLS: does its address begin with http://?".to_owned(),
        other => format!("no TLS was agreed on: {other}"),
    };
    Some(Trouble::lasting(Cause::Stranger, format!("{address} {why}")))
}

/// What is wrong with a certificate, and what to do.
pub(crate) fn in_words(fault: &CertificateError) -> String {
    use CertificateError as C;
    match fault {
        C::UnknownIssuer | C::BadSignature => {
            "its certificate is vouched for by nobody that is trusted here: name the authority that \
                             does (--ca FILE, or `ca` of a source)"
                .to_owned()
        }
        C::Expired | C::ExpiredContext { .. } => {
            "its certificate has expired: have it renewed, or put this computer's clock right".to_owned()
        }
        C::NotValidYet | C::NotValidYetContext { .. } => {
            "the time of its certificate has not begun: is this computer's clock right?".to_owned()
        }
        C::NotValidForName | C::NotValidForNameContext { .. } => {
            format!(
                "its certificate is made out to another name ({fault}): use that one, or have it made out to this"
            )
        }
        C::Revoked => "its certificate was revoked: have a new one issued".to_owned(),
        other => format!("its certificate cannot be trusted: {other}"),
    }
}

/// The error of TLS among the causes of another; an error of input and output keeps its own beside its causes.
fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<Error>() {
            return Some(found);
        }
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}
