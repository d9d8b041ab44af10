//! Where datastreams are whose things have no place: at the feature of interest of their newest observation.
//!
//! Only those are asked for, singly and a few in a round, and once for each reading of the list.

use super::service::Service;
use crate::backoff::Trouble;
use feeds::Cause;
use feeds::sensorthings::{CatalogueRow, Entity, Kind, Position, PositionSource, Query, Version};
use std::collections::HashMap;

/// How many are asked for in one round.
const A_ROUND: usize = 20;
/// How many are kept in mind.
const MOST: usize = 100_000;

/// What is known of the places of features.
#[derive(Default)]
pub(super) struct Places {
    found: HashMap<String, Position>,
    sought: HashMap<String, CatalogueRow>,
}

impl Places {
    /// The same row with the place of its feature, where it has none of its own and that is known.
    pub(super) fn placed(&mut self, mut row: CatalogueRow) -> CatalogueRow {
        if row.position.is_none() {
            row.position = self.found.get(&row.datastream).map(|at| (*at, PositionSource::Feature));
        }
        if row.position.is_some() {
            self.sought.remove(&row.datastream);
        } else if self.sought.len() < MOST {
            self.sought.insert(row.datastream.clone(), row.clone());
        }
        row
    }

    /// Asks for some, and returns those that were found.
    pub(super) async fn find(&mut self, service: &Service) -> Result<Vec<CatalogueRow>, Trouble> {
        let some: Vec<String> = self.sought.keys().take(A_ROUND).cloned().collect();
        let mut placed = Vec::new();
        for datastream in some {
            let feature = match feature_of(service, &datastream).await {
                // Whatever is answered but a place leaves it where it is: nowhere. It holds up no other.
                Err(trouble) if trouble.status.is_some() || trouble.cause == Cause::Stranger => None,
                Err(_) if !placed.is_empty() => break,
                other => other?,
            };
            let Some(mut row) = self.sought.remove(&datastream) else { continue };
            if let Some(at) = feature.as_ref().and_then(Entity::position) {
                self.found.insert(datastream, at);
                row.position = Some((at, PositionSource::Feature));
                placed.push(row);
            }
        }
        Ok(placed)
    }
}

/// The feature of interest of a datastream's newest observation; 2.0 has it at the datastream (23-019).
async fn feature_of(service: &Service, datastream: &str) -> Result<Option<Entity>, Trouble> {
    let (holder, relation) = if service.version == Version::V2_0 {
        let relation = "ProximateFeatureOfInterest";
        let query = Query { expand: vec![relation.to_owned()], ..Query::default() };
        let address = query.address(&service.entity(Kind::Datastream, datastream));
        (service.entities(Kind::Datastream, &address).await?.into_iter().next(), relation)
    } else {
        let relation = "FeatureOfInterest";
        (service.newest_of(datastream, &[relation]).await?, relation)
    };
    Ok(holder.and_then(|holder| holder.related(relation).first().cloned()))
}
