//! The options that follow `#`.

use super::error::ImagerySourceError;
use super::{Datum, Zooms};
use crate::imagery::address::TileAddress;
use crate::unescaped;

pub(super) struct Options {
    pub(super) name: Option<String>,
    pub(super) attribution: Option<String>,
    pub(super) zooms: Zooms,
    pub(super) side_px: Option<u32>,
    pub(super) opacity: f32,
    pub(super) datum: Datum,
    pub(super) layer: Option<String>,
    pub(super) matrix_set: Option<String>,
}

impl Options {
    pub(super) fn parse(text: &str) -> Result<Self, ImagerySourceError> {
        let mut options = Self {
            name: None,
            attribution: None,
            zooms: Zooms::default(),
            side_px: None,
            opacity: 1.0,
            datum: Datum::default(),
            layer: None,
            matrix_set: None,
        };
        for option in text.split('&').map(str::trim).filter(|option| !option.is_empty()) {
            let (key, value) = option.split_once('=').unwrap_or((option, ""));
            options.take(key.trim(), &unescaped(value.trim()))?;
        }
        if let Zooms { min: Some(min), max: Some(max) } = options.zooms
            && min > max
        {
            return Err(wrong("max", &max.to_string(), "it is less than min"));
        }
        Ok(options)
    }

    fn take(&mut self, key: &str, value: &str) -> Result<(), ImagerySourceError> {
        let text = || Some(value.to_owned()).filter(|value| !value.is_empty());
        match key {
            "name" => self.name = text(),
            "attribution" => self.attribution = text(),
            "layer" => self.layer = text(),
            "matrixset" => self.matrix_set = text(),
            "min" => self.zooms.min = Some(zoom("min", value)?),
            "max" => self.zooms.max = Some(zoom("max", value)?),
            "side" => {
                let side = value.parse().ok().filter(|side| matches!(side, 256 | 512 | 1024));
                self.side_px = Some(side.ok_or_else(|| wrong("side", value, "write 256, 512 or 1024"))?);
            }
            "opacity" => {
                let opacity = value.parse().ok().filter(|opacity| (0.0..=1.0).contains(opacity));
                self.opacity = opacity.ok_or_else(|| wrong("opacity", value, "write 0 to 1"))?;
            }
            "datum" => {
                self.datum = match value.to_ascii_lowercase().as_str() {
                    "wgs84" | "cgcs2000" => Datum::Wgs84,
                    "gcj02" => Datum::Gcj02,
                    "bd09" => Datum::Bd09,
                    _ => return Err(wrong("datum", value, "write wgs84, gcj02 or bd09")),
                }
            }
            _ => return Err(ImagerySourceError::Option(key.to_owned())),
        }
        Ok(())
    }
}

/// The same line of imagery with another opacity.
pub fn with_opacity(line: &str, opacity: f32) -> String {
    let (place, options) = line.trim().rsplit_once('#').unwrap_or((line.trim(), ""));
    let others = options.split('&').filter(|option| {
        let key = option.split('=').next().unwrap_or_default().trim();
        !key.is_empty() && key != "opacity"
    });
    let opacity = (opacity < 1.0).then(|| format!("opacity={:.2}", opacity.max(0.0)));
    let options: Vec<String> = others.map(str::to_owned).chain(opacity).collect();
    // A file may have a # in its name: then an empty list of options stays behind it.
    if options.is_empty() && !place.contains('#') {
        return place.to_owned();
    }
    format!("{place}#{}", options.join("&"))
}

fn zoom(name: &'static str, value: &str) -> Result<u8, ImagerySourceError> {
    let zoom = value.parse().ok().filter(|zoom| *zoom <= TileAddress::DEEPEST);
    zoom.ok_or_else(|| wrong(name, value, "write a zoom, 0 to 30"))
}

fn wrong(name: &'static str, value: &str, expected: &'static str) -> ImagerySourceError {
    ImagerySourceError::Value { name, value: value.to_owned(), expected }
}
