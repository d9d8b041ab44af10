//! One connection to the broker after another, each with state of its own: what was not acknowledged comes again.

use super::name::Name;
use super::reader::{Ledger, Reader};
use super::topics::ObservedTopics;
use crate::broker::{BrokerAddress, why_away};
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS, SubAck, SubscribeFilter, SubscribeReasonCode};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// The longest packet there is (MQTT 3.1.1, 2.2.3): a kept one that is refused would end every connection.
const LONGEST_PACKET: usize = 268_435_455;
/// As many requests as there are numbers of packets: no more acknowledgements than that can wait.
const MOST_REQUESTS: usize = 1 << 16;
/// How long to wait before connecting again.
const PAUSE: Duration = Duration::from_secs(1);

/// A broker, and what is done with what comes from it.
pub struct Session {
    broker: BrokerAddress,
    topics: ObservedTopics,
    name: Name,
    reader: Reader,
    ledger: Arc<Ledger>,
}

impl Session {
    /// Nothing is connected yet.
    pub fn new(
        broker: BrokerAddress,
        topics: ObservedTopics,
        name: Name,
        reader: Reader,
        ledger: Arc<Ledger>,
    ) -> Self {
        Self { broker, topics, name, reader, ledger }
    }

    /// Listens for ever.
    pub async fn listen(self) {
        loop {
            let Err(why) = self.converse().await;
            let why = format!("{} (as `{}`): {why}", self.broker, self.name.text);
            if self.ledger.say(Some(&why)) {
                tracing::warn!("observations do not come: {why}; trying again");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Holds one connection until it ends; why it did.
    async fn converse(&self) -> Result<Infallible, String> {
        let (client, mut events) = AsyncClient::new(self.options(), MOST_REQUESTS);
        events.network_options.set_tcp_nodelay(true);
        loop {
            match events.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(_))) => {
                    let all = self.topics.all().iter();
                    let all = all.map(|topic| SubscribeFilter::new(topic.clone(), QoS::AtLeastOnce));
                    client.try_subscribe_many(all).map_err(|error| error.to_string())?;
                }
                Ok(Event::Incoming(Packet::SubAck(answer))) => self.subscribed(&answer)?,
                Ok(Event::Incoming(Packet::Publish(message))) => {
                    // What an earlier start subscribed to the broker still tells to this name.
                    if self.topics.has(&message.topic) {
                        self.reader.take(&message.topic, &message.payload);
                    }
                    client.try_ack(&message).map_err(|_| "it takes no acknowledgements".to_owned())?;
                }
                Ok(_) => {}
                Err(error) => return Err(why_away(&error)),
            }
        }
    }

    fn options(&self) -> MqttOptions {
        let mut options = self.broker.options(&self.name.text);
        options.set_clean_session(false).set_manual_acks(true);
        options.set_max_packet_size(LONGEST_PACKET, LONGEST_PACKET);
        options
    }

    fn subscribed(&self, answer: &SubAck) -> Result<(), String> {
        let answers = self.topics.all().iter().zip(&answer.return_codes);
        let refused = answers.filter(|(_, code)| matches!(code, SubscribeReasonCode::Failure));
        let refused: Vec<&str> = refused.map(|(topic, _)| topic.as_str()).collect();
        if !refused.is_empty() {
            return Err(format!("it lets nobody subscribe to `{}` so", refused.join("`, `")));
        }
        self.ledger.say(None);
        tracing::info!(broker = %self.broker, name = self.name.text, "observations are subscribed to");
        Ok(())
    }
}
