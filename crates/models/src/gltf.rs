//! glTF 2.0: `.glb`, and `.gltf` with what it names.
//!
//! What cannot be read in a file is left out and told, the rest stands. Nothing in a file is taken on trust: places in
//! buffers are looked up with care, and memory is taken for what is there, not for what is promised.

mod accessor;
mod container;
mod json;
mod material;
mod mesh;
mod scene;
#[cfg(test)]
mod tests;

use container::Container;
pub(crate) use container::{begin, text};
pub(crate) use mesh::Stand;

use crate::files::{Fetch, data_uri, join};
use crate::{Model, ModelError};
use accessor::Buffers;
use glam::{DMat3, DMat4, DVec3};
use material::Wardrobe;
use overlays::Problems;
use std::borrow::Cow;

/// Looks whether a file can be read, without reading all of it.
pub fn check(address: &str, fetch: &dyn Fetch) -> Result<(), ModelError> {
    let bytes = fetch.fetch(address).map_err(|why| why.within(address))?;
    let container = Container::open(&bytes).map_err(|why| why.within(address))?;
    let problems = &mut Problems::default();
    buffers_of(&container, address, fetch, problems).into_iter().try_for_each(|buffer| buffer.map(drop))
}

/// Reads a model as it is: its x is east, its y up and its −z north.
pub fn read(address: &str, fetch: &dyn Fetch) -> Result<Model, ModelError> {
    let bytes = fetch.fetch(address).map_err(|why| why.within(address))?;
    let stand = Stand {
        matrix: DMat4::IDENTITY,
        axes: DMat4::IDENTITY,
        place: &|at: DVec3| at,
        turn: DMat3::IDENTITY,
    };
    read_bytes(&bytes, address, fetch, &stand).map_err(|why| why.within(address))
}

/// Reads a model from the bytes of its file.
pub(crate) fn read_bytes(
    bytes: &[u8],
    address: &str,
    fetch: &dyn Fetch,
    stand: &Stand<'_>,
) -> Result<Model, ModelError> {
    let container = Container::open(bytes)?;
    let document = &container.document;
    let mut problems = Problems::default();
    let bytes = buffers_of(&container, address, fetch, &mut problems);
    let buffers = Buffers { document, bytes };
    let mut wardrobe = Wardrobe::new(&buffers, address, fetch);
    let parts = scene::read(stand, &mut wardrobe, &mut problems)?;
    let mut parts = parts.list;
    parts.retain(|part| !part.indices.is_empty());
    if parts.is_empty() && !problems.is_empty() {
        return Err(ModelError::Damaged(problems.to_string()));
    }
    let copyright = document.asset.copyright.clone().filter(|text| !text.trim().is_empty());
    Ok(Model { parts, copyright, problems })
}

/// The bytes of all buffers; one that cannot be had costs what lies in it.
fn buffers_of<'b>(
    container: &Container<'b>,
    address: &str,
    fetch: &dyn Fetch,
    problems: &mut Problems,
) -> Vec<Result<Cow<'b, [u8]>, ModelError>> {
    let one = |(n, buffer): (usize, &json::Buffer)| {
        let bytes = match (&buffer.uri, &container.inner) {
            (Some(uri), _) => match data_uri(uri) {
                Some(bytes) => bytes.map(Cow::Owned),
                None => join(address, uri)
                    .and_then(|file| fetch.fetch(&file).map_err(|why| why.within(&file)))
                    .map(Cow::Owned),
            },
            (None, Some(inner)) if n == 0 => Ok(Cow::Borrowed(*inner)),
            _ => Err(ModelError::damaged(format!("buffer {n} is nowhere"))),
        };
        bytes.and_then(|bytes| match bytes.len() < buffer.byte_length {
            true => Err(ModelError::damaged(format!(
                "buffer {n} has {} bytes of {}",
                bytes.len(),
                buffer.byte_length
            ))),
            false => Ok(bytes),
        })
    };
    let all: Vec<_> = container.document.buffers.iter().enumerate().map(one).collect();
    for why in all.iter().filter_map(|buffer| buffer.as_ref().err()) {
        problems.add("buffers that cannot be had", || why.to_string());
    }
    all
}
