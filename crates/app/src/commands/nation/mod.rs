//! `junheng nation`: every county and year of a folder of Parquet files.

mod out;
mod paper;
mod seal;
mod standards;
pub(crate) mod watch;

pub(super) use seal::again;

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use clap::{ArgMatches, Command, value_parser};
use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::text::Text;
use junheng_nation::forecast::{Backtest, Forecast, backtest, forecast};
use junheng_nation::judge::{Options, Standards, Stop, Year, judge};
use junheng_nation::{Area, Nation, open};

use super::{Entry, wanted};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, print, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "nation",
    command,
    run,
};

/// What is known of a nation once every year is judged.
pub(crate) struct Result {
    /// Each year with its standards, oldest first.
    pub(crate) years: Vec<(Year, Standards)>,
    pub(crate) forecasts: Vec<Forecast>,
    pub(crate) backtest: Backtest,
    pub(crate) findings: Vec<Finding>,
    /// The beginning of the county codes asked for.
    pub(crate) area: String,
    /// The options, as a seal keeps them.
    asked: String,
}

fn command(words: Words) -> Command {
    let command = words
        .command(
            "nation",
            "全国、全省：逐县逐年评估资源配置(Parquet 数据)",
            "A nation or province: the resource part of every county and year, from Parquet",
        )
        .arg(
            words
                .place(
                    "dir",
                    "DIR",
                    "Parquet 文件夹(year=2025/….parquet)，或一个 Parquet 文件",
                    "A folder of Parquet files (year=2025/….parquet), or one file",
                )
                .required(true),
        );
    words
        .standard(command)
        .mut_arg("overlay", |arg| {
            arg.value_name("AREA=ID").help(
                words
                    .pick(
                        "叠加的地方标准及其地区，如 61=sn；不写地区则各县都用；可重复",
                        "A local standard and its area, as 61=sn; without an area for all; may be repeated",
                    )
                    .to_owned(),
            )
        })
        .arg(words.flag(
            "local",
            "各地自动叠加内置的本地标准",
            "Lay every built-in local standard over its own area",
        ))
        .arg(words.option(
            "years",
            "YEARS",
            "只评估这些年，如 2020-2025 或 2018,2020",
            "Only these years, as 2020-2025 or 2018,2020",
        ))
        .arg(words.option(
            "province",
            "CODE",
            "只评估县代码以此开头的县，如 33；另列各县离标准的距离",
            "Only counties whose code begins so, as 33; also lists how far each is from the line",
        ))
        .arg(
            words
                .option(
                    "ahead",
                    "N",
                    "预测几年后哪些已认定的县会滑坡",
                    "Foresee which certified counties fall back in N years",
                )
                .default_value("1")
                .value_parser(value_parser!(u8).range(1..=5)),
        )
        .arg(words.option(
            "out",
            "DIR",
            "写入的文件夹：各年的县、差异系数、不达标学段(Parquet 和 CSV)，汇总(文本、CSV、Excel、Word、PDF)；已完成的年份不重写",
            "The folder to write: counties, coefficients, failing sections by year (Parquet and CSV), a summary (text, CSV, Excel, Word, PDF); finished years are kept",
        ))
        .arg(words.json())
        .arg(words.timing())
}

fn run(matches: &ArgMatches, context: &Context) -> std::result::Result<String, Failure> {
    let out = cli::text(matches, "out").map(PathBuf::from);
    let (result, digest) = judged(matches, out, context)?;
    if context.json {
        return Ok(views::nation(&result, &digest, context));
    }
    Ok(print::nation::report(&result, context))
}

