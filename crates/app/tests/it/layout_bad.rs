//! `plan layout` on input that cannot work: a sentence each, the least that would help, no half plan.

use std::fmt::Write as _;

use crate::layout::{ASK, County, plan};
use crate::program::{json, run};
use crate::zones::number;

/// The first conflict, its code and relaxation; and that there is no half plan.
fn relaxed(test: &str, county: &County, options: &[&str]) -> (String, String) {
    let got = plan(&county.write(test), options);
    assert_eq!(got["status"], "infeasible", "{got}");
    assert!(got["objective"].is_null() && got["assignment"].as_array().unwrap().is_empty());
    let first = &got["conflicts"][0];
    assert!(!first["message"].as_str().unwrap().is_empty());
    let text = |key: &str| first[key].as_str().unwrap().to_owned();
    assert!(!text("relaxation").is_empty());
    (text("code"), text("relaxation"))
}

fn conflict(test: &str, county: &County, options: &[&str]) -> String {
    relaxed(test, county, options).0
}

#[test]
fn what_cannot_be_is_named() {
    let county = County::new();
    assert_eq!(
        conflict("layout_many", &county, &["--open-exactly", "4"]),
        "open_exactly"
    );
    assert_eq!(
        conflict("layout_few", &county, &["--budget-yuan", "25"]),
        "budget"
    );
    let mut far = County::new();
    far.sites = far
        .sites
        .lines()
        .filter(|l| !l.starts_with('B'))
        .fold(String::new(), |s, l| s + l + "\n");
    far.sections = far.sections.replace("B,primary,30,60\n", "");
    assert_eq!(
        conflict("layout_far", &far, &["--max-metres", "3000"]),
        "max_metres"
    );
    let mut full = County::new();
    full.blocks = full.blocks.replace(",10,", ",30,");
    assert_eq!(conflict("layout_full", &full, &[]), "places");
    let mut island = County::new();
    for site in ["A", "B", "N"] {
        island.travel = island
            .travel
            .lines()
            .filter(|l| !l.starts_with(&format!("b4,{site},")))
            .fold(String::new(), |s, l| s + l + "\n");
    }
    assert_eq!(conflict("layout_island", &island, &[]), "no_school");
    let mut lump = County::new();
    lump.blocks = lump.blocks.replace("b5,5村,镇1,10", "b5,5村,镇1,95");
    lump.sites = lump.sites.replace(
        "N,primary,large,90,70,,,",
        "N,primary,large,90,70,,,\nM,primary,,90,1,,,",
    );
    for at in 1..=9 {
        let _ = writeln!(lump.travel, "b{at},M,1000");
    }
    assert_eq!(conflict("layout_lump", &lump, &[]), "large_block");
}

#[test]
fn what_can_be_used_is_used_and_the_rest_is_refused() {
    let mut none = County::new();
    none.blocks = none.blocks.replace(",10,", ",0,");
    let got = plan(&none.write("layout_nobody"), &[]);
    assert_eq!(
        (got["status"].as_str(), number(&got, "objective")),
        (Some("optimal"), 20.0)
    );
    let mut hole = County::new();
    hole.travel = hole.travel.replace("b4,A,3000\n", "");
    let got = plan(&hole.write("layout_hole"), &[]);
    assert!(!got["notes"].as_array().unwrap().is_empty());
    // No rows of sites: the schools of today stay as they are.
    let mut today = County::new();
    today.sites.clear();
    let rows = today.travel.lines().filter(|row| !row.contains(",N,"));
    today.travel = rows.fold(String::new(), |text, row| text + row + "\n");
    let got = plan(&today.write("layout_today"), &[]);
    assert_eq!(number(&got, "objective"), 160.0);
    let refused = |test: &str, county: &County| {
        let (status, said) = json(&county.write(test), ASK);
        assert_eq!(status, 3, "{test}: {said}");
        assert!(!said["findings"].as_array().unwrap().is_empty());
    };
    let mut twice = County::new();
    twice.blocks.push_str("b1,又一村,镇1,10,A\n");
    refused("layout_twice", &twice);
    let mut blank = County::new();
    blank.sites = blank
        .sites
        .replace("N,primary,small,45,50", "N,primary,small,45,");
    refused("layout_blank", &blank);
    let mut unknown = County::new();
    unknown.sites = unknown.sites.replace(",B,,\n", ",Z,,\n");
    refused("layout_unknown", &unknown);
    let mut nothing = County::new();
    nothing.sites.clear();
    nothing.sections.clear();
    refused("layout_nothing", &nothing);
}

