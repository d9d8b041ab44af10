//! Every format and way of writing gives the same points.

use super::{imported, imported_files, taken, told};
use city::{DistrictCode, Layer, RiskClass, RiskGrade, Segment, TownshipCode};
use layers::points::Points;
use layers::points::import::{Column, Datum, ImportOptions, Reason};
use std::path::PathBuf;

const TABLE: &str = "设备编号,名称,经度,纬度,分类,分级,分段,分层,区县代码,镇街代码,数值,观测时间,单位
D-1,解放碑 1 号,106.5770,29.5570,燃气,重大,监测,地下,500103,,1.5,2027-01-15T15:59:00,%LEL
D-2,\"桥, \"\"东\"\"\",106.5878,29.5657,bridge,橙,处,建筑,,,35,2027-01-15 07:00:00Z,%
D-3,,,,Water quality,,,,500112,,7.5,,mg/L
";

fn check(points: &Points, what: &str) {
    let row = |id: &str| points.row(id).unwrap_or_else(|| panic!("{what}: no {id}"));
    let (one, two, three) = (row("D-1"), row("D-2"), row("D-3"));
    let block = points.texts().block(0).unwrap();
    assert_eq!((block.name(one), block.name(two)), ("解放碑 1 号", "桥, \"东\""), "{what}");
    let kind = points.kind(one);
    assert_eq!(
        (&kind.class, kind.grade, kind.layer),
        (&RiskClass::Gas, Some(RiskGrade::Major), Layer::Underground)
    );
    let kind = points.kind(two);
    assert_eq!((kind.grade, kind.segment), (Some(RiskGrade::Considerable), Segment::Handle));
    assert_eq!((points.value(one), points.value(three)), (1.5, 7.5), "{what}");
    assert_eq!(points.measured(one).unwrap().to_string(), "2027-01-15T07:59:00.000Z", "{what}");
    assert_eq!(points.place(one).unwrap().district, DistrictCode(500_103));
    assert!(points.place(two).is_some() && !points.position(three).is_valid());
}

#[test]
fn tables_are_read_whatever_their_separator_and_encoding() {
    let (gb, _, lost) = encoding_rs::GB18030.encode(TABLE);
    assert!(!lost);
    let tabs = TABLE.replace("\"桥, \"\"东\"\"\"", "桥# \"东\"").replace(',', "\t").replace('#', ",");
    let semicolons = TABLE.replace("\"桥, ", "\"桥# ").replace(',', ";").replace('#', ",");
    let ways: [(&str, Vec<u8>); 6] = [
        ("plain", TABLE.into()),
        ("with a mark", [b"\xef\xbb\xbf", TABLE.as_bytes()].concat()),
        ("GB18030", gb.into_owned()),
        ("tabs", tabs.into()),
        ("semicolons", semicolons.into()),
        ("lines of Windows", TABLE.replace('\n', "\r\n").into()),
    ];
    for (what, text) in ways {
        let (points, report) = imported(&[&text], &ImportOptions::default()).unwrap();
        assert_eq!((report.rows, report.taken, report.without_position), (3, 3, 1), "{what}\n{report}");
        assert!(report.refused.is_empty() && report.noted.len() == 1, "{what}\n{report}");
        check(&points, what);
        let format = if what == "GB18030" { "CSV, GB18030" } else { "CSV, UTF-8" };
        assert_eq!(report.files[0].format, format);
    }
}

fn features() -> Vec<String> {
    [
        r#"{"type":"Feature","id":"D-1","geometry":{"type":"Point","coordinates":[106.577,29.557]},"properties":{"name":"解放碑 1 号","class":"gas","grade":"major","layer":"underground","district_code":500103,"value":1.5,"measured":"2027-01-15T15:59:00+08:00"}}"#,
        r#"{"type":"Feature","geometry":{"type":"MultiPoint","coordinates":[[106.5878,29.5657,200]]},"properties":{"编号":"D-2","名称":"桥, \"东\"","分类":"桥梁","分级":"橙","分段":"处","layer":null}}"#,
        r#"{"type":"Feature","geometry":null,"properties":{"id":"D-3","class":"waterQuality","value":"7.5","more":{"a":[1]}}}"#,
    ]
    .map(ToOwned::to_owned)
    .to_vec()
}

