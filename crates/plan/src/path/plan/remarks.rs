//! What the reader should know of a plan beside its prices.

use std::collections::BTreeSet;

use junheng_core::model::{Field, Snapshot, Stage, TableId};
use junheng_core::standard::{Amount, Compare, Standard, Variable, of_stage};
use junheng_core::text::Text;

use super::super::action::{Action, Step};
use super::super::prices::Prices;
use super::super::problem::{Problem, fields};
use super::super::view::View;
use super::Options;

/// Years without a limit, figures that are missing, and actions that come too late.
pub(super) fn remarks(
    base: &Snapshot,
    standard: &Standard,
    problem: &Problem,
    prices: &Prices,
    options: &Options,
    last: i16,
) -> Vec<Text> {
    let mut notes = Vec::new();
    let free: Vec<String> = (options.first..=last)
        .filter(|year| !prices.budgets.is_empty() && !prices.budgets.contains_key(year))
        .map(|year| year.to_string())
        .collect();
    if !free.is_empty() {
        notes.push(Text::new(
            format!("budgets(预算)没有 {} 年的行，按不设上限处理；不能花钱的年份请填 0", free.join("、")),
            format!("budgets has no row for {}, planned without a limit; write 0 for a year without money", free.join(", ")),
        ));
    }
    let none: Vec<String> = prices
        .budgets
        .range(options.first..=last)
        .filter(|(_, yuan)| **yuan <= 0.0)
        .map(|(year, _)| year.to_string())
        .collect();
    if !none.is_empty() {
        notes.push(Text::new(
            format!("{} 年的预算为 0 元，只能安排不花钱的措施；其余各年照常规划", none.join("、")),
            format!("the budget of {} is 0: nothing that costs money is planned there, the other years as usual", none.join(", ")),
        ));
    }
    if base.rows(TableId::Teachers) == 0 {
        notes.push(Text::new(
            "没有教师名册(teachers)，教师人数取自学段表；谁可调动、各计入哪些指标按假定处理(学历、骨干从前往后，体育艺术从后往前)，补上名册后更准",
            "there is no list of teachers: counts come from sections, and what a teacher who moves counts for is assumed (degrees and backbone from the front of the row, PE and arts from its end); a list makes it exact",
        ));
    }
    let empty: Vec<&str> = (0..base.rows(TableId::Sections))
        .filter(|row| base.number(Field::Students, *row) == Some(0.0))
        .filter_map(|row| base.text(Field::SectionSchool, row))
        .collect();
    if !empty.is_empty() {
        notes.push(Text::new(
            format!(
                "{} 个学段没有在校生，不在评估范围内，未列入规划：{}",
                empty.len(),
                empty.join("、")
            ),
            format!(
                "sections without students: {}; they are out of scope and were not planned: {}",
                empty.len(),
                empty.join(", ")
            ),
        ));
    }
    let unknown = problem.unknown();
    if !unknown.is_empty() {
        let names: Vec<&str> = unknown
            .iter()
            .filter_map(|row| base.text(Field::SectionSchool, *row))
            .collect();
        notes.push(Text::new(
            format!("{} 个学段缺少判定所需的数，只规划了已知的指标，结论仍为无法判定：{}", unknown.len(), names.join("、")),
            format!("sections that lack figures: {}; only the indicators that are known were planned and their verdict stays undetermined: {}", unknown.len(), names.join(", ")),
        ));
    }
    notes.extend(held(standard));
    let missing = |rule: &junheng_core::standard::VariationRule| {
        let stages = Stage::JUDGED.into_iter().filter(|stage| {
            of_stage(&rule.limits, *stage).is_some_and(|l| matches!(l.amount, Amount::Number(_)))
        });
        let view = problem.views.first();
        stages
            .flat_map(|stage| rule.indicators.iter().map(move |i| (stage, *i)))
            .filter(|(stage, indicator)| {
                let has = |v: &View| {
                    v.seats.iter().flatten().any(|s| s.stage == *stage)
                        && !v
                            .cones
                            .iter()
                            .any(|c| c.stage == *stage && c.indicator == *indicator)
                };
                view.is_some_and(has)
            })
            .collect::<Vec<_>>()
    };
    let open: Vec<(Stage, usize)> = standard.variations.iter().flat_map(missing).collect();
    if !open.is_empty() {
        let names = |pick: fn(&Text) -> &str, joint: &str| {
            let parts = open.iter().map(|(stage, i)| {
                let title = standard.indicators.get(*i).map_or("", |i| pick(&i.title));
                format!("{} {title}", pick(&stage.title()))
            });
            parts.collect::<Vec<_>>().join(joint)
        };
        notes.push(Text::new(
            format!("下列差异系数因有学段缺数而无法判定，未纳入规划：{}", names(|t| &t.zh, "、")),
            format!("these coefficients of variation are undetermined because figures are missing, and were not planned: {}", names(|t| &t.en, ", ")),
        ));
    }
    let mut actions = problem.levers.iter().map(|l| l.deed.action());
    if problem.levers.is_empty() {
        notes.push(Text::new(
            "在期限内没有一项措施能见效(单价表不许、年限太短或每年上限为 0)",
            "no action can count in time (forbidden, too long a lead, or a limit of 0)",
        ));
    } else if actions.all(|a| a == Action::TransferTeacher) {
        notes.push(Text::new(
            "在期限内除调动教师外没有一项措施能见效(单价表不许、年限太短或每年上限为 0)",
            "no action but moving teachers can count in time (forbidden, too long a lead, or a limit of 0)",
        ));
    }
    notes
}

