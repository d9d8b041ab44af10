//! What is asked in which order: windows of 90 days back from now, each page by page (GeoReport v2, GET Service Requests).

use city::CityTime;
use feeds::open311::ServiceRequest;
use reqwest::Url;
use std::collections::{HashSet, VecDeque};

/// The longest span that may be asked for.
const WINDOW_MS: i64 = 90 * 86_400_000;
/// A window ends in the future by so much, in case the server's clock is ahead.
const AHEAD_MS: i64 = 3_600_000;
/// How many windows are read back from now: a year.
const WINDOWS: usize = 4;
/// How many requests a page is asked to hold, where the server pages; more is refused by some.
const A_PAGE: u32 = 100;
/// How many pages of a window are read.
const MOST_PAGES: u32 = 1_000;
/// A server that does not page tells at most so many, and then there may be more.
const A_WHOLE: usize = 1_000;
/// How often a window of such a server is cut in half.
const MOST_CUTS: u32 = 4;
/// A round that was interrupted is gone on with for so long.
const HOLDS_MS: i64 = 3_600_000;

/// In which form the server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Xml,
}

impl Form {
    /// The address of a question to the service at `root`.
    pub(super) fn address(self, root: &str, query: &str) -> String {
        let ending = if self == Self::Json { "json" } else { "xml" };
        // What the address itself asks, such as a key, is asked each time.
        let (root, own) = root.split_once('?').unwrap_or((root, ""));
        let whole = ["/requests.json", "/requests.xml"].iter().find_map(|end| root.strip_suffix(end));
        let joint = if own.is_empty() { "" } else { "&" };
        format!("{}/requests.{ending}?{own}{joint}{query}", whole.unwrap_or(root).trim_end_matches('/'))
    }
}

#[derive(Clone, Copy, Debug)]
struct Window {
    from: CityTime,
    to: CityTime,
    cuts: u32,
}

/// One reading of all windows.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) is_deep: bool,
    pub(super) failures: u32,
    began: CityTime,
    windows: VecDeque<Window>,
    page: u32,
    /// The first ids of the pages of this window.
    firsts: HashSet<String>,
    /// How many the first page held.
    size: usize,
    left_out: Option<String>,
}

impl Round {
    /// From `now` back one window, or all of them.
    pub(super) fn new(now: CityTime, is_deep: bool) -> Self {
        let end = now.0.saturating_add(AHEAD_MS) / 1000 * 1000;
        let starts = (0..if is_deep { WINDOWS } else { 1 }).map(|back| end - WINDOW_MS * (back as i64 + 1));
        let window = |from: i64| Window { from: CityTime(from), to: CityTime(from + WINDOW_MS), cuts: 0 };
        Self {
            is_deep,
            failures: 0,
            began: now,
            windows: starts.map(window).collect(),
            page: 1,
            firsts: HashSet::new(),
            size: 0,
            left_out: None,
        }
    }

    /// True while it is worth going on with.
    pub(super) fn is_of(&self, now: CityTime) -> bool {
        (0..HOLDS_MS).contains(&now.0.saturating_sub(self.began.0))
    }

    /// Which page comes next.
    pub(super) fn page(&self) -> u32 {
        self.page
    }

    /// A window of which not all could be read.
    pub(super) fn left_out(self) -> Option<String> {
        self.left_out
    }

    /// The query of the next page; `None` where all is read.
    pub(super) fn query(&self, jurisdiction: Option<&str>) -> Option<String> {
        let window = self.windows.front()?;
        let second = |at: CityTime| at.to_string().replace(".000Z", "Z");
        let mut url = Url::parse("http://a").ok()?;
        let mut pairs = url.query_pairs_mut();
        pairs.extend_pairs(jurisdiction.map(|jurisdiction| ("jurisdiction_id", jurisdiction)));
        pairs.append_pair("start_date", &second(window.from)).append_pair("end_date", &second(window.to));
        pairs.append_pair("page", &self.page.to_string()).append_pair("page_size", &A_PAGE.to_string());
        drop(pairs);
        url.query().map(str::to_owned)
    }

