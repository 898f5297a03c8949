//! Plans against exhaustive search, and what must not change them.

use std::time::Duration;

use junheng_core::model::{Field, Snapshot, Stage, Table, TableId};
use proptest::prelude::*;

use super::*;
use crate::run::{Run, Status};
use crate::travel::{Source, Unit};

/// A site: stays, exists, and its offers as (places, yuan, least).
type Case = (bool, bool, Vec<(u32, u32, u32)>);

fn run() -> Run<'static> {
    Run::new(1, Duration::from_secs(600))
}

/// Sites as (stays, exists, offers), an offer as (places, yuan, least); metres by site and block.
fn problem(sites: &[Case], children: &[u32], metres: &[u32], rules: Rules) -> Problem {
    let today: Vec<f64> = children.iter().map(|c| f64::from(*c)).collect();
    let site = |(j, (stays, exists, offers)): (usize, &Case)| Site {
        id: format!("s{j}"),
        site_id: None,
        name: format!("s{j}"),
        exists: *exists || *stays,
        stays: *stays,
        protected: false,
        small_rural: false,
        places_today: None,
        offers: offers
            .iter()
            .enumerate()
            .map(|(o, (places, yuan, least))| Offer {
                option: o.to_string(),
                classes: None,
                places: f64::from(*places),
                yuan: f64::from(*yuan),
                least: f64::from(*least),
                beds: 0.0,
            })
            .collect(),
    };
    let block = |i: usize| Block {
        id: format!("b{i}"),
        name: format!("b{i}"),
        township: String::new(),
        current: Some("s0".to_owned()),
    };
    Problem {
        stage: Stage::Primary,
        sites: sites.iter().enumerate().map(site).collect(),
        blocks: (0..children.len()).map(block).collect(),
        travel: (0..sites.len() * children.len())
            .map(|at| match metres[at % metres.len()] {
                0 => f64::INFINITY,
                m => f64::from(m),
            })
            .collect(),
        unit: Unit::Metres,
        source: Source::Matrix,
        situations: vec![Situation {
            period: 0,
            weight: 1.0,
            students: today.clone(),
        }],
        today,
        periods: 1,
        rules,
    }
}

/// The least objective of all plans of whole blocks, by trying every one.
fn by_trying(problem: &Problem) -> Option<f64> {
    let sites = problem.sites.len();
    let offers = problem.sites.iter().map(|s| s.offers.len() + 1);
    let choices: Vec<usize> = offers.collect::<Vec<_>>().repeat(problem.periods);
    // The cheapest way to serve the blocks of a situation with what is open.
    let served = |open: &[Vec<Option<usize>>], at: usize| {
        let situation = &problem.situations[at];
        let mut best: Option<(f64, Vec<Share>)> = None;
        for going in 0..sites.pow(problem.blocks.len() as u32) {
            let mut rest = going;
            let shares: Vec<Share> = (0..problem.blocks.len())
                .map(|block| {
                    let site = rest % sites;
                    rest /= sites;
                    let part = 1.0;
                    Share { block, site, part }
                })
                .collect();
            let cost = |s: &Share| problem.cost(situation, s.site, s.block);
            let cost: f64 = shares.iter().map(cost).sum();
            let alone = Problem {
                situations: vec![situation.clone()],
                ..problem.clone()
            };
            let plan = Plan {
                open: open.to_vec(),
                shares: vec![shares],
            };
            if best.as_ref().is_none_or(|b| cost < b.0) && check(&alone, &plan).is_empty() {
                best = Some((cost, plan.shares.into_iter().flatten().collect()));
            }
        }
        best.map(|b| b.1)
    };
    let mut best: Option<f64> = None;
    for choice in 0..choices.iter().product::<usize>() {
        let mut rest = choice;
        let mut chosen = choices.iter().map(|n| {
            let offer = (rest % n).checked_sub(1);
            rest /= n;
            offer
        });
        let period = |_| chosen.by_ref().take(sites).collect();
        let open: Vec<Vec<Option<usize>>> = (0..problem.periods).map(period).collect();
        let nobody = Problem {
            situations: Vec::new(),
            ..problem.clone()
        };
        let empty = Plan {
            open: open.clone(),
            shares: Vec::new(),
        };
        if !check(&nobody, &empty).is_empty() {
            continue;
        }
        let all = (0..problem.situations.len()).map(|at| served(&open, at));
        if let Some(shares) = all.collect::<Option<Vec<_>>>() {
            let cost = Plan { open, shares }.objective(problem);
            if best.is_none_or(|b| cost < b) {
                best = Some(cost);
            }
        }
    }
    best
}

