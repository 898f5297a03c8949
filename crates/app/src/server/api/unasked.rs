//! What no school's form asks: the county's own facts of the year, and what new data take over from last year's.

use junheng_core::model::{Stage, TableId};
use junheng_core::text::Lang;
use serde::{Deserialize, Serialize};

use crate::server::filing::base::{Base, LASTING, Left};
use crate::server::filing::findings::choices;

/// What stays as it was in a table of last year's data.
#[derive(Serialize, Deserialize)]
pub(crate) struct LeftAsItWas {
    table: String,
    /// The titles of fields; none where the whole table stays.
    fields: Vec<String>,
}

/// A fact of the county, with last year's value.
#[derive(Serialize, Deserialize)]
pub(crate) struct Fact {
    key: String,
    title: String,
    unit: String,
    /// Answers to choose from, each with its title.
    choices: Vec<(String, String)>,
    last: String,
}

impl LeftAsItWas {
    pub(crate) fn told(left: &Left, lang: Lang) -> Self {
        let titles = left.fields.iter().map(|f| f.about());
        let table = left.table.id().replace('_', " ");
        let table = lang.pick(left.table.zh(), &table).to_owned();
        let stage = Stage::from_id(&left.stage).map(|s| s.title());
        Self {
            table: match stage {
                Some(stage) => format!("{table} ({})", stage.get(lang)),
                None => table,
            },
            fields: titles.map(|a| lang.pick(a.zh, a.en).to_owned()).collect(),
        }
    }
}

/// All that the county may say of itself, in the order of the field list.
pub(crate) fn facts_of(base: &Base, lang: Lang) -> Vec<Fact> {
    let mut last = base.facts();
    let known = TableId::County
        .fields()
        .filter(|f| !LASTING.contains(&f.id()));
    let mut all: Vec<Fact> = known
        .map(|field| {
            let about = field.about();
            let choices = choices(field).into_iter();
            Fact {
                key: field.id().to_owned(),
                title: lang.pick(about.zh, about.en).to_owned(),
                unit: about.unit.to_owned(),
                choices: choices
                    .map(|(id, zh, en)| (id, lang.pick(zh, en).to_owned()))
                    .collect(),
                last: last.remove(field.id()).unwrap_or_default(),
            }
        })
        .collect();
    // Keys of a standard, as the points of a questionnaire, are named by it.
    all.extend(last.into_iter().map(|(key, last)| Fact {
        title: key.clone(),
        key,
        unit: String::new(),
        choices: Vec::new(),
        last,
    }));
    all
}
