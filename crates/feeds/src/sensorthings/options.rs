//! The options of a query as a server reads them (18-088, clause 9.3).

use super::filter::{Filter, Reader, Subject, compare, path, read_condition};
use super::version::Kind;
use crate::problems::beginning;
use percent_encoding::percent_decode_str;
use std::cmp::Ordering;
use thiserror::Error;

/// The longest query that is read, in bytes.
pub const LONGEST_QUERY: usize = 16 * 1024;

/// How deep expansions may lie in one another.
const DEEPEST_EXPANSION: usize = 8;

/// A query that cannot be answered, and where in it the reason lies.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{option}`, character {at}: {why} (before `{rest}`)")]
pub struct BadQuery {
    /// Which option.
    pub option: String,
    /// At which character of its text, counted from 1.
    pub at: usize,
    /// What is wrong.
    pub why: String,
    /// What stands there.
    pub rest: String,
}

impl BadQuery {
    pub(super) fn new(option: &str, text: &str, at: usize, why: impl std::fmt::Display) -> Self {
        let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
        let rest: String = rest.chars().take(40).collect();
        Self {
            option: beginning(option),
            at: before.chars().count() + 1,
            why: why.to_string(),
            rest: beginning(&rest),
        }
    }
}

/// One key of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The field.
    pub path: Vec<String>,
    /// True for the largest first.
    pub descending: bool,
}

/// A relation that is wanted with its entities.
#[derive(Clone, Debug, PartialEq)]
pub struct Expand {
    /// Its name.
    pub relation: String,
    /// What is asked of it.
    pub options: Options,
}

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// At most so many.
    pub top: Option<u64>,
    /// Without the first so many.
    pub skip: Option<u64>,
    /// Whether the number of all is wanted.
    pub count: bool,
    /// In which order.
    pub order: Vec<Order>,
    /// Which fields; all where there is none.
    pub select: Vec<Vec<String>>,
    /// Which related entities.
    pub expand: Vec<Expand>,
    /// Which are wanted.
    pub filter: Option<Filter>,
    /// Whether observations are wanted as data arrays.
    pub data_array: bool,
}

impl Options {
    /// What is asked of a relation, where it is to be expanded.
    pub fn expansion(&self, relation: &str) -> Option<&Options> {
        self.expand.iter().find(|expand| expand.relation == relation).map(|expand| &expand.options)
    }

    /// True when a field is wanted.
    pub fn wants(&self, field: &str) -> bool {
        self.select.is_empty()
            || self.select.iter().any(|path| path.first().is_some_and(|first| first == field))
    }

    /// The order of two entities.
    pub fn compare(&self, one: &dyn Subject, other: &dyn Subject) -> Ordering {
        let of = |order: &Order| {
            let path: Vec<&str> = order.path.iter().map(String::as_str).collect();
            let ordering = compare(&one.value(&path), &other.value(&path));
            if order.descending { ordering.reverse() } else { ordering }
        };
        self.order.iter().map(of).find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
    }

    /// True when an entity is wanted.
    pub fn holds(&self, entity: &dyn Subject) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.holds(entity))
    }

    fn read(&mut self, reader: &mut Reader<'_>, name: &str, depth: usize) -> Result<(), BadQuery> {
        match name {
            "$top" => self.top = Some(number(reader)?),
            "$skip" => self.skip = Some(number(reader)?),
            "$count" => {
                self.count = match reader.word() {
                    "true" => true,
                    "false" => false,
                    _ => return Err(reader.bad("it is `true` or `false`")),
                }
            }
            "$filter" => self.filter = Some(Filter(read_condition(reader)?)),
            "$select" => self.select = listed(reader, path)?,
            "$orderby" => self.order = listed(reader, order)?,
            "$expand" => {
                for expand in listed(reader, |reader| expansion(reader, depth))? {
                    merge(&mut self.expand, expand);
                }
            }
            "$resultFormat" if depth == 0 => match reader.word() {
                "dataArray" => self.data_array = true,
                _ => return Err(reader.bad("only `dataArray` is known")),
            },
            _ => {
                return Err(reader.bad(format_args!("`{}` is no option that is known here", beginning(name))));
            }
        }
        Ok(())
    }
}

/// Two expansions of one relation are one: `Thing/Locations,Thing/Datastreams`.
fn merge(all: &mut Vec<Expand>, expand: Expand) {
    match all.iter_mut().find(|known| known.relation == expand.relation) {
        Some(known) => {
            for inner in expand.options.expand {
                merge(&mut known.options.expand, inner);
            }
        }
        None => all.push(expand),
    }
}

