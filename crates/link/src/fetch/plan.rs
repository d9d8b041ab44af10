//! What is to be fetched, from where and how patiently; everything the words can have wrong is refused here.

use super::error::FetchError;
use super::patience::Patience;
use super::tiles::{Resolution, Tile, tiles_of};
use city::CityTime;
use reqwest::Url;
use std::path::{Path, PathBuf};

/// The most tiles one plan may hold; all of China is 2,100, and 2,500 of them are some 100 GB.
const MOST_TILES: usize = 2_500;

/// What to fetch.
#[derive(Clone, Debug)]
pub struct FetchPlan {
    pub(crate) source: Url,
    pub(crate) resolution: Resolution,
    pub(crate) folder: PathBuf,
    pub(crate) tiles: Vec<Tile>,
    pub(crate) at: CityTime,
    pub(crate) patience: Patience,
}

impl FetchPlan {
    /// The tiles of the box W, S, E, N (degrees) into `folder`, from the public bucket or from another `source` of the
    /// same layout (its address, such as `https://mirror.example/dem`). `at` dates what is fetched.
    pub fn new(
        bbox: [f64; 4],
        resolution: Resolution,
        source: Option<&str>,
        folder: &Path,
        at: CityTime,
    ) -> Result<Self, FetchError> {
        let [w, s, e, n] = bbox;
        let on_globe = |side: f64, most: f64| side.is_finite() && side.abs() <= most;
        if !(on_globe(w, 180.0) && on_globe(e, 180.0) && on_globe(s, 90.0) && on_globe(n, 90.0)) {
            return Err(bad(format!("the box {w},{s},{e},{n} lies off the globe: W,S,E,N in degrees")));
        }
        if w >= e || s >= n {
            return Err(bad(format!(
                "the box {w},{s},{e},{n} is none: west before east, south before north; across 180° fetch two boxes"
            )));
        }
        let tiles = tiles_of(bbox, resolution);
        if tiles.len() > MOST_TILES {
            let count = tiles.len();
            return Err(bad(format!("the box holds {count} tiles, at most {MOST_TILES} at once: cut it up")));
        }
        let source = address(source.unwrap_or_else(|| resolution.bucket()))?;
        Ok(Self { source, resolution, folder: folder.to_owned(), tiles, at, patience: Patience::default() })
    }

    /// The same plan with another patience.
    pub fn patiently(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// The tiles, from south to north and west to east.
    pub fn tiles(&self) -> &[Tile] {
        &self.tiles
    }

    /// Whether everything on the way could read and change what comes: plain HTTP to another machine.
    pub fn is_unprotected(&self) -> bool {
        self.source.scheme() == "http" && !on_this_machine(&self.source)
    }
}

fn bad(why: String) -> FetchError {
    FetchError::BadPlan(why)
}

fn address(text: &str) -> Result<Url, FetchError> {
    let none =
        |why: &str| bad(format!("`{text}` is no address of a source ({why}): write https://HOST/PATH"));
    let mut url = Url::parse(text.trim()).map_err(|e| none(&e.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(none("it does not begin with https:// or http:// and a host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(none("it holds a name or password, which would stand in the manifest"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(none("it holds a query or fragment"));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// Whether an address is that of this machine itself.
pub(crate) fn on_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(bbox: [f64; 4], source: Option<&str>) -> Result<FetchPlan, String> {
        FetchPlan::new(bbox, Resolution::Glo30, source, Path::new("x"), CityTime(0))
            .map_err(|e| e.to_string())
    }

    const BOX: [f64; 4] = [106.2, 29.2, 106.4, 29.4];

    #[test]
    fn boxes_that_are_none_are_refused() {
        for (bbox, says) in [
            ([107.0, 29.0, 106.0, 30.0], "west before east"),
            ([106.0, 29.0, 106.0, 30.0], "west before east"),
            ([106.0, 30.0, 107.0, 29.0], "south before north"),
            ([f64::NAN, 29.0, 107.0, 30.0], "off the globe"),
            ([106.0, 29.0, f64::INFINITY, 30.0], "off the globe"),
            ([106.0, 29.0, 107.0, 91.0], "off the globe"),
            ([179.0, 29.0, -179.0, 30.0], "two boxes"),
            ([-180.0, -90.0, 180.0, 90.0], "64800 tiles"),
        ] {
            let said = plan(bbox, None).unwrap_err();
            assert!(said.contains(says), "{said}");
        }
    }

    #[test]
    fn addresses_that_are_none_are_refused() {
        for (source, says) in [
            ("moon", "https://"),
            ("ftp://example.org/x", "https://"),
            ("file:///etc", "https://"),
            ("https://name:word@example.org", "password"),
            ("https://example.org/?a=b", "query"),
            ("", "https://"),
        ] {
            let said = plan(BOX, Some(source)).unwrap_err();
            assert!(said.contains(says), "{source}: {said}");
        }
    }

    #[test]
    fn plain_http_is_by_name_and_told() {
        assert_eq!(plan(BOX, None).unwrap().source.scheme(), "https");
        assert!(!plan(BOX, Some("http://127.0.0.1:8080/")).unwrap().is_unprotected());
        assert!(!plan(BOX, Some("http://[::1]:8080/")).unwrap().is_unprotected());
        assert!(plan(BOX, Some("http://mirror.example/dem/")).unwrap().is_unprotected());
    }
}
