//! Reads the settings file and says every fault it has, each with its line, its source and its field.

use super::super::SettingsError;
use super::Source;
use super::words::{Kind, Words};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// Reads the settings file.
pub fn read(file: &Path) -> Result<Vec<Source>, SettingsError> {
    let text = std::fs::read_to_string(file)
        .map_err(|source| SettingsError::Unreadable { file: file.to_owned(), source })?;
    read_text(&text).map_err(|faults| SettingsError::Wrong { file: file.to_owned(), faults })
}

/// Reads the settings; else every fault there is, each with its line.
pub fn read_text(text: &str) -> Result<Vec<Source>, Vec<String>> {
    let line = |span: Range<usize>| text.get(..span.start).unwrap_or(text).matches('\n').count() + 1;
    let (tables, faults) = tables(text);
    let mut told: Vec<String> =
        faults.into_iter().map(|Fault { at, why, .. }| format!("line {}: {why}", line(at))).collect();
    let (mut sources, mut names, mut places) = (Vec::new(), HashSet::new(), Places::default());
    for (table, n) in tables.into_iter().zip(1..) {
        let begins = table.span();
        let name = name_of(&table);
        let whose = name.as_ref().map_or(format!("source number {n}"), |name| format!("source `{name}`"));
        let faults = match words(table) {
            Ok(words) => {
                let mut faults = check(&words, begins, &mut names);
                faults.extend(places.fault(&words));
                sources.push(words.source());
                faults
            }
            Err(faults) => {
                names.extend(name);
                faults
            }
        };
        told.extend(faults.into_iter().map(|Fault { at, field, why }| {
            let field = field.map_or(String::new(), |field| format!(", {field}"));
            format!("line {}: {whose}{field}: {why}", line(at))
        }));
    }
    if told.is_empty() { Ok(sources) } else { Err(told) }
}

/// What is wrong, in which field, and where in the text.
struct Fault {
    at: Range<usize>,
    field: Option<String>,
    why: String,
}

/// The tables of the sources, and what the file holds besides, which is too much.
fn tables(text: &str) -> (Vec<Spanned<DeValue<'_>>>, Vec<Fault>) {
    let fault = |at: Range<usize>, why: String| Fault { at, field: None, why };
    let file = match DeTable::parse(text) {
        Ok(file) => file.into_inner(),
        Err(error) => {
            return (Vec::new(), vec![fault(error.span().unwrap_or_default(), error.message().to_owned())]);
        }
    };
    let (mut tables, mut faults) = (Vec::new(), Vec::new());
    for (key, value) in file {
        match value.into_inner() {
            DeValue::Array(list) if key.get_ref() == "source" => tables.extend(list),
            _ => faults.push(fault(
                key.span(),
                format!("`{}` is no [[source]], and there is nothing else", key.get_ref()),
            )),
        }
    }
    (tables, faults)
}

fn name_of(table: &Spanned<DeValue<'_>>) -> Option<String> {
    Some(table.get_ref().get("name")?.get_ref().as_str()?.to_owned())
}

/// The words of one source; else each field that cannot be read, and the first that is missing.
fn words(mut table: Spanned<DeValue<'_>>) -> Result<Words, Vec<Fault>> {
    let mut faults: Vec<Fault> = Vec::new();
    loop {
        let error = match Words::deserialize(ValueDeserializer::from(table.clone())) {
            Ok(words) if faults.is_empty() => return Ok(words),
            Ok(_) => return Err(faults),
            Err(error) => error,
        };
        let at = error.span().unwrap_or_else(|| table.span());
        let why = error.message().to_owned();
        // Without the field that is bad, the rest is looked at.
        if let Some(field) = take_out(&mut table, &at) {
            faults.push(Fault { at, field: Some(field), why });
            continue;
        }
        // What is missing now because it was bad is told already.
        let is_told =
            |fault: &Fault| fault.field.as_ref().is_some_and(|field| why.contains(&format!("`{field}`")));
        if !faults.iter().any(is_told) {
            faults.push(Fault { at, field: None, why });
        }
        return Err(faults);
    }
}

/// Takes the field that stands at this place out of a table.
fn take_out(table: &mut Spanned<DeValue<'_>>, at: &Range<usize>) -> Option<String> {
    let DeValue::Table(table) = table.get_mut() else { return None };
    let is_there =
        |key: Range<usize>, value: Range<usize>| key.start <= at.start && at.end <= value.end.max(key.end);
    let key = table.iter().find(|(key, value)| is_there(key.span(), value.span()))?.0.clone();
    table.remove(&key);
    Some(key.into_inner().into_owned())
}

