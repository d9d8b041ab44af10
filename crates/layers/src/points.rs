//! Points at scale: seventeen million devices in columns, sorted so that neighbours in the city are neighbours in memory.
//!
//! A [`Points`] is a set of them, shared between threads: one writes values and positions, others count and search
//! meanwhile. [`Filter`] chooses rows, [`search`] finds them by id and name, [`Points::rows_in`] and [`Points::nearest`] by
//! place; [`order`] sorts them. [`clusters`], [`hexagons`], [`by_district`], [`by_township`], [`heat`] and [`along`] (lines)
//! gather them. Ids and names stay in the file until they are asked for.
//! Deliberately absent: drawing, sockets, whose a warning is.

mod along;
mod areas;
mod bits;
mod build;
mod cluster;
mod file;
mod filter;
mod fixed;
mod heat;
mod hexagon;
mod ids;
pub mod import;
mod kind;
mod live;
mod order;
mod page;
mod query;
mod search;
mod standing;
mod synthetic;
mod texts;

pub use along::{Along, Pieces, along};
pub use areas::{Gathered, by_district, by_township};
pub use bits::Bits;
pub use build::{Given, PointsBuilder};
pub use cluster::{Cluster, clusters};
pub use file::{open, write};
pub use filter::{Counts, Filter};
pub use fixed::{Fixed, FixedBox};
pub use heat::{Heat, heat};
pub use hexagon::{Hexagon, hexagons};
pub use ids::IdIndex;
pub use kind::Kind;
pub use live::{Applied, News};
pub use order::{Sort, order};
pub use page::PAGE;
pub use search::search;
pub use standing::{Standing, Thresholds};
pub use synthetic::synthetic;
pub use texts::{TextBlock, TextColumn, Texts};

use city::{CityTime, LonLat, Place};
use page::{PageBounds, rows_of_page};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::RwLock;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering::Relaxed};

/// Why points could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum PointsError {
    /// The file cannot be opened, read or written.
    #[error("{}: {source}", file.display())]
    File {
        /// Which file.
        file: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is no Arrow file, or a damaged one.
    #[error("{}: not an Arrow file of points, or damaged: {source}", file.display())]
    Arrow {
        /// Which file.
        file: PathBuf,
        /// Why.
        #[source]
        source: arrow_schema::ArrowError,
    },
    /// It is an Arrow file, but not of points as they are written here.
    #[error("{}: {what}; make one with `shancheng points import`", file.display())]
    Foreign {
        /// Which file.
        file: PathBuf,
        /// What is missing or of another kind.
        what: String,
    },
}

/// A set of points in columns; a row's number stays the same as long as the set lives.
#[derive(Debug)]
pub struct Points {
    lon: Vec<AtomicI32>,
    lat: Vec<AtomicI32>,
    kind: Vec<u16>,
    place: Vec<u16>,
    /// The bits of the newest values; not a number where there is none.
    value: Vec<AtomicU32>,
    /// Seconds since 1970; 0 where nothing was heard.
    measured_s: Vec<AtomicU32>,
    kinds: Vec<Kind>,
    places: Vec<Option<Place>>,
    /// How many points there are of each kind in each place: `kinds` by `places`.
    totals: Vec<u32>,
    pages: Vec<PageBounds>,
    thresholds: RwLock<Vec<Thresholds>>,
    /// The rows that stand at blue, yellow, orange, red.
    raised: [Bits; 4],
    ids: IdIndex,
    texts: Texts,
}

impl Points {
    /// How many points.
    pub fn len(&self) -> usize {
        self.kind.len()
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.kind.is_empty()
    }

    /// Where the point of `row` is, in fixed point.
    pub fn fixed(&self, row: usize) -> Fixed {
        Fixed { lon: self.lon[row].load(Relaxed), lat: self.lat[row].load(Relaxed) }
    }

    /// Where the point of `row` is; not a number where it has no position.
    pub fn position(&self, row: usize) -> LonLat {
        self.fixed(row).lon_lat()
    }

    /// What the point of `row` is.
    pub fn kind(&self, row: usize) -> &Kind {
        &self.kinds[usize::from(self.kind[row])]
    }

    /// What the point of `row` is, as a place in [`Points::kinds`].
    pub fn kind_number(&self, row: usize) -> u16 {
        self.kind[row]
    }

    /// Whose the point of `row` is; `None` where that is not known.
    pub fn place(&self, row: usize) -> Option<Place> {
        self.places[usize::from(self.place[row])]
    }

    /// The newest value of `row`; not a number where there is none.
    pub fn value(&self, row: usize) -> f32 {
        f32::from_bits(self.value[row].load(Relaxed))
    }

    /// When that was measured, to the second; `None` where nothing was heard.
    pub fn measured(&self, row: usize) -> Option<CityTime> {
        let s = self.measured_s[row].load(Relaxed);
        (s > 0).then(|| CityTime(i64::from(s) * 1000))
    }

    /// The same in seconds since 1970; 0 where nothing was heard.
    pub fn measured_s(&self, row: usize) -> u32 {
        self.measured_s[row].load(Relaxed)
    }

    /// Every kind there is, by its number.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// Every place points belong to, each once; `None` for those that belong nowhere.
    pub fn places(&self) -> &[Option<Place>] {
        &self.places
    }

    /// The row of the point with this id. Where an id came twice it is that of the first.
    pub fn row(&self, id: &str) -> Option<usize> {
        self.ids.row(id).map(|row| row as usize)
    }

    /// True where some of them have a grade (分级).
    pub fn has_grades(&self) -> bool {
        self.kinds.iter().any(|kind| kind.grade.is_some())
    }

    /// Ids and names.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// How many pages of [`PAGE`] rows.
    pub fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// The rows of page `n`.
    pub fn page_rows(&self, n: usize) -> Range<usize> {
        rows_of_page(n, self.len())
    }

    /// The box that the rows of page `n` lie in.
    pub fn page_bounds(&self, n: usize) -> FixedBox {
        self.pages[n].get()
    }

    /// How many have no position.
    pub fn count_nowhere(&self) -> usize {
        (0..self.len()).filter(|row| !self.fixed(*row).is_somewhere()).count()
    }

    /// The box that all of them lie in.
    pub fn bounds(&self) -> FixedBox {
        self.pages.iter().fold(FixedBox::EMPTY, |mut all, page| {
            let page = page.get();
            if !page.is_empty() {
                all.hold(page.low);
                all.hold(page.high);
            }
            all
        })
    }
}
