//! The mapping file as TOML has it, with the places of its keys.

use std::collections::BTreeMap;
use std::fmt;

use junheng_core::text::Text;
use serde::Deserialize;
use serde::de::{self, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    #[serde(default)]
    pub(super) county: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    pub(super) source: Vec<Spanned<SourceText>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceText {
    #[serde(default)]
    pub(super) files: Words,
    #[serde(default)]
    pub(super) sheets: Words,
    pub(super) header_rows: Option<Spanned<(u32, u32)>>,
    pub(super) table: Spanned<String>,
    #[serde(default, rename = "where")]
    pub(super) keep: BTreeMap<String, Words>,
    #[serde(default)]
    pub(super) skip: BTreeMap<String, Words>,
    #[serde(default)]
    pub(super) first: bool,
    pub(super) columns: BTreeMap<Spanned<String>, Spanned<ColumnText>>,
}

/// One text or a list of texts.
#[derive(Default)]
pub(super) struct Words(pub(super) Vec<String>);

/// A path, a list of paths, or a table.
pub(super) enum ColumnText {
    Paths(Vec<String>),
    Full(Full),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Full {
    pub(super) column: Option<Words>,
    pub(super) sum: Option<Vec<String>>,
    pub(super) value: Option<String>,
    pub(super) name: Option<toml::Table>,
    #[serde(default)]
    pub(super) map: BTreeMap<String, String>,
    pub(super) factor: Option<String>,
    pub(super) blank: Option<String>,
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(ColumnVisitor { tables: false })? {
            ColumnText::Paths(words) => Ok(Self(words)),
            ColumnText::Full(_) => Err(de::Error::custom("expected text or a list of texts")),
        }
    }
}

impl<'de> Deserialize<'de> for ColumnText {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ColumnVisitor { tables: true })
    }
}

/// Reads text, list or table by hand, since serde's untagged enums lose the line of an error.
struct ColumnVisitor {
    tables: bool,
}

impl<'de> Visitor<'de> for ColumnVisitor {
    type Value = ColumnText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.tables {
            true => "a header path, a list of header paths, or a table",
            false => "text or a list of texts",
        })
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ColumnText, E> {
        Ok(ColumnText::Paths(vec![text.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<ColumnText, A::Error> {
        let mut words = Vec::new();
        while let Some(word) = list.next_element()? {
            words.push(word);
        }
        Ok(ColumnText::Paths(words))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ColumnText, A::Error> {
        if !self.tables {
            return Err(de::Error::invalid_type(de::Unexpected::Map, &self));
        }
        Full::deserialize(MapAccessDeserializer::new(map)).map(ColumnText::Full)
    }
}

/// The TOML reader's sentence, with its commonest forms in Chinese.
pub(super) fn translated(message: &str) -> Text {
    let mut zh = message.to_owned();
    for (english, chinese) in [
        ("unknown field", "不认识的键"),
        ("missing field", "缺少键"),
        ("duplicate key", "重复的键"),
        ("invalid type:", "值的类型不对:"),
        ("invalid length", "值的个数不对"),
        ("expected one of", "可用的键为"),
        ("expected", "应为"),
        (
            "a header path, a list of header paths, or a table",
            "表头路径、路径列表或 { … }",
        ),
        ("text or a list of texts", "文本或文本列表"),
        ("a string", "文本(加引号)"),
        ("integer", "整数"),
        ("boolean", "真假值"),
        ("string", "文本"),
        (" or ", " 或 "),
    ] {
        zh = zh.replace(english, chinese);
    }
    Text::new(zh, message)
}
