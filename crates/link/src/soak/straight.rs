//! The way straight from the broker: the console's MQTT source, and what a console holds of a source.

use super::phases::Phases;
use super::report::Counts;
use super::{CONSOLE, SoakError, TOPIC, now};
use crate::config::Pace;
use crate::sources::{News, Sources, read_text};
use feeds::sensorthings::CatalogueRow;
use feeds::told::Held;
use std::time::{Duration, Instant};

/// For how long a console's frame takes in news, and how much of them at once.
const BUDGET: Duration = Duration::from_millis(1);
const AT_ONCE: usize = 500;

/// The source, and the state that frames bring up to date.
pub(super) struct Straight {
    sources: Sources,
    held: Held,
    /// What no frame took into the state yet.
    news: News,
    applied: u64,
    pub(super) phases: Phases,
}

impl Straight {
    /// Subscribes at the broker on this port.
    pub(super) fn start(port: u16) -> Result<Self, SoakError> {
        let settings = format!(
            "[[source]]\nname = '{CONSOLE}'\nprotocol = 'mqtt'\nurl = 'mqtt://127.0.0.1:{port}'\n\
             topics = ['{TOPIC}']\nclient_id = '{CONSOLE}'\n"
        );
        let settings = read_text(&settings).map_err(|faults| SoakError::InVain(faults.join("; ")))?;
        let sources = Sources::start_at(settings, Pace::default())?;
        let (held, news) = (Held::default(), News::default());
        Ok(Self { sources, held, news, applied: 0, phases: Phases::default() })
    }

    /// True once the broker has taken the subscription, or something came.
    pub(super) fn is_subscribed(&self) -> bool {
        let health = self.sources.health().pop();
        health.is_some_and(|health| health.message.starts_with("subscribed") || health.received > 0)
    }

    /// A city's devices are described before they tell anything.
    pub(super) fn describe(&mut self, devices: &[String]) {
        let described = |id: &String| CatalogueRow {
            datastream: id.clone(),
            thing: id.clone(),
            ..CatalogueRow::default()
        };
        let mut news = News { devices: devices.iter().map(described).collect(), ..News::default() };
        self.held.take_in(&mut news, usize::MAX);
    }

    /// Takes into the state what a console takes in a frame; the rest waits for the next.
    pub(super) fn frame(&mut self) {
        let begin = Instant::now();
        if self.news.readings.is_empty()
            && let Some((_, news)) = self.sources.take().pop()
        {
            self.news = news;
        }
        while begin.elapsed() < BUDGET && !self.news.readings.is_empty() {
            let (now, taken) = (now(), self.news.readings.len().min(AT_ONCE));
            for reading in self.news.readings.iter().take(taken) {
                self.phases.add(reading.at, now);
            }
            self.applied += taken as u64;
            self.held.take_in(&mut self.news, AT_ONCE);
        }
    }

    /// What was counted since the start.
    pub(super) fn counts(&self) -> Counts {
        let health = self.sources.health().pop();
        health.map_or(Counts::default(), |health| Counts {
            received: health.received,
            applied: self.applied,
            superseded: health.superseded,
            missing: health.missing,
            problems: health.problems,
        })
    }

    /// True where the state holds these values of these devices.
    pub(super) fn holds(&self, devices: &[String], values: &[f64]) -> bool {
        devices.iter().zip(values).all(|(device, value)| {
            let newest = self.held.devices.series(device).and_then(|series| series.newest);
            newest.is_some_and(|(_, held)| held == *value)
        })
    }

    /// Cuts it off from the broker, which keeps what comes, or lets it come back.
    pub(super) fn switch(&self, on: bool) {
        self.sources.switch(CONSOLE, on);
    }
}
