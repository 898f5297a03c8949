//! Workbooks, `.xlsx` and `.xls`: values only; formulas count with their stored result.

use std::io::{Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Dimensions, Reader, SheetType, SheetVisible, Xlsx};
use junheng_core::finding::Finding;
use junheng_core::text::Text;

use crate::biff::{Book, Unread};
use crate::compound;
use crate::csv::{self, CELLS_MAX, COLUMNS_MAX, Limit, too_large};
use crate::files::InputFile;
use crate::grid::{Grid, UNSTORED, Value};
use crate::log::{Spot, error, note, quoted};
use crate::package::{self, Unfit};

/// Sheets of a workbook.
const SHEETS_MAX: usize = 200;
const TOO_MANY: Limit = ("工作表超过 200 张", "more than 200 sheets");
/// Text of one workbook, repeated texts counted each time.
const TEXT_BYTES_MAX: usize = 256 << 20;
/// Merged areas of a sheet that are kept.
pub(crate) const MERGES_MAX: usize = 50_000;

/// What a sheet is called and whether it is hidden.
struct Tab {
    name: String,
    hidden: bool,
}

/// Reads a zip file of `.csv` tables, as other systems hand out their exports.
fn zipped(file: &InputFile, findings: &mut Vec<Finding>) -> Vec<Grid> {
    let texts = package::texts(&file.bytes);
    if texts.is_empty() {
        findings.push(not_a_workbook(Spot {
            file: &file.name,
            sheet: "",
        }));
    }
    let read = |text: &InputFile| match csv::read(text) {
        Ok(grid) => Some(grid),
        Err(finding) => {
            findings.push(*finding);
            None
        }
    };
    texts.iter().filter_map(read).collect()
}

/// Reads the sheets of an `.xlsx` file that `wanted` names.
pub(crate) fn xlsx(
    file: &InputFile,
    wanted: &dyn Fn(&str) -> bool,
    findings: &mut Vec<Finding>,
) -> Vec<Grid> {
    let spot = Spot {
        file: &file.name,
        sheet: "",
    };
    let contents = match package::inspect(&file.bytes) {
        Ok(contents) => contents,
        Err(Unfit::TooLarge(limit)) => {
            findings.push(too_large(spot, limit));
            return Vec::new();
        }
        Err(Unfit::Corrupt) => {
            findings.push(corrupt(spot));
            return Vec::new();
        }
        Err(Unfit::NotAWorkbook) => return zipped(file, findings),
    };
    if contents.macros {
        findings.push(note(
            "macros_ignored",
            spot.whole(),
            Text::new(
                "工作簿含有宏；只读取数值，宏不会运行",
                "The workbook has macros; only its values are read, no macro runs",
            ),
            Text::new("无须处理", "Nothing to do"),
        ));
    }
    if contents.external_links {
        findings.push(note(
            "external_links_ignored",
            spot.whole(),
            Text::new(
                "工作簿引用了其他文件；只采用上次保存的数值，不打开那些文件",
                "The workbook refers to other files; the values stored last are used, those files are not opened",
            ),
            Text::new("如数值已过期，请更新链接后另存", "If the values are stale, update the links and save again"),
        ));
    }
    guarded(spot, findings, |findings| {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(&file.bytes)).map_err(drop)?;
        let mut budget = Budget::default();
        let mut grids = Vec::new();
        let tabs = tabs(book.sheets_metadata());
        if tabs.len() > SHEETS_MAX {
            findings.push(too_large(spot, TOO_MANY));
            return Ok(grids);
        }
        for tab in tabs {
            let spot = Spot {
                file: &file.name,
                sheet: &tab.name,
            };
            if !wanted(&tab.name) {
                grids.push(unread(file, tab));
                continue;
            }
            match xlsx_sheet(&mut book, &tab.name, &mut budget) {
                Ok((rows, merged)) => {
                    grids.push(Grid {
                        rows,
                        merged,
                        unread: false,
                        ..unread(file, tab)
                    });
                }
                Err(Trouble::Limit(limit)) => findings.push(too_large(spot, limit)),
                Err(Trouble::Corrupt) => findings.push(corrupt(spot)),
            }
        }
        Ok(grids)
    })
}

