//! A layout plan on a terminal: what changes, who goes farther, and how good the plan is.

use junheng_core::model::Snapshot;
use junheng_core::show::number;
use junheng_core::text::{Lang, Text};
use junheng_plan::layout::hearing::before_closing;
use junheng_plan::layout::impact::{
    Change, change, closes_in, displaced, merged_into, new_in, shown,
};
use junheng_plan::layout::{Outcome, Plan, Problem, Reading, Share};
use junheng_plan::run::Status;
use junheng_plan::travel::Unit;

use super::page::{Page, SHOWN};
use super::{Paint, paint};
use crate::Context;
use crate::width::{pad, pad_left};

/// A plan with what it was made from.
pub(crate) struct Layout<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) reading: &'a Reading,
    pub(crate) outcome: &'a Outcome,
}

impl Layout<'_> {
    /// The first year of the school year of a period.
    pub(crate) fn year(&self, period: usize) -> Option<i16> {
        let ahead = i16::try_from(period + 1).ok()?;
        self.snapshot.school_year()?.checked_add(ahead)
    }
}

struct Printer<'a> {
    result: &'a Layout<'a>,
    problem: &'a Problem,
    page: Page,
}

/// The plan in words.
pub(crate) fn layout(result: &Layout<'_>, context: &Context) -> String {
    let mut p = Printer {
        result,
        problem: &result.reading.problem,
        page: Page::new(context),
    };
    let stage = p.problem.stage.title();
    let title = Text::new(
        format!("{}布局方案", stage.zh),
        format!("layout, {}", stage.en),
    );
    p.page
        .head(result.snapshot, &[title.get(context.lang).to_owned()]);
    p.sentence(result.outcome);
    for conflict in &result.outcome.conflicts {
        p.page.conflict(&conflict.message, &conflict.relaxation);
    }
    if let Some(plan) = &result.outcome.plan {
        let last = shown(p.problem);
        p.periods(plan);
        p.schools(plan, last);
        p.boarding(plan, last);
        p.closures(plan, last);
        p.impact(plan, last);
    }
    p.page.notes(&result.reading.notes);
    p.page.out
}