/// Judges what the options ask for, and writes it where a folder is given. With it the hash of the
/// input, where somebody wants it: in JSON.
fn judged(
    matches: &ArgMatches,
    out: Option<PathBuf>,
    context: &Context,
) -> std::result::Result<(Result, String), Failure> {
    let root = cli::path(matches, "dir");
    let nation = open(&root).map_err(Failure::Refused)?;
    let area = area(cli::text(matches, "province").unwrap_or_default())?;
    let years = chosen(&nation, cli::text(matches, "years"))?;
    let ahead = matches.get_one::<u8>("ahead").copied().unwrap_or(1);
    let shelf = standards::Shelf::new(&wanted(matches)?, matches.get_flag("local"))?;
    let mut folder = match out {
        Some(path) => Some(out::Folder::new(path, &root)?),
        None => None,
    };
    let watch = watch::Watch::new(context);
    let hashes = if folder.is_some() || context.json {
        out::Hashes::new(&nation, &years, watch.stopped())?
    } else {
        out::Hashes::default()
    };
    let mut result = Result {
        years: Vec::new(),
        forecasts: Vec::new(),
        backtest: Backtest::default(),
        findings: nation.findings.clone(),
        asked: seal::asked(matches, &shelf.named, &years, ahead),
        area,
    };
    result.findings.extend(before_standards(&shelf, &years));
    let (mut refused, mut waiting) = (Vec::new(), Vec::new());
    let rows = nation.rows(&years);
    let mut done = 0;
    for years in nation.together(&years) {
        let mut asked = Vec::new();
        for year in years {
            let standards = shelf.of(year)?;
            let key = hashes.key(&nation, year, &standards, &result.area);
            let kept = folder.as_ref().is_some_and(|f| f.has(year, &key));
            asked.push((year, standards, key, kept));
        }
        let options = Options {
            threads: junheng_nation::threads(),
            details: folder.is_some() && asked.iter().any(|(.., kept)| !kept),
            area: Area::beginning(&result.area),
        };
        let of: Vec<(i16, &Standards)> = asked.iter().map(|(y, s, ..)| (*y, s)).collect();
        let judged = judge(&nation, &of, &options, watch.stopped(), |more| {
            done += more;
            watch.tell(done, rows, context.lang.pick("行", "rows"));
        });
        let judged = match judged {
            Ok(judged) => judged,
            Err(Stop::Refused(findings)) => {
                refused.extend(findings);
                continue;
            }
            Err(Stop::Cancelled) => return Err(watch::cancelled(result.years.len())),
        };
        for (mut year, (_, standards, key, kept)) in judged.into_iter().zip(asked) {
            if let (Some(folder), false, true) = (&mut folder, kept, refused.is_empty()) {
                // A year without counties waits until some year has one.
                if year.counties.is_empty() {
                    waiting.push((result.years.len(), key));
                } else {
                    folder.write_year(&year, &standards, &key)?;
                }
            }
            for county in &mut year.counties {
                county.short = Vec::new();
            }
            result.findings.append(&mut year.findings);
            result.years.push((year, standards));
            if watch.stopped().load(Ordering::Relaxed) {
                return Err(watch::cancelled(result.years.len()));
            }
        }
    }
    watch.end();
    if !refused.is_empty() {
        if let Some(folder) = folder {
            folder.take_back();
        }
        return Err(Failure::Refused(refused));
    }
    let all: Vec<&Year> = result.years.iter().map(|(year, _)| year).collect();
    if all.iter().all(|year| year.counties.is_empty()) {
        if let Some(folder) = folder {
            folder.take_back();
        }
        return Err(no_county(&result.area));
    }
    if let Some(folder) = &mut folder {
        for (n, key) in waiting {
            let (year, standards) = &result.years[n];
            folder.write_year(year, standards, &key)?;
        }
    }
    result.forecasts = forecast(&all, usize::from(ahead));
    result.backtest = backtest(&all);
    if let Some(folder) = &folder {
        folder.write_summary(&result, context)?;
    }
    Ok((result, hashes.all()))
}

/// A note about the nation as a whole.
fn note(code: &'static str, message: Text, hint: Text) -> Finding {
    Finding {
        code,
        severity: Severity::Note,
        place: Place::default(),
        message,
        hint,
    }
}

/// Years judged by a standard that came later.
fn before_standards(shelf: &standards::Shelf, years: &[i16]) -> Option<Finding> {
    let early = || years.iter().filter(|year| shelf.is_before(**year));
    let (first, last) = (early().min()?, early().max()?);
    Some(note(
        "nation_year_before_standard",
        Text::new(
            format!("{first} 至 {last} 年还没有国家标准，按最早的标准计算，仅供参考"),
            format!(
                "no national standard was in force from {first} to {last}; the oldest is used, for information only"
            ),
        ),
        Text::new(
            "也可以用 --standard 指定标准",
            "or name a standard with --standard",
        ),
    ))
}

/// An area without any county.
fn no_county(area: &str) -> Failure {
    Failure::usage(Text::new(
        format!("数据里没有代码以 {area} 开头的县，没有写入任何内容；请检查 --province 的写法"),
        format!(
            "no county code of the data begins with {area}; nothing was written. Check what --province says"
        ),
    ))
}

/// The beginning of county codes: digits, or nothing.
fn area(text: &str) -> std::result::Result<String, Failure> {
    let text = text.trim();
    if text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    Err(Failure::usage(Text::new(
        format!("--province 是行政区划代码的前几位，如 33，不是 {text}"),
        format!("--province is the beginning of a county code, as 33, not {text}"),
    )))
}

/// The years there are, or those asked for.
fn chosen(nation: &Nation, wanted: Option<&str>) -> std::result::Result<Vec<i16>, Failure> {
    let Some(text) = wanted else {
        return Ok(nation.years().collect());
    };
    let wrong = || {
        Failure::usage(Text::new(
            format!("--years 写作 2020-2025 或 2018,2020，不是 {text}"),
            format!("--years is written 2020-2025 or 2018,2020, not {text}"),
        ))
    };
    let number = |text: &str| text.trim().parse::<i16>().map_err(|_ignored| wrong());
    let mut ranges = Vec::new();
    for part in text.split([',', '，']) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        ranges.push(number(first)?..=number(last)?);
    }
    let years: Vec<i16> = nation
        .years()
        .filter(|year| ranges.iter().any(|r| r.contains(year)))
        .collect();
    if years.is_empty() {
        let there: Vec<String> = nation.years().map(|y| y.to_string()).collect();
        return Err(Failure::usage(Text::new(
            format!("数据里没有 {text} 年；有：{}", there.join("、")),
            format!("there is no year {text}; there are {}", there.join(", ")),
        )));
    }
    Ok(years)
}
