//! A zone problem from a snapshot.

mod enrolled;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::finding::Finding;
use junheng_core::model::{Field, Snapshot, Stage, TableId, is_special};
use junheng_core::text::Text;

use super::problem::{Block, Contiguity, Current, Problem, Rules, School};
use crate::findings::at;
use crate::transport::Costs;
use crate::travel::{Travel, Unit, listed, travel_table};
use rules::Known;

/// The tables a zone plan of a stage uses.
#[must_use]
pub fn tables(stage: Stage) -> Vec<TableId> {
    vec![
        TableId::County,
        TableId::Schools,
        TableId::Sections,
        TableId::Blocks,
        TableId::Adjacency,
        travel_table(stage),
        TableId::Sites,
        TableId::Roads,
    ]
}

/// A problem and what was noted on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The problem.
    pub problem: Problem,
    /// Notes: how travel was found, what was taken for granted.
    pub notes: Vec<Text>,
}

/// Reads a zone problem, or says all that stands in the way.
///
/// # Errors
///
/// Findings: no schools or blocks of the stage, blank places or children, a rule that the data
/// cannot carry, ids of locks that lead nowhere.
pub fn read(snapshot: &Snapshot, stage: Stage, rules: Rules) -> Result<Reading, Vec<Finding>> {
    let mut findings = Vec::new();
    let mut notes = Vec::new();
    let (mut schools, homes) = schools(snapshot, stage, &mut findings, &mut notes);
    let by_school: BTreeMap<String, usize> = ids(schools.iter().map(|s| &s.id));
    let before = findings.len();
    let blocks = blocks(snapshot, stage, &by_school, &mut findings);
    let left_out = findings.len() > before;
    let by_block: BTreeMap<String, usize> = ids(blocks.iter().map(|b| &b.id));
    let (mut lost, mut homeless) = (Vec::new(), Vec::new());
    for (school, home) in schools.iter_mut().zip(homes) {
        school.home = home.and_then(|id| by_block.get(id).copied());
        match home {
            Some(id) if school.home.is_none() => lost.push(format!("{}({id})", school.name)),
            None => homeless.push(school.name.clone()),
            Some(_) => {}
        }
    }
    if schools.is_empty() {
        findings.push(no_schools(stage));
    }
    if blocks.is_empty() && !left_out {
        findings.push(no_blocks());
    }
    let known = Known {
        snapshot,
        rules: &rules,
        blocks: &blocks,
        by_block: &by_block,
        by_school: &by_school,
    };
    let locked = known.locks(&mut findings);
    let locked_zones = known.locked_zones(&schools, &mut findings);
    let groups = known.groups(&schools, &mut findings);
    let figures = known.figures(&mut findings);
    let together = known.together();
    if !findings.is_empty() {
        return Err(findings);
    }
    let destinations: Vec<&str> = schools.iter().map(|s| s.id.as_str()).collect();
    let travel = Travel::new(snapshot, stage, &destinations);
    let findings = metres_of_cost(stage, &rules, travel.unit);
    if !findings.is_empty() {
        return Err(findings);
    }
    let mut costs = Costs::new(blocks.len(), schools.len());
    for (at, block) in blocks.iter().enumerate() {
        let row = costs.row_mut(at);
        for (school, value) in travel.of(block.row) {
            if rules.max_metres.is_none_or(|most| value <= most) {
                row[school] = value;
            }
        }
    }
    notes.splice(0..0, travel.notes.iter().cloned());
    let given = snapshot.table(TableId::Adjacency).is_some();
    for &school in &locked_zones {
        // As it is today: the school may stand outside, and nobody joins.
        let today = |block: &Block| block.current == Current::School(school);
        schools[school].home = schools[school].home.filter(|h| today(&blocks[*h]));
        for (at, _) in blocks.iter().enumerate().filter(|(_, b)| !today(b)) {
            costs.row_mut(at)[school] = f64::INFINITY;
        }
    }
    if rules.contiguity == Some(Contiguity::NotWorse) {
        notes.extend(standing_outside(&blocks, &mut schools));
    }
    if rules.grandfather {
        let stage = (stage, rules.siblings);
        notes.extend(enrolled::read(snapshot, stage, &blocks, &mut schools));
    }
    let (contiguity, told) = contiguity(rules.contiguity, given, (&lost, &homeless))?;
    notes.extend(told);
    let problem = Problem {
        stage,
        travel: costs,
        unit: travel.unit,
        source: travel.source,
        neighbours: neighbours(snapshot, &by_block, blocks.len()),
        contiguity,
        figures,
        locked,
        together,
        locked_zones,
        groups,
        today: Vec::new(),
        blocks,
        schools,
        rules,
    };
    notes.extend(locked_in_pieces(&problem));
    Ok(Reading { problem, notes })
}

