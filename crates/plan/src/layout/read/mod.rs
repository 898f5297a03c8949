//! A layout problem from a snapshot.

mod blocks;
mod outlook;
mod sites;
mod sizes;

pub use outlook::Outlook;
pub use sizes::Sizes;

use std::collections::BTreeSet;

use junheng_core::finding::Finding;
use junheng_core::model::{Field, Snapshot, Stage, TableId};
use junheng_core::text::Text;

use crate::findings;
use crate::travel::{Travel, Unit, listed};

use super::problem::{Block, Problem, Rules, Site, Situation};

/// A problem and what was noted on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The problem.
    pub problem: Problem,
    /// Notes: what was left out or taken for granted.
    pub notes: Vec<Text>,
}

/// What a snapshot is read for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The stage.
    pub stage: Stage,
    /// What the plan must keep.
    pub rules: Rules,
    /// Teaching points and rural schools may be closed.
    pub close_protected: bool,
    /// What is built or extended has one of these sizes; `None` for those of the sites' rows.
    pub sizes: Option<Sizes>,
    /// How the number of children will change; empty to plan for those of today.
    pub outlook: Vec<Outlook>,
}

/// Schools of today that the plan does not know.
fn strangers(blocks: &[Block], sites: &[Site]) -> Option<Text> {
    let known: BTreeSet<&str> = sites.iter().map(|s| s.id.as_str()).collect();
    let current = blocks.iter().filter_map(|b| b.current.as_deref());
    let lost: BTreeSet<&str> = current.filter(|id| !known.contains(id)).collect();
    if lost.is_empty() {
        return None;
    }
    let (zh, en) = listed(&lost.into_iter().collect::<Vec<_>>());
    Some(Text::new(
        format!("居住单元表里现在的学校不在本方案的学校与校址中，其学生都算换学校：{zh}"),
        format!(
            "Blocks go today to what is no school or site here; all of them change school: {en}"
        ),
    ))
}

/// Reads a layout problem, or says all that stands in the way.
///
/// # Errors
/// Findings of severity `error`: no sites and no schools, blanks that a plan cannot do without,
/// references that lead nowhere.
pub fn read(snapshot: &Snapshot, asked: Asked) -> Result<Reading, Vec<Finding>> {
    let mut reader = Reader {
        snapshot,
        stage: asked.stage,
        findings: Vec::new(),
    };
    let (rows, mut blocks, mut today) = reader.blocks();
    let mut sites = reader.sites(asked.close_protected);
    let errors = reader.findings;
    if !errors.is_empty() {
        return Err(errors);
    }
    let unfit = asked
        .sizes
        .map_or_else(Vec::new, |sizes| standard(&mut sites, &sizes));
    let ids: Vec<&str> = sites
        .iter()
        .map(|s| s.site_id.as_deref().unwrap_or(&s.id))
        .collect();
    let given = Travel::new(snapshot, asked.stage, &ids);
    if asked.rules.max_metres.is_some() && given.unit == Unit::Cost {
        return Err(vec![limit_without_metres(asked.stage)]);
    }
    let mut notes = given.notes.clone();
    notes.extend(unfit);
    // A block without children that reaches nothing needs no school.
    let idle = |at: usize| today[at] == 0.0 && given.row(rows[at]).0.is_empty();
    let lost: Vec<usize> = (0..blocks.len()).filter(|at| idle(*at)).collect();
    let rows = without(rows, &lost);
    if !lost.is_empty() {
        let mut names: Vec<&str> = lost.iter().map(|at| blocks[*at].name.as_str()).collect();
        names.sort_unstable();
        let (zh, en) = listed(&names);
        notes.push(Text::new(
            format!("{zh}没有学龄儿童，也到不了任何学校，没有安排"),
            format!("Without children and out of reach, so without a school: {en}"),
        ));
        blocks = without(blocks, &lost);
        today = without(today, &lost);
    }
    let mut travel = vec![f64::INFINITY; blocks.len() * sites.len()];
    for (at, row) in rows.iter().enumerate() {
        for (site, value) in given.of(*row) {
            travel[site * blocks.len() + at] = value;
        }
    }
    let (unit, source) = (given.unit, given.source);
    if unit == Unit::Cost && asked.rules.yuan_per_km != Rules::default().yuan_per_km {
        notes.push(Text::new(
            "出行表给的是成本(cost)，直接计入目标值，--yuan-per-km 不起作用",
            "Travel is given as a cost, which counts as it is: --yuan-per-km changes nothing",
        ));
    }
    notes.extend(strangers(&blocks, &sites));
    let mut situations: Vec<Situation> = asked
        .outlook
        .iter()
        .map(|o| Situation {
            period: o.period,
            weight: o.weight,
            students: rows
                .iter()
                .zip(&today)
                .map(|(row, t)| o.students(*row, *t))
                .collect(),
        })
        .collect();
    if situations.is_empty() {
        situations.push(Situation {
            period: 0,
            weight: 1.0,
            students: today.clone(),
        });
    }
    let periods = situations.iter().map(|s| s.period + 1).max().unwrap_or(1);
    let mut rules = asked.rules;
    notes.extend(outlook::budgets(snapshot, periods, &mut rules));
    Ok(Reading {
        problem: Problem {
            stage: asked.stage,
            sites,
            blocks,
            travel,
            unit,
            source,
            today,
            situations,
            periods,
            rules,
        },
        notes,
    })
}

