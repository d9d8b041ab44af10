//! How many observations a second one core takes through 1,000 rules of all kinds, for ten classes: `wide` rules watch
//! their class in the whole city, so that some ninety concern every device; `local` ones a district each.

use super::super::{Figure, figure, quantile};
use super::noise;
use crate::failure::Failure;
use anyhow::anyhow;
use city::{CityTime, DistrictCode, LonLat, Measure, Place, RiskClass, TownshipCode};
use std::fmt::Write as _;
use std::time::Instant;
use watch::rules::{DeviceHandle, DeviceInfo, Engine, Observation, RuleSet};

const RULES: usize = 1_000;
const DEVICES: usize = 100_000;
const MINUTES: i64 = 35;
const BATCH: usize = 100;
const START: i64 = 1_782_835_200_000;

/// The figures of both sets, quiet and alarming.
pub fn figures() -> Result<Vec<Figure>, Failure> {
    let classes: Vec<RiskClass> =
        RiskClass::KNOWN.iter().filter(|class| Measure::of(class).is_some()).cloned().collect();
    let mut figures = Vec::new();
    for (name, local) in [("local", true), ("wide", false)] {
        let rules = rules(&classes, local)?;
        for (kind, past) in [("quiet", 0), ("2 of 1,000 alarm", 2), ("50 of 1,000 alarm", 50)] {
            let (mut engine, measures) = enrolled(&rules, &classes)?;
            let mut rates = Vec::new();
            for n in 0..MINUTES {
                let (batch, now) = (minute(n, &measures, past), CityTime(START + n * 60_000));
                let begun = Instant::now();
                for part in batch.chunks(BATCH) {
                    engine.observe(part, now);
                }
                engine.tick(now);
                rates.push(batch.len() as f64 / begun.elapsed().as_secs_f64());
            }
            let said = format!("{RULES} {name} rules, {kind}: observations a second, median");
            figures.push(figure(said, quantile(&mut rates, 0.5), "1/s"));
            if past > 0 {
                continue;
            }
            let now = CityTime(START + MINUTES * 60_000);
            let storm: Vec<Observation> =
                minute(MINUTES, &measures, 1_000).into_iter().take(10_000).collect();
            let begun = Instant::now();
            let told = engine.observe(&storm, now).len();
            let took = begun.elapsed().as_secs_f64() * 1e3;
            figures.push(figure(format!("{name}: 10,000 devices alarm at once"), took, "ms"));
            figures.push(figure(format!("{name}: changes told of it, before grouping"), told as f64, ""));
            figures.extend(memory(name, &engine, enrolled(&rules, &classes)?.0)?);
            let begun = Instant::now();
            engine.replace(rules.clone(), now);
            let took = begun.elapsed().as_secs_f64() * 1e3;
            figures.push(figure(format!("{name}: the rules are read anew, {DEVICES} devices"), took, "ms"));
        }
    }
    Ok(figures)
}

/// What it costs to remember over a restart, with ten thousand warnings up.
fn memory(name: &str, engine: &Engine, mut next: Engine) -> Result<Vec<Figure>, Failure> {
    let ms = |begun: Instant| begun.elapsed().as_secs_f64() * 1e3;
    let begun = Instant::now();
    let memory = engine.memory();
    let taken = ms(begun);
    let begun = Instant::now();
    let bytes = postcard::to_stdvec(&memory).map_err(|error| anyhow!("{error}"))?;
    let written = ms(begun);
    let begun = Instant::now();
    let memory = postcard::from_bytes(&bytes).map_err(|error| anyhow!("{error}"))?;
    next.recall(&memory, |_| true);
    let recalled = ms(begun);
    let said = |what: &str| format!("{name}: the memory of {DEVICES} devices, {what}");
    Ok(vec![
        figure(said("taken"), taken, "ms"),
        figure(said("made bytes of, off the owner's thread"), written, "ms"),
        figure(said("its size"), bytes.len() as f64 / 1e6, "MB"),
        figure(said("read and taken up"), recalled, "ms"),
        figure(said("warnings that stand again"), next.warnings().count() as f64, ""),
    ])
}

