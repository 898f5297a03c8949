//! The items of the assessment: entry, government, quality, recognition, vetoes.

use std::collections::{BTreeMap, BTreeSet};

use super::frame::Frame;
use super::ratio::{Against, At, Tried, judge, try_exceptions};
use super::sections::SectionResult;
use super::variation::{CompositeResult, VariationResult};
use crate::exact::{Exact, compare as compare_near, decimal};
use crate::model::{Field, Snapshot, Stage, TableId};
use crate::standard::{
    Amount, ByStage, Compare, Group, Item, ItemTest, Limit, Part, Ratio, Standard, Test, Unit,
    Variable, all_hold, of_stage,
};
use crate::text::Text;
use crate::verdict::{Grade, Span, Verdict};

/// A unit that a part looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitResult {
    /// Section or school.
    pub unit: Unit,
    /// Its row.
    pub row: usize,
    /// The figure, where there is one.
    pub value: Option<f64>,
    /// What it was compared with.
    pub threshold: Option<f64>,
    /// Met, not met, undetermined.
    pub verdict: Verdict,
    /// Exceptions tried.
    pub tried: Vec<Tried>,
}

/// A figure whose absence leaves something open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The unit, as 0 section, 1 school, 2 county: rows of one are kept together.
    pub unit: u8,
    /// Its row.
    pub row: usize,
    /// What is missing.
    pub variable: Variable,
}

impl Gap {
    fn of(unit: Unit, row: usize, variable: Variable) -> Self {
        Self {
            unit: unit as u8,
            row,
            variable,
        }
    }

    /// The unit.
    #[must_use]
    pub fn at(self) -> Unit {
        match self.unit {
            0 => Unit::Section,
            1 => Unit::School,
            _ => Unit::County,
        }
    }
}

/// A part of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct PartResult {
    /// Its id within the item.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// The figure.
    pub value: Option<f64>,
    /// What it is compared with.
    pub threshold: Option<f64>,
    /// How.
    pub compare: Compare,
    /// The verdict of the figures.
    pub verdict: Verdict,
    /// Units looked at, those that matter: failing, open, or helped by an exception.
    pub units: Vec<UnitResult>,
    /// Missing figures.
    pub gaps: Vec<Gap>,
    /// Index into the item's parts.
    pub part: usize,
}

/// An item.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemResult {
    /// Index into [`Standard::items`].
    pub item: usize,
    /// The figure, where the item has one part.
    pub value: Option<f64>,
    /// What it is compared with.
    pub threshold: Option<f64>,
    /// The verdict.
    pub verdict: Verdict,
    /// Its parts.
    pub parts: Vec<PartResult>,
    /// What the county attested: `true` is met.
    pub attested: Option<bool>,
    /// The attestation decided, not the figures.
    pub by_attestation: bool,
    /// Schools that fail, in the order of the table.
    pub failing: Vec<String>,
}

/// All that items look at.
pub(super) struct Scene<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) standard: &'a Standard,
    pub(super) frame: &'a Frame,
    pub(super) sections: &'a [SectionResult],
    pub(super) variations: &'a [VariationResult],
    pub(super) composites: &'a [CompositeResult],
}

/// A part before its name is put to it.
struct Outcome {
    value: Option<f64>,
    threshold: Option<f64>,
    compare: Compare,
    verdict: Verdict,
    units: Vec<UnitResult>,
    gaps: Vec<Gap>,
}

impl Outcome {
    fn new(compare: Compare, verdict: Verdict) -> Self {
        Self {
            value: None,
            threshold: None,
            compare,
            verdict,
            units: Vec::new(),
            gaps: Vec::new(),
        }
    }
}

/// Judges every item, in the standard's order.
pub(super) fn judge_items(scene: &Scene<'_>) -> Vec<ItemResult> {
    scene
        .standard
        .items
        .iter()
        .enumerate()
        .map(|(index, item)| scene.item(index, item))
        .collect()
}

