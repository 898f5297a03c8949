//! Importing a county: all findings at once, and nothing kept of what cannot be used.

use std::collections::BTreeMap;

use axum::extract::{Multipart, Path, Query, State};
use axum::{Extension, Json};
use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::model::{Field, Snapshot, TableId};
use junheng_core::text::Text;
use junheng_intake::files::InputFile;
use junheng_intake::{bundle, check};
use serde::{Deserialize, Serialize};

use super::paging::Paging;
use super::{Answer, Done, Download, heavy, orgs, public};
use crate::error::Failure;
use crate::server::caller::Asked;
use crate::server::filing::base::Base;
use crate::server::problem::Problem;
use crate::server::rights::Role;
use crate::server::{App, door, scan, scope, secret, warm};
use crate::store::{Deed, NewSnapshot, SnapshotChange, SnapshotRow};
use crate::views::{self, FindingView};

/// Most bytes of one import.
pub(crate) const UPLOAD: usize = 64 * 1024 * 1024;
/// Most files of one import.
const FILES: usize = 100;
/// Longest title of a data set.
pub(crate) const TITLE: usize = 80;

/// Data sets.
#[derive(Serialize, Deserialize)]
pub(crate) struct Snapshots {
    snapshots: Vec<SnapshotRow>,
    /// Where the next page begins, where there is one.
    next: Option<String>,
    /// By what each county chose to be judged.
    chosen: BTreeMap<String, Chosen>,
}

/// The packs that a county chose to be judged by; no standard is the national one of the day.
#[derive(Serialize, Deserialize)]
struct Chosen {
    standard: Option<String>,
    overlays: Vec<String>,
    /// Parameters of the standard, as `compare=round2`.
    choices: Vec<String>,
}

/// All snapshots, newest first.
pub(crate) async fn list(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Query(paging): Query<Paging>,
) -> Answer<Snapshots> {
    let snapshots = scope::snapshots(&app, &asked).await?;
    let (snapshots, next) = paging.of(snapshots, |s| &s.id)?;
    let mut chosen = BTreeMap::new();
    for row in &snapshots {
        if !chosen.contains_key(&row.org_id) {
            let by = public::chosen(&app, &row.org_id).await?;
            let by = Chosen {
                standard: by.standard,
                overlays: by.overlays,
                choices: by
                    .choices
                    .iter()
                    .map(|(id, value)| format!("{id}={value}"))
                    .collect(),
            };
            chosen.insert(row.org_id.clone(), by);
        }
    }
    Ok(Json(Snapshots {
        snapshots,
        next,
        chosen,
    }))
}

/// A data set that was kept, with its findings.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    id: String,
    title: String,
    digest: String,
    findings: Vec<FindingView>,
}

impl Kept {
    /// What it is known by.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// One that was kept before.
    pub(crate) fn of(row: SnapshotRow) -> Self {
        Self {
            id: row.id,
            title: row.title,
            digest: row.digest,
            findings: Vec::new(),
        }
    }
}

/// Reads the files of a form, checks them, and keeps them when they can be used.
pub(crate) async fn upload(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    form: Multipart,
) -> Answer<Kept> {
    let org = scope::top(&asked)?;
    let files = received(&app, form).await?;
    let new = New {
        id: secret::id()?,
        org,
        action: "snapshot.import",
        mark: String::new(),
    };
    Ok(Json(keep(&app, &asked, files, new).await?))
}

/// How data come that schools filed.
pub(crate) const FILED: &str = "snapshot.filed";

/// A data set to be kept.
pub(crate) struct New<'a> {
    pub(crate) id: String,
    pub(crate) org: &'a str,
    /// How it came, for the audit.
    pub(crate) action: &'a str,
    /// What its title says beside county, year and date.
    pub(crate) mark: String,
}

