//! Single rules, bad input, and what must not matter.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use junheng_core::model::{Field as F, Snapshot, TableId};

use super::*;
use crate::run::Status;
use crate::synthetic::{CountyOptions, county as synthetic};

/// Four schools in a row with two teachers of Chinese each, none of whom counts for anything.
fn plain() -> Tiny {
    let mut tiny = Tiny::primary(&[10, 10, 10, 10]);
    for school in 0..4 {
        for _ in 0..2 {
            tiny.teacher(school, "chinese", (false, false));
        }
    }
    tiny
}

/// Share of moves and nothing else.
fn sharing(share: f64) -> Options {
    let mut options = Options::new(&standard());
    options.shares.moved = share;
    options.shares.backbone = 0.0;
    options
}

fn made(tiny: &Tiny, options: &Options) -> Plan {
    let (snapshot, standard) = (tiny.snapshot(), standard());
    let made = plan(&snapshot, &standard, options, &soon()).unwrap();
    let broken = check(&snapshot, &standard, options, &made);
    assert!(broken.is_empty(), "{broken:?}");
    made
}

fn moves(made: &Plan) -> Vec<(&str, &str)> {
    let all = made.moves.iter();
    all.map(|m| (m.teacher_id.as_str(), m.to.0.as_str()))
        .collect()
}

#[test]
fn shares_are_those_of_the_standard() {
    let national = Shares::of_standard(&standard());
    assert_eq!(
        (national.moved, national.backbone, national.of),
        (0.1, 0.2, ShareOf::Moved)
    );
    let anhui = Shares::of_standard(&anhui());
    assert_eq!(
        (anhui.moved, anhui.backbone, anhui.of),
        (0.1, 0.2, ShareOf::Eligible)
    );
}

#[test]
fn anhui_moves_backbone_by_the_eligible() {
    let mut tiny = plain();
    for t in &mut tiny.teachers {
        t.backbone = true;
    }
    let national = made(&tiny, &Options::new(&standard()));
    assert_eq!((national.moves.len(), national.moved_backbone()), (1, 1));
    let (snapshot, standard) = (tiny.snapshot(), anhui());
    let made = plan(&snapshot, &standard, &Options::new(&standard), &soon()).unwrap();
    // ⌈0.2 × 8⌉ backbone teachers.
    assert_eq!((made.moves.len(), made.moved_backbone()), (2, 2));
    // The evaluator agrees that the item is met after the moves.
    let item = made
        .after
        .items
        .iter()
        .find(|i| standard.items[i.item].id == "G11")
        .unwrap();
    assert_eq!(item.verdict, junheng_core::verdict::Verdict::Met);
}

#[test]
fn without_homes_the_least_is_the_share() {
    // The closed form: ⌈share × eligible⌉ moves, each 1,000.
    for (share, moved) in [(0.0, 0), (0.1, 1), (0.25, 2), (0.26, 3), (0.5, 4)] {
        let made = made(&plain(), &sharing(share));
        assert_eq!(made.proof.unwrap().objective, f64::from(moved * 1000));
        assert_eq!(made.status, Status::Optimal);
        assert!(made.moves.iter().all(|m| m.commute.is_none()));
        assert!(
            made.moves.iter().all(|m| !m.reason.zh.contains("公里")),
            "no homes, no commute"
        );
    }
}

#[test]
fn a_cycle_of_wishes_parts_equal_plans() {
    let mut tiny = plain();
    tiny.teachers[0].wishes = vec![2];
    tiny.teachers[4].wishes = vec![3, 1];
    tiny.teachers[2].wishes = vec![0];
    let mut options = sharing(0.375);
    options.balance = 0;
    let made = made(&tiny, &options);
    assert_eq!(moves(&made), [("T0", "S2"), ("T2", "S0"), ("T4", "S1")]);
    assert!(made.moves.iter().all(|m| m.kind == Moves::Wished));
    assert!(
        made.moves[2].reason.zh.contains("第 2 志愿"),
        "{}",
        made.moves[2].reason.zh
    );
    assert!(made.moves[2].reason.en.contains("wish number 2"));
}

