//! Each planted error is where it says, and nothing else changed.

use super::*;

fn differing(before: &[Sheet], after: &[Sheet]) -> BTreeSet<(TableId, usize, String)> {
    let mut cells = BTreeSet::new();
    for (a, b) in before.iter().zip(after) {
        for (row, (x, y)) in a.rows.iter().zip(&b.rows).enumerate() {
            for ((x, y), column) in x.iter().zip(y).zip(&a.header) {
                if x != y {
                    cells.insert((a.table, row, column.clone()));
                }
            }
        }
    }
    cells
}

#[test]
fn every_flaw_is_planted_where_it_says() {
    for seed in 0..20 {
        let before = make(60, seed).sheets();
        let mut after = before.clone();
        let flaws = plant_flaws(&mut after, seed);
        let codes: BTreeSet<&str> = flaws.iter().map(|f| f.code).collect();
        let known = [
            "area_slip",
            "bad_school_code",
            "class_count",
            "class_sum",
            "empty_shell",
            "mixed_datums",
            "negative",
            "negative_adjusted_area",
            "not_a_number",
            "outside_county",
            "part_exceeds_whole",
            "ratio_implausible",
            "similar_names",
            "swapped_coordinates",
            "teacher_age",
            "unit_slip",
            "unknown_code",
            "unknown_column",
            "year_out_of_range",
        ];
        assert_eq!(codes, BTreeSet::from(known));
        assert_eq!(flaws.len(), 24);
        let changed = differing(&before, &after);
        let mut places = BTreeSet::new();
        for flaw in &flaws {
            let (Some(row), Some(column)) = (flaw.row, &flaw.column) else {
                let of_all = ["unknown_column", "mixed_datums", "empty_shell"];
                assert!(of_all.contains(&flaw.code), "{flaw:?}");
                continue;
            };
            assert!(
                places.insert((flaw.table, row, column.clone())),
                "{flaw:?} twice"
            );
            let place = (flaw.table, row, column.clone());
            assert!(
                changed.contains(&place) || flaw.code == "empty_shell",
                "{flaw:?}"
            );
        }
        // Besides: full-width digits, the swapped latitude, the code's other occurrences.
        for (table, row, column) in changed {
            let place = (table, row, column.clone());
            let code =
                column.contains("school") || column.starts_with("current") || column == "wishes";
            assert!(
                places.contains(&place)
                    || code
                    || ["lat", "datum", "books"].contains(&column.as_str()),
                "{place:?}"
            );
        }
    }
}

#[test]
fn flaws_leave_keys_and_references_whole() {
    let mut sheets = make(60, 4).sheets();
    plant_flaws(&mut sheets, 9);
    let column = |table: TableId, id: &str| -> Vec<String> {
        let sheet = sheets.iter().find(|s| s.table == table).unwrap();
        let at = sheet.header.iter().position(|h| h == id).unwrap();
        sheet.rows.iter().map(|r| r[at].clone()).collect()
    };
    let schools: BTreeSet<String> = column(TableId::Schools, "school_id").into_iter().collect();
    assert_eq!(schools.len(), 61);
    for (table, id) in [
        (TableId::Sections, "school_id"),
        (TableId::Classes, "school_id"),
        (TableId::Teachers, "school_id"),
        (TableId::EnrolmentHistory, "school_id"),
        (TableId::Blocks, "current_primary"),
    ] {
        for school in column(table, id) {
            assert!(schools.contains(&school) || school == "合计", "{school}");
        }
    }
}

#[test]
fn the_same_seed_plants_the_same_flaws() {
    let plant = |seed| {
        let mut sheets = make(40, 1).sheets();
        (plant_flaws(&mut sheets, seed), sheets)
    };
    assert_eq!(plant(3), plant(3));
    assert_ne!(plant(3).0, plant(4).0);
}

#[test]
fn a_tiny_county_takes_what_fits() {
    let mut sheets = make(1, 1).sheets();
    let flaws = plant_flaws(&mut sheets, 1);
    assert!(flaws.iter().any(|f| f.code == "empty_shell"));
}
