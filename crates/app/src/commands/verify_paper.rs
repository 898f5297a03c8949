//! `junheng verify-paper`: are the figures of a paper still those of the data, and its words those written.

use clap::{ArgMatches, Command};
use junheng_core::evaluate::evaluate;
use junheng_core::model::column_letters;
use junheng_core::text::Text;
use junheng_intake::files::InputFile;
use junheng_intake::grid::{Grid, Value, read_grids};
use junheng_intake::paper::{self, Content, PaperSeal, Piece};
use junheng_paper::Subject;
use junheng_paper::forms::{Form, forms};
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

/// What a paper of the county would carry now.
struct Now {
    seal: Seal,
    /// Hash of the input.
    digest: String,
    /// The workbook that would be made.
    workbook: Option<Vec<u8>>,
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
    let now = match nation::again(&found.standard, &data, &named, context) {
        Some(again) => again.map(|(seal, digest)| Now {
            seal,
            digest,
            workbook: None,
        })?,
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
        Content::Word {
            pieces,
            whole,
            places,
        } => word(&shown, pieces, whole.as_deref(), places),
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
fn word(shown: &str, pieces: &[Piece], whole: Option<&str>, places: &str) -> Result<(), Text> {
    let kept = seal::Content {
        whole: whole.ok_or_else(|| unsealed(shown))?.to_owned(),
        places: places.to_owned(),
    };
    let texts: Vec<String> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Picture(hash) => seal::picture(hash),
        })
        .collect();
    let Some(place) = kept.changed(texts.iter().map(String::as_str)) else {
        return Ok(());
    };
    let quoted: String = place.chars().take(QUOTED).collect();
    Err(if place.is_empty() {
        Text::new(
            format!(
                "{shown} 生成后末尾的文字被删去；评估校验码仍与数据一致。请与重新生成的文书对照。"
            ),
            format!(
                "the end of {shown} was taken away after it was made; its hash still is that of the data. Compare it with a paper made again."
            ),
        )
    } else if place.contains(PICTURE) {
        Text::new(
            format!(
                "{shown} 在“{quoted}”处的图片与生成时不同(被替换、增删，或被软件重新压缩)，或其旁文字被改动，不能核对；请与重新生成的文书对照。"
            ),
            format!(
                "a picture of {shown} at “{quoted}” is not the one that was made (replaced, added, or compressed again by a program), or the text beside it was changed; it cannot be verified: compare it with a paper made again."
            ),
        )
    } else {
        Text::new(
            format!(
                "{shown} 生成后文字被改动过(增加落款、批示也算)；评估校验码仍与数据一致。第一处不同在“{quoted}”；请与重新生成的文书对照，判断改动是否得当。"
            ),
            format!(
                "the text of {shown} was changed after it was made (a signature or remark counts too); its hash still is that of the data. The first difference is at “{quoted}”; compare it with a paper made again and judge."
            ),
        )
    })
}

/// Characters of a paragraph that are quoted.
const QUOTED: usize = 60;
/// How a [picture](seal::picture) begins.
const PICTURE: &str = "[图片";

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
