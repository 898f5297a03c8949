//! A zone plan on a terminal: how good it is, each school, what the rules cost, who moves.

use junheng_core::evaluate::Evaluation;
use junheng_core::model::Snapshot;
use junheng_core::show::{number, percent};
use junheng_core::standard::Standard;
use junheng_core::text::{Lang, Text};
use junheng_core::verdict::Verdict;
use junheng_plan::run::{Proof, Status};
use junheng_plan::travel::{Unit, listed};
use junheng_plan::zones::{Outcome, Plan, Problem, Reading};

use super::page::{Page, SHOWN};
use crate::Context;
use crate::commands::plan::zones::compare::Compared;
use crate::width::{pad, pad_left};

/// A plan with what it was made from.
pub(crate) struct Zones<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) reading: &'a Reading,
    pub(crate) outcome: &'a Outcome,
    pub(crate) judged: Option<&'a Judged>,
    pub(crate) compared: &'a [Compared],
}

/// The county before and after a plan, by the evaluator.
pub(crate) struct Judged {
    pub(crate) standard: Standard,
    pub(crate) before: Evaluation,
    pub(crate) after: Evaluation,
}

struct Printer<'a> {
    problem: &'a Problem,
    page: Page,
}

/// The plan in words.
pub(crate) fn zones(result: &Zones<'_>, context: &Context) -> String {
    let mut p = Printer {
        problem: &result.reading.problem,
        page: Page::new(context),
    };
    let stage = p.problem.stage.title();
    let title = Text::new(
        format!("{}学区方案", stage.zh),
        format!("attendance zones, {}", stage.en),
    );
    p.page
        .head(result.snapshot, &[title.get(context.lang).to_owned()]);
    p.sentence(result.outcome);
    for conflict in &result.outcome.conflicts {
        p.page.conflict(&conflict.message, &conflict.relaxation);
    }
    if let Some(plan) = result.outcome.plans.first() {
        p.schools(plan);
        p.first_year(plan);
        p.sharing();
        p.prices(result.outcome);
        p.moves(plan);
        p.ties(result.outcome);
        p.frontier(result.outcome);
        p.others(result.outcome);
        p.judged(result.judged);
    }
    super::zones_compare::compared(&mut p.page, result.compared);
    p.page.notes(&result.reading.notes);
    p.page.out
}

