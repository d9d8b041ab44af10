//! Elevation models from a public bucket: the tiles of a box, downloaded so that a network that breaks, a source that
//! stumbles and a kill at any instant cost no byte that had come and never leave a wrong one.
//!
//! The layout is that of the Copernicus DEM in the register of open data
//! (<https://registry.opendata.aws/copernicus-dem/>). Each file comes into `NAME.tif.part`, is proved by length and
//! checksums and renamed; `manifest.json` keeps the checksum by which later runs know it again.
//! Deliberately absent: reading a tile. That is the import's work.

mod digest;
mod download;
mod error;
mod folder;
mod job;
mod manifest;
mod notice;
mod origin;
mod part;
mod patience;
mod plan;
mod progress;
mod refusal;
mod report;
mod source;
mod tile_list;
mod tiles;
mod tries;

pub use error::{FetchError, There};
pub use manifest::{MANIFEST, Manifest, ManifestTile};
pub use patience::Patience;
pub use plan::FetchPlan;
pub use progress::Progress;
pub use report::{Fetched, TileReport, TileState};
pub use tiles::{Resolution, Tile};

pub(crate) use plan::on_this_machine;
pub(crate) use source::redirect;

use error::{Fault, Then};
use folder::Folder;
use futures_util::{StreamExt, stream};
use job::Job;
use progress::Board;
use source::Source;
use std::time::Duration;

/// How many files on disk are read at the same time.
const READ_AT_ONCE: usize = 2;

/// Fetches what is missing of a plan and waits until it is there, it cannot be had, or `stop` is. `progress` hears ten
/// times a second how far it is. What came stays in the folder whatever happens, and the next call goes on from there.
pub fn fetch(
    plan: &FetchPlan,
    stop: impl Future<Output = ()>,
    mut progress: impl FnMut(&Progress),
) -> Result<Fetched, FetchError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(FetchError::NoRuntime)?;
    let board = Board::new(plan.tiles.len(), &mut progress);
    let done = runtime.block_on(async {
        tokio::select! {
            done = run(plan, &board) => done,
            () = stop => Err(FetchError::Stopped(there(plan, &board))),
        }
    });
    // A name that is still being looked up must not hold up the end.
    runtime.shutdown_timeout(Duration::from_secs(1));
    done
}

async fn run(plan: &FetchPlan, board: &Board<'_>) -> Result<Fetched, FetchError> {
    let folder = Folder::open(plan)?;
    let job = Job { plan, source: Source::new(plan)?, folder, board };
    let mut tiles: Vec<Option<TileReport>> = vec![None; plan.tiles.len()];
    let mut faults = Vec::new();

    let at_hand = stream::iter(0..plan.tiles.len()).map(async |index| (index, job.at_hand(index).await));
    settle(at_hand.buffer_unordered(READ_AT_ONCE), |index, report| tiles[index] = report, &mut faults).await;
    let missing: Vec<usize> = (0..tiles.len()).filter(|index| tiles[*index].is_none()).collect();
    if !missing.is_empty() && faults.is_empty() {
        match job.tile_list().await {
            Ok(list) => {
                let is_listed =
                    |index: &usize| list.as_ref().is_none_or(|l| l.contains(&plan.tiles[*index].name()));
                let (listed, absent): (Vec<_>, Vec<_>) = missing.into_iter().partition(is_listed);
                for index in absent {
                    match job.is_absent(index) {
                        Ok(report) => tiles[index] = Some(report),
                        Err(fault) => faults.push(fault),
                    }
                }
                let coming =
                    stream::iter(listed).map(async |index| (index, job.fetch(index).await.map(Some)));
                let coming = coming.buffer_unordered(plan.patience.at_once.max(1));
                settle(coming, |index, report| tiles[index] = report, &mut faults).await;
            }
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        let others = faults.len() - 1;
        return Err(FetchError::Incomplete {
            why: faults.swap_remove(0).why,
            others,
            there: there(plan, board),
        });
    }
    let tiles: Vec<TileReport> = tiles.into_iter().flatten().collect();
    if tiles.iter().all(|tile| tile.state == TileState::Absent) {
        return Err(FetchError::NothingThere {
            address: job.source.base().to_owned(),
            model: plan.resolution,
        });
    }
    Ok(Fetched {
        bytes: tiles.iter().map(|tile| tile.bytes).sum(),
        received: board.received(),
        folder: plan.folder.display().to_string(),
        attribution: plan.resolution.attribution(),
        tiles,
    })
}

/// Takes what comes of each tile; a fault that concerns all of them ends the others under way.
async fn settle(
    coming: impl futures_util::Stream<Item = (usize, Result<Option<TileReport>, Fault>)>,
    mut take: impl FnMut(usize, Option<TileReport>),
    faults: &mut Vec<Fault>,
) {
    let mut coming = std::pin::pin!(coming);
    while let Some((index, came)) = coming.next().await {
        match came {
            Ok(report) => take(index, report),
            Err(fault) if fault.then == Then::Stop => return faults.insert(0, fault),
            Err(fault) => faults.push(fault),
        }
    }
}

fn there(plan: &FetchPlan, board: &Board) -> There {
    let (complete, bytes) = board.there();
    There { complete, of: plan.tiles.len(), bytes, folder: plan.folder.clone() }
}
