//! Connections: taken one by one, over TLS where the site gave a certificate, and ended where no request
//! comes, so that silent ones do not keep others out.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{Error, ServerConfig};
use tower::ServiceExt;

use super::steady::Steady;

/// A handshake, and the head of a request, come within this time.
const PATIENCE: Duration = Duration::from_secs(30);
/// So long answers on their way are waited for when the server stops.
const LEAVE: Duration = Duration::from_secs(10);
/// A pause where no connection can be taken, as with too many open files.
const PAUSE: Duration = Duration::from_millis(200);

/// TLS 1.2 and 1.3 with the site's certificate and its key, both PEM files.
///
/// # Errors
/// A file cannot be read, or the two do not belong together.
pub(crate) fn tls(certificate: &Path, key: &Path) -> Result<TlsAcceptor, Error> {
    let unread = |error| Error::General(format!("{error}"));
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(unread)?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(unread)?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Answers who connects, until told to stop; what is being answered then is finished.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    stopped: impl Future<Output = ()>,
) {
    let open = GracefulShutdown::new();
    let mut stopped = pin!(stopped);
    loop {
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            () = &mut stopped => break,
        };
        let (stream, peer) = match taken {
            Ok(taken) => taken,
            Err(error) => {
                tracing::warn!(%error, "accept");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        // Answers are short: none waits to be sent with the next.
        drop(stream.set_nodelay(true));
        let (tls, router, watcher) = (tls.clone(), router.clone(), open.watcher());
        tokio::spawn(async move {
            match tls {
                None => answer(stream, peer, router, watcher).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(PATIENCE, tls.accept(stream)).await
                    {
                        answer(stream, peer, router, watcher).await;
                    }
                }
            }
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(LEAVE, open.shutdown()).await;
}

/// Answers the requests of one connection.
async fn answer(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    router: Router,
    watcher: Watcher,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let answered = router
            .clone()
            .oneshot(request.map(|body| Body::new(Steady::new(body))));
        async move { answered.await.map_err(|e: Infallible| e) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), service);
    // Whoever went away needs no answer.
    drop(watcher.watch(connection).await);
}
