//! `junheng report`: the self-evaluation report and the other papers, as Word or PDF.

use std::path::Path;

use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Command};
use junheng_core::evaluate::evaluate;
use junheng_core::model::TableId;
use junheng_core::text::Text;
use junheng_intake::check::check;
use junheng_intake::write;
use junheng_paper::Subject;
use junheng_paper::compose::{Kind, Scene, TemplateError, Templates, compose, templates};

use super::{EVALUATED, Entry, wanted};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, input, packs, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "report",
    command,
    run,
};

/// `review 数据核查报告，…`.
fn kinds(words: Words) -> String {
    let list: Vec<String> = Kind::ALL
        .iter()
        .map(|k| format!("{} {}", k.id(), k.title().get(words.0)))
        .collect();
    list.join(words.pick("，", ", "))
}

fn command(words: Words) -> Command {
    let kinds = kinds(words);
    let command = words
        .command(
            "report",
            "生成自评报告等文书(Word 或 PDF)",
            "Write the self-evaluation report and other papers, as Word or PDF",
        )
        .arg(
            words
                .bundle()
                .required(false)
                .required_unless_present("write-templates"),
        )
        .arg(
            words
                .out(
                    "F.docx",
                    "写入的文件，.docx 或 .pdf",
                    "The file to write, .docx or .pdf",
                )
                .required(false)
                .required_unless_present("write-templates"),
        )
        .arg(
            words
                .option(
                    "kind",
                    "K",
                    &format!("文书种类(默认 self-evaluation)：{kinds}"),
                    &format!("The kind of paper (default self-evaluation): {kinds}"),
                )
                .value_parser(PossibleValuesParser::new(Kind::ALL.map(Kind::id)))
                .hide_possible_values(true),
        )
        .arg(words.option(
            "previous",
            "BUNDLE",
            "上一年的数据，用于比较",
            "Last year's bundle, to compare with",
        ))
        .arg(words.option(
            "red-head",
            "NAME",
            "版头的发文机关标志；不写则不带版头",
            "The issuing body of a red head; none without it",
        ))
        .arg(words.option(
            "template",
            "DIR",
            "用这个文件夹里改过的模板",
            "Use the changed templates of this folder",
        ))
        .arg(words.option(
            "write-templates",
            "DIR",
            "把内置模板写到这个文件夹，供修改",
            "Write the built-in templates into this folder, to be changed",
        ));
    words
        .standard(command)
        .arg(words.mapping())
        .arg(words.json())
        .arg(words.timing())
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let mut written = Vec::new();
    if let Some(folder) = cli::text(matches, "write-templates") {
        let folder = Path::new(folder);
        std::fs::create_dir_all(folder).map_err(|e| Failure::file(folder, &e))?;
        for (name, text) in templates() {
            let path = folder.join(name);
            write::write_file(&path, text.as_bytes()).map_err(|e| Failure::file(&path, &e))?;
            written.push(path);
        }
    }
    if cli::text(matches, "bundle").is_some() && cli::text(matches, "out").is_some() {
        written.push(paper(matches)?);
    }
    Ok(if context.json {
        views::written(&written, &[], context)
    } else {
        for path in &written {
            eprintln!(
                "{} {}",
                context.lang.pick("已写入", "wrote"),
                path.display()
            );
        }
        String::new()
    })
}

/// Makes one paper and writes it.
fn paper(matches: &ArgMatches) -> Result<std::path::PathBuf, Failure> {
    let wanted = wanted(matches)?;
    let out = cli::path(matches, "out");
    let extension = out.extension().unwrap_or_default().to_ascii_lowercase();
    let word = match extension.to_str() {
        Some("docx") => true,
        Some("pdf") => false,
        _ => {
            return Err(Failure::usage(Text::new(
                format!("--out 应为 .docx 或 .pdf 文件，不是 {}", out.display()),
                format!("--out is a .docx or .pdf file, not {}", out.display()),
            )));
        }
    };
    let kind = cli::text(matches, "kind")
        .and_then(Kind::from_id)
        .unwrap_or(Kind::SelfEvaluation);
    let own = cli::text(matches, "template").map_or_else(|| Ok(Templates::new()), own_templates)?;
    let tables: Vec<TableId> = if kind == Kind::Review {
        TableId::ALL.to_vec()
    } else {
        EVALUATED
            .iter()
            .copied()
            .chain([TableId::UnitCosts])
            .collect()
    };
    let intake = input::read(matches, "bundle", &tables)?;
    let previous = match cli::text(matches, "previous") {
        Some(_) => Some(input::read(matches, "previous", &tables)?),
        None => None,
    };
    let standard = packs::standard(&wanted, &intake.snapshot)?;
    let evaluation = evaluate(&intake.snapshot, &standard);
    let before = previous.as_ref().map(|p| evaluate(&p.snapshot, &standard));
    let mut findings = intake.findings.clone();
    if kind == Kind::Review {
        findings.extend(check(
            &intake.snapshot,
            previous.as_ref().map(|p| &p.snapshot),
        ));
    }
    let scene = Scene {
        previous: previous
            .as_ref()
            .zip(before.as_ref())
            .map(|(p, e)| Subject {
                snapshot: &p.snapshot,
                standard: &standard,
                evaluation: e,
            }),
        findings: &findings,
        red_head: cli::text(matches, "red-head"),
        ..Scene::new(Subject {
            snapshot: &intake.snapshot,
            standard: &standard,
            evaluation: &evaluation,
        })
    };
    let paper = compose(&scene, kind, &own).map_err(|e| broken(&e))?;
    let bytes = if word {
        junheng_paper::docx(&paper)
    } else {
        junheng_paper::pdf(&paper)
    };
    write::write_file(&out, &bytes.map_err(Failure::Other)?)
        .map_err(|e| Failure::file(&out, &e))?;
    Ok(out)
}

/// The templates of a folder, by file name.
fn own_templates(folder: &str) -> Result<Templates, Failure> {
    let folder = Path::new(folder);
    let unreadable = |path: &Path, e: &std::io::Error| match Failure::file(path, e) {
        Failure::Other(message) => Failure::Usage(message),
        other => other,
    };
    let mut own = Templates::new();
    for entry in std::fs::read_dir(folder).map_err(|e| unreadable(folder, &e))? {
        let path = entry.map_err(|e| unreadable(folder, &e))?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if Kind::ALL.iter().any(|k| k.file() == name) {
            let text = std::fs::read_to_string(&path).map_err(|e| unreadable(&path, &e))?;
            own.insert(name, text);
        }
    }
    if own.is_empty() {
        return Err(Failure::usage(Text::new(
            format!(
                "{} 里没有模板；先用 --write-templates 写出",
                folder.display()
            ),
            format!(
                "there is no template in {}; write them with --write-templates first",
                folder.display()
            ),
        )));
    }
    Ok(own)
}

/// Every line that is wrong, with its file and number.
fn broken(errors: &[TemplateError]) -> Failure {
    let list = |pick: fn(&TemplateError) -> &str| {
        let lines = errors
            .iter()
            .map(|e| format!("  {}:{} {}", e.file, e.line, pick(e)));
        lines.collect::<Vec<_>>().join("\n")
    };
    Failure::usage(Text::new(
        format!("模板不能使用：\n{}", list(|e| &e.message.zh)),
        format!("the template cannot be used:\n{}", list(|e| &e.message.en)),
    ))
}
