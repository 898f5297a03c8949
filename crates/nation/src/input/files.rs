//! The files of a nation: found, opened, their columns checked before any row is read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field as ArrowField, Int64Type, Schema};
use junheng_core::finding::{Finding, Severity};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Compression;
use parquet::file::statistics::Statistics;

use super::text::is_text;
use crate::problem::{finding, unreadable};
use crate::schema;

/// Rows read at a time: the columns of so many rows stay in the cache.
const BATCH: usize = 32_768;

/// One Parquet file.
#[derive(Debug)]
pub(super) struct Source {
    /// Its path below the folder, for messages.
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) metadata: ArrowReaderMetadata,
    /// Whether a column says the year; else the path does.
    pub(super) year_column: bool,
    pub(super) groups: Vec<Group>,
}

/// A row group that has rows.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) index: usize,
    pub(super) rows: usize,
    /// Its years.
    pub(super) years: Vec<i16>,
    /// The least and the greatest county code, where the file says so.
    pub(super) counties: Option<(String, String)>,
}

impl Source {
    /// Some columns of a row group, batch by batch.
    pub(super) fn batches(
        &self,
        group: usize,
        names: &[&str],
    ) -> Result<ParquetRecordBatchReader, Box<Finding>> {
        let file = File::open(&self.path).map_err(|_ignored| self.damaged())?;
        batches(file, &self.metadata, group, names).ok_or_else(|| self.damaged())
    }

    /// What is said of a file that turns out broken in the middle.
    pub(super) fn damaged(&self) -> Box<Finding> {
        if let Some(packed) = self.foreign_compression() {
            let (zh, en) = (
                format!("是用 {packed} 压缩的，读不了；请改用 snappy、zstd 或不压缩重新导出"),
                format!(
                    "it is packed with {packed}, which is not read; export it again with snappy, zstd or none"
                ),
            );
            return Box::new(unreadable(&self.name, (&zh, &en)));
        }
        Box::new(unreadable(
            &self.name,
            (
                "有一部分读不出来，文件可能已损坏",
                "a part of it cannot be read; it may be damaged",
            ),
        ))
    }
}

impl Source {
    /// The compression of a column, where it is none of those that are read.
    fn foreign_compression(&self) -> Option<&'static str> {
        let groups = self.metadata.metadata().row_groups().iter();
        groups
            .flat_map(|g| g.columns())
            .find_map(|c| match c.compression() {
                Compression::GZIP(_) => Some("gzip"),
                Compression::BROTLI(_) => Some("brotli"),
                Compression::LZ4 | Compression::LZ4_RAW => Some("lz4"),
                Compression::LZO => Some("lzo"),
                _ => None,
            })
    }
}

fn batches(
    file: File,
    metadata: &ArrowReaderMetadata,
    group: usize,
    names: &[&str],
) -> Option<ParquetRecordBatchReader> {
    let found = names
        .iter()
        .filter_map(|name| metadata.schema().index_of(name).ok());
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone());
    let mask = ProjectionMask::roots(builder.parquet_schema(), found);
    let builder = builder.with_projection(mask).with_row_groups(vec![group]);
    builder.with_batch_size(BATCH).build().ok()
}

/// A nation's files by year.
#[derive(Debug, Default)]
pub struct Nation {
    pub(super) sources: Vec<Source>,
    /// Indices into `sources`, by year.
    years: BTreeMap<i16, Vec<usize>>,
    /// Columns that are there though nobody knows them, and files without a row.
    pub findings: Vec<Finding>,
}

