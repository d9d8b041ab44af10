//! What a backend is started with.

use crate::limits::Limits;
use crate::{BackendError, BrokerAddress, Database, ObservedTopics};
use roads::RoadNetwork;
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// What a backend is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder that holds `city.sqlite` and `signing-key.pem`; made when it is missing.
    pub data: PathBuf,
    /// The database that holds the city instead of `city.sqlite`; other backends may share it.
    pub database: Option<Arc<Database>>,
    /// The broker by which the backends of one database tell one another of values and positions.
    pub broker: Option<BrokerAddress>,
    /// The topics of the broker at which the city's own devices tell their observations.
    pub observations: ObservedTopics,
    /// What the training city is made from.
    pub seed: u64,
    /// Seconds of city time a second of real time: 0.01 to 1,000.
    pub speed: f64,
    /// A TOML file that directs the training city.
    pub scenario: Option<PathBuf>,
    /// Whether every request needs a token; any address but loopback implies it.
    pub require_token: bool,
    /// Others whose tokens it accepts beside its own.
    pub issuers: Vec<IssuerConfig>,
    /// Certificate and key, where it speaks TLS.
    pub tls: Option<TlsFiles>,
    /// Whether plain HTTP is spoken on an address that is not loopback: tokens cross the network in clear then.
    pub plain_http: bool,
    /// How much is done for one person or machine, and for how long they are waited for.
    pub limits: Limits,
    /// The folder of the rules that watch the city, read anew when a file changes; `None` takes those that ship.
    pub rules: Option<PathBuf>,
    /// How long after its start a backend first looks for risk notices, real time; then once a day of the city.
    pub notices_after: Duration,
    /// A TOML file that says which fields are withheld from whom.
    pub withhold: Option<PathBuf>,
    /// The ground the city stands on; `None` takes the relief that ships.
    pub ground: Option<terrain::Ground>,
    /// The roads units move on; `None` takes the schematic ones that ship.
    pub roads: Option<Arc<RoadNetwork>>,
}

/// An OpenID Connect issuer whose tokens are accepted: signed with RS256 or EdDSA (Ed25519), with the claims `role`,
/// `level` and `jurisdiction`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerConfig {
    /// Its address, as its tokens give it in `iss`.
    pub url: String,
    /// The word by which its tokens are meant for this backend, in `aud`.
    pub audience: String,
    /// The address or file of its keys (a JSON Web Key Set); without it they are found by discovery.
    pub jwks: Option<String>,
    /// Certificates of the authority that vouches for it, PEM; without it, what the system trusts is.
    pub ca: Option<PathBuf>,
    /// What stands before the names of the three claims, such as `https://city.example/`.
    #[serde(default)]
    pub claims: String,
}

impl IssuerConfig {
    /// The issuers in a TOML file: a table `[[issuer]]` for each.
    pub fn read(file: &Path) -> Result<Vec<Self>, BackendError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            issuer: Vec<IssuerConfig>,
        }
        let bad = |why: String| BackendError::Issuers { file: file.to_owned(), why };
        let text = std::fs::read_to_string(file).map_err(|e| bad(e.to_string()))?;
        let table: Table = toml::from_str(&text).map_err(|e| {
            let line =
                e.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            bad(format!("line {line}: {}", e.message()))
        })?;
        Ok(table.issuer)
    }
}

/// The files of a backend that speaks TLS, both PEM; replaced by renewed ones, those are taken without a restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// Its certificate first, then those that lead to the authority.
    pub certificate: PathBuf,
    /// The key of its certificate.
    pub key: PathBuf,
}

impl Config {
    /// A backend on a free port of loopback, seed 1, at the pace of the wall clock.
    pub fn embedded(data: PathBuf) -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            data,
            database: None,
            broker: None,
            observations: ObservedTopics::default(),
            seed: 1,
            speed: 1.0,
            scenario: None,
            require_token: false,
            issuers: Vec::new(),
            tls: None,
            plain_http: false,
            limits: Limits::default(),
            rules: None,
            // A console that opens has better things to do first.
            notices_after: Duration::from_secs(60),
            withhold: None,
            ground: None,
            roads: None,
        }
    }

    /// True when every request needs a token.
    pub fn needs_token(&self) -> bool {
        self.require_token || !self.listen.ip().is_loopback()
    }
}
