//! Leads, limits, splits, lists, missing figures, cancelling, and that the check can fail.

use std::sync::atomic::AtomicBool;

use junheng_core::evaluate::evaluate;
use junheng_core::model::{Field as F, Snapshot, Table, TableId};
use junheng_core::standard::{Compare, Variable};
use junheng_core::text::Text;
use junheng_core::verdict::Verdict;

use super::small::{only, rich, set};
use super::*;
use crate::run::Status;

fn to(target: i16) -> Options {
    Options {
        target,
        ..Options::after(2025)
    }
}

#[test]
fn the_demo_county_passes_by_2028_and_not_by_2026() {
    let base = county(&CountyOptions::default());
    let standard = standard();
    let plan = planned(&base, &standard, &to(2028));
    assert_eq!((plan.status, plan.failing.len()), (Status::Optimal, 0));
    let after = evaluate(&plan.county(&standard, &base, &base, 2028), &standard);
    let r = |id: &str| {
        after
            .items
            .iter()
            .find(|i| standard.items[i.item].id == id)
            .unwrap()
            .verdict
    };
    assert_eq!((r("R1"), r("R2")), (Verdict::Met, Verdict::Met));
    let early = planned(&base, &standard, &to(2026));
    assert!(!early.failing.is_empty() && early.late.len() == early.failing.len());
    assert!(
        early
            .late
            .iter()
            .all(|l| l.earliest.is_some_and(|y| y > 2026))
    );
}

#[test]
fn the_same_seed_gives_the_same_steps() {
    let base = county(&CountyOptions {
        schools: 20,
        seed: 3,
        ..CountyOptions::default()
    });
    let standard = standard();
    let steps = |_| planned(&base, &standard, &to(2028)).steps;
    assert_eq!(steps(0), steps(1));
}

#[test]
fn lead_times_and_limits_say_from_when() {
    let standard = standard();
    let mut county = rich(&[100, 100]);
    set(&mut county, F::TeachingArea, 0, 300.0);
    only(&mut county, &[("build_teaching_m2", "1", 2, None)]);
    let plan = planned(&county, &standard, &to(2027));
    assert_eq!(plan.failing, [0]);
    assert_eq!(plan.late[0].reason, Reason::Lead(Action::BuildTeaching));
    assert_eq!(plan.late[0].earliest, Some(2028));
    // 382.5 m² is the floor, and six others reach their threshold: 83 m².
    let plan = planned(&county, &standard, &to(2028));
    assert_eq!(plan.proof.objective, 83.0);
    assert_eq!((plan.steps[0].year, plan.steps[0].amount), (2026, 83));
    only(&mut county, &[("build_teaching_m2", "1", 2, Some(40))]);
    let plan = planned(&county, &standard, &to(2028));
    assert_eq!(plan.late[0].reason, Reason::Limit(Action::BuildTeaching));
    assert_eq!(plan.late[0].earliest, Some(2030));
    let years: Vec<i16> = planned(&county, &standard, &to(2030))
        .steps
        .iter()
        .map(|s| s.year)
        .collect();
    assert_eq!(years, [2026, 2027, 2028]);
}

/// A nine-year school reports its rooms as a whole: a room bought counts for both stages by 1 : 1.1.
#[test]
fn shared_assets_reach_both_sections() {
    let standard = standard();
    let mut county = rich(&[200, 200, 200]);
    county
        .tables
        .get_mut(&TableId::Sections)
        .unwrap()
        .set_text(F::SectionSchool, 1, "S0", None);
    county
        .tables
        .get_mut(&TableId::Sections)
        .unwrap()
        .set_text(F::SectionStage, 1, "junior", None);
    set(&mut county, F::SchoolKind, 0, 312.0);
    for row in [0, 1] {
        set(&mut county, F::MultimediaRooms, row, f64::NAN);
    }
    for (field, value) in [
        (F::TeachersAboveDegree, 20.0),
        (F::SportsGround, 2_100.0),
        (F::TeachingArea, 1_300.0),
    ] {
        set(&mut county, field, 1, value);
    }
    set(&mut county, F::SchoolMultimediaRooms, 0, 4.0);
    let plan = planned(&county, &standard, &to(2026));
    // Floors: primary 3.91 of x/2.1, junior 4.08 of 1.1x/2.1; the primary decides: x ≥ 8.211.
    assert_eq!(plan.failing.len(), 0);
    let rooms: u64 = plan.steps.iter().map(|s| s.amount).sum();
    assert_eq!((rooms, plan.proof.objective), (5, 200_000.0));
}

