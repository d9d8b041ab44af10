//! `tileList.txt` at the root of a source names the tiles there are; the sea has none.

use super::error::{Fault, Then};
use super::job::Job;
use super::refusal::{is_web_page, refusal, web_page};
use super::tries::Tries;
use std::collections::HashSet;

/// The list of the whole globe has 26,450 lines, 1.1 MB.
const LONGEST_LIST: usize = 16 * 1024 * 1024;
/// What every name on the list begins with.
const PREFIX: &str = "Copernicus_DSM_COG_";

impl Job<'_, '_> {
    /// The names of the tiles the source has; `None` where it has no list, and each tile must be asked for.
    pub(crate) async fn tile_list(&self) -> Result<Option<HashSet<String>>, Fault> {
        let mut tries = Tries::new(self.plan.patience);
        let mut answers = false;
        loop {
            let fault = match self.ask_for_list(&mut answers).await {
                Ok(list) => return Ok(list),
                Err(fault) => fault,
            };
            let passing = matches!(fault.then, Then::Again(_));
            let why = fault.why.clone();
            match tries.after(fault, 0, self.board) {
                Ok(wait) => {
                    self.board.waits(why);
                    tokio::time::sleep(wait).await;
                }
                // A source that only cannot serve its list may still serve tiles.
                Err(Fault { then: Then::Stop, why }) if !(passing && answers) => {
                    return Err(Fault::new(Then::Stop, why));
                }
                Err(_) => return Ok(None),
            }
        }
    }

    async fn ask_for_list(&self, answers: &mut bool) -> Result<Option<HashSet<String>>, Fault> {
        let url = format!("{}/tileList.txt", self.source.base());
        let mut response = self.source.ask(&url, None).await?;
        *answers = true;
        if !response.status().is_success() {
            return Err(refusal(&url, &response));
        }
        let mut text = Vec::new();
        while let Some(bytes) = self.source.more(&mut response).await? {
            self.board.came(None, bytes.as_ref().len());
            text.extend_from_slice(bytes.as_ref());
            if text.len() > LONGEST_LIST {
                return Ok(None);
            }
        }
        if is_web_page(&text) {
            return Err(web_page(&url));
        }
        Ok(names(&String::from_utf8_lossy(&text)))
    }
}

/// The names in a list, whether they stand alone, as `NAME/NAME.tif` or in quotes; `None` where there is none.
fn names(text: &str) -> Option<HashSet<String>> {
    let name = |line: &str| {
        let line =
            line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | ',' | '/' | '\u{feff}'));
        let name = line.rsplit('/').next()?;
        let name = name.strip_suffix(".tif").unwrap_or(name);
        name.starts_with(PREFIX).then(|| name.to_owned())
    };
    let names: HashSet<_> = text.lines().filter_map(name).collect();
    (!names.is_empty()).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_however_their_lines_end() {
        let read = |text: &str| {
            let mut names: Vec<_> = names(text).into_iter().flatten().collect();
            names.sort();
            names
        };
        let (a, b) = ("Copernicus_DSM_COG_10_N29_00_E106_00_DEM", "Copernicus_DSM_COG_10_S01_00_W001_00_DEM");
        assert_eq!(read(&format!("{a}\r\n{b}\r\n")), [a, b]);
        assert_eq!(read(&format!("\u{feff}{a}\n\n  {b}")), [a, b]);
        assert_eq!(read(&format!("{a}/\n\"{b}/{b}.tif\"")), [a, b]);
        assert!(read("no list at all\n").is_empty() && read("").is_empty());
        assert!(is_web_page(b"\xef\xbb\xbf \n<!doctype html>") && !is_web_page(a.as_bytes()));
    }
}
