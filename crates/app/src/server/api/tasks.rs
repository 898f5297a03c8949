//! Tasks: a form version goes to schools, is watched, and becomes a county.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use junheng_core::date::{Date, SchoolYear};
use junheng_core::model::TableId;
use serde::{Deserialize, Serialize};

use super::accounts::phone_of;
use super::filings::{LONGEST, Paper, said};
use super::paging::Paging;
use super::snapshots::{FILED, Kept, New, keep};
use super::unasked::{Fact, LeftAsItWas, facts_of};
use super::{Answer, Done, findings, heavy, orgs};
use crate::error::Failure;
use crate::server::caller::Asked;
use crate::server::filing::Answers;
use crate::server::filing::base::{Answering, Base, Year};
use crate::server::filing::form::{Form, Question, built_in};
use crate::server::problem::Problem;
use crate::server::rights::Role;
use crate::server::{App, scope, secret};
use crate::store::{Deed, Filing, Millis, Task};

/// Counties kept parsed, for the forms that are being filled.
const KEPT: usize = 4;

/// A snapshot's county, read once.
pub(crate) async fn base(app: &App, snapshot: &str) -> Result<Arc<Base>, Problem> {
    if let Some(known) = app.bases.lock().ok().and_then(|b| b.get(snapshot).cloned()) {
        return Ok(known);
    }
    let files = app.store.files(snapshot).await?;
    let base = Arc::new(heavy(move || Base::read(files, &TableId::ALL)).await?);
    if let Ok(mut bases) = app.bases.lock() {
        while bases.len() >= KEPT {
            bases.pop_first();
        }
        bases.insert(snapshot.to_owned(), base.clone());
    }
    Ok(base)
}

/// The form of a task, as it was when the task was opened.
pub(crate) fn form(task: &Task) -> Result<Form, Problem> {
    serde_json::from_str(&task.form).map_err(Problem::because("form"))
}

/// Definitions of forms.
#[derive(Serialize, Deserialize)]
pub(crate) struct Forms {
    forms: Vec<Form>,
}

/// The versions of forms.
pub(crate) async fn forms() -> Answer<Forms> {
    let forms = built_in().map_err(Problem::because("forms"))?;
    Ok(Json(Forms { forms }))
}

/// Filing tasks.
#[derive(Serialize, Deserialize)]
pub(crate) struct Tasks {
    tasks: Vec<Standing>,
    /// Where the next page begins, where there is one.
    next: Option<String>,
}

/// A task, and how many of its forms stand where.
#[derive(Serialize, Deserialize)]
struct Standing {
    task: Task,
    states: BTreeMap<String, usize>,
    schools: usize,
    /// The caller's own form, where the caller is a school.
    filing: Option<String>,
    reminded_at: Option<Millis>,
}

/// Tasks in reach, each with how many forms stand where.
pub(crate) async fn list(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Query(paging): Query<Paging>,
) -> Answer<Tasks> {
    let top = scope::top(&asked)?;
    let (page, next) = paging.of(app.store.tasks(top).await?, |t| &t.id)?;
    let mut tasks = Vec::new();
    for task in page {
        let filings = app.store.filings(&task.id, top).await?;
        let mut states: BTreeMap<String, usize> = BTreeMap::new();
        for filing in &filings {
            *states.entry(filing.state.clone()).or_default() += 1;
        }
        // A school goes straight to its form.
        let own = filings.iter().find(|f| f.org_id == top);
        tasks.push(Standing {
            states,
            schools: filings.len(),
            filing: own.map(|f| f.id.clone()),
            reminded_at: app.store.reminded(&task.id, top).await?,
            task,
        });
    }
    Ok(Json(Tasks { tasks, next }))
}

/// A task to be opened.
#[derive(Deserialize)]
pub(crate) struct NewTask {
    title: String,
    form: String,
    school_year: String,
    as_of: String,
    deadline: Millis,
    /// Last year's snapshot.
    snapshot: String,
    /// Codes of the schools; empty for all of the snapshot.
    #[serde(default)]
    schools: Vec<String>,
}

/// A task that was opened.
#[derive(Serialize, Deserialize)]
pub(crate) struct Opened {
    id: String,
    schools: usize,
}

