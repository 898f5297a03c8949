//! The files of `plan path --out`: a table for the budget office, a chart, one page in Chinese.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use junheng_core::show;
use junheng_core::text::Lang;
use junheng_intake::write::{Value, plain_csv, plain_workbook, write_file};
use junheng_plan::path::Action;

use super::path::{Told, because, count};
use crate::commands::is_synthetic;
use crate::error::Failure;
use crate::print::path_words::{deed, money, summary};

/// Writes every file into the folder, which is made where it is missing.
pub(crate) fn write(told: &Told<'_>, folder: &Path) -> Result<(), Failure> {
    let rows = rows(told);
    let book = plain_workbook(&[
        ("达标路径措施", rows.as_slice()),
        ("分年", by_year(told).as_slice()),
    ])
    .map_err(|e| Failure::file(folder, &std::io::Error::other(e)))?;
    let files: [(&str, Vec<u8>); 4] = [
        ("path.csv", plain_csv(&rows)),
        ("path.xlsx", book),
        ("path.svg", chart(told).into_bytes()),
        ("path.md", page(told).into_bytes()),
    ];
    fs::create_dir_all(folder).map_err(|e| Failure::file(folder, &e))?;
    for (name, bytes) in files {
        let file = folder.join(name);
        write_file(&file, &bytes).map_err(|e| Failure::file(&file, &e))?;
    }
    Ok(())
}

fn text(words: &str) -> Value {
    Value::Text(words.to_owned())
}

fn rows(told: &Told<'_>) -> Vec<Vec<Value>> {
    let head = [
        "年份",
        "学校代码",
        "学校",
        "学段",
        "措施",
        "调出学校代码",
        "数量",
        "单位",
        "单价(元)",
        "金额(元)",
        "见效年份",
    ];
    let mut rows = vec![head.map(text).to_vec()];
    for step in &told.plan.steps {
        let (id, name) = told.school(step.section);
        let stage = told.stage(step.section);
        let price = stage.and_then(|s| told.plan.prices.of(step.action, s));
        rows.push(vec![
            Value::Number(f64::from(step.year)),
            text(id),
            text(name),
            text(&stage.map_or_else(String::new, |s| s.title().zh)),
            text(&step.action.title().zh),
            text(step.from.map_or("", |row| told.school(row).0)),
            Value::Number(step.amount as f64),
            text(step.action.unit().1),
            Value::Number(price.map_or(0.0, |p| p.yuan)),
            Value::Number(told.yuan(step)),
            Value::Number(price.map_or(0.0, |p| f64::from(step.year + p.lead))),
        ]);
    }
    rows
}

fn by_year(told: &Told<'_>) -> Vec<Vec<Value>> {
    let head = [
        "年份",
        "支出(元)",
        "预算(元)",
        "达标学段",
        "不达标学段",
        "无法判定学段",
        "超限差异系数",
    ];
    let mut rows = vec![head.map(text).to_vec()];
    for year in told.years {
        let mut row = vec![
            Value::Number(f64::from(year.year)),
            Value::Number(year.yuan),
            year.budget.map_or_else(|| text(""), Value::Number),
        ];
        row.extend(year.sections.map(|n| Value::Number(n as f64)));
        row.push(Value::Number(year.cv_above as f64));
        rows.push(row);
    }
    rows
}

