//! Networks and sources that fail in every way that is known: the bytes are right in the end, or the words are.

use super::bucket::{Bucket, Mood, name, path, tiff};
use super::fetching::{BOX, LENGTH, N29, N30, assert_there, hurried, plan, run, states};
use base64::Engine;
use link::fetch::{FetchError, Patience, TileState, fetch};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// A bucket of two tiles of which the first request of one is answered in these moods.
fn after(moods: impl IntoIterator<Item = Mood>) -> (Bucket, tempfile::TempDir) {
    let bucket = Bucket::of(&[N29, N30], LENGTH);
    bucket.moods(&path(N29), moods);
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(states(&run(&bucket, dir.path()).unwrap()), [TileState::Fetched; 2]);
    assert_there(&bucket, dir.path(), N29);
    assert_there(&bucket, dir.path(), N30);
    (bucket, dir)
}

fn said(bucket: &Bucket) -> String {
    let dir = tempfile::tempdir().unwrap();
    let said = run(bucket, dir.path()).unwrap_err().to_string();
    assert!(!said.contains('\n'), "{said}");
    said
}

#[test]
fn a_connection_cut_again_and_again_costs_no_byte_twice() {
    let (bucket, _dir) = after((0..20).map(|_| Mood::cut(10_001)));
    assert_eq!(bucket.sent(&path(N29)), LENGTH);
    let asked = bucket.asked(&path(N29));
    assert_eq!(asked.len(), 21);
    assert!(asked[0].range.is_none());
    assert_eq!(asked[1].range.as_deref(), Some("bytes=10001-"));
    assert!(asked[1..].iter().all(|a| a.if_range.as_deref().is_some_and(|tag| tag.len() == 34)));
}

#[test]
fn a_connection_cut_before_the_first_or_the_last_byte_is_no_trouble() {
    for cut in [0, 1, 3, 4, 5, LENGTH - 1] {
        let (bucket, _dir) = after([Mood::cut(cut)]);
        assert!(bucket.sent(&path(N29)) <= LENGTH + 3, "cut at {cut}");
    }
}

#[test]
fn a_stalled_connection_is_cut_and_gone_on_with() {
    let (bucket, _dir) =
        after([Mood { stalls: true, ..Mood::cut(50_000) }, Mood { stalls: true, ..Mood::cut(0) }]);
    assert_eq!(bucket.sent(&path(N29)), LENGTH);
}

#[test]
fn single_bytes_and_chunks_without_a_length_come_whole() {
    let bucket = Bucket::of(&[N29, N30], 3_000);
    bucket.moods(&path(N29), [Mood { trickles: true, ..Mood::default() }]);
    let chunked = Mood { chunked: true, ..Mood::default() };
    bucket.moods(&path(N30), [Mood { cut: Some(2_000), ..chunked.clone() }, chunked]);
    bucket.tag(N30, None);
    let dir = tempfile::tempdir().unwrap();
    run(&bucket, dir.path()).unwrap();
    assert_there(&bucket, dir.path(), N29);
    assert_there(&bucket, dir.path(), N30);
    // Without a tag nobody could say whether the rest is of the same file, so it came anew.
    assert_eq!(bucket.sent(&path(N30)), 5_000);
}

#[test]
fn a_source_that_knows_no_ranges_is_read_from_the_beginning() {
    let whole = Mood { ignores_range: true, ..Mood::default() };
    let (bucket, _dir) = after([Mood::cut(100_000), Mood { cut: Some(200_000), ..whole.clone() }, whole]);
    assert_eq!(bucket.sent(&path(N29)), 300_000 + LENGTH);
}

#[test]
fn a_source_that_serves_only_so_much_at_once_is_asked_on() {
    let piecewise = (0..3).map(|_| Mood { caps: Some(70_000), ..Mood::default() });
    let (bucket, _dir) = after([Mood::cut(100_000)].into_iter().chain(piecewise));
    assert_eq!((bucket.sent(&path(N29)), bucket.asked(&path(N29)).len()), (LENGTH, 4));
}

#[test]
fn a_file_that_changes_meanwhile_is_begun_anew() {
    for ignores_if_range in [false, true] {
        let bucket = Bucket::of(&[N29, N30], LENGTH);
        let dir = tempfile::tempdir().unwrap();
        let dead = [Mood::cut(100_000)].into_iter().chain((0..8).map(|_| Mood::status(503)));
        bucket.moods(&path(N29), dead);
        run(&bucket, dir.path()).unwrap_err();
        bucket.put(N29, tiff(77, LENGTH));
        bucket.moods(&path(N29), [Mood { ignores_if_range, ..Mood::default() }]);
        run(&bucket, dir.path()).unwrap();
        assert_there(&bucket, dir.path(), N29);
    }
}

