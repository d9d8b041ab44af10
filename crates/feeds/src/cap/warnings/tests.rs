#![allow(clippy::unwrap_used)]
use super::*;
use crate::cap::alert::{Info, Reference};
use crate::cap::words::{MessageStatus::*, ResponseType, Severity, Urgency};
use WarningState::*;

const HOUR_MS: i64 = 3_600_000;

fn hour(h: i64) -> CityTime {
    CityTime(1_800_000_000_000).plus_ms(h * HOUR_MS)
}

/// An alert of `sender`, sent at that hour, that holds ten hours and references others of the same sender.
fn message(kind: MessageType, sender: &str, id: &str, sent_h: i64, references: &[&str]) -> Alert {
    let mut alert = Alert::new(sender, id, hour(sent_h), Actual, kind);
    let reference =
        |id: &&str| Reference { sender: sender.to_owned(), identifier: (*id).to_owned(), sent: None };
    alert.references = references.iter().map(reference).collect();
    let mut info = Info::new("暴雨橙色预警", Severity::Severe);
    info.expires = Some(hour(sent_h + 10));
    alert.infos = vec![info];
    alert
}

fn alert(id: &str, sent_h: i64) -> Alert {
    message(MessageType::Alert, "a", id, sent_h, &[])
}

fn update(id: &str, sent_h: i64, of: &[&str]) -> Alert {
    message(MessageType::Update, "a", id, sent_h, of)
}

fn cancel(id: &str, sent_h: i64, of: &[&str]) -> Alert {
    message(MessageType::Cancel, "a", id, sent_h, of)
}

/// Takes the alerts in every order (rotated, and backwards) and checks the states at that hour.
fn check(alerts: &[Alert], at_h: i64, expected: &[(&str, WarningState)]) {
    for turn in 0..alerts.len() * 2 {
        let mut order = alerts.to_vec();
        order.rotate_left(turn % alerts.len());
        if turn >= alerts.len() {
            order.reverse();
        }
        let mut warnings = Warnings::default();
        for alert in order {
            warnings.take(alert, hour(at_h));
        }
        warnings.forget(hour(at_h));
        let standings = warnings.standings(hour(at_h));
        let states: Vec<_> = standings.iter().map(|s| (s.alert.identifier.as_str(), s.state)).collect();
        assert_eq!(states, expected, "turn {turn}");
    }
}

#[test]
fn a_warning_begins_holds_and_ends() {
    let mut later = alert("1", 0);
    later.infos[0].effective = Some(hour(2));
    check(&[later.clone()], -1, &[("1", NotYetEffective)]);
    check(&[later.clone()], 1, &[("1", NotYetEffective)]);
    check(&[later.clone()], 2, &[("1", InForce)]);
    check(&[later.clone()], 10, &[("1", Expired)]);
    check(&[later.clone()], 100, &[]);
    let mut warnings = Warnings::default();
    warnings.take(later, hour(0));
    let changes =
        std::iter::successors(warnings.next_change_after(hour(-1)), |at| warnings.next_change_after(*at));
    assert_eq!(changes.collect::<Vec<_>>(), [hour(0), hour(2), hour(10)]);
}

#[test]
fn without_an_end_the_stated_default_holds() {
    let mut endless = alert("1", 0);
    endless.infos[0].expires = None;
    check(&[endless.clone()], 23, &[("1", InForce)]);
    check(&[endless.clone()], 24, &[("1", Expired)]);
    let mut warnings = Warnings::default();
    warnings.take(endless, hour(0));
    let standing = &warnings.standings(hour(1))[0];
    assert!(standing.is_end_assumed);
    assert_eq!((standing.from, standing.until), (hour(0), hour(24)));
}

#[test]
fn chains_of_updates_leave_the_last_in_whatever_order_they_come() {
    let chain = [alert("1", 0), update("2", 1, &["1"]), update("3", 2, &["1", "2"]), update("4", 3, &["3"])];
    check(&chain, 4, &[("1", Superseded), ("2", Superseded), ("3", Superseded), ("4", InForce)]);
    // A replay of the past sees it as it was.
    check(&chain, 1, &[("1", Superseded), ("2", InForce), ("3", NotYetEffective), ("4", NotYetEffective)]);
    let of_several = [alert("1", 0), alert("2", 0), update("3", 1, &["1", "2"])];
    check(&of_several, 2, &[("1", Superseded), ("2", Superseded), ("3", InForce)]);
    let never_came = [update("3", 1, &["1"])];
    check(&never_came, 2, &[("3", InForce)]);
}

