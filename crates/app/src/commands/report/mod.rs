//! `junheng report`: the self-evaluation report and the other papers, as Word or PDF.

mod said;

pub(crate) use said::{EVIDENCE, EXPLAINED, place};

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Command};
use junheng_core::evaluate::{Evaluation, evaluate};
use junheng_core::finding::Finding;
use junheng_core::geo::BaseMap;
use junheng_core::model::{Snapshot, TableId};
use junheng_core::standard::Standard;
use junheng_core::text::{Lang, Text};
use junheng_intake::Intake;
use junheng_intake::files::text;
use junheng_intake::write::write_file;
use junheng_paper::compose::{Kind, Scene, TemplateError, Templates, compose, templates};
use junheng_paper::forms::{Form, forms};
use junheng_paper::model::Paper;
use junheng_paper::{Subject, docx_and_pdf, missing_characters};
use junheng_plan::run::each;

use super::{EVALUATED, Entry, wanted, write_together, wrote};
use crate::bar::Bar;
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, input, packs, views};
use said::{Explained, Listed};

pub(crate) const ENTRY: Entry = Entry {
    name: "report",
    command,
    run,
};

/// The list of fields that lies beside the templates.
const FIELDS: &str = "fields.md";

/// All kinds at once, into a folder.
const ALL: &str = "all";

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
                    "写入的文件，.docx 或 .pdf；--kind all 时是文件夹",
                    "The file to write, .docx or .pdf; a folder with --kind all",
                )
                .required(false)
                .required_unless_present("write-templates"),
        )
        .arg(
            words
                .option(
                    "kind",
                    "K",
                    &format!(
                        "文书种类(默认 self-evaluation)：{kinds}；all 全部文书和申报表，Word 与 PDF 各一份"
                    ),
                    &format!(
                        "The kind of paper (default self-evaluation): {kinds}; all for every one as Word and PDF, and the forms"
                    ),
                )
                .value_parser(PossibleValuesParser::new(
                    Kind::ALL.map(Kind::id).into_iter().chain([ALL]),
                ))
                .hide_possible_values(true),
        )
        .arg(words.option(
            "previous",
            "BUNDLE",
            "前期的数据(通常是上一年)，用于比较",
            "Earlier data to compare with, usually last year's bundle",
        ))
        .arg(words.option(
            "explained",
            "F.csv",
            "对问题的说明(表格)，写入数据核查报告：列为 问题代码、文件、工作表、行、列、说明(与 check 所列相同)",
            "Explanations of findings, for the data review: columns code, file, sheet, row, column (as check lists them) and reason",
        ))
        .arg(words.option(
            "evidence",
            "F.csv",
            "佐证材料(表格)，写入佐证材料目录：列为 项目编号、材料名称、文件、校验码、有效期至、页码",
            "The evidence there is, for its catalogue: columns item, title, file, sha256, expires_on, pages",
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
        .args(words.base_map())
        .arg(words.mapping())
        .arg(words.json())
        .arg(words.timing())
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let progress = Progress::new(context);
    let written = write(matches, context, &progress);
    progress.end();
    let written = written?;
    Ok(if context.json {
        views::written(&written, &[], context)
    } else {
        for path in &written {
            wrote(path, context.lang);
        }
        String::new()
    })
}

/// Writes what is asked for, and says which files these are.
fn write(
    matches: &ArgMatches,
    context: &Context,
    progress: &Progress,
) -> Result<Vec<PathBuf>, Failure> {
    let mut written = Vec::new();
    if let Some(folder) = cli::text(matches, "write-templates") {
        let folder = Path::new(folder);
        let files = templates();
        write_together(folder, &files)?;
        written.extend(files.iter().map(|(name, _)| folder.join(name)));
    }
    if cli::text(matches, "bundle").is_some() && cli::text(matches, "out").is_some() {
        let out = cli::path(matches, "out");
        if cli::text(matches, "kind") == Some(ALL) {
            let files = every(matches, context, progress)?;
            write_together(&out, &files)?;
            written.extend(files.iter().map(|(name, _)| out.join(name)));
        } else {
            let paper = one(matches, &out, context, progress)?;
            write_file(&out, &paper).map_err(|e| Failure::file(&out, &e))?;
            written.push(out);
        }
    }
    Ok(written)
}

/// The line of a terminal that says what is done, where nobody else watches.
struct Progress {
    bar: Option<Bar>,
    lang: Lang,
}

impl Progress {
    fn new(context: &Context) -> Self {
        Self {
            bar: context.watch.is_none().then(Bar::new),
            lang: context.lang,
        }
    }

    fn read<T>(&self, work: impl FnOnce() -> T) -> T {
        self.during(0.0, ("读取和评估", "reading and judging"), work)
    }

    fn compose<T>(&self, work: impl FnOnce() -> T) -> T {
        self.during(0.2, ("编写", "composing"), work)
    }

    fn draw<T>(&self, work: impl FnOnce() -> T) -> T {
        self.during(0.4, ("排版和画图", "laying out and drawing"), work)
    }

    fn during<T>(&self, done: f64, words: (&str, &str), work: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.during(done, self.lang.pick(words.0, words.1), work),
            None => work(),
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.end();
        }
    }
}