/// Opens a task.
pub(crate) async fn add(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(new): Json<NewTask>,
) -> Answer<Opened> {
    let caller = asked.caller()?;
    let title = new.title.trim().to_owned();
    let year = new.school_year.trim().to_owned();
    let as_of = new.as_of.trim().to_owned();
    let day: Option<Date> = as_of.parse().ok();
    let dated = SchoolYear::read(&year)
        .zip(day)
        .is_some_and(|(y, d)| y.contains(d));
    if title.is_empty() || title.chars().count() > 100 || !dated {
        return Err(Problem::bad(
            "请填写任务名称、学年(如 2026-2027)和该学年内的数据时点(如 2026-09-01)",
            "a task has a title, a school year (2026-2027) and a date of its figures within it (2026-09-01)",
        ));
    }
    let form = built_in()
        .map_err(Problem::because("forms"))?
        .into_iter()
        .rfind(|f| f.id == new.form)
        .ok_or_else(|| Problem::bad("没有这样的表", "there is no such form"))?;
    let row = scope::snapshot(&app, &asked, &new.snapshot).await?;
    let base = base(&app, &new.snapshot).await?;
    let wanted: BTreeSet<&str> = new.schools.iter().map(String::as_str).collect();
    let now = app.now();
    if let Some(code) = wanted.iter().find(|code| base.school(code).is_none()) {
        return Err(Problem::bad(
            format!("所选数据中没有代码为 {code} 的学校"),
            format!("the data have no school of code {code}"),
        ));
    }
    if new.deadline <= now {
        return Err(Problem::bad(
            "截止时间已过，请另定",
            "the deadline has passed; set another one",
        ));
    }
    let task = Task {
        id: secret::id()?,
        org_id: row.org_id.clone(),
        title,
        form: serde_json::to_string(&form).map_err(Problem::because("form"))?,
        school_year: year,
        as_of: as_of.clone(),
        deadline: new.deadline,
        closed: 0,
        reason: String::new(),
        base_snapshot: new.snapshot,
        created_by: caller.account.id.clone(),
        created_at: now,
    };
    // A school that is closed by the date of the figures is asked nothing.
    let closed = app.store.closed(&row.org_id).await?;
    let is_open = |code: &str| {
        let day = closed.get(&orgs::id(&row.org_id, "school", code));
        day.is_none_or(|day| *day > as_of)
    };
    if let Some(code) = wanted.iter().find(|code| !is_open(code)) {
        return Err(Problem::bad(
            format!("代码为 {code} 的学校在 {as_of} 已停办"),
            format!("the school of code {code} is closed on {as_of}"),
        ));
    }
    let chosen = base
        .schools()
        .filter(|s| wanted.is_empty() || wanted.contains(s.code.as_str()))
        .filter(|s| is_open(&s.code));
    let none = Answers::new();
    let asked_of = |form: &Form, school| {
        form.questions(&Answering {
            school,
            answers: &none,
        })
    };
    let mut gives = Vec::new();
    for school in chosen {
        let org = orgs::id(&task.org_id, "school", &school.code);
        gives.push((secret::id()?, org, asked_of(&form, school)));
    }
    let asks = gives
        .iter()
        .map(|(_, org, questions)| (org.as_str(), questions));
    let mut change = app.store.change().await?;
    scope::in_use(&mut change, &task.base_snapshot).await?;
    once(&app, &task, &base, &asks.collect()).await?;
    orgs::grow(&mut change, &task.org_id, &base).await?;
    change.add_task(&task).await?;
    for (id, org, questions) in &gives {
        let asked = i64::try_from(questions.len()).unwrap_or(i64::MAX);
        change.add_filing(id, &task, org, asked).await?;
    }
    let deed = Deed {
        new: &task.hash(),
        ..asked.deed("task.add", &task.id)?
    };
    change.record(now, &deed).await?;
    change.commit().await?;
    Ok(Json(Opened {
        id: task.id,
        schools: gives.len(),
    }))
}

