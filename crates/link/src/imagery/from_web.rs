//! A thread's own connection to the web.

use super::error::ImageryError;
use super::patience::ImageryPatience;
use super::supply::{Brought, Supply};
use super::web::Web;
use crate::fetch::{on_this_machine, redirect};
use overlays::imagery::{TileAddress, UrlTemplate};
use reqwest::{Client, Url, redirect::Policy};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

/// Brings tiles over a connection of its own.
pub(super) struct FromWeb {
    web: Arc<Web>,
    client: Client,
    runtime: Option<Runtime>,
    stopped: watch::Receiver<bool>,
}

impl FromWeb {
    pub(super) fn new(web: Arc<Web>, stopped: watch::Receiver<bool>) -> Result<Self, ImageryError> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(ImageryError::NoThread)?;
        let client = client(&web.template, &web.patience)?;
        Ok(Self { web, client, runtime: Some(runtime), stopped })
    }
}

impl Supply for FromWeb {
    fn bring(&mut self, address: TileAddress) -> Brought {
        let Some(runtime) = &self.runtime else { return Brought::Nothing };
        runtime.block_on(async {
            tokio::select! {
                // Also when whoever would tell has gone.
                _ = self.stopped.wait_for(|stopped| *stopped) => Brought::Nothing,
                brought = self.web.bring(&self.client, address) => brought,
            }
        })
    }
}

impl Drop for FromWeb {
    fn drop(&mut self) {
        // A name that is still being looked up must not hold up the end.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A client of its own for each thread, because connections live where they were opened.
fn client(template: &UrlTemplate, patience: &ImageryPatience) -> Result<Client, ImageryError> {
    let first = TileAddress { zoom: 0, column: 0, row: 0 };
    let url = Url::parse(&template.url(first))
        .map_err(|why| ImageryError::BadAddress { host: template.host().to_owned(), why: why.to_string() })?;
    let mut client = Client::builder()
        .user_agent(concat!("Shancheng/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::custom(redirect))
        .connect_timeout(patience.stalled_after.min(Duration::from_secs(10)));
    if on_this_machine(&url) {
        client = client.no_proxy();
    }
    client.build().map_err(ImageryError::NoClient)
}
