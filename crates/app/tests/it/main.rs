//! The program as its users meet it: commands, exit status, JSON, documents.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[cfg(target_os = "linux")]
#[path = "../../src/server/tests/cluster.rs"]
mod cluster;
mod commands;
mod county;
mod districts;
mod documents;
mod forecast;
mod keep;
mod layout;
mod layout_bad;
mod listening;
mod maps;
mod nation;
mod nation_stops;
mod papers;
mod path;
mod program;
mod real;
mod rotation;
mod serve;
mod words;
mod zones;
mod zones_bad;
mod zones_wishes;
