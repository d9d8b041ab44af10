#![allow(clippy::unwrap_used)]
use super::*;

#[test]
fn every_protocol_is_named_with_what_it_needs_and_usual_paces() {
    let text = r#"
            [[source]]
            name = "气象预警"
            department = "气象局"
            protocol = "cap"
            url = "https://example.org/cap/"

            [[source]]
            name = "devices"
            protocol = "mqtt"
            url = "mqtts://broker.example:8883"
            secret_env = "BROKER_PASSWORD"
            user = "console"
            datum = "gcj02"

            [[source]]
            name = "drones"
            protocol = "mavlink"
            url = "udp://0.0.0.0:14550"
            enabled = false

            [[source]]
            name = "teams"
            protocol = "cot"
            url = "tls://tak.example:8089"

            [[source]]
            name = "complaints"
            protocol = "open311"
            url = "https://example.org/open311/v2/"
            every_s = 30
        "#;
    let sources = read_text(text).unwrap();
    assert_eq!(sources.len(), 5);
    assert_eq!((sources[0].department.as_str(), sources[0].protocol.name()), ("气象局", "CAP"));
    assert_eq!(sources[0].protocol.url(), "https://example.org/cap/");
    assert_eq!(sources[0].protocol.every(), Some(Duration::from_secs(60)));
    assert_eq!(sources[1].datum, Datum::Gcj02);
    assert!(
        matches!(&sources[1].protocol, Protocol::Mqtt { topics, .. } if topics == &["v1.1/+/Observations"])
    );
    assert!(!sources[2].enabled && sources[1].enabled);
    assert_eq!(sources[4].protocol.url(), "https://example.org/open311/v2");
    assert!(read_text("").unwrap().is_empty());
}

#[test]
fn each_fault_is_told_with_its_line_and_field() {
    let text = "\n[[source]]\nname = 'a'\nprotocol = 'cap'\nurl = 'ftp://x'\ntopics = []\nevery_s = 0\n\
                    [[source]]\nname = 'a'\nprotocol = 'mavlink'\nurl = 'udp://0.0.0.0'\n\
                    [[source]]\nname = ''\nprotocol = 'open311'\nurl = 'https://u:p@h/'\nsecret_env = 'A'\nsecret_file = 'b'\n";
    let faults = read_text(text).unwrap_err();
    for (said, words) in faults.iter().zip([
        ["line 6", "topics", "cap has none"],
        ["line 5", "url", "https://"],
        ["line 7", "every_s", "86400"],
        ["line 9", "name", "another source"],
        ["line 11", "url", "no port"],
        ["line 13", "name", "1 to 60"],
        ["line 15", "url", "secret_env"],
        ["line 12", "secret_file", "twice"],
    ]) {
        assert!(words.iter().all(|word| said.contains(word)), "{said} lacks {words:?}");
    }
    assert_eq!(faults.len(), 8, "{faults:#?}");
}

#[test]
fn what_cannot_be_read_is_told_for_each_source_with_its_line_and_field() {
    let text = "[[source]]\nname = 'a'\nprotocol = 'gopher'\nevery_s = 'often'\ncolour = 'red'\nurl = 'x'\n\
                [[source]]\nname = 7\nprotocol = 'cap'\nurl = 'https://h'\n\
                [[source]]\nprotocol = 'cap'\nurl = 'https://h'\n\
                [[source]]\nname = 'a'\nprotocol = 'cap'\nurl = 'x'\n\
                [[sources]]\nname = 'b'\n";
    let faults = read_text(text).unwrap_err();
    for words in [
        ["line 3: source `a`, protocol", "gopher"],
        ["line 4: source `a`, every_s", "often"],
        ["line 5: source `a`, colour", "unknown field"],
        ["line 8: source number 2, name", "string"],
        ["line 11: source number 3", "missing field `name`"],
        ["line 15: source `a`, name", "another source"],
        ["line 17: source `a`, url", "https://"],
        ["line 18", "[[source]]"],
    ] {
        assert!(
            faults.iter().any(|said| words.iter().all(|word| said.contains(word))),
            "{words:?}: {faults:#?}"
        );
    }
    assert_eq!(faults.len(), 8, "{faults:#?}");
    for (text, words) in [("[[source]", ["line 1", "]"]), ("source = [1]", ["line 1", "number 1"])] {
        let said = read_text(text).unwrap_err().join("\n");
        assert!(words.iter().all(|word| said.contains(word)), "{said} lacks {words:?}");
    }
}

#[test]
fn topics_and_names_that_no_broker_takes_are_told() {
    let with = |more: &str| {
        let text = format!("[[source]]\nname = 'a'\nprotocol = 'mqtt'\nurl = 'mqtt://h'\n{more}");
        read_text(&text)
    };
    for (more, word) in [
        ("topics = []", "at least one"),
        ("topics = ['a/#/b']", "a/#/b"),
        ("topics = ['a/b+']", "whole level"),
        ("client_id = ''", "1 to 64"),
        ("client_id = 'wall 3'", "1 to 64"),
    ] {
        let said = with(more).unwrap_err().join("\n");
        assert!(said.contains("line 5") && said.contains(word), "{said}");
    }
    assert!(with("topics = ['v1.1/+/Observations', 'city/#']\nclient_id = 'wall-3'").is_ok());
}

#[test]
fn what_only_one_source_can_have_is_told_of_the_second() {
    let source = |name: &str, protocol: &str, url: &str, more: &str| {
        format!("[[source]]\nname = '{name}'\nprotocol = '{protocol}'\nurl = '{url}'\n{more}\n")
    };
    let faults = |second: String| {
        let first = source("a", "mqtt", "mqtt://Broker.example", "client_id = 'wall-3'")
            + &source("b", "mavlink", "udp://0.0.0.0:14550", "");
        read_text(&(first + &second)).err().unwrap_or_default()
    };
    for (second, line, field) in [
        (source("c", "mqtt", "mqtt://broker.example:1883", "client_id = 'wall-3'"), "line 15", "client_id"),
        (source("c", "mavlink", "udp://0.0.0.0:14550", ""), "line 14", "url"),
        (source("c", "cot", "udp://127.0.0.1:14550", ""), "line 14", "url"),
    ] {
        let said = faults(second).join("\n");
        assert!(said.starts_with(&format!("{line}: source `c`, {field}: source `")), "{said}");
    }
    for other in [
        source("c", "mqtt", "mqtts://broker.example", "client_id = 'wall-3'"),
        source("c", "mqtt", "mqtt://broker.example", "client_id = 'wall-4'"),
        source("c", "mavlink", "udp://0.0.0.0:14551", ""),
        source("c", "mavlink", "tcp://127.0.0.1:14550", ""),
        source("c", "cot", "udp://239.2.3.1:14550", ""),
    ] {
        assert_eq!(faults(other), Vec::<String>::new());
    }
}

#[test]
fn the_last_slash_of_a_landing_page_stays() {
    let text = "[[source]]\nname = 'a'\nprotocol = 'ogc-features'\nurl = 'https://h/ogc/?token=1'";
    assert_eq!(read_text(text).unwrap()[0].protocol.url(), "https://h/ogc/?token=1");
}
