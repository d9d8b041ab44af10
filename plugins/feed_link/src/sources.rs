//! Takes in what the city's other systems told, a little each frame.

use bevy::prelude::*;
use link::sources::{News, Sources};
use shell::{CityClock, CitySet, CitySource, CitySources, SwitchSource};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How long taking in may last in one frame; what is left waits for the next.
const BUDGET: Duration = Duration::from_millis(1);
/// How many things are taken in between looks at the time.
const AT_ONCE: usize = 500;
/// How often health is asked and devices are counted.
const LOOK: Duration = Duration::from_millis(500);

/// The running sources, and what of their news is not taken in yet.
#[derive(Resource)]
struct Reading {
    sources: Sources,
    waiting: VecDeque<(usize, News)>,
}

/// Has `app` take in what running sources tell, and switch them as the operator says.
pub fn read_sources(app: &mut App, sources: Sources) {
    let all = sources.all().zip(sources.health()).map(|(source, health)| CitySource {
        name: source.name.clone(),
        department: source.department.clone(),
        url: source.protocol.url().to_owned(),
        is_on: source.enabled,
        health,
        heard: Default::default(),
        held: Default::default(),
    });
    app.insert_resource(CitySources { all: all.collect() });
    app.insert_resource(Reading { sources, waiting: VecDeque::new() });
    app.add_systems(Update, (switch, take_in, look).chain().in_set(CitySet::Ingest));
}

fn switch(reading: Res<Reading>, mut told: ResMut<CitySources>, mut wishes: MessageReader<SwitchSource>) {
    for SwitchSource { name, on } in wishes.read() {
        if reading.sources.switch(name, *on)
            && let Some(source) = told.all.iter_mut().find(|source| source.name == *name)
        {
            source.is_on = *on;
        }
    }
}

fn take_in(mut reading: ResMut<Reading>, mut told: ResMut<CitySources>, clock: Res<CityClock>) {
    if clock.fixed {
        return;
    }
    let reading = reading.bypass_change_detection();
    if reading.waiting.is_empty() {
        reading.waiting.extend(reading.sources.take());
    }
    if reading.waiting.is_empty() {
        return;
    }
    let begin = Instant::now();
    while begin.elapsed() < BUDGET
        && let Some((place, news)) = reading.waiting.front_mut()
    {
        let is_done = told.all.get_mut(*place).is_none_or(|source| source.held.take_in(news, AT_ONCE));
        if is_done {
            reading.waiting.pop_front();
        }
    }
}

fn look(
    reading: Res<Reading>,
    mut told: ResMut<CitySources>,
    clock: Res<CityClock>,
    mut looked: Local<Option<Instant>>,
) {
    if looked.is_some_and(|at| at.elapsed() < LOOK) {
        return;
    }
    *looked = Some(Instant::now());
    let every = reading.sources.all().map(|source| source.protocol.every());
    for ((source, health), every) in told.all.iter_mut().zip(reading.sources.health()).zip(every) {
        source.health = health;
        source.heard = source.held.heard(clock.now, every.map(|every| every.as_secs_f64()));
    }
}