#[test]
fn geojson_is_read_as_a_collection_and_line_by_line() {
    let all = features();
    let ways = [
        ("lines", all.join("\n")),
        ("a sequence", all.iter().map(|f| format!("\u{1e}{f}\n")).collect()),
        ("one line", format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, all.join(","))),
        (
            "a feature a line",
            format!(
                "{{\"type\":\"FeatureCollection\",\n\"crs\":{{}},\n\"features\": [\n{}\n]}}\n",
                all.join(",\n")
            ),
        ),
    ];
    for (what, text) in ways {
        let (points, report) = taken(&text);
        assert_eq!((report.rows, report.taken, report.without_position), (3, 3, 1), "{what}\n{report}");
        assert!(report.refused.is_empty() && report.noted.len() == 1, "{what}\n{report}");
        check(&points, what);
    }
}

#[test]
fn flatgeobuf_is_read() {
    // GDAL made it of two points and an area; it leaves out what has no geometry.
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/points.fgb");
    let (points, report) = imported_files(&[file], &ImportOptions::default()).unwrap();
    assert_eq!((report.rows, report.taken, &*report.files[0].format), (3, 2, "FlatGeobuf"), "{report}");
    assert_eq!(told(&report, Reason::NotAPoint), 1, "{report}");
    let (one, two) = (points.row("D-1").unwrap(), points.row("D-2").unwrap());
    assert_eq!((points.value(one), points.kind(two).grade), (1.5, Some(RiskGrade::Considerable)));
    assert_eq!(points.measured(one).unwrap().to_string(), "2027-01-15T07:59:00.000Z");
    assert!(points.position(two).distance_m(city::LonLat::new(106.5878, 29.5657)) < 0.02);
    assert_eq!(points.texts().block(0).unwrap().name(one), "解放碑 1 号");
}

#[test]
fn what_is_said_beside_the_files_counts() {
    let text = "sbbh,lon,lat\nA,106.5,29.5\n";
    let mut options = ImportOptions { class: Some(RiskClass::Fire), ..ImportOptions::default() };
    let error = imported(&[text.as_bytes()], &options).unwrap_err().to_string();
    assert!(error.contains("`sbbh,lon,lat`") && error.contains("id / 编号"), "{error}");
    options.columns.insert("sbbh".to_owned(), Column::Id);
    options.datum = Datum::Gcj02;
    let (points, report) = imported(&[text.as_bytes()], &options).unwrap();
    assert_eq!(points.kind(0).class, RiskClass::Fire);
    let moved_m = points.position(0).distance_m(city::LonLat::new(106.5, 29.5));
    assert!((300.0..700.0).contains(&moved_m), "{moved_m}");
    assert!(report.to_string().contains("GCJ-02, converted"));
    options.datum = Datum::Bd09;
    let (points, _) = imported(&[text.as_bytes()], &options).unwrap();
    let back = geodesy::wgs84_to_bd09(points.position(0));
    assert!(back.distance_m(city::LonLat::new(106.5, 29.5)) < 0.1);
    options.columns.clear();
    options.class_names.insert("井盖".to_owned(), RiskClass::from("manhole"));
    let (points, _) = imported(&["id,lon,lat,类别\nA,106.5,29.5,井盖".as_bytes()], &options).unwrap();
    assert_eq!(points.kind(0).class, RiskClass::from("manhole"));
}

#[test]
fn places_come_from_codes_or_from_the_position() {
    let (points, report) = taken(
        "id,lon,lat,class,district_code,township_code\na,106.577,29.557,fire,,\nb,106.577,29.557,fire,500103000000,\n\
         c,,,fire,,500101001\nd,106.577,29.557,fire,500101,\ne,,,fire,500101,\nf,106.577,29.557,fire,999999,\n",
    );
    let place = |id: &str| points.place(points.row(id).unwrap());
    for id in ["a", "b", "f"] {
        assert_eq!(place(id).unwrap().district, DistrictCode(500_103), "{id}");
    }
    assert_eq!(place("c").unwrap().township, TownshipCode(500_101_001));
    assert_eq!(place("d").unwrap().township.district(), DistrictCode(500_101));
    assert_eq!(place("e"), None);
    assert_eq!((report.guessed_places, report.without_place), (4, 1), "{report}");
    assert_eq!((told(&report, Reason::Elsewhere), told(&report, Reason::CodeUnknown)), (1, 1), "{report}");
}
