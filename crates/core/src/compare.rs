//! Two snapshots side by side: what changed, and which change turned which verdict.

use std::collections::{BTreeMap, BTreeSet};

use crate::evaluate::{Evaluation, Origin, SectionResult, evaluate, judge};
use crate::model::{Field, Snapshot, Stage, TableId};
use crate::standard::Standard;
use crate::verdict::Verdict;

/// A figure that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The field; a county fact such as `attest_G1` has none.
    pub field: Option<Field>,
    /// The field's id or the fact's key.
    pub name: String,
    /// The school; `None` for a county figure.
    pub school_id: Option<String>,
    /// The stage.
    pub stage: Option<Stage>,
    /// Before; `None` where missing.
    pub from: Option<String>,
    /// After; `None` where missing.
    pub to: Option<String>,
}

/// A verdict that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Turned {
    /// An indicator, an item, `section`, `L1` of a variation, or `county`.
    pub id: String,
    /// What kind of verdict: `indicator`, `section`, `variation`, `item`, `county`.
    pub kind: &'static str,
    /// The school of a section's verdict.
    pub school_id: Option<String>,
    /// The stage.
    pub stage: Option<Stage>,
    /// Before; `None` where there was none.
    pub from: Option<Verdict>,
    /// After; `None` where there is none.
    pub to: Option<Verdict>,
    /// Indexes into the changes: those that alone, taken back, restore the verdict; else those that
    /// alone turn it; where no single one does, all that feed it. Of a county, those of its items.
    pub because: Vec<usize>,
    /// A single change suffices to explain it.
    pub single: bool,
}

impl Change {
    /// The same change from the later figure to the earlier.
    fn reversed(&self) -> Self {
        Self {
            from: self.to.clone(),
            to: self.from.clone(),
            ..self.clone()
        }
    }
}

/// What differs between two snapshots.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    /// Schools only before.
    pub gone: Vec<String>,
    /// Schools only after.
    pub new: Vec<String>,
    /// Figures.
    pub changes: Vec<Change>,
    /// Verdicts.
    pub turned: Vec<Turned>,
}

type Figures = BTreeMap<(Option<String>, Option<Stage>, String), (Option<Field>, String)>;

/// A snapshot and its evaluation.
type Side<'a> = (&'a Snapshot, &'a Evaluation);

/// Compares two evaluated snapshots, judged by one standard.
#[must_use]
pub fn compare(standard: &Standard, before: Side<'_>, after: Side<'_>) -> Comparison {
    let (old, new) = (figures(before.0, before.1), figures(after.0, after.1));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let changes: Vec<Change> = keys
        .into_iter()
        .filter(|key| old.get(*key).map(|v| &v.1) != new.get(*key).map(|v| &v.1))
        .map(|key| Change {
            field: old.get(key).or_else(|| new.get(key)).and_then(|v| v.0),
            name: key.2.clone(),
            school_id: key.0.clone(),
            stage: key.1,
            from: old.get(key).map(|v| v.1.clone()),
            to: new.get(key).map(|v| v.1.clone()),
        })
        .collect();
    let ids = |s: &Snapshot| -> BTreeSet<String> {
        (0..s.rows(TableId::Schools))
            .filter_map(|row| s.text(Field::SchoolId, row).map(str::to_owned))
            .collect()
    };
    let (had, has) = (ids(before.0), ids(after.0));
    let mut turned = verdicts(standard, before.1, after.1);
    blame(standard, before, after, &changes, &mut turned);
    Comparison {
        gone: had.difference(&has).cloned().collect(),
        new: has.difference(&had).cloned().collect(),
        changes,
        turned,
    }
}

/// Every figure that can bear on a verdict, as text: county, schools, sections after lists and sharing.
fn figures(snapshot: &Snapshot, evaluation: &Evaluation) -> Figures {
    let mut all = Figures::new();
    for field in TableId::County.fields() {
        let value = written(snapshot, field, 0);
        if let Some(value) = value {
            all.insert((None, None, field.id().to_owned()), (Some(field), value));
        }
    }
    for (key, fact) in &snapshot.facts {
        all.insert((None, None, key.clone()), (None, fact.value.clone()));
    }
    for row in 0..snapshot.rows(TableId::Schools) {
        let Some(id) = snapshot.text(Field::SchoolId, row) else {
            continue;
        };
        for field in TableId::Schools.fields().filter(|f| *f != Field::SchoolId) {
            if let Some(value) = written(snapshot, field, row) {
                let key = (Some(id.to_owned()), None, field.id().to_owned());
                all.insert(key, (Some(field), value));
            }
        }
    }
    for section in &evaluation.sections {
        for field in TableId::Sections.fields().filter(|f| f.kind().is_number()) {
            if let Some(value) = evaluation.frame.section(field, section.row) {
                let key = (
                    Some(section.school_id.clone()),
                    section.stage,
                    field.id().to_owned(),
                );
                all.insert(key, (Some(field), format!("{value}")));
            }
        }
        let rooms = &evaluation.frame.rooms[section.row];
        for kind in ["music", "art"] {
            let mut areas: Vec<f64> = rooms.iter().filter(|r| r.1 == kind).map(|r| r.2).collect();
            areas.sort_by(f64::total_cmp);
            if !areas.is_empty() {
                let text: Vec<String> = areas.iter().map(ToString::to_string).collect();
                let key = (
                    Some(section.school_id.clone()),
                    section.stage,
                    format!("rooms_{kind}_area_m2"),
                );
                all.insert(key, (Some(Field::RoomArea), text.join("; ")));
            }
        }
    }
    all
}

