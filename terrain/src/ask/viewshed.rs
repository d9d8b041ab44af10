//! What can be seen from a place.

use super::{
    AskError, Cell, Eye, Mask, REFRACTION,
    air::check_refraction,
    earth::{frame_at, radii_m},
    error::{on_globe, within},
    geotiff,
};
use crate::{CityGrid, Ground, Patch, TerrainError};
use city::LonLat;
use geodesy::EastNorth;
use rayon::prelude::*;
use std::path::Path;
use tiff::encoder::colortype::Gray32Float;

mod horizon;
mod rays;

use rays::Field;

/// The most cells from the observer to the edge.
const MOST_CELLS: f64 = 2_000.0;
/// How many they are at most, and at least, where no spacing is given.
const USUAL_CELLS: f64 = 500.0;
const FEWEST_CELLS: f64 = 10.0;

/// A part of the horizon, clockwise in degrees from true north: `from_deg` 350, `to_deg` 10 looks north.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sector {
    /// Where it begins.
    pub from_deg: f64,
    /// Where it ends, clockwise from there.
    pub to_deg: f64,
}

/// A view that is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The observer's place.
    pub from: LonLat,
    /// The observer's height.
    pub eye: Eye,
    /// How far to look, metres on the ground.
    pub radius_m: f64,
    /// Height of what is looked for above the ground, metres.
    pub target_m: f64,
    /// The coefficient of refraction, −1 to 1; [`REFRACTION`] is usual.
    pub refraction: f64,
    /// Only this part of the horizon.
    pub sector: Option<Sector>,
    /// Only between these elevations, degrees above the horizontal (negative: below), lower first: a camera's field.
    pub elevation_deg: Option<(f64, f64)>,
    /// Whether to find [`Viewshed::needed_m`], which takes several times as long.
    pub with_needed: bool,
}

impl View {
    /// From a person's eyes, 1.7 m above the ground, all around, to the ground.
    pub fn all_around(from: LonLat, radius_m: f64) -> Self {
        Self {
            from,
            eye: Eye::AboveGround(1.7),
            radius_m,
            target_m: 0.0,
            refraction: REFRACTION,
            sector: None,
            elevation_deg: None,
            with_needed: false,
        }
    }
}

/// What can be seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Viewshed {
    /// Visible ([`Cell::Yes`]), hidden or outside: beyond the radius, the sector, the elevations or the ground. The
    /// observer stands in the middle.
    pub mask: Mask,
    /// How high above the ground something must reach to be seen, metres, 0 where the ground itself is; NaN where the
    /// mask says outside.
    pub needed_m: Option<Vec<f32>>,
    /// The observer's eye, metres above sea level.
    pub eye_m: f64,
    /// The area seen, square metres on the ellipsoid.
    pub visible_m2: f64,
    /// The area seen of that looked at, 0 to 1.
    pub share: f64,
}

impl Viewshed {
    /// Writes [`needed_m`](Self::needed_m), if it was found, as a GeoTIFF of 32-bit floats (NaN is nodata), north row
    /// first, in the city frame.
    pub fn write_needed_geotiff(&self, path: &Path) -> Result<(), TerrainError> {
        let needed_m = self.needed_m.as_deref().unwrap_or_default();
        geotiff::write::<Gray32Float>(&self.mask.grid, needed_m, "nan", path)
    }
}

/// What can be seen on a patch whose middle place is the observer's: a sight line of its own to every cell (the R3
/// of Franklin and Ray 1994). Heights are interpolated linearly where the line crosses the grid's lines, in both
/// directions; cells are judged by the ground at their middle. `ground_m` is the ground at the observer, metres above
/// sea level. The same whatever the number of threads. Lines are straight in the city frame, which at the
/// municipality's edge leaves the shortest line by 2.4 m at most over 50 km and 40 m over 200 km; curvature is the
/// ellipsoid's in each direction.
pub fn viewshed(patch: &Patch, view: &View, ground_m: f64) -> Result<Viewshed, AskError> {
    check(view)?;
    let grid = patch.grid;
    if grid.columns != grid.rows || grid.columns.is_multiple_of(2) || patch.heights_m.len() != grid.len() {
        let (columns, rows) = (grid.columns, grid.rows);
        return Err(AskError::question(format!(
            "a view needs a square patch with a middle, not one of {columns} × {rows}"
        )));
    }
    let eye_m = view.eye.above_sea_m(ground_m)?;
    if eye_m < ground_m {
        return Err(AskError::question(format!(
            "an eye {eye_m:.1} m above sea level is under the ground, which is {ground_m:.1} m high there"
        )));
    }
    let field = Field::new(patch, view, eye_m);
    let side = grid.columns;
    let mut cells = vec![Cell::Outside as u8; grid.len()];
    let needed_m = if view.with_needed {
        let mut needed_m = vec![f32::NAN; grid.len()];
        let rows = cells.par_chunks_mut(side).zip(needed_m.par_chunks_mut(side)).enumerate();
        rows.for_each(|(row, (cells, needed_m))| field.needed_row(row, cells, needed_m));
        Some(needed_m)
    } else {
        cells.par_chunks_mut(side).enumerate().for_each(|(row, cells)| field.row(row, cells));
        None
    };
    let mask = Mask { grid, cells };
    let (visible_m2, hidden_m2) = (mask.area_m2(Cell::Yes), mask.area_m2(Cell::No));
    let looked_at_m2 = visible_m2 + hidden_m2;
    let share = if looked_at_m2 > 0.0 { visible_m2 / looked_at_m2 } else { 0.0 };
    Ok(Viewshed { mask, needed_m, eye_m, visible_m2, share })
}

