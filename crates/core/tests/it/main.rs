//! Tests of the core on the packs of `standards/`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod book;
mod broken;
mod cases;
mod formula;
mod packs;
mod properties;
mod references;
