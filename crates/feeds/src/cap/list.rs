//! What a service publishes: an Atom feed (RFC 4287), an RSS 2.0 channel, an EDXL distribution, or one alert.
//!
//! An entry embeds its alert, gives an extract of it in `cap:` elements, or links to it.
//! Deliberately absent: fetching what is linked.

use super::alert::{Alert, NamedValue};
use super::read::{
    CapError, decoded, is_alert, read_alert_element, read_area, read_info, time, unreadable, word,
};
use super::words::{MessageStatus, MessageType, Scope};
use crate::markup::{self, child_text, children};
use crate::problems::Problems;
use city::CityTime;
use roxmltree::Node;

/// What a service lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlertList {
    /// Its identifier: an address, mostly.
    pub id: String,
    /// Its title, for people.
    pub title: String,
    /// When it changed last.
    pub updated: Option<CityTime>,
    /// The address of its next page (RFC 5005), where there is one.
    pub next: Option<String>,
    /// Its entries in their order.
    pub entries: Vec<ListEntry>,
}

/// One entry of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListEntry {
    /// What it is known by from one reading of the list to the next.
    pub id: String,
    /// Its title.
    pub title: String,
    /// When it changed last; the same id with another time is to be fetched anew.
    pub updated: Option<CityTime>,
    /// The address of the whole alert as it stands there, maybe relative to the list's own.
    pub href: Option<String>,
    /// What of the alert is in the list itself.
    pub body: EntryBody,
}

/// What of an alert stands in a list.
#[derive(Clone, Debug, PartialEq)]
pub enum EntryBody {
    /// All of it.
    Whole(Box<Alert>),
    /// An extract without references, made of `cap:` elements and the entry's own: enough to show while the whole is
    /// being fetched, and not to be taken into the register, since it ends nothing.
    Extract(Box<Alert>),
    /// Nothing: it stands behind the link.
    Linked,
}

const ATOM: &str = "http://www.w3.org/2005/Atom";
const CAP_MEDIA_TYPE: &str = "application/cap+xml";

/// Reads a list of alerts; a bad entry costs only itself.
pub fn read_list(bytes: &[u8]) -> Result<(AlertList, Problems), CapError> {
    let mut problems = Problems::default();
    let text = decoded(bytes, &mut problems)?;
    let document = markup::parse(&text).map_err(|why| unreadable(why, bytes))?;
    let root = document.root_element();
    let mut list = AlertList::default();
    match root.tag_name().name() {
        "feed" => read_feed(root, &mut list, &mut problems),
        "rss" => {
            for channel in children(root, "channel") {
                read_channel(channel, &mut list, &mut problems);
            }
        }
        "EDXLDistribution" => read_distribution(root, &mut list, &mut problems),
        _ => list.entries.push(entry_of(read_alert_element(root, &mut problems)?)),
    }
    Ok((list, problems))
}

fn entry_of(alert: Alert) -> ListEntry {
    ListEntry {
        id: alert.identifier.clone(),
        title: alert.infos_to_read().first().map(|info| info.headline.clone()).unwrap_or_default(),
        updated: Some(alert.sent),
        href: None,
        body: EntryBody::Whole(Box::new(alert)),
    }
}

/// The alerts anywhere inside `node`.
fn embedded(node: Node, problems: &mut Problems) -> Vec<Alert> {
    let mut alerts = Vec::new();
    for alert in node.descendants().filter(|inner| is_alert(*inner)) {
        match read_alert_element(alert, problems) {
            Ok(alert) => alerts.push(alert),
            Err(why) => problems.add(why, child_text(alert, "identifier").as_deref().unwrap_or_default()),
        }
    }
    alerts
}

fn read_distribution(root: Node, list: &mut AlertList, problems: &mut Problems) {
    list.id = child_text(root, "distributionID").unwrap_or_default();
    list.updated = time(root, "dateTimeSent", problems);
    list.entries = embedded(root, problems).into_iter().map(entry_of).collect();
}

fn read_feed(feed: Node, list: &mut AlertList, problems: &mut Problems) {
    list.id = child_text(feed, "id").unwrap_or_default();
    list.title = child_text(feed, "title").unwrap_or_default();
    list.updated = time(feed, "updated", problems);
    list.next = children(feed, "link")
        .find(|link| link.attribute("rel") == Some("next"))
        .and_then(|link| link.attribute("href"))
        .map(str::to_owned);
    let author = author(feed);
    for entry in children(feed, "entry") {
        let updated = time(entry, "updated", problems).or_else(|| time(entry, "published", problems));
        let href = best_link(entry);
        read_entry(entry, child_text(entry, "id"), updated, href, &author, list, problems);
    }
}

fn read_channel(channel: Node, list: &mut AlertList, problems: &mut Problems) {
    list.id = child_text(channel, "link").unwrap_or_default();
    list.title = child_text(channel, "title").unwrap_or_default();
    list.updated = time(channel, "lastBuildDate", problems).or_else(|| time(channel, "pubDate", problems));
    for item in children(channel, "item") {
        let updated = ["updated", "pubDate", "date"].iter().find_map(|name| time(item, name, problems));
        let enclosed = children(item, "enclosure")
            .find(|file| file.attribute("type") == Some(CAP_MEDIA_TYPE))
            .and_then(|file| file.attribute("url"));
        let href = enclosed.map(str::to_owned).or_else(|| child_text(item, "link"));
        read_entry(item, child_text(item, "guid"), updated, href, "", list, problems);
    }
}

