//! A real server of OGC API – Features, pygeoapi, where its program is at hand; else our own in its shape.
//!
//! It is looked for in `$SHANCHENG_PEERS/bin` and on `PATH`. Which of the two was read stands in the test's output.

use super::fault_server::{FaultServer, JSON, Reply};
use super::ogc_features::ASKED;
use super::sources_web::{start, told, until_health};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A pygeoapi that ends with the test, its reloader's child too.
struct Pygeoapi(Child);

impl Drop for Pygeoapi {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.0.wait();
    }
}

fn program() -> Option<PathBuf> {
    let peers = std::env::var_os("SHANCHENG_PEERS").map(|peers| Path::new(&peers).join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_promised = peers.is_some();
    let mut folders = peers.into_iter().chain(std::env::split_paths(&path));
    let found = folders.find_map(|folder| Some(folder.join("pygeoapi")).filter(|program| program.is_file()));
    assert!(found.is_some() || !is_promised, "$SHANCHENG_PEERS holds no pygeoapi: run tools/peers.sh");
    found
}

/// Twenty-five shelters in Chongqing and one in Beijing.
fn shelters() -> String {
    let feature = |id: u32, lon: f64, lat: f64| {
        format!(
            r#"{{"type":"Feature","id":{id},"geometry":{{"type":"Point","coordinates":[{lon},{lat}]}},"properties":{{"id":{id},"名称":"避难所{id}"}}}}"#
        )
    };
    let mut all: Vec<_> = (0..25).map(|id| feature(id, 106.5 + f64::from(id) * 0.01, 29.5)).collect();
    all.push(feature(99, 116.4, 39.9));
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, all.join(","))
}

fn serve(program: &Path, folder: &Path, a_page: u32) -> (Pygeoapi, String) {
    // Nobody else takes the port between here and its start.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (config, openapi) = (folder.join("config.yml"), folder.join("openapi.yml"));
    let data = folder.join("shelters.geojson");
    std::fs::write(&data, shelters()).unwrap();
    let text = include_str!("pygeoapi.yml")
        .replace("{port}", &port.to_string())
        .replace("{a_page}", &a_page.to_string())
        .replace("{data}", &data.display().to_string());
    std::fs::write(&config, text).unwrap();
    let command = |words: &[&str]| {
        let mut command = Command::new(program);
        command
            .args(words)
            .env("PYGEOAPI_CONFIG", &config)
            .env("PYGEOAPI_OPENAPI", &openapi)
            .current_dir(folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        command
    };
    let [config_text, openapi_text] = [&config, &openapi].map(|file| file.display().to_string());
    let made =
        command(&["openapi", "generate", &config_text, "--output-file", &openapi_text]).status().unwrap();
    assert!(made.success(), "pygeoapi cannot describe its interface");
    (Pygeoapi(command(&["serve"]).spawn().unwrap()), format!("http://127.0.0.1:{port}"))
}

/// A server in its shape: pages of `a_page` with its links, counts and headers.
fn in_its_shape(a_page: usize) -> FaultServer {
    let server = FaultServer::of_city(0);
    let at = server.address();
    server.script("/", [Reply::Whole(200, JSON, format!(
        r#"{{"links":[{{"rel":"self","type":"application/json","href":"{at}?f=json"}},{{"rel":"data","type":"application/json","href":"{at}/collections"}},{{"rel":"data","type":"text/html","href":"{at}/collections?f=html"}}]}}"#
    ))]);
    server.script("/collections", [Reply::Whole(200, JSON, format!(
        r#"{{"collections":[{{"id":"shelters","title":"避难场所","itemType":"feature","links":[{{"type":"application/geo+json","rel":"items","href":"{at}/collections/shelters/items?f=json"}},{{"type":"text/html","rel":"items","href":"{at}/collections/shelters/items?f=html"}}]}}],"links":[]}}"#
    ))]);
    let all: serde_json::Value = serde_json::from_str(&shelters()).unwrap();
    let all = all["features"].as_array().unwrap();
    for offset in (0..25).step_by(a_page) {
        let features = &all[offset..(offset + a_page).min(25)];
        let next = format!("/collections/shelters/items?offset={}&{ASKED}", offset + a_page);
        let path = match offset {
            0 => format!("/collections/shelters/items?f=json&{ASKED}"),
            _ => format!("/collections/shelters/items?offset={offset}&{ASKED}"),
        };
        let mut page = serde_json::json!({"type": "FeatureCollection", "features": features,
            "numberMatched": 25, "numberReturned": features.len(), "links": []});
        if offset + a_page < 25 {
            let link = serde_json::json!({"type": "application/geo+json", "rel": "next", "href": format!("{at}{next}")});
            page["links"] = serde_json::json!([link]);
        }
        let head = "content-crs: <http://www.opengis.net/def/crs/OGC/1.3/CRS84>\r\n".to_owned();
        server.script(&path, [Reply::With(200, JSON, head, page.to_string())]);
    }
    server
}

fn reads_all_within_the_city(url: &str) {
    let sources = start(&[("ogc-features", url, "collections = ['shelters']")]);
    let set = told(&sources, 0, |news| news.collections.into_iter().next());
    let ids: Vec<_> = set.features.iter().map(|feature| feature.id.clone().unwrap()).collect();
    assert_eq!(ids, (0..25).map(|id: u32| id.to_string()).collect::<Vec<_>>(), "Beijing is not within");
    assert_eq!((set.title.as_str(), &set.features[3].properties["名称"]), ("避难场所", &"避难所3".into()));
    let at = set.features[24].geometry.as_ref().unwrap().first().unwrap();
    assert!((at.first - 106.74).abs() < 1e-9 && (at.second - 29.5).abs() < 1e-9);
    let health = until_health(&sources, 0, |health| health.cause.is_none());
    assert_eq!((health.received, health.problems), (25, 0), "{health:?}");
}

#[test]
fn a_layer_of_pygeoapi_is_read_with_and_without_pages() {
    for a_page in [10, 1_000] {
        match program() {
            Some(program) => {
                println!("read from {}, pages of {a_page}", program.display());
                let folder = tempfile::tempdir().unwrap();
                let (_running, url) = serve(&program, folder.path(), a_page);
                reads_all_within_the_city(&url);
            }
            None => {
                println!("pygeoapi is not at hand: read from a server in its shape, pages of {a_page}");
                reads_all_within_the_city(&in_its_shape(a_page as usize).address());
            }
        }
    }
}