#[test]
fn a_source_out_of_breath_is_given_time() {
    let start = Instant::now();
    let asks = |headers| Mood { headers, ..Mood::status(429) };
    let (bucket, _dir) =
        after([Mood::status(500), Mood::status(502), asks("retry-after: 1\r\n"), asks("retry-after: 0\r\n")]);
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(bucket.asked(&path(N29)).len(), 5);
    let date = "date: Sun, 22 Nov 2026 08:00:00 GMT\r\nretry-after: Sun, 22 Nov 2026 08:00:01 GMT\r\n";
    let start = Instant::now();
    after([Mood { headers: date, ..Mood::status(503) }]);
    assert!((1..20).contains(&start.elapsed().as_secs()));
}

#[test]
fn a_source_that_asks_for_an_hour_is_left_and_says_so() {
    let bucket = Bucket::of(&[N29, N30], LENGTH);
    bucket.usually(Mood { headers: "retry-after: 3600\r\n", ..Mood::status(503) });
    let said = said(&bucket);
    assert!(said.contains("3600 s") && said.contains("the same words again"), "{said}");
}

#[test]
fn what_cannot_be_had_is_told_with_what_is_there_and_the_next_run_goes_on() {
    let bucket = Bucket::of(&[N29, N30], LENGTH);
    let dead = [Mood::cut(100_000)].into_iter().chain((0..8).map(|_| Mood::status(503)));
    bucket.moods(&path(N29), dead);
    let dir = tempfile::tempdir().unwrap();
    let said = run(&bucket, dir.path()).unwrap_err().to_string();
    for words in ["503", "8 tries", &path(N29), "1 of 2 tiles", "0.4 MB", "the same words again"] {
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(states(&run(&bucket, dir.path()).unwrap()), [TileState::Fetched, TileState::Kept]);
    assert_there(&bucket, dir.path(), N29);
    assert_eq!(bucket.sent(&path(N29)), LENGTH);
}

#[test]
fn wrong_bytes_are_never_kept() {
    let mut wrong = tiff(1, LENGTH);
    wrong[LENGTH - 1] ^= 1;
    let bad = Mood { body: Some(wrong.clone()), ..Mood::default() };
    let (bucket, _dir) = after([bad.clone(), bad.clone()]);
    assert_eq!(bucket.sent(&path(N29)), 3 * LENGTH);

    let bucket = Bucket::of(&[N29, N30], LENGTH);
    bucket.moods(&path(N29), [bad.clone(), bad.clone(), bad]);
    let dir = tempfile::tempdir().unwrap();
    let said = run(&bucket, dir.path()).unwrap_err().to_string();
    assert!(said.contains("MD5") && said.contains("3 times") && said.contains("1 of 2 tiles"), "{said}");
    assert!(!dir.path().join(format!("{}.tif", name(N29))).exists());
    // A tag of several pieces is no checksum, but a SHA-256 is.
    let sha = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(bucket.bytes(N29)));
    let headers: &'static str = format!("x-amz-checksum-sha256: {sha}\r\n").leak();
    bucket.tag(N29, Some("\"0123456789abcdef0123456789abcdef-2\""));
    bucket.moods(&path(N29), [Mood { body: Some(wrong), headers, ..Mood::default() }]);
    run(&bucket, dir.path()).unwrap();
    assert_there(&bucket, dir.path(), N29);
}

#[test]
fn a_log_in_page_in_the_way_is_told_and_costs_nothing() {
    let page = Mood {
        headers: "content-type: text/html\r\n",
        body: Some(b"<!DOCTYPE html><html>Log in".to_vec()),
        ..Mood::status(200)
    };
    let bucket = Bucket::of(&[N29, N30], LENGTH);
    bucket.usually(page.clone());
    let words = said(&bucket);
    assert!(words.contains("tileList.txt") && words.contains("log-in"), "{words}");

    bucket.usually(Mood::status(511));
    let words = said(&bucket);
    assert!(words.contains("log-in"), "{words}");

    bucket.usually(Mood::default());
    bucket.moods(&path(N29), [Mood::cut(200_000), page]);
    let dir = tempfile::tempdir().unwrap();
    let words = run(&bucket, dir.path()).unwrap_err().to_string();
    assert!(words.contains(&path(N29)) && words.contains("log-in"), "{words}");
    run(&bucket, dir.path()).unwrap();
    assert_there(&bucket, dir.path(), N29);
    assert_eq!(bucket.sent(&path(N29)), LENGTH);
}