/// Makes one paper.
fn one(
    matches: &ArgMatches,
    out: &Path,
    context: &Context,
    progress: &Progress,
) -> Result<Vec<u8>, Failure> {
    let extension = out.extension().unwrap_or_default().to_ascii_lowercase();
    let make = match extension.to_str() {
        Some("docx") => junheng_paper::docx,
        Some("pdf") => junheng_paper::pdf,
        _ => {
            return Err(Failure::usage(Text::new(
                format!("--out 应为 .docx 或 .pdf 文件，不是 {}", out.display()),
                format!("--out is a .docx or .pdf file, not {}", out.display()),
            )));
        }
    };
    let kind = cli::text(matches, "kind").and_then(Kind::from_id);
    let kind = kind.unwrap_or(Kind::SelfEvaluation);
    let own = own_templates(matches)?;
    let matter = progress.read(|| Matter::read(matches, kind == Kind::Review))?;
    let paper = progress.compose(|| compose(&matter.scene(matches), kind, &own));
    let paper = paper.map_err(|e| broken(&e))?;
    matter.tell_unmatched(kind, context);
    if extension == "pdf" {
        tell_missing(&out.display().to_string(), &paper, context);
    }
    progress.draw(|| make(&paper)).map_err(Failure::Other)
}

/// Says which characters a PDF cannot show: a name is wrong there, and is not found.
fn tell_missing(file: &str, paper: &Paper, context: &Context) {
    let missing = missing_characters(paper);
    if missing.is_empty() {
        return;
    }
    let list: Vec<String> = missing.into_iter().map(String::from).collect();
    let message = Text::new(
        format!(
            "{file}：内嵌字体没有“{}”，PDF 中以“〓”代替，也搜索不到；请用同一文书的 .docx，它用本机的字体显示这些字(图中的除外)。",
            list.join("”“")
        ),
        format!(
            "{file}: the embedded fonts lack {}; the PDF shows 〓 instead, and a search does not find them. Use the .docx of the same paper, which shows them with the fonts of the machine (but for those in charts).",
            list.join(" ")
        ),
    );
    say!("{}", message.get(context.lang));
}

/// Makes every paper, and the forms where the standard has them.
fn every(
    matches: &ArgMatches,
    context: &Context,
    progress: &Progress,
) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let own = own_templates(matches)?;
    let [matter, checked] =
        progress.read(|| [false, true].map(|check| Matter::read(matches, check)));
    let (matter, checked) = (matter?, checked?);
    let scenes = [&matter, &checked].map(|m| m.scene(matches));
    let paper = |kind| compose(&scenes[usize::from(kind == Kind::Review)], kind, &own);
    let papers: Result<Vec<Paper>, _> =
        progress.compose(|| Kind::ALL.into_iter().map(paper).collect());
    let papers = papers.map_err(|e| broken(&e))?;
    matter.tell_unmatched(Kind::Evidence, context);
    checked.tell_unmatched(Kind::Review, context);
    let mut files = Vec::new();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let made = progress.draw(|| each(threads, &papers, docx_and_pdf));
    for ((kind, paper), made) in Kind::ALL.into_iter().zip(&papers).zip(made) {
        let (word, pdf) = made.map_err(Failure::Other)?;
        tell_missing(&format!("{}.pdf", kind.id()), paper, context);
        files.push((format!("{}.docx", kind.id()), word));
        files.push((format!("{}.pdf", kind.id()), pdf));
    }
    if let Ok(bytes) = forms(&matter.subject(), Form::default()) {
        files.push(("forms.xlsx".to_owned(), bytes));
    }
    Ok(files)
}

