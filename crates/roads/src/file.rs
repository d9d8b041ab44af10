//! The network file: one file, versioned and checksummed, there whole or not at all.
//!
//! After a line of magic and version come the length and CRC-32 of what follows, then the info and the names as JSON,
//! then the columns, each with its length. Numbers are little-endian.

use crate::streets::{Columns, StreetName, Streets, StreetsInfo};
use crate::{RoadError, StreetClass};
use bytemuck::Pod;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

/// How the file begins, whatever its version.
const MAGIC: &[u8; 16] = b"shancheng roads\n";
/// The version of what follows. Another one is refused.
const VERSION: u32 = 1;
/// Magic, version, CRC-32, length.
const HEAD: usize = 16 + 4 + 4 + 8;

/// Calls `$do` with each column, always in this order.
macro_rules! each_column {
    ($columns:expr, $do:ident) => {
        $do!(
            $columns,
            tail,
            head,
            first_point,
            length_m,
            class,
            structure,
            layer,
            access,
            speed_kmh,
            incline_pct,
            height_cm,
            width_cm,
            weight_ct,
            step_count,
            name,
            way,
            lon,
            lat,
            height_m,
            first_out,
            arc_head,
            arc_edge,
            arc_ban,
            node_lon,
            node_lat,
            order
        )
    };
}

impl Streets {
    /// Writes the network to `file`: beside it first, then in its place, so that it is never half there.
    ///
    /// # Errors
    /// What the file system refuses.
    pub fn save(&self, file: &Path) -> Result<(), RoadError> {
        let failed = |source| RoadError::File { file: file.to_owned(), doing: "writing", source };
        let json = |value: serde_json::Result<Vec<u8>>| value.map_err(|e| failed(e.into()));
        let mut body = Vec::new();
        put(&mut body, &json(serde_json::to_vec(&self.info))?);
        put(&mut body, &json(serde_json::to_vec(&self.names))?);
        let columns = &self.columns;
        macro_rules! put_all {
            ($columns:expr, $($name:ident),*) => { $(put(&mut body, bytes_of(&$columns.$name).as_ref());)* };
        }
        each_column!(columns, put_all);
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(format!(".part-{}", std::process::id()));
        let partial = file.with_file_name(name);
        let write = || {
            let mut out = File::create(&partial)?;
            out.write_all(MAGIC)?;
            out.write_all(&VERSION.to_le_bytes())?;
            out.write_all(&crc32fast::hash(&body).to_le_bytes())?;
            out.write_all(&(body.len() as u64).to_le_bytes())?;
            out.write_all(&body)?;
            out.sync_all()?;
            std::fs::rename(&partial, file)
        };
        let written = write();
        if written.is_err() {
            // A part of a file helps nobody; that it cannot be removed either changes nothing.
            let _ = std::fs::remove_file(&partial);
        }
        written.map_err(failed)
    }

    /// Opens a network file.
    ///
    /// # Errors
    /// A file that cannot be read, is none, is damaged, or is of another version.
    pub fn open(file: &Path) -> Result<Streets, RoadError> {
        let failed = |source| RoadError::File { file: file.to_owned(), doing: "reading", source };
        let refused =
            |problem: &str| RoadError::NoNetwork { file: file.to_owned(), problem: problem.to_owned() };
        let mut source = File::open(file).map_err(failed)?;
        let mut head = Vec::new();
        Read::by_ref(&mut source).take(HEAD as u64).read_to_end(&mut head).map_err(failed)?;
        if head.get(..16) != Some(MAGIC.as_slice()) {
            return Err(refused("this is no road network of Shancheng"));
        }
        let number = |at: usize| head.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
        match number(16) {
            Some(VERSION) => {}
            Some(other) => {
                return Err(refused(&format!("it is of version {other}, this program reads {VERSION}")));
            }
            None => return Err(refused("it is cut off")),
        }
        let length = head.get(24..32).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes);
        let size = source.metadata().map_err(failed)?.len();
        if length != size.checked_sub(HEAD as u64) {
            return Err(refused("it is cut off, or something was added to it"));
        }
        let mut body = Vec::with_capacity((size as usize).saturating_sub(HEAD));
        source.read_to_end(&mut body).map_err(failed)?;
        if number(20) != Some(crc32fast::hash(&body)) {
            return Err(refused("it is damaged: its checksum is another"));
        }
        read(&body).filter(is_whole).ok_or_else(|| refused("it is damaged: its parts do not fit together"))
    }
}

