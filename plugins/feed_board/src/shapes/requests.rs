//! Residents' requests that are not closed, the newest.

use super::{Told, place};
use feeds::open311::{RequestStatus, ServiceRequest};
use overlays::shapes::Shape;

/// More than this are not laid: the newest are.
const MOST: usize = 500;

pub(crate) fn requests(told: Told) -> Vec<Shape> {
    let all = told.read().flat_map(|source| source.held.requests.values());
    let mut open: Vec<&ServiceRequest> =
        all.filter(|request| request.status != RequestStatus::Closed && request.at.is_some()).collect();
    open.sort_by_key(|request| std::cmp::Reverse(request.requested));
    open.truncate(MOST);
    let colour = told.theme.panel.attention;
    let shape = |request: &ServiceRequest| {
        let name = Some(request.service_name.trim()).filter(|name| !name.is_empty());
        Some(place(request.at?, Some(colour), name.map(str::to_owned)))
    };
    open.into_iter().rev().filter_map(shape).collect()
}
