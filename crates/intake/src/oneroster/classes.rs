//! Classes, who is in them, and what that adds up to.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::finding::{Place, Severity};
use junheng_core::model::{Cell, Stage};

use super::records::{Grades, Records};
use super::{Out, School};
use crate::mapping::Value;

/// Who is in a class.
#[derive(Default)]
pub(super) struct Roster {
    students: BTreeSet<String>,
    teachers: BTreeSet<String>,
}

/// Rosters by class.
pub(super) fn rosters(
    enrolments: &Records,
    users: Option<&Records>,
    out: &mut Out,
) -> BTreeMap<String, Roster> {
    let every = |users: &Records| {
        (1..users.grid.rows.len())
            .map(|r| (users.text(r, "sourcedid"), users.is_deleted(r)))
            .collect()
    };
    let users: Option<BTreeMap<String, bool>> = users.map(every);
    let mut rosters: BTreeMap<String, Roster> = BTreeMap::new();
    let mut unknown = 0;
    for row in enrolments.active() {
        let user = enrolments.text(row, "usersourcedid");
        match users.as_ref().map(|users| users.get(&user)) {
            Some(Some(true)) => continue,
            Some(None) => unknown += 1,
            _ => {}
        }
        let roster = rosters
            .entry(enrolments.text(row, "classsourcedid"))
            .or_default();
        match enrolments.text(row, "role").to_lowercase().as_str() {
            "student" => roster.students.insert(user),
            "teacher" => roster.teachers.insert(user),
            _ => false,
        };
    }
    if unknown > 0 {
        out.add(
            "oneroster_user_unknown",
            Severity::Explain,
            enrolments.place(None),
            format!("{unknown} 条选课记录的人员不在 users 文件中，仍计入人数。"),
            format!(
                "{unknown} enrolments name users that users.csv does not have; they were counted."
            ),
            "请核对 users 文件是否完整。",
            "Check that users.csv is complete.",
        );
    }
    rosters
}

pub(super) fn pupil_grades(users: &Records) -> BTreeMap<String, Grades> {
    users
        .active()
        .map(|row| (users.text(row, "sourcedid"), users.grades(row)))
        .collect()
}

/// A class of a known stage.
pub(super) struct Class<'a> {
    id: String,
    title: String,
    school: &'a School,
    stage: Stage,
    grades: Grades,
    homeroom: bool,
    cell: Cell,
}

/// The classes of grades 1 to 12; all others are told, school by school.
pub(super) fn staged<'a>(
    classes: &Records,
    schools: &'a BTreeMap<String, School>,
    rosters: &BTreeMap<String, Roster>,
    pupils: &BTreeMap<String, Grades>,
    out: &mut Out,
) -> Vec<Class<'a>> {
    let mut staged = Vec::new();
    // By school: classes without a grade, of several stages, outside school.
    let mut left_out: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for row in classes.active() {
        let Some(school) = schools.get(&classes.text(row, "schoolsourcedid")) else {
            left_out.entry(("", "school")).or_default().push(row);
            continue;
        };
        let id = classes.text(row, "sourcedid");
        let mut grades = classes.grades(row);
        if grades == Grades::Unknown {
            let students = rosters.get(&id).into_iter().flat_map(|r| &r.students);
            grades = common(students.filter_map(|s| pupils.get(s)));
        }
        let Some(stage) = grades.stage() else {
            let why = match grades {
                Grades::School(_) => "mixed",
                Grades::Outside => "outside",
                Grades::Unknown => "grade",
            };
            left_out
                .entry((school.name.0.as_str(), why))
                .or_default()
                .push(row);
            continue;
        };
        let title = classes.text(row, "title");
        let homeroom = classes
            .text(row, "classtype")
            .eq_ignore_ascii_case("homeroom");
        let cell = classes.cell(row, "sourcedid");
        staged.push(Class {
            id,
            title,
            school,
            stage,
            grades,
            homeroom,
            cell,
        });
    }
    for ((school, why), rows) in left_out {
        let (n, first) = (rows.len(), rows.first().copied());
        let (code, severity, zh, en) = match why {
            "school" => (
                "oneroster_school_unknown",
                Severity::Error,
                "所属学校不在 orgs 文件中",
                "belong to no school of orgs.csv",
            ),
            "outside" => (
                "oneroster_grade_outside",
                Severity::Note,
                "属于幼儿园或 1–12 年级以外",
                "are kindergarten or outside grades 1 to 12",
            ),
            "mixed" => (
                "oneroster_grade_mixed",
                Severity::Explain,
                "跨小学、初中或高中",
                "span two stages",
            ),
            _ => (
                "oneroster_grade_missing",
                Severity::Explain,
                "没有年级，从学生年级也判断不出",
                "have no grade, nor do their pupils agree in one",
            ),
        };
        let at: Vec<String> = rows.iter().take(20).map(|r| (r + 1).to_string()).collect();
        let at = at.join("、");
        out.add(
            code,
            severity,
            classes.place(first),
            format!("{school} {n} 个班(第 {at} 行){zh}，其班级和学生未计入。"),
            format!(
                "{school}: {n} classes (rows {at}) {en}; they and their pupils were not counted."
            ),
            "需要计入的，请补上年级(grades)和学校后重新导出。",
            "Where they count, fill in grades and school and export again.",
        );
    }
    staged
}

