//! An alert and its parts, as CAP 1.2 (3.2) has them; times, places and measures in the city's own types.

use super::words::{Category, Certainty, MessageStatus, MessageType, ResponseType, Scope, Severity, Urgency};
use city::{CityTime, LonLat};

/// Which edition of the protocol an alert was written by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CapVersion {
    /// CAP 1.1 (2005).
    V1_1,
    /// CAP 1.2 (2010).
    #[default]
    V1_2,
}

/// One message (alert). What is always written is no `Option`; an empty text stands for an absent element.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// The edition it came in; written is always 1.2.
    pub version: CapVersion,
    /// Its number, unique for its sender; to be referenced it must have neither blanks nor commas.
    pub identifier: String,
    /// Who sent it, as the sender names itself, without blanks and commas; not proven by anything.
    pub sender: String,
    /// When, to the second.
    pub sent: CityTime,
    /// Whether it is meant in earnest.
    pub status: MessageStatus,
    /// What it does.
    pub message_type: MessageType,
    /// The source of the warning: an operator or a device.
    pub source: String,
    /// For whom it is.
    pub scope: Scope,
    /// The rule that restricts it.
    pub restriction: String,
    /// Whom it is addressed to, as one text.
    pub addresses: String,
    /// Codes for its handling.
    pub codes: Vec<String>,
    /// A note on its purpose.
    pub note: String,
    /// The earlier messages that it updates, cancels, acknowledges or rejects.
    pub references: Vec<Reference>,
    /// The incidents it belongs to, as one text.
    pub incidents: String,
    /// What it says, once for each language, event or time.
    pub infos: Vec<Info>,
}

/// An earlier message named by another (references: `sender,identifier,sent`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    /// Its sender.
    pub sender: String,
    /// Its identifier.
    pub identifier: String,
    /// When it was sent; `None` where that was unreadable.
    pub sent: Option<CityTime>,
}

/// What an alert says in one language of one event (info).
#[derive(Clone, Debug, PartialEq)]
pub struct Info {
    /// The language (RFC 3066); `en-US` where it is not said.
    pub language: String,
    /// The kinds of the event.
    pub categories: Vec<Category>,
    /// The event in words.
    pub event: String,
    /// What people are asked to do.
    pub response_types: Vec<ResponseType>,
    /// How soon to act.
    pub urgency: Urgency,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub certainty: Certainty,
    /// For which people it is.
    pub audience: String,
    /// The event in codes of other systems.
    pub event_codes: Vec<NamedValue>,
    /// From when the information holds; from its sending where that is not said.
    pub effective: Option<CityTime>,
    /// When the event is expected to begin.
    pub onset: Option<CityTime>,
    /// When the information ends.
    pub expires: Option<CityTime>,
    /// The sender's name for people.
    pub sender_name: String,
    /// The headline.
    pub headline: String,
    /// What happens.
    pub description: String,
    /// What to do.
    pub instruction: String,
    /// Where more is to be read.
    pub web: String,
    /// Whom to ask.
    pub contact: String,
    /// Values of other systems.
    pub parameters: Vec<NamedValue>,
    /// Files that belong to it.
    pub resources: Vec<Resource>,
    /// Where it holds.
    pub areas: Vec<Area>,
}

/// A value with the name of its system (eventCode, parameter, geocode).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct NamedValue {
    /// The name of the system or parameter.
    pub name: String,
    /// The value.
    pub value: String,
}

/// A file that belongs to an information (resource).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resource {
    /// What it is, for people.
    pub description: String,
    /// Its media type.
    pub mime_type: String,
    /// How large it is, in bytes, as is said.
    pub size_bytes: Option<u64>,
    /// Where it is.
    pub uri: String,
    /// The file itself in base64, not decoded.
    pub content_base64: String,
    /// Its SHA-1, as is said.
    pub digest: String,
}

/// Where an information holds (area).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Area {
    /// The area in words.
    pub description: String,
    /// Closed rings, the last position as the first.
    pub polygons: Vec<Vec<LonLat>>,
    /// Circles.
    pub circles: Vec<Circle>,
    /// The area in codes of other systems.
    pub geocodes: Vec<NamedValue>,
    /// From which height it holds, metres above mean sea level; or at which, where there is no ceiling.
    pub altitude_m: Option<f64>,
    /// Up to which height it holds, metres above mean sea level.
    pub ceiling_m: Option<f64>,
}

/// All places within a distance (circle).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    /// Its centre.
    pub centre: LonLat,
    /// Its radius in metres on the ground; 0 for a place alone.
    pub radius_m: f64,
}

impl Alert {
    /// An alert that says nothing yet.
    pub fn new(
        sender: impl Into<String>,
        identifier: impl Into<String>,
        sent: CityTime,
        status: MessageStatus,
        message_type: MessageType,
    ) -> Self {
        Self {
            version: CapVersion::V1_2,
            identifier: identifier.into(),
            sender: sender.into(),
            sent,
            status,
            message_type,
            source: String::new(),
            scope: Scope::Public,
            restriction: String::new(),
            addresses: String::new(),
            codes: Vec::new(),
            note: String::new(),
            references: Vec::new(),
            incidents: String::new(),
            infos: Vec::new(),
        }
    }

    /// The infos to be read here, all in one language: Simplified Chinese, else any Chinese, else English, else the
    /// first that there is.
    pub fn infos_to_read(&self) -> Vec<&Info> {
        self.infos_in(&["zh-CN", "zh-Hans", "zh", "en"])
    }

    /// The infos in the first of `languages` that there are any in, else in the language of the first one.
    /// `zh` stands for `zh-TW` too.
    pub fn infos_in(&self, languages: &[&str]) -> Vec<&Info> {
        let all_in = |wanted: &str| {
            let infos: Vec<_> = self.infos.iter().filter(|info| info.is_in(wanted)).collect();
            if infos.is_empty() { None } else { Some(infos) }
        };
        let first = || self.infos.first().and_then(|info| all_in(&info.language));
        languages.iter().find_map(|wanted| all_in(wanted)).or_else(first).unwrap_or_default()
    }

    /// How another alert references this one.
    pub fn reference(&self) -> Reference {
        let (sender, identifier) = (self.sender.clone(), self.identifier.clone());
        Reference { sender, identifier, sent: Some(self.sent) }
    }
}

impl Info {
    /// An information that says no more than what happens, in Simplified Chinese.
    pub fn new(event: impl Into<String>, severity: Severity) -> Self {
        Self {
            language: "zh-CN".to_owned(),
            categories: Vec::new(),
            event: event.into(),
            response_types: Vec::new(),
            urgency: Urgency::Unknown,
            severity,
            certainty: Certainty::Unknown,
            audience: String::new(),
            event_codes: Vec::new(),
            effective: None,
            onset: None,
            expires: None,
            sender_name: String::new(),
            headline: String::new(),
            description: String::new(),
            instruction: String::new(),
            web: String::new(),
            contact: String::new(),
            parameters: Vec::new(),
            resources: Vec::new(),
            areas: Vec::new(),
        }
    }

    /// True in that language, or in a regional kind of it.
    pub fn is_in(&self, language: &str) -> bool {
        let (ours, wanted) = (self.language.as_bytes(), language.as_bytes());
        ours.get(..wanted.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(wanted))
            && matches!(ours.get(wanted.len()), None | Some(b'-' | b'_'))
    }

    /// True when all it says is that the danger is over (解除): urgency `Past`, or response `AllClear`.
    pub fn is_all_clear(&self) -> bool {
        self.urgency == Urgency::Past || self.response_types.contains(&ResponseType::AllClear)
    }
}
