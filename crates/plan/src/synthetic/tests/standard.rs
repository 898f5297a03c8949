//! The demo county against the numbers of 教督〔2017〕6号, computed here a second time.

use super::*;

const LIMIT: [[f64; 7]; 2] = [
    [4.2, 1.0, 0.9, 4.5, 7.5, 2000.0, 2.3],
    [5.3, 1.0, 0.9, 5.8, 10.2, 2500.0, 2.4],
];

#[derive(Debug)]
#[allow(dead_code, reason = "the name is for messages")]
struct Judged {
    school: String,
    stage: usize,
    students: f64,
    value: [f64; 7],
    /// Reached thanks to an exception only.
    saved: bool,
}

impl Judged {
    fn tolerated(&self) -> usize {
        let limit = &LIMIT[self.stage];
        (0..7)
            .filter(|&k| self.value[k] < limit[k] && self.value[k] >= 0.85 * limit[k])
            .count()
    }
    fn missed(&self) -> Vec<usize> {
        (0..7)
            .filter(|&k| self.value[k] < 0.85 * LIMIT[self.stage][k])
            .collect()
    }
    fn passes(&self) -> bool {
        self.missed().is_empty() && self.tolerated() <= 1
    }
}

fn weight(kind: f64, stage: &str) -> f64 {
    match (kind as u16, stage) {
        (341, "senior") => 1.2,
        (345, "senior") => 1.32,
        (312 | 345, "junior") => 1.1,
        _ => 1.0,
    }
}

/// Every section in scope with its seven values, split and exceptions applied.
fn judge(out: &Snapshot) -> Vec<Judged> {
    let schools: BTreeMap<String, usize> = keys(out, &[F::SchoolId])
        .into_iter()
        .enumerate()
        .map(|(i, k)| (k, i))
        .collect();
    let weighted = by(out, &[F::SectionSchool], |r| {
        let school = schools[&text(out, F::SectionSchool, r)];
        number(out, F::Students, r)
            * weight(
                number(out, F::SchoolKind, school),
                &text(out, F::SectionStage, r),
            )
    });
    let whole_students = by(out, &[F::SectionSchool], |r| number(out, F::Students, r));
    let mut all = Vec::new();
    for row in 0..out.rows(TableId::Sections) {
        let id = text(out, F::SectionSchool, row);
        let stage = text(out, F::SectionStage, row);
        let school = schools[&id];
        let kind = number(out, F::SchoolKind, school);
        let students = number(out, F::Students, row);
        if stage == "senior" || kind >= 500.0 || kind == 321.0 || (kind == 218.0 && students < 50.0)
        {
            continue;
        }
        let share = students * weight(kind, &stage) / weighted[&id];
        let asset = |field: F| {
            let (_, shared) = F::SHARED.iter().find(|(f, _)| *f == field).unwrap();
            out.number(field, row)
                .unwrap_or_else(|| share * out.number(*shared, school).unwrap())
        };
        let count = |f| number(out, f, row);
        let indoor = asset(F::IndoorPeArea);
        let small =
            number(out, F::Locale, school) >= 200.0 && (50.0..100.0).contains(&whole_students[&id]);
        let more_arts = if small {
            count(F::ItinerantPeArtTeachers)
        } else {
            0.0
        };
        let dense = number(out, F::DenseUrban, school) == 1.0;
        let more_sports = if dense { asset(F::OffsiteSports) } else { 0.0 };
        let stage = usize::from(stage == "junior");
        let sports = asset(F::SportsGround) + indoor;
        let bare = [
            count(F::PeArtTeachers) * 100.0 / students,
            sports / students,
        ];
        let value = [
            count(F::TeachersAboveDegree) * 100.0 / students,
            count(F::BackboneTeachers) * 100.0 / students,
            (count(F::PeArtTeachers) + more_arts) * 100.0 / students,
            (asset(F::TeachingArea) - indoor) / students,
            (sports + more_sports) / students,
            asset(F::Equipment) / students,
            asset(F::MultimediaRooms) * 100.0 / students,
        ];
        let limit = &LIMIT[stage];
        let saved = (value[2] >= limit[2] && bare[0] < 0.85 * limit[2])
            || (value[4] >= limit[4] && bare[1] < 0.85 * limit[4]);
        all.push(Judged {
            school: text(out, F::SchoolName, school),
            stage,
            students,
            value,
            saved,
        });
    }
    all
}

