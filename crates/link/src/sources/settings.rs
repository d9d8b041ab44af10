//! The settings file of sources (TOML): which systems of the city are read, by which protocol, checked field by field.
//!
//! A secret never stands in the file: it is named by an environment variable or a file of its own.

mod read;
mod words;

pub use read::{read, read_text};

use serde::Deserialize;
use std::path::PathBuf;
use std::time::Duration;

/// A system of the city that is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// What it is called; no two have one name.
    pub name: String,
    /// Whose it is, such as 气象局; empty where the file does not say.
    pub department: String,
    /// Whether it is read from the start.
    pub enabled: bool,
    /// What its positions are in.
    pub datum: Datum,
    /// By which protocol, where, and how often.
    pub protocol: Protocol,
    /// As whom.
    pub access: Access,
}

/// What positions are in; all but the first are converted when they come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Datum {
    /// WGS-84, or CGCS2000, which is the same to a decimetre.
    #[default]
    Wgs84,
    /// The shifted datum of Chinese web maps.
    Gcj02,
    /// Baidu's, shifted once more.
    Bd09,
}

/// What is needed to be let in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Access {
    /// The environment variable that holds the bearer token or password.
    pub secret_env: Option<String>,
    /// The file that holds it.
    pub secret_file: Option<PathBuf>,
    /// The user a password is of.
    pub user: Option<String>,
    /// Certificates of an authority of one's own, PEM.
    pub ca: Option<PathBuf>,
    /// One's own certificate and key, PEM, where the server asks for one.
    pub identity: Option<PathBuf>,
}

/// A protocol, and what it needs to know.
#[derive(Clone, Debug, PartialEq)]
pub enum Protocol {
    /// OGC API – Features.
    OgcFeatures {
        /// The landing page.
        url: String,
        /// Which collections; all where none is named.
        collections: Vec<String>,
        /// How often they are asked for.
        every: Duration,
    },
    /// OGC SensorThings API over HTTP.
    SensorThings {
        /// The root, such as `https://host/FROST-Server/v1.1`.
        url: String,
        /// How often new observations are asked for.
        every: Duration,
    },
    /// OGC SensorThings observations over MQTT.
    Mqtt {
        /// The broker: `mqtt://host:1883` or `mqtts://host:8883`.
        url: String,
        /// What is subscribed to.
        topics: Vec<String>,
        /// The SensorThings root that knows where the devices stand.
        catalogue: Option<String>,
        /// By which name the broker knows this console, so that it keeps what came in between.
        client_id: Option<String>,
    },
    /// Warnings: CAP over Atom or RSS, or one alert.
    Cap {
        /// The list.
        url: String,
        /// How often it is asked for.
        every: Duration,
    },
    /// MAVLink drones.
    Mavlink {
        /// `udp://ADDRESS:PORT` listens, `tcp://HOST:PORT` connects.
        url: String,
        /// A file of 32 bytes or 64 hexadecimal digits: frames must be signed with it.
        key_file: Option<PathBuf>,
    },
    /// Cursor on Target teams.
    Cot {
        /// `udp://ADDRESS:PORT` listens (a multicast group is joined), `tcp://HOST:PORT` and `tls://HOST:PORT` connect.
        url: String,
    },
    /// Residents' requests: Open311 GeoReport v2.
    Open311 {
        /// The root, such as `https://host/open311/v2`.
        url: String,
        /// The jurisdiction asked for, where the server has several.
        jurisdiction: Option<String>,
        /// How often it is asked for.
        every: Duration,
    },
}

impl Protocol {
    /// As an engineer calls it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::OgcFeatures { .. } => "OGC API Features",
            Self::SensorThings { .. } => "SensorThings",
            Self::Mqtt { .. } => "SensorThings MQTT",
            Self::Cap { .. } => "CAP",
            Self::Mavlink { .. } => "MAVLink",
            Self::Cot { .. } => "CoT",
            Self::Open311 { .. } => "Open311",
        }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        match self {
            Self::OgcFeatures { url, .. }
            | Self::SensorThings { url, .. }
            | Self::Mqtt { url, .. }
            | Self::Cap { url, .. }
            | Self::Mavlink { url, .. }
            | Self::Cot { url }
            | Self::Open311 { url, .. } => url,
        }
    }

    /// How often it is asked; `None` where it speaks by itself.
    pub fn every(&self) -> Option<Duration> {
        match self {
            Self::OgcFeatures { every, .. }
            | Self::SensorThings { every, .. }
            | Self::Cap { every, .. }
            | Self::Open311 { every, .. } => Some(*every),
            Self::Mqtt { .. } | Self::Mavlink { .. } | Self::Cot { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests;
