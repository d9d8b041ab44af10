//! The card of a point of a set at scale.

use super::{Card, CardSources};
use city::Measure;
use shell::PointRef;
use shell::symbols::{grade_colour, grade_key};

impl CardSources<'_> {
    /// What is known of a point; its name and id where they are at hand, else they come in a moment.
    pub(super) fn point(&self, point: &PointRef) -> Option<Card> {
        let set = self.points.get(&point.set).filter(|set| point.row < set.points.len())?;
        let (points, row) = (&set.points, point.row);
        let kind = points.kind(row);
        let mut lines = vec![self.line("class", self.words.pick(kind.class.zh(), kind.class.en()))];
        let mut mark = self.theme.map.device;
        if let Some(grade) = kind.grade {
            lines.push(self.line("grade", self.words.get(&format!("grade.{}", grade_key(grade)))));
            mark = grade_colour(self.theme, grade);
        }
        let value = points.value(row);
        if let Some(measure) = Measure::of(&kind.class).filter(|_| !value.is_nan()) {
            let name = self.words.pick(measure.zh, measure.en).to_owned();
            lines.push((name, shell::saying::measured(&kind.class, value)));
        }
        if let Some(colour) = points.standing(row).colour() {
            mark = self.theme.map.grade[usize::from(colour.level() - 1)];
        }
        if let Some(measured) = points.measured(row) {
            lines.push(self.line("age", self.ago(measured)));
        }
        if let Some(place) = points.place(row) {
            lines.push(self.line("place", self.place(place)));
        }
        let block = points.texts().at_hand(row);
        let (name, id) = block.as_ref().map_or(("…", ""), |block| (block.name(row), block.id(row)));
        if !name.is_empty() && !id.is_empty() {
            lines.push(self.line("id", id));
        }
        lines.push(self.line("source", &*set.name));
        let title = shell::name_or_id(name, id);
        Some(Card::new(title.to_owned(), mark, lines, false))
    }
}