/// Gives all sites of the table `sites` standard sizes, and says where none fits.
fn standard(sites: &mut Vec<Site>, sizes: &Sizes) -> Vec<Text> {
    let mut unfit = Vec::new();
    sites.retain_mut(|site| {
        if site.site_id.is_none() || sizes.apply(site) {
            return true;
        }
        unfit.push(site.name.clone());
        !site.offers.is_empty()
    });
    let mut notes = vec![Text::new(
        "新建和扩建按标准班数；各班数的费用按校址表所列规模内插",
        "What is built or extended has a standard number of classes; its cost lies between those of the sites' rows",
    )];
    if !unfit.is_empty() {
        let names: Vec<&str> = unfit.iter().map(String::as_str).collect();
        let (zh, en) = listed(&names);
        notes.push(Text::new(
            format!("所列规模都小于标准班数的校址(新校址不建，现有学校仍按所列规模)：{zh}"),
            format!("Sites whose rows are below every standard size (new ones are not built on, schools keep their rows): {en}"),
        ));
    }
    notes
}

/// The tables a layout plan uses.
pub const TABLES: &[TableId] = &[
    TableId::County,
    TableId::Schools,
    TableId::Sections,
    TableId::Blocks,
    TableId::TravelPrimary,
    TableId::TravelJunior,
    TableId::Sites,
    TableId::Adjacency,
    TableId::Roads,
    TableId::Budgets,
];

/// The column of children of a stage.
pub(super) fn children_of(stage: Stage) -> Field {
    match stage {
        Stage::Junior => Field::ChildrenJunior,
        _ => Field::ChildrenPrimary,
    }
}

fn limit_without_metres(stage: Stage) -> Finding {
    Finding::of_table(
        "layout_limit_without_metres",
        if stage == Stage::Junior {
            TableId::TravelJunior
        } else {
            TableId::TravelPrimary
        },
        Text::new(
            "出行表给的是总成本，没有路程，不能按最远路程限制",
            "the travel table gives costs, not metres: a limit in metres cannot be kept",
        ),
        Text::new(
            "去掉 --max-metres，或在出行表中改填 metres",
            "leave out --max-metres, or give metres in the travel table",
        ),
    )
}

/// All but those at some places, which ascend.
fn without<T>(all: Vec<T>, places: &[usize]) -> Vec<T> {
    let kept = all.into_iter().enumerate();
    kept.filter(|(at, _)| places.binary_search(at).is_err())
        .map(|(_, one)| one)
        .collect()
}

struct Reader<'a> {
    snapshot: &'a Snapshot,
    stage: Stage,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn table(&mut self, code: &'static str, table: TableId, message: Text, hint: Text) {
        self.findings
            .push(Finding::of_table(code, table, message, hint));
    }

    fn at(&mut self, code: &'static str, (field, row): (Field, usize), message: Text, hint: Text) {
        let found = findings::at(self.snapshot, code, (field, row), message, hint);
        self.findings.push(found);
    }
}
