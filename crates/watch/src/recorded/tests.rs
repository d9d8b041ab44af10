#![allow(clippy::unwrap_used)]

use super::*;
use crate::rules::shipped;
use city::Share;

const ABOUT: &str = r#"name = "渝中燃气,人工核对"
from = "2026-07-01T00:00:00+08:00"
until = "2026-07-01T02:00:00+08:00"
made_up = false
judges = ["gas-leak"]
"#;
const DEVICES: &str = "id,class,lon,lat,township
G-1,gas,106.577,29.557,500103001
G-2,gas,106.600,29.557,500103001
G-3,gas,106.620,29.557,500103001
";
const TRUTH: &str = "algorithms,from,until,device,lon,lat,note
gas-leak,2026-07-01T00:10:00+08:00,2026-07-01T00:40:00+08:00,G-1,,,\"修复, 已复核\"
gas-leak,2026-07-01T01:00:00+08:00,2026-07-01T01:30:00+08:00,,106.621,29.557,
";

/// G-1 leaks and is told after five minutes, G-2 is a false alarm, at G-3 nothing is seen.
fn observations() -> String {
    let mut text = String::from("at,device,value\n");
    let from = CityTime::parse("2026-07-01T00:00:00+08:00").unwrap();
    for minute in 0..120 {
        let at = from.plus_s(f64::from(minute) * 60.0);
        let leak = if (15..40).contains(&minute) { 30.0 } else { 1.0 };
        let false_alarm = if (80..90).contains(&minute) { 28.0 } else { 1.0 };
        text += &format!("{},G-1,{leak}\n{at},G-2,{false_alarm}\n{at},G-3,1.0\n", at.0);
    }
    text
}

fn record() -> Record {
    Record::read(ABOUT, DEVICES.as_bytes(), TRUTH.as_bytes()).unwrap()
}

#[test]
fn a_record_is_replayed_and_its_algorithms_are_evaluated() {
    let (record, text) = (record(), observations());
    let rows = Observations::open(text.as_bytes(), &record).unwrap();
    let replayed = replay(shipped().unwrap(), &record, rows).unwrap();
    assert_eq!((replayed.observations, replayed.used, replayed.late), (360, 360, 0));
    let register = Register::shipped().unwrap();
    let at = CityTime(1_790_000_000_000);
    let all = record.evaluate(&replayed, &register, at);
    let [(id, e)] = &all[..] else { panic!("{all:?}") };
    assert_eq!((id.as_str(), e.recall), ("gas-leak", Share::new(1, 2)), "{:?}", replayed.said);
    assert_eq!(e.delay_s, Some(300.0));
    // Each step of two kinds of rule is a warning of its own: the level, and how fast it rose.
    assert_eq!(e.precision.hits + e.false_alarms.count, e.precision.of);
    assert!(e.false_alarms.count > 0 && e.precision.hits > 0);
    assert_eq!((e.false_alarms.days * 24.0).round(), 2.0);
    assert_eq!((e.fault(), e.made_up, e.at), (None, false, at));
}

#[test]
fn what_is_wrong_with_a_record_is_said_with_file_line_and_column() {
    let about = |good: &str, bad: &str| {
        Record::read(&ABOUT.replace(good, bad), DEVICES.as_bytes(), TRUTH.as_bytes()).unwrap_err().to_string()
    };
    let devices = |good: &str, bad: &str| {
        Record::read(ABOUT, DEVICES.replace(good, bad).as_bytes(), TRUTH.as_bytes()).unwrap_err().to_string()
    };
    let truth = |good: &str, bad: &str| {
        Record::read(ABOUT, DEVICES.as_bytes(), TRUTH.replace(good, bad).as_bytes()).unwrap_err().to_string()
    };
    let observed = |text: &str| {
        let record = record();
        let rows = Observations::open(text.as_bytes(), &record).map_err(|e| e.to_string());
        rows.and_then(|mut rows| rows.find_map(Result::err).map_or(Ok(()), |e| Err(e.to_string())))
            .unwrap_err()
    };
    let cases = [
        (about("T02:00", "T00:00"), "record.toml line 3, `until`"),
        (about("2026-07-01T02", "2028-07-01T02"), "record.toml line 3, `until`: a record has 400 days"),
        (about("\"gas-leak\"", ""), "record.toml line 5, `judges`"),
        (about("made_up", "madeup"), "record.toml line 4"),
        (about("2026-07-01T02", "tomorrow"), "record.toml line 3"),
        (devices("township", "town"), "devices.csv line 1, column `township`: is missing"),
        (devices("G-2", "G-1"), "devices.csv line 3, column `id`"),
        (devices("106.600", "206.600"), "devices.csv line 3, column `lon`"),
        (devices("29.557,500103001\nG-3", "29.557\nG-3"), "devices.csv line 3, row: has 4 fields"),
        (devices("500103001\nG-2", "渝中\nG-2"), "devices.csv line 2, column `township`"),
        (truth("gas-leak,2026-07-01T01", "smoke,2026-07-01T01"), "truth.csv line 3, column `algorithms`"),
        (truth("G-1", "G-9"), "truth.csv line 2, column `device`"),
        (truth("T00:40", "T00:00"), "truth.csv line 2, column `until`"),
        (truth("106.621,29.557", ","), "truth.csv line 3, column `device`"),
        (observed("at,device\n"), "observations.csv line 1, column `value`: is missing"),
        (observed("at,device,value,colour\n"), "observations.csv line 1, column `colour`: is not known"),
        (observed("at,device,value\n1782835200000,G-1,high\n"), "line 2, column `value`: `high`"),
        (observed("at,device,value\n1782835200,G-1,1\n"), "line 2, column `at`: `1782835200`"),
        (observed("at,device,value\n9223372036854775807,G-1,1\n"), "line 2, column `at`: `922"),
        (observed("at,device,value\n1000000000000,G-1,1\n"), "line 2, column `at`: 2001-09-09T"),
        (observed("at,device,value\n1782835200000,G-7,1\n"), "line 2, column `device`"),
        (observed("at,device,value\n1782835200000,G-1,1\n1782835100000,G-1,1\n"), "line 3, column `at`"),
        (observed("at,device,value,unit\n1782835200000,G-1,1,ell\n"), "line 2, column `unit`"),
    ];
    for (told, expected) in cases {
        assert!(told.contains(expected), "`{told}` does not say `{expected}`");
    }
    // What is no finite number was told like that: the rules pass it over and say so.
    let (record, text) = (record(), "at,device,value\n1782835200000,G-1,nan\n");
    let rows = Observations::open(text.as_bytes(), &record).unwrap();
    let replayed = replay(shipped().unwrap(), &record, rows).unwrap();
    assert_eq!((replayed.observations, replayed.used, replayed.unused.len()), (1, 0, 1));
}
