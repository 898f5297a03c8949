//! Drafting a mapping: what the headers of a workbook look like in the program's fields.

use std::collections::BTreeSet;
use std::fmt::Write;

use junheng_core::model::{Field, SCHOOL_KINDS, TableId};

use super::aliases::ALIASES;
use super::header::{Found, Header};
use super::words::{header_word, is_blank, likeness};
use crate::grid::{self, Grid};

/// A header and a field are offered as a pair from this likeness on.
const LIKE: f64 = 0.75;

/// A mapping for `grids`, as TOML to be checked by a person: what was recognised as lines, what
/// was not as comments with two example values.
///
/// It loads again as it is: [`super::Mapping::load`].
#[must_use]
pub fn draft(grids: &[Grid]) -> String {
    let mut text = String::from(
        "# 映射草稿:请逐行核对。表头写法为「上级/下级」,不计空格、#、其中、单位。\n\
         # Draft of a mapping: check every line. A header is \"group/column\"; spaces, # and units do not count.\n\
         # 带 ? 的行是相近而非相同的表头;以 # 开头的行未使用,补上字段名即可使用(见字段表)。\n\
         # Lines with ? are near matches; commented lines are unused until given a field (see the list of fields).\n\n\
         [county]\n\
         # code = \"六位县级代码 six digits\"\n\
         # name = \"县名 name\"\n\
         # school_year = \"2025-2026\"\n",
    );
    for grid in grids {
        let header = Header::of(grid, None, &[]);
        let columns = columns(grid, &header);
        if columns.is_empty() {
            continue;
        }
        let tables = tables(grid, &columns);
        let place = match grid.sheet.is_empty() {
            true => grid.file.clone(),
            false => format!("{} / {}", grid.file, grid.sheet),
        };
        let place = place.replace(char::is_control, " ");
        if tables.is_empty() {
            let _ = writeln!(text, "\n# {place}: 未能判断是哪张表 / no table recognised");
            unknown(&mut text, &columns, &BTreeSet::new());
            continue;
        }
        let mut used = BTreeSet::new();
        for (at, (table, pairs)) in tables.iter().enumerate() {
            let _ = writeln!(text, "\n# {place} → {} {}", table.zh(), table.id());
            source(&mut text, grid, &header, *table, pairs, &columns);
            used.extend(pairs.iter().map(|p| p.column));
            if at + 1 == tables.len() {
                unknown(&mut text, &columns, &used);
            }
        }
    }
    text
}

/// A column of a sheet.
struct Column {
    index: usize,
    /// The shortest path that leads to it alone; none where no path does.
    path: Option<String>,
    title: String,
    words: Vec<String>,
    examples: Vec<String>,
}

/// A column and the field it looks like.
struct Pair {
    column: usize,
    field: Field,
    like: f64,
}

fn columns(grid: &Grid, header: &Header) -> Vec<Column> {
    let labelled = (0..header.paths.len()).filter(|c| !header.title(*c).is_empty());
    labelled
        .map(|index| Column {
            index,
            path: shortest(header, index),
            title: header.title(index),
            words: header.words(index).to_vec(),
            examples: examples(grid, header, index),
        })
        .collect()
}

fn shortest(header: &Header, column: usize) -> Option<String> {
    let labels = header.paths.get(column)?;
    // 合计 alone says nothing to the person who reads the mapping.
    let total = labels
        .last()
        .is_some_and(|l| matches!(header_word(l).as_str(), "合计" | "计" | "小计"));
    let shortest = labels.len() - usize::from(total && labels.len() > 1);
    (0..shortest).rev().find_map(|from| {
        let path = labels.get(from..)?.join("/");
        matches!(header.find(&path), Found::One(found) if found == column).then_some(path)
    })
}

fn examples(grid: &Grid, header: &Header, column: usize) -> Vec<String> {
    let rows = header.first_data_row..grid.rows.len();
    let mut seen = BTreeSet::new();
    rows.filter_map(|row| match grid.at(row, column) {
        grid::Value::Empty => None,
        value => value.as_label(),
    })
    .filter(|label| !is_blank(label) && seen.insert(label.clone()))
    .take(2)
    .collect()
}

