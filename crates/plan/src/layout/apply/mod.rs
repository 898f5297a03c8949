//! The county with a layout: Snapshot → Snapshot, so that the one evaluator judges it, and the next plan
//! begins where this one ends.

use std::collections::BTreeMap;
use std::ops::Range;

use junheng_core::model::{Field, Snapshot, Stage, Table, TableId};

use super::impact::{Change, change, shown};
use super::plan::Plan;
use super::problem::{Offer, Problem, Site};
use crate::zones;

mod follow;
#[cfg(test)]
mod tests;

/// What goes along when a school closes: people, and what can be carried. Buildings and grounds stay.
const CARRIED: &[Field] = &[
    Field::Boarders,
    Field::SectionClasses,
    Field::Staff,
    Field::FullTimeTeachers,
    Field::TeachersAboveDegree,
    Field::BackboneTeachers,
    Field::PeArtTeachers,
    Field::ItinerantPeArtTeachers,
    Field::CertifiedTeachers,
    Field::Trained360,
    Field::MidTitleTeachers,
    Field::Equipment,
    Field::Computers,
    Field::Books,
    Field::MigrantStudents,
    Field::InZoneStudents,
];

/// The county as it is once the last period of a plan is built, in its most probable scenario.
///
/// Every block belongs to the schools of the plan, and today’s children go along, as
/// with new zones. A school that closes hands its other students, its classes, staff and equipment to the
/// school that takes most of its children, and its past; its buildings and rooms are gone. A school that
/// opens has its places and nothing else: what it will have is missing, not 0. Where a figure of one of
/// two that join is missing, the sum is. What was built is paid: its row of `sites` costs nothing any
/// more, and smaller sizes of it are no choice.
#[must_use]
pub fn apply(snapshot: &Snapshot, problem: &Problem, plan: &Plan) -> Snapshot {
    let stage = problem.stage;
    let last = problem.periods.saturating_sub(1);
    let situation = shown(problem);
    let homes = homes(plan, situation);
    let mut county = snapshot.clone();
    let mut closed = Vec::new();
    for (at, site) in problem.sites.iter().enumerate() {
        let fate = change(problem, plan, last, at);
        if fate == Change::Opens {
            open(&mut county, stage, &site.id);
        }
        if fate == Change::Closes {
            closed.push(site.id.as_str());
        } else if let Some(offer) = plan.offer(problem, last, at) {
            let row = section(&county, stage, &site.id);
            if let Some((row, table)) = row.zip(county.tables.get_mut(&TableId::Sections)) {
                table.set_number(Field::Places, row, offer.places, None);
            }
            if let Some(sites) = county.tables.get_mut(&TableId::Sites) {
                built(sites, stage, site, offer);
            }
        }
    }
    let heirs: Vec<Option<&str>> = closed
        .iter()
        .map(|id| heir(snapshot, problem, &homes, id))
        .collect();
    let named = plan.shares[situation].iter().map(|share| {
        let block = problem.blocks[share.block].id.as_str();
        (block, problem.sites[share.site].id.as_str(), share.part)
    });
    let mut after = zones::apply(&county, stage, named);
    let joined: Vec<(&str, Option<&str>)> = closed.into_iter().zip(heirs).collect();
    for &(id, heir) in &joined {
        close(&mut after, stage, id, heir);
    }
    follow::follow(snapshot, &mut after, stage, &joined);
    for (at, site) in problem.sites.iter().enumerate() {
        let standard = plan.offer(problem, last, at).and_then(|o| o.classes);
        regroup(snapshot, &mut after, stage, &site.id, standard);
    }
    after
}

