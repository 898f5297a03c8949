//! The whole derivation of one number, down to file, sheet, cell and clause.
//!
//! Made on demand from the same definitions that judged: there is one implementation of each rule.

use std::cmp::Ordering;

use crate::evaluate::{
    At, Evaluation, IndicatorResult, ItemResult, Origin, PartResult, SectionResult, Tried,
    UnitResult, VariationResult, members, try_exceptions,
};
use crate::finding::Place;
use crate::model::{Cell, Field, Snapshot, Stage, TableId, column_letters};
use crate::show;
use crate::standard::{Clause, ItemTest, Ratio, Relief, Standard, Test, Unit, Variable};
use crate::text::Text;
use crate::verdict::Verdict;

/// One step of a derivation, with the steps it rests on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Explanation {
    /// What is explained.
    pub title: Text,
    /// Its figure.
    pub value: Option<f64>,
    /// What it was compared with.
    pub threshold: Option<f64>,
    /// The verdict, where it has one.
    pub verdict: Option<Verdict>,
    /// The formula with its figures.
    pub formula: Option<Text>,
    /// What it rests on.
    pub clause: Option<Clause>,
    /// The cells the figure was written in, with what stands there.
    pub cells: Vec<(Place, String)>,
    /// What else is to be known: exceptions applied and not applied, what is missing.
    pub notes: Vec<Text>,
    /// The steps below.
    pub children: Vec<Explanation>,
}

/// What to explain.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// An indicator, an item, or `county`.
    pub item: &'a str,
    /// Of this school.
    pub school: Option<&'a str>,
    /// Of this stage.
    pub stage: Option<Stage>,
}

/// Explains one number or verdict.
///
/// # Errors
/// There is no such item, school or section; the message names what there is.
pub fn explain(
    snapshot: &Snapshot,
    standard: &Standard,
    evaluation: &Evaluation,
    target: Target<'_>,
) -> Result<Explanation, Text> {
    let teller = Teller {
        snapshot,
        standard,
        evaluation,
    };
    if let Some(id) = target.school {
        let mut rows = 0..snapshot.rows(TableId::Schools);
        if !rows.any(|r| snapshot.text(Field::SchoolId, r) == Some(id)) {
            return Err(Text::new(
                format!("学校表里没有 {id}；请核对学校(机构)标识码"),
                format!("there is no school {id}; check the school code"),
            ));
        }
    }
    if target.item == "county" {
        return Ok(teller.county());
    }
    if let Some(index) = standard.indicators.iter().position(|i| i.id == target.item) {
        return teller.indicator(index, target);
    }
    if let Some(result) = evaluation
        .items
        .iter()
        .find(|r| standard.items[r.item].id == target.item)
    {
        return Ok(teller.item(result, target));
    }
    let known: Vec<&str> = standard
        .indicators
        .iter()
        .map(|i| i.id.as_str())
        .chain(standard.items.iter().map(|i| i.id.as_str()))
        .collect();
    Err(Text::new(
        format!(
            "标准 {} 没有 {}；可用：{}",
            standard.id,
            target.item,
            known.join("、")
        ),
        format!(
            "{} has no {}; there are {}",
            standard.id,
            target.item,
            known.join(", ")
        ),
    ))
}

struct Teller<'a> {
    snapshot: &'a Snapshot,
    standard: &'a Standard,
    evaluation: &'a Evaluation,
}

