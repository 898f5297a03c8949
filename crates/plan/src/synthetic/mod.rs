//! A synthetic county, calibrated to national figures and always labelled so.
//!
//! Seed in, [`Snapshot`] out: land, schools, enrolment, teachers, assets, county facts, in this
//! order. Each subject has its own stream of random numbers, and each file writes its own tables.

mod assets;
mod county;
mod enrolment;
mod flaws;
mod geography;
mod names;
mod network;
mod people;
pub(crate) mod rng;
mod rooms;
mod schools;
#[cfg(test)]
mod tests;
mod zones;

use junheng_core::model::{Field, REMARKS, Sheet, Snapshot, Table, TableId};

pub use flaws::{Flaw, plant_flaws};

use rng::Rng;

/// Schools of the demo county.
pub const DEMO_SCHOOLS: usize = 60;
/// Seed of the demo county.
pub const DEMO_SEED: u64 = 1;

/// What stands in the remark column of every table of a synthetic county.
pub const LABEL: &str = "合成数据 synthetic";

/// What county to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountyOptions {
    /// Legal schools, teaching points and special schools included; 0 is taken as 1.
    pub schools: usize,
    /// Same seed, same bytes.
    pub seed: u64,
    /// First year of the school year, 2000 to 2100; beyond, the nearest of these is taken.
    pub year: i16,
}

impl Default for CountyOptions {
    fn default() -> Self {
        Self {
            schools: DEMO_SCHOOLS,
            seed: DEMO_SEED,
            year: 2025,
        }
    }
}

/// A made-up county with all tables of the bundle.
///
/// Counties of 20 schools and more have a few troubles to learn from: sections that fail for
/// different reasons, a coefficient of variation above its limit, a large class, schools saved
/// by an exception, too few backbone teachers among the rotated.
///
/// ```
/// use junheng_core::model::TableId;
/// use junheng_plan::synthetic::{CountyOptions, county};
///
/// let ten = county(&CountyOptions { schools: 10, seed: 7, ..CountyOptions::default() });
/// assert_eq!(ten.rows(TableId::Schools), 10);
/// assert!(ten.county_name().contains("合成"));
/// ```
#[must_use]
pub fn county(options: &CountyOptions) -> Snapshot {
    let count = options.schools.max(1);
    let year = u32::try_from(options.year)
        .unwrap_or(2025)
        .clamp(2000, 2100);
    let stream = |subject| Rng::new(options.seed, subject);
    let land = geography::land(count, &mut stream(1));
    let mut schools = schools::schools(count, &land, year, &mut stream(2));
    enrolment::enrol(&mut schools, year, &mut stream(3));
    assets::endow(&mut schools, &mut stream(4));
    let mut staff = people::staff(&schools, &land, year, &mut stream(5));
    let rotation = people::rotate(&mut staff, year, &mut stream(6));

    let mut out = Snapshot::default();
    schools::write(&schools, &land, &mut out);
    assets::write(&schools, &staff, &mut stream(7), &mut out);
    rooms::write(&schools, &mut stream(11), &mut out);
    people::write(&staff, &schools, &land, &mut out);
    enrolment::write(&schools, &land, year, &mut stream(8), &mut out);
    geography::write(&land, &mut out);
    let residents = zones::write(&schools, &land, &mut stream(9), &mut out);
    county::write(
        &schools,
        residents,
        rotation,
        year,
        &mut stream(10),
        &mut out,
    );
    out
}

/// Appends a remark column with the label of synthetic data to every table.
pub fn label(sheets: &mut [Sheet]) {
    for sheet in sheets {
        sheet
            .header
            .extend(REMARKS.first().map(|r| (*r).to_owned()));
        for row in &mut sheet.rows {
            row.push(LABEL.to_owned());
        }
    }
}

fn table(out: &mut Snapshot, id: TableId) -> &mut Table {
    out.tables.entry(id).or_default()
}

/// A new row of a table, filled field by field.
struct Row<'a> {
    table: &'a mut Table,
    row: usize,
}

impl<'a> Row<'a> {
    fn new(table: &'a mut Table) -> Self {
        let row = table.push_row();
        Self { table, row }
    }

    fn number(&mut self, field: Field, value: impl Into<f64>) -> &mut Self {
        self.table.set_number(field, self.row, value.into(), None);
        self
    }

    fn flag(&mut self, field: Field, value: bool) -> &mut Self {
        self.number(field, u8::from(value))
    }

    fn text(&mut self, field: Field, value: impl Into<String>) -> &mut Self {
        self.table.set_text(field, self.row, value, None);
        self
    }
}
