//! `shancheng terrain fetch`: the elevation model of a box, from a public bucket into a folder that import reads.

use super::{log_to_standard_error, print_json, print_line};
use crate::arguments::Fetch;
use crate::failure::{self, Failure, Outcome};
use city::CityTime;
use link::fetch::{FetchError, FetchPlan, Fetched, Progress, TileState};
use std::io::{IsTerminal, Write};
use std::time::{SystemTime, UNIX_EPOCH};

/// Fetches what is missing, tells how far it is on standard error, and says what to do next.
pub fn run(words: &Fetch, json: bool) -> Outcome {
    log_to_standard_error("warn");
    let source = words.source.as_deref();
    let plan = FetchPlan::new(words.bbox, words.resolution, source, &words.out, now()).map_err(failed)?;
    if plan.is_unprotected() {
        eprintln!("the source speaks plain HTTP: what comes could be changed on the way");
    }
    let mut line = ProgressLine { overwrites: std::io::stderr().is_terminal(), ..ProgressLine::default() };
    let fetched = link::fetch::fetch(&plan, interrupted(), |progress| line.tell(progress));
    line.end();
    let fetched = fetched.map_err(failed)?;
    let next = format!("next: shancheng terrain import {} --out ground", fetched.folder);
    if json {
        eprintln!("{next}");
        return print_json(&fetched);
    }
    print_line(&summary(&fetched))?;
    for tile in fetched.tiles.iter().filter(|tile| tile.state == TileState::Absent) {
        print_line(&format!("absent: {} (sea, or not published)", tile.name))?;
    }
    print_line(&format!("whatever is made of it must show: {}", fetched.attribution))?;
    print_line(&next)
}

/// The workstation's clock; it dates the files in the manifest and decides nothing.
fn now() -> CityTime {
    CityTime(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64))
}

/// A box or an address that is none was wrong on the command line; all else is work that failed.
fn failed(error: FetchError) -> Failure {
    match error {
        FetchError::BadPlan(why) => failure::words(why),
        error => error.into(),
    }
}

/// Until Ctrl-C, or for ever where nobody can say that it was pressed.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn summary(fetched: &Fetched) -> String {
    let count = |state| fetched.tiles.iter().filter(|tile| tile.state == state).count();
    let megabytes = fetched.bytes as f64 / 1e6;
    format!(
        "{}: {megabytes:.1} MB; tiles: {} fetched, {} kept, {} absent",
        fetched.folder,
        count(TileState::Fetched),
        count(TileState::Kept),
        count(TileState::Absent)
    )
}

/// One line that is written over on a terminal; elsewhere a line whenever a tile is settled or has to wait.
#[derive(Default)]
struct ProgressLine {
    overwrites: bool,
    width: usize,
    told: Option<(usize, Option<String>)>,
}

impl ProgressLine {
    fn tell(&mut self, progress: &Progress) {
        let mut out = std::io::stderr();
        // A progress line nobody can read is no reason to stop the work.
        if self.overwrites {
            let text: String = progress.to_string().chars().take(150).collect();
            let width = text.chars().count();
            let _ = write!(out, "\r{text:<0$}", self.width.max(width));
            self.width = width;
        } else {
            let now = (progress.files_done, progress.waiting.clone());
            if self.told.as_ref() != Some(&now) {
                let _ = writeln!(out, "{progress}");
                self.told = Some(now);
            }
        }
    }

    fn end(&self) {
        if self.overwrites && self.width > 0 {
            eprintln!();
        }
    }
}