#[test]
fn what_is_no_tiff_and_what_is_forbidden_is_told_and_the_rest_comes() {
    let garbage = |bytes: &[u8]| Mood { body: Some(bytes.to_vec()), ..Mood::status(200) };
    for (mood, says) in [
        (garbage(b"PK\x03\x04 a zip"), "no TIFF"),
        (garbage(b"II"), "no TIFF"),
        (garbage(b""), "answered with nothing"),
        (
            Mood { headers: "content-length: 99999999999\r\n", unframed: true, ..Mood::default() },
            "no tile is",
        ),
        (Mood::status(403), "403 Forbidden: it is not public"),
        (Mood::status(400), "400 Bad Request"),
        (Mood { unframed: true, ..Mood::default() }, "without a length"),
    ] {
        let bucket = Bucket::of(&[N29, N30], LENGTH);
        bucket.tag(N29, None);
        bucket.moods(&path(N29), [mood]);
        let dir = tempfile::tempdir().unwrap();
        let said = run(&bucket, dir.path()).unwrap_err().to_string();
        assert!(said.contains(says) && said.contains(&path(N29)) && said.contains("1 of 2"), "{said}");
        assert_there(&bucket, dir.path(), N30);
        assert_eq!(states(&run(&bucket, dir.path()).unwrap()), [TileState::Fetched, TileState::Kept]);
    }
}

#[test]
fn a_source_that_is_not_there_ends_the_whole_fetch_soon() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut told = Vec::new();
    let wide = plan(&format!("http://{closed}"), [100.0, 20.0, 110.0, 30.0], dir.path());
    let said =
        fetch(&wide, std::future::pending(), |p| told.extend(p.waiting.clone())).unwrap_err().to_string();
    assert!(
        said.contains("refused") && said.contains("8 tries") && said.contains("0 of 100 tiles"),
        "{said}"
    );
    assert!(told.iter().any(|why| why.contains("refused")));
    // Plain text where TLS is expected is what a wrong proxy or port gives; it is not tried again.
    let plain = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}", plain.local_addr().unwrap());
    let once = std::thread::spawn(move || {
        let mut stream = plain.accept().unwrap().0;
        let _ = stream.read(&mut [0; 4096]).unwrap();
        stream.write_all(b"HTTP/1.1 400 X\r\n\r\n").unwrap();
        while stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {}
    });
    let tls = plan(&address, BOX, dir.path());
    let said = fetch(&tls, std::future::pending(), |_| ()).unwrap_err().to_string();
    assert!(said.contains("no protected connection") && said.contains(&address), "{said}");
    once.join().unwrap();
}

#[test]
fn a_source_that_sends_on_is_followed_but_not_in_circles() {
    let bucket = Bucket::of(&[N29, N30], LENGTH);
    let to = |path: &str| -> &'static str { format!("location: {path}\r\n").leak() };
    bucket.put_at("/elsewhere", bucket.bytes(N29));
    bucket.moods(&path(N29), [Mood { headers: to("/elsewhere"), ..Mood::status(307) }]);
    let dir = tempfile::tempdir().unwrap();
    run(&bucket, dir.path()).unwrap();
    assert_there(&bucket, dir.path(), N29);
    let circle = Mood { headers: to(&path(N29)), ..Mood::status(302) };
    bucket.moods(&path(N29), (0..9).map(|_| circle.clone()));
    let words = said(&bucket);
    assert!(words.contains("on and on"), "{words}");
}

#[test]
fn a_full_disk_and_a_folder_that_cannot_be_are_told() {
    let bucket = Bucket::of(&[N29, N30], LENGTH);
    let dir = tempfile::tempdir().unwrap();
    #[cfg(target_os = "linux")]
    {
        let part = dir.path().join(format!("{}.tif.part", name(N29)));
        std::os::unix::fs::symlink("/dev/full", &part).unwrap();
        let said = run(&bucket, dir.path()).unwrap_err().to_string();
        assert!(said.contains("disk is full") && said.contains(part.to_str().unwrap()), "{said}");
        std::fs::remove_file(part).unwrap();
        run(&bucket, dir.path()).unwrap();
        assert_there(&bucket, dir.path(), N29);
    }
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    for folder in [file.clone(), file.join("below")] {
        let error = run(&bucket, &folder).unwrap_err();
        assert!(matches!(error, FetchError::Folder { .. }) && error.to_string().contains("file"), "{error}");
    }
}

#[test]
fn whoever_asked_can_end_it_and_go_on() {
    let bucket = Bucket::of(&[N29, N30], LENGTH);
    bucket.moods(&path(N29), [Mood { stalls: true, ..Mood::cut(100_000) }]);
    let dir = tempfile::tempdir().unwrap();
    let patient = Patience { stalled_after: Duration::from_secs(60), ..hurried() };
    let plan = plan(&bucket.address(), BOX, dir.path()).patiently(patient);
    let stop = async { tokio::time::sleep(Duration::from_millis(400)).await };
    let error = fetch(&plan, stop, |_| ()).unwrap_err();
    assert!(matches!(error, FetchError::Stopped(_)) && error.to_string().contains("1 of 2 tiles"), "{error}");
    run(&bucket, dir.path()).unwrap();
    assert_there(&bucket, dir.path(), N29);
    assert_eq!(bucket.sent(&path(N29)), LENGTH);
}