/// 一数一源: a figure that another task of the county asks of the same school in the same year is not
/// asked again.
async fn once(
    app: &App,
    task: &Task,
    base: &Base,
    asks: &BTreeMap<&str, &Vec<Question>>,
) -> Result<(), Problem> {
    let none = Answers::new();
    for other in app.store.tasks(&task.org_id).await? {
        let same = other.school_year == task.school_year && other.org_id == task.org_id;
        if !same || other.closed != 0 {
            continue;
        }
        let form = form(&other)?;
        let mut twice = BTreeSet::new();
        for filing in app.store.filings(&other.id, &other.org_id).await? {
            let asked = asks
                .get(filing.org_id.as_str())
                .zip(base.school(&filing.code));
            if let Some((questions, school)) = asked {
                let known = form.questions(&Answering {
                    school,
                    answers: &none,
                });
                let again = known
                    .iter()
                    .filter(|k| questions.iter().any(|q| q.key == k.key));
                twice.extend(again.map(|q| q.field));
            }
        }
        if let Some(first) = twice.iter().next().map(|f| f.about()) {
            let n = twice.len();
            return Err(Problem::conflict(
                format!(
                    "一数一源：“{}”等 {n} 项本学年已由“{}”填报，请从该任务取数",
                    first.zh, other.title
                ),
                format!(
                    "{} and others ({n} figures) are asked by {} already; a figure is asked once",
                    first.en, other.title
                ),
            ));
        }
    }
    Ok(())
}

/// A task with its forms.
#[derive(Serialize, Deserialize)]
pub(crate) struct Whole {
    task: Task,
    rows: Vec<Row>,
    form: Version,
    /// The county's own facts of the year, for the county.
    facts: Vec<Fact>,
    /// What the new data take over from last year's, because nobody is asked for it; for the county.
    kept: Vec<LeftAsItWas>,
}

/// A school's form in a task.
#[derive(Serialize, Deserialize)]
struct Row {
    filing: Filing,
    late: bool,
    /// How many figures the school is asked for this year, by all tasks.
    asked_this_year: i64,
    contacts: Vec<Contact>,
}

/// Somebody to call.
#[derive(Serialize, Deserialize)]
struct Contact {
    name: String,
    phone: String,
}

/// A version of a form by its names.
#[derive(Serialize, Deserialize)]
struct Version {
    id: String,
    version: String,
    zh: String,
    en: String,
}

