//! The real enrolment sets as tables of the contract: `school_id,year,grade,students`.
//!
//! Kindergarten is taken as grade 1, the first year at school, so that both sets give primary
//! grades 1 to 6 and junior grades 7 to 9.

use std::fs;
use std::path::Path;

pub(crate) const HEADER: &str = "school_id,year,grade,students\n";

/// New York: schools, 2005 to 2011, K to grade 8.
pub(crate) fn nyc(data: &Path) -> String {
    let text = fs::read_to_string(data.join("nyc-schools/demographics_2006_2012.csv")).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let column = |name: &str| header.iter().position(|h| *h == name).unwrap();
    let (year, k) = (column("schoolyear"), column("k"));
    let mut out = HEADER.to_owned();
    for line in lines {
        // A name may hold commas: count the columns from the end.
        let cells: Vec<&str> = line.split(',').collect();
        let shift = cells.len() - header.len();
        for grade in 1..=9 {
            let students = cells[k + shift + grade - 1].trim();
            if !students.is_empty() {
                let (id, year) = (cells[0], &cells[year + shift][..4]);
                out.push_str(&format!("{id},{year},{grade},{students}\n"));
            }
        }
    }
    out
}

/// Eau Claire: elementary schools, 1998 to 2024, K to grade 5.
pub(crate) fn ecasd(data: &Path) -> String {
    let text = fs::read_to_string(data.join("ecasd/enrolment_1998_2024.csv")).unwrap();
    let mut out = HEADER.to_owned();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [year, school, grade, n] = cells[..] else {
            panic!("{line}")
        };
        let grade = grade.parse::<u32>().unwrap_or(0) + 1;
        out.push_str(&format!("{school},{year},{grade},{n}\n"));
    }
    out
}
