//! Papers of small counties made by hand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod county;
mod papers;
mod tables;
