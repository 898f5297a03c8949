//! What the page takes answers to be (`web/src/types.ts`) is what the description says of them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::server::openapi::document;
use crate::server::served::SERVED;

const TYPES: &str = include_str!("../../../../../web/src/types.ts");

/// The answer to a GET or a named document, and a place in it.
const ANSWERS: &[(&str, &str, &str)] = &[
    ("Account", "/api/v1/state", "/properties/account"),
    ("AuditLine", "/api/v1/audit", "/properties/lines/items"),
    (
        "Comment",
        "/api/v1/publications",
        "/properties/comments/items",
    ),
    ("Comparison", "/api/v1/compare/{before}/{after}", ""),
    ("County", "/api/v1/counties", "/properties/counties/items"),
    (
        "Derivation",
        "/api/v1/snapshots/{id}/explain",
        "/properties/explanation",
    ),
    ("Evaluation", "/api/v1/snapshots/{id}/evaluate", ""),
    (
        "Evidence",
        "/api/v1/snapshots/{id}/evidence",
        "/properties/evidence/items",
    ),
    (
        "Explained",
        "/api/v1/snapshots/{id}/findings",
        "/properties/findings/items",
    ),
    (
        "Found",
        "/api/v1/snapshots/{id}/search",
        "/properties/results/items",
    ),
    (
        "Interest",
        "/api/v1/accounts/{account}/interests",
        "/properties/interests/items",
    ),
    ("Field", "/api/v1/fields", "/properties/fields/items"),
    (
        "ForecastRow",
        "/api/v1/snapshots/{id}/forecast",
        "/properties/rows/items",
    ),
    ("Job", "/api/v1/jobs/{job}", ""),
    ("LayoutPlan", "#/components/schemas/plan-layout", ""),
    (
        "Need",
        "/api/v1/snapshots/{id}/places",
        "/properties/warnings/items",
    ),
    ("Org", "/api/v1/orgs", "/properties/orgs/items"),
    ("Person", "/api/v1/accounts", "/properties/accounts/items"),
    ("PathPlan", "#/components/schemas/plan-path", ""),
    (
        "Publication",
        "/api/v1/publications",
        "/properties/publications/items",
    ),
    ("RotationPlan", "#/components/schemas/plan-rotation", ""),
    ("Settings", "/api/v1/settings", "/properties/settings"),
    (
        "Snapshot",
        "/api/v1/snapshots",
        "/properties/snapshots/items",
    ),
    (
        "Chosen",
        "/api/v1/snapshots",
        "/properties/chosen/additionalProperties",
    ),
    (
        "StandardRow",
        "/api/v1/standards",
        "/properties/standards/items",
    ),
    ("State", "/api/v1/state", ""),
    ("ZoneMap", "/api/v1/snapshots/{id}/map", ""),
    ("ZonePlan", "#/components/schemas/plan-zones", ""),
];

/// Parts of the above.
const OTHERS: &[&str] = &[
    "Action",
    "Clause",
    "Conflict",
    "Finding",
    "IndicatorValue",
    "Item",
    "Move",
    "Plan",
    "Point",
    "Section",
    "Share",
    "Stage",
    "Variation",
    "Verdict",
];

/// A type of TypeScript, as far as the page's are.
#[derive(Clone, Debug, PartialEq)]
enum Type {
    /// `string`, `number`, `boolean`, `null`, or the name of a type.
    Name(String),
    Word,
    List(Box<Type>),
    Tuple(Vec<Type>),
    Record(Box<Type>),
    /// Name, whether it may be missing, type.
    Object(Vec<(String, bool, Type)>),
    Union(Vec<Type>),
}

/// Reads what is left of a text.
struct Reader<'a>(Vec<&'a str>);

