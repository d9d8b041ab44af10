//! How well an algorithm did: what it said, held against what was true.

use crate::median::median;
use city::{AlgorithmId, CityTime, DailyRate, DeviceId, Evaluation, Jurisdiction, LonLat, Place, Share};

const DAY_MS: f64 = 86_400_000.0;

/// Where something was said to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Whereabouts {
    /// Anywhere in the city.
    Everywhere,
    /// Around a position.
    Spot(LonLat),
    /// In a township or district.
    Area(Jurisdiction),
}

/// One thing that an algorithm said: a warning.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Which algorithm.
    pub algorithm: AlgorithmId,
    /// When it was said.
    pub at: CityTime,
    /// Until when it held; `None` while it does.
    pub until: Option<CityTime>,
    /// Of which device; `None` where it is of no one device.
    pub device: Option<DeviceId>,
    /// Where.
    pub place: Whereabouts,
}

/// One thing that was true, of which algorithms should have told.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// Which algorithms.
    pub algorithms: Vec<AlgorithmId>,
    /// When it began.
    pub from: CityTime,
    /// When it was over.
    pub until: CityTime,
    /// The one device that shows it; `None` where any around may.
    pub device: Option<DeviceId>,
    /// Where it was; `None` where nobody wrote it down.
    pub at: Option<LonLat>,
    /// How far from there it may be told of, metres.
    pub within_m: f64,
    /// Whose the place is.
    pub place: Option<Place>,
}

/// What is judged: a record of a span of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged<'a> {
    /// The record in words.
    pub data: &'a str,
    /// From when on it is judged.
    pub from: CityTime,
    /// Until before when.
    pub until: CityTime,
    /// When it is evaluated.
    pub at: CityTime,
    /// True where the record was made up.
    pub made_up: bool,
}

/// Holds what `version` of the algorithm `id` `said` against all that was `true_` of it.
///
/// A thing said is right when something true went on in its place while it held: an early warning that still stands when
/// the thing begins is right, one that was taken back before is not. Something true was told when a right thing was said
/// of it before it was over. What was said within the span, still holds at its end and has nothing true so far is not
/// judged yet. False alarms are those that were not right, over the days of the span. The delay is the median, over what
/// was told, of the time from its beginning until it was first told.
pub fn evaluate(
    id: &AlgorithmId,
    version: &str,
    judged: &Judged,
    said: &[Said],
    true_: &[Truth],
) -> Evaluation {
    let within = |t: CityTime| (judged.from..judged.until).contains(&t);
    let said: Vec<&Said> = said.iter().filter(|s| s.algorithm == *id && within(s.at)).collect();
    // Nobody knows what would still have held when something began after the record.
    let its = |t: &&Truth| t.algorithms.contains(id) && t.from < judged.until;
    let true_: Vec<&Truth> = true_.iter().filter(its).collect();
    let (mut hits, mut wrong, mut unjudged) = (0, 0, 0);
    for s in &said {
        match (true_.iter().any(|t| covers(s, t)), s.until) {
            (true, _) => hits += 1,
            (false, None) => unjudged += 1,
            (false, Some(_)) => wrong += 1,
        }
    }
    // What began before the span may have been told before it.
    let true_ = true_.iter().filter(|t| within(t.from));
    let first = |t: &&&Truth| said.iter().filter(|s| covers(s, t)).map(|s| s.at).min();
    let (mut of, mut delays) = (0, Vec::new());
    for truth in true_ {
        of += 1;
        delays.extend(first(&truth).map(|at| at.seconds_since(truth.from)));
    }
    Evaluation {
        at: judged.at,
        version: version.to_owned(),
        data: judged.data.to_owned(),
        from: judged.from,
        until: judged.until,
        precision: Share::new(hits, hits + wrong),
        recall: Share::new(delays.len() as u64, of),
        false_alarms: DailyRate {
            count: wrong,
            days: judged.until.0.saturating_sub(judged.from.0) as f64 / DAY_MS,
        },
        unjudged,
        delay_s: median(&mut delays),
        made_up: judged.made_up,
    }
}

fn covers(said: &Said, truth: &Truth) -> bool {
    let in_time = said.at <= truth.until && said.until.is_none_or(|until| until >= truth.from);
    in_time
        && match (&said.device, &truth.device) {
            (Some(said), Some(shows)) => said == shows,
            _ => is_there(&said.place, truth),
        }
}

