//! Where models are, in one line of the command line.
//!
//! A `.glb` or `.gltf` file that stands at `#at=LON,LAT`, a GeoJSON or FlatGeobuf file of places with a model each, or
//! the `tileset.json` of 3D Tiles; then, where needed, `#` and options joined by `&`.

use crate::files::is_on_the_web;
use crate::places::Foot;
use city::LonLat;
use overlays::unescaped;
use std::path::Path;
use std::str::FromStr;
use thiserror::Error;

/// Models that can be set on the map.
///
/// Options: `at` (longitude and latitude of a model, or of a tileset that has no place of its own), `heading` (degrees
/// clockwise), `scale`, `height` (metres above the ground, with `lie=absolute` above the sea), and of tilesets `heights`
/// (`ellipsoid`, or `sea` for those that write heights above the sea), `lift` (metres), `ground=clamp` (the lowest of it
/// on the ground), `error` (points of the screen a tile may be wrong by), and `name` and `attribution`.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelSource {
    /// Its path or address.
    pub address: String,
    /// What it is, as far as its name tells.
    pub kind: Kind,
    /// What it is called on screen.
    pub name: String,
    /// Whom to thank, where the options say.
    pub attribution: Option<String>,
    /// Where it stands.
    pub at: Option<LonLat>,
    /// How high it stands.
    pub foot: Foot,
    /// How far it is turned, degrees clockwise.
    pub heading_deg: f64,
    /// How many times its size it has.
    pub scale: f64,
    /// A tileset's heights are above the sea, not the ellipsoid.
    pub above_sea: bool,
    /// By how much a tileset is lifted, metres.
    pub lift_m: f64,
    /// The lowest of a tileset is set on the ground.
    pub clamp: bool,
    /// By how many points of the screen a tile may be wrong.
    pub error_pt: f64,
}

/// What a source is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One model.
    Model,
    /// Places with a model each.
    Places,
    /// A tileset, or places: what is in it tells.
    Json,
}

/// What is wrong with a line that should name models.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ModelSourceError {
    /// It names nothing of a known kind.
    #[error(
        "`{0}` names no models: write a file that ends with .glb, .gltf, .geojson or .fgb, or a tileset.json of 3D Tiles"
    )]
    NoPlace(String),
    /// Something that is read from files only.
    #[error("{0} is on the web, from where only tilesets come: download it and name the file")]
    OnTheWeb(String),
    /// A model without a place.
    #[error("{0} needs a place: write {0}#at=LON,LAT")]
    Nowhere(String),
    /// An option that means nothing.
    #[error(
        "models have no option `{0}`: after # they take at, heading, scale, height, lie, heights, lift, ground, error, \
         name and attribution, joined by &"
    )]
    Option(String),
    /// An option whose value is none.
    #[error("the models' option {name}={value} is none: {expected}")]
    Value {
        /// The option.
        name: String,
        /// What it was given.
        value: String,
        /// What it takes.
        expected: &'static str,
    },
}

impl FromStr for ModelSource {
    type Err = ModelSourceError;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        let line = line.trim();
        let (address, options) = line.rsplit_once('#').unwrap_or((line, ""));
        // What follows ? may be a key.
        let shown = address.split('?').next().unwrap_or_default();
        let path = if is_on_the_web(address) { shown } else { address };
        let ending = Path::new(path).extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        let kind = match ending.as_deref() {
            Some("glb" | "gltf") => Kind::Model,
            Some("geojson" | "geojsonl" | "geojsons" | "ndjson" | "fgb") => Kind::Places,
            Some("json") => Kind::Json,
            _ if is_on_the_web(address) => Kind::Json,
            _ => return Err(ModelSourceError::NoPlace(shown.to_owned())),
        };
        if is_on_the_web(address) && kind != Kind::Json {
            return Err(ModelSourceError::OnTheWeb(shown.to_owned()));
        }
        let mut source = Self {
            address: address.to_owned(),
            kind,
            name: name_of(shown),
            attribution: None,
            at: None,
            foot: Foot::AboveGround(0.0),
            heading_deg: 0.0,
            scale: 1.0,
            above_sea: false,
            lift_m: 0.0,
            clamp: false,
            error_pt: 16.0,
        };
        let mut absolute = false;
        for option in options.split('&').map(str::trim).filter(|option| !option.is_empty()) {
            let (key, value) = option.split_once('=').unwrap_or((option, ""));
            absolute |= source.take(key.trim(), &unescaped(value.trim()))?;
        }
        if let (true, Foot::AboveGround(height_m)) = (absolute, source.foot) {
            source.foot = Foot::AboveSea(height_m);
        }
        match source.kind == Kind::Model && source.at.is_none() {
            true => Err(ModelSourceError::Nowhere(shown.to_owned())),
            false => Ok(source),
        }
    }
}

