//! Reading a mapping file: TOML in, checked rules or findings with their line out.

use std::collections::BTreeMap;

use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::model::{FACT_PREFIXES, Field, Kind, TableId};
use junheng_core::text::Text;
use toml::Spanned;

use super::shape::{ColumnText, Document, SourceText, Words, translated};
use crate::number::Decimal;

/// A checked mapping file.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// Its file name, for findings and for the place of constants.
    pub(super) file: String,
    /// Constants of the county: key, value, line.
    pub(super) county: Vec<(String, String, u32)>,
    /// What is read from which sheets.
    pub(super) sources: Vec<Rules>,
}

/// One `[[source]]`.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) line: u32,
    pub(super) files: Vec<String>,
    pub(super) sheets: Vec<String>,
    /// Last row of the header, from 0.
    pub(super) header_end: Option<usize>,
    pub(super) table: TableId,
    pub(super) keep: Vec<Filter>,
    pub(super) skip: Vec<Filter>,
    /// Of rows of one key in a sheet the first counts; else they are refused.
    pub(super) first: bool,
    pub(super) columns: Vec<Rule>,
}

/// A column and the values to look for in it.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    pub(super) path: String,
    pub(super) values: Vec<String>,
}

/// How one field is filled.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) target: Target,
    pub(super) line: u32,
    pub(super) from: Given,
    pub(super) map: BTreeMap<String, String>,
    pub(super) factor: Option<Decimal>,
    pub(super) blank: Option<String>,
}

/// What is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// A field of the table.
    Field(Field),
    /// The school's name beside its code, in a table that only has the code: for looking up.
    SchoolName,
}

/// Where a value comes from.
#[derive(Debug, Clone)]
pub(super) enum Given {
    /// The first of these header paths that is found.
    Column(Vec<String>),
    /// The sum of these columns.
    Sum(Vec<String>),
    /// A constant.
    Value(String),
    /// The value of the first pattern that the file's or sheet's name matches.
    Name(Vec<(String, String)>),
}

impl Mapping {
    /// Reads the mapping `text` of a file called `file`.
    ///
    /// # Errors
    /// All mistakes of the file, each with its line; the first only where it is no TOML.
    pub fn load(file: &str, text: &str) -> Result<Self, Vec<Finding>> {
        let mut reader = Reader {
            file,
            text,
            mistakes: Vec::new(),
        };
        let document: Document = match toml::from_str(text) {
            Ok(document) => document,
            Err(error) => {
                let at = error.span().map_or(0, |s| s.start);
                reader.mistake(at, &translated(error.message()));
                return Err(reader.mistakes);
            }
        };
        let county = document
            .county
            .iter()
            .filter_map(|(k, v)| reader.fact(k, v))
            .collect();
        let sources = document
            .source
            .into_iter()
            .filter_map(|s| reader.source(s))
            .collect();
        match reader.mistakes.is_empty() {
            true => Ok(Self {
                file: file.to_owned(),
                county,
                sources,
            }),
            false => Err(reader.mistakes),
        }
    }

    /// The mapping for exports of the education statistics system that comes with the program.
    ///
    /// # Errors
    /// Never in a released program: a test loads it.
    pub fn statistics() -> Result<Self, Vec<Finding>> {
        Self::load(
            "statistics.toml",
            include_str!("../../../../mappings/statistics.toml"),
        )
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    mistakes: Vec<Finding>,
}

impl Reader<'_> {
    fn line(&self, offset: usize) -> u32 {
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        let breaks = before.iter().filter(|b| **b == b'\n').count();
        u32::try_from(breaks + 1).unwrap_or(u32::MAX)
    }

    fn mistake(&mut self, offset: usize, what: &Text) {
        let line = self.line(offset);
        self.mistakes.push(Finding {
            code: "mapping_invalid",
            severity: Severity::Error,
            place: Place {
                file: self.file.to_owned(),
                row: Some(line),
                ..Place::default()
            },
            message: Text::new(
                format!("映射文件 {} 第 {line} 行：{}", self.file, what.zh),
                format!("Mapping file {}, line {line}: {}", self.file, what.en),
            ),
            hint: Text::new(
                "请按提示修改映射文件后重新导入；字段名见字段表。",
                "Mend the mapping file and import again; their names are in the list of fields.",
            ),
        });
    }

