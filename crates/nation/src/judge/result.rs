//! What is known of a county's year once it is judged.

use junheng_core::finding::Finding;
use junheng_core::model::Stage;
use junheng_core::verdict::Verdict;

/// A year.
#[derive(Debug, Clone)]
pub struct Year {
    /// First year of the school year.
    pub year: i16,
    /// Counties in the order of their codes.
    pub counties: Vec<County>,
    /// Some rows are made up.
    pub synthetic: bool,
    /// What the figures leave to be said.
    pub findings: Vec<Finding>,
}

/// A county in a year.
#[derive(Debug, Clone, PartialEq)]
pub struct County {
    /// Its code.
    pub code: String,
    /// Its name, or nothing.
    pub name: String,
    /// The year of its certification.
    pub certified: Option<i16>,
    /// Index into the year's standards.
    pub standard: usize,
    /// Rows, senior ones and those out of scope too.
    pub rows: usize,
    /// Sections without students, which are left out.
    pub empty: usize,
    /// Sections in scope: primary, junior.
    pub sections: [usize; 2],
    /// Sections that fail the section rules: primary, junior.
    pub failing: [usize; 2],
    /// Sections that cannot be judged: primary, junior.
    pub open: [usize; 2],
    /// All sections together; `None` where the standard has no section rule or none was judged.
    pub all_sections: Option<Verdict>,
    /// The resource part.
    pub verdict: Verdict,
    /// A row per stage and indicator.
    pub coefficients: Vec<Coefficient>,
    /// Means of coefficients, where the standard has them: stage, mean, limit, verdict.
    pub composites: Vec<(Stage, Option<f64>, Option<f64>, Verdict)>,
    /// Indicators that sections fail; empty unless asked for.
    pub short: Vec<Short>,
}

/// One indicator of one stage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    /// The stage.
    pub stage: Stage,
    /// Index into the standard's indicators.
    pub indicator: usize,
    /// Σ amounts ÷ Σ students.
    pub mean: Option<f64>,
    /// Coefficient of variation.
    pub cv: Option<f64>,
    /// Its limit.
    pub limit: Option<f64>,
    /// Against the limit; `None` without a limit.
    pub verdict: Option<Verdict>,
    /// Sections that are `not_met` in this indicator.
    pub failing: usize,
    /// Sections between floor and threshold.
    pub tolerated: usize,
    /// Sections that cannot be judged in it.
    pub open: usize,
}

/// An indicator in which a section does not reach the threshold, in a section that fails.
#[derive(Debug, Clone, PartialEq)]
pub struct Short {
    /// The school's code.
    pub school_id: String,
    /// Its name.
    pub name: String,
    /// The stage.
    pub stage: Stage,
    /// Index into the standard's indicators.
    pub indicator: usize,
    /// The figure.
    pub value: Option<f64>,
    /// The threshold.
    pub threshold: Option<f64>,
    /// The floor.
    pub floor: Option<f64>,
    /// Tolerated, not met or undetermined.
    pub verdict: Verdict,
}

impl Year {
    pub(super) fn new(year: i16) -> Self {
        Self {
            year,
            counties: Vec::new(),
            synthetic: false,
            findings: Vec::new(),
        }
    }

    /// Sections in scope.
    #[must_use]
    pub fn sections(&self) -> usize {
        self.counties.iter().flat_map(|c| c.sections).sum()
    }
}

impl County {
    /// How far the county is from the line: the share of sections that fail, plus how much the
    /// worst coefficient exceeds its limit, relative to it. 0 on the line or better; `None` where
    /// a coefficient is missing or a section cannot be judged and nothing fails.
    #[must_use]
    pub fn distance(&self) -> Option<f64> {
        let excess = self.worst_excess().map(|x| x.max(0.0));
        let share = self.failing_share();
        match (self.verdict, excess) {
            (Verdict::Undetermined, _) => None,
            (_, Some(excess)) => Some(share + excess),
            (_, None) => Some(share),
        }
    }

    /// Share of the judged sections that fail.
    #[must_use]
    pub fn failing_share(&self) -> f64 {
        let sections: usize = self.sections.iter().sum();
        let failing: usize = self.failing.iter().sum();
        if sections == 0 {
            0.0
        } else {
            failing as f64 / sections as f64
        }
    }

    /// The coefficient nearest to its limit, or furthest beyond.
    #[must_use]
    pub fn tightest(&self) -> Option<&Coefficient> {
        let known = self.coefficients.iter();
        let known = known.filter_map(|c| Some((c.cv? / c.limit?, c)));
        known.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, c)| c)
    }

    /// The largest (coefficient − limit) ÷ limit; negative where all are within.
    #[must_use]
    pub fn worst_excess(&self) -> Option<f64> {
        let own = self
            .coefficients
            .iter()
            .filter_map(|c| Some((c.cv?, c.limit?)));
        let means = self
            .composites
            .iter()
            .filter_map(|(_, cv, limit, _)| Some(((*cv)?, (*limit)?)));
        own.chain(means)
            .map(|(cv, limit)| (cv - limit) / limit)
            .reduce(f64::max)
    }
}
