//! Synthetic counties; forecasts, planners and their independent checks.
//!
//! Pure, like the core: no files, network or environment. The clock is read in [`run`] alone, for
//! the time limit that is a safety net.

mod findings;
pub mod forecast;
pub mod layout;
mod lp;
pub mod mip;
mod partition;
pub mod path;
pub mod places;
mod proportion;
pub mod publish;
mod random;
pub mod rotation;
pub mod run;
pub mod synthetic;
pub mod transport;
pub mod travel;
pub mod zones;
