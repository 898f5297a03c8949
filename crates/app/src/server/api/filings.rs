//! One school's form: written by several people at once, doubted while it is typed, moved by steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Multipart, Path, State};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use junheng_core::model::Kind;
use serde::Deserialize;
use serde_json::{Value, json};

use super::snapshots::received;
use super::{Answer, download, heavy, tasks};
use crate::error::Failure;
use crate::server::caller::Asked;
use crate::server::filing::base::{Answering, Base, School, Year};
use crate::server::filing::findings::{Doubt, choices, doubts};
use crate::server::filing::form::{Form, Question};
use crate::server::filing::steps::{OPEN, STEPS, SUBMIT};
use crate::server::filing::{Answers, book};
use crate::server::problem::Problem;
use crate::server::{App, scope};
use crate::store::{self, Filing, Task};

/// Most characters of a value or an explanation.
pub(crate) const LONGEST: usize = 500;

/// A form with all that its questions depend on.
pub(crate) struct Paper {
    task: Task,
    form: Form,
    base: Arc<Base>,
    code: String,
}

impl Paper {
    pub(crate) async fn of(app: &App, filing: &Filing, task: Task) -> Result<Self, Problem> {
        Ok(Self {
            form: tasks::form(&task)?,
            base: tasks::base(app, &task.base_snapshot).await?,
            code: filing.code.clone(),
            task,
        })
    }

    fn school(&self) -> Result<&School, Problem> {
        self.base.school(&self.code).ok_or_else(Problem::absent)
    }

    pub(crate) fn questions(&self, answers: &Answers) -> Result<Vec<Question>, Problem> {
        let school = self.school()?;
        Ok(self.form.questions(&Answering { school, answers }))
    }

    pub(crate) fn doubts(&self, answers: &Answers, asked: &Asked) -> Result<Vec<Doubt>, Problem> {
        let questions = self.questions(answers)?;
        let year = Year {
            school_year: &self.task.school_year,
            as_of: &self.task.as_of,
        };
        doubts(self.school()?, &year, &questions, answers, asked.lang)
            .map_err(|e| Failure::file(std::path::Path::new(&self.task.title), &e).into())
    }
}

/// Values by their keys.
pub(crate) fn said(values: &[store::Answer]) -> Answers {
    values
        .iter()
        .map(|a| (a.key.clone(), a.value.clone()))
        .collect()
}

