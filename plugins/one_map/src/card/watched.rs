//! The cards of what the city's own watch says: a warning with its reason, a risk notice with its words. The board says
//! the rest.

use super::{Card, CardSources};
use city::{Jurisdiction, NoticeId, NoticeState, Place, Status, WarningId};

impl CardSources<'_> {
    pub(super) fn city_warning(&self, id: &WarningId) -> Option<Card> {
        let warning = self.city.warnings.get(id)?;
        let words = self.words;
        let colour = words.get(&format!("warningColour.{}", warning.colour.key())).to_owned();
        let mut lines =
            vec![self.told_line("grade", colour), self.line("reported", self.moment(warning.since))];
        lines.extend(warning.place.map(|place| self.line("place", self.place(place))));
        lines.extend(warning.incident_id.as_ref().map(|id| self.told_line("incident", id.as_str())));
        let level = usize::from(warning.colour.level() - 1);
        let title = words.pick(&warning.name.zh, &warning.name.en).to_owned();
        let mut card = Card::new(title, self.theme.map.grade[level], lines, false);
        card.band = self.no_truth(self.city.status);
        if let Some(ended) = warning.ended {
            let why = self.keyed("warningEnd", ended.why.key());
            card.notes.push(words.fill("watch.endedAt", &[("t", &self.moment(ended.at)), ("why", &why)]));
        }
        if warning.on_trial {
            card.notes.push(words.get("watch.onTrial").to_owned());
        }
        let reason = words.pick(&warning.reason.zh, &warning.reason.en);
        let advice = words.pick(&warning.advice.zh, &warning.advice.en);
        card.texts = self.told_lines(&[("description", reason), ("instruction", advice)]);
        Some(card)
    }

    pub(super) fn risk_notice(&self, id: &NoticeId) -> Option<Card> {
        let notice = self.city.notices.get(id)?;
        let words = self.words;
        let state = words.get(&format!("noticeState.{}", notice.state.key())).to_owned();
        let place = match notice.act.jurisdiction {
            Jurisdiction::City => None,
            Jurisdiction::District(district) => Some(Place { district, township: Default::default() }),
            Jurisdiction::Township(township) => Some(Place { district: township.district(), township }),
        };
        let mut lines = vec![self.line("state", state)];
        lines.extend(place.map(|place| self.line("place", self.place(place))));
        lines.push(self.told_line("expected", self.moment(notice.act.by)));
        let class = words.pick(notice.class.zh(), notice.class.en());
        let kind = self.keyed("noticeKind", notice.kind.key());
        let mut card = Card::new(format!("{class} · {kind}"), self.theme.panel.attention, lines, false);
        card.band = self.no_truth(notice.status);
        if notice.on_trial {
            card.notes.push(words.get("watch.onTrial").to_owned());
        }
        if let NoticeState::Rejected { reason, .. } = &notice.state {
            card.texts.push(self.told_line("note", reason.as_str()));
        }
        card.texts
            .extend(self.told_lines(&[("description", words.pick(&notice.words.zh, &notice.words.en))]));
        Some(card)
    }

    fn no_truth(&self, status: Status) -> Option<String> {
        let key = match status {
            Status::Actual => return None,
            Status::Exercise => "status.exercise",
            Status::Simulated => "status.simulated",
        };
        Some(self.words.fill("toldCard.noTruth", &[("what", self.words.get(key))]))
    }
}
