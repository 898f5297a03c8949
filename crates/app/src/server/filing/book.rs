//! A school's own form as a workbook, out and in: a line per question, found again by its key.

use std::collections::BTreeMap;

use junheng_core::text::Lang;
use junheng_intake::files::InputFile;
use junheng_intake::grid::{Grid, Value as Cell, read_grids};
use junheng_intake::sheets::{Page, Value, workbook};

use super::findings::Doubt;
use super::form::{Form, Question};
use super::{Answers, base::School};

/// The columns: part, figure, stage, unit, last year, this year, what is doubtful, explanation, key.
const HEADER: [(&str, &str); 9] = [
    ("部分", "Part"),
    ("项目", "Figure"),
    ("学段", "Stage"),
    ("单位", "Unit"),
    ("上年", "Last year"),
    ("本年", "This year"),
    ("须说明", "Doubt"),
    ("说明", "Explanation"),
    ("编号(勿改)", "Key (leave alone)"),
];
const NOW: usize = 5;
const WHY: usize = 7;
const KEY: usize = 8;

/// The workbook of a form with what was filled in so far.
pub(crate) fn write(
    form: &Form,
    school: &School,
    questions: &[Question],
    answers: &Answers,
    doubts: &[Doubt],
    lang: Lang,
) -> Option<Vec<u8>> {
    let text = |text: &str| Value::Text(text.to_owned());
    let figure = |text: &str| match text.parse::<f64>() {
        // An identifier keeps its zeros; a number that reads back the same is one.
        Ok(number) if number.to_string() == text => Value::Number(number),
        _ => Value::Text(text.to_owned()),
    };
    let mut rows = Vec::with_capacity(questions.len());
    for question in questions {
        let about = question.field.about();
        let part = form.parts.get(question.part);
        let doubt = doubts
            .iter()
            .find(|d| d.key == question.key && d.code != "blank" && d.severity == "explain");
        let why = doubt.and_then(|d| answers.get(&d.explanation));
        let stage = junheng_core::model::Stage::from_id(&question.stage).map(|s| s.title());
        rows.push(vec![
            text(part.map_or("", |p| lang.pick(&p.zh, &p.en))),
            text(lang.pick(about.zh, about.en)),
            text(stage.as_ref().map_or("", |s| s.get(lang))),
            text(about.unit),
            figure(school.last(question)),
            figure(answers.get(&question.key).map_or("", String::as_str)),
            text(doubt.map_or("", |d| &d.message)),
            text(why.map_or("", String::as_str)),
            text(&match doubt {
                Some(doubt) => format!("{} {}", question.key, doubt.explanation),
                None => question.key.clone(),
            }),
        ]);
    }
    let title = lang.pick("填报表", "form").to_owned();
    let head = HEADER.map(|(zh, en)| lang.pick(zh, en).to_owned());
    let page = Page {
        id: "form",
        name: title.clone(),
        title,
        head: head.to_vec(),
        rows,
    };
    workbook(&[page], &[]).ok()
}

/// What a filled workbook says, by key; `None` where it is not such a workbook.
pub(crate) fn read(file: &InputFile, questions: &[Question]) -> Option<Answers> {
    let (grids, _) = read_grids(file);
    let known: BTreeMap<&str, &Question> = questions.iter().map(|q| (q.key.as_str(), q)).collect();
    let mut answers = Answers::new();
    for row in grids.iter().flat_map(rows) {
        let Some(keys) = said(row, KEY) else { continue };
        let mut keys = keys.split(' ');
        let Some(question) = keys.next().and_then(|k| known.get(k)) else {
            continue;
        };
        answers.insert(question.key.clone(), said(row, NOW).unwrap_or_default());
        // An explanation belongs to a question of this form, or to nothing.
        let own = format!("/{}", question.key);
        if let Some(key) = keys
            .next()
            .filter(|k| k.starts_with('?') && k.ends_with(&own))
        {
            answers.insert(key.to_owned(), said(row, WHY).unwrap_or_default());
        }
    }
    (!answers.is_empty()).then_some(answers)
}

fn rows(grid: &Grid) -> &[Vec<Cell>] {
    grid.rows.get(1..).unwrap_or_default()
}

/// A cell as it would be typed.
fn said(row: &[Cell], at: usize) -> Option<String> {
    match row.get(at)? {
        Cell::Empty => None,
        Cell::Text(text) | Cell::Date(text) | Cell::Error(text) => Some(text.trim().to_owned()),
        Cell::Number(number) => Some(number.to_string()),
        Cell::Bool(yes) => Some(u8::from(*yes).to_string()),
    }
}