fn variation(all: &[Judged], stage: usize, k: usize) -> f64 {
    let own = || all.iter().filter(|j| j.stage == stage);
    let students: f64 = own().map(|j| j.students).sum();
    let mean = own().map(|j| j.students * j.value[k]).sum::<f64>() / students;
    let square = own()
        .map(|j| j.students * (j.value[k] - mean).powi(2))
        .sum::<f64>()
        / students;
    square.sqrt() / mean
}

fn mean(all: &[Judged], stage: usize, k: usize) -> f64 {
    let own = || all.iter().filter(|j| j.stage == stage);
    own().map(|j| j.students * j.value[k]).sum::<f64>() / own().map(|j| j.students).sum::<f64>()
}

fn demo() -> Snapshot {
    make(DEMO_SCHOOLS, DEMO_SEED)
}

#[test]
fn the_demo_county_fails_on_a_few_sections_for_different_reasons() {
    let all = judge(&demo());
    let failing: Vec<&Judged> = all.iter().filter(|j| !j.passes()).collect();
    assert!((3..=6).contains(&failing.len()), "{failing:?}");
    let reasons: BTreeSet<Vec<usize>> = failing.iter().map(|j| j.missed()).collect();
    // Backbone teachers, sports area, teaching area, multimedia rooms, two tolerated values.
    assert_eq!(
        reasons,
        BTreeSet::from([vec![], vec![1], vec![3], vec![4], vec![6]])
    );
    let tolerated = all
        .iter()
        .filter(|j| j.passes() && j.tolerated() == 1)
        .count();
    assert!((1..=3).contains(&tolerated), "{tolerated}");
    assert!(
        all.iter().any(|j| j.saved),
        "nobody is saved by an exception"
    );
}

#[test]
fn the_demo_county_has_one_variation_just_above_its_limit() {
    let all = judge(&demo());
    for (stage, limit) in [(0, 0.50), (1, 0.45)] {
        for k in 0..7 {
            let cv = variation(&all, stage, k);
            if (stage, k) == (0, 1) {
                assert!((0.505..0.535).contains(&cv), "{cv}");
            } else {
                assert!(
                    (0.02..limit).contains(&cv),
                    "stage {stage} L{}: {cv}",
                    k + 1
                );
            }
        }
    }
}

