//! A backend comes to a database: its tables, the city in it, and what time it is there.

use super::session::{LIVES, LOCKS, STARTS};
use super::{Database, event_of};
use crate::store::{chain, checkpoint, restored, resumes_at};
use crate::{BackendError, Config};
use city::{City, CityTime, Device, Head};
use postgres::{Client, Transaction};

/// The version of the tables this program reads and writes.
const VERSION: i64 = 1;
const TABLES: &str = include_str!("../../../data/postgresql.sql");
/// The incidents for whoever reads by SQL.
const INCIDENTS: &str = include_str!("../../../data/incidents.sql");
/// What is there for maps besides, where PostGIS is.
const PLACES: &str = include_str!("../../../data/postgis.sql");

/// The longest that who leads says nothing of the city's time, seconds; what is beyond is not believed.
const LONGEST_UNTOLD_S: f64 = 10.0;

/// The city that was found, or begun.
pub struct Found {
    /// Its state.
    pub city: City,
    /// When it began, city time.
    pub began: CityTime,
    /// What time it is in it.
    pub now: CityTime,
}

/// Makes the tables where they are missing, rebuilds the city, and joins the backends that keep it alive. Backends
/// that start at once do so one after the other.
pub fn open(
    client: &mut Client,
    database: &Database,
    config: &Config,
    devices: &[Device],
    first: impl FnOnce() -> City,
) -> Result<Found, BackendError> {
    let sorted = |error: postgres::Error| database.sorted(&error);
    let mut start = client.transaction().map_err(sorted)?;
    start
        .batch_execute("SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '60s'")
        .map_err(sorted)?;
    start.query_one("SELECT pg_advisory_xact_lock($1, $2)", &[&LOCKS, &STARTS]).map_err(sorted)?;
    let tables = start.query_one("SELECT to_regclass('shancheng.meta') IS NOT NULL", &[]).map_err(sorted)?;
    if !tables.try_get::<_, bool>(0).map_err(sorted)? {
        start.batch_execute(TABLES).map_err(sorted)?;
        put(&mut start, "version", VERSION).map_err(sorted)?;
    }
    if let Some(found) = meta(&mut start, "version").map_err(sorted)?.filter(|found| *found != VERSION) {
        return Err(BackendError::Version { file: database.to_string().into(), found, known: VERSION });
    }
    match meta(&mut start, "seed").map_err(sorted)? {
        Some(found) if found as u64 != config.seed => {
            let file = database.to_string().into();
            return Err(BackendError::Seed { file, found: found as u64, asked: config.seed });
        }
        Some(_) => {}
        None => begin(&mut start, database, config, devices, &first())?,
    }
    incidents(&mut start, database)?;
    places(&mut start, database);
    let city = rebuild(&mut start, database)?;
    let now = join(&mut start, database, config, &city)?;
    let began = meta(&mut start, "began_ms").map_err(sorted)?.unwrap_or_default();
    start.commit().map_err(sorted)?;
    Ok(Found { city, began: CityTime(began), now })
}

fn meta(start: &mut Transaction<'_>, key: &str) -> Result<Option<i64>, postgres::Error> {
    let found = start.query_opt("SELECT value FROM meta WHERE key = $1", &[&key])?;
    found.map(|row| row.try_get(0)).transpose()
}

fn put(start: &mut Transaction<'_>, key: &str, value: i64) -> Result<(), postgres::Error> {
    start.execute("INSERT INTO meta (key, value) VALUES ($1, $2)", &[&key, &value]).map(|_| ())
}

fn begin(
    start: &mut Transaction<'_>,
    database: &Database,
    config: &Config,
    devices: &[Device],
    city: &City,
) -> Result<(), BackendError> {
    let (state, told) = checkpoint(city)?;
    let mut entries = [told];
    let (head, hashes) = chain(Head::EMPTY, &mut entries);
    let mut write = || -> Result<(), postgres::Error> {
        put(start, "seed", config.seed as i64)?;
        put(start, "began_ms", city.now.0)?;
        start.execute(
            "INSERT INTO checkpoint (id, sequence, body) VALUES (1, $1, $2)",
            &[&(state.sequence as i64), &state.body],
        )?;
        let statement = start.prepare(super::entries::PUT)?;
        super::entries::put(start, &statement, &entries, &hashes)?;
        start.execute(
            "INSERT INTO head (id, number, hash, sequence, city_ms, told, speed)
             VALUES (1, $1, $2, $3, $4, clock_timestamp(), $5)",
            &[
                &(head.number as i64),
                &head.hash.to_string(),
                &(city.sequence as i64),
                &city.now.0,
                &config.speed,
            ],
        )?;
        start.execute(
            "INSERT INTO devices (id, risk_class, lon, lat, district_code, township_code)
             SELECT * FROM unnest($1::text[], $2::text[], $3::double precision[], $4::double precision[],
                                  $5::bigint[], $6::bigint[])",
            &[
                &devices.iter().map(|d| d.id.as_str()).collect::<Vec<_>>(),
                &devices.iter().map(|d| d.class.key()).collect::<Vec<_>>(),
                &devices.iter().map(|d| d.at.lon).collect::<Vec<_>>(),
                &devices.iter().map(|d| d.at.lat).collect::<Vec<_>>(),
                &devices.iter().map(|d| i64::from(d.place.district.0)).collect::<Vec<_>>(),
                &devices.iter().map(|d| i64::from(d.place.township.0)).collect::<Vec<_>>(),
            ],
        )?;
        Ok(())
    };
    write().map_err(|error| database.sorted(&error))
}

