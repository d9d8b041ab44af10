//! Cards of what the city's other systems told: which source, and whether it still tells.

use super::{Card, CardSources};
use city::{CityTime, LonLat};
use feeds::FeedState;
use serde_json::Value;
use shell::told_look::feature_name;
use shell::{CitySource, ToldId, ToldThing};

impl CardSources<'_> {
    /// The card of something that was told; `None` once its source holds it no more.
    pub(super) fn told(&self, thing: &ToldThing) -> Option<Card> {
        match &thing.id {
            ToldId::CityWarning(id) => return self.city_warning(id),
            ToldId::RiskNotice(id) => return self.risk_notice(id),
            _ => {}
        }
        let source = self.sources.named(&thing.source)?;
        let mut card = match &thing.id {
            ToldId::CityWarning(_) | ToldId::RiskNotice(_) => return None,
            ToldId::Warning(message) => self.warning(source, message)?,
            ToldId::Track(id) => self.track(source, id)?,
            ToldId::Request(number) => self.request(source, number)?,
            ToldId::Device(id) => self.sensor(source, id)?,
            ToldId::Feature { collection, row, id } => {
                self.feature(source, collection, *row, id.as_deref())?
            }
        };
        if !source.is_on {
            card.notes.push(self.say("sourceOff"));
        } else if source.health.state == FeedState::Lost {
            card.notes.push(self.say("sourceLost"));
        }
        let whose = [source.name.as_str(), source.department.as_str()];
        let whose = whose.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
        card.more.push(self.told_line("source", whose));
        Some(card)
    }

    /// The words of a key of these cards.
    pub(super) fn say(&self, key: &str) -> String {
        self.words.get(&format!("toldCard.{key}")).to_owned()
    }

    /// A line under a key of these cards.
    pub(super) fn told_line(&self, key: &str, value: impl Into<String>) -> (String, String) {
        (self.say(key), value.into())
    }

    /// Lines of what is not empty.
    pub(super) fn told_lines(&self, lines: &[(&str, &str)]) -> Vec<(String, String)> {
        let filled = lines.iter().filter(|(_, text)| !text.trim().is_empty());
        filled.map(|(key, text)| self.told_line(key, text.trim())).collect()
    }

    /// The words of `group.key`, else the key itself: what a protocol calls by a name of its own.
    pub(super) fn keyed(&self, group: &str, key: &str) -> String {
        let full = format!("{group}.{key}");
        let found = self.words.get(&full);
        if found == full { key.to_owned() } else { found.to_owned() }
    }

    /// An instant, to the minute: of today by its hour, else with its day.
    pub(super) fn moment(&self, at: CityTime) -> String {
        let (then, now) = (at.shanghai_date_clock(), self.now.shanghai_date_clock());
        let is_today = then.get(..10) == now.get(..10);
        let from = if is_today {
            11
        } else if then.get(..4) == now.get(..4) {
            5
        } else {
            0
        };
        then.get(from..16).unwrap_or(&then).to_owned()
    }

    /// A place in degrees.
    pub(super) fn degrees(&self, at: LonLat) -> String {
        format!("{:.5}, {:.5}", at.lon, at.lat)
    }

    fn feature(&self, source: &CitySource, collection: &str, row: usize, id: Option<&str>) -> Option<Card> {
        let set = source.held.collections.get(collection)?;
        // Read anew, it may stand elsewhere in its collection.
        let at_row = set.features.get(row).filter(|feature| feature.id.as_deref() == id);
        let feature = at_row
            .or_else(|| set.features.iter().find(|feature| id.is_some() && feature.id.as_deref() == id))?;
        let title = feature_name(feature).or(id).unwrap_or(&set.title).to_owned();
        let collection = if set.title.is_empty() { &set.id } else { &set.title };
        let lines = self.told_lines(&[("collection", collection), ("id", id.unwrap_or_default())]);
        let mut card = Card::new(title, self.theme.map.device, lines, false);
        let properties = feature.properties.iter().filter(|(_, value)| !value.is_null());
        card.more = properties.map(|(name, value)| (name.clone(), in_words(value))).collect();
        Some(card)
    }
}

fn in_words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
