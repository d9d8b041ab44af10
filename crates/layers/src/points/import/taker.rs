//! Takes records one by one, whatever file they come from: what is wrong costs its field, at most its record.

mod fields;

use super::column::{Column, Record};
use super::report::{FileReport, ImportReport, Reason, Tally};
use super::shift::Shift;
use super::whose::{self, Claim};
use super::words::Classes;
use super::{Datum, ImportOptions, Progress, when};
use crate::points::{Given, IdIndex, PointsBuilder};
use crate::{EDGE_TOLERANCE_M, Gazetteer, StaticLayers};
use city::{CityTime, LonLat};
use fields::LONGEST_TEXT;
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::path::Path;

/// How much of a bad record a sample shows, characters.
const LONGEST_SAMPLE: usize = 240;
/// Rows between two tellings of progress.
const TOLD_EVERY: u64 = 65_536;

/// What is a hash already needs none.
#[derive(Default)]
struct Already(u64);

impl Hasher for Already {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Takes records.
pub(super) struct Taker<'a> {
    options: &'a ImportOptions,
    layers: &'a StaticLayers,
    gazetteer: &'a Gazetteer,
    now: CityTime,
    tell: &'a mut dyn FnMut(Progress),
    classes: Classes<'a>,
    ids: HashSet<u64, BuildHasherDefault<Already>>,
    builder: PointsBuilder,
    report: ImportReport,
    file: FileNow<'a>,
}

/// The file that is being read.
struct FileNow<'a> {
    path: &'a Path,
    /// What its records are counted in.
    unit: &'static str,
    bytes: u64,
    of_bytes: u64,
    rows: u64,
    taken: u64,
    shift: Shift<'a>,
    hours: when::EightHours,
}

impl<'a> Taker<'a> {
    /// Nothing taken yet.
    pub fn new(
        options: &'a ImportOptions,
        layers: &'a StaticLayers,
        gazetteer: &'a Gazetteer,
        now: CityTime,
        tell: &'a mut dyn FnMut(Progress),
    ) -> Self {
        Self {
            options,
            layers,
            gazetteer,
            now,
            tell,
            classes: Classes::new(&options.class_names),
            ids: HashSet::default(),
            builder: PointsBuilder::default(),
            report: ImportReport { datum: options.datum, ..ImportReport::default() },
            file: FileNow::new(Path::new(""), 0, layers, gazetteer),
        }
    }

