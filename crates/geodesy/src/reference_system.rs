//! Reference systems by name: EPSG codes, PROJ strings and WKT, to and from longitude and latitude, by PROJ.
//!
//! PROJ's database travels in the program and is unpacked into the user's cache when a system is first asked for.

use city::LonLat;
use flate2::read::GzDecoder;
use proj::{Proj, ProjBuilder};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const DATABASE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/proj.db.gz"));

/// Codes of systems whose coordinates are taken as WGS-84 degrees as they are: WGS-84 in two and three dimensions,
/// and CGCS2000, which differs by centimetres.
const AS_WGS84: [&str; 4] = ["EPSG:4326", "EPSG:4979", "EPSG:4490", "EPSG:4480"];

/// Why a reference system cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ReferenceSystemError {
    /// PROJ does not know it.
    #[error("the reference system {name} is not known: name one such as EPSG:4547 ({cause})")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What PROJ says.
        cause: String,
    },
    /// The database could not be unpacked.
    #[error("the table of reference systems cannot be unpacked into {folder}: {cause}; make room there")]
    Database {
        /// Where.
        folder: String,
        /// Why.
        cause: String,
    },
}

/// A reference system, asked by longitude and latitude. It stays on the thread that made it.
#[derive(Debug)]
pub struct ReferenceSystem {
    name: String,
    /// From WGS-84 and back; none where coordinates are taken as they are.
    ways: Option<(Proj, Proj)>,
}

impl ReferenceSystem {
    /// WGS-84 longitude and latitude in degrees.
    pub fn wgs84() -> Self {
        Self { name: AS_WGS84[0].to_owned(), ways: None }
    }

    /// The system of an EPSG code (`EPSG:4547`), a PROJ string or WKT.
    pub fn named(name: &str) -> Result<Self, ReferenceSystemError> {
        let name = name.trim().to_owned();
        if AS_WGS84.iter().any(|code| code.eq_ignore_ascii_case(&name)) {
            return Ok(Self { name, ways: None });
        }
        let folder = unpacked()?;
        let unknown = |cause: String| ReferenceSystemError::Unknown { name: name.clone(), cause };
        let way = |from: &str, to: &str| {
            let mut builder = ProjBuilder::new();
            builder.set_search_paths(folder).map_err(|e| unknown(e.to_string()))?;
            builder.proj_known_crs(from, to, None).map_err(|e| unknown(e.to_string()))
        };
        let system = Self { ways: Some((way(AS_WGS84[0], &name)?, way(&name, AS_WGS84[0])?)), name };
        Ok(if system.is_degrees() { Self { ways: None, ..system } } else { system })
    }

    /// How it was named.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// True where its coordinates are longitude and latitude of WGS-84 as they are.
    pub fn is_wgs84(&self) -> bool {
        self.ways.is_none()
    }

    /// True where places all over the globe have the numbers they have in WGS-84, to a millimetre.
    fn is_degrees(&self) -> bool {
        let places =
            [(106.5878, 29.5657), (-70.0, -33.0), (0.0, 60.0)].map(|(lon, lat)| LonLat::new(lon, lat));
        let same = |(x, y): (f64, f64), at: LonLat| (x - at.lon).abs().max((y - at.lat).abs()) < 1e-8;
        places.into_iter().all(|at| self.from_lon_lat(at).is_some_and(|there| same(there, at)))
    }

    /// East and north (or longitude and latitude) of a place in this system, in its units; none where it has no such place.
    pub fn from_lon_lat(&self, at: LonLat) -> Option<(f64, f64)> {
        let Some((from_wgs84, _)) = &self.ways else { return Some((at.lon, at.lat)) };
        from_wgs84.convert((at.lon, at.lat)).ok().filter(|(x, y): &(f64, f64)| x.is_finite() && y.is_finite())
    }

    /// Longitude and latitude of a place in this system; none where it has no such place.
    pub fn to_lon_lat(&self, x: f64, y: f64) -> Option<LonLat> {
        let Some((_, to_wgs84)) = &self.ways else { return Some(LonLat::new(x, y)) };
        let (lon, lat) = to_wgs84.convert((x, y)).ok()?;
        Some(LonLat::new(lon, lat)).filter(|at| at.is_valid())
    }
}

/// The folder of the unpacked database: this user's cache, or where that cannot be written a folder of this run.
fn unpacked() -> Result<&'static Path, ReferenceSystemError> {
    static FOLDER: OnceLock<Result<PathBuf, ReferenceSystemError>> = OnceLock::new();
    FOLDER.get_or_init(unpack).as_deref().map_err(Clone::clone)
}

fn unpack() -> Result<PathBuf, ReferenceSystemError> {
    let mut bytes = Vec::new();
    let failed = |folder: &Path, error: std::io::Error| ReferenceSystemError::Database {
        folder: folder.display().to_string(),
        cause: error.to_string(),
    };
    GzDecoder::new(DATABASE).read_to_end(&mut bytes).map_err(|e| failed(Path::new("memory"), e))?;
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or(home);
    if let Some(cache) = cache {
        // Another release brings another database, so the folder's name says which one is in it.
        let folder = cache.join("shancheng").join(format!("proj-{:08x}", crc32fast::hash(DATABASE)));
        if put(&folder, &bytes).is_ok() {
            return Ok(folder);
        }
    }
    let folder = std::env::temp_dir().join(format!("shancheng-proj-{}", std::process::id()));
    put(&folder, &bytes).map_err(|e| failed(&folder, e))?;
    Ok(folder)
}

/// Writes the database where it is not there whole; under another name first, so that nobody reads half of it.
fn put(folder: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let place = folder.join("proj.db");
    if std::fs::read(&place).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    let partial = folder.join(format!("proj.db.{}", std::process::id()));
    std::fs::write(&partial, bytes)?;
    std::fs::rename(partial, place)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Chaotianmen by GDAL 3.6's `gdaltransform` (PROJ 9.1): east, north, metres.
    #[test]
    fn zones_of_gauss_kruger_utm_and_mercator_agree_with_gdal() {
        let at = LonLat::new(106.5878, 29.5657);
        for (code, east, north) in [
            ("EPSG:4544", 653_873.769_2, 3_273_023.961_7),
            ("EPSG:4523", 35_653_873.769_2, 3_273_023.961_7),
            ("EPSG:32648", 653_812.219_7, 3_271_714.752_2),
            ("EPSG:3857", 11_865_299.620_8, 3_447_845.894_8),
            ("+proj=tmerc +lon_0=105 +x_0=500000 +ellps=GRS80", 653_873.769_2, 3_273_023.961_7),
        ] {
            let system = ReferenceSystem::named(code).unwrap();
            let (x, y) = system.from_lon_lat(at).unwrap();
            assert!((x - east).hypot(y - north) < 0.002, "{code} {x} {y}");
            let back = system.to_lon_lat(x, y).unwrap();
            assert!((back.lon - at.lon).abs() < 1e-9 && (back.lat - at.lat).abs() < 1e-9, "{back:?}");
        }
    }

    #[test]
    fn what_is_no_system_is_refused_and_degrees_stay() {
        let refused = ReferenceSystem::named("EPSG:999999").unwrap_err().to_string();
        assert!(refused.contains("EPSG:999999") && refused.contains("EPSG:4547"), "{refused}");
        assert!(ReferenceSystem::named("").is_err());
        let degrees = ReferenceSystem::named("epsg:4490").unwrap();
        assert!(degrees.is_wgs84());
        assert_eq!(degrees.from_lon_lat(LonLat::new(106.5, 29.5)), Some((106.5, 29.5)));
    }
}