#[test]
fn wishes_first_exchanges_beyond_the_share() {
    let mut tiny = plain();
    tiny.teachers[0].wishes = vec![1];
    tiny.teachers[2].wishes = vec![0];
    assert_eq!(made(&tiny, &sharing(0.0)).moves.len(), 0);
    let mut options = sharing(0.0);
    options.wishes = Wishes::First;
    let swapped = made(&tiny, &options);
    assert_eq!(moves(&swapped), [("T0", "S1"), ("T2", "S0")]);
    assert_eq!(swapped.proof.unwrap().objective, 2000.0);
    // Of a couple only one would move: no exchange between the two.
    tiny.teachers[0].spouse = Some(2);
    assert_eq!(made(&tiny, &options).moves.len(), 0);
}

#[test]
fn a_school_that_lacks_backbone_teachers_gets_them() {
    // S0 lacks one backbone teacher (1 per 100), S1 has one to spare.
    let mut tiny = Tiny::primary(&[100, 100, 100]);
    for (school, stars) in [(0, 0), (1, 2), (2, 1)] {
        for n in 0..4 {
            tiny.teacher(school, "chinese", (false, n < stars));
        }
    }
    let made = made(&tiny, &sharing(0.0));
    assert_eq!(made.failing.1 + 1, made.failing.0);
    assert_eq!(made.moves.len(), 1);
    let the_move = &made.moves[0];
    assert_eq!(
        (the_move.from.0.as_str(), the_move.to.0.as_str()),
        ("S1", "S0")
    );
    assert!(
        the_move.reason.zh.contains("骨干"),
        "{}",
        the_move.reason.zh
    );
    assert!(
        the_move.reason.zh.contains("达到 1"),
        "{}",
        the_move.reason.zh
    );
}

#[test]
fn the_last_of_a_subject_stays_unless_somebody_comes() {
    let mut tiny = Tiny::primary(&[10, 10]);
    tiny.teacher(0, "pe", (false, false));
    tiny.teacher(1, "chinese", (false, false));
    let mut options = sharing(0.5);
    let stuck = made(&tiny, &options);
    assert_eq!(stuck.status, Status::Infeasible);
    assert!(
        stuck.conflicts[0].zh.contains("最多 0 人"),
        "{}",
        stuck.conflicts[0].zh
    );
    assert!(stuck.moves.is_empty() && stuck.proof.is_none());
    tiny.teachers[1].subject = "pe";
    options.balance = 0;
    assert_eq!(
        moves(&made(&tiny, &sharing(1.0))),
        [("T0", "S1"), ("T1", "S0")]
    );
}

#[test]
fn who_must_and_who_must_not() {
    let mut tiny = plain();
    tiny.teachers[5].exempt = true;
    let mut options = sharing(0.125);
    options.pin = vec!["T3".to_owned()];
    assert_eq!(made(&tiny, &options).moves[0].teacher_id, "T3");
    for id in ["T5", "nobody"] {
        options.pin = vec![id.to_owned()];
        let refused = plan(&tiny.snapshot(), &standard(), &options, &soon());
        assert!(matches!(refused, Err(Refusal::Options(_))), "{id}");
    }
    options.pin.clear();
    options.refuse = (0..7).map(|n| format!("T{n}")).collect();
    assert_eq!(made(&tiny, &options).moves[0].teacher_id, "T7");
    options.refuse.push("T7".to_owned());
    assert_eq!(made(&tiny, &options).status, Status::Infeasible);
}

#[test]
fn close_to_retirement_and_moved_lately() {
    let tiny = plain();
    let mut snapshot = tiny.snapshot();
    let table = snapshot.tables.get_mut(&TableId::Teachers).unwrap();
    // In 2026 a man is 56 or 55, a woman 51 or 50; three years are over or not.
    for (row, born) in [(0, 1970.0), (1, 1971.0), (2, 1975.0), (3, 1976.0)] {
        table.set_number(F::BirthYearOfTeacher, row, born, None);
        table.set_text(F::Sex, row, if row < 2 { "male" } else { "female" }, None);
    }
    table.set_text(F::LastMovedOn, 4, "2023-09-02", None);
    table.set_text(F::LastMovedOn, 5, "2023-09-01", None);
    let options = sharing(0.0);
    let county = county::County::new(&snapshot, &standard(), &options).unwrap();
    let moving: Vec<&str> = county
        .movers()
        .map(|t| county.persons[t].id.as_str())
        .collect();
    assert_eq!(moving, ["T1", "T3", "T5", "T6", "T7"]);
    assert_eq!(county.eligible, 8);
}

