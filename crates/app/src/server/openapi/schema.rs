//! JSON schemas read off the very types that requests are read into and answers are written from: a type
//! is asked to read itself, and what it asks for is written down.

use std::fmt;

use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, json};

/// The schema of a type.
pub(crate) fn schema<T: Deserialize<'static>>() -> Value {
    let mut schema = Value::Null;
    let whole = Reading {
        schema: &mut schema,
        without: None,
    };
    // A type that reads no sample describes itself as far as it came.
    drop(T::deserialize(whole));
    let names: Vec<String> = schema["properties"]
        .as_object()
        .map(|p| p.keys().cloned().collect())
        .unwrap_or_default();
    let required: Vec<String> = names
        .into_iter()
        .filter(|name| {
            let without = Reading {
                schema: &mut Value::Null,
                without: Some(name),
            };
            T::deserialize(without).is_err()
        })
        .collect();
    if let Some(whole) = schema.as_object_mut() {
        require(whole, &required);
    }
    schema
}

fn require(schema: &mut Map<String, Value>, required: &[String]) {
    schema.remove("required");
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
}

/// Whether a value may be missing, as far as its schema tells.
fn may_be_null(schema: &Value) -> bool {
    let kind = &schema["type"];
    kind.is_null()
        || kind
            .as_array()
            .is_some_and(|all| all.contains(&json!("null")))
}

/// Answers what a type asks for with a sample, and notes what it was.
struct Reading<'a> {
    schema: &'a mut Value,
    /// A field of the outermost type that is left out.
    without: Option<&'a str>,
}

/// Something was missing, or the sample did not fit.
#[derive(Debug)]
struct Unread;

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unread")
    }
}

impl std::error::Error for Unread {}

impl serde::de::Error for Unread {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
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
        i8 i16 i32 u8 u16 f32 char bytes byte_buf unit unit_struct tuple_struct identifier ignored_any
    }

    plain! {
        deserialize_any visit_unit(), {};
        deserialize_bool visit_bool(false), { "type": "boolean" };
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
            without: None,
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
        let mut items = Value::Null;
        let value = visitor.visit_seq(Once(Some(&mut items)))?;
        *self.schema = json!({ "type": "array", "items": items });
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'static>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Unread> {
        let mut items = vec![Value::Null; length];
        let value = visitor.visit_seq(Each(items.iter_mut()))?;
        *self.schema = json!({ "type": "array", "prefixItems": items });
        Ok(value)
    }

    fn deserialize_map<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Unread> {
        let mut values = Value::Null;
        let value = visitor.visit_map(Once(Some(&mut values)))?;
        *self.schema = json!({ "type": "object", "additionalProperties": values });
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'static>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unread> {
        let mut properties = Map::new();
        let value = visitor.visit_map(Fields {
            left: fields.iter(),
            now: "",
            without: self.without,
            properties: &mut properties,
        })?;
        let sure = properties.iter().filter(|(_, schema)| !may_be_null(schema));
        let sure: Vec<String> = sure.map(|(name, _)| name.clone()).collect();
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("properties".to_owned(), Value::Object(properties));
        require(&mut schema, &sure);
        *self.schema = Value::Object(schema);
        Ok(value)
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

/// A list of one, or a map of one entry.
struct Once<'a>(Option<&'a mut Value>);

impl SeqAccess<'static> for Once<'_> {
    type Error = Unread;

    fn next_element_seed<T: DeserializeSeed<'static>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unread> {
        let Some(schema) = self.0.take() else {
            return Ok(None);
        };
        let without = None;
        // What reads no sample, as a type that holds lists of itself, is left out of the list.
        Ok(seed.deserialize(Reading { schema, without }).ok())
    }
}

impl MapAccess<'static> for Once<'_> {
    type Error = Unread;

    fn next_key_seed<K: DeserializeSeed<'static>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unread> {
        if self.0.is_none() {
            return Ok(None);
        }
        seed.deserialize(StrDeserializer::new("")).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'static>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Unread> {
        let schema = self.0.take().ok_or(Unread)?;
        let without = None;
        seed.deserialize(Reading { schema, without })
    }
}

/// The places of a tuple.
struct Each<'a>(std::slice::IterMut<'a, Value>);

impl SeqAccess<'static> for Each<'_> {
    type Error = Unread;

    fn next_element_seed<T: DeserializeSeed<'static>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unread> {
        let Some(schema) = self.0.next() else {
            return Ok(None);
        };
        let without = None;
        seed.deserialize(Reading { schema, without }).map(Some)
    }
}

/// The fields of a struct, one after the other.
struct Fields<'a> {
    left: std::slice::Iter<'static, &'static str>,
    now: &'static str,
    without: Option<&'a str>,
    properties: &'a mut Map<String, Value>,
}

impl MapAccess<'static> for Fields<'_> {
    type Error = Unread;

    fn next_key_seed<K: DeserializeSeed<'static>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unread> {
        let next = self.left.find(|f| Some(**f) != self.without);
        let Some(next) = next else {
            return Ok(None);
        };
        self.now = next;
        seed.deserialize(StrDeserializer::new(next)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'static>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Unread> {
        let schema = self.properties.entry(self.now).or_insert(Value::Null);
        let without = None;
        seed.deserialize(Reading { schema, without })
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
            },
            "required": ["name", "days", "kind", "anything", "pairs"],
        });
        assert_eq!(schema::<Asked>(), told);
    }
}
