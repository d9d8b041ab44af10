//! Where an MQTT broker is, and how it is reached.

use crate::{BackendError, trusted};
use rumqttc::{MqttOptions, TlsConfiguration, Transport};
use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::rustls::ClientConfig;
use url::Url;

/// The largest message: everything of a large city.
const LARGEST: usize = 64 << 20;
/// How often an idle connection is asked whether it still is one.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// An MQTT broker.
#[derive(Clone)]
pub struct BrokerAddress {
    host: String,
    port: u16,
    login: Option<(String, String)>,
    tls: Option<Arc<ClientConfig>>,
}

impl BrokerAddress {
    /// The broker of a URL such as `mqtt://127.0.0.1:1883`, or by TLS `mqtts://USER:PASSWORD@broker.example`, whose
    /// certificate `ca` (a PEM file) or the system vouches for.
    pub fn named(text: &str, ca: Option<&Path>) -> Result<Self, BackendError> {
        let wrong = |why: String| BackendError::BrokerName { why };
        let url = Url::parse(text).map_err(|error| wrong(error.to_string()))?;
        let (is_tls, usual) = match url.scheme() {
            "mqtt" => (false, 1883),
            "mqtts" => (true, 8883),
            other => return Err(wrong(format!("{other}:// is not mqtt:// or mqtts://"))),
        };
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| wrong("it names no host: mqtt://HOST:1883".to_owned()))?;
        let plain = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let login = url.password().map(|password| (plain(url.username()), plain(password)));
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let is_near =
            host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if login.is_some() && !is_tls && !is_near {
            return Err(wrong(
                "its password would cross the network in clear: name it as mqtts://".to_owned(),
            ));
        }
        let tls = is_tls.then(|| trusted::authorities(ca)).transpose().map_err(wrong)?;
        Ok(Self { host: host.to_owned(), port: url.port().unwrap_or(usual), login, tls: tls.map(Arc::new) })
    }

    /// What a connection under the name `own` is made with.
    pub(crate) fn options(&self, own: &str) -> MqttOptions {
        let mut options = MqttOptions::new(own, self.host.clone(), self.port);
        options.set_keep_alive(KEEP_ALIVE).set_max_packet_size(LARGEST, LARGEST);
        if let Some((user, password)) = &self.login {
            options.set_credentials(user.clone(), password.clone());
        }
        if let Some(tls) = &self.tls {
            options.set_transport(Transport::tls_with_config(TlsConfiguration::Rustls(tls.clone())));
        }
        options
    }
}

impl fmt::Display for BrokerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls.is_some() { "mqtts" } else { "mqtt" };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for BrokerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BrokerAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_broker_is_named_by_its_url_and_its_password_is_shown_nowhere() {
        let broker = BrokerAddress::named("mqtts://duty:s%403cret@[::1]", None).unwrap();
        assert_eq!((broker.host.as_str(), broker.port), ("::1", 8883));
        assert_eq!(broker.login.as_ref().unwrap().1, "s@3cret");
        assert!(!format!("{broker} {broker:?}").contains("3cret"));
        for (url, said) in [
            ("http://a", "mqtt://"),
            ("mqtt:", "no host"),
            ("127.0.0.1:1883", ""),
            ("mqtt://u:p@broker.example", "mqtts://"),
        ] {
            let error = BrokerAddress::named(url, None).unwrap_err().to_string();
            assert!(error.starts_with("--broker") && error.contains(said), "{url}: {error}");
        }
    }
}