/// The plan is what trying every plan finds, or there is none and it says why.
fn as_by_trying(problem: &Problem, within: f64) -> Result<(), TestCaseError> {
    let outcome = plan(problem, &run());
    let Some(best) = by_trying(problem) else {
        prop_assert_eq!(outcome.status, Status::Infeasible);
        prop_assert!(!outcome.conflicts.is_empty());
        return Ok(());
    };
    let proof = outcome.proof.expect("a plan exists");
    prop_assert!(
        (proof.objective - best).abs() < within,
        "{} {best}",
        proof.objective
    );
    prop_assert!(proof.bound <= best + within);
    prop_assert_eq!(outcome.status, Status::Optimal);
    let plan = outcome.plan.expect("a plan exists");
    prop_assert_eq!(check(problem, &plan), vec![]);
    Ok(())
}

fn sites() -> impl Strategy<Value = Vec<Case>> {
    let offer = (
        0_u32..30,
        0_u32..40,
        prop_oneof![3 => Just(0_u32), 1 => 1_u32..15],
    );
    let site = (
        prop::bool::weighted(0.2),
        any::<bool>(),
        prop::collection::vec(offer, 1..3),
    );
    prop::collection::vec(site, 2..4)
}

fn metres() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(prop_oneof![1 => Just(0_u32), 9 => 1_u32..9_000], 12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn equals_exhaustive_search(
        sites in sites(),
        children in prop::collection::vec(0_u32..15, 1..5),
        metres in metres(),
        count in prop::option::of(1_usize..3),
        budget in prop::option::of(0_u32..60),
    ) {
        let rules = Rules {
            open_exactly: count,
            budget: budget.map(f64::from),
            ..Rules::default()
        };
        let problem = problem(&sites, &children, &metres, rules);
        as_by_trying(&problem, 1e-6)?;
    }

    #[test]
    fn parts_and_periods_keep_every_rule_and_the_bound(
        sites in sites(),
        children in prop::collection::vec(0_u32..15, 1..5),
        metres in metres(),
        growth in prop::collection::vec(0.3_f64..1.5, 0..4),
        split in any::<bool>(),
    ) {
        let rules = Rules { split, ..Rules::default() };
        let mut problem = problem(&sites, &children, &metres, rules);
        let whole = by_trying(&Problem { rules: Rules::default(), ..problem.clone() });
        for (n, factor) in growth.iter().enumerate() {
            problem.situations.push(Situation {
                period: n.div_ceil(2),
                weight: if n % 2 == 0 { 0.5 } else { 1.0 },
                students: problem.today.iter().map(|s| s * factor).collect(),
            });
        }
        problem.periods = problem.situations.iter().map(|s| s.period + 1).max().unwrap_or(1);
        let outcome = plan(&problem, &run());
        if let (Some(plan), Some(proof)) = (&outcome.plan, outcome.proof) {
            prop_assert_eq!(check(&problem, plan), vec![]);
            prop_assert!(proof.bound <= proof.objective + 1e-6 * proof.objective.abs());
            // One period of parts costs no more than whole blocks, and its bound is below them.
            if let (true, Some(whole)) = (growth.is_empty(), whole) {
                prop_assert!(proof.objective <= whole + 1e-6);
                prop_assert!(proof.bound <= whole + 1e-6);
            }
        } else if growth.is_empty() {
            prop_assert!(whole.is_none());
        }
    }

    #[test]
    fn periods_equal_exhaustive_search(
        sites in sites(),
        children in prop::collection::vec(0_u32..15, 1..4),
        metres in metres(),
        growth in prop::collection::vec(0.3_f64..1.5, 1..3),
        budgets in prop::collection::vec(prop::option::of(0_u32..60), 0..2),
        budget in prop::option::of(0_u32..80),
    ) {
        let rules = Rules {
            budget: budget.map(f64::from),
            budget_by_period: budgets.iter().map(|b| b.map(f64::from)).collect(),
            ..Rules::default()
        };
        let mut problem = problem(&sites[..2], &children, &metres, rules);
        for (n, factor) in growth.iter().enumerate() {
            problem.situations.push(Situation {
                period: 1,
                weight: if growth.len() == 1 { 1.0 } else { [0.25, 0.75][n] },
                students: problem.today.iter().map(|s| s * factor).collect(),
            });
        }
        problem.periods = 2;
        as_by_trying(&problem, 1e-5)?;
    }

    #[test]
    fn each_change_named_is_enough_and_not_more(
        sites in sites(),
        children in prop::collection::vec(1_u32..15, 1..5),
        metres in metres(),
        most in 500_u32..9_000,
        budget in 0_u32..60,
    ) {
        let rules = Rules {
            budget: Some(f64::from(budget)),
            max_metres: Some(f64::from(most)),
            ..Rules::default()
        };
        let problem = problem(&sites, &children, &metres, rules);
        let outcome = plan(&problem, &run());
        let number = |text: &str, after: &str| -> Option<f64> {
            let rest = text.split_once(after)?.1.trim_start();
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            rest[..end].parse().ok()
        };
        let Some(conflict) = outcome.conflicts.first() else {
            return Ok(());
        };
        let said = &conflict.relaxation.en;
        prop_assume!(conflict.code != "no_school" && !said.contains("not enough"));
        if let Some(least) = number(said, "(--budget-yuan) of at least") {
            let with = |yuan| {
                let mut other = problem.clone();
                other.rules.budget = Some(yuan);
                by_trying(&other).is_some()
            };
            prop_assert!(with(least) && !with(least - 1.0), "{said}");
        }
        // Places at the schools named, as they stand in "N more places at s0 and …".
        let mut roomier = problem.clone();
        for (j, site) in roomier.sites.iter_mut().enumerate() {
            let before = |what: &str| {
                let (rest, _) = said.split_once(&format!("{what} at s{j}"))?;
                rest.trim_end().rsplit(' ').next()?.parse::<f64>().ok()
            };
            for offer in &mut site.offers {
                offer.places += before("more places").unwrap_or(0.0);
                offer.beds += before("more boarding places").unwrap_or(0.0);
                offer.least -= before("fewer in min_students").unwrap_or(0.0);
            }
        }
        if said.contains(" at s") {
            prop_assert!(by_trying(&roomier).is_some(), "{said}");
        }
        if let Some(least) = number(said, "--max-metres at least") {
            let with = |metres| {
                let mut other = problem.clone();
                other.rules.max_metres = Some(metres);
                by_trying(&other).is_some()
            };
            prop_assert!(with(least) && !with(least - 1.0), "{said}");
        }
    }

    #[test]
    fn ten_times_the_children_and_places_is_the_same_plan(
        sites in sites(),
        children in prop::collection::vec(1_u32..15, 1..5),
        metres in metres(),
    ) {
        let small = problem(&sites, &children, &metres, Rules::default());
        let mut large = small.clone();
        for site in &mut large.sites {
            for offer in &mut site.offers {
                offer.places *= 8.0;
                offer.yuan *= 8.0;
                offer.least *= 8.0;
            }
        }
        let larger = |all: &mut Vec<f64>| all.iter_mut().for_each(|x| *x *= 8.0);
        larger(&mut large.today);
        larger(&mut large.situations[0].students);
        let (small, large) = (plan(&small, &run()), plan(&large, &run()));
        prop_assert_eq!(small.status, large.status);
        if let (Some(a), Some(b)) = (small.proof, large.proof) {
            prop_assert!((a.objective * 8.0 - b.objective).abs() < 1e-6 * b.objective.abs() + 1e-9);
        }
    }
}

