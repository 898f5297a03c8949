//! `junheng generate county`: a synthetic county, labelled so.

use clap::{ArgMatches, Command, value_parser};
use junheng_core::text::Text;
use junheng_intake::write;
use junheng_plan::synthetic::{self, CountyOptions};

use super::Entry;
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
                .arg(
                    words
                        .option(
                            "seed",
                            "N",
                            "随机种子，同一种子得到同样的数据",
                            "Seed: the same seed gives the same data",
                        )
                        .default_value("1")
                        .value_parser(value_parser!(u64)),
                )
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
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let Some(("county", matches)) = matches.subcommand() else {
        return Err(Failure::usage(Text::new(
            "缺少 county",
            "county is missing",
        )));
    };
    let whole = |id: &str| matches.get_one::<i64>(id).copied().unwrap_or_default();
    let options = CountyOptions {
        schools: usize::try_from(whole("schools")).unwrap_or(1),
        seed: matches.get_one::<u64>("seed").copied().unwrap_or(1),
        year: i16::try_from(whole("year")).unwrap_or(2025),
    };
    let out = cli::path(matches, "out");
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
    eprintln!("{said} {}", out.display());
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
