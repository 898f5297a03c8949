//! Sums and parts: figures that must agree with each other.

use std::collections::BTreeMap;

use junheng_core::model::{Field, Stage, TableId};
use junheng_core::text::Text;

use super::report::{Report, num, say};
use super::view::{Section, View};

/// (part, whole): a part is never more than its whole.
const PARTS: &[(Field, Field)] = &[
    (Field::Boarders, Field::Students),
    (Field::MigrantStudents, Field::Students),
    (Field::InZoneStudents, Field::Students),
    (Field::LargestClass, Field::Students),
    (Field::FullTimeTeachers, Field::Staff),
    (Field::TeachersAboveDegree, Field::FullTimeTeachers),
    (Field::BackboneTeachers, Field::FullTimeTeachers),
    (Field::PeArtTeachers, Field::FullTimeTeachers),
    (Field::CertifiedTeachers, Field::FullTimeTeachers),
    (Field::Trained360, Field::FullTimeTeachers),
    (Field::MidTitleTeachers, Field::FullTimeTeachers),
    (Field::TeachingArea, Field::BuildingArea),
    (Field::CanteenDormitoryLand, Field::LandArea),
    (Field::TrainingFund, Field::PublicFund),
    (Field::SchoolTeachingArea, Field::SchoolBuildingArea),
    (Field::SchoolCanteenDormitoryLand, Field::SchoolLandArea),
    (Field::Rotated, Field::RotationEligible),
    (Field::RotatedBackbone, Field::Rotated),
    (Field::SeniorHighAllocated, Field::SeniorHighPlaces),
    (Field::SeniorHighAllocatedRural, Field::SeniorHighAllocated),
    (Field::DisabledEnrolled, Field::DisabledChildren),
    (Field::QuestionnairesValid, Field::Questionnaires),
    (Field::QuestionnairesSatisfied, Field::QuestionnairesValid),
    (Field::InterviewsSatisfied, Field::Interviews),
];

pub(super) fn check(view: &View<'_>, report: &mut Report<'_>) {
    for &(part, whole) in PARTS {
        parts(view, report, part, whole);
    }
    for (indoor, teaching) in [
        (Field::IndoorPeArea, Field::TeachingArea),
        (Field::SchoolIndoorPeArea, Field::SchoolTeachingArea),
    ] {
        indoor_pe(view, report, indoor, teaching);
    }
    classes(view, report);
    teachers(view, report);
    history(view, report);
    shared_assets(view, report);
    county(view, report);
}

/// `a` is over `b` by more than the rounding of a sum.
fn over(a: f64, b: f64) -> bool {
    a - b > 1e-9 * a.abs().max(b.abs()).max(1.0)
}

/// Who a row speaks of, as the beginning of a message.
fn subject(view: &View<'_>, table: TableId, row: usize) -> Text {
    let before = |zh: &str, en: &str| Text::new(format!("{zh}:"), format!("{en}: "));
    match table {
        TableId::Sections => {
            let section = view.sections.iter().find(|s| s.row == row);
            section.map_or_else(Text::default, |s| before(&s.label.zh, &s.label.en))
        }
        TableId::Schools => {
            let name = view.schools.get(row).map_or("", |s| s.name);
            before(name, name)
        }
        _ => Text::default(),
    }
}

fn parts(view: &View<'_>, report: &mut Report<'_>, part: Field, whole: Field) {
    for row in view.rows(part.table()) {
        if let (Some(p), Some(w)) = (view.number(part, row), view.number(whole, row))
            && over(p, w)
        {
            let who = subject(view, part.table(), row);
            let (who_zh, who_en) = (&who.zh, &who.en);
            let (a, b) = (part.about(), whole.about());
            let (a_zh, a_en, b_zh, b_en) = (a.zh, a.en, b.zh, b.en.to_lowercase());
            let unit = a.unit;
            let (p, w) = (num(p), num(w));
            report.at(
                "part_exceeds_whole",
                part,
                row,
                say!(
                    "{who_zh}{a_zh} {p} {unit},大于{b_zh} {w}。",
                    "{who_en}{a_en}: {p}, more than {b_en}: {w}."
                ),
            );
        }
    }
}

