//! A school's own form as a workbook, out and in: a line per question, found again by its key. Above the
//! keys stands which form it is and the version it was made from, so that another school's is refused and
//! what was typed meanwhile is not written over.

use std::collections::BTreeMap;

use junheng_core::text::{Lang, Text};
use junheng_intake::files::InputFile;
use junheng_intake::grid::{Grid, Value as Cell, read_grids};
use junheng_intake::sheets::{Page, Value, workbook};

use super::findings::{Doubt, choices};
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

/// Which form a workbook is of, and its version then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark<'a> {
    pub(crate) filing: &'a str,
    pub(crate) version: i64,
    /// The school and the task, for people.
    pub(crate) title: &'a str,
}

/// The workbook of a form with what was filled in so far.
pub(crate) fn write(
    form: &Form,
    mark: Mark<'_>,
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
            text(&unit(question, lang)),
            figure(&in_words(question, school.last(question), lang)),
            figure(&in_words(
                question,
                answers.get(&question.key).map_or("", String::as_str),
                lang,
            )),
            text(doubt.map_or("", |d| &d.message)),
            text(why.map_or("", String::as_str)),
            text(&match doubt {
                Some(doubt) => format!("{} {}", question.key, doubt.explanation),
                None => question.key.clone(),
            }),
        ]);
    }
    let mut head = HEADER.map(|(zh, en)| lang.pick(zh, en).to_owned()).to_vec();
    if let Some(above) = head.get_mut(KEY) {
        *above = format!("{above} {}@{}", mark.filing, mark.version);
    }
    let page = Page {
        id: "form",
        name: lang.pick("填报表", "form").to_owned(),
        title: mark.title.to_owned(),
        head,
        rows,
    };
    workbook(&[page], &[]).ok()
}

/// What a filled workbook says, by key, and the version it was made from; a cell left blank says nothing.
/// Else why nothing of it is taken.
pub(crate) fn read(
    file: &InputFile,
    filing: &str,
    questions: &[Question],
) -> Result<(i64, Answers), Text> {
    let foreign = || {
        Text::new(
            "这不是本校本任务的填报表，或增删了列，或什么也没有填；请先下载，在“本年”一列填写后再上传。没有保存任何内容",
            "this is not the school's form of this task, or has other columns, or nothing is filled in: download it, fill the column of this year, and upload it; nothing was kept",
        )
    };
    let (grids, _) = read_grids(file);
    let marks = grids
        .iter()
        .flat_map(|g| &g.rows)
        .filter_map(|row| said(row, KEY));
    let version = marks.filter_map(|mark| {
        let (_, own) = mark.rsplit_once(' ')?;
        own.strip_prefix(filing)?.strip_prefix('@')?.parse().ok()
    });
    let version: i64 = version.into_iter().next().ok_or_else(foreign)?;
    let known: BTreeMap<&str, &Question> = questions.iter().map(|q| (q.key.as_str(), q)).collect();
    let mut answers = Answers::new();
    let mut unstored = Vec::new();
    for row in grids.iter().flat_map(rows) {
        let Some(keys) = said(row, KEY) else { continue };
        let mut keys = keys.split(' ');
        let Some(question) = keys.next().and_then(|k| known.get(k)) else {
            continue;
        };
        if row.get(NOW).is_some_and(Cell::is_unstored) {
            unstored.push(question);
        } else if let Some(value) = said(row, NOW) {
            let value = as_code(question, value);
            let before = answers.insert(question.key.clone(), value.clone());
            // A sheet that was copied, a line that stands twice: nobody knows which is meant.
            if let Some(before) = before.filter(|before| *before != value) {
                let about = question.field.about();
                return Err(Text::new(
                    format!(
                        "“{}”填了两个数：{before} 和 {value}；请只留一张表、每项一行后再上传。没有保存任何内容",
                        about.zh
                    ),
                    format!(
                        "{} is given twice, as {before} and {value}: leave one sheet with a line for each figure; nothing was kept",
                        about.en
                    ),
                ));
            }
        }
        // An explanation belongs to a question of this form, or to nothing.
        let own = format!("/{}", question.key);
        let key = keys
            .next()
            .filter(|k| k.starts_with('?') && k.ends_with(&own));
        if let Some((key, why)) = key.zip(said(row, WHY)) {
            answers.insert(key.to_owned(), why);
        }
    }
    if let Some(about) = unstored.first().map(|q| q.field.about()) {
        let n = unstored.len();
        return Err(Text::new(
            format!(
                "“{}”填的是公式，文件里没有存下结果(共 {n} 格)；请用 Excel 或 WPS 打开，保存后再上传，或直接填数。没有保存任何内容",
                about.zh
            ),
            format!(
                "{} is a formula whose result the file does not hold (such cells in all: {n}): open the file in Excel or WPS, save it and upload it again, or write the figures themselves; nothing was kept",
                about.en
            ),
        ));
    }
    if answers.is_empty() {
        return Err(foreign());
    }
    Ok((version, answers))
}

