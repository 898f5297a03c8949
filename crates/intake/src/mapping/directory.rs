//! Schools by name and code.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::finding::Severity;
use junheng_core::model::{Field, Kind, TableId};
use junheng_core::text::Text;

use super::apply::Raw;
use super::load::Target;
use super::words::{is_blank, likeness, plain};
use super::{Findings, OF_MAPPING, place};
use crate::grid::Grid;

/// The schools' codes by name.
#[derive(Default)]
pub(super) struct Directory {
    codes: BTreeSet<String>,
    /// By compared name: the codes it has, and its first spelling.
    names: BTreeMap<String, (BTreeSet<String>, String)>,
}

/// What a school's name or code stands for.
enum School<'a> {
    /// A code, or something that looks like one.
    Code,
    /// The name of this code, first spelled so.
    Named(&'a str, &'a str),
    /// A name that several codes have.
    Several(&'a BTreeSet<String>),
    /// A name nobody gave.
    Unknown,
}

impl Directory {
    /// From all rows that name a school.
    pub(super) fn of(raws: &[Raw]) -> Self {
        let mut directory = Self::default();
        for raw in raws {
            let text = |target| raw.values.get(&target).map_or("", |v| v.0.as_str());
            let (code, name) = match raw.table {
                TableId::Schools => (
                    text(Target::Field(Field::SchoolId)),
                    text(Target::Field(Field::SchoolName)),
                ),
                _ => {
                    let key = raw.table.key().first().copied();
                    let own = key.filter(|f| f.kind() == Kind::Ref(TableId::Schools));
                    (
                        own.map_or("", |f| text(Target::Field(f))),
                        text(Target::SchoolName),
                    )
                }
            };
            if is_blank(name) {
                if raw.table == TableId::Schools && !is_blank(code) {
                    directory.codes.insert(code.to_owned());
                }
                continue;
            }
            let entry = directory.names.entry(plain(name));
            let known = entry.or_insert_with(|| (BTreeSet::new(), name.to_owned()));
            if !is_blank(code) && plain(code) != plain(name) {
                known.0.insert(code.to_owned());
                directory.codes.insert(code.to_owned());
            }
        }
        directory
    }

    fn school(&self, text: &str) -> School<'_> {
        if self.codes.contains(text) {
            return School::Code;
        }
        match self.names.get(&plain(text)) {
            Some((codes, spelled)) => match (codes.first(), codes.len()) {
                (Some(code), 1) => School::Named(code, spelled),
                (None, _) => School::Named(spelled, spelled),
                _ => School::Several(codes),
            },
            // Without any name there is nothing to compare: the reader checks the reference.
            None if self.names.is_empty() || looks_like_a_code(text) => School::Code,
            None => School::Unknown,
        }
    }

    /// The spelling of the school most like `text`, if any is at all.
    fn nearest(&self, text: &str) -> Option<&str> {
        let text = plain(text);
        let scored = self
            .names
            .iter()
            .map(|(name, (_, spelled))| (likeness(name, &text), spelled));
        let best = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
        (best.0 >= 0.6).then_some(best.1.as_str())
    }

    /// Gives a row that has only a school's name the field of the code; whether the name is it.
    pub(super) fn identify(&self, raw: &mut Raw) -> bool {
        let (key, name) = match raw.table {
            TableId::Schools => (Field::SchoolId, Target::Field(Field::SchoolName)),
            table => match table.key().first() {
                Some(key) if key.kind() == Kind::Ref(TableId::Schools) => {
                    (*key, Target::SchoolName)
                }
                _ => return false,
            },
        };
        let name = match name {
            Target::SchoolName => raw.values.remove(&name),
            Target::Field(_) => raw.values.get(&name).cloned(),
        };
        let key = Target::Field(key);
        if raw.values.get(&key).is_none_or(|v| is_blank(&v.0)) {
            let Some(name) = name else {
                return false;
            };
            raw.values.insert(key, name);
        }
        let text = raw.values.get(&key).map_or("", |v| v.0.as_str());
        raw.table == TableId::Schools
            && matches!(self.school(text), School::Named(code, spelled) if code == spelled)
    }
}

/// Replaces the names of schools by their codes.
pub(super) fn resolve(
    grids: &[Grid],
    directory: &Directory,
    raw: &mut Raw,
    told: &mut BTreeSet<(TableId, String)>,
    findings: &mut Findings,
) {
    let Some(grid) = grids.get(raw.grid) else {
        return;
    };
    for (target, value) in &mut raw.values {
        let Target::Field(field) = *target else {
            continue;
        };
        let names_school = field == Field::SchoolId || field.kind() == Kind::Ref(TableId::Schools);
        if !names_school || is_blank(&value.0) {
            continue;
        }
        let text = value.0.clone();
        let school = directory.school(&text);
        let is_new = match &school {
            School::Code => false,
            School::Named(_, spelled) => *spelled != text,
            School::Several(_) | School::Unknown => true,
        } && told.insert((raw.table, text.clone()));
        let mut tell = |code, severity, message, hint| {
            if is_new {
                let column = value
                    .1
                    .filter(|c| c.source != OF_MAPPING)
                    .map(|c| c.column as usize - 1);
                findings.add(
                    code,
                    severity,
                    place(grid, Some(raw.row), column),
                    message,
                    hint,
                );
            }
        };
        match school {
            School::Code => {}
            School::Named(code, spelled) => {
                if spelled != text {
                    tell(
                        "school_two_names",
                        Severity::Explain,
                        Text::new(
                            format!("「{text}」与「{spelled}」视为同一所学校(只差空格或全半角)。"),
                            format!(
                                "\"{text}\" and \"{spelled}\" are taken as one school (they differ in spaces or width)."
                            ),
                        ),
                        Text::new(
                            "请核对并统一学校名称的写法。",
                            "Check, and spell the name in one way.",
                        ),
                    );
                }
                value.0 = code.to_owned();
            }
            School::Several(codes) => {
                let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
                let codes = codes.join("、");
                tell(
                    "school_name_ambiguous",
                    Severity::Error,
                    Text::new(
                        format!(
                            "「{text}」对应多个标识码({codes})，无法判断是哪一所，按原样保留。"
                        ),
                        format!("\"{text}\" has several codes ({codes}); it was kept as written."),
                    ),
                    Text::new(
                        "请改用标识码，或区分学校名称。",
                        "Use the code, or tell the names apart.",
                    ),
                );
            }
            School::Unknown => {
                // A sheet full of them needs no search for each.
                let (zh, en) = match (told.len() < 100)
                    .then(|| directory.nearest(&text))
                    .flatten()
                {
                    Some(near) => (
                        format!("，最接近的是「{near}」"),
                        format!("; the nearest is \"{near}\""),
                    ),
                    None => (String::new(), String::new()),
                };
                tell(
                    "school_name_unknown",
                    Severity::Error,
                    Text::new(
                        format!("学校表中没有「{text}」{zh}；按另一所学校保留，未作猜测。"),
                        format!(
                            "No school is called \"{text}\"{en}. It was kept as another school, nothing guessed."
                        ),
                    ),
                    Text::new(
                        "若是同一所学校，请统一名称；若确是另一所，请在学校表中补上。",
                        "If it is the same school, spell it alike; else add it to the schools.",
                    ),
                );
            }
        }
    }
}

fn looks_like_a_code(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}
