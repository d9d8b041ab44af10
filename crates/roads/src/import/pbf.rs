//! OpenStreetMap PBF: ways and turn restrictions in a first pass, their nodes in a second.
//!
//! Blocks are decoded some at a time on all cores, so memory follows the roads kept, not the size of the file.

use super::draft::{Draft, DraftNode, DraftTurn, DraftWay, UNITS_A_DEGREE};
use super::guarded::guarded;
use super::problems::Problems;
use super::tags::{NameTags, NodeRule, Tags, WayTags, names};
use super::{Progress, Share};
use crate::RoadError;
use osmpbf::{Blob, BlobDecode, BlobReader, Element, PrimitiveBlock, RelMemberType};
use rayon::prelude::*;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Blocks decoded together; one holds some 8,000 records.
const BATCH: usize = 32;

/// Tags of one record: key and value.
struct Words<'a>(Vec<(&'a str, &'a str)>);

impl Tags for Words<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|tag| tag.0 == key).map(|tag| tag.1)
    }
}

impl<'a> Words<'a> {
    /// Of numbers into the block's table of strings; what points outside it or is no UTF-8 is no tag.
    fn of(table: &'a [Vec<u8>], tags: impl Iterator<Item = (usize, usize)>) -> Self {
        let word = |index: usize| table.get(index).and_then(|bytes| std::str::from_utf8(bytes).ok());
        Self(tags.filter_map(|(key, value)| Some((word(key)?, word(value)?))).collect())
    }
}

/// A way whose nodes are still known by OpenStreetMap's numbers.
struct RawWay {
    id: i64,
    refs: Vec<i64>,
    tags: WayTags,
    name: NameTags,
}

struct RawTurn {
    from_way: i64,
    via: i64,
    to_way: i64,
    only: bool,
}

#[derive(Default)]
struct FirstPass {
    ways: Vec<RawWay>,
    turns: Vec<RawTurn>,
    problems: Problems,
}

/// Reads all files: nodes and ways that several share are one.
pub(crate) fn read(files: &[&Path], draft: &mut Draft, progress: &mut Progress) -> Result<(), RoadError> {
    let mut first = FirstPass::default();
    for file in files {
        each_batch(file, progress, |batch| {
            let parts: Vec<FirstPass> = batch.par_iter().map(first_pass).collect();
            for part in parts {
                for way in part.ways {
                    if draft.known_ways.insert(way.id) {
                        first.ways.push(way);
                    } else {
                        let id = way.id;
                        draft.problems.add("ways that were there already", || format!("way {id}"));
                    }
                }
                first.turns.extend(part.turns);
                first.problems.merge(part.problems);
            }
        })?;
    }
    draft.problems.merge(first.problems);
    let mut ids: Vec<i64> = first.ways.par_iter().flat_map_iter(|way| way.refs.iter().copied()).collect();
    ids.par_sort_unstable();
    ids.dedup();
    let offset = draft.nodes.len();
    // Until a node is found it lies nowhere.
    let nowhere = DraftNode { lon: i32::MIN, lat: i32::MIN, height_m: f32::NAN };
    draft.nodes.resize(offset + ids.len(), nowhere);
    for file in files {
        each_batch(file, progress, |batch| {
            let parts: Vec<_> = batch.par_iter().map(|block| second_pass(block, &ids)).collect();
            for (nodes, problems) in parts {
                for (index, lon, lat, rule) in nodes {
                    let index = offset + index;
                    let known = &mut draft.nodes[index];
                    if known.lon == i32::MIN {
                        (known.lon, known.lat) = (lon, lat);
                        draft.rules.extend(rule.map(|rule| (index as u32, rule)));
                    } else if (known.lon, known.lat) != (lon, lat) {
                        draft
                            .problems
                            .add("nodes given twice, elsewhere", || format!("node {}", ids[index - offset]));
                    }
                }
                draft.problems.merge(problems);
            }
        })?;
    }
    let index = |id: i64| ids.binary_search(&id).ok().map(|index| (offset + index) as u32);
    for way in first.ways {
        let name = draft.name(way.name);
        keep_way(draft, way.id, &way.refs, way.tags, name, index);
    }
    for turn in first.turns {
        if let Some(via) = index(turn.via) {
            let RawTurn { from_way, to_way, only, .. } = turn;
            draft.turns.push(DraftTurn { from_way, via, to_way, only });
        }
    }
    Ok(())
}

