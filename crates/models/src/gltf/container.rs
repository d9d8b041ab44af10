//! A glTF file before anything of it is used: its document, and the bytes that came with it.

use super::json::Document;
use crate::ModelError;

/// Extensions that are read, or whose absence changes only how shiny something is.
const READ: [&str; 9] = [
    "KHR_mesh_quantization",
    "KHR_texture_transform",
    "EXT_texture_webp",
    "EXT_mesh_gpu_instancing",
    "KHR_techniques_webgl",
    "KHR_technique_webgl",
    "CESIUM_RTC",
    "KHR_lights_punctual",
    "EXT_lights_image_based",
];
/// Beginnings of the names of more of those.
const HARMLESS: [&str; 6] = [
    "KHR_materials_",
    "EXT_structural_metadata",
    "EXT_mesh_features",
    "EXT_instance_features",
    "EXT_feature_metadata",
    "KHR_xmp",
];

/// A document, and the buffer that is part of the same file.
#[derive(Clone, Debug)]
pub(crate) struct Container<'b> {
    pub document: Document,
    pub inner: Option<&'b [u8]>,
}

impl<'b> Container<'b> {
    /// Takes a file apart, binary or not, and refuses what cannot be read at all.
    pub fn open(bytes: &'b [u8]) -> Result<Self, ModelError> {
        let (json, inner) = match bytes {
            [b'g', b'l', b'T', b'F', ..] => chunks(bytes)?,
            _ if text(bytes).starts_with(b"{") => (text(bytes), None),
            _ => return Err(ModelError::Strange { expected: "glTF", found: begin(bytes) }),
        };
        let document: Document =
            serde_json::from_slice(json).map_err(|why| ModelError::damaged(format!("its JSON: {why}")))?;
        if !document.asset.version.starts_with("2.") {
            let found = match document.asset.version.as_str() {
                "" => "JSON without a glTF version".to_owned(),
                version => format!("glTF {version}; save it as 2.0"),
            };
            return Err(ModelError::Strange { expected: "glTF 2.0", found });
        }
        for extension in &document.extensions_required {
            let known = READ.contains(&extension.as_str());
            if !known && !HARMLESS.iter().any(|begin| extension.starts_with(begin)) {
                let (extension, remedy) = (extension.clone(), remedy(extension));
                return Err(ModelError::Extension { extension, remedy });
            }
        }
        Ok(Self { document, inner })
    }
}

fn remedy(extension: &str) -> &'static str {
    match extension {
        "KHR_draco_mesh_compression" => {
            "export it again without Draco compression (`gltf-transform copy` unpacks it)"
        }
        "EXT_meshopt_compression" | "KHR_meshopt_compression" => {
            "export it again without meshopt compression (`gltf-transform copy` unpacks it)"
        }
        "KHR_texture_basisu" => "export it again with PNG, JPEG or WebP pictures instead of KTX2",
        _ => "export it again without this extension",
    }
}

/// The JSON and the first binary chunk of a binary file.
fn chunks(bytes: &[u8]) -> Result<(&[u8], Option<&[u8]>), ModelError> {
    let word = |at: usize| {
        let four = bytes.get(at..at.checked_add(4)?)?;
        Some(u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
    };
    let cut = || ModelError::damaged("it ends before its own end");
    match word(4).ok_or_else(cut)? {
        2 => {}
        version => {
            let found = format!("binary glTF {version}; save it as 2.0");
            return Err(ModelError::Strange { expected: "glTF 2.0", found });
        }
    }
    if word(8).ok_or_else(cut)? as usize > bytes.len() {
        return Err(cut());
    }
    let (mut json, mut inner, mut at) = (None, None, 12);
    while let (Some(length), Some(kind)) = (word(at), word(at + 4)) {
        let chunk = bytes.get(at + 8..(at + 8).saturating_add(length as usize)).ok_or_else(cut)?;
        match kind {
            0x4e4f_534a if json.is_none() => json = Some(chunk),
            0x004e_4942 if inner.is_none() => inner = Some(chunk),
            _ => {}
        }
        at += 8 + chunk.len();
    }
    Ok((json.ok_or_else(|| ModelError::damaged("it has no JSON"))?, inner))
}

/// Text without a mark of its byte order and spaces before it.
pub(crate) fn text(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start()
}

/// How something begins, in words.
pub(crate) fn begin(bytes: &[u8]) -> String {
    match text(bytes) {
        [] => "an empty file".to_owned(),
        [b'<', ..] => "a page for people".to_owned(),
        [0x1f, 0x8b, ..] => "gzip; unpack it".to_owned(),
        [b'P', b'K', 3, 4, ..] => "a ZIP archive; unpack it".to_owned(),
        _ => format!("it begins with {:02x?}", &bytes[..bytes.len().min(8)]),
    }
}
