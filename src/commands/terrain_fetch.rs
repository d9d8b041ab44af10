//! `shancheng terrain fetch`: the elevation model of a box, from a public bucket into a folder that import reads.

use super::progress::ProgressLine;
use super::{log_to_standard_error, print_json, print_line};
use crate::arguments::Fetch;
use crate::failure::{self, Failure, Outcome};
use city::CityTime;
use link::fetch::{FetchError, FetchPlan, Fetched, TileState};
use std::time::{SystemTime, UNIX_EPOCH};

/// Fetches what is missing, tells how far it is on standard error, and says what to do next.
pub fn run(words: &Fetch, json: bool) -> Outcome {
    log_to_standard_error("warn");
    let source = words.source.as_deref();
    let plan = FetchPlan::new(words.bbox, words.resolution, source, &words.out, now()).map_err(failed)?;
    if plan.is_unprotected() {
        eprintln!("the source speaks plain HTTP: what comes could be changed on the way");
    }
    let line = ProgressLine::new();
    let fetched = link::fetch::fetch(&plan, interrupted(), |progress| {
        // A tile is settled, or has to wait.
        let milestone = format!("{} {:?}", progress.files_done, progress.waiting);
        line.tell(&milestone, &progress.to_string());
    });
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