/// Keeps a way; where nodes are missing (at the edge of an extract) it is kept in the pieces between them.
fn keep_way(
    draft: &mut Draft,
    id: i64,
    refs: &[i64],
    tags: WayTags,
    name: u32,
    index: impl Fn(i64) -> Option<u32>,
) {
    let mut nodes: Vec<u32> = Vec::with_capacity(refs.len());
    let mut pieces = Vec::new();
    for &node in refs {
        match index(node).filter(|&at| draft.nodes[at as usize].lon != i32::MIN) {
            Some(at) if nodes.last() == Some(&at) => {}
            Some(at) => nodes.push(at),
            None => {
                draft
                    .problems
                    .add("nodes that ways name and the files lack", || format!("node {node} of way {id}"));
                pieces.push(std::mem::take(&mut nodes));
            }
        }
    }
    pieces.push(nodes);
    pieces.retain(|piece| piece.len() > 1);
    if pieces.is_empty() {
        draft.problems.add("ways of fewer than two nodes", || format!("way {id}"));
    }
    for nodes in pieces {
        draft.ways.push(DraftWay { id, nodes, tags: tags.clone(), name });
    }
}

fn first_pass(block: &PrimitiveBlock) -> FirstPass {
    let mut found = FirstPass::default();
    let pair = |(key, value): (u32, u32)| (key as usize, value as usize);
    for element in block.elements() {
        match element {
            Element::Way(way) => {
                let words = Words::of(way.raw_stringtable(), way.raw_tags().map(pair));
                let area = words.is("area", &["yes"]) && !words.is("highway", &["pedestrian"]);
                // What `height` tells of an OpenStreetMap way is how high a thing stands, not where.
                let tags =
                    WayTags::read(&words).filter(|_| !area).map(|tags| WayTags { height_m: None, ..tags });
                if let Some(tags) = tags {
                    found.ways.push(RawWay {
                        id: way.id(),
                        refs: way.refs().collect(),
                        tags,
                        name: names(&words),
                    });
                }
            }
            Element::Relation(relation) => {
                let words = Words::of(relation.raw_stringtable(), relation.raw_tags().map(pair));
                if words.is("type", &["restriction"]) {
                    restriction(&relation, &words, &mut found);
                }
            }
            _ => {}
        }
    }
    found
}

/// Keeps a restriction over one node; those over ways and those for some vehicles or hours only are left out.
fn restriction(relation: &osmpbf::Relation, words: &Words, found: &mut FirstPass) {
    let kind =
        words.get("restriction").or_else(|| words.get("restriction:motor_vehicle")).unwrap_or_default();
    let only = kind.starts_with("only_");
    if !(only || kind.starts_with("no_")) {
        return;
    }
    let id = relation.id();
    // The crate panics on a member that is neither node nor way nor relation.
    let Some(members) = guarded(|| relation.members().collect::<Vec<_>>()) else {
        found.problems.add("relations that cannot be read", || format!("relation {id}"));
        return;
    };
    let (mut from, mut via, mut to) = (Vec::new(), Vec::new(), Vec::new());
    for member in members {
        match (member.role().unwrap_or_default(), &member.member_type) {
            ("from", RelMemberType::Way) => from.push(member.member_id),
            ("to", RelMemberType::Way) => to.push(member.member_id),
            ("via", RelMemberType::Node) => via.push(member.member_id),
            _ => {}
        }
    }
    let [via] = via[..] else {
        found.problems.add("turn restrictions that are not over one node", || format!("relation {id}"));
        return;
    };
    for &from_way in &from {
        found.turns.extend(to.iter().map(|&to_way| RawTurn { from_way, via, to_way, only }));
    }
}

type Found = (usize, i32, i32, Option<NodeRule>);

