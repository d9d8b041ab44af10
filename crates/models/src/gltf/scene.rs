//! The tree of nodes: which mesh stands where.

use super::accessor::Buffers;
use super::json::{Document, Node};
use super::material::Wardrobe;
use super::mesh::{Parts, Stand};
use crate::ModelError;
use glam::{DMat4, DQuat, DVec3};
use overlays::Problems;

/// How deep nodes may lie in one another, and how many may be visited: some documents go in circles.
const DEEPEST: usize = 200;
const MOST_VISITED: usize = 1_000_000;
/// The most instances a node may have.
const MOST_INSTANCES: usize = 1_000_000;

/// Reads the scene of a document.
pub(crate) fn read(
    stand: &Stand<'_>,
    wardrobe: &mut Wardrobe<'_>,
    problems: &mut Problems,
) -> Result<Parts, ModelError> {
    let document = wardrobe.buffers.document;
    let mut parts = Parts::default();
    let centre = document.extensions.cesium_rtc.as_ref().map_or(DVec3::ZERO, |rtc| DVec3::from(rtc.center));
    let first = stand.matrix * DMat4::from_translation(centre) * stand.axes;
    let mut waiting: Vec<(usize, DMat4, usize)> =
        roots(document).into_iter().rev().map(|root| (root, first, 0)).collect();
    let mut visited = 0;
    while let Some((index, above, depth)) = waiting.pop() {
        visited += 1;
        if depth > DEEPEST || visited > MOST_VISITED {
            return Err(ModelError::damaged("its nodes go in circles"));
        }
        let Some(node) = document.nodes.get(index) else {
            problems.add("nodes that are missing", || format!("node {index}"));
            continue;
        };
        let matrix = above * matrix_of(node);
        waiting.extend(node.children.iter().rev().map(|child| (*child, matrix, depth + 1)));
        let Some(mesh) = node.mesh else { continue };
        let Some(mesh) = document.meshes.get(mesh) else {
            problems.add("meshes that are missing", || format!("mesh {mesh}"));
            continue;
        };
        let matrices = match instances(node, wardrobe.buffers) {
            Ok(Some(instances)) => instances.into_iter().map(|instance| matrix * instance).collect(),
            Ok(None) => vec![matrix],
            Err(why) => {
                problems.add("meshes that cannot be read", || format!("node {index}: {why}"));
                continue;
            }
        };
        for primitive in &mesh.primitives {
            if let Err(why) = parts.add(primitive, &matrices, stand, wardrobe, problems) {
                problems.add("meshes that cannot be read", || format!("node {index}: {why}"));
            }
        }
    }
    Ok(parts)
}

/// The nodes of the scene that is shown; of a document without scenes, all that no other node holds.
fn roots(document: &Document) -> Vec<usize> {
    if let Some(scene) = document.scenes.get(document.scene.unwrap_or(0)) {
        return scene.nodes.clone();
    }
    let mut held = vec![false; document.nodes.len()];
    for child in document.nodes.iter().flat_map(|node| &node.children) {
        if let Some(held) = held.get_mut(*child) {
            *held = true;
        }
    }
    (0..held.len()).filter(|node| !held[*node]).collect()
}

fn matrix_of(node: &Node) -> DMat4 {
    if let Some(matrix) = &node.matrix {
        return DMat4::from_cols_array(matrix);
    }
    let turn = node.rotation.map_or(DQuat::IDENTITY, |turn| DQuat::from_array(turn).normalize());
    DMat4::from_scale_rotation_translation(
        node.scale.map_or(DVec3::ONE, DVec3::from),
        turn,
        node.translation.map_or(DVec3::ZERO, DVec3::from),
    )
}

/// Where the instances of a node stand; none where it stands once.
fn instances(node: &Node, buffers: &Buffers<'_>) -> Result<Option<Vec<DMat4>>, ModelError> {
    let Some(instancing) = &node.extensions.instancing else { return Ok(None) };
    let attributes = &instancing.attributes;
    let three = |index: Option<usize>| index.map(|index| buffers.numbers::<3>(index)).transpose();
    let moved = three(attributes.translation)?;
    let scaled = three(attributes.scale)?;
    let turned = attributes.rotation.map(|index| buffers.numbers::<4>(index)).transpose()?;
    let count = [moved.as_ref().map(Vec::len), scaled.as_ref().map(Vec::len), turned.as_ref().map(Vec::len)];
    let count = count.into_iter().flatten().min().unwrap_or(0);
    if count > MOST_INSTANCES {
        return Err(ModelError::damaged(format!("{count} instances are more than {MOST_INSTANCES}")));
    }
    let one = |n: usize| {
        let at = |all: &Option<Vec<[f32; 3]>>, usual: DVec3| {
            all.as_ref().and_then(|all| all.get(n)).map_or(usual, |it| DVec3::from(it.map(f64::from)))
        };
        let turn = turned.as_ref().and_then(|all| all.get(n));
        let turn = turn.map_or(DQuat::IDENTITY, |it| DQuat::from_array(it.map(f64::from)).normalize());
        DMat4::from_scale_rotation_translation(at(&scaled, DVec3::ONE), turn, at(&moved, DVec3::ZERO))
    };
    Ok(Some((0..count).map(one).collect()))
}
