use super::*;
use overlays::imagery::{ImagerySource, Origin};

fn template(text: &str) -> UrlTemplate {
    match text.parse::<ImagerySource>().unwrap().origin {
        Origin::Web(template) => template,
        _ => panic!("{text} is on the web"),
    }
}

fn at(column: u32) -> TileAddress {
    TileAddress::new(8, column, 3).unwrap()
}

fn tile(length: usize) -> KeptTile {
    let (fetched_ms, fresh_ms) = (now_ms(), 60_000);
    KeptTile { bytes: vec![7; length], etag: Some("\"a\"".into()), last_modified: None, fetched_ms, fresh_ms }
}

const ONE: &str = "https://one.example/{z}/{x}/{y}?key=SECRET";

#[test]
fn tiles_are_kept_by_source_and_go_when_there_is_no_room() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("new/folder");
    let open = |text: &str| KeptTiles::open(&folder, &template(text), 10_000).unwrap();
    let (one, two) = (open(ONE), open("https://two.example/{z}/{x}/{y}"));
    one.put(at(1), &tile(10)).unwrap();
    assert_eq!((one.get(at(1)).unwrap().bytes.len(), one.get(at(2)), two.get(at(1))), (10, None, None));
    one.put(at(1), &tile(20)).unwrap();
    assert_eq!(open(ONE).get(at(1)).unwrap().bytes.len(), 20);
    for column in 2..200 {
        one.put(at(column), &tile(100)).unwrap();
        let sum: i64 = one.file().query_row("SELECT bytes FROM sum", [], |row| row.get(0)).unwrap();
        let counted = "SELECT coalesce(sum(length(bytes)), 0) FROM tile";
        let counted: i64 = one.file().query_row(counted, [], |row| row.get(0)).unwrap();
        assert_eq!(sum, counted);
        assert!(sum <= 10_000);
    }
    assert!(one.get(at(1)).is_none() && one.get(at(199)).is_some());
    one.forget(at(199));
    assert!(one.get(at(199)).is_none());
    for file in std::fs::read_dir(&folder).unwrap().flatten() {
        let bytes = std::fs::read(file.path()).unwrap();
        assert!(!bytes.windows(6).any(|six| six == b"SECRET"), "{:?} holds the key", file.path());
    }
}

#[test]
fn a_damaged_file_or_one_of_another_layout_is_begun_anew() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE);
    for spoil in [&(|| std::fs::write(&path, vec![9; 5000]).unwrap()) as &dyn Fn(), &|| {
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 9).unwrap()
    }] {
        spoil();
        let kept = KeptTiles::open(dir.path(), &template(ONE), 10_000).unwrap();
        assert_eq!(kept.get(at(1)), None);
        kept.put(at(1), &tile(10)).unwrap();
        assert!(kept.get(at(1)).is_some());
    }
    std::fs::write(dir.path().join("file"), "x").unwrap();
    let why = KeptTiles::open(&dir.path().join("file/folder"), &template(ONE), 10).err().unwrap();
    assert!(why.contains("file/folder") && !why.contains("SECRET"), "{why}");
}

#[test]
fn fresh_is_between_coming_and_the_end_of_its_time() {
    let fresh = |fetched_ms, fresh_ms| KeptTile { fetched_ms, fresh_ms, ..tile(1) }.is_fresh();
    let now = now_ms();
    assert!(fresh(now - 5_000, 60_000) && !fresh(now - 5_000, 0) && !fresh(now - 5_000, 4_000));
    assert!(!fresh(now + 100_000, 60_000), "the clock was put back");
}
