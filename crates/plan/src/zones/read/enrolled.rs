//! Who stays in school while new zones begin with the entrants.

use std::collections::BTreeMap;

use junheng_core::model::{Field, Snapshot, Stage, TableId};
use junheng_core::text::Text;

use super::super::problem::{Block, Current, School};
use crate::travel::listed;

/// Fills in the students who stay at each school in the first year, and says what was assumed.
///
/// Who is in school is known from the last year of enrolment_history: all grades but the highest.
/// A school without all of them is taken to have the children of its zone of today, grades evenly.
/// The share `siblings` of the entrants stays as well, with their elder siblings.
pub(super) fn read(
    snapshot: &Snapshot,
    (stage, siblings): (Stage, f64),
    blocks: &[Block],
    schools: &mut [School],
) -> Vec<Text> {
    let (first, last) = if stage == Stage::Junior {
        (7, 9)
    } else {
        (1, 6)
    };
    let grades = f64::from(last - first + 1);
    let mut children = vec![0.0; schools.len()];
    let mut unknown = 0.0;
    for block in blocks {
        match block.current {
            Current::School(school) => children[school] += block.children,
            _ => unknown += block.children,
        }
    }
    let history = History::new(snapshot);
    let all = schools.len();
    let mut assumed = Vec::new();
    for (school, children) in schools.iter_mut().zip(&children) {
        let of = |grade| history.students(&school.id, grade);
        let staying: Option<f64> = (first..last).map(of).sum();
        let stay = staying.unwrap_or_else(|| {
            assumed.push(school.name.as_str());
            children * (1.0 - 1.0 / grades)
        });
        school.enrolled = stay + siblings * children / grades;
    }
    let mut notes = vec![Text::new(
        format!(
            "新学区自新生起实行，在校各年级留在原校。每个居住单元的新生按学生数的 1/{grades} 估算；负荷须同时满足两条：首年（留校学生加新生）和各年级都按新学区入学之后"
        ),
        format!(
            "New zones begin with the entrants; grades in school stay. Entrants are taken as 1/{grades} of the children of each block; the load holds in the first year (those who stay and the entrants) and once all grades follow the new zones"
        ),
    )];
    if let Some(year) = history.year.filter(|_| assumed.len() < all) {
        notes.push(Text::new(
            format!("留在原校的学生取自历年在校生 {year} 学年：除最高年级外的各年级"),
            format!("Those who stay are the students of {year} in the table of past enrolment, all grades but the highest"),
        ));
    }
    if !assumed.is_empty() {
        let (zh, en) = listed(&assumed);
        notes.push(Text::new(
            format!("历年在校生中没有全部年级、按现行学区人数的 {}/{grades} 推算留校学生的学校：{zh}", grades - 1.0),
            format!("Schools without all grades in the table of past enrolment, taken to keep {}/{grades} of the children of their zone of today: {en}", grades - 1.0),
        ));
    }
    if unknown > 0.0 {
        let count = unknown.round();
        notes.push(Text::new(
            format!("没有填写现就读学校（或不在本学段）的居住单元有 {count} 名学生，不知道在哪所学校就读，没有计入按学区推算的留校学生"),
            format!("{count} children live in blocks without a school of today in this stage: nobody knows where they sit, and they are not among those taken to stay"),
        ));
    }
    if siblings > 0.0 {
        let share = siblings * 100.0;
        notes.push(Text::new(
            format!("新生中 {share} % 随已在校的兄姐就读原学区学校（各居住单元按同一比例；逐户计算需要学生家庭登记，数据包中没有这一字段）"),
            format!("{share} % of the entrants follow an elder sibling to the school of today, the same share in every block; to reckon by household needs a register of families, for which the bundle has no field"),
        ));
    }
    notes
}

/// The last year of the table enrolment_history.
struct History<'a> {
    year: Option<i32>,
    students: BTreeMap<(&'a str, i32), f64>,
}

impl<'a> History<'a> {
    fn new(snapshot: &'a Snapshot) -> Self {
        let rows = 0..snapshot.rows(TableId::EnrolmentHistory);
        let whole = |field, row| snapshot.number(field, row).map(|n| n as i32);
        let year = rows
            .clone()
            .filter_map(|row| whole(Field::HistoryYear, row))
            .max();
        let of = |row| {
            let school = snapshot.text(Field::HistorySchool, row)?;
            let grade = whole(Field::HistoryGrade, row)?;
            Some((
                (school, grade),
                snapshot.number(Field::HistoryStudents, row)?,
            ))
        };
        let last = rows.filter(|row| whole(Field::HistoryYear, *row) == year);
        Self {
            year,
            students: last.filter_map(of).collect(),
        }
    }

    /// Students of a grade of a school; `None` where it has no figure.
    fn students(&self, school: &str, grade: i32) -> Option<f64> {
        self.students.get(&(school, grade)).copied()
    }
}