/// All that papers are made of.
struct Matter {
    intake: Intake,
    standard: Standard,
    evaluation: Evaluation,
    previous: Option<(Snapshot, Evaluation)>,
    findings: Vec<Finding>,
    explained: Explained,
    evidence: Listed,
    base: BaseMap,
}

impl Matter {
    /// Reads and judges; with `check` every table is read and checked.
    fn read(matches: &ArgMatches, check: bool) -> Result<Self, Failure> {
        let wanted = wanted(matches)?;
        let tables: Vec<TableId> = if check {
            TableId::ALL.to_vec()
        } else {
            let needed = EVALUATED.iter().copied();
            needed.chain([TableId::UnitCosts]).collect()
        };
        let intake = input::read(matches, "bundle", &tables)?;
        let standard = packs::standard(&wanted, &intake.snapshot)?;
        let evaluation = evaluate(&intake.snapshot, &standard);
        let previous = match cli::text(matches, "previous") {
            Some(_) => {
                let before = input::read(matches, "previous", &tables)?.snapshot;
                let judged = evaluate(&before, &standard);
                Some((before, judged))
            }
            None => None,
        };
        let mut findings = intake.findings.clone();
        if check {
            let before = previous.as_ref().map(|p| &p.0);
            findings.extend(junheng_intake::check::check(&intake.snapshot, before));
        }
        let explained = Explained::read(matches, &findings)?;
        let evidence = Listed::read(matches)?;
        Ok(Self {
            intake,
            standard,
            evaluation,
            previous,
            findings,
            explained,
            evidence,
            base: cli::base_map(matches),
        })
    }

    /// Says which rows of `--explained` or `--evidence` a kind of paper can put nowhere.
    fn tell_unmatched(&self, kind: Kind, context: &Context) {
        let subject = self.subject();
        let notes: Vec<Text> = match kind {
            Kind::Review => self.explained.notes(),
            Kind::Evidence => self.evidence.notes(|id| subject.takes_evidence(id)),
            _ => Vec::new(),
        };
        for note in notes {
            say!("{}", note.get(context.lang));
        }
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            snapshot: &self.intake.snapshot,
            standard: &self.standard,
            evaluation: &self.evaluation,
        }
    }

    fn scene<'a>(&'a self, matches: &'a ArgMatches) -> Scene<'a> {
        Scene {
            previous: self
                .previous
                .as_ref()
                .map(|(snapshot, evaluation)| Subject {
                    snapshot,
                    standard: &self.standard,
                    evaluation,
                }),
            findings: &self.findings,
            reasons: &self.explained.reasons,
            unmatched: &self.explained.unmatched,
            evidence: &self.evidence.pieces,
            base: Some(&self.base).filter(|b| **b != BaseMap::default()),
            red_head: cli::text(matches, "red-head"),
            ..Scene::new(self.subject())
        }
    }
}

/// A file that an option names cannot be read.
fn unreadable(path: &Path, e: &std::io::Error) -> Failure {
    match Failure::file(path, e) {
        Failure::File { said, .. } => Failure::Usage(said),
        other => other,
    }
}

/// The templates of the folder that the options name, by file name.
fn own_templates(matches: &ArgMatches) -> Result<Templates, Failure> {
    let Some(folder) = cli::text(matches, "template").map(Path::new) else {
        return Ok(Templates::new());
    };
    let mut own = Templates::new();
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| unreadable(folder, &e))? {
        let path = entry.map_err(|e| unreadable(folder, &e))?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mut refuse = |message: Text| {
            wrong.push(TemplateError {
                file: name.clone(),
                line: 1,
                message,
            });
        };
        if Kind::ALL.iter().any(|k| k.file() == name) {
            let bytes = std::fs::read(&path).map_err(|e| unreadable(&path, &e))?;
            match text(&bytes) {
                Some(text) => drop(own.insert(name, text)),
                None => refuse(Text::new(
                    "不是文本，或编码无法识别；请另存为 UTF-8",
                    "it is no text, or its encoding is not known; save it as UTF-8",
                )),
            }
        } else if name != FIELDS && !name.starts_with('.') && path.is_file() {
            let all = Kind::ALL.map(Kind::file).join(" ");
            refuse(Text::new(
                format!("没有这个名称的模板，它不会被使用；请改名或移走。模板有：{all}"),
                format!(
                    "no template has this name, so it would not be used; rename it or move it away. Templates are: {all}"
                ),
            ));
        }
    }
    if !wrong.is_empty() {
        wrong.sort_by(|a, b| a.file.cmp(&b.file));
        return Err(broken(&wrong));
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
