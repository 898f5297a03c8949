//! What `cargo metadata` says about the packages and who depends on whom.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run::{cargo, output};

/// A package of the lock file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// Its licence expression; empty where none is given.
    pub(crate) licence: String,
    /// It is one of ours.
    pub(crate) ours: bool,
    /// Identifiers of the packages it needs to run, thus without tests and build scripts.
    pub(crate) needs: BTreeSet<String>,
}

/// Every package by cargo's identifier.
pub(crate) type Packages = BTreeMap<String, Package>;

/// The packages with the features that are built by default, or with `all_features`.
pub(crate) fn packages(all_features: bool) -> Result<Packages> {
    let mut arguments = vec!["metadata", "--format-version=1", "--locked"];
    arguments.extend(all_features.then_some("--all-features"));
    let document = serde_json::from_str(&output(cargo(&arguments))?)?;
    read(&document).context("cargo metadata has an unknown form")
}

fn read(document: &Value) -> Option<Packages> {
    let mut packages = Packages::new();
    for package in document["packages"].as_array()? {
        let found = Package {
            name: package["name"].as_str()?.to_owned(),
            version: package["version"].as_str()?.to_owned(),
            licence: package["license"].as_str().unwrap_or_default().to_owned(),
            ours: package["source"].is_null(),
            needs: BTreeSet::new(),
        };
        packages.insert(package["id"].as_str()?.to_owned(), found);
    }
    for node in document["resolve"]["nodes"].as_array()? {
        let package = packages.get_mut(node["id"].as_str()?)?;
        for edge in node["deps"].as_array()? {
            // A normal dependency has the kind null.
            if edge["dep_kinds"]
                .as_array()?
                .iter()
                .any(|kind| kind["kind"].is_null())
            {
                package.needs.insert(edge["pkg"].as_str()?.to_owned());
            }
        }
    }
    Some(packages)
}

/// The names of everything that the package called `name` needs, directly or not.
pub(crate) fn reach<'a>(packages: &'a Packages, name: &str) -> BTreeSet<&'a str> {
    let mut open: Vec<&Package> = packages.values().filter(|p| p.name == name).collect();
    let mut names = BTreeSet::new();
    while let Some(package) = open.pop() {
        let needed = package.needs.iter().filter_map(|id| packages.get(id));
        open.extend(needed.filter(|p| names.insert(p.name.as_str())));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_dependencies_do_not_count() {
        let document = serde_json::json!({
            "packages": [
                {"name": "a", "version": "1.0.0", "id": "a", "license": "MIT", "source": null},
                {"name": "b", "version": "1.0.0", "id": "b", "license": null, "source": "registry"},
                {"name": "c", "version": "1.0.0", "id": "c", "license": "MIT", "source": "registry"},
            ],
            "resolve": {"nodes": [
                {"id": "a", "deps": [{"pkg": "b", "dep_kinds": [{"kind": null}]}]},
                {"id": "b", "deps": [{"pkg": "c", "dep_kinds": [{"kind": "dev"}, {"kind": "build"}]}]},
                {"id": "c", "deps": []},
            ]},
        });
        let packages = read(&document).unwrap();
        assert!(packages["a"].ours && !packages["b"].ours);
        assert_eq!(reach(&packages, "a"), BTreeSet::from(["b"]));
    }
}