impl Reader<'_> {
    fn next(&mut self) -> String {
        self.0.pop().unwrap().to_owned()
    }

    fn takes(&mut self, token: &str) -> bool {
        let found = self.0.last() == Some(&token);
        if found {
            self.0.pop();
        }
        found
    }

    fn a_type(&mut self) -> Type {
        self.takes("|");
        let mut all = vec![self.part()];
        while self.takes("|") {
            all.push(self.part());
        }
        if all.len() == 1 {
            all.remove(0)
        } else {
            Type::Union(all)
        }
    }

    fn part(&mut self) -> Type {
        let mut part = match self.next().as_str() {
            "{" => self.object(),
            "(" => {
                let inner = self.a_type();
                assert!(self.takes(")"));
                inner
            }
            "[" => {
                let mut all = vec![self.a_type()];
                while self.takes(",") {
                    all.push(self.a_type());
                }
                assert!(self.takes("]"));
                Type::Tuple(all)
            }
            "Record" => {
                assert!(self.takes("<") && self.takes("string") && self.takes(","));
                let inner = self.a_type();
                assert!(self.takes(">"));
                Type::Record(Box::new(inner))
            }
            word if word.starts_with('\'') => Type::Word,
            name => Type::Name(name.to_owned()),
        };
        while self.0.ends_with(&["]", "["]) {
            self.0.truncate(self.0.len() - 2);
            part = Type::List(Box::new(part));
        }
        part
    }

    fn object(&mut self) -> Type {
        let mut fields = Vec::new();
        while !self.takes("}") {
            let name = self.next();
            let optional = self.takes("?");
            assert!(self.takes(":"), "{name}");
            fields.push((name, optional, self.a_type()));
            self.takes(";");
            self.takes(",");
        }
        Type::Object(fields)
    }
}

/// Every exported type by its name.
fn types() -> BTreeMap<String, Type> {
    let lines = TYPES.lines().map(str::trim);
    let lines = lines.filter(|l| !l.starts_with("//") && !l.starts_with("/**"));
    let text: String = lines.flat_map(|l| [l, "\n"]).collect();
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let long = match first {
            '\'' => rest[1..].find('\'').unwrap() + 2,
            c if c.is_alphanumeric() => rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        tokens.push(&rest[..long]);
        rest = rest[long..].trim_start();
    }
    tokens.reverse();
    let mut reader = Reader(tokens);
    let mut all = BTreeMap::new();
    while reader.takes("export") {
        let interface = reader.takes("interface");
        assert!(interface || reader.takes("type"));
        let name = reader.next();
        let base = reader.takes("extends").then(|| reader.next());
        assert!(reader.takes(if interface { "{" } else { "=" }), "{name}");
        let mut own = if interface {
            reader.object()
        } else {
            reader.a_type()
        };
        if let (Some(Type::Object(above)), Type::Object(fields)) =
            (base.and_then(|b| all.get(&b).cloned()), &mut own)
        {
            fields.extend(above);
        }
        all.insert(name, own);
    }
    assert!(reader.0.is_empty(), "{:?}", reader.0.last());
    all
}

/// Where answers that a schema describes may not be of a type, if anywhere.
fn unlike(
    all: &BTreeMap<String, Type>,
    document: &Value,
    schema: &Value,
    wanted: &Type,
    at: &str,
) -> Option<String> {
    let inner = |schema: &Value, wanted: &Type, at: &str| unlike(all, document, schema, wanted, at);
    if let Some(place) = schema["$ref"].as_str() {
        // A type that holds itself was looked at on the way.
        let named = document.pointer(place.trim_start_matches('#'));
        return named.is_none().then(|| format!("{at}: no {place}"));
    }
    let mut kinds: Vec<&str> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    if kinds.is_empty() {
        return None;
    }
    let plain = |kind: &str| match kind {
        "string" => &["string"][..],
        "number" => &["number", "integer"],
        "boolean" => &["boolean"],
        _ => &[],
    };
    let wrong = || Some(format!("{at}: {} is no {wanted:?}", schema["type"]));
    match wanted {
        Type::Union(parts) => {
            let null = Type::Name("null".to_owned());
            if parts.contains(&null) {
                kinds.retain(|k| *k != "null");
            }
            let mut bare = schema.clone();
            bare["type"] = json!(kinds);
            let tried: Vec<_> = parts
                .iter()
                .filter(|p| **p != null)
                .map(|part| inner(&bare, part, at))
                .collect();
            if tried.iter().any(Option::is_none) {
                return None;
            }
            tried.into_iter().next().flatten()
        }
        Type::Name(name) => match all.get(name) {
            Some(own) => inner(schema, own, at),
            None if name == "unknown" => None,
            None if kinds.iter().all(|k| plain(name).contains(k)) => None,
            None => wrong(),
        },
        Type::Word if kinds == ["string"] => None,
        Type::List(item) if kinds == ["array"] => {
            // A list of pairs may be told as a pair's places.
            inner(&schema["items"], item, &format!("{at}[]"))
        }
        Type::Tuple(items) if kinds == ["array"] => items
            .iter()
            .enumerate()
            .find_map(|(n, item)| inner(&schema["prefixItems"][n], item, &format!("{at}[{n}]"))),
        Type::Record(item) if kinds == ["object"] => {
            inner(&schema["additionalProperties"], item, &format!("{at}{{}}"))
        }
        Type::Object(fields) if kinds == ["object"] => {
            let required = schema["required"].as_array().into_iter().flatten();
            let required: Vec<&str> = required.filter_map(Value::as_str).collect();
            fields.iter().find_map(|(name, optional, wanted)| {
                let at = format!("{at}.{name}");
                let Some(field) = schema["properties"].get(name) else {
                    return Some(format!("{at}: the server tells nothing like it"));
                };
                let may_be_null = field["type"]
                    .as_array()
                    .is_some_and(|k| k.contains(&json!("null")));
                let absent = !optional && !may_be_null && !required.contains(&name.as_str());
                if absent {
                    return Some(format!("{at}: may be missing"));
                }
                let mut field = field.clone();
                if *optional && let Some(kinds) = field["type"].as_array_mut() {
                    kinds.retain(|k| k != "null");
                }
                inner(&field, wanted, &at)
            })
        }
        _ => wrong(),
    }
}

