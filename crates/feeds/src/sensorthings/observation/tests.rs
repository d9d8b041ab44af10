#![allow(clippy::unwrap_used)]

use super::*;
use crate::sensorthings::instant;

fn read(text: &str) -> Observations<'_> {
    read_observations(text.as_bytes(), None).unwrap()
}

fn at(text: &str) -> Option<When> {
    Some(When::parse(text).unwrap())
}

#[test]
fn one_array_page_and_data_array_tell_the_same() {
    let one = r#"{"@iot.id":7,"phenomenonTime":"2026-11-22T16:00:00+08:00","resultTime":null,"result":1.5e1,
        "parameters":{"sequence":3,"publisher":"p"},"Datastream":{"@iot.id":"D-1","name":"x"}}"#;
    let newer = r#"{"@id":"Observations(7)","id":7,"phenomenonTime":{"start":"2026-11-22T08:00:00Z"},"result":15,
        "properties":{"sequence":"3","publisher":"p"},"Datastream":{"@id":"https://a/v2.0/Datastreams('D-1')"}}"#;
    let linked = r#"{"@iot.id":"7","phenomenonTime":"2026-11-22T08:00:00Z","resultTime":null,"result":15.0,
        "parameters":{"sequence":3,"publisher":"p"},"Datastream@iot.navigationLink":"https://a/v1.1/Datastreams(%27D-1%27)"}"#;
    let block = r#"{"components":["id","phenomenonTime","resultTime","result","parameters/sequence","parameters/publisher","x"],
        "Datastream":{"@iot.id":"D-1"},"dataArray@iot.count":1,"dataArray":[[7,"2026-11-22T08:00:00Z",null,15,3,"p",[]]]}"#;
    let expected = Observation {
        datastream: Some("D-1".into()),
        id: Some("7".into()),
        phenomenon: at("2026-11-22T08:00:00Z"),
        result_time: None,
        result: Outcome::Number(15.0),
        quality: None,
        sequence: Some(3),
        publisher: Some("p".into()),
    };
    for record in [one, newer, linked, block] {
        for text in [record.to_owned(), format!("[{record}]"), format!("\u{feff}{{\"value\":[{record}]}}")] {
            let read = read(&text);
            assert_eq!(read.rows, std::slice::from_ref(&expected), "{text}");
            assert_eq!((read.tally.numbers, read.tally.homeless, read.problems.count), (1, 0, 0));
        }
    }
    let page = format!(
        r#"{{"@iot.count":900,"@iot.nextLink":"https://a/v1.1/Observations?$skip=1","value":[{one},{linked}]}}"#
    );
    let page = read(&page);
    assert_eq!(
        (page.count, page.next.as_deref(), page.rows.len()),
        (Some(900), Some("https://a/v1.1/Observations?$skip=1"), 2)
    );
    let newer_page = read(r#"{"@count":1,"@nextLink":"x","value":[]}"#);
    assert_eq!(
        (newer_page.count, newer_page.next.as_deref(), newer_page.rows.len()),
        (Some(1), Some("x"), 0)
    );
}