fn second_pass(block: &PrimitiveBlock, ids: &[i64]) -> (Vec<Found>, Problems) {
    let (mut found, mut problems) = (Vec::new(), Problems::default());
    let mut keep = |id: i64, nano: [i64; 2], rule: &dyn Fn() -> Option<NodeRule>| {
        let Ok(index) = ids.binary_search(&id) else { return };
        let round = |nano: i64| (nano as f64 / 1e9 * UNITS_A_DEGREE).round();
        let (lon, lat) = (round(nano[0]), round(nano[1]));
        if lon.abs() > 180.0 * UNITS_A_DEGREE || lat.abs() > 90.0 * UNITS_A_DEGREE {
            problems.add("nodes off the globe", || format!("node {id}"));
            return;
        }
        found.push((index, lon as i32, lat as i32, rule()));
    };
    let table = block.raw_stringtable();
    let pair = |(key, value): (i32, i32)| (key as usize, value as usize);
    for group in block.groups() {
        for node in group.nodes() {
            let tags = || Words::of(table, node.raw_tags().map(|(k, v)| (k as usize, v as usize)));
            keep(node.id(), [node.nano_lon(), node.nano_lat()], &|| NodeRule::read(&tags()));
        }
        for node in group.dense_nodes() {
            let tags = || Words::of(table, node.raw_tags().map(pair));
            keep(node.id(), [node.nano_lon(), node.nano_lat()], &|| NodeRule::read(&tags()));
        }
    }
    (found, problems)
}

/// Hands the blocks of a file to `work`, a batch at a time.
fn each_batch(
    path: &Path,
    progress: &mut Progress,
    mut work: impl FnMut(&[PrimitiveBlock]),
) -> Result<(), RoadError> {
    let damaged = |what: String| RoadError::Damaged { file: path.to_owned(), what };
    let failed = |source| RoadError::File { file: path.to_owned(), doing: "reading", source };
    let file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    let taken = Arc::new(AtomicU64::new(0));
    let so_far = || taken.load(Ordering::Relaxed);
    let mut blobs = BlobReader::new(Counted { inner: BufReader::new(file), taken: taken.clone() });
    let mut batch: Vec<Blob> = Vec::with_capacity(BATCH);
    let mut data_blocks = 0_usize;
    loop {
        let before = so_far();
        let blob = blobs.next().transpose().map_err(|e| damaged(format!("at byte {before}: {e}")))?;
        let end = blob.is_none();
        if end && so_far() != before {
            return Err(damaged(format!("it ends in the middle of a block, at byte {before}")));
        }
        batch.extend(blob);
        if batch.len() == BATCH || end {
            let decoded =
                batch.par_iter().map(decode).collect::<Result<Vec<_>, String>>().map_err(damaged)?;
            let blocks: Vec<PrimitiveBlock> = decoded.into_iter().flatten().collect();
            data_blocks += blocks.len();
            work(&blocks);
            batch.clear();
            progress(Share::Reading(so_far() as f64 / size.max(1) as f64));
        }
        if end {
            break;
        }
    }
    if data_blocks == 0 {
        return Err(damaged("it holds no data".to_owned()));
    }
    Ok(())
}

/// The data of a block; none for headers and what is unknown.
fn decode(blob: &Blob) -> Result<Option<PrimitiveBlock>, String> {
    match blob.decode().map_err(|e| e.to_string())? {
        BlobDecode::OsmData(block) => Ok(Some(block)),
        BlobDecode::OsmHeader(header) => {
            let known = ["OsmSchema-V0.6", "DenseNodes"];
            match header.required_features().iter().find(|needed| !known.contains(&needed.as_str())) {
                Some(needed) => Err(format!("it needs `{needed}`, which is not supported")),
                None => Ok(None),
            }
        }
        BlobDecode::Unknown(_) => Ok(None),
    }
}

/// Whether a file begins as a PBF does: a length, then the word OSMHeader.
pub(crate) fn begins_as_pbf(head: &[u8]) -> bool {
    head.get(4..).is_some_and(|rest| rest.windows(9).take(16).any(|word| word == b"OSMHeader"))
}

/// Counts what is taken, to say how far a file was read.
struct Counted<R> {
    inner: R,
    taken: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.taken.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
