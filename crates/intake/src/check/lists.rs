//! Classes, teachers and enrolment one by one against the totals of their section.

use std::collections::BTreeMap;

use junheng_core::model::{Field, Stage, TableId};
use junheng_core::text::Text;

use super::report::{Report, num, say};
use super::sums::over;
use super::view::{Section, View};

pub(super) fn check(view: &View<'_>, report: &mut Report<'_>) {
    classes(view, report);
    teachers(view, report);
    history(view, report);
}

/// Rows of another table by the section they belong to.
fn by_section<'a>(
    view: &View<'a>,
    school: Field,
    stage: Field,
) -> BTreeMap<(&'a str, &'a str), Vec<usize>> {
    let mut groups = BTreeMap::<_, Vec<usize>>::new();
    for row in view.rows(school.table()) {
        let key = (view.text(school, row), view.text(stage, row));
        groups.entry(key).or_default().push(row);
    }
    groups
}

fn classes(view: &View<'_>, report: &mut Report<'_>) {
    let groups = by_section(view, Field::ClassSchool, Field::ClassStage);
    for section in &view.sections {
        let (zh, en) = (&section.label.zh, &section.label.en);
        let Some(rows) = groups.get(&(section.school_id, section.stage.id())) else {
            if let (Some(0.0), Some(students)) = (
                view.number(Field::SectionClasses, section.row),
                section.students,
            ) && students > 0.0
            {
                let n = num(students);
                report.at(
                    "no_classes",
                    Field::SectionClasses,
                    section.row,
                    say!(
                        "{zh}：在校生 {n} 人，班级数却为 0。",
                        "{en}: {n} students but 0 classes."
                    ),
                );
            }
            continue;
        };
        let sizes: Option<Vec<f64>> = rows
            .iter()
            .map(|&row| view.number(Field::ClassStudents, row))
            .collect();
        let count = rows.len() as f64;
        differs(
            view,
            report,
            section,
            "class_count",
            Field::SectionClasses,
            count,
            |f, s| {
                say!(
                    "{zh}：班级表有 {f} 个班，班级数填 {s} 个。",
                    "{en}: {f} classes are listed, {s} are given as the number of classes."
                )
            },
        );
        let Some(sizes) = sizes else {
            let unknown = |row: &&usize| view.number(Field::ClassStudents, **row).is_none();
            if let Some(&row) = rows.iter().find(unknown) {
                incomplete(report, section, Field::ClassStudents, row);
            }
            continue;
        };
        let sum: f64 = sizes.iter().sum();
        let gap = num((sum - section.students.unwrap_or(sum)).abs());
        differs(
            view,
            report,
            section,
            "class_sum",
            Field::Students,
            sum,
            |f, s| {
                say!(
                    "{zh}：班级学生数合计 {f} 人，在校生数填 {s} 人，相差 {gap} 人。",
                    "{en}: the classes add up to {f} students, {s} are given; the difference is {gap}."
                )
            },
        );
        let largest = sizes.iter().copied().fold(0.0, f64::max);
        differs(
            view,
            report,
            section,
            "largest_class",
            Field::LargestClass,
            largest,
            |f, s| {
                say!(
                    "{zh}：班级表中最大的班 {f} 人，最大班额填 {s} 人。以班级表为准。",
                    "{en}: the largest class listed has {f} students, {s} are given. The list is used."
                )
            },
        );
    }
}

/// A list that is silent in part: what is counted from it stays open.
fn incomplete(report: &mut Report<'_>, section: &Section<'_>, field: Field, row: usize) {
    let (zh, en) = (&section.label.zh, &section.label.en);
    let (title_zh, title_en) = (field.about().zh, field.about().en.to_lowercase());
    report.at(
        "list_incomplete",
        field,
        row,
        say!(
            "{zh}：名单里有的行没有填{title_zh}，按名单计数的数无法得出。",
            "{en}: some rows of the list leave {title_en} blank, so nothing can be counted by it."
        ),
    );
}

/// A finding where the section's own figure is there and not `figure`.
fn differs(
    view: &View<'_>,
    report: &mut Report<'_>,
    section: &Section<'_>,
    code: &'static str,
    field: Field,
    figure: f64,
    message: impl Fn(String, String) -> Text,
) {
    if let Some(given) = view.number(field, section.row)
        && (over(given, figure) || over(figure, given))
    {
        report.at(code, field, section.row, message(num(figure), num(given)));
    }
}

