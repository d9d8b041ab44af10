//! OGC API – Features, any server: Part 1 Core (17-069r4) and Part 2 coordinate reference systems (18-058r1).
//!
//! Readers of the landing page, conformance, collections, pages of items and of what a server says when it refuses;
//! the addresses to ask; and which reference system and axis order a page has. Deliberately absent: sockets, and
//! converting coordinates (room `geodesy`); what is not CRS84 stays as it came.

mod answer;
mod collections;
mod crs;
mod geometry;
mod items;
mod landing;
mod request;

pub use crate::paging::{Chain, MOST_EMPTY_PAGES, MOST_PAGES, NextRefused, next_address};
pub use answer::{Answer, FeaturesError, read_refusal};
pub use collections::{Collection, Collections, Extent, read_collection, read_collections};
pub use crs::{AxisOrder, CrsSource, CrsUri, PageCrs};
pub use geometry::{Geometry, Vertex};
pub use items::{Feature, FeaturePage, read_feature, read_items};
pub use landing::{Conformance, Landing, Link, read_conformance, read_landing};
pub use request::{BadRequest, ItemsRequest, items_address};