impl Scene<'_> {
    fn item(&self, index: usize, item: &Item) -> ItemResult {
        let parts: Vec<PartResult> = item
            .parts
            .iter()
            .enumerate()
            .flat_map(|(n, part)| self.part(item, n, part))
            .collect();
        let figures = if parts.iter().all(|p| p.verdict == Verdict::NotApplicable) {
            Verdict::NotApplicable
        } else {
            Verdict::all(parts.iter().map(|p| p.verdict))
        };
        let attested = self.attested(&item.id);
        let attestable = item.group != Group::Veto
            && !item.parts.iter().any(|p| {
                matches!(
                    p.test,
                    ItemTest::SectionsPass(_)
                        | ItemTest::VariationWithin(_)
                        | ItemTest::CompositeWithin(_)
                )
            });
        let (verdict, by_attestation) = match (attested, figures) {
            (Some(false), _) if attestable => (Verdict::NotMet, figures != Verdict::NotMet),
            (Some(true), Verdict::Undetermined) if attestable => (Verdict::Met, true),
            _ => (figures, false),
        };
        let failing = self.failing(&parts);
        let only = if let [only] = parts.as_slice() {
            Some(only)
        } else {
            None
        };
        ItemResult {
            item: index,
            value: only.and_then(|p| p.value),
            threshold: only.and_then(|p| p.threshold),
            verdict,
            attested: attested.filter(|_| attestable),
            by_attestation,
            failing,
            parts,
        }
    }

    fn attested(&self, id: &str) -> Option<bool> {
        match self
            .snapshot
            .facts
            .get(&format!("attest_{id}"))?
            .value
            .as_str()
        {
            "met" => Some(true),
            "not_met" => Some(false),
            _ => None,
        }
    }

    /// Ids of schools with a failing unit, in the order of the schools.
    fn failing(&self, parts: &[PartResult]) -> Vec<String> {
        let mut schools = BTreeSet::new();
        let mut unknown = Vec::new();
        for unit in parts.iter().flat_map(|p| &p.units) {
            if unit.verdict != Verdict::NotMet {
                continue;
            }
            match unit.unit {
                Unit::School => {
                    schools.insert(unit.row);
                }
                Unit::Section => match self.frame.sections[unit.row].school {
                    Some(school) => {
                        schools.insert(school);
                    }
                    None => unknown.push(self.sections[unit.row].school_id.clone()),
                },
                Unit::County => {}
            }
        }
        let known = schools
            .into_iter()
            .filter_map(|row| self.snapshot.text(Field::SchoolId, row).map(str::to_owned));
        known.chain(unknown).collect()
    }

    fn part(&self, item: &Item, index: usize, part: &Part) -> Vec<PartResult> {
        if let ItemTest::Monitoring { level, difference } = part.test {
            return self.monitoring(index, level, difference);
        }
        let target = format!("{}.{}", item.id, part.id);
        let outcome = match &part.test {
            ItemTest::SectionsPass(rule) => self.sections_pass(*rule),
            ItemTest::VariationWithin(rule) => self.variation_within(*rule),
            ItemTest::CompositeWithin(rule) => self.composite_within(*rule),
            ItemTest::County {
                ratio,
                compare,
                object_required,
            } => self.county(ratio, *compare, *object_required, &part.limits),
            ItemTest::Total {
                stage,
                ratio,
                compare,
                filter,
            } => self.total(item, *stage, ratio, *compare, filter, &part.limits),
            ItemTest::Every {
                unit,
                ratio,
                compare,
                filter,
            } => self.every(item, &target, *unit, ratio, *compare, filter, &part.limits),
            ItemTest::ClassesAtMost => self.classes_at_most(item, &part.limits),
            ItemTest::ClassShare { above, compare } => {
                self.class_share(item, *above, *compare, &part.limits)
            }
            ItemTest::Rooms { room, per_classes } => {
                self.rooms(item, &target, room, *per_classes, &part.limits)
            }
            ItemTest::Points(items) => self.points(items, &part.limits),
            ItemTest::Score => Outcome {
                value: self.score(&item.id),
                threshold: self.county_limit(&part.limits),
                ..Outcome::new(Compare::AtLeast, Verdict::NotApplicable)
            },
            ItemTest::Attested => Outcome::new(Compare::AtLeast, Verdict::Undetermined),
            ItemTest::Veto(field) => self.veto(*field),
            ItemTest::Monitoring { .. } => return Vec::new(),
        };
        vec![PartResult {
            id: part.id.clone(),
            title: part.title.clone(),
            value: outcome.value,
            threshold: outcome.threshold,
            compare: outcome.compare,
            verdict: outcome.verdict,
            units: outcome.units,
            gaps: outcome.gaps,
            part: index,
        }]
    }

    // --- resources -------------------------------------------------------------------------

    fn sections_pass(&self, rule: usize) -> Outcome {
        let judged: Vec<(&SectionResult, Verdict)> = self
            .sections
            .iter()
            .filter_map(|s| Some((s, s.rules.get(rule)?.verdict())))
            .collect();
        if judged.is_empty() {
            return Outcome::new(Compare::AtLeast, Verdict::Undetermined);
        }
        let verdict = Verdict::all(judged.iter().map(|(_, v)| *v));
        let met = judged.iter().filter(|(_, v)| *v == Verdict::Met).count();
        let settled = judged.iter().all(|(_, v)| *v != Verdict::Undetermined);
        Outcome {
            value: settled.then(|| met as f64 / judged.len() as f64),
            threshold: Some(1.0),
            units: judged
                .iter()
                .filter(|(_, v)| *v != Verdict::Met)
                .map(|(s, v)| UnitResult {
                    unit: Unit::Section,
                    row: s.row,
                    value: None,
                    threshold: None,
                    verdict: *v,
                    tried: Vec::new(),
                })
                .collect(),
            ..Outcome::new(Compare::AtLeast, verdict)
        }
    }

    /// The value is how many coefficients are beyond their limit.
    fn variation_within(&self, rule: usize) -> Outcome {
        let verdicts: Vec<Verdict> = self
            .variations
            .iter()
            .filter(|v| v.rule == rule)
            .filter_map(|v| v.verdict)
            .collect();
        if verdicts.is_empty() {
            return Outcome::new(Compare::AtMost, Verdict::Undetermined);
        }
        let beyond = verdicts.iter().filter(|v| **v == Verdict::NotMet).count();
        let settled = !verdicts.contains(&Verdict::Undetermined);
        Outcome {
            value: settled.then_some(beyond as f64),
            threshold: Some(0.0),
            ..Outcome::new(Compare::AtMost, Verdict::all(verdicts))
        }
    }

    fn composite_within(&self, rule: usize) -> Outcome {
        let parts: Vec<&CompositeResult> =
            self.composites.iter().filter(|c| c.rule == rule).collect();
        if parts.is_empty() {
            return Outcome::new(Compare::AtMost, Verdict::Undetermined);
        }
        let beyond = parts
            .iter()
            .filter(|c| c.verdict == Verdict::NotMet)
            .count();
        let settled = parts.iter().all(|c| c.verdict != Verdict::Undetermined);
        Outcome {
            value: settled.then_some(beyond as f64),
            threshold: Some(0.0),
            ..Outcome::new(
                Compare::AtMost,
                Verdict::all(parts.iter().map(|c| c.verdict)),
            )
        }
    }

    // --- county figures --------------------------------------------------------------------

    fn county_at(&self) -> At<'_> {
        At {
            frame: self.frame,
            unit: Unit::County,
            row: 0,
        }
    }

    /// The limit of a county item, which has no stage of its own.
    fn county_limit(&self, limits: &ByStage) -> Option<f64> {
        self.county_at()
            .limit(limits[0].as_ref().or(limits[1].as_ref())?)
    }

    fn county(
        &self,
        ratio: &Ratio,
        compare: Compare,
        object_required: bool,
        limits: &ByStage,
    ) -> Outcome {
        let at = self.county_at();
        let Some(limit) = limits[0].as_ref().or(limits[1].as_ref()) else {
            return Outcome::new(compare, Verdict::Undetermined);
        };
        if at.denominator::<f64>(ratio) == Some(0.0) && !object_required {
            return Outcome::new(compare, Verdict::NotApplicable);
        }
        let against = Against {
            ratio,
            limit,
            compare,
            floor: None,
            printed: false,
        };
        let judged = judge(self.standard, at, against, &[]);
        let mut gaps = missing_variables(at, ratio);
        if let Amount::Figure(variable) = limit.amount
            && at.read::<f64>(variable).is_none()
        {
            gaps.push(Gap::of(Unit::County, 0, variable));
        }
        Outcome {
            value: judged.value,
            threshold: judged.threshold,
            gaps,
            ..Outcome::new(compare, passed(judged.span).verdict())
        }
    }

    /// Every subject given reaches the level and stays below the difference; none given is open.
    fn monitoring(&self, part: usize, level: f64, difference: f64) -> Vec<PartResult> {
        let mut all = Vec::new();
        let subjects = TableId::County
            .fields()
            .filter_map(|f| Some((f, f.id().strip_prefix("monitoring_level_")?)));
        for (level_field, subject) in subjects {
            let id = format!("monitoring_difference_{subject}");
            let Some(difference_field) = Field::by_id(TableId::County, &id) else {
                continue;
            };
            let fields = [
                (level_field, level, Compare::AtLeast),
                (difference_field, difference, Compare::Below),
            ];
            let values = fields.map(|(f, ..)| self.snapshot.number(f, 0));
            if values.iter().all(Option::is_none) {
                continue;
            }
            for ((field, limit, compare), value) in fields.into_iter().zip(values) {
                let verdict = match value {
                    Some(value) if compare == Compare::AtLeast => reached(value >= limit),
                    Some(value) => reached(value < limit),
                    None => Verdict::Undetermined,
                };
                let gaps = if value.is_none() {
                    vec![Gap::of(Unit::County, 0, Variable::County(field))]
                } else {
                    Vec::new()
                };
                all.push(PartResult {
                    id: field.id().trim_start_matches("monitoring_").to_owned(),
                    title: Text::new(field.about().zh, field.about().en),
                    value,
                    threshold: Some(limit),
                    compare,
                    verdict,
                    units: Vec::new(),
                    gaps,
                    part,
                });
            }
        }
        if all.is_empty() {
            all.push(PartResult {
                id: "subjects".to_owned(),
                title: Text::new(
                    "没有填报任何学科的监测结果",
                    "no subject's monitoring result is given",
                ),
                value: None,
                threshold: None,
                compare: Compare::AtLeast,
                verdict: Verdict::Undetermined,
                units: Vec::new(),
                gaps: vec![Gap::of(
                    Unit::County,
                    0,
                    Variable::County(Field::LevelMathematics),
                )],
                part,
            });
        }
        all
    }

    fn veto(&self, field: Field) -> Outcome {
        match self.snapshot.text(field, 0) {
            Some("yes") => Outcome::new(Compare::AtMost, Verdict::NotMet),
            Some("no") => Outcome::new(Compare::AtMost, Verdict::Met),
            _ => Outcome {
                gaps: vec![Gap::of(Unit::County, 0, Variable::County(field))],
                ..Outcome::new(Compare::AtMost, Verdict::Undetermined)
            },
        }
    }

    fn score(&self, id: &str) -> Option<f64> {
        self.snapshot
            .facts
            .get(&format!("score_{id}"))?
            .value
            .parse()
            .ok()
            .filter(|x: &f64| x.is_finite())
    }

    /// Points already given may be enough; otherwise all must be known.
    fn points(&self, items: &[String], limits: &ByStage) -> Outcome {
        let limit = self.county_limit(limits);
        let scores: Vec<Option<f64>> = items.iter().map(|id| self.score(id)).collect();
        let sum: f64 = scores.iter().flatten().sum();
        let complete = scores.iter().all(Option::is_some);
        let verdict = match limit {
            Some(limit) if sum >= limit => Verdict::Met,
            Some(_) if complete => Verdict::NotMet,
            _ => Verdict::Undetermined,
        };
        Outcome {
            value: complete.then_some(sum),
            threshold: limit,
            ..Outcome::new(Compare::AtLeast, verdict)
        }
    }

    // --- sections and schools --------------------------------------------------------------

    /// Sections an item counts: in scope, or out of it but counted here.
    fn universe(&self, item: &Item) -> impl Iterator<Item = &SectionResult> {
        let id = item.id.clone();
        self.sections
            .iter()
            .filter(move |s| s.in_scope() || s.counted_in.contains(&id))
    }

    fn at(&self, unit: Unit, row: usize) -> At<'_> {
        At {
            frame: self.frame,
            unit,
            row,
        }
    }

    fn qualifies(&self, filter: &[Test], unit: Unit, row: usize) -> Span<bool> {
        all_hold(filter, |v| self.frame.number(unit, row, v))
    }

    fn total(
        &self,
        item: &Item,
        stage: Option<Stage>,
        ratio: &Ratio,
        compare: Compare,
        filter: &[Test],
        limits: &ByStage,
    ) -> Outcome {
        let Some(limit) = stage
            .and_then(|s| of_stage(limits, s))
            .or(limits[0].as_ref())
            .or(limits[1].as_ref())
        else {
            return Outcome::new(compare, Verdict::Undetermined);
        };
        let rows: Vec<(usize, Span<bool>)> = self
            .universe(item)
            .filter(|s| stage.is_none() || s.stage == stage)
            .map(|s| (s.row, self.qualifies(filter, Unit::Section, s.row)))
            .filter(|(_, q)| q.best)
            .collect();
        if rows.is_empty() {
            return Outcome::new(compare, Verdict::NotApplicable);
        }
        let sure: Vec<usize> = rows
            .iter()
            .filter(|(_, q)| q.worst)
            .map(|(r, _)| *r)
            .collect();
        let maybe: Vec<usize> = rows.iter().map(|(r, _)| *r).collect();
        let first = self.sum_verdict(&sure, ratio, compare, limit);
        let second = if maybe.len() == sure.len() {
            first
        } else {
            self.sum_verdict(&maybe, ratio, compare, limit)
        };
        let verdict = match (first.1, second.1) {
            (a, b) if a == b => a,
            // Whether there is anything to judge is itself open.
            (Verdict::NotApplicable, Verdict::Met) | (Verdict::Met, Verdict::NotApplicable) => {
                Verdict::Met
            }
            _ => Verdict::Undetermined,
        };
        let mut gaps: Vec<Gap> = Vec::new();
        for (row, q) in &rows {
            gaps.extend(missing_variables(self.at(Unit::Section, *row), ratio));
            if q.settled().is_none() {
                gaps.extend(self.missing_tests(filter, Unit::Section, *row));
            }
        }
        let threshold = self.county_at().limit::<f64>(limit);
        Outcome {
            value: first.0,
            threshold,
            units: if verdict == Verdict::Met {
                Vec::new()
            } else {
                self.short_units(&sure, ratio, compare, limit)
            },
            gaps: if verdict == Verdict::Undetermined {
                gaps
            } else {
                Vec::new()
            },
            ..Outcome::new(compare, verdict)
        }
    }

    fn missing_tests(&self, filter: &[Test], unit: Unit, row: usize) -> Vec<Gap> {
        filter
            .iter()
            .flat_map(|t| [Some(t.variable), t.over])
            .flatten()
            .filter(|v| self.frame.number(unit, row, *v).is_nan())
            .map(|v| Gap::of(unit, row, v))
            .collect()
    }

    /// Σ numerators ÷ Σ denominators over rows, and how it compares.
    fn sum_verdict(
        &self,
        rows: &[usize],
        ratio: &Ratio,
        compare: Compare,
        limit: &Limit,
    ) -> (Option<f64>, Verdict) {
        fn sums<N: crate::exact::Arith>(
            scene: &Scene<'_>,
            rows: &[usize],
            ratio: &Ratio,
        ) -> Option<(N, N)> {
            let mut top = N::of(0.0);
            let mut bottom = N::of(0.0);
            for row in rows {
                let at = scene.at(Unit::Section, *row);
                top = top.plus(at.numerator(ratio, &[])?);
                bottom = bottom.plus(at.denominator(ratio)?);
            }
            Some((
                top.times(N::of(ratio.per)),
                bottom.times(N::of(ratio.divisor)),
            ))
        }
        let Some((top, bottom)) = sums::<f64>(self, rows, ratio) else {
            return (None, Verdict::Undetermined);
        };
        if bottom == 0.0 {
            return (None, Verdict::NotApplicable);
        }
        let value = top / bottom;
        let Some(number) = self.county_at().limit::<f64>(limit) else {
            return (Some(value), Verdict::Undetermined);
        };
        let exact = || {
            let (top, bottom) = sums::<Exact>(self, rows, ratio)?;
            let limit = self.county_at().limit::<Exact>(limit)?;
            Some(top.cmp(&(limit * bottom)))
        };
        let order = compare_near(value, number, exact);
        (Some(value), reached(holds(order, compare)))
    }

    /// Sections that are short by themselves, to say where the county's sum falls short.
    fn short_units(
        &self,
        rows: &[usize],
        ratio: &Ratio,
        compare: Compare,
        limit: &Limit,
    ) -> Vec<UnitResult> {
        rows.iter()
            .filter_map(|row| {
                let (value, verdict) = self.sum_verdict(&[*row], ratio, compare, limit);
                (verdict != Verdict::Met && verdict != Verdict::NotApplicable).then(|| UnitResult {
                    unit: Unit::Section,
                    row: *row,
                    value,
                    threshold: self.county_at().limit(limit),
                    verdict,
                    tried: Vec::new(),
                })
            })
            .collect()
    }

    /// Rows of the unit an item counts.
    fn units(&self, item: &Item, unit: Unit) -> Vec<(usize, Option<Stage>)> {
        match unit {
            Unit::Section => self.universe(item).map(|s| (s.row, s.stage)).collect(),
            Unit::School => {
                let schools: BTreeSet<usize> =
                    self.universe(item).filter_map(|s| s.school).collect();
                schools.into_iter().map(|row| (row, None)).collect()
            }
            Unit::County => Vec::new(),
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of one test, each read once"
    )]
    fn every(
        &self,
        item: &Item,
        target: &str,
        unit: Unit,
        ratio: &Ratio,
        compare: Compare,
        filter: &[Test],
        limits: &ByStage,
    ) -> Outcome {
        let mut tally = Tally::default();
        for (row, stage) in self.units(item, unit) {
            let qualifies = self.qualifies(filter, unit, row);
            if !qualifies.best {
                continue;
            }
            let limit = match stage {
                Some(stage) => of_stage(limits, stage),
                None => limits[0].as_ref().or(limits[1].as_ref()),
            };
            let Some(limit) = limit else { continue };
            let at = self.at(unit, row);
            let tried = try_exceptions(self.standard, target, at, stage);
            let against = Against {
                ratio,
                limit,
                compare,
                floor: None,
                printed: false,
            };
            // Nothing to measure by: neither short nor passed.
            if !ratio.over.is_empty() && at.denominator::<f64>(ratio) == Some(0.0) {
                continue;
            }
            let judged = judge(self.standard, at, against, &tried);
            let span = passed(judged.span);
            // A unit that may not qualify can only be passed or open.
            let span = Span {
                worst: span.worst,
                best: span.best || !qualifies.worst,
            };
            let mut gaps = missing_variables(at, ratio);
            if let Amount::Figure(variable) = limit.amount
                && at.read::<f64>(variable).is_none()
            {
                gaps.push(Gap::of(unit, row, variable));
            }
            gaps.extend(self.missing_tests(filter, unit, row));
            gaps.extend(self.missing_exceptions(&tried, unit, row));
            tally.add(
                UnitResult {
                    unit,
                    row,
                    value: judged.value,
                    threshold: judged.threshold,
                    verdict: span.verdict(),
                    tried,
                },
                gaps,
            );
        }
        tally.outcome(compare)
    }

    fn missing_exceptions(&self, tried: &[Tried], unit: Unit, row: usize) -> Vec<Gap> {
        tried
            .iter()
            .filter(|t| t.holds.settled().is_none())
            .flat_map(|t| {
                self.missing_tests(&self.standard.exceptions[t.exception].when, unit, row)
            })
            .collect()
    }

    fn classes_at_most(&self, item: &Item, limits: &ByStage) -> Outcome {
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
            let least = self.least_largest(section.row);
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
                vec![Gap::of(
                    Unit::Section,
                    section.row,
                    Variable::Section(Field::LargestClass),
                )],
            );
        }
        let settled = !tally.verdicts.contains(&Verdict::Undetermined);
        let mut outcome = tally.outcome(Compare::AtMost);
        outcome.value = settled.then_some(over);
        outcome
    }

    /// The largest class has at least this many: students ÷ classes, rounded up.
    fn least_largest(&self, row: usize) -> Option<f64> {
        let classes = self.frame.section(Field::SectionClasses, row)?;
        let students = self.frame.section(Field::Students, row)?;
        (classes > 0.0).then(|| (students / classes).ceil())
    }

    fn class_share(&self, item: &Item, above: f64, compare: Compare, limits: &ByStage) -> Outcome {
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
                _ => gaps.push(Gap::of(
                    Unit::Section,
                    section.row,
                    Variable::Section(Field::LargestClass),
                )),
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
            return Outcome::new(compare, Verdict::NotApplicable);
        }
        let limit = limit.unwrap_or_default();
        let order = decimal(large).cmp(&(decimal(limit) * decimal(classes)));
        Outcome {
            value: Some(large / classes),
            threshold: Some(limit),
            ..Outcome::new(compare, reached(holds(order, compare)))
        }
    }

    fn rooms(
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
                        crate::standard::Relief::Limit(area) => Some(area),
                        crate::standard::Relief::Adds(_) => None,
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
            if listed.is_empty() {
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
        tally.outcome(Compare::AtLeast)
    }
}