    /// What was asked for.
    pub fn options(&self) -> &'a ImportOptions {
        self.options
    }

    /// Begins a file of so many bytes.
    pub fn open(&mut self, path: &'a Path, bytes: u64) {
        self.file = FileNow::new(path, bytes, self.layers, self.gazetteer);
    }

    /// Says that the numbers of records are those of their lines.
    pub fn count_lines(&mut self) {
        self.file.unit = "line";
    }

    /// Ends the file, which was of `format`.
    pub fn close(&mut self, format: String) {
        let file = &self.file;
        let gcj02_suspected = (self.options.datum == Datum::Wgs84).then(|| file.shift.suspicion()).flatten();
        self.report.add(FileReport {
            file: file.path.to_owned(),
            format,
            rows: file.rows,
            taken: file.taken,
            gcj02_suspected,
            eight_hours_suspected: file.hours.suspicion(),
        });
        self.file.bytes = self.file.of_bytes;
        self.tell();
    }

    /// The points and the report.
    pub fn finish(self) -> (PointsBuilder, ImportReport) {
        (self.builder, self.report)
    }

    fn tell(&mut self) {
        let FileNow { path, bytes, of_bytes, .. } = self.file;
        (self.tell)(Progress { file: path, rows: self.report.rows, bytes, of_bytes });
    }

    /// Counts a record that is being read, at `bytes` of its file.
    pub fn begin(&mut self, bytes: u64) {
        self.report.rows += 1;
        self.file.rows += 1;
        self.file.bytes = bytes;
        if self.report.rows.is_multiple_of(TOLD_EVERY) {
            self.tell();
        }
    }

    /// Counts a record that is not taken.
    pub fn refuse(&mut self, reason: Reason, number: u64, what: impl FnOnce() -> String) {
        count(&mut self.report.refused, reason, 1, self.file.path, Some((self.file.unit, number)), what);
    }

    /// Counts records that were not even met.
    pub fn refuse_many(&mut self, reason: Reason, times: u64, what: impl FnOnce() -> String) {
        self.report.rows += times;
        self.file.rows += times;
        count(&mut self.report.refused, reason, times, self.file.path, None, what);
    }

    /// Counts something about a record that is taken all the same.
    pub fn note(&mut self, reason: Reason, number: u64, what: impl FnOnce() -> String) {
        count(&mut self.report.noted, reason, 1, self.file.path, Some((self.file.unit, number)), what);
    }

    /// Takes a record.
    pub fn take(&mut self, record: &Record) {
        let number = record.number;
        let id = self.text(record, Column::Id);
        if id.is_empty() {
            return self.refuse(Reason::IdMissing, number, || "give each point an id of its own".to_owned());
        }
        if id.chars().nth(LONGEST_TEXT).is_some() {
            let what = || format!("`{id}`; an id has at most {LONGEST_TEXT} characters and is not cut");
            return self.refuse(Reason::IdUnfit, number, what);
        }
        let hash = IdIndex::hash(&id);
        if self.ids.contains(&hash) {
            self.report.duplicates += 1;
            return self
                .refuse(Reason::Duplicate, number, || format!("`{id}`; give each point an id of its own"));
        }
        let Some(class) = self.class(record) else { return };
        let name = self.name(record);
        let kind = self.kind(record, class);
        let at = self.position(record);
        let here = at.and_then(|at| self.gazetteer.place(at));
        let (district, township) = (record.get(Column::District), record.get(Column::Township));
        let claim = Claim::read(district, township, self.layers);
        let (place, is_guessed) = whose::place(claim, at, here, self.layers);
        let value = self.value(record, &kind.class);
        let measured = self.measured(record);
        let given = Given {
            id: &id,
            name: &name,
            at: at.unwrap_or(LonLat::new(f64::NAN, f64::NAN)),
            kind,
            place,
            value,
            measured,
        };
        if !self.builder.push(&given) {
            let what = || format!("class `{}`; use fewer classes or townships", given.kind.class);
            return self.refuse(Reason::TooMany, number, what);
        }
        self.ids.insert(hash);
        self.report.taken += 1;
        self.file.taken += 1;
        self.report.without_position += u64::from(at.is_none());
        self.report.guessed_places += u64::from(is_guessed);
        self.report.without_place += u64::from(place.is_none());
        if claim.has_unknown {
            let what = || format!("`{district}`, `{township}`; six and nine digits of GB/T 2260");
            self.note(Reason::CodeUnknown, number, what);
        }
        let Some(at) = at else { return };
        self.file.shift.look(at, here, claim, &given.kind.class);
        match (here, claim.district) {
            (None, _) => {
                self.report.outside += 1;
                let km = EDGE_TOLERANCE_M / 1000.0;
                let what = || {
                    format!(
                        "{}, {} is farther than {km} km from every district; is it the right file?",
                        at.lon, at.lat
                    )
                };
                self.note(Reason::Outside, number, what);
            }
            (Some(here), Some(said)) if here.district != said => {
                let what = || format!("says {}, lies in {}; correct one of them", said.0, here.district.0);
                self.note(Reason::Elsewhere, number, what);
            }
            _ => {}
        }
    }
}

impl<'a> FileNow<'a> {
    fn new(path: &'a Path, of_bytes: u64, layers: &'a StaticLayers, gazetteer: &'a Gazetteer) -> Self {
        let (shift, hours) = (Shift::new(layers, gazetteer), when::EightHours::default());
        Self { path, unit: "record", bytes: 0, of_bytes, rows: 0, taken: 0, shift, hours }
    }
}

fn count(
    tallies: &mut BTreeMap<Reason, Tally>,
    reason: Reason,
    times: u64,
    path: &Path,
    place: Option<(&str, u64)>,
    what: impl FnOnce() -> String,
) {
    let tally = tallies.entry(reason).or_default();
    if tally.count == 0 {
        let place = place.map_or_else(String::new, |(unit, number)| format!(", {unit} {number}"));
        let what = what();
        let plain: String =
            what.chars().take(LONGEST_SAMPLE).map(|c| if c.is_control() { ' ' } else { c }).collect();
        tally.first = format!("{}{place}: {plain}", path.display());
    }
    tally.count += times;
}
