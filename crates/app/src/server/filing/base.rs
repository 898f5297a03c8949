//! Last year's county, school by school, and the new county made of it and of the filed forms.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::model::{Field, Sheet, TableId};
use junheng_intake::bundle::read_bundle;
use junheng_intake::files::InputFile;
use junheng_intake::write::csv_bytes;

use super::Answers;
use super::form::{Form, Question, Respondent, key};

/// The tables that a school's own data stands in, with the column of the school.
const OWN: [(TableId, Field); 5] = [
    (TableId::Schools, Field::SchoolId),
    (TableId::Sections, Field::SectionSchool),
    (TableId::Classes, Field::ClassSchool),
    (TableId::Rooms, Field::RoomSchool),
    (TableId::Teachers, Field::TeacherSchool),
];
/// Columns that lead to rows which a school alone does not have.
const OUTSIDE: [&str; 4] = ["parent_school_id", "block_id", "spouse_id", "wishes"];

/// What a row is of, what a school is and where it lies: no figures of a year.
const OF_NO_YEAR: [Field; 16] = [
    Field::SchoolId,
    Field::SchoolName,
    Field::SchoolKind,
    Field::Locale,
    Field::Owner,
    Field::Township,
    Field::SchoolLon,
    Field::SchoolLat,
    Field::SchoolDatum,
    Field::FoundedYear,
    Field::Boarding,
    Field::DenseUrban,
    Field::ParentSchool,
    Field::SchoolBlock,
    Field::SectionSchool,
    Field::SectionStage,
];

/// Facts of the county that do not end with the year; the year itself is the task's.
pub(crate) const LASTING: [&str; 5] = ["code", "name", "synthetic", "school_year", "as_of"];

/// A county's snapshot to begin with.
#[derive(Debug)]
pub(crate) struct Base {
    sheets: Vec<Sheet>,
    /// Maps and the like, which nobody files.
    others: Vec<InputFile>,
    schools: BTreeMap<String, School>,
}

/// A school as it was.
#[derive(Clone, Debug)]
pub(crate) struct School {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) township: String,
    /// Its rows, with the county's own: a bundle of one school.
    sheets: Vec<Sheet>,
    stages: Vec<String>,
    listed: BTreeSet<String>,
}

/// What stays as it was in a table: these fields, for sections of a stage, or where none are named the whole
/// of it.
pub(crate) struct Left {
    pub(crate) table: TableId,
    pub(crate) stage: String,
    pub(crate) fields: Vec<Field>,
}

impl Left {
    fn whole(table: TableId) -> Self {
        Self {
            table,
            stage: String::new(),
            fields: Vec::new(),
        }
    }
}

/// The year that forms are filed for.
#[derive(Clone, Debug)]
pub(crate) struct Year<'a> {
    pub(crate) school_year: &'a str,
    pub(crate) as_of: &'a str,
}

fn column(sheet: &Sheet, id: &str) -> Option<usize> {
    sheet.header.iter().position(|h| h == id)
}

fn cell<'a>(sheet: &'a Sheet, row: &'a [String], id: &str) -> &'a str {
    column(sheet, id)
        .and_then(|at| row.get(at))
        .map_or("", String::as_str)
}

impl School {
    /// The stages that it has a section of.
    pub(crate) fn stages(&self) -> &[String] {
        &self.stages
    }
}

impl Base {
    /// Where schools lie and which sections they have: all that the tree of organisations is made of.
    pub(crate) const TREE: [TableId; 3] = [TableId::County, TableId::Schools, TableId::Sections];

