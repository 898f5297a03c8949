//! `plan zones` and `plan layout` on input that cannot work: what is said of each, and where.

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::program::{good, json, run, scratch};
use crate::zones::{ASK, County, number, plan, school_of};

/// The first conflict: code, blocks, schools and relaxation; and that there is no half plan.
fn conflict(test: &str, county: &County, options: &[&str]) -> (String, Vec<String>, String) {
    let got = plan(&county.write(test), options);
    assert_eq!(got["status"], "infeasible", "{got}");
    for key in ["objective", "student_km", "gap"] {
        assert!(got[key].is_null(), "{key} of {got}");
    }
    assert_eq!(got["assignment"].as_array().unwrap().len(), 0);
    let first = &got["conflicts"][0];
    let blocks = first["block_ids"].as_array().unwrap();
    (
        first["code"].as_str().unwrap().to_owned(),
        blocks
            .iter()
            .map(|b| b.as_str().unwrap().to_owned())
            .collect(),
        first["relaxation"].as_str().unwrap().to_owned(),
    )
}

/// The first finding of a refusal: code, file, row and column.
fn refused(test: &str, county: &County, options: &[&str]) -> (String, String, Option<u64>, String) {
    let folder = county.write(test);
    let (status, said) = json(&folder, &[ASK, options, &["--out", "plan"]].concat());
    assert_eq!(status, 3, "{said}");
    assert!(!folder.join("plan").exists(), "nothing is written");
    let first = &said["findings"][0];
    for key in ["message", "hint"] {
        assert!(!first[key].as_str().unwrap().is_empty());
    }
    let text = |key: &str| first[key].as_str().unwrap_or_default().to_owned();
    (
        text("code"),
        text("file"),
        first["row"].as_u64(),
        text("column"),
    )
}

fn at(code: &str, file: &str, row: u64, column: &str) -> (String, String, Option<u64>, String) {
    (
        code.to_owned(),
        file.to_owned(),
        Some(row),
        column.to_owned(),
    )
}

#[test]
fn islands_are_named_with_their_villages() {
    let mut county = County::new();
    county.adjacency = county
        .adjacency
        .replace("b4,b5\n", "")
        .replace("b5,b6\n", "");
    let (code, blocks, help) = conflict("bad_island", &county, &[]);
    assert_eq!((code.as_str(), blocks), ("island", vec!["b5".to_owned()]));
    assert!(help.contains("--contiguity"), "{help}");
    let got = plan(&county.write("bad_island_off"), &["--contiguity", "off"]);
    assert_eq!(got["status"], "optimal");
}

#[test]
fn a_map_in_two_parts_is_no_mistake_where_each_has_a_school() {
    let mut county = County::new();
    county.adjacency = county.adjacency.replace("b5,b6\n", "");
    let got = plan(&county.write("bad_two_parts"), &[]);
    assert_eq!((school_of(&got, "b5"), school_of(&got, "b6")), ("A", "B"));
    // Both schools on one side: the other side is cut off, all of it.
    county.schools = county.schools.replace("b9", "b5");
    let (code, blocks, _) = conflict("bad_two_parts_one_side", &county, &[]);
    assert_eq!((code.as_str(), blocks.len()), ("island", 4));
}

#[test]
fn a_village_too_large_for_every_school_is_named() {
    let mut county = County::new();
    county.blocks = county
        .blocks
        .replace("b3,3村,镇1,300,10", "b3,3村,镇1,300,90");
    county.sections = county.sections.replace("60", "85");
    let (code, blocks, help) = conflict("bad_large", &county, &["--contiguity", "off"]);
    assert_eq!(
        (code.as_str(), blocks),
        ("block_too_large", vec!["b3".to_owned()])
    );
    assert!(
        help.contains("--split") && help.contains("--max-load 1.0589"),
        "{help}"
    );
}

#[test]
fn too_few_places_have_a_least_relaxation_that_works() {
    let mut county = County::new();
    county.sections = county.sections.replace("60", "40");
    let (code, _, help) = conflict("bad_places", &county, &["--split"]);
    assert_eq!(code, "places");
    assert!(
        help.contains("10 个学位") && help.contains("--max-load 1.125("),
        "{help}"
    );
    let folder = county.write("bad_places_relaxed");
    let got = plan(&folder, &["--split", "--max-load", "1.125"]);
    assert_eq!(got["status"], "optimal");
    let got = plan(&folder, &["--split", "--max-load", "1.1249"]);
    assert_eq!(got["status"], "infeasible");
}

