//! Drones by MAVLink: a ground station that listens for datagrams or connects to a router, and asks for what it shows.
//!
//! It answers each vehicle where that spoke from. Deliberately absent: anything that moves a vehicle.

mod dealing;
mod fleet;
mod key;
mod track;

use super::desk::Desk;
use super::talk::{Address, Sayings, Talk, again_and_again, over_datagrams, over_stream};
use crate::backoff::Trouble;
use feeds::{Cause, Problems};
use fleet::Fleet;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::net::UdpSocket;

/// Reads for ever.
pub(crate) async fn follow(desk: &Desk, url: &str, key_file: Option<&Path>) {
    let mut fleet = None;
    again_and_again(desk, async || {
        let begun = match &mut fleet {
            Some(fleet) => Ok(fleet),
            none => begin(desk, key_file).map(|begun| none.insert(begun)),
        };
        match begun {
            Ok(fleet) => converse(desk, url, fleet).await,
            Err(trouble) => (false, trouble),
        }
    })
    .await;
}

fn begin(desk: &Desk, key_file: Option<&Path>) -> Result<Fleet, Trouble> {
    let mut problems = Problems::default();
    let key = key_file.map(|file| key::read(file, &mut problems)).transpose()?;
    desk.problems(problems);
    Ok(Fleet::new(key, desk.source.datum))
}

async fn converse(desk: &Desk, url: &str, fleet: &mut Fleet) -> (bool, Trouble) {
    let address = match Address::read(url, None) {
        Ok(address) => address,
        Err(trouble) => return (false, trouble),
    };
    fleet.begin_link();
    let listens = address.scheme == "udp";
    let mut talk = Station { desk, fleet, address: &address, listens, silence_told: false };
    let trouble = match listens {
        true => match listen(&address).await {
            Ok(socket) => {
                desk.trouble(&Trouble::new(Cause::Silent, format!("no vehicle has spoken at {address} yet")));
                over_datagrams(&socket, &mut talk).await
            }
            Err(trouble) => trouble,
        },
        false => match address.connect(desk.pace.stalled_after).await {
            Ok(stream) => over_stream(stream, &mut talk).await,
            Err(trouble) => trouble,
        },
    };
    (talk.fleet.heard_on_link() > 0, trouble)
}

async fn listen(address: &Address) -> Result<UdpSocket, Trouble> {
    let at = address.resolve().await?;
    UdpSocket::bind(at)
        .await
        .map_err(|error| Trouble::new(Cause::Local, format!("cannot listen at {address}: {error}")))
}

/// The fleet on one link.
struct Station<'a> {
    desk: &'a Desk,
    fleet: &'a mut Fleet,
    address: &'a Address,
    listens: bool,
    silence_told: bool,
}

impl Station<'_> {
    /// Why nothing is told though the link is there.
    fn why_silent(&self, silent_for: Duration) -> Trouble {
        if let Some(trouble) = self.fleet.stranger(self.address) {
            return trouble;
        }
        let why = format!("no vehicle has spoken at {} for {:.1} s", self.address, silent_for.as_secs_f64());
        Trouble::new(Cause::Silent, why)
    }
}

impl Talk for Station<'_> {
    fn heard(&mut self, bytes: &[u8], from: Option<SocketAddr>) -> Result<(), Trouble> {
        self.fleet.take(bytes, from, self.desk.now());
        match self.fleet.stranger(self.address) {
            // Over a stream nobody else will speak.
            Some(trouble) if !self.listens => Err(trouble),
            _ => Ok(()),
        }
    }

    fn due(&mut self, silent_for: Duration, say: &mut Sayings) -> Result<(), Trouble> {
        let now = self.desk.now();
        let (news, frames, newest) = self.fleet.news(now);
        self.desk.problems(self.fleet.problems(now));
        if frames > 0 {
            self.silence_told = false;
            self.desk.tell(news, frames, newest);
        } else if news != Default::default() {
            // Those that are gone are told without an air of life.
            self.desk.tell_quietly(news);
        }
        let no_frame_for = self.fleet.silent_for().max(silent_for);
        if no_frame_for > self.desk.pace.stalled_after {
            let trouble = self.why_silent(no_frame_for);
            if !self.listens {
                return Err(trouble);
            }
            // Those who speak by datagrams come and go; the place to hear them stays open.
            if !std::mem::replace(&mut self.silence_told, true) {
                self.desk.trouble(&trouble);
            }
        }
        self.fleet.due(now, self.listens, say);
        Ok(())
    }

    fn closed(&self) -> Trouble {
        self.fleet
            .stranger(self.address)
            .unwrap_or_else(|| Trouble::new(Cause::Broken, format!("{} closed the connection", self.address)))
    }
}
