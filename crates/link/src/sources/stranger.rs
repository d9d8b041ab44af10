//! What answers at an address that was given for another protocol: said in words, so that the settings can be put right.

use crate::backoff::Trouble;
use feeds::Cause;

/// How much of an answer is looked at.
const LOOKED_AT: usize = 64 * 1024;

/// Of which other kind an answer seems to be.
fn kind_of(body: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(body.get(..body.len().min(LOOKED_AT)).unwrap_or_default());
    let has = |words: &[&str]| words.iter().all(|word| text.contains(word));
    let kinds: [(&[&str], &str); 10] = [
        (&["\"Datastreams\"", "\"value\""], "a SensorThings service (protocol = \"sensorthings\")"),
        (&["/collections", "\"links\""], "OGC API – Features (protocol = \"ogc-features\")"),
        (&["\"collections\"", "\"links\""], "OGC API – Features (protocol = \"ogc-features\")"),
        (&["urn:oasis:names:tc:emergency:cap"], "CAP (protocol = \"cap\")"),
        (&["<feed"], "an Atom feed, perhaps of CAP (protocol = \"cap\")"),
        (&["<rss"], "an RSS feed, perhaps of CAP (protocol = \"cap\")"),
        (&["service_code"], "an Open311 service (protocol = \"open311\")"),
        (&["service_request"], "an Open311 service (protocol = \"open311\")"),
        (&["WFS_Capabilities"], "an older WFS, which is not read; ask for its OGC API – Features"),
        (&["\"currentVersion\""], "an ArcGIS service, which is not read; ask for its OGC API – Features"),
    ];
    kinds.into_iter().find(|(words, _)| has(words)).map(|(_, kind)| kind)
}

/// The trouble of an answer that is not what `wanted` names, because of `why`.
pub(crate) fn stranger(wanted: &str, why: impl std::fmt::Display, body: &[u8]) -> Trouble {
    let kind = kind_of(body).map(|kind| format!("; it looks like {kind}")).unwrap_or_default();
    Trouble::lasting(Cause::Stranger, format!("no {wanted}{kind}: {why}"))
}

/// The same trouble, and what was looked for there where nothing is.
pub(crate) fn nothing_there(mut trouble: Trouble, wanted: &str) -> Trouble {
    if matches!(trouble.status, Some(404 | 405 | 406 | 410)) {
        trouble.why = format!("{}; is the address that of {wanted}?", trouble.why);
    }
    trouble
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_another_protocol_is_named() {
        for (body, word) in [
            (r#"{"value":[{"name":"Datastreams","url":"x"}]}"#, "sensorthings"),
            (r#"{"links":[{"rel":"data","href":"/collections"}]}"#, "ogc-features"),
            (r#"<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">"#, "\"cap\""),
            (r#"[{"service_code":"1"}]"#, "open311"),
            ("<wfs:WFS_Capabilities>", "WFS"),
        ] {
            let trouble = stranger("landing page", "why", body.as_bytes());
            assert!(trouble.why.contains(word) && trouble.why.contains("why"), "{}", trouble.why);
        }
        assert_eq!(stranger("list", "it is empty", b"\xff\xfe").why, "no list: it is empty");
    }
}
