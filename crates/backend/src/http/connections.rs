//! The loop that takes connections: with TLS or without, bounded in number and in patience, ended with the backend.

use super::admission::Peer;
use super::impatient::Impatient;
use super::places::Places;
use super::rates::Whose;
use super::stop;
use super::tls::Tls;
use crate::limits::Limits;
use axum::Router;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

/// What is answered to plain HTTP where TLS is spoken.
const SPEAK_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n\
    this backend speaks TLS: write its address with https://\n";

/// Takes connections until the backend stops, then waits for those that are being answered.
pub async fn take(
    listener: TcpListener,
    router: Router,
    tls: Option<Arc<Tls>>,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) {
    let service = TowerToHyperService::new(router);
    let free = Arc::new(Semaphore::new(limits.connections));
    let machines = Places::<Whose>::default();
    loop {
        let Ok(place) = free.clone().acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop(&mut stopped) => break,
        };
        let (stream, peer) = match accepted {
            Ok((stream, peer)) => (stream, peer.ip()),
            Err(error) => {
                // Out of file descriptors, most likely: those in use come free sooner or later.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Some(of_machine) = machines.take(Whose::machine(peer), limits.of_one_machine) else {
            tracing::debug!(%peer, "a connection was closed: this machine holds {} already", limits.of_one_machine);
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (service, tls, mut stopped) = (service.clone(), tls.clone(), stopped.clone());
        tokio::spawn(async move {
            match tls {
                None => talk(stream, peer, service, &limits, &mut stopped).await,
                Some(tls) => {
                    // Shaking hands is done here, so that a slow client keeps nobody else waiting.
                    match tokio::time::timeout(limits.shaken_within, shake(&tls, stream)).await {
                        Ok(Ok(stream)) => talk(stream, peer, service, &limits, &mut stopped).await,
                        Ok(Err(error)) => tracing::debug!(%error, %peer, "no TLS was agreed on"),
                        Err(_) => tracing::debug!(%peer, "no TLS was agreed on in time"),
                    }
                }
            }
            drop((place, of_machine));
        });
    }
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    // Whoever is being answered gets the answer: every connection gives its place back when it ends.
    let _ = tokio::time::timeout(Duration::from_secs(2), free.acquire_many(all)).await;
}

async fn shake(tls: &Tls, stream: TcpStream) -> std::io::Result<tokio_rustls::server::TlsStream<TcpStream>> {
    let mut first = [0];
    // A hand held out for TLS begins with the byte 22; a letter is plain HTTP, which gets a word it can read.
    if stream.peek(&mut first).await? == 1 && first[0].is_ascii_uppercase() {
        // What came is read first: a connection that is closed with something unread loses what was answered.
        let _ = stream.try_read(&mut [0; 4_096]);
        stream.writable().await?;
        let _ = stream.try_write(SPEAK_TLS);
        return Err(std::io::Error::other("plain HTTP came"));
    }
    tls.acceptor().accept(stream).await
}

/// Serves one connection until it ends, or the backend does.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    peer: IpAddr,
    service: TowerToHyperService<Router>,
    limits: &Limits,
    stopped: &mut watch::Receiver<bool>,
) {
    let from_peer = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        service.call(request)
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_within)
        .serve_connection(TokioIo::new(Impatient::new(stream, limits.taken_within)), from_peer);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => {
            if let Err(error) = ended {
                tracing::trace!(%error, "a connection broke");
            }
        }
        () = stop(stopped) => {
            connection.as_mut().graceful_shutdown();
            let _ = tokio::time::timeout(Duration::from_secs(1), connection).await;
        }
    }
}
