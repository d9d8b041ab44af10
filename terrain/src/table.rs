//! The tables that ship: comma-separated rows under a header, `#` lines are remarks. Small and strict.

use crate::TerrainError;
use city::LonLat;

/// What a spot height is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SpotKind {
    /// A summit.
    Peak,
    /// A point of a ridge's crest.
    Ridge,
    /// The floor of a valley.
    Valley,
    /// A slope between the two.
    Flank,
    /// Gentle ground.
    Plain,
    /// Land surrounded by water.
    Island,
}

/// One row of `spot_heights.csv`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SpotHeight {
    /// Where.
    pub at: LonLat,
    /// Height in metres above sea level (1985 Yellow Sea; the satellite model's EGM96 differs by less than its error).
    pub height_m: f64,
    /// What it is of.
    pub kind: SpotKind,
}

/// The rows of a table, each split into exactly `columns` fields, with its line number.
pub(crate) fn rows<'a>(
    file: &'static str,
    text: &'a str,
    columns: usize,
) -> impl Iterator<Item = Result<(usize, Vec<&'a str>), TerrainError>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines.skip(1).map(move |(index, line)| {
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        if fields.len() == columns {
            Ok((index + 1, fields))
        } else {
            let problem = format!("{} fields where {columns} are expected", fields.len());
            Err(TerrainError::Table { file, line: index + 1, problem })
        }
    })
}

/// A finite number of a row.
pub(crate) fn number(file: &'static str, line: usize, text: &str) -> Result<f64, TerrainError> {
    let value = text.parse::<f64>().ok().filter(|value| value.is_finite());
    value.ok_or_else(|| TerrainError::Table { file, line, problem: format!("`{text}` is not a number") })
}

/// Reads the table of spot heights: `lon,lat,height_m,kind,source`.
pub(crate) fn spot_heights(text: &str) -> Result<Vec<SpotHeight>, TerrainError> {
    const FILE: &str = "terrain/data/spot_heights.csv";
    let row = |row: Result<(usize, Vec<&str>), TerrainError>| {
        let (line, fields) = row?;
        let kind = match fields[3] {
            "peak" => SpotKind::Peak,
            "ridge" => SpotKind::Ridge,
            "valley" => SpotKind::Valley,
            "flank" => SpotKind::Flank,
            "plain" => SpotKind::Plain,
            "island" => SpotKind::Island,
            other => {
                let problem = format!("`{other}` is no kind of spot height");
                return Err(TerrainError::Table { file: FILE, line, problem });
            }
        };
        let at = LonLat::new(number(FILE, line, fields[0])?, number(FILE, line, fields[1])?);
        Ok(SpotHeight { at, height_m: number(FILE, line, fields[2])?, kind })
    };
    rows(FILE, text, 5).map(row).collect()
}

/// The sources a table names in its remarks, `# source ID: words`.
pub(crate) fn sources(text: &str) -> Vec<String> {
    text.lines().filter_map(|line| line.strip_prefix("# source ")).map(str::to_owned).collect()
}
