//! The page, out of the binary.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::{App, caller, public};

/// An asset by its path; the page for every other path that a person may have typed.
pub(crate) async fn serve(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") {
        return StatusCode::NOT_FOUND.into_response();
    }
    if path.starts_with("public/") {
        return public::absent(&app, caller::lang(&headers)).await;
    }
    let file = junheng_web::file(path);
    let hashed = path.starts_with("assets/");
    let Some(file) = file.or_else(|| (!hashed).then(|| junheng_web::file("index.html")).flatten())
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = format!("\"{}\"", file.hash);
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|t| t.as_bytes() == tag.as_bytes())
    {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    // Names under assets/ carry a hash of their content.
    let cache = if hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (header::CONTENT_TYPE, file.kind.to_owned()),
        (header::CACHE_CONTROL, cache.to_owned()),
        (header::ETAG, tag),
    ];
    (headers, file.bytes).into_response()
}