/// Listed teachers decide the counts, and who leaves takes with her what she counts for.
#[test]
fn listed_teachers_move_as_they_are() {
    let standard = standard();
    let mut county = rich(&[100, 100]);
    let mut list = Table::new();
    for row in 0..24 {
        list.push_row();
        let school = if row < 14 { "S0" } else { "S1" };
        list.set_text(F::TeacherId, row, format!("T{row}"), None);
        list.set_text(F::TeacherSchool, row, school, None);
        list.set_text(F::TeacherStage, row, "primary", None);
        let pe = row < 3;
        list.set_text(
            F::TeacherSubject,
            row,
            if pe { "pe" } else { "chinese" },
            None,
        );
        list.set_number(
            F::AboveDegree,
            row,
            f64::from(u8::from(!(12..18).contains(&row))),
            None,
        );
        list.set_number(
            F::Backbone,
            row,
            f64::from(u8::from(row == 1 || row == 20)),
            None,
        );
    }
    county.tables.insert(TableId::Teachers, list);
    let plan = planned(&county, &standard, &to(2026));
    assert_eq!(plan.steps.len(), 1);
    let step = &plan.steps[0];
    assert_eq!(
        (step.section, step.from, step.action),
        (1, Some(0), Action::TransferTeacher)
    );
    assert!(
        step.counts.contains(&F::PeArtTeachers) && step.counts.contains(&F::TeachersAboveDegree)
    );
    // The one backbone teacher of the giver stays: it needs her.
    assert!(!step.counts.contains(&F::BackboneTeachers));
}

#[test]
fn missing_figures_are_said_and_the_rest_is_planned() {
    let standard = standard();
    let mut county = rich(&[100, 100]);
    set(&mut county, F::Equipment, 0, f64::NAN);
    for row in [0, 1] {
        set(&mut county, F::MultimediaRooms, row, 1.0);
    }
    let plan = planned(&county, &standard, &to(2026));
    assert_eq!(plan.unknown, [0]);
    assert!(
        plan.notes
            .iter()
            .any(|n| n.zh.contains("S0") && n.zh.contains("无法判定"))
    );
    let equipment = &standard.indicators[5];
    assert_eq!(equipment.id.as_str(), "L6");
    assert!(
        plan.notes
            .iter()
            .any(|n| n.en.contains(&*equipment.title.en) && n.en.contains("not planned"))
    );
    assert_eq!(
        plan.steps
            .iter()
            .filter(|s| s.action == Action::EquipRoom)
            .count(),
        2
    );
}

#[test]
fn a_limit_that_cannot_be_kept_is_named_and_the_rest_planned() {
    let standard = standard();
    let mut county = rich(&[100; 6]);
    set(&mut county, F::SportsGround, 0, 9_000.0);
    set(&mut county, F::MultimediaRooms, 1, 1.0);
    only(&mut county, &[("equip_multimedia_room", "40000", 0, None)]);
    let plan = planned(&county, &standard, &to(2026));
    assert_eq!(plan.status, Status::Infeasible);
    let conflict = &plan.conflicts[0];
    assert_eq!(standard.indicators[conflict.indicator].id, "L5");
    assert!(conflict.reachable > Some(conflict.limit));
    assert_eq!((plan.failing.len(), plan.proof.objective), (0, 40_000.0));
}

#[test]
fn empty_sections_are_said() {
    let county = rich(&[100, 0]);
    let notes = planned(&county, &standard(), &to(2026)).notes;
    assert!(notes.iter().any(|n| n.en.contains("S1")));
}