/// Classes follow the students. A list that does not add up to them any more goes; a section whose
/// students changed has the classes of its standard size, and where none was chosen, nobody knows.
fn regroup(
    before: &Snapshot,
    after: &mut Snapshot,
    stage: Stage,
    school: &str,
    standard: Option<u32>,
) {
    let students =
        |county: &Snapshot| county.number(Field::Students, section(county, stage, school)?);
    let (Some(row), Some(now)) = (section(after, stage, school), students(after)) else {
        return;
    };
    let its = |table: &Table, row: usize| {
        table.text(Field::ClassSchool, row) == Some(school)
            && table.text(Field::ClassStage, row) == Some(stage.id())
    };
    let listed = after
        .table(TableId::Classes)
        .map_or_else(Vec::new, |classes| {
            let rows = (0..classes.rows()).filter(|row| its(classes, *row));
            rows.map(|row| classes.number(Field::ClassStudents, row))
                .collect()
        });
    let known = if listed.is_empty() {
        students(before)
    } else {
        listed.into_iter().sum()
    };
    if known == Some(now) {
        return;
    }
    if let Some(classes) = after.tables.get_mut(&TableId::Classes) {
        classes.retain(|t, r| !its(t, r));
    }
    let Some(sections) = after.tables.get_mut(&TableId::Sections) else {
        return;
    };
    let classes = standard.map_or(f64::NAN, f64::from);
    let largest = (now / classes).ceil();
    for (field, number) in [
        (Field::SectionClasses, classes),
        (Field::LargestClass, largest),
    ] {
        if sections.column(field).is_some() || number.is_finite() {
            sections.set_number(field, row, number, None);
        }
    }
}

/// Where most children of each block go.
fn homes(plan: &Plan, situation: usize) -> Vec<(usize, usize)> {
    let mut most: BTreeMap<usize, (f64, usize)> = BTreeMap::new();
    for share in &plan.shares[situation] {
        let best = most.entry(share.block).or_insert((0.0, share.site));
        if share.part > best.0 {
            *best = (share.part, share.site);
        }
    }
    most.into_iter().map(|(b, (_, site))| (b, site)).collect()
}

/// The school that takes most of the children of one that closes.
fn heir<'a>(
    snapshot: &Snapshot,
    problem: &'a Problem,
    homes: &[(usize, usize)],
    closed: &str,
) -> Option<&'a str> {
    let children = super::read::children_of(problem.stage);
    let rows: BTreeMap<&str, usize> = (0..snapshot.rows(TableId::Blocks))
        .filter_map(|row| Some((snapshot.text(Field::BlockId, row)?, row)))
        .collect();
    let mut taken: BTreeMap<usize, f64> = BTreeMap::new();
    for (block, site) in homes {
        let block = &problem.blocks[*block];
        if block.current.as_deref() == Some(closed) {
            let row = rows.get(block.id.as_str());
            let children = row.and_then(|row| snapshot.number(children, *row));
            *taken.entry(*site).or_default() += children.unwrap_or(0.0);
        }
    }
    // The first of equals, so that it is always the same.
    let most = taken.values().copied().fold(f64::NEG_INFINITY, f64::max);
    let (site, _) = taken.into_iter().find(|(_, n)| *n == most)?;
    Some(&problem.sites[site].id)
}

/// The row of a school's section.
fn section(snapshot: &Snapshot, stage: Stage, school: &str) -> Option<usize> {
    (0..snapshot.rows(TableId::Sections)).find(|row| {
        snapshot.text(Field::SectionSchool, *row) == Some(school)
            && snapshot.text(Field::SectionStage, *row) == Some(stage.id())
    })
}

