//! Tests of the readers, from files to snapshots.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod broken;
mod limits;
mod read;
mod template;
mod values;
