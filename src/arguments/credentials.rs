//! What a backend is shown, and by what it is known: the same words for every command that talks to one.

use clap::Args;
use link::Token;
use std::path::PathBuf;

/// What a backend is shown, and by what it is known.
#[derive(Args, Debug, Clone, Default)]
pub struct Credentials {
    /// The bearer token for the backend; SHANCHENG_TOKEN in the environment serves too, and is not seen by others.
    #[arg(long, value_name = "TOKEN", env = "SHANCHENG_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// The file that holds the bearer token, read anew at every request: a renewed token needs no restart.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Trust a backend whose certificate this authority vouches for (PEM), and no other.
    #[arg(long, value_name = "FILE.pem")]
    ca: Option<PathBuf>,
    /// Send the token by plain HTTP beyond this computer too: it crosses the network in clear.
    #[arg(long)]
    plain_http: bool,
}

impl Credentials {
    /// The same for the link.
    pub fn read(&self) -> link::Credentials {
        let token = match (&self.token_file, &self.token) {
            (Some(file), _) => Token::InFile(file.clone()),
            (None, Some(token)) => Token::Given(token.clone()),
            (None, None) => Token::None,
        };
        link::Credentials { token, ca: self.ca.clone(), plain_http: self.plain_http }
    }
}