fn author(node: Node) -> String {
    children(node, "author").find_map(|author| child_text(author, "name")).unwrap_or_default()
}

/// Of an entry's links the one that leads to CAP: by media type, else what is no page for people.
fn best_link(entry: Node) -> Option<String> {
    let worth = |link: &Node| {
        let media_type = link.attribute("type").unwrap_or_default();
        let rel = link.attribute("rel").unwrap_or("alternate");
        match (media_type, rel) {
            (CAP_MEDIA_TYPE, _) => 0,
            (_, "self" | "edit" | "next" | "replies") => 5,
            ("application/xml" | "text/xml" | "application/atom+xml", _) => 1,
            ("", "alternate") => 2,
            ("text/html" | "application/xhtml+xml", _) => 4,
            _ => 3,
        }
    };
    let addressed = children(entry, "link").filter(|link| link.attribute("href").is_some());
    addressed.min_by_key(worth)?.attribute("href").map(|href| href.trim().to_owned())
}

fn read_entry(
    entry: Node,
    id: Option<String>,
    updated: Option<CityTime>,
    href: Option<String>,
    feed_author: &str,
    list: &mut AlertList,
    problems: &mut Problems,
) {
    let title = child_text(entry, "title").unwrap_or_default();
    let href = href.filter(|href| !href.is_empty());
    let Some(id) = id.or_else(|| href.clone()) else {
        problems.add("an entry with neither id nor link", &title);
        return;
    };
    let mut alerts = embedded(entry, problems);
    alerts.extend(quoted(entry, problems));
    if alerts.is_empty() {
        let body = match extract(entry, &id, updated, feed_author, problems) {
            Some(alert) => EntryBody::Extract(Box::new(alert)),
            None => EntryBody::Linked,
        };
        if body == EntryBody::Linked && href.is_none() {
            problems.add("an entry with neither alert nor link", &id);
            return;
        }
        if href.is_none() {
            problems.add("an extract of an alert without a link to the whole", &id);
        }
        list.entries.push(ListEntry { id, title, updated, href, body });
        return;
    }
    // Several alerts in one entry are told apart by their own identifiers.
    let is_one = alerts.len() == 1;
    for alert in alerts {
        let id = if is_one { id.clone() } else { format!("{id}#{}", alert.identifier) };
        let body = EntryBody::Whole(Box::new(alert));
        list.entries.push(ListEntry { id, title: title.clone(), updated, href: href.clone(), body });
    }
}

/// An alert that is given as text: escaped, or as CDATA.
fn quoted(entry: Node, problems: &mut Problems) -> Option<Alert> {
    let holders = ["content", "description", "encoded"];
    let text =
        holders.iter().find_map(|name| child_text(entry, name).filter(|text| looks_like_alert(text)))?;
    let read = match markup::parse(&text) {
        Ok(document) => read_alert_element(document.root_element(), problems),
        Err(why) => Err(unreadable(why, text.as_bytes())),
    };
    read.map_err(|why| problems.add(why, &text)).ok()
}

fn looks_like_alert(text: &str) -> bool {
    let beginning: String = text.chars().take(400).collect();
    beginning.starts_with('<') && (beginning.contains("<alert") || beginning.contains(":alert"))
}

/// An alert of the `cap:` elements of an entry; `None` where there is not even an event, a severity or a status.
fn extract(
    entry: Node,
    id: &str,
    updated: Option<CityTime>,
    feed_author: &str,
    problems: &mut Problems,
) -> Option<Alert> {
    let is_cap = |node: &Node| {
        let space = node.tag_name().namespace().unwrap_or_default();
        node.is_element() && space != ATOM && space.contains(":cap:")
    };
    let telling = ["event", "severity", "status", "msgType", "message_type"];
    if !entry.children().any(|node| is_cap(&node) && telling.contains(&node.tag_name().name())) {
        return None;
    }
    let status = word(entry, "status", MessageStatus::from_word, problems).unwrap_or(MessageStatus::Actual);
    let message_type = word(entry, "msgType", MessageType::from_word, problems)
        .or_else(|| word(entry, "message_type", MessageType::from_word, problems))
        .unwrap_or(MessageType::Alert);
    let own = author(entry);
    let author = if own.is_empty() { feed_author.to_owned() } else { own };
    let sender = child_text(entry, "sender").unwrap_or(author);
    let identifier = child_text(entry, "identifier").unwrap_or_else(|| id.to_owned());
    let sent = time(entry, "sent", problems).or(updated)?;
    let mut alert = Alert::new(sender, identifier, sent, status, message_type);
    alert.scope = word(entry, "scope", Scope::from_word, problems).unwrap_or(Scope::Public);
    let mut info = read_info(entry, problems);
    info.headline = child_text(entry, "title").unwrap_or_default();
    if info.description.is_empty() {
        info.description = child_text(entry, "summary").unwrap_or_default();
    }
    let mut area = read_area(entry, problems);
    if area.description.is_empty() && area.polygons.is_empty() && area.geocodes.is_empty() {
        // Then the entry may have areas of its own, which are read with the info.
        area.circles.clear();
    } else {
        area.geocodes = area.geocodes.into_iter().flat_map(one_each).collect();
        info.areas.push(area);
    }
    alert.infos.push(info);
    Some(alert)
}

/// An extract of the American service gives many codes in one value.
fn one_each(code: NamedValue) -> Vec<NamedValue> {
    let one = |value: &str| NamedValue { name: code.name.clone(), value: value.to_owned() };
    code.value.split_ascii_whitespace().map(one).collect()
}
