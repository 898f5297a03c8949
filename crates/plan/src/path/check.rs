//! Every rule of a plan verified again, in exact arithmetic, by code that knows no planner.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::evaluate::{At, Evaluation, Frame, evaluate, try_exceptions};
use junheng_core::exact::{Exact, decimal, round_half_up};
use junheng_core::model::{Field, Snapshot, Stage};
use junheng_core::standard::{Compare, Relief, Standard, Unit, Variable, of_stage};
use junheng_core::text::Text;
use junheng_core::verdict::Verdict;
use num_traits::Zero;

use super::action::{Action, Step};
use super::apply::settle;
use super::plan::Plan;

/// What teachers are counted for.
const TRAITS: [Field; 3] = [
    Field::TeachersAboveDegree,
    Field::BackboneTeachers,
    Field::PeArtTeachers,
];

/// What the check found.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Rules that the plan breaks; empty for a plan as it should be.
    pub broken: Vec<Text>,
    /// Yuan of all steps, exactly.
    pub cost: Exact,
    /// Rows of sections in scope that fail in some judged year.
    pub failing: Vec<usize>,
}

/// Checks prices, budgets, limits, lead times, persons, thresholds, floors, tolerance and
/// coefficients of variation, each from the snapshot and the standard alone.
#[must_use]
pub fn check(
    base: &Snapshot,
    judged: &BTreeMap<i16, Snapshot>,
    standard: &Standard,
    plan: &Plan,
) -> Check {
    let mut check = Checking::default();
    check.money(&Frame::new(base, standard), plan);
    for year in plan.target..=plan.last {
        let county = judged.range(..=year).next_back();
        let county = county.map_or(base, |(_, county)| county);
        let after = plan.county(standard, base, county, year);
        check.persons(year, &settle(county, standard), &after, plan);
        check.year(year, &after, standard, plan);
    }
    if plan.steps.iter().any(|s| s.amount == 0) {
        check.say("有数量为 0 的措施", "a step has an amount of 0");
    }
    Check {
        broken: check.broken.into_iter().map(told).collect(),
        cost: check.cost,
        failing: check.failing.into_iter().collect(),
    }
}

/// A rule with the years in which it is broken; none where years do not matter.
type Broken = (Text, Vec<i16>);

/// A check under way.
#[derive(Default)]
struct Checking {
    broken: Vec<Broken>,
    cost: Exact,
    failing: BTreeSet<usize>,
}

/// One sentence of a broken rule, however many years it is.
fn told((text, years): Broken) -> Text {
    if years.is_empty() {
        return text;
    }
    let names: Vec<String> = years.iter().map(i16::to_string).collect();
    let (zh, en) = (names.join("、"), names.join(", "));
    Text::new(
        format!("{zh} 年：{}", text.zh),
        format!("{en}: {}", text.en),
    )
}

impl Checking {
    fn say(&mut self, zh: impl Into<String>, en: impl Into<String>) {
        self.broken.push((Text::new(zh, en), Vec::new()));
    }

    /// Says it once, with every year of which it was said.
    fn say_of(&mut self, year: i16, zh: impl Into<String>, en: impl Into<String>) {
        let text = Text::new(zh, en);
        match self.broken.iter_mut().find(|b| b.0 == text) {
            Some((_, years)) if years.last() == Some(&year) => {}
            Some((_, years)) => years.push(year),
            None => self.broken.push((text, vec![year])),
        }
    }

    fn money(&mut self, frame: &Frame, plan: &Plan) {
        let mut paid: BTreeMap<i16, Exact> = BTreeMap::new();
        let mut units: BTreeMap<(i16, usize, Action), u64> = BTreeMap::new();
        for step in &plan.steps {
            let stage = frame.sections.get(step.section).and_then(|s| s.stage);
            let Some((price, stage)) =
                stage.and_then(|stage| Some((plan.prices.of(step.action, stage)?, stage)))
            else {
                self.say("用了不许的措施", "a forbidden action is used");
                continue;
            };
            let yuan = decimal(price.yuan) * Exact::from_integer(step.amount.into());
            self.cost += &yuan;
            *paid.entry(step.year).or_insert_with(Exact::zero) += yuan;
            let used = units
                .entry((step.year, step.section, step.action))
                .or_default();
            *used += step.amount;
            if price.limit.is_some_and(|limit| *used > limit) {
                let title = step.action.title();
                self.say_of(
                    step.year,
                    format!("{}超过每学段每年上限", title.zh),
                    format!("{} exceeds its limit per section and year", title.en),
                );
            }
            self.transfer(frame, step, stage);
        }
        for (year, yuan) in paid {
            let budget = plan.prices.budgets.get(&year);
            if budget.is_some_and(|b| yuan > decimal(*b)) {
                self.say_of(year, "支出超过预算", "more than the budget is paid");
            }
        }
        if plan.purse.is_some_and(|purse| self.cost > decimal(purse)) {
            self.say(
                "支出超过给定的总额",
                "more than the sum that was given is spent",
            );
        }
        if decimal(plan.proof.objective) != self.cost {
            self.say(
                "总费用与各项之和不符",
                "the cost is not the sum of the steps",
            );
        }
    }

