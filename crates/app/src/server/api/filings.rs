//! One school's form: written by several people at once, doubted while it is typed, moved by steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Multipart, Path, State};
use axum::{Extension, Json};
use junheng_core::model::Kind;
use junheng_core::text::Lang;
use serde::{Deserialize, Serialize};

use super::snapshots::received;
use super::{Answer, Download, heavy, tasks};
use crate::error::Failure;
use crate::server::caller::Asked;
use crate::server::filing::base::{Answering, Base, School, Year};
use crate::server::filing::findings::{Doubt, choices, doubts};
use crate::server::filing::form::{Form, Question};
use crate::server::filing::steps::{OPEN, STEPS, SUBMIT};
use crate::server::filing::{Answers, book};
use crate::server::problem::Problem;
use crate::server::{App, door, scope, secret};
use crate::store::{self, Correction, Deed, Filing, Millis, StepTaken, Task};

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

    /// What the school said to what is doubtful of these values.
    pub(crate) fn reasons(
        &self,
        values: &[store::Answer],
        asked: &Asked,
    ) -> Result<Vec<Reason>, Problem> {
        let asked = Asked {
            lang: Lang::Zh,
            ..asked.clone()
        };
        let explained = |doubt: Doubt| {
            let own = values.iter().find(|a| a.key == doubt.explanation)?;
            (!own.value.is_empty()).then(|| Reason {
                code: doubt.code,
                told: doubt.message,
                why: own.value.clone(),
                name: own.changed_by.clone(),
            })
        };
        let doubts = self.doubts(&said(values), &asked)?;
        Ok(doubts.into_iter().filter_map(explained).collect())
    }
}

/// What a school said to a finding of its form.
pub(crate) struct Reason {
    pub(crate) code: String,
    /// The finding's words in Chinese, by which it is known in the county's data.
    pub(crate) told: String,
    pub(crate) why: String,
    /// Who said it.
    pub(crate) name: String,
}

/// Refuses a value that a form has no place for.
pub(crate) fn fits(questions: &[Question], key: &str, value: &str) -> Result<(), Problem> {
    let Some(question) = questions.iter().find(|q| q.key == key) else {
        return Err(Problem::bad(
            format!("表中没有这一项：{key}；没有保存，请刷新后再填"),
            format!("the form does not ask for {key}; nothing was kept, reload it"),
        ));
    };
    if value.chars().count() <= LONGEST {
        return Ok(());
    }
    let about = question.field.about();
    Err(Problem::bad(
        format!("“{}”的内容超过 {LONGEST} 字，没有保存；请缩短", about.zh),
        format!(
            "{}: more than {LONGEST} characters, nothing was kept; make it shorter",
            about.en
        ),
    ))
}

/// What the audit keeps of the values of a form: the hash of the original that a step makes of them.
pub(crate) fn values_hash(answers: &Answers) -> Result<String, Problem> {
    let text = serde_json::to_string(answers).map_err(Problem::because("answers"))?;
    Ok(secret::token_hash(&text))
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
) -> Answer<PaperView> {
    let (filing, task) = scope::filing(&app, &asked, &id).await?;
    let values = app.store.answers(&id).await?;
    Ok(Json(view(&app, &asked, filing, task, &values).await?))
}

/// A form as the page shows it.
#[derive(Serialize, Deserialize)]
pub(crate) struct PaperView {
    filing: Filing,
    task: Task,
    form: Version,
    late: bool,
    parts: Vec<PartView>,
    /// By the keys of what they explain.
    explanations: Answers,
    doubts: Vec<Doubt>,
    /// Steps that the caller may take, and `save`.
    may: Vec<String>,
    steps: Vec<StepTaken>,
    corrections: Vec<Correction>,
    reminded_at: Option<Millis>,
}

/// The version of a form by its names.
#[derive(Serialize, Deserialize)]
struct Version {
    zh: String,
    en: String,
    version: String,
}

/// A part of a form.
#[derive(Serialize, Deserialize)]
struct PartView {
    title: String,
    rows: Vec<QuestionView>,
}

