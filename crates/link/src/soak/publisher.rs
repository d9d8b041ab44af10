//! The publisher: observations at a steady rate, each numbered by the one that makes it, in messages at QoS 1.

use super::{Load, Phase, Said, now};
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, QoS};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How many messages may be on their way without an acknowledgement.
const ON_THE_WAY: u16 = 2_000;

/// What was published, and acknowledged by the broker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Messages.
    pub messages: u64,
    /// Observations in them.
    pub observations: u64,
    /// How far the publisher was behind its pace at most, milliseconds.
    pub behind_ms: u64,
}

/// Publishes the load that `words` hold as JSON, and says so on standard output: what the process does that
/// [`super::run`] starts.
pub fn publish(words: &str) {
    let said = match serde_json::from_str::<Load>(words) {
        Ok(load) => match run(&load) {
            Ok(published) => Said::Ended(published),
            Err(why) => Said::Failed(why),
        },
        Err(why) => Said::Failed(format!("no load: {why}")),
    };
    say(&said);
}

fn say(said: &Said) {
    if let Ok(line) = serde_json::to_string(said) {
        println!("{line}");
    }
}

fn run(load: &Load) -> Result<Published, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|why| why.to_string())?.block_on(async {
        let mut options = MqttOptions::new("soak-publisher", "127.0.0.1", load.port);
        options.set_max_packet_size(1 << 20, 64 << 20);
        options.set_inflight(ON_THE_WAY);
        let (client, mut events) = AsyncClient::new(options, 64);
        events.network_options.set_tcp_nodelay(true);
        let messages: u64 = load.phases.iter().map(|phase| messages_of(load, *phase)).sum();
        let ((), behind) = tokio::try_join!(acknowledgements(&mut events, messages), make(load, &client))?;
        let observations = messages * u64::from(load.a_message);
        Ok(Published { messages, observations, behind_ms: behind.as_millis() as u64 })
    })
}

fn messages_of(load: &Load, phase: Phase) -> u64 {
    (phase.rate * phase.seconds / f64::from(load.a_message.max(1))).round().max(0.0) as u64
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
async fn make(load: &Load, client: &AsyncClient) -> Result<Duration, String> {
    let publishers = load.publishers.max(1);
    let mut numbers = vec![0_u64; publishers as usize];
    let mut turns = vec![0_u32; publishers as usize];
    let of_each = (load.datastreams / publishers).max(1);
    let (mut begin, mut behind) = (Instant::now(), Duration::ZERO);
    say(&Said::Begins(now().0));
    for phase in &load.phases {
        let all = messages_of(load, *phase);
        for message in 0..all {
            let due = begin + Duration::from_secs_f64(phase.seconds * message as f64 / all as f64);
            sleep_until(due).await;
            behind = behind.max(due.elapsed());
            let publisher = (message % u64::from(publishers)) as usize;
            let first = publisher as u32 * of_each;
            let text =
                text_of(load, publisher, first, of_each, &mut numbers[publisher], &mut turns[publisher]);
            let publishing = client.publish("v1.1/Observations", QoS::AtLeastOnce, false, text);
            publishing.await.map_err(|why| why.to_string())?;
        }
        begin += Duration::from_secs_f64(phase.seconds);
    }
    Ok(behind)
}

/// What a datastream is called.
pub(super) fn datastream(number: u32) -> String {
    format!("d{number}")
}

/// One message: an array of observations of the publisher's datastreams in turn.
fn text_of(
    load: &Load,
    publisher: usize,
    first: u32,
    of_each: u32,
    number: &mut u64,
    turn: &mut u32,
) -> String {
    let at = now().to_string();
    let mut text = String::with_capacity(load.a_message as usize * 180);
    text.push('[');
    for place in 0..load.a_message {
        let comma = if place == 0 { "" } else { "," };
        let datastream = first + *turn;
        let name = self::datastream(datastream);
        let value = f64::from(datastream % 500) / 10.0 + (*number % 7) as f64;
        // Writing into a text cannot fail.
        let _ = write!(
            text,
            "{comma}{{\"phenomenonTime\":\"{at}\",\"result\":{value},\"Datastream\":{{\"@iot.id\":\"{name}\"}},\
             \"parameters\":{{\"publisher\":\"p{publisher}\",\"sequence\":{number}}}}}"
        );
        *number += 1;
        *turn = (*turn + 1) % of_each;
    }
    text.push(']');
    text
}