/// The unit of a question, or what there is to choose from.
fn unit(question: &Question, lang: Lang) -> String {
    let all: Vec<&str> = choices(question.field)
        .iter()
        .map(|(_, zh, en)| lang.pick(zh, en))
        .collect();
    match all.as_slice() {
        [] => question.field.about().unit.to_owned(),
        all => all.join(" / "),
    }
}

/// An answer as people read it: the title of a choice.
fn in_words(question: &Question, answer: &str, lang: Lang) -> String {
    let mut known = choices(question.field).into_iter();
    let choice = known.rfind(|c| c.0 == answer);
    choice
        .map_or(answer, |(_, zh, en)| lang.pick(zh, en))
        .to_owned()
}

/// The answer of a cell: the code of a choice, whichever language names it.
fn as_code(question: &Question, said: String) -> String {
    let mut known = choices(question.field).into_iter();
    known
        .find(|(_, zh, en)| said == *zh || said.eq_ignore_ascii_case(en))
        .map_or(said, |c| c.0)
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

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _, Write as _};

    use junheng_core::model::Field;

    use super::*;

    /// A form of one question whose figure of this year is this XML in its cell.
    fn filled(key: &str, now: &str) -> Vec<u8> {
        let text = |text: &str| Value::Text(text.to_owned());
        let mut row = vec![text(""); KEY + 1];
        row[NOW] = Value::Number(777.0);
        row[KEY] = text(key);
        let mut head = vec![String::new(); KEY + 1];
        head[KEY] = "key own@3".to_owned();
        let page = Page {
            id: "form",
            name: "form".to_owned(),
            title: String::new(),
            head,
            rows: vec![row],
        };
        let made = workbook(&[page], &[]).unwrap();
        let mut old = zip::ZipArchive::new(Cursor::new(made)).unwrap();
        let mut new = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for n in 0..old.len() {
            let mut part = old.by_index(n).unwrap();
            let name = part.name().unwrap().into_owned();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            if name == "xl/worksheets/sheet1.xml" {
                let sheet = String::from_utf8(bytes).unwrap();
                assert!(sheet.contains("<v>777</v>"), "{sheet}");
                bytes = sheet.replace("<v>777</v>", now).into_bytes();
            }
            let plain = zip::write::SimpleFileOptions::default();
            new.start_file(name, plain).unwrap();
            new.write_all(&bytes).unwrap();
        }
        new.finish().unwrap().into_inner()
    }

    #[test]
    fn a_formula_without_its_result_is_told_as_one() {
        let question = Question {
            key: "sections.primary.students".to_owned(),
            part: 0,
            field: Field::Students,
            stage: "primary".to_owned(),
        };
        let of = |now: &str| {
            let file = InputFile {
                name: "表.xlsx".to_owned(),
                bytes: filled(&question.key, now),
            };
            read(&file, "own", std::slice::from_ref(&question))
        };
        let said = of("<f>1+1</f>").unwrap_err();
        assert!(said.zh.contains("“在校生数”填的是公式"), "{said:?}");
        assert!(said.zh.contains("保存后再上传"), "{said:?}");
        assert!(said.en.contains("save it and upload it again"), "{said:?}");
        // What a spreadsheet has saved counts with its result.
        let (version, taken) = of("<f>1+1</f><v>2</v>").unwrap();
        assert_eq!((version, taken[&question.key].as_str()), (3, "2"));
    }
}