/// A task: where each form in reach stands, whom to call, and how much each school is asked this year.
pub(crate) async fn one(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Answer<Whole> {
    let (task, filings) = scope::task(&app, &asked, &id).await?;
    let top = scope::top(&asked)?;
    let mut burden: BTreeMap<String, i64> = BTreeMap::new();
    for other in app.store.tasks(top).await? {
        if other.school_year == task.school_year && other.closed == 0 {
            for filing in app.store.filings(&other.id, top).await? {
                *burden.entry(filing.org_id).or_default() += filing.asked;
            }
        }
    }
    let mut contacts: BTreeMap<String, Vec<Contact>> = BTreeMap::new();
    for c in app.store.contacts(top).await? {
        let person = Contact {
            name: c.name,
            phone: phone_of(&app, &c.account_id, &c.phone),
        };
        contacts.entry(c.org_id).or_default().push(person);
    }
    let form = form(&task)?;
    let (mut facts, mut kept) = (Vec::new(), Vec::new());
    if asked.caller()?.roles.contains(&Role::County) {
        let base = base(&app, &task.base_snapshot).await?;
        let schools = filings.iter().map(|f| f.code.as_str()).collect();
        let left = base.kept(&form, &schools);
        kept.extend(left.iter().map(|left| LeftAsItWas::told(left, asked.lang)));
        facts = facts_of(&base, asked.lang);
    }
    let rows = filings.into_iter().map(|filing| Row {
        late: filing.submitted_at.unwrap_or_else(|| app.now()) > task.deadline,
        asked_this_year: burden.get(&filing.org_id).copied().unwrap_or_default(),
        contacts: contacts.remove(&filing.org_id).unwrap_or_default(),
        filing,
    });
    Ok(Json(Whole {
        rows: rows.collect(),
        form: Version {
            id: form.id,
            version: form.version,
            zh: form.zh,
            en: form.en,
        },
        facts,
        kept,
        task,
    }))
}

/// How many were reminded.
#[derive(Serialize, Deserialize)]
pub(crate) struct Reminded {
    reminded: usize,
}

/// Reminds all that have not handed their form in.
pub(crate) async fn remind(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Answer<Reminded> {
    let caller = asked.caller()?;
    let (task, filings) = scope::task(&app, &asked, &id).await?;
    let open: Vec<_> = filings
        .iter()
        .filter(|f| crate::server::filing::steps::OPEN.contains(&f.state.as_str()))
        .collect();
    going(&task)?;
    let now = app.now();
    let mut change = app.store.change().await?;
    for filing in &open {
        change
            .remind(&task.id, &filing.org_id, &caller.account.name, now)
            .await?;
    }
    let deed = asked.deed("task.remind", &task.id)?;
    change.record(now, &deed).await?;
    change.commit().await?;
    Ok(Json(Reminded {
        reminded: open.len(),
    }))
}

/// A later deadline, or the end of a task, and why.
#[derive(Deserialize)]
pub(crate) struct Changed {
    #[serde(default)]
    deadline: Option<Millis>,
    #[serde(default)]
    close: bool,
    reason: String,
}

/// Moves the deadline of a task or withdraws it; what was filed stays to be read.
pub(crate) async fn change(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    Json(wanted): Json<Changed>,
) -> Answer<Done> {
    let caller = asked.caller()?;
    // Read in its turn: a task that somebody else withdraws at this moment is not opened again.
    let mut change = app.store.change().await?;
    let (mut task, _) = scope::task(&app, &asked, &id).await?;
    going(&task)?;
    let (now, reason) = (app.now(), wanted.reason.trim());
    let moved = wanted.deadline.is_some_and(|d| d > now);
    if reason.is_empty() || reason.chars().count() > LONGEST || !(moved || wanted.close) {
        return Err(Problem::bad(
            "请写明原因，并给出新的截止时间(晚于现在)或撤回任务",
            "say why, and give a deadline to come or withdraw the task",
        ));
    }
    task.deadline = wanted.deadline.filter(|_| moved).unwrap_or(task.deadline);
    task.closed = i64::from(wanted.close);
    reason.clone_into(&mut task.reason);
    change.change_task(&task, &caller.account.name, now).await?;
    let deed = Deed {
        new: &task.changed_hash(),
        ..asked.deed("task.change", &task.id)?
    };
    change.record(now, &deed).await?;
    change.commit().await?;
    Ok(Json(Done {}))
}

/// Refuses what a withdrawn task no longer takes.
pub(crate) fn going(task: &Task) -> Result<(), Problem> {
    if task.closed == 0 {
        return Ok(());
    }
    Err(Problem::conflict(
        format!("任务已撤回：{}；已填的内容仍可查看", task.reason),
        format!(
            "the task was withdrawn: {}; what was filed can be read",
            task.reason
        ),
    ))
}

/// Whether forms that are not accepted yet may be left blank, and the county's own facts of the year.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    partly: bool,
    /// By the keys of the table `county`.
    #[serde(default)]
    county: Answers,
}

/// Makes a snapshot of the accepted forms.
pub(crate) async fn snapshot(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    Json(wanted): Json<Wanted>,
) -> Answer<Kept> {
    let caller = asked.caller()?;
    let (task, filings) = scope::task(&app, &asked, &id).await?;
    if !caller.roles.contains(&Role::County) {
        return Err(Problem::absent());
    }
    going(&task)?;
    let waiting = filings.iter().filter(|f| f.state != "accepted").count();
    if waiting > 0 && !wanted.partly {
        return Err(Problem::conflict(
            format!("还有 {waiting} 所学校的表没有采用；可以先生成部分数据，未采用的留空"),
            format!(
                "{waiting} forms are not accepted yet; a part can be made, with the others blank"
            ),
        ));
    }
    let mut answers: BTreeMap<String, Answers> = BTreeMap::new();
    let mut reasons = Vec::new();
    for filing in &filings {
        let mut own = Answers::new();
        if filing.state == "accepted" {
            let values = app.store.answers(&filing.id).await?;
            let paper = Paper::of(&app, filing, task.clone()).await?;
            reasons.extend(paper.reasons(&values, &asked)?);
            own = said(&values);
        }
        answers.insert(filing.code.clone(), own);
    }
    let base = base(&app, &task.base_snapshot).await?;
    let (form, dated) = (form(&task)?, task.clone());
    let county = wanted.county;
    let files = heavy(move || {
        let year = Year {
            school_year: &dated.school_year,
            as_of: &dated.as_of,
        };
        base.filed(&form, &year, &county, &answers)
    })
    .await?;
    let files = files.map_err(|e| Failure::file(std::path::Path::new(&task.title), &e))?;
    let accepted = filings.len() - waiting;
    let wanted = New {
        id: secret::id()?,
        org: &task.org_id,
        action: FILED,
        // A part is to be known from the whole.
        mark: match waiting {
            0 => String::new(),
            _ => format!("{accepted}/{}", filings.len()),
        },
    };
    let kept = keep(&app, &asked, files, wanted).await?;
    findings::take_over(&app, &asked, kept.id(), &task.org_id, &reasons).await?;
    Ok(Json(kept))
}
