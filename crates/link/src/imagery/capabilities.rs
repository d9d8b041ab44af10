//! What a WMTS says of itself: fetched once when a source is opened, and kept on disk for when nobody answers.

use super::error::ImageryError;
use super::patience::ImageryPatience;
use crate::fetch::{on_this_machine, redirect};
use crate::http::root_cause;
use overlays::imagery::{ImagerySource, LONGEST_CAPABILITIES, Wanted};
use reqwest::{Client, Url, redirect::Policy};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::runtime::Builder;

/// The source with the addresses and the grid that its service tells. Waits for the service.
pub(super) fn resolve(
    source: ImagerySource,
    wanted: &Wanted,
    cache: &Path,
    patience: &ImageryPatience,
) -> Result<ImagerySource, ImageryError> {
    let host = wanted.host.clone();
    let kept = kept_in(cache, wanted);
    let refused = |why: String| ImageryError::Capabilities { host: host.clone(), why };
    match fetch(wanted, patience) {
        Ok(text) => {
            let resolved = source.resolved(&text).map_err(|e| refused(e.to_string()))?;
            // Without a place on disk it is fetched again next time, no more.
            let _ = std::fs::create_dir_all(cache).and_then(|()| std::fs::write(&kept, text));
            Ok(resolved)
        }
        Err(Unhad::Said(why)) => Err(refused(why)),
        Err(Unhad::Unreachable(why)) => match std::fs::read_to_string(&kept) {
            Ok(text) => source.resolved(&text).map_err(|_| refused(why)),
            Err(_) => Err(refused(why)),
        },
    }
}

/// Where it is kept. The address may hold a key, so that the file is called by its checksum.
fn kept_in(cache: &Path, wanted: &Wanted) -> PathBuf {
    let sum = Sha256::digest(wanted.url().as_bytes());
    let name: String = sum.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    cache.join(format!("wmts-{name}.xml"))
}

/// Why it could not be had.
enum Unhad {
    /// Nobody answers.
    Unreachable(String),
    /// Somebody does, but not so.
    Said(String),
}

fn fetch(wanted: &Wanted, patience: &ImageryPatience) -> Result<String, Unhad> {
    let said = |why: String| Unhad::Said(why);
    let url = Url::parse(wanted.url()).map_err(|e| said(format!("its address is none ({e})")))?;
    let mut client = Client::builder()
        .user_agent(concat!("Shancheng/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::custom(redirect))
        .connect_timeout(patience.stalled_after.min(Duration::from_secs(10)))
        .read_timeout(patience.stalled_after);
    if on_this_machine(&url) {
        client = client.no_proxy();
    }
    let client = client.build().map_err(|e| said(e.without_url().to_string()))?;
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|e| said(e.to_string()))?;
    let text = runtime.block_on(async {
        let unreachable = |e: reqwest::Error| {
            let cause = root_cause(&e.without_url());
            Unhad::Unreachable(format!(
                "it cannot be reached ({cause}): check the network, and HTTPS_PROXY if one is needed"
            ))
        };
        let mut response = client.get(url).send().await.map_err(unreachable)?;
        let status = response.status();
        if status.is_server_error() {
            return Err(Unhad::Unreachable(format!("it cannot answer now ({status})")));
        }
        if !status.is_success() {
            return Err(said(format!("it answers with {status}: is the address right, and the key in it?")));
        }
        let mut bytes = Vec::new();
        while let Some(more) = response.chunk().await.map_err(unreachable)? {
            bytes.extend_from_slice(&more);
            if bytes.len() > LONGEST_CAPABILITIES {
                return Err(said(format!(
                    "it sends more than {LONGEST_CAPABILITIES} bytes, as no capabilities have"
                )));
            }
        }
        String::from_utf8(bytes).map_err(|_| said("what it sends is no UTF-8 text".to_owned()))
    });
    // A name that is still being looked up must not hold up the end.
    runtime.shutdown_background();
    text
}