#[test]
fn a_commute_has_a_limit_and_a_sentence() {
    let mut tiny = plain();
    for t in &mut tiny.teachers {
        t.home = Some((120.0, 30.0));
    }
    let mut options = sharing(0.25);
    // S1 is 6.3 km off by road; the others are beyond.
    options.max_metres = Some(7_000.0);
    let made = made(&tiny, &options);
    assert!(made.moves.iter().all(|m| m.to.0 == "S0" || m.to.0 == "S1"));
    let home = made.moves.iter().find(|m| m.to.0 == "S0").unwrap();
    assert!(home.reason.zh.contains("公里") && home.reason.en.contains("km less"));
}

#[test]
fn roads_decide_the_commute_where_there_are_any() {
    let mut tiny = plain();
    let home = (120.0, 30.0);
    for t in &mut tiny.teachers {
        t.home = Some(home);
    }
    let mut snapshot = tiny.snapshot();
    // A straight road to S2, a long way round to S1, and none to S3.
    let mut roads = Table::new();
    for (to, metres) in [((120.1, 30.0), 9_700.0), ((120.05, 30.0), 50_000.0)] {
        let row = roads.push_row();
        roads.set_number(F::RoadFromLon, row, home.0, None);
        roads.set_number(F::RoadFromLat, row, home.1, None);
        roads.set_number(F::RoadToLon, row, to.0, None);
        roads.set_number(F::RoadToLat, row, to.1, None);
        roads.set_number(F::RoadMetres, row, metres, None);
    }
    snapshot.tables.insert(TableId::Roads, roads);
    let standard = standard();
    let options = sharing(0.25);
    let made = plan(&snapshot, &standard, &options, &soon()).unwrap();
    assert_eq!(check(&snapshot, &standard, &options, &made), []);
    let ways = |m: &Move| [&m.from.0, &m.to.0].map(String::clone);
    for m in &made.moves {
        let (here, there) = m.commute.unwrap();
        for (school, metres) in ways(m).iter().zip([here, there]) {
            match school.as_str() {
                "S0" => assert_eq!(metres, 0),
                "S1" => assert_eq!(metres, 50_000),
                "S2" => assert_eq!(metres, 9_700),
                _ => {}
            }
        }
        assert!(m.reason.zh.contains("沿道路"), "{}", m.reason.zh);
    }
    assert!(!made.moves.is_empty());
    assert!(made.notes.iter().any(|n| n.zh.contains("道路")));
}

/// Longitude and latitude swapped, and a school without a point: no commute, and none is told of.
#[test]
fn a_home_that_cannot_be_has_no_commute() {
    let standard = standard();
    let options = sharing(0.2);
    let mut tiny = plain();
    for t in &mut tiny.teachers {
        t.home = Some((120.0, 30.0));
    }
    let made = |snapshot: &Snapshot| {
        let made = plan(snapshot, &standard, &options, &soon()).unwrap();
        assert!(check(snapshot, &standard, &options, &made).is_empty());
        assert!(!made.moves.is_empty());
        let notes: Vec<String> = made.notes.iter().map(|n| n.en.clone()).collect();
        let told = made.moves.iter().filter(|m| m.reason.en.contains("km"));
        (told.count(), notes.join(" "))
    };
    let (told, notes) = made(&tiny.snapshot());
    assert!(told > 0 && notes.contains("straight line"), "{notes}");
    assert!(!notes.contains("no commute"), "{notes}");
    let mut pointless = tiny.snapshot();
    let schools = pointless.tables.get_mut(&TableId::Schools).unwrap();
    for row in 0..schools.rows() {
        schools.set_number(F::SchoolLon, row, f64::NAN, None);
    }
    for t in &mut tiny.teachers {
        t.home = Some((30.0, 120.0));
    }
    for snapshot in [tiny.snapshot(), pointless] {
        let (told, notes) = made(&snapshot);
        assert_eq!(told, 0);
        let said = notes.contains("no commute") && !notes.contains("straight");
        assert!(said, "{notes}");
    }
}

