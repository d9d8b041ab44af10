//! Data quality as the backend tells it and a console reads it: JSON in camelCase, a source at a time.

use super::{Course, History, Offender, Part, Reason, Score};
use city::{CityTime, DeviceId, TwoTongues};
use serde::{Deserialize, Serialize};

/// The quality of all sources: the answer to `GET /api/v1/quality`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct QualityTold {
    /// The city's time.
    pub now: CityTime,
    /// The sources.
    pub sources: Vec<SourceTold>,
}

/// What a part of a score counted and gives.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PartOfScore {
    /// `completeness`, `timeliness`, `validity`, `duplicates` or `positions`.
    pub key: String,
    /// How many were bad.
    pub bad: u64,
    /// Of how many; 0 when the part cannot be judged and is left out.
    pub of: u64,
    /// Points it gives.
    pub points: f64,
    /// Points it could give.
    pub most: f64,
}

/// Why a source lost points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReasonTold {
    /// Points that were lost.
    pub lost: f64,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A device with many faults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OffenderTold {
    /// Which device.
    pub device_id: DeviceId,
    /// Its reports that were invalid or misplaced.
    #[serde(default)]
    pub faults: u32,
    /// Its reports that were repeats.
    #[serde(default)]
    pub repeats: u32,
    /// Its reports that are missing.
    #[serde(default)]
    pub missing: u64,
}

/// The score of a week that is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WeekTold {
    /// When it began, or since when it was counted.
    pub from: CityTime,
    /// 0 to 100; absent when nothing could be judged.
    pub score: Option<f64>,
}

/// Where scores go over the weeks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CourseTold {
    /// Fewer than six weeks have a score.
    #[default]
    TooShort,
    /// No rise or fall that chance would not give more than once in twenty.
    Steady,
    /// They rise.
    Rising,
    /// They fall.
    Falling,
}

/// The quality of one source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SourceTold {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: TwoTongues,
    /// Since when it is counted: the beginning of the week, or of counting.
    pub from: CityTime,
    /// Until when.
    pub until: CityTime,
    /// 0 to 100; absent when nothing can be judged.
    pub score: Option<f64>,
    /// Reports that were taken.
    pub reports: u64,
    /// Its parts.
    pub parts: Vec<PartOfScore>,
    /// What lost points, most first, in both languages.
    pub reasons: Vec<ReasonTold>,
    /// The worst devices that may be seen.
    pub worst: Vec<OffenderTold>,
    /// Delays in seconds that half, 95 % and 99 % of reports do not pass.
    pub delay_s: Option<[f64; 3]>,
    /// The weeks before, oldest first.
    pub weeks: Vec<WeekTold>,
    /// Where the scores go.
    pub course: CourseTold,
    /// By so many points a week, where they rise or fall.
    pub points_a_week: Option<f64>,
}

impl SourceTold {
    /// A source's score and its past weeks; `silent` are devices that lack reports, which a score does not know.
    pub fn of(id: &str, name: TwoTongues, score: Score, silent: Vec<Offender>, past: &History) -> Self {
        let (course, points_a_week) = match past.course() {
            Course::TooShort => (CourseTold::TooShort, None),
            Course::Steady => (CourseTold::Steady, None),
            Course::Rising(slope) => (CourseTold::Rising, Some(slope)),
            Course::Falling(slope) => (CourseTold::Falling, Some(slope)),
        };
        let mut worst = score.worst;
        for offender in silent {
            match worst.iter_mut().find(|known| known.device == offender.device) {
                Some(known) => known.missing = offender.missing,
                None => worst.push(offender),
            }
        }
        Self {
            id: id.to_owned(),
            name,
            from: score.from,
            until: score.until,
            score: score.score,
            reports: score.reports,
            parts: score.parts.into_iter().map(PartOfScore::from).collect(),
            reasons: score.reasons.into_iter().map(ReasonTold::from).collect(),
            worst: worst.into_iter().map(OffenderTold::from).collect(),
            delay_s: score.delay_s,
            weeks: past.weeks().map(|week| WeekTold { from: week.from, score: week.score }).collect(),
            course,
            points_a_week,
        }
    }
}

impl From<Part> for PartOfScore {
    fn from(part: Part) -> Self {
        let Part { kind, bad, of, points, most } = part;
        Self { key: kind.key().to_owned(), bad, of, points, most }
    }
}

impl From<Reason> for ReasonTold {
    fn from(Reason { lost, words: TwoTongues { zh, en } }: Reason) -> Self {
        Self { lost, zh, en }
    }
}

impl From<Offender> for OffenderTold {
    fn from(Offender { device: device_id, faults, repeats, missing }: Offender) -> Self {
        Self { device_id, faults, repeats, missing }
    }
}