/// The grades of a class's pupils taken together; unknown where one pupil's is.
fn common<'a>(mut pupils: impl Iterator<Item = &'a Grades>) -> Grades {
    let Some(first) = pupils.next() else {
        return Grades::Unknown;
    };
    pupils.fold(first.clone(), |all, one| match (all, one) {
        (Grades::School(mut all), Grades::School(one)) => {
            all.extend(one);
            Grades::School(all)
        }
        (Grades::Outside, Grades::Outside) => Grades::Outside,
        _ => Grades::Unknown,
    })
}

/// Rows of `sections` and of `classes`.
pub(super) fn counted(
    classes: &[Class],
    rosters: &BTreeMap<String, Roster>,
    out: &mut Out,
) -> (Vec<Vec<Value>>, Vec<Vec<Value>>) {
    let mut sections: BTreeMap<(&str, Stage), Vec<&Class>> = BTreeMap::new();
    for class in classes {
        sections
            .entry((&class.school.id.0, class.stage))
            .or_default()
            .push(class);
    }
    let homed: BTreeSet<&str> = classes
        .iter()
        .filter(|c| c.homeroom)
        .map(|c| c.school.id.0.as_str())
        .collect();
    // No enrolment is no figure: zero needs a row.
    let count = |n: usize, cell| match n {
        0 => (String::new(), None),
        n => (n.to_string(), Some(cell)),
    };
    let (mut section_rows, mut class_rows) = (Vec::new(), Vec::new());
    let (mut courses, mut without) = (0, BTreeSet::new());
    for ((id, stage), members) in sections {
        let Some(cell) = members.first().map(|c| c.cell) else {
            continue;
        };
        let of = |who: fn(&Roster) -> &BTreeSet<String>| {
            let each = members
                .iter()
                .filter_map(|c| rosters.get(&c.id))
                .flat_map(who);
            each.collect::<BTreeSet<_>>().len()
        };
        let (students, teachers) = (of(|r| &r.students), of(|r| &r.teachers));
        let own: Vec<&Class> = members
            .iter()
            .copied()
            .filter(|c| c.homeroom || !homed.contains(id))
            .collect();
        courses += members.len() - own.len();
        if !homed.contains(id) {
            without.insert(id);
        }
        let school = (id.to_owned(), Some(cell));
        let stage = (stage.id().to_owned(), Some(cell));
        section_rows.push(vec![
            school.clone(),
            stage.clone(),
            count(students, cell),
            count(own.len(), cell),
            count(teachers, cell),
        ]);
        let titled = |c: &Class| {
            own.iter()
                .filter(|o| o.title == c.title && o.grades == c.grades)
                .count()
                == 1
        };
        for class in &own {
            let name = if !class.title.is_empty() && titled(class) {
                &class.title
            } else {
                &class.id
            };
            let size = rosters.get(&class.id).map_or(0, |r| r.students.len());
            let at = Some(class.cell);
            class_rows.push(vec![
                (school.0.clone(), at),
                (stage.0.clone(), at),
                (class.grades.written(), at),
                (name.clone(), at),
                count(size, class.cell),
            ]);
        }
    }
    if courses > 0 {
        out.add("oneroster_courses", Severity::Note, Place::default(),
            format!("{courses} 个教学班(非行政班)不计班级数，其学生、教师已计入。"),
            format!("{courses} course classes are not counted as classes; their pupils and teachers are."),
            "无须处理。", "Nothing to do.");
    }
    if !without.is_empty() {
        out.add(
            "oneroster_no_homerooms",
            Severity::Explain,
            Place::default(),
            format!(
                "{} 所学校没有行政班(homeroom)，以全部教学班作为班级。",
                without.len()
            ),
            format!(
                "{} schools have no homerooms; every class was counted as one.",
                without.len()
            ),
            "若其中有走班或选修班，班级数和班额会不准，请核对。",
            "Where these are courses, class counts and sizes are off: check them.",
        );
    }
    if !section_rows.is_empty() {
        out.add(
            "oneroster_full_time",
            Severity::Note,
            Place::default(),
            "OneRoster 不区分专任与兼任，专任教师数为所有在册任课教师数。".to_owned(),
            "OneRoster does not say who is full time: all enrolled teachers were counted."
                .to_owned(),
            "请核对专任教师数。",
            "Check the number of full-time teachers.",
        );
    }
    (section_rows, class_rows)
}
