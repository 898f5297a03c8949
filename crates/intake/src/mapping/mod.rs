//! Files that are no bundle, turned into one by a mapping that people can read and mend.
//!
//! [`Mapping`] is a TOML file: constants of the county, and for each kind of sheet which table it
//! fills and under which header path each field stands. [`import`] applies it to sheets as read.
//! Values are handed on as written; the bundle reader parses them, so there is one parser.
//! Each value keeps the cell it came from, and [`Mapped::relocate`] gives findings and snapshot
//! back in the coordinates of the user's own files.
//!
//! # The file
//! ```
//! # use junheng_intake::mapping::Mapping;
//! # let text = r#"
//! [county]                      # constants, any field of the county
//! code = "330182"
//!
//! [[source]]
//! files = "*.xlsx"              # on the file's name; a list is allowed; left out: any
//! sheets = ["小学*", "初中*"]   # on the sheet's name; the file's, where the sheet has none
//! header_rows = [1, 3]          # left out: found
//! table = "sections"
//! where = { "是否计校数" = "1" }     # only these rows
//! skip = { "学校名称" = "合计*" }    # not these
//! first = true                       # of rows of one key the first counts, else they are refused
//! [source.columns]
//! school_id = ["学校标识码", "学校名称"]   # the first that is found; a name becomes its code
//! stage = { name = { "*小学*" = "primary", "*初中*" = "junior" } }   # by sheet or file name
//! students = "在校生数/合计"
//! teachers_above_degree = { sum = ["按学历分/硕士研究生", "按学历分/本科"], blank = "0" }
//! equipment_yuan = { column = "设备值", factor = "10000" }   # 万元 in the header does it too
//!
//! [[source]]
//! table = "schools"
//! [source.columns]
//! name = "学校名称"
//! kind = { column = "办学类型", map = { "小学" = "211", "*" = "312" } }   # `*`: all others
//! datum = { value = "gcj02" }
//! # "#;
//! # assert!(Mapping::load("m.toml", text).is_ok());
//! ```

mod aliases;
mod apply;
mod directory;
mod draft;
mod header;
mod join;
mod load;
mod mapped;
mod report;
mod shape;
mod words;

pub use draft::draft;
pub use load::Mapping;
pub use mapped::{Mapped, MappedTable, Value};

use std::collections::BTreeMap;

use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::model::{Source, column_letters};
use junheng_core::text::Text;

use crate::grid::Grid;

/// Applies `mapping` to `grids`.
///
/// Several sources may fill one table: rows of the same key become one. A school may be given by
/// code or by name; a name is replaced by the code that another sheet gives for it, and serves as
/// the code where none does. Whatever is not used is listed as a note.
#[must_use]
pub fn import(grids: &[Grid], mapping: &Mapping) -> Mapped {
    let mut findings = Findings::default();
    let rows = apply::extract(grids, mapping, &mut findings);
    let tables = join::tables(grids, mapping, rows, &mut findings);
    if tables.iter().all(|t| t.rows.is_empty()) {
        findings.add(
            "map_nothing",
            Severity::Error,
            Place::default(),
            Text::new(
                "没有任何工作表与映射文件对得上，未读入数据。",
                "No sheet fits the mapping; nothing was read.",
            ),
            Text::new(
                "请核对映射文件中的 files、sheets，或重新起草一份映射文件。",
                "Check `files` and `sheets` of the mapping, or have one drafted anew.",
            ),
        );
    }
    let of_mapping = Source {
        file: mapping.file.clone(),
        sheet: String::new(),
    };
    let of_grid = |g: &Grid| Source {
        file: g.file.clone(),
        sheet: g.sheet.clone(),
    };
    Mapped {
        sources: std::iter::once(of_mapping)
            .chain(grids.iter().map(of_grid))
            .collect(),
        tables,
        findings: findings.0,
    }
}

/// Index of the mapping file in [`Mapped::sources`]; sheet `i` is at `i + 1`.
const OF_MAPPING: u16 = 0;

/// Findings as they come up.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(
        &mut self,
        code: &'static str,
        severity: Severity,
        place: Place,
        message: Text,
        hint: Text,
    ) {
        self.0.push(Finding {
            code,
            severity,
            place,
            message,
            hint,
        });
    }
}

/// A place of a sheet; row and column from 0.
fn place(grid: &Grid, row: Option<usize>, column: Option<usize>) -> Place {
    let from_one = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
    Place {
        file: grid.file.clone(),
        sheet: grid.sheet.clone(),
        row: row.map(from_one),
        column: column
            .map(|c| column_letters(from_one(c)))
            .unwrap_or_default(),
    }
}

/// Values met several times, with the rows where they stand.
type RowsOf<K> = BTreeMap<K, Vec<usize>>;