/// What cannot be meant though it can be read.
fn check(words: &Words, begins: Range<usize>, names: &mut HashSet<String>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |at: Range<usize>, field: &str, why: String| {
        faults.push(Fault { at, field: Some(field.to_owned()), why });
    };
    let name = words.name.get_ref();
    if name.trim().is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        fault(words.name.span(), "name", "1 to 60 characters are needed".to_owned());
    }
    if !names.insert(name.clone()) {
        fault(words.name.span(), "name", "another source has it; names tell sources apart".to_owned());
    }
    for (field, span) in words.superfluous() {
        let why = format!("{} has none; there are {}", words.protocol.word(), words.protocol.fields());
        fault(span, field, why);
    }
    if let Err(why) = check_url(words.url.get_ref(), words.protocol.schemes()) {
        fault(words.url.span(), "url", why);
    }
    if let Some(every_s) = words.every_s.as_ref().filter(|s| !(0.1..=86_400.0).contains(s.get_ref())) {
        fault(every_s.span(), "every_s", "0.1 to 86400 seconds are possible".to_owned());
    }
    if let Some(catalogue) = &words.catalogue
        && let Err(why) = check_url(catalogue.get_ref(), &["http", "https"])
    {
        fault(catalogue.span(), "catalogue", why);
    }
    if let Some(topics) = words.topics.as_ref().filter(|_| words.protocol == Kind::Mqtt)
        && let Some(why) = fault_of_topics(topics.get_ref())
    {
        fault(topics.span(), "topics", why);
    }
    if let Some(client_id) = &words.client_id
        && (!(1..=64).contains(&client_id.get_ref().len())
            || !client_id.get_ref().bytes().all(|byte| byte.is_ascii_graphic()))
    {
        let why = "1 to 64 letters, digits or signs of ASCII are needed".to_owned();
        fault(client_id.span(), "client_id", why);
    }
    if words.secret_env.is_some() && words.secret_file.is_some() {
        fault(begins, "secret_file", "the secret is named twice, by secret_env too".to_owned());
    }
    faults
}

/// What only one source can have.
#[derive(Default)]
struct Places {
    /// Names by which a broker knows its clients: it throws out the one when the other comes.
    clients: HashMap<(String, u16, String), String>,
    /// Where datagrams are listened for.
    ports: HashMap<u16, Vec<(IpAddr, String)>>,
}

impl Places {
    /// What another source has already.
    fn fault(&mut self, words: &Words) -> Option<Fault> {
        let url = reqwest::Url::parse(words.url.get_ref()).ok()?;
        let (name, host) =
            (words.name.get_ref().clone(), url.host_str()?.trim_matches(['[', ']']).to_owned());
        if words.protocol == Kind::Mqtt {
            let client_id = words.client_id.as_ref()?;
            let port = url.port().unwrap_or(if url.scheme() == "mqtts" { 8_883 } else { 1_883 });
            let client = (host.to_lowercase(), port, client_id.get_ref().clone());
            let other = self.clients.insert(client, name)?;
            let why = format!("source `{other}` has it at the same broker, and each would cut off the other");
            return Some(Fault { at: client_id.span(), field: Some("client_id".to_owned()), why });
        }
        let port = url.port().filter(|_| url.scheme() == "udp")?;
        let host = if host == "localhost" { "127.0.0.1" } else { host.as_str() };
        let address: IpAddr = host.parse().ok()?;
        let others = self.ports.entry(port).or_default();
        let other =
            others.iter().find(|(other, _)| is_one_place(*other, address)).map(|(_, other)| other.clone());
        others.push((address, name));
        let why = format!("source `{}` listens at this port", other?);
        Some(Fault { at: words.url.span(), field: Some("url".to_owned()), why })
    }
}

/// True where one port cannot be listened at for both; a group is there to be heard by many.
fn is_one_place(one: IpAddr, other: IpAddr) -> bool {
    let has_group = one.is_multicast() || other.is_multicast();
    !has_group && (one == other || one.is_unspecified() || other.is_unspecified())
}

/// What is wrong with topics to subscribe to.
fn fault_of_topics(topics: &[String]) -> Option<String> {
    if topics.is_empty() {
        return Some("at least one is needed".to_owned());
    }
    let bad = topics.iter().find(|topic| !rumqttc::valid_filter(topic) || topic.len() > 65_535)?;
    Some(format!("`{bad}` is none: `+` stands for a whole level, `#` for all below and at the end"))
}

fn check_url(text: &str, schemes: &[&str]) -> Result<(), String> {
    let like = || format!("`{text}` is no address; it begins with {}", schemes.join(":// or ") + "://");
    let url = reqwest::Url::parse(text).map_err(|_| like())?;
    if !schemes.contains(&url.scheme()) || url.host_str().is_none_or(str::is_empty) {
        return Err(like());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("no name or password may stand in it: use user and secret_env or secret_file".to_owned());
    }
    let needs_port = ["udp", "tcp", "tls"].contains(&url.scheme());
    if needs_port && url.port().is_none() {
        return Err(format!("`{text}` has no port"));
    }
    Ok(())
}
