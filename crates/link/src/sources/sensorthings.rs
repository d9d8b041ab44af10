//! Devices by the OGC SensorThings API over HTTP: the list of datastreams now and then, new observations in between.
//!
//! Deliberately absent: creating anything, and history: a value is told once and only while it is the newest of its
//! datastream.

pub(super) mod clocks;
mod newest;
mod places;
mod register;
mod service;
mod sweep;
mod values;

use super::desk::Desk;
use super::settings::{Access, Protocol, Source};
use super::web::Web;
use crate::backoff::{Backoff, Trouble};
use feeds::Problems;
use newest::Newest;
use register::Register;
use service::Service;
use std::cell::RefCell;
use std::collections::HashSet;
use std::time::Duration;
use sweep::Sweep;
use values::Values;

/// Reads for ever.
pub(crate) async fn follow(desk: &Desk, url: &str, every: Duration) {
    let mut reader = Reader::new(desk, url);
    desk.poll(every, async || reader.round().await).await;
}

struct Reader<'d> {
    desk: &'d Desk,
    url: &'d str,
    asked: Option<(Service, Newest)>,
    register: Register,
    values: Values,
    sweep: Sweep,
}

impl<'d> Reader<'d> {
    fn new(desk: &'d Desk, url: &'d str) -> Self {
        let (register, values, sweep) = <(Register, Values, Sweep)>::default();
        Self { desk, url, asked: None, register, values, sweep }
    }

    async fn round(&mut self) -> Result<(), Trouble> {
        let Self { desk, url, asked, register, values, sweep } = self;
        let (service, newest) = match asked {
            Some(asked) => asked,
            None => {
                let service = Service::read(desk, desk.web()?, url).await?;
                let newest = Newest::new(&service);
                asked.insert((service, newest))
            }
        };
        let was_read = register.is_read();
        let listed = register.read(desk, service, values).await;
        let trouble = match listed {
            Ok(Some(listed)) => {
                newest.try_again(service);
                sweep.try_again();
                newest.is_read_until(listed.until);
                None
            }
            Ok(None) => None,
            // What is known already goes on; without any list nothing can be placed.
            Err(trouble) if was_read => Some(trouble),
            Err(trouble) => return Err(trouble),
        };
        newest.read(desk, service, register, values).await?;
        if !newest.is_by_list() {
            sweep.read(desk, service, register, values).await?;
        }
        trouble.map_or(Ok(()), Err)
    }
}

/// Datastreams that came by another way than the service that lists them, and that shall be looked up.
pub(super) type Met = RefCell<HashSet<String>>;

/// How often it is looked whether something unknown was met.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Reads the list of datastreams at `root` for ever, for observations that come by another way. The secret of the
/// source is not for this service.
pub(super) async fn follow_list(desk: &Desk, root: &str, met: &Met) {
    let (mut register, mut values) = (Register::aside(), Values::default());
    let mut asked: Option<Service> = None;
    let mut backoff = Backoff::new(desk.pace);
    loop {
        let mut round = async || -> Result<(), Trouble> {
            let service = match &mut asked {
                Some(service) => service,
                None => {
                    let web = Web::new(&of_list(&desk.source, root), desk.pace)?;
                    asked.insert(Service::read(desk, web, root).await?)
                }
            };
            met.take().iter().for_each(|datastream| register.met(datastream));
            register.read(desk, service, &mut values).await.map(drop)
        };
        let wait = match round().await {
            Ok(()) => {
                backoff.reset();
                LOOK_EVERY
            }
            Err(trouble) => {
                // The observations are the source's health; where they are placed is not.
                let mut problems = Problems::default();
                problems.add(format_args!("the catalogue cannot be read: {}", trouble.why), root);
                desk.problems(problems);
                backoff.wait(trouble.again)
            }
        };
        tokio::time::sleep(wait).await;
    }
}

fn of_list(source: &Source, root: &str) -> Source {
    let access = Access {
        ca: source.access.ca.clone(),
        identity: source.access.identity.clone(),
        ..Access::default()
    };
    let protocol = Protocol::SensorThings { url: root.to_owned(), every: Duration::ZERO };
    Source { access, protocol, ..source.clone() }
}
