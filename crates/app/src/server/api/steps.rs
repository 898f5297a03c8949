//! The steps that schools' forms take: handed in, taken back, reviewed, accepted, corrected.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use junheng_core::finding::Severity;
use serde::{Deserialize, Serialize};

use super::Answer;
use super::filings::{LONGEST, Paper, PaperView, fits, said, values_hash, view};
use super::tasks::going;
use crate::server::caller::Asked;
use crate::server::filing::Answers;
use crate::server::filing::findings::Doubt;
use crate::server::filing::steps::{ACCEPT, CORRECT, PASS, RECALL, RETURN, SUBMIT, Step};
use crate::server::problem::Problem;
use crate::server::{App, scope};
use crate::store::{Correction, Deed, StepTaken};

/// Why a step is taken, over which version, and for a correction the new values.
#[derive(Default, Deserialize)]
pub(crate) struct Wanted {
    version: i64,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    values: Answers,
}

/// Takes a step with a form and shows the form as it is then.
async fn step(
    step: &'static Step,
    app: &App,
    asked: &Asked,
    id: &str,
    wanted: Wanted,
) -> Answer<PaperView> {
    take(step, app, asked, id, wanted).await?;
    let (filing, task) = scope::filing(app, asked, id).await?;
    let values = app.store.answers(id).await?;
    Ok(Json(view(app, asked, filing, task, &values).await?))
}

/// Takes a step.
async fn take(
    step: &'static Step,
    app: &App,
    asked: &Asked,
    id: &str,
    wanted: Wanted,
) -> Result<(), Problem> {
    let (filing, task) = scope::filing(app, asked, id).await?;
    going(&task)?;
    let paper = Paper::of(app, &filing, task).await?;
    let caller = asked.caller()?;
    let reason = wanted.reason.trim();
    let (now, account) = (app.now(), &caller.account);
    let mut change = app.store.change().await?;
    let (filing, values) = change.filing(id).await?.ok_or_else(Problem::absent)?;
    if !step.open(&filing.state, &caller.roles) || filing.version != wanted.version {
        return Err(Problem::conflict(
            "表的状态或内容已经变化，请刷新后再操作",
            "the form has moved on or was changed; reload it and try again",
        ));
    }
    if (step.reason && reason.is_empty()) || reason.chars().count() > LONGEST {
        return Err(Problem::bad("请写明原因", "please say why"));
    }
    let mut answers = said(&values);
    let before = values_hash(&answers)?;
    let refused = match step.id {
        // Statement 12: nobody approves their own return.
        _ if [PASS.id, ACCEPT.id].contains(&step.id) && filing.submitted_by == account.id => {
            Some(Problem::forbidden(
                "不能审核自己上报的表",
                "nobody approves a form they handed in",
            ))
        }
        // Statement 12: nor that of a school in which they have an interest.
        _ if [PASS.id, RETURN.id, ACCEPT.id, CORRECT.id].contains(&step.id)
            && app.store.has_interest(&account.id, &filing.org_id).await? =>
        {
            Some(Problem::forbidden(
                "您与这所学校有登记的利害关系，请由别人审核",
                "you have a recorded interest in this school; somebody else reviews its form",
            ))
        }
        _ if step.id == SUBMIT.id && paper.doubts(&answers, asked)?.iter().any(|d| d.open) => {
            Some(Problem::conflict(
                "还有须改正或须说明的问题，表没有上报；草稿已保存",
                "there are doubts to mend or to explain; the form was not handed in, the draft is kept",
            ))
        }
        _ => None,
    };
    let action = format!("filing.{}", step.id);
    let mut deed = Deed {
        result: "refused",
        ..asked.deed(&action, id)?
    };
    if let Some(problem) = refused {
        change.record(now, &deed).await?;
        change.commit().await?;
        return Err(problem);
    }
    let mut corrections = Vec::new();
    if step.id == CORRECT.id {
        // A new answer may open a question that another one of them answers.
        let mut proposed = answers.clone();
        proposed.extend(wanted.values.clone());
        let questions = paper.questions(&proposed)?;
        for (key, value) in &wanted.values {
            let (old, value) = (answers.get(key).cloned().unwrap_or_default(), value.trim());
            fits(&questions, key, value)?;
            if value != old {
                corrections.push((key.as_str(), old, value));
            }
        }
        if corrections.is_empty() {
            return Err(Problem::bad(
                "没有要更正的数值",
                "there is nothing to correct",
            ));
        }
        let written: Vec<(&str, &str)> = corrections.iter().map(|c| (c.0, c.2)).collect();
        answers.extend(
            written
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned())),
        );
        // What is doubtful the reason explains; what is wrong stays wrong.
        let wrong = paper.doubts(&answers, asked)?.into_iter().find(|d| {
            d.severity == Severity::Error.id() && written.iter().any(|(key, _)| *key == d.key)
        });
        if let Some(Doubt { message, hint, .. }) = wrong {
            return Err(Problem::bad(
                format!("更正的数值须改正，表没有改动：{message}；{hint}"),
                format!("a new value is wrong, the form was not changed: {message}; {hint}"),
            ));
        }
        let count = i64::try_from(paper.questions(&answers)?.len()).unwrap_or(i64::MAX);
        change
            .answer(&filing, &written, count, &account.name, now)
            .await?;
    }
    let text = serde_json::to_string(&answers).map_err(Problem::because("answers"))?;
    let sha256 = change.add_original(text.as_bytes()).await?;
    let taken = StepTaken {
        seq: 0,
        step: step.id.to_owned(),
        reason: reason.to_owned(),
        name: account.name.clone(),
        at: now,
        sha256: sha256.clone(),
    };
    let seq = change.step(&filing, &taken, step.to, &account.id).await?;
    for (key, old_value, new_value) in corrections {
        let one = Correction {
            seq,
            key: key.to_owned(),
            old_value,
            new_value: new_value.to_owned(),
        };
        change.add_correction(id, &one).await?;
    }
    deed.old = &before;
    let held = taken.hash();
    deed.new = &held;
    deed.result = "done";
    change.record(now, &deed).await?;
    change.commit().await?;
    Ok(())
}

