//! Identifiers: short texts that are never mistaken for one another.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Arc<str>);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

text_id! {
    /// Names one incident, such as `I-000042`.
    IncidentId,
    /// Names one response unit or drone, such as `U-500103-07`.
    UnitId,
    /// Names one sensing device, such as `D-004711`.
    DeviceId,
    /// Names one risk point, such as `R-flood-0007`.
    RiskPointId,
    /// Names one algorithm of the register, such as `notices.cluster`.
    AlgorithmId,
    /// Names one risk notice, such as `N-4f2a90c1d7e3`.
    NoticeId,
    /// Names one small event: a complaint, a report, a handled incident.
    SmallEventId,
    /// Names one warning: its rule, what it is about and when it began.
    WarningId,
}
