//! Tests of the core on the packs of `standards/`.

mod formula;
mod packs;
