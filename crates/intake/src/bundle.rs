//! A bundle, folder or workbook, as a snapshot.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use junheng_core::finding::{Place, Severity};
use junheng_core::model::{Snapshot, Source, TableId};
use junheng_core::text::Text;
use sha2::{Digest, Sha256};

use crate::files::{self, InputFile};
use crate::grid::{Grid, read_grids_named};
use crate::log::{Log, Spot, error, note, quoted};
use crate::{Intake, county, datum, maps, refs, table};

/// Reads a folder or a file. See [`read_bundle`].
#[must_use]
pub fn read_path(path: &Path, tables: &[TableId]) -> Intake {
    match files::load(path) {
        Ok(files) => read_bundle(&files, tables),
        Err(finding) => Intake {
            findings: vec![*finding],
            refused: true,
            ..Intake::default()
        },
    }
}

/// Reads `tables`, and the county always, from the files of a bundle.
///
/// A table is a text file or a sheet named by its id or Chinese name. Other tables are neither read
/// nor hashed. All findings come at once; an unusable input has an empty snapshot.
#[must_use]
pub fn read_bundle(files: &[InputFile], tables: &[TableId]) -> Intake {
    let mut tables: BTreeSet<TableId> = tables.iter().copied().collect();
    tables.insert(TableId::County);
    let mut log = Log::default();
    let (grids, present, mut used) = gather(files, &tables, &mut log);
    let mut snapshot = Snapshot::default();
    for (id, grid) in &grids {
        let source = u16::try_from(snapshot.sources.len()).unwrap_or(u16::MAX);
        snapshot.sources.push(Source {
            file: grid.file.clone(),
            sheet: grid.sheet.clone(),
        });
        if *id == TableId::County {
            if let Some((county, facts)) = county::read(grid, source, &mut log) {
                snapshot.tables.insert(*id, county);
                snapshot.facts = facts;
            }
        } else if let Some(mut table) = table::read(*id, grid, source, &mut log) {
            datum::convert(*id, &mut table, grid, &mut log);
            snapshot.tables.insert(*id, table);
        }
    }
    maps::read(files, &tables, &mut snapshot, &mut used, &mut log);
    require(&snapshot, &tables, &present, &mut log);
    let tables: Vec<TableId> = tables.into_iter().collect();
    refs::check(&snapshot, &tables, &mut log);
    let refused = log.refused();
    Intake {
        snapshot: if refused {
            Snapshot::default()
        } else {
            snapshot
        },
        findings: log.close(),
        refused,
        digest: digest(&used),
    }
}

/// The bytes that were read, by the names of the tables in them.
pub(crate) type Used<'a> = BTreeMap<String, &'a [u8]>;

/// The grid of each table, every table there is, and the bytes that were read by the tables in them.
fn gather<'a>(
    files: &'a [InputFile],
    tables: &BTreeSet<TableId>,
    log: &mut Log,
) -> (BTreeMap<TableId, Grid>, BTreeSet<TableId>, Used<'a>) {
    let mut present = BTreeSet::new();
    let mut grids: BTreeMap<TableId, Grid> = BTreeMap::new();
    let mut used = Used::new();
    for file in files.iter().filter(|f| f.is_table()) {
        let own = TableId::named(file.stem());
        present.extend(own);
        let workbook = matches!(file.format(), files::Format::Zip | files::Format::Compound);
        if own.is_some_and(|id| !tables.contains(&id)) && !workbook {
            continue;
        }
        if own.is_none() && !workbook && files.len() > 1 {
            log.add(unknown(&Grid {
                file: file.name.clone(),
                unread: file.format() != files::Format::Empty,
                ..Grid::default()
            }));
            continue;
        }
        let wanted = |sheet: &str| match TableId::named(sheet) {
            Some(id) => tables.contains(&id),
            None => own.is_some_and(|id| tables.contains(&id)),
        };
        let (mut sheets, findings) = read_grids_named(file, &wanted);
        for finding in findings {
            if finding.severity == Severity::Error {
                log.refuse(finding);
            } else {
                log.add(finding);
            }
        }
        let named = sheets.iter().any(|g| TableId::named(&g.sheet).is_some());
        let mut names = Vec::new();
        for grid in sheets.drain(..) {
            // In a file named after a table, the only visible sheet is the table whatever its name.
            let id = TableId::named(&grid.sheet).or(if named || grid.hidden { None } else { own });
            present.extend(id);
            match id {
                Some(id) if !tables.contains(&id) => {}
                Some(id) => {
                    names.push(id.id());
                    match grids.entry(id) {
                        Entry::Vacant(place) => drop(place.insert(grid)),
                        // A hidden sheet beside a visible one is somebody's old copy.
                        Entry::Occupied(first) if grid.hidden && !first.get().hidden => {
                            log.add(passed_over(id, &grid));
                        }
                        Entry::Occupied(mut first) if first.get().hidden && !grid.hidden => {
                            log.add(passed_over(id, &first.insert(grid)));
                        }
                        Entry::Occupied(first) => log.refuse(twice(id, first.get(), &grid)),
                    }
                }
                // The template's own words are no table.
                None if grid.sheet == crate::template::GUIDE => {}
                None if grid.sheet.is_empty() || !grid.rows.is_empty() || grid.unread => {
                    log.add(unknown(&grid));
                }
                None => {}
            }
        }
        if !names.is_empty() {
            names.sort_unstable();
            names.dedup();
            used.insert(names.join(","), &file.bytes);
        }
    }
    for grid in grids.values().filter(|grid| grid.hidden) {
        log.add(hidden(grid));
    }
    (grids, present, used)
}

