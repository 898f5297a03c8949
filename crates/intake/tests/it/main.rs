//! Tests of the readers, from files to snapshots.

mod broken;
mod limits;
mod read;
mod template;
mod values;
