//! Which sections a school has, and schools that have nothing.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::model::{Field, Stage, TableId, kind_title};

use super::limits;
use super::report::{Report, num, say};
use super::view::{School, Section, View};

pub(super) fn check(view: &View<'_>, report: &mut Report<'_>) {
    students(view, report);
    places(view, report);
    largest_class(view, report);
    let none = view.rows(TableId::Sections).is_empty();
    for school in &view.schools {
        if !none {
            stages(view, school, report);
        }
        parent(view, school, report);
    }
    if none {
        all_without(view, report);
    }
    shells(view, report);
    for (school, stage) in [
        (Field::ClassSchool, Field::ClassStage),
        (Field::RoomSchool, Field::RoomStage),
        (Field::TeacherSchool, Field::TeacherStage),
    ] {
        rows_without_section(view, report, school, stage);
    }
}

fn students(view: &View<'_>, report: &mut Report<'_>) {
    let counted = view.sections.iter().any(|s| s.students.is_some());
    for section in &view.sections {
        let (zh, en) = (&section.label.zh, &section.label.en);
        match section.students {
            // A senior row of 0 says that there is no senior part, which is worth saying.
            Some(0.0) if section.stage != Stage::Senior => report.at(
                "section_empty",
                Field::Students,
                section.row,
                say!(
                    "{zh}：在校生 0 人，不列入评估。",
                    "{en}: 0 students; left out of the evaluation."
                ),
            ),
            None if counted && view.snapshot.number(Field::Students, section.row).is_none() => {
                report.at(
                    "students_missing",
                    Field::Students,
                    section.row,
                    say!(
                        "{zh}：未填在校生数，各项生均指标无法计算。",
                        "{en}: no students given, so no per-student figure can be computed."
                    ),
                );
            }
            _ => {}
        }
    }
}

/// The largest class is no smaller than the mean one.
fn largest_class(view: &View<'_>, report: &mut Report<'_>) {
    for section in &view.sections {
        let own = |field| view.number(field, section.row);
        let (Some(students), Some(classes), Some(largest)) = (
            section.students,
            own(Field::SectionClasses).filter(|n| *n > 0.0),
            own(Field::LargestClass),
        ) else {
            continue;
        };
        if largest * classes < students {
            let (zh, en) = (&section.label.zh, &section.label.en);
            let (largest, n, classes) = (num(largest), num(students), num(classes));
            report.at(
                "largest_below_mean",
                Field::LargestClass,
                section.row,
                say!(
                    "{zh}：最大班额 {largest} 人，装不下 {classes} 个班的 {n} 名学生。",
                    "{en}: with {largest} in the largest class, {classes} classes do not hold {n} students."
                ),
            );
        }
    }
}

fn places(view: &View<'_>, report: &mut Report<'_>) {
    for section in &view.sections {
        let Some(places) = view.number(Field::Places, section.row) else {
            continue;
        };
        let students = section.students.filter(|&n| limits::SMALL_SECTION.holds(n));
        if let Some(students) = students
            && !limits::STUDENTS_PER_PLACE.holds(students / places)
        {
            let (zh, en) = (&section.label.zh, &section.label.en);
            let (n, p) = (num(students), num(places));
            report.at(
                "places_implausible",
                Field::Places,
                section.row,
                say!(
                    "{zh}：在校生 {n} 人，学位 {p} 个。",
                    "{en}: {n} students, {p} places."
                ),
            );
        }
    }
}

/// The stages that a kind of school has; `None` where any may be.
fn stages_of_kind(kind: u16) -> Option<&'static [Stage]> {
    match kind {
        211 | 218 => Some(&[Stage::Primary]),
        311 | 321 => Some(&[Stage::Junior]),
        312 => Some(&[Stage::Primary, Stage::Junior]),
        341 => Some(&[Stage::Junior, Stage::Senior]),
        345 => Some(&[Stage::Primary, Stage::Junior, Stage::Senior]),
        _ => None,
    }
}

/// Without any row of `sections` that is said once.
fn all_without(view: &View<'_>, report: &mut Report<'_>) {
    let count = view.schools.len();
    if count > 0 {
        report.at_table(
            "school_without_section",
            TableId::Schools,
            say!(
                "没有学段表：{count} 所学校都无法评估。",
                "There are no sections: none of the {count} schools can be judged."
            ),
        );
    }
}

fn stages(view: &View<'_>, school: &School<'_>, report: &mut Report<'_>) {
    let name = school.name;
    if view.sections_of(school.id).next().is_none() {
        if !school.kind.is_some_and(|k| (510..520).contains(&k)) {
            report.at(
                "school_without_section",
                Field::SchoolId,
                school.row,
                say!(
                    "{name}：学段表中没有这所学校。",
                    "{name}: no row of `sections` names it."
                ),
            );
        }
        return;
    }
    let Some((kind, expected)) = school.kind.and_then(|k| Some((k, stages_of_kind(k)?))) else {
        return;
    };
    let title = kind_title(kind);
    let (kind_zh, kind_en) = (&title.zh, &title.en);
    for section in view.sections_of(school.id) {
        if !expected.contains(&section.stage) {
            let stage = section.stage.title();
            let (zh, en) = (&stage.zh, &stage.en);
            report.at(
                "stage_not_of_kind",
                Field::SectionStage,
                section.row,
                say!(
                    "{name}：办学类型 {kind} {kind_zh} 没有{zh}学段，学段表却有一行。",
                    "{name}: kind {kind} ({kind_en}) has no {en} stage, yet `sections` has a row."
                ),
            );
        }
    }
    for &stage in expected {
        if view.section(school.id, stage.id()).is_some() {
            continue;
        }
        let title = stage.title();
        let (zh, en) = (&title.zh, &title.en);
        if stage == Stage::Senior {
            report.at(
                "senior_missing",
                Field::SchoolId,
                school.row,
                say!(
                    "{name}：{kind_zh}缺高中学段行，按全校填报的资产无法分摊，相关指标无法判定。",
                    "{name}: a {kind_en} without a senior row; assets of the whole school cannot be shared and their indicators stay undetermined."
                ),
            );
        } else {
            report.at(
                "stage_missing",
                Field::SchoolId,
                school.row,
                say!(
                    "{name}：办学类型 {kind} {kind_zh} 应有{zh}学段，学段表没有。",
                    "{name}: kind {kind} ({kind_en}) should have a {en} row in `sections`."
                ),
            );
        }
    }
}

