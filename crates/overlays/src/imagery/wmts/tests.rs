use crate::imagery::{ImagerySource, LonLatBox, Origin, Plane, Square, TileAddress, wanted};
use geodesy::EastNorth;

const ASKED: &str = "https://t0.example.org/wmts?REQUEST=GetCapabilities&tk=KEY";

/// A document in the shape of the standard's own example: two layers, a set of web mercator and one of degrees.
fn document() -> String {
    let matrix = |zoom: &str, scale: f64, corner: &str, columns: u32, rows: u32| {
        format!(
            "<TileMatrix><ows:Identifier>{zoom}</ows:Identifier><ScaleDenominator>{scale:?}</ScaleDenominator>
             <TopLeftCorner>{corner}</TopLeftCorner><TileWidth>256</TileWidth><TileHeight>256</TileHeight>
             <MatrixWidth>{columns}</MatrixWidth><MatrixHeight>{rows}</MatrixHeight></TileMatrix>"
        )
    };
    let quad =
        |scale: f64, corner: &str, zooms: std::ops::Range<u32>, name: &dyn Fn(u32) -> String, half: u32| {
            let one = |z: u32| matrix(&name(z), scale / f64::from(1 << z), corner, 1 << z, (1 << z) / half);
            zooms.map(one).collect::<String>()
        };
    let mercator =
        quad(559_082_264.028_717_8, "-20037508.34278925 20037508.34278925", 0..19, &|z| format!("M:{z}"), 1);
    let degrees = quad(559_082_264.028_717_8, "90.0 -180.0", 1..19, &|z| z.to_string(), 2);
    // Counted with a screen of 96 dots an inch, as some do.
    let screen = quad(591_658_710.909_131, "90.0 -180.0", 1..19, &|z| z.to_string(), 2);
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1"
  xmlns:xlink="http://www.w3.org/1999/xlink" version="1.0.0">
 <ows:ServiceProvider><ows:ProviderName>Survey Office</ows:ProviderName></ows:ServiceProvider>
 <ows:OperationsMetadata><ows:Operation name="GetTile"><ows:DCP><ows:HTTP>
   <ows:Get xlink:href="http://t0.example.org/rest/"><ows:Constraint name="GetEncoding"><ows:AllowedValues>
     <ows:Value>RESTful</ows:Value></ows:AllowedValues></ows:Constraint></ows:Get>
   <ows:Get xlink:href="http://t0.example.org/kvp?"><ows:Constraint name="GetEncoding"><ows:AllowedValues>
     <ows:Value>KVP</ows:Value></ows:AllowedValues></ows:Constraint></ows:Get>
 </ows:HTTP></ows:DCP></ows:Operation></ows:OperationsMetadata>
 <Contents>
  <Layer><ows:Title>影像底图</ows:Title><ows:Identifier>img base</ows:Identifier>
   <ows:WGS84BoundingBox><ows:LowerCorner>105.0 28.0</ows:LowerCorner><ows:UpperCorner>110.5 32.5</ows:UpperCorner></ows:WGS84BoundingBox>
   <Style><ows:Identifier>plain</ows:Identifier></Style><Style isDefault="true"><ows:Identifier>day</ows:Identifier></Style>
   <Format>application/pdf</Format><Format>image/jpeg</Format><Format>image/png</Format>
   <Dimension><ows:Identifier>Time</ows:Identifier><Default>2026</Default><Value>2025</Value></Dimension>
   <TileMatrixSetLink><TileMatrixSet>lambert</TileMatrixSet></TileMatrixSetLink>
   <TileMatrixSetLink><TileMatrixSet>c</TileMatrixSet></TileMatrixSetLink>
   <TileMatrixSetLink><TileMatrixSet>screen</TileMatrixSet></TileMatrixSetLink>
   <TileMatrixSetLink><TileMatrixSet>w</TileMatrixSet><TileMatrixSetLimits>
     <TileMatrixLimits><TileMatrix>M:11</TileMatrix><MinTileRow>800</MinTileRow><MaxTileRow>900</MaxTileRow><MinTileCol>1600</MinTileCol><MaxTileCol>1640</MaxTileCol></TileMatrixLimits>
     <TileMatrixLimits><TileMatrix>M:12</TileMatrix><MinTileRow>1600</MinTileRow><MaxTileRow>1800</MaxTileRow><MinTileCol>3200</MinTileCol><MaxTileCol>3280</MaxTileCol></TileMatrixLimits>
   </TileMatrixSetLimits></TileMatrixSetLink>
  </Layer>
  <Layer><ows:Identifier>rest</ows:Identifier><Format>image/png</Format>
   <TileMatrixSetLink><TileMatrixSet>w</TileMatrixSet></TileMatrixSetLink>
   <ResourceURL format="image/png" resourceType="tile" template="http://t3.example.org/rest/{{Style}}/{{TileMatrixSet}}/{{TileMatrix}}/{{TileRow}}/{{TileCol}}.png"/>
   <ResourceURL format="text/html" resourceType="FeatureInfo" template="http://t3.example.org/info/{{I}}/{{J}}"/>
  </Layer>
  <Layer><ows:Identifier>far</ows:Identifier><Format>image/png</Format>
   <TileMatrixSetLink><TileMatrixSet>lambert</TileMatrixSet></TileMatrixSetLink></Layer>
  <TileMatrixSet><ows:Identifier>lambert</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::2154</ows:SupportedCRS></TileMatrixSet>
  <TileMatrixSet><ows:Identifier>c</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::4490</ows:SupportedCRS>{degrees}</TileMatrixSet>
  <TileMatrixSet><ows:Identifier>screen</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::4490</ows:SupportedCRS>{screen}</TileMatrixSet>
  <TileMatrixSet><ows:Identifier>w</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::3857</ows:SupportedCRS>{mercator}</TileMatrixSet>
 </Contents>
</Capabilities>"#
    )
}

