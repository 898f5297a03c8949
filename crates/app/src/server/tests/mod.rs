//! The server as its callers meet it, on a store in a folder of its own. A number in a test's name
//! is that of a statement in `docs/security.md`.
//!
//! A scenario takes a `World` and runs on SQLite; `postgres` runs all of them again.

mod access;
#[cfg(unix)]
mod commands;
mod entering;
mod filing;
mod hands;
mod hostile;
mod input;
mod jobs;
mod keeping;
#[cfg(unix)]
mod leaving;
mod openapi;
#[cfg(target_os = "linux")]
mod postgres;
mod public;
#[cfg(unix)]
mod review;
mod rights;
mod together;
mod tree;
#[cfg(unix)]
mod trust;
mod world;

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
