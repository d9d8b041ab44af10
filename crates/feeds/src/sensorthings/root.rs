//! The root of a service: its sets, what it conforms to, and where its broker is (18-088, clause 9.2.1; 23-019, "Service Document").

use super::version::{Kind, Version};
use super::{NoDocument, json_text};
use crate::Problems;
use serde_json::Value;

/// What a service says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Root {
    /// Its sets: the name, and the address as it stands there.
    pub sets: Vec<(String, String)>,
    /// The classes and requirements it conforms to.
    pub conformance: Vec<String>,
    /// Addresses of its MQTT brokers, such as `mqtt://a.example:1883`.
    pub brokers: Vec<String>,
    /// What could not be read.
    pub problems: Problems,
}

impl Root {
    /// The version it speaks: what it conforms to says, or else the addresses of its sets.
    pub fn version(&self) -> Option<Version> {
        let said = Version::of_conformance(self.conformance.iter().map(String::as_str));
        said.or_else(|| self.sets.iter().find_map(|(_, address)| Version::of_address(address)))
    }

    /// The address of the set of a kind, as it stands there.
    pub fn set(&self, kind: Kind) -> Option<&str> {
        self.sets
            .iter()
            .find(|(name, _)| Kind::of_set(name) == Some(kind))
            .map(|(_, address)| address.as_str())
    }

    /// True when one of the classes it conforms to contains `part`, such as `data-array`.
    pub fn conforms_to(&self, part: &str) -> bool {
        self.conformance.iter().any(|class| class.contains(part))
    }
}

/// Reads the root of a service.
pub fn read_root(body: &[u8]) -> Result<Root, NoDocument> {
    let text = json_text(body, "root")?;
    let document: Value = serde_json::from_str(text).map_err(|why| NoDocument::json("root", &why, text))?;
    let Some(sets) = document.get("value").and_then(Value::as_array) else {
        return Err(NoDocument::shape("root", "an object with an array `value` of sets", text));
    };
    let mut root = Root::default();
    for set in sets {
        let part = |name| set.get(name).and_then(Value::as_str).map(str::to_owned);
        match (part("name"), part("url")) {
            (Some(name), Some(url)) => root.sets.push((name, url)),
            _ => root.problems.add("a set without `name` and `url`", &set.to_string()),
        }
    }
    if root.sets.is_empty() && !sets.is_empty() {
        return Err(NoDocument::shape("root", "a list of sets with `name` and `url`", text));
    }
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let settings = document.get("serverSettings").and_then(Value::as_object);
    for (name, setting) in settings.into_iter().flatten() {
        if name == "conformance" {
            root.conformance = texts(setting);
        }
        for broker in setting.get("endpoints").map(texts).unwrap_or_default() {
            if !root.brokers.contains(&broker) && root.brokers.len() < 64 {
                root.brokers.push(broker);
            }
        }
    }
    Ok(root)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn both_versions_tell_their_sets_classes_and_brokers() {
        let old = br#"{"value":[{"name":"Things","url":"https://a/v1.1/Things"},{"name":"FeaturesOfInterest","url":"https://a/v1.1/FeaturesOfInterest"},{"nome":1}],
            "serverSettings":{"conformance":["http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel","http://www.opengis.net/spec/iot_sensing/1.1/req/data-array/data-array"],
            "http://www.opengis.net/spec/iot_sensing/1.1/req/receive-updates-via-mqtt/receive-updates":{"endpoints":["mqtt://a:1883","ws://a/mqtt"]},
            "http://www.opengis.net/spec/iot_sensing/1.1/req/create-observations-via-mqtt/observations-creation":{"endpoints":["mqtt://a:1883"]}}}"#;
        let root = read_root(old).unwrap();
        assert_eq!((root.version(), root.brokers.len(), root.problems.count), (Some(Version::V1_1), 2, 1));
        assert_eq!(root.set(Kind::FeatureOfInterest), Some("https://a/v1.1/FeaturesOfInterest"));
        assert!(root.conforms_to("data-array") && !root.conforms_to("tasking"));
        let new = br#"{"@context":"x","value":[{"name":"Features","url":"Features"}],"serverSettings":{"conformance":["http://www.opengis.net/spec/sensorthings/2.0/req-class/api/read"]}}"#;
        let root = read_root(new).unwrap();
        assert_eq!(
            (root.version(), root.set(Kind::FeatureOfInterest)),
            (Some(Version::V2_0), Some("Features"))
        );
        let bare = read_root(br#"{"value":[{"name":"Things","url":"https://a/v1.0/Things"}]}"#).unwrap();
        assert_eq!(bare.version(), Some(Version::V1_0));
        for bad in ["", "{}", "[]", "{\"value\":[1]}", "<html>", "{\"value\":{}}"] {
            assert!(read_root(bad.as_bytes()).is_err(), "{bad}");
        }
        for end in 0..old.len() {
            assert!(read_root(&old[..end]).is_err());
        }
    }
}