#[test]
fn a_limit_that_nothing_moves_is_a_conflict_and_not_a_lack_of_time() {
    let mut county = rich(&[100; 6]);
    set(&mut county, F::SportsGround, 0, 9_000.0);
    only(&mut county, &[("build_sports_m2", "5", 3, None)]);
    let plan = planned(&county, &standard(), &to(2026));
    assert_eq!((plan.status, plan.conflicts.len()), (Status::Infeasible, 1));
    assert!(plan.steps.is_empty() && plan.failing.is_empty());
}

/// A coefficient with a mean of 0 is undetermined, which is not kept: bought where it can be, else
/// named.
#[test]
fn a_mean_of_zero_keeps_no_limit() {
    let standard = standard();
    let mut county = rich(&[100; 3]);
    for row in 0..3 {
        set(&mut county, F::MultimediaRooms, row, 0.0);
    }
    only(&mut county, &[("equip_multimedia_room", "10", 0, None)]);
    // No money for all: what there is goes where all schools come to the same.
    for (purse, status, failing) in [
        (0.0, Status::Infeasible, 3),
        (29.0, Status::Infeasible, 3),
        (30.0, Status::Optimal, 3),
        (60.0, Status::Optimal, 0),
    ] {
        let options = Options {
            purse: Some(purse),
            ..to(2026)
        };
        let plan = planned(&county, &standard, &options);
        assert_eq!(
            (plan.status, plan.failing.len()),
            (status, failing),
            "{purse}"
        );
        let reachable: Vec<bool> = plan
            .conflicts
            .iter()
            .map(|c| c.reachable.is_some())
            .collect();
        match purse {
            0.0 => assert_eq!(reachable, [false]),
            29.0 => assert_eq!(reachable, [true]),
            _ => assert!(reachable.is_empty()),
        }
    }
}

#[test]
fn no_school_no_rule_no_year_is_a_sentence() {
    let standard = standard();
    let empty = Snapshot::default();
    let said = |county: &Snapshot, options: &Options| {
        plan(county, &BTreeMap::new(), &standard, options, &run(10))
            .unwrap_err()
            .0
    };
    assert!(
        said(&empty, &to(2026))
            .en
            .contains("no section is in scope")
    );
    let none = rich(&[0]);
    assert!(said(&none, &to(2026)).en.contains("no section is in scope"));
    let early = Options {
        target: 2025,
        ..to(2026)
    };
    assert!(said(&rich(&[100]), &early).en.contains("before 2026"));
    let other = Options {
        school: Some("nowhere".to_owned()),
        ..to(2026)
    };
    assert!(said(&rich(&[100]), &other).en.contains("nowhere"));
}

/// Order of rows and the unit of money change nothing but the order and the unit.
#[test]
fn permuted_and_scaled_counties_cost_the_same() {
    let standard = standard();
    let build = |order: [usize; 3], yuan: &str| {
        let students = [90, 150, 210];
        let mut county = rich(&order.map(|n| students[n]));
        for (row, n) in order.into_iter().enumerate() {
            set(&mut county, F::MultimediaRooms, row, n as f64);
        }
        only(&mut county, &[("equip_multimedia_room", yuan, 0, None)]);
        planned(&county, &standard, &to(2026)).proof.objective
    };
    let first = build([0, 1, 2], "40");
    assert!(first > 0.0);
    assert_eq!(build([2, 0, 1], "40"), first);
    assert_eq!(build([0, 1, 2], "400"), first * 10.0);
}

#[test]
fn one_school_alone() {
    let standard = standard();
    let mut county = rich(&[100, 100]);
    for row in [0, 1] {
        set(&mut county, F::MultimediaRooms, row, 1.0);
    }
    let options = Options {
        school: Some("S1".to_owned()),
        ..to(2026)
    };
    let plan = plan(&county, &BTreeMap::new(), &standard, &options, &run(10)).unwrap();
    assert!(plan.steps.iter().all(|s| s.section == 1));
    assert_eq!((plan.failing.len(), plan.proof.objective), (0, 40_000.0));
}

