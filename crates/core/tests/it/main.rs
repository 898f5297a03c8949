//! Tests of the core on the packs of `standards/`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// The core is pure; its tests read packs and real data from files.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod book;
mod broken;
mod cases;
mod formula;
mod packs;
mod properties;
mod references;
