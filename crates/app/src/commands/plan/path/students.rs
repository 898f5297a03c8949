//! The students of the years that a path is judged in: constant, or cautiously forecast.

use std::collections::BTreeMap;

use junheng_core::model::Snapshot;
use junheng_core::text::Text;
use junheng_plan::forecast::{Quantile, forecast};
use junheng_plan::path::Options;

use crate::commands::plan::of_forecast;

/// The county of each year.
pub(crate) struct Students {
    /// Years whose students differ from the bundle's.
    pub(crate) judged: BTreeMap<i16, Snapshot>,
    /// What could not be forecast.
    pub(crate) notes: Vec<Text>,
}

impl Students {
    /// The bundle's in every year.
    pub(crate) fn constant() -> Self {
        Self {
            judged: BTreeMap::new(),
            notes: Vec::new(),
        }
    }

    /// From the first year with money to the last that is judged: in each school as many as in
    /// nine futures of ten at most. A school without a history keeps its students.
    pub(crate) fn forecast(base: &Snapshot, options: &Options, seed: u64) -> Self {
        let mut all = Self::constant();
        let last = options.target.saturating_add_unsigned(options.horizon);
        // Where the history ends before the bundle's year its forecast begins before `first`.
        let ahead = forecast(base, 1, seed)
            .map(|f| last.saturating_sub(f.first_year()).saturating_add(1))
            .and_then(|years| forecast(base, usize::try_from(years).unwrap_or(1), seed));
        let made = match ahead {
            Ok(made) => made,
            Err(finding) => {
                all.notes.push(Text::new(
                    format!("不能预测在校生，按现状不变规划：{}", finding.message.zh),
                    format!(
                        "students cannot be forecast and were planned as they are: {}",
                        finding.message.en
                    ),
                ));
                return all;
            }
        };
        for step in 0..made.years {
            let year = made
                .first_year()
                .saturating_add(i16::try_from(step).unwrap_or(i16::MAX));
            if (options.first..=last).contains(&year) {
                let students = made.at_quantile(step, Quantile::High);
                all.judged
                    .insert(year, made.snapshot(base, step, &students));
            }
        }
        all.notes.push(Text::new(
            "在校生按各校预测的较高值(十分之九的可能不超过)计算；没有历年在校生的学校按现状",
            "students are each school's cautious forecast (nine chances in ten of not more); schools without a history keep theirs",
        ));
        if let Some((from, to)) = all.judged.keys().next().zip(all.judged.keys().next_back())
            && (*from > options.target || *to < last)
        {
            all.notes.push(Text::new(
                format!("预测只有 {from} 至 {to} 年，其余年份按现有的最近一年"),
                format!(
                    "the forecast covers {from} to {to} only; other years are as the nearest known"
                ),
            ));
        }
        all.notes.extend(of_forecast(&made.findings));
        all
    }

    /// A word for JSON.
    pub(crate) fn basis(&self) -> &'static str {
        if self.judged.is_empty() {
            "constant"
        } else {
            "forecast_p90"
        }
    }
}
