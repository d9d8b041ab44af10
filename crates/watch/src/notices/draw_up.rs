//! From a candidate that stands to the notice that an officer reads.

use super::candidates::{Candidate, Found};
use super::chance::number_of;
use super::event::Usable;
use super::find::{Analysis, NoticeSettings};
use super::tails;
use crate::wording::Template;
use city::{
    ActOn, AlgorithmState, CityTime, Interval, Jurisdiction, Level, NoticeArea, NoticeKind, NoticeState,
    Outcome, RiskNotice, Statistic, TwoTongues,
};
use geodesy::EastNorth;
use std::collections::BTreeMap;

/// What a run's notices are drawn up from.
pub(super) struct Desk<'a> {
    pub analysis: &'a Analysis<'a>,
    pub settings: &'a NoticeSettings,
    pub all: &'a [Usable<'a>],
    pub states: &'a [(NoticeKind, AlgorithmState)],
}

/// The figures of a candidate.
struct Figures {
    area: NoticeArea,
    from: CityTime,
    until: CityTime,
    observed: u64,
    expected: f64,
    expected95: Interval,
    ratio95: Interval,
    name: &'static str,
    value: f64,
    p_method: String,
    overdispersion: f64,
    cause: Option<String>,
}

impl Desk<'_> {
    /// The notice; `None` when its algorithm may not run.
    pub fn draw_up(&self, candidate: &Candidate) -> Option<RiskNotice> {
        let kind = candidate.kind();
        let at = NoticeKind::ALL.iter().position(|k| *k == kind)?;
        let (algorithm, version) = super::ALGORITHMS[at];
        let state = self.states.iter().find(|(k, _)| *k == kind)?.1;
        let entry = self.analysis.register.get(&algorithm.into())?;
        let f = self.figures(candidate);
        let until = self.analysis.until;
        let recurrence_days = self.settings.interval_days / candidate.p_value.max(1e-15);
        let jurisdiction = self.jurisdiction(candidate);
        let act = self.act(candidate, jurisdiction, recurrence_days);
        let ratio = if f.expected > 0.0 { f.observed as f64 / f.expected } else { f64::MAX };
        let what = format!("{:?}|{:?}|{:?}", f.area, f.from, f.cause);
        let name = format!("{algorithm}|{version}|{}|{until}|{what}|{}", candidate.class, self.analysis.seed);
        let mut notice = RiskNotice {
            id: format!("N-{:012x}", number_of(&name) & 0xffff_ffff_ffff).into(),
            issued_at: until,
            valid_until: until.plus_s(self.analysis.guide.valid_days * 86_400.0),
            status: self.analysis.status,
            class: candidate.class.clone(),
            kind,
            cause: f.cause,
            area: f.area,
            from: f.from,
            until: f.until,
            evidence: self.kept(candidate).map(|usable| usable.event.id.clone()).collect(),
            // What has no position, or one that is withheld, is evidence all the same.
            evidence_at: self
                .kept(candidate)
                .map(|usable| usable.event.at)
                .filter(|at| at.is_valid())
                .collect(),
            evidence_total: candidate.events.len() as u64,
            observed: f.observed,
            expected: f.expected,
            expected95: f.expected95,
            ratio,
            ratio95: f.ratio95,
            statistic: Statistic {
                name: f.name.to_owned(),
                value: f.value,
                p_value: candidate.p_value,
                p_method: f.p_method,
                recurrence_days,
                overdispersion: f.overdispersion,
            },
            algorithm: algorithm.into(),
            version: version.to_owned(),
            on_trial: state == AlgorithmState::Trial,
            seed: self.analysis.seed,
            validity: entry.validity.clone(),
            act,
            words: TwoTongues::default(),
            state: NoticeState::Issued,
            outcome: Outcome::Unknown,
        };
        notice.words = self.words(&notice);
        Some(notice)
    }

    fn figures(&self, candidate: &Candidate) -> Figures {
        let least_m = self.analysis.guide.least_radius_m;
        let circle = |centre: EastNorth, radius_m: f64| NoticeArea::Circle {
            centre: geodesy::to_lon_lat(centre),
            radius_m: radius_m.max(least_m),
        };
        let until = self.analysis.until;
        let back = |days: u32| until.plus_ms(-i64::from(days) * super::scan::DAY_MS);
        let over = |observed: u64, expected: f64, dispersion: f64| {
            let mean = tails::mean95(observed, dispersion);
            Interval { low: mean.low / expected.max(1e-9), high: mean.high / expected.max(1e-9) }
        };
        match &candidate.found {
            Found::Cluster(c, replicates, overdispersion) => Figures {
                area: circle(c.centre, c.radius_m),
                from: c.from,
                until: c.until,
                observed: c.cases.len() as u64,
                expected: c.expected,
                expected95: c.expected95,
                ratio95: over(c.cases.len() as u64, c.expected, *overdispersion),
                name: "log generalised likelihood ratio",
                value: c.log_ratio,
                p_method: if c.is_gumbel {
                    format!("Gumbel of {replicates} permutations")
                } else {
                    format!("rank of {replicates} permutations")
                },
                overdispersion: *overdispersion,
                cause: self.common_cause(candidate),
            },
            Found::Trend(t) => Figures {
                area: match candidate.of {
                    Jurisdiction::City => NoticeArea::City,
                    Jurisdiction::District(code) => NoticeArea::District { code },
                    Jurisdiction::Township(code) => NoticeArea::Township { code },
                },
                from: back(t.recent_days),
                until,
                observed: t.observed,
                expected: t.expected,
                expected95: t.expected95,
                ratio95: t.ratio95,
                name: "count against season and weekday",
                value: t.observed as f64,
                p_method: format!("{} over {} days", t.method.key(), t.baseline_days),
                overdispersion: t.overdispersion,
                cause: self.common_cause(candidate),
            },
            Found::Place(spot) => Figures {
                area: circle(spot.centre, self.settings.places.radius_m),
                from: back(self.settings.places.days),
                until,
                observed: u64::from(spot.episodes),
                expected: spot.expected,
                expected95: tails::expected95(spot.expected, 1.0),
                ratio95: over(u64::from(spot.episodes), spot.expected, 1.0),
                name: "returns against the density around",
                value: f64::from(spot.episodes),
                p_method: "binomial, Bonferroni over spots".to_owned(),
                overdispersion: 1.0,
                cause: self.common_cause(candidate),
            },
            Found::Cause(cause) => Figures {
                area: match candidate.of {
                    Jurisdiction::District(code) => NoticeArea::District { code },
                    _ => NoticeArea::City,
                },
                from: back(self.settings.causes.recent_days),
                until,
                observed: cause.events.len() as u64,
                expected: cause.expected,
                expected95: cause.expected95,
                ratio95: over(cause.events.len() as u64, cause.expected, cause.overdispersion),
                name: "share against its own before",
                value: cause.events.len() as f64 / cause.of.max(1) as f64,
                p_method: "hypergeometric, widened for bursts".to_owned(),
                overdispersion: cause.overdispersion,
                cause: Some(cause.cause.to_string()),
            },
        }
    }

    /// The events that the notice names.
    fn kept<'c>(&'c self, candidate: &'c Candidate) -> impl Iterator<Item = &'c Usable<'c>> {
        let kept = candidate.events.iter().take(self.analysis.guide.evidence_kept);
        kept.map(|row| &self.all[*row as usize])
    }

    /// The cause that more than half of the events share.
    fn common_cause(&self, candidate: &Candidate) -> Option<String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &candidate.events {
            if let Some(cause) = &self.all[*row as usize].event.cause {
                *counts.entry(cause).or_default() += 1;
            }
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count)?;
        (most.1 * 2 > candidate.events.len()).then(|| most.0.to_owned())
    }

    /// The smallest area that holds every event.
    fn jurisdiction(&self, candidate: &Candidate) -> Jurisdiction {
        let mut places = candidate.events.iter().map(|row| self.all[*row as usize].place);
        let Some(first) = places.next() else { return candidate.of };
        let (mut township, mut district) = (true, true);
        for place in places {
            township &= place.township == first.township;
            district &= place.district == first.district;
        }
        let is_spot = matches!(candidate.found, Found::Cluster(..) | Found::Place(_));
        match (township && is_spot, district && candidate.of != Jurisdiction::City) {
            (true, _) => Jurisdiction::Township(first.township),
            (false, true) => Jurisdiction::District(first.district),
            (false, false) => Jurisdiction::City,
        }
    }

    fn act(&self, candidate: &Candidate, jurisdiction: Jurisdiction, recurrence_days: f64) -> ActOn {
        let guide = self.analysis.guide;
        let acting = guide.acting(&candidate.class);
        let severity = guide.severity_of(recurrence_days);
        let hours = severity.map_or(acting.act_within_h, |s| s.act_within_h.min(acting.act_within_h));
        ActOn {
            level: match jurisdiction {
                Jurisdiction::City => Level::City,
                Jurisdiction::District(_) => Level::District,
                Jurisdiction::Township(_) => Level::Township,
            },
            jurisdiction,
            departments: acting.departments,
            severity: severity.map_or(String::new(), |s| s.key.clone()),
            by: self.analysis.until.plus_s(hours * 3_600.0),
        }
    }

    fn words(&self, notice: &RiskNotice) -> TwoTongues {
        let place = self.analysis.names.name(notice.act.jurisdiction);
        let texts = self.analysis.guide.words(notice.kind);
        let radius_m = match notice.area {
            NoticeArea::Circle { radius_m, .. } => radius_m,
            _ => 0.0,
        };
        let days = (notice.until.seconds_since(notice.from) / 86_400.0).round();
        let years = notice.statistic.recurrence_days / 365.25;
        let cause = notice.cause.as_deref().unwrap_or_default();
        let filled = |zh: bool| {
            let rarity = match (years, zh) {
                (y, true) if y >= 100.0 => "百年以上".to_owned(),
                (y, false) if y >= 100.0 => "more than a century".to_owned(),
                (y, true) if y >= 2.0 => format!("{y:.0} 年"),
                (y, false) if y >= 2.0 => format!("{y:.0} years"),
                (_, true) => format!("{:.0} 天", notice.statistic.recurrence_days),
                (_, false) => format!("{:.0} days", notice.statistic.recurrence_days),
            };
            let by = notice.act.by.shanghai_date_clock();
            Template::default()
                .with("place", if zh { &place.zh } else { &place.en })
                .with("class", if zh { notice.class.zh() } else { notice.class.en() })
                .with("days", days)
                .with("observed", notice.observed)
                .with("expected", format!("{:.1}", notice.expected))
                .with("low", notice.expected95.low)
                .with("high", notice.expected95.high)
                .with("ratio", format!("{:.1}", notice.ratio))
                .with("ratioLow", format!("{:.1}", notice.ratio95.low))
                .with("ratioHigh", format!("{:.1}", notice.ratio95.high))
                .with("recurrence", rarity)
                .with("radius", format!("{radius_m:.0}"))
                .with("cause", cause)
                .with("departments", notice.act.departments.join(if zh { "、" } else { ", " }))
                .with("by", by.get(..16).unwrap_or(&by))
        };
        TwoTongues { zh: filled(true).fill(&texts.zh), en: filled(false).fill(&texts.en) }
    }
}