#[test]
fn the_page_takes_answers_as_they_are() {
    let (all, document) = (types(), document());
    let mut known: Vec<&str> = ANSWERS
        .iter()
        .map(|a| a.0)
        .chain(OTHERS.iter().copied())
        .collect();
    known.sort_unstable();
    let names: Vec<&str> = all.keys().map(String::as_str).collect();
    assert_eq!(names, known);
    let mut wrong = Vec::new();
    for (name, path, place) in ANSWERS {
        let answer = &document["paths"][path]["get"]["responses"]["200"];
        let schema = &answer["content"]["application/json"]["schema"];
        let schema = match schema["$ref"].as_str().or(path.strip_prefix('#')) {
            Some(named) => document.pointer(named.trim_start_matches('#')).unwrap(),
            None => schema,
        };
        // Null is for whoever holds it to think of.
        let mut schema = schema
            .pointer(place)
            .unwrap_or_else(|| panic!("{name} {schema}"))
            .clone();
        if let Some(kinds) = schema["type"].as_array_mut() {
            kinds.retain(|k| k != "null");
        }
        wrong.extend(unlike(&all, &document, &schema, &all[*name], name));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_page_takes_wrongly_is_noticed() {
    let all = types();
    let schema = json!({
        "type": "object",
        "properties": { "a": { "type": ["string", "null"] }, "b": { "type": "integer" } },
        "required": ["b"],
    });
    let taken = |name: &str, optional: bool, kind: Type| {
        let wanted = Type::Object(vec![(name.to_owned(), optional, kind)]);
        unlike(&all, &schema, &schema, &wanted, "").is_none()
    };
    let name = |name: &str| Type::Name(name.to_owned());
    assert!(taken(
        "a",
        false,
        Type::Union(vec![name("string"), name("null")])
    ));
    assert!(taken("a", true, Type::Word) && taken("b", false, name("number")));
    assert!(!taken("a", false, name("string")), "it may be null");
    assert!(!taken("b", false, name("string")) && !taken("c", true, name("string")));
}

/// Advice of the program names options of its commands; on the page they have other names, in both languages.
#[test]
fn every_option_has_words_on_the_page() {
    for (file, text) in [
        (
            "zh.ts",
            include_str!("../../../../../web/src/locales/zh.ts"),
        ),
        (
            "en.ts",
            include_str!("../../../../../web/src/locales/en.ts"),
        ),
    ] {
        let (_, options) = text.split_once("\n  options: {").unwrap();
        let (options, _) = options.split_once("\n  }").unwrap();
        let named: Vec<&str> = options
            .split(|c: char| !(c.is_ascii_lowercase() || c == '-' || c == ':'))
            .collect();
        let quoted = |name: &str| options.contains(&format!("'{name}': "));
        let plain = |name: &str| named.contains(&format!("{name}:").as_str());
        let served = SERVED.iter().flat_map(|s| s.options).map(|o| o.0);
        for name in served.chain(["applied", "class-size"]) {
            assert!(
                quoted(name) || plain(name),
                "{file} has no words for --{name}"
            );
        }
    }
}
