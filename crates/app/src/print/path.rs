//! A path to certification as text.

use std::cmp::Ordering;
use std::fmt::Write as _;

use junheng_core::show;
use junheng_core::text::Lang;
use junheng_core::verdict::Verdict;
use junheng_plan::path::{Rule, Step};
use junheng_plan::run::Status;

use super::page::{Page, standard};
use super::{COLUMNS, Paint, paint};
use crate::Context;
use crate::commands::plan::path::told::{Told, because, count};
use crate::width::{pad, pad_left, wrap};

/// Steps that are listed; the rest is in the files.
const LISTED: usize = 40;
/// Failing sections that are explained.
const EXPLAINED: usize = 12;

/// A plan for the terminal.
pub(crate) fn path(told: &Told<'_>, context: &Context) -> String {
    let lang = context.lang;
    let line = |text: &str| wrap(text, COLUMNS, 2) + "\n";
    let mut page = Page::new(context);
    let title = lang.pick("达标路径", "path to certification").to_owned();
    page.head(told.base, &[title, standard(told.standard)]);
    let mut out = page.out;
    for text in summary(told, lang) {
        out.push_str(&line(&text));
    }
    conflicts(told, lang, &mut out);
    years(told, lang, &mut out);
    actions(told, lang, &mut out);
    indicators(told, lang, &mut out);
    variation(told, lang, &mut out);
    for late in told.plan.late.iter().take(EXPLAINED) {
        let (id, name) = told.school(late.section);
        let stage = told.stage(late.section).map(|s| s.title());
        let stage = stage.as_ref().map_or("", |t| t.get(lang));
        let why = because(told, late);
        out.push_str(&line(&format!("✗ {name} {id} {stage}  {}", why.get(lang))));
    }
    answers(told, lang, &mut out);
    for note in &told.plan.notes {
        let label = lang.pick("注：", "Note: ");
        out.push_str(&line(&format!("{label}{}", note.get(lang))));
    }
    for text in &told.check.broken {
        let label = lang.pick("核对未通过：", "Check failed: ");
        out.push_str(&paint(
            &line(&format!("{label}{}", text.get(lang))),
            Paint::Red,
            context.colour,
        ));
    }
    out
}

/// Ten thousand yuan in Chinese, yuan in English.
pub(crate) fn money(yuan: f64, lang: Lang) -> String {
    match lang {
        Lang::Zh if yuan.abs() >= 10_000.0 => format!("{}万元", show::number(yuan / 10_000.0, 2)),
        Lang::Zh => format!("{}元", show::number(yuan, 2)),
        Lang::En => format!("{} yuan", show::thousands(yuan)),
    }
}

/// What came out, in a few sentences.
pub(crate) fn summary(told: &Told<'_>, lang: Lang) -> Vec<String> {
    let plan = told.plan;
    let cost = money(plan.proof.objective, lang);
    let bound = money(plan.proof.bound, lang);
    let gap = plan.proof.gap();
    let gap = if gap.is_finite() {
        show::percent(gap, None)
    } else {
        "—".to_owned()
    };
    let before = count(told.before);
    let after = count(told.after);
    let total: usize = after.iter().sum();
    let mut all = Vec::new();
    if let Some(yuan) = plan.purse {
        let yuan = money(yuan, lang);
        all.push(match lang {
            Lang::Zh => format!("各年合计不超过 {yuan} 时："),
            Lang::En => format!("With {yuan} in all:"),
        });
    }
    all.push(match (plan.status, lang) {
        (Status::Optimal, Lang::Zh) => format!("最少需 {cost}，已证明没有更省的方案。"),
        (Status::Optimal, Lang::En) => format!("It takes {cost}; proven that no plan costs less."),
        (Status::Infeasible, Lang::Zh) => format!("有规定无法达到(见下)；其余部分已照常规划，需 {cost}。"),
        (Status::Infeasible, Lang::En) => format!("Some limits cannot be reached (below); the rest was planned all the same and takes {cost}."),
        (Status::OutOfTime, Lang::Zh) => format!("时间用完，尚无证明；目前最好的方案需 {cost}。"),
        (Status::OutOfTime, Lang::En) => format!("Out of time without a proof; the best so far takes {cost}."),
        (Status::Feasible, Lang::Zh) => format!("需 {cost}；任何方案都不少于 {bound}，差距 {gap}。"),
        (Status::Feasible, Lang::En) => format!("It takes {cost}; no plan takes less than {bound}, a gap of {gap}."),
    });
    let fewest = match (plan.failing.len(), plan.failing_bound, lang) {
        (0, ..) => String::new(),
        (n, bound, Lang::Zh) => format!("，不达标 {n} 个(任何方案不少于 {bound} 个)"),
        (n, bound, Lang::En) => format!("; {n} fail (no plan has fewer than {bound})"),
    };
    // With a forecast fewer may pass than today, whatever is done.
    let passing = match after[0].cmp(&before[0]) {
        Ordering::Greater => format!("达标由 {} 个增至 {} 个", before[0], after[0]),
        Ordering::Equal => format!("达标仍为 {} 个", after[0]),
        Ordering::Less => format!("达标由 {} 个减至 {} 个", before[0], after[0]),
    };
    all.push(match lang {
        Lang::Zh => format!(
            "{} 年：在评估范围内的 {total} 个学段，{passing}{fewest}。",
            plan.last
        ),
        Lang::En => format!(
            "In {}: of {total} sections in scope {} pass instead of {}{fewest}.",
            plan.last, after[0], before[0]
        ),
    });
    all
}