/// Money by year and action as stacked bars.
fn chart(told: &Told<'_>) -> String {
    const COLOURS: [&str; 10] = [
        "#1f4e79", "#2e75b6", "#9dc3e6", "#7f6000", "#bf9000", "#385723", "#70ad47", "#a9d18e",
        "#7f7f7f", "#c55a11",
    ];
    let mut sums: BTreeMap<(i16, Action), f64> = BTreeMap::new();
    for step in &told.plan.steps {
        *sums.entry((step.year, step.action)).or_default() += told.yuan(step);
    }
    let most = told.years.iter().map(|y| y.yuan).fold(1.0, f64::max);
    let (height, wide) = (260.0, 90.0);
    let width = 120.0 + wide * told.years.len() as f64 + 190.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"360\" viewBox=\"0 0 {width} 360\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<text x=\"20\" y=\"24\" font-size=\"15\">{}</text>\n",
        escape(&format!(
            "达标路径：各年支出(万元){}",
            if is_synthetic(told.base) {
                "，合成数据"
            } else {
                ""
            }
        ))
    );
    for (n, year) in told.years.iter().enumerate() {
        let x = 60.0 + wide * n as f64;
        let mut y = 50.0 + height;
        for (action, colour) in Action::ALL.into_iter().zip(COLOURS) {
            let yuan = sums.get(&(year.year, action)).copied().unwrap_or(0.0);
            let tall = yuan / most * height;
            y -= tall;
            if tall > 0.0 {
                let _ = writeln!(
                    svg,
                    "<rect x=\"{x}\" y=\"{y:.2}\" width=\"{}\" height=\"{tall:.2}\" fill=\"{colour}\"/>",
                    wide * 0.6
                );
            }
        }
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{:.2}\">{}</text>",
            y - 6.0,
            show::number(year.yuan / 10_000.0, 1)
        );
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{}\">{}</text>",
            50.0 + height + 18.0,
            year.year
        );
    }
    let left = 80.0 + wide * told.years.len() as f64;
    for (n, (action, colour)) in Action::ALL.into_iter().zip(COLOURS).enumerate() {
        let y = 60.0 + 22.0 * n as f64;
        let _ = writeln!(
            svg,
            "<rect x=\"{left}\" y=\"{}\" width=\"12\" height=\"12\" fill=\"{colour}\"/><text x=\"{}\" y=\"{y}\">{}</text>",
            y - 10.0,
            left + 18.0,
            escape(&action.title().zh)
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// One page in Chinese: what comes out, what each year costs, what stays open.
fn page(told: &Told<'_>) -> String {
    let lang = Lang::Zh;
    let plan = told.plan;
    let label = if is_synthetic(told.base) {
        "(合成数据)"
    } else {
        ""
    };
    let mut out = format!(
        "# {}义务教育优质均衡达标路径{label}\n\n",
        told.base.county_name()
    );
    for text in summary(told, lang) {
        out.push_str(&text);
        out.push_str("\n\n");
    }
    let before = count(told.before);
    let _ = writeln!(
        out,
        "## 现状\n\n在评估范围内的学段中，{} 个达标，{} 个不达标，{} 个无法判定。\n",
        before[0], before[1], before[2]
    );
    out.push_str("## 分年安排\n\n");
    for year in told.years {
        let mut sums: BTreeMap<Action, (u64, f64)> = BTreeMap::new();
        for step in plan.steps.iter().filter(|s| s.year == year.year) {
            let sum = sums.entry(step.action).or_default();
            sum.0 += step.amount;
            sum.1 += told.yuan(step);
        }
        let parts: Vec<String> = sums
            .into_iter()
            .map(|(action, (amount, yuan))| {
                format!(
                    "{}{amount}{}({})",
                    action.title().zh,
                    action.unit().1,
                    money(yuan, lang)
                )
            })
            .collect();
        let budget = year
            .budget
            .map_or_else(String::new, |b| format!("，预算 {}", money(b, lang)));
        let what = if parts.is_empty() {
            "无支出".to_owned()
        } else {
            parts.join("；")
        };
        let _ = writeln!(
            out,
            "- {} 年，支出 {}{budget}：{what}。届时 {} 个学段达标。",
            year.year,
            money(year.yuan, lang),
            year.sections[0]
        );
    }
    out.push_str("\n## 支出最多的措施\n\n");
    let mut steps: Vec<_> = plan.steps.iter().collect();
    steps.sort_by(|a, b| told.yuan(b).total_cmp(&told.yuan(a)).then(a.cmp(b)));
    for step in steps.into_iter().take(8) {
        let (id, name) = told.school(step.section);
        let stage = told
            .stage(step.section)
            .map_or_else(String::new, |s| s.title().zh);
        let _ = writeln!(
            out,
            "- {} 年，{name}({id}){stage}：{}，{}",
            step.year,
            deed(told, step, lang),
            money(told.yuan(step), lang)
        );
    }
    if !plan.late.is_empty() || !plan.conflicts.is_empty() {
        out.push_str("\n## 到期仍不能达到的\n\n");
        for c in &plan.conflicts {
            let _ = writeln!(
                out,
                "- {} 年{} {} 差异系数，限值 {}，最低约 {}",
                c.year,
                c.stage.title().zh,
                told.indicator(c.indicator),
                show::number(c.limit, 4),
                show::number(c.reachable, 4)
            );
        }
        for late in plan.late.iter().take(15) {
            let (id, name) = told.school(late.section);
            let stage = told
                .stage(late.section)
                .map_or_else(String::new, |s| s.title().zh);
            let _ = writeln!(out, "- {name}({id}){stage}：{}", because(told, late).zh);
        }
    }
    if !plan.notes.is_empty() {
        out.push_str("\n## 说明\n\n");
        for note in &plan.notes {
            let _ = writeln!(out, "- {}", note.zh);
        }
    }
    let _ = writeln!(
        out,
        "\n方案已由独立核对程序逐条验证：{}。结论由评估器按标准 {} 重新评估。",
        if told.check.broken.is_empty() {
            "全部符合"
        } else {
            "有不符，见命令输出"
        },
        told.standard.id
    );
    out
}