/// A step to be taken with several forms of a task.
#[derive(Deserialize)]
pub(crate) struct Several {
    /// `pass` or `accept`.
    step: String,
    forms: Vec<Seen>,
}

/// A form, and the version of it that was seen.
#[derive(Deserialize)]
struct Seen {
    id: String,
    version: i64,
}

/// What became of several forms.
#[derive(Serialize, Deserialize)]
pub(crate) struct Taken {
    taken: usize,
    refused: Vec<Refused>,
}

/// A form that did not take the step, and why.
#[derive(Serialize, Deserialize)]
struct Refused {
    id: String,
    message: String,
}

/// Passes or accepts several forms of a task, each by itself: one that is refused stops no other.
pub(crate) async fn review(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(task): Path<String>,
    Json(several): Json<Several>,
) -> Answer<Taken> {
    let (_, filings) = scope::task(&app, &asked, &task).await?;
    let step = Step::named(&several.step).filter(|s| [PASS.id, ACCEPT.id].contains(&s.id));
    let step = step.ok_or_else(|| {
        Problem::bad(
            "请写明步骤：pass(乡镇审核通过)或 accept(采用)",
            "give the step: pass (by the township) or accept",
        )
    })?;
    let mut taken = Taken {
        taken: 0,
        refused: Vec::new(),
    };
    for Seen { id, version } in several.forms {
        let wanted = Wanted {
            version,
            ..Wanted::default()
        };
        let done = if filings.iter().any(|f| f.id == id) {
            take(step, &app, &asked, &id, wanted).await
        } else {
            Err(Problem::absent())
        };
        match done {
            Ok(()) => taken.taken += 1,
            Err(problem) => taken.refused.push(Refused {
                id,
                message: problem.message().get(asked.lang).to_owned(),
            }),
        }
    }
    Ok(Json(taken))
}

macro_rules! steps {
    ($($name:ident $step:ident $text:literal),+ $(,)?) => {$(
        #[doc = $text]
        pub(crate) async fn $name(
            State(app): State<App>,
            Extension(asked): Extension<Asked>,
            Path(id): Path<String>,
            Json(wanted): Json<Wanted>,
        ) -> Answer<PaperView> {
            step(&$step, &app, &asked, &id, wanted).await
        }
    )+};
}

steps!(
    submit SUBMIT "The school hands its form in.",
    recall RECALL "The school takes its form back before anybody reviewed it.",
    pass PASS "The township finds it good.",
    give_back RETURN "The township or the county gives it back, with a reason.",
    accept ACCEPT "The county accepts and locks it.",
    correct CORRECT "The county corrects a locked form, with a reason; both values stay.",
);