impl Nation {
    /// The years there are, oldest first.
    pub fn years(&self) -> impl Iterator<Item = i16> + '_ {
        self.years.keys().copied()
    }

    /// The paths of a year's files, with their names below the folder, in the order they are read.
    pub fn files(&self, year: i16) -> impl Iterator<Item = (&str, &Path)> {
        let of_year = self.years.get(&year).into_iter().flatten();
        let source = |n: &usize| &self.sources[*n];
        of_year
            .map(source)
            .map(|s| (s.name.as_str(), s.path.as_path()))
    }

    /// About how many rows some years have: more where row groups hold other years too.
    #[must_use]
    pub fn rows(&self, years: &[i16]) -> usize {
        let asked = |group: &Group| group.years.iter().any(|y| years.contains(y));
        let groups = self.groups().filter(|(_, group)| asked(group));
        groups.map(|(_, group)| group.rows).sum()
    }

    /// Every row group with its file, in the order they are read.
    pub(super) fn groups(&self) -> impl Iterator<Item = (&Source, &Group)> {
        self.sources
            .iter()
            .flat_map(|s| s.groups.iter().map(move |g| (s, g)))
    }
}

/// Opens a folder of Parquet files, or one file.
///
/// A file's year is in its path (`year=2025/`) or in its column `year`.
///
/// # Errors
/// Findings, all at once: no file, a file that is no Parquet, a key column that is missing, a
/// column of the wrong type.
pub fn open(root: &Path) -> Result<Nation, Vec<Finding>> {
    let label = root.display().to_string();
    let mut paths = Vec::new();
    if root.is_file() {
        paths.push(root.to_path_buf());
    } else if let Err(error) = walk(root, 0, &mut paths) {
        let (zh, en) = match error.kind() {
            std::io::ErrorKind::NotFound => {
                ("没有这个文件夹或文件", "there is no such folder or file")
            }
            std::io::ErrorKind::PermissionDenied => ("没有权限读取", "it may not be read"),
            _ => ("不能读取", "it cannot be read"),
        };
        return Err(vec![unreadable(&label, (zh, en))]);
    }
    if paths.is_empty() {
        return Err(vec![unreadable(
            &label,
            (
                "文件夹里没有 .parquet 文件",
                "there is no .parquet file in the folder",
            ),
        )]);
    }
    paths.sort();
    let mut nation = Nation::default();
    let mut errors = Vec::new();
    for path in paths {
        let name = path.strip_prefix(root).unwrap_or(&path);
        let name = if name.as_os_str().is_empty() {
            path.as_path()
        } else {
            name
        };
        let name = name.display().to_string();
        match source(path, name) {
            Ok(source) => {
                let years: BTreeSet<i16> = source
                    .groups
                    .iter()
                    .flat_map(|g| &g.years)
                    .copied()
                    .collect();
                if years.is_empty() {
                    nation.findings.push(no_row(&source.name));
                }
                for year in years {
                    let of_year = nation.years.entry(year).or_default();
                    of_year.push(nation.sources.len());
                }
                nation.sources.push(source);
            }
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() && nation.years.is_empty() {
        errors.push(unreadable(
            &label,
            ("文件里没有一行数据", "the files hold no row"),
        ));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    nation.findings.extend(columns_found(&nation.sources));
    Ok(nation)
}

/// Parquet files below a folder; names that begin with a dot or `_` are others' notes.
fn walk(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with(['.', '_']) {
            continue;
        }
        if path.is_dir() {
            // A folder that links to itself ends here.
            if depth < 8 {
                walk(&path, depth + 1, paths)?;
            }
        } else if path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("parquet"))
        {
            paths.push(path);
        }
    }
    Ok(())
}

fn no_row(file: &str) -> Finding {
    finding(
        "nation_file_empty",
        Severity::Note,
        (file, ""),
        (
            format!("{file}：没有一行数据，未使用"),
            format!("{file}: it holds no row and was not used"),
        ),
        (
            "如应有数据，请重新导出",
            "export it again if it should hold some",
        ),
    )
}

fn source(path: PathBuf, name: String) -> Result<Source, Vec<Finding>> {
    let broken = || {
        let why = ("不是完整的 Parquet 文件", "it is no whole Parquet file");
        vec![unreadable(&name, why)]
    };
    let Ok(file) = File::open(&path) else {
        return Err(vec![unreadable(&name, ("不能打开", "it cannot be opened"))]);
    };
    let plain = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let Ok(metadata) = ArrowReaderMetadata::load(&file, plain) else {
        return Err(broken());
    };
    let errors = check_columns(&name, metadata.schema());
    if !errors.is_empty() {
        return Err(errors);
    }
    let metadata = with_views(metadata);
    let year = year_of(Path::new(&name)).or_else(|| year_of(&path));
    if year.is_none() && metadata.schema().index_of(schema::YEAR).is_err() {
        let why = (
            "路径中没有 year=年份，文件里也没有 year 列",
            "its path has no year=YEAR and it has no column year",
        );
        return Err(vec![unreadable(&name, why)]);
    }
    let mut groups = Vec::new();
    for (index, group) in metadata.metadata().row_groups().iter().enumerate() {
        let rows = usize::try_from(group.num_rows()).map_err(|_ignored| broken())?;
        if rows == 0 {
            continue;
        }
        let statistics = |column: &str| {
            let column = metadata.parquet_schema().columns().iter().position(|c| {
                let parts = c.path().parts();
                parts.len() == 1 && parts[0] == column
            })?;
            group.columns().get(column)?.statistics()
        };
        let years = match year {
            Some(year) => vec![year],
            None => match statistics(schema::YEAR).and_then(only_year) {
                Some(year) => vec![year],
                None => {
                    let file = file.try_clone().map_err(|_ignored| broken())?;
                    years_within(file, &metadata, index, &name)?
                }
            },
        };
        groups.push(Group {
            index,
            rows,
            years,
            counties: statistics(schema::COUNTY).and_then(bounds),
        });
    }
    Ok(Source {
        name,
        path,
        metadata,
        year_column: year.is_none(),
        groups,
    })
}

/// The year that all rows of a row group have, where its file says so.
fn only_year(statistics: &Statistics) -> Option<i16> {
    if statistics.null_count_opt() != Some(0) || statistics.is_min_max_deprecated() {
        return None;
    }
    let (least, greatest) = match statistics {
        Statistics::Int32(s) => (i64::from(*s.min_opt()?), i64::from(*s.max_opt()?)),
        Statistics::Int64(s) => (*s.min_opt()?, *s.max_opt()?),
        _ => return None,
    };
    let year = i16::try_from(least).ok()?;
    (least == greatest && YEARS.contains(&year)).then_some(year)
}

/// The least and the greatest county code of a row group. `None` where codes are no text, or may
/// have blanks before them: these are taken off, so that the order is another.
fn bounds(statistics: &Statistics) -> Option<(String, String)> {
    let (Statistics::ByteArray(_), false) = (statistics, statistics.is_min_max_deprecated()) else {
        return None;
    };
    let code = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).ok()?;
        text.starts_with(|c: char| c.is_ascii_graphic())
            .then(|| text.to_owned())
    };
    Some((
        code(statistics.min_bytes_opt()?)?,
        code(statistics.max_bytes_opt()?)?,
    ))
}