impl Teller<'_> {
    fn county(&self) -> Explanation {
        Explanation {
            title: Text::same(self.snapshot.county_name()),
            verdict: Some(self.evaluation.verdict),
            children: self
                .evaluation
                .items
                .iter()
                .map(|r| {
                    let item = &self.standard.items[r.item];
                    Explanation {
                        title: titled(&item.id, &item.title),
                        value: r.value,
                        threshold: r.threshold,
                        verdict: Some(r.verdict),
                        clause: Some(item.clause.clone()),
                        ..Explanation::default()
                    }
                })
                .collect(),
            ..Explanation::default()
        }
    }

    fn sections(&self, target: Target<'_>) -> Vec<&SectionResult> {
        self.evaluation
            .sections
            .iter()
            .filter(|s| target.school.is_none_or(|id| s.school_id == id))
            .filter(|s| target.stage.is_none_or(|stage| s.stage == Some(stage)))
            .collect()
    }

    fn indicator(&self, index: usize, target: Target<'_>) -> Result<Explanation, Text> {
        let indicator = &self.standard.indicators[index];
        let sections = self.sections(target);
        if sections.is_empty() {
            return Err(Text::new("没有这样的学段", "there is no such section"));
        }
        let mut children: Vec<Explanation> = Vec::new();
        if target.school.is_none() {
            children.extend(
                self.evaluation
                    .variations
                    .iter()
                    .filter(|v| v.indicator == index && target.stage.is_none_or(|s| s == v.stage))
                    .map(|v| self.variation(v)),
            );
        }
        for section in &sections {
            children.push(self.section_indicator(section, index));
        }
        if children.len() == 1
            && let Some(only) = children.pop()
        {
            return Ok(only);
        }
        Ok(Explanation {
            title: titled(&indicator.id, &indicator.title),
            clause: Some(indicator.clause.clone()),
            children,
            ..Explanation::default()
        })
    }

    fn section_title(&self, section: &SectionResult) -> Text {
        let stage = section.stage.map_or(Text::same("?"), Stage::title);
        Text::new(
            format!("{} {}", section.name, stage.zh),
            format!("{} {}", section.name, stage.en),
        )
    }

    fn section_indicator(&self, section: &SectionResult, index: usize) -> Explanation {
        let indicator = &self.standard.indicators[index];
        let name = self.section_title(section);
        let title = Text::new(
            format!("{} · {} {}", name.zh, indicator.id, indicator.title.zh),
            format!("{} · {} {}", name.en, indicator.id, indicator.title.en),
        );
        let Some(result) = section.indicators.iter().find(|r| r.indicator == index) else {
            let why = section.out_of_scope.clone().unwrap_or_default();
            return Explanation {
                title,
                notes: vec![Text::new(
                    format!("不在资源配置评估范围：{}", why.zh),
                    format!("out of the scope of the resource part: {}", why.en),
                )],
                ..Explanation::default()
            };
        };
        let at = At {
            frame: &self.evaluation.frame,
            unit: Unit::Section,
            row: section.row,
        };
        let tried = try_exceptions(self.standard, &indicator.id, at, section.stage);
        let mut notes = Vec::new();
        notes.extend(compared(result));
        notes.extend(self.exceptions(&tried, Unit::Section, section.row));
        let limit = section
            .stage
            .and_then(|s| crate::standard::of_stage(&indicator.limits, s));
        Explanation {
            title,
            value: result.judged.value,
            threshold: result.judged.threshold,
            verdict: result.verdict,
            formula: Some(self.formula(&indicator.measure, &self.sure_adds(&tried), at)),
            clause: Some(limit.map_or_else(|| indicator.clause.clone(), |l| l.clause.clone())),
            notes,
            children: self.inputs(&indicator.measure, &self.sure_adds(&tried), at),
            ..Explanation::default()
        }
    }

    fn sure_adds(&self, tried: &[Tried]) -> Vec<Variable> {
        tried
            .iter()
            .filter(|t| t.holds.worst)
            .flat_map(|t| match &self.standard.exceptions[t.exception].relief {
                Relief::Adds(adds) => adds.clone(),
                Relief::Limit(_) => Vec::new(),
            })
            .collect()
    }

    /// Exceptions applied, and not applied with the reason.
    fn exceptions(&self, tried: &[Tried], unit: Unit, row: usize) -> Vec<Text> {
        tried
            .iter()
            .map(|t| {
                let e = &self.standard.exceptions[t.exception];
                if t.holds.worst {
                    let missing = if t.amount_missing {
                        ("，但所加数据未填", ", but the figure it adds is blank")
                    } else {
                        ("", "")
                    };
                    return Text::new(
                        format!(
                            "例外已适用：{}（{}）{}",
                            e.title.zh, e.clause.text, missing.0
                        ),
                        format!(
                            "exception applied: {} ({}){}",
                            e.title.en, e.clause.text, missing.1
                        ),
                    );
                }
                let failing: Vec<Text> = e
                    .when
                    .iter()
                    .filter_map(|test| self.why_not(test, unit, row))
                    .collect();
                let zh: Vec<&str> = failing.iter().map(|f| f.zh.as_str()).collect();
                let en: Vec<&str> = failing.iter().map(|f| f.en.as_str()).collect();
                if t.holds.best {
                    Text::new(
                        format!("例外能否适用不明：{}；{}", e.title.zh, zh.join("；")),
                        format!("exception open: {}; {}", e.title.en, en.join("; ")),
                    )
                } else {
                    Text::new(
                        format!("例外不适用：{}；{}", e.title.zh, zh.join("；")),
                        format!("exception not applied: {}; {}", e.title.en, en.join("; ")),
                    )
                }
            })
            .collect()
    }

    /// Why a test does not hold; `None` where it does.
    fn why_not(&self, test: &Test, unit: Unit, row: usize) -> Option<Text> {
        let frame = &self.evaluation.frame;
        let value = frame.number(unit, row, test.variable);
        let name = variable_title(test.variable);
        if value.is_nan()
            || test
                .over
                .is_some_and(|v| frame.number(unit, row, v).is_nan())
        {
            return Some(Text::new(
                format!("{} 未填", name.zh),
                format!("{} is blank", name.en),
            ));
        }
        let (value, over) = match test.over {
            Some(v) => (value / frame.number(unit, row, v), Some(variable_title(v))),
            None => (value, None),
        };
        if test.holds(value) {
            return None;
        }
        let (mut zh, mut en) = (name.zh, name.en);
        if let Some(over) = over {
            zh = format!("{zh}÷{}", over.zh);
            en = format!("{en} ÷ {}", over.en);
        }
        let shown = show::number(value, 4);
        Some(Text::new(
            format!("{zh}为{shown}"),
            format!("{en} is {shown}"),
        ))
    }

    /// per × (a + b − c) ÷ d with names, then with figures.
    fn formula(&self, ratio: &Ratio, adds: &[Variable], at: At<'_>) -> Text {
        let figure = |v: Variable| {
            at.read::<f64>(v)
                .map_or("?".to_owned(), |x| show::number(x, 4))
        };
        let side = |plus: &[Variable],
                    adds: &[Variable],
                    minus: &[Variable],
                    name: &dyn Fn(Variable) -> String| {
            let mut parts: Vec<String> = plus.iter().chain(adds).map(|v| name(*v)).collect();
            let mut text = parts.join(" + ");
            parts.clear();
            for v in minus {
                text.push_str(" − ");
                text.push_str(&name(*v));
            }
            if plus.len() + adds.len() + minus.len() > 1 {
                format!("({text})")
            } else {
                text
            }
        };
        let whole = |name: &dyn Fn(Variable) -> String| {
            let mut text = side(&ratio.plus, adds, &ratio.minus, name);
            if ratio.per != 1.0 {
                text = format!("{} × {text}", show::number(ratio.per, 4));
            }
            if !ratio.over.is_empty() {
                text = format!(
                    "{text} ÷ {}",
                    side(&ratio.over, &[], &ratio.over_minus, name)
                );
            }
            if ratio.divisor != 1.0 {
                text = format!("{text} ÷ {}", show::number(ratio.divisor, 4));
            }
            text
        };
        let numbers = whole(&figure);
        let result = at
            .ratio::<f64>(ratio, adds)
            .map_or("?".to_owned(), |x| show::number(x, 6));
        let zh = whole(&|v| variable_title(v).zh);
        let en = whole(&|v| variable_title(v).en);
        Text::new(
            format!("{zh} = {numbers} = {result}"),
            format!("{en} = {numbers} = {result}"),
        )
    }

    fn inputs(&self, ratio: &Ratio, adds: &[Variable], at: At<'_>) -> Vec<Explanation> {
        let mut seen = Vec::new();
        ratio
            .variables()
            .chain(adds.iter().copied())
            .filter(|v| {
                let new = !seen.contains(v);
                seen.push(*v);
                new
            })
            .map(|v| self.variable(v, at))
            .collect()
    }

    /// Where one figure comes from.
    fn variable(&self, variable: Variable, at: At<'_>) -> Explanation {
        let mut e = Explanation {
            title: variable_title(variable),
            value: at.read(variable),
            ..Explanation::default()
        };
        match variable {
            Variable::County(field) => self.own_cell(&mut e, field, 0),
            Variable::School(field) => {
                let school = match at.unit {
                    Unit::Section => self.evaluation.frame.sections[at.row].school,
                    _ => Some(at.row),
                };
                if let Some(school) = school {
                    self.own_cell(&mut e, field, school);
                }
            }
            Variable::Section(field) => self.section_figure(&mut e, field, at.row),
            Variable::Total(field) => {
                let school = match at.unit {
                    Unit::Section => self.evaluation.frame.sections[at.row].school,
                    _ => Some(at.row),
                };
                for row in school
                    .and_then(|s| self.evaluation.frame.members.get(&s))
                    .into_iter()
                    .flatten()
                {
                    let part = At {
                        frame: at.frame,
                        unit: Unit::Section,
                        row: *row,
                    };
                    let mut child = self.variable(Variable::Section(field), part);
                    if let Some(stage) = self.evaluation.frame.sections[*row].stage {
                        child.title = Text::new(
                            format!("{}{}", stage.title().zh, child.title.zh),
                            format!("{}, {}", child.title.en, stage.title().en),
                        );
                    }
                    e.children.push(child);
                }
            }
            Variable::Quota => {
                for field in [Field::QuotaPrimary, Field::QuotaJunior] {
                    let county = At {
                        frame: at.frame,
                        unit: Unit::County,
                        row: 0,
                    };
                    e.children
                        .push(self.variable(Variable::County(field), county));
                }
            }
        }
        if e.value.is_none() && e.children.is_empty() {
            e.notes.push(Text::new("未填", "blank"));
        }
        e
    }

    fn section_figure(&self, e: &mut Explanation, field: Field, row: usize) {
        let Some(origin) = self.evaluation.frame.origin(field, row) else {
            self.own_cell(e, field, row);
            return;
        };
        let school = self.evaluation.frame.sections[row].school;
        let whole_field = Field::SHARED
            .iter()
            .find(|(f, _)| *f == field)
            .map(|(_, w)| *w);
        match origin {
            Origin::Whole => {
                e.notes.push(Text::new(
                    "全校数据；学校只有这一个学段",
                    "the whole school's figure; this is its only stage",
                ));
                if let (Some(school), Some(whole)) = (school, whole_field) {
                    self.own_cell(e, whole, school);
                }
            }
            Origin::Shared {
                whole,
                part,
                total,
                split,
            } => {
                let rule = &self.standard.splits[*split];
                e.formula = Some(Text::same(format!(
                    "{} × {} ÷ {} = {}",
                    show::number(*whole, 4),
                    show::number(*part, 4),
                    show::number(*total, 4),
                    show::number(whole * part / total, 4)
                )));
                e.notes.push(rule.title.clone());
                e.clause = Some(rule.clause.clone());
                if let (Some(school), Some(whole)) = (school, whole_field) {
                    self.own_cell(e, whole, school);
                }
                let kin = self
                    .evaluation
                    .frame
                    .sections
                    .iter()
                    .enumerate()
                    .filter(|(_, s)| s.school == school);
                for (n, s) in kin {
                    let stage = s.stage.map_or(Text::same("?"), Stage::title);
                    let mut child = Explanation {
                        title: Text::new(
                            format!("{}在校生数", stage.zh),
                            format!("students, {}", stage.en),
                        ),
                        value: self.evaluation.frame.section(Field::Students, n),
                        ..Explanation::default()
                    };
                    self.own_cell(&mut child, Field::Students, n);
                    e.children.push(child);
                }
            }
            Origin::Teachers(rows) => {
                e.notes.push(Text::new(
                    format!("按教师表逐人计数：{}人", rows.len()),
                    format!("counted from the list of teachers: {}", rows.len()),
                ));
                for row in rows {
                    self.own_cell(e, Field::TeacherId, *row);
                }
            }
            Origin::Classes(rows) => {
                e.notes.push(Text::new(
                    format!("取自班级表{}行", rows.len()),
                    format!("from {} rows of the list of classes", rows.len()),
                ));
                for row in rows {
                    self.own_cell(e, Field::ClassStudents, *row);
                }
            }
        }
    }

    fn own_cell(&self, e: &mut Explanation, field: Field, row: usize) {
        if let Some(cell) = self.snapshot.cell(field, row) {
            let written = self
                .snapshot
                .number(field, row)
                .map(|x| format!("{x}"))
                .or_else(|| self.snapshot.text(field, row).map(str::to_owned));
            e.cells
                .extend(written.map(|w| (place(self.snapshot, cell), w)));
        }
    }

    fn variation(&self, v: &VariationResult) -> Explanation {
        let indicator = &self.standard.indicators[v.indicator];
        let stage = v.stage.title();
        let mut notes = Vec::new();
        if v.mean_zero {
            notes.push(Text::new(
                "均值为0，差异系数无定义",
                "the mean is 0, so it is not defined",
            ));
        }
        if let Some(r) = v.rounded {
            notes.push(Text::new(
                format!(
                    "四舍五入到{}位为 {}，比较结果：{}",
                    r.digits,
                    r.cv,
                    r.verdict.title().zh
                ),
                format!(
                    "rounded to {} decimals {}: {}",
                    r.digits,
                    r.cv,
                    r.verdict.title().en
                ),
            ));
        }
        let formula = v.spread.map(|s| {
            let figures = format!(
                "S ÷ X̄ = {} ÷ {} = {}",
                show::number(s.sd, 6),
                show::number(s.mean, 6),
                show::number(s.cv, 6)
            );
            Text::new(
                format!("X̄ = Σx ÷ ΣP；S = √(Σ(P÷ΣP)(X−X̄)²)；{figures}"),
                format!("X̄ = Σx ÷ ΣP; S = √(Σ(P÷ΣP)(X−X̄)²); {figures}"),
            )
        });
        let children = members(
            self.standard,
            &self.evaluation.frame,
            &self.evaluation.sections,
            v.indicator,
            v.stage,
        )
        .into_iter()
        .map(|(row, students, value)| {
            let shown = |x: Option<f64>| x.map_or("?".to_owned(), |x| show::number(x, 4));
            Explanation {
                title: self.section_title(&self.evaluation.sections[row]),
                value,
                formula: Some(Text::new(
                    format!("P = {}，X = {}", shown(students), shown(value)),
                    format!("P = {}, X = {}", shown(students), shown(value)),
                )),
                ..Explanation::default()
            }
        })
        .collect();
        let limit = crate::standard::of_stage(&self.standard.variations[v.rule].limits, v.stage);
        Explanation {
            title: Text::new(
                format!(
                    "{} {} {}差异系数",
                    indicator.id, indicator.title.zh, stage.zh
                ),
                format!(
                    "{} {}, coefficient of variation, {}",
                    indicator.id, indicator.title.en, stage.en
                ),
            ),
            value: v.spread.map(|s| s.cv),
            threshold: v.limit,
            verdict: v.verdict,
            formula,
            clause: limit.map(|l| l.clause.clone()),
            notes,
            children,
            ..Explanation::default()
        }
    }

    fn item(&self, result: &ItemResult, target: Target<'_>) -> Explanation {
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

    fn part(&self, result: &ItemResult, part: &PartResult, target: Target<'_>) -> Explanation {
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
        if limit.is_some_and(|l| l.amount == crate::standard::Amount::Unknown) {
            e.notes.push(Text::new(
                "标准有规定，数值未知，因此无法判定",
                "the standard sets a value that is not known here, so it stays undetermined",
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
                if let Some(crate::standard::Amount::Figure(v)) = limit.map(|l| &l.amount) {
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
            _ => {
                let units = part.units.iter().filter(|u| self.wanted(u, target));
                e.children = units.map(|u| self.unit(u, &definition.test)).collect();
            }
        }
        e
    }

    fn wanted(&self, unit: &UnitResult, target: Target<'_>) -> bool {
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

    fn unit(&self, unit: &UnitResult, test: &ItemTest) -> Explanation {
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
            ItemTest::Every { ratio, .. } | ItemTest::Total { ratio, .. } => {
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
    fn section_rule(&self, section: &SectionResult) -> Explanation {
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

/// "4.17 < 4.2, floor 3.57: below threshold, within tolerance".
fn compared(result: &IndicatorResult) -> Option<Text> {
    let (value, threshold) = result.judged.value.zip(result.judged.threshold)?;
    let shown = show::beside(value, threshold, 2);
    let verdict = result.verdict?;
    let floor = match result.judged.floor {
        Some(floor) if verdict != Verdict::Met => (
            format!("，下限 {}", show::number(floor, 4)),
            format!(", floor {}", show::number(floor, 4)),
        ),
        _ => (String::new(), String::new()),
    };
    let sign = match value.total_cmp(&threshold) {
        Ordering::Less => "<",
        Ordering::Equal => "=",
        Ordering::Greater => ">",
    };
    let (word, limit) = (verdict.title(), show::number(threshold, 4));
    Some(Text::new(
        format!("{shown} {sign} 标准 {limit}{}：{}", floor.0, word.zh),
        format!("{shown} {sign} threshold {limit}{}: {}", floor.1, word.en),
    ))
}

fn titled(id: &str, title: &Text) -> Text {
    Text::new(format!("{id} {}", title.zh), format!("{id} {}", title.en))
}

/// What a variable is called.
#[must_use]
pub fn variable_title(variable: Variable) -> Text {
    match variable {
        Variable::Section(f) | Variable::School(f) | Variable::County(f) => {
            Text::new(f.about().zh, f.about().en)
        }
        Variable::Total(f) => Text::new(
            format!("全校{}", f.about().zh),
            format!("{} of the whole school", f.about().en),
        ),
        Variable::Quota => Text::new("生均公用经费基准定额", "public-fund quota per student"),
    }
}

/// A cell in the user's coordinates.
#[must_use]
pub fn place(snapshot: &Snapshot, cell: Cell) -> Place {
    let source = snapshot.source(cell);
    Place {
        file: source.map(|s| s.file.clone()).unwrap_or_default(),
        sheet: source.map(|s| s.sheet.clone()).unwrap_or_default(),
        row: Some(cell.row),
        column: column_letters(cell.column),
    }
}