/// How much a column looks like a field.
fn like(column: &Column, field: Field) -> f64 {
    let about = field.about();
    let aliases = ALIASES
        .iter()
        .filter(|(f, _)| *f == field)
        .flat_map(|(_, names)| names.iter().copied());
    let names = [about.zh, about.id].into_iter().chain(aliases);
    let leaf = column.words.last().map_or("", String::as_str);
    let leaf = match column.words.split_last() {
        Some((last, [.., above])) if matches!(last.as_str(), "合计" | "计" | "小计") => above,
        _ => leaf,
    };
    names
        .map(|name| {
            let name = header_word(name);
            if leaf == name {
                return 1.0;
            }
            let longer = leaf.chars().count().max(name.chars().count());
            let shorter = leaf.chars().count().min(name.chars().count());
            let within = shorter >= 3 && (leaf.contains(&name) || name.contains(leaf));
            let part = if within {
                0.5 + 0.5 * shorter as f64 / longer as f64
            } else {
                0.0
            };
            // Alike, never the same: an exact match of another column goes first.
            likeness(leaf, &name).max(part).min(0.99)
        })
        .fold(0.0, f64::max)
}

/// The best field of `table` for each column, each field once.
fn pairs(columns: &[Column], table: TableId) -> Vec<Pair> {
    let mut all: Vec<Pair> = columns
        .iter()
        .filter(|c| c.path.is_some())
        .flat_map(|c| {
            table.fields().map(move |field| Pair {
                column: c.index,
                field,
                like: like(c, field),
            })
        })
        .filter(|p| p.like >= LIKE)
        .collect();
    all.sort_by(|a, b| {
        b.like
            .total_cmp(&a.like)
            .then((a.column, a.field).cmp(&(b.column, b.field)))
    });
    let (mut columns, mut fields) = (BTreeSet::new(), BTreeSet::new());
    all.retain(|p| {
        let free = !columns.contains(&p.column) && !fields.contains(&p.field);
        if free {
            columns.insert(p.column);
            fields.insert(p.field);
        }
        free
    });
    all.sort_by_key(|p| p.field);
    all
}

/// The table a sheet looks like; schools and sections together where it has figures of both.
fn tables(grid: &Grid, columns: &[Column]) -> Vec<(TableId, Vec<Pair>)> {
    let stem = grid.file.split('.').next().unwrap_or_default();
    let named = TableId::named(&grid.sheet).or_else(|| TableId::named(stem));
    let own = |table: TableId, pairs: &[Pair]| {
        let plain = |f: &Field| !table.key().contains(f) && *f != Field::SchoolName;
        pairs.iter().map(|p| p.field).filter(plain).count()
    };
    let has_name = columns.iter().any(|c| like(c, Field::SchoolName) == 1.0);
    let scored = TableId::ALL
        .into_iter()
        .filter(|t| *t != TableId::County)
        .filter_map(|table| {
            let pairs = pairs(columns, table);
            let first = table.key().first();
            let keyed = first.is_none_or(|key| pairs.iter().any(|p| p.field == *key));
            let by_name = has_name && matches!(table, TableId::Schools | TableId::Sections);
            let score = own(table, &pairs) * 2
                + usize::from(keyed)
                + 100 * usize::from(named == Some(table));
            ((keyed || by_name) && own(table, &pairs) > 0).then_some((score, table, pairs))
        });
    let mut scored: Vec<_> = scored.collect();
    // Stable: of equals the earlier table of the template wins.
    scored.sort_by_key(|(score, ..)| std::cmp::Reverse(*score));
    let Some(&(_, best, _)) = scored.first() else {
        return Vec::new();
    };
    let both = [TableId::Schools, TableId::Sections];
    let is_asset = |field: Field| {
        Field::SHARED
            .iter()
            .any(|(own, whole)| [own, whole].contains(&&field))
    };
    let of_stages = |pairs: &[Pair]| {
        pairs
            .iter()
            .any(|p| !is_asset(p.field) && !TableId::Sections.key().contains(&p.field))
    };
    let wanted = |table: TableId, pairs: &[Pair]| {
        table == best
            || both.contains(&best)
                && both.contains(&table)
                && (table == TableId::Schools || of_stages(pairs))
    };
    let mut kept: Vec<_> = scored
        .into_iter()
        .filter(|(_, t, p)| wanted(*t, p))
        .map(|(_, t, p)| (t, p))
        .collect();
    kept.sort_by_key(|(table, _)| *table);
    if let [(_, school), (TableId::Sections, _)] = kept.as_mut_slice() {
        // The sheet tells sections apart: their assets stand there, not twice.
        school.retain(|p| !is_asset(p.field));
    }
    kept
}

