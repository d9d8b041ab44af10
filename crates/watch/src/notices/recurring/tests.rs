//! Spots and causes: by hand, and quiet where nothing comes back.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::notices::made_up::Dice;
use city::CityTime;
use geodesy::EastNorth;

const END: CityTime = CityTime(1_790_000_000_000);
const HOUR_MS: i64 = 3_600_000;

fn event(east_m: f64, days_ago: f64, handled_after_h: Option<i64>) -> SpotEvent {
    let time = END.plus_s(-days_ago * 86_400.0);
    let handled = handled_after_h.map(|hours| time.plus_ms(hours * HOUR_MS));
    SpotEvent { at: EastNorth::new(east_m, 0.0), time, handled }
}

#[test]
fn a_spot_comes_back_only_after_it_was_handled() {
    let settings = PlaceSettings::default();
    let four = |handled: Option<i64>| -> Vec<SpotEvent> {
        [90.0, 60.0, 30.0, 2.0].iter().map(|ago| event(ago / 5.0, *ago, handled)).collect()
    };
    let spots = recurring_places(&four(Some(5)), END, &settings);
    assert_eq!((spots.len(), spots[0].episodes, spots[0].around), (1, 4, 0));
    assert_eq!(spots[0].events, vec![3, 2, 1, 0]);
    // Three others of three: (1.5/25)³, four middles.
    assert!((spots[0].p_value / (4.0 * 0.06_f64.powi(3)) - 1.0).abs() < 1e-9, "{}", spots[0].p_value);
    assert!(recurring_places(&four(None), END, &settings).is_empty(), "never handled: one long episode");
    assert!(recurring_places(&four(Some(24 * 100)), END, &settings).is_empty(), "handled after all of them");
    // Reported again within the day, or outside the days: no return.
    let close: Vec<_> = (0..4).map(|i| event(0.0, 1.0 + f64::from(i) * 0.2, Some(1))).collect();
    assert!(recurring_places(&close, END, &settings).is_empty());
    let mut old = four(Some(5));
    old[0] = event(0.0, 200.0, Some(5));
    assert!(recurring_places(&old, END, &settings).is_empty());
    let broken = [SpotEvent { at: EastNorth::new(f64::NAN, 0.0), ..event(0.0, 1.0, None) }];
    assert!(recurring_places(&broken, END, &settings).is_empty());
}

#[test]
fn a_dense_quarter_is_not_a_spot_and_a_spot_in_it_is_found() {
    let mut dice = Dice::new(3, 3);
    let mut quarter: Vec<SpotEvent> = (0..1_500)
        .map(|_| {
            let at = EastNorth::new(dice.share() * 1_500.0, dice.share() * 1_500.0);
            SpotEvent { at, ..event(0.0, dice.share() * 180.0, Some(3)) }
        })
        .collect();
    let quiet = recurring_places(&quarter, END, &PlaceSettings::default());
    assert!(quiet.iter().all(|s| s.p_value > 0.01), "{quiet:?}");
    for i in 0..14 {
        let at = EastNorth::new(700.0 + f64::from(i), 700.0);
        quarter.push(SpotEvent { at, ..event(0.0, 1.0 + f64::from(i) * 12.0, Some(3)) });
    }
    let spots = recurring_places(&quarter, END, &PlaceSettings::default());
    let top = spots.iter().min_by(|a, b| a.p_value.total_cmp(&b.p_value)).unwrap();
    assert!(top.p_value < 0.001 && top.centre.distance_m(EastNorth::new(707.0, 700.0)) < 50.0, "{top:?}");
    let mut seen = std::collections::HashSet::new();
    assert!(spots.iter().flat_map(|s| &s.events).all(|i| seen.insert(*i)), "an event in two spots");
}

#[test]
fn a_cause_is_held_against_its_own_share() {
    let at = |days_ago: u32, cause: &str, n: usize| {
        let time = END.plus_s(-f64::from(days_ago) * 86_400.0 - 5.0);
        std::iter::repeat_n(CauseEvent { cause: Some(cause.into()), time }, n)
    };
    // Before: 62 days of one `pipe` and nine others; now: 28 days of three and seven.
    let mut events: Vec<CauseEvent> =
        (28..90).flat_map(|d| at(d, "pipe", 1).chain(at(d, "other", 9))).collect();
    events.extend((0..28).flat_map(|d| at(d, "pipe", 3).chain(at(d, "other", 7))));
    let causes = recurring_causes(&events, END, &CauseSettings::default());
    let pipe = causes.iter().find(|c| &*c.cause == "pipe").unwrap();
    assert_eq!((pipe.events.len(), pipe.of), (84, 280));
    assert!((pipe.expected - 28.0).abs() < 1e-9 && pipe.p_value < 1e-10 && pipe.is_recurring, "{pipe:?}");
    assert!(causes.iter().find(|c| &*c.cause == "other").unwrap().p_value > 0.9);
    // The same 84 on one single day are one burst, not a cause that keeps coming.
    let mut burst: Vec<CauseEvent> =
        (28..90).flat_map(|d| at(d, "pipe", 1).chain(at(d, "other", 9))).collect();
    burst.extend(at(3, "pipe", 84).chain((0..28).flat_map(|d| at(d, "other", 7))));
    let found = recurring_causes(&burst, END, &CauseSettings::default());
    assert!(found.iter().any(|c| &*c.cause == "pipe" && !c.is_recurring && c.events.len() == 84));
    assert!(recurring_causes(&burst[..0], END, &CauseSettings::default()).is_empty());
}
