//! Which datastreams a service lists, page by page: what is new or described otherwise is told, with the newest value
//! of each where the service tells it along.

use super::super::datum::to_wgs84;
use super::super::desk::Desk;
use super::super::stranger::stranger;
use super::places::Places;
use super::service::{Service, is_refused, is_too_heavy};
use super::values::Values;
use crate::backoff::Trouble;
use city::CityTime;
use feeds::Problems;
use feeds::sensorthings::{Catalogue, CatalogueRow, Chain, Entity, Kind, Page, Query, Version, read_page};
use feeds::told::News;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::time::Instant;

/// How many datastreams a page is asked to hold.
pub(super) const A_PAGE: u64 = 500;
/// How many datastreams are read of one service.
const MOST: usize = 1_000_000;
/// How often a page that fails is tried before the list is begun anew.
const MOST_FAILURES: u32 = 3;
/// How many datastreams are asked for one by one; for more the list is read again.
const MOST_SINGLY: usize = 50;
/// How many identifiers that the service does not know are kept in mind.
const MOST_ABSENT: usize = 10_000;

/// How much is asked at once: what a service refuses is asked more plainly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// With the newest observation of each.
    #[default]
    WithNewest,
    /// What the map needs.
    Selected,
    /// Everything of the datastream, its thing, the thing's places, its property.
    Expanded,
    /// The same in the older way of writing it (1.0), in pages of the service's size.
    Older,
    /// The datastreams alone: their places are where they were observed.
    Alone,
}

impl Form {
    fn plainer(self) -> Option<Self> {
        match self {
            Self::WithNewest => Some(Self::Selected),
            Self::Selected => Some(Self::Expanded),
            Self::Expanded => Some(Self::Older),
            Self::Older => Some(Self::Alone),
            Self::Alone => None,
        }
    }

    fn query(self, version: Version) -> Query {
        let selected = Query::catalogue(version, A_PAGE);
        let property = if version == Version::V2_0 { "ObservedProperties" } else { "ObservedProperty" };
        let expanded =
            |thing: &str| Query { expand: vec![thing.to_owned(), property.to_owned()], ..Query::default() };
        match self {
            Self::WithNewest => {
                let expand = selected.expand.iter().cloned().chain([newest_within(version)]).collect();
                Query { expand, ..selected }
            }
            Self::Selected => selected,
            Self::Expanded => Query { top: Some(A_PAGE), ..expanded("Thing($expand=Locations)") },
            Self::Older => expanded("Thing/Locations"),
            Self::Alone => Query::default(),
        }
    }
}

/// The expansion that asks for the newest observation of each datastream of a list.
pub(super) fn newest_within(version: Version) -> String {
    let time = if version == Version::V2_0 { "phenomenonTime/start" } else { "phenomenonTime" };
    format!("Observations($top=1;$orderby={time} desc;$select=phenomenonTime,resultTime,result)")
}

/// The newest of the observations that came within a datastream.
pub(super) fn newest_of(series: &Entity) -> Option<&Entity> {
    series.related("Observations").iter().max_by_key(|one| one.measured().map(|(at, _)| at))
}

/// A reading of the list that is under way.
struct Walk {
    address: String,
    chain: Chain,
    listed: usize,
    failures: u32,
    times: Vec<CityTime>,
}

/// The list was read to its end.
pub(super) struct Listed {
    /// The newest time of a value in it that is to be believed, where it told values.
    pub(super) until: Option<CityTime>,
}

/// What is known of the datastreams.
#[derive(Default)]
pub(super) struct Register {
    /// True where the values come by another way, whose health the list says nothing of.
    is_aside: bool,
    /// How each was described when it was told last.
    told: HashMap<String, u64>,
    hash: RandomState,
    form: Form,
    walk: Option<Walk>,
    read_at: Option<Instant>,
    unknown: HashSet<String>,
    absent: HashSet<String>,
    places: Places,
}

