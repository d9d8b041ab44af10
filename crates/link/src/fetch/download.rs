//! Bytes from the network onto the end of a part, where they are bytes of the tile that was asked for.

use super::digest::is_tiff;
use super::error::{Fault, Then};
use super::job::Job;
use super::origin::{Origin, whole_of};
use super::part::{Left, Part};
use super::refusal::{is_web_page, web_page};
use super::report::TileReport;
use reqwest::Response;
use std::fs::File;
use std::io::Write;

/// No tile is longer; what does not end is cut here, bytes.
const LONGEST_TILE: u64 = 1 << 30;
/// So many bytes tell a TIFF.
const MAGIC: usize = 4;

impl Job<'_, '_> {
    /// The whole file comes. What was there before gives way only to the beginning of a TIFF, so that a network's
    /// log-in page costs nothing.
    pub(crate) async fn anew(
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
        let kind = response.headers().get("content-type");
        let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
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
    pub(crate) async fn go_on(
        &self,
        index: usize,
        part: &Part,
        url: &str,
        left: Left,
        response: Response,
    ) -> Result<TileReport, Fault> {
        let Left { origin, bytes } = left;
        if !origin.continues_with(bytes, response.headers()) {
            part.discard()?;
            let why = format!("{url} is answered with a part of another file");
            return Err(Fault::new(Then::Again(None), why));
        }
        let whole = origin.bytes.or_else(|| whole_of(response.headers()));
        let origin = Origin { url: url.to_owned(), bytes: whole, ..origin };
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
