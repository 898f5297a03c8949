//! Which sections a school has, and schools that have nothing.

use junheng_core::model::{Field, Stage, TableId, kind_title};

use super::report::{Report, num, say};
use super::view::{School, View};

pub(super) fn check(view: &View<'_>, report: &mut Report<'_>) {
    students(view, report);
    for school in &view.schools {
        stages(view, school, report);
        parent(view, school, report);
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
                    "{zh}:在校生 0 人,不列入评估。",
                    "{en}: 0 students; left out of the evaluation."
                ),
            ),
            None if counted && view.snapshot.number(Field::Students, section.row).is_none() => {
                report.at(
                    "students_missing",
                    Field::Students,
                    section.row,
                    say!(
                        "{zh}:未填在校生数,各项生均指标无法计算。",
                        "{en}: no students given, so no per-student figure can be computed."
                    ),
                );
            }
            _ => {}
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

fn stages(view: &View<'_>, school: &School<'_>, report: &mut Report<'_>) {
    if view.rows(TableId::Sections).is_empty() {
        return;
    }
    let name = school.name;
    if view.sections_of(school.id).next().is_none() {
        if !school.kind.is_some_and(|k| (510..520).contains(&k)) {
            report.at_row(
                "school_without_section",
                Field::SchoolId,
                school.row,
                say!(
                    "{name}:学段表中没有这所学校。",
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
                    "{name}:办学类型 {kind} {kind_zh} 没有{zh}学段,学段表却有一行。",
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
            report.at_row(
                "senior_missing",
                Field::SchoolId,
                school.row,
                say!(
                    "{name}:{kind_zh}缺高中学段行,按全校填报的资产无法分摊,相关指标无法判定。",
                    "{name}: a {kind_en} without a senior row; assets of the whole school cannot be shared and their indicators stay undetermined."
                ),
            );
        } else {
            report.at_row(
                "stage_missing",
                Field::SchoolId,
                school.row,
                say!(
                    "{name}:办学类型 {kind} {kind_zh} 应有{zh}学段,学段表没有。",
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
                "{name}:隶属学校填的是自己。",
                "{name}: it is given as its own parent school."
            ),
        );
    } else if school.kind == Some(218) && parent.is_empty() {
        report.at(
            "point_without_parent",
            Field::ParentSchool,
            school.row,
            say!(
                "{name}:教学点没有填隶属学校。",
                "{name}: a teaching point without a parent school."
            ),
        );
    }
}

/// 空壳学校: listed, but with no students, no teachers or no premises, where others have them.
fn shells(view: &View<'_>, report: &mut Report<'_>) {
    let sum = |school: &School<'_>, field: Field| -> f64 {
        let sections = view.sections_of(school.id);
        sections.filter_map(|s| view.number(field, s.row)).sum()
    };
    let listed: std::collections::BTreeSet<&str> = view
        .rows(TableId::Teachers)
        .map(|row| view.text(Field::TeacherSchool, row))
        .collect();
    let has_students = |s: &School<'_>| sum(s, Field::Students) > 0.0;
    let has_teachers =
        |s: &School<'_>| sum(s, Field::FullTimeTeachers) > 0.0 || listed.contains(s.id);
    let has_assets = |s: &School<'_>| {
        Field::SHARED.iter().any(|&(section, school)| {
            sum(s, section) > 0.0 || view.number(school, s.row).is_some_and(|x| x > 0.0)
        })
    };
    let with_sections = || {
        let schools = view.schools.iter();
        schools.filter(|s| view.sections_of(s.id).next().is_some())
    };
    let all = with_sections().count();
    // A column that most schools leave blank is missing data, not an empty shell.
    let usual =
        |has: &dyn Fn(&School<'_>) -> bool| with_sections().filter(|s| has(s)).count() * 2 > all;
    let tests: [(bool, &dyn Fn(&School<'_>) -> bool, &str, &str); 3] = [
        (usual(&has_students), &has_students, "学生", "students"),
        (usual(&has_teachers), &has_teachers, "教师", "teachers"),
        (
            usual(&has_assets),
            &has_assets,
            "办学条件数据",
            "premises and equipment",
        ),
    ];
    for school in with_sections() {
        let lacking = tests
            .iter()
            .filter(|(usual, has, ..)| *usual && !has(school));
        let (zh, en): (Vec<_>, Vec<_>) = lacking.map(|t| (t.2, t.3)).unzip();
        if !zh.is_empty() {
            let (name, zh, en) = (school.name, zh.join("、"), en.join(", "));
            report.at_row(
                "empty_shell",
                Field::SchoolId,
                school.row,
                say!(
                    "{name}:在学校名单中,却没有{zh}。",
                    "{name}: listed, but without {en}."
                ),
            );
        }
    }
}

/// One finding per school and stage that other tables speak of and `sections` does not.
fn rows_without_section(view: &View<'_>, report: &mut Report<'_>, school: Field, stage: Field) {
    if view.rows(TableId::Sections).is_empty() {
        return;
    }
    let mut lost = std::collections::BTreeMap::<(&str, &str), (usize, usize)>::new();
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
                "{name}:{table_zh}表有 {count} 行属于{zh}学段,学段表没有这一行。",
                "{name}: {count} rows of `{table_en}` are of the {en} stage, which `sections` does not have."
            ),
        );
    }
}