fn written(snapshot: &Snapshot, field: Field, row: usize) -> Option<String> {
    snapshot
        .number(field, row)
        .map(|x| format!("{x}"))
        .or_else(|| snapshot.text(field, row).map(str::to_owned))
}

type Judgement = (&'static str, String, Option<String>, Option<Stage>);

fn judgements(standard: &Standard, evaluation: &Evaluation) -> BTreeMap<Judgement, Verdict> {
    let mut all = BTreeMap::new();
    all.insert(
        ("county", "county".to_owned(), None, None),
        evaluation.verdict,
    );
    for r in &evaluation.items {
        let id = standard.items[r.item].id.clone();
        all.insert(("item", id, None, None), r.verdict);
    }
    for v in &evaluation.variations {
        if let Some(verdict) = v.verdict {
            let id = standard.indicators[v.indicator].id.clone();
            all.insert(("variation", id, None, Some(v.stage)), verdict);
        }
    }
    for s in &evaluation.sections {
        section_judgements(standard, s, &mut all);
    }
    all
}

fn section_judgements(
    standard: &Standard,
    s: &SectionResult,
    all: &mut BTreeMap<Judgement, Verdict>,
) {
    let school = Some(s.school_id.clone());
    if let Some(verdict) = s.verdict {
        all.insert(
            ("section", "section".to_owned(), school.clone(), s.stage),
            verdict,
        );
    }
    for r in &s.indicators {
        if let Some(verdict) = r.verdict {
            let id = standard.indicators[r.indicator].id.clone();
            all.insert(("indicator", id, school.clone(), s.stage), verdict);
        }
    }
}

fn verdicts(standard: &Standard, before: &Evaluation, after: &Evaluation) -> Vec<Turned> {
    let (old, new) = (judgements(standard, before), judgements(standard, after));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).cloned().collect();
    let order = |kind: &str| {
        ["county", "item", "variation", "section", "indicator"]
            .iter()
            .position(|k| *k == kind)
    };
    let mut all: Vec<Turned> = keys
        .into_iter()
        .filter_map(|key| {
            let (from, to) = (old.get(&key).copied(), new.get(&key).copied());
            let (kind, id, school_id, stage) = key;
            (from != to).then_some(Turned {
                id,
                kind,
                school_id,
                stage,
                from,
                to,
                because: Vec::new(),
                single: false,
            })
        })
        .collect();
    all.sort_by_key(|t| order(t.kind));
    all
}

/// The fields an indicator or item rests on.
fn feeds(standard: &Standard, turned: &Turned) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let mut add_indicator = |id: &str| {
        if let Some(i) = standard.indicators.iter().find(|i| i.id == id) {
            ids.extend(
                i.measure
                    .variables()
                    .filter_map(|v| v.field())
                    .map(|f| f.id().to_owned()),
            );
        }
        for e in standard.exceptions.iter().filter(|e| e.applies_to == id) {
            let tests = e
                .when
                .iter()
                .flat_map(|t| [Some(t.variable), t.over])
                .flatten();
            ids.extend(tests.filter_map(|v| v.field()).map(|f| f.id().to_owned()));
            if let crate::standard::Relief::Adds(adds) = &e.relief {
                ids.extend(
                    adds.iter()
                        .filter_map(|v| v.field())
                        .map(|f| f.id().to_owned()),
                );
            }
        }
    };
    match turned.kind {
        "indicator" | "variation" => add_indicator(&turned.id),
        "section" => {
            for i in &standard.indicators {
                add_indicator(&i.id);
            }
        }
        // Anything may turn an item or the county.
        _ => {}
    }
    ids.insert("kind".to_owned());
    ids.insert("students".to_owned());
    ids
}

/// Beyond this many changes single ones are not taken back: the two are different counties.
const MOST_CHANGES: usize = 5_000;

/// Changes that can bear on a verdict.
fn candidates(standard: &Standard, changes: &[Change], turned: &Turned) -> Vec<usize> {
    let fields = feeds(standard, turned);
    let bears = |c: &Change| match turned.kind {
        "indicator" | "section" => {
            fields.contains(&c.name)
                && c.school_id == turned.school_id
                && (c.stage.is_none() || c.stage == turned.stage)
        }
        "variation" => {
            fields.contains(&c.name)
                && c.school_id.is_some()
                && (c.stage.is_none() || c.stage == turned.stage)
        }
        "item" => true,
        _ => false,
    };
    (0..changes.len()).filter(|n| bears(&changes[*n])).collect()
}

