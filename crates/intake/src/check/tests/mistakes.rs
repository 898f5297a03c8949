//! One mistake at a time, and exactly the findings that it must have.

use junheng_core::model::{Field, TableId};

use super::county::{Bundle, COMPLETE, NINE, POINT, rename, school};

pub(super) type Edit = fn(&mut Bundle);
/// Changes this year's county and last year's.
pub(super) type Change = fn(&mut Bundle, &mut Bundle);

/// A mistake, and all that must be found.
pub(super) const MISTAKES: &[(Edit, &[&str])] = &[
    // Identifiers.
    (
        |b| rename(b, "2133000003", "213300003"),
        &["bad_school_code schools.school_id 4"],
    ),
    (
        |b| rename(b, "2133000003", "3133000003"),
        &["code_not_of_kind schools.school_id 4"],
    ),
    (
        |b| rename(b, "2133000003", "2144000003"),
        &["code_not_of_province schools.school_id 4"],
    ),
    (
        |b| rename(b, "2133000003", "S03"),
        &["local_school_code schools"],
    ),
    (
        |b| b.set(Field::CountyCode, 0, "33018"),
        &["bad_county_code county.code"],
    ),
    (
        |b| b.set(Field::SchoolYear, 0, "2025-2027"),
        &["bad_school_year county.school_year"],
    ),
    (
        |b| b.set(Field::AsOf, 0, "2026-09-01"),
        &["as_of_outside_year county.as_of"],
    ),
    (
        |b| b.set(Field::SchoolKind, 3, 213),
        &["unknown_code schools.kind 5"],
    ),
    (
        |b| b.set(Field::Locale, 3, 113),
        &["unknown_code schools.locale 5"],
    ),
    // Ranges.
    (
        |b| b.set(Field::FoundedYear, 3, 2205),
        &["year_out_of_range schools.founded_year 5"],
    ),
    (
        |b| b.set(Field::BirthYear, 0, 2031),
        &["year_out_of_range births.year 2"],
    ),
    (
        |b| b.set(Field::BirthYearOfTeacher, 0, 1899),
        &["teacher_age teachers.birth_year 2"],
    ),
    (
        |b| b.set(Field::ArrivedOn, 0, "1995-09-01"),
        &["arrived_too_young teachers.arrived_on 2"],
    ),
    (|b| b.set(Field::ArrivedOn, 0, "1996-09-01"), &[]),
    (
        |b| b.set(Field::WeeklyHours, 0, 200),
        &["hours_implausible teachers.weekly_hours 2"],
    ),
    (
        |b| b.set(Field::Spouse, 0, "T0"),
        &["own_spouse teachers.spouse_id 2"],
    ),
    (
        |b| b.set(Field::Wishes, 0, "2133000002;9"),
        &["wish_unknown teachers.wishes 2"],
    ),
    (
        |b| b.set(Field::CurrentPrimary, 0, "3133000011"),
        &["today_not_of_stage blocks.current_primary 2"],
    ),
    (
        |b| {
            b.set(Field::BlockResidents, 0, 100);
            b.set(Field::ChildrenPrimary, 0, 101);
        },
        &["part_exceeds_whole blocks.children_primary 2"],
    ),
    (
        |b| b.set(Field::ArrivedOn, 0, "2027-09-01"),
        &["date_in_future teachers.arrived_on 2"],
    ),
    (
        |b| b.set(Field::ClassGrade, 0, 8),
        &["grade_not_of_stage classes.grade 2"],
    ),
    (
        |b| b.set(Field::ClassGrade, 0, 13),
        &["out_of_range classes.grade 2"],
    ),
    (
        |b| b.set(Field::LevelPe, 0, 5),
        &["out_of_range county.monitoring_level_pe"],
    ),
    (
        |b| b.set(Field::DifferencePe, 0, 14),
        &["out_of_range county.monitoring_difference_pe"],
    ),
    // Schools and their sections.
    (
        |b| {
            b.set(Field::Students, 3, 0);
            for field in [
                Field::Boarders,
                Field::MigrantStudents,
                Field::InZoneStudents,
                Field::LargestClass,
            ] {
                b.blank(field, 3);
            }
        },
        &[
            "empty_shell schools.school_id 5",
            "section_empty sections.students 5",
        ],
    ),
    (
        |b| b.blank(Field::Students, 3),
        &["students_missing sections.students 5"],
    ),
    (
        |b| {
            b.set(Field::SectionStage, 3, "junior");
            b.set(Field::RoomStage, 3, "junior");
        },
        &[
            "stage_missing schools.school_id 5",
            "stage_not_of_kind sections.stage 5",
        ],
    ),
    (
        |b| {
            let row = b.section(COMPLETE, "senior");
            b.tables.get_mut(&TableId::Sections).unwrap().remove(row);
        },
        &["senior_missing schools.school_id 14"],
    ),
    // A senior part of 0 students is a fact, not a mistake.
    (
        |b| b.set(Field::Students, b.section(COMPLETE, "senior"), 0),
        &[],
    ),
    (
        |b| {
            b.drop_rows(Field::SectionSchool, "2133000010");
            b.drop_rows(Field::RoomSchool, "2133000010");
        },
        &["school_without_section schools.school_id 11"],
    ),
    (
        |b| {
            let lists = [TableId::Classes, TableId::Rooms, TableId::Teachers];
            for table in lists.into_iter().chain([TableId::Sections]) {
                b.tables.remove(&table);
            }
        },
        &["school_without_section schools"],
    ),
    (
        |b| {
            let row = b.section(NINE, "junior");
            b.tables.get_mut(&TableId::Sections).unwrap().remove(row);
        },
        &[
            "no_such_section rooms.stage 14",
            "stage_missing schools.school_id 13",
        ],
    ),
    (
        |b| b.set(Field::ParentSchool, 13, POINT),
        &["own_parent schools.parent_school_id 15"],
    ),
    (
        |b| b.blank(Field::ParentSchool, 13),
        &["point_without_parent schools 15"],
    ),
    (
        |b| {
            for field in [
                Field::FullTimeTeachers,
                Field::TeachersAboveDegree,
                Field::BackboneTeachers,
                Field::PeArtTeachers,
                Field::CertifiedTeachers,
                Field::Trained360,
            ] {
                b.set(field, 9, 0);
            }
        },
        &["empty_shell schools.school_id 11"],
    ),
    // Sums and parts.
    (
        |b| b.set(Field::Boarders, 3, 9000),
        &["part_exceeds_whole sections.boarders 5"],
    ),
    (
        |b| b.set(Field::Rotated, 0, 500),
        &["part_exceeds_whole county.rotated_teachers"],
    ),
    (
        |b| b.set(Field::ClassStudents, 0, 38),
        &["class_sum sections.students 2"],
    ),
    (
        |b| b.set(Field::SectionClasses, 0, 7),
        &["class_count sections.classes 2"],
    ),
    (
        |b| {
            b.set(Field::ClassStudents, 0, 43);
            b.set(Field::ClassStudents, 1, 37);
        },
        &["largest_class sections.largest_class 2"],
    ),
    (
        |b| b.set(Field::SectionClasses, 3, 0),
        &["no_classes sections.classes 5"],
    ),
    (
        |b| b.set(Field::LargestClass, 3, 10),
        &["largest_below_mean sections.largest_class 5"],
    ),
    (
        |b| b.set(Field::RoomArea, 0, 9800),
        &["room_implausible rooms.area_m2 2"],
    ),
    (
        |b| b.set(Field::RoomArea, 0, 0),
        &["room_implausible rooms.area_m2 2"],
    ),
    (
        |b| b.set(Field::Places, 0, 159),
        &["places_implausible sections.places 2"],
    ),
    // 240 students on 160 places is the limit itself.
    (|b| b.set(Field::Places, 0, 160), &[]),
    (
        |b| b.set(Field::Backbone, 15, 1),
        &["teacher_list_differs sections.backbone_teachers 2"],
    ),
    // Part of the list does not say: nothing is compared.
    (
        |b| b.blank(Field::Backbone, 15),
        &["list_incomplete teachers.backbone 17"],
    ),
    (
        |b| b.blank(Field::ClassStudents, 1),
        &["list_incomplete classes.students 3"],
    ),
    (
        |b| {
            b.facts.insert("score_G1".to_owned(), "60".to_owned());
            b.facts.insert("score_G2".to_owned(), "41".to_owned());
        },
        &["scores_over_total county"],
    ),
    (
        |b| {
            b.facts.insert("score_G1".to_owned(), "-1".to_owned());
        },
        &["scores_over_total county"],
    ),
    (
        |b| b.set(Field::HistoryStudents, 0, 50),
        &["history_differs sections.students 2"],
    ),
    (
        |b| b.set(Field::IndoorPeArea, 3, 5000),
        &["negative_adjusted_area sections.indoor_pe_area_m2 5"],
    ),
    (
        |b| {
            b.set(Field::Books, b.section(NINE, "primary"), 8000);
            b.set(Field::Books, b.section(NINE, "junior"), 8000);
        },
        &["sections_exceed_school schools.books 13"],
    ),
    (
        |b| b.set(Field::Books, b.section(NINE, "primary"), 8000),
        &["asset_both_ways schools.books 13"],
    ),
    (
        |b| b.set(Field::MigrantPublic, 0, 390),
        &["migrants_over_eligible county.migrant_children_eligible"],
    ),
    (
        |b| b.set(Field::CohortGraduated, 0, 381),
        &["cohort_balance county.junior_cohort_graduated"],
    ),
    (|b| b.set(Field::CohortGraduated, 0, 380), &[]),
    // Ratios.
    (
        |b| b.scale(Field::Equipment, 3, 1e-4),
        &["unit_slip sections.equipment_yuan 5"],
    ),
    (
        |b| b.scale(Field::Equipment, 3, 1e4),
        &["unit_slip sections.equipment_yuan 5"],
    ),
    (
        |b| b.scale(Field::SchoolEquipment, 11, 1e-4),
        &["unit_slip schools.equipment_yuan 13"],
    ),
    (
        |b| b.set(Field::TeacherPay, 0, 9.2),
        &["unit_slip county.teacher_average_pay_yuan"],
    ),
    (
        |b| b.set(Field::SpecialFund, 0, 390),
        &["unit_slip county.special_school_public_fund_yuan"],
    ),
    (
        |b| b.scale(Field::SportsGround, 3, 100.0),
        &["area_slip sections.sports_ground_m2 5"],
    ),
    (
        |b| b.scale(Field::LandArea, 3, 0.01),
        &["area_slip sections.land_area_m2 5"],
    ),
    (
        |b| b.set(Field::Computers, 3, 900),
        &["ratio_implausible sections.computers 5"],
    ),
    (
        |b| b.set(Field::SectionClasses, 3, 4),
        &[
            "largest_below_mean sections.largest_class 5",
            "ratio_implausible sections.classes 5",
        ],
    ),
    (
        |b| b.scale(Field::Books, 3, 5.0),
        &["outlier sections.books 5"],
    ),
    // Names and copies.
    (
        |b| b.set(Field::SchoolName, 3, "柳溪小学"),
        &["same_name schools.name 3", "same_name schools.name 5"],
    ),
    (
        |b| b.set(Field::SchoolName, 3, "青川中心小学"),
        &["similar_names schools.name 5"],
    ),
    (
        |b| b.set(Field::SchoolName, 3, "青川县柳溪小学校"),
        &["similar_names schools.name 5"],
    ),
    (
        |b| b.set(Field::SchoolName, 3, "柳溪村小学"),
        &["similar_names schools.name 5"],
    ),
    (
        |b| {
            b.set(Field::SchoolName, 2, "青川第一小学");
            b.set(Field::SchoolName, 3, "青川第二小学");
            b.set(Field::SchoolName, 4, "柳溪中学");
        },
        &[],
    ),
    (
        |b| {
            let rows = b.tables.get_mut(&TableId::Sections).unwrap();
            let id = rows[3].1[&Field::SectionSchool].clone();
            rows[3].1 = rows[2].1.clone();
            b.set(Field::SectionSchool, 3, id);
        },
        &[
            "identical_figures sections 4",
            "identical_figures sections 5",
        ],
    ),
    // Places.
    (
        |b| {
            b.set(Field::SchoolLon, 3, 0);
            b.set(Field::SchoolLat, 3, 0);
        },
        &["zero_coordinates schools.lon 5"],
    ),
    (
        |b| {
            b.set(Field::SchoolLon, 3, 29.5);
            b.set(Field::SchoolLat, 3, 119.3);
        },
        &["swapped_coordinates schools.lon 5"],
    ),
    (
        |b| b.set(Field::BlockLon, 3, 19.3),
        &["outside_china blocks.lon 5"],
    ),
    (
        |b| b.blank(Field::SchoolLat, 3),
        &["half_coordinates schools.lat 5"],
    ),
    (
        |b| b.set(Field::SchoolLon, 3, 121.3),
        &["outside_county schools.lon 5"],
    ),
    (
        |b| b.set(Field::SchoolLon, 3, 119.7),
        &["far_from_township schools.lon 5"],
    ),
    (
        |b| {
            b.set(Field::SchoolLon, 3, 119.3);
            b.set(Field::SchoolLat, 3, 29.5);
        },
        &["same_point schools.lon 2", "same_point schools.lon 5"],
    ),
    // Completeness.
    (
        |b| b.blank(Field::TeacherPay, 0),
        &["missing_county_keys county"],
    ),
    (
        |b| {
            b.blank(Field::TeacherPay, 0);
            b.facts.insert("attest_G8".to_owned(), "met".to_owned());
        },
        &[],
    ),
    (
        |b| (0..16).for_each(|row| b.blank(Field::TrainingFund, row)),
        &["missing_everywhere sections"],
    ),
    (
        |b| b.blank(Field::TeachingArea, 3),
        &["missing_resource_inputs sections 5"],
    ),
    (
        |b| b.blank(Field::CertifiedTeachers, 3),
        &["missing_item_inputs sections 5"],
    ),
    // The list of teachers says it already.
    (|b| b.blank(Field::CertifiedTeachers, 0), &[]),
    // Out of scope, so nothing is missed.
    (
        |b| {
            let row = b.section(POINT, "primary");
            b.set(Field::Students, row, 49);
            b.set(Field::InZoneStudents, row, 49);
            b.blank(Field::TeachingArea, row);
        },
        &[],
    ),
];

