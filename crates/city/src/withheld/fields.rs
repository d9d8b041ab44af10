//! The fields that can be withheld, and sets of them.

use serde::{Deserialize, Serialize};

macro_rules! fields {
    ($($variant:ident $key:literal $doc:literal),+ $(,)?) => {
        /// A field that can be withheld.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Field {
            $(#[doc = $doc] #[serde(rename = $key)] $variant,)+
        }

        impl Field {
            /// All of them.
            pub const ALL: &'static [Field] = &[$(Field::$variant),+];

            /// Its key, as a list names it.
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)+ }
            }
        }
    };
}

fields! {
    DeviceValue "device.value" "What a device measured, also in the report of the incident that followed from it.",
    IncidentReporter "incident.reporter" "Which person reported an incident.",
    IncidentText "incident.text" "What was reported, in words.",
    IncidentNote "incident.note" "What crews reported back and the note an incident was closed with, in words.",
    IncidentOfficer "incident.officer" "Who acknowledged, dispatched, recalled, closed or switched, took note of a warning, answered a notice or changed an algorithm.",
    UnitPosition "unit.position" "Where units and drones are, and the way they take.",
    RiskPointName "riskPoint.name" "The name of a risk point.",
}

/// A set of fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fields(u32);

impl Fields {
    /// No field.
    pub const NONE: Self = Self(0);

    /// True when it holds none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The same with `field`.
    pub fn with(self, field: Field) -> Self {
        Self(self.0 | 1 << field as u32)
    }

    /// The same without `field`.
    pub fn without(self, field: Field) -> Self {
        Self(self.0 & !(1 << field as u32))
    }

    /// True when it holds `field`.
    pub fn contains(self, field: Field) -> bool {
        self.0 & (1 << field as u32) != 0
    }
}

impl FromIterator<Field> for Fields {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        fields.into_iter().fold(Self::NONE, Self::with)
    }
}
