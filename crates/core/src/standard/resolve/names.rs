//! Names of a pack as fields, positions and values in force.

use toml::Spanned;

use super::{Entry, Resolver};
use crate::model::{Kind, Place, Stage};
use crate::standard::load::date;
use crate::standard::measure::{Ratio, Test, Unit, Variable};
use crate::standard::raw::{RawCompare, RawRatio, RawTest, RawValue};
use crate::standard::{Amount, ByStage, Compare, Limit};

impl Resolver<'_> {
    pub(super) fn chosen(&self, id: &str, option: &str) -> bool {
        self.choices.get(id).is_some_and(|c| c.chosen == option)
    }

    pub(super) fn found<T>(&mut self, e: &Entry<'_, T>, index: Option<usize>, name: &str) -> usize {
        if index.is_none() {
            self.errors
                .push(e.error(format!("没有 {name}"), format!("there is no {name}")));
        }
        index.unwrap_or(0)
    }

    pub(super) fn indexes<T>(
        &mut self,
        e: &Entry<'_, T>,
        names: &[String],
        ids: &[String],
    ) -> Vec<usize> {
        names
            .iter()
            .map(|name| {
                let index = ids.iter().position(|id| id == name);
                self.found(e, index, name)
            })
            .collect()
    }

    pub(super) fn unknown_field<T>(&mut self, e: &Entry<'_, T>, name: &str) {
        self.errors.push(e.error(
            format!("没有字段 {name}；字段见字段表"),
            format!("there is no field {name}; see the list of fields"),
        ));
    }

    pub(super) fn variable<T>(
        &mut self,
        e: &Entry<'_, T>,
        name: &str,
        unit: Unit,
    ) -> Option<Variable> {
        let variable = Variable::named(name, unit);
        if variable.is_none() {
            self.unknown_field(e, name);
        }
        variable
    }

    pub(super) fn ratio<T>(&mut self, e: &Entry<'_, T>, raw: &RawRatio, unit: Unit) -> Ratio {
        let mut list = |names: &[String]| -> Vec<Variable> {
            names
                .iter()
                .filter_map(|n| self.variable(e, n, unit))
                .collect()
        };
        Ratio {
            plus: list(&raw.plus),
            minus: list(&raw.minus),
            over: list(&raw.over),
            over_minus: list(&raw.over_minus),
            per: raw.per.unwrap_or(1.0),
            divisor: raw.divide_by.unwrap_or(1.0),
            share: raw.share,
        }
    }

    pub(super) fn tests<T>(&mut self, e: &Entry<'_, T>, raw: &[RawTest], unit: Unit) -> Vec<Test> {
        let mut all = Vec::new();
        for t in raw {
            let Some(variable) = self.variable(e, &t.field, unit) else {
                continue;
            };
            let over = t
                .over
                .as_ref()
                .and_then(|name| self.variable(e, name, unit));
            let mut one_of = t.one_of.clone().unwrap_or_default();
            if let Some(name) = &t.is {
                match choice_number(variable, name) {
                    Some(n) => one_of.push(n),
                    None => self.errors.push(e.error(
                        format!("{} 没有取值 {name}", t.field),
                        format!("{} has no value {name}", t.field),
                    )),
                }
            }
            let mut places = Vec::new();
            for name in t.place.iter().flatten() {
                match name.as_str() {
                    "urban" => places.push(Place::Urban),
                    "town" => places.push(Place::Town),
                    "rural" => places.push(Place::Rural),
                    _ => self.errors.push(e.error(
                        format!("place 只能是 urban、town、rural，不是 {name}"),
                        format!("place is one of urban, town, rural, not {name}"),
                    )),
                }
            }
            let test = Test {
                variable,
                over,
                one_of,
                places,
                at_least: t.at_least,
                above: t.above,
                at_most: t.at_most,
                below: t.below,
            };
            let says_nothing = t.one_of.is_none()
                && t.is.is_none()
                && t.place.is_none()
                && [t.at_least, t.above, t.at_most, t.below]
                    .iter()
                    .all(Option::is_none);
            if says_nothing {
                self.errors.push(e.error(
                    format!("{} 的条件没有内容", t.field),
                    format!("the test of {} says nothing", t.field),
                ));
            }
            all.push(test);
        }
        all
    }

    pub(super) fn stage<T>(&mut self, e: &Entry<'_, T>, id: Option<&str>) -> Option<Stage> {
        let id = id?;
        let stage = Stage::from_id(id).filter(|s| Stage::JUDGED.contains(s));
        if stage.is_none() {
            self.errors.push(e.error(
                format!("stage 只能是 primary 或 junior，不是 {id}"),
                format!("stage is primary or junior, not {id}"),
            ));
        }
        stage
    }

    /// The value in force for each stage; one of the stage itself wins over one for both.
    pub(super) fn by_stage<'v, T>(
        &mut self,
        e: &Entry<'v, T>,
        values: &'v [Spanned<RawValue>],
        unit: Unit,
    ) -> ByStage {
        let at = |v: &'v Spanned<RawValue>| Entry {
            pack: e.pack,
            at: v.span().start,
            raw: v.get_ref(),
        };
        for v in values {
            self.stage(&at(v), v.get_ref().stage.as_deref());
        }
        Stage::JUDGED.map(|stage| {
            let in_force = |v: &&Spanned<RawValue>| {
                let v = v.get_ref();
                date(&v.from).is_some_and(|d| d <= self.day)
                    && v.until.as_ref().and_then(date).is_none_or(|d| self.day < d)
            };
            let own = |v: &&Spanned<RawValue>| v.get_ref().stage.as_deref() == Some(stage.id());
            let value = values.iter().filter(in_force).find(own).or_else(|| {
                values
                    .iter()
                    .filter(in_force)
                    .find(|v| v.get_ref().stage.is_none())
            })?;
            let e = at(value);
            let value = e.raw;
            if value.repealed {
                return None;
            }
            let amount = if let Some(number) = value.value {
                Amount::Number(number)
            } else if let Some(name) = &value.field {
                Amount::Figure(self.variable(&e, name, unit)?)
            } else if let Some(steps) = &value.by {
                Amount::Steps {
                    by: self.variable(&e, &steps.field, unit)?,
                    points: steps.points.clone(),
                    interpolate: steps.interpolate,
                }
            } else {
                Amount::Unknown
            };
            Some(Limit {
                amount,
                clause: e.clause(
                    &value.clause,
                    value.mark,
                    Some(&value.from),
                    value.until.as_ref(),
                    value.note.as_ref(),
                ),
            })
        })
    }
}

pub(super) fn compared(raw: RawCompare) -> Compare {
    match raw {
        RawCompare::AtLeast => Compare::AtLeast,
        RawCompare::AtMost => Compare::AtMost,
        RawCompare::Below => Compare::Below,
    }
}

/// Choices are numbers in a frame: the position in their list.
fn choice_number(variable: Variable, name: &str) -> Option<f64> {
    match variable.field()?.kind() {
        Kind::Choice(list) => list
            .iter()
            .position(|(id, ..)| *id == name)
            .map(|n| n as f64),
        _ => None,
    }
}
