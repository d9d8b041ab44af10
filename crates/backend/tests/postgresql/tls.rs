//! TLS to the servers a backend connects to, PostgreSQL and mosquitto: it is spoken with whom the named authority vouches
//! for, and with nobody else; why not is told in one line, and tried again.

use crate::authority::Authority;
use crate::broker::batches;
use crate::client::*;
use crate::cluster::{Besides, Cluster, give};
use crate::kept::kept_in;
use crate::mosquitto::{Mosquitto, free_port};
use crate::several::{health, start};
use backend::archive::{self, JournalAt};
use backend::{Backend, BackendError, BrokerAddress, Config, Database, TlsFiles};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const HERE: &[&str] = &["127.0.0.1", "localhost"];

/// A PostgreSQL server at a port, with a certificate for `names`, and where it is.
struct ByTls {
    cluster: Cluster,
    port: u16,
}

impl ByTls {
    fn start(authority: &Authority, names: &[&str]) -> Self {
        let port = free_port();
        let cluster = Cluster::start_with(&std::env::temp_dir(), |folder| {
            let TlsFiles { certificate, key } = authority.certify(names, folder);
            give(&key);
            let (certificate, key) = (certificate.display(), key.display());
            let options = format!("-c ssl=on -c ssl_cert_file={certificate} -c ssl_key_file={key}");
            Besides { port: Some(port), options, ..Besides::default() }
        });
        cluster.database("city");
        Self { cluster, port }
    }

    fn url(&self, more: &str) -> String {
        format!("postgres://city@127.0.0.1:{}/city{more}", self.port)
    }

    /// Gives it another certificate, which it takes for those who come from then on.
    fn certify(&self, authority: &Authority, names: &[&str]) {
        give(&authority.certify(names, self.cluster.folder()).key);
        self.cluster.stop("fast");
        self.cluster.start_again();
    }
}

fn config(url: &str, ca: Option<&Path>, folder: &Path) -> Config {
    let database = Some(Arc::new(Database::named(url, ca).unwrap()));
    Config { database, ..Config::embedded(folder.join("data")) }
}

/// Why no backend starts on this database, in one line.
fn refusal(url: &str, ca: Option<&Path>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let error = Backend::start(config(url, ca, folder.path())).err().unwrap().to_string();
    assert!(!error.contains('\n') && error.contains("postgres://city@"), "{error}");
    error
}

fn report(key: &str) -> String {
    format!(r#"{{"type":"report","riskClass":"gas","lon":106.577,"lat":29.557,"text":"{key}"}}"#)
}

#[test]
fn a_city_is_kept_and_checked_by_tls_with_an_authority_of_its_own() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let server = ByTls::start(&authority, HERE);
    let ca = authority.file(folder.path());
    // An authority that is named is asked for: the connection within this machine is by TLS, too.
    let running = start(config(&server.url(""), Some(&ca), folder.path()));
    assert_eq!(act(&running, "k", &report("k")).status, 200);
    let mut asking = server.cluster.client("postgres", "city");
    let by_tls = "SELECT bool_and(ssl), count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                  WHERE application_name = 'shancheng'";
    // The second session comes a moment after the first, by which the command was answered.
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let sessions = asking.query_one(by_tls, &[]).unwrap();
        assert!(sessions.get::<_, bool>(0), "a session is not by TLS");
        if sessions.get::<_, i64>(1) >= 2 {
            break;
        }
        assert!(Instant::now() < end, "there is one session only");
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(running);
    let at = |ca| JournalAt::Database(Database::named(&server.url("?sslmode=require"), ca).unwrap());
    assert_eq!(archive::verify(&at(Some(&ca)), None).unwrap().commands, 1);
    let stranger = Authority::new().file(folder.path());
    let error = archive::verify(&at(Some(&stranger)), None).unwrap_err().to_string();
    assert!(error.contains("--database-ca") && !error.contains('\n'), "{error}");
}

