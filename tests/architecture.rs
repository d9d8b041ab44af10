//! The rooms: who may import whom, what a pure crate may not name, and that ARCHITECTURE.md tells of all of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// From left to right: a room imports only rooms of an earlier row, or of its own row where that is said.
const ROWS: [&[&str]; 9] = [
    &["city"],
    &["geodesy"],
    &["terrain"],
    &["overlays"],
    &["models"],
    &["layers", "roads"],
    &["watch", "feeds"],
    &["link", "backend"],
    &[
        "shell",
        "feed_link",
        "feed_board",
        "terrain_view",
        "one_map",
        "points",
        "incident_board",
        "point_table",
        "watch_board",
        "drones",
        "buildings",
        "model_view",
        "ways",
    ],
];

const PURE: [&str; 9] =
    ["city", "geodesy", "terrain", "overlays", "models", "roads", "layers", "watch", "feeds"];
const PLUGINS: &[&str] = ROWS[8];

/// What a pure crate must not depend on.
const ENGINE: [&str; 9] =
    ["bevy", "bevy_egui", "egui", "tokio", "reqwest", "wgpu", "axum", "rusqlite", "hyper"];
/// What a pure crate must not name in its source.
const IMPURE: [&str; 4] = ["std::net", "SystemTime::now", "Instant::now", "std::process::Command"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn folder(room: &str) -> PathBuf {
    ["crates", "plugins", "."]
        .iter()
        .map(|above| root().join(above).join(room))
        .find(|dir| dir.join("Cargo.toml").exists())
        .unwrap_or_else(|| panic!("no folder for the room `{room}`"))
}

fn dependencies(room: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder(room).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let table = manifest.get("dependencies").and_then(toml::Value::as_table);
    table.into_iter().flat_map(|t| t.keys().cloned()).collect()
}

fn sources(dir: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.insert(path.clone(), std::fs::read_to_string(&path).unwrap());
        }
    }
    found
}

fn row(room: &str) -> Option<usize> {
    ROWS.iter().position(|rooms| rooms.contains(&room))
}

#[test]
fn a_room_imports_only_rooms_to_its_left() {
    for (n, rooms) in ROWS.iter().enumerate() {
        for room in *rooms {
            for dependency in dependencies(room) {
                let Some(other) = row(&dependency) else { continue };
                let roads_read_layers = *room == "roads" && dependency == "layers";
                let feeds_read_watch = *room == "feeds" && dependency == "watch";
                let plugin_and_shell = n == 8 && dependency == "shell";
                assert!(
                    other < n || roads_read_layers || feeds_read_watch || plugin_and_shell,
                    "{room} imports {dependency}, which does not lie to its left"
                );
            }
        }
    }
}

#[test]
fn every_workspace_member_is_a_room_in_a_folder_of_its_name() {
    let manifest: toml::Table = std::fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    for member in manifest["workspace"]["members"].as_array().unwrap() {
        let member = member.as_str().unwrap();
        let name = member.rsplit('/').next().unwrap();
        assert!(row(name).is_some(), "{member} is in no row of this test");
        let text = std::fs::read_to_string(root().join(member).join("Cargo.toml")).unwrap();
        assert!(text.contains(&format!("name = \"{name}\"")), "{member} has another name than its folder");
    }
}

#[test]
fn pure_crates_know_no_engine_no_socket_and_no_wall_clock() {
    for room in PURE {
        for dependency in dependencies(room) {
            assert!(!ENGINE.contains(&dependency.as_str()), "{room} depends on {dependency}");
        }
        for (path, text) in sources(&folder(room).join("src")) {
            for name in IMPURE {
                assert!(!text.contains(name), "{} names {name}", path.display());
            }
        }
    }
}

#[test]
fn plugins_know_neither_one_another_nor_the_backend_and_only_one_opens_the_link() {
    for plugin in PLUGINS {
        for dependency in dependencies(plugin) {
            assert!(dependency != "backend", "{plugin} imports the backend");
            assert!(dependency != "link" || *plugin == "feed_link", "{plugin} imports the link");
            assert!(dependency != "reqwest" && dependency != "rusqlite", "{plugin} imports {dependency}");
        }
    }
    let socket =
        |text: &str| text.contains("TcpStream") || text.contains("TcpListener") || text.contains("UdpSocket");
    for room in ROWS.iter().copied().flatten().filter(|room| !matches!(**room, "link" | "backend")) {
        for (path, text) in sources(&folder(room).join("src")) {
            assert!(!socket(&text), "{} opens a socket", path.display());
        }
    }
}

#[test]
fn only_geodesy_links_proj() {
    for room in ROWS.iter().copied().flatten().filter(|room| **room != "geodesy") {
        assert!(!dependencies(room).iter().any(|d| d == "proj" || d == "proj-sys"), "{room} links PROJ");
    }
}

#[test]
fn colours_stand_in_the_theme_only() {
    let literals = [
        "Color32::from_rgb",
        "from_rgba_unmultiplied(",
        "Color::srgb",
        "Color::hsl",
        "Color::linear_rgb",
        "LinearRgba::rgb(",
    ];
    for plugin in PLUGINS.iter().filter(|plugin| **plugin != "shell") {
        for (path, text) in sources(&folder(plugin).join("src")) {
            for literal in literals {
                assert!(!text.contains(literal), "{} holds a colour: {literal}", path.display());
            }
        }
    }
}

#[test]
fn architecture_md_tells_of_every_room() {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for room in ROWS.iter().copied().flatten() {
        assert!(page.contains(&format!("`{room}`")), "ARCHITECTURE.md does not tell of `{room}`");
    }
}

#[test]
fn both_languages_have_every_word() {
    let read = |name: &str| std::fs::read_to_string(root().join("assets/words").join(name)).unwrap();
    let words = shell::Words::read(&read("zh-CN.toml"), &read("en.toml")).unwrap();
    assert_eq!(words.gaps(), Vec::<String>::new());
}

#[test]
fn no_name_says_nothing() {
    let vague = ["utils", "common", "helpers", "manager", "misc"];
    for room in ROWS.iter().copied().flatten() {
        for (path, _) in sources(&folder(room).join("src")) {
            let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
            assert!(!vague.contains(&stem), "{} has a name that says nothing", path.display());
        }
    }
}
