//! What went wrong with a broker, in words, and how soon it is worth trying again.

use super::super::talk::Address;
use super::super::tls;
use crate::backoff::Trouble;
use feeds::Cause;
use rumqttc::{ConnectReturnCode, ConnectionError, StateError, TlsError, mqttbytes};

/// What answers is something else.
pub(super) fn no_broker(address: &Address, why: impl std::fmt::Display) -> Trouble {
    Trouble::lasting(Cause::Stranger, format!("what answers at {address} is no MQTT broker: {why}"))
}

/// Why no connection came about.
pub(super) fn of_beginning(address: &Address, error: ConnectionError) -> Trouble {
    use ConnectReturnCode as Code;
    match error {
        ConnectionError::Io(error) => {
            Trouble::new(Cause::Unreachable, format!("{address} cannot be reached: {error}"))
        }
        ConnectionError::NetworkTimeout | ConnectionError::FlushTimeout => silent(address),
        ConnectionError::Tls(TlsError::Io(error)) => tls::refused(address, &error),
        ConnectionError::Tls(error) => Trouble::lasting(Cause::Stranger, format!("{address}: {error}")),
        ConnectionError::ConnectionRefused(code) => match code {
            Code::BadUserNamePassword | Code::NotAuthorized => {
                let why =
                    format!("{address} does not let this console in: user or secret are wrong or missing");
                Trouble::lasting(Cause::Token, why)
            }
            Code::BadClientId => {
                let why = format!("{address} does not take the client_id: name another");
                Trouble::lasting(Cause::Token, why)
            }
            Code::RefusedProtocolVersion => no_broker(address, "it does not speak MQTT 3.1.1"),
            Code::ServiceUnavailable | Code::Success => {
                Trouble::new(Cause::Unable, format!("{address} cannot serve at present"))
            }
        },
        ConnectionError::NotConnAck(packet) => {
            no_broker(address, format_args!("it answers a greeting with {packet:?}"))
        }
        ConnectionError::MqttState(StateError::ConnectionAborted) => turned_away(address),
        ConnectionError::MqttState(error) => match broken(address, &error) {
            Some(trouble) if trouble.cause == Cause::Broken => turned_away(address),
            Some(trouble) => trouble,
            None => no_broker(address, error),
        },
        other => Trouble::new(Cause::Broken, format!("{address}: {other}")),
    }
}

/// Why a connection ended that was well before.
pub(super) fn of_end(address: &Address, error: ConnectionError, client_id: Option<&str>) -> Trouble {
    if is_too_long(&error) {
        let why = format!(
            "{address} sent a message that is longer than is taken, and is asked to throw it away: {error}"
        );
        return Trouble::new(Cause::Unreadable, why);
    }
    match error {
        ConnectionError::MqttState(error) => match broken(address, &error) {
            Some(trouble) => trouble,
            None => match error {
                StateError::ConnectionAborted => {
                    let another = client_id.map_or(String::new(), |id| {
                        format!("; that happens too where another console is called `{id}`")
                    });
                    Trouble::new(Cause::Broken, format!("{address} closed the connection{another}"))
                }
                StateError::AwaitPingResp => silent(address),
                other => {
                    let why = format!("what comes from {address} cannot be read: {other}");
                    Trouble::new(Cause::Unreadable, why)
                }
            },
        },
        ConnectionError::NetworkTimeout | ConnectionError::FlushTimeout => silent(address),
        other => Trouble::new(Cause::Broken, format!("{address}: {other}")),
    }
}

/// True where a packet was longer than is taken.
pub(super) fn is_too_long(error: &ConnectionError) -> bool {
    let ConnectionError::MqttState(StateError::Deserialization(error)) = error else { return false };
    matches!(error, mqttbytes::Error::PayloadSizeLimitExceeded(_))
}

/// It hung up before it had said anything.
fn turned_away(address: &Address) -> Trouble {
    let why = format!(
        "{address} took the connection and closed it without a word: does it want TLS, or another port?"
    );
    Trouble::new(Cause::Broken, why)
}

fn silent(address: &Address) -> Trouble {
    Trouble::new(Cause::Silent, format!("{address} does not answer any more"))
}

/// The network under it broke.
fn broken(address: &Address, error: &StateError) -> Option<Trouble> {
    let (StateError::Io(error) | StateError::Deserialization(mqttbytes::Error::Io(error))) = error else {
        return None;
    };
    let trouble = tls::broken(error);
    Some(Trouble { why: format!("{address}: {}", trouble.why), ..trouble })
}
