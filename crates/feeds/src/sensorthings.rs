//! OGC SensorThings API 1.1 (18-088) and what is known of 2.0 (23-019): devices, their series and observations.
//!
//! [`read_observations`] is made for messages by the thousand, which [`read_message`] reads with their topic, [`read_page`]
//! for everything else; [`Catalogue`] turns
//! pages into rows of devices, [`Sequences`] finds gaps. [`Query`] writes what a client asks, [`read_options`] reads
//! what a server is asked, [`Filter`] answers it, [`Service`] writes the answers. [`Version`] is the one place that
//! knows how versions differ. Deliberately absent: sockets, tasking, MultiDatastreams, batches, creating and deleting.

mod catalogue;
mod entity;
mod filter;
mod message;
mod observation;
mod options;
mod request;
mod root;
mod sequences;
mod streamed;
mod time;
mod topic;
mod version;
mod wire;
mod write;

pub use crate::paging::{Chain, MOST_EMPTY_PAGES, MOST_PAGES, NextRefused, next_address};
pub use catalogue::{Catalogue, CatalogueRow, PositionSource};
pub use entity::{Entity, Page, Position, Related, Unit, read_page};
pub use filter::{
    Area, Comparison, DEEPEST, Expression, Filter, Function, Subject, Value, compare, read_filter,
};
pub use message::{LONGEST_MESSAGE, read_message};
pub use observation::{Observation, Observations, Outcome, Tally, read_observations};
pub use options::{BadQuery, Expand, LONGEST_QUERY, Options, Order, read_options};
pub use request::{Query, id_literal};
pub use root::{Root, read_root};
pub use sequences::{Counts, LARGEST_GAP, MOST_PUBLISHERS, REORDER_WINDOW, Seen, Sequences};
pub use time::{When, instant};
pub use topic::{Topic, entity_id, observations_topic, read_topic};
pub use version::{Kind, Version};
pub use wire::WITHOUT_OFFSET;
pub use write::Service;

use crate::problems::beginning;
use std::borrow::Cow;
use thiserror::Error;

/// A text of a message, borrowed where it stands there as it is.
pub type Text<'a> = Cow<'a, str>;

/// An answer or message that is no such document at all.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no {what} of SensorThings ({why}); check the address, and what answers there: `{answer}`")]
pub struct NoDocument {
    /// What was looked for.
    pub what: &'static str,
    /// What is wrong with it, and where.
    pub why: String,
    /// Its beginning.
    pub answer: String,
}

impl NoDocument {
    fn json(what: &'static str, why: &serde_json::Error, answer: &str) -> Self {
        Self { what, why: format!("it is no JSON: {why}"), answer: beginning(answer) }
    }

    fn shape(what: &'static str, wanted: &str, answer: &str) -> Self {
        Self { what, why: format!("it is not {wanted}"), answer: beginning(answer) }
    }
}

/// The text of a body: UTF-8, perhaps behind a byte order mark, and no page for people.
fn json_text<'a>(body: &'a [u8], what: &'static str) -> Result<&'a str, NoDocument> {
    let text = std::str::from_utf8(body).map_err(|why| NoDocument {
        what,
        why: format!("it is no UTF-8: {why}"),
        answer: beginning(&String::from_utf8_lossy(body.get(..body.len().min(800)).unwrap_or_default())),
    })?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('<') {
        let why = "it is a page of HTML or XML".to_owned();
        return Err(NoDocument { what, why, answer: beginning(text) });
    }
    Ok(text)
}

/// A JSON text or number as text, as ids are kept: `7` and `"7"` are both `7`.
fn text_of(raw: &str) -> Option<Text<'_>> {
    match raw.as_bytes().first()? {
        b'"' => {
            let inside = raw.get(1..raw.len().checked_sub(1)?)?;
            if !inside.contains('\\') {
                return Some(Cow::Borrowed(inside));
            }
            serde_json::from_str(raw).ok().map(Cow::Owned)
        }
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(raw)),
        _ => None,
    }
}
