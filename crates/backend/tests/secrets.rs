//! No secret leaves through a log, an error or the journal.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "served/client.rs"]
#[allow(dead_code)]
mod client;
#[path = "served/sqlite.rs"]
mod kept;

use city::{Jurisdiction, Level, Role};
use client::*;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

static LOGGED: Mutex<String> = Mutex::new(String::new());

/// Keeps everything that is logged at any level, by this program or a library.
struct Keeper;

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

fn keep(what: &str, record: impl FnOnce(&mut dyn Visit)) {
    let mut text = Text(what.to_owned());
    record(&mut text);
    let mut all = LOGGED.lock().unwrap();
    all.push_str(&text.0);
    all.push('\n');
}

impl Subscriber for Keeper {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        keep(span.metadata().name(), |text| span.record(text));
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        keep("", |text| values.record(text));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        keep(event.metadata().target(), |text| event.record(text));
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[test]
fn no_secret_is_in_any_log_answer_file_or_journal() {
    tracing::subscriber::set_global_default(Keeper).unwrap();
    let served = serve_with(|config| config.require_token = true);
    let data = served.folder.path().join("data");
    let issue = |valid_s| {
        backend::tokens::issue(&data, Role::Observer, Level::City, Jurisdiction::City, "li", valid_s).unwrap()
    };
    let (good, over) = (issue(600), issue(0));
    // One character of the signature is changed, as by a slip of whoever copied it.
    let at = good.len() - 20;
    let garbled =
        format!("{}{}{}", &good[..at], if &good[at..=at] == "A" { "B" } else { "A" }, &good[at + 1..]);
    let strange = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzdHJhbmdlIn0.c2VjcmV0";
    let tokens = [good.as_str(), &over, &garbled, strange];

    let mut told = String::new();
    for token in tokens {
        let headers = [("authorization", &*format!("Bearer {token}")), ("content-type", "application/json")];
        for path in ["/api/v1", "/api/v1/snapshot", "/nowhere", "/collections/moons/items"] {
            told.push_str(&get_with(&served.at(path), &headers).text);
        }
        told.push_str(&post_with(&served.at("/api/v1/commands"), &headers, "{\"type\":").text);
        // In wrong places: another scheme, the name of a user, the query.
        for wrong in [format!("Basic {token}"), token.to_owned(), format!("Bearer {token} {token}")] {
            told.push_str(&get_with(&served.at("/api/v1"), &[("authorization", &wrong)]).text);
        }
        told.push_str(&get(&served.at(&format!("/api/v1?access_token={token}"))).text);
    }
    // A console that is refused says why without its token.
    let state = tempfile::tempdir().unwrap();
    for token in [&garbled, &over] {
        let credentials =
            link::Credentials { token: link::Token::Given(token.clone()), ..Default::default() };
        let config = link::LinkConfig {
            backend: served.running.url(),
            credentials,
            state_dir: tempfile::tempdir_in(state.path()).unwrap().keep().into(),
            console: "desk".to_owned(),
            map: true,
        };
        told.push_str(&format!("{config:?}"));
        let link = link::Link::start(config).unwrap();
        let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
        loop {
            assert!(std::time::Instant::now() < end, "the console never says that it is refused");
            let message = link.wait(std::time::Duration::from_millis(100));
            let Some(link::LinkMessage::Health(health)) = message else { continue };
            if health.iter().any(|feed| feed.cause == Some(feeds::Cause::Token)) {
                told.push_str(&format!("{health:?}"));
                break;
            }
        }
    }
    served.running.stop();
    let mut journal = Vec::new();
    let file = backend::archive::JournalAt::from(data.join("city.sqlite"));
    backend::archive::export(&file, &mut journal).unwrap();
    let journal = String::from_utf8(journal).unwrap();
    assert!(
        journal.contains("unauthorized") && journal.contains("tokenExpired"),
        "refusals are in the journal"
    );

    let key = std::fs::read_to_string(data.join("signing-key.pem")).unwrap();
    let key = key.lines().nth(1).unwrap().to_owned();
    let logged = LOGGED.lock().unwrap().clone();
    assert!(!logged.is_empty(), "nothing was logged at all");
    let mut places =
        vec![("an answer".to_owned(), told.into_bytes()), ("a log".to_owned(), logged.into_bytes())];
    for file in files_below(&data).into_iter().chain(files_below(state.path())) {
        if !file.ends_with("signing-key.pem") {
            places.push((file.display().to_string(), std::fs::read(&file).unwrap()));
        }
    }
    places.push(("the journal".to_owned(), journal.into_bytes()));
    for (place, bytes) in places {
        for token in tokens {
            // The signature is what makes a token one.
            let secret = token.rsplit('.').next().unwrap();
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "a token is in {place}");
        }
        assert!(!bytes.windows(key.len()).any(|window| window == key.as_bytes()), "the key is in {place}");
    }
}