/// Shows the incidents to whoever reads by SQL. A database that was made before levels could rise learns it here.
fn incidents(start: &mut Transaction<'_>, database: &Database) -> Result<(), BackendError> {
    let mut make = || -> Result<(), postgres::Error> {
        let known = "SELECT coalesce(pg_get_viewdef(to_regclass('shancheng.incidents')) LIKE '%incidentLevelRaised%', false)";
        if start.query_one(known, &[])?.try_get(0)? {
            return Ok(());
        }
        start.batch_execute(INCIDENTS)
    };
    make().map_err(|error| database.sorted(&error))
}

/// Makes what is there for maps, once there is PostGIS. Without it, or without the right to take it up, the city is
/// kept all the same.
fn places(start: &mut Transaction<'_>, database: &Database) {
    let mut make = || -> Result<(), postgres::Error> {
        let row = start.query_one(
            "SELECT to_regclass('shancheng.incident_places') IS NULL,
                    EXISTS (SELECT FROM pg_extension WHERE extname = 'postgis'),
                    EXISTS (SELECT FROM pg_available_extensions WHERE name = 'postgis')",
            &[],
        )?;
        let (is_missing, is_there, is_near): (bool, bool, bool) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        if !is_missing || !(is_there || is_near) {
            return Ok(());
        }
        let mut within = start.savepoint("places")?;
        if !is_there {
            within.batch_execute("CREATE EXTENSION postgis SCHEMA public")?;
        }
        within.batch_execute(PLACES)?;
        within.commit()
    };
    if let Err(error) = make() {
        let why = database.sorted(&error);
        tracing::info!(%why, "no geometries for maps: CREATE EXTENSION postgis as the database's administrator");
    }
}

fn rebuild(start: &mut Transaction<'_>, database: &Database) -> Result<City, BackendError> {
    let sorted = |error: postgres::Error| database.sorted(&error);
    let row = start.query_one("SELECT body FROM checkpoint WHERE id = 1", &[]).map_err(sorted)?;
    let mut city = restored(row.try_get(0).map_err(sorted)?, &database.to_string())?;
    loop {
        let later = "SELECT sequence, body FROM journal WHERE sequence > $1 ORDER BY sequence LIMIT 2000";
        let rows = start.query(later, &[&(city.sequence as i64)]).map_err(sorted)?;
        if rows.is_empty() {
            return Ok(city);
        }
        for row in &rows {
            let (sequence, text) = super::entries::line(row).map_err(sorted)?;
            city.apply(&event_of(sequence, &text, &database.to_string())?);
        }
    }
}

/// Whoever is alone sets the city's clock, as after any restart; whoever joins others takes theirs.
fn join(
    start: &mut Transaction<'_>,
    database: &Database,
    config: &Config,
    city: &City,
) -> Result<CityTime, BackendError> {
    let sorted = |error: postgres::Error| database.sorted(&error);
    let mut ask = |what: &str| start.query_one(what, &[&LOCKS, &LIVES]).map_err(sorted);
    let is_alone: bool = ask("SELECT pg_try_advisory_lock($1, $2)")?.try_get(0).map_err(sorted)?;
    if is_alone {
        // The own share is taken before the others are let in again.
        ask("SELECT pg_advisory_lock_shared($1, $2)")?;
        ask("SELECT pg_advisory_unlock($1, $2)")?;
        let now = resumes_at(city, config.speed);
        let set = "UPDATE head SET city_ms = $1, told = clock_timestamp(), speed = $2 WHERE id = 1";
        start.execute(set, &[&now.0, &config.speed]).map_err(sorted)?;
        return Ok(now);
    }
    // The server's clock may have been set meanwhile, and the city's time, once it was ahead, would never come back.
    let row = start
        .query_one(
            "SELECT speed, city_ms + (1000 * speed * greatest(0, least($1,
                        extract(epoch FROM clock_timestamp() - told)::double precision)))::bigint
             FROM head WHERE id = 1",
            &[&LONGEST_UNTOLD_S],
        )
        .map_err(sorted)?;
    let (speed, now): (f64, i64) = (row.try_get(0).map_err(sorted)?, row.try_get(1).map_err(sorted)?);
    if speed != config.speed {
        let database = database.to_string();
        return Err(BackendError::OtherSpeed { database, found: speed, asked: config.speed });
    }
    Ok(CityTime(now).max(city.now))
}