fn no_schools(stage: Stage) -> Finding {
    let (zh, en) = (stage.title().zh, stage.title().en);
    Finding::of_table(
        "zones_no_schools",
        TableId::Sections,
        Text::new(
            format!("没有{zh}学段的学校"),
            format!("no school has a section of the stage {en}"),
        ),
        Text::new(
            "在学段表中填写该学段的学校和学位数",
            "give the sections of this stage with their places",
        ),
    )
}

fn no_blocks() -> Finding {
    Finding::of_table(
        "zones_no_blocks",
        TableId::Blocks,
        Text::new("没有居住单元", "there are no blocks"),
        Text::new("填写居住单元表", "give the table blocks"),
    )
}

/// Rules in metres where the travel table gives costs.
fn metres_of_cost(stage: Stage, rules: &Rules, unit: Unit) -> Vec<Finding> {
    let asked = [
        (rules.stay_metres > 0.0, "--stay-metres"),
        (rules.max_metres.is_some(), "--max-metres"),
    ];
    let asked = asked.iter().filter(|a| a.0 && unit == Unit::Cost);
    let finding = |(_, option): &(bool, &str)| {
        Finding::of_table(
            "zones_metres_with_cost",
            travel_table(stage),
            Text::new(
                format!("出行表给的是总成本，不是路程，{option} 无从换算"),
                format!("the travel table gives costs, not metres: {option} has no meaning"),
            ),
            Text::new(
                format!("去掉 {option}，或在出行表中改填 metres"),
                format!("leave out {option}, or give metres in the travel table"),
            ),
        )
    };
    asked.map(finding).collect()
}

/// The contiguity that the data allow, with notes; `given` says whether there is a table adjacency,
/// then schools whose block is not in the table, and those without one.
fn contiguity(
    asked: Option<Contiguity>,
    given: bool,
    (lost, homeless): (&[String], &[String]),
) -> Result<(Contiguity, Option<Text>), Vec<Finding>> {
    let contiguity = match asked {
        None if given => Contiguity::Adjacency,
        None => Contiguity::Off,
        Some(asked) => asked,
    };
    if contiguity == Contiguity::Off {
        let note = Text::new(
            "没有相邻表，学区未要求连成一片",
            "There is no table adjacency, so zones are not kept in one piece",
        );
        return Ok((contiguity, asked.is_none().then_some(note)));
    }
    if !given {
        return Err(vec![Finding::of_table(
            "zones_no_adjacency",
            TableId::Adjacency,
            Text::new(
                "没有相邻表，无法要求学区连成一片",
                "without the table adjacency zones cannot be kept in one piece",
            ),
            Text::new(
                "填写相邻表，或用 --contiguity off",
                "give the table adjacency, or use --contiguity off",
            ),
        )]);
    }
    if !lost.is_empty() {
        let (zh, en) = listed(&words(lost));
        return Err(vec![Finding::of_table(
            "zones_own_block_unknown",
            TableId::Schools,
            Text::new(
                format!("所在居住单元在居住单元表中找不到，或没有填写学生数：{zh}"),
                format!(
                    "the block where a school stands is not in blocks, or has no children given: {en}"
                ),
            ),
            Text::new(
                "改正 block_id，或补上那个居住单元，或用 --contiguity off",
                "correct block_id, add that block, or use --contiguity off",
            ),
        )]);
    }
    let (zh, en) = listed(&words(homeless));
    let note = Text::new(
        format!("没有填写所在居住单元、学区不一定包含学校自身的：{zh}"),
        format!("Schools without block_id, whose zone may not contain them: {en}"),
    );
    Ok((contiguity, (!homeless.is_empty()).then_some(note)))
}