impl Register {
    /// A register beside another way by which the values come.
    pub(super) fn aside() -> Self {
        Self { is_aside: true, ..Self::default() }
    }

    /// True once the list was read to its end.
    pub(super) fn is_read(&self) -> bool {
        self.read_at.is_some()
    }

    /// True where the service tells the newest value of each along with the list.
    pub(super) fn tells_values(&self) -> bool {
        self.form == Form::WithNewest
    }

    /// Notes a datastream that something was told of.
    pub(super) fn met(&mut self, datastream: &str) {
        let is_known = self.told.contains_key(datastream) || self.absent.contains(datastream);
        if !is_known && self.unknown.len() < MOST_ABSENT && !self.unknown.contains(datastream) {
            self.unknown.insert(datastream.to_owned());
        }
    }

    /// The datastreams that were told.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.told.keys().map(String::as_str)
    }

    /// Asks for everything again, because the service may have learnt.
    pub(super) fn ask_fully(&mut self) {
        self.form = Form::default();
    }

    /// Reads what is due: the whole list now and then, and those that are not known.
    pub(super) async fn read(
        &mut self,
        desk: &Desk,
        service: &Service,
        values: &mut Values,
    ) -> Result<Option<Listed>, Trouble> {
        let every = desk.pace.catalogue_every;
        let is_due = |at: Instant| {
            at.elapsed() >= every || (self.unknown.len() > MOST_SINGLY && at.elapsed() >= every / 10)
        };
        if self.walk.is_some() || self.read_at.is_none_or(is_due) {
            if self.walk.is_none() {
                self.ask_fully();
            }
            return self.read_all(desk, service, values).await.map(Some);
        }
        if self.unknown.len() <= MOST_SINGLY {
            self.look_up(desk, service, values).await?;
        }
        let placed = self.places.find(service).await?;
        let devices = self.news_of(desk, placed);
        if !devices.is_empty() {
            desk.tell_quietly(News { devices, ..News::default() });
        }
        Ok(None)
    }

    /// Reads the list to its end; trouble in the middle goes on where it was.
    pub(super) async fn read_all(
        &mut self,
        desk: &Desk,
        service: &Service,
        values: &mut Values,
    ) -> Result<Listed, Trouble> {
        let mut walk = match self.walk.take() {
            Some(walk) => walk,
            None => self.begin(service),
        };
        loop {
            match self.page(desk, service, values, &mut walk).await {
                Ok(true) => walk.failures = 0,
                Ok(false) => break,
                Err(trouble) if walk.chain.pages() == 1 && self.is_refused(&trouble) => {
                    walk = self.begin(service);
                }
                Err(trouble) => {
                    walk.failures += 1;
                    if walk.failures < MOST_FAILURES {
                        self.walk = Some(walk);
                    }
                    return Err(trouble);
                }
            }
        }
        (self.read_at, self.absent) = (Some(Instant::now()), HashSet::new());
        self.unknown.clear();
        Ok(Listed { until: values.front(&walk.times, None, desk.now()) })
    }

    fn begin(&self, service: &Service) -> Walk {
        let address = self.form.query(service.version).address(&service.set(Kind::Datastream));
        Walk { chain: Chain::new(&address), address, listed: 0, failures: 0, times: Vec::new() }
    }

    /// True where the question was the trouble, and a plainer one is there to be asked.
    fn is_refused(&mut self, trouble: &Trouble) -> bool {
        let is_refused = is_refused(trouble) || self.form == Form::WithNewest && is_too_heavy(trouble);
        match self.form.plainer().filter(|_| is_refused) {
            Some(plainer) => {
                self.form = plainer;
                true
            }
            None => false,
        }
    }

    /// Reads one page of the list; false where it was the last.
    async fn page(
        &mut self,
        desk: &Desk,
        service: &Service,
        values: &mut Values,
        walk: &mut Walk,
    ) -> Result<bool, Trouble> {
        let bytes = service.page(&walk.address).await?;
        let page = read_page(Kind::Datastream, &bytes)
            .map_err(|why| stranger("list of Datastreams", why, &bytes))?;
        let (next, records) = (page.next.clone(), page.entities.len());
        walk.listed += records;
        self.tell(desk, page, values, &mut walk.times);
        let Some(next) = next else { return Ok(false) };
        if walk.listed >= MOST {
            let mut problems = Problems::default();
            problems.add(format_args!("more than {MOST} Datastreams: the rest is not shown"), &walk.address);
            desk.problems(problems);
            return Ok(false);
        }
        walk.address = service.next(&mut walk.chain, Kind::Datastream, &walk.address, records, &next)?;
        Ok(true)
    }

    /// Asks for those that something was told of and that no list named.
    async fn look_up(&mut self, desk: &Desk, service: &Service, values: &mut Values) -> Result<(), Trouble> {
        let mut ids = std::mem::take(&mut self.unknown).into_iter();
        while let Some(id) = ids.next() {
            let query = Query { top: None, count: false, ..self.form.query(service.version) };
            let address = query.address(&service.entity(Kind::Datastream, &id));
            let page = service.page(&address).await.and_then(|bytes| {
                read_page(Kind::Datastream, &bytes).map_err(|why| stranger("Datastream", why, &bytes))
            });
            let read = match page {
                Ok(read) => read,
                Err(trouble) if matches!(trouble.status, Some(400 | 404 | 410)) => {
                    let mut problems = Problems::default();
                    problems.add("an observation of a Datastream that the service does not list", &id);
                    desk.problems(problems);
                    if self.absent.len() < MOST_ABSENT {
                        self.absent.insert(id);
                    }
                    continue;
                }
                Err(trouble) => {
                    self.unknown.extend(std::iter::once(id).chain(ids));
                    return Err(trouble);
                }
            };
            self.tell(desk, read, values, &mut Vec::new());
            if !self.told.contains_key(&id) {
                self.absent.insert(id);
            }
        }
        Ok(())
    }

    /// Tells what is new of a page.
    fn tell(&mut self, desk: &Desk, page: Page, values: &mut Values, times: &mut Vec<CityTime>) {
        let newest: Vec<_> = page
            .entities
            .iter()
            .filter_map(|series| Some((series.id.as_str(), newest_of(series)?)))
            .collect();
        times.extend(newest.iter().filter_map(|(_, one)| Some(one.measured()?.0)));
        let readings = values.take_newest(desk, newest);
        let mut catalogue = Catalogue::default();
        catalogue.take(page.entities);
        let mut problems = page.problems;
        problems.merge(std::mem::take(&mut catalogue.problems));
        desk.problems(problems);
        let rows: Vec<_> = catalogue.rows().map(|row| self.places.placed(row)).collect();
        let devices = self.news_of(desk, rows);
        let (records, newest) = (readings.len() as u64, readings.iter().map(|reading| reading.at).max());
        let news = News { devices, readings, ..News::default() };
        if self.is_aside {
            desk.tell_quietly(news);
        } else {
            desk.tell(news, records, newest);
        }
    }

    /// Those of the rows that are described otherwise than when they were told last.
    fn news_of(&mut self, desk: &Desk, rows: Vec<CatalogueRow>) -> Vec<CatalogueRow> {
        let in_wgs84 = |mut row: CatalogueRow| {
            if let Some((position, _)) = &mut row.position {
                position.at = to_wgs84(desk.source.datum, position.at);
            }
            row
        };
        rows.into_iter().map(in_wgs84).filter(|row| self.is_news(row)).collect()
    }

    /// True where a datastream is described otherwise than when it was told last.
    fn is_news(&mut self, row: &CatalogueRow) -> bool {
        // Until when there are observations changes with each of them, and is no description.
        let described = CatalogueRow { observed: None, ..row.clone() };
        let words = self.hash.hash_one(format!("{described:?}"));
        self.told.insert(row.datastream.clone(), words) != Some(words)
    }
}
