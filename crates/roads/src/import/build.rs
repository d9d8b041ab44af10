//! From what was read to the columns of a network.

use super::cut::cut;
use super::draft::Draft;
use super::heights::{self, Point};
use super::turns::{Ends, arcs};
use super::{ImportReport, Progress, Share};
use crate::routing::order;
use crate::streets::{Columns, StreetName, Streets, StreetsInfo, position};
use layers::Structure;
use rayon::prelude::*;
use terrain::Ground;

/// Makes the network of what was read.
pub(crate) fn build(
    mut draft: Draft,
    ground: &Ground,
    bbox: Option<[f64; 4]>,
    sources: Vec<String>,
    progress: &mut Progress,
) -> (Streets, ImportReport) {
    progress(Share::Laying);
    if let Some(bbox) = bbox {
        clip(&mut draft, bbox);
    }
    let ways = draft.ways.len();
    let pieces = cut(&mut draft);
    let ends_m = heights::of_nodes(&draft, &pieces, ground);
    // Neighbours in the city become neighbours in memory.
    let mut nodes: Vec<u32> = (0..pieces.len()).flat_map(|piece| pieces.ends(piece)).collect();
    nodes.par_sort_unstable();
    nodes.dedup();
    nodes.par_sort_by_key(|&node| {
        (along_curve(draft.nodes[node as usize].lon, draft.nodes[node as usize].lat), node)
    });
    let mut number = vec![u32::MAX; draft.nodes.len()];
    nodes.iter().enumerate().for_each(|(new, &old)| number[old as usize] = new as u32);
    let mut sorted: Vec<u32> = (0..pieces.len() as u32).collect();
    sorted.par_sort_by_key(|&piece| (number[pieces.ends(piece as usize)[0] as usize], piece));

    let mut columns = Columns { first_point: vec![0], ..Columns::default() };
    let mut edges: Vec<Ends> = Vec::with_capacity(sorted.len());
    for batch in sorted.chunks(1 << 16) {
        let line = |&piece: &u32| heights::line(&draft, &pieces, piece as usize, &ends_m, ground);
        let lines: Vec<Vec<Point>> = batch.par_iter().map(line).collect();
        for (&piece, line) in batch.iter().zip(lines) {
            let way = &draft.ways[pieces.way[piece as usize] as usize];
            let ends = pieces.ends(piece as usize).map(|node| number[node as usize]);
            edges.push(Ends { nodes: ends, way: way.id, access: way.tags.access });
            push_edge(&mut columns, way, ends, &line);
        }
    }
    let turns: Vec<_> = draft
        .turns
        .iter()
        .map(|turn| super::draft::DraftTurn { via: number[turn.via as usize], ..*turn })
        .filter(|turn| turn.via != u32::MAX)
        .collect();
    let made = arcs(&edges, nodes.len(), &turns, &mut draft.problems);
    let at = |node: u32| (draft.nodes[node as usize].lon, draft.nodes[node as usize].lat);
    (columns.node_lon, columns.node_lat) =
        nodes.iter().copied().chain(made.copies.iter().map(|&node| nodes[node as usize])).map(at).unzip();
    columns.first_out = vec![0; columns.node_lon.len() + 1];
    for arc in &made.arcs {
        columns.first_out[arc.tail as usize + 1] += 1;
        columns.arc_head.push(arc.head);
        columns.arc_edge.push(arc.edge);
        columns.arc_ban.push(arc.ban);
    }
    for node in 1..columns.first_out.len() {
        columns.first_out[node] += columns.first_out[node - 1];
    }
    progress(Share::Ordering);
    columns.order = order::order(&columns);

    let names =
        draft.names.iter().cloned().map(|n| StreetName { zh: n.zh, en: n.en, number: n.number }).collect();
    let problems = draft.problems.list();
    let info = StreetsInfo {
        sources,
        bounds: bounds(&columns),
        ways,
        turn_restrictions: made.held,
        problems: problems.iter().map(|problem| problem.count).sum(),
    };
    let streets = Streets::new(columns, names, info);
    let report = ImportReport {
        edges: streets.edge_count(),
        nodes: nodes.len(),
        ways,
        length_km: (streets.length_m() / 100.0).round() / 10.0,
        turn_restrictions: made.held,
        problems,
    };
    (streets, report)
}