#[test]
fn bad_input_is_said_and_the_rest_is_planned() {
    let standard = standard();
    let options = Options::new(&standard);
    let said = |snapshot: &Snapshot| {
        let made = plan(snapshot, &standard, &options, &soon()).unwrap();
        assert!(check(snapshot, &standard, &options, &made).is_empty());
        let notes: Vec<String> = made.notes.iter().map(|n| n.zh.clone()).collect();
        (made, notes.join(""))
    };
    let mut none = plain().snapshot();
    none.tables.remove(&TableId::Teachers);
    let (made, notes) = said(&none);
    assert!(
        made.moves.is_empty() && notes.contains("没有教师名册"),
        "{notes}"
    );
    // The own school and an unknown one as wishes.
    let mut tiny = plain();
    for t in &mut tiny.teachers {
        t.backbone = true;
    }
    tiny.teachers[0].wishes = vec![0, 9, 1, 1];
    let (made, notes) = said(&tiny.snapshot());
    assert!(notes.contains("2 个志愿"), "{notes}");
    assert_eq!(made.moves.len(), 1);
    // A school that does not exist.
    let mut lost = tiny.snapshot();
    let table = lost.tables.get_mut(&TableId::Teachers).unwrap();
    table.set_text(F::TeacherSchool, 7, "nowhere", None);
    let (made, notes) = said(&lost);
    assert!(notes.contains("1 名教师的学校或学段不明"), "{notes}");
    assert_eq!(made.eligible, 8);
    // Everybody exempt.
    for t in &mut tiny.teachers {
        t.exempt = true;
    }
    let (made, notes) = said(&tiny.snapshot());
    assert_eq!(made.status, Status::Infeasible);
    assert!(
        made.conflicts[0].zh.contains("--share 0.000"),
        "{:?}",
        made.conflicts
    );
    assert!(notes.contains("8 名符合条件的教师有不交流原因"), "{notes}");
    // Nobody eligible: nothing is required, and it is said.
    for t in &mut tiny.teachers {
        t.eligible = false;
    }
    let (made, notes) = said(&tiny.snapshot());
    assert_eq!((made.status, made.moves.len()), (Status::Optimal, 0));
    assert!(notes.contains("没有人标明"), "{notes}");
    // Two who name the same spouse; a spouse of herself.
    let mut tiny = plain();
    tiny.teachers[0].spouse = Some(2);
    tiny.teachers[1].spouse = Some(2);
    tiny.teachers[3].spouse = Some(3);
    said(&tiny.snapshot());
}

#[test]
fn a_blank_mark_takes_no_section_out_of_what_is_known() {
    let mut tiny = plain();
    tiny.teachers[0].backbone = true;
    let mut snapshot = tiny.snapshot();
    let table = snapshot.tables.get_mut(&TableId::Teachers).unwrap();
    table.set_number(F::Backbone, 2, f64::NAN, None);
    let (standard, options) = (standard(), sharing(0.5));
    let made = plan(&snapshot, &standard, &options, &soon()).unwrap();
    assert!(check(&snapshot, &standard, &options, &made).is_empty());
    assert!(made.moves.iter().all(|m| m.from.0 != "S1"));
    let known = |e: &junheng_core::evaluate::Evaluation| -> Vec<bool> {
        e.sections
            .iter()
            .map(|s| s.indicators[1].judged.value.is_some())
            .collect()
    };
    assert_eq!(known(&made.before), known(&made.after));
}

