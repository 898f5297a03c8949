//! Small made-up counties, and a search that tries everything.

use std::collections::BTreeSet;

use junheng_core::evaluate::{Evaluation, evaluate};
use junheng_core::model::{Field as F, Snapshot, Stage, Table, TableId};
use junheng_core::verdict::Verdict;

use super::*;

/// Numbers from a seed.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// The fields of a section that indicators read, each plentiful for its students.
const PLENTY: [(F, f64); 9] = [
    (F::FullTimeTeachers, 0.1),
    (F::CertifiedTeachers, 0.1),
    (F::TeachersAboveDegree, 0.05),
    (F::BackboneTeachers, 0.02),
    (F::PeArtTeachers, 0.02),
    (F::TeachingArea, 6.0),
    (F::IndoorPeArea, 0.0),
    (F::SportsGround, 10.0),
    (F::Equipment, 3_000.0),
];

/// Primary schools of these sizes that lack nothing.
pub(super) fn rich(students: &[u64]) -> Snapshot {
    let mut county = Snapshot::default();
    let mut facts = Table::new();
    facts.push_row();
    facts.set_text(F::SchoolYear, 0, "2025-2026", None);
    let (mut schools, mut sections) = (Table::new(), Table::new());
    for (row, students) in students.iter().enumerate() {
        let id = format!("S{row}");
        schools.push_row();
        schools.set_text(F::SchoolId, row, id.as_str(), None);
        schools.set_number(F::SchoolKind, row, 211.0, None);
        sections.push_row();
        sections.set_text(F::SectionSchool, row, id, None);
        sections.set_text(F::SectionStage, row, "primary", None);
        sections.set_number(F::Students, row, *students as f64, None);
        for (field, each) in PLENTY {
            sections.set_number(field, row, (*students as f64 * each).ceil(), None);
        }
        let rooms = (*students as f64 * 0.03).ceil();
        sections.set_number(F::MultimediaRooms, row, rooms, None);
    }
    county.tables.insert(TableId::County, facts);
    county.tables.insert(TableId::Schools, schools);
    county.tables.insert(TableId::Sections, sections);
    county
}

/// Sets a figure of a section.
pub(super) fn set(county: &mut Snapshot, field: F, row: usize, value: f64) {
    let table = county.tables.entry(field.table()).or_default();
    while table.rows() <= row {
        table.push_row();
    }
    table.set_number(field, row, value, None);
}

/// Prices of a county: (action, yuan or `no`, lead, limit).
pub(super) fn price(county: &mut Snapshot, rows: &[(&str, &str, i16, Option<u64>)]) {
    let mut table = Table::new();
    for (row, (action, yuan, lead, limit)) in rows.iter().enumerate() {
        table.push_row();
        table.set_text(F::CostAction, row, *action, None);
        table.set_text(F::CostStage, row, "primary", None);
        table.set_text(F::CostYuan, row, *yuan, None);
        table.set_number(F::CostLead, row, f64::from(*lead), None);
        if let Some(limit) = limit {
            table.set_number(F::CostLimit, row, *limit as f64, None);
        }
    }
    county.tables.insert(TableId::UnitCosts, table);
}

/// Everything forbidden but these.
pub(super) fn only(county: &mut Snapshot, rows: &[(&str, &str, i16, Option<u64>)]) {
    let mut all = rows.to_vec();
    for action in Action::ALL {
        if !rows.iter().any(|r| r.0 == action.id()) {
            all.push((action.id(), "no", 0, None));
        }
    }
    price(county, &all);
}

/// A budget of each year from 2026.
pub(super) fn budgets(county: &mut Snapshot, yuan: &[f64]) {
    for (row, yuan) in yuan.iter().enumerate() {
        set(county, F::BudgetYear, row, 2026.0 + row as f64);
        set(county, F::BudgetYuan, row, *yuan);
    }
}

