//! Values and positions from the backend that leads the training city to the others, by an MQTT broker.
//!
//! Each second what changed, and every ten seconds everything, kept by the broker for whoever comes later. What a slow
//! or absent broker misses is superseded by the next: nothing waits for it.

mod address;

pub use address::BrokerAddress;

use crate::Surroundings;
use crate::telemetry::{Changes, Fix, Reading, Telemetry};
use city::{DeviceColumns, DeviceId, MoverColumns, TelemetryBatch};
use rumqttc::{Client, Connection, ConnectionError, Event, Packet, QoS, TlsError};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often everything is told.
const WHOLE_EVERY: Duration = Duration::from_secs(10);
/// How many messages may wait to be sent; those beyond are superseded by the next.
const WAITING: usize = 16;
/// How long to wait before connecting again.
const PAUSE: Duration = Duration::from_secs(1);

/// The way to the broker.
pub struct Broker {
    client: Client,
    topic: String,
    surroundings: Arc<Surroundings>,
    told_whole: Option<Instant>,
    trouble: Arc<Trouble>,
}

/// Why the broker is away, while it is.
#[derive(Default)]
struct Trouble(Mutex<Option<String>>);

impl Trouble {
    /// Takes what it is now; true where that is another than before.
    fn become_so(&self, now: Option<String>) -> bool {
        let mut is = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let differs = *is != now;
        *is = now;
        differs
    }
}

impl Broker {
    /// Connects to the broker at `address` for the city `city_id`, again and again, on a thread of its own. What another
    /// backend tells goes to `hear`, until that is false.
    pub fn start(
        address: &BrokerAddress,
        city_id: &str,
        surroundings: Arc<Surroundings>,
        hear: impl Fn(Option<Changes>) -> bool + Send + 'static,
    ) -> std::io::Result<Self> {
        let own = format!("shancheng-{}", uuid::Uuid::new_v4().simple());
        let (client, connection) = Client::new(address.options(&own), WAITING);
        let topic = format!("shancheng/{city_id}/telemetry");
        let trouble = Arc::new(Trouble::default());
        let ear = Ear {
            client: client.clone(),
            trouble: trouble.clone(),
            topic: topic.clone(),
            shown: address.to_string(),
            rows: surroundings.devices.iter().map(|d| d.id.clone()).zip(0..).collect(),
            newest: city::CityTime(i64::MIN),
        };
        std::thread::Builder::new()
            .name("city-broker".to_owned())
            .spawn(move || ear.listen(connection, hear))?;
        Ok(Self { client, topic, surroundings, told_whole: None, trouble })
    }

    /// Why the broker is away, if it is.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells the other backends what changed, and now and then all that `telemetry` holds.
    pub fn tell(&mut self, changes: &Changes, telemetry: &Telemetry) {
        self.publish("", false, &batch(changes, &self.surroundings));
        if self.told_whole.is_none_or(|told| told.elapsed() >= WHOLE_EVERY) {
            self.told_whole = Some(Instant::now());
            let TelemetryBatch { at, devices, movers, .. } = telemetry.everything();
            // What never changes of a device is known to everybody who has the seed.
            let DeviceColumns { id, value, age_ms, .. } = devices;
            let devices = DeviceColumns { id, value, age_ms, ..DeviceColumns::default() };
            self.publish(
                "/whole",
                true,
                &TelemetryBatch { at, devices, movers, ..TelemetryBatch::default() },
            );
        }
    }

