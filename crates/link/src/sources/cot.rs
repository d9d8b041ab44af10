//! Teams by Cursor on Target: datagrams that are sent to the console or to a group it joins, or a TAK server's stream.
//!
//! Pings are answered, and a server that is silent is asked whether it is there. Deliberately absent: telling anything
//! of our own.

mod roster;

use super::desk::Desk;
use super::talk::{Address, Sayings, Talk, again_and_again, over_datagrams, over_stream};
use super::tls;
use crate::backoff::Trouble;
use feeds::cot::{EventReader, read_datagram};
use feeds::{Cause, Problems};
use roster::Roster;
use socket2::{Domain, Protocol, Socket, Type};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;

/// A server that answers no pings may be quiet for so many times as long as one that does.
const QUIET: u32 = 5;
/// After so many bytes that are no event, what comes is something else than CoT, or a stream that lost its way.
const STRANGE_BYTES: usize = 4_096;

/// Reads for ever.
pub(crate) async fn follow(desk: &Desk, url: &str) {
    let mut roster = Roster::new(desk.source.datum);
    again_and_again(desk, async || converse(desk, url, &mut roster).await).await;
}

async fn converse(desk: &Desk, url: &str, roster: &mut Roster) -> (bool, Trouble) {
    let address = match Address::read(url, None) {
        Ok(address) => address,
        Err(trouble) => return (false, trouble),
    };
    let mut console = Console {
        desk,
        roster,
        address: &address,
        reader: EventReader::default(),
        events: 0,
        strange: 0,
        pings: Pings::default(),
    };
    let trouble = match hold(desk, &address, &mut console).await {
        Err(trouble) | Ok(trouble) => trouble,
    };
    (console.events > 0, trouble)
}

/// Both are why it ended: it never began, or it did.
async fn hold(desk: &Desk, address: &Address, console: &mut Console<'_>) -> Result<Trouble, Trouble> {
    let patience = desk.pace.stalled_after;
    Ok(match address.scheme.as_str() {
        "udp" => {
            let socket = listen(address).await?;
            desk.trouble(&Trouble::new(Cause::Silent, format!("nobody has spoken at {address} yet")));
            over_datagrams(&socket, console).await
        }
        "tls" => {
            let settings = tls::settings(&desk.source.access)?;
            let stream = tls::connect(settings, address, patience).await?;
            over_stream(stream, console).await
        }
        _ => over_stream(address.connect(patience).await?, console).await,
    })
}

/// Opens the socket, and joins the group where the address is one.
async fn listen(address: &Address) -> Result<UdpSocket, Trouble> {
    let at = address.resolve().await?;
    let failed =
        |error: std::io::Error| Trouble::new(Cause::Local, format!("cannot listen at {address}: {error}"));
    if !at.ip().is_multicast() {
        return UdpSocket::bind(at).await.map_err(failed);
    }
    let socket = Socket::new(Domain::for_address(at), Type::DGRAM, Some(Protocol::UDP)).map_err(failed)?;
    // Other programs of this computer may listen to the group, too.
    socket.set_reuse_address(true).map_err(failed)?;
    socket.set_nonblocking(true).map_err(failed)?;
    // Where the system can, only what is sent to the group is heard.
    let unspecified = match at.ip() {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) => IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED),
    };
    let bound = if cfg!(unix) { at } else { SocketAddr::new(unspecified, at.port()) };
    socket.bind(&bound.into()).map_err(failed)?;
    match at.ip() {
        IpAddr::V4(group) => socket.join_multicast_v4(&group, &Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(group) => socket.join_multicast_v6(&group, 0),
    }
    .map_err(|error| Trouble::new(Cause::Local, format!("cannot join the group of {address}: {error}")))?;
    UdpSocket::from_std(socket.into()).map_err(failed)
}

/// Pings that were received and sent.
#[derive(Default)]
struct Pings {
    /// Who wants an answer.
    to_answer: Vec<Option<SocketAddr>>,
    /// How many were sent since something was heard.
    sent: u32,
    /// True once the other side answered one.
    are_answered: bool,
}

/// The console in one conversation.
struct Console<'a> {
    desk: &'a Desk,
    roster: &'a mut Roster,
    address: &'a Address,
    reader: EventReader,
    events: u64,
    /// Bytes that came since something could not be read, and before the next event.
    strange: usize,
    pings: Pings,
}

impl Console<'_> {
    /// What is wrong with bytes that bring no events.
    fn stranger(&self) -> Option<Trouble> {
        let at = self.address;
        let trouble = match self.events {
            0 => Trouble::lasting(Cause::Stranger, format!("what comes at {at} is no Cursor on Target")),
            _ => Trouble::new(Cause::Unreadable, format!("what comes at {at} is damaged, and is begun anew")),
        };
        (self.strange > STRANGE_BYTES).then_some(trouble)
    }
}

impl Talk for Console<'_> {
    fn heard(&mut self, bytes: &[u8], from: Option<SocketAddr>) -> Result<(), Trouble> {
        self.pings.sent = 0;
        let (events, problems) = match from {
            None => self.reader.take(bytes),
            Some(_) => match read_datagram(bytes) {
                Ok((event, problems)) => (vec![event], problems),
                Err(why) => {
                    let mut problems = Problems::default();
                    problems.add(
                        why,
                        &String::from_utf8_lossy(bytes.get(..bytes.len().min(400)).unwrap_or_default()),
                    );
                    (Vec::new(), problems)
                }
            },
        };
        if !events.is_empty() {
            self.strange = 0;
        } else if self.strange > 0 || !problems.is_empty() {
            self.strange = self.strange.saturating_add(bytes.len());
        }
        self.desk.problems(problems);
        self.events += events.len() as u64;
        let now = self.desk.now();
        for event in events {
            let heard = self.roster.take(event, now);
            if heard.asks && self.pings.to_answer.len() < 64 {
                self.pings.to_answer.push(from);
            }
            self.pings.are_answered |= heard.answers;
        }
        match self.stranger() {
            Some(trouble) if from.is_none() => return Err(trouble),
            // Others may speak better by datagrams.
            Some(trouble) => {
                self.strange = 0;
                self.desk.trouble(&trouble);
            }
            None => {}
        }
        Ok(())
    }

    fn due(&mut self, silent_for: Duration, say: &mut Sayings) -> Result<(), Trouble> {
        let now = self.desk.now();
        let (news, records, newest) = self.roster.news(now);
        self.desk.problems(self.roster.problems());
        match records {
            0 if news == Default::default() => {}
            0 => self.desk.tell_quietly(news),
            records => self.desk.tell(news, records, newest),
        }
        for to in self.pings.to_answer.drain(..) {
            say.push((to, roster::ping("t-x-c-t-r", now)));
        }
        if self.address.scheme == "udp" {
            return Ok(());
        }
        let patience = self.desk.pace.stalled_after;
        let longest = if self.pings.are_answered { patience } else { patience * QUIET };
        if silent_for > longest {
            let why = format!("{} has been silent for {:.1} s", self.address, silent_for.as_secs_f64());
            return Err(Trouble::new(Cause::Silent, why));
        }
        // A third and two thirds of a patience, so that an answer that is lost is not the end.
        if silent_for > patience / 3 * (self.pings.sent + 1) {
            self.pings.sent += 1;
            say.push((None, roster::ping("t-x-c-t", now)));
        }
        Ok(())
    }

    fn closed(&self) -> Trouble {
        self.stranger()
            .unwrap_or_else(|| Trouble::new(Cause::Broken, format!("{} closed the connection", self.address)))
    }
}
