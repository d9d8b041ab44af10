//! The fields of a record, one by one: what is wrong with one is told, and costs no more than it must.

use super::Taker;
use crate::points::Kind;
use crate::points::import::column::{Column, Record};
use crate::points::import::report::Reason;
use crate::points::import::{Datum, when, words};
use city::{CityTime, LonLat, Measure, RiskClass, Segment};

/// Names and ids may be so long, characters.
pub(super) const LONGEST_TEXT: usize = 200;

impl Taker<'_> {
    /// A text without control characters, which are counted.
    pub(super) fn text(&mut self, record: &Record, column: Column) -> String {
        let text = record.get(column);
        if !text.chars().any(char::is_control) {
            return text.to_owned();
        }
        self.note(Reason::TextControl, record.number, || format!("`{text}`; remove them at the source"));
        let kept: String = text.chars().filter(|c| !c.is_control()).collect();
        kept.trim().to_owned()
    }

    pub(super) fn name(&mut self, record: &Record) -> String {
        let mut name = self.text(record, Column::Name);
        if let Some((end, _)) = name.char_indices().nth(LONGEST_TEXT) {
            self.note(Reason::TextCut, record.number, || format!("`{name}`; shorten it"));
            name.truncate(end);
        }
        name
    }

    pub(super) fn class(&mut self, record: &Record) -> Option<RiskClass> {
        let word = record.get(Column::Class);
        let class = if word.is_empty() { self.options.class.clone() } else { self.classes.of(word) };
        if class.is_none() {
            let known = || RiskClass::KNOWN.iter().map(RiskClass::key).collect::<Vec<_>>().join(", ");
            let reason = if word.is_empty() { Reason::ClassMissing } else { Reason::ClassUnknown };
            self.refuse(reason, record.number, || {
                format!("`{word}`; known are {}, or any key of letters and digits", known())
            });
        }
        class
    }

    pub(super) fn kind(&mut self, record: &Record, class: RiskClass) -> Kind {
        let usual = Kind::device(class);
        let grade =
            self.word(record, Column::Grade, Reason::GradeUnknown, words::grade, "重大, 较大, 一般, 低");
        let segment =
            self.word(record, Column::Segment, Reason::SegmentUnknown, words::segment, "防, 监, 处, 复");
        let layer =
            self.word(record, Column::Layer, Reason::LayerUnknown, words::layer, "地下, 地面, 建筑, 低空");
        let (segment, layer) = (segment.unwrap_or(Segment::Monitor), layer.unwrap_or(usual.layer));
        Kind { grade, segment, layer, ..usual }
    }

    fn word<T>(
        &mut self,
        record: &Record,
        column: Column,
        reason: Reason,
        of: impl Fn(&str) -> Option<T>,
        known: &str,
    ) -> Option<T> {
        let word = record.get(column);
        let meaning = (!word.is_empty()).then(|| of(word)).flatten();
        if !word.is_empty() && meaning.is_none() {
            self.note(reason, record.number, || format!("`{word}`; known are {known}"));
        }
        meaning
    }

    /// The position in WGS-84, where there is one.
    pub(super) fn position(&mut self, record: &Record) -> Option<LonLat> {
        let (lon, lat) = (record.get(Column::Lon), record.get(Column::Lat));
        if is_nothing(lon) && is_nothing(lat) {
            self.note(Reason::PositionMissing, record.number, || "add longitude and latitude".to_owned());
            return None;
        }
        let numbers = lon.parse::<f64>().ok().zip(lat.parse::<f64>().ok());
        let Some((lon, lat)) = numbers.filter(|(lon, lat)| lon.is_finite() && lat.is_finite()) else {
            let what = || format!("`{lon}`, `{lat}`; write decimal degrees such as 106.5516, 29.5630");
            self.note(Reason::PositionNoNumber, record.number, what);
            return None;
        };
        let at = LonLat::new(lon, lat);
        let odd = if lon == 0.0 && lat == 0.0 {
            Some((Reason::PositionZero, "leave both empty where the position is not known"))
        } else if (104.0..=112.0).contains(&lat) && (27.0..=33.0).contains(&lon) {
            Some((Reason::PositionSwapped, "exchange the two columns"))
        } else if !at.is_valid() {
            Some((
                Reason::PositionOffGlobe,
                "if these are metres, convert them to degrees (ogr2ogr -t_srs EPSG:4326)",
            ))
        } else {
            None
        };
        if let Some((reason, advice)) = odd {
            self.note(reason, record.number, || format!("{lon}, {lat}; {advice}"));
            return None;
        }
        Some(match self.options.datum {
            Datum::Wgs84 => at,
            Datum::Gcj02 => geodesy::gcj02_to_wgs84(at),
            Datum::Bd09 => geodesy::gcj02_to_wgs84(geodesy::bd09_to_gcj02(at)),
        })
    }

    pub(super) fn value(&mut self, record: &Record, class: &RiskClass) -> f32 {
        let (text, unit) = (record.get(Column::Value), record.get(Column::Unit));
        if text.is_empty() {
            return f32::NAN;
        }
        let value = text.parse::<f32>().ok().filter(|value| value.is_finite());
        let measure = Measure::of(class).filter(|_| !unit.is_empty());
        let (reason, advice) = match (value, measure) {
            (None, _) => (Reason::ValueNoNumber, "write a number, or nothing".to_owned()),
            (Some(_), Some(measure)) if !words::same_unit(unit, measure.unit) => {
                let wanted = if measure.unit.is_empty() { "no unit" } else { measure.unit };
                (Reason::ValueUnit, format!("convert it to {wanted}"))
            }
            (Some(value), _) if value < 0.0 && words::is_never_negative(class) => {
                (Reason::ValueNegative, "leave it empty where nothing was measured".to_owned())
            }
            (Some(value), _) => return value,
        };
        self.note(reason, record.number, || format!("`{text}` {unit} of {class}; {advice}"));
        f32::NAN
    }

    pub(super) fn measured(&mut self, record: &Record) -> Option<CityTime> {
        let text = record.get(Column::Measured);
        if text.is_empty() {
            return None;
        }
        let Some(at) = when::read(text) else {
            let what = || format!("`{text}`; write 2026-11-22T08:00:00+08:00");
            self.note(Reason::TimeUnreadable, record.number, what);
            return None;
        };
        let ahead_ms = at.0.saturating_sub(self.now.0);
        self.file.hours.look(ahead_ms);
        if ahead_ms > when::LENIENT_MS {
            let what =
                || format!("`{text}` is {} min ahead; look at the clock and the offset", ahead_ms / 60_000);
            self.note(Reason::TimeFuture, record.number, what);
            return None;
        }
        Some(at)
    }
}

/// What files write where nothing is known.
fn is_nothing(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "" | "null" | "nan" | "none" | "n/a" | "-" | "无")
}
