//! Following the link to the next page: to the same server only, and not for ever.
//!
//! Shared by the protocols that page. Deliberately absent: fetching.

use crate::problems::beginning;
use std::collections::HashSet;
use thiserror::Error;
use url::Url;

/// The most pages that are followed of one request.
pub const MOST_PAGES: usize = 100_000;

/// The most pages without a record that are followed in a row.
pub const MOST_EMPTY_PAGES: usize = 8;

/// Why a link is not followed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NextRefused {
    /// It is no address.
    #[error("the link to the next page, `{link}`, is no address: {why}")]
    NoAddress {
        /// The link.
        link: String,
        /// Why.
        why: String,
    },
    /// It leads elsewhere, and the token is for nobody else.
    #[error(
        "the next page is said to be at {to}, which is not {from}: it is not asked, so that no token goes there"
    )]
    OtherServer {
        /// Whose page has the link.
        from: String,
        /// Where it leads.
        to: String,
    },
    /// It was followed before: the chain has no end.
    #[error("the pages go round: `{address}` was read already")]
    Round {
        /// The address.
        address: String,
    },
    /// There are too many pages, or too many without a record.
    #[error("the pages do not end: {pages} were read, the last {empty} of them empty")]
    Endless {
        /// How many were read.
        pages: usize,
        /// How many of the last were empty.
        empty: usize,
    },
}

/// The address of the next page from the address of this one and the link in it: absolute, relative, or without a host.
///
/// A link to another server (scheme, host and port) is refused. One that says `http` where the page came by `https` of
/// the same host is a server that does not know its proxy; it is asked by `https`.
pub fn next_address(page: &str, link: &str) -> Result<String, NextRefused> {
    let bad = |link: &str, why: String| NextRefused::NoAddress { link: beginning(link), why };
    let page = Url::parse(page).map_err(|why| bad(page, why.to_string()))?;
    let mut next = page.join(link.trim()).map_err(|why| bad(link, why.to_string()))?;
    let same_host = next.host_str() == page.host_str();
    if page.scheme() == "https" && next.scheme() == "http" && next.port().is_none() && same_host {
        // The proxy's port is the page's; a change between web schemes cannot fail.
        let _ = next.set_scheme("https");
        let _ = next.set_port(page.port());
    }
    if !matches!(next.scheme(), "http" | "https") || next.origin() != page.origin() || has_login(&next, &page)
    {
        let told = |url: &Url| url.origin().ascii_serialization();
        return Err(NextRefused::OtherServer { from: told(&page), to: told(&next) });
    }
    next.set_fragment(None);
    Ok(next.into())
}

fn has_login(next: &Url, page: &Url) -> bool {
    (next.username(), next.password()) != (page.username(), page.password()) && !next.username().is_empty()
}

/// The pages of one request that were read already.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    read: HashSet<String>,
    empty: usize,
}

impl Chain {
    /// A chain that begins at `first`.
    pub fn new(first: &str) -> Self {
        Self { read: HashSet::from([first.to_owned()]), empty: 0 }
    }

    /// How many pages were read.
    pub fn pages(&self) -> usize {
        self.read.len()
    }

    /// The page at `page` held `records` and the link `next`: where to read on.
    pub fn follow(&mut self, page: &str, records: usize, next: &str) -> Result<String, NextRefused> {
        let address = next_address(page, next)?;
        self.empty = if records == 0 { self.empty + 1 } else { 0 };
        if self.empty > MOST_EMPTY_PAGES || self.read.len() >= MOST_PAGES {
            return Err(NextRefused::Endless { pages: self.read.len(), empty: self.empty });
        }
        if !self.read.insert(address.clone()) {
            return Err(NextRefused::Round { address: beginning(&address) });
        }
        Ok(address)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const PAGE: &str = "https://a.example/sta/v1.1/Things?$top=2";

    #[test]
    fn links_lead_to_the_same_server_or_are_refused() {
        for (link, expected) in [
            ("https://a.example/x?$skip=2", "https://a.example/x?$skip=2"),
            ("/x", "https://a.example/x"),
            ("?$skip=2", "https://a.example/sta/v1.1/Things?$skip=2"),
            ("Things?$skip=2", "https://a.example/sta/v1.1/Things?$skip=2"),
            ("//a.example/y", "https://a.example/y"),
            ("http://a.example/y#part", "https://a.example/y"),
            ("HTTPS://A.example:443/y", "https://a.example/y"),
        ] {
            assert_eq!(next_address(PAGE, link).unwrap(), expected, "{link}");
        }
        for link in [
            "https://b.example/x",
            "//b.example/x",
            "https://a.example:8443/x",
            "http://a.example:8080/x",
            "https://a.example@b.example/x",
            "https://me:word@a.example/x",
            "file:///etc/passwd",
            "javascript:1",
            "https://",
            "\\\\b.example\\x",
        ] {
            assert!(next_address(PAGE, link).is_err(), "{link}");
        }
        assert!(next_address("http://a.example/x", "https://a.example/x").is_err(), "another origin");
        assert_eq!(
            next_address("https://a.example:8443/x", "http://a.example/y").unwrap(),
            "https://a.example:8443/y"
        );
    }

    #[test]
    fn chains_that_do_not_end_are_noticed() {
        let mut chain = Chain::new(PAGE);
        let second = chain.follow(PAGE, 2, "?$skip=2").unwrap();
        assert!(matches!(chain.follow(&second, 2, PAGE), Err(NextRefused::Round { .. })));
        let mut page = second;
        let mut refused = None;
        for step in 0..20 {
            match chain.follow(&page, 0, &format!("?token={step}")) {
                Ok(next) => page = next,
                Err(why) => refused = refused.or(Some(why)),
            }
        }
        assert!(matches!(refused, Some(NextRefused::Endless { .. })), "{refused:?}");
    }
}
