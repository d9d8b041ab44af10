//! One tile: what is there of it is kept, the rest asked for, and the whole proved before it takes its name.

use super::digest::is_tiff;
use super::error::{Fault, Then};
use super::folder::{Folder, settled};
use super::manifest::ManifestTile;
use super::origin::{Origin, whole_of};
use super::part::{Left, Part};
use super::plan::FetchPlan;
use super::progress::Board;
use super::report::{TileReport, TileState};
use super::source::{Source, refusal};
use super::tile_list::{is_web_page, web_page};
use super::tries::Tries;
use reqwest::{Response, StatusCode};
use std::fs::File;
use std::io::Write;

/// No tile is longer; what does not end is cut here, bytes.
const LONGEST_TILE: u64 = 1 << 30;
/// So many bytes tell a TIFF.
const MAGIC: usize = 4;

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
            (StatusCode::PARTIAL_CONTENT, Some(left)) => self.go_on(index, &part, left, response).await,
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

    /// The whole file comes. What was there before gives way only to the beginning of a TIFF, so that a network's
    /// log-in page costs nothing.
    async fn anew(
        &self,
        index: usize,
        part: &Part,
        url: &str,
        mut response: Response,
    ) -> Result<TileReport, Fault> {
        let mut origin = Origin::of_whole(url, response.headers());
        let framed = origin.bytes.is_some() || response.headers().contains_key("transfer-encoding");
        if !framed && origin.md5.is_none() && origin.sha256.is_none() {
            let why =
                format!("{url} comes without a length or checksum, so nobody can say whether it came whole");
            return Err(Fault::new(Then::Leave, why));
        }
        if origin.bytes.is_some_and(|bytes| bytes > LONGEST_TILE) {
            return Err(endless(url));
        }
        let is_page =
            response.headers().get("content-type").is_some_and(|v| v.as_bytes().starts_with(b"text/html"));
        let mut first = Vec::new();
        while first.len() < MAGIC
            && let Some(bytes) = self.source.more(&mut response).await?
        {
            first.extend_from_slice(bytes.as_ref());
        }
        if !is_tiff(&first) {
            let is_page = is_page || is_web_page(&first);
            return Err(if is_page { web_page(url) } else { no_tiff(url, &first) });
        }
        let mut file = part.begin(&origin)?;
        self.board.begins(index, 0, origin.bytes);
        self.write(index, part, &mut file, &first)?;
        self.receive(index, part, &mut file, &origin, response).await?;
        if origin.bytes.is_none() {
            origin.bytes = Some(self.board.have(index));
            part.is_of(&origin)?;
        }
        self.finish(index, part, origin).await
    }

    /// The rest of the file comes, if it is still the same.
    async fn go_on(
        &self,
        index: usize,
        part: &Part,
        left: Left,
        response: Response,
    ) -> Result<TileReport, Fault> {
        let Left { origin, bytes } = left;
        if !origin.continues_with(bytes, response.headers()) {
            part.discard()?;
            let why = format!("{} is answered with a part of another file", origin.url);
            return Err(Fault::new(Then::Again(None), why));
        }
        let origin = Origin { bytes: origin.bytes.or_else(|| whole_of(response.headers())), ..origin };
        part.is_of(&origin)?;
        let mut file = part.go_on()?;
        self.board.begins(index, bytes, origin.bytes);
        self.receive(index, part, &mut file, &origin, response).await?;
        self.finish(index, part, origin).await
    }

    async fn receive(
        &self,
        index: usize,
        part: &Part,
        file: &mut File,
        origin: &Origin,
        mut response: Response,
    ) -> Result<(), Fault> {
        while let Some(bytes) = self.source.more(&mut response).await? {
            self.write(index, part, file, bytes.as_ref())?;
        }
        match (origin.bytes, self.board.have(index)) {
            (Some(whole), have) if have < whole => {
                let why = format!("{}: the connection ended after {have} of {whole} bytes", origin.url);
                Err(Fault::new(Then::Again(None), why))
            }
            _ => Ok(()),
        }
    }

    fn write(&self, index: usize, part: &Part, file: &mut File, bytes: &[u8]) -> Result<(), Fault> {
        if self.board.have(index) + bytes.len() as u64 > LONGEST_TILE {
            part.discard()?;
            return Err(endless(&part.path.display().to_string()));
        }
        file.write_all(bytes).map_err(|e| Fault::disk(&part.path, "writing", &e))?;
        self.board.came(Some(index), bytes.len());
        Ok(())
    }

    /// Proves that the part is the file, and gives it its name.
    async fn finish(&self, index: usize, part: &Part, origin: Origin) -> Result<TileReport, Fault> {
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

fn endless(place: &str) -> Fault {
    Fault::new(
        Then::Leave,
        format!("{place} is longer than {LONGEST_TILE} bytes, as no tile is: try another --source"),
    )
}

fn no_tiff(url: &str, first: &[u8]) -> Fault {
    let what = match first {
        [] => "is answered with nothing".to_owned(),
        _ => format!(
            "is no TIFF (it begins with {:?})",
            String::from_utf8_lossy(&first[..first.len().min(MAGIC)])
        ),
    };
    Fault::new(Then::Leave, format!("{url} {what}: try another --source"))
}
