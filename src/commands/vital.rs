//! `shancheng vital`: the vital signs of an area, or one of them in depth.

mod told;

use super::{log_to_standard_error, print_json, print_line};
use crate::arguments::{Credentials, Vital};
use crate::failure::Outcome;
use link::{Felt, LinkConfig, Pulse, StateDir, Wish};
use std::time::{Duration, Instant};
use watch::vital::told::Span;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a past that is being filled in is waited for.
const PAST: Duration = Duration::from_secs(20);

/// Prints what is asked for.
pub fn run(words: &Vital, json: bool) -> Outcome {
    let span = Span::of_key(&words.span).unwrap_or_default();
    let area = words.area.clone().unwrap_or_default();
    let wish = Wish { area, sign: words.sign.clone(), span, quality: false };
    let felt = ask(&words.backend, &words.credentials, wish)?;
    match (felt.sign, felt.signs) {
        (Some(told), _) if json => print_json(&*told),
        (None, Some(told)) if json => print_json(&*told),
        (Some(told), _) => told::in_depth(&told).iter().try_for_each(|line| print_line(line)),
        (None, Some(told)) => told.signs.iter().try_for_each(|sign| print_line(&told::line(sign))),
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
    pulse.look(Some(wish.clone()));
    let felt = pulse.wait(PATIENCE);
    let lacks = !felt.has(&wish);
    match &felt.trouble {
        Some(why) if lacks => anyhow::bail!("{why}"),
        Some(why) => eprintln!("{why}"),
        None if lacks => anyhow::bail!("{backend} did not answer for {} s", PATIENCE.as_secs()),
        None if wish.sign.is_some() => return Ok(with_past(&pulse)),
        None => {}
    }
    Ok(felt)
}

/// The newest answer once the past stands, or what there is when that takes too long: who asks first has it filled in.
fn with_past(pulse: &Pulse) -> Felt {
    let until = Instant::now() + PAST;
    loop {
        let felt = pulse.felt();
        let is_there = felt.sign.as_ref().is_none_or(|sign| sign.past_ready);
        if is_there || felt.trouble.is_some() || Instant::now() >= until {
            return felt;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