    fn fact(
        &mut self,
        key: &Spanned<String>,
        value: &Spanned<String>,
    ) -> Option<(String, String, u32)> {
        let name = key.get_ref();
        let known = Field::by_id(TableId::County, name).is_some()
            || FACT_PREFIXES
                .iter()
                .any(|(prefix, ..)| name.starts_with(prefix));
        if !known {
            self.unknown_field(key.span().start, TableId::County, name);
            return None;
        }
        let line = self.line(value.span().start);
        Some((name.clone(), value.get_ref().clone(), line))
    }

    fn source(&mut self, source: Spanned<SourceText>) -> Option<Rules> {
        let start = source.span().start;
        let line = self.line(start);
        let source = source.into_inner();
        let name = source.table.get_ref();
        let Some(table) = TableId::named(name) else {
            let known: Vec<&str> = TableId::ALL.into_iter().map(TableId::id).collect();
            let known = known.join(", ");
            let what = Text::new(
                format!("没有名为「{name}」的表；可用的表：{known}"),
                format!("there is no table \"{name}\"; the tables are {known}"),
            );
            self.mistake(source.table.span().start, &what);
            return None;
        };
        let header_end = source.header_rows.and_then(|rows| {
            let (first, last) = *rows.get_ref();
            if (1..=last).contains(&first) && last <= 16 {
                return Some(last as usize - 1);
            }
            let what = Text::new(
                "header_rows 应写成 [首行, 末行]，从 1 数起，末行不超过 16",
                "header_rows is [first, last], counted from 1, the last at most 16",
            );
            self.mistake(rows.span().start, &what);
            None
        });
        let columns = source.columns;
        let columns = columns
            .into_iter()
            .filter_map(|(k, v)| self.rule(table, &k, v))
            .collect();
        let filters = |filters: BTreeMap<String, Words>| {
            let filters = filters.into_iter();
            filters
                .map(|(path, values)| Filter {
                    path,
                    values: values.0,
                })
                .collect()
        };
        let or_any = |words: Words| match words.0.is_empty() {
            true => vec!["*".to_owned()],
            false => words.0,
        };
        Some(Rules {
            line,
            files: or_any(source.files),
            sheets: or_any(source.sheets),
            header_end,
            table,
            keep: filters(source.keep),
            skip: filters(source.skip),
            first: source.first,
            columns,
        })
    }

    fn rule(
        &mut self,
        table: TableId,
        key: &Spanned<String>,
        column: Spanned<ColumnText>,
    ) -> Option<Rule> {
        let id = key.get_ref();
        let field = Field::by_id(table, id).or_else(|| table.fields().find(|f| f.about().zh == id));
        let has_school = table
            .fields()
            .any(|f| f.kind() == Kind::Ref(TableId::Schools));
        let target = match field {
            Some(field) => Target::Field(field),
            None if id == "name" && has_school => Target::SchoolName,
            None => {
                self.unknown_field(key.span().start, table, id);
                return None;
            }
        };
        let at = column.span().start;
        let line = self.line(key.span().start);
        let full = match column.into_inner() {
            ColumnText::Paths(paths) => {
                let from = Given::Column(paths);
                return Some(Rule {
                    target,
                    line,
                    from,
                    map: BTreeMap::new(),
                    factor: None,
                    blank: None,
                });
            }
            ColumnText::Full(full) => full,
        };
        let mut froms = Vec::new();
        froms.extend(full.column.map(|c| Given::Column(c.0)));
        froms.extend(full.sum.map(Given::Sum));
        froms.extend(full.value.map(Given::Value));
        if let Some(names) = full.name {
            let pairs = names.into_iter().map(|(pattern, value)| match value {
                toml::Value::String(value) => Some((pattern, value)),
                _ => None,
            });
            froms.extend(pairs.collect::<Option<_>>().map(Given::Name));
        }
        if froms.len() != 1 {
            let what = Text::new(
                format!("「{id}」必须且只能写 column、sum、value、name 之一"),
                format!("\"{id}\" needs exactly one of column, sum, value, name"),
            );
            self.mistake(at, &what);
            return None;
        }
        let factor = match full.factor {
            None => None,
            Some(text) => {
                let factor = super::words::decimal(&text);
                if factor.is_none() {
                    let what = Text::new(
                        format!("factor「{text}」不是数；例如万元写 \"10000\""),
                        format!("factor \"{text}\" is no number; for 万元 write \"10000\""),
                    );
                    self.mistake(at, &what);
                }
                factor
            }
        };
        Some(Rule {
            target,
            line,
            from: froms.pop()?,
            map: full.map,
            factor,
            blank: full.blank,
        })
    }