#[test]
fn the_demo_county_meets_every_item_but_class_size_and_backbone_rotation() {
    let out = demo();
    let fact = |f| out.number(f, 0).unwrap_or_else(|| panic!("{f} is blank"));
    // G3 to G6 and Q4, school by school.
    let schools = keys(&out, &[F::SchoolId]);
    let rooms = |kind: &str, low: f64, high: f64| {
        by(&out, &[F::RoomSchool, F::RoomStage], |r| {
            let fits = (low..high).contains(&number(&out, F::RoomArea, r));
            f64::from(u8::from(fits && text(&out, F::RoomKind, r) == kind))
        })
    };
    let all_rooms = [rooms("music", 0.0, 1e9), rooms("art", 0.0, 1e9)];
    let full = [rooms("music", 96.0, 1e9), rooms("art", 90.0, 1e9)];
    let modest = [rooms("music", 73.0, 1e9), rooms("art", 67.0, 1e9)];
    let (mut large, mut oversize, mut saved_rooms) = (0, 0, 0);
    for row in 0..out.rows(TableId::Sections) {
        let id = text(&out, F::SectionSchool, row);
        let stage = text(&out, F::SectionStage, row);
        let school = schools.iter().position(|s| *s == id).unwrap();
        let kind = number(&out, F::SchoolKind, school);
        let section = |f| number(&out, f, row);
        let (students, founded) = (section(F::Students), number(&out, F::FoundedYear, school));
        if stage == "senior" || kind >= 500.0 {
            continue;
        }
        let class = if stage == "primary" { 45.0 } else { 50.0 };
        large += u8::from(section(F::LargestClass) > class);
        if students > 2_000.0 {
            oversize += 1;
            assert!(students <= 2_400.0 && founded <= 2010.0, "{id}");
        }
        let wanted = (section(F::SectionClasses) / 12.0).ceil();
        let key = format!("{id}|{stage}");
        for ((all, full), modest) in all_rooms.iter().zip(&full).zip(&modest) {
            assert!(all[&key] >= wanted, "{key} lacks rooms");
            let small = number(&out, F::Locale, school) >= 200.0 && section(F::LargestClass) < 30.0;
            if full[&key] < wanted && !small {
                assert!(modest[&key] >= wanted && founded <= 2016.0, "{key}");
                saved_rooms += 1;
            }
        }
        let quota = if stage == "primary" {
            F::QuotaPrimary
        } else {
            F::QuotaJunior
        };
        assert!(
            section(F::PublicFund) >= students.max(100.0) * fact(quota),
            "{key}"
        );
        assert!(
            section(F::TrainingFund) >= 0.05 * section(F::PublicFund),
            "{key}"
        );
        assert_eq!(
            section(F::Trained360),
            section(F::FullTimeTeachers),
            "{key}"
        );
        assert_eq!(
            section(F::CertifiedTeachers),
            section(F::FullTimeTeachers),
            "{key}"
        );
        let zoned =
            text(&out, F::Owner, school) == "public" && number(&out, F::Locale, school) < 200.0;
        if zoned && number(&out, F::Boarding, school) == 0.0 {
            let least = if stage == "primary" { 1.0 } else { 0.95 };
            assert!(section(F::InZoneStudents) >= least * students, "{key}");
        }
    }
    assert_eq!((large, oversize), (1, 1));
    assert!(saved_rooms > 0);

    assert!(fact(F::QuotaPrimary) >= fact(F::ProvincialQuotaPrimary));
    assert!(fact(F::QuotaJunior) >= fact(F::ProvincialQuotaJunior));
    assert!(fact(F::SpecialFund) >= 8_000.0 * fact(F::SpecialStudents));
    assert!(fact(F::TeacherPay) >= fact(F::CivilServantPay));
    assert!(fact(F::Rotated) >= 0.1 * fact(F::RotationEligible));
    let backbone = fact(F::RotatedBackbone) / fact(F::Rotated);
    assert!((0.15..0.2).contains(&backbone), "{backbone}");
    assert!(fact(F::SeniorHighAllocated) >= 0.5 * fact(F::SeniorHighPlaces));
    let migrants = fact(F::MigrantPublic) + fact(F::MigrantPurchased);
    assert!(migrants >= 0.85 * fact(F::MigrantEligible) && migrants <= fact(F::MigrantEligible));
    let stayed =
        fact(F::CohortEntered) + fact(F::CohortIn) - fact(F::CohortOut) - fact(F::CohortDied);
    let retention = fact(F::CohortGraduated) / stayed;
    assert!((0.95..=1.0).contains(&retention), "{retention}");
    assert!(fact(F::DisabledEnrolled) >= 0.95 * fact(F::DisabledChildren));
    assert!(fact(F::QuestionnairesSatisfied) >= 0.85 * fact(F::QuestionnairesValid));
    assert!(fact(F::Questionnaires) >= 0.001 * fact(F::CountyResidents));
    assert!(fact(F::InterviewsSatisfied) >= 0.85 * fact(F::Interviews));
    for field in TableId::County.fields() {
        if field.id().starts_with("monitoring_level") {
            assert!(fact(field) >= 3.0);
        } else if field.id().starts_with("monitoring_difference") {
            assert!(fact(field) < 0.15);
        } else if field.id().starts_with("veto") {
            assert_eq!(out.text(field, 0), Some("no"));
        }
    }
    assert!(out.facts.values().all(|f| f.value == "met"));
}

