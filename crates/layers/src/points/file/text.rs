//! Ids and names that stay in the file: a batch is read when one of its rows is asked for, and the last ones are kept.

use super::column;
use crate::points::{PointsError, TextBlock};
use arrow_array::StringArray;
use arrow_ipc::reader::FileReader;
use clru::CLruCache;
use std::fs::File;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Batches kept; one takes about a megabyte.
const KEPT: NonZeroUsize = NonZeroUsize::new(64).expect("64 is not 0");

/// The texts of a file's rows.
#[derive(Debug)]
pub struct FileTexts {
    path: PathBuf,
    /// The first row of each batch, and how many rows there are.
    firsts: Vec<usize>,
    kept: Mutex<CLruCache<usize, Arc<TextBlock>>>,
}

impl FileTexts {
    /// The texts of `path`, whose batches begin at the rows `firsts`.
    pub(super) fn new(path: PathBuf, firsts: Vec<usize>) -> Self {
        Self { path, firsts, kept: Mutex::new(CLruCache::new(KEPT)) }
    }

    fn batch_of(&self, row: usize) -> usize {
        self.firsts.partition_point(|first| *first <= row).saturating_sub(1)
    }

    /// The block of `row` where it is kept.
    pub(crate) fn at_hand(&self, row: usize) -> Option<Arc<TextBlock>> {
        // A lock that nobody holds for long: reading the file is done outside of it.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&self.batch_of(row)).cloned()
    }

    /// The block of `row`.
    pub(crate) fn block(&self, row: usize) -> Result<Arc<TextBlock>, PointsError> {
        if let Some(block) = self.at_hand(row) {
            return Ok(block);
        }
        let batch = self.batch_of(row);
        let block = Arc::new(self.read(batch)?);
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).put(batch, block.clone());
        Ok(block)
    }

    /// Shows `look` every row with its id and name, batch by batch, past those that are kept. Before each batch `go_on` is
    /// asked with its first row; false where it said no.
    pub(crate) fn each(
        &self,
        mut go_on: impl FnMut(usize) -> bool,
        mut look: impl FnMut(usize, &str, &str),
    ) -> Result<bool, PointsError> {
        let damaged = |source| PointsError::Arrow { file: self.path.clone(), source };
        let file =
            File::open(&self.path).map_err(|source| PointsError::File { file: self.path.clone(), source })?;
        // Ids and names are the first two columns, as was checked when the file was opened.
        let mut reader = FileReader::try_new_buffered(file, Some(vec![0, 1])).map_err(damaged)?;
        for rows in self.firsts.windows(2) {
            if !go_on(rows[0]) {
                return Ok(false);
            }
            let Some(batch) = reader.next() else { break };
            let batch = batch.map_err(damaged)?;
            let ids: &StringArray = column(&batch, "id").map_err(damaged)?;
            let names: &StringArray = column(&batch, "name").map_err(damaged)?;
            for ((row, id), name) in (rows[0]..rows[1]).zip(ids).zip(names) {
                look(row, id.unwrap_or_default(), name.unwrap_or_default());
            }
        }
        Ok(true)
    }

    fn read(&self, batch: usize) -> Result<TextBlock, PointsError> {
        let damaged = |source| PointsError::Arrow { file: self.path.clone(), source };
        let file =
            File::open(&self.path).map_err(|source| PointsError::File { file: self.path.clone(), source })?;
        let mut reader = FileReader::try_new_buffered(file, None).map_err(damaged)?;
        let mut block = TextBlock { first: self.firsts[batch], ..TextBlock::default() };
        if batch >= reader.num_batches() {
            return Ok(block);
        }
        reader.set_index(batch).map_err(damaged)?;
        if let Some(batch) = reader.next() {
            let batch = batch.map_err(damaged)?;
            let ids: &StringArray = column(&batch, "id").map_err(damaged)?;
            let names: &StringArray = column(&batch, "name").map_err(damaged)?;
            ids.iter().for_each(|id| block.ids.push(id.unwrap_or_default()));
            names.iter().for_each(|name| block.names.push(name.unwrap_or_default()));
        }
        Ok(block)
    }
}