/// A county with some sections short of some figures, and prices, all by a seed.
pub(super) fn short(seed: u64) -> Snapshot {
    let mut dice = Dice::new(seed);
    let count = 2 + dice.below(2);
    let students: Vec<u64> = (0..count).map(|_| 50 + 10 * dice.below(6)).collect();
    let mut county = rich(&students);
    for (row, n) in students.iter().enumerate() {
        let n = *n as f64;
        let degree = (n * 0.042).ceil() + 1.0 - dice.below(4) as f64;
        set(&mut county, F::TeachersAboveDegree, row, degree);
        set(
            &mut county,
            F::FullTimeTeachers,
            row,
            degree + dice.below(3) as f64,
        );
        set(&mut county, F::PeArtTeachers, row, dice.below(3) as f64);
        set(
            &mut county,
            F::BackboneTeachers,
            row,
            (n * 0.01).ceil() - dice.below(2) as f64,
        );
        let rooms = (n * 0.023).ceil() - dice.below(2) as f64;
        set(&mut county, F::MultimediaRooms, row, rooms);
    }
    let dear = ["7", "5", "3"][dice.below(3) as usize];
    let limit = [None, Some(1)][dice.below(2) as usize];
    only(
        &mut county,
        &[
            ("hire_teacher", "9", 0, limit),
            ("hire_pe_art_teacher", "11", 0, Some(2)),
            ("raise_degree", "4", 1, Some(2)),
            ("transfer_teacher", "1", 0, Some(2)),
            ("equip_multimedia_room", dear, 0, Some(1)),
        ],
    );
    if dice.below(2) == 0 {
        let yuan = [6.0 + dice.below(20) as f64, 4.0 + dice.below(12) as f64];
        budgets(&mut county, &yuan);
    }
    county
}

/// Rows of sections that fail; `None` where a coefficient is above its limit or undetermined.
pub(super) fn judge(evaluation: &Evaluation) -> Option<BTreeSet<usize>> {
    let kept = |v: &junheng_core::evaluate::VariationResult| {
        matches!(v.verdict, None | Some(Verdict::Met))
    };
    if !evaluation.variations.iter().all(kept) {
        return None;
    }
    let sections = evaluation.sections.iter().filter(|s| s.in_scope());
    let fail = sections.filter(|s| s.verdict == Some(Verdict::NotMet));
    Some(fail.map(|s| s.row).collect())
}

/// The best (failing, cost) of all combinations of these step choices, in the counties of judged
/// years.
///
/// Each choice is a step with amounts 0 to its most; money per year and limits are kept.
pub(super) fn exhaustive(
    judged: &[(i16, &Snapshot)],
    standard: &Standard,
    choices: &[(Step, u64)],
) -> (usize, f64) {
    let county = judged[0].1;
    let prices = Prices::read(county);
    let mut best = (usize::MAX, f64::INFINITY);
    let mut amounts = vec![0; choices.len()];
    loop {
        let steps: Vec<Step> = choices
            .iter()
            .zip(&amounts)
            .filter(|(_, n)| **n > 0)
            .map(|((step, _), n)| Step {
                amount: *n,
                ..step.clone()
            })
            .collect();
        // What costs no less than a plan without failing sections need not be judged.
        let yuan: f64 = steps
            .iter()
            .filter_map(|s| Some(prices.of(s.action, Stage::Primary)?.yuan * s.amount as f64))
            .sum();
        if (best.0 > 0 || yuan < best.1)
            && let Some(value) = value(judged, standard, &prices, &steps)
            && (value.0, value.1) < best
        {
            best = value;
        }
        // The next combination.
        let Some(place) = (0..choices.len()).find(|i| amounts[*i] < choices[*i].1) else {
            return best;
        };
        amounts[place] += 1;
        amounts[..place].fill(0);
    }
}