    /// The page came: where to go on.
    pub(super) fn came(&mut self, requests: &[ServiceRequest], is_whole: bool) {
        let first = requests.first().map(|first| first.service_request_id.clone());
        let repeats = first.is_some_and(|first| !self.firsts.insert(first));
        if self.page == 1 {
            self.size = requests.len();
        }
        // The first page may be as long as the server likes, so only a later one is short.
        let is_short = is_whole && self.page > 1 && requests.len() < self.size;
        if requests.is_empty() || repeats || is_short {
            self.next_window(repeats && self.page == 2 && self.size >= A_WHOLE);
        } else if self.page >= MOST_PAGES {
            self.left_out = self.query(None);
            self.next_window(false);
        } else {
            self.page += 1;
        }
    }

    fn next_window(&mut self, may_hold_more: bool) {
        let (done, had_any) = (self.windows.pop_front(), self.size > 0);
        if let Some(Window { from, to, cuts }) = done {
            if may_hold_more && cuts < MOST_CUTS {
                let middle = CityTime((from.0 + (to.0 - from.0) / 2) / 1000 * 1000);
                self.windows.push_front(Window { from, to: middle, cuts: cuts + 1 });
                self.windows.push_front(Window { from: middle, to, cuts: cuts + 1 });
            } else if may_hold_more {
                self.left_out = self.query(None).or(Some(from.to_string()));
            } else if !had_any && cuts == 0 {
                // Where nothing was asked for in 90 days the service is no older.
                self.windows.clear();
            }
        }
        (self.page, self.size) = (1, 0);
        self.firsts.clear();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn requests(from: usize, count: usize) -> Vec<ServiceRequest> {
        let request = |number: usize| ServiceRequest {
            service_request_id: number.to_string(),
            ..ServiceRequest::default()
        };
        (from..from + count).map(request).collect()
    }

    fn now() -> CityTime {
        CityTime::parse("2026-11-22T08:00:00.500Z").unwrap()
    }

    #[test]
    fn windows_touch_and_span_ninety_days() {
        let mut round = Round::new(now(), true);
        let query = round.query(Some("山城")).unwrap();
        assert_eq!(
            query,
            "jurisdiction_id=%E5%B1%B1%E5%9F%8E&start_date=2026-08-24T09%3A00%3A00Z&end_date=2026-11-22T09%3A00%3A00Z\
             &page=1&page_size=100"
        );
        round.came(&requests(0, 3), true);
        assert!(round.query(None).unwrap().contains("page=2&"));
        round.came(&[], true);
        let query = round.query(None).unwrap();
        assert!(query.contains("end_date=2026-08-24T09%3A00%3A00Z&page=1&"), "{query}");
        round.came(&[], true);
        assert_eq!(round.query(None), None, "an empty window is the last");
        for (root, address) in [
            ("http://a/v2/requests.json", "http://a/v2/requests.xml?x=1"),
            ("http://a/v2?api_key=1", "http://a/v2/requests.xml?api_key=1&x=1"),
            ("http://a/v2/?api_key=1", "http://a/v2/requests.xml?api_key=1&x=1"),
            ("http://a/v2/requests.json?api_key=1", "http://a/v2/requests.xml?api_key=1&x=1"),
        ] {
            assert_eq!(Form::Xml.address(root, "x=1"), address);
        }
    }

    #[test]
    fn a_window_ends_at_a_short_page_or_one_that_was_there_already() {
        let after = |pages: &[(Vec<ServiceRequest>, bool)]| {
            let mut round = Round::new(now(), false);
            pages.iter().for_each(|(page, is_whole)| round.came(page, *is_whole));
            round.query(None)
        };
        assert!(after(&[(requests(0, 50), true), (requests(50, 50), true)]).unwrap().contains("page=3&"));
        assert_eq!(after(&[(requests(0, 50), true), (requests(50, 49), true)]), None);
        assert_eq!(after(&[(requests(0, 50), true), (requests(0, 50), true)]), None);
        let cut_off = after(&[(requests(0, 50), true), (requests(50, 9), false)]);
        assert!(cut_off.unwrap().contains("page=3&"), "one that is cut off is not short");
    }

    #[test]
    fn windows_of_a_server_that_does_not_page_are_cut_until_they_fit() {
        let (mut round, mut asked) = (Round::new(now(), false), 0);
        while round.query(None).is_some() && asked < 1_000 {
            round.came(&requests(0, 1_000), true);
            asked += 1;
        }
        assert_eq!(asked, 62, "31 windows, each asked twice");
        assert!(round.left_out().is_some());
    }
}