#[test]
fn families_like_the_published_ones() {
    for seed in 1..=3 {
        let families = [
            ("median", made::median(30, 3, seed), 0.01),
            ("towns", made::towns(40, 4, seed), 0.01),
            ("single source", made::single_source(10, 20, seed), 0.01),
            ("county", made::county(10, 60, 1, 1, seed), 0.01),
            ("years", made::county(10, 60, 3, 2, seed), 0.03),
        ];
        for (name, mut problem, most) in families {
            problem.rules.gap = 0.005;
            let [one, two] = [1, 2].map(|threads| plan(&problem, &run().on(threads)));
            assert_eq!(one, two, "{name} {seed}");
            let (found, proof) = one.plan.zip(one.proof).expect("a plan");
            assert_eq!(check(&problem, &found), vec![], "{name} {seed}");
            assert!(proof.gap() <= most, "{name} {seed}: {}", proof.gap());
        }
    }
}

/// A line of villages and sites: children, places, cost by distance.
fn line(order: &[usize], blocks: usize, sites: usize) -> Snapshot {
    let mut snapshot = Snapshot::default();
    let (mut b, mut s, mut t) = (Table::new(), Table::new(), Table::new());
    for &i in order.iter().filter(|i| **i < blocks) {
        let row = b.push_row();
        b.set_text(Field::BlockId, row, format!("b{i}"), None);
        b.set_number(Field::ChildrenPrimary, row, (7 + i * 5 % 11) as f64, None);
    }
    for &j in order.iter().filter(|j| **j < sites) {
        let row = s.push_row();
        s.set_text(Field::SiteId, row, format!("s{j}"), None);
        s.set_text(Field::SiteStage, row, "primary", None);
        s.set_number(Field::SitePlaces, row, 40.0, None);
        s.set_number(Field::SiteCost, row, 20.0, None);
        for &i in order.iter().filter(|i| **i < blocks) {
            let row = t.push_row();
            t.set_text(Field::TravelPrimaryBlock, row, format!("b{i}"), None);
            t.set_text(Field::TravelPrimarySchool, row, format!("s{j}"), None);
            let metres = (i * 10).abs_diff(j * 17 + 3) as f64 * 100.0;
            t.set_number(Field::TravelPrimaryMetres, row, metres, None);
        }
    }
    snapshot.tables.insert(TableId::Blocks, b);
    snapshot.tables.insert(TableId::Sites, s);
    snapshot.tables.insert(TableId::TravelPrimary, t);
    snapshot
}

