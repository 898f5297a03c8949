//! Figures beside planning norms: per 1,000 residents, residents per school, service radius.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::geo;
use junheng_core::model::{Field, Snapshot, Stage, TableId};
use junheng_core::standard::{Norm, NormMeasure, Standard};

use super::sections;
use crate::travel::point;

/// A county's or township's figure, and the norm beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The township; `None` for the county.
    pub township: Option<String>,
    /// What is measured.
    pub measure: NormMeasure,
    /// The stage.
    pub stage: Stage,
    /// The figure; of the service radius, the share of children within it (0 to 1), as the crow
    /// flies to the school that serves their block.
    pub value: f64,
    /// The norm's id and bounds, where a pack has one.
    pub norm: Option<(String, Option<f64>, Option<f64>)>,
    /// Whether the figure is within the norm.
    pub within: Option<bool>,
}

/// All figures that the data allow; a missing figure leaves its line out.
#[must_use]
pub fn norms(snapshot: &Snapshot, standard: &Standard) -> Vec<Figure> {
    let residents = residents(snapshot);
    let supply = supply(snapshot);
    let mut figures = Vec::new();
    for stage in Stage::JUDGED {
        for (township, residents) in &residents {
            let Some((places, schools)) = supply.get(&(township.clone(), stage)) else {
                continue;
            };
            let mut add = |measure, value: Option<f64>| {
                figures
                    .extend(value.map(|v| figure(standard, township.clone(), measure, stage, v)));
            };
            let per_thousand = places.map(|p| 1000.0 * p / residents);
            add(NormMeasure::PlacesPerThousand, per_thousand);
            add(
                NormMeasure::ResidentsPerSchool,
                (*schools > 0).then(|| residents / *schools as f64),
            );
        }
        for (township, [near, all]) in reach(snapshot, standard, stage) {
            if all > 0.0 {
                let share = near / all;
                let radius = NormMeasure::ServiceRadius;
                figures.push(figure(standard, township, radius, stage, share));
            }
        }
    }
    figures
}

fn norm(standard: &Standard, measure: NormMeasure, stage: Stage) -> Option<&Norm> {
    standard
        .norms
        .iter()
        .find(|n| n.measure == measure && n.stage == stage)
}

fn figure(
    standard: &Standard,
    township: Option<String>,
    measure: NormMeasure,
    stage: Stage,
    value: f64,
) -> Figure {
    let norm = norm(standard, measure, stage);
    let within = norm.map(|n| {
        if measure == NormMeasure::ServiceRadius {
            value >= 1.0
        } else {
            n.at_least.is_none_or(|low| value >= low) && n.at_most.is_none_or(|high| value <= high)
        }
    });
    Figure {
        township,
        measure,
        stage,
        value,
        norm: norm.map(|n| (n.id.clone(), n.at_least, n.at_most)),
        within,
    }
}

/// Residents of the county and of each township whose blocks all give them.
fn residents(snapshot: &Snapshot) -> BTreeMap<Option<String>, f64> {
    let mut sums: BTreeMap<Option<String>, f64> = BTreeMap::new();
    for row in 0..snapshot.rows(TableId::Blocks) {
        let n = snapshot
            .number(Field::BlockResidents, row)
            .unwrap_or(f64::NAN);
        *sums.entry(None).or_insert(0.0) += n;
        if let Some(township) = snapshot.text(Field::BlockTownship, row) {
            *sums.entry(Some(township.to_owned())).or_insert(0.0) += n;
        }
    }
    if let Some(n) = snapshot.number(Field::CountyResidents, 0) {
        sums.insert(None, n);
    }
    sums.retain(|_, n| *n > 0.0);
    sums
}

type Supply = BTreeMap<(Option<String>, Stage), (Option<f64>, usize)>;

/// Places (unknown where one section gives none) and schools, of the county and of each township.
fn supply(snapshot: &Snapshot) -> Supply {
    let township: BTreeMap<&str, &str> = (0..snapshot.rows(TableId::Schools))
        .filter_map(|row| {
            Some((
                snapshot.text(Field::SchoolId, row)?,
                snapshot.text(Field::Township, row)?,
            ))
        })
        .collect();
    let mut supply = Supply::new();
    for (row, school, stage) in sections(snapshot) {
        let places = snapshot.number(Field::Places, row);
        let own = township.get(school).map(|t| Some((*t).to_owned()));
        for place in own.into_iter().chain([None]) {
            let (sum, schools) = supply.entry((place, stage)).or_insert((Some(0.0), 0));
            *sum = sum.zip(places).map(|(sum, p)| sum + p);
            *schools += 1;
        }
    }
    supply
}

/// Children within the radius of the school that serves them, and all whose distance is known, of
/// the county and of each township.
fn reach(
    snapshot: &Snapshot,
    standard: &Standard,
    stage: Stage,
) -> BTreeMap<Option<String>, [f64; 2]> {
    let mut sums = BTreeMap::new();
    let Some(radius) = norm(standard, NormMeasure::ServiceRadius, stage).and_then(|n| n.at_most)
    else {
        return sums;
    };
    let (children, current) = match stage {
        Stage::Primary => (Field::ChildrenPrimary, Field::CurrentPrimary),
        _ => (Field::ChildrenJunior, Field::CurrentJunior),
    };
    let schools: BTreeMap<&str, usize> = (0..snapshot.rows(TableId::Schools))
        .filter_map(|row| Some((snapshot.text(Field::SchoolId, row)?, row)))
        .collect();
    for row in 0..snapshot.rows(TableId::Blocks) {
        let known = || {
            let n = snapshot.number(children, row)?;
            let school = *schools.get(snapshot.text(current, row)?)?;
            Some((n, metres(snapshot, row, school)?))
        };
        let Some((n, metres)) = known() else {
            continue;
        };
        let township = snapshot.text(Field::BlockTownship, row).map(str::to_owned);
        let places: BTreeSet<Option<String>> = [None, township].into();
        for place in places {
            let sum = sums.entry(place).or_insert([0.0; 2]);
            sum[1] += n;
            if metres <= radius {
                sum[0] += n;
            }
        }
    }
    sums
}

/// As the crow flies, whatever coordinate systems the two are given in.
fn metres(snapshot: &Snapshot, block: usize, school: usize) -> Option<f64> {
    let of_block = [Field::BlockLon, Field::BlockLat, Field::BlockDatum];
    let of_school = [Field::SchoolLon, Field::SchoolLat, Field::SchoolDatum];
    Some(geo::metres(
        point(snapshot, of_block, block)?,
        point(snapshot, of_school, school)?,
    ))
}
