//! From packs to the standard of one day: overlays laid, values picked, names resolved.

mod items;
mod names;

use std::collections::BTreeMap;

use toml::Spanned;
use toml::value::Datetime;

use names::compared;

use crate::date::Date;
use crate::standard::load::{Pack, PackKind, StandardError, date, text};
use crate::standard::measure::Unit;
use crate::standard::raw::{Mark, Named, RawText};
use crate::standard::{
    Choice, Clause, Compare, CompositeRule, Exception, Indicator, Item, ItemTest, OutOfScope,
    Overlay, Relief, SectionRule, Split, Standard, VariationRule,
};
use crate::text::Text;

/// An entry with the pack that gave it.
struct Entry<'a, T> {
    pack: &'a Pack,
    at: usize,
    raw: &'a T,
}

impl<T> Entry<'_, T> {
    fn error(&self, zh: impl Into<String>, en: impl Into<String>) -> StandardError {
        self.pack.places.error(self.at, zh, en)
    }

    fn clause(
        &self,
        text_: &str,
        mark: Mark,
        from: Option<&Datetime>,
        until: Option<&Datetime>,
        note: Option<&RawText>,
    ) -> Clause {
        Clause {
            text: text_.to_owned(),
            mark,
            pack: self.pack.id.clone(),
            from: from.and_then(date),
            until: until.and_then(date),
            note: note.map(text),
        }
    }
}

struct Resolver<'a> {
    packs: Vec<&'a Pack>,
    day: Date,
    choices: BTreeMap<String, Choice>,
    errors: Vec<StandardError>,
}

impl Standard {
    /// Lays `overlays` over `base` in order and picks what is in force on `day`.
    ///
    /// An entry of an overlay replaces the entry of the same id below; new ones are added.
    /// `choices` sets parameters: (id, option).
    ///
    /// # Errors
    /// Names that are not fields, indicators or rules; an overlay that does not fit; an unknown
    /// parameter or option. All at once.
    pub fn resolve(
        base: &Pack,
        overlays: &[&Pack],
        day: Date,
        choices: &[(String, String)],
    ) -> Result<Self, Vec<StandardError>> {
        let mut packs = vec![base];
        packs.extend(overlays);
        let mut resolver = Resolver {
            packs,
            day,
            choices: BTreeMap::new(),
            errors: Vec::new(),
        };
        resolver.check_packs();
        resolver.choose(choices);
        let standard = resolver.build(base, overlays);
        if resolver.errors.is_empty() {
            Ok(standard)
        } else {
            resolver.errors.sort();
            resolver.errors.dedup();
            Err(resolver.errors)
        }
    }
}

impl<'a> Resolver<'a> {
    fn check_packs(&mut self) {
        for (n, pack) in self.packs.iter().enumerate() {
            let below = &self.packs[..n];
            let fits = match pack.kind {
                PackKind::National => n == 0,
                PackKind::Overlay | PackKind::Definitions => {
                    n > 0
                        && (pack.over.is_empty()
                            || pack.over.iter().any(|o| below.iter().any(|b| b.id == *o)))
                }
            };
            if !fits {
                let over = pack.over.join("、");
                let error = if n > 0 && pack.kind == PackKind::National {
                    pack.places.error(
                        0,
                        format!("{} 是国家标准，不能叠加在别的标准之上", pack.id),
                        format!("{} is a national standard and lies over no other", pack.id),
                    )
                } else if n == 0 {
                    pack.places.error(
                        0,
                        format!(
                            "{} 不是国家标准，不能单独使用；请作为 --overlay 叠加",
                            pack.id
                        ),
                        format!(
                            "{} is no national standard; lay it over one with --overlay",
                            pack.id
                        ),
                    )
                } else {
                    pack.places.error(
                        0,
                        format!("{} 只能叠加在 {over} 之上", pack.id),
                        format!("{} can only lie over {}", pack.id, pack.over.join(", ")),
                    )
                };
                self.errors.push(error);
            }
        }
    }

    fn choose(&mut self, wanted: &[(String, String)]) {
        for pack in &self.packs {
            for spanned in &pack.raw.parameter {
                let p = spanned.get_ref();
                let option = |id: &str| p.options.iter().find(|o| o.id == id);
                let asked = wanted.iter().rev().find(|(id, _)| *id == p.id);
                let chosen = asked.map_or(p.default.as_str(), |(_, o)| o.as_str());
                match option(chosen) {
                    Some(o) => {
                        self.choices.insert(
                            p.id.clone(),
                            Choice {
                                id: p.id.clone(),
                                title: text(&p.title),
                                chosen: o.id.clone(),
                                option: text(&o.title),
                                default: p.default.clone(),
                                options: p
                                    .options
                                    .iter()
                                    .map(|o| (o.id.clone(), text(&o.title)))
                                    .collect(),
                            },
                        );
                    }
                    None => {
                        let options: Vec<&str> = p.options.iter().map(|o| o.id.as_str()).collect();
                        self.errors.push(pack.places.error(
                            spanned.span().start,
                            format!(
                                "参数 {} 没有选项 {chosen}；可选：{}",
                                p.id,
                                options.join("、")
                            ),
                            format!(
                                "parameter {} has no option {chosen}; choose {}",
                                p.id,
                                options.join(", ")
                            ),
                        ));
                    }
                }
            }
        }
        let parameters = self.packs.iter().flat_map(|pack| &pack.raw.parameter);
        let mut known: Vec<&str> = parameters.map(|p| p.get_ref().id.as_str()).collect();
        known.sort_unstable();
        known.dedup();
        for (id, _) in wanted {
            if !known.contains(&id.as_str()) {
                self.errors.push(StandardError {
                    file: String::new(),
                    line: 0,
                    message: Text::new(
                        format!("标准没有参数 {id}；现有：{}", known.join("、")),
                        format!(
                            "the standard has no parameter {id}; there are {}",
                            known.join(", ")
                        ),
                    ),
                });
            }
        }
    }

