//! What is to be decided: sites with their sizes, blocks with their children, travel, rules.

use junheng_core::model::Stage;
use junheng_core::text::Text;

use crate::travel::{Source, Unit};

/// A place where a school stands or could stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// The id of the result: the existing school, else the site.
    pub id: String,
    /// The row of `sites` it comes from; `None` for a school that no row names.
    pub site_id: Option<String>,
    /// A name for people; the id where none is known.
    pub name: String,
    /// Whether a school stands there today.
    pub exists: bool,
    /// It may not be closed: no row asks about it, or it is protected.
    pub stays: bool,
    /// It stays because small rural schools and teaching points are protected.
    pub protected: bool,
    /// A teaching point or rural school: what the rules want before its closure is more.
    pub small_rural: bool,
    /// Places of the school that stands there today, if known.
    pub places_today: Option<f64>,
    /// The sizes, of which at most one is chosen.
    pub offers: Vec<Offer>,
}

/// One size of a site.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The option's id; empty where the site has one size without a name.
    pub option: String,
    /// Number of classes, where sizes are standard ones.
    pub classes: Option<u32>,
    /// Places (学位).
    pub places: f64,
    /// Yuan to build or extend.
    pub yuan: f64,
    /// Fewest students for which it may be open; 0 where no row says so.
    pub least: f64,
    /// Boarding places for students beyond the travel limit.
    pub beds: f64,
}

/// Where children live; a block goes to one school unless splitting is allowed.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Its id.
    pub id: String,
    /// Its name; the id where none is given.
    pub name: String,
    /// Its township; empty where unknown.
    pub township: String,
    /// The school it goes to today, if known.
    pub current: Option<String>,
}

/// Children per block in one period of one scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Situation {
    /// Which period, from 0.
    pub period: usize,
    /// Its part in the objective; the scenarios of a period sum to 1.
    pub weight: f64,
    /// Children per block.
    pub students: Vec<f64>,
}

/// What the user asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// Exactly so many facilities open, those that stay included.
    pub open_exactly: Option<usize>,
    /// Most yuan in all.
    pub budget: Option<f64>,
    /// Most yuan per period, for the periods that have a limit.
    pub budget_by_period: Vec<Option<f64>>,
    /// Blocks may be split between schools.
    pub split: bool,
    /// Farthest a day student may travel.
    pub max_metres: Option<f64>,
    /// What a student-kilometre costs in the objective.
    pub yuan_per_km: f64,
    /// Stop when the gap is this small.
    pub gap: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            open_exactly: None,
            budget: None,
            budget_by_period: Vec::new(),
            split: false,
            max_metres: None,
            yuan_per_km: 1.0,
            gap: 0.0,
        }
    }
}

/// A layout problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The stage it is about.
    pub stage: Stage,
    /// Sites, in the order of their ids.
    pub sites: Vec<Site>,
    /// Blocks, in the order of their ids.
    pub blocks: Vec<Block>,
    /// Travel, site by site (`site × blocks + block`); infinite where there is no way.
    pub travel: Vec<f64>,
    /// What [`Self::travel`] counts.
    pub unit: Unit,
    /// Where it comes from.
    pub source: Source,
    /// Children per block today.
    pub today: Vec<f64>,
    /// What is planned for: one situation, or every scenario of every period.
    pub situations: Vec<Situation>,
    /// Number of periods.
    pub periods: usize,
    /// What the user asks for.
    pub rules: Rules,
}

/// A rule that cannot be kept, and the least that would make it possible.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// Stable id, `snake_case`.
    pub code: &'static str,
    /// What stands against what, with the numbers.
    pub message: Text,
    /// The smallest change known that would settle it.
    pub relaxation: Text,
    /// Blocks concerned.
    pub blocks: Vec<String>,
    /// Schools and sites concerned.
    pub sites: Vec<String>,
}

impl Problem {
    /// Travel between a site and a block.
    #[must_use]
    pub fn travel(&self, site: usize, block: usize) -> f64 {
        let at = site * self.blocks.len() + block;
        self.travel.get(at).copied().unwrap_or(f64::INFINITY)
    }

    /// Most yuan that may have been spent by the end of a period; infinite without a limit.
    #[must_use]
    pub fn money(&self, period: usize) -> f64 {
        let limits = &self.rules.budget_by_period;
        let years = (0..=period).map(|t| limits.get(t).copied().flatten());
        let by_then = years.fold(0.0, |sum, yuan| sum + yuan.unwrap_or(f64::INFINITY));
        by_then.min(self.rules.budget.unwrap_or(f64::INFINITY))
    }

    /// Whether the pair is beyond the travel limit: for boarders only.
    #[must_use]
    pub fn far(&self, site: usize, block: usize) -> bool {
        self.unit == Unit::Metres
            && self
                .rules
                .max_metres
                .is_some_and(|most| self.travel(site, block) > most)
    }

    /// What it costs to send a whole block to a site in one situation, its weight not counted.
    ///
    /// A given cost belongs to the children of today; with more children it grows alike.
    #[must_use]
    pub fn cost(&self, situation: &Situation, site: usize, block: usize) -> f64 {
        let travel = self.travel(site, block);
        if !travel.is_finite() {
            return f64::INFINITY;
        }
        let students = situation.students[block];
        match self.unit {
            Unit::Metres => students * travel / 1000.0 * self.rules.yuan_per_km,
            Unit::Cost if students == self.today[block] => travel,
            Unit::Cost if self.today[block] > 0.0 => travel * students / self.today[block],
            Unit::Cost => travel,
        }
    }
}
