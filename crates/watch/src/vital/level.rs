//! Water levels: which zero they count from, and where a station's warning and guarantee levels lie.

use city::DistrictCode;
use std::sync::Arc;

/// The zero of a height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Datum {
    /// 吴淞高程, of old river gauges.
    Wusong,
    /// 1985 国家高程基准, the 1985 Yellow Sea datum of Chinese surveys.
    YellowSea1985,
    /// The geoid EGM96 of satellite models.
    Egm96,
}

impl Datum {
    /// All, with the names that files use.
    pub const NAMES: [(&'static str, Datum); 3] =
        [("wusong", Datum::Wusong), ("yellowSea1985", Datum::YellowSea1985), ("egm96", Datum::Egm96)];
}

/// What a level is told against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// The station's warning level (警戒水位).
    Warning,
    /// The station's guarantee level (保证水位).
    Guarantee,
}

/// A gauging station and its levels.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// Its identifier.
    pub id: Arc<str>,
    /// Its Chinese name.
    pub zh: Arc<str>,
    /// Its English name.
    pub en: Arc<str>,
    /// The district it stands in.
    pub district: DistrictCode,
    /// The datum of its levels here.
    pub datum: Datum,
    /// Warning level (警戒水位), metres above the datum.
    pub warning_m: f64,
    /// Guarantee level (保证水位), metres above the datum; `None` where none is published.
    pub guarantee_m: Option<f64>,
    /// By how much a Wusong level here is greater than the Yellow Sea one, metres; `None` where not known.
    pub wusong_over_yellow_sea_m: Option<f64>,
    /// By how much an EGM96 height here is greater than the Yellow Sea one, metres; `None` where not known.
    pub egm96_over_yellow_sea_m: Option<f64>,
    /// Where the levels come from.
    pub source: Arc<str>,
}

/// A level beside its station's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Metres above the warning level; negative below it.
    pub above_warning_m: f64,
    /// Metres above the guarantee level, where there is one.
    pub above_guarantee_m: Option<f64>,
}

impl Station {
    /// A level told in `datum`, in the station's own datum; `None` where the difference of the two is not known here.
    pub fn in_own_datum(&self, level_m: f64, datum: Datum) -> Option<f64> {
        if datum == self.datum {
            return Some(level_m);
        }
        Some(level_m - self.over_yellow_sea(datum)? + self.over_yellow_sea(self.datum)?)
    }

    /// How a level told in `datum` stands to the station's levels; `None` as for [`Station::in_own_datum`].
    pub fn standing(&self, level_m: f64, datum: Datum) -> Option<Standing> {
        let level = self.in_own_datum(level_m, datum)?;
        Some(Standing {
            above_warning_m: level - self.warning_m,
            above_guarantee_m: self.guarantee_m.map(|guarantee| level - guarantee),
        })
    }

    fn over_yellow_sea(&self, datum: Datum) -> Option<f64> {
        match datum {
            Datum::YellowSea1985 => Some(0.0),
            Datum::Wusong => self.wusong_over_yellow_sea_m,
            Datum::Egm96 => self.egm96_over_yellow_sea_m,
        }
    }
}
