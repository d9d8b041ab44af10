//! The card beside the pointer: name, class, grade, value and its age, and whose it is; and the card of what is selected,
//! which says all there is to say.

mod point;
mod request;
mod sensor;
mod show;
#[cfg(test)]
mod tests;
mod told;
mod track;
mod warning;
mod watched;

pub use show::{Depth, card};

use city::{City, CityTime, Measure, Place, RiskGrade};
use feeds::{DeviceTable, MoverTable};
use layers::{AgeRule, StaticLayers};
use shell::{CitySources, Colour, PointSets, RiskPoints, Selected, Theme, Words};

use shell::symbols::{grade_colour, grade_index, grade_key};

/// What a card says.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The first line.
    pub title: String,
    /// The colour of the mark beside it.
    pub mark: Colour,
    /// What is below: a name and what it is.
    pub lines: Vec<(String, String)>,
    /// True when what it tells is too old.
    pub stale: bool,
    /// In a band over all the rest: that it is an exercise or a test.
    pub band: Option<String>,
    /// What must be known before the rest: that it is over, that nobody tells of it any more.
    pub notes: Vec<String>,
    /// More lines, for who asks.
    pub more: Vec<(String, String)>,
    /// Long texts under their headings, for who asks.
    pub texts: Vec<(String, String)>,
}

impl Card {
    fn new(title: String, mark: Colour, lines: Vec<(String, String)>, stale: bool) -> Self {
        Self { title, mark, lines, stale, band: None, notes: Vec::new(), more: Vec::new(), texts: Vec::new() }
    }
}

/// What cards are written from.
#[derive(Clone, Copy)]
pub struct CardSources<'a> {
    /// The state of the city.
    pub city: &'a City,
    /// True once its state came.
    pub received: bool,
    /// Risk points.
    pub risk_points: &'a RiskPoints,
    /// Districts and townships.
    pub layers: &'a StaticLayers,
    /// Values of devices.
    pub devices: &'a DeviceTable,
    /// Positions of units.
    pub movers: &'a MoverTable,
    /// Sets of points at scale.
    pub points: &'a PointSets,
    /// What other systems of the city told.
    pub sources: &'a CitySources,
    /// True while the event stream is lost.
    pub events_lost: bool,
    /// Now.
    pub now: CityTime,
    /// Words.
    pub words: &'a Words,
    /// Colours.
    pub theme: &'a Theme,
}