#[test]
fn order_of_rows_and_threads_mean_nothing() {
    let options = CountyOptions {
        schools: 14,
        seed: 3,
        ..CountyOptions::default()
    };
    let snapshot = synthetic(&options);
    let standard = standard();
    let mut wanted = Options::new(&standard);
    wanted.gap = 0.001;
    let planned = |snapshot: &Snapshot| {
        let made = plan(snapshot, &standard, &wanted, &soon()).unwrap();
        let moves: Vec<(String, String)> = made
            .moves
            .iter()
            .map(|m| (m.teacher_id.clone(), m.to.0.clone()))
            .collect();
        (
            made.proof.unwrap().objective,
            made.proof.unwrap().bound,
            moves,
        )
    };
    let first = planned(&snapshot);
    assert!(!first.2.is_empty());
    let mut turned = snapshot.clone();
    for id in [TableId::Teachers, TableId::Schools] {
        let old = snapshot.table(id).unwrap();
        let mut table = Table::new();
        for row in (0..old.rows()).rev() {
            let new = table.push_row();
            for field in old.fields() {
                match (old.number(field, row), old.text(field, row)) {
                    (Some(x), _) => table.set_number(field, new, x, None),
                    (_, Some(t)) => table.set_text(field, new, t, None),
                    _ => table.add_column(field),
                }
            }
        }
        turned.tables.insert(id, table);
    }
    std::thread::scope(|scope| {
        let same = scope.spawn(|| planned(&snapshot));
        let other = scope.spawn(|| planned(&turned));
        assert_eq!(same.join().unwrap(), first);
        assert_eq!(other.join().unwrap(), first);
    });
}

#[test]
fn the_time_limit_is_kept_and_something_returned() {
    let snapshot = synthetic(&CountyOptions {
        schools: 40,
        seed: 2,
        ..CountyOptions::default()
    });
    let standard = standard();
    let options = Options::new(&standard);
    for limit in [0.0, 0.3] {
        let began = Instant::now();
        let run = Run::new(1, Duration::from_secs_f64(limit));
        let made = plan(&snapshot, &standard, &options, &run).unwrap();
        // A second and what reading the county takes on a busy machine.
        assert!(began.elapsed().as_secs_f64() < limit + 3.0);
        assert!(check(&snapshot, &standard, &options, &made).is_empty());
        // Exchanges make a plan even where there is no time at all.
        assert!(made.proof.is_some() && made.moves.len() >= made.required.0);
        assert!(made.failing.1 <= made.failing.0);
    }
}

#[test]
fn posts_by_rule_and_moved_within_the_total() {
    let mut tiny = Tiny::primary(&[190, 191, 19, 40]);
    for (school, staff) in [(0, 13), (1, 9), (2, 1), (3, 3)] {
        for _ in 0..staff {
            tiny.teacher(school, "chinese", (false, false));
        }
    }
    let mut snapshot = tiny.snapshot();
    let schools = snapshot.tables.get_mut(&TableId::Schools).unwrap();
    for row in 0..4 {
        schools.set_number(F::Locale, row, 220.0, None);
    }
    let sections = snapshot.tables.get_mut(&TableId::Sections).unwrap();
    for (row, classes) in [(2, 6.0), (3, 2.0)] {
        sections.set_number(F::SectionClasses, row, classes, None);
    }
    let by_rule = |per_class| -> (Vec<i64>, Vec<(usize, usize, i64)>) {
        let sheet = establishment(&snapshot, &staffing(), per_class);
        assert!(sheet.posts.iter().all(|p| p.from_teachers));
        (
            sheet.posts.iter().map(|p| p.posts).collect(),
            sheet
                .moves
                .iter()
                .map(|m| (m.from, m.to, m.posts))
                .collect(),
        )
    };
    // 1:19: exactly 10, and one student more needs one post more.
    assert_eq!(by_rule(None), (vec![10, 11, 1, 3], vec![(0, 1, 2)]));
    // Small schools by class where that gives more: 9, and 3 as before.
    assert_eq!(by_rule(Some(1.5)), (vec![10, 11, 9, 3], vec![(0, 2, 3)]));
    let open = establishment(&snapshot, &staffing(), None).open(1);
    assert_eq!(open[&0], (-3, 1));
    assert_eq!(open[&1], (-1, 2));
    let mut options = sharing(0.0);
    options.posts = open;
    options.pin = (0..3).map(|n| format!("T{n}")).collect();
    assert_eq!(made(&tiny, &options).moves.len(), 3);
    options.posts.clear();
    let balanced = made(&tiny, &options);
    // Without open posts two must come in exchange.
    assert_eq!(balanced.moves.len(), 5);
}

