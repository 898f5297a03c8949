//! The county as the program sees it: fields, tables, snapshots.

mod field;
mod shape;
mod sheet;
mod snapshot;
mod stage;
mod table;

pub use field::{
    ACTIONS, About, DATUMS, DEGREES, FACILITY_CLASSES, FACT_PREFIXES, Field, Filler, Kind, OWNERS,
    REMARKS, ROOMS, SEXES, STAGES, SUBJECTS, TITLES, TableId, YES_NO,
};
pub use shape::{Polygon, Ring, Shape, Shapes};
pub use sheet::Sheet;
pub use snapshot::{Fact, Snapshot};
pub use stage::{LOCALES, Place, SCHOOL_KINDS, Stage, is_special, kind_title};
pub use table::{Cell, Column, Source, Table, Values, column_letters};
