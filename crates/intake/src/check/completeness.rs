//! What is missing and leaves something of the national standard undetermined.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::model::{Field, Place, TableId};
use junheng_core::text::Text;

use super::report::{Report, say, titles};
use super::view::{Section, View};

/// Inputs of L1 to L7.
const RESOURCES: &[Field] = &[
    Field::TeachersAboveDegree,
    Field::BackboneTeachers,
    Field::PeArtTeachers,
    Field::TeachingArea,
    Field::IndoorPeArea,
    Field::SportsGround,
    Field::Equipment,
    Field::MultimediaRooms,
];

/// A column of the teacher list that stands for a column of `sections`.
const LISTED: &[(Field, Field)] = &[
    (Field::FullTimeTeachers, Field::TeacherId),
    (Field::TeachersAboveDegree, Field::AboveDegree),
    (Field::BackboneTeachers, Field::Backbone),
    (Field::PeArtTeachers, Field::TeacherSubject),
    (Field::CertifiedTeachers, Field::Certified),
    (Field::Trained360, Field::TrainingHours),
];

/// County facts by the item they decide.
const COUNTY: &[(&str, &[Field])] = &[
    (
        "G2",
        &[
            Field::QuotaPrimary,
            Field::QuotaJunior,
            Field::ProvincialQuotaPrimary,
            Field::ProvincialQuotaJunior,
        ],
    ),
    ("G7", &[Field::SpecialFund, Field::SpecialStudents]),
    ("G8", &[Field::TeacherPay, Field::CivilServantPay]),
    (
        "G11",
        &[
            Field::RotationEligible,
            Field::Rotated,
            Field::RotatedBackbone,
        ],
    ),
    (
        "G14",
        &[Field::SeniorHighPlaces, Field::SeniorHighAllocated],
    ),
    (
        "G15",
        &[
            Field::MigrantEligible,
            Field::MigrantPublic,
            Field::MigrantPurchased,
        ],
    ),
    (
        "Q1",
        &[
            Field::CohortEntered,
            Field::CohortIn,
            Field::CohortOut,
            Field::CohortDied,
            Field::CohortGraduated,
        ],
    ),
    ("Q2", &[Field::DisabledChildren, Field::DisabledEnrolled]),
    (
        "S1",
        &[Field::QuestionnairesValid, Field::QuestionnairesSatisfied],
    ),
    ("S2", &[Field::Interviews, Field::InterviewsSatisfied]),
];

/// Facts without which a county cannot be named or dated.
const BASICS: &[Field] = &[
    Field::CountyCode,
    Field::CountyName,
    Field::SchoolYear,
    Field::AsOf,
];

pub(super) fn check(view: &View<'_>, report: &mut Report<'_>) {
    county(view, report);
    sections(view, report);
}

fn county(view: &View<'_>, report: &mut Report<'_>) {
    let blank = |field: &Field| {
        let snapshot = view.snapshot;
        snapshot.number(*field, 0).is_none() && snapshot.text(*field, 0).is_none()
    };
    let attested = |item: &str| view.snapshot.facts.contains_key(&format!("attest_{item}"));
    let undecided = COUNTY.iter().filter(|(item, _)| !attested(item));
    let facts = undecided.flat_map(|(_, fields)| fields.iter());
    let vetoes = TableId::County
        .fields()
        .filter(|f| f.id().starts_with("veto_"));
    let missing: Vec<Field> = BASICS
        .iter()
        .chain(facts)
        .copied()
        .chain(vetoes)
        .filter(blank)
        .collect();
    if !missing.is_empty() {
        let (count, list) = (missing.len(), titles(missing));
        let (zh, en) = (list.zh, list.en);
        report.at_table(
            "missing_county_keys",
            TableId::County,
            say!(
                "县情缺 {count} 项：{zh}。",
                "The county lacks {count} facts: {en}."
            ),
        );
    }
}

/// What decides whether an input of a section is there.
struct Inputs<'a, 'b> {
    view: &'b View<'a>,
    /// Sections with a value, by the field of another table.
    listed: BTreeMap<Field, BTreeSet<(&'a str, &'a str)>>,
}

impl<'a, 'b> Inputs<'a, 'b> {
    fn new(view: &'b View<'a>) -> Self {
        let mut listed = BTreeMap::<_, BTreeSet<_>>::new();
        let sources = [
            (Field::TeacherSchool, Field::TeacherStage),
            (Field::ClassSchool, Field::ClassStage),
            (Field::RoomSchool, Field::RoomStage),
        ];
        for (school, stage) in sources {
            let Some(table) = view.snapshot.table(school.table()) else {
                continue;
            };
            for row in view.rows(school.table()) {
                let key = (view.text(school, row), view.text(stage, row));
                for field in table.fields() {
                    if table.number(field, row).is_some() || table.text(field, row).is_some() {
                        listed.entry(field).or_default().insert(key);
                    }
                }
            }
        }
        Self { view, listed }
    }

