//! Where each message of the link goes.

use crate::refusal;
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use city::{City, Command, Event, Snapshot, TelemetryBatch};
use feeds::Problems;
use link::{CommandKey, LinkMessage, Outcome, Problem};
use shell::{
    CityChanged, CityClock, CityState, Feeds, LiveDevices, Movers, Notice, NoticeKind, OnDuty, Orders,
    RiskPoints, Words,
};
use std::sync::Arc;

/// How many refusals stay in the list.
const REFUSED_KEPT: usize = 50;

/// The resources a message may change. A resource is touched only by a message that concerns it, so that what
/// watches it for change sleeps otherwise.
#[derive(SystemParam)]
pub(crate) struct Desk<'w, 's> {
    state: ResMut<'w, CityState>,
    clock: ResMut<'w, CityClock>,
    devices: ResMut<'w, LiveDevices>,
    movers: ResMut<'w, Movers>,
    feeds: ResMut<'w, Feeds>,
    orders: ResMut<'w, Orders>,
    on_duty: ResMut<'w, OnDuty>,
    risk_points: ResMut<'w, RiskPoints>,
    words: Res<'w, Words>,
    changed: MessageWriter<'w, CityChanged>,
    notices: MessageWriter<'w, Notice>,
    /// What the tables could not use; the link, which reads the wire, cannot know.
    unusable: Local<'s, Problems>,
}

impl Desk<'_, '_> {
    /// True when the console shows one instant: what comes later is not to change the picture.
    pub(crate) fn stands_still(&self) -> bool {
        self.clock.fixed
    }

    /// Puts one message where it belongs; true when it changed the state of the city by an event.
    pub(crate) fn take(&mut self, message: LinkMessage) -> bool {
        match message {
            LinkMessage::Connected { now, speed, actor, withheld } => {
                self.clock.speed = speed;
                self.clock.follow(now);
                if let Some(actor) = actor {
                    self.on_duty.set_if_neq(OnDuty { actor, told: true, withheld });
                }
            }
            LinkMessage::RiskPoints(Ok(points)) => {
                *self.risk_points = RiskPoints { points: Arc::new(points), received: true, missing: None };
            }
            LinkMessage::RiskPoints(Err(why)) => self.without_risk_points(why),
            LinkMessage::Snapshot(snapshot) => self.snapshot(*snapshot),
            LinkMessage::Event(event) => return self.event(&event),
            LinkMessage::Passes(passes) => self.state.bypass_change_detection().city.pass(passes),
            LinkMessage::Appears(appears) => self.state.city.appear(*appears),
            LinkMessage::Disappears(disappears) => {
                self.state.city.disappear(&disappears);
                self.movers.table.drop_all(&disappears.unit_ids);
            }
            LinkMessage::Telemetry(batch) => self.telemetry(&batch),
            LinkMessage::Health(mut health) => {
                if let Some(telemetry) = health.iter_mut().find(|feed| feed.name == "telemetry") {
                    telemetry.problems += self.unusable.count;
                    telemetry.sample = telemetry.sample.take().or_else(|| self.unusable.sample.clone());
                }
                self.feeds.health = health;
            }
            LinkMessage::Pending { key, command } => self.orders.pending.push((key.to_string(), command)),
            LinkMessage::Answered { key, command, outcome } => self.answered(key, command, outcome),
        }
        false
    }

    /// Says that events were applied in this frame.
    pub(crate) fn say_changed(&mut self) {
        self.changed.write(CityChanged { replaced: false });
    }

    fn snapshot(&mut self, snapshot: Snapshot) {
        self.clock.follow(snapshot.now);
        let mut city = City::from(snapshot);
        // Telemetry knew better where units are than the events a snapshot is made of.
        if self.state.received {
            for id in city.units.keys().cloned().collect::<Vec<_>>() {
                if let Some(fix) = self.movers.table.position(&id, self.clock.now) {
                    city.moved(&id, fix.at);
                }
            }
        }
        *self.state = CityState { city, received: true };
        self.changed.write(CityChanged { replaced: true });
    }

    fn event(&mut self, event: &Event) -> bool {
        self.clock.follow(event.at);
        self.state.city.apply(event)
    }

    fn telemetry(&mut self, batch: &TelemetryBatch) {
        self.clock.follow(batch.at);
        let is_everything = !batch.devices.risk_class.is_empty();
        if !self.devices.received {
            self.devices.received = true;
        }
        if !batch.devices.id.is_empty() {
            let (changed, problems) = self.devices.table.apply(&batch.devices, batch.at);
            self.unusable.merge(problems);
            if !changed.is_empty() {
                self.devices.generation += 1;
            }
        }
        // An empty batch is news too: nobody moved.
        let (_, problems) = self.movers.table.apply(&batch.movers, batch.at);
        self.unusable.merge(problems);
        // A backend that has just started has not moved anybody yet: that is no reason to drop them.
        if is_everything && !batch.movers.id.is_empty() {
            self.movers.table.keep_only(&batch.movers.id);
        }
        if !batch.movers.id.is_empty() {
            let places = batch.movers.lon.iter().zip(&batch.movers.lat);
            for (id, (lon, lat)) in batch.movers.id.iter().zip(places) {
                self.state.city.moved(id, city::LonLat::new(*lon, *lat));
            }
        }
    }

    /// Those of another city would be worse than none.
    fn without_risk_points(&mut self, why: String) {
        let text = self.words.fill("notice.noRiskPoints", &[("why", &why)]);
        self.notices.write(Notice { kind: NoticeKind::Attention, text });
        *self.risk_points = RiskPoints { missing: Some(why), ..RiskPoints::default() };
    }

    fn answered(&mut self, key: CommandKey, command: Command, outcome: Outcome) {
        let key = key.to_string();
        self.orders.pending.retain(|(pending, _)| *pending != key);
        if let Outcome::Refused { problem, .. } = outcome {
            self.refused(command, &problem);
        }
    }

    fn refused(&mut self, command: Command, problem: &Problem) {
        let why = refusal::in_words(problem, &self.words, &self.state.city);
        self.notices.write(Notice { kind: NoticeKind::Failed, text: why.clone() });
        let refused = &mut self.orders.refused;
        refused.push((command, why));
        let too_many = refused.len().saturating_sub(REFUSED_KEPT);
        refused.drain(..too_many);
    }
}

#[cfg(test)]
mod tests;
