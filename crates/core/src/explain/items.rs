//! Items, their parts, and the units that decide them.

use super::{Explanation, Target, Teller, place, titled};
use crate::evaluate::{At, ItemResult, PartResult, SectionResult, UnitResult, universe};
use crate::model::{Field, TableId};
use crate::standard::{Amount, ItemTest, Unit, Variable, all_hold};
use crate::text::Text;
use crate::verdict::Verdict;

impl Teller<'_> {
    pub(super) fn item(&self, result: &ItemResult, target: Target<'_>) -> Explanation {
        let item = &self.standard.items[result.item];
        let mut notes: Vec<Text> = item.clause.note.iter().cloned().collect();
        let key = format!("attest_{}", item.id);
        let mut cells = Vec::new();
        if let (Some(met), Some(fact)) = (result.attested, self.snapshot.facts.get(&key)) {
            let word = if met { Verdict::Met } else { Verdict::NotMet }.title();
            let by = if result.by_attestation {
                ("，以此判定", ", which decides")
            } else {
                ("，以数据判定", ", the figures decide")
            };
            notes.push(Text::new(
                format!("佐证结论 {key}：{}{}", word.zh, by.0),
                format!("attested {key}: {}{}", word.en, by.1),
            ));
            cells.extend(
                fact.cell
                    .map(|c| (place(self.snapshot, c), fact.value.clone())),
            );
        }
        let mut children: Vec<Explanation> = result
            .parts
            .iter()
            .map(|p| self.part(result, p, target))
            .collect();
        // An item of one part says it once.
        let mut formula = None;
        if let [only] = children.as_mut_slice()
            && only.title == item.title
        {
            formula = only.formula.take();
            cells.append(&mut only.cells);
            notes.append(&mut only.notes);
            children = std::mem::take(&mut only.children);
        }
        Explanation {
            formula,
            title: titled(&item.id, &item.title),
            value: result.value,
            threshold: result.threshold,
            verdict: Some(result.verdict),
            clause: Some(item.clause.clone()),
            cells,
            notes,
            children,
        }
    }

    pub(super) fn part(
        &self,
        result: &ItemResult,
        part: &PartResult,
        target: Target<'_>,
    ) -> Explanation {
        let item = &self.standard.items[result.item];
        let definition = &item.parts[part.part];
        let limit = definition.limits[0]
            .as_ref()
            .or(definition.limits[1].as_ref());
        let mut e = Explanation {
            title: part.title.clone(),
            value: part.value,
            threshold: part.threshold,
            verdict: Some(part.verdict),
            clause: limit.map(|l| l.clause.clone()),
            ..Explanation::default()
        };
        if limit.is_some_and(|l| l.amount == Amount::Unknown) {
            e.notes.push(if definition.test == ItemTest::Score {
                Text::new(
                    "本项满分未知，不单独判定；得分计入总分",
                    "the full points are not known here: not judged alone, its points count in the total",
                )
            } else {
                Text::new(
                    "标准有规定，数值未知，因此无法判定",
                    "the standard sets a value that is not known here, so it stays undetermined",
                )
            });
        }
        if let ItemTest::County { ratio, .. } | ItemTest::Total { ratio, .. } = &definition.test
            && part.value.is_some_and(|v| ratio.contradicts(v))
        {
            e.notes.push(Text::new(
                "部分多于整体，两个数相互矛盾，改正之前无法判定",
                "the part is more than the whole: undetermined until the figures are mended",
            ));
        }
        let county = At {
            frame: &self.evaluation.frame,
            unit: Unit::County,
            row: 0,
        };
        match &definition.test {
            ItemTest::County { ratio, .. } => {
                e.formula = Some(self.formula(ratio, &[], county));
                e.children = self.inputs(ratio, &[], county);
                if let Some(Amount::Figure(v)) = limit.map(|l| &l.amount) {
                    e.children.push(self.variable(*v, county));
                }
            }
            ItemTest::Monitoring { .. } => {
                if let Some(field) =
                    Field::by_id(TableId::County, &format!("monitoring_{}", part.id))
                {
                    self.own_cell(&mut e, field, 0);
                }
            }
            ItemTest::Veto(field) => self.own_cell(&mut e, *field, 0),
            ItemTest::Score => e.cells = self.score(&item.id).cells,
            ItemTest::Points(ids) => e.children = ids.iter().map(|id| self.score(id)).collect(),
            ItemTest::SectionsPass(_) => {
                let sections = self.sections(target);
                for s in sections
                    .into_iter()
                    .filter(|s| target.school.is_some() || s.verdict != Some(Verdict::Met))
                {
                    e.children.push(self.section_rule(s));
                }
            }
            ItemTest::VariationWithin(rule) => {
                for v in self
                    .evaluation
                    .variations
                    .iter()
                    .filter(|v| v.rule == *rule)
                {
                    if target.stage.is_none_or(|s| s == v.stage) {
                        let mut child = self.variation(v);
                        if target.stage.is_none() {
                            child.children.clear();
                        }
                        e.children.push(child);
                    }
                }
            }
            ItemTest::CompositeWithin(rule) => {
                for c in self
                    .evaluation
                    .composites
                    .iter()
                    .filter(|c| c.rule == *rule)
                {
                    let stage = c.stage.title();
                    e.children.push(Explanation {
                        title: Text::new(
                            format!("{}综合差异系数", stage.zh),
                            format!("composite, {}", stage.en),
                        ),
                        value: c.cv,
                        threshold: c.limit,
                        verdict: Some(c.verdict),
                        children: self
                            .evaluation
                            .variations
                            .iter()
                            .filter(|v| v.stage == c.stage)
                            .map(|v| Explanation {
                                children: Vec::new(),
                                ..self.variation(v)
                            })
                            .collect(),
                        ..Explanation::default()
                    });
                }
            }
            ItemTest::Total {
                stage,
                ratio,
                filter,
                ..
            } => {
                let counted = universe(item, &self.evaluation.sections)
                    .filter(|s| stage.is_none() || s.stage == *stage)
                    .map(|s| s.row)
                    .filter(|row| all_hold(filter, &self.reader(*row)).worst);
                self.total(&mut e, ratio, &counted.collect::<Vec<_>>(), target);
            }
            ItemTest::ClassShare { above, .. } => {
                let counted = universe(item, &self.evaluation.sections);
                self.class_share(&mut e, *above, counted.map(|s| s.row));
            }
            test => {
                let matters = |u: &&UnitResult| target.school.is_some() || u.matters();
                let units = part.units.iter().filter(matters);
                let units = units.filter(|u| self.wanted(u, target));
                e.children = units.map(|u| self.unit(u, test)).collect();
            }
        }
        e
    }

    /// The points that the county gave an item.
    fn score(&self, id: &str) -> Explanation {
        let fact = self.snapshot.facts.get(&format!("score_{id}"));
        let cell =
            fact.and_then(|fact| Some((place(self.snapshot, fact.cell?), fact.value.clone())));
        let item = self.standard.items.iter().find(|i| i.id == id);
        Explanation {
            title: item.map_or_else(|| Text::same(id), |i| titled(&i.id, &i.title)),
            value: fact.and_then(|fact| fact.value.parse().ok()),
            cells: cell.into_iter().collect(),
            notes: if fact.is_some() {
                Vec::new()
            } else {
                vec![Text::new(
                    format!("没有填写 score_{id}"),
                    format!("score_{id} is not given"),
                )]
            },
            ..Explanation::default()
        }
    }

    pub(super) fn wanted(&self, unit: &UnitResult, target: Target<'_>) -> bool {
        let (school, stage) = match unit.unit {
            Unit::Section => {
                let s = self.evaluation.frame.sections[unit.row];
                (s.school, s.stage)
            }
            Unit::School => (Some(unit.row), None),
            Unit::County => (None, None),
        };
        let id = school.and_then(|s| self.snapshot.text(Field::SchoolId, s));
        target.school.is_none_or(|wanted| id == Some(wanted))
            && target
                .stage
                .is_none_or(|wanted| stage.is_none_or(|s| s == wanted))
    }

    pub(super) fn unit(&self, unit: &UnitResult, test: &ItemTest) -> Explanation {
        let title = match unit.unit {
            Unit::Section => self.section_title(&self.evaluation.sections[unit.row]),
            _ => Text::same(
                self.snapshot
                    .text(Field::SchoolName, unit.row)
                    .or_else(|| self.snapshot.text(Field::SchoolId, unit.row))
                    .unwrap_or_default(),
            ),
        };
        let at = At {
            frame: &self.evaluation.frame,
            unit: unit.unit,
            row: unit.row,
        };
        let mut e = Explanation {
            title,
            value: unit.value,
            threshold: unit.threshold,
            verdict: Some(unit.verdict),
            notes: self.exceptions(&unit.tried, unit.unit, unit.row),
            ..Explanation::default()
        };
        match test {
            ItemTest::Every { ratio, .. } => {
                e.formula = Some(self.formula(ratio, &[], at));
                e.children = self.inputs(ratio, &[], at);
            }
            ItemTest::ClassesAtMost => {
                e.children
                    .push(self.variable(Variable::Section(Field::LargestClass), at));
                if at
                    .read::<f64>(Variable::Section(Field::LargestClass))
                    .is_none()
                {
                    e.notes.push(Text::new(
                        "最大班额未填；按在校生数÷班级数，最大的班至少有这么多人",
                        "the largest class is blank; by students ÷ classes it has at least so many",
                    ));
                    for field in [Field::Students, Field::SectionClasses] {
                        e.children.push(self.variable(Variable::Section(field), at));
                    }
                }
            }
            ItemTest::Rooms { room, .. } => {
                let kind = crate::model::ROOMS.iter().find(|r| r.0 == room);
                e.notes.push(Text::new(
                    format!(
                        "合格{}教室间数，与按班级数应有间数相比",
                        kind.map_or("", |k| k.1)
                    ),
                    format!("{room} rooms large enough, against the number the classes need"),
                ));
                e.children
                    .push(self.variable(Variable::Section(Field::SectionClasses), at));
                for (row, kind, area) in &self.evaluation.frame.rooms[unit.row] {
                    if kind == room {
                        let mut child = Explanation {
                            title: Text::new("单间面积(平方米)", "area of a room, m²"),
                            value: (!area.is_nan()).then_some(*area),
                            ..Explanation::default()
                        };
                        self.own_cell(&mut child, Field::RoomArea, *row);
                        e.children.push(child);
                    }
                }
            }
            _ => {}
        }
        e
    }

    /// A section by the section rule: all its indicators.
    pub(super) fn section_rule(&self, section: &SectionResult) -> Explanation {
        Explanation {
            title: self.section_title(section),
            verdict: section.verdict,
            clause: self.standard.rules.first().map(|r| r.clause.clone()),
            notes: section
                .out_of_scope
                .iter()
                .map(|why| {
                    Text::new(
                        format!("不在资源配置评估范围：{}", why.zh),
                        format!("out of the scope of the resource part: {}", why.en),
                    )
                })
                .collect(),
            children: section
                .indicators
                .iter()
                .map(|r| self.section_indicator(section, r.indicator))
                .collect(),
            ..Explanation::default()
        }
    }
}