/// Units of a part, counted as they come.
#[derive(Default)]
struct Tally {
    verdicts: Vec<Verdict>,
    units: Vec<UnitResult>,
    gaps: Vec<Gap>,
}

impl Tally {
    fn add(&mut self, unit: UnitResult, gaps: Vec<Gap>) {
        self.verdicts.push(unit.verdict);
        if unit.verdict == Verdict::Undetermined {
            self.gaps.extend(gaps);
        }
        if unit.verdict != Verdict::Met || unit.tried.iter().any(|t| t.holds.best) {
            self.units.push(unit);
        }
    }

    /// The value is how many units fail; nothing to look at is not applicable.
    fn outcome(self, compare: Compare) -> Outcome {
        if self.verdicts.is_empty() {
            return Outcome::new(compare, Verdict::NotApplicable);
        }
        let failing = self
            .verdicts
            .iter()
            .filter(|v| **v == Verdict::NotMet)
            .count();
        let settled = !self.verdicts.contains(&Verdict::Undetermined);
        Outcome {
            value: settled.then_some(failing as f64),
            threshold: Some(0.0),
            compare: Compare::AtMost,
            verdict: Verdict::all(self.verdicts),
            units: self.units,
            gaps: self.gaps,
        }
    }
}

fn reached(yes: bool) -> Verdict {
    if yes { Verdict::Met } else { Verdict::NotMet }
}

fn holds(order: std::cmp::Ordering, compare: Compare) -> bool {
    match compare {
        Compare::AtLeast => order.is_ge(),
        Compare::AtMost => order.is_le(),
        Compare::Below => order.is_lt(),
    }
}

fn passed(span: Span<Grade>) -> Span<bool> {
    Span {
        worst: span.worst == Grade::Reached,
        best: span.best == Grade::Reached,
    }
}

/// The variables of a ratio that are missing at a unit.
pub(super) fn missing_variables(at: At<'_>, ratio: &Ratio) -> Vec<Gap> {
    let mut seen = BTreeMap::new();
    for variable in ratio.variables() {
        if at.read::<f64>(variable).is_none() {
            seen.insert(variable, Gap::of(at.unit, at.row, variable));
        }
    }
    seen.into_values().collect()
}
