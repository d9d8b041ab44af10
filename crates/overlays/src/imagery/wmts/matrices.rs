//! How the tiles of a layer lie: its matrix sets, and the one that is taken.

use super::xml::{child, children, number_of, text_of};
use super::{CapabilitiesError, listed};
use crate::imagery::address::{TileAddress, WorldFraction};
use crate::imagery::grid::{Level, Plane};
use roxmltree::Node;
use std::f64::consts::PI;

/// The width of a pixel that scale denominators are counted with, metres.
const PIXEL_M: f64 = 0.000_28;
/// The same where a service counts with a screen of 96 dots an inch, as Tianditu's does.
const PIXEL_OF_96_M: f64 = 0.0254 / 96.0;
/// The earth's radius that they are counted with, metres.
const RADIUS_M: f64 = 6_378_137.0;

/// A matrix set that was chosen.
pub(super) struct MatrixSet {
    pub(super) name: String,
    pub(super) plane: Plane,
    /// The coarsest first.
    pub(super) levels: Vec<Level>,
    /// What each level is called in an address.
    pub(super) zooms: Vec<String>,
}

/// The set named, else the first that can be laid, web mercator before degrees.
pub(super) fn choose<'a>(
    contents: Node<'a, 'a>,
    layer: Node<'a, 'a>,
    layer_name: &str,
    wanted: Option<&str>,
) -> Result<MatrixSet, CapabilitiesError> {
    let links: Vec<(Node, &str)> = children(layer, "TileMatrixSetLink")
        .filter_map(|link| Some((link, text_of(link, "TileMatrixSet")?)))
        .filter(|(_, name)| wanted.is_none_or(|wanted| wanted == *name))
        .collect();
    let linked = || children(layer, "TileMatrixSetLink").filter_map(|link| text_of(link, "TileMatrixSet"));
    if links.is_empty() {
        let (layer, wanted) = (layer_name.to_owned(), wanted.unwrap_or_default().to_owned());
        return Err(CapabilitiesError::NoMatrixSet { layer, wanted, there: listed(linked()) });
    }
    let mut systems = Vec::new();
    let mut usable = Vec::new();
    for (link, name) in links {
        let set = children(contents, "TileMatrixSet").find(|set| text_of(*set, "Identifier") == Some(name));
        let Some(set) = set else {
            systems.push("a matrix set it does not tell");
            continue;
        };
        let system = text_of(set, "SupportedCRS").unwrap_or_default();
        match plane_of(system) {
            Some((plane, east_first)) => {
                usable.push((plane == Plane::Geographic, link, name, set, east_first))
            }
            None => systems.push(system),
        }
    }
    usable.sort_by_key(|(is_geographic, ..)| *is_geographic);
    let Some((is_geographic, link, name, set, east_first)) = usable.into_iter().next() else {
        let (layer, systems) = (layer_name.to_owned(), listed(systems.into_iter()));
        return Err(CapabilitiesError::Systems { layer, systems });
    };
    let plane = if is_geographic { Plane::Geographic } else { Plane::Mercator };
    let wrong = |why: &str| CapabilitiesError::MatrixSet(name.to_owned(), why.to_owned());
    let mut all: Vec<(Level, String)> = Vec::new();
    for matrix in children(set, "TileMatrix") {
        let zoom = text_of(matrix, "Identifier").ok_or_else(|| wrong("a matrix has no identifier"))?;
        let level = level(matrix, plane, east_first).map_err(|why| wrong(&format!("{zoom}: {why}")))?;
        all.push((level, zoom.to_owned()));
    }
    all.sort_by(|a, b| b.0.pixel.total_cmp(&a.0.pixel));
    count_as_the_service_does(&mut all);
    for (level, zoom) in &mut all {
        limit(link, zoom, level);
    }
    all.retain(|(level, _)| level.columns.0 <= level.columns.1 && level.rows.0 <= level.rows.1);
    all.truncate(usize::from(TileAddress::DEEPEST) + 1);
    if all.is_empty() {
        return Err(wrong("it has no matrix"));
    }
    let (levels, zooms) = all.into_iter().unzip();
    Ok(MatrixSet { name: name.to_owned(), plane, levels, zooms })
}