fn put(body: &mut Vec<u8>, bytes: &[u8]) {
    body.extend((bytes.len() as u64).to_le_bytes());
    body.extend(bytes);
}

/// A column as little-endian bytes.
#[cfg(target_endian = "little")]
fn bytes_of<T: Pod>(column: &[T]) -> std::borrow::Cow<'_, [u8]> {
    bytemuck::cast_slice(column).into()
}

#[cfg(target_endian = "big")]
compile_error!("network files are written as they lie in memory, which must be little-endian");

fn read(body: &[u8]) -> Option<Streets> {
    let mut rest = body;
    let info: StreetsInfo = serde_json::from_slice(part(&mut rest)?).ok()?;
    let names: Vec<StreetName> = serde_json::from_slice(part(&mut rest)?).ok()?;
    let mut columns = Columns::default();
    let mut all = true;
    macro_rules! take_all {
        ($columns:expr, $($name:ident),*) => { $(all &= fill(&mut rest, &mut $columns.$name);)* };
    }
    each_column!(columns, take_all);
    (all && rest.is_empty()).then(|| Streets::new(columns, names, info))
}

/// The next part, and its length before it.
fn part<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<8>()?;
    let (part, after) = after.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    *rest = after;
    Some(part)
}

/// Fills a column with the next part; false when there is none that fits.
// Not inlined: some thirty copies in one function keep the compiler busy for minutes.
#[inline(never)]
fn fill<T: Pod>(rest: &mut &[u8], column: &mut Vec<T>) -> bool {
    match part(rest) {
        Some(bytes) if bytes.len() % size_of::<T>() == 0 => {
            column.resize(bytes.len() / size_of::<T>(), T::zeroed());
            bytemuck::cast_slice_mut(column).copy_from_slice(bytes);
            true
        }
        _ => false,
    }
}

/// True when every number points at something that is there.
fn is_whole(streets: &Streets) -> bool {
    let c = &streets.columns;
    let (edges, nodes, points, arcs) = (c.tail.len(), c.node_lon.len(), c.lon.len(), c.arc_head.len());
    let lengths = [
        (edges, vec![c.head.len(), c.length_m.len(), c.class.len(), c.structure.len(), c.layer.len()]),
        (
            edges,
            vec![c.access.len(), c.speed_kmh.len(), c.incline_pct.len(), c.height_cm.len(), c.width_cm.len()],
        ),
        (edges, vec![c.weight_ct.len(), c.step_count.len(), c.name.len(), c.way.len()]),
        (points, vec![c.lat.len(), c.height_m.len()]),
        (arcs, vec![c.arc_edge.len(), c.arc_ban.len()]),
        (nodes, vec![c.node_lat.len(), c.order.len()]),
    ];
    let numbers = [
        (&c.tail, nodes),
        (&c.head, nodes),
        (&c.arc_head, nodes),
        (&c.arc_edge, edges * 2),
        (&c.order, nodes),
        (&c.name, streets.names.len()),
    ];
    lengths.iter().all(|(count, columns)| columns.iter().all(|length| length == count))
        && numbers.iter().all(|(column, count)| all_below(column, *count))
        && rising(&c.first_point, edges, points)
        && rising(&c.first_out, nodes, arcs)
        && c.first_point.windows(2).all(|pair| pair[1] - pair[0] >= 2)
        && c.class.iter().all(|&class| StreetClass::from_byte(class).is_some())
        && each_once(&c.order)
}

#[inline(never)]
fn all_below(column: &[u32], count: usize) -> bool {
    column.iter().all(|&index| (index as usize) < count)
}

/// True for runs of `count` things, one after another from 0 to `last`.
#[inline(never)]
fn rising(column: &[u32], count: usize, last: usize) -> bool {
    column.len() == count + 1
        && column.first() == Some(&0)
        && column.last().is_some_and(|&end| end as usize == last)
        && column.windows(2).all(|pair| pair[0] <= pair[1])
}

#[inline(never)]
fn each_once(order: &[u32]) -> bool {
    let mut seen = vec![false; order.len()];
    order.iter().all(|&node| !std::mem::replace(&mut seen[node as usize], true))
}