/// A school on a site, with no students yet.
fn open(county: &mut Snapshot, stage: Stage, id: &str) {
    let (kind, word) = match stage {
        Stage::Primary => (211.0, "小学"),
        Stage::Junior | Stage::Senior => (311.0, "初中"),
    };
    let site =
        (0..county.rows(TableId::Sites)).find(|row| county.text(Field::SiteId, *row) == Some(id));
    let number = |field| site.and_then(|row| county.number(field, row));
    let (lon, lat) = (number(Field::SiteLon), number(Field::SiteLat));
    let datum = site
        .and_then(|row| county.text(Field::SiteDatum, row))
        .map(str::to_owned);
    let schools = county.tables.entry(TableId::Schools).or_default();
    let row = schools.push_row();
    schools.set_text(Field::SchoolId, row, id, None);
    schools.set_text(Field::SchoolName, row, format!("新建{word} {id}"), None);
    schools.set_number(Field::SchoolKind, row, kind, None);
    if let Some((lon, lat)) = lon.zip(lat) {
        schools.set_number(Field::SchoolLon, row, lon, None);
        schools.set_number(Field::SchoolLat, row, lat, None);
    }
    if let Some(datum) = datum {
        schools.set_text(Field::SchoolDatum, row, datum, None);
    }
    let sections = county.tables.entry(TableId::Sections).or_default();
    let row = sections.push_row();
    sections.set_text(Field::SectionSchool, row, id, None);
    sections.set_text(Field::SectionStage, row, stage.id(), None);
    sections.set_number(Field::Students, row, 0.0, None);
    // From now on the site asks about a school that stands.
    if let Some(sites) = county.tables.get_mut(&TableId::Sites) {
        for row in 0..sites.rows() {
            if sites.text(Field::SiteId, row) == Some(id) {
                sites.set_text(Field::SiteExisting, row, id, None);
            }
        }
    }
}

/// The rows of a site that stands in this size.
fn built(sites: &mut Table, stage: Stage, site: &Site, offer: &Offer) {
    let Some(id) = site.site_id.as_deref() else {
        return;
    };
    let its = |t: &Table, r: usize| {
        t.text(Field::SiteId, r) == Some(id)
            && t.text(Field::SiteStage, r).is_none_or(|s| s == stage.id())
    };
    let places = |t: &Table, r: usize| t.number(Field::SitePlaces, r);
    sites.retain(|t, r| !its(t, r) || places(t, r).is_none_or(|p| p >= offer.places));
    for row in 0..sites.rows() {
        if its(sites, row) && places(sites, row) == Some(offer.places) {
            sites.set_number(Field::SiteCost, row, 0.0, None);
        }
    }
}

