//! The county as the program sees it: fields, tables, snapshots.

mod field;
mod kind;
mod shape;
mod sheet;
mod snapshot;
mod stage;
mod table;
mod table_id;

pub use field::{About, FACT_PREFIXES, Field, REMARKS};
pub use kind::{
    ACTIONS, DATUMS, DEGREES, FACILITY_CLASSES, Filler, Kind, OWNERS, ROOMS, SEXES, STAGES,
    SUBJECTS, TITLES, YES_NO,
};
pub use shape::{Polygon, Ring, Shape, Shapes};
pub use sheet::Sheet;
pub use snapshot::{Fact, Snapshot};
pub use stage::{LOCALES, Place, SCHOOL_KINDS, Stage, is_special, kind_title};
pub use table::{Cell, Column, Source, Table, Values, column_letters};
pub use table_id::TableId;
