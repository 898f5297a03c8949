//! The one place where rows are decided: a caller reaches their own organisation and those below it,
//! and nothing else is there for them.

use super::App;
use super::caller::Asked;
use super::problem::Problem;
use super::rights::{DRAFTERS, STAFFERS};
use crate::store::{Change, Filing, Org, SnapshotRow, Task};

/// The top of what a caller reaches.
pub(crate) fn top(asked: &Asked) -> Result<&str, Problem> {
    Ok(&asked.caller()?.account.org_id)
}

/// Passes where an organisation is in reach.
pub(crate) async fn within(app: &App, asked: &Asked, org: &str) -> Result<(), Problem> {
    if app.store.is_below(org, top(asked)?).await? {
        Ok(())
    } else {
        Err(Problem::absent())
    }
}

/// Whether what is personal of teachers may be told.
pub(crate) fn personal(asked: &Asked) -> Result<bool, Problem> {
    Ok(asked.caller()?.roles.iter().any(|r| STAFFERS.contains(r)))
}

/// Whether a snapshot is for the caller: who reads a county from above sees what it accepted, not what it
/// tries.
fn is_told(asked: &Asked, row: &SnapshotRow) -> Result<bool, Problem> {
    let within = asked.caller()?.roles.iter().any(|r| DRAFTERS.contains(r));
    Ok(within || row.accepted_at.is_some())
}

/// A snapshot in reach.
pub(crate) async fn snapshot(app: &App, asked: &Asked, id: &str) -> Result<SnapshotRow, Problem> {
    let row = app.store.snapshot(id).await?.ok_or_else(Problem::absent)?;
    within(app, asked, &row.org_id).await?;
    if is_told(asked, &row)? {
        Ok(row)
    } else {
        Err(Problem::absent())
    }
}

/// Passes where a snapshot is still in use when something is about to rest on it: it may have been taken
/// out since it was looked at.
pub(crate) async fn in_use(change: &mut Change, id: &str) -> Result<(), Problem> {
    match change.in_use(id).await? {
        true => Ok(()),
        false => Err(Problem::absent()),
    }
}

/// The snapshots in reach, newest first.
pub(crate) async fn snapshots(app: &App, asked: &Asked) -> Result<Vec<SnapshotRow>, Problem> {
    let mut told = Vec::new();
    for row in app.store.snapshots(top(asked)?).await? {
        if is_told(asked, &row)? {
            told.push(row);
        }
    }
    Ok(told)
}

/// The caller's own school, and the data that its county has in force.
pub(crate) async fn school(app: &App, asked: &Asked) -> Result<(Org, SnapshotRow), Problem> {
    let school = app.store.org(top(asked)?).await?;
    let school = school.filter(|o| o.kind == "school");
    let county = match &school {
        Some(own) => app.store.county_of(&own.id).await?,
        None => None,
    };
    let all = match county {
        Some(county) => app.store.snapshots(&county.id).await?,
        None => Vec::new(),
    };
    let last = SnapshotRow::in_force(&all).cloned();
    school.zip(last).ok_or_else(Problem::no_portrait)
}

/// A form in reach, with its task.
pub(crate) async fn filing(app: &App, asked: &Asked, id: &str) -> Result<(Filing, Task), Problem> {
    let filing = app.store.filing(id).await?.ok_or_else(Problem::absent)?;
    within(app, asked, &filing.org_id).await?;
    let task = app.store.task(&filing.task_id).await?;
    Ok((filing, task.ok_or_else(Problem::absent)?))
}

/// A task with its forms in reach; one that reaches none of the caller's schools is not there.
pub(crate) async fn task(
    app: &App,
    asked: &Asked,
    id: &str,
) -> Result<(Task, Vec<Filing>), Problem> {
    let task = app.store.task(id).await?.ok_or_else(Problem::absent)?;
    let filings = app.store.filings(id, top(asked)?).await?;
    if filings.is_empty() {
        return Err(Problem::absent());
    }
    Ok((task, filings))
}
