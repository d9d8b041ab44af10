//! Tables of text with a header line; comma, semicolon or tab between the fields (RFC 4180 otherwise).
//!
//! Lines are cut here and not by the `csv` crate, because a quote that is never closed must cost its own line: a plain
//! reader would take all the rest of the file for one field.

use super::column::{Column, Record};
use super::encoding::Encoding;
use super::lines::Lines;
use super::report::Reason;
use super::taker::Taker;
use super::{ImportError, failed};
use std::io::BufRead;
use std::path::Path;

/// A field may run over so many lines, and so many bytes.
const JOINED: (usize, usize) = (20, 1 << 13);
/// How much of a header an error shows, characters.
const SHOWN: usize = 200;

/// How a line was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    Whole,
    /// A quote is not closed: the record may go on in the next line.
    Open,
    /// Something stands behind a closing quote.
    Odd,
}

/// Cuts a line into fields.
fn cut(line: &str, delimiter: char, fields: &mut Vec<String>) -> (usize, Cut) {
    let mut count = 0;
    let mut rest = line;
    loop {
        if count == fields.len() {
            fields.push(String::new());
        }
        let field = &mut fields[count];
        field.clear();
        count += 1;
        match rest.strip_prefix('"') {
            None => {
                let end = rest.find(delimiter);
                field.push_str(&rest[..end.unwrap_or(rest.len())]);
                let Some(end) = end else { return (count, Cut::Whole) };
                rest = &rest[end + delimiter.len_utf8()..];
            }
            Some(mut quoted) => loop {
                let Some(end) = quoted.find('"') else { return (count, Cut::Open) };
                field.push_str(&quoted[..end]);
                quoted = &quoted[end + 1..];
                if let Some(more) = quoted.strip_prefix('"') {
                    field.push('"');
                    quoted = more;
                    continue;
                }
                let after = quoted.trim_start_matches(' ');
                if after.is_empty() {
                    return (count, Cut::Whole);
                }
                let Some(next) = after.strip_prefix(delimiter) else { return (count, Cut::Odd) };
                rest = next;
                break;
            },
        }
    }
}

/// The delimiter that stands most often in a header.
fn delimiter(header: &str) -> char {
    let count = |delimiter: &char| header.matches(*delimiter).count();
    [';', '\t', ','].into_iter().max_by_key(count).unwrap_or(',')
}

/// Reads a table whose first bytes are `start`.
pub(super) fn read(
    path: &Path,
    start: &[u8],
    reader: impl BufRead,
    taker: &mut Taker,
) -> Result<String, ImportError> {
    let mut encoding = Encoding::of(start);
    let mut lines = Lines::new(reader);
    let (mut line, mut header) = (Vec::new(), None);
    while header.is_none() && lines.next(&mut line).map_err(failed(path))?.is_some() {
        let text = encoding.text(&line).0.trim_start_matches('\u{feff}').to_owned();
        header = Some(text).filter(|text| !text.trim().is_empty());
    }
    let header = header.ok_or_else(|| ImportError::Empty { file: path.to_owned() })?;
    let delimiter = delimiter(&header);
    let mut fields = Vec::new();
    let (width, _) = cut(&header, delimiter, &mut fields);
    let mut wanted: [Option<usize>; 13] = [None; 13];
    for (n, name) in fields[..width].iter().enumerate() {
        if let Some(column) = Column::among(name, &taker.options().columns) {
            wanted[column as usize].get_or_insert(n);
        }
    }
    check_header(path, &header, &wanted, taker)?;
    let mut record = Record::default();
    taker.count_lines();
    while let Some(number) = lines.next(&mut line).map_err(failed(path))? {
        if line.is_empty() {
            continue;
        }
        taker.begin(lines.bytes());
        let (text, mut is_bad) = encoding.text(&line);
        let (mut count, mut how) = cut(&text, delimiter, &mut fields);
        if how == Cut::Open {
            let joined = join(&mut lines, &text, &mut encoding, |text| {
                cut(text, delimiter, &mut fields) == (width, Cut::Whole)
            });
            if let Some(also_bad) = joined.map_err(failed(path))? {
                (count, how, is_bad) = (width, Cut::Whole, is_bad || also_bad);
            }
        }
        if how != Cut::Whole {
            taker.refuse(Reason::Quotes, number, || format!("`{text}`; close the quote, or write it twice"));
            continue;
        }
        if count != width {
            let what = || {
                format!(
                    "{count} fields where the header has {width}: `{text}`; quote fields that hold a `{delimiter}`"
                )
            };
            taker.refuse(Reason::Fields, number, what);
            continue;
        }
        record.begin(number);
        for column in Column::ALL {
            if let Some(n) = wanted[*column as usize] {
                record.set(*column, &fields[n]);
            }
        }
        if is_bad {
            taker.note(Reason::TextUndecodable, number, || {
                format!("`{text}`; save the file as UTF-8 or GB18030")
            });
        }
        taker.take(&record);
    }
    Ok(format!("CSV, {}", encoding.name()))
}

/// Adds the lines after an open quote until `is_whole` likes them; says whether they hold bytes that are no text. Where
/// it never does, all lines are given back and `None` is said.
fn join<R: BufRead>(
    lines: &mut Lines<R>,
    first: &str,
    encoding: &mut Encoding,
    mut is_whole: impl FnMut(&str) -> bool,
) -> std::io::Result<Option<bool>> {
    let (mut text, mut taken, mut any_bad) = (first.to_owned(), Vec::new(), false);
    while taken.len() < JOINED.0 && text.len() < JOINED.1 {
        let mut line = Vec::new();
        let Some(number) = lines.next(&mut line)? else { break };
        let (more, is_bad) = encoding.text(&line);
        any_bad |= is_bad;
        text.push('\n');
        text.push_str(&more);
        taken.push((number, line));
        if is_whole(&text) {
            return Ok(Some(any_bad));
        }
    }
    lines.give_back(taken);
    Ok(None)
}

fn check_header(
    path: &Path,
    header: &str,
    wanted: &[Option<usize>; 13],
    taker: &Taker,
) -> Result<(), ImportError> {
    let mut needed = vec![Column::Id, Column::Lon, Column::Lat];
    if taker.options().class.is_none() {
        needed.push(Column::Class);
    }
    let missing: Vec<String> = needed
        .into_iter()
        .filter(|column| wanted[*column as usize].is_none())
        .map(|column| column.names().join(" / "))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let found = header.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    Err(ImportError::Header { file: path.to_owned(), found, missing: missing.join(", ") })
}
