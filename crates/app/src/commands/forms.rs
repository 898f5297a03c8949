//! `junheng forms`: the official declaration tables, filled; the fill-in forms of schools and county.

use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Command};
use junheng_core::evaluate::evaluate;
use junheng_core::text::Text;
use junheng_intake::write;
use junheng_paper::Subject;
use junheng_paper::forms::{Form, forms};

use super::{EVALUATED, Entry, wanted, wrote};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, input, packs, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "forms",
    command,
    run,
};

fn command(words: Words) -> Command {
    let command = words
        .command(
            "forms",
            "生成申报表Ⅰ–Ⅵ(国家表样)，或学校、区县填报表",
            "Write the declaration tables Ⅰ–Ⅵ, or the fill-in forms of schools and county",
        )
        .arg(words.bundle())
        .arg(words.out("F.xlsx", "写入的工作簿", "The workbook to write"))
        .arg(
            words
                .option(
                    "form",
                    "FORM",
                    "declaration 申报表(默认)，school 学校填报表，county 区县填报表",
                    "declaration (default), or the fill-in form of each school or of the county",
                )
                .value_parser(PossibleValuesParser::new(Form::ALL.map(|(id, _)| id)))
                .hide_possible_values(true),
        );
    words
        .standard(command)
        .arg(words.mapping())
        .arg(words.json())
        .arg(words.timing())
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let wanted = wanted(matches)?;
    let out = cli::path(matches, "out");
    if out
        .extension()
        .is_none_or(|e| !e.eq_ignore_ascii_case("xlsx"))
    {
        return Err(Failure::usage(Text::new(
            format!("--out 应为 .xlsx 文件，不是 {}", out.display()),
            format!("--out is an .xlsx file, not {}", out.display()),
        )));
    }
    let form = cli::text(matches, "form")
        .and_then(Form::from_id)
        .unwrap_or_default();
    let intake = input::read(matches, "bundle", EVALUATED)?;
    let standard = packs::standard(&wanted, &intake.snapshot)?;
    let evaluation = evaluate(&intake.snapshot, &standard);
    let subject = Subject {
        snapshot: &intake.snapshot,
        standard: &standard,
        evaluation: &evaluation,
    };
    let bytes = forms(&subject, form).map_err(Failure::usage)?;
    write::write_file(&out, &bytes).map_err(|e| Failure::file(&out, &e))?;
    Ok(if context.json {
        views::written(&[out], &intake.findings, context)
    } else {
        wrote(&out, context.lang);
        String::new()
    })
}
