//! Items judged by sums over sections: what was added, and the cells of it.

use super::{Explanation, Target, Teller, variable_title};
use crate::evaluate::{At, Reader};
use crate::model::Field;
use crate::show;
use crate::standard::{Ratio, Unit, Variable};
use crate::text::Text;

impl Teller<'_> {
    fn section_at(&self, row: usize) -> At<'_> {
        At {
            frame: &self.evaluation.frame,
            unit: Unit::Section,
            row,
        }
    }

    pub(super) fn reader(&self, row: usize) -> Reader<'_> {
        self.evaluation.frame.reader(Unit::Section, row)
    }

    /// A ratio of sums: its sums with every cell, or the figures of the school asked for.
    pub(super) fn total(
        &self,
        e: &mut Explanation,
        ratio: &Ratio,
        rows: &[usize],
        target: Target<'_>,
    ) {
        let sums: Vec<Explanation> = ratio.variables().map(|v| self.sum(v, rows)).collect();
        let of = |variables: &[Variable], value: bool, zh: bool| {
            let said = ratio.variables().zip(&sums);
            let said = said.filter(|(v, _)| variables.contains(v)).map(|(_, sum)| {
                if value {
                    sum.value.map_or("?".to_owned(), |x| show::number(x, 4))
                } else if zh {
                    sum.title.zh.clone()
                } else {
                    sum.title.en.clone()
                }
            });
            said.collect::<Vec<_>>().join(" + ")
        };
        let result = e.value.map_or("?".to_owned(), |x| show::number(x, 6));
        let figures = format!(
            "{} ÷ {} = {result}",
            of(&ratio.plus, true, true),
            of(&ratio.over, true, true)
        );
        let names = |zh| {
            format!(
                "{} ÷ {}",
                of(&ratio.plus, false, zh),
                of(&ratio.over, false, zh)
            )
        };
        e.formula = Some(Text::new(
            format!("{} = {figures}", names(true)),
            format!("{} = {figures}", names(false)),
        ));
        let Some(school) = target.school else {
            e.children = sums;
            return;
        };
        let own = rows.iter().filter(|row| {
            let s = &self.evaluation.sections[**row];
            s.school_id == school && target.stage.is_none_or(|stage| s.stage == Some(stage))
        });
        let own = own.map(|row| {
            let at = self.section_at(*row);
            Explanation {
                title: self.section_title(&self.evaluation.sections[*row]),
                value: at.ratio(ratio, &[]),
                formula: Some(self.formula(ratio, &[], at)),
                children: self.inputs(ratio, &[], at),
                ..Explanation::default()
            }
        });
        e.children = own.collect();
    }

    /// A figure added over sections.
    fn sum(&self, variable: Variable, rows: &[usize]) -> Explanation {
        let title = variable_title(variable);
        let each: Vec<Explanation> = rows
            .iter()
            .map(|row| self.variable(variable, self.section_at(*row)))
            .collect();
        Explanation {
            title: Text::new(format!("{}合计", title.zh), format!("sum of {}", title.en)),
            value: each.iter().map(|e| e.value).sum(),
            cells: each.into_iter().flat_map(|e| e.cells).collect(),
            ..Explanation::default()
        }
    }

    /// The classes above a size among all classes.
    pub(super) fn class_share(
        &self,
        e: &mut Explanation,
        above: f64,
        rows: impl Iterator<Item = usize>,
    ) {
        let size = show::number(above, 0);
        let mut large = Explanation {
            title: Text::new(
                format!("超过 {size} 人的班"),
                format!("classes above {size}"),
            ),
            ..Explanation::default()
        };
        let mut all = Explanation {
            title: Text::new("班级", "classes"),
            ..Explanation::default()
        };
        let (mut over, mut classes) = (0.0, 0.0);
        for row in rows {
            let listed = &self.evaluation.frame.classes[row];
            if listed.is_empty() {
                let number = self.variable(
                    Variable::Section(Field::SectionClasses),
                    self.section_at(row),
                );
                classes += number.value.unwrap_or(0.0);
                all.cells.extend(number.cells);
                let largest = Variable::Section(Field::LargestClass);
                all.cells
                    .extend(self.variable(largest, self.section_at(row)).cells);
            }
            for (class, students) in listed {
                classes += 1.0;
                self.own_cell(&mut all, Field::ClassStudents, *class);
                if *students > above {
                    over += 1.0;
                    self.own_cell(&mut large, Field::ClassStudents, *class);
                }
            }
        }
        (large.value, all.value) = (Some(over), Some(classes));
        if let Some(share) = e.value {
            let figures = format!(
                "{} ÷ {} = {}",
                show::number(over, 0),
                show::number(classes, 0),
                show::number(share, 6)
            );
            e.formula = Some(Text::new(
                format!("{} ÷ {} = {figures}", large.title.zh, all.title.zh),
                format!("{} ÷ {} = {figures}", large.title.en, all.title.en),
            ));
        }
        e.children = vec![large, all];
    }
}
