//! The server as its callers meet it, on a store in a folder of its own. A number in a test's name
//! is that of a statement in `docs/security.md`.
//!
//! A scenario takes a `World` and runs on SQLite; `postgres` runs all of them again.

mod access;
mod asking;
mod chain;
#[cfg(target_os = "linux")]
mod cluster;
#[cfg(unix)]
mod commands;
mod drafts;
mod entering;
mod filing;
mod hands;
mod hostile;
mod input;
mod jobs;
mod keeping;
#[cfg(unix)]
mod leaving;
mod morning;
mod openapi;
mod page_types;
mod people;
mod portrait;
#[cfg(target_os = "linux")]
mod postgres;
mod public;
mod reach;
#[cfg(unix)]
mod review;
mod rights;
mod together;
mod traces;
mod tree;
#[cfg(unix)]
mod trust;
mod world;

/// What `docs/security.md` names is a test, and each test of a statement is named there.
#[test]
fn the_table_of_statements_names_its_tests() {
    let told = include_str!("../../../../../docs/security.md");
    let mut sources = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src"
    ))];
    folders.push(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it").into());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                sources.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let sources = sources.concat();
    let mut tests: Vec<&str> = sources
        .split("fn statement_")
        .skip(1)
        .filter_map(|rest| rest.split_once('(').map(|(name, _)| name))
        .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    tests.sort_unstable();
    tests.dedup();
    let missing: Vec<_> = tests
        .iter()
        .filter(|t| !told.contains(&format!("`statement_{t}`")))
        .collect();
    assert!(missing.is_empty(), "not in docs/security.md: {missing:?}");
    let named: Vec<&str> = told
        .split("`statement_")
        .skip(1)
        .filter_map(|rest| rest.split_once('`').map(|(name, _)| name))
        .collect();
    assert!(named.len() > 50);
    let gone: Vec<_> = named.iter().filter(|n| !tests.contains(n)).collect();
    assert!(gone.is_empty(), "no such test: {gone:?}");
}

/// Scenarios as tests on SQLite, and as one list for another database.
macro_rules! scenarios {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            use super::super::world::World;
            $(#[tokio::test]
            async fn $name() {
                super::$name(World::sqlite().await).await;
            })+
        }

        /// All of this file, each on a database of its own.
        #[cfg(target_os = "linux")]
        pub(super) async fn all(server: &super::postgres::Server) {
            $(super::world::set_clock(super::world::START);
            $name(server.world(stringify!($name)).await).await;)+
        }
    };
}
use scenarios;
