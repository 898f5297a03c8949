//! Rows of several sources into one table: school names to codes, rows of one key to one row.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::finding::{Place, Severity};
use junheng_core::model::{Cell, Field, Kind, TableId};
use junheng_core::text::Text;

use super::apply::Raw;
use super::decimal::Decimal;
use super::load::{Mapping, Target};
use super::mapped::{MappedTable, Value};
use super::words::{is_blank, likeness, plain};
use super::{Findings, OF_MAPPING, place};
use crate::grid::Grid;

/// The tables of the bundle, in its order.
pub(super) fn tables(
    grids: &[Grid],
    mapping: &Mapping,
    mut raws: Vec<Raw>,
    findings: &mut Findings,
) -> Vec<MappedTable> {
    let directory = Directory::of(&raws);
    let mut told = BTreeSet::new();
    let mut named = 0;
    for raw in &mut raws {
        named += usize::from(directory.identify(raw));
        resolve(grids, &directory, raw, &mut told, findings);
    }
    if named > 0 {
        findings.add(
            "map_name_as_code",
            Severity::Note,
            Place::default(),
            Text::new(
                format!("{named} 行学校没有标识码,以学校名称代替。"),
                format!("{named} school rows have no code; the name serves as code."),
            ),
            Text::new(
                "有标识码的表(如教基1001)一并导入即可补上。",
                "Import a sheet that has the codes together with it.",
            ),
        );
    }
    let mut joined: BTreeMap<TableId, Joined> = BTreeMap::new();
    for raw in raws {
        joined
            .entry(raw.table)
            .or_default()
            .add(grids, raw, findings);
    }
    let county = county(mapping, joined.remove(&TableId::County), findings);
    let rest = joined.into_iter().map(|(table, rows)| rows.finish(table));
    county.into_iter().chain(rest).collect()
}

/// The schools' codes by name.
#[derive(Default)]
struct Directory {
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
    /// A name nobody gave; the nearest.
    Unknown(Option<&'a str>),
}

impl Directory {
    fn of(raws: &[Raw]) -> Self {
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
            None if text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => School::Code,
            None => {
                let text = plain(text);
                let scored = self
                    .names
                    .iter()
                    .map(|(name, (_, spelled))| (likeness(name, &text), spelled));
                let best = scored.max_by(|a, b| a.0.total_cmp(&b.0));
                School::Unknown(best.filter(|b| b.0 >= 0.6).map(|b| b.1.as_str()))
            }
        }
    }

    /// Gives a row that has only a school's name the field of the code; whether the name is it.
    fn identify(&self, raw: &mut Raw) -> bool {
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
fn resolve(
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
        let mut tell = |code, severity, message, hint| {
            if told.insert((raw.table, text.clone())) {
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
        match directory.school(&text) {
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
                        format!("「{text}」对应多个标识码({codes}),无法判断是哪一所,按原样保留。"),
                        format!("\"{text}\" has several codes ({codes}); it was kept as written."),
                    ),
                    Text::new(
                        "请改用标识码,或区分学校名称。",
                        "Use the code, or tell the names apart.",
                    ),
                );
            }
            School::Unknown(near) => {
                let (zh, en) = match near {
                    Some(near) => (
                        format!(",最接近的是「{near}」"),
                        format!("; the nearest is \"{near}\""),
                    ),
                    None => (String::new(), String::new()),
                };
                tell(
                    "school_name_unknown",
                    Severity::Error,
                    Text::new(
                        format!("学校表中没有「{text}」{zh};按另一所学校保留,未作猜测。"),
                        format!(
                            "No school is called \"{text}\"{en}. It was kept as another school, nothing guessed."
                        ),
                    ),
                    Text::new(
                        "若是同一所学校,请统一名称;若确是另一所,请在学校表中补上。",
                        "If it is the same school, spell it alike; else add it to the schools.",
                    ),
                );
            }
        }
    }
}

/// The rows of one table.
#[derive(Default)]
struct Joined {
    fields: BTreeSet<Field>,
    rows: Vec<BTreeMap<Field, Value>>,
    /// Rows by key, with the sheet that gave them first.
    index: BTreeMap<Vec<String>, (usize, usize)>,
}