/// Zones that are kept as they are though others must be in one piece.
fn locked_in_pieces(problem: &Problem) -> Option<Text> {
    if problem.contiguity != Contiguity::Adjacency || problem.locked_zones.is_empty() {
        return None;
    }
    let pieces = problem.pieces_today();
    let apart = problem.locked_zones.iter().filter(|s| pieces[**s] > 1);
    let apart: Vec<&str> = apart.map(|s| problem.schools[*s].name.as_str()).collect();
    let (zh, en) = listed(&apart);
    (!apart.is_empty()).then(|| {
        Text::new(
            format!("按现状锁定的学区现在就不连成一片，照旧：{zh}"),
            format!("Locked zones that lie in several pieces today and stay so: {en}"),
        )
    })
}

/// Zones no worse than today: a school that stands outside its zone today may stay there. Says so.
fn standing_outside(blocks: &[Block], schools: &mut [School]) -> Option<Text> {
    let mut outside = Vec::new();
    for (at, school) in schools.iter_mut().enumerate() {
        let today = |block: &Block| block.current == Current::School(at);
        let elsewhere =
            |home: &usize| !today(&blocks[*home]) && blocks[*home].current != Current::Blank;
        if school.home.is_some_and(|h| elsewhere(&h)) && blocks.iter().any(today) {
            school.home = None;
            outside.push(school.name.as_str());
        }
    }
    let (zh, en) = listed(&outside);
    (!outside.is_empty()).then(|| {
        Text::new(
            format!("现在就不在自己学区内的学校，方案中也可以不在：{zh}"),
            format!("Schools outside their zone today, which may stay outside: {en}"),
        )
    })
}

fn words(all: &[String]) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}

fn ids<'a>(ids: impl Iterator<Item = &'a String>) -> BTreeMap<String, usize> {
    ids.enumerate().map(|(at, id)| (id.clone(), at)).collect()
}

/// Vocational junior schools (职业初中).
const VOCATIONAL: f64 = 321.0;

/// Schools with a section of the stage by id, and the blocks where they stand. Special-education
/// schools have no zone; private ones admit from the whole county by lot and vocational ones by
/// choice, and have a zone only where a block has it today.
fn schools<'a>(
    snapshot: &'a Snapshot,
    stage: Stage,
    findings: &mut Vec<Finding>,
    notes: &mut Vec<Text>,
) -> (Vec<School>, Vec<Option<&'a str>>) {
    let mut about: BTreeMap<&str, usize> = BTreeMap::new();
    for row in 0..snapshot.rows(TableId::Schools) {
        if let Some(id) = snapshot.text(Field::SchoolId, row) {
            about.entry(id).or_insert(row);
        }
    }
    let current = current(stage);
    let zoned: BTreeSet<&str> = (0..snapshot.rows(TableId::Blocks))
        .filter_map(|row| snapshot.text(current, row))
        .collect();
    let (mut private, mut vocational) = (Vec::new(), Vec::new());
    let mut found: BTreeMap<&str, (School, Option<&str>)> = BTreeMap::new();
    for row in 0..snapshot.rows(TableId::Sections) {
        if snapshot.text(Field::SectionStage, row) != Some(stage.id()) {
            continue;
        }
        let Some(id) = snapshot.text(Field::SectionSchool, row) else {
            continue;
        };
        let school = about.get(id).copied();
        let kind = school.and_then(|s| snapshot.number(Field::SchoolKind, s));
        if kind.is_some_and(is_special) {
            continue;
        }
        let name = school
            .and_then(|s| snapshot.text(Field::SchoolName, s))
            .unwrap_or(id);
        let owner = school.and_then(|s| snapshot.text(Field::Owner, s));
        if kind == Some(VOCATIONAL) && !zoned.contains(id) {
            vocational.push(name);
            continue;
        }
        if owner == Some("private") && !zoned.contains(id) {
            private.push(name);
            continue;
        }
        let Some(places) = snapshot.number(Field::Places, row) else {
            findings.push(at(
                snapshot,
                "zones_places_blank",
                (Field::Places, row),
                Text::new(
                    format!("{name} 没有填写学位数"),
                    format!("{name} has no number of places"),
                ),
                Text::new(
                    "填写 places(学位数)；没有学位填 0",
                    "give places; 0 where there are none",
                ),
            ));
            continue;
        };
        let home = school.and_then(|s| snapshot.text(Field::SchoolBlock, s));
        let school = School {
            id: id.to_owned(),
            name: name.to_owned(),
            places,
            home: None,
            enrolled: 0.0,
        };
        found.entry(id).or_insert((school, home));
    }
    if !private.is_empty() {
        let (zh, en) = listed(&private);
        notes.push(Text::new(
            format!("民办学校面向全县摇号招生，不划学区，其学位未计入：{zh}"),
            format!("Private schools admit from the whole county by lot: no zones, and their places are not counted: {en}"),
        ));
    }
    if !vocational.is_empty() {
        let (zh, en) = listed(&vocational);
        notes.push(Text::new(
            format!("职业初中面向全县招生，不划学区，其学位未计入：{zh}"),
            format!("Vocational junior schools admit from the whole county: no zones, and their places are not counted: {en}"),
        ));
    }
    found.into_values().unzip()
}

