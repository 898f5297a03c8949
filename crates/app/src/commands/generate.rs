//! `junheng generate`: a synthetic county or nation, labelled so.

use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use clap::{ArgMatches, Command, value_parser};
use junheng_core::text::Text;
use junheng_intake::write;
use junheng_nation::{ParquetError, generate};
use junheng_plan::synthetic::{self, CountyOptions};

use super::Entry;
use super::nation::watch::Watch;
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "generate",
    command,
    run,
};

/// More schools than any county has.
const MOST_SCHOOLS: i64 = 20_000;

fn command(words: Words) -> Command {
    words
        .command("generate", "生成合成数据", "Make synthetic data")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            words
                .command(
                    "county",
                    "生成一个合成县：各类学校、班级、教师、居住单元、道路、历年数据",
                    "A synthetic county: schools, classes, teachers, blocks, roads, history",
                )
                .arg(
                    words
                        .option("schools", "N", "学校数", "Number of schools")
                        .default_value("60")
                        .value_parser(value_parser!(i64).range(1..=MOST_SCHOOLS)),
                )
                .arg(words.seed())
                .arg(
                    words
                        .option("year", "Y", "学年起始年", "First year of the school year")
                        .default_value("2025")
                        .value_parser(value_parser!(i64).range(1990..=2100)),
                )
                .arg(words.flag(
                    "flaws",
                    "埋入已知的数据错误，清单打印在标准输出",
                    "Plant known data errors and list them on standard output",
                ))
                .arg(words.out("DIR", "写入的文件夹", "The folder to write"))
                .arg(words.json())
                .arg(words.timing()),
        )
        .subcommand(nation_command(words))
}

fn nation_command(words: Words) -> Command {
    let whole = |id, zh, en, default: &'static str, most: i64| {
        words
            .option(id, "N", zh, en)
            .default_value(default)
            .value_parser(value_parser!(i64).range(1..=most))
    };
    words
        .command(
            "nation",
            "生成合成的全国数据：Parquet，按年分区，每学段每年一行",
            "A synthetic nation: Parquet by year, a row per section and year",
        )
        .arg(whole("counties", "县数", "Counties", "2895", 20_000))
        .arg(whole("years", "年数", "Years", "12", 60))
        .arg(words.seed())
        .arg(
            words
                .option(
                    "year",
                    "Y",
                    "最后一个学年的起始年",
                    "First year of the last school year",
                )
                .default_value("2025")
                .value_parser(value_parser!(i64).range(1990..=2100)),
        )
        .arg(words.out("DIR", "写入的文件夹", "The folder to write"))
        .arg(words.json())
        .arg(words.timing())
}