#[test]
fn a_cancel_ends_and_a_cancel_of_it_makes_it_stand_again() {
    let ended = vec![alert("1", 0), cancel("2", 1, &["1"])];
    check(&ended, 2, &[("1", Cancelled)]);
    let mut again = ended.clone();
    again.push(cancel("3", 2, &["2"]));
    check(&again, 3, &[("1", InForce)]);
    let mut ended_again = again.clone();
    ended_again.push(cancel("4", 3, &["3"]));
    check(&ended_again, 4, &[("1", Cancelled)]);
    // The event is over: what the update replaced does not come back.
    let updated = [alert("1", 0), update("2", 1, &["1"]), cancel("3", 2, &["2"])];
    check(&updated, 3, &[("1", Superseded), ("2", Cancelled)]);
    // An update of a cancel warns anew and leaves what was ended ended.
    let anew = [alert("1", 0), cancel("2", 1, &["1"]), update("3", 2, &["2"])];
    check(&anew, 3, &[("1", Cancelled), ("3", InForce)]);
}

#[test]
fn nobody_ends_the_warning_of_another() {
    let mut foreign = message(MessageType::Cancel, "b", "2", 1, &[]);
    foreign.references = vec![alert("1", 0).reference()];
    check(&[alert("1", 0), foreign.clone()], 2, &[("1", InForce)]);
    // Naming itself as the sender, it means a message of its own.
    let mut own = foreign.clone();
    own.references[0].sender = "b".to_owned();
    check(&[alert("1", 0), own], 2, &[("1", InForce)]);
    let mut warnings = Warnings::default();
    warnings.take(alert("1", 0), hour(2));
    warnings.take(foreign.clone(), hour(2));
    assert_eq!(warnings.standings(hour(2))[0].refused_acts, 1);
    let rule = WarningRule { acts_for: vec![("b".to_owned(), "a".to_owned())], ..WarningRule::default() };
    let mut warnings = Warnings::new(rule);
    warnings.take(alert("1", 0), hour(2));
    warnings.take(foreign, hour(2));
    assert_eq!(warnings.standings(hour(2))[0].state, Cancelled);
}

#[test]
fn exercise_and_truth_never_touch_one_another() {
    for (real, other) in [(Actual, Exercise), (Actual, Test), (Exercise, Actual), (Test, Exercise)] {
        let first = Alert { status: real, ..alert("1", 0) };
        let second = Alert { status: other, ..cancel("2", 1, &["1"]) };
        check(&[first.clone(), second], 2, &[("1", InForce)]);
        let same_name = Alert { status: other, ..cancel("1", 1, &[]) };
        check(&[first, same_name], 2, &[("1", InForce)]);
    }
    let mut warnings = Warnings::default();
    for status in [Actual, Exercise, System, Test, Draft] {
        warnings.take(Alert { status, ..alert(status.word(), 0) }, hour(0));
    }
    let shown: Vec<_> = warnings.in_force(hour(1)).iter().map(|s| s.alert.status.of_the_city()).collect();
    assert_eq!(shown, [Some(city::Status::Actual), Some(city::Status::Exercise)]);
}

#[test]
fn references_mean_the_message_of_their_time() {
    // Sent again under its own identifier, a message replaces itself.
    let again = [alert("1", 0), alert("1", 1)];
    check(&again, 2, &[("1", Superseded), ("1", InForce)]);
    check(&[alert("1", 0), cancel("1", 1, &[])], 2, &[("1", Cancelled)]);
    // A cancel of the first message leaves the second, which replaced it, alone.
    let mut of_first = cancel("2", 2, &[]);
    of_first.references = vec![alert("1", 0).reference()];
    check(&[alert("1", 0), alert("1", 1), of_first.clone()], 3, &[("1", Cancelled), ("1", InForce)]);
    // A time that names none means the newest.
    of_first.references[0].sent = Some(hour(-5));
    check(&[alert("1", 0), alert("1", 1), of_first], 3, &[("1", Superseded), ("1", Cancelled)]);
    // Nothing acts on what is sent after it, or on itself.
    check(&[cancel("1", 0, &["2"]), alert("2", 1)], 2, &[("2", InForce)]);
    check(&[update("1", 0, &["1"])], 1, &[("1", InForce)]);
    check(&[update("1", 0, &["2"]), update("2", 0, &["1"])], 1, &[("1", Superseded), ("2", InForce)]);
    // A cancel of the same second counts.
    check(&[alert("2", 0), cancel("1", 0, &["2"])], 1, &[("2", Cancelled)]);
}

