//! Puts the packs of `standards/` into the program, so that one binary is enough.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../standards");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut out = String::from("&[\n");
    for folder in sorted(&root)?.into_iter().filter(|p| p.is_dir()) {
        println!("cargo::rerun-if-changed={}", folder.display());
        let _ = writeln!(out, "({:?}, &[", name(&folder));
        for file in sorted(&folder)?
            .into_iter()
            .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        {
            let _ = writeln!(
                out,
                "({:?}, include_str!({:?})),",
                name(&file),
                file.canonicalize()?
            );
        }
        out.push_str("]),\n");
    }
    out.push_str("]\n");
    let target = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    fs::write(target.join("packs.rs"), out)
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut all = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    all.sort();
    Ok(all)
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
