//! The arrows between our packages, and what the pure ones must never reach.

use anyhow::{Result, ensure};

use crate::metadata::{Packages, packages, reach};

/// Who may depend on whom. A new arrow needs a paragraph in ARCHITECTURE.md.
const ALLOWED: &[(&str, &[&str])] = &[
    ("junheng-core", &[]),
    ("junheng-intake", &["junheng-core"]),
    ("junheng-nation", &["junheng-core"]),
    ("junheng-paper", &["junheng-core"]),
    ("junheng-plan", &["junheng-core"]),
    ("junheng-web", &[]),
    (
        "junheng-app",
        &[
            "junheng-core",
            "junheng-intake",
            "junheng-nation",
            "junheng-paper",
            "junheng-plan",
            "junheng-web",
        ],
    ),
    ("junheng-fuzz", &["junheng-core", "junheng-intake"]),
    ("xtask", &[]),
];

/// What a package must not reach, not even through others: core and plan are arithmetic.
const OUT_OF_REACH: &[(&str, &[&str])] = &[
    (
        "junheng-core",
        &["calamine", "csv", "rust_xlsxwriter", "tokio", "zip"],
    ),
    (
        "junheng-plan",
        &[
            "calamine",
            "csv",
            "junheng-intake",
            "rust_xlsxwriter",
            "tokio",
            "zip",
        ],
    ),
];

/// Fails on a forbidden arrow.
pub(crate) fn arrows() -> Result<()> {
    let broken = broken(&packages(false)?);
    ensure!(
        broken.is_empty(),
        "forbidden dependencies:\n{}",
        broken.join("\n")
    );
    println!("the arrows between the packages are those of ARCHITECTURE.md");
    Ok(())
}

fn broken(packages: &Packages) -> Vec<String> {
    let mut broken = Vec::new();
    for package in packages.values().filter(|p| p.ours) {
        let allowed = ALLOWED.iter().find(|(name, _)| *name == package.name);
        if allowed.is_none() {
            broken.push(format!("{} is not in the list of packages", package.name));
        }
        for needed in package.needs.iter().filter_map(|id| packages.get(id)) {
            let known = allowed.is_some_and(|(_, list)| list.contains(&needed.name.as_str()));
            if needed.ours && !known {
                broken.push(format!("{} -> {}", package.name, needed.name));
            }
        }
    }
    for (name, forbidden) in OUT_OF_REACH {
        let reached = reach(packages, name);
        let bad = forbidden.iter().filter(|other| reached.contains(**other));
        broken.extend(bad.map(|other| format!("{name} reaches {other}")));
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Package;

    fn graph(edges: &[(&str, &[&str])]) -> Packages {
        let package = |(name, needs): &(&str, &[&str])| Package {
            name: (*name).to_owned(),
            ours: name.starts_with("junheng"),
            needs: needs.iter().map(|n| (*n).to_owned()).collect(),
            ..Package::default()
        };
        edges
            .iter()
            .map(|edge| (edge.0.to_owned(), package(edge)))
            .collect()
    }

    #[test]
    fn a_forbidden_arrow_is_named() {
        let good = graph(&[
            ("junheng-app", &["junheng-intake", "junheng-core"]),
            ("junheng-intake", &["junheng-core", "csv"]),
            ("junheng-core", &[]),
            ("csv", &[]),
        ]);
        assert!(broken(&good).is_empty());
        let bad = graph(&[
            ("junheng-core", &["helper"]),
            ("helper", &["csv"]),
            ("csv", &[]),
            ("junheng-plan", &["junheng-intake"]),
            ("junheng-intake", &[]),
            ("junheng-new", &[]),
        ]);
        let expected = [
            "junheng-new is not in the list of packages",
            "junheng-plan -> junheng-intake",
            "junheng-core reaches csv",
            "junheng-plan reaches junheng-intake",
        ];
        assert_eq!(broken(&bad), expected);
    }
}