    fn transfer(&mut self, frame: &Frame, step: &Step, stage: Stage) {
        let moves = step.action == Action::TransferTeacher;
        let giver = step.from.and_then(|row| frame.sections.get(row)?.stage);
        let another = step.from.is_some_and(|row| row != step.section);
        if moves && (giver != Some(stage) || !another) || !moves && step.from.is_some() {
            self.say(
                "调动不是在同一学段的两所学校之间",
                "a transfer is not between two sections of one stage",
            );
        }
    }

    /// Nobody counts twice for the same, and nobody goes who is not there.
    ///
    /// Only what the plan changes is its business: a county's own figures may be odd already.
    fn persons(&mut self, year: i16, before: &Snapshot, after: &Snapshot, plan: &Plan) {
        for step in plan.steps.iter().filter(|s| s.action.is_staff()) {
            for row in [Some(step.section), step.from].into_iter().flatten() {
                for field in TRAITS.into_iter().chain([Field::FullTimeTeachers]) {
                    let over = |county: &Snapshot| {
                        let staff = county.number(Field::FullTimeTeachers, row)?;
                        let count = county.number(field, row)?;
                        Some((count - staff).max(-count))
                    };
                    let worse = over(after)
                        .zip(over(before))
                        .is_some_and(|(now, then)| now > then.max(0.0));
                    if worse {
                        let school = after.text(Field::SectionSchool, row).unwrap_or("");
                        let stage = after.text(Field::SectionStage, row).unwrap_or("");
                        let name = field.about();
                        self.say_of(
                            year,
                            format!("{school} {stage}：{}多于专任教师或少于 0", name.zh),
                            format!("{school} {stage}: {} more than its full-time teachers, or fewer than none", name.en),
                        );
                    }
                }
            }
        }
    }

    fn year(&mut self, year: i16, after: &Snapshot, standard: &Standard, plan: &Plan) {
        let evaluation = evaluate(after, standard);
        for section in evaluation.sections.iter().filter(|s| s.in_scope()) {
            let Some(stage) = section.stage else { continue };
            let fails = !passes(standard, &evaluation.frame, section.row, stage);
            if fails != (section.verdict == Some(Verdict::NotMet)) {
                let place = format!("{} {}", section.school_id, stage.id());
                self.say_of(
                    year,
                    format!("{place}：核对与评估器的结论不同"),
                    format!("{place}: the check and the evaluator differ"),
                );
            }
            if fails {
                self.failing.insert(section.row);
            }
        }
        if plan.school.is_some() {
            return;
        }
        for variation in &evaluation.variations {
            let Some(limit) = variation.limit.filter(|_| variation.missing.is_empty()) else {
                continue;
            };
            let stuck = plan.conflicts.iter().any(|c| {
                (c.year, c.indicator, c.stage) == (year, variation.indicator, variation.stage)
            });
            let members = members(&evaluation, standard, variation.indicator, variation.stage);
            if !stuck && !within(&members, limit, standard.rounding()) {
                let id = standard
                    .indicators
                    .get(variation.indicator)
                    .map_or("", |i| i.id.as_str());
                let stage = variation.stage;
                self.say_of(
                    year,
                    format!("{} {id} 差异系数超过限值", stage.title().zh),
                    format!("the {} CV of {id} is above its limit", stage.id()),
                );
            }
        }
    }
}

