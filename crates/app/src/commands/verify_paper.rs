//! `junheng verify-paper`: are the figures of a paper still those of the data.

use clap::{ArgMatches, Command};
use junheng_core::evaluate::evaluate;
use junheng_core::text::Text;
use junheng_intake::paper;
use junheng_paper::Subject;
use junheng_paper::seal::{self, Seal};

use super::{EVALUATED, Entry};
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
    words
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
                .option("bundle", "BUNDLE", "县的数据", "The county")
                .required(true),
        )
        .arg(words.mapping())
        .arg(words.json())
        .arg(words.timing())
}

/// Base, overlays and choices of a seal's `cn-2017-6+ln;retention=B`.
fn standard(text: &str) -> Wanted {
    let mut parts = text.split(';');
    let mut packs = parts
        .next()
        .unwrap_or_default()
        .split('+')
        .map(str::to_owned);
    Wanted {
        standard: packs.next(),
        overlays: packs.collect(),
        choices: parts
            .filter_map(|p| p.split_once('='))
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .collect(),
    }
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
    let intake = input::read(matches, "bundle", EVALUATED)?;
    let standard = packs::standard(&standard(&found.standard), &intake.snapshot)?;
    let evaluation = evaluate(&intake.snapshot, &standard);
    let now = Seal::of(&Subject {
        snapshot: &intake.snapshot,
        standard: &standard,
        evaluation: &evaluation,
    });
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
        views::paper(&found.evaluation, &found.standard, &intake.digest, context)
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
