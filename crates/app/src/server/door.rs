//! The door for texts: no character that nobody sees comes in with a request, whatever the database would
//! do with it. Files have their own reader.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::BODY;
use super::api::commands::form;
use super::problem::Problem;
use super::steady::is_slow;

/// Whether a character is seen, or parts lines and columns: no control character, no turn of the
/// direction of writing.
fn is_seen(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t')
        || !(c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}

/// Whether every character of a text is seen.
pub(crate) fn is_plain(text: &str) -> bool {
    text.chars().all(is_seen)
}

/// The same of a text of one line, as a name.
pub(crate) fn is_one_line(text: &str) -> bool {
    is_plain(text) && !text.contains(char::is_control)
}

/// What holds such a character.
pub(crate) fn unseen() -> Problem {
    Problem::bad(
        "内容里有看不见的控制字符，没有保存；请去掉后再试",
        "there is a control character that nobody sees, and nothing was kept; take it out and try again",
    )
}

/// Passes a request whose path, query and words hold none. What is no text of the forms that the server
/// takes is left to its handler.
pub(crate) async fn pass(request: Request) -> Result<Request, Response> {
    let uri = request.uri();
    let query = uri.query().unwrap_or_default();
    // No id or name of ours holds one.
    if !form(uri.path()).iter().all(|(path, _)| is_one_line(path)) {
        return Err(Problem::absent().into_response());
    }
    if !pairs(query) {
        return Err(unseen().into_response());
    }
    let (head, body) = request.into_parts();
    let Some(is_good) = reader(&head.headers) else {
        return Ok(Request::from_parts(head, body));
    };
    let bytes = to_bytes(body, BODY).await.map_err(|error| {
        if is_slow(&error) {
            Problem::slow().into_response()
        } else {
            StatusCode::PAYLOAD_TOO_LARGE.into_response()
        }
    })?;
    if is_good(&bytes) {
        Ok(Request::from_parts(head, Body::from(bytes)))
    } else {
        Err(unseen().into_response())
    }
}

/// How a body is looked at.
fn reader(headers: &HeaderMap) -> Option<fn(&Bytes) -> bool> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    if kind.contains("json") {
        // What is no JSON the handler refuses.
        Some(|bytes| serde_json::from_slice(bytes).map_or(true, |v| words(&v)))
    } else if kind.contains("urlencoded") {
        Some(|bytes| std::str::from_utf8(bytes).is_ok_and(pairs))
    } else {
        None
    }
}

fn pairs(text: &str) -> bool {
    let all = form(text);
    all.iter()
        .all(|(name, value)| is_plain(name) && is_plain(value))
}

/// Whether every text of a document is plain, names too.
fn words(value: &Value) -> bool {
    match value {
        Value::String(text) => is_plain(text),
        Value::Array(all) => all.iter().all(words),
        Value::Object(all) => all.iter().all(|(name, v)| is_plain(name) && words(v)),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_seen_whole() {
        for good in ["", "和溪镇", "a\tb\r\nc", "👩‍🏫"] {
            assert!(is_plain(good), "{good:?}");
        }
        for bad in [
            "a\u{0}",
            "\u{1b}[31m",
            "x\u{202e}vsc.exe",
            "\u{85}",
            "\u{7f}",
        ] {
            assert!(!is_plain(bad), "{bad:?}");
        }
        assert!(!is_one_line("a\nb") && is_one_line("张 三"));
        assert!(!words(&serde_json::json!({ "a": [{ "b\u{0}": 1 }] })));
        assert!(!pairs("q=%00") && !pairs("%1b=x") && pairs("q=a%0Ab&c"));
    }
}
