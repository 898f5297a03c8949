//! Every pack of `standards/` loads and resolves.

use std::fs;
use std::path::{Path, PathBuf};

use junheng_core::standard::Pack;

pub(crate) fn standards() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../standards")
}

/// The TOML files of a pack's folder, sorted by name.
pub(crate) fn files(folder: &Path) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

pub(crate) fn pack(id: &str) -> Pack {
    match Pack::load(&files(&standards().join(id))) {
        Ok(pack) => pack,
        Err(errors) => panic!(
            "{id}:\n{}",
            errors
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        ),
    }
}

#[test]
fn every_pack_loads() {
    for entry in fs::read_dir(standards()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let id = path.file_name().unwrap().to_string_lossy().into_owned();
            assert_eq!(pack(&id).id, id, "the folder is named as its pack");
        }
    }
}
