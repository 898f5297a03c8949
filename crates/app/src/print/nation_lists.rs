//! The summary of a nation or province as lists: the last year's counties, and the outlook.

use junheng_intake::write::Listing;

use super::nation::{by_distance, indicator};
use crate::commands::nation::Result;

/// The counties of the last year by their distance to the line, and the outlook.
pub(crate) fn nation_lists(result: &Result) -> Vec<Listing> {
    let Some((year, standards)) = result.years.last() else {
        return Vec::new();
    };
    let listing = |name: &str, header: &[&str], rows| Listing {
        name: name.to_owned(),
        header: header.iter().map(|&title| title.to_owned()).collect(),
        rows,
    };
    let synthetic = if year.synthetic {
        "合成 synthetic"
    } else {
        ""
    }
    .to_owned();
    let number = |x: Option<f64>| x.map_or_else(String::new, |x| x.to_string());
    let counties = by_distance(year).into_iter().map(|c| {
        let tight = c.tightest();
        vec![
            c.code.clone(),
            c.name.clone(),
            year.year.to_string(),
            c.verdict.id().to_owned(),
            number(c.distance()),
            c.sections.iter().sum::<usize>().to_string(),
            c.failing.iter().sum::<usize>().to_string(),
            c.open.iter().sum::<usize>().to_string(),
            tight.map_or("", |t| t.stage.id()).to_owned(),
            tight
                .map_or("", |t| indicator(&standards.all, c.standard, t.indicator))
                .to_owned(),
            number(tight.and_then(|t| t.cv)),
            number(tight.and_then(|t| t.limit)),
            synthetic.clone(),
        ]
    });
    let outlook = result.forecasts.iter().map(|f| {
        vec![
            f.county.clone(),
            f.name.clone(),
            f.certified.map_or_else(String::new, |y| y.to_string()),
            f.year.to_string(),
            f.now.id().to_owned(),
            f.outlook.id().to_owned(),
            number(f.sections_hold),
            f.tightest.map_or("", |t| t.0.id()).to_owned(),
            f.tightest
                .map_or("", |t| indicator(&standards.all, f.standard, t.1))
                .to_owned(),
            number(f.tightest.map(|t| t.2)),
            number(f.line.map(|l| l.p10)),
            number(f.line.map(|l| l.p50)),
            number(f.line.map(|l| l.p90)),
            synthetic.clone(),
        ]
    });
    vec![
        listing(
            "distance",
            &[
                "county",
                "county_name",
                "year",
                "verdict",
                "distance",
                "sections",
                "failing_sections",
                "undetermined_sections",
                "stage",
                "indicator",
                "cv",
                "limit",
                "synthetic",
            ],
            counties.collect(),
        ),
        listing(
            "outlook",
            &[
                "county",
                "county_name",
                "certified_year",
                "year",
                "now",
                "outlook",
                "sections_hold",
                "stage",
                "indicator",
                "limit",
                "p10",
                "p50",
                "p90",
                "synthetic",
            ],
            outlook.collect(),
        ),
    ]
}
