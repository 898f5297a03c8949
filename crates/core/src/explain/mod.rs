//! The whole derivation of one number, down to file, sheet, cell and clause.
//!
//! Made on demand from the same definitions that judged: there is one implementation of each rule.

mod figures;
mod items;
mod sums;

use std::cmp::Ordering;

use crate::evaluate::{
    At, Evaluation, IndicatorResult, SectionResult, VariationResult, floors_disagree, members,
    try_exceptions,
};
use crate::finding::Place;
use crate::model::{Cell, Field, Snapshot, Stage, TableId, column_letters};
use crate::show;
use crate::standard::{Clause, Standard, Unit, Variable};
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
    /// An indicator, an item, a field of the sections as `students`, or `county`.
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
    let mut fields = TableId::Sections.fields();
    if let Some(field) = fields.find(|f| f.id() == target.item) {
        return teller.figure(field, target);
    }
    let known: Vec<&str> = standard
        .indicators
        .iter()
        .map(|i| i.id.as_str())
        .chain(standard.items.iter().map(|i| i.id.as_str()))
        .chain(["students"])
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

    /// A figure of sections as it was given, or made of lists and whole-school figures.
    fn figure(&self, field: Field, target: Target<'_>) -> Result<Explanation, Text> {
        let told = |section: &SectionResult| {
            let at = At {
                frame: &self.evaluation.frame,
                unit: Unit::Section,
                row: section.row,
            };
            let mut e = self.variable(Variable::Section(field), at);
            let name = self.section_title(section);
            e.title = Text::new(
                format!("{} · {}", name.zh, e.title.zh),
                format!("{} · {}", name.en, e.title.en),
            );
            e
        };
        let mut children: Vec<Explanation> = self.sections(target).into_iter().map(told).collect();
        if children.len() > 1 {
            let about = field.about();
            return Ok(Explanation {
                title: Text::new(about.zh, about.en),
                children,
                ..Explanation::default()
            });
        }
        children
            .pop()
            .ok_or_else(|| Text::new("没有这样的学段", "there is no such section"))
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
        notes.extend(floors_disagree(self.standard, index, &result.judged).map(both_floors));
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

    fn variation(&self, v: &VariationResult) -> Explanation {
        let indicator = &self.standard.indicators[v.indicator];
        let stage = v.stage.title();
        let mut notes = Vec::new();
        if v.mean_zero {
            notes.push(Text::new(
                "均值不大于0，差异系数无定义",
                "the mean is not positive, so it is not defined",
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
                s.cv.map_or("?".to_owned(), |cv| show::number(cv, 6))
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
            value: v.spread.and_then(|s| s.cv),
            threshold: v.limit,
            verdict: v.verdict,
            formula,
            clause: limit.map(|l| l.clause.clone()),
            notes,
            children,
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

/// The reading of the floor decides; the parameter `floor` chooses it.
fn both_floors([exact, printed]: [f64; 2]) -> Text {
    let (exact, printed) = (show::number(exact, 4), show::number(printed, 4));
    Text::new(
        format!(
            "下限按精确值是 {exact}，按印出的两位小数是 {printed}，两种读法结论不同（参数 floor）"
        ),
        format!(
            "the floor is {exact} exactly and {printed} as printed: the two readings differ here (parameter floor)"
        ),
    )
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
        Variable::Whole(f) => Text::new(
            format!("全校(含高中){}", f.about().zh),
            format!(
                "{} of the whole school, senior stage included",
                f.about().en
            ),
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