/// Indicators that actions change and that are not planned: those limited from above, and those
/// divided by what an action changes.
fn held(standard: &Standard) -> Option<Text> {
    let fields = fields(standard);
    let moves = |v: &Variable| v.field().is_some_and(|f| fields.contains(&f));
    let is_held = |index: &usize| {
        let Some(indicator) = standard.indicators.get(*index) else {
            return false;
        };
        let measure = &indicator.measure;
        let mut below = measure.over.iter().chain(&measure.over_minus);
        below.any(moves)
            || indicator.compare != Compare::AtLeast && measure.variables().any(|v| moves(&v))
    };
    let judged = standard.rules.iter().flat_map(|r| &r.indicators);
    let judged: BTreeSet<usize> = judged.copied().filter(is_held).collect();
    let titles: Vec<&Text> = judged
        .iter()
        .filter_map(|i| standard.indicators.get(*i).map(|i| &i.title))
        .collect();
    let names = |pick: fn(&Text) -> &str, joint: &str| {
        let all: Vec<&str> = titles.iter().copied().map(pick).collect();
        all.join(joint)
    };
    (!titles.is_empty()).then(|| {
        Text::new(
            format!(
                "下列指标规定的是上限，或除以措施会改变的数，规划中按现状不变处理，规划后的结论以评估为准：{}",
                names(|t| &t.zh, "、")
            ),
            format!(
                "these indicators are limited from above or divided by a figure that actions change; they were held as they are while planning, and the evaluation after the plan judges them: {}",
                names(|t| &t.en, "; ")
            ),
        )
    })
}

/// Sections that do not pass and give teachers to others: that is least cost, and the county
/// should see it before it does it.
pub(super) fn givers(base: &Snapshot, steps: &[Step], failing: &[usize]) -> Option<Text> {
    let give = |row: &&usize| steps.iter().any(|s| s.from == Some(**row));
    let names: Vec<&str> = failing
        .iter()
        .filter(give)
        .filter_map(|row| base.text(Field::SectionSchool, *row))
        .collect();
    (!names.is_empty()).then(|| {
        Text::new(
            format!(
                "下列学校的学段本次仍不达标，同时有教师调出(按最少不达标学段、最低费用计算)；不愿调出的，请在 unit_costs 中调整 transfer_teacher：{}",
                names.join("、")
            ),
            format!(
                "these schools have sections that fail all the same and give teachers (fewest failing sections, then least cost); change the price of transferring a teacher (transfer_teacher, table of unit costs) where that is not wanted: {}",
                names.join(", ")
            ),
        )
    })
}
