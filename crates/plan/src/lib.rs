//! Synthetic counties; forecasts, planners and their independent checks.
//!
//! Pure, like the core: no files, network, clock or environment.

pub mod synthetic;
