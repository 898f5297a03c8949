//! The national standard from its folder, for the examples that measure planners and for tests.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use junheng_core::standard::{Pack, Standard};

/// `cn-2017-6` as it stands in the repository.
pub(crate) fn standard() -> Standard {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../standards/cn-2017-6");
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    let pack = Pack::load(&files).unwrap();
    Standard::resolve(&pack, &[], "2025-09-01".parse().unwrap(), &[]).unwrap()
}
