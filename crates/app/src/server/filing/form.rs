//! Form versions as data: parts of fields of the one field list, asked under conditions.

use std::collections::BTreeMap;

use junheng_core::model::{Field, TableId};
use serde::{Deserialize, Serialize};

/// A version of a form.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Form {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) zh: String,
    pub(crate) en: String,
    pub(crate) parts: Vec<Part>,
}

/// Fields of one table: of the school itself, or of each of its stages.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    pub(crate) zh: String,
    pub(crate) en: String,
    table: String,
    #[serde(default)]
    stages: Vec<String>,
    fields: Vec<Ask>,
}

/// A field, always or where columns of the school hold one of the values.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Ask {
    Always(String),
    When(Conditional),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Conditional {
    field: String,
    when: BTreeMap<String, Vec<String>>,
}

/// A figure that one school is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    /// `schools.name`, `sections.primary.students`.
    pub(crate) key: String,
    /// Which part of the form.
    pub(crate) part: usize,
    pub(crate) field: Field,
    /// The stage of a figure of `sections`; empty for the school itself.
    pub(crate) stage: String,
}

/// What decides which questions a school is asked.
pub(crate) trait Respondent {
    /// A column of the school as it stands now.
    fn school(&self, column: &str) -> &str;
    /// The stages it has.
    fn stages(&self) -> &[String];
    /// Whether its teachers of a stage are listed, so that their counts need not be asked (一数一源).
    fn lists_teachers(&self, stage: &str) -> bool;
    /// Whether it gives an asset, a column of the school, for all its stages together.
    fn gives_whole(&self, asset: Field) -> bool;
}

/// The built-in versions, newest last.
pub(crate) fn built_in() -> Result<Vec<Form>, serde_json::Error> {
    [
        include_str!("forms/students.json"),
        include_str!("forms/school.json"),
    ]
    .into_iter()
    .map(serde_json::from_str)
    .collect()
}

impl Form {
    /// The questions for one school, in the order of the form.
    pub(crate) fn questions(&self, school: &impl Respondent) -> Vec<Question> {
        self.those(school, true)
    }

    /// The questions that an answer of the school closes: nothing is known of them this year.
    pub(crate) fn closed(&self, school: &impl Respondent) -> Vec<Question> {
        self.those(school, false)
    }

    fn those(&self, school: &impl Respondent, open: bool) -> Vec<Question> {
        let mut questions = Vec::new();
        for (number, part) in self.parts.iter().enumerate() {
            let Some(table) = TableId::named(&part.table) else {
                continue;
            };
            let none = [String::new()];
            let stages = match table {
                TableId::Sections => school.stages(),
                _ => &none[..],
            };
            for ask in &part.fields {
                let Some(field) = ask.field(table).filter(|_| ask.applies(school) == open) else {
                    continue;
                };
                let wanted =
                    |stage: &&String| part.stages.is_empty() || part.stages.contains(*stage);
                let mut ask = |field, stage: &str| {
                    questions.push(Question {
                        key: key(field, stage),
                        part: number,
                        field,
                        stage: stage.to_owned(),
                    });
                };
                let whole = Field::SHARED.iter().find(|(own, _)| *own == field);
                if let Some((_, whole)) = whole.filter(|(_, whole)| school.gives_whole(*whole)) {
                    if stages.iter().any(|s| wanted(&s)) {
                        ask(*whole, "");
                    }
                    continue;
                }
                for stage in stages.iter().filter(wanted) {
                    if !(Field::COUNTED.contains(&field) && school.lists_teachers(stage)) {
                        ask(field, stage);
                    }
                }
            }
        }
        questions
    }
}

/// The key of a question.
pub(crate) fn key(field: Field, stage: &str) -> String {
    let (table, id) = (field.table().id(), field.id());
    match stage {
        "" => format!("{table}.{id}"),
        stage => format!("{table}.{stage}.{id}"),
    }
}

impl Ask {
    fn field(&self, table: TableId) -> Option<Field> {
        let (Ask::Always(id) | Ask::When(Conditional { field: id, .. })) = self;
        Field::by_id(table, id)
    }

    fn applies(&self, school: &impl Respondent) -> bool {
        match self {
            Ask::Always(_) => true,
            Ask::When(asked) => asked
                .when
                .iter()
                .all(|(column, values)| values.iter().any(|v| v == school.school(column))),
        }
    }
}

#[cfg(test)]
mod tests {
    use junheng_core::model::Kind;

    use super::*;