/// The plane of a reference system, and whether its places tell the east first.
fn plane_of(system: &str) -> Option<(Plane, bool)> {
    let code = system.rsplit([':', '/', '#']).next().unwrap_or_default();
    match code.to_ascii_uppercase().as_str() {
        "3857" | "900913" | "3785" | "102100" | "102113" => Some((Plane::Mercator, true)),
        // CGCS2000 and WGS-84 lie within a decimetre of one another.
        "4326" | "4490" => Some((Plane::Geographic, false)),
        "CRS84" | "84" => Some((Plane::Geographic, true)),
        _ => None,
    }
}

fn level(matrix: Node, plane: Plane, east_first: bool) -> Result<Level, String> {
    let number = |name: &str| number_of(matrix, name).ok_or_else(|| format!("{name} is no number"));
    let whole = |name: &str, most: u32| {
        let value = number(name)?;
        let fits = value.fract() == 0.0 && (1.0..=f64::from(most)).contains(&value);
        fits.then_some(value as u32).ok_or_else(|| format!("{name} {value} cannot be"))
    };
    let scale = number("ScaleDenominator")?;
    let (wide, high) = (whole("TileWidth", 2048)?, whole("TileHeight", 2048)?);
    if wide != high {
        return Err(format!("tiles of {wide} × {high} pixels are not square"));
    }
    // Beyond the deepest zoom nothing is counted here.
    let (columns, rows) = (whole("MatrixWidth", u32::MAX >> 1)?, whole("MatrixHeight", u32::MAX >> 1)?);
    let corner = text_of(matrix, "TopLeftCorner").unwrap_or_default();
    let corner: Vec<f64> = corner.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let [first, second] = corner[..] else { return Err("TopLeftCorner is not two numbers".to_owned()) };
    // Many services tell the axes in the other order; a corner in the north-west betrays them.
    let east_first = if first < 0.0 && second > 0.0 {
        true
    } else if first > 0.0 && second < 0.0 {
        false
    } else {
        east_first
    };
    let (east, north) = if east_first { (first, second) } else { (second, first) };
    let around_m = 2.0 * PI * RADIUS_M;
    let pixel = scale * PIXEL_M / around_m;
    let corner = match plane {
        Plane::Mercator => WorldFraction { x: east / around_m + 0.5, y: 0.5 - north / around_m },
        Plane::Geographic => WorldFraction { x: east / 360.0 + 0.5, y: (90.0 - north) / 360.0 },
    };
    let sane =
        pixel.is_finite() && (1e-12..1.0).contains(&pixel) && corner.x.abs() < 10.0 && corner.y.abs() < 10.0;
    if !sane {
        return Err("it lies nowhere on the earth".to_owned());
    }
    Ok(Level { corner, pixel, side_px: wide, columns: (0, columns - 1), rows: (0, rows - 1) })
}

/// Where the tiles around the world would reach around it by as much more as a screen of 96 dots an inch has narrower
/// pixels, the service counts with those.
fn count_as_the_service_does(levels: &mut [(Level, String)]) {
    let reach = |level: &Level| {
        f64::from(level.columns.1 + 1) * f64::from(level.side_px) * level.pixel * PIXEL_OF_96_M / PIXEL_M
    };
    let begins = |level: &Level| level.corner.x.abs() < 1e-6;
    if levels
        .iter()
        .any(|(level, _)| begins(level) && level.columns.1 > 0 && (reach(level) - 1.0).abs() < 1e-4)
    {
        levels.iter_mut().for_each(|(level, _)| level.pixel *= PIXEL_OF_96_M / PIXEL_M);
    }
}

/// Keeps to the columns and rows the layer has in a matrix.
fn limit(link: Node, zoom: &str, level: &mut Level) {
    let Some(limits) = child(link, "TileMatrixSetLimits") else { return };
    let own = limits.children().find(|one| text_of(*one, "TileMatrix") == Some(zoom));
    let Some(own) = own else {
        // A matrix that is not among the limits has no tiles of the layer.
        level.columns = (1, 0);
        return;
    };
    let within = |(first, last): (u32, u32), least: &str, most: &str| {
        let index = |name: &str| number_of(own, name).filter(|n| *n >= 0.0).map(|n| n as u32);
        (index(least).unwrap_or(first).max(first), index(most).unwrap_or(last).min(last))
    };
    level.columns = within(level.columns, "MinTileCol", "MaxTileCol");
    level.rows = within(level.rows, "MinTileRow", "MaxTileRow");
}
