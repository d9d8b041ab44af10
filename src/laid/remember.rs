//! What is laid on the map as lines of the settings.

use crate::settings::LaidSettings;
use overlays::imagery::{ImagerySource, Origin, with_opacity};
use shell::{LaidKind, LaidThing};

/// The lines that lay the same things again.
pub fn lines_of<'a>(things: impl Iterator<Item = &'a LaidThing>) -> LaidSettings {
    let mut lines = LaidSettings::default();
    for thing in things {
        let (list, line) = match thing.kind {
            LaidKind::Imagery => (&mut lines.imagery, with_opacity(&thing.given, thing.opacity)),
            LaidKind::Shapes => (&mut lines.shapes, thing.given.clone()),
            LaidKind::Buildings => (&mut lines.buildings, thing.given.clone()),
            LaidKind::Models => (&mut lines.models, thing.given.clone()),
            LaidKind::Points => (&mut lines.points, thing.given.clone()),
        };
        if !thing.shown {
            lines.off.push(line.clone());
        }
        list.push(line);
    }
    lines
}

/// A line of imagery that means the same in any folder.
pub fn with_whole_path(line: &str) -> String {
    let Ok(ImagerySource { origin: Origin::File { path, .. }, .. }) = line.parse() else {
        return line.trim().to_owned();
    };
    let whole = std::path::absolute(&path).unwrap_or(path);
    let options = line.trim().rsplit_once('#').map(|(_, options)| format!("#{options}"));
    format!("{}{}", whole.display(), options.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use shell::LaidContent;

    #[test]
    fn lines_keep_order_and_opacity_and_find_their_files_from_anywhere() {
        let thing = |given: &str, kind, opacity| LaidThing {
            id: 0,
            given: given.to_owned(),
            name: String::new(),
            kind,
            shown: true,
            opacity,
            content: LaidContent::Missing(String::new()),
        };
        let switched_off = LaidThing { shown: false, ..thing("/b.geojson", LaidKind::Shapes, 1.0) };
        let things = [
            switched_off,
            thing("https://b/{z}/{x}/{y}#min=3&opacity=0.2", LaidKind::Imagery, 0.75),
            thing("/a.geojson", LaidKind::Shapes, 1.0),
            thing("/a.mbtiles", LaidKind::Imagery, 1.0),
        ];
        let lines = lines_of(things.iter());
        assert_eq!(lines.imagery, ["https://b/{z}/{x}/{y}#min=3&opacity=0.75", "/a.mbtiles"]);
        assert_eq!(lines.shapes, ["/b.geojson", "/a.geojson"]);
        assert_eq!((lines.off.as_slice(), lines.buildings.len()), (&["/b.geojson".to_owned()][..], 0));
        let here = with_whole_path("a.mbtiles#opacity=0.5");
        assert!(here.starts_with('/') && here.ends_with("/a.mbtiles#opacity=0.5"), "{here}");
        assert_eq!(with_whole_path(" https://b/{z}/{x}/{y} "), "https://b/{z}/{x}/{y}");
    }
}
