//! Snapshot → Evaluation: the one evaluator that judges today, a forecast and a plan alike.

mod definitions;
mod desk;
mod frame;
mod inequality;
mod items;
mod missing;
mod ratio;
mod rules;
mod sections;
mod shortfall;
mod variation;

pub use definitions::{BandResult, DefinitionResult};
pub use desk::Desk;
pub(crate) use frame::counted_by;
pub use frame::{Columns, Frame, Origin, Reader, SectionRow};
pub use inequality::{Inequality, Weighting, gini, inequality, sample_variation, theil};
pub(crate) use items::universe;
pub use items::{Gap, ItemResult, PartResult, UnitResult};
pub use missing::Missing;
pub use ratio::{At, Judged, Tried, floors_disagree, try_exceptions};
pub use rules::{Judgement, Resource, Rules, Scope};
pub use sections::{IndicatorResult, SectionResult};
pub use shortfall::{Shortfall, shortfalls};
pub use variation::{CompositeResult, Rounded, Spread, VariationResult, members, spread};

use crate::model::Snapshot;
use crate::standard::Standard;
use crate::verdict::Verdict;

/// The verdict of a county with all that it rests on.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// All items together.
    pub verdict: Verdict,
    /// Every section, in the order of the table.
    pub sections: Vec<SectionResult>,
    /// Coefficients of variation.
    pub variations: Vec<VariationResult>,
    /// Composites, where the standard has them.
    pub composites: Vec<CompositeResult>,
    /// Items in the order of the standard.
    pub items: Vec<ItemResult>,
    /// Clauses of definitions that fired, or may.
    pub definitions: Vec<DefinitionResult>,
    /// Classes by size band, where an overlay has bands.
    pub bands: Vec<BandResult>,
    /// Figures whose absence leaves something open.
    pub missing: Vec<Missing>,
    /// The columns everything was read from.
    pub frame: Frame,
}

/// Judges a county by a standard.
///
/// Any `not_met` wins, then any `undetermined`, else `met`. Missing is never 0.
#[must_use]
pub fn evaluate(snapshot: &Snapshot, standard: &Standard) -> Evaluation {
    judge(snapshot, standard, Frame::new(snapshot, standard))
}

/// The same with columns that were read already, and perhaps changed since.
#[must_use]
pub(crate) fn judge(snapshot: &Snapshot, standard: &Standard, frame: Frame) -> Evaluation {
    let mut sections = Vec::with_capacity(frame.sections.len());
    let Resource {
        variations,
        composites,
        ..
    } = Rules::new(standard).judge(
        &mut Desk::default(),
        &frame,
        0..frame.sections.len(),
        |judged| {
            sections.push(SectionResult::new(snapshot, standard, &frame, judged));
        },
    );
    let items = items::judge_items(&items::Scene {
        snapshot,
        standard,
        frame: &frame,
        sections: &sections,
        variations: &variations,
        composites: &composites,
    });
    let missing = missing::missing(snapshot, standard, &frame, &sections, &items);
    Evaluation {
        verdict: Verdict::all(items.iter().map(|i| i.verdict)),
        definitions: definitions::judge_definitions(standard, &frame),
        bands: definitions::count_bands(standard, &frame, &sections),
        missing,
        sections,
        variations,
        composites,
        items,
        frame,
    }
}
