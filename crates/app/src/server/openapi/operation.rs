//! What an endpoint takes, read off its handler: each of a handler's arguments describes itself.

use axum::Extension;
use axum::Json;
use axum::extract::{Form, Multipart, Path, Query, RawQuery, State};
use axum::handler::Handler;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::schema::schema;
use crate::server::App;

/// What an endpoint takes besides its path.
#[derive(Default)]
pub(crate) struct Takes {
    /// Parameters of the query.
    pub(super) query: Vec<Value>,
    /// The body: its kind and its schema.
    pub(super) body: Option<(&'static str, Value)>,
}

/// Describes what a handler takes.
pub(crate) fn takes<H, T>(_handler: H) -> Takes
where
    H: Handler<T, App>,
    T: Arguments,
{
    let mut takes = Takes::default();
    T::describe(&mut takes);
    takes
}

/// The arguments of a handler.
pub(crate) trait Arguments {
    fn describe(takes: &mut Takes);
}

/// One of them.
pub(crate) trait Argument {
    fn describe(_takes: &mut Takes) {}
}

impl Argument for State<App> {}
impl<T> Argument for Extension<T> {}
impl<T> Argument for Path<T> {}
impl Argument for RawQuery {}

impl<T: DeserializeOwned> Argument for Query<T> {
    fn describe(takes: &mut Takes) {
        let schema = schema::<T>();
        let required = schema["required"].as_array();
        for (name, kind) in schema["properties"].as_object().into_iter().flatten() {
            let required = required.is_some_and(|r| r.iter().any(|n| n == name));
            takes
                .query
                .push(json!({ "name": name, "in": "query", "required": required, "schema": kind }));
        }
    }
}

impl<T: DeserializeOwned> Argument for Json<T> {
    fn describe(takes: &mut Takes) {
        takes.body = Some(("application/json", schema::<T>()));
    }
}

impl<T: DeserializeOwned> Argument for Form<T> {
    fn describe(takes: &mut Takes) {
        takes.body = Some(("application/x-www-form-urlencoded", schema::<T>()));
    }
}

impl Argument for Multipart {
    /// Files, whatever their part is called; a few endpoints also take words about them.
    fn describe(takes: &mut Takes) {
        let file = json!({ "type": "string", "format": "binary" });
        let schema = json!({
            "type": "object",
            "properties": { "file": { "type": "array", "items": file } },
            "required": ["file"],
            "additionalProperties": { "type": "string" },
        });
        takes.body = Some(("multipart/form-data", schema));
    }
}

macro_rules! arguments {
    ($($argument:ident)*) => {
        impl<M, $($argument: Argument),*> Arguments for (M, $($argument,)*) {
            fn describe(_takes: &mut Takes) {
                $($argument::describe(_takes);)*
            }
        }
    };
}

// The first place is axum's own mark.
impl Arguments for ((),) {
    fn describe(_takes: &mut Takes) {}
}
arguments!(A);
arguments!(A B);
arguments!(A B C);
arguments!(A B C D);
