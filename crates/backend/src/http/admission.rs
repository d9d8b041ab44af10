//! Who is let in: bearer tokens, and on loopback the console's own user but no browser page from elsewhere.

use super::problem::Problem;
use super::rates::{Kind, Whose};
use super::{AnswerBy, Doors, keys, streams};
use crate::limits::Shares;
use crate::tokens::{Badge, TokenFault};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use city::{Actor, Jurisdiction};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

/// The longest name a console gives itself, characters.
const LONGEST_NAME: usize = 60;

/// The routes that answer with a stream.
const STREAMS: [&str; 2] = ["/api/v1/events", "/api/v1/telemetry"];

/// The machine a request came from.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// Where a request came from, for the journal: the console's name and its machine.
#[derive(Clone, Debug)]
pub struct Origin(pub String);

/// Lets a request in and says who sends it, or answers why not. What is refused, here or further in, is told to the
/// journal.
pub async fn admit(State(doors): State<Arc<Doors>>, mut request: Request, next: Next) -> Response {
    let origin = origin(&request);
    let asked = format!("{} {}", request.method(), request.uri().path());
    let path = request.uri().path().to_owned();
    let machine = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0);
    let machine = Whose::machine(machine);
    // Whether a token is good may have to be asked elsewhere: that is part of the time an answer may take.
    let by = tokio::time::Instant::now() + doors.limits.answer_within;
    request.extensions_mut().insert(AnswerBy(by));
    let known = tokio::time::timeout_at(by, whoever(&doors, &path, request.headers())).await;
    let (who, response) = match known.unwrap_or_else(|_| Err(super::too_slow().into())) {
        Ok(caller) => {
            let (who, badge) =
                caller.map_or((String::new(), None), |badge| (badge.actor.name.clone(), Some(badge)));
            let expires = badge.as_ref().and_then(|badge| badge.expires);
            let (whose, shares) = match expires {
                Some(_) => (Whose::Person(who.clone()), &doors.limits.with_token),
                None => (machine, &doors.limits.without_token),
            };
            if let Some(Badge { actor, .. }) = badge {
                request.extensions_mut().insert(actor);
                request.extensions_mut().insert(Origin(origin.clone()));
            }
            let answered = within_share(&doors, whose, shares, expires, request, next).await;
            (who, answered.unwrap_or_else(|problem| problem.at(&path).into_response()))
        }
        Err(refused) => {
            let rate = doors.limits.refusals;
            let problem = match doors.rates.take(&machine, Kind::Refusals, rate, Instant::now()) {
                Ok(()) => refused.problem,
                Err(wait) => Problem::too_many("tokens that are not accepted", wait),
            };
            (refused.whose, problem.at(&path).into_response())
        }
    };
    doors.audit.look_at(&response, &who, &origin, &asked);
    response
}

/// Has a request answered, unless whoever sends it has used up their share.
async fn within_share(
    doors: &Doors,
    whose: Whose,
    shares: &Shares,
    expires: Option<SystemTime>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let is_stream = STREAMS.contains(&request.uri().path());
    let (kind, rate, what) = match *request.method() {
        Method::GET | Method::HEAD | Method::OPTIONS if is_stream => {
            (Kind::Streams, shares.streams, "streams")
        }
        Method::GET | Method::HEAD | Method::OPTIONS => (Kind::Reads, shares.reads, "requests"),
        _ => (Kind::Commands, shares.commands, "commands"),
    };
    doors.rates.take(&whose, kind, rate, Instant::now()).map_err(|wait| Problem::too_many(what, wait))?;
    if kind != Kind::Streams {
        return Ok(next.run(request).await);
    }
    let place = doors.streams.take(whose, shares.open_streams).ok_or_else(|| {
        let detail =
            format!("{} streams are open already: close one, or come again later", shares.open_streams);
        Problem::new(429, "tooManyStreams", "This is more than a fair share", detail).again_after(5)
    })?;
    Ok(streams::hold(next.run(request).await, expires, place))
}

/// Why somebody is not let in.
struct Refused {
    /// Who they are, where that is known all the same.
    whose: String,
    problem: Problem,
}

impl From<Problem> for Box<Refused> {
    fn from(problem: Problem) -> Self {
        Self::new(Refused { whose: String::new(), problem })
    }
}

