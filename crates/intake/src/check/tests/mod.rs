//! A clean county, one mistake at a time, and exactly the findings that it must have.

mod county;
mod mistakes;

use std::collections::BTreeSet;

use junheng_core::finding::Finding;
use junheng_core::model::{Field, TableId, column_letters};
use proptest::prelude::*;

use super::{CATALOGUE, check};
use county::{Bundle, Row, clean, last_year};
use mistakes::{CHANGES, MISTAKES};

/// `code table.field row`, with less where the finding has less.
fn written(finding: &Finding) -> String {
    let place = &finding.place;
    let table = TableId::named(place.file.trim_end_matches(".csv"));
    let mut text = format!("{} {}", finding.code, place.file.trim_end_matches(".csv"));
    if !place.column.is_empty()
        && let Some(table) = table
    {
        let mut fields = table.fields().enumerate();
        let at = |i: usize| match table {
            TableId::County => place.row == Some(i as u32 + 2),
            _ => column_letters(i as u32 + 1) == place.column,
        };
        let (_, field) = fields.find(|(i, _)| at(*i)).unwrap();
        text = format!("{text}.{}", field.id());
    }
    match place.row {
        Some(row) if table != Some(TableId::County) => format!("{text} {row}"),
        _ => text,
    }
}

fn found(now: &Bundle, before: Option<&Bundle>) -> Vec<Finding> {
    check(&now.snapshot(), before.map(Bundle::snapshot).as_ref())
}

/// Findings of every case, with what was expected of it.
fn cases() -> Vec<(Vec<Finding>, &'static [&'static str])> {
    let alone = MISTAKES.iter().map(|(edit, expected)| {
        let mut now = clean();
        edit(&mut now);
        (found(&now, None), *expected)
    });
    let changes = CHANGES.iter().map(|(edit, expected)| {
        let (mut now, mut before) = (clean(), last_year());
        edit(&mut now, &mut before);
        (found(&now, Some(&before)), *expected)
    });
    alone.chain(changes).collect()
}

#[test]
fn a_clean_county_has_no_findings() {
    let findings = found(&clean(), None);
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn each_mistake_is_found_where_it_stands() {
    let mut wrong = Vec::new();
    for (n, (findings, expected)) in cases().into_iter().enumerate() {
        let mut got: Vec<String> = findings.iter().map(written).collect();
        got.sort();
        if got != expected {
            let messages: Vec<_> = findings.iter().map(|f| &f.message.zh).collect();
            wrong.push(format!(
                "case {n}: expected {expected:?}\n got {got:?}\n {messages:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each code of the checks has a mistake above that is found, and an entry that explains it.
#[test]
fn every_code_is_in_the_catalogue_and_is_found() {
    let mut seen = BTreeSet::new();
    for finding in cases().into_iter().flat_map(|(findings, _)| findings) {
        let entry = CATALOGUE.iter().find(|e| e.code == finding.code);
        let entry = entry.unwrap_or_else(|| panic!("{} is not in the catalogue", finding.code));
        assert_eq!(entry.severity, finding.severity, "{}", finding.code);
        assert!(!finding.hint.zh.is_empty() && !finding.hint.en.is_empty());
        seen.insert(finding.code);
    }
    let all: BTreeSet<&str> = CATALOGUE.iter().map(|e| e.code).collect();
    assert_eq!(all.len(), CATALOGUE.len(), "a code twice");
    let of_checks = CATALOGUE
        .iter()
        .map(|e| e.code)
        .skip_while(|c| *c != "bad_school_code");
    let never: Vec<_> = of_checks.filter(|c| !seen.contains(c)).collect();
    assert!(never.is_empty(), "no mistake above shows {never:?}");
}

#[test]
fn a_message_names_the_school_the_figures_and_what_to_do() {
    let mut now = clean();
    now.set(Field::ClassStudents, 0, 22);
    let findings = found(&now, None);
    assert_eq!(
        findings[0].message.zh,
        "青川镇中心小学 小学：班级学生数合计 222 人，在校生数填 240 人，相差 18 人。"
    );
    assert_eq!(
        findings[0].message.en,
        "青川镇中心小学, primary: the classes add up to 222 students, 240 are given; the difference is 18."
    );
    assert_eq!(findings[0].hint.zh, "核对班级表与学段表，改正其中一处");
}

#[test]
fn a_plan_bundle_without_students_or_teachers_is_not_covered_with_errors() {
    let mut now = clean();
    now.tables
        .retain(|id, _| [TableId::County, TableId::Schools, TableId::Sections].contains(id));
    for Row(_, cells) in now.tables.get_mut(&TableId::Sections).unwrap() {
        cells.retain(|f, _| [Field::SectionSchool, Field::SectionStage].contains(f));
    }
    let got: BTreeSet<&str> = found(&now, None).iter().map(|f| f.code).collect();
    assert_eq!(
        got,
        BTreeSet::from(["missing_everywhere", "missing_resource_inputs"])
    );
}

/// Fields whose change leaves keys and references alone.
fn free_fields() -> Vec<Field> {
    let names = TableId::ALL
        .into_iter()
        .flat_map(TableId::key)
        .collect::<BTreeSet<_>>();
    let free = Field::ALL.iter().copied();
    free.filter(|f| f.kind().is_number() && !names.contains(f))
        .collect()
}

proptest! {
    #[test]
    fn no_number_makes_it_panic(
        edits in prop::collection::vec((0..free_fields().len(), 0..40usize, any::<f64>()), 1..40),
        huge in prop::sample::select(vec![f64::MAX, f64::INFINITY, f64::NAN, -0.0, 5e-324, -1e300]),
    ) {
        let fields = free_fields();
        let mut now = clean();
        for (n, (field, row, value)) in edits.into_iter().enumerate() {
            let field = fields[field];
            let rows = now.tables.get(&field.table()).map_or(0, Vec::len);
            if rows > 0 {
                now.set(field, row % rows, if n % 3 == 0 { huge } else { value });
            }
        }
        found(&now, Some(&last_year()));
        found(&last_year(), Some(&now));
    }

    #[test]
    fn no_text_makes_it_panic(
        edits in prop::collection::vec((0..Field::ALL.len(), 0..40usize, "[\\PC()中心镇小学0-9-]{0,12}"), 1..40),
    ) {
        let mut now = clean();
        for (field, row, value) in edits {
            let field = Field::ALL[field];
            let rows = now.tables.get(&field.table()).map_or(0, Vec::len);
            if rows > 0 && !field.kind().is_number() {
                now.set(field, row % rows, value);
            }
        }
        found(&now, Some(&last_year()));
        found(&last_year(), Some(&now));
    }

    #[test]
    fn the_order_of_rows_does_not_matter(
        edits in prop::collection::vec((0..free_fields().len(), 0..40usize, 0..2000u32), 1..30),
        turn in 1..10usize,
    ) {
        let fields = free_fields();
        let mut now = clean();
        for (field, row, value) in edits {
            let field = fields[field];
            let rows = now.tables.get(&field.table()).map_or(0, Vec::len);
            if rows > 0 {
                now.set(field, row % rows, value);
            }
        }
        let mut turned = now.clone();
        for rows in turned.tables.values_mut() {
            let by = turn % rows.len();
            rows.rotate_left(by);
            rows.reverse();
        }
        let before = last_year();
        prop_assert_eq!(found(&now, Some(&before)), found(&turned, Some(&before)));
    }
}
