//! Facts of the county as a whole, unit costs and budgets.

use junheng_core::model::{ACTIONS, Fact, Field as F, Snapshot, Stage, TableId};

use super::assets::QUOTA;
use super::people::Rotation;
use super::rng::{Rng, rounded};
use super::schools::School;
use super::{Row, table};

/// Items that are judged by evidence, alone or beside a figure.
const ATTESTED: &[&str] = &[
    "E1", "E2", "E5", "G1", "G2", "G8", "G10", "G14", "G15", "Q3", "Q5", "Q6", "Q7", "Q8",
];
const VETOES: [F; 7] = [
    F::VetoExam,
    F::VetoChoice,
    F::VetoKeySchool,
    F::VetoKeyClass,
    F::VetoPosts,
    F::VetoSafety,
    F::VetoFalsified,
];
const MONITORED: [(F, F); 6] = [
    (F::LevelChinese, F::DifferenceChinese),
    (F::LevelMathematics, F::DifferenceMathematics),
    (F::LevelScience, F::DifferenceScience),
    (F::LevelPe, F::DifferencePe),
    (F::LevelArts, F::DifferenceArts),
    (F::LevelMoral, F::DifferenceMoral),
];

/// Writes county, unit costs and budgets.
pub(super) fn write(
    schools: &[School],
    residents: u32,
    rotation: Rotation,
    year: u32,
    rng: &mut Rng,
    out: &mut Snapshot,
) {
    let cohort = cohort(out, year);
    let special: u32 = schools
        .iter()
        .filter(|s| s.kind == 511)
        .map(School::students)
        .sum();
    let sum = |pick: &dyn Fn(&School) -> bool| -> u32 {
        let sections = schools.iter().filter(|s| pick(s)).flat_map(|s| &s.sections);
        sections.map(|s| s.migrants).sum()
    };
    let (public, purchased) = (sum(&|s| !s.private), sum(&|s| s.private));
    let graduates: u32 = f64::from(cohort.graduated).round() as u32;
    let good_places = f64::from(graduates) * 0.45;
    let children = f64::from(residents) * 0.0016;
    let issued = f64::from(residents) * 0.001 * rng.between(1.15, 1.4);
    let valid = (issued.ceil() * rng.between(0.95, 0.99)).floor();
    let interviews = (120.0 + issued * 0.1).round();
    let pay = f64::from(rng.whole(92, 118)) * 1_000.0;

    let table = table(out, TableId::County);
    let mut row = Row::new(table);
    row.text(F::CountyCode, "999999")
        .text(F::CountyName, "合成示例县")
        .text(F::SchoolYear, format!("{year}-{}", year + 1))
        .flag(F::Synthetic, true)
        .text(F::AsOf, format!("{year}-09-01"))
        .number(F::CountyResidents, residents)
        .number(F::QuotaPrimary, QUOTA[0])
        .number(F::QuotaJunior, QUOTA[1])
        .number(F::ProvincialQuotaPrimary, QUOTA[0] - 20)
        .number(F::ProvincialQuotaJunior, QUOTA[1] - 40)
        .number(
            F::SpecialFund,
            f64::from(special) * rng.between(8_200.0, 9_800.0).round(),
        )
        .number(F::SpecialStudents, special)
        .number(F::TeacherPay, (pay * rng.between(1.01, 1.06)).round())
        .number(F::CivilServantPay, pay)
        .number(F::RotationEligible, rotation.eligible)
        .number(F::Rotated, rotation.moved)
        .number(F::RotatedBackbone, rotation.backbone)
        .number(F::SeniorHighPlaces, good_places.round())
        .number(F::SeniorHighAllocated, (good_places * 0.56).ceil())
        .number(F::SeniorHighAllocatedRural, (good_places * 0.2).ceil())
        .number(
            F::MigrantEligible,
            (f64::from(public + purchased) * 1.04).ceil(),
        )
        .number(F::MigrantPublic, public)
        .number(F::MigrantPurchased, purchased)
        .number(F::CohortEntered, cohort.entered)
        .number(F::CohortIn, cohort.came)
        .number(F::CohortOut, cohort.left)
        .number(F::CohortDied, 0)
        .number(F::CohortGraduated, cohort.graduated)
        .number(F::DisabledChildren, children.ceil())
        .number(
            F::DisabledEnrolled,
            (children.ceil() * rng.between(0.965, 1.0)).ceil(),
        );
    for (level, difference) in MONITORED {
        row.number(level, rng.whole(3, 4))
            .number(difference, rounded(rng.between(0.06, 0.14), 3));
    }
    row.number(F::Questionnaires, issued.ceil())
        .number(F::QuestionnairesValid, valid)
        .number(
            F::QuestionnairesSatisfied,
            (valid * rng.between(0.9, 0.96)).ceil(),
        )
        .number(F::Interviews, interviews)
        .number(
            F::InterviewsSatisfied,
            (interviews * rng.between(0.9, 0.97)).ceil(),
        );
    for veto in VETOES {
        row.text(veto, "no");
    }
    for item in ATTESTED {
        let fact = Fact {
            value: "met".to_owned(),
            cell: None,
        };
        out.facts.insert(format!("attest_{item}"), fact);
    }
    costs(schools.len(), year, rng, out);
}

