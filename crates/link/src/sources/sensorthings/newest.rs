//! Observations that are new since the last question, by whichever question a service understands.
//!
//! Devices do not tell in the order of their times, so each question reaches back, as far as costs little, and what is
//! known already is not told again. Who tells later than that is met by the [sweep](super::sweep).

use super::super::desk::Desk;
use super::super::stranger::stranger;
use super::register::Register;
use super::service::{Service, is_refused};
use super::values::{self, Values};
use crate::backoff::Trouble;
use city::CityTime;
use feeds::sensorthings::{Chain, Kind, Observation, Observations, Query, Version, read_observations};
use feeds::told::Reading;
use feeds::{Cause, Problems};
use std::time::Duration;

/// How many observations a page is asked to hold.
const A_PAGE: u64 = 1_000;
/// How many pages one round reads; the rest come with the next.
const MOST_PAGES: usize = 300;
/// How far back a question reaches at least.
const OVERLAP: Duration = Duration::from_secs(60);
/// How far back a question reaches where there is little to tell.
const FURTHEST: Duration = Duration::from_secs(3_600);
/// A question that is answered in more pages than these reaches back less the next time.
const MANY_PAGES: usize = 4;

/// How it is asked: what a service refuses, or answers with something else, is asked more plainly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// What is newer, the oldest first, as data arrays.
    Arrays,
    /// What is newer, the oldest first.
    Newer,
    /// The same with all that an observation and its datastream say.
    NewerWhole,
    /// The newest first, until what comes is old.
    Backwards,
    /// Not at all: the list of datastreams tells the newest of each.
    ByList,
}

impl Form {
    fn plainer(self) -> Self {
        match self {
            Self::Arrays => Self::Newer,
            Self::Newer => Self::NewerWhole,
            Self::NewerWhole => Self::Backwards,
            Self::Backwards | Self::ByList => Self::ByList,
        }
    }

    fn query(self, version: Version, since: CityTime) -> Query {
        let newer = |data_array| Query::observations_since(version, Some(since), A_PAGE, data_array);
        let whole = vec!["Datastream".to_owned()];
        match self {
            Self::Arrays => newer(true),
            Self::Newer => {
                let id = version.id_key().trim_start_matches("@iot.");
                let fields = [id, "phenomenonTime", "resultTime", "result"].map(str::to_owned).to_vec();
                Query { select: fields, expand: vec![format!("Datastream($select={id})")], ..newer(false) }
            }
            Self::NewerWhole => Query { expand: whole, ..newer(false) },
            Self::Backwards | Self::ByList => {
                Query { top: Some(A_PAGE), expand: whole, ..Query::newest_observation(version) }
            }
        }
    }
}

/// How far the observations of a service were read.
pub(super) struct Newest {
    form: Form,
    /// Until when they were read.
    until: Option<CityTime>,
    /// How far back the next question reaches.
    reach: Duration,
    /// True where the last round ended before the last page.
    is_behind: bool,
    /// How many bad ones there were within the reach of the last round.
    bad: u64,
}

/// What one round met.
#[derive(Default)]
struct Round {
    problems: Problems,
    times: Vec<CityTime>,
    pages: usize,
}

/// How a chain of pages ended.
enum End {
    /// At its last page, or where what comes is known.
    Read,
    /// Before, because there are too many for one round.
    Behind,
    /// The answer is not what was asked for.
    Misunderstood,
}

impl Newest {
    pub(super) fn new(service: &Service) -> Self {
        let form = if service.has_arrays { Form::Arrays } else { Form::Newer };
        Self { form, until: None, reach: OVERLAP, is_behind: false, bad: 0 }
    }

    /// Asks again as well as it may, because the service may have learnt.
    pub(super) fn try_again(&mut self, service: &Service) {
        if self.form == Form::ByList {
            self.form = Self::new(service).form;
        }
    }

    /// True where the list tells the newest of each datastream in every round.
    pub(super) fn is_by_list(&self) -> bool {
        self.form == Form::ByList
    }

    /// The values up to `at` came by the list.
    pub(super) fn is_read_until(&mut self, at: Option<CityTime>) {
        self.until = self.until.or(at);
    }

