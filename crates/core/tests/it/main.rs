//! Tests of the core on the packs of `standards/`.

mod book;
mod broken;
mod cases;
mod formula;
mod packs;