fn is_there(place: &Whereabouts, truth: &Truth) -> bool {
    match place {
        Whereabouts::Everywhere => true,
        Whereabouts::Spot(spot) => truth.at.is_some_and(|at| spot.distance_m(at) <= truth.within_m),
        Whereabouts::Area(area) => truth.place.is_some_and(|place| area.covers(place)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use city::{DistrictCode, TownshipCode};

    fn t(days: f64) -> CityTime {
        CityTime((days * DAY_MS) as i64)
    }

    fn said(from: f64, until: Option<f64>, place: Whereabouts) -> Said {
        Said { algorithm: "gas-leak".into(), at: t(from), until: until.map(t), device: None, place }
    }

    fn truth(from: f64, until: f64, at: LonLat) -> Truth {
        let township = TownshipCode(500_103_001);
        Truth {
            algorithms: vec!["gas-leak".into()],
            from: t(from),
            until: t(until),
            device: None,
            at: Some(at),
            within_m: 500.0,
            place: Some(Place { district: township.district(), township }),
        }
    }

    fn judged(until: f64, said: &[Said], truths: &[Truth]) -> Evaluation {
        let span = Judged { data: "ten days", from: t(0.0), until: t(until), at: t(11.0), made_up: false };
        evaluate(&"gas-leak".into(), "1", &span, said, truths)
    }

    const HERE: LonLat = LonLat::new(106.5, 29.5);
    const FAR: LonLat = LonLat::new(106.6, 29.5);

    #[test]
    fn the_figures_are_those_counted_by_hand() {
        let near = Whereabouts::Spot(HERE);
        let of_others = Said { algorithm: "smoke".into(), ..said(2.0, Some(3.0), near.clone()) };
        let all = [
            said(1.0, Some(3.0), near.clone()),       // right, a day ahead
            said(2.5, Some(3.5), near.clone()),       // right, the same truth
            said(4.0, Some(5.0), near.clone()),       // false
            said(1.0, Some(1.9), near.clone()),       // false: taken back before it began
            said(9.0, None, Whereabouts::Everywhere), // not judged: holds at the end
            said(20.0, Some(21.0), near),             // outside the span
            of_others,                                // another algorithm's
        ];
        let truths =
            [truth(2.0, 3.0, HERE), truth(2.0, 3.0, FAR), truth(6.0, 7.0, HERE), truth(30.0, 31.0, HERE)];
        let e = judged(10.0, &all, &truths);
        assert_eq!((e.precision, e.recall, e.unjudged), (Share::new(2, 4), Share::new(1, 3), 1));
        assert_eq!((e.false_alarms.value(), e.delay_s), (Some(0.2), Some(-86_400.0)));
        let none = judged(0.0, &[], &[]);
        assert_eq!((none.precision.value(), none.recall.value()), (None, None));
        assert_eq!((none.false_alarms.value(), none.delay_s), (None, None));
    }

    #[test]
    fn what_one_device_shows_is_told_by_that_device_or_by_what_is_of_none() {
        let shown = Truth { device: Some("G-1".into()), ..truth(2.0, 3.0, HERE) };
        let of = |device: &str| Said {
            device: Some(device.into()),
            ..said(2.0, Some(3.0), Whereabouts::Spot(HERE))
        };
        let right = |said: Said| judged(10.0, &[said], std::slice::from_ref(&shown)).precision.hits == 1;
        assert!(right(of("G-1")) && !right(of("G-2")));
        assert!(right(said(2.0, Some(3.0), Whereabouts::Spot(HERE))));
        assert!(!right(said(2.0, Some(3.0), Whereabouts::Spot(FAR))));
        let area = |code| Whereabouts::Area(Jurisdiction::District(DistrictCode(code)));
        assert!(right(said(2.0, Some(3.0), area(500_103))));
        assert!(!right(said(2.0, Some(3.0), area(500_102))));
    }

    #[test]
    fn the_delay_is_the_median_of_what_was_told() {
        let at = |day: f64| LonLat::new(106.5 + day / 10.0, 29.5);
        let truths: Vec<Truth> =
            (0..4).map(|n| truth(f64::from(n), f64::from(n) + 0.9, at(f64::from(n)))).collect();
        let after = |n: usize, s: f64| {
            said(n as f64 + s / 86_400.0, Some(n as f64 + 0.9), Whereabouts::Spot(at(n as f64)))
        };
        let delays = |said: &[Said]| judged(10.0, said, &truths).delay_s.map(f64::round);
        assert_eq!(delays(&[after(0, 10.0), after(1, 60.0), after(2, 600.0)]), Some(60.0));
        assert_eq!(delays(&[after(0, 10.0), after(1, 60.0), after(1, 80.0)]), Some(35.0));
    }
}
