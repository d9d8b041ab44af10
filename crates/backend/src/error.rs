//! Why a backend cannot start, or a write failed: one clear line each.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a backend cannot start, or a write failed.
#[derive(Debug, Error)]
pub enum BackendError {
    /// The data folder cannot be made or written.
    #[error("data folder {}: {source}; choose another with --data", folder.display())]
    Folder {
        /// Which folder.
        folder: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Another process owns the data folder or holds the database.
    #[error("{} is in use by another process: stop it, or choose another folder with --data", file.display())]
    InUse {
        /// Which file.
        file: PathBuf,
    },
    /// A file of the watch that ships cannot be read: the register of algorithms, or the guide of risk notices.
    #[error("what ships for the watch: {0}")]
    Register(#[from] watch::register::FileFault),
    /// The files of the rules have faults.
    #[error("{0}\nmend them, or start without --rules for those that ship")]
    Rules(#[from] crate::watching::RulesFault),
    /// The database was made by another version.
    #[error("{} has version {found}, this program reads version {known}: choose another folder with --data", file.display())]
    Version {
        /// Which file.
        file: PathBuf,
        /// Its version.
        found: i64,
        /// The version this program reads.
        known: i64,
    },
    /// The file is no database, or a damaged one.
    #[error("{} is damaged or no city database ({why}): restore it from a copy, or move it away", file.display())]
    Damaged {
        /// Which file.
        file: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The database belongs to a city made from another seed.
    #[error("{} holds the city of seed {found}, not {asked}: start with --seed {found}, or another --data", file.display())]
    Seed {
        /// Which file.
        file: PathBuf,
        /// Its seed.
        found: u64,
        /// The seed asked for.
        asked: u64,
    },
    /// The file cannot be written.
    #[error("{} cannot be written: make it and its folder writable, or choose another with --data", file.display())]
    ReadOnly {
        /// Which file.
        file: PathBuf,
    },
    /// The disk is full.
    #[error("the disk of {} is full: free some space", file.display())]
    DiskFull {
        /// Which file.
        file: PathBuf,
    },
    /// Any other trouble with the database.
    #[error("{}: {source}", file.display())]
    Database {
        /// Which file.
        file: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The definitions of vital signs or of data quality that ship are at fault.
    #[error("the vital signs cannot be told: {why}; install the program anew")]
    Vitals {
        /// What is wrong.
        why: String,
    },
    /// No PostgreSQL database is named so.
    #[error("--database: {why}")]
    DatabaseName {
        /// What is wrong.
        why: String,
    },
    /// No broker is named so.
    #[error("--broker: {why}")]
    BrokerName {
        /// What is wrong.
        why: String,
    },
    /// Observations cannot be taken in so.
    #[error("--observations: {why}")]
    Observations {
        /// What is wrong.
        why: String,
    },
    /// The database does not answer.
    #[error("{database} does not answer ({why}): start it, or name another with --database")]
    Away {
        /// Which database.
        database: String,
        /// What was tried, and what came of it.
        why: String,
    },
    /// The database lets this backend not in, or not do what it must.
    #[error("{database} refuses: {why}")]
    Refused {
        /// Which database.
        database: String,
        /// What it says, and what to do.
        why: String,
    },
    /// Any other trouble with the database.
    #[error("{database}: {why}")]
    Postgresql {
        /// Which database.
        database: String,
        /// What it says.
        why: String,
    },
    /// The database lacks what was committed to it.
    #[error(
        "{database} ends at event {found}, but {seen} were written: it was restored or replaced; start this backend again"
    )]
    Forgotten {
        /// Which database.
        database: String,
        /// Its last event.
        found: u64,
        /// The last event this backend has seen in it.
        seen: u64,
    },
    /// The city of the database lives at another speed.
    #[error("{database} holds a city that lives at speed {found}, not {asked}: start with --speed {found}")]
    OtherSpeed {
        /// Which database.
        database: String,
        /// The speed of those that keep it alive.
        found: f64,
        /// The speed asked for.
        asked: f64,
    },
    /// A value cannot be written as JSON.
    #[error("a value cannot be written as JSON: {0}")]
    Json(serde_json::Error),
    /// The address cannot be listened on.
    #[error("cannot listen on {listen}: {source}; choose another with --listen")]
    Listen {
        /// Which address.
        listen: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The scenario cannot be used.
    #[error("scenario {}: {why}", file.display())]
    Scenario {
        /// Which file.
        file: PathBuf,
        /// What is wrong, with its line.
        why: String,
    },
    /// The negative list cannot be used.
    #[error("negative list {}: {why}", file.display())]
    Withhold {
        /// Which file.
        file: PathBuf,
        /// What is wrong, with its line.
        why: String,
    },
    /// The speed cannot be used.
    #[error("speed {speed} is not between 0.01 and 1000")]
    Speed {
        /// The speed asked for.
        speed: f64,
    },
    /// The static layers cannot be read.
    #[error(transparent)]
    Layers(#[from] layers::LayerError),
    /// The ground cannot be read.
    #[error(transparent)]
    Ground(#[from] terrain::TerrainError),
    /// A table that ships with the training city cannot be read.
    #[error("{table} that ships: {why}; restore it from the repository and build again")]
    Table {
        /// Which table.
        table: &'static str,
        /// What is wrong.
        why: String,
    },
    /// The key file for tokens cannot be made or read.
    #[error("key file {}: {why}", file.display())]
    Key {
        /// Which file.
        file: PathBuf,
        /// What is wrong and what to do.
        why: String,
    },
    /// An issuer of tokens cannot be trusted as configured.
    #[error("the issuer {issuer} {why}")]
    Issuer {
        /// Which, without what may be secret in its address.
        issuer: String,
        /// What is wrong, and what to do.
        why: String,
    },
    /// The table of issuers cannot be read.
    #[error("issuers {}: {why}", file.display())]
    Issuers {
        /// Which file.
        file: PathBuf,
        /// What is wrong, with its line.
        why: String,
    },
    /// Certificate or key cannot be used.
    #[error("{}: {why}; --tls-cert and --tls-key name certificate and key in PEM", file.display())]
    Tls {
        /// Which file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Plain HTTP beyond the own machine was not asked for by name.
    #[error(
        "on {listen} tokens would cross the network in clear: name --tls-cert and --tls-key, or --plain-http where \
         something before it speaks TLS"
    )]
    PlainHttp {
        /// Which address.
        listen: SocketAddr,
    },
    /// A thread or runtime cannot be started.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
}

impl BackendError {
    /// Sorts what SQLite says about `file` into what a person can act on.
    pub fn of_sqlite(file: &Path, source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let file = file.to_owned();
        match source.sqlite_error_code() {
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::InUse { file },
            Some(Code::NotADatabase | Code::DatabaseCorrupt) => {
                Self::Damaged { file, why: source.to_string() }
            }
            Some(Code::ReadOnly | Code::PermissionDenied | Code::CannotOpen) => Self::ReadOnly { file },
            Some(Code::DiskFull) => Self::DiskFull { file },
            _ => Self::Database { file, source },
        }
    }

    /// Sorts what PostgreSQL says of `database` into what a person can act on.
    pub fn of_postgres(database: &str, source: &postgres::Error) -> Self {
        use postgres::error::SqlState as Code;
        let database = database.to_owned();
        let Some(said) = source.as_db_error() else {
            let mut why = crate::trusted::fault(source, "--database-ca")
                .unwrap_or_else(|| crate::store::of_library(source));
            if why.contains("does not support TLS") {
                why = "it speaks no TLS: have it do so, or add ?sslmode=disable to its URL where nobody listens on \
                       the way"
                    .to_owned();
            }
            return Self::Away { database, why };
        };
        let why = said.message().to_owned();
        let with = |todo: &str| format!("{why}; {todo}");
        match said.code() {
            &Code::DISK_FULL => Self::DiskFull { file: database.into() },
            // The server's own words, which follow the language it is set to, name this file in all of them.
            &Code::INVALID_AUTHORIZATION_SPECIFICATION if why.contains("pg_hba.conf") => {
                let todo =
                    "have that file let this user in, or, where it asks for TLS, take sslmode=disable away";
                Self::Refused { why: with(todo), database }
            }
            &Code::INVALID_PASSWORD | &Code::INVALID_AUTHORIZATION_SPECIFICATION => {
                Self::Refused { why: with("the password stands in PGPASSWORD or ~/.pgpass"), database }
            }
            &Code::INVALID_CATALOG_NAME => Self::Refused { why: with("createdb makes it"), database },
            &Code::INSUFFICIENT_PRIVILEGE => {
                Self::Refused { why: with("let this user own the database"), database }
            }
            &Code::READ_ONLY_SQL_TRANSACTION => {
                Self::Refused { why: with("name the primary server, not a standby"), database }
            }
            &Code::UNDEFINED_TABLE => Self::Refused { why: "it holds no city yet".to_owned(), database },
            &Code::ADMIN_SHUTDOWN
            | &Code::CRASH_SHUTDOWN
            | &Code::CANNOT_CONNECT_NOW
            | &Code::TOO_MANY_CONNECTIONS
            | &Code::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => Self::Away { database, why },
            _ => Self::Postgresql { database, why },
        }
    }
}
