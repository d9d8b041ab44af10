//! `shancheng city serve` runs the backend alone; `city token` issues a token for it.

use super::{ground, home_folder, log_to_standard_error, print_json, print_line, roads_named};
use crate::arguments::{City, Serve};
use crate::failure::{Outcome, words};
use backend::{BrokerAddress, Database, IssuerConfig, ObservedTopics};
use city::{Actor, DistrictCode, Jurisdiction, Level, Role, TownshipCode};
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;

/// Does what the words say.
pub fn run(words: City, json: bool) -> Outcome {
    match words {
        City::Serve(words) => serve(*words, json),
        City::Token { data, role, jurisdiction, department, name, hours } => {
            if !backend::tokens::is_name(&name) {
                return Err(crate::failure::words(
                    "--name: say whose token it is, for the journal, in 1 to 100 characters, none of them hidden",
                ));
            }
            if let Some(department) = &department
                && !backend::tokens::is_department(department)
            {
                return Err(crate::failure::words(
                    "--department: name one, without hidden characters, or leave it out",
                ));
            }
            let (level, jurisdiction) = read_jurisdiction(&jurisdiction)?;
            let hours = if hours.is_finite() && hours > 0.0 && hours <= 24.0 * 366.0 {
                hours
            } else {
                return Err(words_hours(hours));
            };
            let (role, seconds) = (read_role(&role)?, (hours * 3600.0) as u32);
            let actor = Actor { name, role, level, jurisdiction, department };
            let token = backend::tokens::issue_to(&data_folder(data)?, &actor, seconds)?;
            if json { print_json(&json!({ "token": token })) } else { print_line(&token) }
        }
    }
}

/// Runs the backend until it is told to end.
fn serve(words: Serve, json: bool) -> Outcome {
    let Serve {
        listen,
        data,
        database,
        database_ca,
        broker,
        broker_ca,
        observations,
        seed,
        speed,
        scenario,
        require_token,
        issuer,
        audience,
        jwks,
        issuer_ca,
        claims,
        issuers,
        tls_cert,
        tls_key,
        plain_http,
        rules,
        withhold,
        terrain,
        roads,
    } = words;
    log_to_standard_error("info");
    let data = data_folder(data)?;
    let named = issuer.zip(audience).map(|(url, audience)| IssuerConfig {
        url,
        audience,
        jwks,
        ca: issuer_ca,
        claims,
    });
    let mut issuers = issuers.as_deref().map(IssuerConfig::read).transpose()?.unwrap_or_default();
    issuers.extend(named);
    let database = database.map(|url| Database::named(&url, database_ca.as_deref())).transpose();
    let broker = broker.map(|url| BrokerAddress::named(&url, broker_ca.as_deref())).transpose();
    let (database, broker) = (database.map_err(named_wrong)?, broker.map_err(named_wrong)?);
    let observations = ObservedTopics::named(&observations).map_err(named_wrong)?;
    let kept = database.as_ref().map(ToString::to_string);
    let config = backend::Config {
        listen,
        database: database.map(Arc::new),
        broker,
        observations,
        seed,
        speed: check_speed(speed)?,
        scenario,
        require_token,
        issuers,
        tls: tls_cert.zip(tls_key).map(|(certificate, key)| backend::TlsFiles { certificate, key }),
        plain_http,
        rules,
        withhold,
        ground: Some(ground(terrain.as_deref())?),
        roads: roads_named(roads.as_deref())?,
        ..backend::Config::embedded(data.clone())
    };
    let running = backend::Backend::start(config)?;
    let url = running.url();
    if json {
        print_json(&json!({"url": url, "data": data, "database": kept, "status": "Exercise"}))?;
    } else {
        print_line(&format!("the training city is live on {url} (exercise); Ctrl-C ends it"))?;
    }
    wait_for_the_end();
    running.stop();
    Ok(())
}

/// The folder of the training city's database.
pub fn data_folder(named: Option<PathBuf>) -> Result<PathBuf, anyhow::Error> {
    named.map_or_else(|| home_folder("XDG_DATA_HOME", ".local/share", "training-city"), Ok)
}

/// A speed that a clock can have.
pub fn check_speed(speed: f64) -> Result<f64, crate::failure::Failure> {
    if speed.is_finite() && (0.1..=600.0).contains(&speed) {
        return Ok(speed);
    }
    Err(words(format!("--speed {speed}: 0.1 to 600 times the clock")))
}

fn named_wrong(error: backend::BackendError) -> crate::failure::Failure {
    words(error.to_string())
}

fn words_hours(hours: f64) -> crate::failure::Failure {
    words(format!("--hours {hours}: more than 0, at most a year"))
}

fn read_role(text: &str) -> Result<Role, crate::failure::Failure> {
    let role = serde_json::from_value::<Role>(json!(text)).ok();
    role.filter(|r| !matches!(r, Role::Crew | Role::Reporter)).ok_or_else(|| {
        words(format!("--role `{text}`: observer, dutyOfficer, commander, planner or auditor"))
    })
}

fn read_jurisdiction(text: &str) -> Result<(Level, Jurisdiction), crate::failure::Failure> {
    let layers = layers::StaticLayers::shipped()?;
    match (text, text.len(), text.parse::<u32>()) {
        ("city", ..) => Ok((Level::City, Jurisdiction::City)),
        (_, 6, Ok(code)) if layers.district(DistrictCode(code)).is_some() => {
            Ok((Level::District, Jurisdiction::District(DistrictCode(code))))
        }
        (_, 9, Ok(code)) if layers.townships.iter().any(|township| township.code.0 == code) => {
            Ok((Level::Township, Jurisdiction::Township(TownshipCode(code))))
        }
        _ => Err(words(format!(
            "--jurisdiction `{text}`: city, or the code of a district (such as 500103) or township of Chongqing"
        ))),
    }
}

/// Waits for Ctrl-C or a request to end.
fn wait_for_the_end() {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        loop {
            std::thread::park();
        }
    };
    runtime.block_on(async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut term) => {
                tokio::select! { _ = tokio::signal::ctrl_c() => (), _ = term.recv() => () }
            }
            Err(_) => drop(tokio::signal::ctrl_c().await),
        }
    });
}