/// SHA-256 over table names and bytes, in the order of the names. File names do not count, and a
/// workbook counts once.
fn digest(used: &Used<'_>) -> String {
    let mut hash = Sha256::new();
    for (names, bytes) in used {
        hash.update(names.as_bytes());
        hash.update([0]);
        hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(bytes);
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// Without a county, and without schools or sites, there is nothing to judge or plan.
fn require(
    snapshot: &Snapshot,
    tables: &BTreeSet<TableId>,
    present: &BTreeSet<TableId>,
    log: &mut Log,
) {
    if snapshot.table(TableId::County).is_none() {
        log.refuse(error(
            "no_county",
            Place::default(),
            Text::new("没有县情表（county）", "There is no table county"),
            Text::new(
                "加上 county.csv 或名为“县情”的工作表",
                "Add county.csv or a sheet named county",
            ),
        ));
    }
    let places = [TableId::Schools, TableId::Sites];
    let asked = places.iter().any(|t| tables.contains(t));
    // A table that is there but not used by this command counts all the same.
    let there =
        |t: &TableId| snapshot.table(*t).is_some() || (present.contains(t) && !tables.contains(t));
    if asked && !places.iter().any(there) {
        log.refuse(error(
            "no_schools",
            Place::default(),
            Text::new(
                "既没有学校表（schools），也没有备选校址表（sites）",
                "There is neither a table schools nor a table sites",
            ),
            Text::new("至少加上其中一张", "Add at least one of them"),
        ));
    }
}

fn unknown(grid: &Grid) -> junheng_core::finding::Finding {
    let (what, thing, name) = if grid.sheet.is_empty() {
        ("文件", "file", &grid.file)
    } else {
        ("工作表", "sheet", &grid.sheet)
    };
    let (message, hint) = if grid.rows.is_empty() && !grid.unread {
        (
            Text::new(
                format!("{what}“{}”是空的，未读取", quoted(name)),
                format!("The {thing} “{}” is empty and was not read", quoted(name)),
            ),
            Text::new(
                "核对是否选错了文件",
                "See whether the right file was chosen",
            ),
        )
    } else {
        (
            Text::new(
                format!("{what}“{}”不是已知的表，未读取", quoted(name)),
                format!(
                    "The {thing} “{}” is no known table and was not read",
                    quoted(name)
                ),
            ),
            Text::new(
                "如需读取，请改为表的英文名或中文名，如 schools、学校",
                "To have it read, name it after a table: schools, 学校",
            ),
        )
    };
    let place = Spot {
        file: &grid.file,
        sheet: &grid.sheet,
    };
    note("unknown_table", place.whole(), message, hint)
}

fn hidden(grid: &Grid) -> junheng_core::finding::Finding {
    note(
        "hidden_sheet_read",
        Spot {
            file: &grid.file,
            sheet: &grid.sheet,
        }
        .whole(),
        Text::new(
            "工作表是隐藏的，但名称是已知的表，已读取",
            "The sheet is hidden, but named as a table, and was read",
        ),
        Text::new(
            "如不应采用，请删去或改名",
            "If it should not count, delete or rename it",
        ),
    )
}

fn passed_over(id: TableId, grid: &Grid) -> junheng_core::finding::Finding {
    note(
        "hidden_sheet_skipped",
        Spot {
            file: &grid.file,
            sheet: &grid.sheet,
        }
        .whole(),
        Text::new(
            format!(
                "隐藏的工作表“{}”未读取：{}表另有可见的一份",
                quoted(&grid.sheet),
                id.zh()
            ),
            format!(
                "The hidden sheet “{}” was not read: there is a visible one of the table {}",
                quoted(&grid.sheet),
                id.id()
            ),
        ),
        Text::new(
            "如应采用隐藏的那份，请取消隐藏并删去另一份",
            "If the hidden one should count, unhide it and delete the other",
        ),
    )
}

fn twice(id: TableId, first: &Grid, grid: &Grid) -> junheng_core::finding::Finding {
    let place = |g: &Grid| {
        if g.sheet.is_empty() {
            quoted(&g.file)
        } else {
            format!("{} {}", quoted(&g.file), quoted(&g.sheet))
        }
    };
    error(
        "duplicate_table",
        Spot {
            file: &grid.file,
            sheet: &grid.sheet,
        }
        .whole(),
        Text::new(
            format!(
                "{}表有两份：{} 和 {}，不知道该用哪份",
                id.zh(),
                place(first),
                place(grid)
            ),
            format!(
                "The table {} is there twice: {} and {}",
                id.id(),
                place(first),
                place(grid)
            ),
        ),
        Text::new("只保留一份", "Keep one of them"),
    )
}