impl Joined {
    fn add(&mut self, grids: &[Grid], raw: Raw, findings: &mut Findings) {
        let values: BTreeMap<Field, Value> = raw
            .values
            .into_iter()
            .filter_map(|(target, value)| match target {
                Target::Field(field) => Some((field, value)),
                Target::SchoolName => None,
            })
            .collect();
        self.fields.extend(values.keys());
        let key = raw.table.key();
        let repeats = matches!(raw.table, TableId::Roads | TableId::Rooms);
        let key: Vec<String> = key
            .iter()
            .map(|f| values.get(f).map_or_else(String::new, |v| plain(&v.0)))
            .collect();
        let known = self.index.get(&key).copied().filter(|_| !repeats);
        let Some((at, sheet)) = known else {
            self.index.insert(key, (self.rows.len(), raw.grid));
            self.rows.push(values);
            return;
        };
        let Some(row) = self.rows.get_mut(at) else {
            return;
        };
        let differing: Vec<Field> = values
            .iter()
            .filter(|(f, v)| row.get(f).is_some_and(|old| differ(&old.0, &v.0)))
            .map(|(f, _)| *f)
            .collect();
        // Twice in one sheet and not alike: hand on both, the reader refuses a key that repeats.
        if sheet == raw.grid && !differing.is_empty() {
            self.rows.push(values);
            return;
        }
        if let Some(grid) = grids.get(raw.grid) {
            for field in differing {
                if let (Some(old), Some(new)) = (row.get(&field), values.get(&field)) {
                    findings.0.push(conflict(grid, raw.row, field, old, new));
                }
            }
        }
        for (field, value) in values {
            let slot = row.entry(field).or_default();
            if is_blank(&slot.0) {
                *slot = value;
            }
        }
    }

    fn finish(self, table: TableId) -> MappedTable {
        let fields = self.fields;
        let row = |mut row: BTreeMap<Field, Value>| {
            fields
                .iter()
                .map(|f| row.remove(f).unwrap_or_default())
                .collect()
        };
        MappedTable {
            table,
            header: fields.iter().map(|f| f.id().to_owned()).collect(),
            rows: self.rows.into_iter().map(row).collect(),
        }
    }
}

fn differ(a: &str, b: &str) -> bool {
    let number = |text| Decimal::parse(text).map(|d| d.to_string());
    !is_blank(a)
        && !is_blank(b)
        && plain(a) != plain(b)
        && (number(a).is_none() || number(a) != number(b))
}

fn conflict(
    grid: &Grid,
    row: usize,
    field: Field,
    old: &Value,
    new: &Value,
) -> junheng_core::finding::Finding {
    let column = new
        .1
        .filter(|c| c.source != OF_MAPPING)
        .map(|c| c.column as usize - 1);
    let title = field.about();
    let (code, zh, en) = match field {
        Field::SchoolName => (
            "school_two_names",
            "同一标识码有两个学校名称",
            "One code has two school names",
        ),
        _ => (
            "map_values_differ",
            "同一行在两处的数值不同",
            "Two sheets differ",
        ),
    };
    junheng_core::finding::Finding {
        code,
        severity: Severity::Explain,
        place: place(grid, Some(row), column),
        message: Text::new(
            format!("{zh}({}):「{}」与「{}」,采用前者。", title.zh, old.0, new.0),
            format!(
                "{en} ({}): \"{}\" and \"{}\"; the former was kept.",
                title.en, old.0, new.0
            ),
        ),
        hint: Text::new(
            "请核对哪一处正确并改正。",
            "Check which one is right and correct the other.",
        ),
    }
}

/// The county as `key,value`: the mapping's constants, then what sheets add.
fn county(mapping: &Mapping, read: Option<Joined>, findings: &mut Findings) -> Option<MappedTable> {
    let line = |line| {
        Some(Cell {
            source: OF_MAPPING,
            row: line,
            column: 1,
        })
    };
    let constant =
        |(key, value, at): &(String, String, u32)| (key.clone(), (value.clone(), line(*at)));
    let mut values: BTreeMap<String, Value> = mapping.county.iter().map(constant).collect();
    for (field, value) in read.into_iter().flat_map(|j| j.rows).flatten() {
        match values.get(field.id()) {
            Some(old) if differ(&old.0, &value.0) => findings.add(
                "map_values_differ",
                Severity::Explain,
                Place {
                    file: mapping.file.clone(),
                    row: old.1.map(|c| c.row),
                    ..Place::default()
                },
                Text::new(
                    format!(
                        "{}:映射文件写「{}」,表中为「{}」,采用映射文件。",
                        field.about().zh,
                        old.0,
                        value.0
                    ),
                    format!(
                        "{}: the mapping says \"{}\", the sheet \"{}\"; the mapping wins.",
                        field.about().en,
                        old.0,
                        value.0
                    ),
                ),
                Text::new("请核对。", "Check which is right."),
            ),
            Some(_) => {}
            None => {
                values.insert(field.id().to_owned(), value);
            }
        }
    }
    let rows: Vec<Vec<Value>> = values
        .into_iter()
        .filter(|(_, value)| !is_blank(&value.0))
        .map(|(key, value)| vec![(key, value.1), value])
        .collect();
    (!rows.is_empty()).then(|| MappedTable {
        table: TableId::County,
        header: vec!["key".to_owned(), "value".to_owned()],
        rows,
    })
}
