//! How well an algorithm did: what it said, held against what was true.

use city::{CityTime, DailyRate, Evaluation, LonLat, RiskClass, Share};

const DAY_MS: f64 = 86_400_000.0;

/// One thing that an algorithm said: a warning or a notice.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Of which class.
    pub class: RiskClass,
    /// When it was said.
    pub at: CityTime,
    /// Until when it held.
    pub until: CityTime,
    /// Where; `None` everywhere.
    pub place: Option<(LonLat, f64)>,
}

/// One thing that was true: an incident that an algorithm should have told of.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// Of which class.
    pub class: RiskClass,
    /// When it began.
    pub at: CityTime,
    /// Where.
    pub place: LonLat,
}

/// Holds what `version` of an algorithm `said` against what was `true_`, from `from` until before `until`, recorded in
/// `data`; evaluated at `at`.
///
/// A thing said is right when something true of its class began in its place while it held; something true was told
/// when something said before it, or as it began, covers it so. What was said within the span and holds beyond its end
/// with nothing true so far is not judged yet. False alarms are those that were not right, over the days of the span.
pub fn evaluate(
    version: &str,
    data: &str,
    [from, until, at]: [CityTime; 3],
    said: &[Said],
    true_: &[Truth],
) -> Evaluation {
    let within = |t: CityTime| (from..until).contains(&t);
    let said: Vec<&Said> = said.iter().filter(|s| within(s.at)).collect();
    let true_: Vec<&Truth> = true_.iter().filter(|t| within(t.at)).collect();
    let right = |s: &Said| true_.iter().any(|t| covers(s, t));
    let (mut hits, mut wrong, mut unjudged) = (0, 0, 0);
    for s in &said {
        match (right(s), s.until > until) {
            (true, _) => hits += 1,
            (false, true) => unjudged += 1,
            (false, false) => wrong += 1,
        }
    }
    let told = true_.iter().filter(|t| said.iter().any(|s| covers(s, t))).count() as u64;
    Evaluation {
        at,
        version: version.to_owned(),
        data: data.to_owned(),
        from,
        until,
        precision: Share::new(hits, hits + wrong),
        recall: Share::new(told, true_.len() as u64),
        false_alarms: DailyRate { count: wrong, days: (until.0.saturating_sub(from.0)) as f64 / DAY_MS },
        unjudged,
    }
}

fn covers(said: &Said, truth: &Truth) -> bool {
    said.class == truth.class
        && (said.at..=said.until).contains(&truth.at)
        && said.place.is_none_or(|(centre, radius_m)| {
            truth.place.is_valid() && centre.distance_m(truth.place) <= radius_m
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_those_counted_by_hand() {
        let t = |days: f64| CityTime((days * DAY_MS) as i64);
        let here = LonLat::new(106.5, 29.5);
        let far = LonLat::new(106.6, 29.5);
        let said = |class: &RiskClass, from, until, place| Said {
            class: class.clone(),
            at: t(from),
            until: t(until),
            place,
        };
        let (gas, flood) = (RiskClass::Gas, RiskClass::Flood);
        let near = Some((here, 500.0));
        let all = [
            said(&gas, 1.0, 3.0, near),   // right
            said(&gas, 1.5, 3.0, near),   // right, the same truth
            said(&gas, 4.0, 5.0, near),   // false
            said(&flood, 1.0, 3.0, None), // false: no flood
            said(&gas, 9.0, 12.0, None),  // not judged: holds beyond the end
            said(&gas, 20.0, 21.0, None), // outside the span
        ];
        let truth = |class: &RiskClass, at, place| Truth { class: class.clone(), at: t(at), place };
        let truths =
            [truth(&gas, 2.0, here), truth(&gas, 2.0, far), truth(&gas, 0.5, here), truth(&gas, 30.0, here)];
        let e = evaluate("1", "ten days", [t(0.0), t(10.0), t(11.0)], &all, &truths);
        assert_eq!((e.precision, e.recall, e.unjudged), (Share::new(2, 4), Share::new(1, 3), 1));
        assert_eq!(e.false_alarms.value(), Some(0.2));
        let none = evaluate("1", "nothing", [t(0.0), t(0.0), t(0.0)], &[], &[]);
        assert_eq!(
            (none.precision.value(), none.recall.value(), none.false_alarms.value()),
            (None, None, None)
        );
    }
}
