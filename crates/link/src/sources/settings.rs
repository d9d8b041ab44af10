//! The settings file of sources (TOML): which systems of the city are read, by which protocol, checked field by field.
//!
//! A secret never stands in the file: it is named by an environment variable or a file of its own.

use super::SettingsError;
use serde::Deserialize;
use std::collections::HashSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Spanned;

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    source: Vec<Spanned<Words>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    OgcFeatures,
    Sensorthings,
    Mqtt,
    Cap,
    Mavlink,
    Cot,
    Open311,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    name: Spanned<String>,
    protocol: Kind,
    url: Spanned<String>,
    #[serde(default)]
    department: String,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    datum: Datum,
    every_s: Option<Spanned<f64>>,
    collections: Option<Spanned<Vec<String>>>,
    topics: Option<Spanned<Vec<String>>>,
    catalogue: Option<Spanned<String>>,
    client_id: Option<Spanned<String>>,
    jurisdiction: Option<Spanned<String>>,
    key_file: Option<Spanned<PathBuf>>,
    secret_env: Option<String>,
    secret_file: Option<PathBuf>,
    user: Option<String>,
    ca: Option<PathBuf>,
    identity: Option<PathBuf>,
}

fn yes() -> bool {
    true
}

/// Reads the settings file.
pub fn read(file: &Path) -> Result<Vec<Source>, SettingsError> {
    let text = std::fs::read_to_string(file)
        .map_err(|source| SettingsError::Unreadable { file: file.to_owned(), source })?;
    read_text(&text).map_err(|faults| SettingsError::Wrong { file: file.to_owned(), faults })
}

/// Reads the settings; else every fault there is, each with its line.
pub fn read_text(text: &str) -> Result<Vec<Source>, Vec<String>> {
    let line = |span: Range<usize>| text.get(..span.start).unwrap_or(text).matches('\n').count() + 1;
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(String::new(), |span| format!("line {}: ", line(span)));
        vec![format!("{at}{}", error.message())]
    })?;
    let (mut sources, mut faults, mut names) = (Vec::new(), Vec::new(), HashSet::new());
    for words in file.source {
        let begins = line(words.span());
        let words = words.into_inner();
        let name = words.name.get_ref().clone();
        let mut fault = |line: usize, field: &str, why: String| {
            faults.push(format!("line {line}: source `{name}`, {field}: {why}"));
        };
        if name.trim().is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
            fault(line(words.name.span()), "name", "1 to 60 characters are needed".to_owned());
        }
        if !names.insert(name.clone()) {
            fault(
                line(words.name.span()),
                "name",
                "another source has it; names tell sources apart".to_owned(),
            );
        }
        for (field, span) in words.superfluous() {
            let why = format!("{} has none; there are {}", words.protocol.word(), words.protocol.fields());
            fault(line(span), field, why);
        }
        if let Err(why) = check_url(words.url.get_ref(), words.protocol.schemes()) {
            fault(line(words.url.span()), "url", why);
        }
        if let Some(every_s) = words.every_s.as_ref().filter(|s| !(0.1..=86_400.0).contains(s.get_ref())) {
            fault(line(every_s.span()), "every_s", "0.1 to 86400 seconds are possible".to_owned());
        }
        if let Some(catalogue) = &words.catalogue
            && let Err(why) = check_url(catalogue.get_ref(), &["http", "https"])
        {
            fault(line(catalogue.span()), "catalogue", why);
        }
        if let Some(topics) = words.topics.as_ref().filter(|_| words.protocol == Kind::Mqtt)
            && let Some(why) = fault_of_topics(topics.get_ref())
        {
            fault(line(topics.span()), "topics", why);
        }
        if let Some(client_id) = &words.client_id
            && (!(1..=64).contains(&client_id.get_ref().len())
                || !client_id.get_ref().bytes().all(|byte| byte.is_ascii_graphic()))
        {
            let why = "1 to 64 letters, digits or signs of ASCII are needed".to_owned();
            fault(line(client_id.span()), "client_id", why);
        }
        if words.secret_env.is_some() && words.secret_file.is_some() {
            fault(begins, "secret_file", "the secret is named twice, by secret_env too".to_owned());
        }
        sources.push(words.source());
    }
    if faults.is_empty() { Ok(sources) } else { Err(faults) }
}

/// What is wrong with topics to subscribe to.
fn fault_of_topics(topics: &[String]) -> Option<String> {
    if topics.is_empty() {
        return Some("at least one is needed".to_owned());
    }
    let bad = topics.iter().find(|topic| !rumqttc::valid_filter(topic) || topic.len() > 65_535)?;
    Some(format!("`{bad}` is none: `+` stands for a whole level, `#` for all below and at the end"))
}

