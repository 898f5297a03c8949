//! JSON schemas read off the very types that requests are read into: a type is asked to read itself,
//! and what it asks for is written down.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, json};

/// The schema of a type of requests.
pub(crate) fn schema<T: DeserializeOwned>() -> Value {
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
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
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
        fn $read<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
            *self.schema = json!($schema);
            visitor.$visit($($sample)?)
        }
    )+};
}

impl<'de> Deserializer<'de> for Reading<'_> {
    type Error = Unread;

    // No request has these.
    forward_to_deserialize_any! {
        i8 i16 i32 u8 u16 u32 f32 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
        ignored_any
    }

    plain! {
        deserialize_any visit_unit(), {};
        deserialize_bool visit_bool(false), { "type": "boolean" };
        deserialize_i64 visit_i64(0), { "type": "integer" };
        deserialize_u64 visit_u64(0), { "type": "integer", "minimum": 0 };
        deserialize_f64 visit_f64(0.0), { "type": "number" };
        deserialize_str visit_str(""), { "type": "string" };
        deserialize_string visit_str(""), { "type": "string" };
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        let schema: &mut Value = self.schema;
        let inner = Reading {
            schema: &mut *schema,
            without: None,
        };
        let value = visitor.visit_some(inner)?;
        if let Some(kind) = schema.get("type").cloned() {
            schema["type"] = json!([kind, "null"]);
        }
        Ok(value)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unread> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        let mut items = Value::Null;
        let value = visitor.visit_seq(Once(Some(&mut items)))?;
        *self.schema = json!({ "type": "array", "items": items });
        Ok(value)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unread> {
        let mut values = Value::Null;
        let value = visitor.visit_map(Once(Some(&mut values)))?;
        *self.schema = json!({ "type": "object", "additionalProperties": values });
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
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
        *self.schema = json!({ "type": "object", "properties": properties });
        Ok(value)
    }

    fn deserialize_enum<V: Visitor<'de>>(
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

impl<'de> SeqAccess<'de> for Once<'_> {
    type Error = Unread;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unread> {
        let Some(schema) = self.0.take() else {
            return Ok(None);
        };
        let without = None;
        seed.deserialize(Reading { schema, without }).map(Some)
    }
}

impl<'de> MapAccess<'de> for Once<'_> {
    type Error = Unread;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unread> {
        if self.0.is_none() {
            return Ok(None);
        }
        seed.deserialize(StrDeserializer::new("")).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unread> {
        let schema = self.0.take().ok_or(Unread)?;
        let without = None;
        seed.deserialize(Reading { schema, without })
    }
}

/// The fields of a struct, one after the other.
struct Fields<'a> {
    left: std::slice::Iter<'static, &'static str>,
    now: &'static str,
    without: Option<&'a str>,
    properties: &'a mut Map<String, Value>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Unread;

    fn next_key_seed<K: DeserializeSeed<'de>>(
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

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unread> {
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
            },
            "required": ["name", "days", "kind", "anything"],
        });
        assert_eq!(schema::<Asked>(), told);
    }
}
