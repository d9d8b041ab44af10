//! From bytes to events and back, one file a protocol.
//!
//! Every reader returns what it could read and the [`Problems`] it met: one bad record never costs the batch.
//! The tables hold what telemetry told last, [`FeedHealth`] says how well a feed does and why.
//! Deliberately absent: sockets, a clock, threads. Time comes in as `CityTime` or as seconds.

pub mod cap;
mod coalesce;
pub mod cot;
mod devices;
mod geojson;
mod health;
mod markup;
pub mod mavlink;
mod movers;
pub mod ogc_features;
pub mod open311;
mod own;
mod paging;
mod problems;
mod risk_points;
mod rows;
mod salvage;
pub mod sensorthings;
mod sse;
mod times;
pub mod told;
mod vital_signs;

pub use coalesce::Coalesced;
pub use devices::DeviceTable;
pub use health::{Cause, FeedHealth, FeedMeter, FeedState, HealthRule};
pub use movers::{Fix, MoverTable};
pub use own::{
    BadEvent, Beside, FeedError, Info, PROTOCOL_VERSION, read_beside, read_event, read_info, read_snapshot,
    read_telemetry,
};
pub use problems::{LONGEST_SAMPLE, Problems};
pub use risk_points::{RiskPointPage, read_risk_points};
pub use sse::{LONGEST_MESSAGE, SseMessage, SseParser};
pub use vital_signs::{read_quality, read_vital_sign, read_vital_signs};

/// What the fuzzer keeps for a reader.
#[cfg(test)]
pub(crate) fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(name);
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let seeds: Vec<_> = files.filter_map(|file| std::fs::read(file.path()).ok()).collect();
    assert!(!seeds.is_empty(), "nothing is kept for `{name}`");
    seeds
}