    /// Reads these tables of a snapshot's files.
    pub(crate) fn read(files: Vec<InputFile>, tables: &[TableId]) -> Self {
        let sheets = read_bundle(&files, tables).snapshot.sheets();
        let others = files.into_iter().filter(|f| !f.is_table()).collect();
        let mut schools = BTreeMap::new();
        for (code, sheets) in by_school(&sheets) {
            let stages = |table| -> Vec<String> {
                let sheet = sheets.iter().find(|s| s.table == table);
                sheet.map_or_else(Vec::new, |s| {
                    s.rows
                        .iter()
                        .map(|r| cell(s, r, "stage").to_owned())
                        .collect()
                })
            };
            let text = |field: Field| {
                let own = sheets.iter().find(|s| s.table == TableId::Schools);
                let row = own.and_then(|s| Some((s, s.rows.first()?)));
                row.map_or_else(String::new, |(s, row)| cell(s, row, field.id()).to_owned())
            };
            let school = School {
                code: code.clone(),
                name: text(Field::SchoolName),
                township: text(Field::Township),
                stages: stages(TableId::Sections),
                listed: stages(TableId::Teachers).into_iter().collect(),
                sheets,
            };
            schools.insert(code, school);
        }
        Self {
            sheets,
            others,
            schools,
        }
    }

    /// A school by its code.
    pub(crate) fn school(&self, code: &str) -> Option<&School> {
        self.schools.get(code)
    }

    /// All schools, by code.
    pub(crate) fn schools(&self) -> impl Iterator<Item = &School> {
        self.schools.values()
    }

    /// The county's facts that are of a year, by their keys: nobody's form asks for them.
    pub(crate) fn facts(&self) -> Answers {
        let county = self.sheets.iter().find(|s| s.table == TableId::County);
        let rows = county.into_iter().flat_map(|s| &s.rows);
        let pair = |row: &Vec<String>| Some((row.first()?.clone(), row.get(1)?.clone()));
        rows.filter_map(pair)
            .filter(|(key, _)| !LASTING.contains(&key.as_str()))
            .collect()
    }

    /// What the new county takes from this one unasked, table by table: the form's schools by their code. The
    /// county's own facts are not taken over, and names and codes are no figures of a year.
    pub(crate) fn kept(&self, form: &Form, schools: &BTreeSet<&str>) -> Vec<Left> {
        let none = Answers::new();
        let mut written: BTreeSet<(String, String, Field)> = BTreeSet::new();
        for school in schools.iter().filter_map(|code| self.schools.get(*code)) {
            let answering = Answering {
                school,
                answers: &none,
            };
            let all = [form.questions(&answering), form.closed(&answering)].concat();
            written.extend(
                all.into_iter()
                    .map(|q| (school.code.clone(), q.stage, q.field)),
            );
        }
        let asks = |field: Field| written.iter().any(|w| w.2 == field);
        let blank = |sheet: &Sheet| sheet.table == TableId::County || sheet.rows.is_empty();
        let mut left = Vec::new();
        for sheet in self.sheets.iter().filter(|s| !blank(s)) {
            let table = sheet.table;
            if !written.iter().any(|w| w.2.table() == table) {
                // The list of classes goes where the form asks for the largest of them.
                if !(table == TableId::Classes && asks(Field::LargestClass)) {
                    left.push(Left::whole(table));
                }
                continue;
            }
            let stage_of = |row: &[String]| match table {
                TableId::Schools => String::new(),
                _ => cell(sheet, row, "stage").to_owned(),
            };
            let stays = |row: &[String], field: Field| {
                let school = cell(sheet, row, "school_id");
                let own = (school.to_owned(), stage_of(row), field);
                !cell(sheet, row, field.id()).is_empty()
                    && schools.contains(school)
                    && !written.contains(&own)
            };
            let stages: BTreeSet<String> = sheet.rows.iter().map(|row| stage_of(row)).collect();
            for stage in stages {
                let of = sheet.rows.iter().filter(|row| stage_of(row) == stage);
                let kept = |field: &Field| of.clone().any(|row| stays(row, *field));
                let figures = table.fields().filter(|f| !OF_NO_YEAR.contains(f));
                let fields: Vec<Field> = figures.filter(kept).collect();
                if !fields.is_empty() {
                    left.push(Left {
                        table,
                        stage,
                        fields,
                    });
                }
            }
        }
        left
    }

