//! What an endpoint takes and gives, read off its handler: each argument describes itself, and so does
//! the answer.

use axum::Extension;
use axum::Json;
use axum::extract::{Form, Multipart, Path, Query, RawQuery, State};
use axum::handler::Handler;
use axum::response::{Html, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::schema::schema;
use crate::server::App;
use crate::server::api::{Document, Download};
use crate::server::problem::Problem;

/// A kind of content and its schema.
pub(crate) type Content = (&'static str, Value);

/// What an endpoint takes besides its path, and what it gives.
#[derive(Default)]
pub(crate) struct Operation {
    /// Parameters of the query.
    pub(super) query: Vec<Value>,
    pub(super) body: Option<Content>,
    /// Nothing where the caller is sent elsewhere.
    pub(super) answer: Option<Content>,
}

/// Describes a handler.
pub(crate) fn operation<H, T>(_handler: H) -> Operation
where
    H: Handler<T, App> + Described<T>,
{
    let mut operation = Operation::default();
    H::describe(&mut operation);
    operation
}

/// A handler with arguments of types `T`.
pub(crate) trait Described<T> {
    fn describe(operation: &mut Operation);
}

/// What a handler gives.
pub(crate) trait Answers {
    fn content() -> Option<Content>;
}

impl<T: Answers> Answers for Result<T, Problem> {
    fn content() -> Option<Content> {
        T::content()
    }
}

/// Headers and a body.
impl<H, T: Answers> Answers for (H, T) {
    fn content() -> Option<Content> {
        T::content()
    }
}

impl<T: Deserialize<'static>> Answers for Json<T> {
    fn content() -> Option<Content> {
        Some(("application/json", schema::<T>()))
    }
}

impl Answers for Document {
    /// A command's own document; the contract says what stands in it.
    fn content() -> Option<Content> {
        Some(("application/json", json!({ "type": "object" })))
    }
}

impl Answers for Download {
    fn content() -> Option<Content> {
        let file = json!({ "type": "string", "format": "binary" });
        Some(("application/octet-stream", file))
    }
}

impl<T> Answers for Html<T> {
    fn content() -> Option<Content> {
        Some(("text/html", json!({ "type": "string" })))
    }
}

/// Sent elsewhere.
impl Answers for Response {
    fn content() -> Option<Content> {
        None
    }
}

/// One argument of a handler.
pub(crate) trait Argument {
    fn describe(_operation: &mut Operation) {}
}

impl Argument for State<App> {}
impl<T> Argument for Extension<T> {}
impl<T> Argument for Path<T> {}
impl Argument for RawQuery {}

impl<T: DeserializeOwned> Argument for Query<T> {
    fn describe(operation: &mut Operation) {
        let schema = schema::<T>();
        let required = schema["required"].as_array();
        for (name, kind) in schema["properties"].as_object().into_iter().flatten() {
            let required = required.is_some_and(|r| r.iter().any(|n| n == name));
            operation
                .query
                .push(json!({ "name": name, "in": "query", "required": required, "schema": kind }));
        }
    }
}

impl<T: DeserializeOwned> Argument for Json<T> {
    fn describe(operation: &mut Operation) {
        operation.body = Some(("application/json", schema::<T>()));
    }
}

impl<T: DeserializeOwned> Argument for Form<T> {
    fn describe(operation: &mut Operation) {
        operation.body = Some(("application/x-www-form-urlencoded", schema::<T>()));
    }
}

impl Argument for Multipart {
    /// Files, whatever their part is called; a few endpoints also take words about them.
    fn describe(operation: &mut Operation) {
        let file = json!({ "type": "string", "format": "binary" });
        let schema = json!({
            "type": "object",
            "properties": { "file": { "type": "array", "items": file } },
            "required": ["file"],
            "additionalProperties": { "type": "string" },
        });
        operation.body = Some(("multipart/form-data", schema));
    }
}

macro_rules! handlers {
    ($($argument:ident)*) => {
        impl<F, G, R, M, $($argument: Argument),*> Described<(M, $($argument,)*)> for F
        where
            F: FnOnce($($argument),*) -> G,
            G: Future<Output = R>,
            R: Answers,
        {
            fn describe(operation: &mut Operation) {
                $($argument::describe(operation);)*
                operation.answer = R::content();
            }
        }
    };
}

// The first place of a handler's types is axum's own mark.
impl<F, G, R> Described<((),)> for F
where
    F: FnOnce() -> G,
    G: Future<Output = R>,
    R: Answers,
{
    fn describe(operation: &mut Operation) {
        operation.answer = R::content();
    }
}
handlers!(A);
handlers!(A B);
handlers!(A B C);
handlers!(A B C D);