    /// The entries of one kind after overlays, in force on the day, in order.
    fn entries<T: Named>(
        &mut self,
        list: impl Fn(&'a Pack) -> &'a [Spanned<T>],
    ) -> Vec<Entry<'a, T>> {
        let mut entries: Vec<Entry<'a, T>> = Vec::new();
        for pack in self.packs.clone() {
            entries.retain(|e| !pack.removes.iter().any(|id| id == e.raw.id()));
            for spanned in list(pack) {
                let raw = spanned.get_ref();
                let (from, until) = raw.period();
                if from.and_then(date).is_some_and(|d| d > self.day)
                    || until.and_then(date).is_some_and(|d| d <= self.day)
                {
                    continue;
                }
                let entry = Entry {
                    pack,
                    at: spanned.span().start,
                    raw,
                };
                match entries.iter_mut().find(|e| e.raw.id() == raw.id()) {
                    Some(below) if below.pack.id != pack.id => *below = entry,
                    Some(_) => self.errors.push(entry.error(
                        format!("{} 在同一天重复", raw.id()),
                        format!("{} is given twice for the same day", raw.id()),
                    )),
                    None => entries.push(entry),
                }
            }
        }
        entries
    }

    fn build(&mut self, base: &Pack, overlays: &[&Pack]) -> Standard {
        let indicators = self.indicators();
        let ids: Vec<String> = indicators.iter().map(|i| i.id.clone()).collect();
        let rules = self.rules(&ids, &indicators);
        let variations = self.variations(&ids);
        let composites = self.composites(&variations);
        let items = self.items(&rules, &variations, &composites);
        let exceptions = self.exceptions(&ids, &items);
        let out_of_scope = self.scope();
        let splits = self.splits();
        let definitions = self.definitions();
        let bands = self.bands();
        let norms = self.norms();
        Standard {
            id: base.id.clone(),
            version: base.version.clone(),
            title: base.title.clone(),
            document: base.document.clone(),
            overlays: overlays
                .iter()
                .map(|o| Overlay {
                    id: o.id.clone(),
                    version: o.version.clone(),
                    title: o.title.clone(),
                    document: o.document.clone(),
                })
                .collect(),
            date: self.day,
            choices: std::mem::take(&mut self.choices),
            indicators,
            exceptions,
            out_of_scope,
            splits,
            rules,
            variations,
            composites,
            items,
            definitions,
            bands,
            norms,
        }
    }

    fn indicators(&mut self) -> Vec<Indicator> {
        let mut all = Vec::new();
        for e in self.entries(|p| &p.raw.indicator) {
            let measure = self.ratio(&e, &e.raw.measure, Unit::Section);
            let limits = self.by_stage(&e, &e.raw.values, Unit::Section);
            all.push(Indicator {
                id: e.raw.id.clone(),
                title: text(&e.raw.title),
                unit: text(&e.raw.unit),
                measure,
                compare: e.raw.compare.map_or(Compare::AtLeast, compared),
                limits,
                clause: e.clause(&e.raw.clause, e.raw.mark, None, None, e.raw.note.as_ref()),
            });
        }
        all
    }

    fn exceptions(&mut self, indicators: &[String], items: &[Item]) -> Vec<Exception> {
        let mut all = Vec::new();
        for e in self.entries(|p| &p.raw.exception) {
            let raw = e.raw;
            let part = items.iter().any(|i| {
                i.parts
                    .iter()
                    .any(|p| raw.applies_to == format!("{}.{}", i.id, p.id))
            });
            // The part may belong to another option of a parameter or to a later date.
            if !part && !indicators.contains(&raw.applies_to) {
                self.errors.push(e.error(
                    format!("{}：applies_to 没有 {}", raw.id, raw.applies_to),
                    format!("{}: there is no {} to apply to", raw.id, raw.applies_to),
                ));
            }
            let unit = items
                .iter()
                .flat_map(|i| i.parts.iter().map(move |p| (i, p)))
                .find(|(i, p)| raw.applies_to == format!("{}.{}", i.id, p.id))
                .map_or(Unit::Section, |(_, p)| match &p.test {
                    ItemTest::Every { unit, .. } => *unit,
                    _ => Unit::Section,
                });
            let relief = match (raw.value, raw.adds.is_empty()) {
                (Some(value), true) => Relief::Limit(value),
                (None, false) => Relief::Adds(
                    raw.adds
                        .iter()
                        .filter_map(|n| self.variable(&e, n, unit))
                        .collect(),
                ),
                _ => {
                    self.errors.push(e.error(
                        format!("{}：须有 value 或 adds 之一", raw.id),
                        format!("{}: give either value or adds", raw.id),
                    ));
                    continue;
                }
            };
            let when = self.tests(&e, &raw.when, unit);
            let stage = self.stage(&e, raw.stage.as_deref());
            all.push(Exception {
                id: raw.id.clone(),
                title: text(&raw.title),
                applies_to: raw.applies_to.clone(),
                stage,
                when,
                relief,
                clause: e.clause(
                    &raw.clause,
                    raw.mark,
                    Some(&raw.from),
                    raw.until.as_ref(),
                    raw.note.as_ref(),
                ),
            });
        }
        all
    }

