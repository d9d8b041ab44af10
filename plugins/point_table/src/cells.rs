//! What the columns of the table say of a row.

use city::CityTime;
use layers::points::{Sort, Standing};
use shell::symbols::{grade_colour, grade_key, layer_key, segment_key};
use shell::{Colour, PlaceNames, PointSet, Theme, Words, name_or_id};

/// A column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Column {
    /// The key of its heading.
    pub key: &'static str,
    /// Its part of the width.
    pub width: f32,
    /// What a press on its heading sorts by.
    pub sort: Sort,
    /// True where it says numbers, which stand at the right.
    pub is_number: bool,
    /// Left out first where there is little room.
    pub is_spare: bool,
}

const fn column(key: &'static str, width: f32, sort: Sort, is_number: bool, is_spare: bool) -> Column {
    Column { key, width, sort, is_number, is_spare }
}

/// All of them.
pub(crate) const COLUMNS: [Column; 8] = [
    column("name", 170.0, Sort::Place, false, false),
    column("class", 78.0, Sort::Class, false, false),
    column("grade", 52.0, Sort::Grade, false, false),
    column("segment", 44.0, Sort::Segment, false, true),
    column("layer", 48.0, Sort::Layer, false, true),
    column("place", 130.0, Sort::District, false, false),
    column("value", 96.0, Sort::Value, true, false),
    column("age", 76.0, Sort::Measured, true, false),
];

/// What rows are written from.
#[derive(Clone, Copy)]
pub(crate) struct Told<'a> {
    pub set: &'a PointSet,
    pub names: &'a PlaceNames,
    pub words: &'a Words,
    pub theme: &'a Theme,
    pub now: CityTime,
}

impl Told<'_> {
    /// The text of a cell and its colour.
    pub fn cell(&self, column: &Column, row: usize) -> (String, Colour) {
        let (words, theme, points) = (self.words, self.theme, &self.set.points);
        let kind = points.kind(row);
        let plain = |text: String| (text, theme.panel.text);
        match column.key {
            "name" => plain(self.name(row)),
            "class" if kind.class.key() == layers::SENSOR => plain(words.get("layer.sensorClass").to_owned()),
            "class" => plain(words.pick(kind.class.zh(), kind.class.en()).to_owned()),
            "grade" => kind.grade.map_or_else(
                || (String::new(), theme.panel.faint),
                |grade| {
                    (words.get(&format!("grade.{}", grade_key(grade))).to_owned(), grade_colour(theme, grade))
                },
            ),
            "segment" => plain(words.get(&format!("segment.{}", segment_key(kind.segment))).to_owned()),
            "layer" => plain(words.get(&format!("stratum.{}", layer_key(kind.layer))).to_owned()),
            "place" => plain(points.place(row).map_or_else(String::new, |p| self.names.place(words, p))),
            "value" => self.value(row),
            _ => self.age(row),
        }
    }

    /// The name, else the id; … while it is read from its file.
    pub fn name(&self, row: usize) -> String {
        let Some(block) = self.set.points.texts().at_hand(row) else { return "…".to_owned() };
        name_or_id(block.name(row), block.id(row)).to_owned()
    }

    fn value(&self, row: usize) -> (String, Colour) {
        let points = &self.set.points;
        let value = points.value(row);
        if value.is_nan() {
            return ("—".to_owned(), self.theme.panel.faint);
        }
        let colour = match points.standing(row) {
            Standing::Usual => self.theme.panel.text,
            standing => self.theme.map.grade[4 - standing as usize],
        };
        (shell::saying::measured(&points.kind(row).class, value), colour)
    }

    fn age(&self, row: usize) -> (String, Colour) {
        let points = &self.set.points;
        let Some(measured) = points.measured(row) else { return ("—".to_owned(), self.theme.panel.faint) };
        let age_s = self.now.seconds_since(measured);
        let is_silent = age_s > layers::AgeRule::of(&points.kind(row).class).silent_s;
        let colour = if is_silent { self.theme.map.stale } else { self.theme.panel.text };
        (self.words.ago(age_s), colour)
    }
}
