//! `junheng serve`: the command line's work behind rights, sessions and an audit.
//!
//! A request passes `guard` first: who asks, in which language, and may they. Then a handler of
//! `api/` does the work; a `Problem` becomes a sentence in the caller's language on the way out.

mod answers;
mod api;
mod backups;
mod caller;
pub(crate) mod demo;
mod door;
mod endpoints;
mod filing;
pub(crate) mod keys;
mod limit;
mod listen;
mod openapi;
mod page;
mod plain;
mod problem;
mod public;
mod rights;
mod scan;
mod scope;
mod secret;
mod served;
mod steady;
#[cfg(test)]
mod tests;
mod totp;
mod warm;
mod worker;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tokio::sync::Notify;
pub(crate) use tokio_rustls::TlsAcceptor;

use self::answers::Answers;
pub(crate) use self::backups::Plan;
use self::caller::Asked;
use self::endpoints::{Endpoint, endpoints};
use self::filing::base::Base;
use self::limit::Limiter;
pub(crate) use self::listen::tls;
use self::problem::Problem;
use self::rights::Access;
pub(crate) use self::rights::{ROLES, Role};
use crate::store::{Millis, Store, own_folder};

/// The rest of a request; uploads have their own limit.
const BODY: usize = 256 * 1024;

/// What all requests share.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

/// The inside of [`App`].
pub(crate) struct Shared {
    pub(crate) store: Store,
    /// The data folder.
    pub(crate) data: PathBuf,
    /// Where the files of snapshots are laid out for the commands; may be emptied at any time.
    pub(crate) work: PathBuf,
    /// What a first account is made with; `None` once there is one.
    pub(crate) setup: Mutex<Option<String>>,
    /// Callers come over TLS, and the cookie is only sent over it.
    pub(crate) secure: bool,
    /// A proxy stands in front, and says where callers come from.
    pub(crate) proxied: bool,
    /// A session ends after so long without a request.
    pub(crate) idle: Millis,
    /// The roles that log in with a second factor.
    pub(crate) factor_for: Vec<Role>,
    /// Counties that forms are filled over, by snapshot.
    pub(crate) bases: Mutex<BTreeMap<String, Arc<Base>>>,
    /// The keys under which secrets are kept.
    pub(crate) keys: keys::Keys,
    /// The site's virus scanner, where it has one.
    pub(crate) scan: Option<PathBuf>,
    /// Where backups go, if the site says so.
    pub(crate) backups: Option<Plan>,
    /// Wakes a worker.
    pub(crate) jobs: Notify,
    clock: fn() -> Millis,
    /// Whether a write found no room left, and none since was tried with success.
    pub(crate) full: AtomicBool,
    pub(crate) limiter: Mutex<Limiter>,
    /// Public comments of each address.
    commenters: Mutex<Limiter>,
    /// Answers of commands, by snapshot and arguments.
    pub(crate) answers: Mutex<Answers>,
}

impl std::ops::Deref for App {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// What `serve` was started with.
pub(crate) struct Options {
    pub(crate) data: PathBuf,
    /// The file of the site's key.
    pub(crate) key: PathBuf,
    pub(crate) secure: bool,
    pub(crate) proxied: bool,
    pub(crate) idle: Millis,
    pub(crate) factor_for: Vec<Role>,
    pub(crate) scan: Option<PathBuf>,
    pub(crate) backups: Option<Plan>,
    pub(crate) clock: fn() -> Millis,
}

impl App {
    /// An application over a store. Without accounts it makes a token for the first one.
    pub(crate) async fn new(store: Store, options: Options) -> Result<Self, Problem> {
        let setup = if store.has_accounts().await? {
            None
        } else {
            Some(secret::token()?)
        };
        let work = options.data.join("work");
        // What a power cut left half written is not to be read again.
        match std::fs::remove_dir_all(&work) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::error!(%error, "work folder");
                return Err(Problem::internal("work folder"));
            }
            _ => {}
        }
        own_folder(&work).map_err(Problem::because("work folder"))?;
        let keys = keys::open(&store, &options.key).await?;
        store.end_leases().await?;
        Ok(Self(Arc::new(Shared {
            store,
            data: options.data,
            work,
            setup: Mutex::new(setup),
            secure: options.secure,
            proxied: options.proxied,
            idle: options.idle,
            factor_for: options.factor_for,
            keys,
            scan: options.scan,
            backups: options.backups,
            bases: Mutex::new(BTreeMap::new()),
            jobs: Notify::new(),
            clock: options.clock,
            full: AtomicBool::new(false),
            limiter: Mutex::new(Limiter::default()),
            commenters: Mutex::new(Limiter::default()),
            answers: Mutex::new(Answers::default()),
        })))
    }

    /// The time at the server.
    pub(crate) fn now(&self) -> Millis {
        (self.clock)()
    }

    /// The token of a first start, to be printed where only the installer sees it.
    pub(crate) fn setup_token(&self) -> Option<String> {
        self.setup.lock().ok()?.clone()
    }
}