fn indoor_pe(view: &View<'_>, report: &mut Report<'_>, indoor: Field, teaching: Field) {
    for row in view.rows(indoor.table()) {
        if let (Some(i), Some(t)) = (view.number(indoor, row), view.number(teaching, row))
            && over(i, t)
        {
            let who = subject(view, indoor.table(), row);
            let (who_zh, who_en) = (&who.zh, &who.en);
            let (i, t) = (num(i), num(t));
            report.at(
                "negative_adjusted_area",
                indoor,
                row,
                say!(
                    "{who_zh}室内体育用房 {i} 平方米,大于教学及辅助用房 {t} 平方米,扣除后为负。",
                    "{who_en}indoor PE area {i} m² is more than the teaching area {t} m²; the difference is negative."
                ),
            );
        }
    }
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
                        "{zh}:在校生 {n} 人,班级数却为 0。",
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
                    "{zh}:班级表有 {f} 个班,班级数填 {s} 个。",
                    "{en}: {f} classes are listed, {s} are given as the number of classes."
                )
            },
        );
        let Some(sizes) = sizes else { continue };
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
                    "{zh}:班级学生数合计 {f} 人,在校生数填 {s} 人,相差 {gap} 人。",
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
                    "{zh}:班级表中最大的班 {f} 人,最大班额填 {s} 人。以班级表为准。",
                    "{en}: the largest class listed has {f} students, {s} are given. The list is used."
                )
            },
        );
    }
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
        for column in [
            Field::FullTimeTeachers,
            Field::TeachersAboveDegree,
            Field::BackboneTeachers,
            Field::PeArtTeachers,
            Field::CertifiedTeachers,
            Field::Trained360,
            Field::MidTitleTeachers,
        ] {
            let counted: Option<f64> = rows.iter().map(|&row| adds(view, column, row)).sum();
            let Some(counted) = counted else { continue };
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
                        "{zh}:{title_zh}填 {s} 人,教师名单数得 {f} 人。以名单为准。",
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
                        "{zh}:历年在校生表 {year} 年各年级合计 {f} 人,在校生数填 {s} 人。",
                        "{en}: the grades of {year} in `enrolment_history` add up to {f}, {s} students are given."
                    )
                },
            );
        }
    }
}

/// Assets given for the sections and for the school too.
fn shared_assets(view: &View<'_>, report: &mut Report<'_>) {
    for school in &view.schools {
        for &(own, whole) in Field::SHARED {
            let Some(given) = view.number(whole, school.row) else {
                continue;
            };
            let parts: Vec<Option<f64>> = view
                .sections_of(school.id)
                .map(|s| view.number(own, s.row))
                .collect();
            if parts.iter().all(Option::is_none) {
                continue;
            }
            let blank = parts.iter().any(Option::is_none);
            let sum: f64 = parts.iter().flatten().sum();
            let (name, title) = (school.name, own.about());
            let (zh, en, unit) = (title.zh, title.en, title.unit);
            let (sum_text, given_text) = (num(sum), num(given));
            if over(sum, given) {
                report.at(
                    "sections_exceed_school",
                    whole,
                    school.row,
                    say!(
                        "{name}:各学段{zh}合计 {sum_text} {unit},大于全校 {given_text} {unit}。",
                        "{name}: {en}: the sections add up to {sum_text}, more than the school's {given_text}."
                    ),
                );
            } else if blank || over(given, sum) {
                report.at(
                    "asset_both_ways",
                    whole,
                    school.row,
                    say!(
                        "{name}:{zh}全校填 {given_text} {unit},学段又填了合计 {sum_text} {unit}。以学段为准,空白学段不再分摊。",
                        "{name}: {en}: {given_text} for the school and {sum_text} for its sections. The sections' figures are used and blank sections get no share."
                    ),
                );
            }
        }
    }
}

fn county(view: &View<'_>, report: &mut Report<'_>) {
    let fact = |field| view.number(field, 0);
    if let Some(eligible) = fact(Field::MigrantEligible) {
        let (public, bought) = (fact(Field::MigrantPublic), fact(Field::MigrantPurchased));
        let placed = public.unwrap_or(0.0) + bought.unwrap_or(0.0);
        if over(placed, eligible) {
            let (placed, eligible) = (num(placed), num(eligible));
            report.at(
                "migrants_over_eligible",
                Field::MigrantEligible,
                0,
                say!(
                    "公办与购买服务学位就读的随迁子女共 {placed} 人,多于符合条件的 {eligible} 人。",
                    "{placed} migrant children are in public or purchased places, more than the {eligible} eligible."
                ),
            );
        }
    }
    if let (Some(entered), Some(graduated)) =
        (fact(Field::CohortEntered), fact(Field::CohortGraduated))
    {
        let moved = |field| fact(field).unwrap_or(0.0);
        let left =
            entered + moved(Field::CohortIn) - moved(Field::CohortOut) - moved(Field::CohortDied);
        if over(graduated, left) {
            let (graduated, left) = (num(graduated), num(left));
            report.at(
                "cohort_balance",
                Field::CohortGraduated,
                0,
                say!(
                    "毕业学生 {graduated} 人,多于按入学、转入、转出、死亡推算的 {left} 人。",
                    "{graduated} students graduate, more than the {left} that entry, transfers and deaths leave."
                ),
            );
        }
    }
}
