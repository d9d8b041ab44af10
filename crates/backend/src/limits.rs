//! How much a backend does for one person or one machine, and for how long it waits for them.
//!
//! Who shows a token is counted by name, wherever they are; who shows none, by machine. The shares are wide for a
//! person at work and narrow for a program that went wild.

use std::time::Duration;

/// How often something may be done: at `per_s` for ever, and `burst` times at once after a rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// How often a second, for ever.
    pub per_s: f64,
    /// How often at once, after a rest.
    pub burst: u32,
}

impl Rate {
    /// So often a second for ever, and so often at once.
    pub const fn new(per_s: f64, burst: u32) -> Self {
        Self { per_s, burst }
    }
}

/// What one person or machine may ask for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shares {
    /// Commands sent.
    pub commands: Rate,
    /// Anything read that is no stream.
    pub reads: Rate,
    /// Streams opened.
    pub streams: Rate,
    /// Streams open at the same time.
    pub open_streams: usize,
}

/// How much a backend does for one person or one machine, and for how long it waits for them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// For whoever shows a token, by name.
    pub with_token: Shares,
    /// For a machine whose people show none: on loopback all consoles of the machine together.
    pub without_token: Shares,
    /// How often one machine is told 401 or 403 for its tokens; after that 429.
    pub refusals: Rate,
    /// Connections served at once.
    pub connections: usize,
    /// How many of them one machine may hold, so that no single one keeps all others out.
    pub of_one_machine: usize,
    /// How long a client may take to agree on TLS.
    pub shaken_within: Duration,
    /// How long it may take to send the head of a request.
    pub head_within: Duration,
    /// How long a request, its body included, may take until its answer begins; streams go on after that.
    pub answer_within: Duration,
    /// How long a client may take nothing of what it is sent.
    pub taken_within: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let with_token = Shares {
            commands: Rate::new(20.0, 100),
            reads: Rate::new(50.0, 400),
            streams: Rate::new(2.0, 40),
            open_streams: 32,
        };
        let without_token = Shares {
            commands: Rate::new(50.0, 500),
            reads: Rate::new(200.0, 2_000),
            streams: Rate::new(50.0, 500),
            open_streams: 384,
        };
        Self {
            with_token,
            without_token,
            refusals: Rate::new(2.0, 60),
            connections: 512,
            of_one_machine: 448,
            shaken_within: Duration::from_secs(10),
            head_within: Duration::from_secs(15),
            answer_within: Duration::from_secs(20),
            taken_within: Duration::from_secs(30),
        }
    }
}
