//! `shancheng vital`: the vital signs of an area, or one of them in depth.

use super::{log_to_standard_error, print_json, print_line};
use crate::arguments::{Credentials, Vital};
use crate::failure::Outcome;
use link::{Felt, LinkConfig, Pulse, StateDir, Wish};
use std::time::Duration;
use watch::vital::told::{PartTold, SignTold, Span};

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Prints what is asked for.
pub fn run(words: &Vital, json: bool) -> Outcome {
    let span = Span::of_key(&words.span).unwrap_or_default();
    let area = words.area.clone().unwrap_or_default();
    let wish = Wish { area, sign: words.sign.clone(), span, quality: false };
    let felt = ask(&words.backend, &words.credentials, wish)?;
    match (felt.sign, felt.signs) {
        (Some(told), _) if json => print_json(&*told),
        (None, Some(told)) if json => print_json(&*told),
        (Some(told), _) => {
            print_line(&line(&told.sign))?;
            told.ranking.iter().chain(&told.parts).try_for_each(|part| print_line(&part_line(part)))
        }
        (None, Some(told)) => told.signs.iter().try_for_each(|sign| print_line(&line(sign))),
        (None, None) => Ok(()),
    }
}

/// Waits for the answers to a wish; trouble is a failure.
pub fn ask(backend: &str, credentials: &Credentials, wish: Wish) -> Result<Felt, anyhow::Error> {
    log_to_standard_error("warn");
    let pulse = Pulse::start(&LinkConfig {
        backend: backend.to_owned(),
        credentials: credentials.read(),
        state_dir: StateDir::of_user(None),
        console: "vital".to_owned(),
        map: false,
    })?;
    let (wants_sign, wants_quality) = (wish.sign.is_some(), wish.quality);
    pulse.look(Some(wish));
    let felt = pulse.wait(PATIENCE);
    let lacks = felt.signs.is_none()
        || (wants_sign && felt.sign.is_none())
        || (wants_quality && felt.quality.is_none());
    match &felt.trouble {
        Some(why) if lacks => anyhow::bail!("{why}"),
        Some(why) => eprintln!("{why}"),
        None if lacks => anyhow::bail!("{backend} did not answer for {} s", PATIENCE.as_secs()),
        None => {}
    }
    Ok(felt)
}

fn line(sign: &SignTold) -> String {
    let value = sign
        .value
        .map_or_else(|| format!("{:?}", sign.validity), |value| format!("{value:.2} {}", sign.unit));
    let colour = sign.colour.map_or("", city::WarningColour::key);
    format!(
        "{:<18} {value:>16}  {colour:<6} {}/{}  {} {}",
        sign.id, sign.reporting, sign.devices, sign.zh, sign.en
    )
}

fn part_line(part: &PartTold) -> String {
    let value = part.value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2}"));
    let colour = part.colour.map_or("", city::WarningColour::key);
    format!(
        "  {:<18} {value:>14}  {colour:<6} {}/{}  {} {}",
        part.id, part.reporting, part.devices, part.zh, part.en
    )
}
