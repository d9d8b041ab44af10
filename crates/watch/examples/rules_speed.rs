//! How many observations a second one core takes through 1,000 rules, and the memory a device needs.
//!
//! `cargo run --release -p watch --example rules_speed [DEVICES]`. Rules are of all kinds, for ten classes: `wide` rules
//! watch their class in the whole city, so that some ninety concern every device; `local` ones a district each.

use city::{CityTime, DistrictCode, LonLat, Measure, Place, RiskClass, TownshipCode};
use std::fmt::Write as _;
use std::time::Instant;
use watch::rules::{DeviceHandle, DeviceInfo, Engine, Observation, RuleSet};

const RULES: usize = 1_000;
const ROUNDS: usize = 7;
const BATCH: usize = 100;
const START: i64 = 1_782_835_200_000;

fn classes() -> Vec<RiskClass> {
    RiskClass::KNOWN.iter().filter(|class| Measure::of(class).is_some()).cloned().collect()
}

/// A rule set of `RULES` rules; each device is concerned by all rules of its class, or of its class and district.
fn rules(local: bool) -> Result<RuleSet, String> {
    let classes = classes();
    let mut text = String::from(
        "system = \"speed\"\nzh = \"速度\"\nen = \"Speed\"\n\
         [[quantity]]\nclass = \"bridge\"\nunit = \"%\"\nmin = 0.0\nmax = 1000.0\n",
    );
    for n in 0..RULES {
        let class = &classes[n % classes.len()];
        let Some(measure) = Measure::of(class) else { continue };
        let district = 500_101 + (n / classes.len()) % 38;
        let place = if local { format!(", districts = [{district}]") } else { String::new() };
        let step = (measure.alarm - measure.usual) * (0.8 + 0.02 * (n / classes.len() % 20) as f64);
        let (first, second) = (measure.usual + step, measure.usual + 1.5 * step);
        let side = if measure.alarm_below { "below" } else { "above" };
        let unit = format!("unit = \"{}\"", measure.unit);
        let (unit, when) = match (n / classes.len()) % 10 {
            0..=3 => (unit, format!("kind = \"{side}\", yellow = {first:.3}, red = {second:.3}")),
            4 | 5 => (
                unit,
                format!(
                    "kind = \"{side}\", yellow = {{ value = {first:.3}, for = \"10min\" }}, max_gap = \"2min\""
                ),
            ),
            6 | 7 => (
                unit,
                format!(
                    "kind = \"rising\", per = \"hour\", over = \"30min\", yellow = {:.3}",
                    step.abs() * 4.0
                ),
            ),
            8 => (String::new(), "kind = \"silent\", yellow = \"30min\"".to_owned()),
            _ => {
                let limit = if measure.alarm_below { "at_most" } else { "at_least" };
                (
                    unit,
                    format!(
                        "kind = \"count\", near = \"township\", within = \"5min\", {limit} = {first:.3}, yellow = 50"
                    ),
                )
            }
        };
        write!(
            text,
            "[[rule]]\nid = \"r{n}\"\nzh = \"规则\"\nen = \"Rule\"\nalgorithm = \"a\"\nversion = \"1\"\n\
             source = \"training value\"\nwatch = {{ class = \"{class}\"{place} }}\n{unit}\nwhen = {{ {when} }}\n\
             raise = \"notice\"\ncentre = \"district\"\nadvice = {{ zh = \"处置\", en = \"Act\" }}\n"
        )
        .map_err(|e| e.to_string())?;
    }
    RuleSet::read(&[("speed.toml", &text)]).map_err(|errors| errors[0].to_string())
}

/// Bytes this process holds in memory; 0 where the system does not say.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4_096
}

fn noise(n: u64) -> f64 {
    let mut z = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (z >> 40) as f64 / (1 << 24) as f64
}

/// Observations of one minute: every device once; of a thousand, `past` are past their alarm.
fn minute(n: i64, devices: &[Measure], past: u64) -> Vec<Observation> {
    let at = CityTime(START + n * 60_000);
    let one = |(device, measure): (usize, &Measure)| {
        let seed = device as u64 * 7_919 + n as u64 * 104_729;
        let bad = seed % 1_000 < past;
        let share = if bad { 1.1 } else { 0.2 * noise(seed) };
        let value = measure.usual + (measure.alarm - measure.usual) * share;
        Observation::new(DeviceHandle(device as u32), at, value)
    };
    devices.iter().enumerate().map(one).collect()
}

fn main() -> Result<(), String> {
    let count: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let classes = classes();
    for (name, local) in [("local", true), ("wide", false)] {
        let rules = rules(local)?;
        for (kind, past) in [("quiet", 0), ("2 of 1000 past", 2), ("50 of 1000 past", 50)] {
            let before = resident();
            let mut engine = Engine::new(rules.clone(), CityTime(START));
            let mut measures = Vec::new();
            for n in 0..count {
                let class = &classes[n % classes.len()];
                let district = DistrictCode(500_101 + (n / classes.len()) as u32 % 38);
                let township = TownshipCode(district.0 * 1_000 + (n / 400) as u32 % 27);
                let at = LonLat::new(106.0 + noise(n as u64), 29.0 + noise(n as u64 + 1));
                let mut info =
                    DeviceInfo::new(format!("D-{n:06}"), class.clone(), Place { district, township }, at);
                info.gateway = (n / 300) as u16;
                engine.enrol(info).map_err(|e| e.to_string())?;
                measures.extend(Measure::of(class));
            }
            let concerned: usize = (0..count).map(|n| engine.rules_of(DeviceHandle(n as u32))).sum();
            let mut rates = Vec::new();
            let mut changes = 0;
            for round in 0..ROUNDS as i64 * 5 {
                let batch = minute(round, &measures, past);
                let now = CityTime(START + round * 60_000);
                let begun = Instant::now();
                for part in batch.chunks(BATCH) {
                    changes += engine.observe(part, now).len();
                }
                changes += engine.tick(now).len();
                rates.push(batch.len() as f64 / begun.elapsed().as_secs_f64());
            }
            let memory = resident().saturating_sub(before) as f64 / count as f64;
            rates.sort_by(f64::total_cmp);
            println!(
                "{name:5} {kind:16} rules {RULES}, {:.1} a device; {:>10.0} observations/s (median of {}, least {:.0}); \
                 {:.0} bytes a device; {changes} changes; {} remembered",
                concerned as f64 / count as f64,
                rates[rates.len() / 2],
                rates.len(),
                rates[0],
                memory,
                engine.remembered(),
            );
            if kind == "quiet" {
                let last = ROUNDS as i64 * 5;
                let storm: Vec<Observation> =
                    minute(last, &measures, 1_000).into_iter().take(10_000).collect();
                let begun = Instant::now();
                let told = engine.observe(&storm, CityTime(START + last * 60_000)).len();
                let took = begun.elapsed().as_secs_f64() * 1e3;
                println!("{name:5} 10000 devices alarm at once: {took:.0} ms, {told} changes");
                let begun = Instant::now();
                let told = engine.replace(rules.clone(), CityTime(START + last * 60_000)).len();
                let took = begun.elapsed().as_secs_f64() * 1e3;
                println!("{name:5} the same rules are read anew: {took:.0} ms, {told} changes");
            }
        }
    }
    Ok(())
}
