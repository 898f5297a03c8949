//! The organisations in reach. Townships and schools come from the data that a county accepted.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde_json::json;

use super::Answer;
use crate::server::caller::Asked;
use crate::server::filing::base::Base;
use crate::server::problem::Problem;
use crate::server::{App, scope, secret};
use crate::store::{Change, Org};

/// The caller's part of the tree.
pub(crate) async fn list(State(app): State<App>, Extension(asked): Extension<Asked>) -> Answer {
    let orgs = app.store.orgs_below(scope::top(&asked)?).await?;
    Ok(Json(json!({ "orgs": orgs })).into_response())
}

/// The id of an organisation of a county: the same for the same code.
pub(crate) fn id(county: &str, kind: &str, code: &str) -> String {
    let mut hash = secret::token_hash(&format!("{county}/{kind}/{code}"));
    hash.truncate(32);
    hash
}

/// Puts the townships and schools of a county's data below it.
pub(crate) async fn grow(change: &mut Change, county: &str, base: &Base) -> Result<(), Problem> {
    for school in base.schools() {
        let mut parent = county.to_owned();
        if !school.township.is_empty() {
            parent = id(county, "township", &school.township);
            let township = Org {
                id: parent.clone(),
                parent_id: Some(county.to_owned()),
                kind: "township".to_owned(),
                code: school.township.clone(),
                name: school.township.clone(),
            };
            change.put_org(&township).await?;
        }
        let school = Org {
            id: id(county, "school", &school.code),
            parent_id: Some(parent),
            kind: "school".to_owned(),
            code: school.code.clone(),
            name: school.name.clone(),
        };
        change.put_org(&school).await?;
    }
    Ok(())
}