/// Reads the sheets of an `.xls` file that `wanted` names.
pub(crate) fn xls(
    file: &InputFile,
    wanted: &dyn Fn(&str) -> bool,
    findings: &mut Vec<Finding>,
) -> Vec<Grid> {
    let spot = Spot {
        file: &file.name,
        sheet: "",
    };
    let stop = |unread, spot: Spot<'_>| match unread {
        Unread::Corrupt => corrupt(spot),
        Unread::Protected => protected(spot),
        Unread::TooOld => too_old(spot),
        Unread::TooLarge(limit) => too_large(spot, limit),
    };
    let encrypted: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    if file.bytes.windows(encrypted.len()).any(|w| w == encrypted) {
        findings.push(protected(spot));
        return Vec::new();
    }
    let stream = compound::stream(&file.bytes, &["Workbook", "Book"]).unwrap_or_default();
    let book = match Book::open(&stream) {
        Ok(book) => book,
        Err(unread) => {
            findings.push(stop(unread, spot));
            return Vec::new();
        }
    };
    if book.sheets.len() > SHEETS_MAX {
        findings.push(too_large(spot, TOO_MANY));
        return Vec::new();
    }
    let mut budget = Budget::default();
    let mut grids = Vec::new();
    for sheet in &book.sheets {
        let tab = Tab {
            name: sheet.name.clone(),
            hidden: sheet.hidden,
        };
        if !wanted(&tab.name) {
            grids.push(unread(file, tab));
            continue;
        }
        match book.read(sheet, &mut budget) {
            Ok((rows, merged)) => grids.push(Grid {
                rows,
                merged,
                unread: false,
                ..unread(file, tab)
            }),
            Err(unread) => findings.push(stop(
                unread,
                Spot {
                    file: &file.name,
                    sheet: &sheet.name,
                },
            )),
        }
    }
    grids
}

/// Runs a reader of foreign code: what it cannot read, however it says so, is a damaged file.
fn guarded(
    spot: Spot<'_>,
    findings: &mut Vec<Finding>,
    read: impl FnOnce(&mut Vec<Finding>) -> Result<Vec<Grid>, ()>,
) -> Vec<Grid> {
    match catch_unwind(AssertUnwindSafe(|| read(findings))) {
        Ok(Ok(grids)) => grids,
        Ok(Err(())) | Err(_) => {
            findings.push(corrupt(spot));
            Vec::new()
        }
    }
}

fn tabs(sheets: &[calamine::Sheet]) -> Vec<Tab> {
    let table = |s: &&calamine::Sheet| s.typ == SheetType::WorkSheet;
    let tab = |s: &calamine::Sheet| Tab {
        name: s.name.clone(),
        hidden: s.visible != SheetVisible::Visible,
    };
    sheets.iter().filter(table).map(tab).collect()
}

fn unread(file: &InputFile, tab: Tab) -> Grid {
    Grid {
        file: file.name.clone(),
        sheet: tab.name,
        hidden: tab.hidden,
        unread: true,
        ..Grid::default()
    }
}

enum Trouble {
    Limit(Limit),
    Corrupt,
}

pub(crate) type Rows = Vec<Vec<Value>>;

fn xlsx_sheet<R: Read + Seek>(
    book: &mut Xlsx<R>,
    name: &str,
    budget: &mut Budget,
) -> Result<(Rows, Vec<Area>), Trouble> {
    let merged = book
        .merge_cells_by_sheet_name(name)
        .or(Err(Trouble::Corrupt))?;
    let mut cells = book
        .worksheet_cells_reader(name)
        .or(Err(Trouble::Corrupt))?;
    let mut rows = Vec::new();
    while let Some(cell) = cells
        .next_cell_with_formula_metadata()
        .or(Err(Trouble::Corrupt))?
    {
        let (row, column) = cell.pos;
        let value = match (&cell.value, cell.formula) {
            (DataRef::Empty, None) => continue,
            (DataRef::Empty, Some(_)) => Value::Error(UNSTORED.to_owned()),
            (value, _) => value_ref(value),
        };
        budget
            .put(&mut rows, row as usize, column as usize, value)
            .map_err(Trouble::Limit)?;
    }
    Ok((rows, areas(&merged)))
}

/// What a workbook may still take of memory.
#[derive(Default)]
pub(crate) struct Budget {
    slots: usize,
    text: usize,
}

impl Budget {
    /// Puts a value in its place; rows and columns count from 0.
    pub(crate) fn put(
        &mut self,
        rows: &mut Rows,
        row: usize,
        column: usize,
        value: Value,
    ) -> Result<(), Limit> {
        if column >= COLUMNS_MAX {
            return Err(("列数超过 16,384", "more than 16,384 columns"));
        }
        if row >= 1 << 20 {
            return Err(("行数超过 1,048,576", "more than 1,048,576 rows"));
        }
        if rows.len() <= row {
            rows.resize_with(row + 1, Vec::new);
        }
        let Some(cells) = rows.get_mut(row) else {
            return Ok(());
        };
        if cells.len() <= column {
            self.slots += column + 1 - cells.len();
            if self.slots > CELLS_MAX {
                return Err(("单元格超过 1,000 万个", "more than 10 million cells"));
            }
            cells.resize(column + 1, Value::Empty);
        }
        if let Value::Text(text) = &value {
            self.text += text.len();
            if self.text > TEXT_BYTES_MAX {
                return Err(("文字超过 256 MB", "more than 256 MB of text"));
            }
        }
        if let Some(slot) = cells.get_mut(column) {
            *slot = value;
        }
        Ok(())
    }
}