fn origin(request: &Request) -> String {
    let console = console_name(request.headers());
    match request.extensions().get::<Peer>() {
        Some(Peer(address)) => format!("{console} {address}"),
        None => console,
    }
}

/// Whoever sends a request; `None` where it is open to everybody.
async fn whoever(doors: &Doors, path: &str, headers: &HeaderMap) -> Result<Option<Badge>, Box<Refused>> {
    if path == keys::PATH {
        return Ok(None);
    }
    if let Some(given) = headers.get(header::AUTHORIZATION) {
        let token = given.to_str().ok().and_then(|text| {
            let (scheme, token) = text.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
        });
        let token = token.ok_or_else(|| stranger("the Authorization header must read `Bearer TOKEN`"))?;
        let badge = doors.trust.check(token).await.map_err(refused)?;
        return within_city(doors, badge).map(Some).map_err(refused);
    }
    if doors.needs_token {
        return Err(stranger("send `Authorization: Bearer TOKEN`; `shancheng city token` issues one").into());
    }
    own_machine(headers)?;
    let actor = Actor::city_commander(&format!("officer:{}", console_name(headers)));
    Ok(Some(Badge { actor, expires: None }))
}

/// Somebody of this city: of the whole of it, or of a district or township that it has.
fn within_city(doors: &Doors, badge: Badge) -> Result<Badge, TokenFault> {
    let code = match badge.actor.jurisdiction {
        Jurisdiction::District(code) => code.0,
        Jurisdiction::Township(code) => code.0,
        Jurisdiction::City => return Ok(badge),
    };
    if doors.surroundings.has(badge.actor.jurisdiction) {
        return Ok(badge);
    }
    let why = format!("its jurisdiction {code} is no district or township of this city");
    Err(TokenFault::Unfit { whose: badge.actor.name, why })
}

fn stranger(detail: impl Into<String>) -> Problem {
    Problem::new(401, "unauthorized", "A valid token is needed", detail)
}

fn refused(fault: TokenFault) -> Box<Refused> {
    match fault {
        TokenFault::Wrong(why) => stranger(format!("this token is not accepted: {why}")).into(),
        TokenFault::Early => stranger("the time of this token has not begun: are the clocks right?").into(),
        TokenFault::Unfit { whose, why } => {
            let title = "The token's bearer has no place here";
            let problem = Problem::new(403, "unfitToken", title, format!("this token is good, but {why}"));
            Box::new(Refused { whose, problem })
        }
        // Why they cannot be had is for the log: whoever asks is not known yet.
        TokenFault::IssuerAway => {
            let detail = "the keys of its issuer cannot be had now: try again";
            Problem::new(503, "issuerAway", "The token cannot be checked now", detail).into()
        }
        TokenFault::Expired { whose } => Box::new(Refused { whose, problem: Problem::token_expired() }),
    }
}

/// Without a token only the own machine is meant: a page from elsewhere that a browser sends here (DNS
/// rebinding, cross-site requests) names another host or origin.
fn own_machine(headers: &HeaderMap) -> Result<(), Problem> {
    let elsewhere = |what: &str, value: &str| {
        let detail = format!("{what} {value} is not this machine: use 127.0.0.1 or localhost, or a token");
        Problem::new(403, "crossOrigin", "Requests from elsewhere need a token", detail)
    };
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(host) = text(header::HOST)
        && !is_loopback(host)
    {
        return Err(elsewhere("host", host));
    }
    if let Some(origin) = text(header::ORIGIN) {
        let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        if !host.is_some_and(is_loopback) {
            return Err(elsewhere("origin", origin));
        }
    }
    Ok(())
}

fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn console_name(headers: &HeaderMap) -> String {
    let given = headers.get("x-console").or_else(|| headers.get(header::USER_AGENT));
    let given = given.and_then(|value| std::str::from_utf8(value.as_bytes()).ok()).unwrap_or("console");
    let clean: String = given.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    let clean = clean.trim();
    if clean.is_empty() { "console".to_owned() } else { clean.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for host in ["127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080", "127.8.8.8"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example:80",
            "localhost.evil.example",
            "10.0.0.1",
            "",
            "[::2]:80",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
