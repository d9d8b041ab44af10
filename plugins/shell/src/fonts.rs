//! Chinese glyphs come from a font of the system, found when the console starts: none is shipped.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use std::sync::Arc;

/// Families that hold Simplified Chinese, best first.
const FAMILIES: [&str; 12] = [
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Droid Sans Fallback",
    "SimHei",
    "SimSun",
];

/// A face with Chinese glyphs: the bytes of its file, and which face of the file it is.
#[derive(Clone)]
pub struct CjkFont {
    /// Its family.
    pub family: String,
    /// Which face of a collection (.ttc) it is.
    pub face_index: u32,
    /// The whole file.
    pub bytes: Vec<u8>,
}

/// Why Chinese cannot be shown.
#[derive(Debug)]
pub enum FontError {
    /// No face of the system holds Chinese.
    NoneFound {
        /// How many faces were looked at.
        looked_at: usize,
    },
    /// The file of a face could not be read.
    Unreadable {
        /// Its family.
        family: String,
    },
}

impl std::fmt::Display for FontError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoneFound { looked_at } => write!(
                f,
                "no Chinese font among the {looked_at} faces of this system: install one, such as \
                 `apt-get install fonts-noto-cjk` or `apt-get install fonts-wqy-microhei`, and start again"
            ),
            Self::Unreadable { family } => write!(
                f,
                "the file of the Chinese font '{family}' cannot be read: check its rights, or install another, \
                 such as `apt-get install fonts-wqy-microhei`"
            ),
        }
    }
}

impl std::error::Error for FontError {}

/// Finds a face with Simplified Chinese among the fonts of the system.
pub fn find_cjk() -> Result<CjkFont, FontError> {
    let mut faces = fontdb::Database::new();
    faces.load_system_fonts();
    find_in(&faces)
}

fn find_in(faces: &fontdb::Database) -> Result<CjkFont, FontError> {
    let found = FAMILIES.iter().find_map(|family| {
        let query = fontdb::Query { families: &[fontdb::Family::Name(family)], ..default() };
        faces.query(&query).map(|id| (*family, id))
    });
    let Some((family, id)) = found else { return Err(FontError::NoneFound { looked_at: faces.len() }) };
    let font = faces.with_face_data(id, |bytes, face_index| CjkFont {
        family: family.to_owned(),
        face_index,
        bytes: bytes.to_vec(),
    });
    font.ok_or(FontError::Unreadable { family: family.to_owned() })
}

/// The face that waits for something to be drawn on; whoever found one already inserts it.
#[derive(Resource, Default)]
pub struct FaceToInstall(pub Option<CjkFont>);

/// Puts the Chinese face behind egui's Latin ones, once.
pub(crate) fn install_fonts(mut contexts: EguiContexts, mut face: ResMut<FaceToInstall>) -> Result {
    if face.0.is_some() {
        let context = contexts.ctx_mut()?;
        if let Some(font) = face.0.take() {
            context.set_fonts(definitions(font));
        }
    }
    Ok(())
}

fn definitions(font: CjkFont) -> egui::FontDefinitions {
    let mut all = egui::FontDefinitions::default();
    let data = egui::FontData { index: font.face_index, ..egui::FontData::from_owned(font.bytes) };
    all.font_data.insert(font.family.clone(), Arc::new(data));
    for fallbacks in all.families.values_mut() {
        // After the first face, so that Latin letters and digits keep its look, and before the symbol faces.
        fallbacks.insert(fallbacks.len().min(1), font.family.clone());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_font_the_message_names_what_to_install() {
        let message = find_in(&fontdb::Database::new()).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(message.contains("fonts-noto-cjk") && message.contains("fonts-wqy-microhei"), "{message}");
    }
}