fn value(
    judged: &[(i16, &Snapshot)],
    standard: &Standard,
    prices: &Prices,
    steps: &[Step],
) -> Option<(usize, f64)> {
    let mut paid: BTreeMap<i16, f64> = BTreeMap::new();
    let mut used: BTreeMap<(i16, usize, Action), u64> = BTreeMap::new();
    for step in steps {
        let price = prices.of(step.action, Stage::Primary)?;
        *paid.entry(step.year).or_default() += price.yuan * step.amount as f64;
        let used = used
            .entry((step.year, step.section, step.action))
            .or_default();
        *used += step.amount;
        if price.limit.is_some_and(|l| *used > l) {
            return None;
        }
    }
    if paid
        .iter()
        .any(|(year, yuan)| prices.budgets.get(year).is_some_and(|b| yuan > b))
    {
        return None;
    }
    let mut failing = BTreeSet::new();
    for (year, county) in judged {
        let counts = |step: &&Step| {
            let price = prices.of(step.action, Stage::Primary);
            price.is_some_and(|p| step.year + p.lead <= *year)
        };
        let after = apply(county, standard, steps.iter().filter(counts));
        for row in 0..after.rows(TableId::Sections) {
            let of = |f| after.number(f, row).unwrap();
            let staff = of(F::FullTimeTeachers);
            let traits = [
                F::TeachersAboveDegree,
                F::BackboneTeachers,
                F::PeArtTeachers,
            ];
            if traits.into_iter().any(|f| of(f) < 0.0 || of(f) > staff) {
                return None;
            }
        }
        failing.extend(judge(&evaluate(&after, standard))?);
    }
    Some((failing.len(), paid.values().sum()))
}

/// Two or three primary schools with a handful of listed teachers, who may only be moved; and the
/// school of each teacher.
pub(super) fn listed(seed: u64) -> (Snapshot, Vec<usize>) {
    let mut dice = Dice::new(seed);
    let schools = 2 + dice.below(2) as usize;
    let students: Vec<u64> = (0..schools).map(|_| 50 + 10 * dice.below(4)).collect();
    let mut county = rich(&students);
    let mut list = Table::new();
    let mut teachers = Vec::new();
    for row in 0..schools + 2 + dice.below(2) as usize {
        let school = if row < schools {
            row
        } else {
            dice.below(schools as u64) as usize
        };
        teachers.push(school);
        list.push_row();
        list.set_text(F::TeacherId, row, format!("T{row}"), None);
        list.set_text(F::TeacherSchool, row, format!("S{school}"), None);
        list.set_text(F::TeacherStage, row, "primary", None);
        let subject = ["pe", "chinese", "chinese"][dice.below(3) as usize];
        list.set_text(F::TeacherSubject, row, subject, None);
        let yes = |dice: &mut Dice, of: u64| f64::from(u8::from(dice.below(10) < of));
        list.set_number(F::AboveDegree, row, yes(&mut dice, 7), None);
        list.set_number(F::Backbone, row, yes(&mut dice, 4), None);
    }
    county.tables.insert(TableId::Teachers, list);
    // A school that nobody of the list works at has nobody.
    for (field, _) in PLENTY.into_iter().take(5) {
        for row in 0..schools {
            set(&mut county, field, row, 0.0);
        }
    }
    only(&mut county, &[("transfer_teacher", "5", 0, None)]);
    (county, teachers)
}

/// The best (failing, cost) of all ways to place listed teachers; `None` where each breaks a
/// coefficient or leaves it undetermined.
pub(super) fn placings(
    county: &Snapshot,
    standard: &Standard,
    teachers: &[usize],
) -> Option<(usize, f64)> {
    let schools = county.rows(TableId::Schools);
    let mut best = None;
    let mut places = vec![0; teachers.len()];
    loop {
        let mut after = county.clone();
        let list = after.tables.get_mut(&TableId::Teachers).unwrap();
        for (row, place) in places.iter().enumerate() {
            list.set_text(F::TeacherSchool, row, format!("S{place}"), None);
        }
        if let Some(failing) = judge(&evaluate(&after, standard)) {
            let moved = places.iter().zip(teachers).filter(|(a, b)| a != b).count();
            let found = (failing.len(), 5.0 * moved as f64);
            if best.is_none_or(|b| found < b) {
                best = Some(found);
            }
        }
        let Some(turn) = places.iter().position(|p| p + 1 < schools) else {
            return best;
        };
        places[turn] += 1;
        places[..turn].fill(0);
    }
}
