//! Every reader of untrusted bytes, as a function that must not panic, hang or eat the memory.
//!
//! [`TARGETS`] is the one list. `cargo xtask fuzz` runs it under libFuzzer; `tests/readers.rs` runs the
//! seeds and a few seconds of mutations of them with the ordinary tests.

use std::io::{Cursor, Write};
use std::sync::LazyLock;

use junheng_core::date::Date;
use junheng_core::model::{Field, TableId};
use junheng_core::standard::{Pack, Standard};
use junheng_core::text::{Lang, Text};
use junheng_intake::bundle::read_bundle;
use junheng_intake::files::InputFile;
use junheng_intake::grid::{Value, read_grids};
use junheng_intake::log::{Spot, note};
use junheng_intake::mapping::{Mapping, draft, import};
use junheng_intake::mark::{fresh, mark};
use junheng_intake::write::csv_bytes;
use junheng_intake::{header, layout, parse};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A reader: any bytes in, nothing out.
pub type Target = fn(&[u8]);

/// Every reader by its name, which is also the name of its folder in `seeds`.
pub const TARGETS: &[(&str, Target)] = &[
    ("bundle", bundle),
    ("csv", csv),
    ("date", date),
    ("header", header),
    ("mapping", mapping),
    ("mark", marked),
    ("number", number),
    ("oneroster", oneroster),
    ("osm", osm),
    ("paper", paper),
    ("plans", plans),
    ("shapes", shapes),
    ("standard", standard),
    ("table-name", table_name),
    ("xls", sheets),
    ("xlsx", sheets),
    ("xlsx-parts", parts),
    ("zip", archive),
];

/// The reader called `name`.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    TARGETS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, target)| *target)
}

/// What is read as a date prints as one that reads the same.
fn date(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(date) = text.parse::<Date>() {
        assert_eq!(date.to_string().parse(), Ok(date), "{text:?}");
    }
}

/// A table is found again under both its names.
fn table_name(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Some(table) = TableId::named(text) {
        assert_eq!(TableId::named(table.id()), Some(table));
        assert_eq!(TableId::named(table.zh()), Some(table));
    }
}

fn file(name: &str, bytes: &[u8]) -> InputFile {
    InputFile {
        name: name.to_owned(),
        bytes: bytes.to_vec(),
    }
}

/// Several text files, each begun by a line `@NAME`.
fn files(data: &[u8]) -> Vec<InputFile> {
    let mut files: Vec<InputFile> = Vec::new();
    for line in data.split_inclusive(|byte| *byte == b'\n') {
        match (line.strip_prefix(b"@"), files.last_mut()) {
            (Some(name), _) => files.push(file(&String::from_utf8_lossy(name.trim_ascii()), &[])),
            (None, Some(file)) => file.bytes.extend_from_slice(line),
            (None, None) => {}
        }
    }
    files
}

/// A folder of tables; what is read and written reads the same.
fn bundle(data: &[u8]) {
    let files = files(data);
    let first = read_bundle(&files, &TableId::ALL);
    assert!(!first.refused || first.snapshot.tables.is_empty());
    let sheets = first.snapshot.sheets();
    let written = sheets.iter().filter_map(|sheet| {
        let name = format!("{}.csv", sheet.table.id());
        Some(file(&name, &csv_bytes(sheet).ok()?))
    });
    let again = read_bundle(&written.collect::<Vec<_>>(), &TableId::ALL);
    if !first.refused {
        assert_eq!(again.snapshot.sheets(), sheets);
    }
}

/// A text file of any encoding has one sheet, or a finding.
fn csv(data: &[u8]) {
    let (grids, findings) = read_grids(&file("a.csv", data));
    assert!(!grids.is_empty() || !findings.is_empty());
}

/// A workbook; its format is told by its content, so one reader serves both families of seeds.
fn sheets(data: &[u8]) {
    let (grids, findings) = read_grids(&file("a.xlsx", data));
    assert!(!grids.is_empty() || !findings.is_empty());
    let _ = draft(&grids);
    static STATISTICS: LazyLock<Option<Mapping>> = LazyLock::new(|| Mapping::statistics().ok());
    if let Some(statistics) = &*STATISTICS {
        let _ = import(&grids, statistics);
    }
}

/// An archive of these parts: mutations of a packed one seldom get past its checksums.
fn packed(data: &[u8]) -> Option<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for part in files(data) {
        zip.start_file(part.name, stored).ok()?;
        zip.write_all(&part.bytes).ok()?;
    }
    Some(zip.finish().ok()?.into_inner())
}

/// A workbook of these parts.
fn parts(data: &[u8]) {
    if let Some(bytes) = packed(data) {
        marked(&bytes);
    }
}

