//! Some counties at once: rows gathered to a frame, each county judged on it.

use junheng_core::evaluate::{Columns, Desk, Frame, Judgement, Resource, Rules, Scope, SectionRow};
use junheng_core::model::{Stage, TableId};
use junheng_core::verdict::Verdict;

use super::result::{Coefficient, County, Short};
use super::{Place, Segment};
use crate::input::{Part, Wanted};

/// What all chunks of a year share.
pub(super) struct Work<'a> {
    pub(super) year: i16,
    pub(super) parts: &'a [Part],
    pub(super) wanted: &'a Wanted,
    pub(super) details: bool,
}

/// Judged counties, and sections that are given twice.
pub(super) struct Judged {
    pub(super) counties: Vec<County>,
    pub(super) repeated: Vec<String>,
}

/// Schools of a chunk: which section belongs to which, and which rows show a school first.
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
    let frame = Frame::of(columns(work, places, &schools), rules.standard());
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
        let all: Vec<(&str, Option<Stage>)> = rows(work, place)
            .map(|(part, row)| (part.school(row), part.stages[row]))
            .collect();
        let start = self.of.len();
        self.of.resize(start + all.len(), None);
        // Files are mostly sorted; then the order need not be made.
        let sorted = all.is_sorted_by_key(|(id, _)| *id);
        let mut order: Vec<usize> = (0..all.len()).collect();
        if !sorted {
            order.sort_by_key(|n| all[*n].0);
        }
        let mut last = "";
        let mut seen = [false; 3];
        for n in order {
            let (id, stage) = all[n];
            if id.is_empty() {
                continue;
            }
            if id != last {
                last = id;
                seen = [false; 3];
                self.number += 1;
            }
            self.of[start + n] = Some(self.number - 1);
            if let Some(stage) = stage {
                if seen[stage as usize] {
                    self.repeated
                        .push(format!("{} {id} {}", place.code, stage.id()));
                }
                seen[stage as usize] = true;
            }
        }
    }
}

/// The chunk's columns, gathered from the parts; a school's figure is the first that is not blank.
fn columns(work: &Work<'_>, places: &[Place], schools: &Schools) -> Columns {
    let segments = || places.iter().flat_map(|p| &p.segments);
    let rows = schools.of.len();
    let mut sections = Vec::with_capacity(rows);
    for segment in segments() {
        let stages = &work.parts[segment.part].stages[segment.first..segment.first + segment.rows];
        for stage in stages {
            sections.push(SectionRow {
                school: schools.of[sections.len()],
                stage: *stage,
            });
        }
    }
    let mut values = Vec::with_capacity(work.wanted.fields.len());
    for (n, field) in work.wanted.fields.iter().enumerate() {
        let column = |s: &Segment| work.parts[s.part].values[n].as_slice();
        if segments().all(|s| column(s).is_empty()) {
            continue;
        }
        if field.table() == TableId::Schools {
            let mut whole = vec![f64::NAN; schools.number];
            let mut row = 0;
            for s in segments() {
                let column = column(s);
                if !column.is_empty() {
                    let of = &schools.of[row..row + s.rows];
                    for (school, x) in of.iter().zip(&column[s.first..s.first + s.rows]) {
                        if let Some(school) = school
                            && whole[*school].is_nan()
                        {
                            whole[*school] = *x;
                        }
                    }
                }
                row += s.rows;
            }
            values.push((*field, whole));
        } else {
            let mut all = Vec::with_capacity(rows);
            for s in segments() {
                match column(s) {
                    [] => all.resize(all.len() + s.rows, f64::NAN),
                    column => all.extend_from_slice(&column[s.first..s.first + s.rows]),
                }
            }
            values.push((*field, all));
        }
    }
    Columns {
        sections,
        schools: schools.number,
        values,
    }
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
    let mut failing = [0; 2];
    let mut open = [0; 2];
    let mut fails: Vec<(usize, Short)> = Vec::new();
    let first = range.start;
    let resource = rules.judge(desk, frame, range, |judged| {
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
            Some(Verdict::Undetermined) => open[at] += 1,
            _ => return,
        }
        if work.details && judged.verdict() == Some(Verdict::NotMet) {
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
            .filter(|year| *year <= work.year),
        standard,
        rows: place.rows,
        sections: [resource.in_scope[0].len(), resource.in_scope[1].len()],
        failing,
        open,
        all_sections: resource
            .rules
            .iter()
            .flatten()
            .copied()
            .reduce(|a, b| Verdict::all([a, b])),
        verdict: resource.verdict,
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
