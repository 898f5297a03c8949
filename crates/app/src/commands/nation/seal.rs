//! The seal of the summary's papers: what was asked and a hash of the figures.

use std::path::Path;

use clap::ArgMatches;
use junheng_core::text::{Lang, Text};
use junheng_intake::paper::{Content, PaperSeal};
use junheng_intake::sheets::workbook;
use junheng_nation::output::{SHEETS, sheets, standard_id};
use junheng_paper::seal::{FORM, Figures, Seal, number};

use super::super::verify_paper::Now;
use super::{Result, command, judged};
use crate::Context;
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::packs::Wanted;
use crate::print::nation_pages;

/// How the options of a nation's seal begin; a county's begins with its standard.
const KIND: &str = "nation";

/// What was asked, as far as the figures depend on it: `nation;years=2024,2025;ahead=1`.
///
/// Every year is named, so that a year that joins the folder later leaves the paper as it is.
pub(super) fn asked(matches: &ArgMatches, packs: &[String], years: &[i16], ahead: u8) -> String {
    let years: Vec<String> = years.iter().map(i16::to_string).collect();
    let mut all = vec![KIND.to_owned(), format!("years={}", years.join(","))];
    all.extend(packs.iter().cloned());
    for id in ["set", "province"] {
        let given = cli::texts(matches, id);
        all.extend(given.iter().map(|text| format!("{id}={}", text.trim())));
    }
    all.extend(matches.get_flag("local").then(|| "local".to_owned()));
    all.push(format!("ahead={ahead}"));
    all.join(";")
}

/// The seal of a result: the tables of every year and the outlook.
pub(super) fn seal(result: &Result) -> Seal {
    let mut figures = Figures::new("junheng-nation-1");
    for (year, standards) in &result.years {
        for standard in &standards.all {
            figures.line(&[&standard_id(standard), &standard.version]);
        }
        // Failing sections are not kept once a year is written; their numbers stand in the others.
        for sheet in sheets(year, standards) {
            if sheet.name != SHEETS[2] {
                figures.line(&[&String::from_utf8_lossy(&sheet.csv())]);
            }
        }
    }
    for f in &result.forecasts {
        let line = [
            f.line.map(|l| l.p10),
            f.line.map(|l| l.p50),
            f.line.map(|l| l.p90),
        ];
        let [p10, p50, p90] = line.map(number);
        figures.line(&[
            &f.county,
            f.outlook.id(),
            &number(f.sections_hold),
            &p10,
            &p50,
            &p90,
        ]);
    }
    figures.seal(result.asked.clone())
}

/// What says in a workbook of the summary how it is made again: its language.
fn form(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "nation-zh",
        Lang::En => "nation-en",
    }
}

/// The lists of the summary as a workbook with its seal.
pub(super) fn book(result: &Result, lang: Lang) -> std::result::Result<Vec<u8>, Failure> {
    let seal = seal(result);
    let [evaluation, standard] = seal.properties();
    let properties = [evaluation, standard, (FORM, form(lang))];
    workbook(&nation_pages(result, lang), &properties).map_err(|e| {
        Failure::Other(Text::new(
            format!("汇总写不成工作簿：{e}"),
            format!("the summary cannot be made a workbook: {e}"),
        ))
    })
}

/// What a paper would carry now, where its own seal is a nation's: the same options, but for packs and
/// choices that are named.
pub(crate) fn again(
    found: &PaperSeal,
    data: &Path,
    named: &Wanted,
    context: &Context,
) -> Option<std::result::Result<Now, Failure>> {
    let (KIND, options) = found.standard.split_once(';')? else {
        return None;
    };
    let own = options.split(';').filter(|option| {
        !(named.standard.is_some() && option.starts_with("standard=")
            || !named.overlays.is_empty() && option.starts_with("overlay=")
            || !named.choices.is_empty() && option.starts_with("set="))
    });
    let own = own.map(|option| format!("--{option}"));
    let standard = named.standard.iter().map(|id| format!("--standard={id}"));
    let overlays = named.overlays.iter().map(|id| format!("--overlay={id}"));
    let choices = named
        .choices
        .iter()
        .map(|(id, value)| format!("--set={id}={value}"));
    let words = own.chain(standard).chain(overlays).chain(choices);
    let words = words.chain(["--".to_owned(), data.display().to_string()]);
    let matches = command(Words(context.lang)).no_binary_name(true);
    let matches = matches.try_get_matches_from(words).map_err(|_error| {
        Failure::Other(Text::new(
            "文书的评估校验码读不懂：可能由其他版本生成，或被改动过",
            "the hash of the paper cannot be understood: another version made it, or it was changed",
        ))
    });
    Some(matches.and_then(|matches| {
        let (result, digest) = judged(&matches, None, context)?;
        let own = |lang: &Lang| found.content == Content::Workbook(Some(form(*lang).to_owned()));
        let lang = [Lang::Zh, Lang::En].into_iter().find(own);
        Ok(Now {
            seal: seal(&result),
            digest,
            workbook: lang.map(|lang| book(&result, lang)).transpose()?,
        })
    }))
}
