//! The list of a service, page after page, its links as whole addresses.

use super::super::desk::Desk;
use super::super::web::{Body, Since, Web};
use crate::backoff::Trouble;
use feeds::cap::{CapError, EntryBody, ListEntry, read_list};
use feeds::{Cause, Problems};
use reqwest::Url;
use std::collections::HashSet;

pub(super) const ACCEPT: &str =
    "application/cap+xml, application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5";
/// How many pages of a list are followed.
const MOST_PAGES: usize = 100;

/// What came of a list.
pub(super) struct Pages {
    /// The entries of all pages that could be read; links are whole addresses.
    pub(super) entries: Vec<ListEntry>,
    /// False where a page is missing.
    pub(super) is_whole: bool,
}

/// All pages of the list; `None` where nothing changed. A page that cannot be had costs itself and those behind it.
pub(super) async fn pages(
    desk: &Desk,
    web: &Web,
    url: &str,
    since: &mut Since,
) -> Result<Option<Pages>, Trouble> {
    let Some(first) = web.get(url, ACCEPT, Some(since)).await? else { return Ok(None) };
    let mut known = HashSet::from([first.url.clone()]);
    let (mut entries, mut next) =
        page(desk, &first).map_err(|trouble| Trouble::lasting(trouble.cause, trouble.why))?;
    while let Some(address) = next.take().filter(|address| !known.contains(address)) {
        let read = match known.len() < MOST_PAGES {
            true => web.whole_of(address.as_str(), ACCEPT).await.and_then(|body| page(desk, &body)),
            false => Err(Trouble::new(Cause::Stranger, format!("a list of more than {MOST_PAGES} pages"))),
        };
        match read {
            Ok((more, after)) => {
                entries.extend(more);
                next = after;
            }
            Err(trouble) => {
                let mut problems = Problems::default();
                problems
                    .add(format_args!("a page of the list is missing: {}", trouble.why), address.as_str());
                desk.problems(problems);
                return Ok(Some(Pages { entries, is_whole: false }));
            }
        }
        known.insert(address);
    }
    Ok(Some(Pages { entries, is_whole: true }))
}

/// The entries of one page and the address of the next: links lead on from where the page came from (RFC 3986, 5.1.3).
fn page(desk: &Desk, body: &Body) -> Result<(Vec<ListEntry>, Option<Url>), Trouble> {
    let (mut list, mut problems) = read_list(&body.bytes).map_err(unreadable)?;
    for entry in list.entries.iter_mut().filter(|entry| !matches!(entry.body, EntryBody::Whole(_))) {
        let Some(href) = entry.href.take() else { continue };
        match body.url.join(&href) {
            Ok(address) => entry.href = Some(address.into()),
            Err(why) => problems.add(format_args!("a link that is no address: {why}"), &href),
        }
    }
    let next = list.next.map(|next| body.url.join(&next).map_err(|why| (next, why)));
    let next = next.transpose().unwrap_or_else(|(next, why)| {
        problems.add(format_args!("the next page has no address: {why}"), &next);
        None
    });
    desk.problems(problems);
    Ok((list.entries, next))
}

pub(super) fn unreadable(error: CapError) -> Trouble {
    Trouble::new(Cause::Unreadable, error.to_string())
}
