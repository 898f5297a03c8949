//! Every package we ship or build with has a licence that we accept.

use anyhow::{Result, ensure};

use crate::metadata::packages;

/// Permissive licences, accepted for any package.
const ACCEPTED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0", // Boost
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Accepted for one package only, after reading it.
const BY_NAME: &[(&str, &str)] = &[
    ("libfuzzer-sys", "NCSA"), // permissive; only in `cargo xtask fuzz`
    ("webpki-roots", "CDLA-Permissive-2.0"), // a list of certificates, as data
];

/// Fails on a package whose licence is not accepted.
pub(crate) fn licences() -> Result<()> {
    let packages = packages(true)?;
    let mut bad: Vec<String> = Vec::new();
    for package in packages.values() {
        let accept = |licence: &str| {
            ACCEPTED.contains(&licence) || BY_NAME.contains(&(package.name.as_str(), licence))
        };
        if !accepted(&package.licence, &accept) {
            bad.push(format!("{}: `{}`", package.name, package.licence));
        }
    }
    ensure!(
        bad.is_empty(),
        "licences that are not in the list:\n{}",
        bad.join("\n")
    );
    println!("{} packages have an accepted licence", packages.len());
    Ok(())
}

/// Whether an SPDX expression leaves a choice that is accepted.
/// An exception (`WITH`) only adds permissions, so it is passed over.
fn accepted(expression: &str, accept: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    either(&mut rest, accept) == Some(true) && rest.is_empty()
}

fn either(words: &mut &[&str], accept: &dyn Fn(&str) -> bool) -> Option<bool> {
    let mut value = both(words, accept)?;
    while let ["OR", rest @ ..] = *words {
        *words = rest;
        value |= both(words, accept)?;
    }
    Some(value)
}

fn both(words: &mut &[&str], accept: &dyn Fn(&str) -> bool) -> Option<bool> {
    let mut value = one(words, accept)?;
    while let ["AND", rest @ ..] = *words {
        *words = rest;
        value &= one(words, accept)?;
    }
    Some(value)
}

fn one(words: &mut &[&str], accept: &dyn Fn(&str) -> bool) -> Option<bool> {
    let (value, rest) = match *words {
        ["(", inner @ ..] => {
            *words = inner;
            let value = either(words, accept)?;
            (value, words.strip_prefix(&[")"])?)
        }
        [name, "WITH", _, rest @ ..] | [name, rest @ ..] => (accept(name), rest),
        [] => return None,
    };
    *words = rest;
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        let accept = |name: &str| ACCEPTED.contains(&name);
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0-only OR MIT",
            "(MIT OR GPL-3.0-only) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-3.0-only",
        ] {
            assert!(accepted(good, &accept), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0-only",
            "MIT AND GPL-3.0-only",
            "(MIT",
            "MIT OR",
            "MIT MIT",
        ] {
            assert!(!accepted(bad, &accept), "{bad}");
        }
    }
}
