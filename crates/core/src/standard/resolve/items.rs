//! Items and what their parts look at, definitions and bands.

use super::names::compared;
use super::{Entry, Resolver};
use crate::model::{Field, Stage, TableId};
use crate::standard::load::text;
use crate::standard::measure::Unit;
use crate::standard::raw::{RawItemTest, RawJudged, RawPart, RawUnit};
use crate::standard::{
    Band, CompositeRule, Definition, Group, Item, ItemTest, Norm, Part, SectionRule, VariationRule,
};

impl Resolver<'_> {
    pub(super) fn items(
        &mut self,
        rules: &[SectionRule],
        variations: &[VariationRule],
        composites: &[CompositeRule],
    ) -> Vec<Item> {
        let mut all = Vec::new();
        for e in self.entries(|p| &p.raw.item) {
            let Some(group) = Group::ALL.into_iter().find(|g| g.id() == e.raw.group) else {
                self.errors.push(e.error(
                    format!("{}：没有分组 {}", e.raw.id, e.raw.group),
                    format!("{}: there is no group {}", e.raw.id, e.raw.group),
                ));
                continue;
            };
            let mut parts = Vec::new();
            let mut refused = false;
            for spanned in &e.raw.part {
                let raw = spanned.get_ref();
                let chosen = raw
                    .only_if
                    .as_ref()
                    .is_none_or(|(id, option)| self.chosen(id, option));
                if !chosen {
                    continue;
                }
                let entry = Entry {
                    pack: e.pack,
                    at: spanned.span().start,
                    raw,
                };
                let Some(test) = self.item_test(&entry, rules, variations, composites) else {
                    refused = true;
                    continue;
                };
                let unit = match &test {
                    ItemTest::Every { unit, .. } => *unit,
                    ItemTest::Rooms { .. } | ItemTest::ClassesAtMost => Unit::Section,
                    _ => Unit::County,
                };
                let limits = self.by_stage(&entry, &raw.values, unit);
                parts.push(Part {
                    id: raw.id.clone(),
                    title: raw.title.as_ref().map_or_else(|| text(&e.raw.title), text),
                    test,
                    limits,
                });
            }
            if parts.is_empty() && !refused {
                self.errors.push(e.error(
                    format!("{}：没有可用的 part", e.raw.id),
                    format!("{}: no part is left", e.raw.id),
                ));
            }
            all.push(Item {
                id: e.raw.id.clone(),
                group,
                title: text(&e.raw.title),
                clause: e.clause(
                    &e.raw.clause,
                    e.raw.mark,
                    Some(&e.raw.from),
                    e.raw.until.as_ref(),
                    e.raw.note.as_ref(),
                ),
                parts,
            });
        }
        // Stable: within a group the order of the packs stays.
        all.sort_by_key(|item| item.group);
        all
    }

    fn item_test(
        &mut self,
        e: &Entry<'_, RawPart>,
        rules: &[SectionRule],
        variations: &[VariationRule],
        composites: &[CompositeRule],
    ) -> Option<ItemTest> {
        Some(match &e.raw.test {
            RawItemTest::SectionsPass { rule } => {
                let n = rules.iter().position(|r| r.id == *rule);
                ItemTest::SectionsPass(self.found(e, n, rule))
            }
            RawItemTest::VariationWithin { variation } => {
                let n = variations.iter().position(|r| r.id == *variation);
                ItemTest::VariationWithin(self.found(e, n, variation))
            }
            RawItemTest::CompositeWithin { composite } => {
                let n = composites.iter().position(|r| r.id == *composite);
                ItemTest::CompositeWithin(self.found(e, n, composite))
            }
            RawItemTest::County {
                measure,
                compare: c,
                object_required,
            } => ItemTest::County {
                ratio: self.ratio(e, measure, Unit::County),
                compare: compared(*c),
                object_required: *object_required,
            },
            RawItemTest::Total {
                stage,
                measure,
                compare: c,
                r#where,
            } => ItemTest::Total {
                stage: self.stage(e, stage.as_deref()),
                ratio: self.ratio(e, measure, Unit::Section),
                compare: compared(*c),
                filter: self.tests(e, r#where, Unit::Section),
            },
            RawItemTest::Every {
                unit,
                measure,
                compare: c,
                r#where,
            } => {
                let unit = match unit {
                    RawUnit::Section => Unit::Section,
                    RawUnit::School => Unit::School,
                };
                ItemTest::Every {
                    unit,
                    ratio: self.ratio(e, measure, unit),
                    compare: compared(*c),
                    filter: self.tests(e, r#where, unit),
                }
            }
            RawItemTest::ClassesAtMost {} => ItemTest::ClassesAtMost,
            RawItemTest::ClassShare { above, compare: c } => ItemTest::ClassShare {
                above: *above,
                compare: compared(*c),
            },
            RawItemTest::Rooms { room, per_classes } => ItemTest::Rooms {
                room: room.clone(),
                per_classes: *per_classes,
            },
            RawItemTest::Monitoring {
                level_at_least,
                difference_below,
            } => ItemTest::Monitoring {
                level: *level_at_least,
                difference: *difference_below,
            },
            RawItemTest::Points { items } => ItemTest::Points(items.clone()),
            RawItemTest::Score {} => ItemTest::Score,
            RawItemTest::Attested {} => ItemTest::Attested,
            RawItemTest::Veto { field } => {
                let Some(field) = Field::by_id(TableId::County, field) else {
                    self.unknown_field(e, field);
                    return None;
                };
                ItemTest::Veto(field)
            }
        })
    }

    pub(super) fn definitions(&mut self) -> Vec<Definition> {
        let mut all = Vec::new();
        for e in self.entries(|p| &p.raw.clause) {
            let chosen = e
                .raw
                .only_if
                .as_ref()
                .is_none_or(|(id, option)| self.chosen(id, option));
            if !chosen {
                continue;
            }
            let stage = self.stage(&e, e.raw.stage.as_deref());
            let unit = if stage.is_some() {
                Unit::Section
            } else {
                Unit::School
            };
            let (all_of, any_of) = (
                self.tests(&e, &e.raw.all, unit),
                self.tests(&e, &e.raw.any, unit),
            );
            all.push(Definition {
                pack: e.pack.id.clone(),
                id: e.raw.id.clone(),
                title: text(&e.raw.title),
                stage,
                all: all_of,
                any: any_of,
                clause: e.clause(
                    &e.raw.clause,
                    e.raw.mark,
                    Some(&e.raw.from),
                    e.raw.until.as_ref(),
                    None,
                ),
            });
        }
        all
    }

    pub(super) fn bands(&mut self) -> Vec<Band> {
        self.entries(|p| &p.raw.band)
            .iter()
            .map(|e| Band {
                id: e.raw.id.clone(),
                title: text(&e.raw.title),
                at_least: e.raw.at_least,
                at_most: e.raw.at_most,
                clause: e.clause(&e.raw.clause, e.raw.mark, None, None, None),
            })
            .collect()
    }

    pub(super) fn norms(&mut self) -> Vec<Norm> {
        self.entries(|p| &p.raw.norm)
            .iter()
            .map(|e| Norm {
                id: e.raw.id.clone(),
                title: text(&e.raw.title),
                measure: e.raw.measure,
                stage: match e.raw.stage {
                    RawJudged::Primary => Stage::Primary,
                    RawJudged::Junior => Stage::Junior,
                },
                at_least: e.raw.at_least,
                at_most: e.raw.at_most,
                clause: e.clause(&e.raw.clause, e.raw.mark, None, None, None),
            })
            .collect()
    }
}
