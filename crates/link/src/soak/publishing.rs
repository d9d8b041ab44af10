//! The publisher's process, as the console sees it: what it is told, and what it says.

use super::publisher::{Orders, Published, Said, messages_of};
use super::rounds::Rounds;
use super::{Phase, SoakError};
use serde::Serialize;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, TryRecvError, channel};

/// The process; ends with the value.
pub(super) struct Publishing {
    process: Child,
    orders: Orders,
    said: Receiver<Said>,
    rounds: Rounds,
}

impl Publishing {
    /// Starts it for these devices; it waits for its first phases.
    pub(super) fn start(mut command: Command, orders: Orders, devices: &[String]) -> Result<Self, SoakError> {
        let mut process = command
            .arg(in_words(&orders)?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(SoakError::system("starting the publisher"))?;
        let (tell, said) = channel();
        let lines = process.stdout.take().map(|out| BufReader::new(out).lines());
        std::thread::spawn(move || {
            for line in lines.into_iter().flatten().map_while(Result::ok) {
                // Whatever else it prints is not for us; a receiver that is gone wants no more.
                let Ok(said) = serde_json::from_str(&line) else { continue };
                if tell.send(said).is_err() {
                    return;
                }
            }
        });
        let rounds = Rounds::new(orders.publishers, devices.len(), orders.a_message);
        let mut publishing = Self { process, orders, said, rounds };
        publishing.tell(&devices)?;
        Ok(publishing)
    }

    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Lets it publish these phases; how many observations they have.
    pub(super) fn begin(&mut self, phases: &[Phase]) -> Result<u64, SoakError> {
        let messages: u64 = phases.iter().map(|phase| messages_of(&self.orders, *phase)).sum();
        self.rounds.pass(messages);
        self.tell(&phases)?;
        Ok(messages * u64::from(self.orders.a_message))
    }

    /// A phase in which every device gets a value at this rate.
    pub(super) fn a_round(&self, rate: f64) -> Phase {
        let observations = self.rounds.a_round() * u64::from(self.orders.a_message);
        Phase { rate, seconds: observations as f64 / rate }
    }

    /// The newest value of each device once all is there that it was told to publish.
    pub(super) fn newest(&self) -> Vec<f64> {
        self.rounds.newest()
    }

    /// What it said since it was last asked.
    pub(super) fn hear(&mut self) -> Result<Option<Heard>, SoakError> {
        match self.said.try_recv() {
            Ok(Said::Begins(at)) => Ok(Some(Heard::Begins(at))),
            Ok(Said::Ended(published)) => Ok(Some(Heard::Ended(published))),
            Ok(Said::Failed(why)) => Err(SoakError::Publisher(why)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => {
                Err(SoakError::Publisher("it ended without a word".to_owned()))
            }
        }
    }

    fn tell(&mut self, what: &impl Serialize) -> Result<(), SoakError> {
        let line = in_words(what)? + "\n";
        let input = self.process.stdin.as_mut();
        let told =
            input.map_or(Ok(()), |input| input.write_all(line.as_bytes()).and_then(|()| input.flush()));
        told.map_err(SoakError::system("telling the publisher what to do"))
    }
}

/// What the publisher says while all is well.
pub(super) enum Heard {
    /// It begins at this instant, milliseconds since 1970.
    Begins(i64),
    /// All was acknowledged.
    Ended(Published),
}

fn in_words(what: &impl Serialize) -> Result<String, SoakError> {
    serde_json::to_string(what).map_err(|why| SoakError::Publisher(why.to_string()))
}

impl Drop for Publishing {
    fn drop(&mut self) {
        // One that has ended needs no ending.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