/// A question with its answers of this year and the last.
#[derive(Serialize, Deserialize)]
struct QuestionView {
    key: String,
    title: String,
    unit: String,
    stage: String,
    /// Whether the answer is a number.
    number: bool,
    /// Whether its thousands are set apart.
    grouped: bool,
    /// Answers to choose from, each with its title.
    choices: Vec<(String, String)>,
    last: String,
    value: String,
    /// Who wrote it.
    by: Option<String>,
}

/// A form with its questions, values, doubts and history.
pub(crate) async fn view(
    app: &App,
    asked: &Asked,
    filing: Filing,
    task: Task,
    values: &[store::Answer],
) -> Result<PaperView, Problem> {
    let lang = asked.lang;
    let answers = said(values);
    let by: BTreeMap<&str, &str> = values
        .iter()
        .map(|a| (a.key.as_str(), a.changed_by.as_str()))
        .collect();
    let going = task.closed == 0;
    let paper = Paper::of(app, &filing, task).await?;
    let questions = paper.questions(&answers)?;
    let school = paper.school()?;
    let parts = paper
        .form
        .parts
        .iter()
        .enumerate()
        .map(|(number, part)| {
            let rows = questions
                .iter()
                .filter(|q| q.part == number)
                .map(|q| {
                    let about = q.field.about();
                    let choices: Vec<_> = choices(q.field)
                        .into_iter()
                        .map(|(id, zh, en)| (id, lang.pick(zh, en).to_owned()))
                        .collect();
                    QuestionView {
                        key: q.key.clone(),
                        title: lang.pick(about.zh, about.en).to_owned(),
                        unit: about.unit.to_owned(),
                        stage: q.stage.clone(),
                        number: about.kind.is_number() && choices.is_empty(),
                        grouped: matches!(about.kind, Kind::Count | Kind::Amount | Kind::Yuan),
                        choices,
                        last: school.last(q).to_owned(),
                        value: answers.get(&q.key).cloned().unwrap_or_default(),
                        by: by.get(q.key.as_str()).map(|b| (*b).to_owned()),
                    }
                })
                .collect();
            PartView {
                title: lang.pick(&part.zh, &part.en).to_owned(),
                rows,
            }
        })
        .collect();
    let explanations: Answers = answers
        .iter()
        .filter(|(k, _)| k.starts_with('?'))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let roles = &asked.caller()?.roles;
    let mut may: Vec<String> = STEPS
        .iter()
        .filter(|s| going && s.open(&filing.state, roles))
        .map(|s| s.id.to_owned())
        .collect();
    if going && writes(&filing, asked)? {
        may.push("save".to_owned());
    }
    Ok(PaperView {
        late: filing.submitted_at.unwrap_or_else(|| app.now()) > paper.task.deadline,
        parts,
        explanations,
        doubts: paper.doubts(&answers, asked)?,
        may,
        steps: app.store.steps(&filing.id).await?,
        corrections: app.store.corrections(&filing.id).await?,
        reminded_at: app.store.reminded(&filing.task_id, &filing.org_id).await?,
        form: Version {
            zh: paper.form.zh,
            en: paper.form.en,
            version: paper.form.version,
        },
        task: paper.task,
        filing,
    })
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

/// How a draft stands after it was saved.
#[derive(Serialize, Deserialize)]
pub(crate) struct Saved {
    version: i64,
    /// Values that were not written, because somebody else changed them meanwhile.
    conflicts: Vec<Conflict>,
    /// What others changed.
    theirs: Vec<Changed>,
    /// The questions that there are now: some depend on an answer.
    keys: Vec<String>,
    doubts: Vec<Doubt>,
}

/// Two values for one question.
#[derive(Serialize, Deserialize)]
struct Conflict {
    key: String,
    yours: String,
    theirs: String,
    by: String,
}

/// A value that somebody else wrote.
#[derive(Serialize, Deserialize)]
struct Changed {
    key: String,
    value: String,
    by: String,
}

/// Saves a draft. A value that somebody else changed meanwhile is left alone and told, with both.
pub(crate) async fn save(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    Json(draft): Json<Draft>,
) -> Answer<Saved> {
    let (filing, task) = scope::filing(&app, &asked, &id).await?;
    let paper = Paper::of(&app, &filing, task).await?;
    let saved = write(&app, &asked, &id, &paper, draft, "filing.save").await?;
    Ok(Json(saved))
}

async fn write(
    app: &App,
    asked: &Asked,
    id: &str,
    paper: &Paper,
    draft: Draft,
    action: &str,
) -> Result<Saved, Problem> {
    let caller = asked.caller()?;
    let now = app.now();
    let mut change = app.store.change().await?;
    let (filing, before) = change.filing(id).await?.ok_or_else(Problem::absent)?;
    tasks::going(&paper.task)?;
    if !writes(&filing, asked)? {
        return Err(Problem::conflict(
            "表已上报或锁定，不能再改；请先请审核人退回",
            "the form is handed in or locked; ask for it to be given back first",
        ));
    }
    if !(0..=filing.version).contains(&draft.base) {
        return Err(Problem::conflict(
            "表的内容已经变化，请刷新后再操作",
            "the form was changed; reload it and try again",
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
        fits(&questions, about, value)?;
        if key.len() > 200 {
            return Err(Problem::bad(
                "说明的编号不对，没有保存；请刷新后再填",
                "an explanation has a wrong key, nothing was kept; reload the form",
            ));
        }
        let known = before.iter().find(|a| a.key == *key);
        match known {
            Some(known) if known.value == value => {}
            Some(known) if known.version > draft.base => conflicts.push(Conflict {
                key: key.clone(),
                yours: value.to_owned(),
                theirs: known.value.clone(),
                by: known.changed_by.clone(),
            }),
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
        let deed = Deed {
            old: &values_hash(&said(&before))?,
            new: &values_hash(&answers)?,
            ..asked.deed(action, id)?
        };
        change.record(now, &deed).await?;
        change.commit().await?;
    }
    let doubts = paper.doubts(&answers, asked)?;
    let theirs = before
        .into_iter()
        .filter(|a| a.version > draft.base && !draft.values.contains_key(&a.key))
        .map(|a| Changed {
            key: a.key,
            value: a.value,
            by: a.changed_by,
        })
        .collect();
    let keys: Vec<String> = paper
        .questions(&answers)?
        .into_iter()
        .map(|q| q.key)
        .collect();
    Ok(Saved {
        version,
        conflicts,
        theirs,
        keys,
        doubts,
    })
}

/// The form as a workbook.
pub(crate) async fn workbook(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Result<Download, Problem> {
    let (filing, task) = scope::filing(&app, &asked, &id).await?;
    let answers = said(&app.store.answers(&id).await?);
    let paper = Paper::of(&app, &filing, task).await?;
    let questions = paper.questions(&answers)?;
    let doubts = paper.doubts(&answers, &asked)?;
    let (task, school) = (&paper.task, paper.school()?);
    let title = format!(
        "{} {} · {} {}",
        school.name, school.code, task.school_year, task.title
    );
    let mark = book::Mark {
        filing: &id,
        version: filing.version,
        title: &title,
    };
    let bytes = book::write(
        &paper.form,
        mark,
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
    Ok(Download {
        bytes,
        name: format!("{}.xlsx", filing.code),
    })
}

/// Takes a filled workbook in as a draft.
pub(crate) async fn upload(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    form: Multipart,
) -> Answer<Saved> {
    let (filing, task) = scope::filing(&app, &asked, &id).await?;
    let paper = Paper::of(&app, &filing, task).await?;
    let answers = said(&app.store.answers(&id).await?);
    let questions = paper.questions(&answers)?;
    let file = received(&app, form)
        .await?
        .into_iter()
        .next()
        .ok_or_else(Problem::absent)?;
    let own = id.clone();
    let read = heavy(move || book::read(&file, &own, &questions)).await?;
    let (base, values) = read.map_err(|told| Problem::bad(told.zh, told.en))?;
    if !values.values().all(|value| door::is_plain(value)) {
        return Err(door::unseen());
    }
    let draft = Draft { base, values };
    let saved = write(&app, &asked, &id, &paper, draft, "filing.import").await?;
    Ok(Json(saved))
}
