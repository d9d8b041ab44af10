//! The publisher, in a process of its own: observations at a steady rate, numbered, in messages at QoS 1.
//!
//! It is told on standard input what to do, a line each: first which devices there are, then one list of phases after
//! another. On standard output it says when it begins with them and when the broker has acknowledged all of it.

use super::rounds::Rounds;
use super::{Phase, TOPIC, now};
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, QoS};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::io::BufRead as _;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// How many messages may be on their way without an acknowledgement.
const ON_THE_WAY: u16 = 2_000;

/// What stands behind its words.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Orders {
    /// The port of the broker on this computer.
    pub(super) port: u16,
    pub(super) publishers: u32,
    pub(super) a_message: u32,
}

/// What it says on its standard output.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Said {
    /// It begins at this instant, milliseconds since 1970.
    Begins(i64),
    /// All phases of a list are over.
    Ended(Published),
    /// It cannot go on.
    Failed(String),
}

/// What was published, and acknowledged by the broker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Published {
    /// Messages.
    pub(super) messages: u64,
    /// Observations in them.
    pub(super) observations: u64,
    /// How far the publisher was behind its pace at most, milliseconds.
    pub(super) behind_ms: u64,
}

/// Publishes what it is told to by [`super::run`], which puts `words` behind the words of this process.
pub fn publish(words: &str) {
    let done = serde_json::from_str(words).map_err(|why| format!("no orders: {why}")).and_then(|orders| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(|why| why.to_string())?.block_on(run(&orders))
    });
    if let Err(why) = done {
        say(&Said::Failed(why));
    }
}

fn say(said: &Said) {
    if let Ok(line) = serde_json::to_string(said) {
        println!("{line}");
    }
}

/// The lines of standard input as they come.
fn lines() -> mpsc::UnboundedReceiver<String> {
    let (tell, told) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let lines = std::io::stdin().lock().lines().map_while(Result::ok);
        lines.map_while(|line| tell.send(line).ok()).for_each(drop);
    });
    told
}

async fn run(orders: &Orders) -> Result<(), String> {
    let mut told = lines();
    let devices: Vec<String> = read(&told.recv().await.unwrap_or_default())?;
    let mut rounds = Rounds::new(orders.publishers, devices.len(), orders.a_message);
    let mut options = MqttOptions::new("soak-publisher", "127.0.0.1", orders.port);
    options.set_max_packet_size(1 << 20, 64 << 20);
    options.set_inflight(ON_THE_WAY);
    let (client, mut events) = AsyncClient::new(options, 64);
    events.network_options.set_tcp_nodelay(true);
    loop {
        // Between two lists it only says now and then that it is there.
        let line = tokio::select! {
            line = told.recv() => line,
            why = acknowledgements(&mut events, u64::MAX) => return why,
        };
        let Some(line) = line else { return Ok(()) };
        let phases: Vec<Phase> = read(&line)?;
        let messages: u64 = phases.iter().map(|phase| messages_of(orders, *phase)).sum();
        let making = make(orders, &phases, &devices, &mut rounds, &client);
        let ((), behind) = tokio::try_join!(acknowledgements(&mut events, messages), making)?;
        let observations = messages * u64::from(orders.a_message);
        say(&Said::Ended(Published { messages, observations, behind_ms: behind.as_millis() as u64 }));
    }
}

fn read<'a, T: Deserialize<'a>>(line: &'a str) -> Result<T, String> {
    serde_json::from_str(line).map_err(|why| format!("what it is told is unreadable: {why}"))
}

/// How many messages a phase has.
pub(super) fn messages_of(orders: &Orders, phase: Phase) -> u64 {
    (phase.rate * phase.seconds / f64::from(orders.a_message.max(1))).round().max(0.0) as u64
}

/// Waits until the broker has acknowledged so many messages.
async fn acknowledgements(events: &mut EventLoop, messages: u64) -> Result<(), String> {
    let mut acknowledged = 0;
    while acknowledged < messages {
        match events.poll().await {
            Ok(Event::Incoming(Packet::PubAck(_))) => acknowledged += 1,
            Ok(_) => {}
            Err(why) => return Err(format!("after {acknowledged} of {messages} messages: {why}")),
        }
    }
    Ok(())
}

/// Makes all messages at their times; how far behind it was at most.
async fn make(
    orders: &Orders,
    phases: &[Phase],
    devices: &[String],
    rounds: &mut Rounds,
    client: &AsyncClient,
) -> Result<Duration, String> {
    let (mut begin, mut behind) = (Instant::now(), Duration::ZERO);
    say(&Said::Begins(now().0));
    for phase in phases {
        let all = messages_of(orders, *phase);
        for message in 0..all {
            let due = begin + Duration::from_secs_f64(phase.seconds * message as f64 / all as f64);
            sleep_until(due).await;
            behind = behind.max(due.elapsed());
            let text = text_of(devices, rounds);
            client.publish(TOPIC, QoS::AtLeastOnce, false, text).await.map_err(|why| why.to_string())?;
        }
        begin += Duration::from_secs_f64(phase.seconds);
    }
    Ok(behind)
}

/// One message: an array of observations.
fn text_of(devices: &[String], rounds: &mut Rounds) -> String {
    let at = now().to_string();
    let (publisher, observations) = rounds.message();
    let mut text = String::with_capacity(observations.size_hint().0 * 180);
    text.push('[');
    for (device, number) in observations {
        let comma = if text.len() == 1 { "" } else { "," };
        let name = devices.get(device).map_or("", String::as_str);
        // Writing into a text cannot fail.
        let _ = write!(
            text,
            "{comma}{{\"phenomenonTime\":\"{at}\",\"result\":{number},\"Datastream\":{{\"@iot.id\":\"{name}\"}},\
             \"parameters\":{{\"publisher\":\"p{publisher}\",\"sequence\":{number}}}}}"
        );
    }
    text.push(']');
    text
}