/// Refuses what no view can be.
fn check(view: &View) -> Result<(), AskError> {
    on_globe("the observer's place", view.from)?;
    within("a radius", view.radius_m, 1.0, 300_000.0, "m")?;
    within("a target's height", view.target_m, 0.0, 100_000.0, "m")?;
    check_refraction(view.refraction)?;
    if let Some(sector) = view.sector {
        within("a sector's beginning", sector.from_deg, -360.0, 360.0, "°")?;
        within("a sector's end", sector.to_deg, -360.0, 360.0, "°")?;
    }
    if let Some((low, high)) = view.elevation_deg {
        within("the lower elevation", low, -90.0, 90.0, "°")?;
        within("the upper elevation", high, low, 90.0, "°")?;
    }
    Ok(())
}

impl Ground {
    /// What can be seen from a place, see [`viewshed`]. Without a spacing (metres on the ground) at the ground's
    /// [own](Ground::spacing_m), or such that the radius is 10 to 500 cells; with one 2,000 at most.
    pub fn viewshed(&self, view: &View, spacing_m: Option<f64>) -> Result<Viewshed, AskError> {
        check(view)?;
        let usual_m = view.radius_m / USUAL_CELLS..view.radius_m / FEWEST_CELLS;
        let spacing_m = spacing_m.unwrap_or(self.spacing_m().clamp(usual_m.start, usual_m.end));
        let least_m = view.radius_m / MOST_CELLS;
        if !(least_m..=view.radius_m).contains(&spacing_m) {
            let radius_m = view.radius_m;
            return Err(AskError::question(format!(
                "a radius of {radius_m} m takes a spacing from {least_m} to {radius_m} m, not {spacing_m} m: choose \
                 another spacing, or a smaller radius"
            )));
        }
        let outside = || AskError::Outside { what: "the observer at", at: view.from };
        let ground_m = self.height_m(view.from).ok_or_else(outside)?;
        let centre = geodesy::to_city_frame(view.from);
        let frame_m = spacing_m * frame_at(view.from).scale;
        // The tolerance keeps a radius of a whole number of cells from needing one more.
        let reach = (view.radius_m / spacing_m - 1e-9).ceil() as usize;
        let offset_m = reach as f64 * frame_m;
        let south_west = EastNorth::new(centre.east_m - offset_m, centre.north_m - offset_m);
        let side = 2 * reach + 1;
        viewshed(&self.patch(south_west, frame_m, side, side), view, ground_m)
    }
}

/// What the rays need to know of the view besides heights.
struct Aim {
    /// True metres a cell.
    cell_m: f64,
    /// In cells.
    reach2: f64,
    /// Cosine and sine of the middle of the sector in the grid, clockwise from its north, and the cosine of its half.
    sector: Option<(f64, f64, f64)>,
    /// Tangents of the elevations.
    elevation: Option<(f64, f64)>,
    target_m: f64,
    /// How far the level surface falls, metres per square metre of distance east and north.
    fall: (f64, f64),
}

impl Aim {
    fn new(grid: &CityGrid, view: &View) -> Self {
        let frame = frame_at(view.from);
        let cell_m = grid.spacing_m / frame.scale;
        let (meridian_m, prime_m) = radii_m(view.from.lat);
        let bent = 0.5 * (1.0 - view.refraction);
        let sector = view.sector.map(|sector| {
            let wide = (sector.to_deg - sector.from_deg).rem_euclid(360.0);
            // From 0 to 360 is all around, not nothing.
            let wide = if wide == 0.0 && sector.to_deg != sector.from_deg { 360.0 } else { wide };
            let middle = (sector.from_deg + 0.5 * wide - frame.north_deg).to_radians();
            (middle.cos(), middle.sin(), (0.5 * wide).to_radians().cos())
        });
        Self {
            cell_m,
            reach2: (view.radius_m / cell_m).powi(2) * (1.0 + 1e-9),
            sector,
            elevation: view
                .elevation_deg
                .map(|(low, high)| (low.to_radians().tan(), high.to_radians().tan())),
            target_m: view.target_m,
            fall: (bent / prime_m, bent / meridian_m),
        }
    }

    /// How far the level surface has fallen at an offset in cells, metres.
    fn fall_m(&self, east: f64, north: f64) -> f64 {
        let square_m2 = self.cell_m * self.cell_m;
        square_m2 * (self.fall.0 * east * east + self.fall.1 * north * north)
    }

    /// Whether a cell is looked at, given its offset in cells and the target's height over the eye, metres.
    fn looks_at(&self, east: f64, north: f64, target_m: f64) -> bool {
        let cells2 = east * east + north * north;
        let in_sector = self.sector.is_none_or(|(cos, sin, half)| {
            cells2 == 0.0 || north * cos + east * sin >= half * cells2.sqrt() - 1e-9
        });
        let in_field = self.elevation.is_none_or(|(low, high)| {
            let away_m = cells2.sqrt() * self.cell_m;
            target_m >= low * away_m && target_m <= high * away_m
        });
        cells2 <= self.reach2 && in_sector && in_field
    }
}
