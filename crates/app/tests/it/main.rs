//! The program as its users meet it: commands, exit status, JSON, documents.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod commands;
mod county;
mod documents;
mod program;
mod real;
mod serve;
mod words;