fn listed<T>(
    reader: &mut Reader<'_>,
    mut one: impl FnMut(&mut Reader<'_>) -> Result<T, BadQuery>,
) -> Result<Vec<T>, BadQuery> {
    let mut all = vec![one(reader)?];
    while reader.take(',') {
        all.push(one(reader)?);
    }
    Ok(all)
}

fn number(reader: &mut Reader<'_>) -> Result<u64, BadQuery> {
    let before = reader.bad("it is a whole number, zero or more");
    reader.word().parse().map_err(|_| before)
}

fn order(reader: &mut Reader<'_>) -> Result<Order, BadQuery> {
    let path = path(reader)?;
    reader.spaces();
    let rest = reader.rest();
    let descending = rest.starts_with("desc");
    if descending || rest.starts_with("asc") {
        reader.word();
    }
    Ok(Order { path, descending })
}

/// `Thing/Locations($select=name;$top=1)`; the options belong to the last name.
fn expansion(reader: &mut Reader<'_>, depth: usize) -> Result<Expand, BadQuery> {
    let before = reader.bad("no relation has this name");
    let names = path(reader)?;
    if names.iter().any(|name| Kind::of_relation(name).is_none()) {
        return Err(before);
    }
    if depth + names.len() > DEEPEST_EXPANSION {
        return Err(reader.bad(format_args!("it expands more than {DEEPEST_EXPANSION} deep")));
    }
    let mut options = Options::default();
    if reader.take('(') {
        loop {
            let name = reader.word();
            reader.want('=')?;
            options.read(reader, name, depth + names.len())?;
            if !reader.take(';') {
                break;
            }
        }
        reader.want(')')?;
    }
    let mut names = names.into_iter().rev();
    let mut expand = Expand { relation: names.next().unwrap_or_default(), options };
    for relation in names {
        expand = Expand { relation, options: Options { expand: vec![expand], ..Options::default() } };
    }
    Ok(expand)
}

/// Reads what stands behind the `?` of an address. Options without a `$` are others' and passed over.
pub fn read_options(query: &str) -> Result<Options, BadQuery> {
    if query.len() > LONGEST_QUERY {
        return Err(BadQuery::new(
            "query",
            query,
            0,
            format_args!("it is longer than {LONGEST_QUERY} bytes"),
        ));
    }
    let mut options = Options::default();
    let mut known: Vec<String> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded = |text: &str| {
            let spaced = text.replace('+', " ");
            percent_decode_str(&spaced).decode_utf8().map(|text| text.into_owned())
        };
        let (Ok(name), Ok(value)) = (decoded(name), decoded(value)) else {
            return Err(BadQuery::new(name, value, 0, "it is no UTF-8 when its `%` are resolved"));
        };
        if !name.starts_with('$') {
            continue;
        }
        let mut reader = Reader::new(&name, &value)?;
        if known.contains(&name) {
            return Err(reader.bad("it stands there twice"));
        }
        options.read(&mut reader, &name, 0)?;
        reader.end()?;
        known.push(name);
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn options_nest_and_are_read_as_clients_write_them() {
        let query = "%24top=5&$skip=10&$count=true&f=json&$orderby=phenomenonTime%20desc,%20name,result+asc&$select=id,name,properties/a-b&\
            $expand=Thing/Locations($select=name;$top=1),Thing/Datastreams,Observations($filter=result%20gt%205%20and%20substringof(';)',name);$orderby=result desc)";
        let options = read_options(query).unwrap();
        assert_eq!((options.top, options.skip, options.count), (Some(5), Some(10), true));
        assert_eq!(options.order.iter().map(|o| o.descending).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(options.select[2], ["properties", "a-b"]);
        assert!(options.wants("name") && !options.wants("description"));
        let thing = options.expansion("Thing").unwrap();
        assert_eq!(thing.expansion("Locations").unwrap().top, Some(1));
        assert!(thing.expansion("Datastreams").is_some());
        let observations = options.expansion("Observations").unwrap();
        assert!(observations.filter.is_some() && observations.order[0].descending);
        assert_eq!(read_options("").unwrap(), Options::default());
        assert!(read_options("$resultFormat=dataArray").unwrap().data_array);
    }

    #[test]
    fn an_error_names_the_option_and_the_place() {
        for (query, expected) in [
            ("$top=-1", "`$top`, character 1: it is a whole number"),
            ("$top=99999999999999999999", "whole number"),
            ("$count=yes", "`true` or `false`"),
            ("$expand=Thing($select=name", "`$expand`, character 19: `)` is missing"),
            ("$expand=Wheels", "no relation"),
            ("$expand=Thing(select=name)", "no option"),
            ("$filter=name eq 'a' b", "`$filter`, character 13: this does not belong here (before `b`)"),
            ("$search=x", "no option"),
            ("$top=1&$top=2", "twice"),
            ("$filter=%ff", "UTF-8"),
            ("$select=", "a name is missing"),
            ("$select=a,", "a name is missing"),
            ("$resultFormat=csv", "dataArray"),
        ] {
            let error = read_options(query).unwrap_err().to_string();
            assert!(error.contains(expected), "{query}: {error}");
        }
        let deep = format!("$expand={}Thing{}", "Thing($expand=".repeat(50), ")".repeat(50));
        assert!(read_options(&deep).unwrap_err().why.contains("deep"));
        assert!(read_options(&"a".repeat(LONGEST_QUERY + 1)).is_err());
    }

    #[test]
    fn no_beginning_of_a_query_stops_the_reader() {
        let query = "$expand=Thing/Locations($select=name;$top=1),Observations($filter=result gt 5 and startswith(name,'山'))&$filter=st_within(location,geography'POLYGON((1 2,3 4,5 6,1 2))') or not (phenomenonTime le 2026-11-22T08:00:00+08:00)";
        for (end, _) in query.char_indices() {
            let _ = read_options(&query[..end]);
        }
        assert!(read_options(query).is_ok());
    }
}
