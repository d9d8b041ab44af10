//! A WMTS that is named by its GetCapabilities: read when it is opened, its tiles asked for as it says, and known again
//! when nobody answers.

use super::imagery_web::{BLUE, RED, came, colour, hurried};
use super::tile_server::{Step, TileServer};
use link::imagery::ImageryLoader;
use overlays::imagery::{Plane, Store, TileAddress};
use std::path::Path;
use std::sync::Arc;

/// Three zooms of degrees, of which the layer has a few tiles.
fn capabilities(at: std::net::SocketAddr) -> Step {
    let matrix = |zoom: u32| {
        let scale = 279_541_132.014_358_8 / f64::from(1 << zoom);
        format!(
            "<TileMatrix><ows:Identifier>EPSG:4326:{zoom}</ows:Identifier><ScaleDenominator>{scale}</ScaleDenominator>
             <TopLeftCorner>90.0 -180.0</TopLeftCorner><TileWidth>256</TileWidth><TileHeight>256</TileHeight>
             <MatrixWidth>{}</MatrixWidth><MatrixHeight>{}</MatrixHeight></TileMatrix>",
            2 << zoom,
            1 << zoom
        )
    };
    let matrices: String = (0..3).map(matrix).collect();
    let text = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1" version="1.0.0">
 <Contents>
  <Layer><ows:Title>Hills</ows:Title><ows:Identifier>hills</ows:Identifier>
   <Style isDefault="true"><ows:Identifier>day</ows:Identifier></Style><Format>image/png</Format>
   <TileMatrixSetLink><TileMatrixSet>EPSG:4326</TileMatrixSet></TileMatrixSetLink>
   <ResourceURL format="image/png" resourceType="tile" template="http://{at}/{{TileMatrixSet}}/{{TileMatrix}}/{{TileRow}}/{{TileCol}}"/>
  </Layer>
  <TileMatrixSet><ows:Identifier>EPSG:4326</ows:Identifier>
   <ows:SupportedCRS>urn:ogc:def:crs:EPSG::4326</ows:SupportedCRS>{matrices}</TileMatrixSet>
 </Contents>
</Capabilities>"#
    );
    Step { status: 200, body: text.into_bytes(), ..Step::default() }
}

fn open(server: &TileServer, cache: &Path, options: &str) -> Result<Arc<ImageryLoader>, String> {
    let line = format!("http://{}/WMTSCapabilities.xml?key=SECRET#{options}", server.at);
    let source = line.parse().map_err(|e| format!("{e}"))?;
    ImageryLoader::start_patiently(source, cache, hurried()).map_err(|e| e.to_string())
}

#[test]
fn tiles_are_asked_for_as_the_service_says_and_it_is_known_again_without_it() {
    let (server, dir) = (TileServer::start(), tempfile::tempdir().unwrap());
    server.usually(Step::status(404));
    server.script("WMTSCapabilities.xml", [capabilities(server.at), Step::status(503)]);
    server.script("EPSG:4326/EPSG:4326:2/1/6", [Step::tile(RED)]);
    server.script("EPSG:4326/EPSG:4326:0/0/1", [Step::tile(BLUE)]);
    let loader = open(&server, dir.path(), "layer=hills").unwrap();
    assert_eq!((loader.health().name.as_str(), loader.source().tiles.plane), ("Hills", Plane::Geographic));
    let at = |zoom, column, row| TileAddress { zoom, column, row };
    assert_eq!(came(&loader, at(2, 6, 1)), colour(RED));
    assert_eq!(came(&loader, at(0, 1, 0)), colour(BLUE));
    assert_eq!(came(&loader, at(0, 2, 0)), "Absent", "there is no such column");
    drop(loader);
    let again = open(&server, dir.path(), "layer=hills").unwrap();
    assert_eq!(came(&again, at(2, 6, 1)), colour(RED));
}

#[test]
fn what_is_wrong_with_a_service_is_one_line_without_its_key() {
    let (server, dir) = (TileServer::start(), tempfile::tempdir().unwrap());
    let garbage = Step { status: 200, body: b"\xff\xfe\x00".to_vec(), ..Step::default() };
    let page = Step { status: 200, body: b"<html>Sign in</html>".to_vec(), ..Step::default() };
    let good = capabilities(server.at);
    for (step, options, what) in [
        (garbage, "layer=hills", "no UTF-8"),
        (page, "layer=hills", "GetCapabilities"),
        (Step::status(403), "layer=hills", "key"),
        (Step::status(500), "layer=hills", "500"),
        (good, "layer=vales", "hills"),
    ] {
        server.script("WMTSCapabilities.xml", [step]);
        let why = open(&server, dir.path(), options).err().unwrap();
        assert!(why.contains(what) && why.contains("127.0.0.1"), "{why}");
        assert!(!why.contains("SECRET") && !why.contains('\n'), "{why}");
    }
    let gone = TileServer::start();
    let at = gone.at;
    drop(gone);
    let line = format!("http://{at}/WMTSCapabilities.xml?key=SECRET#layer=hills");
    let why = ImageryLoader::start_patiently(line.parse().unwrap(), dir.path(), hurried()).err().unwrap();
    assert!(why.to_string().contains("cannot be reached") && !why.to_string().contains("SECRET"), "{why}");
}