/// The cohort that left junior school last summer.
struct Cohort {
    entered: u32,
    came: u32,
    left: u32,
    graduated: u32,
}

/// Follows last year's grade 9 back to its grade 7; 2.5 % of those who should have stayed left early.
fn cohort(out: &Snapshot, year: u32) -> Cohort {
    let total = |then: u32, grade: u32| -> f64 {
        let id = |f, row| out.number(f, row);
        (0..out.rows(TableId::EnrolmentHistory))
            .filter(|&r| id(F::HistoryYear, r) == Some(f64::from(then)))
            .filter(|&r| id(F::HistoryGrade, r) == Some(f64::from(grade)))
            .filter_map(|r| id(F::HistoryStudents, r))
            .sum()
    };
    let (entered, graduated) = (total(year - 3, 7), total(year - 1, 9));
    let stayed = (graduated / 0.975).round();
    let change = stayed - entered;
    let flow = (entered * 0.02).round();
    Cohort {
        entered: entered as u32,
        came: (flow + change.max(0.0)) as u32,
        left: (flow + (-change).max(0.0)) as u32,
        graduated: graduated as u32,
    }
}

/// Unit costs near the program's defaults, and four years of money.
fn costs(schools: usize, year: u32, rng: &mut Rng, out: &mut Snapshot) {
    let costs = table(out, TableId::UnitCosts);
    for stage in Stage::JUDGED {
        for (action, ..) in ACTIONS {
            let (yuan, lead, limit) = match *action {
                "hire_teacher" | "hire_pe_art_teacher" => (105_000.0, 0, Some(10)),
                "raise_degree" => (8_000.0, 2, Some(20)),
                "name_backbone" => (15_000.0, 1, Some(12)),
                "transfer_teacher" => (5_000.0, 0, None),
                "build_teaching_m2" => (3_200.0, 2, Some(6_000)),
                "build_sports_m2" => (480.0, 1, Some(15_000)),
                "lease_sports_m2" => (65.0, 0, None),
                "equip_multimedia_room" => (42_000.0, 0, None),
                _ => (1.0, 0, None),
            };
            let forbidden = *action == "lease_sports_m2" && stage == Stage::Junior;
            let mut row = Row::new(costs);
            row.text(F::CostAction, *action)
                .text(F::CostStage, stage.id())
                .text(
                    F::CostYuan,
                    if forbidden {
                        "no".to_owned()
                    } else {
                        format!("{yuan}")
                    },
                )
                .number(F::CostLead, lead);
            if let Some(limit) = limit {
                row.number(F::CostLimit, limit);
            }
        }
    }
    let budgets = table(out, TableId::Budgets);
    for ahead in 1..=4 {
        let yuan = schools as f64 * rng.between(20.0, 26.0).round() * 10_000.0;
        Row::new(budgets)
            .number(F::BudgetYear, year + ahead)
            .number(F::BudgetYuan, yuan);
    }
}