fn parent(view: &View<'_>, school: &School<'_>, report: &mut Report<'_>) {
    let (name, parent) = (school.name, view.text(Field::ParentSchool, school.row));
    if !parent.is_empty() && parent == school.id {
        report.at(
            "own_parent",
            Field::ParentSchool,
            school.row,
            say!(
                "{name}：隶属学校填的是自己。",
                "{name}: it is given as its own parent school."
            ),
        );
    } else if school.kind == Some(218) && parent.is_empty() {
        report.at(
            "point_without_parent",
            Field::ParentSchool,
            school.row,
            say!(
                "{name}：教学点没有填隶属学校。",
                "{name}: a teaching point without a parent school."
            ),
        );
    }
}

/// 空壳学校: listed, but with no students, no teachers or no premises, where others have them.
fn shells(view: &View<'_>, report: &mut Report<'_>) {
    let teachers = view.rows(TableId::Teachers);
    let listed: BTreeSet<&str> = teachers
        .map(|row| view.text(Field::TeacherSchool, row))
        .collect();
    let held: Vec<(&School<'_>, [bool; 3])> = view
        .schools
        .iter()
        .filter(|s| view.sections_of(s.id).next().is_some())
        .map(|s| (s, holdings(view, s, &listed)))
        .collect();
    // What more than half leave blank is missing data, not an empty shell.
    let usual = |what: usize| {
        let with = held.iter().filter(|(_, has)| has.get(what) == Some(&true));
        with.count() * 2 >= held.len()
    };
    let words = [
        (usual(0), "学生", "students"),
        (usual(1), "教师", "teachers"),
        (usual(2), "办学条件数据", "premises and equipment"),
    ];
    for (school, has) in &held {
        let lacking = words
            .iter()
            .zip(has)
            .filter(|((usual, ..), has)| *usual && !**has);
        let (zh, en): (Vec<_>, Vec<_>) = lacking.map(|((_, zh, en), _)| (*zh, *en)).unzip();
        if !zh.is_empty() {
            let (name, zh, en) = (school.name, zh.join("、"), en.join(", "));
            report.at(
                "empty_shell",
                Field::SchoolId,
                school.row,
                say!(
                    "{name}：在学校名单中，却没有{zh}。",
                    "{name}: listed, but without {en}."
                ),
            );
        }
    }
}

/// Whether a school has students, teachers, and any premises or equipment.
fn holdings(view: &View<'_>, school: &School<'_>, listed: &BTreeSet<&str>) -> [bool; 3] {
    let some = |field, row| view.number(field, row).is_some_and(|x| x > 0.0);
    let any = |field| view.sections_of(school.id).any(|s| some(field, s.row));
    // A blank number of students has a finding of its own.
    let none = |s: &Section<'_>| s.students == Some(0.0);
    [
        !view.sections_of(school.id).all(none),
        any(Field::FullTimeTeachers) || listed.contains(school.id),
        Field::SHARED
            .iter()
            .any(|&(own, whole)| any(own) || some(whole, school.row)),
    ]
}

/// One finding per school and stage that other tables speak of and `sections` does not.
fn rows_without_section(view: &View<'_>, report: &mut Report<'_>, school: Field, stage: Field) {
    if view.rows(TableId::Sections).is_empty() {
        return;
    }
    let mut lost = BTreeMap::<(&str, &str), (usize, usize)>::new();
    for row in view.rows(school.table()) {
        let key = (view.text(school, row), view.text(stage, row));
        let named = !key.1.is_empty() && view.school(key.0).is_some();
        if named && view.section(key.0, key.1).is_none() {
            let first = lost.entry(key).or_insert((row, 0));
            // The topmost cell, so that the order of reading does not matter.
            if view.snapshot.cell(stage, row) < view.snapshot.cell(stage, first.0) {
                first.0 = row;
            }
            first.1 += 1;
        }
    }
    for ((id, stage_id), (row, count)) in lost {
        let name = view.school(id).map_or(id, |s| s.name);
        let title = Stage::from_id(stage_id)
            .map(Stage::title)
            .unwrap_or_default();
        let (zh, en) = (&title.zh, &title.en);
        let (table_zh, table_en) = (school.table().zh(), school.table().id());
        let count = num(count as f64);
        report.at(
            "no_such_section",
            stage,
            row,
            say!(
                "{name}：{table_zh}表有 {count} 行属于{zh}学段，学段表没有这一行。",
                "{name}: {count} rows of `{table_en}` are of the {en} stage, which `sections` does not have."
            ),
        );
    }
}