impl Printer<'_> {
    fn sentence(&mut self, outcome: &Outcome) {
        let (zh, en, colour) = match outcome.status {
            Status::Optimal => ("已证明最优", "proven optimal", Paint::Green),
            Status::Feasible => ("可行，未证明最优", "feasible", Paint::Amber),
            Status::Infeasible => ("没有可行方案", "no plan keeps every rule", Paint::Red),
            Status::OutOfTime => ("时间用尽，没有结论", "out of time", Paint::Amber),
        };
        let word = paint(self.page.lang.pick(zh, en), colour, self.page.colour);
        let Some(proof) = outcome.proof else {
            self.page.line(&word, 0);
            return;
        };
        let (objective, bound) = (number(proof.objective, 2), number(outcome.bound, 2));
        let gap = number(proof.gap() * 100.0, 3);
        self.page.say(
            format!("{word}：目标值 {objective}，任何方案不低于 {bound}，差距 {gap}%。"),
            format!("{word}: objective {objective}, no plan is below {bound}, gap {gap} %."),
        );
        let Some(plan) = &outcome.plan else { return };
        let problem = self.problem;
        let last = shown(problem);
        let yuan: f64 = (0..problem.periods).map(|t| plan.yuan(problem, t)).sum();
        self.parts(plan, yuan);
        let moved = number(plan.moved(problem, last), 0);
        let chance = number(100.0 * problem.situations[last].weight, 0);
        let (of, at) = if problem.situations.len() > problem.periods {
            (
                format!("最后一期最可能的情景(概率 {chance}%，以下同)："),
                format!("The last period in its most probable scenario ({chance} %), as below: "),
            )
        } else if problem.periods > 1 {
            ("最后一期".to_owned(), "In the last period ".to_owned())
        } else {
            Default::default()
        };
        let mut zh = format!("{of}换学校的学生 {moved} 人");
        let mut en = format!("{at}{moved} students change school");
        if let Some(km) = plan.student_km(problem, last) {
            zh.push_str(&format!("；单程合计 {} 人公里", number(km, 1)));
            en.push_str(&format!("; {} student-km one way", number(km, 1)));
        }
        self.page.say(
            format!("{zh}。出行：{}。", problem.source.title().zh),
            format!("{en}. Travel: {}.", problem.source.title().en),
        );
    }

    /// What the objective is made of.
    fn parts(&mut self, plan: &Plan, yuan: f64) {
        let problem = self.problem;
        let travel = plan.objective(problem) - yuan;
        let many = problem.situations.len() > 1;
        let rate = problem.rules.yuan_per_km;
        let yuan = number(yuan, 0);
        if problem.unit == Unit::Metres && rate > 0.0 {
            let (km, rate) = (number(travel / rate, 1), number(rate, 4));
            let (zh, en) = if many {
                ("各期合计 ", " over all periods")
            } else {
                ("", "")
            };
            self.page.say(
                format!("目标值 = 建设费用 {yuan} 元 + {zh}{km} 人公里 × {rate} 元。"),
                format!(
                    "Objective = opening costs {yuan} yuan + {km} student-km{en} × {rate} yuan."
                ),
            );
        } else {
            let travel = number(travel, 1);
            self.page.say(
                format!("目标值 = 建设费用 {yuan} 元 + 出行 {travel}。"),
                format!("Objective = opening costs {yuan} yuan + travel {travel}."),
            );
        }
    }

    /// A period and its school year, where that is known.
    fn period(&self, period: usize) -> (String, String) {
        let n = period + 1;
        self.result.year(period).map_or_else(
            || (format!("第 {n} 期"), format!("Period {n}")),
            |y| {
                let then = y + 1;
                let zh = format!("第 {n} 期({y}-{then}学年)");
                (zh, format!("Period {n} ({y}-{then})"))
            },
        )
    }

    fn periods(&mut self, plan: &Plan) {
        let problem = self.problem;
        if problem.periods < 2 {
            return;
        }
        self.page.heading("分期", "Periods");
        for period in 0..problem.periods {
            let there = problem.situations.iter().filter(|s| s.period == period);
            let expected = there.map(|s| s.weight * s.students.iter().sum::<f64>());
            let open = plan.open[period].iter().flatten().count();
            let students = number(expected.sum(), 0);
            let yuan = number(plan.yuan(problem, period), 0);
            let (zh, en) = self.period(period);
            let (what_zh, what_en) = self.changes(plan, period);
            self.page.say(
                format!("{zh}：学生 {students} 人，开办 {open} 处，费用 {yuan} 元{what_zh}"),
                format!("{en}: {students} students, {open} open, {yuan} yuan{what_en}"),
            );
        }
    }

    /// What opens, is extended and closes in a period, by name.
    fn changes(&self, plan: &Plan, period: usize) -> (String, String) {
        let (mut zh, mut en) = (String::new(), String::new());
        for kind in [Change::Opens, Change::Extends, Change::Closes] {
            let sites = self.problem.sites.iter().enumerate();
            let names = sites.filter(|(j, _)| new_in(self.problem, plan, period, *j) == Some(kind));
            let names: Vec<&str> = names.map(|(_, site)| site.name.as_str()).collect();
            if !names.is_empty() {
                let title = kind.title();
                zh.push_str(&format!("；{}{}", title.zh, names.join("、")));
                en.push_str(&format!("; {}: {}", title.en, names.join(", ")));
            }
        }
        (zh, en)
    }

    fn schools(&mut self, plan: &Plan, at: usize) {
        self.page.heading("校址", "Sites");
        let problem = self.problem;
        let period = problem.situations[at].period;
        let loads = plan.loads(problem, at);
        let boarders = plan.boarders(problem, at);
        let mut unbuilt = 0;
        for (j, site) in problem.sites.iter().enumerate() {
            let change = change(problem, plan, period, j);
            if change == Change::NotBuilt {
                unbuilt += 1;
                continue;
            }
            let colour = match change {
                Change::Stays => Paint::Grey,
                Change::Extends => Paint::Amber,
                Change::Opens => Paint::Green,
                Change::Closes | Change::NotBuilt => Paint::Red,
            };
            let word = change.title();
            let word = pad(word.get(self.page.lang), 9);
            let word = paint(&word, colour, self.page.colour);
            let name = pad(&site.name, 36);
            let load = plan
                .offer(problem, period, j)
                .map_or_else(String::new, |o| {
                    format!("{}/{}", number(loads[j], 1), number(o.places, 1))
                });
            let classes = plan.offer(problem, period, j).and_then(|o| o.classes);
            let classes = classes.map_or_else(String::new, |n| {
                format!(" {n}{}", self.page.lang.pick("班", " classes"))
            });
            let beds = plan.offer(problem, period, j).map_or(0.0, |o| o.beds);
            let boarding = if boarders[j] > 0.0 {
                let (some, beds) = (number(boarders[j], 1), number(beds, 0));
                format!(
                    "{}{some}/{beds}",
                    self.page.lang.pick(" 寄宿 ", " boarders ")
                )
            } else {
                String::new()
            };
            let protected = if site.protected {
                self.page.lang.pick(" 受保护", " protected")
            } else {
                ""
            };
            self.page.out.push_str(&format!(
                "  {word}{name}{}{classes}{boarding}{protected}\n",
                pad_left(&load, 16)
            ));
        }
        if unbuilt > 0 {
            self.page.say(
                format!("另有 {unbuilt} 处备选校址不建。"),
                format!("{unbuilt} more sites are not built."),
            );
        }
    }

    /// Who lives at school, the farthest first.
    fn boarding(&mut self, plan: &Plan, at: usize) {
        let problem = self.problem;
        let shares = plan.shares[at].iter();
        let mut rows: Vec<&Share> = shares.filter(|s| s.boards(problem, at)).collect();
        if rows.is_empty() {
            return;
        }
        self.page.heading(
            "超过最远路程、须寄宿的居住单元",
            "Blocks beyond the longest way, whose children board",
        );
        let way = |s: &Share| problem.travel(s.site, s.block);
        rows.sort_by(|a, b| way(b).total_cmp(&way(a)).then(a.block.cmp(&b.block)));
        for share in rows.iter().take(SHOWN) {
            let students = problem.situations[at].students[share.block] * share.part;
            let text = format!(
                "{} ({}{}): {}, {}{}",
                problem.blocks[share.block].name,
                number(students, 1),
                self.page.lang.pick(" 人", " students"),
                problem.sites[share.site].name,
                number(way(share), 0),
                self.page.lang.pick(" 米", " m"),
            );
            self.page.line(&format!("  {text}"), 4);
        }
        self.page.rest(rows.len());
    }

    fn closures(&mut self, plan: &Plan, at: usize) {
        let problem = self.problem;
        let period = problem.situations[at].period;
        let closing: Vec<usize> = (0..problem.sites.len())
            .filter(|&j| change(problem, plan, period, j) == Change::Closes)
            .collect();
        if closing.is_empty() {
            return;
        }
        self.page.heading("撤并前须做", "Before a closure");
        let rows = displaced(problem, plan, at);
        for j in closing {
            let site = &problem.sites[j];
            let steps = before_closing(site).enumerate();
            let steps: Vec<String> = steps
                .map(|(n, s)| format!("{}. {}", n + 1, self.page.lang.pick(s.zh, s.en)))
                .collect();
            let when = closes_in(problem, plan, j).map(|period| {
                let (zh, en) = self.period(period);
                match self.page.lang {
                    Lang::Zh => format!("，{zh}撤并"),
                    Lang::En => format!(", {en}"),
                }
            });
            let into = merged_into(&rows, j).map(|(to, some, all)| {
                let name = &problem.sites[to].name;
                let (some, all) = (number(some, 0), number(all, 0));
                match self.page.lang {
                    Lang::Zh => format!("(学生 {all} 人，其中 {some} 人到 {name})"),
                    Lang::En => format!(" ({some} of {all} students go to {name})"),
                }
            });
            let text = format!(
                "{}{}{}: {}",
                site.name,
                when.unwrap_or_default(),
                into.unwrap_or_default(),
                steps.join(self.page.lang.pick("；", "; "))
            );
            self.page.line(&text, 2);
        }
        self.page.say(
            "依据：国办发〔2012〕48号、国办发〔2018〕27号(据二手资料，请核对原文)。".to_owned(),
            "Sources: 国办发〔2012〕48号, 国办发〔2018〕27号 (by secondary sources: check the text)."
                .to_owned(),
        );
    }

    fn impact(&mut self, plan: &Plan, at: usize) {
        let problem = self.problem;
        let mut rows = displaced(problem, plan, at);
        // Where nobody lives nobody goes farther; the files name those blocks too.
        rows.retain(|r| r.students > 0.0);
        if rows.is_empty() {
            return;
        }
        self.page
            .heading("学校撤并影响的居住单元", "Blocks whose school closes");
        let added = |r: &junheng_plan::layout::impact::Displaced| {
            r.before.map_or(0.0, |before| r.after - before)
        };
        rows.sort_by(|a, b| added(b).total_cmp(&added(a)).then(a.block.cmp(&b.block)));
        let unit = match problem.unit {
            Unit::Metres => self.page.lang.pick(" 米", " m"),
            Unit::Cost => "",
        };
        for row in rows.iter().take(SHOWN) {
            let before = row.before.map_or_else(|| "—".to_owned(), |b| number(b, 0));
            let text = format!(
                "{} ({}{}): {} → {}, {before} → {}{unit}",
                problem.blocks[row.block].name,
                number(row.students, 1),
                self.page.lang.pick(" 人", " students"),
                problem.sites[row.from].name,
                problem.sites[row.to].name,
                number(row.after, 0),
            );
            self.page.line(&format!("  {text}"), 4);
        }
        self.page.rest(rows.len());
    }
}