/// Finds the changes that, taken back alone, restore a verdict; else all that feed it.
fn blame(
    standard: &Standard,
    before: Side<'_>,
    after: Side<'_>,
    changes: &[Change],
    turned: &mut [Turned],
) {
    let feeding: Vec<Vec<usize>> = turned
        .iter()
        .map(|t| candidates(standard, changes, t))
        .collect();
    let alone = |of: Side<'_>, from: Side<'_>, changes: &[Change], turns: bool| {
        let mut found: Vec<Vec<usize>> = vec![Vec::new(); turned.len()];
        for (n, change) in changes.iter().enumerate() {
            if !feeding.iter().any(|f| f.contains(&n)) {
                continue;
            }
            let Some(again) = take_back(standard, from, of, change) else {
                continue;
            };
            let again = judgements(standard, &again);
            for (t, (fed, found)) in turned.iter().zip(feeding.iter().zip(&mut found)) {
                let key = (t.kind, t.id.clone(), t.school_id.clone(), t.stage);
                let wanted = if turns { t.to } else { t.from };
                if fed.contains(&n) && again.get(&key).copied() == wanted {
                    found.push(n);
                }
            }
        }
        found
    };
    let few = changes.len() <= MOST_CHANGES;
    let mut single = vec![Vec::new(); turned.len()];
    if few {
        single = alone(after, before, changes, false);
    }
    // Where several changes each turn it, taking one back restores nothing.
    if few
        && single
            .iter()
            .zip(&feeding)
            .any(|(s, fed)| s.is_empty() && !fed.is_empty())
    {
        let turning: Vec<Change> = changes.iter().map(Change::reversed).collect();
        for (single, also) in single.iter_mut().zip(alone(before, after, &turning, true)) {
            if single.is_empty() {
                *single = also;
            }
        }
    }
    for (t, (fed, found)) in turned.iter_mut().zip(feeding.into_iter().zip(single)) {
        t.single = !found.is_empty();
        t.because = if t.single {
            found
        } else if t.kind == "item" {
            // Every change in the county may bear on an item: naming all would say nothing.
            Vec::new()
        } else {
            fed
        };
    }
    // The items say why the county turned.
    let items = turned.iter().filter(|t| t.kind == "item");
    let causes: BTreeSet<usize> = items.flat_map(|t| t.because.iter().copied()).collect();
    for t in turned.iter_mut().filter(|t| t.kind == "county") {
        t.because = causes.iter().copied().collect();
    }
}

/// The later county judged with one figure as it was before.
fn take_back(
    standard: &Standard,
    before: Side<'_>,
    after: Side<'_>,
    change: &Change,
) -> Option<Evaluation> {
    let mut snapshot = after.0.clone();
    let Some(field) = change.field else {
        match before.0.facts.get(&change.name) {
            Some(fact) => snapshot.facts.insert(change.name.clone(), fact.clone()),
            None => snapshot.facts.remove(&change.name),
        };
        return Some(evaluate(&snapshot, standard));
    };
    let section = |side: Side<'_>| {
        let mine = |s: &SectionResult| {
            Some(&s.school_id) == change.school_id.as_ref() && s.stage == change.stage
        };
        side.1.sections.iter().find(|s| mine(s)).map(|s| s.row)
    };
    // What is counted from a list is put back where it was counted.
    let (had, has) = (section(before), section(after));
    let counted = |(_, e): Side<'_>, row: Option<usize>| {
        let origin = row.and_then(|row| e.frame.origin(field, row));
        matches!(origin, Some(Origin::Classes(_) | Origin::Teachers(_)))
    };
    if let Some(row) = has
        && (field == Field::RoomArea || counted(before, had) || counted(after, has))
    {
        let mut frame = after.1.frame.clone();
        match change.name.split('_').nth(1) {
            Some(kind) if field == Field::RoomArea => {
                frame.take_rooms(kind, row, &before.1.frame, had);
            }
            _ => frame.take(field, row, &before.1.frame, had),
        }
        return Some(judge(&snapshot, standard, frame));
    }
    let row = match field.table() {
        TableId::County => 0,
        TableId::Schools => (0..after.0.rows(TableId::Schools))
            .find(|row| after.0.text(Field::SchoolId, *row) == change.school_id.as_deref())?,
        TableId::Sections => has?,
        _ => return None,
    };
    let table = snapshot.tables.get_mut(&field.table())?;
    if field.kind().is_number() {
        let value = change
            .from
            .as_ref()
            .map_or(Some(f64::NAN), |t| t.parse().ok())?;
        table.set_number(field, row, value, None);
    } else {
        table.set_text(field, row, change.from.clone().unwrap_or_default(), None);
    }
    Some(evaluate(&snapshot, standard))
}
