//! One tile: what is there of it is kept, the rest asked for, and the whole proved before it takes its name.

use super::error::{Fault, Then};
use super::folder::{Folder, settled};
use super::manifest::ManifestTile;
use super::origin::Origin;
use super::part::Part;
use super::plan::FetchPlan;
use super::progress::Board;
use super::refusal::refusal;
use super::report::{TileReport, TileState};
use super::source::Source;
use super::tries::Tries;
use reqwest::StatusCode;

/// What the work on every tile shares.
pub(crate) struct Job<'a, 'b> {
    pub(crate) plan: &'a FetchPlan,
    pub(crate) source: Source,
    pub(crate) folder: Folder,
    pub(crate) board: &'a Board<'b>,
}

impl Job<'_, '_> {
    /// The tile, where all of it is on disk.
    pub(crate) async fn at_hand(&self, index: usize) -> Result<Option<TileReport>, Fault> {
        let tile = &self.plan.tiles[index];
        if let Some(known) = self.folder.kept(tile).await? {
            self.board.complete(index, known.bytes);
            return Ok(Some(TileReport::of(known, TileState::Kept)));
        }
        // Whoever was killed between the last byte and the name left a whole part.
        let part = self.folder.part(tile);
        match part.left(&self.source.url(tile)) {
            Some(left) if left.is_whole() => match self.finish(index, &part, left.origin).await {
                Ok(report) => Ok(Some(report)),
                Err(Fault { then: Then::Stop, why }) => Err(Fault::new(Then::Stop, why)),
                Err(_) => Ok(None),
            },
            Some(left) => {
                self.board.begins(index, left.bytes, left.origin.bytes);
                Ok(None)
            }
            None => Ok(None),
        }
    }

    /// Fetches the tile, as often as patience allows.
    pub(crate) async fn fetch(&self, index: usize) -> Result<TileReport, Fault> {
        let mut tries = Tries::new(self.plan.patience);
        loop {
            let fault = match self.attempt(index).await {
                Ok(report) => return Ok(report),
                Err(fault) => fault,
            };
            tracing::debug!("{}", fault.why);
            let why = fault.why.clone();
            let wait = tries.after(fault, self.board.have(index), self.board)?;
            self.board.waits(why);
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(&self, index: usize) -> Result<TileReport, Fault> {
        let tile = &self.plan.tiles[index];
        let (url, part) = (self.source.url(tile), self.folder.part(tile));
        let left = part.left(&url).filter(|left| left.origin.validator().is_some());
        let rest = left.as_ref().and_then(|left| Some((left.bytes, left.origin.validator()?)));
        let response = self.source.ask(&url, rest).await?;
        match (response.status(), left) {
            (StatusCode::OK, _) => self.anew(index, &part, &url, response).await,
            (StatusCode::PARTIAL_CONTENT, Some(left)) => self.go_on(index, &part, &url, left, response).await,
            (StatusCode::RANGE_NOT_SATISFIABLE, Some(_)) => {
                part.discard()?;
                Err(Fault::new(Then::Again(None), format!("{url} has not the rest of what came before")))
            }
            (StatusCode::NOT_FOUND | StatusCode::GONE, _) => {
                // Bytes of a tile that has gone since would never be completed.
                part.discard()?;
                self.is_absent(index)
            }
            _ => Err(refusal(&url, &response)),
        }
    }

    /// The source has no such tile.
    pub(crate) fn is_absent(&self, index: usize) -> Result<TileReport, Fault> {
        let tile = &self.plan.tiles[index];
        self.folder.note_absent(tile)?;
        self.board.absent(index);
        Ok(TileReport::absent(tile))
    }

    /// Proves that the part is the file, and gives it its name.
    pub(crate) async fn finish(
        &self,
        index: usize,
        part: &Part,
        origin: Origin,
    ) -> Result<TileReport, Fault> {
        let tile = &self.plan.tiles[index];
        let found = settled(&part.path).await?;
        let proof = match found.is_tiff {
            true => origin.vouches_for(&found),
            false => Err("it does not begin as a TIFF does".to_owned()),
        };
        if let Err(why) = proof {
            part.discard()?;
            return Err(Fault::new(Then::Afresh, format!("{} came damaged: {why}", origin.url)));
        }
        let known = ManifestTile {
            name: tile.name(),
            bytes: found.bytes,
            etag: origin.etag,
            sha256: found.sha256,
            url: origin.url,
            fetched_at: self.plan.at,
        };
        self.folder.take(tile, part, known.clone())?;
        self.board.complete(index, known.bytes);
        Ok(TileReport::of(known, TileState::Fetched))
    }
}