#[test]
fn results_of_every_kind_are_counted_apart_and_none_is_a_problem() {
    let text = r#"[{"result":1},{"result":-2.5E-3},{"result":true},{"result":"rot \"x\""},{"result":null},
        {"result":{"a":[1,"]"]},"resultQuality":{"q":1}},{"result":[1,2]},
        {"phenomenonTime":"2026-11-22T08:00:00Z/2026-11-22T09:00:00Z","result":0}]"#;
    let read = read_observations(text.as_bytes(), Some("9")).unwrap();
    let expected = Tally { numbers: 3, flags: 1, texts: 1, nothings: 1, structures: 2, homeless: 0 };
    assert_eq!((read.tally, read.problems.count), (expected, 0), "{:?}", read.problems);
    assert_eq!(read.rows[3].result, Outcome::Text("rot \"x\"".into()));
    assert_eq!(read.rows[5].result, Outcome::Structure(r#"{"a":[1,"]"]}"#.into()));
    assert_eq!(read.rows[5].quality.as_deref(), Some(r#"{"q":1}"#));
    assert!(read.rows.iter().all(|row| row.datastream.as_deref() == Some("9")));
    assert_eq!(read.rows[7].phenomenon.unwrap().last(), instant("2026-11-22T09:00:00Z").unwrap());
    let homeless = super::read_observations(
        br#"{"@iot.id":1,"result":1,"Datastream@iot.navigationLink":"v1.1/Observations(1)/Datastream"}"#,
        None,
    )
    .unwrap();
    assert_eq!((homeless.tally.homeless, homeless.rows[0].datastream.as_deref()), (1, None));
}

#[test]
fn one_bad_record_costs_only_itself() {
    let good = r#"{"phenomenonTime":"2026-11-22T08:00:00Z","result":1}"#;
    for bad in [
        "7",
        "null",
        "[]",
        "{}",
        "\"x\"",
        r#"{"result":NaN}"#,
        r#"{"result":1e999}"#,
        r#"{"phenomenonTime":"2026-11-22T08:00:00Z"}"#,
        r#"{"phenomenonTime":"yesterday","result":1}"#,
        r#"{"phenomenonTime":"2026-13-22T08:00:00","result":1}"#,
        r#"{"phenomenonTime":{"end":"2026-11-22T08:00:00Z"},"result":1}"#,
        r#"{"phenomenonTime":5,"result":1}"#,
        r#"{"result":1,"result":2}"#,
        r#"{"dataArray":[[1]]}"#,
        r#"{"dataArray":[[1]],"components":7}"#,
        r#"{"dataArray":[[]],"components":["result"]}"#,
        r#"{"dataArray":[[1,2]],"components":["result"]}"#,
        r#"{"dataArray":[7],"components":["result"]}"#,
    ] {
        let text = format!("[{good},{bad},{good}]");
        let read = read(&text);
        assert_eq!((read.rows.len(), read.problems.count), (2, 1), "{bad}: {:?}", read.problems);
        let page = format!(r#"{{"value":[{good},{bad},{good}],"@iot.count":3}}"#);
        assert_eq!(self::read(&page).rows.len(), 2, "{bad}");
    }
    let block = r#"{"components":["phenomenonTime","result"],"dataArray":[["2026-11-22T08:00:00Z",1],["2026-11-22T08:00:00Z",NaN],["x",1],["2026-11-22T08:00:00Z"],["2026-11-22T08:00:00Z",2]]}"#;
    let text = format!("[{block}]");
    let read = read(&text);
    assert_eq!((read.rows.len(), read.problems.count), (2, 3), "{:?}", read.problems);
}

#[test]
fn wrong_numbers_and_identifiers_cost_only_what_they_stand_for() {
    let text =
        r#"{"result":1,"@iot.id":{"a":1},"parameters":{"sequence":-1,"publisher":[]},"Datastream":"x"}"#;
    let row = read(text).rows.remove(0);
    assert_eq!((row.id, row.sequence, row.publisher, row.datastream), (None, None, None, None));
    let old = r#"{"result":1,"parameters":[{"name":"a"}]}"#;
    assert_eq!(read(old).rows[0].sequence, None);
}

#[test]
fn what_is_no_message_is_refused_with_the_reason() {
    for (text, expected) in [
        ("", "no JSON"),
        ("<html>", "HTML"),
        ("7", "not"),
        ("{", "no JSON"),
        ("{\"code\":404,\"message\":\"Nothing found.\"}", "not an observation"),
        ("{\"value\":7}", "not an observation"),
        ("[", "not"),
        ("山", "no JSON"),
    ] {
        let error = read_observations(text.as_bytes(), None).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
    assert!(read_observations(b"\xff\xfe", None).unwrap_err().to_string().contains("UTF-8"));
    assert_eq!(read("[]").rows.len(), 0);
}

#[test]
fn no_beginning_of_a_message_stops_the_reader() {
    let whole = r#"{"@iot.count":2,"value":[{"@iot.id":1,"phenomenonTime":"2026-11-22T08:00:00Z/2026-11-22T09:00:00Z","result":"é\"\\山","parameters":{"sequence":1}},{"components":["id","result"],"dataArray":[[1,2],["a",{"b":[]}]]}],"@iot.nextLink":"x"}"#;
    let mut most = 0;
    for end in 0..whole.len() {
        if let Ok(read) = read_observations(&whole.as_bytes()[..end], None) {
            assert!(read.problems.count > 0 || end == whole.len());
            most = most.max(read.rows.len());
        }
    }
    assert_eq!(most, 3, "what came before the cut is kept");
    let deep = format!("[{{\"result\":{}1", "[".repeat(200_000));
    assert!(read_observations(deep.as_bytes(), None).is_err());
    let deep = format!("[{{\"result\":1}},{}", "{\"value\":[".repeat(100_000));
    assert_eq!(read_observations(deep.as_bytes(), None).unwrap().rows.len(), 1);
}

#[test]
fn a_time_without_an_offset_is_the_citys_and_counted() {
    let read = read(
        r#"[{"phenomenonTime":"2026-11-22T16:00:00","result":1},{"phenomenonTime":"2026-11-22T08:00:00Z","result":2}]"#,
    );
    assert_eq!(read.rows[0].phenomenon, at("2026-11-22T08:00:00Z"));
    assert_eq!(read.rows[1].phenomenon, read.rows[0].phenomenon);
    assert_eq!(read.problems.count, 1);
    assert!(read.problems.sample.unwrap().contains("taken as Asia/Shanghai: \"2026-11-22T16:00:00\""));
}

#[test]
fn a_time_without_an_offset_is_the_citys_however_it_is_written() {
    let written = [
        r#""2026-11-22T08:00:00/2026-11-22T09:00:00""#,
        r#"{"start":"2026-11-22T08:00:00","end":"2026-11-22T09:00:00"}"#,
        r#"{"start":"2026-11-22T08:00:00+08:00","end":"2026-11-22T09:00:00"}"#,
    ];
    for time in written {
        let text = format!(r#"{{"phenomenonTime":{time},"result":1}}"#);
        let read = read(&text);
        assert_eq!(
            read.rows[0].phenomenon,
            at("2026-11-22T08:00:00+08:00/2026-11-22T09:00:00+08:00"),
            "{time}"
        );
        assert_eq!(read.problems.count, 1, "{time}");
    }
    for bad in [r#"{"start":"2026-11-22T09:00:00","end":"2026-11-22T08:00:00"}"#, r#"{"start":"a/b"}"#, "{}"]
    {
        let text = format!(r#"{{"phenomenonTime":{bad},"result":1}}"#);
        assert!(read(&text).rows.is_empty(), "{bad}");
    }
}
