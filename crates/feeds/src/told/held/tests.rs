#![allow(clippy::unwrap_used)]
use super::*;
use crate::sensorthings::CatalogueRow;
use crate::told::Reading;
use crate::told::{TrackKind, TrackMission};
use city::{CityTime, LonLat};

const MINUTE: i64 = 60_000;

fn device(datastream: &str, thing: &str) -> CatalogueRow {
    CatalogueRow { datastream: datastream.to_owned(), thing: thing.to_owned(), ..CatalogueRow::default() }
}

fn reading(datastream: &str, at: i64, value: f64) -> Reading {
    Reading { datastream: datastream.to_owned(), at: CityTime(at), value }
}

fn track(id: &str, seen: i64, stale_at: Option<i64>) -> Track {
    Track {
        id: id.to_owned(),
        kind: TrackKind::Ground,
        name: id.to_owned(),
        at: LonLat::new(106.5, 29.5),
        model: String::new(),
        height: None,
        above_home_m: None,
        attitude: None,
        in_the_air: None,
        heading_deg: None,
        speed_mps: None,
        battery_pct: None,
        doing: String::new(),
        seen: CityTime(seen),
        stale_at: stale_at.map(CityTime),
    }
}

#[test]
fn the_newest_value_stays_whichever_comes_last() {
    let mut held = Held::default();
    let readings = vec![reading("a", 3, 3.0), reading("a", 2, 2.0), reading("b", 1, 1.0)];
    assert!(held.take_in(&mut News { readings, ..News::default() }, 100));
    assert_eq!(held.changes, Changes { readings: 1, ..Changes::default() });
    // The catalogue may come later than the values.
    let devices = vec![device("a", "gauge"), device("b", "gauge")];
    held.take_in(&mut News { devices, ..News::default() }, 100);
    let readings = vec![reading("b", 7, 7.0), reading("b", 6, 6.0)];
    held.take_in(&mut News { readings, ..News::default() }, 100);
    let newest = |held: &Held, datastream| held.devices.series(datastream).unwrap().newest;
    assert_eq!(newest(&held, "a"), Some((CityTime(3), 3.0)));
    assert_eq!(newest(&held, "b"), Some((CityTime(7), 7.0)));
    assert_eq!(held.devices.all()[0].heard, Some(CityTime(7)));
    // Described anew, it keeps its values.
    let row = CatalogueRow { name: "level".to_owned(), ..device("a", "gauge") };
    held.take_in(&mut News { devices: vec![row], ..News::default() }, 100);
    assert_eq!((newest(&held, "a"), held.devices.all().len()), (Some((CityTime(3), 3.0)), 1));
}

#[test]
fn a_device_names_its_series_also_where_one_moves_to_another() {
    let mut held = Held::default();
    let devices = vec![device("a", "gauge"), device("b", "gauge"), device("c", "pump")];
    held.take_in(&mut News { devices, ..News::default() }, 100);
    let series = |held: &Held, thing| {
        let device = held.devices.find(thing).unwrap();
        held.devices.series_of(device).map(|series| series.described.datastream.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (series(&held, "gauge"), series(&held, "pump")),
        (vec!["b".into(), "a".into()], vec!["c".into()])
    );
    held.take_in(&mut News { devices: vec![device("a", "pump")], ..News::default() }, 100);
    assert_eq!(
        (series(&held, "gauge"), series(&held, "pump")),
        (vec!["b".into()], vec!["c".into(), "a".into()])
    );
    assert!(held.devices.find("nothing").is_none());
}

#[test]
fn much_is_taken_in_over_several_frames_and_nothing_is_left_out() {
    let readings = (0..250).map(|n| reading(&format!("d{n}"), 1, f64::from(n))).collect();
    let devices = (0..50).map(|n| device(&format!("d{n}"), "")).collect();
    let mut news = News { devices, readings, ..News::default() };
    let mut held = Held::default();
    let frames = (1..).find(|_| held.take_in(&mut news, 100)).unwrap();
    assert_eq!((frames, held.devices.all().len(), held.devices.series_count()), (3, 50, 50));
    assert!(held.devices.all().iter().all(|device| device.heard == Some(CityTime(1))));
}

#[test]
fn who_is_gone_is_gone_with_its_mission() {
    let mut held = Held::default();
    let missions = vec![TrackMission { track: "d1".to_owned(), ..TrackMission::default() }];
    let tracks = vec![track("d1", 0, None), track("d2", 0, None)];
    held.take_in(&mut News { tracks, missions, ..News::default() }, 100);
    held.take_in(&mut News { gone: vec!["d1".to_owned()], ..News::default() }, 100);
    assert_eq!((held.tracks.len(), held.missions.len()), (1, 0));
}

#[test]
fn a_device_of_several_series_is_one_and_counts_by_its_newest_value() {
    let mut held = Held::default();
    let devices = vec![device("a", "gauge"), device("b", "gauge"), device("c", "camera"), device("d", "")];
    let now = CityTime(2 * 86_400_000);
    let readings = vec![
        reading("a", 0, 1.0),
        reading("b", now.0 - MINUTE, 1.0),
        reading("c", now.0 - 60 * MINUTE, 1.0),
        reading("unknown", now.0, 1.0),
    ];
    held.take_in(&mut News { devices, readings, ..News::default() }, 100);
    let heard = held.heard(now, None);
    assert_eq!(heard, Heard { known: 3, online: 1, reporting: 2 });
    // A source that is asked once in half an hour cannot be heard from more often.
    assert_eq!(held.heard(now, Some(1_800.0)).online, 2);
    let (online, reporting) = heard.and(Heard { known: 1, online: 1, reporting: 1 }).shares().unwrap();
    assert_eq!((online, reporting), (0.5, 0.75));
    assert_eq!(Heard::default().shares(), None);
}

#[test]
fn a_team_past_its_stale_time_is_not_online() {
    let mut held = Held::default();
    let now = CityTime(100 * MINUTE);
    let tracks = vec![track("a", now.0, None), track("b", now.0, Some(now.0 - 1)), track("c", 0, None)];
    held.take_in(&mut News { tracks, ..News::default() }, 100);
    assert_eq!(held.heard(now, None), Heard { known: 3, online: 1, reporting: 3 });
}