    /// Reads what is new.
    pub(super) async fn read(
        &mut self,
        desk: &Desk,
        service: &Service,
        register: &mut Register,
        values: &mut Values,
    ) -> Result<(), Trouble> {
        loop {
            if self.form == Form::ByList {
                if register.tells_values() {
                    let listed = register.read_all(desk, service, values).await?;
                    self.until = self.until.max(listed.until);
                    return Ok(());
                }
                self.try_again(service);
                register.ask_fully();
                let why = "the service answers no question for new observations that this console knows";
                return Err(Trouble::lasting(Cause::Stranger, why));
            }
            let Some(until) = self.until else {
                if self.first(desk, service, values).await? {
                    continue;
                }
                desk.nothing_new();
                return Ok(());
            };
            let reach = self.reach.max(desk.source.protocol.every().unwrap_or_default() * 3);
            // Others of the instant at which the last round ended may lie behind it.
            let reach = if self.is_behind { Duration::from_millis(1) } else { reach };
            let since = until.plus_ms(-(reach.as_millis() as i64));
            let mut round = Round::default();
            let ended = self.pages(desk, service, since, register, values, &mut round).await;
            let refused = matches!(&ended, Err(trouble) if is_refused(trouble) && round.times.is_empty());
            if refused || matches!(ended, Ok(End::Misunderstood)) {
                self.form = self.form.plainer();
                continue;
            }
            // What lies within the reach of two rounds is bad in both.
            let bad = round.problems.count;
            round.problems.count = bad.saturating_sub(if self.is_behind { 0 } else { self.bad });
            desk.problems(round.problems);
            // Going backwards, what came is the newest there is; what lies before the last page is met by the sweep.
            let is_backwards = self.form == Form::Backwards;
            if !is_backwards || ended.is_ok() {
                self.until = values.front(&round.times, self.until, desk.now());
            }
            let end = ended?;
            self.reach = match round.pages {
                1 => (self.reach * 2).min(FURTHEST),
                pages if pages > MANY_PAGES => (self.reach / 2).max(OVERLAP),
                _ => self.reach,
            };
            (self.is_behind, self.bad) = (matches!(end, End::Behind) && !is_backwards, bad);
            return Ok(());
        }
    }

    /// Finds out where to begin; false where there is no observation yet.
    async fn first(&mut self, desk: &Desk, service: &Service, values: &Values) -> Result<bool, Trouble> {
        let address = Query::newest_observation(service.version).address(&service.set(Kind::Observation));
        let bytes = match service.page(&address).await {
            Err(trouble) if is_refused(&trouble) => {
                self.form = Form::ByList;
                return Ok(true);
            }
            other => other?,
        };
        let mut read = observations(&bytes)?;
        let times: Vec<_> = read.rows.iter().filter_map(Observation::time).collect();
        self.until = values.front(&times, None, desk.now());
        // What can be read is told by the next question; what cannot is counted once.
        let problems = read.take_problems();
        if self.until.is_none() && problems.count > self.bad {
            self.bad = problems.count;
            desk.problems(problems);
        }
        Ok(self.until.is_some())
    }

    async fn pages(
        &self,
        desk: &Desk,
        service: &Service,
        since: CityTime,
        register: &mut Register,
        values: &mut Values,
        round: &mut Round,
    ) -> Result<End, Trouble> {
        let mut address = self.form.query(service.version, since).address(&service.set(Kind::Observation));
        let mut chain = Chain::new(&address);
        loop {
            let bytes = service.page(&address).await?;
            let mut read = observations(&bytes)?;
            let times: Vec<_> = read.rows.iter().filter_map(Observation::time).collect();
            let oldest = times.iter().min().copied();
            let is_all_homeless = read.tally.homeless > 0 && read.tally.homeless == read.rows.len() as u64;
            let reaches_back = oldest.is_some_and(|oldest| oldest < since);
            // A service that does not know the filter answers with everything, the oldest first.
            if is_all_homeless || reaches_back && self.form != Form::Backwards {
                return Ok(End::Misunderstood);
            }
            round.problems.merge(read.take_problems());
            round.times.extend(&times);
            round.pages += 1;
            let records = read.rows.len();
            tell(desk, &read, register, values);
            // Devices whose clocks run far ahead have more there with each day, and the sweep tells their newest.
            let is_too_far = oldest.is_some_and(|oldest| values.is_too_far_ahead(oldest, desk.now()));
            let is_at_end = reaches_back || is_too_far && self.form != Form::Backwards;
            let Some(next) = read.next.filter(|_| !is_at_end) else { return Ok(End::Read) };
            if chain.pages() >= MOST_PAGES {
                return Ok(End::Behind);
            }
            address = service.next(&mut chain, Kind::Observation, &address, records, &next)?;
        }
    }
}

fn observations(bytes: &[u8]) -> Result<Observations<'_>, Trouble> {
    read_observations(bytes, None).map_err(|why| stranger("set of Observations", why, bytes))
}

fn tell(desk: &Desk, read: &Observations<'_>, register: &mut Register, values: &mut Values) {
    let mut readings = Vec::new();
    for row in &read.rows {
        let (Some(datastream), Some(value)) = (&row.datastream, row.value()) else { continue };
        let at = row.time().unwrap_or_else(|| desk.now());
        register.met(datastream);
        readings.push(Reading { datastream: datastream.clone().into_owned(), at, value });
    }
    values::tell(desk, readings, values);
}
