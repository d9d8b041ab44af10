//! The HTTP interface: routes, and what holds for all of them.

mod admission;
pub mod audit;
mod cap;
mod commands;
mod connections;
mod events;
mod features;
mod impatient;
mod info;
mod keys;
mod open311;
pub mod places;
pub mod problem;
pub mod rates;
mod sensorthings;
mod streams;
mod telemetry;
mod tls;
mod vital_signs;

use crate::Surroundings;
use crate::clock::CityClock;
use crate::journal::Journal;
use crate::limits::Limits;
use crate::observations::Ledger;
use crate::owner::Ask;
use crate::telemetry::Telemetry;
use crate::tokens::Trust;
use crate::vitals::Vitals;
use axum::Router;
use axum::body::HttpBody;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use problem::{PROBLEM_JSON, Problem};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
pub use tls::Tls;
use tokio::sync::{Semaphore, oneshot, watch};

/// The largest body of a request, bytes.
const LARGEST_BODY: usize = 64 * 1024;

/// What the handlers reach: the owner by messages, the rest by reading.
pub struct Doors {
    /// How it is reached: `https` where it speaks TLS, else `http`.
    pub scheme: &'static str,
    /// Which city this is, the same after a restart on the same data.
    pub city_id: String,
    /// The owner's queue.
    pub asks: SyncSender<Ask>,
    /// The events.
    pub journal: Arc<Journal>,
    /// The values and positions.
    pub telemetry: Arc<Telemetry>,
    /// The vital signs and the quality of data.
    pub vitals: Arc<Vitals>,
    /// The static layers.
    pub surroundings: Arc<Surroundings>,
    /// What is withheld from whom.
    pub negative_list: city::NegativeList,
    /// The city's clock.
    pub clock: CityClock,
    /// What is counted of observations, where any are subscribed to.
    pub observed: Option<Arc<Ledger>>,
    /// Whose tokens are accepted.
    pub trust: Trust,
    /// How much is done for one person or machine.
    pub limits: Limits,
    /// How often they asked.
    pub rates: rates::Rates,
    /// The streams they hold open.
    pub streams: places::Places<rates::Whose>,
    /// Whether every request needs a token.
    pub needs_token: bool,
    /// What was refused lately.
    pub audit: audit::Audit,
    /// Who may have the whole state copied now.
    pub copies: Semaphore,
    /// True once the backend stops.
    pub stopped: watch::Receiver<bool>,
}

impl Doors {
    /// Asks the owner, and waits for the answer.
    pub async fn ask<T>(&self, make: impl FnOnce(oneshot::Sender<T>) -> Ask) -> Result<T, Problem> {
        let (answer, answered) = oneshot::channel();
        self.asks.try_send(make(answer)).map_err(|_| Problem::busy())?;
        answered.await.map_err(|_| Problem::busy())
    }
}

fn router(doors: Arc<Doors>) -> Router {
    Router::new()
        .route("/", get(info::landing))
        .route("/health", get(info::health))
        .route("/openapi.json", get(info::openapi))
        .route(keys::PATH, get(keys::own))
        .route("/conformance", get(features::conformance))
        .route("/collections", get(features::collections))
        .route("/collections/{id}", get(features::collection))
        .route("/collections/{id}/items", get(features::items))
        .route("/collections/{id}/items/{feature}", get(features::item))
        .route("/api/v1", get(info::about))
        .route("/api/v1/snapshot", get(info::snapshot))
        .route("/api/v1/events", get(events::stream))
        .route("/api/v1/telemetry", get(telemetry::stream))
        .route("/api/v1/commands", post(commands::act))
        .route("/api/v1/vital-signs", get(vital_signs::all))
        .route("/api/v1/vital-signs/{id}", get(vital_signs::one))
        .route("/api/v1/quality", get(vital_signs::quality))
        .route("/sensorthings/v1.1", get(sensorthings::root))
        .route("/sensorthings/v1.1/{*path}", get(sensorthings::read))
        .route("/cap/alerts", get(cap::list))
        .route("/cap/alerts/{number}", get(cap::one))
        .route("/open311/v2/services.json", get(open311::services))
        .route("/open311/v2/requests.json", get(open311::list))
        .route("/open311/v2/requests/{number}", get(open311::one))
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(doors.clone(), in_time))
        .layer(from_fn_with_state(doors.clone(), admission::admit))
        .with_state(doors)
}