#[test]
fn the_least_way_and_the_least_load_of_whole_blocks_work() {
    let folder = County::new().write("bad_far");
    let got = plan(&folder, &["--max-metres", "3000"]);
    let all = got["conflicts"].as_array().unwrap();
    let told = all.iter().find(|c| c["code"] == "max_metres").unwrap();
    assert_eq!(told["relaxation"], "--max-metres 4000");
    let got = plan(&folder, &["--max-metres", "4000"]);
    assert_eq!(got["status"], "optimal");
    let mut county = County::new();
    county.sections = county.sections.replace("60", "40");
    // Nine villages of ten: one school takes five of them, 50 for 40 places.
    let (code, _, help) = conflict("bad_places_whole", &county, &[]);
    assert_eq!(code, "places");
    assert!(help.ends_with("或 --max-load 1.25"), "{help}");
    let folder = county.write("bad_places_whole");
    let got = plan(&folder, &["--max-load", "1.25"]);
    assert_eq!(got["status"], "optimal");
}

#[test]
fn what_could_not_be_used_is_said_beside_the_plan() {
    let mut county = County::new();
    county.blocks = county.blocks.replace("10,B", "10,Z");
    let folder = county.write("bad_unused");
    fs::write(folder.join("blocks.geojson"), "{").unwrap();
    let got = plan(&folder, &[]);
    let notes = got["notes"].to_string();
    assert!(
        notes.contains("blocks.geojson") && notes.contains("4 处不能用"),
        "{notes}"
    );
}

#[test]
fn roads_that_do_not_reach_are_said() {
    let mut county = County::new();
    county.travel = String::new();
    county.adjacency = String::new();
    county.schools = "school_id,name,kind,owner,lon,lat\nA,东小学,211,public,120.00,30.0\nB,西小学,211,public,120.08,30.0\n".to_owned();
    county.blocks = "block_id,name,lon,lat,children_primary\n".to_owned();
    let mut roads = "from_lon,from_lat,to_lon,to_lat,metres\n".to_owned();
    for at in 0..9 {
        let lon = 120.0 + 0.01 * f64::from(at);
        let _ = writeln!(county.blocks, "b{at},{at}村,{lon:.2},30.0,10");
        // No bridge between the fourth and the fifth, none between the sixth and the seventh.
        if at != 3 && at != 5 && at < 8 {
            let _ = writeln!(roads, "{lon:.2},30.0,{:.2},30.0,1000", lon + 0.01);
        }
    }
    let folder = county.write("bad_roads");
    fs::write(folder.join("roads.csv"), roads).unwrap();
    let got = plan(&folder, &[]);
    assert_eq!(got["status"], "infeasible", "{got}");
    let first = &got["conflicts"][0];
    assert_eq!(first["code"], "no_school");
    assert_eq!(first["block_ids"], serde_json::json!(["b4", "b5"]));
    assert!(
        first["message"].as_str().unwrap().contains("沿道路"),
        "{first}"
    );
    assert!(
        got["notes"].to_string().contains("3 片"),
        "{}",
        got["notes"]
    );
}

#[test]
fn ids_that_stand_twice_are_refused_with_their_row() {
    let mut block = County::new();
    block.blocks.push_str("b1,又一村,镇1,1,10,A\n");
    assert_eq!(
        refused("bad_block_twice", &block, &[]),
        at("duplicate_key", "blocks.csv", 11, "")
    );
    let mut school = County::new();
    school.schools.push_str("A,又一小学,211,public,b5\n");
    assert_eq!(
        refused("bad_school_twice", &school, &[]),
        at("duplicate_key", "schools.csv", 4, "")
    );
    let mut section = County::new();
    section.sections.push_str("B,primary,10\n");
    assert_eq!(
        refused("bad_section_twice", &section, &[]),
        at("duplicate_key", "sections.csv", 4, "")
    );
    let mut pair = County::new();
    pair.travel.push_str("b1,A,5\n");
    assert_eq!(
        refused("bad_pair_twice", &pair, &[]),
        at("duplicate_key", "travel_primary.csv", 20, "")
    );
}

#[test]
fn references_that_lead_nowhere_are_refused_with_their_cell() {
    let mut travel = County::new();
    travel.travel = travel.travel.replace("b2,A,", "b2,Z,");
    assert_eq!(
        refused("bad_travel", &travel, &[]),
        at("dangling_reference", "travel_primary.csv", 4, "B")
    );
    let mut near = County::new();
    near.adjacency.push_str("b9,b99\n");
    assert_eq!(
        refused("bad_adjacent", &near, &[]),
        at("dangling_reference", "adjacency.csv", 10, "B")
    );
}

