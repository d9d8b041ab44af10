//! Laying things on the map while the console runs: what is remembered, dropped onto the window, or added in the panel.
//! Each is read on a thread of its own, and what lies there is written to the settings when it is another.

use super::missing::{missing, short};
use super::read::{Read, read};
use super::remember::lines_of;
use crate::settings::{LaidSettings, Settings};
use bevy::prelude::*;
use bevy::tasks::{IoTaskPool, Task, futures::check_ready};
use bevy::window::FileDragAndDrop;
use models::ModelSourceError;
use shell::{
    CitySet, LaidContent, LaidKind, LaidThing, LaidThings, LayOnMap, ModelSet, Notice, NoticeKind, Pending,
    Repaint, Words,
};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

/// What was laid on the map when a console was open last, as far as the command line names nothing else.
#[derive(Default)]
pub struct Remembered {
    /// Its lines.
    pub lines: LaidSettings,
    /// Where what is laid is remembered; none where there is no such place.
    pub file: Option<PathBuf>,
    /// What keeps it from being remembered.
    pub problem: Option<String>,
}

/// Something to be read.
struct Wanted {
    given: String,
    kind: Option<LaidKind>,
    is_remembered: bool,
    shown: bool,
}

/// Something that is being read.
struct Reading {
    id: u64,
    wanted: Wanted,
    done: Mutex<Receiver<anyhow::Result<Read>>>,
}

/// All of it.
#[derive(Resource, Default)]
struct Works {
    readings: Vec<Reading>,
    file: Option<PathBuf>,
    problem: Option<String>,
    written: LaidSettings,
    writing: Option<Task<anyhow::Result<()>>>,
    is_dirty: bool,
}

/// Adds all of it to a console.
pub fn follow(app: &mut App, remembered: Remembered) {
    let Remembered { lines, file, problem } = remembered;
    let mut works = Works { file, problem, ..Works::default() };
    let world = app.world_mut();
    let mut things = world.get_resource_or_init::<LaidThings>();
    works.written = lines_of(things.all().iter());
    let off = &lines.off;
    for (kind, lines) in [
        (LaidKind::Imagery, &lines.imagery),
        (LaidKind::Shapes, &lines.shapes),
        (LaidKind::Buildings, &lines.buildings),
        (LaidKind::Models, &lines.models),
        (LaidKind::Points, &lines.points),
    ] {
        for line in lines {
            let shown = !off.contains(line);
            let wanted = Wanted { given: line.clone(), kind: Some(kind), is_remembered: true, shown };
            works.begin(&mut things, wanted);
        }
    }
    works.written = works.lines(&things);
    world.insert_resource(works);
    app.add_systems(
        Update,
        (
            take_dropped.before(begin).run_if(on_message::<FileDragAndDrop>),
            begin.run_if(on_message::<LayOnMap>),
            receive.run_if(|works: Res<Works>| !works.readings.is_empty()),
            remember,
        )
            .chain()
            .in_set(CitySet::Decide),
    );
}

impl Works {
    fn begin(&mut self, things: &mut LaidThings, wanted: Wanted) {
        let (tell, done) = channel();
        let (line, kind) = (wanted.given.clone(), wanted.kind);
        let work = move || {
            // Nobody listens any more when the console has ended.
            let _ = tell.send(read(&line, kind));
        };
        // Where no thread can be had the channel is closed at once, which is told like any failure.
        let _ = std::thread::Builder::new().name("laying".to_owned()).spawn(work);
        things.coming.push(short(&wanted.given, kind));
        self.readings.push(Reading { id: things.next_id(), wanted, done: Mutex::new(done) });
    }

    /// The lines of what lies there, and of what is remembered and not yet read.
    fn lines(&self, things: &LaidThings) -> LaidSettings {
        let coming: Vec<LaidThing> = self
            .readings
            .iter()
            .filter_map(|Reading { id, wanted, .. }| {
                let thing = missing(*id, &wanted.given, wanted.kind?, String::new());
                Some(LaidThing { shown: wanted.shown, ..thing })
            })
            .collect();
        let mut all: Vec<&LaidThing> = things.all().iter().collect();
        for thing in &coming {
            let above = all.iter().position(|other| other.id > thing.id);
            all.insert(above.unwrap_or(all.len()), thing);
        }
        lines_of(all.into_iter())
    }
}

fn take_dropped(mut dropped: MessageReader<FileDragAndDrop>, mut wishes: MessageWriter<LayOnMap>) {
    for message in dropped.read() {
        if let FileDragAndDrop::DroppedFile { path_buf, .. } = message {
            wishes.write(LayOnMap(path_buf.to_string_lossy().into_owned()));
        }
    }
}

