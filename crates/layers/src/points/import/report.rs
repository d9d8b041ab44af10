//! What an import took, and what was wrong.

use super::Datum;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

macro_rules! reasons {
    ($($reason:ident $what:literal),+ $(,)?) => {
        /// What was wrong with a record, and what became of it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub enum Reason {
            $(#[doc = $what] $reason,)+
        }

        impl Reason {
            /// In words, as a plural.
            pub fn what(self) -> &'static str {
                match self { $(Self::$reason => $what,)+ }
            }
        }
    };
}

reasons! {
    Fields "rows with another number of fields than the header",
    Quotes "rows with a quote that is not closed",
    Unreadable "records that cannot be read",
    NotAPoint "features that are no point",
    IdMissing "records without an id",
    IdUnfit "ids that are too long or were rounded",
    Duplicate "ids that came before; the first is kept",
    ClassMissing "records without a class",
    ClassUnknown "classes that are not known",
    TooMany "records past 65,536 kinds or places, or 4 billion points",
    PositionMissing "points without a position, kept without a place on the map",
    PositionNoNumber "positions that are no numbers, points kept without",
    PositionZero "positions at 0, 0, points kept without",
    PositionSwapped "positions with longitude and latitude swapped, points kept without; nothing was swapped back",
    PositionOffGlobe "positions that are not on the globe, points kept without",
    Outside "points outside Chongqing, kept",
    CodeUnknown "codes of districts or townships that are not known, passed over",
    Elsewhere "points that lie in another district than they say, kept as they say",
    GradeUnknown "grades that are not known, left out",
    SegmentUnknown "segments that are not known, taken for monitoring",
    LayerUnknown "layers that are not known, taken for the usual one of the class",
    ValueNoNumber "values that are no number, left out",
    ValueNegative "values below zero of what is never less, left out",
    ValueUnit "values in another unit than their class's, left out",
    TimeUnreadable "times that cannot be read, left out",
    TimeFuture "times more than 10 minutes ahead, left out",
    TextControl "texts with control characters, which were removed",
    TextCut "names longer than 200 characters, cut",
    TextUndecodable "records with bytes that are not text, replaced by \u{fffd}",
    BrokenOff "places where a file breaks off",
}

/// How often, and where first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How often.
    pub count: u64,
    /// The first: file, line or record, what is there, what to do.
    pub first: String,
}

/// Signs that positions are in GCJ-02 though WGS-84 was said. Nothing was converted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Gcj02Suspicion {
    /// The share 0–1 of checks (claimed district and township, bridge, shore, dry land) that fit as positions stand.
    pub share_before: f64,
    /// The share that fit once positions are shifted back from GCJ-02 to WGS-84.
    pub share_after: f64,
    /// How many separate places tell the two apart.
    pub n: u64,
    /// How likely as many of them would speak for a shift without one (one-sided sign test).
    pub p: f64,
}

/// Signs that local times were written as if they were UTC. Nothing was converted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EightHourSuspicion {
    /// The share 0–1 of times that lie 7.9 to 8.1 hours ahead.
    pub share: f64,
    /// Of how many times.
    pub n: u64,
}

/// What was found in one file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileReport {
    /// Which.
    pub file: PathBuf,
    /// What it is: "CSV, UTF-8", "CSV, GB18030", "GeoJSON", "FlatGeobuf".
    pub format: String,
    /// Records read.
    pub rows: u64,
    /// Of these taken.
    pub taken: u64,
    /// Signs of GCJ-02.
    pub gcj02_suspected: Option<Gcj02Suspicion>,
    /// Signs of times 8 hours off.
    pub eight_hours_suspected: Option<EightHourSuspicion>,
}

/// What an import took, and what was wrong.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// File by file.
    pub files: Vec<FileReport>,
    /// Records read.
    pub rows: u64,
    /// Of these taken.
    pub taken: u64,
    /// Taken without a position.
    pub without_position: u64,
    /// Refused because their id came before.
    pub duplicates: u64,
    /// Taken though outside Chongqing.
    pub outside: u64,
    /// Taken with a district or township found by the position.
    pub guessed_places: u64,
    /// Taken without a district and township, because nothing tells it.
    pub without_place: u64,
    /// The datum that was said; positions were converted from it to WGS-84.
    pub datum: Datum,
    /// Records refused.
    pub refused: BTreeMap<Reason, Tally>,
    /// Records taken of which something was left out or is odd.
    pub noted: BTreeMap<Reason, Tally>,
    /// The strongest signs of GCJ-02 in any of the files.
    pub gcj02_suspected: Option<Gcj02Suspicion>,
    /// The strongest signs of times 8 hours off in any of the files.
    pub eight_hours_suspected: Option<EightHourSuspicion>,
}

impl ImportReport {
    /// Keeps what was found in a file.
    pub(super) fn add(&mut self, file: FileReport) {
        if file.gcj02_suspected.is_some_and(|new| self.gcj02_suspected.is_none_or(|old| new.p < old.p)) {
            self.gcj02_suspected = file.gcj02_suspected;
        }
        let share = |suspicion: Option<EightHourSuspicion>| suspicion.map_or(0.0, |s| s.share);
        if share(file.eight_hours_suspected) > share(self.eight_hours_suspected) {
            self.eight_hours_suspected = file.eight_hours_suspected;
        }
        self.files.push(file);
    }
}

impl fmt::Display for ImportReport {
    /// The figures, then a line for each reason and each suspicion.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} rows read, {} taken ({} without position, {} outside Chongqing), {} places guessed, {} unknown; positions said to be {}",
            self.rows,
            self.taken,
            self.without_position,
            self.outside,
            self.guessed_places,
            self.without_place,
            self.datum
        )?;
        for (word, tallies) in [("refused", &self.refused), ("noted", &self.noted)] {
            for (reason, tally) in tallies {
                writeln!(f, "{word}: {} {}; first {}", tally.count, reason.what(), tally.first)?;
            }
        }
        for file in &self.files {
            let name = file.file.display();
            if let Some(s) = file.gcj02_suspected {
                writeln!(
                    f,
                    "suspected: {name} looks like GCJ-02: {:.0} % of checks fit as it stands, {:.0} % once shifted back \
                     ({} places, p = {:.1e}); nothing was converted: if it is so, import it with the datum gcj02",
                    100.0 * s.share_before,
                    100.0 * s.share_after,
                    s.n,
                    s.p
                )?;
            }
            if let Some(s) = file.eight_hours_suspected {
                writeln!(
                    f,
                    "suspected: {name} has {:.0} % of {} times 8 hours ahead: local times written as UTC? Leave the \
                     offset out or write +08:00; nothing was converted",
                    100.0 * s.share,
                    s.n
                )?;
            }
        }
        Ok(())
    }
}