impl ModelSource {
    /// Takes an option; true where it says that heights are above the sea.
    fn take(&mut self, key: &str, value: &str) -> Result<bool, ModelSourceError> {
        let wrong =
            |expected| ModelSourceError::Value { name: key.to_owned(), value: value.to_owned(), expected };
        let number = |least: f64, most: f64, expected| {
            value.parse().ok().filter(|n| (least..=most).contains(n)).ok_or_else(|| wrong(expected))
        };
        let text = || Some(value.to_owned()).filter(|value| !value.is_empty());
        match key {
            "at" => {
                let place = value.split_once(',').and_then(|(lon, lat)| {
                    Some(LonLat::new(lon.trim().parse().ok()?, lat.trim().parse().ok()?))
                });
                let place = place.filter(|place| place.is_valid());
                self.at = Some(
                    place.ok_or_else(|| wrong("write a longitude and latitude such as 106.577,29.557"))?,
                );
            }
            "heading" => self.heading_deg = number(-360.0, 360.0, "write degrees clockwise from north")?,
            "scale" => self.scale = number(1e-4, 1e4, "write how many times its size, 0.0001 to 10000")?,
            "height" => {
                self.foot = Foot::AboveGround(number(-2_000.0, 20_000.0, "write metres, -2000 to 20000")?);
            }
            "lie" if value == "absolute" => return Ok(true),
            "lie" if value == "ground" => {}
            "lie" => return Err(wrong("write ground or absolute")),
            "heights" if matches!(value, "sea" | "ellipsoid") => self.above_sea = value == "sea",
            "heights" => return Err(wrong("write ellipsoid or sea")),
            "lift" => self.lift_m = number(-2_000.0, 20_000.0, "write metres, -2000 to 20000")?,
            "ground" if value == "clamp" => self.clamp = true,
            "ground" => return Err(wrong("write clamp")),
            "error" => self.error_pt = number(1.0, 1_000.0, "write points of the screen, 1 to 1000")?,
            "name" => self.name = text().unwrap_or_default(),
            "attribution" => self.attribution = text(),
            _ => return Err(ModelSourceError::Option(key.to_owned())),
        }
        Ok(false)
    }
}

/// The file's name; of a tileset.json, which all are called, its folder's or host's.
fn name_of(address: &str) -> String {
    let place = address.split_once("://").map_or(address, |(_, rest)| rest);
    let mut parts = place.rsplit(['/', '\\']).filter(|part| !part.is_empty() && *part != ".");
    let last = parts.next().unwrap_or(place);
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let name = if stem == "tileset" { parts.next().unwrap_or(stem) } else { stem };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_line_says_where_models_are() {
        let source: ModelSource =
            "a/tower.glb#at=106.577,29.557&heading=-30&height=12&lie=absolute&scale=2".parse().unwrap();
        assert_eq!((source.address.as_str(), source.name.as_str()), ("a/tower.glb", "tower"));
        assert_eq!((source.kind, source.at), (Kind::Model, Some(LonLat::new(106.577, 29.557))));
        assert_eq!((source.foot, source.heading_deg, source.scale), (Foot::AboveSea(12.0), -30.0, 2.0));
        let source: ModelSource =
            "x/yuzhong/tileset.json#lift=-3.5&heights=sea&ground=clamp".parse().unwrap();
        assert_eq!((source.kind, source.name.as_str()), (Kind::Json, "yuzhong"));
        assert!(source.above_sea && source.clamp && source.lift_m == -3.5);
        let source: ModelSource =
            "https://h.cn/city/tileset.json?key=secret#attribution=%C2%A9 X".parse().unwrap();
        assert_eq!((source.kind, source.name.as_str()), (Kind::Json, "city"));
        assert_eq!(source.attribution.as_deref(), Some("© X"));
    }

    #[test]
    fn a_line_that_says_nothing_is_answered() {
        let why = |line: &str| line.parse::<ModelSource>().unwrap_err().to_string();
        assert!(why("a.obj").contains(".glb") && why("a.glb").contains("a.glb#at=LON,LAT"));
        assert!(why("a.glb#at=300,20").contains("106.577,29.557") && why("a.fgb#wide=2").contains("`wide`"));
        assert!(why("t.json#scale=0").contains("0.0001") && why("t.json#lie=up").contains("absolute"));
        assert!(why("https://h.cn/a.glb?key=1#at=106,29").starts_with("https://h.cn/a.glb is on the web"));
        assert!(why("t.json#lift=NaN").contains("metres"));
    }
}