fn check_url(text: &str, schemes: &[&str]) -> Result<(), String> {
    let like = || format!("`{text}` is no address; it begins with {}", schemes.join(":// or ") + "://");
    let url = reqwest::Url::parse(text).map_err(|_| like())?;
    if !schemes.contains(&url.scheme()) || url.host_str().is_none_or(str::is_empty) {
        return Err(like());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("no name or password may stand in it: use user and secret_env or secret_file".to_owned());
    }
    let needs_port = ["udp", "tcp", "tls"].contains(&url.scheme());
    if needs_port && url.port().is_none() {
        return Err(format!("`{text}` has no port"));
    }
    Ok(())
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::OgcFeatures => "ogc-features",
            Self::Sensorthings => "sensorthings",
            Self::Mqtt => "mqtt",
            Self::Cap => "cap",
            Self::Mavlink => "mavlink",
            Self::Cot => "cot",
            Self::Open311 => "open311",
        }
    }

    fn schemes(self) -> &'static [&'static str] {
        match self {
            Self::Mqtt => &["mqtt", "mqtts"],
            Self::Mavlink => &["udp", "tcp"],
            Self::Cot => &["udp", "tcp", "tls"],
            _ => &["https", "http"],
        }
    }

    /// The fields of its own.
    fn own(self) -> &'static [&'static str] {
        match self {
            Self::OgcFeatures => &["every_s", "collections"],
            Self::Sensorthings | Self::Cap => &["every_s"],
            Self::Mqtt => &["topics", "catalogue", "client_id"],
            Self::Mavlink => &["key_file"],
            Self::Cot => &[],
            Self::Open311 => &["every_s", "jurisdiction"],
        }
    }

    fn fields(self) -> String {
        let common =
            "name, protocol, url, department, enabled, datum, secret_env, secret_file, user, ca, identity";
        std::iter::once(common).chain(self.own().iter().copied()).collect::<Vec<_>>().join(", ")
    }
}

impl Words {
    /// Fields that another protocol has.
    fn superfluous(&self) -> Vec<(&'static str, Range<usize>)> {
        let given = [
            ("every_s", self.every_s.as_ref().map(Spanned::span)),
            ("collections", self.collections.as_ref().map(Spanned::span)),
            ("topics", self.topics.as_ref().map(Spanned::span)),
            ("catalogue", self.catalogue.as_ref().map(Spanned::span)),
            ("client_id", self.client_id.as_ref().map(Spanned::span)),
            ("jurisdiction", self.jurisdiction.as_ref().map(Spanned::span)),
            ("key_file", self.key_file.as_ref().map(Spanned::span)),
        ];
        let own = self.protocol.own();
        given
            .into_iter()
            .filter(|(field, _)| !own.contains(field))
            .filter_map(|(f, s)| Some((f, s?)))
            .collect()
    }

    fn source(self) -> Source {
        let every = |usual_s: f64| {
            let asked_s = self.every_s.as_ref().map_or(usual_s, |s| *s.get_ref());
            Duration::try_from_secs_f64(asked_s).unwrap_or(Duration::from_secs(60))
        };
        fn plain<T>(given: Option<Spanned<T>>) -> Option<T> {
            given.map(Spanned::into_inner)
        }
        let url = self.url.get_ref().trim_end_matches('/').to_owned();
        let protocol = match self.protocol {
            Kind::OgcFeatures => Protocol::OgcFeatures {
                every: every(300.0),
                collections: plain(self.collections).unwrap_or_default(),
                url,
            },
            Kind::Sensorthings => Protocol::SensorThings { every: every(10.0), url },
            Kind::Mqtt => Protocol::Mqtt {
                url,
                // A wildcard stands for a whole level: `Datastreams(7)` is one.
                topics: plain(self.topics).unwrap_or_else(|| vec!["v1.1/+/Observations".to_owned()]),
                catalogue: plain(self.catalogue).map(|root| root.trim_end_matches('/').to_owned()),
                client_id: plain(self.client_id),
            },
            // What follows an address of a list may well end with a slash.
            Kind::Cap => Protocol::Cap { every: every(60.0), url: self.url.get_ref().clone() },
            Kind::Mavlink => Protocol::Mavlink { url, key_file: plain(self.key_file) },
            Kind::Cot => Protocol::Cot { url },
            Kind::Open311 => {
                Protocol::Open311 { every: every(300.0), url, jurisdiction: plain(self.jurisdiction) }
            }
        };
        Source {
            name: self.name.into_inner(),
            department: self.department,
            enabled: self.enabled,
            datum: self.datum,
            protocol,
            access: Access {
                secret_env: self.secret_env,
                secret_file: self.secret_file,
                user: self.user,
                ca: self.ca,
                identity: self.identity,
            },
        }
    }
}

#[cfg(test)]
mod tests;