/// Takes a section away; what can be carried goes to its heir.
fn close(after: &mut Snapshot, stage: Stage, id: &str, heir: Option<&str>) {
    let Some(row) = section(after, stage, id) else {
        return;
    };
    let into = heir.and_then(|heir| section(after, stage, heir));
    if let Some((into, table)) = into.zip(after.tables.get_mut(&TableId::Sections)) {
        let sum =
            |table: &Table, field| Some(table.number(field, into)? + table.number(field, row)?);
        // Those of its students that no block accounts for.
        if let Some(students) = sum(table, Field::Students) {
            table.set_number(Field::Students, into, students, None);
        }
        for field in CARRIED {
            if table.column(*field).is_some() {
                let together = sum(table, *field).unwrap_or(f64::NAN);
                table.set_number(*field, into, together, None);
            }
        }
    }
    let stays = |table: &Table, school: Field, of: Field, row: usize| {
        table.text(school, row) != Some(id) || table.text(of, row) != Some(stage.id())
    };
    let gone = (0..after.rows(TableId::Sections))
        .all(|r| r == row || after.text(Field::SectionSchool, r) != Some(id));
    for (table_id, table) in &mut after.tables {
        match table_id {
            TableId::Sections => {
                table.retain(|t, r| stays(t, Field::SectionSchool, Field::SectionStage, r));
            }
            TableId::Rooms => table.retain(|t, r| stays(t, Field::RoomSchool, Field::RoomStage, r)),
            TableId::Classes => {
                hand_over(
                    table,
                    (Field::ClassSchool, Field::ClassStage),
                    stage,
                    id,
                    heir,
                );
            }
            TableId::Teachers => {
                hand_over(
                    table,
                    (Field::TeacherSchool, Field::TeacherStage),
                    stage,
                    id,
                    heir,
                );
                forget(table, id, gone);
            }
            TableId::Sites => {
                table.retain(|t, r| stays(t, Field::SiteExisting, Field::SiteStage, r));
            }
            TableId::EnrolmentHistory => inherit(table, stage, id, heir, gone),
            TableId::Housing => {
                let field = match stage {
                    Stage::Junior => Field::HousingJunior,
                    _ => Field::HousingPrimary,
                };
                for r in 0..table.rows() {
                    if table.text(field, r) == Some(id) {
                        table.set_text(field, r, heir.unwrap_or_default(), None);
                    }
                }
            }
            TableId::TravelPrimary if stage == Stage::Primary => {
                table.retain(|t, r| t.text(Field::TravelPrimarySchool, r) != Some(id));
            }
            TableId::TravelJunior if stage == Stage::Junior => {
                table.retain(|t, r| t.text(Field::TravelJuniorSchool, r) != Some(id));
            }
            TableId::Schools if gone => {
                table.retain(|t, r| t.text(Field::SchoolId, r) != Some(id));
                for r in 0..table.rows() {
                    if table.text(Field::ParentSchool, r) == Some(id) {
                        table.set_text(Field::ParentSchool, r, "", None);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The grades of a stage.
fn grades(stage: Stage) -> Range<f64> {
    if stage == Stage::Primary {
        1.0..7.0
    } else {
        7.0..10.0
    }
}

/// The past of a closed section becomes part of the heir's, year by year and grade by grade; without
/// an heir it goes.
fn inherit(history: &mut Table, stage: Stage, id: &str, heir: Option<&str>, gone: bool) {
    let grades = grades(stage);
    let key = |t: &Table, r: usize| {
        let year = t.number(Field::HistoryYear, r)? as i64;
        Some((year, t.number(Field::HistoryGrade, r)? as i64))
    };
    let of = |t: &Table, r: usize, school: &str| t.text(Field::HistorySchool, r) == Some(school);
    let its = |t: &Table, r: usize| {
        let grade = t.number(Field::HistoryGrade, r);
        of(t, r, id) && grade.is_some_and(|g| grades.contains(&g))
    };
    if let Some(heir) = heir {
        let rows: BTreeMap<(i64, i64), usize> = (0..history.rows())
            .filter(|r| of(history, *r, heir))
            .filter_map(|r| Some((key(history, r)?, r)))
            .collect();
        for row in (0..history.rows())
            .filter(|r| its(history, *r))
            .collect::<Vec<_>>()
        {
            let into = key(history, row).and_then(|k| rows.get(&k));
            let Some(&into) = into else {
                history.set_text(Field::HistorySchool, row, heir, None);
                continue;
            };
            let of = |r| history.number(Field::HistoryStudents, r);
            let both = of(into).zip(of(row)).map_or(f64::NAN, |(a, b)| a + b);
            history.set_number(Field::HistoryStudents, into, both, None);
        }
    }
    history.retain(|t, r| !(its(t, r) || (gone && of(t, r, id))));
}

/// Rows of a closed section become the heir's; without one they go. A class keeps its name behind that of
/// the school it comes from, so that no two are called the same.
fn hand_over(
    table: &mut Table,
    (school, of): (Field, Field),
    stage: Stage,
    id: &str,
    heir: Option<&str>,
) {
    let its =
        |t: &Table, r: usize| t.text(school, r) == Some(id) && t.text(of, r) == Some(stage.id());
    let Some(heir) = heir else {
        table.retain(|t, r| !its(t, r));
        return;
    };
    for row in 0..table.rows() {
        if its(table, row) {
            table.set_text(school, row, heir, None);
            if let Some(class) = table.text(Field::ClassName, row).map(str::to_owned) {
                table.set_text(Field::ClassName, row, format!("{id}-{class}"), None);
            }
        }
    }
}

/// Nobody wishes to go to a school that is gone.
fn forget(teachers: &mut Table, id: &str, gone: bool) {
    for row in 0..teachers.rows() {
        let Some(wishes) = teachers.text(Field::Wishes, row).filter(|_| gone) else {
            continue;
        };
        let left: Vec<&str> = wishes.split(';').filter(|w| w.trim() != id).collect();
        let left = left.join(";");
        teachers.set_text(Field::Wishes, row, left, None);
    }
}
