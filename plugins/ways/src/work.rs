//! Off the frame: making the network, making it ready for who moves, and working out answers, one thing at a time.

use crate::answer::{Answer, Asked};
use crate::closing::Click;
use crate::inquiry::{Inquiry, Stage, Tool};
use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, IoTaskPool, Task, futures::check_ready};
use roads::{Mode, Profile, RoadError, Router, Streets};
use shell::{GivenRoads, GroundModel, Pending, Repaint, StaticCity};
use std::collections::VecDeque;
use std::sync::Arc;

/// What is ready, and what is under way.
#[derive(Resource, Default)]
pub(crate) struct Works {
    /// Clicks whose road is not yet found.
    pub clicks: VecDeque<Click>,
    /// The search for the road of a click.
    pub picking: Option<Task<Vec<u32>>>,
    streets: Option<Arc<Streets>>,
    routers: HashMap<Mode, Router>,
    preparing: Option<Task<Prepared>>,
    answering: Option<(Asked, Task<Answered>)>,
}

enum Prepared {
    Streets(Arc<Streets>),
    Router(Box<Router>),
}

/// The router comes back from a task with its answer: it is lent, so that nothing waits for a lock.
type Answered = (Router, Result<Answer, RoadError>);

impl Works {
    /// The network, once it is there.
    pub fn streets(&self) -> Option<Arc<Streets>> {
        self.streets.clone()
    }

    fn is_busy(&self) -> bool {
        let clicked = self.picking.is_some() || !self.clicks.is_empty();
        self.preparing.is_some() || self.answering.is_some() || clicked
    }
}

/// Takes what is ready, and begins what is wanted next.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn work(
    mut works: ResMut<Works>,
    mut inquiry: ResMut<Inquiry>,
    city: Option<Res<StaticCity>>,
    ground: Res<GroundModel>,
    given: Option<Res<GivenRoads>>,
    mut pending: ResMut<Pending>,
    mut repaint: ResMut<Repaint>,
) {
    let works = works.bypass_change_detection();
    if given.as_ref().is_some_and(|given| given.is_changed()) && works.streets.is_some() {
        *works = Works::default();
        inquiry.forget_network();
    }
    let streets = given.as_ref().and_then(|given| given.network.as_ref()?.streets().cloned());
    take(works, &mut inquiry, streets.is_some());
    begin(works, &inquiry, streets, city, &ground);
    let stage = match (&works.preparing, inquiry.open_question()) {
        (Some(_), _) => Stage::Preparing,
        (None, Some(_)) => Stage::Working,
        (None, None) => Stage::Idle,
    };
    if inquiry.stage != stage {
        inquiry.stage = stage;
        repaint.ask();
    }
    let left = works.is_busy() || stage != Stage::Idle;
    pending.bypass_change_detection().set("ways", usize::from(left));
}

fn take(works: &mut Works, inquiry: &mut ResMut<Inquiry>, is_imported: bool) {
    match works.preparing.as_mut().and_then(check_ready) {
        Some(Prepared::Streets(streets)) => {
            works.preparing = None;
            inquiry.network = Some((streets.edge_count(), is_imported));
            works.streets = Some(streets);
        }
        Some(Prepared::Router(router)) => {
            works.preparing = None;
            works.routers.insert(router.profile().mode, *router);
        }
        None => {}
    }
    let Some((asked, mut task)) = works.answering.take() else { return };
    match check_ready(&mut task) {
        Some((router, answer)) => {
            works.routers.insert(asked.mode, router);
            inquiry.learn(asked, answer);
        }
        None => works.answering = Some((asked, task)),
    }
}

fn begin(
    works: &mut Works,
    inquiry: &Inquiry,
    given: Option<Arc<Streets>>,
    city: Option<Res<StaticCity>>,
    ground: &GroundModel,
) {
    let open = inquiry.open_question();
    if works.preparing.is_some() || open.is_none() && inquiry.tool.is_none() {
        return;
    }
    let Some(streets) = works.streets.clone() else {
        let (layers, ground) = (city.map(|city| city.layers.clone()), ground.ground.clone());
        works.preparing = match (given, layers) {
            (Some(given), _) => Some(prepare(move || Prepared::Streets(given))),
            (None, Some(layers)) => {
                let made = move || Prepared::Streets(Arc::new(Streets::from_layers(&layers, &ground)));
                Some(prepare(made))
            }
            (None, None) => None,
        };
        return;
    };
    let lent = works.answering.as_ref().map(|(asked, _)| asked.mode);
    // Whoever takes the tool in hand asks soon.
    let wanted = open.is_some() || inquiry.tool != Some(Tool::Close);
    if wanted && lent != Some(inquiry.mode) && !works.routers.contains_key(&inquiry.mode) {
        let profile = Profile::of(inquiry.mode);
        works.preparing = Some(prepare(move || Prepared::Router(Box::new(Router::new(streets, profile)))));
    }
    let (None, Some(asked)) = (lent, open) else { return };
    if let Some(mut router) = works.routers.remove(&asked.mode) {
        let task_asked = asked.clone();
        let task = AsyncComputeTaskPool::get().spawn(async move {
            let answer = task_asked.answer(&mut router);
            (router, answer)
        });
        works.answering = Some((asked, task));
    }
}

/// Work of seconds. It is not for the threads that make tiles of the ground: on a small machine that is one, and the
/// ground would stay coarse until it is done.
fn prepare(work: impl FnOnce() -> Prepared + Send + 'static) -> Task<Prepared> {
    IoTaskPool::get().spawn(async move { work() })
}
