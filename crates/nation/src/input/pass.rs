//! What is read at once: years that belong together, and of these so many counties as fit.
//!
//! Years that share row groups are read together, so that one file with all years is read as often
//! as a file for each. What would not fit is read county by county in the order of their codes; a
//! row group that says it has none of them is not touched. So memory is bounded whatever the size,
//! and where neighbouring rows are of one year or of one area nothing is read twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{AsArray, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use junheng_core::finding::Finding;

use super::files::{Group, Nation, Source};
use super::text::{text, texts};
use crate::parallel;
use crate::schema;

/// Rows held at once: about 100 MB of columns.
const ROWS: usize = 1 << 19;

/// Rows whose years are judged together, since their results are held together.
const TOGETHER: usize = 8 * ROWS;

/// County codes from one to before another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Area {
    from: String,
    below: Option<String>,
}

impl Area {
    /// The codes that begin so; all where nothing is said.
    #[must_use]
    pub fn beginning(code: &str) -> Self {
        let mut below = code.to_owned();
        // No code has a sign after the last digit.
        let next = below.pop().and_then(|c| char::from_u32(u32::from(c) + 1));
        Self {
            from: code.to_owned(),
            below: next.map(|next| below + next.encode_utf8(&mut [0; 4])),
        }
    }

    /// Whether nothing is left out.
    pub(crate) fn is_all(&self) -> bool {
        self.from.is_empty() && self.below.is_none()
    }

    /// Whether it has this county.
    pub(crate) fn has(&self, county: &str) -> bool {
        county >= self.from.as_str() && self.is_above(county)
    }

    fn is_above(&self, county: &str) -> bool {
        self.below
            .as_ref()
            .is_none_or(|below| county < below.as_str())
    }

    fn touches(&self, group: &Group) -> bool {
        let bounds = group.counties.as_ref();
        bounds.is_none_or(|(least, most)| *most >= self.from && self.is_above(least))
    }
}

/// Years and counties that are read at once.
#[derive(Debug)]
pub(crate) struct Pass {
    pub(crate) years: BTreeSet<i16>,
    pub(crate) area: Area,
}

impl Pass {
    /// The row groups that may have a row of it.
    pub(super) fn groups<'n>(&self, nation: &'n Nation) -> Vec<(&'n Source, &'n Group)> {
        let asked = |group: &Group| group.years.iter().any(|y| self.years.contains(y));
        let groups = nation.groups();
        groups
            .filter(|(_, g)| asked(g) && self.area.touches(g))
            .collect()
    }
}

impl Nation {
    /// Years in the order they are judged, those together that are read together.
    #[must_use]
    pub fn together(&self, years: &[i16]) -> Vec<Vec<i16>> {
        let mut rows: BTreeMap<i16, usize> = years.iter().map(|y| (*y, 0)).collect();
        // The last year that shares a row group with a year or one before it.
        let mut reach: BTreeMap<i16, i16> = years.iter().map(|y| (*y, *y)).collect();
        for (_, group) in self.groups() {
            let of: Vec<i16> = group
                .years
                .iter()
                .copied()
                .filter(|y| rows.contains_key(y))
                .collect();
            let Some((first, last)) = of.first().copied().zip(of.last().copied()) else {
                continue;
            };
            for year in &of {
                if let Some(rows) = rows.get_mut(year) {
                    *rows += group.rows / of.len();
                }
            }
            if let Some(reach) = reach.get_mut(&first) {
                *reach = last.max(*reach);
            }
        }
        let mut all: Vec<Vec<i16>> = Vec::new();
        let (mut held, mut until) = (0, i16::MIN);
        for (year, rows) in rows {
            let most = if year <= until { TOGETHER } else { ROWS };
            match all.last_mut() {
                Some(last) if held + rows <= most => {
                    last.push(year);
                    held += rows;
                }
                _ => {
                    all.push(vec![year]);
                    held = rows;
                }
            }
            until = until.max(reach.get(&year).copied().unwrap_or(year));
        }
        all
    }

    /// How the rows of some years are read: at once where they fit, else area by area.
    pub(crate) fn passes(
        &self,
        years: &[i16],
        area: &Area,
        threads: usize,
        cancelled: &AtomicBool,
    ) -> Result<Vec<Pass>, Vec<Finding>> {
        let pass = |area: Area| Pass {
            years: years.iter().copied().collect(),
            area,
        };
        let whole = pass(area.clone());
        let groups = whole.groups(self);
        if groups.iter().map(|(_, g)| g.rows).sum::<usize>() <= ROWS {
            return Ok(vec![whole]);
        }
        let count = |n: usize| {
            let (source, group) = groups[n];
            if cancelled.load(Ordering::Relaxed) {
                return Ok(BTreeMap::new());
            }
            counties(source, group, &whole)
        };
        let mut rows: BTreeMap<String, usize> = BTreeMap::new();
        for counted in parallel::map(groups.len(), threads, count) {
            for (county, n) in counted.map_err(|error| vec![*error])? {
                *rows.entry(county).or_default() += n;
            }
        }
        let mut all = Vec::new();
        let mut held = 0;
        let mut from = area.from.clone();
        for (county, rows) in rows {
            if held > 0 && held + rows > ROWS {
                let below = Some(county.clone());
                all.push(pass(Area { from, below }));
                from = county;
                held = 0;
            }
            held += rows;
        }
        let below = area.below.clone();
        all.push(pass(Area { from, below }));
        Ok(all)
    }
}

/// How many rows of a pass each county has in a row group.
fn counties(
    source: &Source,
    group: &Group,
    pass: &Pass,
) -> Result<BTreeMap<String, usize>, Box<Finding>> {
    let mut all: BTreeMap<String, usize> = BTreeMap::new();
    for batch in source.batches(group.index, &[schema::COUNTY, schema::YEAR])? {
        let batch = batch.map_err(|_ignored| source.damaged())?;
        let codes = batch
            .column_by_name(schema::COUNTY)
            .and_then(|a| texts(a, 6));
        let codes = codes.unwrap_or_else(|| StringViewArray::new_null(batch.num_rows()));
        let years = batch
            .column_by_name(schema::YEAR)
            .filter(|_| source.year_column);
        let years = years.and_then(|a| cast(a, &DataType::Int64).ok());
        let asked = |row: usize| {
            years.as_ref().is_none_or(|years| {
                let year = i16::try_from(years.as_primitive::<Int64Type>().value(row));
                year.is_ok_and(|year| pass.years.contains(&year))
            })
        };
        let mut run: (&str, usize) = ("", 0);
        for row in (0..batch.num_rows()).filter(|row| asked(*row)) {
            let county = text(&codes, row);
            if county != run.0 {
                note(&mut all, run, pass);
                run = (county, 0);
            }
            run.1 += 1;
        }
        note(&mut all, run, pass);
    }
    Ok(all)
}

fn note(all: &mut BTreeMap<String, usize>, (county, rows): (&str, usize), pass: &Pass) {
    if rows == 0 || !pass.area.has(county) {
        return;
    }
    match all.get_mut(county) {
        Some(n) => *n += rows,
        None => {
            all.insert(county.to_owned(), rows);
        }
    }
}