    /// The files of the new county: what was filed, the county's own facts, and last year's of schools
    /// where nobody was asked. A fact of another year is nobody's fact of this one.
    pub(crate) fn filed(
        &self,
        form: &Form,
        year: &Year<'_>,
        county: &Answers,
        answers: &BTreeMap<String, Answers>,
    ) -> std::io::Result<Vec<InputFile>> {
        let mut sheets = self.sheets.clone();
        if let Some(facts) = sheets.iter_mut().find(|s| s.table == TableId::County) {
            let is = |row: &[String], key: &str| row.first().is_some_and(|k| k == key);
            let of_year = |r: &Vec<String>| is(r, "school_year") && r[1..] == [year.school_year];
            let same = facts.rows.iter().any(of_year);
            facts.rows.retain(|row| {
                let lasting = LASTING.iter().any(|key| is(row, key));
                lasting || (same && !county.keys().any(|key| is(row, key)))
            });
            let given = county
                .iter()
                .filter(|(key, _)| !LASTING.contains(&key.as_str()));
            facts
                .rows
                .extend(given.map(|(key, value)| vec![key.clone(), value.clone()]));
        }
        dated(&mut sheets, year);
        for (code, answers) in answers {
            if let Some(school) = self.schools.get(code) {
                let answering = Answering { school, answers };
                write(&mut sheets, code, &form.questions(&answering), answers);
                write(&mut sheets, code, &form.closed(&answering), &Answers::new());
            }
        }
        let mut files = as_files(&sheets)?;
        files.extend(self.others.iter().cloned());
        Ok(files)
    }
}

/// The rows of each school, in sheets of its own beside the county's facts; nothing of other tables.
fn by_school(sheets: &[Sheet]) -> BTreeMap<String, Vec<Sheet>> {
    let mut blank = Vec::new();
    let mut sources = Vec::new();
    for sheet in sheets {
        if sheet.table == TableId::County {
            blank.push(sheet.clone());
        }
        let own = OWN.iter().find(|o| o.0 == sheet.table);
        let Some(school) = own.and_then(|(_, school)| column(sheet, school.id())) else {
            continue;
        };
        let keep: Vec<usize> = (0..sheet.header.len())
            .filter(|c| !OUTSIDE.contains(&sheet.header[*c].as_str()))
            .collect();
        sources.push((sheet, school, keep.clone(), blank.len()));
        blank.push(Sheet {
            table: sheet.table,
            header: keep.iter().map(|c| sheet.header[*c].clone()).collect(),
            rows: Vec::new(),
        });
    }
    let mut schools: BTreeMap<String, Vec<Sheet>> = BTreeMap::new();
    let known = sources.iter().find(|s| s.0.table == TableId::Schools);
    if let Some((sheet, school, ..)) = known {
        let codes = sheet.rows.iter().filter_map(|row| row.get(*school));
        schools.extend(codes.map(|code| (code.clone(), blank.clone())));
    }
    for (sheet, school, keep, at) in &sources {
        for row in &sheet.rows {
            let own = row.get(*school).and_then(|code| schools.get_mut(code));
            if let Some(own) = own.and_then(|sheets| sheets.get_mut(*at)) {
                own.rows
                    .push(keep.iter().map(|c| row[*c].clone()).collect());
            }
        }
    }
    schools
}

/// Puts the new year into the county's facts.
fn dated(sheets: &mut [Sheet], year: &Year<'_>) {
    let Some(county) = sheets.iter_mut().find(|s| s.table == TableId::County) else {
        return;
    };
    for (field, value) in [
        (Field::SchoolYear, year.school_year),
        (Field::AsOf, year.as_of),
    ] {
        county
            .rows
            .retain(|r| r.first().is_none_or(|k| k != field.id()));
        county
            .rows
            .push(vec![field.id().to_owned(), value.to_owned()]);
    }
}

