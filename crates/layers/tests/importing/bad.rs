//! Bad records are counted by their reason, with where the first is and what to do, and cost nobody else.

use super::{imported, taken, told};
use city::RiskClass;
use layers::points::import::{ImportOptions, Reason};

const HEAD: &str = "id,name,lon,lat,class,grade,segment,layer,value,measured,unit\n";

#[test]
fn each_bad_field_costs_itself_or_its_record() {
    let long = "长".repeat(201);
    let (id, name) = ("x".repeat(201), format!("长,{long},106.5,29.5,fire,,,,,,"));
    let cases: Vec<(String, Reason, bool)> = [
        ("a,,106.5,29.5,fire", Reason::Fields, false),
        ("a,,106.5,29.5,fire,,,,,,,", Reason::Fields, false),
        ("\"a,,106.5,29.5,fire,,,,,,", Reason::Quotes, false),
        ("a,\"b\"c,106.5,29.5,fire,,,,,,", Reason::Quotes, false),
        (" ,,106.5,29.5,fire,,,,,,", Reason::IdMissing, false),
        (&*format!("{id},,106.5,29.5,fire,,,,,,"), Reason::IdUnfit, false),
        ("first,,106.5,29.5,fire,,,,,,", Reason::Duplicate, false),
        ("a,,106.5,29.5,,,,,,,", Reason::ClassMissing, false),
        ("a,,106.5,29.5,路灯,,,,,,", Reason::ClassUnknown, false),
        ("a,,,,fire,,,,,,", Reason::PositionMissing, true),
        ("a,,NULL,NaN,fire,,,,,,", Reason::PositionMissing, true),
        ("a,,106°30′,29.5,fire,,,,,,", Reason::PositionNoNumber, true),
        ("a,,inf,29.5,fire,,,,,,", Reason::PositionNoNumber, true),
        ("a,,0,0.000,fire,,,,,,", Reason::PositionZero, true),
        ("a,,29.5,106.5,fire,,,,,,", Reason::PositionSwapped, true),
        ("a,,357000,3270000,fire,,,,,,", Reason::PositionOffGlobe, true),
        ("a,,104.06,30.67,fire,,,,,,", Reason::Outside, true),
        ("a,,106.5,29.5,fire,severe,,,,,", Reason::GradeUnknown, true),
        ("a,,106.5,29.5,fire,,watch,,,,", Reason::SegmentUnknown, true),
        ("a,,106.5,29.5,fire,,,sky,,,", Reason::LayerUnknown, true),
        ("a,,106.5,29.5,fire,,,,NaN,,", Reason::ValueNoNumber, true),
        ("a,,106.5,29.5,fire,,,,1e99,,", Reason::ValueNoNumber, true),
        ("a,,106.5,29.5,fire,,,,-1,,", Reason::ValueNegative, true),
        ("a,,106.5,29.5,flood,,,,120,,cm", Reason::ValueUnit, true),
        ("a,,106.5,29.5,fire,,,,,yesterday,", Reason::TimeUnreadable, true),
        ("a,,106.5,29.5,fire,,,,,2027-01-15T08:10:01Z,", Reason::TimeFuture, true),
        ("a,a\u{7}b,106.5,29.5,fire,,,,,,", Reason::TextControl, true),
        (&name, Reason::TextCut, true),
    ]
    .map(|(row, reason, kept)| (row.to_owned(), reason, kept))
    .to_vec();
    for (row, reason, is_kept) in cases {
        let text = format!("{HEAD}first,,106.5,29.5,fire,,,,,,\n{row}\nlast,,106.5,29.5,fire,,,,,,\n");
        let (points, report) = taken(&text);
        assert_eq!((report.rows, report.taken), (3, 2 + u64::from(is_kept)), "{row}\n{report}");
        assert!(points.row("first").is_some() && points.row("last").is_some(), "{row}");
        assert_eq!(told(&report, reason), 1, "{row}\n{report}");
        let all = if is_kept { &report.noted } else { &report.refused };
        assert_eq!(all.len() + report.refused.len() + report.noted.len(), 2 * all.len(), "{row}\n{report}");
        let first = &all[&reason].first;
        assert!(first.contains("points-0, line 3: ") && !first.contains('\u{7}'), "{first}");
        assert!(report.to_string().lines().count() == 2, "{report}");
    }
}

#[test]
fn what_may_be_negative_and_recent_is_kept() {
    let (points, report) = taken(&format!(
        "{HEAD}a,,106.5,29.5,flood,,,,-3,2027-01-15T08:09:59Z,米\nb,,106.5,29.5,manhole,,,,-3,,furlong\n"
    ));
    assert!(report.noted.is_empty() && report.refused.is_empty(), "{report}");
    assert_eq!((points.value(0), points.value(1)), (-3.0, -3.0));
}

#[test]
fn a_quote_may_span_lines_and_a_lost_one_costs_its_line() {
    let row = |id: &str, name: &str| format!("{id},{name},106.5,29.5,fire,,,,,,\n");
    let mut text = format!("{HEAD}{}", row("a", "\"two\nlines\""));
    text += &row("b", "\"lost");
    (0..100).for_each(|n| text += &row(&format!("c{n}"), "plain"));
    let (points, report) = taken(&text);
    assert_eq!((report.taken, told(&report, Reason::Quotes)), (101, 1), "{report}");
    assert!(points.row("a").is_some() && points.row("c0").is_some());
    assert!(report.refused[&Reason::Quotes].first.contains("line 4"), "{report}");
}

