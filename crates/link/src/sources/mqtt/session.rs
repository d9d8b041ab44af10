//! One connection to a broker after another: as whom, what is subscribed to, and what is acknowledged when.

use super::super::desk::Desk;
use super::super::settings::Source;
use super::super::talk::Address;
use super::super::{tls, web};
use super::inbox::Inbox;
use super::trouble;
use crate::backoff::Trouble;
use feeds::{Cause, Problems};
use rumqttc::{
    AsyncClient, Event, EventLoop, MqttOptions, Packet, Publish, QoS, SubAck, SubscribeFilter,
    SubscribeReasonCode, TlsConfiguration, Transport,
};
use std::time::Duration;
use tokio::time::timeout;

/// The longest packet that is taken at all, bytes; a longer one ends the connection.
const LONGEST_PACKET: usize = 64 << 20;
/// As many requests as there are numbers of packets: no more acknowledgements than that can wait.
const MOST_REQUESTS: usize = 1 << 16;
/// A broker that says nothing for one and a half to two of these is gone.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// A broker, and what came from it.
pub(super) struct Session<'a> {
    desk: &'a Desk,
    url: &'a str,
    topics: &'a [String],
    client_id: Option<&'a str>,
    inbox: Inbox<'a>,
    /// True where the broker keeps something for us that cannot be taken: it is asked to throw away what it keeps.
    gives_up_kept: bool,
}

/// A connection that was let in.
struct Connection {
    client: AsyncClient,
    events: EventLoop,
    address: Address,
    /// True once something was subscribed to.
    is_subscribed: bool,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        desk: &'a Desk,
        url: &'a str,
        topics: &'a [String],
        client_id: Option<&'a str>,
        inbox: Inbox<'a>,
    ) -> Self {
        Self { desk, url, topics, client_id, inbox, gives_up_kept: false }
    }

    /// Holds one connection until it ends; whether anything came of it, and why it ended.
    pub(super) async fn converse(&mut self) -> (bool, Trouble) {
        if self.gives_up_kept {
            match self.connect(true).await {
                Ok(_) => self.gives_up_kept = false,
                Err(trouble) => return (false, trouble),
            }
        }
        let mut connection = match self.connect(self.client_id.is_none()).await {
            Ok(connection) => connection,
            Err(trouble) => return (false, trouble),
        };
        let trouble = match self.listen(&mut connection).await {
            Err(trouble) | Ok(trouble) => trouble,
        };
        (connection.is_subscribed, trouble)
    }

    async fn connect(&self, is_clean: bool) -> Result<Connection, Trouble> {
        let port = if self.url.starts_with("mqtts") { 8883 } else { 1883 };
        let address = Address::read(self.url, Some(port))?;
        let patience = self.desk.pace.stalled_after;
        let mut options = options(&self.desk.source, &address, self.client_id)?;
        options.set_clean_session(is_clean);
        // Acknowledgements are state of one connection, so that each has a loop of its own.
        let (client, mut events) = AsyncClient::new(options, MOST_REQUESTS);
        events.network_options.set_tcp_nodelay(true);
        events.network_options.set_connection_timeout(patience.as_secs() + 1);
        match timeout(patience, events.poll()).await {
            Ok(Ok(Event::Incoming(Packet::ConnAck(_)))) => {
                Ok(Connection { client, events, address, is_subscribed: false })
            }
            Ok(Ok(other)) => Err(trouble::no_broker(&address, format_args!("it begins with {other:?}"))),
            Ok(Err(error)) => Err(trouble::of_beginning(&address, error)),
            Err(_) => {
                let why = format!("{address} took no connection, or said nothing on it, for {patience:?}");
                Err(Trouble::new(Cause::Silent, why))
            }
        }
    }

    /// Both are why it ended: nothing was subscribed to, or it broke.
    async fn listen(&mut self, connection: &mut Connection) -> Result<Trouble, Trouble> {
        let filters = self.topics.iter().map(|topic| SubscribeFilter::new(topic.clone(), QoS::AtLeastOnce));
        let subscribing = connection.client.try_subscribe_many(filters);
        subscribing.map_err(|error| Trouble::lasting(Cause::Local, format!("topics: {error}")))?;
        loop {
            match connection.events.poll().await {
                Ok(Event::Incoming(Packet::Publish(message))) => self.take(connection, &message)?,
                Ok(Event::Incoming(Packet::SubAck(answer))) => self.subscribed(connection, &answer)?,
                Ok(_) => {}
                Err(error) => {
                    // What was read before it broke came as well as the rest.
                    while let Some(event) = connection.events.state.events.pop_front() {
                        if let Event::Incoming(Packet::Publish(message)) = event {
                            self.inbox.take(self.desk, &message);
                        }
                    }
                    let is_too_long = trouble::is_too_long(&error);
                    let trouble = trouble::of_end(&connection.address, error, self.client_id);
                    if is_too_long {
                        self.gives_up_kept = self.client_id.is_some();
                        self.desk.problems(Problems { count: 1, sample: Some(trouble.why.clone()) });
                    }
                    return Ok(trouble);
                }
            }
            self.inbox.count(self.desk);
        }
    }

    /// Hands over what a message tells, and then tells the broker that it may forget it.
    fn take(&mut self, connection: &Connection, message: &Publish) -> Result<(), Trouble> {
        self.inbox.take(self.desk, message);
        connection.client.try_ack(message).map_err(|_| {
            let why = format!("{} takes no acknowledgements", connection.address);
            Trouble::new(Cause::Silent, why)
        })
    }

    fn subscribed(&self, connection: &mut Connection, answer: &SubAck) -> Result<(), Trouble> {
        let answers = self.topics.iter().zip(&answer.return_codes);
        let refused: Vec<_> = answers
            .filter(|(_, code)| matches!(code, SubscribeReasonCode::Failure))
            .map(|(topic, _)| topic.as_str())
            .collect();
        let address = &connection.address;
        let why = format!("{address} lets this console not subscribe to `{}`", refused.join("`, `"));
        if refused.len() == self.topics.len() {
            return Err(Trouble::lasting(Cause::Token, why));
        }
        connection.is_subscribed = true;
        let waits = format!("subscribed at {address}, and nothing has come yet");
        self.desk.trouble(&Trouble::new(Cause::Silent, waits));
        if !refused.is_empty() {
            self.desk.problems(Problems { count: refused.len() as u64, sample: Some(why) });
        }
        Ok(())
    }
}