/// Writes one school's answers over its rows. An unanswered question is a blank, never last year's
/// figure; lists that the answers replace go.
fn write(sheets: &mut [Sheet], code: &str, questions: &[Question], answers: &Answers) {
    for question in questions {
        let table = question.field.table();
        let Some(sheet) = sheets.iter_mut().find(|s| s.table == table) else {
            continue;
        };
        let at = column(sheet, question.field.id()).unwrap_or_else(|| {
            sheet.header.push(question.field.id().to_owned());
            for row in &mut sheet.rows {
                row.push(String::new());
            }
            sheet.header.len() - 1
        });
        let (school, stage) = (column(sheet, "school_id"), column(sheet, "stage"));
        let is = |row: &[String], at: Option<usize>, value: &str| {
            at.and_then(|at| row.get(at)).is_some_and(|v| v == value)
        };
        let value = answers.get(&question.key).cloned().unwrap_or_default();
        for row in &mut sheet.rows {
            let same = question.stage.is_empty() || is(row, stage, &question.stage);
            if same
                && is(row, school, code)
                && let Some(slot) = row.get_mut(at)
            {
                slot.clone_from(&value);
            }
        }
    }
    // A list of last year's classes would win over this year's totals.
    if questions.iter().any(|q| q.field == Field::LargestClass)
        && let Some(classes) = sheets.iter_mut().find(|s| s.table == TableId::Classes)
        && let Some(school) = column(classes, Field::ClassSchool.id())
    {
        classes
            .rows
            .retain(|r| r.get(school).is_none_or(|v| v != code));
    }
}

fn as_files(sheets: &[Sheet]) -> std::io::Result<Vec<InputFile>> {
    sheets
        .iter()
        .map(|sheet| {
            Ok(InputFile {
                name: format!("{}.csv", sheet.table.id()),
                bytes: csv_bytes(sheet)?,
            })
        })
        .collect()
}

impl School {
    /// A figure of last year.
    pub(crate) fn last(&self, question: &Question) -> &str {
        self.at(question.field, &question.stage)
    }

    fn at(&self, field: Field, stage: &str) -> &str {
        let sheet = self.sheets.iter().find(|s| s.table == field.table());
        sheet.map_or("", |sheet| {
            let row = sheet
                .rows
                .iter()
                .find(|r| stage.is_empty() || cell(sheet, r, "stage") == stage);
            row.map_or("", |row| cell(sheet, row, field.id()))
        })
    }

    /// The bundle of this school alone as it was, and with this year's answers; the second with its
    /// sheets, in whose rows and columns findings are told.
    pub(crate) fn bundles(
        &self,
        year: &Year<'_>,
        questions: &[Question],
        answers: &Answers,
    ) -> std::io::Result<(Vec<InputFile>, Vec<InputFile>, Vec<Sheet>)> {
        let mut sheets = self.sheets.clone();
        dated(&mut sheets, year);
        write(&mut sheets, &self.code, questions, answers);
        Ok((as_files(&self.sheets)?, as_files(&sheets)?, sheets))
    }
}

/// A school as it stands with its answers so far.
pub(crate) struct Answering<'a> {
    pub(crate) school: &'a School,
    pub(crate) answers: &'a Answers,
}

impl Respondent for Answering<'_> {
    fn school(&self, id: &str) -> &str {
        let Some(field) = Field::by_id(TableId::Schools, id) else {
            return "";
        };
        match self.answers.get(&key(field, "")) {
            Some(answer) => answer,
            None => self.school.at(field, ""),
        }
    }

    fn stages(&self) -> &[String] {
        &self.school.stages
    }

    fn lists_teachers(&self, stage: &str) -> bool {
        self.school.listed.contains(stage)
    }

    fn gives_whole(&self, asset: Field) -> bool {
        !self.school.at(asset, "").is_empty()
    }
}
