//! The packs built into the program, and packs from a folder.

use std::fs;
use std::path::Path;

use junheng_core::date::Date;
use junheng_core::model::Snapshot;
use junheng_core::standard::{Pack, PackKind, Standard, StandardError};
use junheng_core::text::Text;

use crate::error::Failure;

type Files = &'static [(&'static str, &'static str)];
static PACKS: &[(&str, Files)] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// Ids of the packs built in.
pub(crate) fn ids() -> impl Iterator<Item = &'static str> {
    PACKS.iter().map(|(id, _)| *id)
}

/// A built-in pack by its id, or a pack from a folder when `name` is one.
pub(crate) fn pack(name: &str) -> Result<Pack, Failure> {
    let files: Vec<(String, String)> = match PACKS.iter().find(|(id, _)| *id == name) {
        Some((_, files)) => files
            .iter()
            .map(|(file, text)| (format!("{name}/{file}"), (*text).to_owned()))
            .collect(),
        None => folder(Path::new(name)).ok_or_else(|| {
            let known: Vec<&str> = ids().collect();
            Failure::usage(Text::new(
                format!(
                    "没有标准 {name}，也没有这样的文件夹；现有：{}",
                    known.join("、")
                ),
                format!(
                    "there is no standard {name}, nor such a folder; there are {}",
                    known.join(", ")
                ),
            ))
        })?,
    };
    Pack::load(&files).map_err(|errors| wrong(name, &errors))
}

fn folder(path: &Path) -> Option<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(path).ok()? {
        let path = entry.ok()?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            let name = path.display().to_string();
            files.push((name, fs::read_to_string(&path).ok()?));
        }
    }
    files.sort();
    (!files.is_empty()).then_some(files)
}

fn wrong(name: &str, errors: &[StandardError]) -> Failure {
    let list = |pick: fn(&StandardError) -> &str| {
        let lines = errors.iter().map(|e| {
            if e.file.is_empty() {
                format!("  {}", pick(e))
            } else {
                format!("  {}:{} {}", e.file, e.line, pick(e))
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    Failure::usage(Text::new(
        format!("标准 {name} 不能使用：\n{}", list(|e| &e.message.zh)),
        format!(
            "the standard {name} cannot be used:\n{}",
            list(|e| &e.message.en)
        ),
    ))
}

/// What the user asked for.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) standard: Option<String>,
    pub(crate) overlays: Vec<String>,
    pub(crate) choices: Vec<(String, String)>,
}

impl Wanted {
    /// The same as words of the command line.
    pub(crate) fn words(&self) -> Vec<String> {
        let standard = self.standard.iter().map(|id| format!("--standard={id}"));
        let overlays = self.overlays.iter().map(|id| format!("--overlay={id}"));
        let choices = self
            .choices
            .iter()
            .map(|(id, value)| format!("--set={id}={value}"));
        standard.chain(overlays).chain(choices).collect()
    }
}

/// The standard a snapshot is judged by: the one asked for, else the national one in force.
pub(crate) fn standard(wanted: &Wanted, snapshot: &Snapshot) -> Result<Standard, Failure> {
    let bases = bases(wanted)?;
    let overlays = wanted
        .overlays
        .iter()
        .map(|name| pack(name))
        .collect::<Result<Vec<_>, _>>()?;
    let laid: Vec<&Pack> = overlays.iter().collect();
    resolve(&bases, &laid, snapshot.as_of(), &wanted.choices)
}

/// The packs to choose from: the one asked for, else every national one, oldest first.
pub(crate) fn bases(wanted: &Wanted) -> Result<Vec<Pack>, Failure> {
    if let Some(name) = &wanted.standard {
        return Ok(vec![pack(name)?]);
    }
    let mut packs = ids().map(pack).collect::<Result<Vec<_>, _>>()?;
    packs.retain(|p| p.kind == PackKind::National);
    packs.sort_by_key(|p| p.valid_from);
    Ok(packs)
}

/// The standard of a day: a single base whatever its dates, else the one in force.
pub(crate) fn resolve(
    bases: &[Pack],
    overlays: &[&Pack],
    day: Option<Date>,
    choices: &[(String, String)],
) -> Result<Standard, Failure> {
    let base = match (bases, day) {
        ([only], _) => Some(only),
        (all, Some(day)) => all.iter().rfind(|p| p.in_force(day)),
        (all, None) => all.last(),
    };
    let Some(base) = base else {
        let day = day.map_or_else(String::new, |d| d.to_string());
        return Err(Failure::usage(Text::new(
            format!("{day} 没有生效的国家标准；请用 --standard 指定"),
            format!("no national standard was in force on {day}; name one with --standard"),
        )));
    };
    // Figures older than the standard are judged by its first version.
    let day = day.unwrap_or_else(|| latest(base)).max(base.valid_from);
    Standard::resolve(base, overlays, day, choices).map_err(|errors| {
        let names: Vec<&str> = [base]
            .iter()
            .chain(overlays)
            .map(|p| p.id.as_str())
            .collect();
        wrong(&names.join(" + "), &errors)
    })
}

/// A day for figures without a date: when the pack was last checked.
fn latest(pack: &Pack) -> Date {
    pack.checked_on
}