/// An archive of text tables, as a school system hands them out; the bytes themselves are one too.
fn archive(data: &[u8]) {
    for bytes in [packed(data).as_deref(), Some(data)].into_iter().flatten() {
        sheets(bytes);
        let (grids, _) = read_grids(&file("a.zip", bytes));
        let _ = junheng_intake::oneroster::read(&grids);
    }
}

/// A PDF, a Word file or its parts; the seal of a PDF stands in it.
fn paper(data: &[u8]) {
    let parts = data.starts_with(b"@").then(|| packed(data)).flatten();
    let bytes = parts.as_deref().unwrap_or(data);
    let Some(seal) = junheng_intake::paper::seal(bytes) else {
        return;
    };
    if bytes.starts_with(b"%PDF") {
        let hash = seal.evaluation.as_bytes();
        assert!(hash.is_empty() || bytes.windows(hash.len()).any(|w| w == hash));
        assert!(matches!(
            seal.content,
            junheng_intake::paper::Content::Pdf(_)
        ));
    }
}

/// Plans of zones of others; what is no plan is a finding.
fn plans(data: &[u8]) {
    match junheng_intake::plans::read(&file("a.csv", data)) {
        Ok(plans) => assert!(plans.iter().all(|plan| !plan.name.is_empty())),
        Err(findings) => assert!(!findings.is_empty()),
    }
}

/// A folder of a school system's export.
fn oneroster(data: &[u8]) {
    let grids = files(data).into_iter().flat_map(|file| read_grids(&file).0);
    let _ = junheng_intake::oneroster::read(&grids.collect::<Vec<_>>());
}

/// A road map; its pieces are on the globe and have a length.
fn osm(data: &[u8]) {
    let bounds = Some([-180.0, -90.0, 180.0, 90.0]);
    if let Ok(roads) = junheng_intake::osm::roads(data, bounds) {
        assert_eq!(roads.table().rows(), roads.pieces.len());
        for piece in roads.pieces {
            assert!(piece.metres > 0.0 && piece.metres.is_finite() && piece.from != piece.to);
        }
    }
}

/// Areas; each has rings of at least three points on the globe.
fn shapes(data: &[u8]) {
    for feature in junheng_intake::shapes::read(data).unwrap_or_default() {
        for ring in feature.shape.iter().flatten() {
            assert!(ring.len() >= 3);
        }
    }
}

/// A mapping file, applied to a small sheet when it is accepted.
fn mapping(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match Mapping::load("a.toml", text) {
        Ok(mapping) => {
            let (grids, _) = read_grids(&file("a.csv", "学校,在校生\n甲,12\n".as_bytes()));
            let _ = import(&grids, &mapping);
        }
        Err(findings) => assert!(!findings.is_empty()),
    }
}

/// One cell, as every field reads it.
fn number(data: &[u8]) {
    let value = Value::Text(String::from_utf8_lossy(data).into_owned());
    for field in Field::ALL {
        let _ = parse::cell(*field, &value, 0);
    }
}

/// A header of any table, in any row; what it names it names again.
fn header(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (grids, _) = read_grids(&file("a.csv", data));
    for table in TableId::ALL {
        for label in text.split([',', '\n']).take(64) {
            assert_eq!(
                header::field_of(table, label),
                header::field_of(table, &header::narrow(label))
            );
        }
        for found in grids.iter().filter_map(|grid| layout::find(table, grid)) {
            assert!(!found.columns.is_empty());
        }
    }
}

/// A workbook that comes back with marks; what is marked in place is read as before.
fn marked(data: &[u8]) {
    let input = file("a.xlsx", data);
    let (grids, mut findings) = read_grids(&input);
    for grid in &grids {
        let spot = Spot {
            file: &grid.file,
            sheet: &grid.sheet,
        };
        for (row, column) in [(0, 0), (1, 3), (300, 16_383), (usize::MAX, usize::MAX)] {
            let words = Text::new("<&>", "]]>\u{0}");
            findings.push(note("a", spot.cell(row, column), words.clone(), words));
        }
    }
    if let Ok(marked) = mark(&input.name, data, &findings, Lang::Zh) {
        let (again, _) = read_grids(&file("a.xlsx", &marked.bytes));
        // Marks may happen to mend a workbook of which nothing could be read.
        assert!(grids.is_empty() || again == grids);
    }
    let _ = fresh(&input.name, &grids, &findings, Lang::En);
}

/// A standard pack of one file, resolved on a day when it loads.
fn standard(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match Pack::load(&[("pack.toml".to_owned(), text.to_owned())]) {
        Ok(pack) => {
            let day = Date::september_first(2025);
            let _ = pack.in_force(day);
            if let Err(mistakes) = Standard::resolve(&pack, &[], day, &[]) {
                assert!(!mistakes.is_empty());
            }
        }
        Err(mistakes) => assert!(!mistakes.is_empty()),
    }
}
