//! The sums of a trend's picture.

use super::town::NOW;
use crate::vital::{Frame, runs};
use watch::vital::told::{PointTold, Span};

const HOUR_MS: i64 = 3_600_000;

fn point(hours_ago: i64, value: f32) -> PointTold {
    let at = NOW.plus_ms(-hours_ago * HOUR_MS);
    PointTold { at, span_ms: HOUR_MS, value, low: value - 1.0, high: value + 1.0 }
}

#[test]
fn nothing_and_what_is_no_number_have_no_picture() {
    assert_eq!(Frame::of(&[], &[], Span::Day, NOW), None);
    let nan = [point(3, f32::NAN), point(2, f32::INFINITY)];
    assert_eq!(Frame::of(&nan, &[f64::NAN], Span::Day, NOW), None);
    assert!(runs(&nan).is_empty());
}

#[test]
fn one_point_has_a_frame_with_room_around_it() {
    for value in [0.0, 7.0, -40.0, 1e12, 1e-9] {
        let one = PointTold { low: value, high: value, ..point(2, value) };
        let frame = Frame::of(&[one], &[], Span::Week, NOW).unwrap();
        assert!(frame.low <= f64::from(value) && f64::from(value) < frame.high, "{frame:?}");
        assert!((0.0..=1.0).contains(&frame.up(f64::from(value))));
        let marks = frame.marks_up();
        assert!((1..=6).contains(&marks.len()), "{marks:?} of {frame:?}");
        assert_eq!(runs(&[one]).len(), 1);
    }
}

#[test]
fn gaps_stay_open_and_hours_go_over_into_minutes() {
    let minute = |n: i64| PointTold { at: NOW.plus_ms(n * 60_000), span_ms: 60_000, ..point(0, 1.0) };
    let trend = [
        point(9, 1.0),
        point(8, 1.0),
        point(5, f32::NAN),
        point(2, 1.0),
        point(1, 2.0),
        minute(0),
        minute(1),
        minute(9),
    ];
    let lengths: Vec<usize> = runs(&trend).iter().map(Vec::len).collect();
    assert_eq!(lengths, [2, 4, 1]);
}

#[test]
fn levels_far_from_the_values_do_not_flatten_them() {
    let trend = [point(3, 10.0), point(2, 20.0)];
    let frame = Frame::of(&trend, &[25.0, 900.0], Span::Day, NOW).unwrap();
    assert!(frame.high > 25.0 && frame.high < 40.0, "{frame:?}");
    assert!(frame.low >= 0.0);
}

#[test]
fn time_is_marked_in_shanghai() {
    let trend = [point(1, 1.0)];
    // 2026-09-21 22:13 in Shanghai.
    let names = |span| {
        let frame = Frame::of(&trend, &[], span, NOW).unwrap();
        frame.marks_across(span).into_iter().map(|(_, name)| name).collect::<Vec<_>>()
    };
    assert_eq!(names(Span::Day), ["00:00", "06:00", "12:00", "18:00"]);
    assert!(names(Span::Week).iter().all(|name| name.starts_with("09-")) && names(Span::Week).len() >= 3);
    assert_eq!(names(Span::FiveWeeks).len(), 5);
}
