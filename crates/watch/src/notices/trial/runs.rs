//! A run as a whole: what it says of bad events, of withdrawn algorithms, and that it is the same every time.

use super::*;
use city::{AlgorithmId, Jurisdiction, Level, NoticeKind};

fn city_with_cluster(seed: u64) -> Vec<SmallEvent> {
    let mut events = noise(QUIET, seed);
    plant(&mut events, &mut Dice::new(seed, 5), 25, 3.0, 200.0);
    events
}

#[test]
fn a_notice_says_who_by_when_and_how_sure() {
    let found = run(&city_with_cluster(2), QUIET.days, &shelf(), &[], 9);
    let notice = found.notices.iter().find(|n| n.kind == NoticeKind::Cluster).unwrap();
    println!("{}\n{}", notice.words.zh, notice.words.en);
    assert!(notice.on_trial && notice.algorithm.as_str() == "notices.cluster" && notice.seed == 9);
    assert!(notice.observed as f64 > notice.expected95.high && notice.ratio95.low > 1.0);
    assert_eq!(notice.evidence_total, notice.observed);
    assert_eq!(notice.evidence_at.len(), notice.evidence.len());
    assert!(notice.evidence_at.iter().all(|at| at.is_valid()));
    assert!(notice.evidence.iter().filter(|id| id.as_str().starts_with("P-")).count() >= 20);
    assert_eq!(notice.act.departments, ["信访办公室", "城市管理局"]);
    assert!(notice.act.by > END && matches!(notice.act.level, Level::Township | Level::District));
    assert!(
        matches!(notice.act.jurisdiction, Jurisdiction::Township(t) if t.district().0 == 500_103)
            || notice.act.level == Level::District
    );
    for part in [notice.observed.to_string(), "信访办公室".to_owned()] {
        assert!(notice.words.zh.contains(&part) && notice.words.en.contains(&part), "{part}");
    }
    assert!(!notice.words.zh.contains(['{', '}']) && !notice.words.en.contains(['{', '}']));
}

#[test]
fn the_same_notices_whatever_the_threads_and_the_order() {
    let mut events = city_with_cluster(3);
    let shelf = shelf();
    let on = |threads: usize, events: &[SmallEvent]| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| run(events, QUIET.days, &shelf, &[], 4))
    };
    let one = on(1, &events);
    assert!(!one.notices.is_empty());
    assert_eq!(one, on(5, &events));
    events.reverse();
    assert_eq!(one.notices, on(3, &events).notices);
}

#[test]
fn an_open_notice_is_continued_and_a_settled_one_is_not() {
    let events = city_with_cluster(2);
    let shelf = shelf();
    let mut first = run(&events, QUIET.days, &shelf, &[], 9).notices;
    first.iter_mut().for_each(|n| n.issued_at = n.issued_at.plus_s(-3_600.0));
    let again = run(&events, QUIET.days, &shelf, &first, 9);
    assert!(again.notices.is_empty() && again.continued.len() == first.len());
    assert_eq!(again.continued[0].0, first[0].id);
    for notice in &mut first {
        notice.reject("officer:li", END, "施工").unwrap();
    }
    assert!(!run(&events, QUIET.days, &shelf, &first, 9).notices.is_empty());
}

#[test]
fn a_withdrawn_algorithm_gives_no_notice() {
    let events = city_with_cluster(2);
    let mut shelf = shelf();
    shelf.register.withdraw(&AlgorithmId::from("notices.cluster"), "officer:li", END, "误报").unwrap();
    let found = run(&events, QUIET.days, &shelf, &[], 9);
    assert!(!found.notices.iter().any(|n| n.kind == NoticeKind::Cluster));
    assert!(
        found.problems.iter().any(|p| p.kind == ProblemKind::NotAllowed && p.what.contains("officer:li"))
    );
}

#[test]
fn what_cannot_be_used_is_said() {
    let at = EastNorth::new(0.0, 0.0);
    let good = |id: &str| event(id.to_owned(), &RiskClass::Gas, 500_103, at, END.plus_s(-90_000.0));
    let mut events: Vec<SmallEvent> = (0..40).map(|i| good(&format!("G-{i}"))).collect();
    events.push(SmallEvent { at: LonLat::new(f64::NAN, 29.0), ..good("nan") });
    events.push(SmallEvent { at: LonLat::new(0.0, 0.0), ..good("null island") });
    events.push(SmallEvent { time: END.plus_s(1.0), ..good("tomorrow") });
    events.push(SmallEvent { time: CityTime(i64::MAX), ..good("end of time") });
    events.push(SmallEvent { place: None, ..good("nowhere") });
    events.push(SmallEvent { handled: Some(CityTime(0)), ..good("before") });
    events.push(good("G-7"));
    let found = run(&events, 118, &shelf(), &[], 1);
    let count = |kind| found.problems.iter().filter(|p| p.kind == kind).map(|p| p.count).sum::<u64>();
    assert_eq!(
        [
            count(ProblemKind::NoPosition),
            count(ProblemKind::OutsideCity),
            count(ProblemKind::InFuture),
            count(ProblemKind::NoDistrict),
            count(ProblemKind::HandledBefore),
            count(ProblemKind::Duplicate),
            count(ProblemKind::NothingToCompare),
        ],
        [1, 1, 2, 1, 1, 1, 2],
        "{:#?}",
        found.problems
    );
    assert_eq!(
        found.problems.iter().find(|p| p.kind == ProblemKind::Duplicate).unwrap().examples[0].as_str(),
        "G-7"
    );
    let few = run(&events[..3], 118, &shelf(), &[], 1);
    assert!(few.problems.iter().any(|p| p.kind == ProblemKind::TooFew) && few.notices.is_empty());
    assert!(run(&[], 118, &shelf(), &[], 1).notices.is_empty());
    // Time and record that make no sense end in a word, not in a crash.
    let strange = Analysis {
        events: &events,
        since: CityTime(i64::MAX),
        until: CityTime(i64::MIN),
        status: Status::Actual,
        guide: &Guide::shipped().unwrap(),
        names: &Names::default(),
        register: &Register::shipped().unwrap(),
        open: &[],
        seed: u64::MAX,
    };
    assert!(find(&strange, &NoticeSettings::default()).notices.is_empty());
}