fn begin(
    mut wishes: MessageReader<LayOnMap>,
    mut works: ResMut<Works>,
    mut things: ResMut<LaidThings>,
    mut repaint: ResMut<Repaint>,
) {
    for LayOnMap(given) in wishes.read() {
        let given = given.trim().to_owned();
        works.begin(&mut things, Wanted { given, kind: None, is_remembered: false, shown: true });
        repaint.ask();
    }
}

/// Takes in what was read, and says what was done, or why not.
fn receive(
    mut works: ResMut<Works>,
    mut things: ResMut<LaidThings>,
    mut notices: MessageWriter<Notice>,
    mut pending: ResMut<Pending>,
    mut repaint: ResMut<Repaint>,
    words: Res<Words>,
) {
    let mut came = Vec::new();
    for (n, reading) in works.bypass_change_detection().readings.iter_mut().enumerate() {
        let told =
            reading.done.get_mut().map(|done| done.try_recv()).unwrap_or(Err(TryRecvError::Disconnected));
        match told {
            Ok(read) => came.push((n, read)),
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => came.push((n, Err(anyhow::anyhow!("it could not be read")))),
        }
    }
    for (n, read) in came.into_iter().rev() {
        let Reading { id, wanted, .. } = works.readings.remove(n);
        let Wanted { given, kind, is_remembered, shown } = wanted;
        let shortly = short(&given, kind);
        if let Some(at) = things.coming.iter().position(|name| *name == shortly) {
            things.coming.remove(at);
        }
        let (kind_of_notice, text) = match read {
            Ok(Read { thing, told }) => {
                let text = said(&words, &thing, told.as_deref());
                things.lay(LaidThing { id, shown, ..thing });
                if is_remembered && told.is_none() {
                    continue;
                }
                (if told.is_some() { NoticeKind::Attention } else { NoticeKind::Done }, text)
            }
            Err(error) => {
                let why = crate::failure::in_one_line(&error);
                let key = if is_remembered { "laid.gone" } else { "laid.failed" };
                let text = match error.downcast_ref() {
                    // A model's own file says nothing of its place: people do, in the line of the panel.
                    Some(ModelSourceError::Nowhere(file)) => words.fill("laid.nowhere", &[("file", file)]),
                    _ => words.fill(key, &[("name", &shortly), ("why", &why)]),
                };
                if let (true, Some(kind)) = (is_remembered, kind) {
                    tracing::warn!("{text}");
                    things.lay(LaidThing { shown, ..missing(id, &given, kind, why) });
                }
                (NoticeKind::Failed, text)
            }
        };
        notices.write(Notice { kind: kind_of_notice, text });
    }
    pending.set("files", works.readings.len());
    repaint.ask();
}

/// What was laid, in words.
fn said(words: &Words, thing: &LaidThing, told: Option<&str>) -> String {
    let what = match &thing.content {
        LaidContent::Imagery(_) => words.get("laid.imagery").to_owned(),
        LaidContent::Shapes(shapes) => words.fill("laid.shapes", &[("n", &shapes.len().to_string())]),
        LaidContent::Buildings(all) => words.fill("laid.buildings", &[("n", &all.len().to_string())]),
        LaidContent::Models(ModelSet::Places(given)) => {
            words.fill("laid.models", &[("n", &given.places.placed.len().to_string())])
        }
        LaidContent::Models(ModelSet::Tileset(_)) => words.get("laid.tileset").to_owned(),
        LaidContent::Points(all) => words.fill("laid.points", &[("n", &all.len().to_string())]),
        LaidContent::Missing(_) => String::new(),
    };
    let text = words.fill("laid.done", &[("name", &thing.name), ("what", &what)]);
    told.map_or(text.clone(), |told| format!("{text} · {told}"))
}

/// Writes what lies there to the settings, off the frame, one after the other.
fn remember(
    mut works: ResMut<Works>,
    things: Res<LaidThings>,
    mut notices: MessageWriter<Notice>,
    words: Res<Words>,
) {
    let works = works.bypass_change_detection();
    works.is_dirty |= things.is_changed();
    if let Some(done) = works.writing.as_mut().and_then(check_ready) {
        works.writing = None;
        works.problem = done.err().map(|error| format!("{error:#}"));
    }
    if let Some(why) = works.problem.take() {
        let text = words.fill("laid.notRemembered", &[("why", &why)]);
        notices.write(Notice { kind: NoticeKind::Attention, text });
    }
    if !works.is_dirty || works.writing.is_some() {
        return;
    }
    works.is_dirty = false;
    let lines = works.lines(&things);
    let (Some(file), true) = (works.file.clone(), lines != works.written) else { return };
    works.written = lines.clone();
    works.writing = Some(
        IoTaskPool::get().spawn(async move { Settings::change(&file, |kept| kept.laid = lines.clone()) }),
    );
}

#[cfg(test)]
mod tests;
