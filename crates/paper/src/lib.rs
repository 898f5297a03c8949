//! The papers a bureau signs: an evaluation in, Word, PDF or Excel bytes out.
//!
//! Pure, like the core: no files, network, clock or environment.