impl CardSources<'_> {
    fn line(&self, key: &str, value: impl Into<String>) -> (String, String) {
        (self.words.get(&format!("mapCard.{key}")).to_owned(), value.into())
    }

    /// District and township in words.
    pub fn place(&self, place: Place) -> String {
        let district = self.layers.district(place.district).map(|d| self.words.pick(&d.zh, &d.en));
        let townships = self.layers.townships_of(place.district);
        let township =
            townships.iter().find(|t| t.code == place.township).map(|t| self.words.pick(&t.zh, &t.en));
        [district, township].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// How long ago, in words.
    fn ago(&self, then: CityTime) -> String {
        self.words.ago(self.now.seconds_since(then))
    }

    /// The card of a thing; `None` for nothing and for what is not known any more.
    pub fn card(&self, thing: &Selected) -> Option<Card> {
        match thing {
            Selected::Nothing => None,
            Selected::Incident(id) => self.incident(id),
            Selected::Unit(id) => self.unit(id),
            Selected::RiskPoint(id) => self.risk_point(id),
            Selected::Device(id) => self.device(id),
            Selected::District(code) => self.district(*code),
            Selected::Point(point) => self.point(point),
            Selected::Told(thing) => self.told(thing),
        }
    }

    fn incident(&self, id: &city::IncidentId) -> Option<Card> {
        let incident = self.city.incidents.get(id)?;
        let class = self.words.pick(incident.class.zh(), incident.class.en());
        let mut lines = vec![
            self.line("stage", self.words.get(&format!("stage.{}", incident.stage.key()))),
            self.line("place", self.place(incident.place)),
            self.line("reported", self.ago(incident.reported)),
        ];
        if !incident.units.is_empty() {
            lines.push(self.line("unitsOut", incident.units.len().to_string()));
        }
        if !incident.text.is_empty() {
            lines.push(self.line("text", incident.text.clone()));
        }
        let level = usize::from(incident.level.number() - 1);
        let title = format!("{} {class}", incident.level.roman());
        Some(Card::new(title, self.theme.map.level[level], lines, self.events_lost))
    }

    fn unit(&self, id: &city::UnitId) -> Option<Card> {
        let unit = self.city.units.get(id)?;
        let mut lines = vec![
            self.line("kind", self.words.get(&format!("unitKind.{}", unit.kind.key()))),
            self.line("state", self.words.get(&format!("unitState.{}", unit.state.key()))),
        ];
        if let Some(trip) = &unit.trip {
            let left_s = trip.arrives().seconds_since(self.now).max(0.0);
            lines.push(self.line("arrives", format!("{:02}:{:02}", left_s as u64 / 60, left_s as u64 % 60)));
        }
        let fix = self.movers.position(id, self.now);
        if let Some(fix) = fix {
            if let Some(battery) = fix.battery_pct {
                lines.push(self.line("battery", format!("{battery:.0} %")));
            }
            if unit.kind == city::UnitKind::Drone {
                lines.push(self.line("aboveGround", format!("{:.0} m", fix.above_ground_m)));
            }
            lines.push(self.line("age", self.ago(self.now.plus_s(-fix.age_s))));
        }
        let mark = if unit.state.is_free() { self.theme.map.unit_free } else { self.theme.map.unit_busy };
        let stale = fix.is_some_and(|f| f.age_s > feeds::HealthRule::TELEMETRY.lost_s);
        let title = self.words.unit(unit).to_owned();
        Some(Card::new(title, mark, lines, stale))
    }

    fn risk_point(&self, id: &city::RiskPointId) -> Option<Card> {
        let point = self.risk_points.points.iter().find(|p| p.id == *id)?;
        let lines = vec![
            self.line("class", self.words.pick(point.class.zh(), point.class.en())),
            self.line("grade", self.words.get(&format!("grade.{}", grade_key(point.grade)))),
            self.line("place", self.place(point.place)),
        ];
        let title = self.words.name(&point.name, &point.name_en).to_owned();
        Some(Card::new(title, grade_colour(self.theme, point.grade), lines, false))
    }

    /// What is open in a district, who is free in it, and its risk points; a dash for what has not come yet.
    fn district(&self, code: city::DistrictCode) -> Option<Card> {
        let district = self.layers.district(code)?;
        let told = |is_told: bool, text: String| if is_told { text } else { "—".to_owned() };
        let open = self.city.incidents.values().filter(|i| i.is_open() && i.place.district == code).count();
        let (mut units, mut free) = (0, 0);
        for unit in self.city.units.values().filter(|unit| unit.district == code) {
            units += 1;
            free += usize::from(unit.state.is_free());
        }
        let mut by_grade = [0; 4];
        for point in self.risk_points.points.iter().filter(|point| point.place.district == code) {
            by_grade[grade_index(point.grade)] += 1;
        }
        let open = self.words.fill("mapCard.openOnes", &[("n", &open.to_string())]);
        let counts = [("n", &*units.to_string()), ("free", &*free.to_string())];
        let mut lines = vec![
            self.line("incidents", told(self.received, open)),
            self.line("units", told(self.received, self.words.fill("mapCard.freeOnes", &counts))),
        ];
        for (grade, count) in RiskGrade::ALL.into_iter().zip(by_grade) {
            let key = format!("grade.{}", grade_key(grade));
            let name = format!("{} · {}", self.words.get("mapCard.riskPoints"), self.words.get(&key));
            lines.push((name, told(self.risk_points.received, count.to_string())));
        }
        let title = self.words.pick(&district.zh, &district.en).to_owned();
        Some(Card::new(title, self.theme.map.border, lines, self.events_lost))
    }

    fn device(&self, id: &city::DeviceId) -> Option<Card> {
        let row = self.devices.row(id)?;
        let class = &self.devices.class[row];
        let value = self.devices.value[row];
        let mut lines = vec![self.line("class", self.words.pick(class.zh(), class.en()))];
        let mut mark = self.theme.map.device;
        if let Some(measure) = Measure::of(class) {
            let name = self.words.pick(measure.zh, measure.en).to_owned();
            let told = match value {
                withheld if withheld.is_nan() => self.words.get("mapCard.withheld").to_owned(),
                value => format!("{value:.1} {}", measure.unit),
            };
            lines.push((name, told));
            lines.push(self.line("alarmFrom", format!("{} {}", measure.alarm, measure.unit)));
            if measure.alarms(value) {
                mark = self.theme.map.device_alarm;
            }
        }
        lines.push(self.line("age", self.ago(self.devices.measured[row])));
        lines.push(self.line("place", self.place(self.devices.place[row])));
        let age_s = self.now.seconds_since(self.devices.measured[row]);
        let stale = age_s > AgeRule::of(class).silent_s;
        Some(Card::new(id.to_string(), mark, lines, stale))
    }
}
