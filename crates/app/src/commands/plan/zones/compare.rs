//! `plan zones --compare`: plans of others, today's zones and ours by one yardstick.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clap::{Arg, ArgAction, ArgMatches};
use junheng_core::finding::{Finding, Place};
use junheng_core::text::{Lang, Text};
use junheng_intake::log::{error, quoted};
use junheng_intake::plans::{self, Content, Figures, Given, Row};
use junheng_plan::travel::listed;
use junheng_plan::zones::{Outcome, Problem, Standing};

use super::out::{self, OutFile};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::input;

/// A plan in the table: figures that are not known are `None`.
pub(crate) struct Compared {
    pub(crate) name: Text,
    /// `today`, `planned`, `assignment`, or `published`: figures of others, not checked here.
    pub(crate) origin: &'static str,
    pub(crate) student_km: Option<f64>,
    pub(crate) mean_metres: Option<f64>,
    pub(crate) moved_students: Option<f64>,
    pub(crate) greatest_load: Option<f64>,
    pub(crate) least_load: Option<f64>,
    pub(crate) extra_pieces: Option<f64>,
    /// Rules that it breaks, and how often; `None` where only figures are known.
    pub(crate) broken: Option<Vec<(&'static str, Text, usize)>>,
}

/// The option.
pub(super) fn option(words: Words) -> Arg {
    words
        .option(
            "compare",
            "FILE",
            "与别的方案按同一尺度列表比较，可重复：CSV 或工作簿，block_id,school_id(可加 plan、share)，或公布的数字 plan,mean_km,moved_students,greatest_load,extra_pieces",
            "Set other plans beside ours by the same yardstick; may be repeated: block_id,school_id (and plan, share), or published figures plan,mean_km,moved_students,greatest_load,extra_pieces",
        )
        .action(ArgAction::Append)
}

/// The plans that the option names; none where it is not given.
pub(super) fn read(matches: &ArgMatches) -> Result<Vec<Given>, Failure> {
    let mut given = Vec::new();
    for name in cli::texts(matches, "compare") {
        for file in input::load(Path::new(&name))? {
            given.extend(plans::read(&file).map_err(Failure::Refused)?);
        }
    }
    Ok(given)
}

/// The table: today, our plans, theirs; empty where nothing is compared.
pub(super) fn table(
    problem: &Problem,
    outcome: &Outcome,
    given: &[Given],
) -> Result<Vec<Compared>, Failure> {
    if given.is_empty() {
        return Ok(Vec::new());
    }
    let mut table = Vec::new();
    let today = Text::new("现行学区", "zones of today");
    table.extend(Standing::of_today(problem).map(|s| judged(today, "today", &s)));
    for (at, plan) in outcome.plans.iter().enumerate() {
        let number = at + 1;
        let name = Text::new(
            format!("本程序方案 {number}"),
            format!("this plan {number}"),
        );
        table.push(judged(name, "planned", &Standing::of(problem, plan)));
    }
    let mut findings = Vec::new();
    for plan in given {
        let name = Text::new(plan.name.clone(), plan.name.clone());
        match &plan.content {
            Content::Figures(figures) => table.push(published(problem, name, *figures)),
            Content::Assignment(rows) => match shares(problem, &plan.name, rows) {
                Ok(shares) => {
                    table.push(judged(
                        name,
                        "assignment",
                        &Standing::of_shares(problem, shares),
                    ));
                }
                Err(found) => findings.extend(found),
            },
        }
    }
    if findings.is_empty() {
        Ok(table)
    } else {
        Err(Failure::Refused(findings))
    }
}

/// The table as `compared.csv`; none where nothing is compared.
pub(super) fn file(plans: &[Compared], lang: Lang) -> Result<Option<OutFile>, Failure> {
    if plans.is_empty() {
        return Ok(None);
    }
    let header = [
        "plan",
        "origin",
        "student_km",
        "mean_metres",
        "moved_students",
        "greatest_load",
        "least_load",
        "extra_pieces",
        "broken",
    ];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    for plan in plans {
        let mut row = vec![plan.name.get(lang).to_owned(), plan.origin.to_owned()];
        let figures = [
            plan.student_km,
            plan.mean_metres,
            plan.moved_students,
            plan.greatest_load,
            plan.least_load,
            plan.extra_pieces,
        ];
        row.extend(figures.map(|x| x.map_or(String::new(), |x| x.to_string())));
        let broken = plan.broken.iter().flatten();
        let broken: Vec<String> = broken.map(|(rule, _, n)| format!("{rule} {n}")).collect();
        row.push(broken.join("; "));
        rows.push(row);
    }
    let bytes = out::table(&rows).map_err(|e| Failure::file(Path::new("compared.csv"), &e))?;
    Ok(Some(("compared.csv".to_owned(), bytes)))
}

fn judged(name: Text, origin: &'static str, standing: &Standing) -> Compared {
    let mut kinds: BTreeMap<&'static str, (Text, usize)> = BTreeMap::new();
    for broken in &standing.broken {
        let (id, text) = broken.kind();
        kinds.entry(id).or_insert((text, 0)).1 += 1;
    }
    let broken = kinds
        .into_iter()
        .map(|(id, (text, count))| (id, text, count));
    Compared {
        name,
        origin,
        student_km: standing.student_km,
        mean_metres: standing.mean_metres,
        moved_students: Some(standing.moved_students),
        greatest_load: standing.greatest_load,
        least_load: standing.least_load,
        extra_pieces: standing.extra_pieces.map(f64::from),
        broken: Some(broken.collect()),
    }
}

/// What others published, as it is; student-kilometres are their mean way times our children.
fn published(problem: &Problem, name: Text, figures: Figures) -> Compared {
    let children: f64 = problem.blocks.iter().map(|b| b.children).sum();
    Compared {
        name,
        origin: "published",
        student_km: figures.mean_metres.map(|m| m * children / 1000.0),
        mean_metres: figures.mean_metres,
        moved_students: figures.moved_students,
        greatest_load: figures.greatest_load,
        least_load: figures.least_load,
        extra_pieces: figures.extra_pieces,
        broken: None,
    }
}

/// Who goes where, or what is wrong with the rows.
fn shares(
    problem: &Problem,
    plan: &str,
    rows: &[Row],
) -> Result<Vec<Vec<(usize, f64)>>, Vec<Finding>> {
    let blocks: BTreeMap<&str, usize> = index(problem.blocks.iter().map(|b| b.id.as_str()));
    let schools: BTreeMap<&str, usize> = index(problem.schools.iter().map(|s| s.id.as_str()));
    let mut findings = Vec::new();
    let mut shares: Vec<BTreeMap<usize, f64>> = vec![BTreeMap::new(); problem.blocks.len()];
    for row in rows {
        let block = blocks.get(row.block.as_str());
        let school = schools.get(row.school.as_str());
        let (Some(block), Some(school)) = (block, school) else {
            let (thing, named, id) = match block {
                None => ("居住单元", "block", &row.block),
                Some(_) => ("学校", "school of this stage", &row.school),
            };
            findings.push(wrong(
                "plans_unknown",
                row.place.clone(),
                Text::new(
                    format!("没有{thing}“{}”", quoted(id)),
                    format!("there is no {named} “{}”", quoted(id)),
                ),
            ));
            continue;
        };
        if row.share <= 0.0 || row.share > 1.0 {
            findings.push(wrong(
                "plans_share",
                row.place.clone(),
                Text::new(
                    format!("比例 {} 不在 0 与 1 之间", row.share),
                    format!("the share {} is not between 0 and 1", row.share),
                ),
            ));
        } else if shares[*block].insert(*school, row.share).is_some() {
            findings.push(wrong(
                "plans_twice",
                row.place.clone(),
                Text::new(
                    format!("居住单元“{}”重复", quoted(&row.block)),
                    format!("block “{}” stands there twice", quoted(&row.block)),
                ),
            ));
        }
    }
    let named: BTreeSet<&str> = rows.iter().map(|r| r.block.as_str()).collect();
    let missing = problem
        .blocks
        .iter()
        .filter(|b| !named.contains(b.id.as_str()));
    let missing: Vec<&str> = missing.map(|b| b.name.as_str()).collect();
    if !missing.is_empty() {
        let (zh, en) = listed(&missing);
        let file = rows.first().map_or_else(Place::default, |row| Place {
            row: None,
            ..row.place.clone()
        });
        findings.push(wrong(
            "plans_missing",
            file,
            Text::new(
                format!("方案“{}”没有划分：{zh}", quoted(plan)),
                format!("the plan “{}” gives no school to {en}", quoted(plan)),
            ),
        ));
    }
    if findings.is_empty() {
        Ok(shares
            .into_iter()
            .map(|s| s.into_iter().collect())
            .collect())
    } else {
        Err(findings)
    }
}

fn wrong(code: &'static str, place: Place, message: Text) -> Finding {
    let hint = Text::new(
        "改正 --compare 文件中的这一处",
        "correct it in the file of --compare",
    );
    error(code, place, message, hint)
}

fn index<'a>(ids: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    ids.enumerate().map(|(at, id)| (id, at)).collect()
}