/// Checks the files of a county and keeps them as a snapshot when they can be used. Files in a folder are
/// kept beside it and not read.
pub(crate) async fn keep(
    app: &App,
    asked: &Asked,
    files: Vec<InputFile>,
    new: New<'_>,
) -> Result<Kept, Problem> {
    let New {
        id,
        org,
        action,
        mark,
    } = new;
    let caller = asked.caller()?;
    let (beside, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|f| f.name.contains('/'));
    let (mut files, intake, mut found) = heavy(move || {
        let intake = bundle::read_bundle(&files, &TableId::ALL);
        let mut found = intake.findings.clone();
        if !intake.refused {
            found.extend(check::check(&intake.snapshot, None));
        }
        (files, intake, found)
    })
    .await?;
    if intake.refused {
        return Err(Failure::Refused(found).into());
    }
    let text = |field| {
        intake
            .snapshot
            .text(field, 0)
            .unwrap_or_default()
            .to_owned()
    };
    let title = [
        text(Field::CountyName),
        text(Field::SchoolYear),
        text(Field::AsOf),
        mark,
    ]
    .into_iter()
    .filter(|t| !t.is_empty())
    .collect::<Vec<_>>()
    .join(" ");
    files.extend(beside);
    found.extend(other_county(app, org, &intake.snapshot).await?);
    let same = |r: &SnapshotRow| r.org_id == org && r.digest == intake.digest && r.title == title;
    let known = app.store.snapshots(org).await?.into_iter().find(same);
    // The same forms make the same data; an import is somebody's deed each time.
    if let Some(row) = known.filter(|_| action == FILED) {
        return Ok(Kept {
            findings: views::findings(&found, asked.lang),
            ..Kept::of(row)
        });
    }
    let now = app.now();
    let mut change = app.store.change().await?;
    let new = NewSnapshot {
        id: &id,
        org_id: org,
        title: &title,
        digest: &intake.digest,
        created_by: &caller.account.id,
        files: &files,
    };
    let deed = Deed {
        new: &intake.digest,
        ..asked.deed(action, &id)?
    };
    change.add_snapshot(new, &deed, now).await?;
    change.commit().await?;
    warm::evaluated(app, org, &id).await;
    Ok(Kept {
        id,
        title,
        digest: intake.digest,
        findings: views::findings(&found, asked.lang),
    })
}

/// Data of another county are a slip that nobody sees in the figures.
pub(super) async fn other_county(
    app: &App,
    org: &str,
    snapshot: &Snapshot,
) -> Result<Option<Finding>, Problem> {
    let own = app
        .store
        .org(org)
        .await?
        .map(|o| o.code)
        .unwrap_or_default();
    let code = snapshot.text(Field::CountyCode, 0).unwrap_or_default();
    if own.is_empty() || code.is_empty() || own == code {
        return Ok(None);
    }
    Ok(Some(Finding {
        code: "other_county",
        severity: Severity::Explain,
        place: Place {
            file: "county.csv".to_owned(),
            ..Place::default()
        },
        message: Text::new(
            format!("数据属于县代码 {code}，不是本县 {own}"),
            format!("the data are of county {code}, not of this county, {own}"),
        ),
        hint: Text::new(
            "核对是否选错了文件；确属本县的，请改正县代码或说明",
            "see whether the right file was chosen; else mend the county's code or explain",
        ),
    }))
}

/// The files of a form that are to be kept: the site's scanner has seen them.
pub(crate) async fn received(app: &App, form: Multipart) -> Result<Vec<InputFile>, Problem> {
    let mut files = files(form).await?;
    for file in &mut files {
        file.bytes = scan::clean(app, std::mem::take(&mut file.bytes)).await?;
    }
    Ok(files)
}

/// The files of a form.
pub(crate) async fn files(mut form: Multipart) -> Result<Vec<InputFile>, Problem> {
    let broken = |_| {
        Problem::bad(
            format!("上传没有完成，或超过 {} MB；没有保存任何内容", UPLOAD >> 20),
            format!(
                "the upload broke off, or is larger than {} MB; nothing was kept",
                UPLOAD >> 20
            ),
        )
    };
    let mut files = Vec::new();
    while let Some(part) = form.next_field().await.map_err(broken)? {
        // A browser may send a path; the folder is no business of ours.
        let name = part.file_name().unwrap_or_default();
        let name = name
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or_default()
            .to_owned();
        let plain = !name.is_empty() && !name.starts_with('.') && door::is_one_line(&name);
        if !plain || name.len() > 200 || files.len() >= FILES {
            return Err(Problem::bad(
                format!("文件名不能使用，或多于 {FILES} 个文件"),
                format!("a file's name cannot be used, or there are more than {FILES} files"),
            ));
        }
        let bytes = part.bytes().await.map_err(broken)?.to_vec();
        if files.iter().any(|f: &InputFile| f.name == name) {
            return Err(Problem::bad(
                format!("有两个文件都叫 {name}"),
                format!("two files are called {name}"),
            ));
        }
        files.push(InputFile { name, bytes });
    }
    if files.is_empty() {
        return Err(Problem::bad("没有文件", "there is no file"));
    }
    Ok(files)
}