#[test]
fn the_least_money_is_named() {
    let county = County::new();
    // Parts of sites would do for 30; whole ones cost 40, and A and B then have room for all.
    let (code, help) = relaxed("layout_bad_money", &county, &["--budget-yuan", "30"]);
    assert_eq!(code, "packing");
    assert!(help.contains("40 元"), "{help}");
    let folder = county.write("layout_bad_money_enough");
    assert_eq!(plan(&folder, &["--budget-yuan", "40"])["status"], "optimal");
    let (code, help) = relaxed("layout_bad_money_none", &county, &["--budget-yuan", "0"]);
    assert_eq!(code, "budget");
    assert!(help.contains("40 元"), "{help}");
    // Nobody to place, and still two schools are asked for.
    let mut nobody = County::new();
    nobody.blocks = nobody.blocks.replace(",10,", ",0,");
    let asked = ["--budget-yuan", "30", "--open-exactly", "2"];
    let (_, help) = relaxed("layout_bad_money_nobody", &nobody, &asked);
    assert!(
        help.contains("40 元") && help.contains("--open-exactly"),
        "{help}"
    );
    // Rows that limit nothing are named.
    for (test, rows) in [
        ("blank", "2026,\n"),
        ("minus", "2026,-5\n"),
        ("past", "2020,1\n"),
    ] {
        let mut county = County::new();
        county
            .others
            .push(("budgets.csv", format!("year,yuan\n{rows}")));
        let got = plan(&county.write(&format!("layout_bad_budget_{test}")), &[]);
        assert_eq!(number(&got, "objective"), 170.0);
        assert!(got["notes"].to_string().contains("预算表"), "{got}");
    }
}

#[test]
fn what_cannot_be_in_a_later_period_is_named_with_it() {
    // Sixteen children a village fit next year; 25.6 the year after do not, whole: 3 + 3 + 2 of 9.
    let options = ["--periods", "2", "--growth", "0.6"];
    let county = County::new();
    let (code, help) = relaxed("layout_bad_later", &county, &options);
    assert_eq!(code, "packing");
    assert!(help.contains("--split"), "{help}");
    let split = plan(
        &county.write("layout_bad_later_split"),
        &[&options[..], &["--split"]].concat(),
    );
    assert!(["optimal", "feasible"].contains(&split["status"].as_str().unwrap()));
    let (code, _) = relaxed(
        "layout_bad_grown",
        &county,
        &["--periods", "3", "--growth", "5"],
    );
    assert_eq!(code, "places");
    assert_eq!(
        conflict("layout_bad_none", &county, &["--open-exactly", "0"]),
        "places"
    );
    let folder = county.write("layout_bad_scenarios");
    for (status, wrong) in [
        (3, vec!["--scenarios", "3"]),
        (2, vec!["--scenarios", "0"]),
        (2, vec!["--scenarios", "999"]),
        (2, vec!["--growth", "-2"]),
    ] {
        assert_eq!(
            run(&folder, &[ASK, &wrong].concat()).status,
            status,
            "{wrong:?}"
        );
    }
}

#[test]
fn ways_that_are_no_ways_are_left_out() {
    for (test, wrong) in [
        ("minus", "-3000"),
        ("blank", ""),
        ("word", "nan"),
        ("endless", "inf"),
    ] {
        let mut county = County::new();
        county.travel = county.travel.replace("b4,A,3000", &format!("b4,A,{wrong}"));
        let got = plan(&county.write(&format!("layout_bad_way_{test}")), &[]);
        assert_eq!(number(&got, "objective"), 170.0);
        assert!(got["notes"].to_string().contains("出行表"), "{got}");
    }
    let mut none = County::new();
    none.travel.clear();
    assert_eq!(conflict("layout_bad_no_travel", &none, &[]), "no_school");
    let folder = County::new().write("layout_bad_near");
    let got = plan(&folder, &["--max-metres", "0"]);
    assert_eq!(got["conflicts"][0]["code"], "max_metres");
}

#[test]
fn rows_that_contradict_are_refused() {
    let refused = |test: &str, change: &dyn Fn(&mut County)| {
        let mut county = County::new();
        change(&mut county);
        let (status, said) = json(&county.write(test), ASK);
        assert_eq!(status, 3, "{test}: {said}");
        let first = &said["findings"][0];
        assert!(!first["message"].as_str().unwrap().is_empty());
        assert!(!first["hint"].as_str().unwrap().is_empty());
    };
    refused("layout_bad_size", &|c| {
        c.sites.push_str("N,primary,small,50,50,,,\n");
    });
    refused("layout_bad_way", &|c| c.travel.push_str("b1,A,5\n"));
    refused("layout_bad_place", &|c| c.travel.push_str("b1,Z,5\n"));
    refused("layout_bad_year", &|c| {
        c.others
            .push(("budgets.csv", "year,yuan\n2026,1\n2026,2\n".to_owned()));
    });
    refused("layout_bad_cost", &|c| {
        c.sites = c.sites.replace("small,45,50", "small,45,-50");
    });
    refused("layout_bad_places", &|c| {
        c.sites = c.sites.replace("small,45,50", "small,-45,50");
    });
    refused("layout_bad_children", &|c| {
        c.blocks = c.blocks.replace("b4,4村,镇0,10", "b4,4村,镇0,-10");
    });
    refused("layout_bad_blocks", &|c| c.blocks.clear());
    refused("layout_bad_county", &|c| c.county.clear());
}