    fn has(&self, section: &Section<'_>, field: Field) -> bool {
        let view = self.view;
        if field.table() != TableId::Sections {
            let key = (section.school_id, section.stage.id());
            return self.listed.get(&field).is_some_and(|s| s.contains(&key));
        }
        let number = |f, row| view.snapshot.number(f, row).is_some();
        let shared = Field::SHARED.iter().find(|(own, _)| *own == field);
        number(field, section.row)
            || LISTED
                .iter()
                .any(|&(own, listed)| own == field && self.has(section, listed))
            || shared.is_some_and(|&(_, whole)| {
                view.school(section.school_id)
                    .is_some_and(|s| number(whole, s.row))
            })
    }
}

/// Inputs of the government and quality items that this section has to give.
fn item_inputs(view: &View<'_>, section: &Section<'_>) -> Vec<Field> {
    let attested = |item: &str| view.snapshot.facts.contains_key(&format!("attest_{item}"));
    let school = view.school(section.school_id);
    let locale = school.and_then(|s| view.number(Field::Locale, s.row));
    let place = locale
        .filter(|c| (0.0..1000.0).contains(c))
        .and_then(|c| Place::of_locale(c as u16));
    let text = |field| school.map_or("", |s| view.text(field, s.row));
    let boards = school.and_then(|s| view.number(Field::Boarding, s.row)) == Some(1.0);
    // 就近划片 is asked of public urban and town schools without boarders.
    let zoned = text(Field::Owner) != "private" && !boards && place != Some(Place::Rural);
    let small = section.students.is_some_and(|n| n < 100.0);
    [
        ("G3", Field::SectionClasses, true),
        ("G3", Field::RoomArea, true),
        ("G5", Field::LargestClass, true),
        ("G6", Field::PublicFund, small),
        ("G9", Field::Trained360, true),
        ("G12", Field::CertifiedTeachers, true),
        ("G9", Field::FullTimeTeachers, true),
        ("G13", Field::InZoneStudents, zoned),
        ("Q4", Field::PublicFund, !small),
        ("Q4", Field::TrainingFund, true),
    ]
    .into_iter()
    .filter(|&(item, _, asked)| asked && !attested(item))
    .map(|(_, field, _)| field)
    .collect()
}

fn sections(view: &View<'_>, report: &mut Report<'_>) {
    let inputs = Inputs::new(view);
    let judged: Vec<&Section> = view.sections.iter().filter(|s| s.in_scope()).collect();
    let has = |section: &Section<'_>, field: Field| {
        inputs.has(section, field)
            || match field {
                Field::LargestClass => inputs.has(section, Field::ClassStudents),
                Field::SectionClasses => inputs.has(section, Field::ClassName),
                _ => false,
            }
    };
    let asked = |section: &Section<'_>| {
        let students = std::iter::once(Field::Students);
        let resources = students
            .chain(RESOURCES.iter().copied())
            .collect::<Vec<_>>();
        [
            ("missing_resource_inputs", resources),
            ("missing_item_inputs", item_inputs(view, section)),
        ]
    };
    // What no section has is said once for the county.
    let mut nowhere: BTreeSet<Field> = judged
        .iter()
        .flat_map(|s| asked(s))
        .flat_map(|(_, f)| f)
        .collect();
    nowhere.retain(|&field| !judged.iter().any(|s| has(s, field)));
    if !nowhere.is_empty() {
        let (count, list) = (judged.len(), titles(nowhere.iter().copied()));
        let (zh, en) = (list.zh, list.en);
        report.at_table(
            "missing_everywhere",
            TableId::Sections,
            say!(
                "列入评估的 {count} 个学段都缺：{zh}。",
                "All {count} sections in scope lack: {en}."
            ),
        );
    }
    for section in judged {
        for (code, fields) in asked(section) {
            let mut missing: Vec<Field> = fields
                .into_iter()
                // Blank students have a finding of their own.
                .filter(|f| *f != Field::Students && !nowhere.contains(f) && !has(section, *f))
                .collect();
            missing.sort();
            missing.dedup();
            if !missing.is_empty() {
                note(section, code, titles(missing), report);
            }
        }
    }
}

fn note(section: &Section<'_>, code: &'static str, list: Text, report: &mut Report<'_>) {
    let (zh, en) = (&section.label.zh, &section.label.en);
    let (list_zh, list_en) = (list.zh, list.en);
    report.at_row(
        code,
        Field::SectionSchool,
        section.row,
        say!("{zh}：缺 {list_zh}。", "{en}: missing {list_en}."),
    );
}
