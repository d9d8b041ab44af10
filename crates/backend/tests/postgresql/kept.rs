//! The behaviour suite keeps its cities in databases of one server, a database a folder.

use crate::cluster::Cluster;
use backend::archive::{self, JournalAt, Verified};
use backend::limits::Rate;
use backend::{Config, Database};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::{Arc, LazyLock};

pub static CLUSTER: LazyLock<Cluster> = LazyLock::new(Cluster::start);

/// The configuration of a backend whose city is kept in the database of `folder`.
pub fn kept_in(folder: &Path) -> Config {
    kept_at(&CLUSTER, &name(folder), folder)
}

/// The configuration of a backend whose city is kept in a database of `cluster`.
pub fn kept_at(cluster: &Cluster, name: &str, folder: &Path) -> Config {
    cluster.database(name);
    let database = Database::named(&cluster.url("city", name), None).unwrap();
    let mut config = Config { database: Some(Arc::new(database)), ..Config::embedded(folder.join("data")) };
    // Officers here try again as quickly as they can.
    config.limits.without_token.commands = Rate::new(10_000.0, 10_000);
    config
}

/// The database of a folder.
pub fn name(folder: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    format!("city_{:x}", hasher.finish())
}

/// Checks the journal of a database.
pub fn verify(cluster: &Cluster, name: &str) -> Verified {
    let database = Database::named(&cluster.url("city", name), None).unwrap();
    archive::verify(&JournalAt::Database(database), None).unwrap()
}
