//! `junheng verify-paper`: are the figures of a paper still those of the data, and its words those written.

use clap::{ArgMatches, Command};
use junheng_core::evaluate::evaluate;
use junheng_core::model::column_letters;
use junheng_core::text::Text;
use junheng_intake::files::InputFile;
use junheng_intake::grid::{Grid, Value, read_grids};
use junheng_intake::paper::{self, Content, PaperSeal, Place, Word};
use junheng_paper::Subject;
use junheng_paper::forms::{Form, forms};
use junheng_paper::seal::{self, Change, Seal};

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

/// What a paper of the data would carry now.
pub(crate) struct Now {
    pub(crate) seal: Seal,
    /// Hash of the input.
    pub(crate) digest: String,
    /// The workbook that would be made.
    pub(crate) workbook: Option<Vec<u8>>,
}

fn county(found: &PaperSeal, named: Wanted, matches: &ArgMatches) -> Result<Now, Failure> {
    let intake = input::read(matches, "bundle", EVALUATED)?;
    let standard = packs::standard(&standard(&found.standard, named), &intake.snapshot)?;
    let evaluation = evaluate(&intake.snapshot, &standard);
    let subject = Subject {
        snapshot: &intake.snapshot,
        standard: &standard,
        evaluation: &evaluation,
    };
    let form = match &found.content {
        Content::Workbook(id) => id.as_deref().and_then(Form::from_id),
        _ => None,
    };
    let workbook = form.map(|form| forms(&subject, form)).transpose();
    Ok(Now {
        seal: Seal::of(&subject),
        digest: intake.digest,
        workbook: workbook.map_err(Failure::usage)?,
    })
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let path = cli::path(matches, "file");
    let bytes = std::fs::read(&path).map_err(|e| Failure::file(&path, &e))?;
    let shown = path.display().to_string();
    let found = paper::seal(&bytes).ok_or_else(|| {
        Failure::Other(Text::new(
            format!("{shown} 没有评估校验码：不是本程序生成的文书，或已被其他软件去掉；不能核对。"),
            format!(
                "{shown} carries no hash: this program did not make it, or another removed it. It cannot be verified."
            ),
        ))
    })?;
    let named = wanted(matches)?;
    let data = cli::path(matches, "bundle");
    let now = match nation::again(&found, &data, &named, context) {
        Some(again) => again?,
        None => county(&found, named, matches)?,
    };
    if now.seal.evaluation != found.evaluation {
        return Err(Failure::Other(Text::new(
            format!(
                "不一致：{shown} 的评估校验码是 {}，按现有数据是 {}。数据或标准在文书生成后有变化；请重新生成，或用 compare 查看变化。",
                found.evaluation, now.seal.evaluation
            ),
            format!(
                "not the same: {shown} has the hash {}, the data give {}. Data or standard changed since; make the paper again, or see compare.",
                found.evaluation, now.seal.evaluation
            ),
        )));
    }
    let said = match &found.content {
        Content::Pdf(whole) => pdf(&shown, *whole),
        Content::Word(found) => word(&shown, found),
        Content::Workbook(_) => workbook(&shown, &bytes, now.workbook.as_deref()),
    };
    said.map_err(Failure::Other)?;
    Ok(if context.json {
        views::paper(&found.evaluation, &found.standard, &now.digest, context)
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

/// A paper of which nothing says how it was made.
fn unsealed(shown: &str) -> Text {
    Text::new(
        format!(
            "{shown} 的内容校验信息缺失(被去掉，或由旧版本生成)，不能核对；请重新生成文书，与它对照。"
        ),
        format!(
            "{shown} lacks the seal of its content (removed, or an older version made it) and cannot be verified; make the paper again and compare."
        ),
    )
}

/// A PDF is what it was, byte by byte: nobody edits one by hand.
fn pdf(shown: &str, whole: Option<bool>) -> Result<(), Text> {
    match whole {
        None => Err(unsealed(shown)),
        Some(true) => Ok(()),
        Some(false) => Err(Text::new(
            format!(
                "{shown} 生成后被改动过(批注、签章也算)；评估校验码仍与数据一致。请与重新生成的文书对照。"
            ),
            format!(
                "{shown} was changed after it was made (a remark or a signature counts too); its hash still is that of the data. Compare it with a paper made again."
            ),
        )),
    }
}

/// A Word file says what it said, however it was saved since.
fn word(shown: &str, word: &Word) -> Result<(), Text> {
    let kept = word.kept.as_ref().ok_or_else(|| unsealed(shown))?;
    let [words, pictures, margins] = kept.each_ref().map(|kept| seal::Content {
        whole: kept.whole.clone(),
        places: kept.places.clone(),
    });
    if let Some(change) = words.changed(word.words.iter().map(|(_, text)| text.as_str())) {
        return Err(other_words(shown, word, &change));
    }
    let around = seal::margins(word.margins.iter().map(String::as_str));
    if let Some(change) = margins.changed(around.iter().map(String::as_str)) {
        let says = around.join(" ");
        let says = quoted(if change.at.is_some() {
            &change.words
        } else {
            &says
        });
        return Err(Text::new(
            format!(
                "{shown} 生成后页眉或页脚被改动过，现写着“{says}”；正文与生成时相同，评估校验码与数据一致。请与重新生成的文书对照。"
            ),
            format!(
                "headers or footers of {shown} were changed after it was made and now say “{says}”; its text is as it was made, its hash that of the data. Compare it with a paper made again."
            ),
        ));
    }
    if let Some(change) = pictures.changed(word.pictures.iter().map(String::as_str)) {
        let which = change.at.unwrap_or(word.pictures.len()) + 1;
        return Err(Text::new(
            format!(
                "{shown} 的第{which}幅图与生成时不同(被替换、增删，或被软件重新压缩)，不能核对；文字与生成时相同。请与重新生成的文书对照。"
            ),
            format!(
                "picture {which} of {shown} is not the one that was made (replaced, added, removed, or compressed again by a program) and cannot be verified; the text is as it was made. Compare it with a paper made again."
            ),
        ));
    }
    Ok(())
}

/// Which words are others, and where they stand.
fn other_words(shown: &str, word: &Word, change: &Change) -> Text {
    let Some((place, at)) = (change.at).and_then(|at| Some((word.words.get(at)?.0, at))) else {
        return Text::new(
            format!(
                "{shown} 生成后末尾的文字被删去；评估校验码仍与数据一致。请与重新生成的文书对照。"
            ),
            format!(
                "the end of {shown} was taken away after it was made; its hash still is that of the data. Compare it with a paper made again."
            ),
        );
    };
    let (zh, en) = match place {
        Place::Paragraph(n) => (format!("正文第{n}段"), format!("paragraph {n}")),
        Place::Cell { table, row, column } => {
            // What stands above a table says which it is.
            let above = word.words.get(..at).into_iter().flatten().rev();
            let above = above.skip_while(|(place, _)| matches!(place, Place::Cell { .. }));
            let above = above.map(|(_, text)| quoted(text)).next();
            let above = above.unwrap_or_default();
            (
                format!("第{table}个表(在“{above}”之后)第{row}行第{column}列"),
                format!("table {table} (after “{above}”), row {row}, column {column}"),
            )
        }
    };
    let says = quoted(&change.words);
    Text::new(
        format!(
            "{shown} 生成后文字被改动过(增加落款、批示也算)；评估校验码仍与数据一致。第一处不同在{zh}，现写着“{says}”；请与重新生成的文书对照，判断改动是否得当。"
        ),
        format!(
            "the text of {shown} was changed after it was made (a signature or remark counts too); its hash still is that of the data. The first difference is in {en}, which now says “{says}”; compare it with a paper made again and judge."
        ),
    )
}

/// The beginning of a text.
fn quoted(text: &str) -> String {
    const MOST: usize = 80;
    let mut quoted: String = text.chars().take(MOST).collect();
    if quoted.len() < text.len() {
        quoted.push('…');
    }
    quoted
}

/// Every cell of a workbook says what a workbook made now says, whatever program saved it.
fn workbook(shown: &str, bytes: &[u8], made: Option<&[u8]>) -> Result<(), Text> {
    let made = made.ok_or_else(|| unsealed(shown))?;
    let [now, own] = [made, bytes].map(|bytes| {
        let name = shown.to_owned();
        let bytes = bytes.to_vec();
        read_grids(&InputFile { name, bytes }).0
    });
    let names = |grids: &[Grid]| -> Vec<String> { grids.iter().map(|g| g.sheet.clone()).collect() };
    if names(&now) != names(&own) {
        let [now, own] = [names(&now).join("、"), names(&own).join("、")];
        return Err(Text::new(
            format!("{shown} 的工作表与按数据生成的不同：现有 {own}，应为 {now}。"),
            format!("the sheets of {shown} are not those that the data give: {own}, not {now}."),
        ));
    }
    for (now, own) in now.iter().zip(&own) {
        if let Some((cell, says, should)) = differing(now, own) {
            let sheet = &now.sheet;
            return Err(Text::new(
                format!(
                    "{shown} 生成后被改动过：工作表“{sheet}”的 {cell} 写着“{says}”，按数据应为“{should}”。"
                ),
                format!(
                    "{shown} was changed after it was made: {cell} of the sheet “{sheet}” says “{says}”, the data give “{should}”."
                ),
            ));
        }
    }
    Ok(())
}

/// The first cell that differs: where it is, what it says and what it should.
fn differing(now: &Grid, own: &Grid) -> Option<(String, String, String)> {
    let rows = now.rows.len().max(own.rows.len());
    (0..rows).find_map(|row| {
        let width = |grid: &Grid| grid.rows.get(row).map_or(0, Vec::len);
        (0..width(now).max(width(own))).find_map(|column| {
            let [should, says] = [now, own].map(|grid| grid.at(row, column));
            (!same(should, says)).then(|| {
                let letters = column_letters(u32::try_from(column + 1).unwrap_or(u32::MAX));
                (format!("{letters}{}", row + 1), cell(says), cell(should))
            })
        })
    })
}

/// Whether two cells say the same: programs that save a workbook keep 15 digits of a number or one less.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => (a - b).abs() <= 1e-12 * a.abs(),
        _ => cell(a) == cell(b),
    }
}

/// What a cell says; ends of lines and blanks around it are each program's own.
fn cell(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(t) | Value::Date(t) | Value::Error(t) => {
            t.split_whitespace().collect::<Vec<_>>().join(" ")
        }
        Value::Number(n) => n.to_string(),
        Value::Bool(b) => b.to_string(),
    }
}