#[test]
fn itinerant_lessons_fit_the_week() {
    let snapshot = synthetic(&CountyOptions {
        schools: 16,
        seed: 5,
        ..CountyOptions::default()
    });
    let standard = standard();
    let options = ItinerantOptions::default();
    let shared = itinerant(&snapshot, &standard, &options, &soon());
    assert!(!shared.lacks.is_empty());
    let mut week: BTreeMap<&str, (u32, u32, u32, f64)> = BTreeMap::new();
    let mut given: BTreeMap<(&str, &str, &str), u32> = BTreeMap::new();
    for v in &shared.visits {
        let w = week.entry(&v.teacher_id).or_default();
        *w = (w.0 + v.lessons, w.1 + v.days, w.2 + 1, w.3 + v.minutes);
        assert!(v.lessons > 0 && v.lessons <= v.days * options.per_day);
        assert!(v.metres as f64 <= options.reach && v.from != v.to);
        *given.entry((&v.to, v.stage.id(), &v.subject)).or_default() += v.lessons;
    }
    for (lessons, days, schools, minutes) in week.into_values() {
        assert!(lessons <= options.load && days <= 5 && schools <= options.visits);
        let all = f64::from(options.load) * options.lesson_minutes + minutes;
        assert!(all <= options.week_minutes + 1e-6, "{all} minutes");
    }
    for lack in &shared.lacks {
        let key = (
            lack.school_id.as_str(),
            lack.stage.id(),
            lack.subject.as_str(),
        );
        assert_eq!(given.get(&key).copied().unwrap_or(0), lack.covered);
        assert!(lack.covered <= lack.lessons);
    }
}

#[test]
fn itinerant_covers_a_near_school_and_not_a_far_one() {
    let mut tiny = Tiny::primary(&[100, 100, 100]);
    tiny.points[2] = (121.0, 30.0);
    tiny.teacher(0, "pe", (false, false));
    tiny.teacher(1, "chinese", (false, false));
    tiny.teacher(2, "chinese", (false, false));
    let mut snapshot = tiny.snapshot();
    let sections = snapshot.tables.get_mut(&TableId::Sections).unwrap();
    for row in 0..3 {
        sections.set_number(F::SectionClasses, row, 3.0, None);
    }
    let mut options = ItinerantOptions::default();
    options.subjects.truncate(1);
    let shared = itinerant(&snapshot, &standard(), &options, &soon());
    // 16 lessons less the own 9 leave 7 for the school 6.3 km away: two days.
    assert_eq!(shared.visits.len(), 1);
    let visit = &shared.visits[0];
    assert_eq!((visit.to.as_str(), visit.lessons, visit.days), ("S1", 7, 2));
    let lacks: Vec<(u32, u32)> = shared
        .lacks
        .iter()
        .map(|l| (l.lessons, l.covered))
        .collect();
    assert_eq!(lacks, [(9, 7), (9, 0)]);
}

#[test]
fn totals_move_with_the_list() {
    let mut snapshot = plain().snapshot();
    let sections = snapshot.tables.get_mut(&TableId::Sections).unwrap();
    // A list of two and a total of three differ by as much afterwards.
    for row in 0..4 {
        sections.set_number(F::FullTimeTeachers, row, 3.0, None);
        sections.set_number(F::Staff, row, 3.0, None);
    }
    let made = plan(&snapshot, &standard(), &sharing(0.125), &soon()).unwrap();
    assert_eq!(made.moves.len(), 1);
    let (from, to) = made.moves[0].sections;
    let of = |field, row| made.applied.number(field, row);
    let [left, joined] = [from, to].map(|row| of(F::FullTimeTeachers, row));
    assert_eq!((left, joined), (Some(2.0), Some(4.0)));
    assert_eq!(
        (of(F::Staff, from), of(F::Staff, to)),
        (Some(3.0), Some(4.0))
    );
    assert_eq!(
        of(F::BackboneTeachers, to),
        None,
        "what was not given is not made"
    );
}
