//! Both languages have words for all that may be said.

use super::town::{Desk, algorithm, grouped, notice, warning};
use crate::board::Page;
use city::*;
use shell::words::Language;
use shell::{Selected, ToldThing, Words};
use watch::vital::told::Span;

#[test]
fn every_key_has_words_in_both_languages() {
    let mut words = Words::shipped();
    assert_eq!(words.gaps(), Vec::<String>::new());
    let mut keys: Vec<String> = WhyEnded::ALL.map(|why| format!("warningEnd.{}", why.key())).into();
    keys.extend(NoticeKind::ALL.map(|kind| format!("noticeKind.{}", kind.key())));
    keys.extend(AlgorithmState::ALL.map(|state| format!("algorithmState.{}", state.key())));
    keys.extend(AlgorithmState::ALL.map(|state| format!("algorithmChange.{}", state.key())));
    keys.extend(WarningColour::ALL.map(|colour| format!("colourLetter.{}", colour.key())));
    keys.extend(Span::ALL.map(|span| format!("vitalSpan.{}", span.key())));
    keys.extend(["wusong", "yellowSea1985", "egm96"].map(|datum| format!("vitalDatum.{datum}")));
    let parts = ["completeness", "timeliness", "validity", "duplicates", "positions"];
    keys.extend(parts.map(|part| format!("qualityPart.{part}")));
    let courses = ["steady", "rising", "falling", "tooShortLong", "steadyLong", "risingLong", "fallingLong"];
    keys.extend(courses.map(|course| format!("qualityCourse.{course}")));
    keys.extend(
        ["warning", "guarantee", "districts", "townships", "devices"].map(|key| format!("vital.{key}")),
    );
    let told = include_str!("../../../../assets/words/en.toml");
    for language in [Language::Chinese, Language::English] {
        words.language = language;
        for key in &keys {
            assert_ne!(words.get(key), key, "{language:?}");
        }
    }
    // What the board says by a key must be in the list.
    for source in sources(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
        for group in ["vital", "quality"] {
            let begins = format!("\"{group}.");
            let keys = source.split(&begins).skip(1);
            for key in keys.filter_map(|rest| rest.split('"').next()).filter(|key| !key.contains('{')) {
                let full = format!("{group}.{key}");
                assert_ne!(words.get(&full), full, "{full}");
            }
        }
        // What is said by its last word alone.
        for group in ["watch", "vital", "quality"] {
            let keys = source.split("say(\"").skip(1).filter_map(|rest| rest.split('"').next());
            for key in keys.filter(|_| source.contains(&format!(", \"{group}\", key)"))) {
                let full = format!("{group}.{key}");
                assert_ne!(words.get(&full), full, "{full}");
            }
        }
        for key in source.split("\"watch.").skip(1).filter_map(|rest| rest.split('"').next()) {
            let is_layer = matches!(key, "warnings" | "notices" | "groups" | "areas" | "evidence" | "{key}");
            assert!(is_layer || told.contains(&format!("\n{key} = ")), "watch.{key}");
        }
    }
}

fn sources(dir: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for path in std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        match path.is_dir() {
            true if path.ends_with("tests") => {}
            true => found.extend(sources(&path)),
            false => found.push(std::fs::read_to_string(&path).unwrap()),
        }
    }
    found
}

#[test]
fn no_key_is_shown_in_place_of_words() {
    for language in [Language::Chinese, Language::English] {
        for page in [Page::Warnings, Page::Notices, Page::Register] {
            let mut desk = Desk::warned([warning("W-1", WarningColour::Red, 9.0), grouped("storm", 3)]);
            desk.words.language = language;
            desk.city.notices.insert("N-1".into(), notice("N-1", 60.0));
            desk.city.algorithms.insert("a".into(), algorithm("a", AlgorithmState::Trial));
            desk.board.algorithm = Some("a".into());
            desk.selected = Selected::Told(match page {
                Page::Notices => ToldThing::risk_notice(&"N-1".into()),
                _ => ToldThing::city_warning(&"storm".into()),
            });
            let mut window = desk.open();
            window.run_steps(2);
            window.state_mut().board.open(page);
            window.run_steps(3);
            let shown = format!("{:?}", window.root());
            let key = ["watch.", "system.", "noticeKind.", "warningEnd.", "level."];
            for group in key {
                assert!(!shown.contains(&format!("\"{group}")), "{language:?} {page:?}: {group}");
            }
        }
    }
}
