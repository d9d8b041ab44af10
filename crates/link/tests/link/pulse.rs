//! Vital signs from a backend that misbehaves: one clear word of trouble, and on again as soon as it answers.

use super::fault_server::{FaultServer, JSON, Reply};
use super::{config, hurried};
use link::{Felt, Pulse, Wish};
use std::time::{Duration, Instant};

const CITY: &str = "/api/v1/vital-signs?area=city";
const GOOD: &str = r#"{"now":"2026-09-21T14:13:20Z","area":"city","signs":[{"id":"a","value":1},{"id":7}]}"#;

fn felt_until(pulse: &Pulse, what: &str, is_so: impl Fn(&Felt) -> bool) -> Felt {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let felt = pulse.felt();
        if is_so(&felt) {
            return felt;
        }
        assert!(Instant::now() < end, "no {what}: {felt:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn trouble_is_told_in_one_sentence_and_passes_with_its_cause() {
    let server = FaultServer::of_city(1);
    let busy = Reply::Whole(503, "text/plain", "busy".into());
    let problem = r#"{"type":"urn:x","title":"t","status":403,"detail":"this area is not yours"}"#;
    let troubles = [
        (busy, "503"),
        (Reply::Whole(403, "application/problem+json", problem.into()), "this area is not yours"),
        (Reply::Whole(200, JSON, "山".into()), "the list of vital signs is unreadable"),
        (Reply::Raw(b"\x00\x01\x02".to_vec()), "cannot be reached"),
        (Reply::Hangup, "cannot be reached"),
    ];
    let dir = tempfile::tempdir().unwrap();
    let config = config(&server, dir.path().to_path_buf());
    let pulse = Pulse::start_at(&config, hurried(), Duration::from_millis(10)).unwrap();
    for (reply, says) in troubles {
        server.script(CITY, [reply]);
        pulse.look(Some(Wish { area: "city".to_owned(), ..Wish::default() }));
        let felt =
            felt_until(&pulse, says, |felt| felt.trouble.as_ref().is_some_and(|why| why.contains(says)));
        assert!(!felt.trouble.unwrap().contains('\n'));
    }
    server.script(CITY, [Reply::Whole(200, JSON, GOOD.into())]);
    let felt = felt_until(&pulse, "signs", |felt| felt.signs.is_some());
    assert_eq!(felt.signs.unwrap().signs.len(), 1);
    let unread =
        felt_until(&pulse, "a bad row", |f| f.trouble.as_ref().is_some_and(|why| why.starts_with("1 rows")));
    // The same answer again is no news.
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(pulse.felt().revision, unread.revision);
    // Nothing is asked while nothing is looked at.
    pulse.look(None);
    std::thread::sleep(Duration::from_millis(100));
    let asked = server.asked(CITY).len();
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(server.asked(CITY).len(), asked);
    assert_eq!(pulse.felt().revision, unread.revision);
}
