//! The card of a resident's request.

use super::{Card, CardSources};
use feeds::open311::RequestStatus;
use shell::CitySource;

impl CardSources<'_> {
    pub(super) fn request(&self, source: &CitySource, number: &str) -> Option<Card> {
        let request = source.held.requests.get(number)?;
        let status = match &request.status {
            RequestStatus::Open => self.say("open"),
            RequestStatus::Closed => self.say("closed"),
            RequestStatus::Other(word) => word.clone(),
        };
        let mut lines = vec![self.line("state", status)];
        let times =
            [("requested", request.requested), ("updated", request.updated), ("expected", request.expected)];
        lines.extend(times.into_iter().filter_map(|(key, at)| Some(self.told_line(key, self.moment(at?)))));
        lines.extend(self.told_lines(&[("address", &request.address)]));
        let name = request.service_name.trim();
        let title = if name.is_empty() { number } else { name };
        let mut card = Card::new(title.to_owned(), self.theme.panel.attention, lines, false);
        if !request.status.is_open() {
            card.notes.push(self.say("isClosed"));
        }
        card.more = self.told_lines(&[
            ("agency", &request.agency_responsible),
            ("number", number),
            ("zip", &request.zipcode),
        ]);
        card.more.extend(request.at.map(|at| self.told_line("position", self.degrees(at))));
        card.texts = self.told_lines(&[
            ("description", &request.description),
            ("statusNotes", &request.status_notes),
            ("willBeDone", &request.service_notice),
            ("picture", &request.media_url),
        ]);
        Some(card)
    }
}
