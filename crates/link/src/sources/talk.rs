//! Talking over sockets with sources that speak by themselves: a stream of bytes, or datagrams from whoever sends them.
//!
//! What is said never holds up what is heard; who does not read what is said is cut off. Deliberately absent: what the
//! bytes mean.

use super::desk::Desk;
use crate::backoff::{Backoff, Trouble};
use feeds::Cause;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

/// How often one is asked whether there is something to say.
const TICK: Duration = Duration::from_millis(100);
/// How much may wait to be said over a stream, bytes.
const MOST_UNSAID: usize = 256 << 10;
/// How many datagrams are taken before what they tell is handed over.
const MOST_AT_ONCE: usize = 256;

/// What is to be said, and to whom: over a stream there is only one who hears it.
pub(crate) type Sayings = Vec<(Option<SocketAddr>, Vec<u8>)>;

/// One side of a conversation; trouble ends it.
pub(crate) trait Talk {
    /// Takes what came: some bytes of a stream, or a whole datagram.
    fn heard(&mut self, bytes: &[u8], from: Option<SocketAddr>) -> Result<(), Trouble>;
    /// Hands over what was heard and adds what is to be said: after everything heard, and ten times a second.
    fn due(&mut self, silent_for: Duration, say: &mut Sayings) -> Result<(), Trouble>;
    /// Why it ended, where the other side closed it.
    fn closed(&self) -> Trouble;
}

/// Where the other side is, or where datagrams are received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) scheme: String,
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Address {
    /// Reads an address of the settings; `port` stands for one that it does not name.
    pub(crate) fn read(url: &str, port: Option<u16>) -> Result<Self, Trouble> {
        let bad = || Trouble::lasting(Cause::Local, format!("`{url}` is no address with host and port"));
        let read = reqwest::Url::parse(url).map_err(|_| bad())?;
        let host = read.host_str().ok_or_else(bad)?.trim_matches(['[', ']']).to_owned();
        let port = read.port().or(port).ok_or_else(bad)?;
        Ok(Self { scheme: read.scheme().to_owned(), host, port })
    }

    /// The first address of the network that it stands for.
    pub(crate) async fn resolve(&self) -> Result<SocketAddr, Trouble> {
        let unknown = |why: String| {
            Trouble::new(Cause::Unreachable, format!("{} is not known to the network: {why}", self.host))
        };
        let mut all = tokio::net::lookup_host((self.host.as_str(), self.port))
            .await
            .map_err(|error| unknown(error.to_string()))?;
        all.next().ok_or_else(|| unknown("it has no address".to_owned()))
    }

    /// Connects within `patience`.
    pub(crate) async fn connect(&self, patience: Duration) -> Result<TcpStream, Trouble> {
        let connecting = TcpStream::connect((self.host.as_str(), self.port));
        let unreachable =
            |why: String| Trouble::new(Cause::Unreachable, format!("{self} cannot be reached: {why}"));
        let stream = match timeout(patience, connecting).await {
            Ok(connected) => connected.map_err(|error| unreachable(error.to_string()))?,
            Err(_) => return Err(unreachable(format!("nobody answered for {patience:?}"))),
        };
        // What is said is small and wanted at once.
        stream.set_nodelay(true).map_err(|error| unreachable(error.to_string()))?;
        Ok(stream)
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bracketed = self.host.contains(':');
        let (open, close) = if bracketed { ("[", "]") } else { ("", "") };
        write!(f, "{}://{open}{}{close}:{}", self.scheme, self.host, self.port)
    }
}

/// Talks over a stream until it ends, and tells why.
pub(crate) async fn over_stream(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    talk: &mut impl Talk,
) -> Trouble {
    let (mut hearing, mut saying) = tokio::io::split(&mut stream);
    let mut bytes = vec![0; 64 << 10];
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut heard_at, mut unsaid, mut say) = (Instant::now(), Vec::new(), Sayings::new());
    let mut is_flushed = true;
    let broke = |error: std::io::Error| super::tls::broken(&error);
    loop {
        if let Err(trouble) = talk.due(heard_at.elapsed(), &mut say) {
            return trouble;
        }
        unsaid.extend(say.drain(..).flat_map(|(_, bytes)| bytes));
        if unsaid.len() > MOST_UNSAID {
            return Trouble::new(Cause::Silent, "the other side does not read what is said to it");
        }
        tokio::select! {
            came = hearing.read(&mut bytes) => match came {
                Ok(0) => return talk.closed(),
                Ok(came) => {
                    heard_at = Instant::now();
                    if let Err(trouble) = talk.heard(bytes.get(..came).unwrap_or_default(), None) {
                        return trouble;
                    }
                }
                Err(error) => return broke(error),
            },
            went = push(&mut saying, &unsaid), if !unsaid.is_empty() || !is_flushed => match went {
                Ok(went) => {
                    is_flushed = went == 0;
                    unsaid.drain(..went);
                }
                Err(error) => return broke(error),
            },
            _ = tick.tick() => {}
        }
    }
}

/// Writes what there is room for; where all is written, sends off what TLS may hold back. Given up half-way it has done
/// nothing, so that the count is right.
async fn push(saying: &mut (impl AsyncWrite + Unpin), unsaid: &[u8]) -> std::io::Result<usize> {
    if unsaid.is_empty() {
        return saying.flush().await.map(|()| 0);
    }
    match saying.write(unsaid).await? {
        0 => Err(std::io::ErrorKind::WriteZero.into()),
        went => Ok(went),
    }
}

/// Takes datagrams at `socket` and answers those who sent them, until the socket fails.
pub(crate) async fn over_datagrams(socket: &UdpSocket, talk: &mut impl Talk) -> Trouble {
    let mut bytes = vec![0; 64 << 10];
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut heard_at, mut say) = (Instant::now(), Sayings::new());
    loop {
        if let Err(trouble) = talk.due(heard_at.elapsed(), &mut say) {
            return trouble;
        }
        for (to, datagram) in say.drain(..) {
            // A datagram that finds no room is lost as one on the way would be, and is asked for again.
            if let Some(Err(error)) = to.map(|to| socket.try_send_to(&datagram, to)) {
                tracing::debug!("a datagram to {to:?} was not sent: {error}");
            }
        }
        tokio::select! {
            readable = socket.readable() => if let Err(error) = readable {
                return Trouble::new(Cause::Local, format!("the socket failed: {error}"));
            },
            _ = tick.tick() => {}
        }
        for _ in 0..MOST_AT_ONCE {
            match socket.try_recv_from(&mut bytes) {
                Ok((came, from)) => {
                    heard_at = Instant::now();
                    if let Err(trouble) = talk.heard(bytes.get(..came).unwrap_or_default(), Some(from)) {
                        return trouble;
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => break,
                // An answer that somebody did not want comes back so on some systems; others still speak.
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
                Err(error) => return Trouble::new(Cause::Local, format!("the socket failed: {error}")),
            }
        }
    }
}

/// Holds one conversation after another for ever; each says whether anything came of it, and why it ended.
pub(crate) async fn again_and_again(desk: &Desk, mut conversation: impl AsyncFnMut() -> (bool, Trouble)) {
    let mut backoff = Backoff::new(desk.pace);
    loop {
        let (went_well, trouble) = conversation().await;
        if went_well {
            backoff.reset();
        }
        desk.trouble(&trouble);
        tokio::time::sleep(backoff.wait(trouble.again)).await;
    }
}
