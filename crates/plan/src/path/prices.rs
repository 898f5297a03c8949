//! What the county says about money: `unit_costs` and `budgets`, with what was assumed.

use std::collections::BTreeMap;

use junheng_core::model::{Field, Snapshot, Stage, TableId};
use junheng_core::text::Text;

use super::action::Action;

/// The price of an action in one stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    /// Yuan per unit, paid once.
    pub yuan: f64,
    /// Years from payment until it counts.
    pub lead: i16,
    /// Units per section and year.
    pub limit: Option<u64>,
    /// The yuan are the program's assumption, not the county's figure.
    pub assumed: bool,
}

/// Unit costs and budgets.
#[derive(Clone, Debug, PartialEq)]
pub struct Prices {
    prices: BTreeMap<(Action, Stage), Option<Price>>,
    /// Yuan by year; a year that is not here has no limit.
    pub budgets: BTreeMap<i16, f64>,
    /// What was assumed or not understood.
    pub notes: Vec<Text>,
}

impl Prices {
    /// Reads both tables; what they do not say is assumed as the contract has it, and noted.
    #[must_use]
    pub fn read(snapshot: &Snapshot) -> Self {
        let mut prices = BTreeMap::new();
        for stage in Stage::JUDGED {
            for action in Action::ALL {
                let (yuan, lead) = action.assumed();
                let price = Price {
                    yuan,
                    lead,
                    limit: None,
                    assumed: true,
                };
                prices.insert((action, stage), Some(price));
            }
        }
        let mut all = Self {
            prices,
            budgets: BTreeMap::new(),
            notes: Vec::new(),
        };
        for row in 0..snapshot.rows(TableId::UnitCosts) {
            all.take(snapshot, row);
        }
        all.note_assumed();
        all.take_budgets(snapshot);
        all
    }

    /// What the action costs; `None` where the county forbids it.
    #[must_use]
    pub fn of(&self, action: Action, stage: Stage) -> Option<Price> {
        self.prices.get(&(action, stage)).copied().flatten()
    }

    /// Whether any price is the program's assumption.
    #[must_use]
    pub fn any_assumed(&self) -> bool {
        self.prices.values().flatten().any(|p| p.assumed)
    }

    fn take(&mut self, snapshot: &Snapshot, row: usize) {
        let Some(action) = snapshot
            .text(Field::CostAction, row)
            .and_then(Action::from_id)
        else {
            return;
        };
        let stages: Vec<Stage> = match snapshot.text(Field::CostStage, row) {
            Some(id) => Stage::from_id(id).into_iter().collect(),
            None => Stage::JUDGED.to_vec(),
        };
        let written = snapshot.text(Field::CostYuan, row);
        let (assumed_yuan, assumed_lead) = action.assumed();
        let yuan: Option<f64> = written
            .and_then(|t| t.parse().ok())
            .filter(|y: &f64| y.is_finite() && *y >= 0.0);
        let whole = |field| snapshot.number(field, row).filter(|n| *n >= 0.0);
        let lead = whole(Field::CostLead).map_or(assumed_lead, |n| n.min(200.0) as i16);
        let limit = whole(Field::CostLimit).map(|n| n as u64);
        let price = (written != Some("no")).then_some(Price {
            yuan: yuan.unwrap_or(assumed_yuan),
            lead,
            limit,
            assumed: yuan.is_none(),
        });
        for stage in stages {
            if let Some(slot) = self.prices.get_mut(&(action, stage)) {
                *slot = price;
            }
        }
    }

    fn note_assumed(&mut self) {
        let by = |pick: fn(&Text) -> &str, joint: &str| {
            let names = Action::ALL.into_iter().filter(|action| {
                Stage::JUDGED
                    .into_iter()
                    .any(|s| self.of(*action, s).is_some_and(|p| p.assumed))
            });
            let parts = names.map(|action| {
                let title = action.title();
                format!("{} {}", pick(&title), action.assumed().0)
            });
            parts.collect::<Vec<_>>().join(joint)
        };
        if self.any_assumed() {
            self.notes.push(Text::new(
                format!(
                    "unit_costs(单价)没有给出可用的下列单价，按假设值计算，请填入本县的数：{}(元/单位)",
                    by(|t| &t.zh, "、")
                ),
                format!(
                    "unit_costs gives no usable price for these; assumed values were taken, please fill in the county's own: {} (yuan per unit)",
                    by(|t| &t.en, ", ")
                ),
            ));
        }
    }

    fn take_budgets(&mut self, snapshot: &Snapshot) {
        let mut blank = Vec::new();
        for row in 0..snapshot.rows(TableId::Budgets) {
            let Some(year) = snapshot.number(Field::BudgetYear, row) else {
                continue;
            };
            match snapshot.number(Field::BudgetYuan, row) {
                Some(yuan) => {
                    self.budgets.insert(year as i16, yuan.max(0.0));
                }
                None => blank.push(format!("{year}")),
            }
        }
        if !blank.is_empty() {
            self.notes.push(Text::new(
                format!(
                    "budgets(预算)中 {} 年没有可用的金额，按不设上限处理；不能花钱的年份请填 0",
                    blank.join("、")
                ),
                format!(
                    "budgets has no usable amount for {}; these years were planned without a limit; write 0 for a year without money",
                    blank.join(", ")
                ),
            ));
        }
    }
}
