//! The addresses of the vital signs, and asking them.

use crate::backoff::Trouble;
use crate::http::{Http, is_problem};
use feeds::{Cause, FeedError};
use reqwest::{Method, StatusCode, Url};
use watch::vital::told::Span;

/// Where the quality of data is told.
pub(super) const QUALITY: &str = "/api/v1/quality";
const SIGNS: &str = "/api/v1/vital-signs";

/// Where the signs of an area are told.
pub(super) fn signs(area: &str) -> String {
    path(None, &[("area", area)])
}

/// Where a sign of an area is told in depth.
pub(super) fn sign(sign: &str, area: &str, span: Span) -> String {
    path(Some(sign), &[("area", area), ("span", span.key())])
}

/// The path of the signs or of one, with the words of a query that say something.
fn path(sign: Option<&str>, words: &[(&str, &str)]) -> String {
    let Ok(mut url) = Url::parse("http://localhost") else { return SIGNS.to_owned() };
    url.set_path(SIGNS);
    if let (Some(sign), Ok(mut segments)) = (sign, url.path_segments_mut()) {
        segments.push(sign);
    }
    for (name, value) in words.iter().filter(|(_, value)| !value.is_empty()) {
        url.query_pairs_mut().append_pair(name, value);
    }
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

/// The answer to a GET; what a backend refuses is told in its own words.
pub(super) async fn get(http: &Http, path: &str) -> Result<Vec<u8>, Trouble> {
    let response = http.send(http.request(Method::GET, path)?).await?;
    let status = response.status();
    match status {
        StatusCode::OK => http.whole(response).await,
        StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND if is_problem(&response) => {
            let said = http.said(response).await;
            let why = if said.is_empty() { format!("{path} is answered with {status}") } else { said };
            Err(Trouble { status: Some(status.as_u16()), ..Trouble::lasting(Cause::Unable, why) })
        }
        _ => Err(http.not_ok(path, response).await),
    }
}

/// An answer that is of no use.
pub(super) fn unreadable(error: FeedError) -> Trouble {
    Trouble::lasting(Cause::Unreadable, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_say_what_is_wished_and_nothing_leaves_the_route() {
        assert_eq!(signs(""), "/api/v1/vital-signs");
        assert_eq!(signs("500103"), "/api/v1/vital-signs?area=500103");
        assert_eq!(
            sign("rain-1h", "city", Span::FiveWeeks),
            "/api/v1/vital-signs/rain-1h?area=city&span=fiveWeeks"
        );
        assert_eq!(
            sign("a/../b?c#山", "x&y=z", Span::Day),
            "/api/v1/vital-signs/a%2F..%2Fb%3Fc%23%E5%B1%B1?area=x%26y%3Dz&span=day"
        );
    }
}
