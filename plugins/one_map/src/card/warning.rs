//! The card of a warning: what, how grave, until when, by whom, where, what happens and what to do, and whether it still
//! holds.

use super::{Card, CardSources};
use feeds::cap::{Alert, Info, MessageType, Reference, WarningState};
use feeds::told::Warned;
use shell::CitySource;
use shell::told_look::{infos, warning_colour, warning_name, warning_status};

impl CardSources<'_> {
    pub(super) fn warning(&self, source: &CitySource, message: &Reference) -> Option<Card> {
        let all = source.held.warnings.as_deref()?;
        let warned = all.iter().find(|warned| warned.alert.reference() == *message)?;
        let (alert, infos) = (&warned.alert, infos(&warned.alert, self.words));
        let state = warned.state_at(self.now);
        let mut lines = vec![self.told_line("holds", self.how_long(warned, state))];
        lines.extend(infos.first().map(|info| self.told_line("grade", self.grade(info))));
        let sender = infos.first().map_or("", |info| info.sender_name.trim());
        let sender = if sender.is_empty() { &alert.sender } else { sender };
        lines.push(self.told_line("sender", format!("{sender} · {}", self.moment(alert.sent))));
        let title = warning_name(warned, self.words);
        let mut card = Card::new(title, warning_colour(warned, self.theme), lines, false);
        card.band = warning_status(warned)
            .map(|key| self.words.fill("toldCard.noTruth", &[("what", self.words.get(key))]));
        card.notes = self.ending(warned, state);
        if warned.is_contested {
            card.notes.push(self.say("contested"));
        }
        card.more = self.chain(alert, all);
        card.more.extend(self.told_lines(&[
            ("areas", &areas(&infos)),
            ("sentBy", &alert.sender),
            ("number", &alert.identifier),
            ("note", &alert.note),
        ]));
        for info in &infos {
            // Several events, or times, of one message are told one after the other.
            let event = if infos.len() > 1 { info.event.trim() } else { "" };
            card.texts.extend(self.told_lines(&[
                ("event", event),
                ("headline", &info.headline),
                ("description", &info.description),
                ("instruction", &info.instruction),
                ("web", &info.web),
                ("contact", &info.contact),
            ]));
        }
        Some(card)
    }

    /// From when until when, and how much of that is left.
    fn how_long(&self, warned: &Warned, state: WarningState) -> String {
        let span = format!("{} – {}", self.moment(warned.from), self.moment(warned.until));
        let (key, seconds) = match state {
            WarningState::InForce | WarningState::AllClear => ("left", warned.until.seconds_since(self.now)),
            WarningState::NotYetEffective => ("holdsIn", warned.from.seconds_since(self.now)),
            WarningState::Superseded | WarningState::Cancelled | WarningState::Expired => return span,
        };
        let left = self.words.fill(&format!("toldCard.{key}"), &[("t", &self.words.lasting(seconds))]);
        let assumed = if warned.is_end_assumed { format!(" {}", self.say("assumed")) } else { String::new() };
        format!("{left} · {span}{assumed}")
    }

    /// How bad, how soon and how sure.
    fn grade(&self, info: &Info) -> String {
        let words = [
            ("severity", info.severity.word()),
            ("urgency", info.urgency.word()),
            ("certainty", info.certainty.word()),
        ];
        let said =
            words.map(|(group, word)| self.words.get(&format!("{group}.{}", word.to_lowercase())).to_owned());
        said.join(" · ")
    }

    /// What is to be known first of one that does not hold.
    fn ending(&self, warned: &Warned, state: WarningState) -> Vec<String> {
        let told = self.words.get(&format!("warningState.{}", state.key())).to_owned();
        if state == WarningState::InForce {
            return Vec::new();
        }
        let by = warned.ended_by.as_ref().and_then(|by| {
            let key = if by.does == MessageType::Cancel { "cancelledAt" } else { "replacedAt" };
            Some(self.words.fill(&format!("toldCard.{key}"), &[("t", &self.moment(by.message.sent?))]))
        });
        vec![by.map_or(told.clone(), |by| format!("{told} · {by}"))]
    }

    /// The earlier messages that it updates, as far as they are known by name.
    fn chain(&self, alert: &Alert, all: &[Warned]) -> Vec<(String, String)> {
        let line = |reference: &Reference| {
            let earlier = all.iter().find(|warned| warned.alert.reference() == *reference);
            let name = earlier
                .map_or_else(|| reference.identifier.clone(), |warned| warning_name(warned, self.words));
            let sent = reference.sent.map_or_else(String::new, |sent| format!(" · {}", self.moment(sent)));
            self.told_line("updates", name + &sent)
        };
        alert.references.iter().map(line).collect()
    }
}

fn areas(infos: &[&Info]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for area in infos.iter().flat_map(|info| &info.areas) {
        let name = area.description.trim();
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}
