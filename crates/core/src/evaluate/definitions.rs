//! Definitions, such as of weak schools (薄弱学校), and class-size bands: shown, not judged.

use super::frame::Frame;
use super::sections::SectionResult;
use crate::model::Stage;
use crate::standard::{Definition, Standard, Unit, all_hold, hold};
use crate::verdict::Span;

/// A clause that fired for a school, or may.
#[derive(Debug, Clone, PartialEq)]
pub struct DefinitionResult {
    /// Index into [`Standard::definitions`].
    pub definition: usize,
    /// Row of `schools`.
    pub school: usize,
    /// `best` without `worst`: something is missing that would settle it.
    pub fires: Span<bool>,
}

/// How many classes of a stage fall into a band.
#[derive(Debug, Clone, PartialEq)]
pub struct BandResult {
    /// Index into [`Standard::bands`].
    pub band: usize,
    /// The stage.
    pub stage: Stage,
    /// Classes in the band.
    pub classes: usize,
    /// Classes of the stage in all.
    pub of: usize,
}

pub(super) fn judge_definitions(standard: &Standard, frame: &Frame) -> Vec<DefinitionResult> {
    let mut all = Vec::new();
    for (school, members) in frame.taught() {
        for (definition, d) in standard.definitions.iter().enumerate() {
            let (unit, row) = match d.stage {
                None => (Unit::School, Some(school)),
                Some(stage) => {
                    let mut of_stage = members
                        .iter()
                        .filter(|row| frame.sections[**row].stage == Some(stage));
                    (Unit::Section, of_stage.next().copied())
                }
            };
            let Some(row) = row else { continue };
            let fires = fires(d, frame, unit, row);
            if fires.best {
                all.push(DefinitionResult {
                    definition,
                    school,
                    fires,
                });
            }
        }
    }
    all
}

fn fires(d: &Definition, frame: &Frame, unit: Unit, row: usize) -> Span<bool> {
    let read = frame.reader(unit, row);
    let all = all_hold(&d.all, &read);
    if d.any.is_empty() {
        return all;
    }
    let any = d
        .any
        .iter()
        .map(|t| hold(t, &read))
        .fold(Span::sure(false), |a, b| Span {
            worst: a.worst || b.worst,
            best: a.best || b.best,
        });
    Span {
        worst: all.worst && any.worst,
        best: all.best && any.best,
    }
}

pub(super) fn count_bands(
    standard: &Standard,
    frame: &Frame,
    sections: &[SectionResult],
) -> Vec<BandResult> {
    let mut all = Vec::new();
    for stage in Stage::JUDGED {
        let sizes: Vec<f64> = sections
            .iter()
            .filter(|s| s.stage == Some(stage))
            .flat_map(|s| frame.classes[s.row].iter().map(|c| c.1))
            .filter(|size| !size.is_nan())
            .collect();
        for (band, b) in standard.bands.iter().enumerate() {
            let inside = |size: &&f64| {
                b.at_least.is_none_or(|low| **size >= low)
                    && b.at_most.is_none_or(|high| **size <= high)
            };
            all.push(BandResult {
                band,
                stage,
                classes: sizes.iter().filter(inside).count(),
                of: sizes.len(),
            });
        }
    }
    all
}
