//! Papers of small counties made by hand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod agree;
mod county;
mod ooxml;
mod papers;
mod tables;
