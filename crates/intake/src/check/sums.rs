//! Parts and wholes within a row, assets given twice, the county's own figures.

use junheng_core::model::{Field, TableId};
use junheng_core::text::Text;

use super::report::{Report, num, say};
use super::view::View;

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
    (Field::ChildrenPrimary, Field::BlockResidents),
    (Field::ChildrenJunior, Field::BlockResidents),
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
    shared_assets(view, report);
    county(view, report);
}

/// `a` is over `b` by more than the rounding of a sum.
pub(super) fn over(a: f64, b: f64) -> bool {
    a - b > 1e-9 * a.abs().max(b.abs()).max(1.0)
}

/// Who a row speaks of, as the beginning of a message.
fn subject(view: &View<'_>, table: TableId, row: usize) -> Text {
    let before = |zh: &str, en: &str| Text::new(format!("{zh}："), format!("{en}: "));
    match table {
        TableId::Sections => {
            // The sections stand in the order of their rows.
            let found = view.sections.binary_search_by_key(&row, |s| s.row).ok();
            let section = found.and_then(|i| view.sections.get(i));
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
                    "{who_zh}{a_zh} {p} {unit}，大于{b_zh} {w}。",
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
                    "{who_zh}室内体育用房 {i} 平方米，大于教学及辅助用房 {t} 平方米，扣除后为负。",
                    "{who_en}indoor PE area {i} m² is more than the teaching area {t} m²; the difference is negative."
                ),
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
                        "{name}：各学段{zh}合计 {sum_text} {unit}，大于全校 {given_text} {unit}。",
                        "{name}: {en}: the sections add up to {sum_text}, more than the school's {given_text}."
                    ),
                );
            } else if blank || over(given, sum) {
                report.at(
                    "asset_both_ways",
                    whole,
                    school.row,
                    say!(
                        "{name}：{zh}全校填 {given_text} {unit}，学段又填了合计 {sum_text} {unit}。以学段为准，空白学段不再分摊。",
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
                    "公办与购买服务学位就读的随迁子女共 {placed} 人，多于符合条件的 {eligible} 人。",
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
                    "毕业学生 {graduated} 人，多于按入学、转入、转出、死亡推算的 {left} 人。",
                    "{graduated} students graduate, more than the {left} that entry, transfers and deaths leave."
                ),
            );
        }
    }
}