/// Text columns are read as views, which are not copied.
fn with_views(metadata: ArrowReaderMetadata) -> ArrowReaderMetadata {
    let view = |field: &Arc<ArrowField>| {
        if *field.data_type() == DataType::Utf8 {
            Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View))
        } else {
            Arc::clone(field)
        }
    };
    let fields: Vec<Arc<ArrowField>> = metadata.schema().fields().iter().map(view).collect();
    let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
    ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options).unwrap_or(metadata)
}

/// Years that a table may speak of.
pub(super) const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

/// The year in `year=2025`.
fn year_of(path: &Path) -> Option<i16> {
    let mut parts = path.components().filter_map(|part| {
        let year = part
            .as_os_str()
            .to_str()?
            .strip_prefix("year=")?
            .parse()
            .ok()?;
        YEARS.contains(&year).then_some(year)
    });
    parts.next_back()
}

fn years_within(
    file: File,
    metadata: &ArrowReaderMetadata,
    group: usize,
    name: &str,
) -> Result<Vec<i16>, Vec<Finding>> {
    let broken = |zh: &str, en: &str| vec![unreadable(name, (zh, en))];
    let damaged = || broken("不是完整的 Parquet 文件", "it is no whole Parquet file");
    let reader = batches(file, metadata, group, &[schema::YEAR]).ok_or_else(damaged)?;
    let mut years = BTreeSet::new();
    for batch in reader {
        let batch = batch.map_err(|_ignored| damaged())?;
        let numbers = cast(batch.column(0), &DataType::Int64).map_err(|_ignored| damaged())?;
        let mut last = None;
        for year in numbers.as_primitive::<Int64Type>() {
            if last == Some(year) {
                continue;
            }
            last = Some(year);
            let year = year.and_then(|y| i16::try_from(y).ok());
            years.insert(year.filter(|y| YEARS.contains(y)).ok_or_else(|| {
                broken(
                    "year 列有空白或不是年份的值",
                    "its column year has blanks or values that are no year",
                )
            })?);
        }
    }
    Ok(years.into_iter().collect())
}