/// Years are written at once by several threads, each whole or not at all.
fn nation(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let whole = |id: &str| matches.get_one::<i64>(id).copied().unwrap_or_default();
    let options = generate::Options {
        counties: usize::try_from(whole("counties")).unwrap_or(1),
        years: usize::try_from(whole("years")).unwrap_or(1),
        seed: cli::seed(matches),
        last: i16::try_from(whole("year")).unwrap_or(2025),
    };
    let out = cli::path(matches, "out");
    let years: Vec<i16> = options.all_years().collect();
    if let Some(path) = other_nation(&out, &years) {
        return Err(Failure::usage(Text::new(
            format!(
                "{} 不是这次要写的合成数据，没有改动；请另选一个文件夹",
                path.display()
            ),
            format!(
                "{} is none of the synthetic files to be written now, and stays as it is; choose another folder",
                path.display()
            ),
        )));
    }
    let watch = Watch::new(context);
    let next = AtomicUsize::new(0);
    let done: Mutex<Result<usize, Failure>> = Mutex::new(Ok(0));
    let finished = AtomicUsize::new(0);
    let work = || {
        while let Some(year) = years.get(next.fetch_add(1, Ordering::Relaxed)) {
            watch.tell(
                finished.load(Ordering::Relaxed),
                years.len(),
                context.lang.pick("年", "years"),
            );
            let written = write_year(&options, *year, &out, watch.stopped());
            finished.fetch_add(1, Ordering::Relaxed);
            let Ok(mut done) = done.lock() else { break };
            match (&mut *done, written) {
                (Ok(all), Ok(rows)) => *all += rows,
                (Ok(_), Err(failure)) => {
                    watch.stopped().store(true, Ordering::Relaxed);
                    *done = Err(failure);
                }
                (Err(_), _) => break,
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..junheng_nation::threads().min(years.len()) {
            scope.spawn(work);
        }
    });
    watch.end();
    let rows = done.into_inner().unwrap_or_else(PoisonError::into_inner)?;
    if context.json {
        return Ok(views::generated_nation(&options, rows, &out, context));
    }
    let said = context
        .lang
        .pick("已写入合成数据", "wrote a synthetic nation to");
    say!("{said} {} ({rows})", out.display());
    Ok(String::new())
}

/// The first Parquet file of a folder that is none of the synthetic ones of these years: writing
/// beside it or over it would mix two nations.
fn other_nation(folder: &Path, years: &[i16]) -> Option<PathBuf> {
    let entries = |folder: &Path| {
        let mut paths: Vec<PathBuf> = fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        paths.sort();
        paths
    };
    let own: Vec<PathBuf> = years.iter().map(|year| file_of(folder, *year)).collect();
    let below = entries(folder).into_iter().flat_map(|path| {
        if path.is_dir() {
            entries(&path)
        } else {
            vec![path]
        }
    });
    below
        .filter(|path| path.extension().is_some_and(|e| e == "parquet"))
        .find(|path| !(own.contains(path) && generate::is_synthetic(path)))
}

fn file_of(folder: &Path, year: i16) -> PathBuf {
    folder.join(format!("year={year}")).join("sections.parquet")
}

/// Writes `year=Y/sections.parquet` beside its place and renames it.
fn write_year(
    options: &generate::Options,
    year: i16,
    out: &Path,
    stopped: &AtomicBool,
) -> Result<usize, Failure> {
    let folder = out.join(format!("year={year}"));
    let path = file_of(out, year);
    let part = folder.join(format!(".sections.{}.part", std::process::id()));
    let written = fs::create_dir_all(&folder)
        .and_then(|()| fs::File::create(&part))
        .and_then(|file| {
            generate::year(options, year, BufWriter::new(file), stopped).map_err(plain)
        })
        .and_then(|rows| fs::rename(&part, &path).map(|()| rows));
    written.map_err(|error| {
        drop(fs::remove_file(&part));
        // Only where it was made for this and is empty.
        drop(fs::remove_dir(&folder));
        if stopped.load(Ordering::Relaxed) {
            return Failure::Other(Text::new(
                "已按要求停止；写好的年份是完整的。",
                "stopped as asked; the years that are written are whole.",
            ));
        }
        Failure::year(&path, &error)
    })
}

/// The writer's error as the system's, where it is one.
fn plain(error: ParquetError) -> std::io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
            Ok(error) => *error,
            Err(other) => std::io::Error::other(other),
        },
        other => std::io::Error::other(other),
    }
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let matches = match matches.subcommand() {
        Some(("county", matches)) => matches,
        Some((_, matches)) => return nation(matches, context),
        None => {
            return Err(Failure::usage(Text::new(
                "缺少 county 或 nation",
                "county or nation is missing",
            )));
        }
    };
    let whole = |id: &str| matches.get_one::<i64>(id).copied().unwrap_or_default();
    let options = CountyOptions {
        schools: usize::try_from(whole("schools")).unwrap_or(1),
        seed: cli::seed(matches),
        year: i16::try_from(whole("year")).unwrap_or(2025),
    };
    let out = cli::path(matches, "out");
    if holds_real_data(&out) {
        return Err(Failure::usage(Text::new(
            format!(
                "{} 里有一个县的数据，不是合成的，没有改动；请另选一个文件夹",
                out.display()
            ),
            format!(
                "{} holds a county's data that is not synthetic, and stays as it is; choose another folder",
                out.display()
            ),
        )));
    }
    let mut sheets = synthetic::county(&options).sheets();
    let flaws = if matches.get_flag("flaws") {
        synthetic::plant_flaws(&mut sheets, options.seed)
    } else {
        Vec::new()
    };
    synthetic::label(&mut sheets);
    write::write_folder(&sheets, &out).map_err(|e| Failure::file(&out, &e))?;
    if context.json {
        return Ok(views::generated(&options, &out, &flaws, context));
    }
    let said = context
        .lang
        .pick("已写入合成数据", "wrote a synthetic county to");
    say!("{said} {}", out.display());
    Ok(flaws
        .iter()
        .map(|f| {
            format!(
                "{}\t{}\t{}\n",
                f.code,
                f.table.id(),
                f.what.get(context.lang)
            )
        })
        .collect())
}

/// Whether a folder holds a county that this program did not make up.
fn holds_real_data(folder: &Path) -> bool {
    let county = fs::read(folder.join("county.csv")).unwrap_or_default();
    let label = synthetic::LABEL.as_bytes();
    !county.is_empty() && !county.windows(label.len()).any(|bytes| bytes == label)
}