fn conflicts(told: &Told<'_>, lang: Lang, out: &mut String) {
    for c in &told.plan.conflicts {
        let stage = c.stage.title();
        let limit = show::number(c.limit, 4);
        let reachable = c.reachable.map(|cv| show::beside(cv, c.limit, 4));
        let id = told.indicator(c.indicator);
        let text = match (lang, reachable) {
            (Lang::Zh, None) => format!(
                "✗ {} 年{}所有学校的 {id} 均为 0，差异系数无法计算，不能算达到限值 {limit}；请允许相应措施、增加资金或推迟目标年。",
                c.year, stage.zh
            ),
            (Lang::En, None) => format!(
                "✗ {} {} {id} is 0 in every school, so its CV is undetermined and does not keep its limit {limit}; allow an action for it, more money, or aim later.",
                c.year, stage.en
            ),
            (Lang::Zh, Some(reachable)) => format!(
                "✗ {} 年{} {id} 差异系数：限值 {limit}，最低只能降到约 {reachable}；需放宽到此，或允许更多措施、推迟目标年。",
                c.year, stage.zh
            ),
            (Lang::En, Some(reachable)) => format!(
                "✗ {} {} CV of {id}: limit {limit}, can be brought to about {reachable} only; relax it to that, allow more actions, or aim later.",
                c.year, stage.en
            ),
        };
        let _ = writeln!(out, "{}", wrap(&text, COLUMNS, 2));
    }
}

fn years(told: &Told<'_>, lang: Lang, out: &mut String) {
    let head = match lang {
        Lang::Zh => ["年", "支出", "预算", "达标", "不达标", "差异系数超限"],
        Lang::En => ["year", "paid", "budget", "pass", "fail", "CVs above"],
    };
    let widths = [6, 18, 18, 8, 8, 14];
    let row = |cells: [String; 6]| {
        let parts = cells.iter().zip(widths).map(|(c, w)| pad_left(c, w));
        parts.collect::<String>()
    };
    let _ = writeln!(out, "\n{}", row(head.map(str::to_owned)));
    for year in told.years {
        let budget = year
            .budget
            .map_or_else(|| "—".to_owned(), |b| money(b, lang));
        let _ = writeln!(
            out,
            "{}",
            row([
                year.year.to_string(),
                money(year.yuan, lang),
                budget,
                year.sections[0].to_string(),
                year.sections[1].to_string(),
                year.cv_above.to_string(),
            ])
        );
    }
}

/// What a step does, without its school.
pub(crate) fn deed(told: &Told<'_>, step: &Step, lang: Lang) -> String {
    let title = step.action.title();
    let unit = step.action.unit();
    let mut text = format!(
        "{} {} {}",
        title.get(lang),
        step.amount,
        lang.pick(unit.1, unit.0)
    );
    if let Some(giver) = step.from {
        let (id, name) = told.school(giver);
        let counts: Vec<&str> = step
            .counts
            .iter()
            .map(|f| lang.pick(f.about().zh, f.about().en))
            .collect();
        let _ = match lang {
            Lang::Zh => write!(text, "，自{name} {id}"),
            Lang::En => write!(text, " from {name} {id}"),
        };
        if !counts.is_empty() {
            let _ = write!(text, " ({})", counts.join(lang.pick("、", ", ")));
        }
    }
    text
}

/// What a rule is called.
pub(crate) fn rule(told: &Told<'_>, rule: Rule, lang: Lang) -> String {
    match rule {
        Rule::Threshold(i) => format!("{} {}", told.indicator(i), lang.pick("标准", "threshold")),
        Rule::Variation(i, stage) => format!(
            "{} {} {}",
            told.indicator(i),
            stage.title().get(lang),
            lang.pick("差异系数", "CV")
        ),
    }
}

