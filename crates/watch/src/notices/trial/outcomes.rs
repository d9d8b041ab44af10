//! Whether a notice was right: hit, miss, not known yet; and the hit rate.

use super::*;
use city::{IncidentLevel, NoticeKind, Outcome, Share};

#[test]
fn a_notice_is_judged_by_what_came_after() {
    let shelf = shelf();
    let mut events = noise(QUIET, 2);
    let middle = plant(&mut events, &mut Dice::new(2, 5), 25, 3.0, 200.0);
    let found = run(&events, QUIET.days, &shelf, &[], 9);
    let mut notice = found.notices.into_iter().find(|n| n.kind == NoticeKind::Cluster).unwrap();
    let guide = &shelf.guide;
    let end = notice.valid_until;
    let later = |n: usize, at: LonLat, day: f64| -> Vec<SmallEvent> {
        let there = geodesy::to_city_frame(at);
        let time = END.plus_s(day * 86_400.0);
        (0..n).map(|i| event(format!("L-{i}"), &RiskClass::Complaint, 500_103, there, time)).collect()
    };
    let judge_at = |notice: &RiskNotice, events: &[SmallEvent], now| judge(notice, events, &[], now, guide);
    let far = LonLat::new(106.9, 29.9);
    assert_eq!(judge_at(&notice, &later(40, middle, 2.0), END.plus_s(3.0 * 86_400.0)), Outcome::Hit);
    assert_eq!(
        judge_at(&notice, &later(40, middle, 2.0), END.plus_s(86_400.0)),
        Outcome::Unknown,
        "not yet come"
    );
    assert_eq!(judge_at(&notice, &later(40, far, 2.0), end), Outcome::Miss);
    assert_eq!(
        judge_at(&notice, &later(40, middle, 9.0), end.plus_s(9e5)),
        Outcome::Miss,
        "after it ran out"
    );
    assert_eq!(judge_at(&notice, &later(2, middle, 2.0), end), Outcome::Miss, "too few");
    let mut twice = later(1, middle, 2.0);
    twice = (0..40).map(|_| twice[0].clone()).collect();
    assert_eq!(judge_at(&notice, &twice, end), Outcome::Miss, "one event told forty times");

    let incident = |id: &str, level| LaterIncident {
        id: id.into(),
        class: RiskClass::Complaint,
        level: IncidentLevel::new(level).unwrap(),
        reported: END.plus_s(9_000.0),
        at: middle,
        place: Place { district: DistrictCode(500_103), township: TownshipCode(500_103_001) },
    };
    let by = |notice: &RiskNotice, i| judge(notice, &[], &[i], end, guide);
    assert_eq!(by(&notice, incident("I-1", 3)), Outcome::Hit);
    assert_eq!(by(&notice, incident("I-1", 4)), Outcome::Miss, "not grave enough");
    notice.become_incident("I-1".into(), "officer:li", END).unwrap();
    assert_eq!(by(&notice, incident("I-1", 2)), Outcome::Miss, "made of the notice itself");

    let outcomes = [Outcome::Hit, Outcome::Hit, Outcome::Miss, Outcome::Unknown];
    let told: Vec<RiskNotice> =
        outcomes.iter().map(|o| RiskNotice { outcome: *o, ..notice.clone() }).collect();
    let rate = HitRate::of(&told);
    let id = "notices.cluster".into();
    assert_eq!((rate.share(&id, "1"), rate.unknown(&id, "1")), (Share::new(2, 3), 1));
    assert_eq!(rate.share(&id, "2"), Share::default());
    assert_eq!(rate.algorithms().count(), 1);
}