    fn scope(&mut self) -> Vec<OutOfScope> {
        let mut all = Vec::new();
        for e in self.entries(|p| &p.raw.out_of_scope) {
            let when = self.tests(&e, &e.raw.when, Unit::Section);
            all.push(OutOfScope {
                id: e.raw.id.clone(),
                title: text(&e.raw.title),
                when,
                counted_in: e.raw.counted_in.clone(),
                clause: e.clause(
                    &e.raw.clause,
                    e.raw.mark,
                    Some(&e.raw.from),
                    e.raw.until.as_ref(),
                    e.raw.note.as_ref(),
                ),
            });
        }
        all
    }

    fn splits(&mut self) -> Vec<Split> {
        let mut all = Vec::new();
        for e in self.entries(|p| &p.raw.split) {
            all.push(Split {
                id: e.raw.id.clone(),
                title: text(&e.raw.title),
                kinds: e.raw.kinds.clone(),
                weights: [e.raw.primary, e.raw.junior, e.raw.senior],
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

    fn rules(&mut self, ids: &[String], indicators: &[Indicator]) -> Vec<SectionRule> {
        let at_most: Vec<usize> = (0..indicators.len())
            .filter(|i| indicators[*i].compare != Compare::AtLeast)
            .collect();
        let mut all: Vec<SectionRule> = Vec::new();
        for e in self.entries(|p| &p.raw.section_rule) {
            let indicators = self.indexes(&e, &e.raw.indicators, ids);
            if e.raw.floor.is_some() && indicators.iter().any(|i| at_most.contains(i)) {
                self.errors.push(e.error(
                    format!("{}：floor 只适用于 at_least 的指标", e.raw.id),
                    format!(
                        "{}: a floor is only for indicators compared at_least",
                        e.raw.id
                    ),
                ));
            }
            let shared = |i: &usize| e.raw.indicators.contains(&ids[*i]);
            let other =
                |r: &&SectionRule| r.floor != e.raw.floor && r.indicators.iter().any(shared);
            if let Some(other) = all.iter().find(other) {
                self.errors.push(e.error(
                    format!(
                        "{}：与 {} 有共同的指标，floor 却不同；一个指标只有一个下限，请另立指标",
                        e.raw.id, other.id
                    ),
                    format!(
                        "{}: shares an indicator with {} under another floor; an indicator has one floor, so give this rule an indicator of its own",
                        e.raw.id, other.id
                    ),
                ));
            }
            all.push(SectionRule {
                id: e.raw.id.clone(),
                title: text(&e.raw.title),
                indicators,
                tolerated: e.raw.tolerated,
                floor: e.raw.floor,
                clause: e.clause(
                    &e.raw.clause,
                    e.raw.mark,
                    Some(&e.raw.from),
                    e.raw.until.as_ref(),
                    e.raw.note.as_ref(),
                ),
            });
        }
        all
    }

    fn variations(&mut self, ids: &[String]) -> Vec<VariationRule> {
        let mut all = Vec::new();
        for e in self.entries(|p| &p.raw.variation) {
            let indicators = self.indexes(&e, &e.raw.indicators, ids);
            let limits = self.by_stage(&e, &e.raw.values, Unit::County);
            all.push(VariationRule {
                id: e.raw.id.clone(),
                title: text(&e.raw.title),
                indicators,
                limits,
                clause: e.clause(&e.raw.clause, e.raw.mark, None, None, None),
            });
        }
        all
    }

    fn composites(&mut self, variations: &[VariationRule]) -> Vec<CompositeRule> {
        let mut all = Vec::new();
        for e in self.entries(|p| &p.raw.composite) {
            let limits = self.by_stage(&e, &e.raw.values, Unit::County);
            let variation = variations.iter().position(|v| v.id == e.raw.variation);
            let variation = self.found(&e, variation, &e.raw.variation);
            all.push(CompositeRule {
                id: e.raw.id.clone(),
                title: text(&e.raw.title),
                variation,
                limits,
                clause: e.clause(&e.raw.clause, e.raw.mark, None, None, None),
            });
        }
        all
    }
}
