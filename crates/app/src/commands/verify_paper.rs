//! `junheng verify-paper`: are the figures of a paper still those of the data.

use clap::{ArgMatches, Command};
use junheng_core::evaluate::evaluate;
use junheng_core::text::Text;
use junheng_intake::paper;
use junheng_paper::Subject;
use junheng_paper::seal::{self, Seal};

use super::{EVALUATED, Entry, nation, wanted};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::packs::Wanted;
use crate::{Context, input, packs, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "verify-paper",
    command,
    run,
};

fn command(words: Words) -> Command {
    let command = words
        .command(
            "verify-paper",
            "核对文书：其中的数字是否仍与数据一致(不一致时退出码为1)",
            "Check a paper: are its figures still those of the data (exit 1 when not)",
        )
        .arg(
            words
                .place(
                    "file",
                    "FILE",
                    "文书：.docx、.pdf 或 .xlsx",
                    "The paper: .docx, .pdf or .xlsx",
                )
                .required(true),
        )
        .arg(
            words
                .option(
                    "bundle",
                    "BUNDLE",
                    "县的数据；全国、全省汇总的文书用其 Parquet 文件夹",
                    "The county; for the summary of a nation or province the folder of its Parquet files",
                )
                .required(true),
        );
    words
        .standard(command)
        .mut_arg("standard", |arg| {
            arg.help(
                words
                    .pick(
                        "文书所用标准不是内置的时，给出标准包文件夹(默认：文书所写的标准)",
                        "The folder of the paper's standard where it is not built in (default: what the paper says)",
                    )
                    .to_owned(),
            )
        })
        .arg(words.mapping())
        .arg(words.json())
        .arg(words.timing())
}

/// Base, overlays and choices of a seal's `cn-2017-6+ln;retention=B`, but for those that are named.
fn standard(text: &str, named: Wanted) -> Wanted {
    let mut parts = text.split(';');
    let mut packs = parts.next().unwrap_or_default().split('+');
    let base = packs.next().unwrap_or_default();
    let packs = packs.map(str::to_owned).collect();
    let choices = parts.filter_map(|p| p.split_once('='));
    let choices = choices.map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
    Wanted {
        standard: named.standard.or_else(|| Some(base.to_owned())),
        overlays: or(named.overlays, packs),
        choices: or(named.choices, choices),
    }
}

/// What is named, else what the paper says.
fn or<T>(named: Vec<T>, own: Vec<T>) -> Vec<T> {
    if named.is_empty() { own } else { named }
}

/// The seal that a paper of the county would carry now, and the hash of the input.
fn county(kept: &str, named: Wanted, matches: &ArgMatches) -> Result<(Seal, String), Failure> {
    let intake = input::read(matches, "bundle", EVALUATED)?;
    let standard = packs::standard(&standard(kept, named), &intake.snapshot)?;
    let evaluation = evaluate(&intake.snapshot, &standard);
    let subject = Subject {
        snapshot: &intake.snapshot,
        standard: &standard,
        evaluation: &evaluation,
    };
    Ok((Seal::of(&subject), intake.digest))
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let path = cli::path(matches, "file");
    let bytes = std::fs::read(&path).map_err(|e| Failure::file(&path, &e))?;
    let shown = path.display();
    let found = paper::seal(&bytes).ok_or_else(|| {
        Failure::Other(Text::new(
            format!("{shown} 没有评估校验码：不是本程序生成的文书，或已被其他软件去掉"),
            format!("{shown} carries no hash: this program did not make it, or another removed it"),
        ))
    })?;
    let named = wanted(matches)?;
    let data = cli::path(matches, "bundle");
    let (now, digest) = match nation::again(&found.standard, &data, &named, context) {
        Some(again) => again?,
        None => county(&found.standard, named, matches)?,
    };
    if now.evaluation != found.evaluation {
        return Err(Failure::Other(Text::new(
            format!(
                "不一致：{shown} 的评估校验码是 {}，按现有数据是 {}。数据或标准在文书生成后有变化；请重新生成，或用 compare 查看变化。",
                found.evaluation, now.evaluation
            ),
            format!(
                "not the same: {shown} has the hash {}, the data give {}. Data or standard changed since; make the paper again, or see compare.",
                found.evaluation, now.evaluation
            ),
        )));
    }
    if found.whole == Some(false) {
        return Err(Failure::Other(Text::new(
            format!(
                "{shown} 生成后被改动过(批注、签章也算)；评估校验码仍与数据一致。请与重新生成的文书对照。"
            ),
            format!(
                "{shown} was changed after it was made (a remark or a signature counts too); its hash still is that of the data. Compare it with a paper made again."
            ),
        )));
    }
    // Wording of a Word file may be changed by hand, numbers may not.
    let edited = found
        .numbers
        .as_ref()
        .zip(found.text.as_ref())
        .is_some_and(|(hash, text)| *hash != seal::numbers(text));
    if edited {
        return Err(Failure::Other(Text::new(
            format!(
                "{shown} 生成后数字被改动过(增删文号、日期也算)；评估校验码仍与数据一致。请与重新生成的文书对照。"
            ),
            format!(
                "numbers of {shown} were changed after it was made (a document number or date counts too); its hash still is that of the data. Compare it with a paper made again."
            ),
        )));
    }
    Ok(if context.json {
        views::paper(&found.evaluation, &found.standard, &digest, context)
    } else {
        format!(
            "{}\n",
            context.lang.pick(
                "一致：文书中的数字与数据相符。",
                "the same: the figures of the paper are those of the data."
            )
        )
    })
}