    fn unknown_field(&mut self, offset: usize, table: TableId, id: &str) {
        let likeness = |f: &Field| super::words::likeness(f.id(), id);
        let near = table
            .fields()
            .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        let (near, title) = near.map_or(("", ""), |f| (f.id(), f.about().zh));
        let what = Text::new(
            format!(
                "表「{}」没有字段「{id}」；最接近的是 {near}({title})",
                table.zh()
            ),
            format!(
                "table {} has no field \"{id}\"; the nearest is {near}",
                table.id()
            ),
        );
        self.mistake(offset, &what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> Vec<(u32, String, String)> {
        let mistakes = Mapping::load("m.toml", text).err().unwrap_or_default();
        let each = mistakes.into_iter();
        each.map(|m| (m.place.row.unwrap(), m.message.zh, m.message.en))
            .collect()
    }

    #[test]
    fn each_mistake_has_its_line_and_a_way_out() {
        let source = "[[source]]\ntable = \"sections\"\n[source.columns]\n";
        for (text, line, part) in [
            (
                "[county]\ncode = \"1\"\nnam = \"x\"\n".to_owned(),
                3,
                "name",
            ),
            ("[county]\ncode = 330182\n".to_owned(), 2, "integer"),
            ("[[source]]\ntabel = \"x\"\n".to_owned(), 2, "tabel"),
            (
                "[[source]]\ntable = \"section\"\ncolumns = {}\n".to_owned(),
                2,
                "sections",
            ),
            (format!("{source}studnts = \"在校生数\"\n"), 4, "students"),
            (format!("{source}students = 3\n"), 4, "integer"),
            (
                format!("{source}students = {{ column = \"a\", colum = \"b\" }}\n"),
                4,
                "colum",
            ),
            (
                format!("{source}students = {{ column = \"a\", value = \"b\" }}\n"),
                4,
                "exactly one",
            ),
            (
                format!("{source}students = {{ map = {{ a = \"b\" }} }}\n"),
                4,
                "exactly one",
            ),
            (
                format!("{source}students = {{ column = \"a\", factor = \"万\" }}\n"),
                4,
                "factor",
            ),
            (
                "[[source]]\ntable = \"sections\"\nheader_rows = [3, 2]\ncolumns = {}\n".to_owned(),
                3,
                "first",
            ),
            (
                "[[source]]\ntable = \"sections\"\ncolumns = {}\n[[source]]\n".to_owned(),
                4,
                "table",
            ),
            ("a = = b".to_owned(), 1, ""),
        ] {
            let found = mistakes(&text);
            let [(at, zh, en)] = found.as_slice() else {
                panic!("{text}: {found:?}");
            };
            assert_eq!(*at, line, "{text}: {en}");
            assert!(en.contains(part), "{text}: {en}");
            assert!(zh.contains(&format!("第 {line} 行")), "{zh}");
        }
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let text = "[county]\nx = \"1\"\n[[source]]\ntable = \"y\"\ncolumns = {}\n";
        assert_eq!(mistakes(text).len(), 2);
    }
}