/// A mistake that only last year's bundle shows: (this year, last year).
pub(super) const CHANGES: &[(Change, &[&str])] = &[
    (|_, _| {}, &[]),
    (
        |_, before| before.set(Field::CountyCode, 0, "330183"),
        &["previous_mismatch county.code"],
    ),
    (
        |_, before| before.set(Field::SchoolYear, 0, "2022-2023"),
        &["previous_mismatch county.school_year"],
    ),
    (
        |_, before| rename(before, "2133000004", "2133000094"),
        &["code_changed schools.school_id 5"],
    ),
    (
        |_, before| before.set(Field::SchoolName, 3, "云岭希望学校"),
        &["name_changed schools.name 5"],
    ),
    (
        |_, before| before.set(Field::SchoolKind, 3, 312),
        &["kind_changed schools.kind 5"],
    ),
    (
        |_, before| school(before, "2133000099", "旧庄小学", 211, 3),
        &["school_gone schools"],
    ),
    (
        |_, before| before.drop_rows(Field::SchoolId, "2133000004"),
        &["school_new schools.school_id 5"],
    ),
    // 330 students now: over 500 last year is another band than under 500.
    (
        |_, before| {
            before.set(Field::Students, 3, 480);
            before.scale(Field::Books, 3, 0.9);
        },
        &["year_jump sections.students 5"],
    ),
    (
        |_, before| {
            before.set(Field::Students, 3, 470);
            before.scale(Field::Books, 3, 0.9);
        },
        &[],
    ),
    (
        |_, before| before.set(Field::FullTimeTeachers, 3, 10),
        &["year_jump sections.full_time_teachers 5"],
    ),
    (
        |_, before| before.scale(Field::Books, 3, 1.3),
        &["assets_fell sections.books 5"],
    ),
    (
        |_, before| before.set(Field::Students, 3, 331),
        &["copied_form schools.school_id 5"],
    ),
];
