use super::*;
use crate::imagery::address::TileAddress;

fn url(line: &str, zoom: u8, column: u32, row: u32) -> String {
    let source: ImagerySource = line.parse().unwrap();
    let Origin::Web(template) = source.origin else { panic!("{line} is on the web") };
    template.url(TileAddress::new(zoom, column, row).unwrap())
}

#[test]
fn addresses_are_filled_in() {
    for (line, expected) in [
        ("https://t.example/{z}/{x}/{y}.png", "https://t.example/3/1/2.png"),
        ("http://t.example:8080/{z}/{x}/{-y}.png", "http://t.example:8080/3/1/5.png"),
        ("https://t.example/{z}/{x}/{y}@2x.webp?key=K", "https://t.example/3/1/2@2x.webp?key=K"),
        ("https://{s}.t.example/{z}/{x}/{y}", "https://a.t.example/3/1/2"),
        ("https://t{0-7}.example/{z}/{x}/{y}", "https://t3.example/3/1/2"),
        ("https://{switch:p,q}.example/{z}/{x}/{y}", "https://q.example/3/1/2"),
        ("https://t.example/tiles/a{q}.jpeg?g=1", "https://t.example/tiles/a021.jpeg?g=1"),
        (
            "https://t.example/wmts/L/S/GMC/{TileMatrix}/{TileRow}/{TileCol}.jpg",
            "https://t.example/wmts/L/S/GMC/3/2/1.jpg",
        ),
        (
            "https://t.example/wmts?SERVICE=WMTS&REQUEST=GetTile&LAYER=img&TILEMATRIXSET=w&TILEMATRIX={TileMatrix}&TILEROW={tilerow}&TILECOL={TILECOL}&tk=K",
            "https://t.example/wmts?SERVICE=WMTS&REQUEST=GetTile&LAYER=img&TILEMATRIXSET=w&TILEMATRIX=3&TILEROW=2&TILECOL=1&tk=K",
        ),
        (
            "https://t.example/EPSG:900913:{TileMatrix}/{TileCol}/{TileRow}#max=20",
            "https://t.example/EPSG:900913:3/1/2",
        ),
    ] {
        assert_eq!(url(line, 3, 1, 2), expected);
    }
}

#[test]
fn options_say_what_the_address_does_not() {
    let plain: ImagerySource = " https://u:p@a.t.example/{z}/{x}/{y}@2x.png?key=K ".parse().unwrap();
    assert_eq!(
        (plain.name.as_str(), plain.opacity, plain.attribution.as_deref()),
        ("a.t.example", 1.0, None)
    );
    assert_eq!(plain.tiles, TileSet { side_px: 512, ..TileSet::default() });
    assert!(!format!("{plain:?}").contains("K") && !format!("{plain:?}").contains("u:p"));
    let line = "https://t.example/{z}/{x}/{y}#min=3&max=20&attribution=A%20%26 B 100%&opacity=0.8&datum=GCJ02&side=512&name=影像";
    let source: ImagerySource = line.parse().unwrap();
    assert_eq!(source.attribution.as_deref(), Some("A & B 100%"));
    assert_eq!((source.name.as_str(), source.opacity), ("影像", 0.8));
    assert_eq!(source.zooms, Zooms { min: Some(3), max: Some(20) });
    let tiles =
        TileSet { min_zoom: 3, max_zoom: 20, side_px: 512, datum: Datum::Gcj02, ..TileSet::default() };
    assert_eq!(source.tiles, tiles);
    let deep: ImagerySource = "https://t.example/{z}/{x}/{y}#min=20".parse().unwrap();
    assert_eq!((deep.tiles.min_zoom, deep.tiles.max_zoom), (20, 20));
}

