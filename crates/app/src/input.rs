//! Reading what the user names: a bundle, or the files of another system through a mapping.

use std::path::Path;

use clap::ArgMatches;
use junheng_core::model::TableId;
use junheng_core::text::Text;
use junheng_intake::files::{self, InputFile};
use junheng_intake::grid::{Grid, read_grids};
use junheng_intake::mapping::{self, Mapped, Mapping};
use junheng_intake::{Intake, bundle, oneroster, write};

use crate::cli;
use crate::error::Failure;

/// The bundle of the argument `id`, or a refusal with all reasons.
pub(crate) fn read(matches: &ArgMatches, id: &str, tables: &[TableId]) -> Result<Intake, Failure> {
    let path = cli::path(matches, id);
    let intake = match cli::text(matches, "mapping") {
        None => bundle::read_path(&path, tables),
        Some(name) => through(name, &[path], tables)?.1,
    };
    if intake.refused {
        return Err(Failure::Refused(intake.findings));
    }
    Ok(intake)
}

/// The files of a path, or a refusal.
pub(crate) fn load(path: &Path) -> Result<Vec<InputFile>, Failure> {
    files::load(path).map_err(|finding| Failure::Refused(vec![*finding]))
}

/// Reads files through a mapping: the text tables made of them, and what the bundle reader says.
///
/// `name` is `statistics`, `oneroster` or the path of a mapping file.
pub(crate) fn through(
    name: &str,
    paths: &[impl AsRef<Path>],
    tables: &[TableId],
) -> Result<(Mapped, Intake), Failure> {
    let mut grids: Vec<Grid> = Vec::new();
    let mut findings = Vec::new();
    let mut parts = Vec::new();
    for path in paths {
        for file in load(path.as_ref())? {
            // Maps are the same whoever made the tables.
            if !file.is_table() {
                parts.push(file);
                continue;
            }
            let (more, said) = read_grids(&file);
            grids.extend(more);
            findings.extend(said);
        }
    }
    let mapped = match name {
        "oneroster" => oneroster::read(&grids),
        "statistics" => mapping::import(&grids, &Mapping::statistics().map_err(Failure::Refused)?),
        path => mapping::import(&grids, &load_mapping(Path::new(path))?),
    };
    for sheet in mapped.sheets() {
        let bytes = write::csv_bytes(&sheet).map_err(|e| {
            Failure::Other(Text::new(
                format!("表 {} 不能转换：{e}", sheet.table.zh()),
                format!("table {} cannot be converted: {e}", sheet.table.id()),
            ))
        })?;
        parts.push(InputFile {
            name: format!("{}.csv", sheet.table.id()),
            bytes,
        });
    }
    let mut intake = bundle::read_bundle(&parts, tables);
    mapped.relocate(&mut intake);
    findings.append(&mut intake.findings);
    intake.findings = findings;
    Ok((mapped, intake))
}

fn load_mapping(path: &Path) -> Result<Mapping, Failure> {
    let text = std::fs::read_to_string(path).map_err(|e| match Failure::file(path, &e) {
        Failure::File { said, .. } => Failure::Usage(said),
        other => other,
    })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Mapping::load(&name, &text).map_err(Failure::Refused)
}