fn asked(rules: Rules) -> Asked {
    Asked {
        stage: Stage::Primary,
        rules,
        close_protected: false,
        sizes: None,
        outlook: Vec::new(),
    }
}

#[test]
fn permuted_tables_give_the_same_plan() {
    let forward: Vec<usize> = (0..14).collect();
    let backward: Vec<usize> = (0..14).rev().collect();
    let made = |order: &[usize]| {
        let reading = read(&line(order, 14, 8), asked(Rules::default())).expect("readable");
        plan(&reading.problem, &run())
    };
    let outcome = made(&forward);
    assert_eq!(outcome, made(&backward));
    assert_eq!(outcome.status, Status::Optimal);
}

#[test]
fn conflicts_name_the_rule_and_the_least_relaxation() {
    let order: Vec<usize> = (0..14).collect();
    let said = |rules: Rules| {
        let reading = read(&line(&order, 14, 8), asked(rules)).expect("readable");
        let outcome = plan(&reading.problem, &run());
        assert_eq!(outcome.status, Status::Infeasible);
        let conflict = outcome.conflicts[0].clone();
        (conflict.code, conflict.relaxation.en)
    };
    let rules = Rules::default;
    let (code, relaxation) = said(Rules {
        open_exactly: Some(9),
        ..rules()
    });
    assert_eq!(
        (code, relaxation.contains("--open-exactly 8")),
        ("open_exactly", true)
    );
    // 168 children want five sites of 40.
    let (code, relaxation) = said(Rules {
        open_exactly: Some(4),
        ..rules()
    });
    assert_eq!(
        (code, relaxation.starts_with("--open-exactly 5; or ")),
        ("places", true),
        "{relaxation}"
    );
    let (code, _) = said(Rules {
        budget: Some(60.0),
        ..rules()
    });
    assert_eq!(code, "budget");
    // Block 13 is 800 m from the nearest site (s7 at 12,200 m).
    let (code, relaxation) = said(Rules {
        max_metres: Some(400.0),
        ..rules()
    });
    assert_eq!(
        (code, relaxation.contains("at least 800")),
        ("max_metres", true),
        "{relaxation}"
    );
}