fn actions(told: &Told<'_>, lang: Lang, out: &mut String) {
    if told.plan.steps.is_empty() {
        let _ = writeln!(
            out,
            "\n{}",
            lang.pick("没有安排任何措施。", "No action is planned.")
        );
        return;
    }
    let _ = writeln!(out, "\n{}", lang.pick("各年措施", "Actions by year"));
    for of in told.years {
        for (action, (amount, yuan)) in told.by_action(Some(of.year)) {
            let unit = action.unit();
            let _ = writeln!(
                out,
                "  {}  {}{} {}{}",
                of.year,
                pad(action.title().get(lang), 26),
                pad_left(&amount.to_string(), 10),
                pad(lang.pick(unit.1, unit.0), 8),
                pad_left(&money(yuan, lang), 18)
            );
        }
    }
    let _ = writeln!(out, "\n{}", lang.pick("逐校措施", "Actions by school"));
    for step in told.plan.steps.iter().take(LISTED) {
        let (id, name) = told.school(step.section);
        let stage = told.stage(step.section).map(|s| s.title());
        let stage = stage.as_ref().map_or("", |t| t.get(lang));
        let text = format!(
            "  {}  {name} {id} {stage}  {}  {}",
            step.year,
            deed(told, step, lang),
            money(told.yuan(step), lang)
        );
        let _ = writeln!(out, "{}", wrap(&text, COLUMNS, 8));
    }
    let rest = told.plan.steps.len().saturating_sub(LISTED);
    if rest > 0 {
        let _ = match lang {
            Lang::Zh => writeln!(out, "  另有 {rest} 项，用 --out 或 --json 看全部"),
            Lang::En => writeln!(out, "  {rest} more: see --out or --json"),
        };
    }
}

fn indicators(told: &Told<'_>, lang: Lang, out: &mut String) {
    let _ = writeln!(
        out,
        "\n{}",
        lang.pick(
            "各指标低于标准的学段  规划前 → 规划后，相关投入(一项措施可计入几个指标)",
            "Sections below each threshold: before → after, and what raises it"
        )
    );
    for of in told.by_indicator() {
        let [before, after] = of.below.map(|n| pad_left(&n.to_string(), 5));
        let _ = writeln!(
            out,
            "  {}{before} → {after}{}",
            pad(told.indicator(of.indicator), 4),
            pad_left(&money(of.yuan, lang), 18)
        );
    }
}

fn variation(told: &Told<'_>, lang: Lang, out: &mut String) {
    let _ = writeln!(
        out,
        "\n{}",
        lang.pick(
            "差异系数  规划前 → 规划后 (限值)",
            "Coefficients of variation: before → after (limit)"
        )
    );
    for (before, after) in told.before.variations.iter().zip(&told.after.variations) {
        let cv = |v: &junheng_core::evaluate::VariationResult| {
            let cv = v.spread.and_then(|s| s.cv);
            cv.map_or_else(|| "—".to_owned(), |cv| show::column(cv, v.limit, 4))
        };
        let limit = after
            .limit
            .map_or_else(|| "—".to_owned(), |l| show::number(l, 4));
        let sign = after.verdict.map_or("", Verdict::sign);
        let stage = after.stage.title();
        let _ = writeln!(
            out,
            "  {sign} {} {}  {} → {}  ({limit})",
            pad(stage.get(lang), 8),
            pad(told.indicator(after.indicator), 4),
            cv(before),
            cv(after)
        );
    }
    out.push('\n');
}

fn answers(told: &Told<'_>, lang: Lang, out: &mut String) {
    if let Some(points) = told.curve {
        let _ = writeln!(
            out,
            "\n{}",
            lang.pick(
                "投入与达标学段数(最少需 / 下界)",
                "Money and sections that pass (least found / bound)"
            )
        );
        for p in points {
            let _ = writeln!(
                out,
                "  {} {} / {}",
                pad_left(&p.passing.to_string(), 5),
                pad_left(&money(p.yuan, lang), 18),
                money(p.bound, lang)
            );
        }
    }
    if let Some(prices) = told.prices {
        let _ = writeln!(
            out,
            "\n{}",
            lang.pick(
                "去掉一条规定能省多少(负数为多花)",
                "What each rule costs: saved without it (below 0: more is spent)"
            )
        );
        for p in prices {
            let name = rule(told, p.rule, lang);
            let saved = told.plan.proof.objective - p.yuan;
            // Without the rule more sections may pass, for more money.
            let more = told.plan.failing.len().saturating_sub(p.failing);
            let passing = match (more, lang) {
                (0, _) => String::new(),
                (_, Lang::Zh) => format!("  (并多 {more} 个学段达标)"),
                (_, Lang::En) => format!("  (and {more} more sections pass)"),
            };
            let _ = writeln!(
                out,
                "  {}{}{passing}",
                pad(&name, 24),
                pad_left(&money(saved, lang), 18)
            );
        }
    }
}
