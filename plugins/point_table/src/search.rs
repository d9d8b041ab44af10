//! The search by name: places at once, points off the frame.

use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, futures::check_ready};
use layers::points::{Bits, Points, PointsError, search as look_through};
use layers::{Needle, StaticLayers};
use shell::{
    Hit, Notice, NoticeKind, PlaceNames, PointSearch, PointSets, Repaint, Selected, StaticCity, Words,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

/// Points are looked for when nothing was typed for so long, seconds.
const PAUSE_S: f64 = 0.25;
/// So many places, and so many points of a set, are named.
const NAMED: usize = 6;
/// How far away the eye stays from a district, a township and a point, metres.
const DISTRICT_M: f64 = 60_000.0;
const TOWNSHIP_M: f64 = 9_000.0;
const POINT_M: f64 = 1_500.0;

/// What was found in a set: the rows, and the first of them with their names.
struct Found {
    key: Arc<str>,
    rows: Arc<Bits>,
    first: Vec<(usize, String)>,
}

/// The search at work.
#[derive(Default)]
pub(crate) struct Works {
    text: String,
    layout: u64,
    typed_s: f64,
    is_due: bool,
    stop: Arc<AtomicBool>,
    /// How many rows were looked through, and of how many.
    done: Arc<AtomicU32>,
    all: usize,
    task: Option<Task<Result<Option<Vec<Found>>, PointsError>>>,
}

/// True for what is worth looking for: one letter is in every name.
fn is_enough(text: &str) -> bool {
    text.trim().chars().count() > 1 || !text.trim().is_ascii()
}

/// Follows what is typed.
#[allow(clippy::too_many_arguments, reason = "a system names all it reads")]
pub(crate) fn search(
    mut search: ResMut<PointSearch>,
    sets: Res<PointSets>,
    city: Option<Res<StaticCity>>,
    names: Res<PlaceNames>,
    words: Res<Words>,
    time: Res<Time<Real>>,
    mut notices: MessageWriter<Notice>,
    mut repaint: ResMut<Repaint>,
    mut works: Local<Works>,
) {
    let is_other = works.text != search.text || works.layout != sets.layout;
    if is_other {
        works.stop.store(true, Relaxed);
        works.task = None;
        (works.text, works.layout) = (search.text.clone(), sets.layout);
        (works.typed_s, works.is_due) = (time.elapsed_secs_f64(), true);
        search.found.clear();
        search.share = None;
        let needle = Needle::new(&works.text);
        search.hits = match (&needle, &city) {
            (Some(needle), Some(city)) => places(needle, &city.layers, &words),
            _ => Vec::new(),
        };
        if needle.is_none() {
            search.only = false;
        }
    }
    if works.is_due {
        repaint.ask();
        if time.elapsed_secs_f64() < works.typed_s + PAUSE_S {
            return;
        }
        works.is_due = false;
        if let Some(needle) = Needle::new(&works.text).filter(|_| is_enough(&works.text)) {
            works.begin(needle, &sets);
        }
    }
    let Some(ready) = works.task.as_mut().map(check_ready) else { return };
    let Some(ended) = ready else {
        let share = works.done.load(Relaxed) as f32 / works.all.max(1) as f32;
        if search.share.is_none_or(|shown| (share - shown).abs() > 0.02) {
            search.share = Some(share);
        }
        return;
    };
    (works.task, search.share) = (None, None);
    match ended {
        Ok(Some(found)) => take(&mut search, found, &sets, &names, &words),
        Ok(None) => {}
        Err(why) => _ = notices.write(Notice { kind: NoticeKind::Failed, text: why.to_string() }),
    }
}

impl Works {
    fn begin(&mut self, needle: Needle, sets: &PointSets) {
        (self.stop, self.done) = Default::default();
        self.all = sets.all.iter().map(|set| set.points.len()).sum();
        let all: Vec<(Arc<str>, Arc<Points>)> =
            sets.all.iter().rev().map(|set| (set.key.clone(), set.points.clone())).collect();
        let (stop, done) = (self.stop.clone(), self.done.clone());
        self.task = Some(AsyncComputeTaskPool::get().spawn(async move {
            let (mut found, mut before) = (Vec::new(), 0);
            for (key, points) in all {
                let mut tell =
                    |share: f32| done.store(before + (share * points.len() as f32) as u32, Relaxed);
                let Some(rows) = look_through(&points, &needle, &stop, &mut tell)? else { return Ok(None) };
                let mut first = Vec::new();
                for row in rows.rows(0..points.len()).take(NAMED) {
                    let block = points.texts().block(row)?;
                    let (name, id) = (block.name(row), shell::known_id(block.id(row)));
                    first.push((row, if name.is_empty() { id } else { name }.to_owned()));
                }
                before += points.len() as u32;
                found.push(Found { key, rows: Arc::new(rows), first });
            }
            Ok(Some(found))
        }));
    }
}

fn take(search: &mut PointSearch, found: Vec<Found>, sets: &PointSets, names: &PlaceNames, words: &Words) {
    for Found { key, rows, first } in found {
        let Some(set) = sets.get(&key) else { continue };
        for (row, name) in first {
            let place = set.points.place(row).map(|place| names.place(words, place));
            search.hits.push(Hit {
                name,
                place: place.unwrap_or_default(),
                at: set.points.position(row),
                distance_m: POINT_M,
                selects: set.selected(row),
            });
        }
        search.found.insert(key, rows);
    }
}

/// Districts and townships of that name.
fn places(needle: &Needle, layers: &StaticLayers, words: &Words) -> Vec<Hit> {
    let is_it = |zh: &str, en: &str| needle.matches(zh) || needle.matches(en);
    let districts = layers.districts.iter().filter(|d| is_it(&d.zh, &d.en)).map(|d| Hit {
        name: words.pick(&d.zh, &d.en).to_owned(),
        place: String::new(),
        at: d.seat,
        distance_m: DISTRICT_M,
        selects: Selected::District(d.code),
    });
    let townships = layers.townships.iter().filter(|t| is_it(&t.zh, &t.en)).map(|t| Hit {
        name: words.pick(&t.zh, &t.en).to_owned(),
        place: layers
            .district(t.code.district())
            .map_or_else(String::new, |d| words.pick(&d.zh, &d.en).to_owned()),
        at: t.at,
        distance_m: TOWNSHIP_M,
        selects: Selected::Nothing,
    });
    districts.chain(townships).take(NAMED).collect()
}