/// What one listed teacher adds to a column; `None` where the list does not say.
fn adds(view: &View<'_>, column: Field, row: usize) -> Option<f64> {
    let text = |field| Some(view.text(field, row)).filter(|t| !t.is_empty());
    let one = |yes: bool| if yes { 1.0 } else { 0.0 };
    match column {
        Field::FullTimeTeachers => Some(1.0),
        Field::TeachersAboveDegree => view.number(Field::AboveDegree, row),
        Field::BackboneTeachers => view.number(Field::Backbone, row),
        Field::CertifiedTeachers => view.number(Field::Certified, row),
        Field::PeArtTeachers => {
            text(Field::TeacherSubject).map(|s| one(["pe", "music", "art", "arts"].contains(&s)))
        }
        Field::Trained360 => view
            .number(Field::TrainingHours, row)
            .map(|h| one(h >= 360.0)),
        Field::MidTitleTeachers => {
            text(Field::TeacherTitle).map(|t| one(["full_senior", "senior", "mid"].contains(&t)))
        }
        _ => None,
    }
}

fn teachers(view: &View<'_>, report: &mut Report<'_>) {
    let groups = by_section(view, Field::TeacherSchool, Field::TeacherStage);
    for section in &view.sections {
        let Some(rows) = groups.get(&(section.school_id, section.stage.id())) else {
            continue;
        };
        let (zh, en) = (&section.label.zh, &section.label.en);
        for &column in Field::COUNTED {
            let each = || rows.iter().map(|&row| adds(view, column, row));
            let Some(counted) = each().sum::<Option<f64>>() else {
                let blank = rows.iter().zip(each()).find(|(_, adds)| adds.is_none());
                if let (Some((&row, _)), Some(by)) = (blank, column.counted_by())
                    && each().any(|adds| adds.is_some())
                {
                    incomplete(report, section, by, row);
                }
                continue;
            };
            let (title_zh, title_en) = (column.about().zh, column.about().en.to_lowercase());
            differs(
                view,
                report,
                section,
                "teacher_list_differs",
                column,
                counted,
                |f, s| {
                    say!(
                        "{zh}：{title_zh}填 {s} 人，教师名单数得 {f} 人。以名单为准。",
                        "{en}: {title_en} given as {s}, the list of teachers has {f}. The list is used."
                    )
                },
            );
        }
    }
}

/// This year's students by grade against the sections.
fn history(view: &View<'_>, report: &mut Report<'_>) {
    let Some(year) = view.snapshot.school_year() else {
        return;
    };
    let mut grades = BTreeMap::<&str, Option<[f64; 2]>>::new();
    for row in view.rows(TableId::EnrolmentHistory) {
        if view.number(Field::HistoryYear, row) != Some(f64::from(year)) {
            continue;
        }
        let sums = grades
            .entry(view.text(Field::HistorySchool, row))
            .or_insert(Some([0.0; 2]));
        let grade = view.number(Field::HistoryGrade, row);
        *sums = match (*sums, grade, view.number(Field::HistoryStudents, row)) {
            (Some([p, j]), Some(g), Some(n)) if g <= 6.0 => Some([p + n, j]),
            (Some([p, j]), Some(_), Some(n)) => Some([p, j + n]),
            _ => None,
        };
    }
    for (school, sums) in grades {
        let Some([primary, junior]) = sums else {
            continue;
        };
        let section = |stage: Stage| view.section(school, stage.id());
        let given = |stage| section(stage).map_or(Some(0.0), |s| s.students);
        let (Some(p), Some(j)) = (given(Stage::Primary), given(Stage::Junior)) else {
            continue;
        };
        // A county of five and four years has its grade 6 in junior school.
        if p + j == primary + junior {
            continue;
        }
        for (stage, sum) in [(Stage::Primary, primary), (Stage::Junior, junior)] {
            let Some(section) = section(stage) else {
                continue;
            };
            let (zh, en) = (&section.label.zh, &section.label.en);
            differs(
                view,
                report,
                section,
                "history_differs",
                Field::Students,
                sum,
                |f, s| {
                    say!(
                        "{zh}：历年在校生表 {year} 年各年级合计 {f} 人，在校生数填 {s} 人。",
                        "{en}: the grades of {year} in `enrolment_history` add up to {f}, {s} students are given."
                    )
                },
            );
        }
    }
}