/// Another title, or out of use.
#[derive(Deserialize)]
pub(crate) struct Changed {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    remove: bool,
}

/// Gives a data set another title, or takes one out of use that nobody accepted and nothing rests on: the
/// county any, others what they made themselves. Its files stay in the store.
pub(crate) async fn change(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    Json(wanted): Json<Changed>,
) -> Answer<Done> {
    let caller = asked.caller()?;
    let row = scope::snapshot(&app, &asked, &id).await?;
    let title = wanted.title.as_deref().map(str::trim);
    let told = title.is_some_and(|t| (1..=TITLE).contains(&t.chars().count()));
    if title.is_some() != told || !(told || wanted.remove) {
        return Err(Problem::bad(
            format!("请写 1 至 {TITLE} 字的名称，或选择移除"),
            format!("give a title of 1 to {TITLE} characters, or remove it"),
        ));
    }
    if row.created_by != caller.account.id && !caller.roles.contains(&Role::County) {
        return Err(Problem::forbidden(
            "只能改名或移除自己生成的数据；其他的由县级管理员处理",
            "a data set is renamed or removed by who made it, or by the county administrator",
        ));
    }
    let new = SnapshotChange {
        snapshot_id: id,
        title: title.unwrap_or(&row.title).to_owned(),
        removed: i64::from(wanted.remove),
        name: caller.account.name.clone(),
        at: app.now(),
    };
    let mut change = app.store.change().await?;
    scope::in_use(&mut change, &new.snapshot_id).await?;
    if wanted.remove && change.is_rested_on(&new.snapshot_id).await? {
        return Err(Problem::conflict(
            "没有移除：已采用过的数据，或有方案、填报任务、公示以它为依据的数据，须保留",
            "it was not removed: what was accepted, or has plans, filing tasks or publications resting on it, stays",
        ));
    }
    change.change_snapshot(&new).await?;
    let before = SnapshotChange {
        title: row.title,
        removed: 0,
        ..new.clone()
    };
    let deed = Deed {
        old: &before.hash(),
        new: &new.hash(),
        ..asked.deed("snapshot.change", &new.snapshot_id)?
    };
    change.record(new.at, &deed).await?;
    change.commit().await?;
    Ok(Json(Done {}))
}

/// Accepts a snapshot: from now on it is the county's data of its date; a plan or a forecast is one that the
/// county stands by, and adds no school to the tree.
pub(crate) async fn accept(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Answer<Done> {
    let caller = asked.caller()?;
    let row = scope::snapshot(&app, &asked, &id).await?;
    let files = app.store.files(&id).await?;
    let base = heavy(move || Base::read(files, &Base::TREE)).await?;
    let now = app.now();
    let mut change = app.store.change().await?;
    scope::in_use(&mut change, &id).await?;
    if row.parent_id.is_none() {
        orgs::grow(&mut change, &row.org_id, &base).await?;
    }
    change.accept(&id, &caller.account.id, now).await?;
    let deed = Deed {
        new: &row.digest,
        ..asked.deed("snapshot.accept", &id)?
    };
    change.record(now, &deed).await?;
    change.commit().await?;
    Ok(Json(Done {}))
}

/// One of the original files.
pub(crate) async fn file(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path((id, name)): Path<(String, String)>,
) -> Result<Download, Problem> {
    scope::snapshot(&app, &asked, &id).await?;
    let file = app.store.file(&id, &name).await?;
    let bytes = file.ok_or_else(Problem::absent)?;
    let mut change = app.store.change().await?;
    let deed = asked.deed("snapshot.export", &id)?;
    change.record(app.now(), &deed).await?;
    change.commit().await?;
    Ok(Download { bytes, name })
}