fn enrolled(rules: &RuleSet, classes: &[RiskClass]) -> Result<(Engine, Vec<Measure>), Failure> {
    let mut engine = Engine::new(rules.clone(), CityTime(START));
    let mut measures = Vec::new();
    for n in 0..DEVICES {
        let class = &classes[n % classes.len()];
        let district = DistrictCode(500_101 + (n / classes.len()) as u32 % 38);
        let township = TownshipCode(district.0 * 1_000 + (n / 400) as u32 % 27);
        let at = LonLat::new(106.0 + noise(n as u64), 29.0 + noise(n as u64 + 1));
        let place = Place { district, township };
        let mut info = DeviceInfo::new(format!("D-{n:06}"), class.clone(), place, at);
        info.gateway = (n / 300) as u16;
        engine.enrol(info).map_err(|e| anyhow!("device {n}: {e}"))?;
        measures.extend(Measure::of(class));
    }
    Ok((engine, measures))
}

/// A set in which each device is concerned by all rules of its class, or of its class and district.
fn rules(classes: &[RiskClass], local: bool) -> Result<RuleSet, Failure> {
    let mut text = String::from(
        "system = \"speed\"\nzh = \"速度\"\nen = \"Speed\"\n\
         [[quantity]]\nclass = \"bridge\"\nunit = \"%\"\nmin = 0.0\nmax = 1000.0\n",
    );
    for n in 0..RULES {
        let (class, turn) = (&classes[n % classes.len()], n / classes.len());
        let Some(measure) = Measure::of(class) else { continue };
        let place = if local { format!(", districts = [{}]", 500_101 + turn % 38) } else { String::new() };
        let step = (measure.alarm - measure.usual) * (0.8 + 0.02 * (turn % 20) as f64);
        let (first, second) = (measure.usual + step, measure.usual + 1.5 * step);
        let (side, limit) = if measure.alarm_below { ("below", "at_most") } else { ("above", "at_least") };
        let unit = format!("unit = \"{}\"", measure.unit);
        let (unit, when) = match turn % 10 {
            0..=3 => (unit, format!("kind = \"{side}\", yellow = {first:.3}, red = {second:.3}")),
            4 | 5 => {
                let held = format!("yellow = {{ value = {first:.3}, for = \"10min\" }}, max_gap = \"2min\"");
                (unit, format!("kind = \"{side}\", {held}"))
            }
            6 | 7 => {
                let rise = step.abs() * 4.0;
                (unit, format!("kind = \"rising\", per = \"hour\", over = \"30min\", yellow = {rise:.3}"))
            }
            8 => (String::new(), "kind = \"silent\", yellow = \"30min\"".to_owned()),
            _ => {
                let near = "near = \"township\", within = \"5min\"";
                (unit, format!("kind = \"count\", {near}, {limit} = {first:.3}, yellow = 50"))
            }
        };
        let _ = write!(
            text,
            "[[rule]]\nid = \"r{n}\"\nzh = \"规则\"\nen = \"Rule\"\nalgorithm = \"a\"\nversion = \"1\"\n\
             source = \"training value\"\nwatch = {{ class = \"{class}\"{place} }}\n{unit}\nwhen = {{ {when} }}\n\
             raise = \"notice\"\ncentre = \"district\"\nadvice = {{ zh = \"处置\", en = \"Act\" }}\n"
        );
    }
    let faults = |faults: Vec<watch::rules::RuleError>| {
        anyhow!("{}", faults.first().map(ToString::to_string).unwrap_or_default())
    };
    Ok(RuleSet::read(&[("speed.toml", &text)]).map_err(faults)?)
}

/// Observations of one minute: every device once; of a thousand, `past` are past their alarm.
fn minute(n: i64, devices: &[Measure], past: u64) -> Vec<Observation> {
    let at = CityTime(START + n * 60_000);
    let one = |(device, measure): (usize, &Measure)| {
        let seed = device as u64 * 7_919 + n as u64 * 104_729;
        let share = if seed % 1_000 < past { 1.1 } else { 0.2 * noise(seed) };
        let value = measure.usual + (measure.alarm - measure.usual) * share;
        Observation::new(DeviceHandle(device as u32), at, value)
    };
    devices.iter().enumerate().map(one).collect()
}