fn push_edge(columns: &mut Columns, way: &super::draft::DraftWay, ends: [u32; 2], line: &[Point]) {
    let tags = &way.tags;
    columns.tail.push(ends[0]);
    columns.head.push(ends[1]);
    for point in line {
        columns.lon.push(point.lon);
        columns.lat.push(point.lat);
        columns.height_m.push(point.height_m);
    }
    columns.first_point.push(columns.lon.len() as u32);
    let place = |point: &Point| position(point.lon, point.lat);
    let length_m: f64 = line.windows(2).map(|pair| place(&pair[0]).distance_m(place(&pair[1]))).sum();
    columns.length_m.push(length_m as f32);
    columns.class.push(tags.class as u8);
    columns.structure.push(match tags.structure {
        Structure::Ground => 0,
        Structure::Bridge => 1,
        Structure::Tunnel => 2,
    });
    columns.layer.push(tags.layer.unwrap_or(0));
    columns.access.push(tags.access[0] | tags.access[1] << 4);
    columns.speed_kmh.push(tags.speed_kmh.unwrap_or(0));
    columns.incline_pct.push(tags.incline_pct.unwrap_or(i8::MIN));
    columns.height_cm.push(tags.limits.height_cm);
    columns.width_cm.push(tags.limits.width_cm);
    columns.weight_ct.push(tags.limits.weight_ct);
    columns.step_count.push(tags.step_count);
    columns.name.push(way.name);
    columns.way.push(way.id);
}

/// Cuts the ways to the box: what reaches out of it is kept to the first vertex outside.
fn clip(draft: &mut Draft, [west, south, east, north]: [f64; 4]) {
    let nodes = &draft.nodes;
    let inside = |node: u32| {
        let at = heights::place(&nodes[node as usize]);
        (west..=east).contains(&at.lon) && (south..=north).contains(&at.lat)
    };
    let mut kept = Vec::new();
    for way in std::mem::take(&mut draft.ways) {
        let is_in: Vec<bool> = way.nodes.iter().map(|&node| inside(node)).collect();
        let reaches = |pair: usize| is_in[pair] || is_in[pair + 1];
        let mut begin = 0;
        while begin + 1 < way.nodes.len() {
            let end =
                (begin..way.nodes.len() - 1).find(|&pair| !reaches(pair)).unwrap_or(way.nodes.len() - 1);
            if end > begin {
                kept.push(super::draft::DraftWay { nodes: way.nodes[begin..=end].to_vec(), ..way.clone() });
            }
            begin = end + 1;
        }
    }
    draft.ways = kept;
}

/// Where a position lies on a curve that visits neighbours soon after one another (Morton).
fn along_curve(lon: i32, lat: i32) -> u64 {
    let spread = |value: i32| {
        let mut bits = u64::from((i64::from(value) + (1 << 31)) as u32);
        for (shift, mask) in [
            (16, 0x0000_ffff_0000_ffff_u64),
            (8, 0x00ff_00ff_00ff_00ff),
            (4, 0x0f0f_0f0f_0f0f_0f0f),
            (2, 0x3333_3333_3333_3333),
            (1, 0x5555_5555_5555_5555),
        ] {
            bits = (bits | bits << shift) & mask;
        }
        bits
    };
    spread(lon) | spread(lat) << 1
}

fn bounds(columns: &Columns) -> [f64; 4] {
    let range = |values: &[i32]| {
        let (least, most) = values.iter().fold((i32::MAX, i32::MIN), |(a, b), &v| (a.min(v), b.max(v)));
        if least > most { (0.0, 0.0) } else { (f64::from(least) / 1e7, f64::from(most) / 1e7) }
    };
    let ((west, east), (south, north)) = (range(&columns.lon), range(&columns.lat));
    [west, south, east, north]
}
