//! The travel table that the county gives.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use junheng_core::model::{Field as F, Snapshot, Stage, TableId};
use junheng_core::text::Text;

use super::places::{Places, listed};
use super::{Source, Travel, Unit, travel_table};

/// The columns of a stage's table: block, destination, metres, cost.
fn columns(stage: Stage) -> [F; 4] {
    match stage {
        Stage::Junior => [
            F::TravelJuniorBlock,
            F::TravelJuniorSchool,
            F::TravelJuniorMetres,
            F::TravelJuniorCost,
        ],
        Stage::Primary | Stage::Senior => [
            F::TravelPrimaryBlock,
            F::TravelPrimarySchool,
            F::TravelPrimaryMetres,
            F::TravelPrimaryCost,
        ],
    }
}

/// The table of the stage; `None` where there is none or it has no rows, as in a blank template.
pub(super) fn read(snapshot: &Snapshot, stage: Stage, places: &Places<'_>) -> Option<Travel> {
    let [block, school, metres, cost] = columns(stage);
    let table = snapshot
        .table(travel_table(stage))
        .filter(|t| t.rows() > 0)?;
    let given = |field| (0..table.rows()).any(|row| table.number(field, row).is_some());
    let unit = if given(cost) && !given(metres) {
        Unit::Cost
    } else {
        Unit::Metres
    };
    let value = if unit == Unit::Cost { cost } else { metres };

    let blocks: BTreeMap<&str, usize> = index(places.blocks.iter().map(|p| p.id));
    let named: BTreeSet<&str> = (0..table.rows())
        .filter_map(|row| table.text(school, row))
        .collect();
    let mut wanted: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (to, place) in places.destinations.iter().enumerate() {
        let key = match place.school {
            Some(school) if !named.contains(place.id) => school,
            _ => place.id,
        };
        wanted.entry(key).or_default().push(to);
    }
    let known: BTreeSet<&str> = [F::SchoolId, F::SiteId]
        .into_iter()
        .flat_map(|f| (0..snapshot.rows(f.table())).filter_map(move |r| snapshot.text(f, r)))
        .collect();

    let mut rows: Vec<BTreeMap<usize, f64>> = vec![BTreeMap::new(); places.blocks.len()];
    let mut lost = BTreeSet::new();
    let (mut twice, mut blank, mut negative) = (0usize, 0usize, 0usize);
    for row in 0..table.rows() {
        let (from, to) = (table.text(block, row), table.text(school, row));
        let from = from.unwrap_or_default();
        let to = to.unwrap_or_default();
        let Some(&at) = blocks.get(from) else {
            lost.insert(from);
            continue;
        };
        let Some(wanted) = wanted.get(to) else {
            if !known.contains(to) {
                lost.insert(to);
            }
            continue;
        };
        let Some(value) = table.number(value, row).filter(|v| v.is_finite()) else {
            blank += 1;
            continue;
        };
        if value < 0.0 {
            negative += 1;
            continue;
        }
        for &to in wanted {
            match rows[at].entry(to) {
                Entry::Vacant(pair) => drop(pair.insert(value)),
                Entry::Occupied(_) => twice += 1,
            }
        }
    }
    let mut travel = Travel::from_rows(unit, Source::Matrix, places.destinations.len(), rows);
    travel.notes = notes(&Said {
        title: travel_table(stage),
        both: given(cost) && given(metres),
        lost: lost.into_iter().collect(),
        twice,
        blank,
        negative,
        holes: (places.blocks.len() * places.destinations.len())
            .saturating_sub(travel.pairs() + blank + negative),
    });
    Some(travel)
}

/// The first place of each id.
fn index<'a>(
    ids: impl DoubleEndedIterator<Item = &'a str> + ExactSizeIterator,
) -> BTreeMap<&'a str, usize> {
    ids.enumerate().rev().map(|(i, id)| (id, i)).collect()
}

/// What is wrong with a table.
struct Said<'a> {
    title: TableId,
    both: bool,
    lost: Vec<&'a str>,
    twice: usize,
    blank: usize,
    negative: usize,
    holes: usize,
}

fn notes(said: &Said<'_>) -> Vec<Text> {
    let (zh, en) = (said.title.zh(), said.title.id());
    let mut notes = Vec::new();
    if said.both {
        notes.push(Text::new(
            format!("{zh}表同时有路程和总成本，按路程（米）规划；要按成本，请清空路程一列"),
            format!(
                "{en} has both metres and cost: metres are used; empty that column to plan by cost"
            ),
        ));
    }
    if !said.lost.is_empty() {
        let (list, named) = listed(&said.lost);
        notes.push(Text::new(
            format!("{zh}表里的编号在其他表中找不到，这些行没有采用：{list}"),
            format!("{en} names what no other table has; those rows are not used: {named}"),
        ));
    }
    if said.twice > 0 {
        let n = said.twice;
        notes.push(Text::new(
            format!("{zh}表有 {n} 对重复，采用各自的第一行"),
            format!("{en} has {n} pairs more than once; the first row of each is used"),
        ));
    }
    if said.blank > 0 {
        let n = said.blank;
        notes.push(Text::new(
            format!("{zh}表有 {n} 行没有数值，这几对视为不可达"),
            format!("{en} has {n} rows without a value; those pairs are forbidden"),
        ));
    }
    if said.negative > 0 {
        let n = said.negative;
        notes.push(Text::new(
            format!("{zh}表有 {n} 行是负数，这几对视为不可达；哪几行见数据核查的问题清单"),
            format!(
                "{en} has {n} rows below 0; those pairs are forbidden; the findings of the data name them"
            ),
        ));
    }
    if said.holes > 0 {
        let n = said.holes;
        notes.push(Text::new(
            format!("{zh}表缺 {n} 对（居住单元 × 学校），缺的视为不可达"),
            format!("{en} lacks {n} pairs of block and school; they are forbidden"),
        ));
    }
    notes
}
