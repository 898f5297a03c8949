//! Both sides of every threshold, limit and exception, seen over all cases.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::evaluate::Evaluation;
use junheng_core::model::Stage;
use junheng_core::standard::{
    Amount, ByStage, Clause, Exception, ItemTest, Pack, Standard, Unit, all_hold, of_stage,
};
use junheng_core::verdict::{Span, Verdict};

/// What was asked for and what was seen: a name, and the sides it showed.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    wanted: BTreeMap<String, &'static [&'static str]>,
    seen: BTreeMap<String, BTreeSet<&'static str>>,
}

const SIDES: &[&str] = &["met", "not_met"];
const WITH_FLOOR: &[&str] = &["met", "tolerated", "not_met"];
const HELD: &[&str] = &["holds", "does not hold", "is open"];

fn known(limits: &ByStage, stage: Stage) -> Option<&Clause> {
    let limit = of_stage(limits, stage)?;
    (limit.amount != Amount::Unknown).then_some(&limit.clause)
}

impl Coverage {
    fn want(&mut self, name: String, sides: &'static [&'static str]) {
        self.wanted.insert(name, sides);
    }

    fn saw(&mut self, name: String, side: &'static str) {
        self.seen.entry(name).or_default().insert(side);
    }

    /// Notes what an evaluation showed, and what its standard has to show.
    pub(super) fn add(&mut self, standard: &Standard, evaluation: &Evaluation) {
        self.indicators(standard, evaluation);
        self.variations(standard, evaluation);
        self.items(standard, evaluation);
        for e in &standard.exceptions {
            self.exception(standard, e, evaluation);
        }
        self.scope(standard, evaluation);
        self.definitions(standard, evaluation);
        // A norm is shown and not judged: it has no sides.
        for norm in &standard.norms {
            let name = format!("{} {}", norm.clause.pack, norm.id);
            self.want(name.clone(), &["shown"]);
            self.saw(name, "shown");
        }
    }

    fn indicators(&mut self, standard: &Standard, evaluation: &Evaluation) {
        for (n, indicator) in standard.indicators.iter().enumerate() {
            let floor = standard
                .rules
                .iter()
                .any(|r| r.indicators.contains(&n) && r.floor.is_some());
            for stage in Stage::JUDGED {
                let Some(clause) = known(&indicator.limits, stage) else {
                    continue;
                };
                let name = format!("{} {} {}", clause.pack, indicator.id, stage.id());
                self.want(name.clone(), if floor { WITH_FLOOR } else { SIDES });
                for section in evaluation
                    .sections
                    .iter()
                    .filter(|s| s.stage == Some(stage))
                {
                    for r in section.indicators.iter().filter(|r| r.indicator == n) {
                        if let Some(verdict) = r.verdict {
                            self.saw(name.clone(), verdict.id());
                        }
                    }
                }
            }
        }
    }

    fn variations(&mut self, standard: &Standard, evaluation: &Evaluation) {
        for v in &evaluation.variations {
            let rule = &standard.variations[v.rule];
            let id = &standard.indicators[v.indicator].id;
            let Some(clause) = known(&rule.limits, v.stage) else {
                continue;
            };
            let name = format!("{} CV of {id} {}", clause.pack, v.stage.id());
            self.want(name.clone(), SIDES);
            self.saw(name, v.verdict.map_or("", Verdict::id));
        }
        for c in &evaluation.composites {
            let rule = &standard.composites[c.rule];
            let Some(clause) = known(&rule.limits, c.stage) else {
                continue;
            };
            let name = format!("{} composite {}", clause.pack, c.stage.id());
            self.want(name.clone(), SIDES);
            self.saw(name, c.verdict.id());
        }
    }

    fn items(&mut self, standard: &Standard, evaluation: &Evaluation) {
        for result in &evaluation.items {
            let item = &standard.items[result.item];
            let name = format!("{} {}", item.clause.pack, item.id);
            let score = item.parts.iter().all(|p| p.test == ItemTest::Score);
            let unknown =
                |limits: &ByStage| limits.iter().flatten().any(|l| l.amount == Amount::Unknown);
            let open = item.parts.iter().any(|p| {
                let ItemTest::SectionsPass(rule) = p.test else {
                    return unknown(&p.limits);
                };
                let indicators = &standard.rules[rule].indicators;
                indicators
                    .iter()
                    .any(|i| unknown(&standard.indicators[*i].limits))
            });
            if !score && !open {
                self.want(name.clone(), SIDES);
                self.saw(name, result.verdict.id());
            }
            for p in &result.parts {
                let part = &item.parts[p.part];
                if matches!(part.test, ItemTest::Monitoring { .. } | ItemTest::Attested) {
                    continue;
                }
                if matches!(part.test, ItemTest::SectionsPass(_) | ItemTest::Score) {
                    continue;
                }
                let name = format!("{} {}.{}", item.clause.pack, item.id, p.id);
                self.want(name.clone(), SIDES);
                self.saw(name, p.verdict.id());
            }
        }
    }

    fn held(&mut self, name: String, holds: Span<bool>) {
        let side = match holds.settled() {
            Some(true) => "holds",
            Some(false) => "does not hold",
            None => "is open",
        };
        self.saw(name, side);
    }

    fn exception(&mut self, standard: &Standard, e: &Exception, evaluation: &Evaluation) {
        let name = format!("{} exception {}", e.clause.pack, e.id);
        self.want(name.clone(), HELD);
        let parts = standard
            .items
            .iter()
            .flat_map(|i| i.parts.iter().map(move |p| (i, p)));
        let part = parts
            .into_iter()
            .find(|(i, p)| format!("{}.{}", i.id, p.id) == e.applies_to);
        let unit = match part.map(|(_, p)| &p.test) {
            Some(ItemTest::Every { unit, .. }) => *unit,
            _ => Unit::Section,
        };
        let frame = &evaluation.frame;
        let rows: Vec<usize> = match unit {
            Unit::Section => {
                let fits = |row: &usize| e.stage.is_none() || frame.sections[*row].stage == e.stage;
                (0..frame.sections.len()).filter(fits).collect()
            }
            _ => frame.taught().map(|(school, _)| school).collect(),
        };
        for row in rows {
            self.held(name.clone(), all_hold(&e.when, &frame.reader(unit, row)));
        }
    }

    fn scope(&mut self, standard: &Standard, evaluation: &Evaluation) {
        let frame = &evaluation.frame;
        for reason in &standard.out_of_scope {
            let name = format!("{} out of scope {}", reason.clause.pack, reason.id);
            self.want(name.clone(), &["holds", "does not hold"]);
            for row in 0..frame.sections.len() {
                let holds = all_hold(&reason.when, &frame.reader(Unit::Section, row));
                self.held(name.clone(), holds);
            }
        }
    }

    fn definitions(&mut self, standard: &Standard, evaluation: &Evaluation) {
        for (n, d) in standard.definitions.iter().enumerate() {
            let name = format!("{} clause {}", d.pack, d.id);
            self.want(name.clone(), HELD);
            for (school, _) in evaluation.frame.taught() {
                let fired = evaluation
                    .definitions
                    .iter()
                    .find(|f| f.definition == n && f.school == school);
                self.held(name.clone(), fired.map_or(Span::sure(false), |f| f.fires));
            }
        }
    }

    /// What no case showed; packs that no case used at all.
    pub(super) fn one_sided(&self, packs: &BTreeMap<String, Pack>) -> Vec<String> {
        let mut all = Vec::new();
        for (name, sides) in &self.wanted {
            for side in *sides {
                if !self.seen.get(name).is_some_and(|seen| seen.contains(side)) {
                    all.push(format!("{name}: no case where it {side}"));
                }
            }
        }
        for id in packs.keys() {
            let used = self
                .wanted
                .keys()
                .any(|name| name.starts_with(&format!("{id} ")));
            if !used {
                all.push(format!("{id}: no case uses it"));
            }
        }
        all
    }
}
