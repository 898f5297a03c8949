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
pub(crate) mod papers;
pub(crate) mod public;
pub(crate) mod scenarios;
pub(crate) mod search;
pub(crate) mod session;
pub(crate) mod setup;
pub(crate) mod snapshots;
pub(crate) mod standards;
pub(crate) mod steps;
pub(crate) mod tasks;

use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;

/// What a handler returns.
type Answer = Result<Response, Problem>;

/// A JSON document as a command made it.
fn document(text: &str) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        text.to_owned(),
    )
        .into_response()
}

/// Work that keeps a core busy, off the threads that answer.
pub(crate) async fn heavy<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Problem::because("thread"))
}

/// A file to be saved: never shown as a page of this origin, whatever it holds.
fn download(bytes: Vec<u8>, name: &str) -> Response {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    let encoded: String = name
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
    (headers, bytes).into_response()
}