fn value(
    standard: &Standard,
    frame: &Frame,
    row: usize,
    stage: Stage,
    indicator: usize,
) -> Option<(Exact, Exact)> {
    let about = standard.indicators.get(indicator)?;
    let at = At {
        frame,
        unit: Unit::Section,
        row,
    };
    let mut adds: Vec<Variable> = Vec::new();
    for tried in try_exceptions(standard, &about.id, at, Some(stage)) {
        if let Some(Relief::Adds(more)) =
            standard.exceptions.get(tried.exception).map(|e| &e.relief)
            && tried.holds.worst
        {
            adds.extend(more);
        }
    }
    let scale = decimal(about.measure.per) / decimal(about.measure.divisor);
    let numerator = at.numerator::<Exact>(&about.measure, &adds)? * scale;
    let denominator = at.denominator::<Exact>(&about.measure)?;
    (denominator > Exact::zero()).then_some((numerator, denominator))
}

/// The threshold, eased where an exception surely applies.
fn threshold(
    standard: &Standard,
    frame: &Frame,
    row: usize,
    stage: Stage,
    indicator: usize,
) -> Option<Exact> {
    let about = standard.indicators.get(indicator)?;
    let at = At {
        frame,
        unit: Unit::Section,
        row,
    };
    let eased = try_exceptions(standard, &about.id, at, Some(stage))
        .iter()
        .filter(|t| t.holds.worst)
        .filter_map(|t| match standard.exceptions.get(t.exception)?.relief {
            Relief::Limit(limit) => Some(decimal(limit)),
            Relief::Adds(_) => None,
        })
        .min();
    eased.or_else(|| at.limit(of_stage(&about.limits, stage)?))
}

/// Whether a section keeps every rule by what is known: at most so many below their threshold,
/// none below its floor.
fn passes(standard: &Standard, frame: &Frame, row: usize, stage: Stage) -> bool {
    standard.rules.iter().all(|rule| {
        let mut below = 0;
        for indicator in &rule.indicators {
            let Some(about) = standard.indicators.get(*indicator) else {
                continue;
            };
            let value = value(standard, frame, row, stage, *indicator);
            let threshold = threshold(standard, frame, row, stage, *indicator);
            let Some(((amount, weight), threshold)) = value.zip(threshold) else {
                continue;
            };
            let value = amount / weight;
            let reached = match about.compare {
                Compare::AtLeast => value >= threshold,
                Compare::AtMost => value <= threshold,
                Compare::Below => value < threshold,
            };
            if reached {
                continue;
            }
            below += 1;
            if let Some(share) = rule.floor {
                let floor = &threshold * decimal(share);
                let floor = if standard.printed_floor() {
                    round_half_up(&floor, 2)
                } else {
                    floor
                };
                if value < floor {
                    return false;
                }
            }
        }
        below <= rule.tolerated
    })
}

fn members(
    evaluation: &Evaluation,
    standard: &Standard,
    indicator: usize,
    stage: Stage,
) -> Vec<(Exact, Exact)> {
    let rows = evaluation.sections.iter().filter(|s| s.in_scope());
    rows.filter(|s| s.stage == Some(stage))
        .filter_map(|s| value(standard, &evaluation.frame, s.row, stage, indicator))
        .collect()
}

/// ΣP · Σ x²÷P ≤ (1 + limit²)(Σx)², which says that the coefficient is at most the limit. Where
/// all are 0 it is not defined, so it is not.
///
/// Rounded half up to some decimals it is so while it stays below limit + half a unit of the last.
fn within(members: &[(Exact, Exact)], limit: f64, digits: Option<u32>) -> bool {
    let sum = |part: &dyn Fn(&(Exact, Exact)) -> Exact| {
        // Halves first: rationals grow with each term, and short ones are quick to add.
        fn halves(parts: &[Exact]) -> Exact {
            match parts {
                [] => Exact::zero(),
                [one] => one.clone(),
                many => {
                    let (left, right) = many.split_at(many.len() / 2);
                    halves(left) + halves(right)
                }
            }
        }
        halves(&members.iter().map(part).collect::<Vec<_>>())
    };
    let amounts = sum(&|(x, _)| x.clone());
    let weights = sum(&|(_, w)| w.clone());
    let squares = sum(&|(x, w)| x * x / w);
    let square =
        |limit: &Exact| (Exact::from_integer(1.into()) + limit * limit) * &amounts * &amounts;
    let limit = decimal(limit);
    if amounts.is_zero() {
        return false;
    }
    match digits {
        None => weights * squares <= square(&limit),
        Some(digits) => {
            let half = decimal(0.5) / Exact::from_integer(num_bigint::BigInt::from(10).pow(digits));
            weights * squares < square(&(limit + half))
        }
    }
}
