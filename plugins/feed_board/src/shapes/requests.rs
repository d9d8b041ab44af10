//! Residents' requests that are not closed, the newest.

use super::{Told, ToldShape, place, thing};
use feeds::open311::ServiceRequest;
use shell::{CitySource, ToldId};

/// More than this are not laid: the newest are.
const MOST: usize = 500;

pub(crate) fn requests(told: Told) -> Vec<ToldShape> {
    let all = told.read().flat_map(|source| source.held.requests.iter().map(move |held| (source, held)));
    let waits = |request: &ServiceRequest| request.status.is_open() && request.at.is_some();
    let mut open: Vec<_> = all.filter(|(_, (_, request))| waits(request)).collect();
    open.sort_by_key(|(_, (_, request))| std::cmp::Reverse(request.requested));
    open.truncate(MOST);
    let colour = told.theme.panel.attention;
    let shape = |(source, (number, request)): (&CitySource, (&String, &ServiceRequest))| {
        let name = Some(request.service_name.trim()).filter(|name| !name.is_empty());
        let shape = place(request.at?, Some(colour), name.map(str::to_owned));
        Some((shape, thing(source, ToldId::Request(number.clone()))))
    };
    open.into_iter().rev().filter_map(shape).collect()
}
