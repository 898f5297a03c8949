//! JSON schemas read off the very types that requests are read into and answers are written from: a type
//! is asked to read itself, and what it asks for is written down.

use std::collections::VecDeque;
use std::fmt;

use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, json};

/// The schema of a type.
pub(crate) fn schema<T: Deserialize<'static>>() -> Value {
    schema_at::<T>("#")
}

/// The schema of a type, for this place of the document; a type that holds itself refers to it.
pub(super) fn schema_at<T: Deserialize<'static>>(place: &str) -> Value {
    let at = Place {
        pointer: place.to_owned(),
        name: "",
        above: None,
    };
    let read = |schema: &mut Value, without: Option<&str>| {
        let at = &at;
        T::deserialize(Reading {
            schema,
            at,
            without,
        })
        .map(drop)
    };
    let mut schema = Value::Null;
    // A type that reads no sample describes itself as far as it came.
    let _as_far = read(&mut schema, None);
    require(&mut schema, place, &|field| {
        read(&mut Value::Null, Some(field)) == Err(Unread::Missing)
    });
    schema
}

/// Says of each struct which of its fields have to be there.
fn require(schema: &mut Value, place: &str, is_required: &impl Fn(&str) -> bool) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    let mut required = Vec::new();
    for (name, field) in schema
        .get_mut("properties")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        let place = property(place, name);
        if is_required(&place) {
            required.push(name.clone());
        }
        require(field, &place, is_required);
    }
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    for inner in ["items", "additionalProperties"] {
        if let Some(inside) = schema.get_mut(inner) {
            require(inside, &format!("{place}/{inner}"), is_required);
        }
    }
}

fn property(place: &str, name: &str) -> String {
    format!("{place}/properties/{name}")
}

/// Where in the document a type is read, and in which structs.
struct Place<'a> {
    pointer: String,
    /// The struct that is read there, if it is one.
    name: &'static str,
    above: Option<&'a Place<'a>>,
}

impl Place<'_> {
    /// The place of the struct of this name that this one is in.
    fn of(&self, name: &str) -> Option<&str> {
        if self.name == name {
            return Some(&self.pointer);
        }
        self.above?.of(name)
    }
}

/// Answers what a type asks for with a sample, and notes what it was.
struct Reading<'a> {
    schema: &'a mut Value,
    at: &'a Place<'a>,
    /// The place of a field that is left out.
    without: Option<&'a str>,
}

/// Why a sample was not read.
#[derive(Debug, PartialEq)]
enum Unread {
    /// A field that is needed was left out.
    Missing,
    /// The sample did not fit, or the type holds itself.
    Unfit,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unread")
    }
}

impl std::error::Error for Unread {}

impl serde::de::Error for Unread {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Unfit
    }

    fn missing_field(_: &'static str) -> Self {
        Self::Missing
    }
}

macro_rules! plain {
    ($($read:ident $visit:ident($($sample:expr)?), $schema:tt;)+) => {$(
        fn $read<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Unread> {
            *self.schema = json!($schema);
            visitor.$visit($($sample)?)
        }
    )+};
}

impl Deserializer<'static> for Reading<'_> {
    type Error = Unread;

    // Neither a request nor an answer has these.
    forward_to_deserialize_any! {
        <V: Visitor<'static>>
        i8 i32 u8 u16 f32 char bytes byte_buf unit unit_struct tuple_struct identifier ignored_any
    }

    plain! {
        deserialize_any visit_unit(), {};
        deserialize_bool visit_bool(false), { "type": "boolean" };
        deserialize_i16 visit_i16(0), { "type": "integer" };
        deserialize_i64 visit_i64(0), { "type": "integer" };
        deserialize_u32 visit_u32(0), { "type": "integer", "minimum": 0 };
        deserialize_u64 visit_u64(0), { "type": "integer", "minimum": 0 };
        deserialize_f64 visit_f64(0.0), { "type": "number" };
        deserialize_str visit_borrowed_str(""), { "type": "string" };
        deserialize_string visit_borrowed_str(""), { "type": "string" };
    }

    fn deserialize_option<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Unread> {
        let schema: &mut Value = self.schema;
        let inner = Reading {
            schema: &mut *schema,
            ..self
        };
        let value = visitor.visit_some(inner)?;
        if let Some(kind) = schema.get("type").cloned() {
            schema["type"] = json!([kind, "null"]);
        }
        if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
            values.push(Value::Null);
        }
        Ok(value)
    }

    fn deserialize_newtype_struct<V: Visitor<'static>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unread> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Unread> {
        let mut parts = Parts::new(self.at, self.without, [("", "items".to_owned())]);
        let value = visitor.visit_seq(&mut parts);
        *self.schema = json!({ "type": "array", "items": parts.one() });
        value
    }

    fn deserialize_tuple<V: Visitor<'static>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Unread> {
        let items = (0..length).map(|n| ("", format!("prefixItems/{n}")));
        let mut parts = Parts::new(self.at, self.without, items);
        let value = visitor.visit_seq(&mut parts);
        let items: Vec<Value> = parts.read.into_iter().map(|(_, schema)| schema).collect();
        *self.schema = json!({ "type": "array", "prefixItems": items });
        value
    }

    fn deserialize_map<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Unread> {
        let mut parts = Parts::new(
            self.at,
            self.without,
            [("", "additionalProperties".to_owned())],
        );
        let value = visitor.visit_map(&mut parts);
        *self.schema = json!({ "type": "object", "additionalProperties": parts.one() });
        value
    }

    fn deserialize_struct<V: Visitor<'static>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unread> {
        if let Some(itself) = self.at.of(name) {
            *self.schema = json!({ "$ref": itself });
            return Err(Unread::Unfit);
        }
        let at = Place {
            pointer: self.at.pointer.clone(),
            name,
            above: Some(self.at),
        };
        let fields = fields.iter().map(|f| (*f, format!("properties/{f}")));
        let mut parts = Parts::new(&at, self.without, fields);
        let value = visitor.visit_map(&mut parts);
        let properties: Map<String, Value> = parts
            .read
            .into_iter()
            .map(|(name, schema)| (name.to_owned(), schema))
            .collect();
        *self.schema = json!({ "type": "object", "properties": properties });
        value
    }

    fn deserialize_enum<V: Visitor<'static>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unread> {
        *self.schema = json!({ "type": "string", "enum": variants });
        let first = variants.first().copied().unwrap_or_default();
        visitor.visit_enum(StrDeserializer::new(first))
    }
}