/// More students in a later year need more, and it must still hold then.
#[test]
fn a_forecast_is_kept_in_every_year() {
    let standard = standard();
    let mut county = rich(&[100, 100]);
    set(&mut county, F::MultimediaRooms, 0, 2.0);
    only(&mut county, &[("equip_multimedia_room", "1", 0, None)]);
    let mut later = county.clone();
    set(&mut later, F::Students, 0, 190.0);
    for (field, value) in [
        (F::TeachersAboveDegree, 20.0),
        (F::BackboneTeachers, 4.0),
        (F::PeArtTeachers, 4.0),
        (F::TeachingArea, 2e3),
        (F::SportsGround, 2e3),
        (F::Equipment, 9e5),
    ] {
        set(&mut county, field, 0, value);
        set(&mut later, field, 0, value);
    }
    let judged = BTreeMap::from([(2026, county.clone()), (2027, later)]);
    let options = Options {
        horizon: 1,
        ..to(2026)
    };
    let plan = plan(&county, &judged, &standard, &options, &run(10)).unwrap();
    let check = check(&county, &judged, &standard, &plan);
    assert!(check.broken.is_empty(), "{:?}", check.broken);
    // 190 students want 4 rooms at the floor (3.7): 2 more, wherever other indicators are rich.
    assert_eq!((plan.failing.len(), plan.proof.objective), (0, 2.0));
}

#[test]
fn the_check_finds_what_is_wrong() {
    let standard = standard();
    let mut county = rich(&[100, 100]);
    set(&mut county, F::MultimediaRooms, 0, 1.0);
    super::small::budgets(&mut county, &[50_000.0]);
    let good = planned(&county, &standard, &to(2026));
    let broken = |change: &dyn Fn(&mut Plan)| {
        let mut plan = good.clone();
        change(&mut plan);
        let check = check(&county, &BTreeMap::new(), &standard, &plan);
        (!check.broken.is_empty(), check.failing.len())
    };
    assert_eq!(broken(&|_| {}), (false, 0));
    assert_eq!(broken(&|p| p.steps[0].amount = 2), (true, 0));
    assert_eq!(broken(&|p| p.steps.clear()), (true, 1));
    assert_eq!(broken(&|p| p.proof.objective += 1.0), (true, 0));
    assert!(broken(&|p| p.steps[0].from = Some(1)).0);
    let uneven = |p: &mut Plan| {
        p.steps[0].action = Action::BuildSports;
        p.steps[0].year = 2020;
        p.steps[0].amount = 90_000;
    };
    assert!(broken(&uneven).0);
}

/// A coefficient above its limit in three years is one sentence with three years.
#[test]
fn the_check_says_it_once_for_all_years() {
    let standard = standard();
    let county = rich(&[100, 100]);
    let options = Options {
        horizon: 2,
        ..to(2026)
    };
    let mut plan = planned(&county, &standard, &options);
    plan.steps.push(Step {
        year: 2020,
        section: 0,
        action: Action::BuildSports,
        from: None,
        counts: Vec::new(),
        amount: 90_000,
    });
    let check = check(&county, &BTreeMap::new(), &standard, &plan);
    let said = |text: &&Text| text.en.contains("CV of L5");
    let said: Vec<&Text> = check.broken.iter().filter(said).collect();
    assert_eq!(said.len(), 1, "{:?}", check.broken);
    assert_eq!(
        said[0].en,
        "2026, 2027, 2028: the primary CV of L5 is above its limit"
    );
}

/// A province's limit from above on what actions change is not planned, and the plan says so.
#[test]
fn limits_from_above_are_said_to_be_held() {
    let mut standard = standard();
    let held = |standard: &Standard| {
        let plan = planned(&rich(&[100, 100]), standard, &to(2026));
        let said = |text: &Text| text.en.contains("held as they are");
        plan.notes.iter().filter(|n| said(n)).count()
    };
    assert_eq!(held(&standard), 0);
    standard.indicators[1].compare = Compare::AtMost;
    standard.indicators[2].measure.over = vec![Variable::Section(F::FullTimeTeachers)];
    assert_eq!(held(&standard), 1);
}

