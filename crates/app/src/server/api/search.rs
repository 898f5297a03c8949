//! Schools and blocks by name, code, an earlier name, pinyin or its initials.

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use junheng_core::model::{Field, Snapshot, TableId};
use junheng_intake::bundle;
use serde::{Deserialize, Serialize};

use super::commands::laid_out;
use super::{Answer, heavy};
use crate::pinyin::rank;
use crate::server::caller::Asked;
use crate::server::{App, scope};

/// So many are shown.
const MOST: usize = 20;
/// So many older data sets are looked through for earlier names.
const OLDER: usize = 5;

/// What is looked for.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
}

/// Something found.
#[derive(Debug, Serialize, Deserialize)]
struct Found {
    kind: String,
    id: String,
    name: String,
    township: String,
    /// The name by which it was found, where that is no longer its name.
    formerly: Option<String>,
    #[serde(skip)]
    rank: u8,
}

/// What was found.
#[derive(Serialize, Deserialize)]
pub(crate) struct Results {
    results: Vec<Found>,
}

/// The best answers in a snapshot.
pub(crate) async fn search(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Answer<Results> {
    scope::snapshot(&app, &asked, &id).await?;
    let folder = laid_out(&app, &id).await?;
    let mut older = Vec::new();
    let known = app.store.snapshots(scope::top(&asked)?).await?;
    for row in known
        .iter()
        .filter(|s| s.accepted_at.is_some() && s.id != id)
    {
        if older.len() < OLDER {
            older.push(laid_out(&app, &row.id).await?);
        }
    }
    let results = heavy(move || {
        let now = bundle::read_path(&folder, &[TableId::Schools, TableId::Blocks]).snapshot;
        let before: Vec<Snapshot> = older
            .iter()
            .map(|f| bundle::read_path(f, &[TableId::Schools]).snapshot)
            .collect();
        find(&now, &before, &wanted.q)
    })
    .await?;
    Ok(Json(Results { results }))
}

fn find(now: &Snapshot, before: &[Snapshot], query: &str) -> Vec<Found> {
    let text = |s: &Snapshot, field, row| s.text(field, row).unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for (kind, table, [id, name, township]) in [
        (
            "school",
            TableId::Schools,
            [Field::SchoolId, Field::SchoolName, Field::Township],
        ),
        (
            "block",
            TableId::Blocks,
            [Field::BlockId, Field::BlockName, Field::BlockTownship],
        ),
    ] {
        for row in 0..now.rows(table) {
            let (id, name) = (text(now, id, row), text(now, name, row));
            let best = [rank(&name, query), rank(&id, query)]
                .into_iter()
                .flatten()
                .min();
            let (rank, formerly) = match best {
                Some(rank) => (rank, None),
                None if kind == "school" => match earlier(before, &id, &name, query) {
                    Some((rank, name)) => (rank, Some(name)),
                    None => continue,
                },
                None => continue,
            };
            let township = text(now, township, row);
            found.push(Found {
                kind: kind.to_owned(),
                id,
                name,
                township,
                formerly,
                rank,
            });
        }
    }
    // Schools before blocks where they answer equally well: the sort is stable.
    found.sort_by_key(|f| f.rank);
    found.truncate(MOST);
    found
}

/// A name that the school had in an older data set.
fn earlier(before: &[Snapshot], id: &str, name: &str, query: &str) -> Option<(u8, String)> {
    let names = before.iter().filter_map(|snapshot| {
        let row = (0..snapshot.rows(TableId::Schools))
            .find(|row| snapshot.text(Field::SchoolId, *row) == Some(id))?;
        snapshot.text(Field::SchoolName, row).filter(|n| *n != name)
    });
    names
        .filter_map(|old| Some((rank(old, query)?, old.to_owned())))
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use junheng_core::model::Table;

    fn county(name: &str) -> Snapshot {
        let mut table = Table::new();
        table.add_column(Field::SchoolId);
        table.add_column(Field::SchoolName);
        let row = table.push_row();
        table.set_text(Field::SchoolId, row, "2199000001", None);
        table.set_text(Field::SchoolName, row, name, None);
        let mut snapshot = Snapshot::default();
        snapshot.tables.insert(TableId::Schools, table);
        snapshot
    }

    #[test]
    fn an_earlier_name_is_found_and_told() {
        let (now, before) = (county("实验小学"), [county("城关一小")]);
        let found = find(&now, &before, "cgyx");
        assert_eq!(found[0].name, "实验小学");
        assert_eq!(found[0].formerly.as_deref(), Some("城关一小"));
        assert!(find(&now, &before, "shiyan")[0].formerly.is_none());
        assert_eq!(find(&now, &before, "219900").len(), 1);
        assert!(find(&now, &before, "zhongxue").is_empty());
    }
}
