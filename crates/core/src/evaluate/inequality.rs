//! Inequality beside the official coefficient: Gini, Theil, and the urban–rural ratio.

use super::frame::Frame;
use super::sections::SectionResult;
use super::variation::{VariationResult, members};
use crate::model::{Field, Place, Stage};
use crate::standard::{Standard, Unit, Variable};

/// What a section counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weighting {
    /// By its students.
    #[default]
    Students,
    /// Every section alike.
    Sections,
}

/// Gini coefficient of `values` with `weights`: half the mean absolute difference over the mean.
///
/// With equal weights it is the population form, Σᵢⱼ|xᵢ − xⱼ| ÷ (2 n² mean).
/// Source: C. Gini 1912; weighted form as in Lerman and Yitzhaki 1989. `None` for a mean of 0.
///
/// ```
/// use junheng_core::evaluate::gini;
/// assert_eq!(gini(&[1.0, 1.0], &[1.0, 3.0]), Some(0.25));
/// ```
#[must_use]
pub fn gini(weights: &[f64], values: &[f64]) -> Option<f64> {
    let mut pairs: Vec<(f64, f64)> = values
        .iter()
        .copied()
        .zip(weights.iter().copied())
        .collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = pairs.iter().map(|p| p.1).sum();
    let amount: f64 = pairs.iter().map(|p| p.0 * p.1).sum();
    if total <= 0.0 || amount <= 0.0 {
        return None;
    }
    let mut below = 0.0;
    let mut sum = 0.0;
    for (value, weight) in pairs {
        // Share of weight below and half of one's own: the mid-rank.
        sum += weight * value * (2.0 * below + weight);
        below += weight;
    }
    Some(sum / (total * amount) - 1.0)
}

/// Theil's T of `values` with `weights`: Σ (w÷W)(x÷mean) ln(x÷mean); 0 where all are equal.
///
/// Source: H. Theil 1967. A value of 0 contributes 0. `None` for a mean of 0 or negative values.
#[must_use]
pub fn theil(weights: &[f64], values: &[f64]) -> Option<f64> {
    let total: f64 = weights.iter().sum();
    let mean = weights.iter().zip(values).map(|(w, x)| w * x).sum::<f64>() / total;
    if total <= 0.0 || mean <= 0.0 || values.iter().any(|x| *x < 0.0) {
        return None;
    }
    Some(
        weights
            .iter()
            .zip(values)
            .filter(|(_, x)| **x > 0.0)
            .map(|(w, x)| w / total * (x / mean) * (x / mean).ln())
            .sum(),
    )
}

/// The unweighted sample coefficient of variation (n − 1), for comparison with other statistics.
///
/// It is not the official one. `None` under two values or for a mean of 0.
#[must_use]
pub fn sample_variation(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    if values.len() < 2 || mean == 0.0 {
        return None;
    }
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    Some((squares / (n - 1.0)).sqrt() / mean)
}

/// Inequality of one indicator of one stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Inequality {
    /// Index into [`Standard::indicators`].
    pub indicator: usize,
    /// The stage.
    pub stage: Stage,
    /// Gini coefficient.
    pub gini: Option<f64>,
    /// Theil's T.
    pub theil: Option<f64>,
    /// Its part within urban, town and rural; `None` where a section's place is missing.
    pub theil_within: Option<f64>,
    /// Its part between them.
    pub theil_between: Option<f64>,
    /// Weighted means of urban, town and rural sections.
    pub means: [Option<f64>; 3],
    /// Urban mean ÷ rural mean.
    pub urban_rural: Option<f64>,
}

/// Inequality of every indicator whose values are complete.
#[must_use]
pub fn inequality(
    standard: &Standard,
    frame: &Frame,
    sections: &[SectionResult],
    variations: &[VariationResult],
    weighting: Weighting,
) -> Vec<Inequality> {
    let mut all: Vec<Inequality> = Vec::new();
    for v in variations {
        if v.spread.is_none()
            || all
                .iter()
                .any(|i| i.indicator == v.indicator && i.stage == v.stage)
        {
            continue;
        }
        let rows: Vec<(Option<Place>, f64, f64)> =
            members(standard, frame, sections, v.indicator, v.stage)
                .into_iter()
                .filter_map(|(row, weight, value)| {
                    let locale = frame.number(Unit::Section, row, Variable::School(Field::Locale));
                    let place = (0.0..1000.0)
                        .contains(&locale)
                        .then(|| Place::of_locale(locale as u16))
                        .flatten();
                    let weight = match weighting {
                        Weighting::Students => weight?,
                        Weighting::Sections => 1.0,
                    };
                    Some((place, weight, value?))
                })
                .collect();
        all.push(of(v.indicator, v.stage, &rows));
    }
    all
}

fn of(indicator: usize, stage: Stage, rows: &[(Option<Place>, f64, f64)]) -> Inequality {
    let weights: Vec<f64> = rows.iter().map(|r| r.1).collect();
    let values: Vec<f64> = rows.iter().map(|r| r.2).collect();
    let total: f64 = weights.iter().sum();
    let amount: f64 = rows.iter().map(|r| r.1 * r.2).sum();
    let placed = rows.iter().all(|r| r.0.is_some());
    let groups = [Place::Urban, Place::Town, Place::Rural].map(|place| {
        rows.iter()
            .filter(|r| r.0 == Some(place))
            .map(|r| (r.1, r.2))
            .unzip::<f64, f64, Vec<f64>, Vec<f64>>()
    });
    let sums = groups.each_ref().map(|(w, x)| {
        let weight: f64 = w.iter().sum();
        let amount: f64 = w.iter().zip(x).map(|(w, x)| w * x).sum();
        (weight, amount)
    });
    let means = sums.map(|(w, a)| (w > 0.0).then(|| a / w));
    let within = || {
        groups
            .iter()
            .zip(sums)
            .try_fold(0.0, |sum, ((w, x), (_, a))| {
                // A group without anything has no share of the amount and so no part.
                if a == 0.0 {
                    Some(sum)
                } else {
                    Some(sum + a / amount * theil(w, x)?)
                }
            })
    };
    let between = || {
        let mean = amount / total;
        sums.iter()
            .filter(|(_, a)| *a > 0.0)
            .map(|(w, a)| a / amount * (a / w / mean).ln())
            .sum::<f64>()
    };
    let theil_ = theil(&weights, &values);
    let complete = placed && theil_.is_some();
    Inequality {
        indicator,
        stage,
        gini: gini(&weights, &values),
        theil: theil_,
        theil_within: complete.then(within).flatten(),
        theil_between: complete.then(between),
        urban_rural: means[0]
            .zip(means[2])
            .and_then(|(u, r)| (r != 0.0).then(|| u / r)),
        means,
    }
}
