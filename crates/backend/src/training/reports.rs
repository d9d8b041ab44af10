//! What residents and grid workers report: where people live, in their words; and now and then much of one thing at one
//! spot for days, which is what an analysis is to find.

use super::act::Act;
use super::chance::{About, Chance};
use super::words::{Reported, Words};
use crate::surroundings::rounded;
use crate::{BackendError, Surroundings};
use city::{CityTime, Command, DistrictCode, LonLat, RiskClass, SmallEventId, Source, World};
use layers::Township;
use std::collections::HashMap;
use watch::notices::SmallEvent;

/// How many spells begin in a week.
const SPELLS_A_WEEK: u64 = 4;
/// The milliseconds of a week.
const WEEK_MS: i64 = 7 * 86_400_000;

/// Residents and grid workers of the whole city.
pub struct Reporters {
    chance: Chance,
    per_s: f64,
    districts: Vec<(DistrictCode, f64)>,
    townships: HashMap<DistrictCode, Vec<LonLat>>,
}

/// Much of one thing at one spot, for days.
struct Spell {
    spot: LonLat,
    district: DistrictCode,
    began: CityTime,
    ends: CityTime,
    per_s: f64,
    /// What is reported, as a place in the words.
    what: usize,
}

/// Who reports what where.
struct Report<'a> {
    at: LonLat,
    reported: &'a Reported,
    text: String,
}

impl Reporters {
    /// Reporters among `townships`, who report `per_s` a second over the city by the `residents` of each
    /// district.
    pub fn new(
        chance: Chance,
        per_s: f64,
        townships: &[Township],
        residents: &[(DistrictCode, f64)],
    ) -> Self {
        let mut of: HashMap<_, Vec<_>> = HashMap::new();
        for township in townships {
            of.entry(township.code.district()).or_default().push(township.at);
        }
        Self { chance, per_s, districts: residents.to_vec(), townships: of }
    }

    /// What is reported in the second of `at`.
    pub fn step(&self, at: CityTime, words: &Words, world: &dyn World) -> Vec<Act> {
        let said = |(one, report): (Chance, Report)| said(one, report, words);
        self.second(at, &self.spells(at, words), words, world).into_iter().map(said).collect()
    }

    fn second<'a>(
        &self,
        at: CityTime,
        spells: &[Spell],
        words: &'a Words,
        world: &dyn World,
    ) -> Vec<(Chance, Report<'a>)> {
        let second = self.chance.about(About::Report, at.0.div_euclid(1_000) as u64);
        let count = self.per_s.floor() as u64 + u64::from(second.share(0) < self.per_s.fract());
        let usual = (0..count).filter_map(|n| {
            let one = second.about(About::Report, n);
            Some((one, self.one(one, words, world)?))
        });
        let under_way = spells.iter().enumerate().filter(|(_, spell)| spell.began <= at && at < spell.ends);
        let more = under_way.filter_map(|(n, spell)| {
            let one = second.about(About::Spell, n as u64);
            (one.share(9) < spell.per_s).then_some(())?;
            let near = LonLat::new(
                spell.spot.lon + one.between(5, -0.0018, 0.0018),
                spell.spot.lat + one.between(6, -0.0015, 0.0015),
            );
            let near = rounded(near);
            world.place(near).filter(|place| place.district == spell.district)?;
            let reported = words.reported.get(spell.what)?;
            let text = reported.texts.get(one.pick(2, reported.texts.len()))?.clone();
            Some((one, Report { at: near, reported, text }))
        });
        usual.chain(more).collect()
    }

    /// The spells that may be under way at `at`: those of its week and the one before.
    fn spells(&self, at: CityTime, words: &Words) -> Vec<Spell> {
        let week = at.0.div_euclid(WEEK_MS);
        // Where nobody reports there is nothing to report more of.
        if self.per_s <= 0.0 {
            return Vec::new();
        }
        let all = (week - 1..=week).flat_map(|week| (0..SPELLS_A_WEEK).map(move |n| (week, n)));
        all.filter_map(|(week, n)| self.spell(week, n, words)).collect()
    }

    fn spell(&self, week: i64, n: u64, words: &Words) -> Option<Spell> {
        let one = self.chance.about(About::Spell, week as u64 * SPELLS_A_WEEK + n);
        let (district, _) = *self.districts.get(one.weighted(0, self.districts.iter().map(|d| d.1)))?;
        let points = self.townships.get(&district)?;
        let spot = *points.get(one.pick(1, points.len()))?;
        let began = CityTime(week * WEEK_MS + (one.share(2) * WEEK_MS as f64) as i64);
        Some(Spell {
            spot,
            district,
            began,
            ends: began.plus_s(one.between(3, 4.0, 7.0) * 86_400.0),
            per_s: one.between(4, 12.0, 36.0) / 86_400.0,
            what: one.pick(5, words.reported.len()),
        })
    }

    fn one<'a>(&self, one: Chance, words: &'a Words, world: &dyn World) -> Option<Report<'a>> {
        let (district, _) = *self.districts.get(one.weighted(0, self.districts.iter().map(|d| d.1)))?;
        let reported = words.reported.get(one.weighted(1, words.reported.iter().map(|r| r.share)))?;
        let text = reported.texts.get(one.pick(2, reported.texts.len()))?.clone();
        Some(Report { at: self.place(one, district, world)?, reported, text })
    }

    /// Within a few hundred metres of a township's point and still in the district.
    fn place(&self, one: Chance, district: DistrictCode, world: &dyn World) -> Option<LonLat> {
        let points = self.townships.get(&district)?;
        (0..12).find_map(|n| {
            let draw = one.about(About::Report, 100 + n);
            let near = points.get(draw.pick(0, points.len()))?;
            let lon = near.lon + draw.between(1, -0.006, 0.006);
            let lat = near.lat + draw.between(2, -0.005, 0.005);
            let at = rounded(LonLat::new(lon, lat));
            world.place(at).is_some_and(|place| place.district == district).then_some(at)
        })
    }
}

