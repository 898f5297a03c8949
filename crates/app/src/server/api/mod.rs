//! The handlers, one file per resource.

pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod commands;
pub(crate) mod evidence;
pub(crate) mod exports;
pub(crate) mod filings;
pub(crate) mod findings;
pub(crate) mod imports;
pub(crate) mod jobs;
pub(crate) mod orgs;
pub(crate) mod own;
pub(crate) mod paging;
pub(crate) mod papers;
pub(crate) mod portrait;
pub(crate) mod public;
pub(crate) mod scenarios;
pub(crate) mod search;
pub(crate) mod session;
pub(crate) mod setup;
pub(crate) mod snapshots;
pub(crate) mod standards;
pub(crate) mod steps;
pub(crate) mod tasks;
pub(crate) mod unasked;

use std::sync::{Arc, LazyLock};

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::problem::Problem;

/// What a handler returns: JSON of its own type, which is where its description comes from.
type Answer<T> = Result<Json<T>, Problem>;

/// It was done; there is nothing to tell.
#[derive(Serialize, Deserialize)]
pub(crate) struct Done {}

/// The id of something new.
#[derive(Serialize, Deserialize)]
pub(crate) struct Made {
    id: String,
}

/// A JSON document as a command made it.
pub(crate) struct Document(Arc<str>);

impl IntoResponse for Document {
    fn into_response(self) -> Response {
        let kind = [(header::CONTENT_TYPE, "application/json")];
        (kind, self.0.to_string()).into_response()
    }
}

/// So much heavy work is done at once, the rest waits: many may come in one moment, and a county takes memory.
static HEAVY: Semaphore = Semaphore::const_new(8);
/// As many passwords are tried at once as there are cores: each takes 19 MB.
static PASSWORDS: LazyLock<Semaphore> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Semaphore::new(cores.clamp(2, 16))
});

/// Work that keeps a core busy, off the threads that answer.
pub(crate) async fn heavy<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    in_turn(&HEAVY, work).await
}

/// The same for passwords, which wait for nothing but others.
pub(crate) async fn trying<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    in_turn(&PASSWORDS, work).await
}

async fn in_turn<T: Send + 'static>(
    turns: &Semaphore,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let _turn = turns.acquire().await.map_err(Problem::because("turn"))?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Problem::because("thread"))
}

/// A file to be saved: never shown as a page of this origin, whatever it holds.
pub(crate) struct Download {
    bytes: Vec<u8>,
    name: String,
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
        let encoded: String = self
            .name
            .bytes()
            .map(|b| {
                if plain(b) {
                    char::from(b).to_string()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect();
        let headers = [
            (
                header::CONTENT_DISPOSITION,
                format!("attachment; filename*=UTF-8''{encoded}"),
            ),
            (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        ];
        (headers, self.bytes).into_response()
    }
}
