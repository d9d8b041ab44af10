//! Whom the sources ask to be thanked: the notices that lie beside them.

use super::plan::Plan;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The notice that lies beside the files it is of, as `terrain fetch` writes it.
const NOTICE: &str = "ATTRIBUTION.txt";
/// The line before the one that whatever is made of the files must show.
const TO_SHOW: &str = "must show:";
/// No notice is longer, bytes.
const LONGEST: u64 = 64 << 10;

/// The lines to show, each once, in the order of their folders.
pub(super) fn of(plan: &Plan) -> Vec<String> {
    let folders: BTreeSet<&Path> = plan.sources.iter().filter_map(|s| s.source.path.parent()).collect();
    let mut credits: Vec<String> = Vec::new();
    for line in folders.into_iter().filter_map(|folder| to_show(&folder.join(NOTICE))) {
        if !credits.contains(&line) {
            credits.push(line);
        }
    }
    credits
}

/// The line that must be shown; of a notice that does not say which, its first.
fn to_show(notice: &Path) -> Option<String> {
    let mut text = String::new();
    File::open(notice).ok()?.take(LONGEST).read_to_string(&mut text).ok()?;
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.clone().next()?;
    let told = lines.by_ref().find(|line| line.ends_with(TO_SHOW)).and_then(|_| lines.next());
    Some(told.unwrap_or(first).trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_line_that_must_be_shown_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let notice = folder.path().join(NOTICE);
        assert_eq!(to_show(&notice), None);
        std::fs::write(
            &notice,
            "A model\n\nWhatever is made of them must show:\nmade of a model, © me.\nMore\n",
        )
        .unwrap();
        assert_eq!(to_show(&notice).unwrap(), "made of a model, © me");
        std::fs::write(&notice, "\n© somebody\nand more\n").unwrap();
        assert_eq!(to_show(&notice).unwrap(), "© somebody");
        std::fs::write(&notice, b"\xff\xfe").unwrap();
        assert_eq!(to_show(&notice), None);
    }
}
