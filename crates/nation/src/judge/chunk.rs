//! Some counties at once: rows gathered to a frame, each county judged on it.

use junheng_core::evaluate::{Columns, Desk, Frame, Judgement, Resource, Rules, Scope, SectionRow};
use junheng_core::model::{Stage, TableId};
use junheng_core::verdict::Verdict;

use super::result::{Coefficient, County, Short};
use super::{Place, Segment};
use crate::input::{Part, Wanted};

/// What all chunks share.
pub(super) struct Work<'a> {
    pub(super) parts: &'a [Part],
    pub(super) wanted: &'a Wanted,
    pub(super) details: bool,
}

/// Judged counties, sections that are given twice, and values that cannot be by wanted field.
pub(super) struct Judged {
    pub(super) counties: Vec<County>,
    pub(super) repeated: Vec<String>,
    pub(super) impossible: Vec<usize>,
}

/// Schools of a chunk: which section belongs to which, and which are given twice.
#[derive(Default)]
struct Schools {
    of: Vec<Option<usize>>,
    number: usize,
    repeated: Vec<String>,
}

pub(super) fn judge(
    work: &Work<'_>,
    rules: &Rules<'_>,
    standard: usize,
    places: &[Place],
) -> Judged {
    let mut schools = Schools::default();
    for place in places {
        schools.add(work, place);
    }
    let (columns, impossible) = columns(work, places, &schools);
    let frame = Frame::of(columns, rules.standard());
    let mut first = 0;
    let mut desk = Desk::default();
    let counties = places.iter().map(|place| {
        let rows = first..first + place.rows;
        first = rows.end;
        county(work, rules, standard, place, &frame, rows, &mut desk)
    });
    Judged {
        counties: counties.collect(),
        repeated: schools.repeated,
        impossible,
    }
}

/// Every row of a place, as (part, row).
fn rows<'a>(work: &Work<'a>, place: &Place) -> impl Iterator<Item = (&'a Part, usize)> {
    let parts = work.parts;
    place.segments.iter().flat_map(move |s| {
        let part = &parts[s.part];
        (s.first..s.first + s.rows).map(move |row| (part, row))
    })
}

impl Schools {
    /// Numbers a county's schools by their ids; a blank id is no school.
    fn add(&mut self, work: &Work<'_>, place: &Place) {
        let start = (self.of.len(), self.number);
        // Files are mostly sorted; then no order need be made.
        if self.add_sorted(work, place).is_some() {
            return;
        }
        self.of.truncate(start.0);
        self.number = start.1;
        let all: Vec<(&str, Option<Stage>)> = rows(work, place)
            .map(|(part, row)| (part.school(row), part.stages[row]))
            .collect();
        self.of.resize(start.0 + all.len(), None);
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by_key(|n| all[*n].0);
        let mut last = Last::default();
        for n in order {
            let (id, stage) = all[n];
            if id.is_empty() {
                continue;
            }
            let repeated = last.meet(id, stage, &mut self.number);
            self.of[start.0 + n] = Some(self.number - 1);
            if let Some(stage) = repeated {
                let what = format!("{} {id} {}", place.code, stage.id());
                self.repeated.push(what);
            }
        }
    }

    /// The same where rows are in the order of the ids, none given twice; `None` where they are not.
    fn add_sorted(&mut self, work: &Work<'_>, place: &Place) -> Option<()> {
        let mut last = Last::default();
        for (part, row) in rows(work, place) {
            let id = part.school(row);
            if id.is_empty() {
                self.of.push(None);
                continue;
            }
            if id < last.id || last.meet(id, part.stages[row], &mut self.number).is_some() {
                return None;
            }
            self.of.push(Some(self.number - 1));
        }
        Some(())
    }
}

/// The school that rows belong to, one after another in the order of their ids.
#[derive(Default)]
struct Last<'a> {
    id: &'a str,
    seen: [bool; 3],
}

impl<'a> Last<'a> {
    /// Goes on to the school `id`, a new one or the same; the stage if the school has it already.
    fn meet(&mut self, id: &'a str, stage: Option<Stage>, number: &mut usize) -> Option<Stage> {
        if id != self.id {
            *self = Self {
                id,
                seen: [false; 3],
            };
            *number += 1;
        }
        stage.filter(|stage| std::mem::replace(&mut self.seen[*stage as usize], true))
    }
}

/// The chunk's columns, gathered from the parts; a school's figure is the first that is not blank.
/// With how many values of each field cannot be.
fn columns(work: &Work<'_>, places: &[Place], schools: &Schools) -> (Columns, Vec<usize>) {
    let segments = || places.iter().flat_map(|p| &p.segments);
    let rows = schools.of.len();
    let mut sections = Vec::with_capacity(rows);
    for s in segments() {
        for stage in &work.parts[s.part].stages[s.first..s.first + s.rows] {
            sections.push(SectionRow {
                school: schools.of[sections.len()],
                stage: *stage,
            });
        }
    }
    let mut values = Vec::with_capacity(work.wanted.fields.len());
    let mut impossible = vec![0; work.wanted.fields.len()];
    for ((n, field), impossible) in work.wanted.fields.iter().enumerate().zip(&mut impossible) {
        let column = |s: &Segment| &work.parts[s.part].values[n];
        if segments().all(|s| column(s).is_absent()) {
            continue;
        }
        let mut all = Vec::with_capacity(rows);
        for s in segments() {
            *impossible += column(s).append(s.first..s.first + s.rows, &mut all);
        }
        if field.table() == TableId::Schools {
            let mut whole = vec![f64::NAN; schools.number];
            for (school, x) in schools.of.iter().zip(all) {
                if let Some(school) = school
                    && whole[*school].is_nan()
                {
                    whole[*school] = x;
                }
            }
            all = whole;
        }
        values.push((*field, all));
    }
    let columns = Columns {
        sections,
        schools: schools.number,
        values,
    };
    (columns, impossible)
}

