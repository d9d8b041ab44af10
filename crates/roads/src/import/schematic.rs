//! The network of the static layers' roads: schematic, but it can be asked whatever an imported one can.

use super::draft::{Draft, DraftNode, DraftWay, units};
use super::tags::{NameTags, WayTags};
use super::{Progress, build};
use crate::{StreetClass, Streets};
use layers::{RoadClass, StaticLayers};
use std::collections::HashMap;
use terrain::Ground;

impl Streets {
    /// The schematic network of the roads of `layers` on `ground`. Roads meet where they share a position.
    pub fn from_layers(layers: &StaticLayers, ground: &Ground) -> Streets {
        let mut draft = Draft::default();
        // Nearer than 0.1 m is one node.
        let mut known: HashMap<(i32, i32), u32> = HashMap::new();
        for (index, road) in layers.roads.iter().enumerate() {
            let class = match road.class {
                RoadClass::Expressway => StreetClass::Motorway,
                RoadClass::Trunk => StreetClass::Trunk,
                RoadClass::Artery => StreetClass::Primary,
                RoadClass::County => StreetClass::Tertiary,
                RoadClass::Local => StreetClass::Residential,
            };
            let mut nodes: Vec<u32> = Vec::with_capacity(road.path.len());
            for at in &road.path {
                let Some((lon, lat)) = units(at.lon, at.lat) else { continue };
                let key = ((lon + 5) / 10, (lat + 5) / 10);
                let node = *known.entry(key).or_insert_with(|| {
                    draft.nodes.push(DraftNode { lon, lat, height_m: f32::NAN });
                    (draft.nodes.len() - 1) as u32
                });
                if nodes.last() != Some(&node) {
                    nodes.push(node);
                }
            }
            let name =
                draft.name(NameTags { zh: road.zh.clone(), en: road.en.clone(), number: String::new() });
            let tags = WayTags {
                class,
                structure: road.structure,
                access: [class.usual_access(); 2],
                speed_kmh: Some((road.speed_mps * 3.6).round().clamp(1.0, 200.0) as u8),
                ..WayTags::lift()
            };
            if nodes.len() > 1 {
                draft.ways.push(DraftWay { id: index as i64 + 1, nodes, tags, name });
            }
        }
        let sources = vec!["the schematic roads that ship".to_owned()];
        let progress: &mut Progress = &mut |_| {};
        build::build(draft, ground, None, sources, progress).0
    }
}
