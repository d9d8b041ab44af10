//! Warnings by CAP: the list is asked for changes, what is new in it is fetched, and how all stand is told.

use super::desk::Desk;
use super::web::{Since, Web};
use crate::backoff::Trouble;
use feeds::cap::{Alert, AlertList, EntryBody, SeenEntries, WarningRule, Warnings, read_alert, read_list};
use feeds::told::{News, Warned};
use feeds::{Cause, Problems};
use std::sync::Arc;
use std::time::Duration;

const ACCEPT: &str =
    "application/cap+xml, application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5";
/// How many pages of a list are followed.
const MOST_PAGES: usize = 20;
/// How many alerts one round fetches; the rest come with the next.
const MOST_FETCHED: usize = 500;

/// Reads for ever.
pub(crate) async fn follow(desk: &Desk, url: &str, every: Duration) {
    let (mut seen, mut since) = (SeenEntries::default(), Since::default());
    let mut warnings = Warnings::new(WarningRule::default());
    let (mut web, mut told) = (None, None);
    desk.poll(every, async || {
        let web = match &web {
            Some(web) => web,
            None => web.insert(desk.web()?),
        };
        ask(desk, web, url, &mut since, &mut seen, &mut warnings).await?;
        let now = desk.now();
        warnings.forget(now);
        let all: Arc<[Warned]> = warnings.standings(now).iter().map(Warned::from).collect();
        // Most rounds change nothing, and a warning is a long text.
        if told.as_ref() != Some(&all) {
            let newest = all.iter().map(|warned| warned.alert.sent).max();
            desk.tell(News { warnings: Some(all.clone()), ..News::default() }, 0, newest);
            told = Some(all);
        }
        Ok(())
    })
    .await;
}

async fn ask(
    desk: &Desk,
    web: &Web,
    url: &str,
    since: &mut Since,
    seen: &mut SeenEntries,
    warnings: &mut Warnings,
) -> Result<(), Trouble> {
    let Some(list) = list(desk, web, url, since).await? else {
        desk.nothing_new();
        return Ok(());
    };
    let mut came = 0;
    for entry in &list.entries {
        if let EntryBody::Whole(alert) = &entry.body {
            came += take(desk, warnings, (**alert).clone());
        }
    }
    let new: Vec<_> = seen.to_fetch(&list).into_iter().take(MOST_FETCHED).cloned().collect();
    for entry in new {
        let Some(href) = &entry.href else { continue };
        let address = reqwest::Url::parse(url).and_then(|base| base.join(href));
        let read = match address {
            Ok(address) => alert(desk, web, address.as_str()).await,
            Err(error) => Err(Trouble::new(Cause::Unreadable, format!("`{href}` is no address: {error}"))),
        };
        match read {
            Ok(alert) => {
                came += take(desk, warnings, alert);
                seen.fetched(&entry);
            }
            // One alert that cannot be had does not keep the others from being read; it is asked for again.
            Err(trouble) => {
                let mut problems = Problems::default();
                problems.add(&trouble.why, href);
                desk.problems(problems);
            }
        }
    }
    desk.tell(News::default(), came, None);
    Ok(())
}

fn take(desk: &Desk, warnings: &mut Warnings, alert: Alert) -> u64 {
    let is_known = warnings.knows(&alert.sender, &alert.identifier, alert.sent);
    warnings.take(alert, desk.now());
    u64::from(!is_known)
}

/// All pages of the list as one; `None` where nothing changed.
async fn list(desk: &Desk, web: &Web, url: &str, since: &mut Since) -> Result<Option<AlertList>, Trouble> {
    let Some(first) = web.get(url, ACCEPT, Some(since)).await? else { return Ok(None) };
    let unread = |error: feeds::cap::CapError| Trouble::lasting(Cause::Unreadable, error.to_string());
    let (mut list, problems) = read_list(&first.bytes).map_err(unread)?;
    desk.problems(problems);
    let mut page_url = first.url;
    for _ in 1..MOST_PAGES {
        let Some(next) = list.next.take().and_then(|next| page_url.join(&next).ok()) else { break };
        if next.origin() != page_url.origin() || next == page_url {
            break;
        }
        let page = web.whole_of(next.as_str(), ACCEPT).await?;
        let (more, problems) = read_list(&page.bytes).map_err(unread)?;
        desk.problems(problems);
        list.entries.extend(more.entries);
        (list.next, page_url) = (more.next, next);
    }
    Ok(Some(list))
}

async fn alert(desk: &Desk, web: &Web, address: &str) -> Result<Alert, Trouble> {
    let body = web.whole_of(address, ACCEPT).await?;
    let (alert, problems) =
        read_alert(&body.bytes).map_err(|error| Trouble::new(Cause::Unreadable, error.to_string()))?;
    desk.problems(problems);
    Ok(alert)
}
