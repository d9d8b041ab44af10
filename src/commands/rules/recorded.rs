//! `shancheng rules evaluate` and `rules record`: rules tried on recorded days.

use crate::commands::progress::ProgressLine;
use crate::commands::{print_json, print_line};
use crate::failure::{Outcome, words};
use anyhow::Context;
use backend::Surroundings;
use backend::training::record::{Recording, Tables};
use backend::watching::RuleFiles;
use city::{AlgorithmId, CityTime, Command, Evaluation, Share};
use serde_json::json;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read};
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use watch::recorded::{Observations, Record, Replayed, files, replay};
use watch::register::Register;

/// The longest `record.toml`, bytes.
const LONGEST: u64 = 1 << 20;

/// Runs the rules over a record and prints how well each algorithm did that it judges.
pub fn evaluate(folder: &Path, rules: Option<&Path>, out: Option<&Path>, json: bool) -> Outcome {
    let register = Register::shipped()?;
    let rules = RuleFiles::open(rules, &register)?.rules().clone();
    let open = |name: &str| {
        let path = folder.join(name);
        File::open(&path).with_context(|| {
            format!(
                "{}: a record has {}, {}, {} and {}",
                path.display(),
                files::ABOUT,
                files::DEVICES,
                files::TRUTH,
                files::OBSERVATIONS
            )
        })
    };
    let in_folder = |fault| anyhow::anyhow!("{}/{fault}", folder.display());
    let mut about = String::new();
    let read = open(files::ABOUT)?.take(LONGEST).read_to_string(&mut about);
    read.with_context(|| folder.join(files::ABOUT).display().to_string())?;
    let (devices, truth) = (BufReader::new(open(files::DEVICES)?), BufReader::new(open(files::TRUTH)?));
    let record = Record::read(&about, devices, truth).map_err(in_folder)?;
    if let Some(strange) = record.about.judges.iter().find(|id| register.get(id).is_none()) {
        let file = folder.join(files::ABOUT);
        return Err(words(format!(
            "{}: `judges` names `{strange}`, which is not in the register of algorithms",
            file.display()
        )));
    }
    let began = Instant::now();
    let observations = BufReader::with_capacity(1 << 20, open(files::OBSERVATIONS)?);
    let rows = Observations::open(observations, &record).map_err(in_folder)?;
    let line = ProgressLine::new();
    let rows = rows.enumerate().map(|(n, row)| {
        if n > 0 && n.is_multiple_of(100_000) {
            line.tell("replaying", &format!("{n} observations"));
        }
        row
    });
    let replayed = replay(rules, &record, rows);
    line.end();
    let replayed = replayed.map_err(in_folder)?;
    let took_s = began.elapsed().as_secs_f64();
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let at = CityTime(i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
    let all = record.evaluate(&replayed, &register, at);
    if let Some(out) = out {
        let commands: Vec<Command> = all.iter().map(command).collect();
        let text = serde_json::to_string_pretty(&commands)?;
        std::fs::write(out, text).with_context(|| out.display().to_string())?;
    }
    told(&record, &replayed, &all, took_s, json)
}

fn command((id, evaluation): &(AlgorithmId, Evaluation)) -> Command {
    Command::RecordEvaluation { algorithm_id: id.clone(), evaluation: Box::new(evaluation.clone()) }
}

fn told(
    record: &Record,
    replayed: &Replayed,
    all: &[(AlgorithmId, Evaluation)],
    took_s: f64,
    json: bool,
) -> Outcome {
    let Replayed { observations, used, late, unused, said } = replayed;
    if json {
        let unused: Vec<_> =
            unused.iter().map(|(why, n)| json!({"why": format!("{why:?}"), "count": n})).collect();
        let list: Vec<_> = all.iter().map(|(id, e)| json!({"algorithm": id, "evaluation": e})).collect();
        return print_json(&json!({"record": record.about.name, "madeUp": record.about.made_up,
            "devices": record.devices.len(), "observations": observations, "used": used, "late": late,
            "unused": unused, "truths": record.truths.len(), "warnings": said.len(), "seconds": took_s,
            "list": list}));
    }
    print_line(&record.about.name)?;
    if record.about.made_up {
        print_line(
            "made-up data: shows that the rules work as written, not how often they are right in the city",
        )?;
    }
    print_line(&format!(
        "{observations} observations of {} devices, {used} used, {late} late; {} true, {} warnings; {took_s:.1} s",
        record.devices.len(),
        record.truths.len(),
        said.len()
    ))?;
    for (why, count) in unused {
        print_line(&format!("{count} not used: {why:?}"))?;
    }
    print_line(&format!(
        "{:<20} {:>8} {:>24} {:>24} {:>9} {:>8} {:>8}",
        "algorithm", "version", "precision", "recall", "false/d", "delay s", "unjudged"
    ))?;
    for (id, e) in all {
        let rate = e.false_alarms.value().map_or_else(|| "-".to_owned(), |rate| format!("{rate:.1}"));
        let delay = e.delay_s.map_or_else(|| "-".to_owned(), |delay| format!("{delay:.0}"));
        let (precision, recall) = (share(e.precision), share(e.recall));
        let (id, version, unjudged) = (id.as_str(), &e.version, e.unjudged);
        print_line(&format!(
            "{id:<20} {version:>8} {precision:>24} {recall:>24} {rate:>9} {delay:>8} {unjudged:>8}"
        ))?;
    }
    Ok(())
}

/// A share with its 95 % interval.
fn share(share: Share) -> String {
    match (share.value(), share.interval95()) {
        (Some(value), Some([low, high])) => {
            let percent = |share: f64| 100.0 * share;
            let (hits, of) = (share.hits, share.of);
            format!("{:.0} % ({:.0}-{:.0}) {hits}/{of}", percent(value), percent(low), percent(high))
        }
        _ => "-".to_owned(),
    }
}

/// Records a training city.
pub fn record(folder: &Path, recording: &Recording, json: bool) -> Outcome {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let make = |name: &str| {
        let path = folder.join(name);
        // A record of real days is not to be had again.
        let made = File::create_new(&path).map(BufWriter::new);
        made.with_context(|| format!("{}: name a folder without a record", path.display()))
    };
    let to = Tables {
        devices: make(files::DEVICES)?,
        truth: make(files::TRUTH)?,
        observations: make(files::OBSERVATIONS)?,
    };
    let surroundings = Surroundings::make(&terrain::Ground::shipped()?, None, recording.seed)?;
    let line = ProgressLine::new();
    let tell = |second: u32| {
        if second > 0 && second.is_multiple_of(60) {
            line.tell("recording", &format!("{} of {} min", second / 60, recording.for_s / 60));
        }
    };
    let recorded = recording.write(&surroundings, to, tell);
    line.end();
    let recorded = recorded.with_context(|| folder.display().to_string())?;
    let about = toml::to_string(&recording.about())?;
    let path = folder.join(files::ABOUT);
    std::fs::write(&path, about).with_context(|| path.display().to_string())?;
    if json {
        return print_json(&json!({"folder": folder, "devices": recorded.devices,
            "observations": recorded.observations, "truths": recorded.truths}));
    }
    let (devices, observations, truths) = (recorded.devices, recorded.observations, recorded.truths);
    let folder = folder.display();
    print_line(&format!(
        "{observations} observations of {devices} devices and {truths} planted excursions in {folder}; shancheng rules evaluate {folder}"
    ))
}