fn asked(options: &str) -> ImagerySource {
    format!("{ASKED}#{options}").parse().unwrap()
}

fn url(source: &ImagerySource, tile: TileAddress) -> String {
    let Origin::Web(template) = &source.origin else { panic!("{source:?}") };
    template.url(tile)
}

/// Chaotianmen and 500 metres about it.
fn square() -> Square {
    Square { south_west: EastNorth::new(-250.0, -250.0), width_m: 500.0 }
}

#[test]
fn a_layer_is_found_with_its_address_its_grid_and_its_key() {
    let source = asked("layer=img%20base").resolved(&document()).unwrap();
    assert_eq!((source.name.as_str(), source.attribution.as_deref()), ("影像底图", Some("Survey Office")));
    assert_eq!((source.tiles.plane, source.tiles.min_zoom, source.tiles.max_zoom), (Plane::Mercator, 0, 1));
    let bounds = LonLatBox { west: 105.0, south: 28.0, east: 110.5, north: 32.5 };
    assert_eq!(source.tiles.bounds, Some(bounds));
    let tiles = wanted(&source.tiles, &square(), 512);
    let [tile] = tiles[..] else { panic!("{tiles:?}") };
    assert_eq!((tile.zoom, tile.column, tile.row), (1, 3260, 1695));
    assert_eq!(
        url(&source, tile),
        "https://t0.example.org/kvp?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=img%20base&STYLE=day\
         &FORMAT=image/jpeg&TILEMATRIXSET=w&TILEMATRIX=M:12&TILEROW=1695&TILECOL=3260&Time=2026&tk=KEY"
    );
    assert!(!source.tiles.covers(TileAddress { column: 3281, ..tile }), "beyond the limits of the layer");
    assert_eq!(source.tiles.above(tile), Some(TileAddress { zoom: 0, column: 1630, row: 847 }));
}

#[test]
fn tiles_of_degrees_lie_where_longitude_and_latitude_say() {
    for set in ["c", "screen"] {
        let source = asked(&format!("layer=img base&matrixset={set}")).resolved(&document()).unwrap();
        assert_eq!((source.tiles.plane, source.tiles.max_zoom), (Plane::Geographic, 17));
        let tiles = wanted(&source.tiles, &square(), 512);
        // A tile of zoom 17 is 360° / 2^17 wide: Chaotianmen, 106.5878 E and 29.5657 N, lies in this one.
        let middle = tiles.iter().find(|tile| {
            let url = url(&source, **tile);
            url.contains("TILEMATRIX=17&TILEROW=22003&TILECOL=104343")
        });
        assert!(middle.is_some(), "{set}: {:?}", tiles.iter().map(|t| url(&source, *t)).collect::<Vec<_>>());
    }
    // The same place by the names of the sets alone, which count from 1 and from 0.
    for (line, expected) in [
        (
            "http://t{0-7}.example.cn/img_c/wmts?REQUEST=GetTile&TILEMATRIXSET=c&TILEMATRIX={TileMatrix}&TILEROW={TileRow}&TILECOL={TileCol}",
            "TILEMATRIX=17&TILEROW=22003&TILECOL=104343",
        ),
        ("https://h/{z}/{x}/{y}.png#matrixset=WorldCRS84Quad", "/16/104343/22003.png"),
    ] {
        let source: ImagerySource = line.parse().unwrap();
        let tiles = wanted(&source.tiles, &square(), 512);
        assert!(tiles.iter().any(|tile| url(&source, *tile).ends_with(expected)), "{line}: {tiles:?}");
    }
}

#[test]
fn a_template_is_filled_in_and_another_host_of_the_provider_gets_the_key() {
    let source = asked("layer=rest&max=14&name=Mine").resolved(&document()).unwrap();
    assert_eq!((source.name.as_str(), source.tiles.max_zoom), ("Mine", 14));
    let tile = TileAddress { zoom: 12, column: 3260, row: 1695 };
    assert_eq!(url(&source, tile), "http://t3.example.org/rest//w/M:12/1695/3260.png?tk=KEY");
    let elsewhere = document().replace("http://t3.example.org", "https://cdn.example.net");
    let source = asked("layer=rest").resolved(&elsewhere).unwrap();
    assert!(!url(&source, tile).contains("KEY"), "a stranger gets the key");
}

#[test]
fn what_cannot_be_laid_is_one_clear_line() {
    let text = document();
    let cut = &text[..text.len() / 2];
    for (options, document, what) in [
        ("layer=img base", cut, "no WMTS GetCapabilities"),
        ("layer=img base", "<html><body>Sign in first</body></html>", "Sign in first"),
        ("layer=img base", "{}", "no WMTS GetCapabilities"),
        ("", text.as_str(), "img base, rest, far"),
        ("layer=image", text.as_str(), "no layer `image`"),
        ("layer=far", text.as_str(), "EPSG::2154"),
        ("layer=rest&matrixset=c", text.as_str(), "one of w"),
        ("layer=rest", &text.replace("<TileWidth>256", "<TileWidth>0"), "TileWidth 0"),
        ("layer=rest", &text.replace("<TopLeftCorner>-2", "<TopLeftCorner>x"), "TopLeftCorner"),
        ("layer=rest", &text.replace("<Format>image/png", "<Format>image/tiff"), "image/tiff"),
        ("layer=img base", &text.replace("\"GetTile\"", "\"Other\""), "no address"),
    ] {
        let why = asked(options).resolved(document).unwrap_err().to_string();
        assert!(why.contains(what) && !why.contains("KEY") && !why.contains('\n'), "{options}: {why}");
    }
}
