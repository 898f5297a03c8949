//! Formulas, the figures in them, their cells, and the exceptions tried.

use super::{Explanation, Teller, place, variable_title};
use crate::evaluate::{At, Origin, Tried, counted_by};
use crate::model::{Field, Stage};
use crate::show;
use crate::standard::{Ratio, Read, Relief, Test, Unit, Variable, hold};
use crate::text::Text;

impl Teller<'_> {
    pub(super) fn sure_adds(&self, tried: &[Tried]) -> Vec<Variable> {
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
    pub(super) fn exceptions(&self, tried: &[Tried], unit: Unit, row: usize) -> Vec<Text> {
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
    pub(super) fn why_not(&self, test: &Test, unit: Unit, row: usize) -> Option<Text> {
        let frame = &self.evaluation.frame;
        let value = frame.number(unit, row, test.variable);
        let name = variable_title(test.variable);
        if value.is_nan()
            || test
                .over
                .is_some_and(|v| frame.number(unit, row, v).is_nan())
        {
            let reader = frame.reader(unit, row);
            if !hold(test, &reader).best {
                let least = show::number(reader.least(test.variable), 4);
                return Some(Text::new(
                    format!("{}至少为{least}", name.zh),
                    format!("{} is at least {least}", name.en),
                ));
            }
            return Some(Text::new(
                format!("{} 未填", name.zh),
                format!("{} is blank", name.en),
            ));
        }
        let (value, over) = match test.over {
            Some(v) => (value / frame.number(unit, row, v), Some(variable_title(v))),
            None => (value, None),
        };
        if test.holds(value).worst {
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
    pub(super) fn formula(&self, ratio: &Ratio, adds: &[Variable], at: At<'_>) -> Text {
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
        // A plain figure is its own result.
        let tail = if numbers == result {
            result
        } else {
            format!("{numbers} = {result}")
        };
        Text::new(format!("{zh} = {tail}"), format!("{en} = {tail}"))
    }

    pub(super) fn inputs(&self, ratio: &Ratio, adds: &[Variable], at: At<'_>) -> Vec<Explanation> {
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
    pub(super) fn variable(&self, variable: Variable, at: At<'_>) -> Explanation {
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
            Variable::Total(field) | Variable::Whole(field) => {
                for row in at.frame.summed(at.unit, at.row, variable) {
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

    pub(super) fn section_figure(&self, e: &mut Explanation, field: Field, row: usize) {
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
                all,
                split,
            } => {
                let rule = &self.standard.splits[split];
                let share = |(weight, students): (f64, f64)| {
                    format!("{}×{}", show::number(weight, 4), show::number(students, 4))
                };
                let shares: Vec<String> = all.into_iter().map(share).collect();
                let value = self.evaluation.frame.section(field, row);
                e.formula = Some(Text::same(format!(
                    "{} × {} ÷ ({}) = {}",
                    show::number(whole, 4),
                    share(part),
                    shares.join(" + "),
                    value.map_or("?".to_owned(), |v| show::number(v, 4))
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
                let column = counted_by(field).unwrap_or(Field::TeacherId);
                for row in rows {
                    self.own_cell(e, column, row);
                }
            }
            Origin::Classes(rows) => {
                e.notes.push(Text::new(
                    format!("取自班级表{}行", rows.len()),
                    format!("from {} rows of the list of classes", rows.len()),
                ));
                for row in rows {
                    self.own_cell(e, Field::ClassStudents, row);
                }
            }
        }
    }

    pub(super) fn own_cell(&self, e: &mut Explanation, field: Field, row: usize) {
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
}
