//! The coming years: children by scenario, money by year.

use junheng_core::model::{Field, Snapshot, Stage, TableId};
use junheng_core::text::Text;

use super::super::problem::Rules;
use super::children_of;

/// One scenario of one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// Which period, from 0.
    pub period: usize,
    /// Its probability; those of a period sum to 1.
    pub weight: f64,
    /// Children by row of `blocks`; a row without a number keeps those of today.
    pub children: Vec<f64>,
}

impl Outlook {
    /// The children of a snapshot, as a forecast makes it.
    #[must_use]
    pub fn of(then: &Snapshot, stage: Stage, period: usize, weight: f64) -> Self {
        let rows = 0..then.rows(TableId::Blocks);
        let number = |row| then.number(children_of(stage), row).unwrap_or(f64::NAN);
        Self {
            period,
            weight,
            children: rows.map(number).collect(),
        }
    }

    /// Today's children times a factor.
    #[must_use]
    pub fn grown(mut self, factor: f64) -> Self {
        self.children.iter_mut().for_each(|n| *n *= factor);
        self
    }

    pub(super) fn students(&self, row: usize, today: f64) -> f64 {
        let then = self.children.get(row).copied();
        then.filter(|n| n.is_finite()).unwrap_or(today)
    }
}

/// The money of `budgets`: by period, the first one being the year after the bundle's; one period
/// alone has that of all coming years. Says where none of it counts.
pub(super) fn budgets(snapshot: &Snapshot, periods: usize, rules: &mut Rules) -> Option<Text> {
    let rows = 0..snapshot.rows(TableId::Budgets);
    let given: Vec<(i64, f64)> = rows
        .clone()
        .filter_map(|row| {
            let year = snapshot.number(Field::BudgetYear, row)?;
            Some((year as i64, snapshot.number(Field::BudgetYuan, row)?))
        })
        .collect();
    let unused = rows.len() - given.len();
    let note = (unused > 0).then(|| {
        Text::new(
            format!("预算表有 {unused} 行没有可用的年份或金额，这些年份不设上限"),
            format!("{unused} rows of budgets have no usable year or amount: no limit there"),
        )
    });
    let Some(earliest) = given.iter().map(|g| g.0).min() else {
        return note;
    };
    let first = snapshot
        .school_year()
        .map_or(earliest, |year| i64::from(year) + 1);
    if periods == 1 {
        let coming: Vec<f64> = given.iter().filter(|g| g.0 >= first).map(|g| g.1).collect();
        if !coming.is_empty() {
            let all: f64 = coming.iter().sum();
            rules.budget = Some(rules.budget.map_or(all, |b| b.min(all)));
        }
        return note.or_else(|| coming.is_empty().then(past));
    }
    let of = |period: usize| {
        let year = first + period as i64;
        let yuan = given.iter().filter(|g| g.0 == year).map(|g| g.1);
        yuan.reduce(|a, b| a + b)
    };
    rules.budget_by_period = (0..periods).map(of).collect();
    let none = rules.budget_by_period.iter().all(Option::is_none);
    note.or_else(|| none.then(past))
}

fn past() -> Text {
    Text::new(
        "预算表的年份都不在规划期内，没有限制费用",
        "No year of budgets is planned for, so it limits nothing",
    )
}
