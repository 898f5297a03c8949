//! `junheng docs`: the pages of `docs/generated`, which the program writes about itself.
//!
//! Hidden: it serves `cargo xtask gen`, not a county.

use std::fmt::Write as _;

use clap::{ArgMatches, Command};
use junheng_core::date::Date;
use junheng_core::finding::Severity;
use junheng_core::model::{FACT_PREFIXES, TableId};
use junheng_core::standard::{book, values_past_review};
use junheng_core::text::{Lang, Text};
use junheng_intake::check::CATALOGUE;
use junheng_intake::check::limits::LIMITS;
use junheng_intake::write;

use super::Entry;
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, packs};

pub(crate) const ENTRY: Entry = Entry {
    name: "docs",
    command,
    run,
};

/// The first line of every page.
const MADE: &str = "<!-- Written by `cargo xtask gen`; edit the source, not this page. -->\n\n";

fn command(words: Words) -> Command {
    words
        .command("docs", "写出生成的文档", "Write the generated pages")
        .hide(true)
        .arg(words.option("out", "DIR", "写入的文件夹", "The folder to write"))
        .arg(words.option(
            "past-review",
            "DATE",
            "列出到这一天应复核的标准值",
            "List the values of standards that were to be checked before this day",
        ))
}

fn run(matches: &ArgMatches, _: &Context) -> Result<String, Failure> {
    if let Some(day) = cli::text(matches, "past-review") {
        return past_review(day);
    }
    let out = cli::path(matches, "out");
    let mut pages = vec![
        ("fields.md".to_owned(), fields()),
        ("findings.md".to_owned(), findings()),
        ("commands.md".to_owned(), commands()),
    ];
    for id in packs::ids() {
        let pack = packs::pack(id)?;
        let page = format!(
            "{}\n---\n\n{}",
            book(&pack, Lang::Zh),
            book(&pack, Lang::En)
        );
        pages.push((format!("standards/{id}.md"), page));
    }
    for (name, text) in pages {
        let path = out.join(name);
        let folder = path.parent().unwrap_or(&out);
        std::fs::create_dir_all(folder).map_err(|e| Failure::file(folder, &e))?;
        // Books are wrapped for a terminal and may leave blanks at the ends of lines.
        let text: String = text.lines().flat_map(|l| [l.trim_end(), "\n"]).collect();
        let text = format!("{MADE}{}\n", text.trim_end());
        write::write_file(&path, text.as_bytes()).map_err(|e| Failure::file(&path, &e))?;
    }
    Ok(String::new())
}

/// What is due, and where it stands.
fn past_review(day: &str) -> Result<String, Failure> {
    let Ok(day) = day.parse::<Date>() else {
        return Err(Failure::usage(Text::new(
            format!("{day} 不是日期，写作 2026-09-01"),
            format!("{day} is not a date, as 2026-09-01"),
        )));
    };
    let mut out = String::new();
    let mut due = 0;
    for id in packs::ids() {
        for v in values_past_review(&packs::pack(id)?, day) {
            let place = match v.line {
                0 => v.pack.clone(),
                line => format!("{}/{}:{line}", v.pack, v.file),
            };
            let _ = writeln!(
                out,
                "standards/{place} {}: to be checked by {}",
                v.id, v.review_by
            );
            due += 1;
        }
    }
    let _ = writeln!(out, "{due} values of standards are past their review date");
    Ok(out)
}

/// A cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn fields() -> String {
    let mut out =
        "# 字段 · Fields\n\n表头写标识或中文名称都可以。A header is the id or the Chinese title.\n"
            .to_owned();
    for table in TableId::ALL {
        let _ = write!(
            out,
            "\n## {} · `{}`\n\n| id | 名称 | English | 单位 unit | 填报 by | 统计报表 form |\n| --- | --- | --- | --- | --- | --- |\n",
            table.zh(),
            table.id()
        );
        for field in table.fields() {
            let about = field.about();
            let _ = writeln!(
                out,
                "| `{}` | {} | {} | {} | {} {} | {} |",
                about.id,
                cell(about.zh),
                cell(about.en),
                cell(about.unit),
                super::fields::filler(about.filler, Lang::Zh),
                super::fields::filler(about.filler, Lang::En),
                cell(about.form)
            );
        }
    }
    out.push_str("\n## 县情中的其他键 · Other keys of the county table\n\n");
    for (prefix, zh, en) in FACT_PREFIXES {
        let _ = writeln!(out, "- `{prefix}*` {zh} · {en}");
    }
    out
}

fn findings() -> String {
    let mut out = "# 核查问题 · Findings\n\n须改正 error：先改正再评估；须说明 explain：属实的写明理由；提示 note：知道即可。\n".to_owned();
    for (severity, zh) in [
        (Severity::Error, "须改正"),
        (Severity::Explain, "须说明"),
        (Severity::Note, "提示"),
    ] {
        let _ = writeln!(out, "\n## {zh} · {}", severity.id());
        for e in CATALOGUE.iter().filter(|e| e.severity == severity) {
            let _ = write!(
                out,
                "\n### `{}` {}\n\n{}。→ {}。\n例：{}\n\n{}. {}. → {}.\nExample: {}\n",
                e.code,
                e.title.0,
                e.why.0,
                e.fix.0,
                e.example.0,
                e.title.1,
                e.why.1,
                e.fix.1,
                e.example.1
            );
        }
    }
    out.push_str("\n## 合理范围 · Plausible ranges\n\n| id | 自 from | 至 to | 单位 unit | 理由 why |\n| --- | --- | --- | --- | --- |\n");
    let shown = |x: f64| match x.is_finite() {
        true => junheng_core::show::number(x, 4),
        false => "—".to_owned(),
    };
    for limit in LIMITS {
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} {} | {}。{} |",
            limit.id,
            shown(limit.low),
            shown(limit.high),
            limit.unit.0,
            limit.unit.1,
            cell(limit.reason.0),
            cell(limit.reason.1)
        );
    }
    out
}

fn commands() -> String {
    let mut out = "# 命令 · Commands\n".to_owned();
    for (lang, title) in [(Lang::Zh, "中文"), (Lang::En, "English")] {
        let mut all = cli::command(lang).term_width(80);
        all.build();
        let _ = write!(out, "\n## {title}\n");
        show(&mut all, lang, &mut out);
    }
    out
}

fn show(command: &mut Command, lang: Lang, out: &mut String) {
    if command.is_hide_set() {
        return;
    }
    let name = command.get_bin_name().unwrap_or("junheng").to_owned();
    let help = cli::help(&command.render_help().to_string(), lang);
    let _ = write!(out, "\n### `{name}`\n\n```text\n{}\n```\n", help.trim_end());
    for sub in command.get_subcommands_mut() {
        show(sub, lang, out);
    }
}