/// The column of blocks with their schools of today.
fn current(stage: Stage) -> Field {
    if stage == Stage::Junior {
        Field::CurrentJunior
    } else {
        Field::CurrentPrimary
    }
}

/// Blocks by id.
fn blocks(
    snapshot: &Snapshot,
    stage: Stage,
    schools: &BTreeMap<String, usize>,
    findings: &mut Vec<Finding>,
) -> Vec<Block> {
    let current = current(stage);
    let children = if stage == Stage::Junior {
        Field::ChildrenJunior
    } else {
        Field::ChildrenPrimary
    };
    let mut found: BTreeMap<&str, Block> = BTreeMap::new();
    let mut blank = Vec::new();
    for row in 0..snapshot.rows(TableId::Blocks) {
        let Some(id) = snapshot.text(Field::BlockId, row) else {
            continue;
        };
        let name = snapshot.text(Field::BlockName, row).unwrap_or(id);
        let Some(children) = snapshot.number(children, row) else {
            blank.push((name, row));
            continue;
        };
        let current = match snapshot.text(current, row) {
            None => Current::Blank,
            Some(id) => schools
                .get(id)
                .map_or(Current::Elsewhere, |s| Current::School(*s)),
        };
        let block = Block {
            id: id.to_owned(),
            name: name.to_owned(),
            row,
            children,
            current,
        };
        found.entry(id).or_insert(block);
    }
    if let Some((_, first)) = blank.first() {
        let names: Vec<&str> = blank.iter().map(|b| b.0).collect();
        let (zh, en) = listed(&names);
        findings.push(at(
            snapshot,
            "zones_children_blank",
            (children, *first),
            Text::new(
                format!("没有填写 {} 的居住单元：{zh}", children.about().zh),
                format!("blocks without {}: {en}", children.about().en),
            ),
            Text::new(
                "填写人数；没有学龄儿童填 0",
                "give the number; 0 where there are no children",
            ),
        ));
    }
    found.into_values().collect()
}

fn neighbours(
    snapshot: &Snapshot,
    blocks: &BTreeMap<String, usize>,
    count: usize,
) -> Vec<Vec<u32>> {
    let mut neighbours = vec![Vec::new(); count];
    for row in 0..snapshot.rows(TableId::Adjacency) {
        let end = |field| {
            snapshot
                .text(field, row)
                .and_then(|id| blocks.get(id).copied())
        };
        if let (Some(a), Some(b)) = (end(Field::AdjacentA), end(Field::AdjacentB))
            && a != b
        {
            neighbours[a].push(b as u32);
            neighbours[b].push(a as u32);
        }
    }
    for list in &mut neighbours {
        list.sort_unstable();
        list.dedup();
    }
    neighbours
}
