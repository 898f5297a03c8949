//! Tests of the readers, from files to snapshots and findings.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod broken;
mod catalogue;
mod limits;
mod lines;
mod mapping;
mod mapping_files;
mod mapping_join;
mod maps;
mod oneroster;
mod read;
mod template;
mod values;
