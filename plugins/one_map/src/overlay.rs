//! What the pipelines of everything that lies on the ground have in common.

use bevy::mesh::{MeshVertexBufferLayoutRef, VertexAttributeDescriptor};
use bevy::render::render_resource::{RenderPipelineDescriptor, SpecializedMeshPipelineError};

/// Vertices of these attributes, seen from both sides, at their own depth: a material's bias orders the drawing only,
/// and its shader pulls towards the eye.
pub(crate) fn prepare(
    descriptor: &mut RenderPipelineDescriptor,
    layout: &MeshVertexBufferLayoutRef,
    attributes: &[VertexAttributeDescriptor],
) -> Result<(), SpecializedMeshPipelineError> {
    descriptor.vertex.buffers = vec![layout.0.get_layout(attributes)?];
    descriptor.primitive.cull_mode = None;
    if let Some(depth) = &mut descriptor.depth_stencil {
        depth.bias.constant = 0;
    }
    Ok(())
}