/// Every route of the application, each behind its access.
pub(crate) fn router(app: &App) -> Router {
    let mut router = Router::new();
    for endpoint in endpoints() {
        let Endpoint {
            path,
            access,
            handler,
            ..
        } = endpoint;
        let guarded = handler().layer(middleware::from_fn_with_state(
            (app.clone(), access, path),
            guard,
        ));
        router = router.route(path, guarded);
    }
    router
        .fallback(page::serve)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn_with_state(app.secure, headers))
        .with_state(app.clone())
}

/// Serves until told to stop.
pub(crate) async fn run(app: App, listener: tokio::net::TcpListener, tls: Option<TlsAcceptor>) {
    let mut workers = worker::start(&app);
    warm::ready(&app).await;
    if let Some(plan) = app.backups.clone() {
        workers.spawn(backups::keep_making(app.clone(), plan));
    }
    listen::serve(listener, tls, router(&app), crate::interrupt::interrupted()).await;
    drop(workers);
    app.store.close().await;
}

/// Who asks, how often, and may they; then the handler; then problems as sentences.
async fn guard(
    State((app, access, route)): State<(App, Access, &'static str)>,
    mut request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    // The request's body cannot be shared between threads; its head can.
    let (method, headers) = (request.method().clone(), request.headers().clone());
    let lang = caller::lang(&headers);
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|c| c.0.ip());
    let address = caller::address(peer, app.proxied, &headers);
    let admitted = async {
        let caller = caller::caller(&app, &headers).await?;
        let who = caller
            .as_ref()
            .map_or(address.as_str(), |c| c.account.id.as_str());
        let busy = app
            .limiter
            .lock()
            .is_ok_and(|mut l| !l.admits(who, caller.is_some(), app.now()));
        if busy {
            return Err(Problem::busy());
        }
        caller::admit(access, caller.as_ref(), &method, &headers)?;
        Ok(caller)
    };
    let response = match admitted.await {
        Ok(caller) => {
            request.extensions_mut().insert(Asked {
                lang,
                address,
                caller,
            });
            match door::pass(request).await {
                Ok(request) => next.run(request).await,
                Err(refused) => refused,
            }
        }
        Err(problem) => problem.into_response(),
    };
    let response = problem::translate(response, lang, route.starts_with(public::PLACE));
    if response.status() == StatusCode::INSUFFICIENT_STORAGE {
        app.full.store(true, Ordering::Relaxed);
    }
    // The route, not the path: no id, name or figure comes into the log.
    tracing::info!(
        method = method.as_str(),
        route,
        status = response.status().as_u16(),
        millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    );
    response
}

/// What every answer says to the browser: nothing from elsewhere, no frames, no guessing of types, and
/// behind TLS no way back to plain HTTP.
async fn headers(State(secure): State<bool>, request: Request, next: Next) -> Response {
    const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; \
        object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut say = |name, value| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    say(header::CONTENT_SECURITY_POLICY, POLICY);
    say(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    say(header::X_FRAME_OPTIONS, "DENY");
    say(header::REFERRER_POLICY, "same-origin");
    if secure {
        // A year; browsers come back over TLS only.
        say(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