#[test]
fn counties_look_like_the_nation() {
    let mut far = Vec::new();
    for seed in [1, 2, 3] {
        let out = make(300, seed);
        let total = |stage: &str, field: F| -> f64 {
            (0..out.rows(TableId::Sections))
                .filter(|&r| text(&out, F::SectionStage, r) == stage)
                .map(|r| number(&out, field, r))
                .sum()
        };
        let kinds = keys(&out, &[F::SchoolKind]);
        let schools = keys(&out, &[F::SchoolId]);
        let count = |wanted: &[&str]| {
            kinds
                .iter()
                .filter(|k| wanted.contains(&k.as_str()))
                .count() as f64
        };
        let mut near = |what: &str, value: f64, low: f64, high: f64| {
            if !(low..=high).contains(&value) {
                far.push(format!("seed {seed}: {what} {value}, not {low} to {high}"));
            }
        };
        // 2024: 777 students per primary school, 1,034 per junior school, ±8 %.
        near(
            "primary school",
            total("primary", F::Students) / count(&["211"]),
            715.0,
            840.0,
        );
        near(
            "junior school",
            total("junior", F::Students) / count(&["311", "312"]),
            950.0,
            1_117.0,
        );
        let per_teacher = |s| total(s, F::Students) / total(s, F::FullTimeTeachers);
        // 2022: 16.19 and 5,120.6 / 402.52 = 12.72, ±6 %.
        near("primary teacher", per_teacher("primary"), 15.2, 17.2);
        near("junior teacher", per_teacher("junior"), 11.95, 13.5);
        // 2022: 8.3 and 15.4 m² of buildings, ±10 %.
        let building = |stage: &str, kind: &str| {
            let own = |r: &usize| {
                let school = text(&out, F::SectionSchool, *r);
                text(&out, F::SectionStage, *r) == stage
                    && kinds[schools.iter().position(|s| *s == school).unwrap()] == kind
            };
            let rows: Vec<usize> = (0..out.rows(TableId::Sections)).filter(own).collect();
            let sum = |f| rows.iter().map(|r| number(&out, f, *r)).sum::<f64>();
            sum(F::BuildingArea) / sum(F::Students)
        };
        near("primary building", building("primary", "211"), 7.5, 9.1);
        near("junior building", building("junior", "311"), 13.9, 16.9);
        let per_class = |s| total(s, F::Students) / total(s, F::SectionClasses);
        near("primary class", per_class("primary"), 37.0, 43.0);
        near("junior class", per_class("junior"), 43.0, 47.0);
        // Bachelor and above 2022 and 2023: 74.5 to 78.0 % and 91.7 %, ±4 points.
        let bachelor = |stage: &str| {
            let own = |r: &usize| text(&out, F::TeacherStage, *r) == stage;
            let rows: Vec<usize> = (0..out.rows(TableId::Teachers)).filter(own).collect();
            let high = ["doctor", "master", "bachelor"];
            let degree = |r: &&usize| high.contains(&text(&out, F::TeacherDegree, **r).as_str());
            rows.iter().filter(degree).count() as f64 / rows.len() as f64
        };
        near("primary bachelors", bachelor("primary"), 0.725, 0.82);
        near("junior bachelors", bachelor("junior"), 0.88, 0.957);
        // Means of a published county (primary, 2023) within 40 %; its backbone and arts teachers
        // lie below the standard, which here nearly all sections reach. Differences of both
        // stages from 0.38 to 1.25 times its own.
        let all = judge(&out);
        for (k, published, variation_there) in [
            (0, 5.515, 0.298),
            (1, 0.888, 0.502),
            (2, 0.879, 0.402),
            (3, 4.563, 0.288),
            (4, 7.926, 0.375),
            (5, 2_496.7, 0.313),
            (6, 2.785, 0.394),
        ] {
            let (low, high) = if k == 1 { (1.0, 1.85) } else { (0.7, 1.4) };
            near(
                &format!("L{}", k + 1),
                mean(&all, 0, k) / published,
                low,
                high,
            );
            for stage in 0..2 {
                near(
                    &format!("CV of L{}, stage {stage}", k + 1),
                    variation(&all, stage, k) / variation_there,
                    0.38,
                    1.25,
                );
            }
        }
        // Skewed: the middle primary school is well below the mean.
        let mut sizes: Vec<f64> = all
            .iter()
            .filter(|j| j.stage == 0)
            .map(|j| j.students)
            .collect();
        sizes.sort_by(f64::total_cmp);
        let average = sizes.iter().sum::<f64>() / sizes.len() as f64;
        assert!(sizes[sizes.len() / 2] < 0.9 * average);
    }
    assert!(far.is_empty(), "{far:#?}");
}

#[test]
fn troubles_grow_with_the_county() {
    let failing = |schools| {
        judge(&make(schools, 5))
            .iter()
            .filter(|j| !j.passes())
            .count()
    };
    assert!((3..=6).contains(&failing(60)));
    assert!((12..=30).contains(&failing(300)));
}
