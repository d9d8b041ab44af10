//! The addresses a client asks: options of a query in the standard's words, escaped.

use super::version::{Kind, Version};
use city::CityTime;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What a query may not hold as it is; `$`, brackets, commas, quotes and slashes may stand (RFC 3986, 3.4).
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What an identifier in a path may not hold besides.
const ESCAPED_IN_PATH: &AsciiSet = &ESCAPED.add(b'/');

/// What is asked of a set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// At most so many on a page.
    pub top: Option<u64>,
    /// Whether the number of all is wanted.
    pub count: bool,
    /// The fields that are wanted; all where there is none.
    pub select: Vec<String>,
    /// What is wanted within, such as `Thing($select=name)`.
    pub expand: Vec<String>,
    /// Which are wanted.
    pub filter: Option<String>,
    /// In which order, such as `phenomenonTime asc`.
    pub order: Option<String>,
    /// Whether observations are wanted as data arrays (18-088, clause 13; an extension in 2.0).
    pub data_array: bool,
}

impl Query {
    /// The first page of the series with all that a catalogue needs: unit, property, thing, and where it is.
    pub fn catalogue(version: Version, top: u64) -> Self {
        let (id, newer) = (version.id_key().trim_start_matches("@iot."), version == Version::V2_0);
        let (property, unit) = if newer {
            ("ObservedProperties", "resultType")
        } else {
            ("ObservedProperty", "unitOfMeasurement")
        };
        let fields = [id, "name", "description", unit, "observedArea", "phenomenonTime", "properties"];
        Self {
            top: Some(top),
            count: true,
            select: fields.map(str::to_owned).to_vec(),
            expand: vec![
                format!(
                    "Thing($select={id},name,description,properties;$expand=Locations($select={id},name,encodingType,location))"
                ),
                format!("{property}($select={id},name,definition)"),
            ],
            ..Self::default()
        }
    }

    /// Observations after `since`, the oldest first, so that a broken read goes on where it ended.
    pub fn observations_since(version: Version, since: Option<CityTime>, top: u64, data_array: bool) -> Self {
        let time = if version == Version::V2_0 { "phenomenonTime/start" } else { "phenomenonTime" };
        Self {
            top: Some(top),
            filter: since.map(|since| format!("phenomenonTime gt {since}")),
            order: Some(format!("{time} asc")),
            data_array,
            ..Self::default()
        }
    }

    /// The newest observation alone.
    pub fn newest_observation(version: Version) -> Self {
        let all = Self::observations_since(version, None, 1, false);
        Self { order: all.order.map(|order| order.replace(" asc", " desc")), ..all }
    }

    /// The options as they stand behind the `?`, escaped.
    pub fn text(&self) -> String {
        let listed = |all: &[String]| (!all.is_empty()).then(|| all.join(","));
        let options = [
            ("$top", self.top.map(|top| top.to_string())),
            ("$count", self.count.then(|| "true".to_owned())),
            ("$select", listed(&self.select)),
            ("$expand", listed(&self.expand)),
            ("$filter", self.filter.clone()),
            ("$orderby", self.order.clone()),
            ("$resultFormat", self.data_array.then(|| "dataArray".to_owned())),
        ];
        let told = options.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let pairs: Vec<String> = told.map(|(name, value)| format!("{name}={}", escaped(&value))).collect();
        pairs.join("&")
    }

    /// The address of this query to the set at `set`, which may have options of its own.
    pub fn address(&self, set: &str) -> String {
        let text = self.text();
        let joint = match set.split_once('?') {
            _ if text.is_empty() => "",
            None => "?",
            Some((_, "")) => "",
            Some(_) => "&",
        };
        format!("{set}{joint}{text}")
    }
}

/// A value as it may stand in a query.
pub(super) fn escaped(value: &str) -> String {
    utf8_percent_encode(value, ESCAPED).to_string()
}

/// A text as a literal, its quotes doubled.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// An identifier as a literal: a whole number bare, all else in quotes. What a server's own links say goes before this,
/// because a server may have texts that look like numbers.
pub fn id_literal(id: &str) -> String {
    let digits = id.strip_prefix('-').unwrap_or(id);
    let is_number = !digits.is_empty() && digits.len() <= 19 && digits.bytes().all(|c| c.is_ascii_digit());
    if is_number { id.to_owned() } else { quoted(id) }
}

impl Kind {
    /// The address of one entity below `root`, which ends in the version.
    pub fn entity_address(self, root: &str, version: Version, id: &str) -> String {
        let key = utf8_percent_encode(&id_literal(id), ESCAPED_IN_PATH).to_string();
        format!("{}/{}({key})", root.trim_end_matches('/'), self.set(version))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_the_catalogue_asks_is_read_back_by_the_server_side() {
        let query = Query::catalogue(Version::V1_1, 200);
        let text = query.text();
        assert!(text.starts_with("$top=200&$count=true&$select=id,name,"), "{text}");
        assert!(
            text.contains("$expand=Thing($select=id,name,description,properties;$expand=Locations("),
            "{text}"
        );
        let options = super::super::read_options(&text).unwrap();
        assert_eq!((options.top, options.count, options.expand.len()), (Some(200), true, 2));
        assert_eq!(options.expand[0].options.expand[0].relation, "Locations");
        assert_eq!(query.address("https://a/Datastreams"), format!("https://a/Datastreams?{text}"));
        assert_eq!(query.address("https://a/x?token=1"), format!("https://a/x?token=1&{text}"));
        assert_eq!(Query::default().address("https://a/x"), "https://a/x");
        assert!(super::super::read_options(&Query::catalogue(Version::V2_0, 5).text()).is_ok());
    }

    #[test]
    fn resuming_asks_for_what_is_newer_in_order() {
        let since = CityTime::parse("2026-11-22T08:00:00+08:00").unwrap();
        let text = Query::observations_since(Version::V1_1, Some(since), 1000, true).text();
        assert_eq!(
            text,
            "$top=1000&$filter=phenomenonTime%20gt%202026-11-22T00:00:00.000Z&$orderby=phenomenonTime%20asc&$resultFormat=dataArray"
        );
        assert!(super::super::read_options(&text).unwrap().filter.is_some());
        assert_eq!(Query::newest_observation(Version::V1_1).text(), "$top=1&$orderby=phenomenonTime%20desc");
    }

    #[test]
    fn what_would_end_a_query_or_a_literal_is_escaped() {
        let filter = Some("name eq 'a&b=c#d+e%f''s 山'".to_owned());
        let text = Query { filter, ..Query::default() }.text();
        assert_eq!(text, "$filter=name%20eq%20'a%26b=c%23d%2Be%25f''s%20%E5%B1%B1'");
        for (id, literal) in [
            ("12", "12"),
            ("-3", "-3"),
            ("", "''"),
            ("a'b", "'a''b'"),
            ("1e5", "'1e5'"),
            ("12345678901234567890", "'12345678901234567890'"),
        ] {
            assert_eq!(id_literal(id), literal);
        }
        let address = Kind::Datastream.entity_address("https://a/v1.1/", Version::V1_1, "a/b?c");
        assert_eq!(address, "https://a/v1.1/Datastreams('a%2Fb%3Fc')");
        assert_eq!(super::super::entity_id(&address, "Datastreams").as_deref(), Some("a/b?c"));
    }
}