#[test]
fn a_line_without_an_end_costs_itself() {
    let endless = "x".repeat(3_000_000);
    let text = format!("{HEAD}a,,106.5,29.5,fire,,,,,,\n{endless}\nb,,106.5,29.5,fire,,,,,,\n\"{endless}");
    let (_, report) = taken(&text);
    assert_eq!((report.rows, report.taken, told(&report, Reason::Fields)), (4, 2, 1), "{report}");
    assert!(report.refused[&Reason::Fields].first.len() < 400);
}

#[test]
fn a_feature_that_is_no_json_costs_itself() {
    let good = |n: usize| {
        format!(
            r#"{{"type":"Feature","properties":{{"id":"{n}","class":"fire"}},"geometry":{{"type":"Point","coordinates":[106.5,29.5]}}}}"#
        )
    };
    let swapped = good(9).replace("106.5,29.5", "29.5,106.5");
    for bad in [
        good(1).replace("106.5", "NaN"),
        good(1).replace("\"fire\"", "\"fire"),
        good(1).replace("]}}", "]}"),
        good(1).replace("]}}", "]}}}"),
        good(1)[..40].to_owned(),
        "null".to_owned(),
        "7".to_owned(),
        good(1).replace("Point", "Polygon"),
        good(1).replace("Feature", "Thing"),
    ] {
        for (before, between, after) in
            [("{\"type\":\"FeatureCollection\",\"features\":[", ",\n", "]}"), ("", "\n", "")]
        {
            let text = [good(0), bad.clone(), good(2), swapped.clone()].join(between);
            let (points, report) = taken(&format!("{before}{text}{after}"));
            assert!(points.row("0").is_some() && points.row("2").is_some(), "{bad}\n{report}");
            // One brace too many is found by whoever reads the line, and passed over between features.
            let is_extra = bad.contains("]}}}") && !before.is_empty();
            assert_eq!(report.taken, 3 + u64::from(is_extra), "{bad}\n{report}");
            assert_eq!(told(&report, Reason::PositionSwapped), 1, "{bad}\n{report}");
            assert!(
                told(&report, Reason::Unreadable) + told(&report, Reason::NotAPoint) == 1,
                "{bad}\n{report}"
            );
        }
    }
    let (_, report) = taken(&format!("{{\"type\":\"FeatureCollection\",\"features\":[{},", good(0)));
    assert_eq!((report.taken, told(&report, Reason::BrokenOff)), (1, 1), "{report}");
}

#[test]
fn files_that_are_something_else_are_named_with_what_to_do() {
    for (text, what) in [
        (&b"PK\x03\x04\0\0\0\0"[..], "workbook"),
        (b"\xff\xfei\0d\0,\0", "UTF-16"),
        (b"ARROW1\0\0", "Arrow"),
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"hello world\n1\n", "`hello world`"),
        (b"id,name\n1,2\n", "lon / lng"),
        (b"id,lon,lat\n1,2,3\n", "class"),
        (b"{\"a\":[1,2]}", "no list of features"),
        (b"fgb\x03fgb\x00junk", "FlatGeobuf"),
    ] {
        let error = imported(&[text], &ImportOptions::default()).unwrap_err().to_string();
        assert!(error.contains(what) && error.contains("points-0"), "{error}");
    }
}

#[test]
fn an_id_of_another_file_is_not_taken_again() {
    let (one, two) = ("id,lon,lat\na,106.5,29.5\n", "id,lon,lat\nb,106.5,29.5\na,107,30\n");
    let options = ImportOptions { class: Some(RiskClass::Fire), ..ImportOptions::default() };
    let (points, report) = imported(&[one.as_bytes(), two.as_bytes()], &options).unwrap();
    assert_eq!((report.taken, report.duplicates, report.files[1].taken), (2, 1, 1));
    assert!((points.position(points.row("a").unwrap()).lon - 106.5).abs() < 1e-6);
    assert!(report.refused[&Reason::Duplicate].first.contains("points-1, line 3: `a`"), "{report}");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!((&json["refused"]["duplicate"]["count"], &json["datum"]), (&1.into(), &"wgs84".into()));
    assert!(json["gcj02Suspected"].is_null() && json["files"][0]["format"] == "CSV, UTF-8");
}

#[test]
fn times_eight_hours_ahead_are_suspected() {
    let table = |hour: u32| {
        let row = |n| format!("{n},,106.5,29.5,fire,,,,1,2027-01-15T{hour}:{:02}:00Z,\n", n % 5);
        HEAD.to_owned() + &(0..40).map(row).collect::<String>()
    };
    let (_, report) = taken(&table(16));
    assert!(report.eight_hours_suspected.is_some_and(|s| s.n == 40 && s.share == 1.0), "{report}");
    assert!(report.to_string().contains("8 hours ahead"));
    assert_eq!(told(&report, Reason::TimeFuture), 40);
    for hour in [10, 12, 18] {
        assert_eq!(taken(&table(hour)).1.eight_hours_suspected, None);
    }
}
