//! What people say of the data: explanations of findings, and the evidence there is.

use clap::ArgMatches;
use junheng_core::finding::Finding;
use junheng_core::text::Text;
use junheng_intake::files::InputFile;
use junheng_intake::rows::{Column, Row, rows};
use junheng_paper::compose::Evidence;

use super::unreadable;
use crate::cli;
use crate::error::Failure;

const fn column(id: &'static str, zh: &'static [&'static str]) -> Column {
    Column {
        id,
        zh,
        required: true,
    }
}

/// A column that may be left out.
const fn optional(id: &'static str, zh: &'static [&'static str]) -> Column {
    Column {
        id,
        zh,
        required: false,
    }
}

/// The columns of `--explained`: where a finding stands, then why.
pub(crate) const EXPLAINED: &[Column] = &[
    column("code", &["问题代码", "代码"]),
    column("file", &["文件", "文件名"]),
    optional("sheet", &["工作表"]),
    column("row", &["行", "行号"]),
    column("column", &["列", "列号"]),
    column("reason", &["说明", "学校说明", "原因"]),
];

/// The columns of `--evidence`.
pub(crate) const EVIDENCE: &[Column] = &[
    column("item", &["项目编号", "项目", "编号", "指标编号"]),
    column("title", &["材料名称", "材料", "佐证材料", "名称"]),
    optional("file", &["文件", "文件名"]),
    optional("sha256", &["校验码"]),
    optional("expires_on", &["有效期至", "有效期"]),
    optional("pages", &["页码"]),
];

/// The rows of a table that an option names; none without the option.
fn table(matches: &ArgMatches, id: &str, columns: &[Column]) -> Result<Vec<Row>, Failure> {
    if cli::text(matches, id).is_none() {
        return Ok(Vec::new());
    }
    let path = cli::path(matches, id);
    let bytes = std::fs::read(&path).map_err(|e| unreadable(&path, &e))?;
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    rows(&InputFile { name, bytes }, columns).map_err(|missing| {
        let shown = path.display();
        let (ids, titles): (Vec<&str>, Vec<&str>) =
            columns.iter().map(|c| (c.id, c.title())).unzip();
        Failure::usage(Text::new(
            format!(
                "--{id} 的文件 {shown} 没有列 {}({})；应有 {}，或 {}",
                missing.title(),
                missing.id,
                titles.join("、"),
                ids.join(", ")
            ),
            format!(
                "{shown} of --{id} has no column {}; it wants {}",
                missing.id,
                ids.join(", ")
            ),
        ))
    })
}

/// Where a finding stands, in the columns of [`EXPLAINED`].
pub(crate) fn place(finding: &Finding) -> [String; 5] {
    let place = &finding.place;
    [
        finding.code.to_owned(),
        place.file.clone(),
        place.sheet.clone(),
        place.row.map_or_else(String::new, |r| r.to_string()),
        place.column.clone(),
    ]
}

/// Explanations, matched with what was found.
pub(super) struct Explained {
    /// By finding; blank where nobody explained it.
    pub(super) reasons: Vec<String>,
    /// What explains no finding, as it was given.
    pub(super) unmatched: Vec<String>,
    /// The rows of the file where those stand.
    rows: Vec<usize>,
}

impl Explained {
    /// The explanations of some findings.
    pub(super) fn read(matches: &ArgMatches, findings: &[Finding]) -> Result<Self, Failure> {
        let said = table(matches, "explained", EXPLAINED)?;
        let places: Vec<[String; 5]> = findings.iter().map(place).collect();
        let reason = |place: &[String; 5]| {
            let found = said.iter().find(|row| row.cells.starts_with(place));
            let reason = found.and_then(|row| row.cells.last());
            reason.cloned().unwrap_or_default()
        };
        let reasons = places.iter().map(reason).collect();
        let lost = said
            .iter()
            .filter(|row| !places.iter().any(|place| row.cells.starts_with(place)));
        let shown = |row: &Row| {
            let (reason, place) = row.cells.split_last()?;
            let place: Vec<&str> = place.iter().map(String::as_str).collect();
            let place = place.iter().copied().filter(|part| !part.is_empty());
            Some(format!("{}：{reason}", place.collect::<Vec<_>>().join(" ")))
        };
        Ok(Self {
            reasons,
            unmatched: lost.clone().filter_map(shown).collect(),
            rows: lost.map(|row| row.number).collect(),
        })
    }

    /// What is said of explanations that explain nothing.
    pub(super) fn notes(&self) -> Vec<Text> {
        let note = |(row, said): (&usize, &String)| {
            Text::new(
                format!("--explained 第 {row} 行：核查没有发现这里的问题，已另列在报告中：{said}"),
                format!(
                    "--explained row {row}: nothing was found there; the report lists it apart: {said}"
                ),
            )
        };
        self.rows.iter().zip(&self.unmatched).map(note).collect()
    }
}

/// The evidence there is.
pub(super) struct Listed {
    /// Piece by piece.
    pub(super) pieces: Vec<Evidence>,
    /// The rows of the file where they stand.
    rows: Vec<usize>,
}

impl Listed {
    /// The pieces of `--evidence`.
    pub(super) fn read(matches: &ArgMatches) -> Result<Self, Failure> {
        let rows = table(matches, "evidence", EVIDENCE)?;
        let (rows, pieces) = rows
            .into_iter()
            .filter_map(|row| Some((row.number, piece(row.cells)?)))
            .unzip();
        Ok(Self { pieces, rows })
    }

    /// What is said of evidence for what the standard does not have.
    pub(super) fn notes(&self, known: impl Fn(&str) -> bool) -> Vec<Text> {
        let rows = self.rows.iter().zip(&self.pieces);
        let lost = rows.filter(|(_, piece)| !known(&piece.item));
        let note = |(row, piece): (&usize, &Evidence)| {
            let (item, title) = (&piece.item, &piece.title);
            Text::new(
                format!(
                    "--evidence 第 {row} 行：标准里没有项目“{item}”，材料“{title}”列在目录的“其他材料”中"
                ),
                format!(
                    "--evidence row {row}: the standard has no item {item}; {title} is listed among other evidence"
                ),
            )
        };
        lost.map(note).collect()
    }
}

fn piece(cells: Vec<String>) -> Option<Evidence> {
    let [item, title, file, sha256, expires_on, pages] = cells.try_into().ok()?;
    Some(Evidence {
        item,
        title,
        file,
        sha256,
        expires_on,
        pages,
    })
}