#[test]
fn nobody_to_place_is_a_plan() {
    let mut county = County::new();
    county.blocks = county.blocks.replace(",10,", ",0,");
    let got = plan(&county.write("bad_nobody"), &[]);
    assert_eq!(
        (&got["status"], number(&got, "objective")),
        (&"optimal".into(), 0.0)
    );
    assert_eq!(got["assignment"].as_array().unwrap().len(), 9);
    let got = plan(
        &county.write("bad_nobody_options"),
        &["--grandfather", "--split", "--lock-zone", "A"],
    );
    assert_eq!(got["status"], "optimal");
}

#[test]
fn blank_places_and_loads_below_nothing_are_refused() {
    let mut blank = County::new();
    blank.sections = blank.sections.replace("A,primary,60", "A,primary,");
    assert_eq!(
        refused("bad_blank", &blank, &[]),
        at("zones_places_blank", "sections.csv", 2, "")
    );
    let mut unknown = County::new();
    unknown.blocks = unknown
        .blocks
        .replace("b3,3村,镇1,300,10", "b3,3村,镇1,300,");
    assert_eq!(
        refused("bad_children", &unknown, &[]),
        at("zones_children_blank", "blocks.csv", 4, "")
    );
    let folder = County::new().write("bad_load");
    assert_eq!(run(&folder, &[ASK, &["--max-load=-1"]].concat()).status, 2);
}

/// Roads where travel is given, and neighbours that nobody asks for: what is wrong there is said.
#[test]
fn tables_that_the_plan_can_do_without_do_not_stop_it() {
    let mut county = County::new();
    county.adjacency.push_str("b9,b99\n");
    let folder = county.write("bad_spare");
    fs::write(folder.join("roads.csv"), b"\xff\xfe\x00\xd8").unwrap();
    let got = plan(&folder, &["--contiguity", "off"]);
    assert_eq!(number(&got, "objective"), 160.0);
    let notes = got["notes"].to_string();
    assert!(
        notes.contains("roads.csv") && notes.contains("b99") && !notes.contains("没有相邻表"),
        "{notes}"
    );
    // Neighbours count again, then there is no other way than the roads.
    let (status, _) = json(&folder, ASK);
    assert_eq!(status, 3);
    fs::remove_file(folder.join("travel_primary.csv")).unwrap();
    let (status, said) = json(&folder, &[ASK, &["--contiguity", "off"]].concat());
    assert_eq!(status, 3, "{said}");
    assert!(said["findings"].to_string().contains("roads.csv"), "{said}");
}

#[test]
fn a_matrix_with_holes_is_used_and_said() {
    let mut county = County::new();
    county.travel = county
        .travel
        .replace("b4,A,3000\n", "")
        .replace("b2,B,7000", "b2,B,");
    let got = plan(&county.write("bad_holes"), &[]);
    assert_eq!(school_of(&got, "b4"), "B");
    let notes = got["notes"].to_string();
    assert!(
        notes.contains("缺 1 对") && notes.contains("1 行没有数值"),
        "{notes}"
    );
}

/// A travel table for sites may call its column `site_id`.
#[test]
fn travel_to_sites_may_say_site_id() {
    let folder = scratch("bad_site_id");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write(
        "county.csv",
        "key,value\ncode,990001\nname,某县\nschool_year,2025-2026\n",
    );
    write("blocks.csv", "block_id,children_primary\nb1,10\nb2,20\n");
    write(
        "sites.csv",
        "site_id,stage,places,open_cost_yuan\nx,primary,40,100\ny,primary,40,1\n",
    );
    write(
        "travel_primary.csv",
        "block_id,site_id,metres\nb1,x,1000\nb2,x,1000\nb1,y,2000\nb2,y,2000\n",
    );
    let (status, got): (i32, Value) = json(&folder, &["plan", "layout", ".", "--stage", "primary"]);
    assert_eq!(status, 0, "{got}");
    assert_eq!(got["assignment"].as_array().unwrap().len(), 2);
    assert_eq!(number(&got, "objective"), 1.0 + 60.0);
    let text = good(&folder, &["plan", "layout", ".", "--stage", "primary"]);
    assert!(!text.contains("site_id"), "{text}");
}