fn check_columns(file: &str, schema: &Schema) -> Vec<Finding> {
    let mut errors = Vec::new();
    for key in [schema::COUNTY, schema::SCHOOL_ID, schema::STAGE] {
        if schema.field_with_name(key).is_err() {
            errors.push(finding(
                "nation_key_column_missing",
                Severity::Error,
                (file, key),
                (
                    format!("{file}：缺少 {key} 列"),
                    format!("{file}: the column {key} is missing"),
                ),
                (
                    "每行须有县代码、学校标识码和学段",
                    "every row needs county, school and stage",
                ),
            ));
        }
    }
    for column in schema::columns() {
        let Ok(field) = schema.field_with_name(&column.name) else {
            continue;
        };
        let found = field.data_type();
        // A flag may be a number; a number is no flag: true would count as one student.
        let flag = *found == DataType::Boolean && column.data_type == DataType::Boolean;
        let number = found.is_numeric() || *found == DataType::Null || flag;
        let (fits, zh, en) = if column.data_type == DataType::Utf8 {
            let integer = found.is_integer() || *found == DataType::Null;
            (is_text(found) || integer, "文本", "text")
        } else {
            (number, "数字", "a number")
        };
        if !fits {
            errors.push(finding(
                "nation_column_type",
                Severity::Error,
                (file, &column.name),
                (
                    format!(
                        "{file}：{} 列的类型是 {found}，应为{zh}({})",
                        column.name, column.data_type
                    ),
                    format!(
                        "{file}: the column {} is {found}, not {en} ({})",
                        column.name, column.data_type
                    ),
                ),
                (
                    "请按说明文档的列类型重新导出",
                    "export it again with the documented types",
                ),
            ));
        }
    }
    errors
}

/// Columns that some file has and nobody knows, once each.
fn columns_found(sources: &[Source]) -> Vec<Finding> {
    let mut known: BTreeSet<String> = schema::columns().into_iter().map(|c| c.name).collect();
    known.extend([schema::YEAR, "province"].map(str::to_owned));
    let mut unknown: BTreeMap<&str, &str> = BTreeMap::new();
    for source in sources {
        for field in source.metadata.schema().fields() {
            if !known.contains(field.name()) {
                unknown.entry(field.name()).or_insert(&source.name);
            }
        }
    }
    let note = |(column, file): (&str, &str)| {
        finding(
            "nation_column_unknown",
            Severity::Note,
            (file, column),
            (
                format!("{file}：不认识 {column} 列，未使用"),
                format!("{file}: the column {column} is unknown and was not used"),
            ),
            ("列名见说明文档", "the documentation lists the columns"),
        )
    };
    unknown.into_iter().map(note).collect()
}