#[test]
fn a_database_that_cannot_be_trusted_or_speaks_otherwise_is_told_with_what_to_do() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let ca = authority.file(folder.path());
    let stranger = Authority::new().file(folder.path());
    let server = ByTls::start(&authority, HERE);
    let said = refusal(&server.url(""), Some(&stranger));
    assert!(said.contains("vouched for by nobody") && said.contains("--database-ca"), "{said}");
    // The authorities of the system know it no better.
    let said = refusal(&server.url("?sslmode=require"), None);
    assert!(said.contains("vouched for by nobody") && said.contains("--database-ca"), "{said}");
    // A server that asks for TLS is told to by whoever does without.
    let hba = server.cluster.folder().join("data/pg_hba.conf");
    std::fs::write(&hba, "local all all trust\nhostssl all all 127.0.0.1/32 trust\n").unwrap();
    server.cluster.stop("fast");
    server.cluster.start_again();
    let said = refusal(&server.url("?sslmode=disable"), None);
    assert!(said.contains("sslmode=disable"), "{said}");
    let running = start(config(&server.url(""), Some(&ca), folder.path()));
    assert_eq!(act(&running, "k", &report("k")).status, 200);
    drop(running);

    let elsewhere = ByTls::start(&authority, &["db.example"]);
    let said = refusal(&elsewhere.url(""), Some(&ca));
    assert!(said.contains("another name") && said.contains("db.example"), "{said}");
    let port = free_port();
    let plain =
        Cluster::start_with(&std::env::temp_dir(), |_| Besides { port: Some(port), ..Besides::default() });
    let said = refusal(&format!("postgres://city@127.0.0.1:{port}/city"), Some(&ca));
    assert!(said.contains("speaks no TLS") && said.contains("sslmode=disable"), "{said}");
    drop(plain);
    for (file, words) in [("/no/ca.pem", "/no/ca.pem"), (hba.to_str().unwrap(), "no certificate")] {
        let error = Database::named(&server.url(""), Some(Path::new(file))).unwrap_err().to_string();
        assert!(error.contains(words) && !error.contains('\n'), "{error}");
    }
}

#[test]
fn a_database_whose_certificate_becomes_a_strangers_is_not_written_to_until_it_is_put_right() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let server = ByTls::start(&authority, HERE);
    let ca = authority.file(folder.path());
    let running = start(config(&server.url(""), Some(&ca), folder.path()));
    assert_eq!(act(&running, "a", &report("a")).status, 200);
    server.certify(&Authority::new(), HERE);
    wait_until("word of the stranger", || {
        let said = health(&running);
        said["status"] == "degraded"
            && said["database"].as_str().unwrap_or_default().contains("vouched for by nobody")
    });
    let reply = act(&running, "b", &report("b"));
    assert_eq!((reply.status, reply.reason().as_str()), (503, "unwritten"));
    server.certify(&authority, HERE);
    wait_until("the database again", || health(&running)["status"] == "ok");
    assert_eq!(act(&running, "b", &report("b")).status, 200);
    drop(running);
    let at = JournalAt::Database(Database::named(&server.url(""), Some(&ca)).unwrap());
    assert_eq!(archive::verify(&at, None).unwrap().commands, 2);
}

/// A broker that speaks TLS at `port`, with a certificate for `names`.
fn broker(authority: &Authority, names: &[&str], port: u16) -> Mosquitto {
    Mosquitto::start_at(port, |folder| {
        let TlsFiles { certificate, key } = authority.certify(names, folder);
        format!("certfile {}\nkeyfile {}\n", certificate.display(), key.display())
    })
}

#[test]
fn backends_tell_one_another_by_tls_and_tell_why_where_the_broker_is_a_stranger() {
    let (authority, folder, port) = (Authority::new(), tempfile::tempdir().unwrap(), free_port());
    let ca = authority.file(folder.path());
    let address = BrokerAddress::named(&format!("mqtts://localhost:{port}"), Some(&ca)).unwrap();
    // First a stranger is there, then one by another name, then none that speaks TLS, and the right one in the end.
    let mosquitto = broker(&Authority::new(), HERE, port);
    let config = Config { broker: Some(address), ..kept_in(folder.path()) };
    let (leader, other) = (start(config.clone()), start(config));
    let trouble = |words: &str| {
        wait_until(words, || {
            [&leader, &other].iter().all(|backend| {
                let said = health(backend)["broker"].as_str().unwrap_or_default().to_owned();
                assert!(!said.contains('\n'), "{said}");
                said.contains(words) && said.contains(&format!("mqtts://localhost:{port}"))
            })
        });
    };
    trouble("vouched for by nobody");
    drop(mosquitto);
    let mosquitto = broker(&authority, &["broker.example"], port);
    trouble("another name");
    drop(mosquitto);
    let mosquitto = Mosquitto::start_at(port, |_| String::new());
    trouble("does it speak TLS");
    drop(mosquitto);
    // Consoles are served meanwhile, by each backend what it knows.
    assert_eq!(act(&other, "k", &report("k")).status, 200);
    let _mosquitto = broker(&authority, HERE, port);
    wait_until("the broker", || [&leader, &other].iter().all(|b| health(b)["broker"].is_null()));
    let mut told = batches(&other.url());
    let newest = told.next().unwrap().at;
    assert!(told.any(|batch| batch.at > newest && !batch.devices.id.is_empty()));
}

#[test]
fn a_broker_whose_authority_cannot_be_read_is_told_before_anything_is_begun() {
    for (file, words) in [("/no/ca.pem", "/no/ca.pem"), ("/dev/null", "no certificate")] {
        let error = BrokerAddress::named("mqtts://localhost", Some(Path::new(file))).unwrap_err();
        assert!(matches!(error, BackendError::BrokerName { .. }), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}
