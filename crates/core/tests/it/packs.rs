//! Every pack of `standards/` loads and resolves.

use std::fs;
use std::path::{Path, PathBuf};

use junheng_core::standard::{Pack, PackKind, Standard};

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

/// The folders of `standards/`, sorted.
pub(crate) fn ids() -> Vec<String> {
    let mut ids: Vec<String> = fs::read_dir(standards())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    ids.sort();
    ids
}

#[test]
fn every_pack_is_named_as_its_folder() {
    for id in ids() {
        assert_eq!(pack(&id).id, id);
    }
}

#[test]
fn every_pack_resolves() {
    let day = "2026-09-01".parse().unwrap();
    for id in ids() {
        let pack = pack(&id);
        let resolved = if pack.kind == PackKind::National {
            Standard::resolve(&pack, &[], day, &[])
        } else {
            // Over the pack it names, or the newest where it names none or an overlay.
            let below = pack.over.iter().map(|o| self::pack(o));
            let mut below: Vec<Pack> = below.collect();
            if below.iter().all(|b| b.kind != PackKind::National) {
                below.insert(0, self::pack("cn-2017-6"));
            }
            let (base, rest) = below.split_first().unwrap();
            let over = rest.iter().filter(|p| p.kind != PackKind::National);
            let laid: Vec<&Pack> = over.chain([&pack]).collect();
            Standard::resolve(base, &laid, day, &[])
        };
        if let Err(errors) = resolved {
            panic!("{id}: {errors:#?}");
        }
    }
}
