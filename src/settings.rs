//! What a console remembers between runs: `settings.toml` in the user's configuration folder.

use anyhow::Context;
use bevy::tasks::{IoTaskPool, Task};
use serde::{Deserialize, Serialize};
use shell::ThemeName;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The folder of the elevation model the console stands on; none is the relief that ships.
    pub terrain: Option<PathBuf>,
    /// The colours; none are those of the night.
    pub theme: Option<ThemeName>,
    /// What is laid on the map.
    pub laid: LaidSettings,
    /// The other systems the city is read from.
    pub sources: SourceSettings,
    /// Sets of layers that were saved under a name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub layer_sets: Vec<LayerSet>,
}

/// A set of layers under a name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LayerSet {
    /// What it is called.
    pub name: String,
    /// The layers that are off.
    pub off: BTreeSet<String>,
}

/// Which sources were switched otherwise than their own settings say, by their names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SourceSettings {
    /// Switched off.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub off: BTreeSet<String>,
    /// Switched on.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub on: BTreeSet<String>,
}

impl SourceSettings {
    /// Remembers how a source was switched last.
    pub fn switch(&mut self, name: &str, on: bool) {
        let (to, from) = if on { (&mut self.on, &mut self.off) } else { (&mut self.off, &mut self.on) };
        from.remove(name);
        to.insert(name.to_owned());
    }

    /// Whether a source is on that its own settings switch so.
    pub fn is_on(&self, name: &str, usually: bool) -> bool {
        !self.off.contains(name) && (usually || self.on.contains(name))
    }
}

/// What is laid on the map, what lies on top last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LaidSettings {
    /// Lines of imagery, which may hold keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub imagery: Vec<String>,
    /// Files of shapes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shapes: Vec<String>,
    /// Files of buildings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buildings: Vec<String>,
    /// Lines of models, which may hold keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<String>,
    /// Files of points at scale.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<String>,
    /// Those of all these lines that are switched off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub off: Vec<String>,
}

impl Settings {
    /// Where they are kept.
    pub fn file() -> anyhow::Result<PathBuf> {
        crate::commands::home_folder("XDG_CONFIG_HOME", ".config", "settings.toml")
    }

    /// Reads them; without a file they are the usual ones.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        match std::fs::read_to_string(file) {
            Ok(text) => toml::from_str(&text)
                .map_err(|e| anyhow::anyhow!("{}: {}; mend or remove it", file.display(), in_one_line(&e))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("reading {}", file.display())),
        }
    }

    /// Changes some of what is kept in the file: one change after the other, also where two consoles of the same user
    /// make them. Where nothing changes, nothing needs to be written.
    pub fn change(file: &Path, change: impl Fn(&mut Self)) -> anyhow::Result<()> {
        if Self::read(file)?.changed(&change).is_none() {
            return Ok(());
        }
        let doing = || format!("writing {}", file.display());
        std::fs::create_dir_all(file.parent().unwrap_or(Path::new("."))).with_context(doing)?;
        let one_at_a_time = std::fs::File::create(file.with_extension("toml.lock")).with_context(doing)?;
        one_at_a_time.lock().with_context(doing)?;
        // Somebody else may have changed them meanwhile.
        Self::read(file)?.changed(&change).map_or(Ok(()), |settings| settings.write(file))
    }

    /// What a change makes of them; none where they stay as they are.
    fn changed(&self, change: impl Fn(&mut Self)) -> Option<Self> {
        let mut settings = self.clone();
        change(&mut settings);
        (settings != *self).then_some(settings)
    }

    /// Writes them, whole or not at all, and for their owner alone: an address may hold a key.
    pub fn write(&self, file: &Path) -> anyhow::Result<()> {
        let doing = || format!("writing {}", file.display());
        let partial = file.with_extension(format!("toml.{}", std::process::id()));
        let text = toml::to_string(self)?;
        std::fs::create_dir_all(file.parent().unwrap_or(Path::new("."))).with_context(doing)?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut partly = options.open(&partial).with_context(doing)?;
        std::io::Write::write_all(&mut partly, text.as_bytes()).with_context(doing)?;
        std::fs::rename(&partial, file).with_context(doing)
    }
}

/// Remembers what the officer changes while the console runs: off the frame, one change after the other.
#[derive(Default)]
pub struct Remembering(Option<Task<()>>);

impl Remembering {
    /// Remembers `what`; that it cannot be is told to the log alone, as nothing else depends on it.
    pub fn change(&mut self, what: &'static str, change: impl Fn(&mut Settings) + Send + 'static) {
        let before = self.0.take();
        self.0 = Some(IoTaskPool::get().spawn(async move {
            if let Some(before) = before {
                before.await;
            }
            remember(what, change);
        }));
    }
}

/// Remembers a change at once, where there is a place for it.
pub fn remember(what: &str, change: impl Fn(&mut Settings)) {
    if let Err(error) = Settings::file().and_then(|file| Settings::change(&file, change)) {
        tracing::warn!("{what} is not remembered: {error:#}");
    }
}

fn in_one_line(error: &toml::de::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_change_of_nothing_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        Settings::change(&folder.path().join("deep/settings.toml"), |kept| kept.terrain = None).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn changes_made_at_once_are_all_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.toml");
        std::thread::scope(|scope| {
            for n in 0..20 {
                let file = &file;
                scope.spawn(move || {
                    Settings::change(file, |kept| kept.laid.shapes.push(n.to_string())).unwrap()
                });
            }
        });
        assert_eq!(Settings::read(&file).unwrap().laid.shapes.len(), 20);
    }

    #[test]
    fn a_source_is_as_it_was_switched_last_else_as_its_own_settings_say() {
        let mut sources = SourceSettings::default();
        assert!(sources.is_on("a", true) && !sources.is_on("a", false));
        sources.switch("a", false);
        assert!(!sources.is_on("a", true) && sources.is_on("b", true));
        sources.switch("a", true);
        assert!(sources.is_on("a", true) && sources.is_on("a", false));
    }

    #[test]
    fn settings_come_back_and_garbage_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/settings.toml");
        assert_eq!(Settings::read(&file).unwrap(), Settings::default());
        let imagery = vec!["https://h/{z}/{x}/{y}?k=1#opacity=0.5".to_owned()];
        let laid = LaidSettings {
            imagery,
            shapes: vec!["/a.geojson".to_owned()],
            models: vec!["/a.glb#at=106.5,29.5".to_owned()],
            ..LaidSettings::default()
        };
        let mut sources = SourceSettings::default();
        sources.switch("气象预警", false);
        let layer_sets = vec![LayerSet { name: "汛期".into(), off: ["roads".to_owned()].into() }];
        let settings = Settings {
            terrain: Some("/model".into()),
            theme: Some(ThemeName::Day),
            laid,
            sources,
            layer_sets,
        };
        Settings { terrain: None, ..settings.clone() }.write(&file).unwrap();
        Settings::change(&file, |kept| kept.terrain = Some("/model".into())).unwrap();
        assert_eq!(Settings::read(&file).unwrap(), settings);
        std::fs::write(&file, "terain = 1").unwrap();
        let error = Settings::read(&file).unwrap_err().to_string();
        assert!(error.contains("settings.toml") && error.contains("terain"), "{error}");
        assert!(Settings::change(&file, |kept| kept.terrain = None).is_err(), "what cannot be read is kept");
    }
}
