//! The versions of SensorThings and how each names things; the one place that knows.
//!
//! What 2.0 changes for a reader (23-019, "Changes from Version 1.1", in the draft of February 2026): `@iot.id` is `id`, `@iot.selfLink` is
//! `@id`, the other annotations lose their `iot.`; times with two ends are objects `{start, end}`; `FeaturesOfInterest`
//! are `Features`; an observation's `parameters` are `properties`; the unit stands in the Datastream's `resultType`.
//! Data arrays and batches moved to an extension.

/// A version of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// 1.0 (15-078r6).
    V1_0,
    /// 1.1 (18-088).
    #[default]
    V1_1,
    /// 2.0 (23-019).
    V2_0,
}

impl Version {
    /// All of them, the oldest first.
    pub const ALL: [Self; 3] = [Self::V1_0, Self::V1_1, Self::V2_0];

    /// As it stands in addresses and topics.
    pub fn path(self) -> &'static str {
        match self {
            Self::V1_0 => "v1.0",
            Self::V1_1 => "v1.1",
            Self::V2_0 => "v2.0",
        }
    }

    /// The version that an address or topic names by one of its segments.
    pub fn of_address(address: &str) -> Option<Self> {
        let path = address.split(['?', '#']).next().unwrap_or_default();
        path.split('/').rev().find_map(|segment| Self::ALL.into_iter().find(|v| v.path() == segment))
    }

    /// The newest version that one of these conformance classes belongs to.
    pub fn of_conformance<'a>(classes: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let of = |class: &str| {
            let known = [
                ("/iot_sensing/1.0", Self::V1_0),
                ("/iot_sensing/1.1", Self::V1_1),
                ("/sensorthings/2.0", Self::V2_0),
            ];
            known.into_iter().find(|(mark, _)| class.contains(mark)).map(|(_, version)| version)
        };
        classes.into_iter().filter_map(of).max()
    }

    /// The key of an entity's identifier.
    pub fn id_key(self) -> &'static str {
        if self == Self::V2_0 { "id" } else { "@iot.id" }
    }

    /// The key of an entity's own address.
    pub fn self_key(self) -> &'static str {
        if self == Self::V2_0 { "@id" } else { "@iot.selfLink" }
    }

    /// The key of the number of all entities.
    pub fn count_key(self) -> &'static str {
        if self == Self::V2_0 { "@count" } else { "@iot.count" }
    }

    /// The key of the link to the next page.
    pub fn next_key(self) -> &'static str {
        if self == Self::V2_0 { "@nextLink" } else { "@iot.nextLink" }
    }

    /// What is put behind a relation's name for the key of its link.
    pub fn navigation_suffix(self) -> &'static str {
        if self == Self::V2_0 { "@navigationLink" } else { "@iot.navigationLink" }
    }
}

/// The kinds of entities (18-088, clause 8.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A thing that has sensors.
    Thing,
    /// Where things are.
    Location,
    /// Where things were.
    HistoricalLocation,
    /// A series of observations of one property by one sensor.
    Datastream,
    /// What measures.
    Sensor,
    /// What is measured.
    ObservedProperty,
    /// A measured value.
    Observation,
    /// What the observation is of.
    FeatureOfInterest,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Thing,
        Self::Location,
        Self::HistoricalLocation,
        Self::Datastream,
        Self::Sensor,
        Self::ObservedProperty,
        Self::Observation,
        Self::FeatureOfInterest,
    ];

    /// The name of its set in addresses.
    pub fn set(self, version: Version) -> &'static str {
        match self {
            Self::Thing => "Things",
            Self::Location => "Locations",
            Self::HistoricalLocation => "HistoricalLocations",
            Self::Datastream => "Datastreams",
            Self::Sensor => "Sensors",
            Self::ObservedProperty => "ObservedProperties",
            Self::Observation => "Observations",
            Self::FeatureOfInterest if version == Version::V2_0 => "Features",
            Self::FeatureOfInterest => "FeaturesOfInterest",
        }
    }

    /// The kind a set of that name holds, in any version.
    pub fn of_set(set: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| Version::ALL.into_iter().any(|version| kind.set(version) == set))
    }

    /// The kind a relation of that name leads to, in any version.
    pub fn of_relation(name: &str) -> Option<Self> {
        match name {
            "Thing" => Some(Self::Thing),
            "Datastream" => Some(Self::Datastream),
            "Sensor" => Some(Self::Sensor),
            "ObservedProperty" => Some(Self::ObservedProperty),
            "FeatureOfInterest" | "ProximateFeatureOfInterest" | "UltimateFeaturesOfInterest" => {
                Some(Self::FeatureOfInterest)
            }
            set => Self::of_set(set),
        }
    }

    /// Its relations: the name, and whether it leads to many.
    pub fn relations(self, version: Version) -> &'static [(&'static str, bool)] {
        let newer = version == Version::V2_0;
        match self {
            Self::Thing => &[("Locations", true), ("HistoricalLocations", true), ("Datastreams", true)],
            Self::Location => &[("Things", true), ("HistoricalLocations", true)],
            Self::HistoricalLocation => &[("Thing", false), ("Locations", true)],
            Self::Datastream if newer => &[
                ("Thing", false),
                ("Sensor", false),
                ("ObservedProperties", true),
                ("Observations", true),
                ("ProximateFeatureOfInterest", false),
                ("UltimateFeaturesOfInterest", true),
            ],
            Self::Datastream => {
                &[("Thing", false), ("Sensor", false), ("ObservedProperty", false), ("Observations", true)]
            }
            Self::Sensor | Self::ObservedProperty => &[("Datastreams", true)],
            Self::Observation if newer => &[("Datastream", false), ("ProximateFeatureOfInterest", false)],
            Self::Observation => &[("Datastream", false), ("FeatureOfInterest", false)],
            Self::FeatureOfInterest if newer => &[("Datastreams", true), ("Observations", true)],
            Self::FeatureOfInterest => &[("Observations", true)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_kinds_are_known_by_their_names() {
        assert_eq!(Version::of_address("https://a/FROST-Server/v1.1/Things?x=v2.0"), Some(Version::V1_1));
        assert_eq!(Version::of_address("https://a/sta"), None);
        let classes = [
            "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel",
            "http://www.opengis.net/spec/sensorthings/2.0/req-class/api/read",
        ];
        assert_eq!(Version::of_conformance(classes), Some(Version::V2_0));
        assert_eq!(Version::of_conformance(["x"]), None);
        for version in Version::ALL {
            for kind in Kind::ALL {
                assert_eq!(Kind::of_set(kind.set(version)), Some(kind));
                assert!(
                    kind.relations(version).iter().all(|(name, _)| Kind::of_relation(name).is_some()),
                    "{kind:?}"
                );
            }
        }
    }
}