    /// What it says of boarding, its stages, whether teachers are listed, what it gives as a whole.
    struct School(&'static str, Vec<String>, bool, &'static [Field]);

    impl Respondent for School {
        fn school(&self, column: &str) -> &str {
            if column == "boarding" { self.0 } else { "" }
        }
        fn stages(&self) -> &[String] {
            &self.1
        }
        fn lists_teachers(&self, _stage: &str) -> bool {
            self.2
        }
        fn gives_whole(&self, asset: Field) -> bool {
            self.3.contains(&asset)
        }
    }

    fn keys(form: &Form, boarding: &'static str, stages: &[&str], listed: bool) -> Vec<String> {
        let stages = stages.iter().map(|s| (*s).to_owned()).collect();
        let questions = form.questions(&School(boarding, stages, listed, &[]));
        questions.into_iter().map(|q| q.key).collect()
    }

    #[test]
    fn every_field_of_every_form_is_in_the_field_list() {
        for form in built_in().unwrap() {
            for part in &form.parts {
                let table = TableId::named(&part.table).unwrap();
                for ask in &part.fields {
                    assert!(ask.field(table).is_some(), "{} {ask:?}", form.id);
                    if let Ask::When(asked) = ask {
                        for column in asked.when.keys() {
                            assert!(Field::by_id(TableId::Schools, column).is_some(), "{column}");
                        }
                    }
                }
            }
        }
        let odd = r#"{"id":"x","version":"1","zh":"","en":"","parts":[],"more":1}"#;
        assert!(serde_json::from_str::<Form>(odd).is_err());
    }

    /// Which tables have a row for each person. A new table is to be thought about here: a child's record
    /// needs purpose, consent, retention and a log of reads (13 to 17) before it is kept.
    #[test]
    fn statement_13_no_child_has_a_record() {
        let of_persons: Vec<&str> = TableId::ALL
            .into_iter()
            .filter(|t| {
                t.fields()
                    .any(|f| ["sex", "birth_year", "spouse_id"].contains(&f.id()))
            })
            .map(TableId::id)
            .collect();
        assert_eq!(of_persons, ["teachers"]);
        for field in TableId::ALL.into_iter().flat_map(TableId::fields) {
            let id = field.id();
            let child = [
                "student_id",
                "child_id",
                "pupil_id",
                "guardian",
                "diagnosis",
                "student_name",
            ];
            assert!(!child.contains(&id), "{id}");
        }
    }

    /// Free text could hold anything of anybody: a form asks for none but of the school itself.
    #[test]
    fn statement_22_forms_ask_for_no_free_text() {
        for form in built_in().unwrap() {
            for part in &form.parts {
                let table = TableId::named(&part.table).unwrap();
                assert_ne!(table, TableId::Teachers, "{}", form.id);
                for field in part.fields.iter().filter_map(|ask| ask.field(table)) {
                    let own = table == TableId::Schools;
                    assert!(own || field.kind() != Kind::Text, "{} {field:?}", form.id);
                }
            }
        }
    }

    #[test]
    fn what_a_school_gives_as_a_whole_is_asked_once() {
        let stages = ["primary", "junior"].map(str::to_owned).to_vec();
        let school = School("0", stages, false, &[Field::SchoolBooks]);
        let questions = built_in().unwrap()[1].questions(&school);
        let of = |id: &str| -> Vec<&str> {
            let keys = questions.iter().map(|q| q.key.as_str());
            keys.filter(|k| k.ends_with(id)).collect()
        };
        assert_eq!(of(".books"), ["schools.books"]);
        assert_eq!(
            of(".computers"),
            ["sections.primary.computers", "sections.junior.computers"]
        );
    }

    #[test]
    fn questions_depend_on_the_school() {
        let form = &built_in().unwrap()[0];
        assert_eq!(
            keys(form, "0", &["junior"], false),
            [
                "sections.junior.students",
                "sections.junior.classes",
                "sections.junior.largest_class"
            ]
        );
        assert!(
            keys(form, "1", &["junior"], false).contains(&"sections.junior.boarders".to_owned())
        );
        let whole = &built_in().unwrap()[1];
        let asked = |stages: &[&str], listed| keys(whole, "0", stages, listed).len();
        assert_eq!(
            asked(&["primary"], false) - asked(&["primary"], true),
            Field::COUNTED.len()
        );
        assert_eq!(
            asked(&["junior", "senior"], true) - asked(&["junior"], true),
            1
        );
    }
}
