//! A source in the words of the settings file, and the source they mean.

use super::{Access, Datum, Protocol, Source};
use serde::Deserialize;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;
use toml::Spanned;

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
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
pub(super) struct Words {
    pub(super) name: Spanned<String>,
    pub(super) protocol: Kind,
    pub(super) url: Spanned<String>,
    #[serde(default)]
    department: String,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    datum: Datum,
    pub(super) every_s: Option<Spanned<f64>>,
    collections: Option<Spanned<Vec<String>>>,
    pub(super) topics: Option<Spanned<Vec<String>>>,
    pub(super) catalogue: Option<Spanned<String>>,
    pub(super) client_id: Option<Spanned<String>>,
    jurisdiction: Option<Spanned<String>>,
    key_file: Option<Spanned<PathBuf>>,
    pub(super) secret_env: Option<String>,
    pub(super) secret_file: Option<PathBuf>,
    user: Option<String>,
    ca: Option<PathBuf>,
    identity: Option<PathBuf>,
}

fn yes() -> bool {
    true
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
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

    pub(super) fn schemes(self) -> &'static [&'static str] {
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

    pub(super) fn fields(self) -> String {
        let common =
            "name, protocol, url, department, enabled, datum, secret_env, secret_file, user, ca, identity";
        std::iter::once(common).chain(self.own().iter().copied()).collect::<Vec<_>>().join(", ")
    }
}

impl Words {
    /// Fields that another protocol has.
    pub(super) fn superfluous(&self) -> Vec<(&'static str, Range<usize>)> {
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

    pub(super) fn source(self) -> Source {
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
                // Links on the page are relative to it, and with its last slash it is another page (RFC 3986, 5.2.3).
                url: self.url.get_ref().clone(),
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
