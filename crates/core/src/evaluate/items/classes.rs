//! Class sizes and special rooms.

use super::units::Tally;
use super::{Gap, Outcome, Scene, UnitResult, holds, reached};
use crate::evaluate::ratio::{Tried, try_exceptions};
use crate::exact::decimal;
use crate::model::Field;
use crate::standard::{ByStage, Compare, Item, Relief, Unit, Variable, of_stage};
use crate::verdict::{Span, Verdict};

impl Scene<'_> {
    pub(super) fn classes_at_most(&self, item: &Item, limits: &ByStage) -> Outcome {
        let mut tally = Tally::default();
        let mut over = 0.0;
        for section in self.universe(item) {
            let Some(limit) = section
                .stage
                .and_then(|s| of_stage(limits, s))
                .and_then(|l| self.at(Unit::Section, section.row).limit::<f64>(l))
            else {
                continue;
            };
            let listed = &self.frame.classes[section.row];
            let largest = self.frame.section(Field::LargestClass, section.row);
            let larger = listed.iter().filter(|c| c.1 > limit).count();
            // More students than the classes may hold: one is too large, whichever it is.
            let least = listed
                .is_empty()
                .then(|| self.least_largest(section.row))
                .flatten();
            let verdict = match largest {
                _ if larger > 0 => Verdict::NotMet,
                Some(size) => reached(size <= limit),
                None if least.is_some_and(|size| size > limit) => Verdict::NotMet,
                None => Verdict::Undetermined,
            };
            over += match verdict {
                // Without a class list at least the largest class is over.
                Verdict::NotMet => larger.max(1) as f64,
                _ => 0.0,
            };
            let seen = listed.iter().map(|c| c.1).fold(f64::NAN, f64::max);
            tally.add(
                UnitResult {
                    unit: Unit::Section,
                    row: section.row,
                    value: largest.or((!seen.is_nan()).then_some(seen)).or(least),
                    threshold: Some(limit),
                    verdict,
                    tried: Vec::new(),
                },
                vec![self.class_gap(section.row)],
            );
        }
        let settled = !tally.verdicts.contains(&Verdict::Undetermined);
        let mut outcome = tally.outcome(Compare::AtMost, self.nothing());
        outcome.value = outcome.value.filter(|_| settled).map(|_| over);
        outcome
    }

    /// What would say how large the classes are: the list, where there is one.
    fn class_gap(&self, row: usize) -> Gap {
        let field = if self.frame.classes[row].is_empty() {
            Field::LargestClass
        } else {
            Field::ClassStudents
        };
        Gap::of(Unit::Section, row, Variable::Section(field))
    }

    /// The largest class has at least this many: students ÷ classes, rounded up.
    pub(super) fn least_largest(&self, row: usize) -> Option<f64> {
        let classes = self.frame.section(Field::SectionClasses, row)?;
        let students = self.frame.section(Field::Students, row)?;
        (classes > 0.0).then(|| (students / classes).ceil())
    }

    pub(super) fn class_share(
        &self,
        item: &Item,
        above: f64,
        compare: Compare,
        limits: &ByStage,
    ) -> Outcome {
        let mut classes = 0.0;
        let mut large = 0.0;
        let mut gaps = Vec::new();
        for section in self.universe(item) {
            let listed = &self.frame.classes[section.row];
            let number = self.frame.section(Field::SectionClasses, section.row);
            let largest = self.frame.section(Field::LargestClass, section.row);
            match (listed.is_empty(), number, largest) {
                (false, ..) if listed.iter().all(|c| !c.1.is_nan()) => {
                    classes += listed.len() as f64;
                    large += listed.iter().filter(|c| c.1 > above).count() as f64;
                }
                // No class list, but even the largest class is not that large.
                (true, Some(number), Some(largest)) if largest <= above => classes += number,
                _ => gaps.push(self.class_gap(section.row)),
            }
        }
        let limit = self.county_limit(limits);
        if !gaps.is_empty() || limit.is_none() {
            return Outcome {
                threshold: limit,
                gaps,
                ..Outcome::new(compare, Verdict::Undetermined)
            };
        }
        if classes == 0.0 {
            return Outcome::new(compare, self.nothing());
        }
        let limit = limit.unwrap_or_default();
        let order = decimal(large).cmp(&(decimal(limit) * decimal(classes)));
        Outcome {
            value: Some(large / classes),
            threshold: Some(limit),
            ..Outcome::new(compare, reached(holds(order, compare)))
        }
    }

    pub(super) fn rooms(
        &self,
        item: &Item,
        target: &str,
        room: &str,
        per_classes: f64,
        limits: &ByStage,
    ) -> Outcome {
        let mut tally = Tally::default();
        for section in self.universe(item) {
            let Some(limit) = section.stage.and_then(|s| of_stage(limits, s)) else {
                continue;
            };
            let at = self.at(Unit::Section, section.row);
            let tried = try_exceptions(self.standard, target, at, section.stage);
            let smallest = |keep: fn(&Tried) -> bool| {
                let relaxed = tried
                    .iter()
                    .filter(|t| keep(t))
                    .filter_map(|t| match self.standard.exceptions[t.exception].relief {
                        Relief::Limit(area) => Some(area),
                        Relief::Adds(_) => None,
                    })
                    .fold(f64::NAN, f64::min);
                let full = at.limit::<f64>(limit)?;
                Some(if relaxed.is_nan() {
                    full
                } else {
                    relaxed.min(full)
                })
            };
            let listed: Vec<f64> = self.frame.rooms[section.row]
                .iter()
                .filter(|r| r.1 == room)
                .map(|r| r.2)
                .collect();
            let classes = self.frame.section(Field::SectionClasses, section.row);
            let needed = classes.map(|n| (n / per_classes).ceil());
            let large = |area: Option<f64>, blank: bool| {
                let area = area?;
                let fits = |a: &&f64| **a >= area || (blank && a.is_nan());
                Some(listed.iter().filter(fits).count() as f64)
            };
            let enough = |have: Option<f64>| Some(have? >= needed?);
            let worst = enough(large(smallest(|t| t.holds.worst), false));
            let best = enough(large(smallest(|t| t.holds.best), true));
            // No row is missing, not none; zero needs a row.
            let span = match (worst, best) {
                _ if listed.is_empty() && needed != Some(0.0) => Span::UNKNOWN,
                (Some(worst), Some(best)) => Span { worst, best },
                _ => Span::UNKNOWN,
            };
            let mut gaps = Vec::new();
            if classes.is_none() {
                gaps.push(Gap::of(
                    Unit::Section,
                    section.row,
                    Variable::Section(Field::SectionClasses),
                ));
            }
            if listed.is_empty() || listed.iter().any(|area| area.is_nan()) {
                gaps.push(Gap::of(
                    Unit::Section,
                    section.row,
                    Variable::Section(Field::RoomArea),
                ));
            }
            gaps.extend(self.missing_exceptions(&tried, Unit::Section, section.row));
            tally.add(
                UnitResult {
                    unit: Unit::Section,
                    row: section.row,
                    value: large(smallest(|t| t.holds.worst), false).filter(|_| !listed.is_empty()),
                    threshold: needed,
                    verdict: span.verdict(),
                    tried,
                },
                gaps,
            );
        }
        tally.outcome(Compare::AtLeast, self.nothing())
    }
}