async fn nothing_here(request: Request) -> Problem {
    let path = request.uri().path();
    Problem::new(
        404,
        "noSuchRoute",
        "There is nothing here",
        format!("no route {path}: /openapi.json lists all"),
    )
    .at(path)
}

fn too_large() -> Problem {
    let detail = format!("the body of a request has {LARGEST_BODY} bytes at most");
    Problem::new(413, "tooLarge", "The request is too large", detail)
}

async fn wrong_method(request: Request) -> Problem {
    let (method, path) = (request.method(), request.uri().path());
    Problem::new(405, "wrongMethod", "The method does not fit", format!("{path} knows no {method}")).at(path)
}

fn too_slow() -> Problem {
    Problem::new(408, "tooSlow", "The request took too long", "send it again, whole")
}

/// When the answer to a request has to begin at the latest; admission sets it.
#[derive(Clone, Copy)]
struct AnswerBy(tokio::time::Instant);

/// Bounds the body of every request and the time of every answer, and makes a problem of what the layers below refuse in plain text.
async fn in_time(State(doors): At, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    // What says that it is too large is not waited for; what does not say so is cut where it is read.
    if request.body().size_hint().lower() > LARGEST_BODY as u64 {
        return too_large().at(&path).into_response();
    }
    let by = request.extensions().get::<AnswerBy>().map(|by| by.0);
    let by = by.unwrap_or_else(|| tokio::time::Instant::now() + doors.limits.answer_within);
    let Ok(response) = tokio::time::timeout_at(by, next.run(request)).await else {
        return too_slow().at(&path).into_response();
    };
    let status = response.status();
    let is_told = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM_JSON);
    if is_told || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let detail = "the address or its query cannot be read: /openapi.json describes all routes";
    Problem::new(status.as_u16(), "badRequest", "The request cannot be answered", detail)
        .at(&path)
        .into_response()
}

/// Serves until the backend stops. Streams end by themselves then.
pub async fn serve(listener: std::net::TcpListener, doors: Arc<Doors>, tls: Option<Arc<Tls>>) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!(%error, "cannot listen"),
    };
    tokio::spawn({
        let doors = doors.clone();
        async move { audit::write_down(&doors).await }
    });
    connections::take(listener, router(doors.clone()), tls, doors.limits, doors.stopped.clone()).await;
    audit::flush(&doors);
}

/// Waits until the backend stops.
async fn stop(stopped: &mut watch::Receiver<bool>) {
    // An error says that the sender is gone, which means the same.
    let _ = stopped.wait_for(|stopped| *stopped).await.map(|_| ());
}

/// How many may have the whole state copied at once.
pub const COPIES_AT_ONCE: usize = 2;

/// The state every handler gets.
pub type At = State<Arc<Doors>>;

/// How the caller names this backend, such as `http://127.0.0.1:8087`: documents link to one another by it.
fn base(doors: &Doors, headers: &axum::http::HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    format!("{}://{host}", doors.scheme)
}

/// The whole state, as it is now. It is copied while commands wait, so that a few at a time may ask for it.
async fn whole(doors: &Doors) -> Result<city::Snapshot, Problem> {
    let _turn = doors.copies.acquire().await.map_err(|_| Problem::busy())?;
    doors.ask(|answer| Ask::Snapshot { answer }).await
}

/// What of the city somebody may see now; fields that are withheld from them are empty.
async fn seen(doors: &Doors, actor: &city::Actor) -> Result<city::City, Problem> {
    seen_by(doors, doors.negative_list.sight(actor)).await
}

/// What of the city those of a sight may see now.
async fn seen_by(doors: &Doors, sight: city::Sight) -> Result<city::City, Problem> {
    let snapshot = whole(doors).await?;
    let made = move || info::without(sight.of_snapshot(snapshot), sight.withheld).map(city::City::from);
    tokio::task::spawn_blocking(made).await.map_err(|_| Problem::busy())?
}