#[test]
fn files_are_known_by_their_endings() {
    for (line, path, kind, name) in [
        ("a/b.mbtiles", "a/b.mbtiles", FileKind::MbTiles, "b"),
        ("/a/山城.PMTiles#opacity=0.5", "/a/山城.PMTiles", FileKind::PmTiles, "山城"),
        ("a#1.mbtiles#", "a#1.mbtiles", FileKind::MbTiles, "a#1"),
    ] {
        let source: ImagerySource = line.parse().unwrap();
        assert_eq!(source.origin, Origin::File { path: path.into(), kind });
        assert_eq!(source.name, name);
    }
}

#[test]
fn what_is_wrong_is_named_and_no_key_is_told() {
    for (line, words) in [
        ("", "names no imagery"),
        ("tiles.tif", "`tiles.tif` names no imagery"),
        ("ftp://h/{z}/{x}/{y}", "not by ftp"),
        ("https:///{z}/{x}/{y}", "no host"),
        ("https://h/tiles?key=SECRET", "lacks {z}, {x} and {y}"),
        ("https://h/{z}/{x}?key=SECRET", "lacks {y}"),
        ("https://h/{x}/{y}?key=SECRET", "lacks {z}"),
        ("https://h/{z}/{y}?key=SECRET", "lacks {x}"),
        ("https://h/wmts?REQUEST=GetTile&key=SECRET", "TILEMATRIX={TileMatrix}"),
        ("https://h/{z}/{x}/{-y}#matrixset=c", "{-y}"),
        ("https://h/{z}/{x}/{y}#matrixset=mine", "REQUEST=GetCapabilities"),
        ("https://maponline1.bdimg.com/tile/?x={x}&y={y}&z={z}&k=SECRET", "grid of its own"),
        ("https://h/wmts/{Layer}/{TileMatrix}/{TileRow}/{TileCol}?key=SECRET", "fill in {Layer}"),
        ("https://h/{Style}/{z}/{x}/{y}", "fill in {Style}"),
        ("https://h/{TileMatrixSet}/{z}/{x}/{y}", "fill in {TileMatrixSet}"),
        ("https://h/{z}/{x}/{y}?key={key}", "{key} in the address of h means nothing"),
        ("https://h/{z}/{x}/{y}/{c-a}", "{c-a}"),
        ("https://h/{z}/{x}/{y?key=SECRET", "brace"),
        ("https://h/{z}/{x}/y}?key=SECRET", "brace"),
        ("https://h/{z}/{x}/{y}#zoom=3", "no option `zoom`"),
        ("https://h/{z}/{x}/{y}#min=31", "min=31"),
        ("https://h/{z}/{x}/{y}#min=5&max=3", "less than min"),
        ("https://h/{z}/{x}/{y}#opacity=2", "0 to 1"),
        ("https://h/{z}/{x}/{y}#opacity=NaN", "0 to 1"),
        ("https://h/{z}/{x}/{y}#datum=bd", "wgs84, gcj02 or bd09"),
        ("https://h/{z}/{x}/{y}#side=300", "256, 512 or 1024"),
    ] {
        let why = line.parse::<ImagerySource>().unwrap_err().to_string();
        assert!(why.contains(words) && !why.contains("SECRET") && !why.contains('\n'), "{line}: {why}");
    }
}

#[test]
fn another_opacity_leaves_the_rest_of_the_line() {
    for (line, opacity, expected) in [
        ("https://h/{z}/{x}/{y}", 0.5, "https://h/{z}/{x}/{y}#opacity=0.50"),
        (
            "https://h/{z}/{x}/{y}#min=3&opacity=0.2&name=a",
            0.75,
            "https://h/{z}/{x}/{y}#min=3&name=a&opacity=0.75",
        ),
        ("https://h/{z}/{x}/{y}#opacity=0.2", 1.0, "https://h/{z}/{x}/{y}"),
        ("a#1.mbtiles#", 1.0, "a#1.mbtiles#"),
    ] {
        assert_eq!(with_opacity(line, opacity), expected);
        assert_eq!(expected.parse::<ImagerySource>().unwrap().opacity, opacity);
    }
}
