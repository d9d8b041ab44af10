//! Where a PostgreSQL database is, and how it is reached: safely, and without a word of the password anywhere.

mod password;

use crate::{BackendError, trusted};
use postgres::config::{Host, SslMode};
use postgres::{Client, NoTls};
use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::ClientConfig;

/// How long connecting may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// After so long without an answer from its machine a connection is given up.
const SILENT_FOR: Duration = Duration::from_secs(10);

/// What every session is set to. A backend that waits for its turn, or holds it, does so for seconds at most: one that
/// was stopped in the middle must not keep all others from writing. A commit that is answered is on disk, whatever
/// the server's own setting.
const SESSION: &str = "
SET search_path = shancheng, public;
SET lock_timeout = '5s';
SET statement_timeout = '15s';
SET idle_in_transaction_session_timeout = '15s';
SET client_min_messages = warning;
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local');
";

/// A PostgreSQL database that holds a city.
pub struct Database {
    settings: postgres::Config,
    shown: String,
    tls: Option<ClientConfig>,
}

impl Database {
    /// True when `text` names a PostgreSQL database rather than a file.
    pub fn is_named_by(text: &str) -> bool {
        text.starts_with("postgres://") || text.starts_with("postgresql://")
    }

    /// The database of a URL such as `postgres://city@db.example/city`. Beyond the own machine the connection is by TLS,
    /// to a server whose certificate `ca` (a PEM file) or the system vouches for; `sslmode=disable` in the URL does
    /// without. A password that is not in it is taken from PGPASSWORD, or the file PGPASSFILE or ~/.pgpass.
    pub fn named(url: &str, ca: Option<&Path>) -> Result<Self, BackendError> {
        let wrong = |why: String| BackendError::DatabaseName { why };
        if !Self::is_named_by(url) {
            return Err(wrong("it begins with postgres://".to_owned()));
        }
        // The library would take what follows the first for the machine, and look up half a password by its name.
        let authority =
            url.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?']).next().unwrap_or_default());
        if authority.matches('@').count() > 1 {
            return Err(wrong("an @ in its password is written %40".to_owned()));
        }
        // What the library says of a URL names its parts, never their values.
        let mut settings: postgres::Config = url.parse().map_err(|error| wrong(of_library(&error)))?;
        if settings.get_hosts().is_empty() {
            let why = "it names no host: postgres://USER@HOST/DATABASE, or ?host=/FOLDER/OF/THE/SOCKET";
            return Err(wrong(why.to_owned()));
        }
        let shown = shown(&settings);
        if settings.get_password().is_none()
            && let Some(found) = password::found(&settings)
        {
            settings.password(found);
        }
        let is_here = settings.get_hosts().iter().all(is_this_machine)
            && settings.get_hostaddrs().iter().all(IpAddr::is_loopback);
        let needs_tls = match settings.get_ssl_mode() {
            SslMode::Disable => false,
            SslMode::Require => true,
            _ => !is_here || ca.is_some(),
        };
        let tls = needs_tls.then(|| trusted::authorities(ca)).transpose().map_err(wrong)?;
        settings.ssl_mode(if needs_tls { SslMode::Require } else { SslMode::Disable });
        settings
            .application_name("shancheng")
            .connect_timeout(CONNECT_WITHIN)
            .tcp_user_timeout(SILENT_FOR)
            .keepalives_idle(SILENT_FOR)
            .keepalives_interval(Duration::from_secs(2));
        Ok(Self { settings, shown, tls })
    }

    /// A session of it.
    pub fn connect(&self) -> Result<Client, BackendError> {
        let made = match &self.tls {
            Some(tls) => self.settings.connect(MakeRustlsConnect::new(tls.clone())),
            None => self.settings.connect(NoTls),
        };
        let mut client = made.map_err(|error| self.sorted(&error))?;
        client.batch_execute(SESSION).map_err(|error| self.sorted(&error))?;
        Ok(client)
    }

    /// Sorts what PostgreSQL says into what a person can act on.
    pub fn sorted(&self, error: &postgres::Error) -> BackendError {
        BackendError::of_postgres(&self.shown, error)
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({self})")
    }
}

fn is_this_machine(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
    }
}

/// The URL as people may read it.
fn shown(settings: &postgres::Config) -> String {
    let user = settings.get_user().map(|user| format!("{user}@")).unwrap_or_default();
    let hosts: Vec<String> = settings
        .get_hosts()
        .iter()
        .enumerate()
        .map(|(n, host)| {
            let ports = settings.get_ports();
            match (host, ports.get(n).or(ports.first())) {
                (Host::Unix(folder), _) => folder.display().to_string(),
                (Host::Tcp(name), Some(port)) => format!("{name}:{port}"),
                (Host::Tcp(name), None) => name.clone(),
            }
        })
        .collect();
    let name = settings.get_dbname().map(|name| format!("/{name}")).unwrap_or_default();
    format!("postgres://{user}{}{name}", hosts.join(","))
}

/// What went wrong, with its reasons.
pub fn of_library(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        said = format!("{said}: {cause}");
        source = cause.source();
    }
    said
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_password_is_shown_nowhere() {
        let database =
            Database::named("postgres://duty:s3cret@127.0.0.1:5433/city?connect_timeout=1", None).unwrap();
        assert_eq!(database.to_string(), "postgres://duty@127.0.0.1:5433/city");
        assert!(!format!("{database:?}").contains("s3cret"));
        let refused = Database::named("postgres://duty:s3cret@127.0.0.1:1/city", None).unwrap();
        let error = refused.connect().map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("postgres://duty@127.0.0.1:1/city") && !error.contains("s3cret"), "{error}");
    }

    #[test]
    fn what_names_no_database_is_told() {
        for (url, said) in [
            ("mysql://a@b/c", "postgres://"),
            ("postgres:///city", "no host"),
            ("postgres://a:s3cret@b:port/c", "port"),
            ("postgres://a:x@s3cret@b/c", "%40"),
            ("postgres://a:s3cret@b/c?sslmode=perhaps", "sslmode"),
        ] {
            let error = Database::named(url, None).unwrap_err().to_string();
            assert!(error.contains(said) && !error.contains("s3cret"), "{url}: {error}");
        }
        let missing = Database::named("postgres://a@b/c", Some(Path::new("/no/ca.pem"))).unwrap_err();
        assert!(missing.to_string().contains("/no/ca.pem"), "{missing}");
    }

    #[test]
    fn beyond_this_machine_the_connection_is_by_tls_unless_the_url_says_otherwise() {
        for (url, tls) in [
            ("postgres://a@127.0.0.1/c", false),
            ("postgres://a@localhost/c", false),
            ("postgres:///c?host=/run/postgresql", false),
            ("postgres://a@127.0.0.1/c?sslmode=require", true),
            ("postgres://a@db.example/c", true),
            ("postgres://a@127.0.0.1,db.example/c", true),
            ("postgres://a@10.0.0.1/c?sslmode=prefer", true),
            ("postgres://a@10.0.0.1/c?sslmode=disable", false),
        ] {
            assert_eq!(Database::named(url, None).unwrap().tls.is_some(), tls, "{url}");
        }
    }
}