/// The form as the page shows it.
pub(crate) async fn one(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Answer {
    let (filing, task) = scope::filing(&app, &asked, &id).await?;
    let values = app.store.answers(&id).await?;
    Ok(Json(view(&app, &asked, filing, task, &values).await?).into_response())
}

/// A form with its questions, values, doubts and history.
pub(crate) async fn view(
    app: &App,
    asked: &Asked,
    filing: Filing,
    task: Task,
    values: &[store::Answer],
) -> Result<Value, Problem> {
    let lang = asked.lang;
    let answers = said(values);
    let by: BTreeMap<&str, &str> = values
        .iter()
        .map(|a| (a.key.as_str(), a.changed_by.as_str()))
        .collect();
    let paper = Paper::of(app, &filing, task).await?;
    let questions = paper.questions(&answers)?;
    let school = paper.school()?;
    let parts: Vec<Value> = paper
        .form
        .parts
        .iter()
        .enumerate()
        .map(|(number, part)| {
            let rows: Vec<Value> = questions
                .iter()
                .filter(|q| q.part == number)
                .map(|q| {
                    let about = q.field.about();
                    let list: Vec<_> = choices(q.field)
                        .into_iter()
                        .map(|(id, zh, en)| json!([id, lang.pick(zh, en)]))
                        .collect();
                    json!({
                        "key": q.key, "title": lang.pick(about.zh, about.en), "unit": about.unit,
                        "stage": q.stage, "number": about.kind.is_number() && list.is_empty(),
                        "grouped": matches!(about.kind, Kind::Count | Kind::Amount | Kind::Yuan),
                        "choices": list, "last": school.last(q),
                        "value": answers.get(&q.key).map_or("", String::as_str),
                        "by": by.get(q.key.as_str()),
                    })
                })
                .collect();
            json!({ "title": lang.pick(&part.zh, &part.en), "rows": rows })
        })
        .collect();
    let explanations: Answers = answers
        .iter()
        .filter(|(k, _)| k.starts_with('?'))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let roles = &asked.caller()?.roles;
    let mut may: Vec<&str> = STEPS
        .iter()
        .filter(|s| s.open(&filing.state, roles))
        .map(|s| s.id)
        .collect();
    if writes(&filing, asked)? {
        may.push("save");
    }
    Ok(json!({
        "filing": filing,
        "task": paper.task,
        "form": { "zh": paper.form.zh, "en": paper.form.en, "version": paper.form.version },
        "late": filing.submitted_at.unwrap_or_else(|| app.now()) > paper.task.deadline,
        "parts": parts,
        "explanations": explanations,
        "doubts": paper.doubts(&answers, asked)?,
        "may": may,
        "steps": app.store.steps(&filing.id).await?,
        "corrections": app.store.corrections(&filing.id).await?,
        "reminded_at": app.store.reminded(&filing.task_id, &filing.org_id).await?,
    }))
}

/// Whether the caller may write now.
fn writes(filing: &Filing, asked: &Asked) -> Result<bool, Problem> {
    let roles = &asked.caller()?.roles;
    Ok(OPEN.contains(&filing.state.as_str()) && SUBMIT.roles.iter().any(|r| roles.contains(r)))
}

/// Values, and the version of the form they were written over.
#[derive(Deserialize)]
pub(crate) struct Draft {
    base: i64,
    values: Answers,
}

/// Saves a draft. A value that somebody else changed meanwhile is left alone and told, with both.
pub(crate) async fn save(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    Json(draft): Json<Draft>,
) -> Answer {
    let (filing, task) = scope::filing(&app, &asked, &id).await?;
    let paper = Paper::of(&app, &filing, task).await?;
    let saved = write(&app, &asked, &id, &paper, draft, "filing.save").await?;
    Ok(Json(saved).into_response())
}

async fn write(
    app: &App,
    asked: &Asked,
    id: &str,
    paper: &Paper,
    draft: Draft,
    action: &str,
) -> Result<Value, Problem> {
    let caller = asked.caller()?;
    let now = app.now();
    let mut change = app.store.change().await?;
    let (filing, before) = change.filing(id).await?.ok_or_else(Problem::absent)?;
    if !writes(&filing, asked)? {
        return Err(Problem::conflict(
            "表已上报或锁定，不能再改；请先请审核人退回",
            "the form is handed in or locked; ask for it to be given back first",
        ));
    }
    let mut answers = said(&before);
    let mut proposed = answers.clone();
    proposed.extend(draft.values.clone());
    let questions = paper.questions(&proposed)?;
    let mut conflicts = Vec::new();
    let mut written: Vec<(&str, &str)> = Vec::new();
    for (key, value) in &draft.values {
        let value = value.trim();
        let about = key
            .strip_prefix('?')
            .and_then(|k| k.split_once('/'))
            .map_or(key.as_str(), |(_, q)| q);
        if !questions.iter().any(|q| q.key == about)
            || value.chars().count() > LONGEST
            || key.len() > 200
        {
            return Err(Problem::bad(
                format!("表中没有这一项，或内容超过 {LONGEST} 字：{about}"),
                format!(
                    "the form does not ask for {about}, or there are more than {LONGEST} characters"
                ),
            ));
        }
        let known = before.iter().find(|a| a.key == *key);
        match known {
            Some(known) if known.value == value => {}
            Some(known) if known.version > draft.base => conflicts.push(json!({
                "key": key, "yours": value, "theirs": known.value, "by": known.changed_by,
            })),
            None if value.is_empty() => {}
            _ => written.push((key.as_str(), value)),
        }
    }
    let mut version = filing.version;
    if !written.is_empty() {
        answers.extend(
            written
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned())),
        );
        let count = i64::try_from(paper.questions(&answers)?.len()).unwrap_or(i64::MAX);
        version = change
            .answer(&filing, &written, count, &caller.account.name, now)
            .await?;
        let deed = asked.deed(action, id)?;
        change.record(now, &deed).await?;
        change.commit().await?;
    }
    let theirs: Vec<Value> = before
        .iter()
        .filter(|a| a.version > draft.base && !draft.values.contains_key(&a.key))
        .map(|a| json!({ "key": a.key, "value": a.value, "by": a.changed_by }))
        .collect();
    // Which questions there are may depend on an answer, so their keys are told too.
    let keys: Vec<String> = paper
        .questions(&answers)?
        .into_iter()
        .map(|q| q.key)
        .collect();
    Ok(json!({
        "version": version, "conflicts": conflicts, "theirs": theirs, "keys": keys,
        "doubts": paper.doubts(&answers, asked)?,
    }))
}

/// The form as a workbook.
pub(crate) async fn workbook(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Answer {
    let (filing, task) = scope::filing(&app, &asked, &id).await?;
    let answers = said(&app.store.answers(&id).await?);
    let paper = Paper::of(&app, &filing, task).await?;
    let questions = paper.questions(&answers)?;
    let doubts = paper.doubts(&answers, &asked)?;
    let bytes = book::write(
        &paper.form,
        paper.school()?,
        &questions,
        &answers,
        &doubts,
        asked.lang,
    );
    let mut change = app.store.change().await?;
    let deed = asked.deed("filing.export", &id)?;
    change.record(app.now(), &deed).await?;
    change.commit().await?;
    let bytes = bytes.ok_or_else(|| Problem::internal("workbook"))?;
    Ok(download(bytes, &format!("{}.xlsx", filing.code)))
}

/// Takes a filled workbook in as a draft.
pub(crate) async fn upload(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    form: Multipart,
) -> Answer {
    let (filing, task) = scope::filing(&app, &asked, &id).await?;
    let paper = Paper::of(&app, &filing, task).await?;
    let answers = said(&app.store.answers(&id).await?);
    let questions = paper.questions(&answers)?;
    let file = received(&app, form)
        .await?
        .into_iter()
        .next()
        .ok_or_else(Problem::absent)?;
    let values = heavy(move || book::read(&file, &questions)).await?.ok_or_else(|| {
        Problem::bad(
            "这不是本校的填报表；请先下载，在“本年”一列填写后再上传。没有保存任何内容",
            "this is not the school's form: download it, fill the column of this year, and upload it; nothing was kept",
        )
    })?;
    let draft = Draft {
        base: filing.version,
        values,
    };
    let saved = write(&app, &asked, &id, &paper, draft, "filing.import").await?;
    Ok(Json(saved).into_response())
}