fn source(
    text: &mut String,
    grid: &Grid,
    header: &Header,
    table: TableId,
    pairs: &[Pair],
    columns: &[Column],
) {
    text.push_str("[[source]]\n");
    let _ = writeln!(text, "files = {}", quoted(&grid.file));
    if !grid.sheet.is_empty() {
        let _ = writeln!(text, "sheets = {}", quoted(&grid.sheet));
    }
    let _ = writeln!(text, "header_rows = [1, {}]", header.first_data_row.max(1));
    let _ = writeln!(text, "table = \"{}\"\n[source.columns]", table.id());
    for pair in pairs {
        let Some(path) = columns
            .iter()
            .find(|c| c.index == pair.column)
            .and_then(|c| c.path.as_ref())
        else {
            continue;
        };
        let sure = if pair.like < 1.0 { " ?" } else { "" };
        let title = pair.field.about().zh;
        let path = quoted(path);
        let path = match words_of(pair.field, columns, pair.column) {
            Some(map) => format!("{{ column = {path}, map = {map} }}"),
            None => path,
        };
        let _ = writeln!(text, "{} = {path} #{sure} {title}", pair.field.id());
    }
    let key = table.key();
    let lacks = |field: &Field| !pairs.iter().any(|p| p.field == *field);
    let name = columns
        .iter()
        .find(|c| c.path.is_some() && like(c, Field::SchoolName) == 1.0);
    if let (Some(school), Some(name)) = (
        key.first().filter(|f| lacks(f)),
        name.and_then(|c| c.path.as_ref()),
    ) && table != TableId::Schools
    {
        let _ = writeln!(
            text,
            "{} = {} # 以学校名称查标识码 / code looked up by name",
            school.id(),
            quoted(name)
        );
    }
    if table == TableId::Sections && lacks(&Field::SectionStage) {
        let hint = format!("{}{}", grid.file, grid.sheet);
        let stage = [("小学", "primary"), ("初中", "junior"), ("高中", "senior")];
        let stage = stage
            .iter()
            .find(|(zh, _)| hint.contains(zh))
            .map_or("primary", |s| s.1);
        let _ = writeln!(
            text,
            "stage = {{ value = \"{stage}\" }} # ? 请核对学段 / check the stage"
        );
    }
}

/// The value map of a school's kind that is written in words.
fn words_of(field: Field, columns: &[Column], column: usize) -> Option<String> {
    let column = columns.iter().find(|c| c.index == column)?;
    let in_words = column.examples.iter().any(|e| e.parse::<u16>().is_err());
    let pairs = SCHOOL_KINDS
        .iter()
        .map(|(code, zh, _)| format!("\"{zh}\" = \"{code}\""));
    let map = || format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "));
    (field == Field::SchoolKind && in_words).then(map)
}

fn unknown(text: &mut String, columns: &[Column], used: &BTreeSet<usize>) {
    for column in columns.iter().filter(|c| !used.contains(&c.index)) {
        let path = quoted(column.path.as_ref().unwrap_or(&column.title));
        let examples: Vec<String> = column
            .examples
            .iter()
            .map(|e| e.chars().take(20).collect())
            .collect();
        let examples = examples.join("、").replace(char::is_control, " ");
        let alone = if column.path.is_none() {
            "(表头重复 / not unique)"
        } else {
            ""
        };
        let _ = writeln!(text, "# ? = {path} # {examples}{alone}");
    }
}

/// A TOML string on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
