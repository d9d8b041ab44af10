//! Where the backend is, as whom to speak to it, where to keep what must not be lost, and how patient to be.

use crate::credentials::Credentials;
use std::path::PathBuf;
use std::time::Duration;

/// What a link needs to know.
#[derive(Clone, Debug)]
pub struct LinkConfig {
    /// The backend's address, such as `http://127.0.0.1:8080`.
    pub backend: String,
    /// What it is shown, and by what it is known.
    pub credentials: Credentials,
    /// Where the outbox lies.
    pub state_dir: StateDir,
    /// The console's name for the journal, such as `desk-3`.
    pub console: String,
    /// Whether to take what a map shows, telemetry and risk points; commands without a window need neither.
    pub map: bool,
}

/// The folder that holds a console's outbox; each running console locks its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateDir {
    /// Exactly this folder; an error when another console runs on it.
    Own(PathBuf),
    /// This folder, or beside it the first of `NAME-2`, `NAME-3` … that no console runs on. What a dead console
    /// left unsent in any of them is sent first.
    Shared(PathBuf),
}

impl StateDir {
    /// `named` when somebody named a folder, else the user's: `$XDG_STATE_HOME/shancheng/console`, or the same under
    /// `~/.local/state`, shared by all programs of the user that send commands.
    pub fn of_user(named: Option<PathBuf>) -> Self {
        let set = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        match named {
            Some(dir) => Self::Own(dir),
            None => {
                let state = set("XDG_STATE_HOME")
                    .or_else(|| set("HOME").map(|home| home.join(".local/state")))
                    .unwrap_or_else(std::env::temp_dir);
                Self::Shared(state.join("shancheng/console"))
            }
        }
    }
}

impl From<PathBuf> for StateDir {
    fn from(dir: PathBuf) -> Self {
        Self::Own(dir)
    }
}

/// How patient a link is. The default is what consoles use; tests are in more of a hurry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// The first wait before trying again.
    pub first_wait: Duration,
    /// The longest wait before trying again after a failure of the network.
    pub longest_wait: Duration,
    /// The wait after a refused token, a wrong version, or an answer of something else than a city backend.
    pub refused_wait: Duration,
    /// A connection on which no byte came for this long is cut.
    pub stalled_after: Duration,
    /// How often health is told.
    pub health_every: Duration,
    /// How often the devices of a source are listed anew.
    pub catalogue_every: Duration,
    /// How many events and answers may wait for the console before the socket has to.
    pub waiting: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first_wait: Duration::from_millis(250),
            longest_wait: Duration::from_secs(10),
            refused_wait: Duration::from_secs(10),
            stalled_after: Duration::from_secs(12),
            health_every: Duration::from_millis(500),
            catalogue_every: Duration::from_secs(600),
            waiting: 1_024,
        }
    }
}