#[test]
fn blanks_and_wrong_references_are_refused_in_words() {
    let mut snapshot = line(&[0, 1, 2], 3, 2);
    if let Some(blocks) = snapshot.tables.get_mut(&TableId::Blocks) {
        blocks.set_number(Field::ChildrenPrimary, 1, f64::NAN, None);
    }
    if let Some(sites) = snapshot.tables.get_mut(&TableId::Sites) {
        sites.set_number(Field::SiteCost, 0, f64::NAN, None);
        sites.set_text(Field::SiteExisting, 1, "nobody", None);
    }
    let findings = read(&snapshot, asked(Rules::default())).expect_err("refused");
    let codes: Vec<&str> = findings.iter().map(|f| f.code).collect();
    assert_eq!(
        codes,
        [
            "layout_children_blank",
            "layout_cost_blank",
            "layout_unknown_school"
        ]
    );
}

#[test]
fn far_children_board_where_there_are_beds() {
    let sites = vec![(false, false, vec![(30, 5, 0)]); 2];
    let rules = Rules {
        max_metres: Some(1000.0),
        ..Rules::default()
    };
    let mut problem = problem(&sites, &[10, 10], &[500, 9_000, 9_500, 9_900], rules);
    let without = plan(&problem, &run());
    assert_eq!(without.conflicts[0].code, "max_metres");
    problem.sites[0].offers[0].beds = 6.0;
    let few = plan(&problem, &run());
    assert_eq!(few.conflicts[0].code, "beds");
    assert!(few.conflicts[0].message.en.starts_with("10 students"));
    problem.sites[0].offers[0].beds = 10.0;
    let with = plan(&problem, &run());
    assert_eq!(with.status, Status::Optimal);
    let plan = with.plan.expect("a plan");
    assert_eq!(check(&problem, &plan), vec![]);
    assert_eq!(plan.shares[0][1].site, 0);
}

#[test]
fn nobody_lives_there_so_nothing_is_built_for_it() {
    let sites = vec![
        (true, true, vec![(30, 0, 0)]),
        (false, false, vec![(30, 5, 0)]),
    ];
    let rules = Rules {
        max_metres: Some(1000.0),
        ..Rules::default()
    };
    // The second block is near the new site and far from the school.
    let problem = problem(&sites, &[10, 0], &[500, 9_000, 9_500, 100], rules);
    let outcome = plan(&problem, &run());
    let plan = outcome.plan.expect("a plan");
    assert_eq!(plan.open[0], [Some(0), None]);
    assert_eq!(check(&problem, &plan), vec![]);
}

#[test]
fn money_by_year_and_children_by_scenario() {
    let mut snapshot = line(&(0..8).collect::<Vec<_>>(), 8, 4);
    let mut county = Table::new();
    county.push_row();
    county.set_text(Field::SchoolYear, 0, "2025-2026", None);
    snapshot.tables.insert(TableId::County, county);
    let mut budgets = Table::new();
    for (year, yuan) in [(2026.0, 0.0), (2027.0, 1e9)] {
        let row = budgets.push_row();
        budgets.set_number(Field::BudgetYear, row, year, None);
        budgets.set_number(Field::BudgetYuan, row, yuan, None);
    }
    snapshot.tables.insert(TableId::Budgets, budgets);
    let today = Outlook::of(&snapshot, Stage::Primary, 0, 0.5);
    let later = |weight, factor| Outlook {
        period: 1,
        weight,
        ..today.clone().grown(factor)
    };
    let mut wanted = asked(Rules::default());
    wanted.outlook = vec![
        today.clone(),
        today.clone(),
        later(0.25, 0.5),
        later(0.75, 1.0),
    ];
    let reading = read(&snapshot, wanted).expect("readable");
    let problem = &reading.problem;
    assert_eq!(problem.periods, 2);
    assert_eq!(problem.rules.budget_by_period, [Some(0.0), Some(1e9)]);
    let students = |at: usize| problem.situations[at].students.iter().sum::<f64>();
    assert_eq!(students(2) * 2.0, students(3));
    // One period has the money of all coming years.
    let reading = read(&snapshot, asked(Rules::default())).expect("readable");
    assert_eq!(reading.problem.rules.budget, Some(1e9));
}
