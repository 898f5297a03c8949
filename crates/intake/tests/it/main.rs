//! Tests of the readers, from files in to tables and findings out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod lines;
mod mapping;
mod mapping_files;
mod mapping_join;
mod oneroster;