fn value(data: &Data) -> Value {
    match data {
        Data::Empty => Value::Empty,
        Data::Int(n) => Value::Number(*n as f64),
        Data::Float(n) => Value::Number(as_shown(*n)),
        Data::String(s) => text(s),
        Data::Bool(b) => Value::Bool(*b),
        Data::DateTime(d) => date(d),
        Data::DateTimeIso(s) => Value::Date(s.chars().take(10).collect()),
        Data::DurationIso(s) => text(s),
        Data::Error(e) => Value::Error(e.to_string()),
    }
}

fn value_ref(data: &DataRef<'_>) -> Value {
    match data {
        DataRef::SharedString(s) => text(s),
        DataRef::Float(n) => Value::Number(as_shown(*n)),
        other => value(&Data::from(other.clone())),
    }
}

pub(crate) fn text(s: &str) -> Value {
    if s.trim().is_empty() {
        Value::Empty
    } else {
        Value::Text(s.to_owned())
    }
}

/// A number at the 15 significant digits that a spreadsheet shows and compares.
pub(crate) fn as_shown(n: f64) -> f64 {
    if n.fract() == 0.0 && n.abs() < 1e15 {
        return n;
    }
    format!("{n:.14e}").parse().unwrap_or(n)
}

/// A date cell as its day; one that is only a time of day or a span stays a number.
pub(crate) fn date(serial: &calamine::ExcelDateTime) -> Value {
    if serial.is_duration() || serial.as_f64() < 1.0 {
        return Value::Number(as_shown(serial.as_f64()));
    }
    let (year, month, day, ..) = serial.to_ymd_hms_milli();
    Value::Date(format!("{year:04}-{month:02}-{day:02}"))
}

pub(crate) type Area = (u32, u32, u32, u32);

fn areas(merged: &[Dimensions]) -> Vec<Area> {
    let area = |d: &Dimensions| (d.start.0, d.start.1, d.end.0, d.end.1);
    merged.iter().take(MERGES_MAX).map(area).collect()
}

fn corrupt(spot: Spot<'_>) -> Finding {
    error(
        "corrupt_workbook",
        spot.whole(),
        Text::new(
            format!("工作簿已损坏，无法读取{}", part_zh(spot)),
            format!(
                "The workbook is damaged and cannot be read{}",
                part_en(spot)
            ),
        ),
        Text::new(
            "用 Excel 或 WPS 打开并另存为 .xlsx 后重试",
            "Open it in Excel or WPS, save it as .xlsx and try again",
        ),
    )
}

fn part_zh(spot: Spot<'_>) -> String {
    if spot.sheet.is_empty() {
        String::new()
    } else {
        format!("工作表“{}”", quoted(spot.sheet))
    }
}

fn part_en(spot: Spot<'_>) -> String {
    if spot.sheet.is_empty() {
        String::new()
    } else {
        format!(" (sheet “{}”)", quoted(spot.sheet))
    }
}

fn protected(spot: Spot<'_>) -> Finding {
    error(
        "protected_workbook",
        spot.whole(),
        Text::new(
            "工作簿设有打开密码，无法读取",
            "The workbook is protected by a password and cannot be read",
        ),
        Text::new("取消打开密码后另存", "Save it without a password"),
    )
}

fn too_old(spot: Spot<'_>) -> Finding {
    error(
        "old_workbook",
        spot.whole(),
        Text::new(
            "工作簿是 Excel 95 或更早的格式，未读取",
            "The workbook is in the format of Excel 95 or before and was not read",
        ),
        Text::new(
            "用 Excel 或 WPS 另存为 .xlsx",
            "Save it as .xlsx in Excel or WPS",
        ),
    )
}

fn not_a_workbook(spot: Spot<'_>) -> Finding {
    error(
        "not_a_workbook",
        spot.whole(),
        Text::new(
            "这是压缩文件，但不是 .xlsx 工作簿（可能是 .ods、.xlsb 或 .docx），未读取",
            "This is a zip file but no .xlsx workbook (perhaps .ods, .xlsb or .docx) and was not read",
        ),
        Text::new(
            "用 Excel 或 WPS 另存为 .xlsx",
            "Save it as .xlsx in Excel or WPS",
        ),
    )
}