/// Who reports it, in the words of a command.
fn said(one: Chance, report: Report, words: &Words) -> Act {
    let surname = words.surnames().get(one.pick(3, words.surnames().len())).map_or("", String::as_str);
    // Residents are pseudonyms from the start: a training city must not teach to show telephone numbers.
    let (name, source) = if one.share(4) < 0.6 {
        let name = format!("市民{surname}**");
        (format!("resident:{name}"), Source::Resident { name })
    } else {
        let name = format!("网格员{surname}**");
        (format!("grid:{name}"), Source::GridWorker { name })
    };
    let (risk_class, lon, lat, text) =
        (report.reported.class.clone(), report.at.lon, report.at.lat, report.text);
    Act::report(&name, source, Command::Report { risk_class, lon, lat, text })
}

/// What was reported in the training city before it began: as made up as what is reported since.
pub struct PastReports {
    reporters: Reporters,
    words: Words,
}

impl PastReports {
    /// The past of the city of `seed` under `scenario`.
    pub fn of(
        surroundings: &Surroundings,
        seed: u64,
        scenario: &super::Scenario,
    ) -> Result<Self, BackendError> {
        let reporters = super::reporters(surroundings, Chance::new(seed), scenario);
        Ok(Self { reporters, words: Words::shipped()? })
    }

    /// What was reported from `since` until before `until`.
    pub fn between(&self, since: CityTime, until: CityTime, world: &Surroundings) -> Vec<SmallEvent> {
        let mut events = Vec::new();
        let (mut week, mut spells) = (i64::MIN, Vec::new());
        for second in since.0.div_euclid(1_000)..until.0.div_euclid(1_000) {
            let at = CityTime(second * 1_000);
            if at.0.div_euclid(WEEK_MS) != week {
                (week, spells) = (at.0.div_euclid(WEEK_MS), self.reporters.spells(at, &self.words));
            }
            for (n, (_, report)) in
                self.reporters.second(at, &spells, &self.words, world).into_iter().enumerate()
            {
                events.push(SmallEvent {
                    id: SmallEventId(format!("P-{second}-{n}").into()),
                    class: RiskClass::clone(&report.reported.class),
                    cause: None,
                    at: report.at,
                    time: at,
                    handled: None,
                    place: world.place(report.at),
                });
            }
        }
        events
    }
}