/// How the broker is spoken to.
fn options(source: &Source, address: &Address, client_id: Option<&str>) -> Result<MqttOptions, Trouble> {
    let local = |why: &str| Trouble::lasting(Cause::Local, why);
    let is_safe = address.scheme == "mqtts";
    let host = match (address.host.contains(':'), is_safe) {
        (false, _) => address.host.clone(),
        (true, false) => format!("[{}]", address.host),
        (true, true) => {
            return Err(local("a broker by mqtts:// needs a name, or an address of four numbers"));
        }
    };
    let name = client_id.map_or_else(name_for_once, str::to_owned);
    let mut options = MqttOptions::new(name, host, address.port);
    options.set_max_packet_size(LONGEST_PACKET, LONGEST_PACKET);
    options.set_manual_acks(true);
    // The answer to a question may wait behind a large message on a slow line: too little patience would have that
    // message sent again for ever.
    options.set_keep_alive(KEEP_ALIVE);
    if is_safe {
        let settings = tls::settings(&source.access)?;
        options.set_transport(Transport::tls_with_config(TlsConfiguration::Rustls(settings)));
    }
    let secret = web::secret(&source.access)?;
    match (&source.access.user, secret) {
        (None, None) => {}
        (None, Some(_)) => return Err(local("a broker knows passwords by their users: name a `user`")),
        (Some(user), secret) => {
            let is_near = matches!(address.host.as_str(), "localhost" | "127.0.0.1" | "::1");
            if secret.is_some() && !is_safe && !is_near {
                let why = "the secret would cross the network in clear: name an mqtts:// address";
                return Err(local(why));
            }
            options.set_credentials(user, secret.unwrap_or_default());
        }
    }
    Ok(options)
}

/// A name that nobody else has, in the 23 characters that every broker takes (MQTT 3.1.1, 3.1.3.1).
fn name_for_once() -> String {
    let chance = uuid::Uuid::new_v4().simple().to_string();
    format!("shancheng-{}", chance.get(..12).unwrap_or_default())
}