    fn publish(&self, below: &str, kept: bool, batch: &TelemetryBatch) {
        let text = match serde_json::to_vec(batch) {
            Ok(text) => text,
            Err(error) => return tracing::error!(%error, "telemetry cannot be written as JSON"),
        };
        let topic = format!("{}{below}", self.topic);
        if self.client.try_publish(topic, QoS::AtLeastOnce, kept, text).is_err() {
            tracing::debug!("the broker is slow or away: telemetry is superseded by the next");
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.client.try_disconnect();
    }
}

/// What listens to the broker.
struct Ear {
    client: Client,
    topic: String,
    shown: String,
    rows: HashMap<DeviceId, usize>,
    newest: city::CityTime,
    trouble: Arc<Trouble>,
}

impl Ear {
    fn listen(mut self, mut connection: Connection, hear: impl Fn(Option<Changes>) -> bool) {
        while hear(None) {
            let Ok(event) = connection.recv() else { return };
            match event {
                Ok(Event::Incoming(Packet::ConnAck(_))) => {
                    tracing::info!(broker = self.shown, "the broker is there");
                    self.trouble.become_so(None);
                    let topics = [&self.topic, &format!("{}/whole", self.topic)]
                        .map(|topic| rumqttc::SubscribeFilter::new(topic.clone(), QoS::AtLeastOnce));
                    if self.client.try_subscribe_many(topics).is_err() {
                        tracing::warn!("the broker takes no subscription: telemetry of others does not come");
                    }
                }
                Ok(Event::Incoming(Packet::Publish(told))) => {
                    if let Some(changes) = self.read(&told.payload)
                        && !hear(Some(changes))
                    {
                        return;
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    let why = why_away(&error);
                    if self.trouble.become_so(Some(format!("{}: {why}", self.shown))) {
                        tracing::warn!(broker = self.shown, why, "the broker is away; trying again");
                    }
                    std::thread::sleep(PAUSE);
                }
            }
        }
    }

    /// What changed, unless it is older than what was heard already, or no telemetry of this city.
    fn read(&mut self, text: &[u8]) -> Option<Changes> {
        let batch: TelemetryBatch = match serde_json::from_slice(text) {
            Ok(batch) => batch,
            Err(error) => {
                tracing::warn!(%error, topic = self.topic, "a message that is no telemetry");
                return None;
            }
        };
        let TelemetryBatch { at, devices, movers, .. } = batch;
        if at < self.newest || !devices.is_even() || !movers.is_even() {
            return None;
        }
        self.newest = at;
        let readings = devices.id.iter().zip(devices.value.iter().zip(&devices.age_ms));
        let readings = readings.filter_map(|(id, (value, age_ms))| {
            Some(Reading {
                device: *self.rows.get(id)?,
                value: *value,
                at: at.plus_ms(age_ms.saturating_neg()),
            })
        });
        let fixes = movers.id.into_iter().enumerate().map(|(n, unit)| Fix {
            unit,
            lon: movers.lon[n],
            lat: movers.lat[n],
            above_ground_m: movers.above_ground_m[n],
            heading_deg: movers.heading_deg[n],
            battery_pct: movers.battery_pct[n],
        });
        Some(Changes { at, readings: readings.collect(), fixes: fixes.collect() })
    }
}

/// Why there is no connection, in one line.
pub fn why_away(error: &ConnectionError) -> String {
    use std::io::ErrorKind as Kind;
    match error {
        ConnectionError::Tls(TlsError::Io(error))
            if matches!(error.kind(), Kind::UnexpectedEof | Kind::ConnectionReset | Kind::BrokenPipe) =>
        {
            "it hung up when it was greeted by TLS: does it speak TLS at this port?".to_owned()
        }
        _ => crate::trusted::fault(error, "--broker-ca").unwrap_or_else(|| crate::store::of_library(error)),
    }
}

/// What changed, in columns.
fn batch(changes: &Changes, surroundings: &Surroundings) -> TelemetryBatch {
    let (mut devices, mut movers) = (DeviceColumns::default(), MoverColumns::default());
    for reading in &changes.readings {
        let Some(device) = surroundings.devices.get(reading.device) else { continue };
        devices.id.push(device.id.clone());
        devices.value.push(reading.value);
        devices.age_ms.push((changes.at.0 - reading.at.0).max(0));
    }
    for fix in &changes.fixes {
        fix.put_into(&mut movers);
    }
    TelemetryBatch { at: changes.at, devices, movers, ..TelemetryBatch::default() }
}
