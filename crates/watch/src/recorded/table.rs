//! A table of text (RFC 4180) with a header, read row by row; a fault names line and column.

use crate::register::FileFault;
use city::{CityTime, LonLat, Place, TownshipCode};
use std::io::Read;

/// Times that a table may hold as a number: what is less are seconds, which would be days of January 1970.
const MILLISECONDS: std::ops::Range<i64> = 100_000_000_000..7_258_118_400_000;

/// A table and the row that was read last.
pub struct Table<R> {
    file: &'static str,
    reader: csv::Reader<R>,
    /// The columns that are known, and where each stands.
    columns: Vec<(&'static str, Option<usize>)>,
    row: csv::StringRecord,
}

impl<R: Read> Table<R> {
    /// A table with all columns that are `needed` and none that is neither that nor `allowed`.
    pub fn open(
        file: &'static str,
        reader: R,
        needed: &[&'static str],
        allowed: &[&'static str],
    ) -> Result<Self, FileFault> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(reader);
        let header = reader.headers().map_err(|e| broken(file, &e))?.clone();
        let place = |name: &str| header.iter().position(|column| column == name);
        let known = || needed.iter().chain(allowed);
        let fault = |column: &str, problem: String| FileFault {
            file: file.to_owned(),
            line: 1,
            field: format!("column `{column}`"),
            problem,
        };
        if let Some(missing) = needed.iter().find(|name| place(name).is_none()) {
            return Err(fault(missing, format!("is missing; the header needs {}", needed.join(","))));
        }
        if let Some(strange) = header.iter().find(|column| !known().any(|name| name == column)) {
            let names: Vec<&str> = known().copied().collect();
            return Err(fault(strange, format!("is not known; there may be {}", names.join(","))));
        }
        let columns = known().map(|name| (*name, place(name))).collect();
        Ok(Self { file, reader, columns, row: csv::StringRecord::new() })
    }

    /// Reads the next row; false after the last.
    pub fn next(&mut self) -> Result<bool, FileFault> {
        self.reader.read_record(&mut self.row).map_err(|e| broken(self.file, &e))
    }

    /// What stands in a column of the row; `None` where nothing does.
    pub fn text(&self, column: &str) -> Option<&str> {
        let (_, place) = self.columns.iter().find(|(name, _)| *name == column)?;
        self.row.get((*place)?).filter(|text| !text.is_empty())
    }

    /// The same where something must stand.
    pub fn needed(&self, column: &str) -> Result<&str, FileFault> {
        self.text(column).ok_or_else(|| self.fault(column, "is empty".to_owned()))
    }

    /// What stands in a column as a number of some kind, `like` in words.
    pub fn number<T: std::str::FromStr>(&self, column: &str, like: &str) -> Result<Option<T>, FileFault> {
        let read =
            |text: &str| text.parse().map_err(|_| self.fault(column, format!("`{text}` is not {like}")));
        self.text(column).map(read).transpose()
    }

    /// A time: RFC 3339, or milliseconds since 1970 in UTC.
    pub fn time(&self, column: &str) -> Result<CityTime, FileFault> {
        let text = self.needed(column)?;
        if let Ok(ms) = text.parse::<i64>() {
            let like = "milliseconds of the years 1973 to 2199, such as 1782835200000";
            let at = Some(CityTime(ms)).filter(|at| MILLISECONDS.contains(&at.0));
            return at.ok_or_else(|| self.fault(column, format!("`{text}` is not in {like}")));
        }
        CityTime::parse(text).map_err(|problem| self.fault(column, problem))
    }

    /// The position in `lon` and `lat`, where both stand.
    pub fn position(&self) -> Result<Option<LonLat>, FileFault> {
        let degrees = |column| self.number::<f64>(column, "a number of degrees");
        match (degrees("lon")?, degrees("lat")?) {
            (None, None) => Ok(None),
            (Some(lon), Some(lat)) if LonLat::new(lon, lat).is_valid() => Ok(Some(LonLat::new(lon, lat))),
            (Some(lon), Some(lat)) => Err(self.fault("lon", format!("{lon}, {lat} is not on the globe"))),
            (None, Some(_)) => Err(self.fault("lon", "is empty, and lat is not".to_owned())),
            (Some(_), None) => Err(self.fault("lat", "is empty, and lon is not".to_owned())),
        }
    }

    /// The township in `township`, where one stands.
    pub fn place(&self) -> Result<Option<Place>, FileFault> {
        let like = "a township's code of nine digits, such as 500103001";
        let code = self.number::<u32>("township", like)?;
        let of = |code: u32| {
            let township = TownshipCode(code);
            Place { district: township.district(), township }
        };
        match code {
            Some(code) if !(100_000_000..=999_999_999).contains(&code) => {
                Err(self.fault("township", format!("`{code}` is not {like}")))
            }
            code => Ok(code.map(of)),
        }
    }

    /// What is wrong with a column of the row.
    pub fn fault(&self, column: &str, problem: String) -> FileFault {
        let line = self.row.position().map_or(1, csv::Position::line);
        FileFault {
            file: self.file.to_owned(),
            line: line as usize,
            field: format!("column `{column}`"),
            problem,
        }
    }
}

fn broken(file: &str, error: &csv::Error) -> FileFault {
    let line = error.position().map_or(1, csv::Position::line);
    let problem = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("has {len} fields where the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "is not UTF-8: save the file as UTF-8".to_owned(),
        _ => error.to_string(),
    };
    FileFault { file: file.to_owned(), line: line as usize, field: "row".to_owned(), problem }
}