/// Counts of sections by stage and indicator.
struct Counts {
    failing: Vec<[usize; 2]>,
    tolerated: Vec<[usize; 2]>,
    open: Vec<[usize; 2]>,
}

fn county(
    work: &Work<'_>,
    rules: &Rules<'_>,
    standard: usize,
    place: &Place,
    frame: &Frame,
    range: std::ops::Range<usize>,
    desk: &mut Desk,
) -> County {
    let indicators = rules.standard().indicators.len();
    let none = || vec![[0; 2]; indicators];
    let mut counts = Counts {
        failing: none(),
        tolerated: none(),
        open: none(),
    };
    let mut empty = 0;
    let mut failing = [0; 2];
    let mut open = [0; 2];
    let mut fails: Vec<(usize, Short)> = Vec::new();
    let first = range.start;
    let resource = rules.judge(desk, frame, range, |judged| {
        empty += usize::from(judged.scope == Scope::NoStudents);
        let Some(stage) = frame.sections[judged.row]
            .stage
            .filter(|_| judged.scope == Scope::In)
        else {
            return;
        };
        let at = stage as usize;
        for result in judged.indicators {
            match result.verdict {
                Some(Verdict::NotMet) => counts.failing[result.indicator][at] += 1,
                Some(Verdict::Tolerated) => counts.tolerated[result.indicator][at] += 1,
                Some(Verdict::Undetermined) => counts.open[result.indicator][at] += 1,
                _ => {}
            }
        }
        match judged.verdict() {
            Some(Verdict::NotMet) => failing[at] += 1,
            Some(Verdict::Undetermined) => return open[at] += 1,
            _ => return,
        }
        if work.details {
            fails.extend(shorts(&judged, stage).map(|s| (judged.row - first, s)));
        }
    });
    let short = named(work, place, fails);
    let run = place.segments.first().and_then(|s| {
        let mut row = 0;
        work.parts[s.part].counties.iter().find(|run| {
            row += run.rows;
            row > s.first
        })
    });
    County {
        code: place.code.clone(),
        name: run.map(|r| r.name.clone()).unwrap_or_default(),
        certified: run
            .and_then(|r| r.certified)
            .filter(|certified| *certified <= place.year),
        standard,
        rows: place.rows,
        empty,
        sections: [resource.in_scope[0].len(), resource.in_scope[1].len()],
        failing,
        open,
        all_sections: resource
            .rules
            .iter()
            .flatten()
            .copied()
            .reduce(|a, b| Verdict::all([a, b])),
        // Where no section is in scope there is nothing to judge: never a county that reached the line.
        verdict: match resource.verdict {
            Verdict::NotApplicable => Verdict::Undetermined,
            verdict => verdict,
        },
        composites: resource
            .composites
            .iter()
            .map(|c| (c.stage, c.cv, c.limit, c.verdict))
            .collect(),
        coefficients: coefficients(&resource, &counts),
        short,
    }
}

fn coefficients(resource: &Resource, counts: &Counts) -> Vec<Coefficient> {
    let one = |v: &junheng_core::evaluate::VariationResult| {
        let of = |counts: &[[usize; 2]]| counts[v.indicator][v.stage as usize];
        Coefficient {
            stage: v.stage,
            indicator: v.indicator,
            mean: v.spread.map(|s| s.mean),
            cv: v.spread.and_then(|s| s.cv),
            limit: v.limit,
            verdict: v.verdict,
            failing: of(&counts.failing),
            tolerated: of(&counts.tolerated),
            open: of(&counts.open),
        }
    };
    resource.variations.iter().map(one).collect()
}

/// The indicators in which a section is below its threshold or cannot be judged.
fn shorts<'a>(judged: &Judgement<'a>, stage: Stage) -> impl Iterator<Item = Short> + 'a {
    judged.indicators.iter().filter_map(move |result| {
        let verdict = result.verdict.filter(|v| *v != Verdict::Met)?;
        Some(Short {
            school_id: String::new(),
            name: String::new(),
            stage,
            indicator: result.indicator,
            value: result.judged.value,
            threshold: result.judged.threshold,
            floor: result.judged.floor,
            verdict,
        })
    })
}

/// Puts the schools' codes and names to failing sections.
fn named(work: &Work<'_>, place: &Place, fails: Vec<(usize, Short)>) -> Vec<Short> {
    if fails.is_empty() {
        return Vec::new();
    }
    let all: Vec<(&Part, usize)> = rows(work, place).collect();
    let name = |(row, mut short): (usize, Short)| {
        let (part, row) = all[row];
        part.school(row).clone_into(&mut short.school_id);
        part.name(row).clone_into(&mut short.name);
        short
    };
    fails.into_iter().map(name).collect()
}