/// What is inside a list, a map or a struct, one after the other.
struct Parts<'a> {
    at: &'a Place<'a>,
    without: Option<&'a str>,
    /// Key and place of each part that is left.
    left: VecDeque<(&'static str, String)>,
    /// The place of the part whose key was read.
    place: String,
    /// Keys and schemas of those that were read.
    read: Vec<(&'static str, Value)>,
}

impl<'a> Parts<'a> {
    /// Parts of these keys, at places below this one.
    fn new(
        at: &'a Place<'a>,
        without: Option<&'a str>,
        parts: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Self {
        let place = |(key, below)| (key, format!("{}/{below}", at.pointer));
        Self {
            at,
            without,
            left: parts.into_iter().map(place).collect(),
            place: String::new(),
            read: Vec::new(),
        }
    }

    fn next<S: DeserializeSeed<'static>>(
        &mut self,
        key: &'static str,
        place: String,
        seed: S,
    ) -> Result<S::Value, Unread> {
        let mut schema = Value::Null;
        let value = seed.deserialize(Reading {
            schema: &mut schema,
            at: &Place {
                pointer: place,
                name: "",
                above: Some(self.at),
            },
            without: self.without,
        });
        self.read.push((key, schema));
        value
    }

    /// The schema of the only part.
    fn one(self) -> Value {
        let one = self.read.into_iter().next();
        one.map(|(_, schema)| schema).unwrap_or_default()
    }
}

impl SeqAccess<'static> for &mut Parts<'_> {
    type Error = Unread;

    fn next_element_seed<S: DeserializeSeed<'static>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Unread> {
        let Some((key, place)) = self.left.pop_front() else {
            return Ok(None);
        };
        match self.next(key, place, seed) {
            // A list of what reads no sample is empty.
            Err(Unread::Unfit) => Ok(None),
            read => read.map(Some),
        }
    }
}

impl MapAccess<'static> for &mut Parts<'_> {
    type Error = Unread;

    fn next_key_seed<S: DeserializeSeed<'static>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Unread> {
        let without = self.without;
        self.left
            .retain(|(_, place)| Some(place.as_str()) != without);
        let Some((key, place)) = self.left.pop_front() else {
            return Ok(None);
        };
        self.place = place;
        // The value is asked for next.
        self.read.push((key, Value::Null));
        seed.deserialize(StrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'static>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, Unread> {
        let (key, _) = self.read.pop().ok_or(Unread::Unfit)?;
        let place = std::mem::take(&mut self.place);
        self.next(key, place, seed)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    #[allow(dead_code, reason = "only read")]
    enum Kind {
        One,
        Two,
    }

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "only read")]
    struct Asked {
        name: String,
        days: i64,
        kind: Kind,
        roles: Option<Vec<String>>,
        #[serde(default)]
        partly: bool,
        #[serde(default)]
        values: BTreeMap<String, f64>,
        anything: Value,
        pairs: Vec<(String, bool)>,
        inside: Option<Inside>,
        rows: Vec<Row>,
    }

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "only read")]
    struct Row {
        id: String,
        #[serde(default)]
        sheet: String,
        rows: Vec<Row>,
    }

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "only read")]
    struct Inside {
        count: usize,
        kind: Option<Kind>,
    }

    #[test]
    fn a_type_describes_itself() {
        let told = json!({
            "type": "object",
            "properties": {
                "name": { "type": "string" },
                "days": { "type": "integer" },
                "kind": { "type": "string", "enum": ["one", "two"] },
                "roles": { "type": ["array", "null"], "items": { "type": "string" } },
                "partly": { "type": "boolean" },
                "values": { "type": "object", "additionalProperties": { "type": "number" } },
                "anything": {},
                "pairs": { "type": "array", "items": {
                    "type": "array", "prefixItems": [{ "type": "string" }, { "type": "boolean" }],
                } },
                "inside": {
                    "type": ["object", "null"],
                    "properties": {
                        "count": { "type": "integer", "minimum": 0 },
                        "kind": { "type": ["string", "null"], "enum": ["one", "two", null] },
                    },
                    "required": ["count"],
                },
                "rows": { "type": "array", "items": {
                    "type": "object",
                    "properties": {
                        "id": { "type": "string" },
                        "sheet": { "type": "string" },
                        "rows": { "type": "array", "items": { "$ref": "#/properties/rows/items" } },
                    },
                    "required": ["id", "rows"],
                } },
            },
            "required": ["name", "days", "kind", "anything", "pairs", "rows"],
        });
        assert_eq!(schema::<Asked>(), told);
    }
}
