//! Indices against the reference values of other software, on real data.

use std::path::PathBuf;

use junheng_core::evaluate::{gini, sample_variation, theil};

/// A file of the real data; `None`, said aloud, where they are not at hand.
fn real(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("JUNHENG_REAL_DATA");
    if folder.is_none() {
        println!("skipped: JUNHENG_REAL_DATA is not set ({file})");
    }
    folder.map(|f| PathBuf::from(f).join(file))
}

/// Students per teacher of 420 Californian districts: CV with n − 1, Gini and Theil as computed by
/// others, every district alike.
#[test]
fn californian_districts() {
    let Some(path) = real("caschools/CASchools.csv") else {
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let column = |name: &str| {
        header
            .iter()
            .position(|h| h.trim_matches('"') == name)
            .unwrap()
    };
    let (students, teachers) = (column("students"), column("teachers"));
    let ratios: Vec<f64> = lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            // A comma in a name moves the columns; counted from the end they stay.
            let from_end = |n: usize| {
                cells[cells.len() - (header.len() - n)]
                    .parse::<f64>()
                    .unwrap()
            };
            from_end(students) / from_end(teachers)
        })
        .collect();
    assert_eq!(ratios.len(), 420);
    let alike = vec![1.0; ratios.len()];
    assert!((sample_variation(&ratios).unwrap() - 0.096_322_342_704_177_1).abs() < 1e-13);
    assert!((gini(&alike, &ratios).unwrap() - 0.053_319_610_693_977_5).abs() < 1e-13);
    assert!((theil(&alike, &ratios).unwrap() - 0.004_657_803_246_329_0).abs() < 1e-13);
}
