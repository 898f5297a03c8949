//! `packaging/sbom.cdx.json`: what the program is made of, in CycloneDX, from the two lock files.
//!
//! Only what is shipped: packages of tests and of the build stand in the lock files alone.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::metadata::{Package, Packages, packages, reach};
use crate::run::root;

const FILE: &str = "packaging/sbom.cdx.json";
/// The package that is the program.
const PROGRAM: &str = "junheng-app";

/// Writes the list anew.
pub(crate) fn write() -> Result<()> {
    std::fs::write(root().join(FILE), list()?).with_context(|| FILE.to_owned())
}

/// Fails when the committed list is not what the lock files say.
pub(crate) fn check() -> Result<()> {
    let kept = std::fs::read_to_string(root().join(FILE)).unwrap_or_default();
    ensure!(
        kept == list()?,
        "{FILE} is stale; run `cargo xtask sbom` and commit"
    );
    Ok(())
}

fn list() -> Result<String> {
    let read =
        |name: &str| std::fs::read_to_string(root().join(name)).with_context(|| name.to_owned());
    let page = serde_json::from_str(&read("web/package-lock.json")?)?;
    let document = document(&packages(false)?, &read("Cargo.lock")?, &page)
        .context("a lock file has an unknown form")?;
    Ok(lines(&document))
}

/// JSON with a component a line, so that a package that changes is a line that changes.
fn lines(document: &Value) -> String {
    let parts = document.as_object().into_iter().flatten();
    let parts: Vec<String> = parts
        .map(|(key, value)| match value.as_array() {
            Some(rows) => {
                let rows: Vec<String> = rows.iter().map(Value::to_string).collect();
                format!("{key:?}: [\n{}\n]", rows.join(",\n"))
            }
            None => format!("{key:?}: {value}"),
        })
        .collect();
    format!("{{\n{}\n}}\n", parts.join(",\n"))
}

fn document(packages: &Packages, lock: &str, page: &Value) -> Option<Value> {
    let program = packages.values().find(|p| p.name == PROGRAM)?;
    let hashes = hashes(lock);
    let shipped = reach(packages, PROGRAM);
    let mut components = BTreeMap::new();
    let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut root: BTreeSet<String> = BTreeSet::new();
    for package in packages.values() {
        let asks = |ours: bool| {
            let needed = package.needs.iter().filter_map(|id| packages.get(id));
            needed.filter(move |p| p.ours == ours)
        };
        if package.ours {
            if package.name == PROGRAM || shipped.contains(package.name.as_str()) {
                root.extend(asks(false).map(cargo_url));
            }
        } else if shipped.contains(package.name.as_str()) {
            let url = cargo_url(package);
            let hash = hashes.get(&(package.name.as_str(), package.version.as_str()))?;
            components.insert(url.clone(), component(&url, package, ("SHA-256", hash)));
            needs.insert(url, asks(false).map(cargo_url).collect());
        }
    }
    for (path, entry) in page["packages"].as_object()? {
        let Some((_, name)) = path.rsplit_once("node_modules/") else {
            continue;
        };
        if entry["dev"] == true || entry["optional"] == true {
            continue;
        }
        let package = Package {
            name: name.to_owned(),
            version: entry["version"].as_str()?.to_owned(),
            licence: entry["license"].as_str()?.to_owned(),
            ..Package::default()
        };
        let hash = base64(entry["integrity"].as_str()?.strip_prefix("sha512-")?)?;
        let url = format!("pkg:npm/{}@{}", name.replace('@', "%40"), package.version);
        components.insert(url.clone(), component(&url, &package, ("SHA-512", &hash)));
        root.insert(url);
    }
    needs.insert("junheng".to_owned(), root);
    let dependencies: Vec<Value> = needs
        .iter()
        .map(|(name, on)| json!({ "ref": name, "dependsOn": on }))
        .collect();
    Some(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": {
            "type": "application", "bom-ref": "junheng", "name": "junheng",
            "version": program.version,
            "licenses": [{ "expression": program.licence }],
        } },
        "components": components.values().collect::<Vec<_>>(),
        "dependencies": dependencies,
    }))
}

fn cargo_url(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}

fn component(url: &str, package: &Package, (algorithm, hash): (&str, &str)) -> Value {
    json!({
        "type": "library", "bom-ref": url, "purl": url,
        "name": package.name,
        "version": package.version,
        // Before SPDX expressions a choice was written with a stroke.
        "licenses": [{ "expression": package.licence.replace('/', " OR ") }],
        "hashes": [{ "alg": algorithm, "content": hash }],
    })
}

/// SHA-256 of packages by name and version, as cargo's lock file has them.
fn hashes(lock: &str) -> BTreeMap<(&str, &str), &str> {
    let packages = lock.split("[[package]]").skip(1);
    let value = |package: &'_ str, key: &str| -> Option<(usize, usize)> {
        let begin = package.find(&format!("\n{key} = \""))? + key.len() + 5;
        Some((begin, begin + package[begin..].find('"')?))
    };
    packages
        .filter_map(|p| {
            let text = |key| value(p, key).and_then(|(from, to)| p.get(from..to));
            Some(((text("name")?, text("version")?), text("checksum")?))
        })
        .collect()
}

/// Base64 as hexadecimal.
fn base64(text: &str) -> Option<String> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut out) = (0_u32, 0, String::new());
    for letter in text.trim_end_matches('=').bytes() {
        let six = LETTERS.iter().position(|l| *l == letter)?;
        bits = bits << 6 | u32::try_from(six).ok()?;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push_str(&format!("{:02x}", bits >> held & 0xff));
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statement_34_what_is_shipped_is_listed_with_its_hash() {
        let package = |name: &str, ours, needs: &[&str]| Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: "MIT/Apache-2.0".to_owned(),
            ours,
            needs: needs.iter().map(|n| (*n).to_owned()).collect(),
        };
        let packages = [
            package(PROGRAM, true, &["a"]),
            package("a", false, &["b"]),
            package("b", false, &[]),
            package("test-only", false, &[]),
        ];
        let packages: Packages = packages.into_iter().map(|p| (p.name.clone(), p)).collect();
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"0a\"\n\n[[package]]\nname = \"b\"\nversion = \"1.0.0\"\nchecksum = \"0b\"\n";
        let page = json!({ "packages": {
            "": {},
            "node_modules/@x/y": { "version": "2.0.0", "license": "MIT", "integrity": "sha512-AQID" },
            "node_modules/z": { "version": "2.0.0", "dev": true },
        } });
        let made = document(&packages, lock, &page).unwrap();
        let told: Vec<(&str, &str)> = made["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| {
                (
                    c["purl"].as_str().unwrap(),
                    c["hashes"][0]["content"].as_str().unwrap(),
                )
            })
            .collect();
        let wanted = [
            ("pkg:cargo/a@1.0.0", "0a"),
            ("pkg:cargo/b@1.0.0", "0b"),
            ("pkg:npm/%40x/y@2.0.0", "010203"),
        ];
        assert_eq!(told, wanted);
        assert_eq!(
            made["components"][0]["licenses"][0]["expression"],
            "MIT OR Apache-2.0"
        );
        let on = |n: usize| made["dependencies"][n]["dependsOn"].clone();
        assert_eq!(on(0), json!(["pkg:cargo/a@1.0.0", "pkg:npm/%40x/y@2.0.0"]));
        assert_eq!(on(1), json!(["pkg:cargo/b@1.0.0"]));
        let read: Value = serde_json::from_str(&lines(&made)).unwrap();
        assert_eq!(read, made);
    }
}