#[test]
fn stopping_gives_what_there_is() {
    let base = county(&CountyOptions::default());
    let flag = AtomicBool::new(true);
    let stopped = Run::new(1, Duration::from_secs(60)).cancelled_by(&flag);
    let plan = plan(&base, &BTreeMap::new(), &standard(), &to(2028), &stopped).unwrap();
    assert_eq!(plan.status, Status::OutOfTime);
    assert!(plan.steps.is_empty());
}

#[test]
fn the_time_limit_is_kept_and_something_returned() {
    let base = county(&CountyOptions {
        schools: 40,
        seed: 2,
        ..CountyOptions::default()
    });
    let mut standard = standard();
    // Coefficients that bind everywhere keep the search busy.
    let limits = standard.variations.iter_mut().flat_map(|v| &mut v.limits);
    for limit in limits.flatten() {
        limit.amount = junheng_core::standard::Amount::Number(0.08);
    }
    for limit in [0.0, 0.3] {
        let began = std::time::Instant::now();
        let run = Run::new(1, Duration::from_secs_f64(limit));
        let plan = plan(&base, &BTreeMap::new(), &standard, &to(2028), &run).unwrap();
        // A second and what reading the county takes on a busy machine.
        assert!(began.elapsed().as_secs_f64() < limit + 3.0);
        assert!(plan.status != Status::Optimal);
        assert!(plan.proof.bound <= plan.proof.objective);
    }
}

#[test]
fn answers_to_what_is_asked_next() {
    let standard = standard();
    let mut county = rich(&[100, 200, 300]);
    for row in 0..3 {
        set(&mut county, F::MultimediaRooms, row, 1.0 + row as f64);
    }
    only(&mut county, &[("equip_multimedia_room", "10", 0, None)]);
    let none = BTreeMap::new();
    let points = curve(&county, &none, &standard, &to(2026), 8, &run(30)).unwrap();
    let points: Vec<(usize, f64)> = points.iter().map(|p| (p.passing, p.yuan)).collect();
    // 2, 4 and 6 rooms are the floors.
    assert_eq!(points, [(0, 0.0), (1, 10.0), (2, 30.0), (3, 60.0)]);
    let prices = rule_prices(&county, &none, &standard, &to(2026), &run(30)).unwrap();
    let dearest = prices.first().unwrap();
    assert_eq!(dearest.yuan, 0.0);
    let Rule::Threshold(index) = dearest.rule else {
        panic!("{dearest:?}");
    };
    assert_eq!(standard.indicators[index].id, "L7");
    assert!(prices.iter().skip(1).all(|p| p.yuan == 60.0));
}

#[test]
fn who_leaves_takes_along_what_is_more_than_who_stays() {
    let mut county = rich(&[50, 50]);
    for (field, values) in [
        (F::FullTimeTeachers, [10.0, 5.0]),
        (F::Staff, [11.0, 6.0]),
        (F::Trained360, [9.0, 2.0]),
        (F::BackboneTeachers, [1.0, 1.0]),
    ] {
        set(&mut county, field, 0, values[0]);
        set(&mut county, field, 1, values[1]);
    }
    let step = Step {
        year: 2026,
        section: 1,
        action: Action::TransferTeacher,
        from: Some(0),
        counts: Vec::new(),
        amount: 3,
    };
    let after = apply(&county, &standard(), [&step]);
    let of = |field| [0, 1].map(|row| after.number(field, row).unwrap());
    assert_eq!(of(F::FullTimeTeachers), [7.0, 8.0]);
    assert_eq!(
        of(F::Trained360),
        [7.0, 4.0],
        "two of the three were trained"
    );
    assert_eq!(of(F::Staff), [9.0, 8.0]);
    assert_eq!(of(F::BackboneTeachers), [1.0, 1.0]);
    // Who comes in exchange makes room: only the end counts.
    let back = Step {
        section: 0,
        from: Some(1),
        amount: 2,
        ..step.clone()
    };
    let after = apply(&county, &standard(), [&step, &back]);
    let of = |field| [0, 1].map(|row| after.number(field, row).unwrap());
    assert_eq!(of(F::FullTimeTeachers), [9.0, 6.0]);
    assert_eq!(of(F::Trained360), [9.0, 2.0]);
}
