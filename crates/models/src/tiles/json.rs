//! The parts of a tileset's JSON that are read; everything else is passed over.

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TilesetJson {
    #[serde(default)]
    pub asset: AssetJson,
    #[serde(default)]
    pub extensions_required: Vec<String>,
    pub root: TileJson,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct AssetJson {
    pub version: String,
    pub copyright: Option<String>,
    pub gltf_up_axis: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct TileJson {
    pub bounding_volume: VolumeJson,
    pub geometric_error: f64,
    pub refine: Option<String>,
    pub transform: Option<[f64; 16]>,
    pub content: Option<ContentJson>,
    pub contents: Vec<ContentJson>,
    pub children: Vec<TileJson>,
    pub implicit_tiling: Option<ImplicitJson>,
    pub extensions: TileExtensions,
}

/// What 1.1 took into its core was an extension before.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TileExtensions {
    #[serde(rename = "3DTILES_implicit_tiling")]
    pub implicit: Option<ImplicitJson>,
    #[serde(rename = "3DTILES_multiple_contents")]
    pub multiple: Option<MultipleJson>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MultipleJson {
    #[serde(alias = "content")]
    pub contents: Vec<ContentJson>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ContentJson {
    #[serde(alias = "url")]
    pub uri: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct VolumeJson {
    #[serde(rename = "box")]
    pub cuboid: Option<[f64; 12]>,
    pub region: Option<[f64; 6]>,
    pub sphere: Option<[f64; 4]>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ImplicitJson {
    pub subdivision_scheme: String,
    pub subtree_levels: u32,
    #[serde(alias = "maximumLevel")]
    pub available_levels: u32,
    pub subtrees: ContentJson,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct SubtreeJson {
    pub buffers: Vec<BufferJson>,
    pub buffer_views: Vec<BufferViewJson>,
    pub tile_availability: AvailabilityJson,
    pub content_availability: OneOrMany,
    pub child_subtree_availability: AvailabilityJson,
    pub extensions: SubtreeExtensions,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SubtreeExtensions {
    #[serde(rename = "3DTILES_multiple_contents")]
    pub multiple: Option<MultipleAvailability>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct MultipleAvailability {
    pub content_availability: Vec<AvailabilityJson>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    Many(Vec<AvailabilityJson>),
    One(AvailabilityJson),
}

impl Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct AvailabilityJson {
    #[serde(alias = "bufferView")]
    pub bitstream: Option<usize>,
    pub constant: Option<u8>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct BufferJson {
    pub uri: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct BufferViewJson {
    pub buffer: usize,
    pub byte_offset: usize,
    pub byte_length: usize,
}