impl Printer<'_> {
    /// The unit of the objective.
    fn unit(&self) -> &'static str {
        match (self.problem.unit, self.page.lang) {
            (Unit::Metres, Lang::Zh) => "人公里",
            (Unit::Metres, Lang::En) => "student-km",
            (Unit::Cost, Lang::Zh) => "(成本)",
            (Unit::Cost, Lang::En) => "(cost)",
        }
    }

    fn sentence(&mut self, outcome: &Outcome) {
        let Some(plan) = outcome.plans.first() else {
            match outcome.status {
                Status::Infeasible => self.page.say(
                    "✗ 没有满足全部要求的方案：".to_owned(),
                    "✗ No plan keeps all rules:".to_owned(),
                ),
                _ => self.page.say(
                    "? 在工作量限度内没有找到方案，也没有证明不存在：".to_owned(),
                    "? No plan was found within the limits, nor a proof that there is none:"
                        .to_owned(),
                ),
            }
            return;
        };
        let proof = Proof {
            objective: plan.objective,
            bound: outcome.bound,
        };
        let (objective, bound) = (number(plan.objective, 3), number(outcome.bound, 3));
        let (unit, gap) = (self.unit(), number(proof.gap() * 100.0, 3));
        self.page.say(
            format!("✓ 目标值 {objective} {unit}，下界 {bound}，差距 {gap} %"),
            format!("✓ Objective {objective} {unit}, bound {bound}, gap {gap} %"),
        );
        let moved = number(plan.moved_students, 0);
        if let Some(km) = plan.student_km {
            let total: f64 = self.problem.blocks.iter().map(|b| b.children).sum();
            let mean = number(km * 1000.0 / total.max(1.0), 0);
            let (km, source) = (number(km, 1), self.problem.source.title());
            let (first_zh, first_en) = if self.problem.rules.grandfather {
                ("(首年新生)", " in the first year")
            } else {
                ("", "")
            };
            self.page.say(
                format!(
                    "  路程合计 {km} 人公里，人均 {mean} 米（{}）；变动学校 {moved} 人{first_zh}",
                    source.zh
                ),
                format!(
                    "  {km} student-km, {mean} m each ({}); {moved} students change school{first_en}",
                    source.en
                ),
            );
        }
    }

    fn schools(&mut self, plan: &Plan) {
        self.page.heading("学校", "Schools");
        let heads = match self.page.lang {
            Lang::Zh => ["学生", "学位", "负荷", "片数", "增一学位可省"],
            Lang::En => ["students", "places", "load", "pieces", "a seat saves"],
        };
        let name = |text: &str| pad(text, 28);
        let row = |name: String, cells: [String; 5]| {
            let widths = [9, 9, 9, 8, 14];
            let cells = cells.iter().zip(widths).map(|(c, w)| pad_left(c, w));
            format!("  {name}{}\n", cells.collect::<String>())
        };
        self.page
            .out
            .push_str(&row(name(""), heads.map(str::to_owned)));
        // Without a table adjacency every block is a piece of its own.
        let mapped = self.problem.neighbours.iter().any(|n| !n.is_empty());
        for (school, planned) in self.problem.schools.iter().zip(&plan.schools) {
            let ratio = if school.places > 0.0 {
                percent(planned.load / school.places, None)
            } else {
                "—".to_owned()
            };
            let cells = [
                number(planned.load, 1),
                number(school.places, 1),
                ratio,
                if mapped {
                    planned.pieces.to_string()
                } else {
                    "—".to_owned()
                },
                number(planned.seat_price, 3),
            ];
            let line = row(name(&school.name), cells);
            self.page.out.push_str(&line);
        }
    }

    /// Who stays and who comes while the grades in school stay where they are.
    fn first_year(&mut self, plan: &Plan) {
        if !self.problem.rules.grandfather {
            return;
        }
        self.page.heading(
            "首年：在校各年级留在原校",
            "The first year: grades in school stay",
        );
        for (at, planned) in plan.schools.iter().enumerate() {
            let school = &self.problem.schools[at];
            let all = self.problem.first_year(at, planned.load);
            let [stay, come, places] =
                [school.enrolled, all - school.enrolled, school.places].map(|n| number(n, 1));
            let (name, all) = (&school.name, number(all, 1));
            self.page.say(
                format!("{name}：留校 {stay} 人，按新学区入学 {come} 人，共 {all} 人，学位 {places} 个"),
                format!("{name}: {stay} stay, {come} come by the new zones, {all} in all for {places} places"),
            );
        }
    }

    /// Schools that share a zone.
    fn sharing(&mut self) {
        if self.problem.groups.is_empty() {
            return;
        }
        self.page
            .heading("多校划片：共用一个学区的学校", "Schools that share a zone");
        for group in &self.problem.groups {
            let names: Vec<&str> = group
                .iter()
                .map(|s| self.problem.schools[*s].name.as_str())
                .collect();
            self.page.say(
                format!("{}：按学位比例派位", names.join("、")),
                format!("{}: by lot, in proportion to places", names.join(", ")),
            );
        }
    }

    fn prices(&mut self, outcome: &Outcome) {
        let Some(prices) = outcome.prices else {
            return;
        };
        self.page.heading("各项要求的代价", "What each rule costs");
        let unit = self.unit();
        let [whole, contiguity, stability] =
            [prices.whole, prices.contiguity, prices.stability].map(|p| number(p, 1));
        let (whole_zh, whole_en) = if self.problem.rules.split {
            Default::default()
        } else {
            (
                format!("居住单元不拆分至多 {whole}，"),
                format!("Whole blocks at most {whole}, "),
            )
        };
        self.page.say(
            format!("{whole_zh}学区连成一片至少 {contiguity}，少变动至少 {stability}（{unit}）"),
            format!(
                "{whole_en}one piece at least {contiguity}, staying at least {stability} ({unit})"
            ),
        );
    }

    fn moves(&mut self, plan: &Plan) {
        let mut moves = Vec::new();
        for (block, shares) in self.problem.blocks.iter().zip(&plan.shares) {
            for (school, share) in shares.iter().filter(|s| block.current.moved(s.0)) {
                let children = share * block.children;
                if children > 0.0 {
                    moves.push((children, &block.name, &self.problem.schools[*school].name));
                }
            }
        }
        if moves.is_empty() {
            return;
        }
        moves.sort_by(|a, b| b.0.total_cmp(&a.0));
        self.page
            .heading("变动学校的居住单元", "Blocks that change school");
        let count = moves.len();
        for (children, block, school) in moves.into_iter().take(SHOWN) {
            let first = number(children * self.problem.following(), 1);
            let (zh, en) = if self.problem.rules.grandfather {
                (
                    format!("，首年新生 {first} 人"),
                    format!(", {first} in the first year"),
                )
            } else {
                Default::default()
            };
            let children = number(children, 1);
            self.page.say(
                format!("{block}（{children} 人{zh}）→ {school}"),
                format!("{block} ({children}{en}) → {school}"),
            );
        }
        self.page.rest(count);
    }

    fn ties(&mut self, outcome: &Outcome) {
        if outcome.ties.is_empty() {
            return;
        }
        self.page.heading(
            "边界两可之处：划到另一所学校同样远",
            "Arbitrary borders: another school is as near",
        );
        for tie in outcome.ties.iter().take(SHOWN) {
            let block = &self.problem.blocks[tie.block].name;
            let school = &self.problem.schools[tie.school].name;
            let other = &self.problem.schools[tie.other].name;
            let (mut zh, mut en) = (String::new(), String::new());
            if !tie.behind.is_empty() {
                let behind = tie.behind.iter();
                let behind: Vec<&str> = behind
                    .map(|b| self.problem.blocks[*b].name.as_str())
                    .collect();
                let (list_zh, list_en) = listed(&behind);
                let all = number(tie.students(self.problem), 0);
                zh = format!("；其后 {list_zh} 随之两可，共 {all} 人");
                en = format!("; behind it {list_en}, {all} students in all");
            }
            self.page.say(
                format!("{block}：{school}，也可 {other}{zh}"),
                format!("{block}: {school}, or {other}{en}"),
            );
        }
        self.page.rest(outcome.ties.len());
    }

    fn frontier(&mut self, outcome: &Outcome) {
        if outcome.frontier.is_empty() {
            return;
        }
        self.page.heading(
            "变动人数与路程（可拆分时的下限）",
            "Students moved against travel (a floor: blocks may be split)",
        );
        for (moved, km) in &outcome.frontier {
            let (moved, km) = (number(*moved, 0), number(*km, 1));
            self.page.say(
                format!("变动 {moved} 人：{km} 人公里"),
                format!("{moved} moved: {km} student-km"),
            );
        }
    }

    fn judged(&mut self, judged: Option<&Judged>) {
        let Some(Judged { before, after, .. }) = judged else {
            return;
        };
        if self.problem.rules.grandfather {
            self.page.heading(
                "按首年人数重新评估(在校年级留在原校)",
                "Judged again with the students of the first year (grades in school stay)",
            );
        } else {
            self.page.heading(
                "按方案人数重新评估",
                "Judged again with the students of the plan",
            );
        }
        let failing = |e: &Evaluation| {
            let sections = e.sections.iter();
            sections
                .filter(|s| s.verdict == Some(Verdict::NotMet))
                .count()
        };
        let beyond = |e: &Evaluation| {
            let all = e.variations.iter();
            all.filter(|v| v.verdict == Some(Verdict::NotMet)).count()
        };
        let (a, b) = (failing(before), failing(after));
        let (c, d) = (beyond(before), beyond(after));
        self.page.say(
            format!("资源配置不达标的学段 {a} → {b} 个，差异系数超限 {c} → {d} 项"),
            format!("Sections short of resources {a} → {b}, coefficients of variation beyond their limit {c} → {d}"),
        );
    }

    fn others(&mut self, outcome: &Outcome) {
        let Some((best, others)) = outcome.plans.split_first() else {
            return;
        };
        if others.is_empty() {
            return;
        }
        self.page.heading("其他方案", "Other plans");
        for (at, plan) in others.iter().enumerate() {
            let (number_of, objective) = (at + 2, number(plan.objective, 3));
            let differs = number(best.differs(plan, self.problem), 0);
            self.page.say(
                format!("方案 {number_of}：目标值 {objective}，与方案 1 有 {differs} 人去向不同"),
                format!(
                    "Plan {number_of}: objective {objective}, {differs} students differ from plan 1"
                ),
            );
        }
    }
}