#[test]
fn of_differing_messages_under_one_name_the_graver_is_kept() {
    let orange = alert("1", 0);
    let mut blue = alert("1", 0);
    blue.infos[0].event = "暴雨蓝色预警".to_owned();
    let ending = cancel("1", 0, &[]);
    for order in [[&orange, &blue, &ending], [&ending, &blue, &orange], [&blue, &orange, &ending]] {
        let mut warnings = Warnings::default();
        let taken: Vec<_> = order.iter().map(|alert| warnings.take((*alert).clone(), hour(1))).collect();
        assert_eq!(taken, [Taken::New, Taken::Contested, Taken::Contested]);
        let standing = &warnings.standings(hour(1))[0];
        assert_eq!((standing.alert, standing.is_contested), (&orange, true));
        assert_eq!(warnings.take(orange.clone(), hour(1)), Taken::Known);
        assert!(warnings.knows("a", "1", hour(0)) && !warnings.knows("a", "1", hour(1)));
    }
}

#[test]
fn what_says_that_the_danger_is_over_is_not_in_force() {
    let mut over = update("2", 1, &["1"]);
    over.infos[0].response_types = vec![ResponseType::AllClear];
    check(&[alert("1", 0), over.clone()], 2, &[("1", Superseded), ("2", AllClear)]);
    let mut half = over.clone();
    half.infos.push(alert("x", 1).infos[0].clone());
    check(&[half], 2, &[("2", InForce)]);
    over.infos[0] = Info { urgency: Urgency::Past, ..Info::new("", Severity::Minor) };
    check(&[over], 2, &[("2", AllClear)]);
}

#[test]
fn acknowledgements_and_errors_change_nothing() {
    let mut warnings = Warnings::default();
    warnings.take(alert("1", 0), hour(0));
    for kind in [MessageType::Ack, MessageType::Error] {
        assert_eq!(warnings.take(message(kind, "a", "2", 1, &["1"]), hour(1)), Taken::NoWarning);
    }
    assert_eq!(warnings.in_force(hour(2)).len(), 1);
}

#[test]
fn what_ended_is_forgotten_and_does_not_stand_again() {
    let mut long = alert("1", 0);
    long.infos[0].expires = Some(hour(24 * 20));
    let mut warnings = Warnings::default();
    warnings.take(long.clone(), hour(0));
    warnings.take(cancel("2", 1, &["1"]), hour(1));
    warnings.forget(hour(48));
    assert_eq!(warnings.standings(hour(48)).len(), 1);
    warnings.forget(hour(50));
    assert_eq!((warnings.standings(hour(50)).len(), warnings.len()), (0, 1));
    // The service still lists it.
    assert_eq!(warnings.take(long, hour(51)), Taken::New);
    assert_eq!(warnings.standings(hour(51))[0].state, Cancelled);
    assert_eq!(warnings.take(cancel("2", 1, &["1"]), hour(51)), Taken::Known);
    warnings.forget(hour(24 * 31 + 2));
    assert!(warnings.is_empty());
}

#[test]
fn too_many_are_dropped_with_the_real_ones_last_and_nothing_stands_again_for_it() {
    let rule = WarningRule { most_kept: 100, ..WarningRule::default() };
    let mut warnings = Warnings::new(rule);
    warnings.take(alert("kept", 0), hour(0));
    warnings.take(alert("ended", 0), hour(0));
    warnings.take(cancel("end", 1, &["ended"]), hour(1));
    for n in 0..1000 {
        let status = if n % 2 == 0 { Exercise } else { Test };
        warnings.take(Alert { status, ..alert(&n.to_string(), 2) }, hour(3));
    }
    assert!(warnings.len() <= 100 && warnings.dropped() > 800);
    let real: Vec<_> = warnings.standings(hour(3)).into_iter().filter(|s| s.alert.status == Actual).collect();
    assert!(real.iter().any(|s| s.alert.identifier == "kept" && s.state == InForce));
    assert!(real.iter().all(|s| s.alert.identifier != "ended" || s.state == Cancelled));
}

#[test]
fn long_chains_and_crowds_take_no_time_and_no_stack() {
    let mut warnings = Warnings::new(WarningRule { most_kept: 1 << 20, ..WarningRule::default() });
    warnings.take(alert("0", 0), hour(0));
    for n in 1..20_000 {
        let mut link = cancel(&n.to_string(), 0, &[&(n - 1).to_string()]);
        link.sent = hour(0).plus_ms(n * 1000);
        warnings.take(link, hour(10));
    }
    // 19,999 cancels: the last stands, so every other one before it, and the first of them too.
    assert_eq!(warnings.standings(hour(9))[0].state, Cancelled);
    let mut same = Warnings::new(WarningRule { most_kept: 1 << 20, ..WarningRule::default() });
    for n in 0..10_000 {
        let mut again = update("same", 0, &["same"]);
        again.sent = hour(0).plus_ms(n * 1000);
        same.take(again, hour(9));
    }
    assert_eq!(same.in_force(hour(9)).len(), 1);
    let extreme = CityTime(i64::MAX);
    warnings.forget(extreme);
    assert!(warnings.standings(CityTime(i64::MIN)).iter().all(|s| s.state == NotYetEffective));
}
