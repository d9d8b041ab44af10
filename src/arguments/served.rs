//! Words of what works with a backend and without a window: `city`, `follow`, `act`.

use super::{Credentials, DEFAULT_SEED};
use clap::{Args, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Run the city backend, or issue a token for it.
#[derive(Subcommand, Debug)]
pub enum City {
    /// Run the backend with the training city alone.
    Serve(Box<Serve>),
    /// Issue a token.
    Token {
        /// The folder of the backend's database, where its key lies.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// observer, dutyOfficer, commander, planner, auditor.
        #[arg(long, default_value = "dutyOfficer")]
        role: String,
        /// city, a district's six-digit or a township's nine-digit code.
        #[arg(long, default_value = "city")]
        jurisdiction: String,
        /// Their department, such as 应急管理局.
        #[arg(long)]
        department: Option<String>,
        /// Whose it is, for the journal.
        #[arg(long)]
        name: String,
        /// How long it is valid, hours.
        #[arg(long, allow_negative_numbers = true, default_value_t = 12.0)]
        hours: f64,
    },
}

/// Run the backend with the training city alone.
#[derive(Args, Debug)]
pub struct Serve {
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8087")]
    pub listen: SocketAddr,
    /// The folder of its database and of its keys.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Keep the city in a PostgreSQL database instead, which several backends may share, such as
    /// postgres://city@db.example/city; the password in PGPASSWORD or ~/.pgpass.
    #[arg(long, value_name = "URL", env = "SHANCHENG_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// Whom to believe who the database is: certificates of its authority, PEM; the system's without it.
    #[arg(long, value_name = "FILE", requires = "database")]
    pub database_ca: Option<PathBuf>,
    /// The MQTT broker by which the backends of one database tell one another of values and positions, and by which
    /// --observations come, such as mqtt://127.0.0.1:1883.
    #[arg(long, value_name = "URL", env = "SHANCHENG_BROKER", hide_env_values = true)]
    pub broker: Option<String>,
    /// Whom to believe who the broker is, by mqtts://: certificates of its authority, PEM.
    #[arg(long, value_name = "FILE", requires = "broker")]
    pub broker_ca: Option<PathBuf>,
    /// Take in what the city's own devices tell the broker at this topic, such as v1.1/Observations: observations of OGC
    /// SensorThings, whose Datastream is the device's id as /sensorthings serves it. Repeat it for more topics.
    #[arg(long, value_name = "TOPIC", requires = "broker")]
    pub observations: Vec<String>,
    /// The seed of the training city.
    #[arg(long, allow_negative_numbers = true, value_name = "N", default_value_t = DEFAULT_SEED)]
    pub seed: u64,
    /// How many times faster than the clock it lives.
    #[arg(long, allow_negative_numbers = true, value_name = "X", default_value_t = 1.0)]
    pub speed: f64,
    /// What shall happen, a TOML file.
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,
    /// Admit nobody without a token, not even on loopback.
    #[arg(long)]
    pub require_token: bool,
    /// Accept the tokens of this OpenID Connect issuer too: RS256 or EdDSA, with the claims role, level and
    /// jurisdiction.
    #[arg(long, value_name = "URL", requires = "audience")]
    pub issuer: Option<String>,
    /// The word by which the issuer's tokens are meant for this backend.
    #[arg(long, value_name = "WORD", requires = "issuer")]
    pub audience: Option<String>,
    /// Where the issuer's keys are, a JSON Web Key Set; without it they are found by discovery.
    #[arg(long, value_name = "URL or FILE", requires = "issuer")]
    pub jwks: Option<String>,
    /// Trust the issuer's address if this authority vouches for it (PEM).
    #[arg(long, value_name = "FILE.pem", requires = "issuer")]
    pub issuer_ca: Option<PathBuf>,
    /// What stands before the names of the issuer's three claims.
    #[arg(long, value_name = "PREFIX", requires = "issuer", default_value = "")]
    pub claims: String,
    /// Several issuers: a TOML file with a table [[issuer]] for each, of url, audience, jwks, ca and claims.
    #[arg(long, value_name = "FILE.toml")]
    pub issuers: Option<PathBuf>,
    /// Speak TLS with this certificate (PEM, its own first). A renewed file is taken without a restart.
    #[arg(long, value_name = "FILE.pem", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The key of the certificate (PEM).
    #[arg(long, value_name = "FILE.pem", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Speak plain HTTP beyond loopback too, where something before it speaks TLS: tokens cross the network in clear.
    #[arg(long, conflicts_with = "tls_cert")]
    pub plain_http: bool,
    /// The rules that watch the city: a folder of TOML files, read anew when one changes. A faulty one leaves those before.
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// Which fields are withheld from whom (数据共享负面清单), a TOML file.
    #[arg(long, value_name = "FILE")]
    pub withhold: Option<PathBuf>,
    /// Stand on an imported elevation model.
    #[arg(long, value_name = "DIR")]
    pub terrain: Option<PathBuf>,
    /// Let units move on an imported road network.
    #[arg(long, value_name = "FILE")]
    pub roads: Option<PathBuf>,
}

/// A console without a window.
#[derive(Args, Debug)]
pub struct Follow {
    /// The city backend, such as http://127.0.0.1:8087.
    #[arg(long, value_name = "URL")]
    pub backend: String,
    #[command(flatten)]
    pub credentials: Credentials,
    /// End after this many events.
    #[arg(long, allow_negative_numbers = true, value_name = "N")]
    pub count: Option<u64>,
    /// End after this many seconds.
    #[arg(long, allow_negative_numbers = true, value_name = "SECONDS")]
    pub seconds: Option<f64>,
    /// This console's own folder.
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
}

/// Send commands from a file through the outbox.
#[derive(Args, Debug)]
pub struct Act {
    /// A file with one command or an array of them; `-` reads standard input, a command a line.
    pub file: PathBuf,
    /// The city backend, such as http://127.0.0.1:8087.
    #[arg(long, value_name = "URL")]
    pub backend: String,
    #[command(flatten)]
    pub credentials: Credentials,
    /// This console's own folder: its outbox keeps what was accepted and not yet answered.
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Give up waiting after this many seconds; what was accepted stays in the outbox and goes out next time.
    #[arg(long, allow_negative_numbers = true, value_name = "SECONDS")]
    pub seconds: Option<f64>,
}

/// Ask for the vital signs (城市体征) of an area.
#[derive(Args, Debug)]
pub struct Vital {
    /// One of them, such as traffic-index: with its past, the districts and the parts of the area.
    pub sign: Option<String>,
    /// The city backend, such as http://127.0.0.1:8087.
    #[arg(long, value_name = "URL")]
    pub backend: String,
    #[command(flatten)]
    pub credentials: Credentials,
    /// `city`, a district such as 500103, or a township such as 500103001; without it one's own.
    #[arg(long, value_name = "AREA")]
    pub area: Option<String>,
    /// How far the trend reaches back: day, week or fiveWeeks.
    #[arg(long, value_name = "SPAN", default_value = "day", value_parser = ["day", "week", "fiveWeeks"])]
    pub span: String,
}

/// Ask for the quality of data (数据质量).
#[derive(Args, Debug)]
pub struct Quality {
    /// The city backend, such as http://127.0.0.1:8087.
    #[arg(long, value_name = "URL")]
    pub backend: String,
    #[command(flatten)]
    pub credentials: Credentials,
}
