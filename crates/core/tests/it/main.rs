//! Tests of the core on the packs of `standards/`.

mod cases;
mod formula;
mod packs;
