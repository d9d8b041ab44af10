//! The newest of each datastream anew, some of them in some of the rounds: a device that tells late, or whose clock runs
//! behind, lies before what is asked for as new.

use super::super::desk::Desk;
use super::super::stranger::stranger;
use super::register::{A_PAGE, Register, newest_of, newest_within};
use super::service::{Service, is_refused, is_too_heavy};
use super::values::Values;
use crate::backoff::Trouble;
use feeds::sensorthings::{Chain, Kind, Query, read_page};

/// In one of how many rounds some are asked for.
const EVERY: u32 = 3;
/// A page that cannot be had so often is passed by with all behind it.
const MOST_FAILURES: u32 = 5;
/// How many are asked for singly, where the service does not tell them by the page.
const SINGLY: usize = 20;

/// How they are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Form {
    /// A page of datastreams, each with its newest observation within.
    #[default]
    Paged,
    /// One by one.
    Singly,
    /// Not until the list is read again.
    Not,
}

/// How far the datastreams were gone over.
#[derive(Default)]
pub(super) struct Sweep {
    form: Form,
    rounds: u32,
    /// The page that comes next; without one it begins anew.
    page: Option<(Chain, String)>,
    /// How often that page could not be had.
    failures: u32,
    /// True where a page of this pass told the newest of any.
    has_told: bool,
    /// Those that come next singly.
    ids: Vec<String>,
}

impl Sweep {
    /// Asks again as well as it may, because the service may have learnt.
    pub(super) fn try_again(&mut self) {
        self.form = Form::default();
    }

    /// Asks for the next ones, where it is their round.
    pub(super) async fn read(
        &mut self,
        desk: &Desk,
        service: &Service,
        register: &Register,
        values: &mut Values,
    ) -> Result<(), Trouble> {
        self.rounds = (self.rounds + 1) % EVERY;
        if self.rounds != 0 {
            return Ok(());
        }
        if self.form == Form::Paged && !self.page(desk, service, values).await? {
            (self.form, self.page) = (Form::Singly, None);
        }
        if self.form == Form::Singly {
            self.singly(desk, service, register, values).await?;
        }
        Ok(())
    }

    /// Asks for a page; false where a whole pass showed that the service does not tell them so.
    async fn page(&mut self, desk: &Desk, service: &Service, values: &mut Values) -> Result<bool, Trouble> {
        let (mut chain, address) = self.page.take().unwrap_or_else(|| {
            let id = service.version.id_key().trim_start_matches("@iot.").to_owned();
            let expand = vec![newest_within(service.version)];
            let query = Query { top: Some(A_PAGE), select: vec![id], expand, ..Query::default() };
            let address = query.address(&service.set(Kind::Datastream));
            (Chain::new(&address), address)
        });
        let page = service.page(&address).await.and_then(|bytes| {
            read_page(Kind::Datastream, &bytes).map_err(|why| stranger("list of Datastreams", why, &bytes))
        });
        let page = match page {
            Ok(page) => page,
            Err(trouble) if is_refused(&trouble) || is_too_heavy(&trouble) => return Ok(false),
            Err(trouble) => {
                self.failures += 1;
                if self.failures < MOST_FAILURES {
                    self.page = Some((chain, address));
                } else {
                    self.failures = 0;
                }
                return Err(trouble);
            }
        };
        self.failures = 0;
        // A page whose datastreams never told anything says nothing of the service.
        let is_empty = page.entities.is_empty();
        self.has_told |=
            is_empty || page.entities.iter().any(|series| !series.related("Observations").is_empty());
        let newest = page.entities.iter().filter_map(|series| Some((series.id.as_str(), newest_of(series)?)));
        values.tell_newest(desk, newest);
        if let Some(next) = page.next {
            let next = service.next(&mut chain, Kind::Datastream, &address, page.entities.len(), &next)?;
            self.page = Some((chain, next));
            return Ok(true);
        }
        Ok(std::mem::take(&mut self.has_told))
    }

    async fn singly(
        &mut self,
        desk: &Desk,
        service: &Service,
        register: &Register,
        values: &mut Values,
    ) -> Result<(), Trouble> {
        if self.ids.is_empty() {
            self.ids = register.all().map(str::to_owned).collect();
        }
        let (mut newest, mut refused, mut ended) = (Vec::new(), 0, Ok(()));
        let mut some = self.ids.split_off(self.ids.len().saturating_sub(SINGLY)).into_iter();
        let asked = some.len();
        while let Some(id) = some.next() {
            match service.newest_of(&id, &[]).await {
                Ok(one) => newest.extend(one.map(|one| (id, one))),
                Err(trouble) if is_refused(&trouble) => refused += 1,
                Err(trouble) => {
                    // The others come with the next round; this one has had its turn.
                    self.ids.extend(some);
                    ended = Err(trouble);
                    break;
                }
            }
        }
        if refused == asked {
            self.form = Form::Not;
        }
        values.tell_newest(desk, newest.iter().map(|(id, one)| (id.as_str(), one)));
        ended
    }
}
