//! Runs the program in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The program that cargo built for these tests.
pub(crate) const JUNHENG: &str = env!("CARGO_BIN_EXE_junheng");

/// An empty folder of this test.
pub(crate) fn scratch(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// What one run of the program gave.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs in `folder`, in Chinese unless the arguments say otherwise.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let output: Output = Command::new(JUNHENG)
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "zh_CN.UTF-8")
        .output()
        .unwrap();
    Ran {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Standard output of a run that must succeed.
pub(crate) fn good(folder: &Path, arguments: &[&str]) -> String {
    let ran = run(folder, arguments);
    assert_eq!(ran.status, 0, "{arguments:?}\n{}", ran.err);
    ran.out
}

/// The one JSON document of a run, whatever its status; anything after it would be an error.
pub(crate) fn json(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let ran = run(folder, &[arguments, &["--json"]].concat());
    let document: Value = serde_json::from_str(&ran.out)
        .unwrap_or_else(|e| panic!("{arguments:?}: {e}\n{}\n{}", ran.out, ran.err));
    assert_eq!(document["schema"], 1);
    assert_eq!(document["program"]["name"], "junheng");
    (ran.status, document)
}

/// The demo county, in the folder `demo` of `folder`.
pub(crate) fn demo(folder: &Path) {
    good(
        folder,
        &[
            "generate",
            "county",
            "--schools",
            "60",
            "--seed",
            "1",
            "--out",
            "demo",
        ],
    );
}

/// Copies the files of a folder, not its folders.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

/// The folder of real data, where the machine has it.
pub(crate) fn real_data() -> Option<PathBuf> {
    let folder = std::env::var_os("JUNHENG_REAL_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: JUNHENG_REAL_DATA is not set");
    }
    folder
}

/// The text of a Word file.
pub(crate) fn word(file: &Path) -> String {
    let mut zip = zip::ZipArchive::new(fs::File::open(file).unwrap()).unwrap();
    let mut part = zip.by_name("word/document.xml").unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut part, &mut text).unwrap();
    let words = text.split('<').filter_map(|tag| tag.split_once('>'));
    words.map(|(_, words)| words).collect()
}
