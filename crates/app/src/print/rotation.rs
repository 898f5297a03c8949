//! `plan rotation` on a terminal.

use junheng_core::evaluate::Evaluation;
use junheng_core::model::{SUBJECTS, Stage};
use junheng_core::show;
use junheng_core::text::{Lang, Text};
use junheng_core::verdict::Verdict;
use junheng_plan::rotation::{Move, Moves};
use junheng_plan::run::Status;

use super::page::{Page, standard};
use super::{Paint, paint};
use crate::Context;
use crate::commands::Rotation;
use crate::width::{pad, pad_left};

struct Printer<'a> {
    result: &'a Rotation<'a>,
    page: Page,
}

/// The plan for a person.
pub(crate) fn rotation(result: &Rotation<'_>, context: &Context) -> String {
    let mut p = Printer {
        result,
        page: Page::new(context),
    };
    p.head();
    p.notes();
    p.moves();
    p.effect();
    p.posts();
    p.itinerant();
    p.page.out
}

/// A subject's name.
pub(crate) fn subject(id: &str, lang: Lang) -> &str {
    SUBJECTS
        .iter()
        .find(|s| s.0 == id)
        .map_or(id, |s| lang.pick(s.1, s.2))
}

impl Printer<'_> {
    fn head(&mut self) {
        let (plan, standard) = (self.result.plan, standard(self.result.standard));
        let title = self.page.lang.pick("教师交流轮岗", "teacher rotation");
        self.page
            .head(self.result.snapshot, &[title.to_owned(), standard]);
        let Some(proof) = plan.proof else {
            let why = match plan.status {
                Status::OutOfTime => Text::new(
                    "到时间仍没有方案；请用 --time-limit 给更多时间。",
                    "No plan before the time limit; give more with --time-limit.",
                ),
                _ => Text::new("没有同时符合各项规则的方案：", "No plan keeps every rule:"),
            };
            let why = paint(why.get(self.page.lang), Paint::Red, self.page.colour);
            self.page.line(&why, 0);
            for conflict in &plan.conflicts {
                self.page
                    .line(&format!("  {}", conflict.get(self.page.lang)), 2);
            }
            return;
        };
        let (moved, stars) = (plan.moves.len(), plan.moved_backbone());
        if plan.eligible == 0 && moved == 0 {
            self.page.say(
                "没有可以安排交流的教师(原因见下)，没有交流方案；编制等其余部分照常核算。".to_owned(),
                "There is nobody to plan for (see below), so no rotation; posts and the rest were reckoned all the same.".to_owned(),
            );
            return;
        }
        let wished = plan
            .moves
            .iter()
            .filter(|m| m.kind == Moves::Wished)
            .count();
        let share = show::percent(moved as f64 / plan.eligible.max(1) as f64, None);
        let (least, least_stars) = plan.required;
        self.page.say(
            format!(
                "交流 {moved} 人，占符合条件的 {} 人的 {share}(至少 {least} 人)，其中骨干 {stars} 人(至少 {least_stars} 人)；如愿 {wished} 人。",
                plan.eligible
            ),
            format!(
                "{moved} move, {share} of {} eligible (at least {least}), of them {stars} backbone teachers (at least {least_stars}); {wished} get a wish.",
                plan.eligible
            ),
        );
        let (before, after, bound) = plan.failing;
        let best = bound.is_some_and(|b| b == after as i64);
        if !plan.indicators.is_empty() {
            self.page.say(
                format!(
                    "教师指标不达标(学段×指标)：{before} → {after} 项{}。",
                    if best { "，不能再少" } else { "" }
                ),
                format!(
                    "Sections × teacher indicators below their threshold: {before} → {after}{}.",
                    if best { ", and no plan has fewer" } else { "" }
                ),
            );
        }
        let value = show::number(proof.objective, 3);
        let bound = if proof.bound.is_finite() {
            show::number(proof.bound, 3)
        } else {
            "—".to_owned()
        };
        let gap = if proof.gap().is_finite() {
            show::percent(proof.gap(), None)
        } else {
            "—".to_owned()
        };
        let (zh, en) = match plan.status {
            Status::Optimal => ("已证明最优", "proven optimal"),
            _ => ("尚未证明最优", "not proven optimal"),
        };
        self.page.say(
            format!("目标值 {value}(人次×1000＋增加的通勤公里)，下界 {bound}，差距 {gap}，{zh}。"),
            format!(
                "Objective {value} (moves × 1,000 + km of commute added), bound {bound}, gap {gap}: {en}."
            ),
        );
        if let Some((from, to)) = plan.term {
            self.page.say(
                format!("{from} 起交流，{to} 期满返回。"),
                format!("From {from}; return on {to}."),
            );
        }
    }

    fn notes(&mut self) {
        for note in &self.result.plan.notes {
            let text = format!("· {}", note.get(self.page.lang));
            self.page.line(&text, 2);
        }
    }

    /// By school that receives.
    fn moves(&mut self) {
        let mut moves: Vec<&Move> = self.result.plan.moves.iter().collect();
        if moves.is_empty() {
            return;
        }
        moves.sort_by(|a, b| (a.stage, &a.to, &a.teacher_id).cmp(&(b.stage, &b.to, &b.teacher_id)));
        self.page.heading(
            "交流名单(按接收学校)",
            "Who moves, by the school that receives",
        );
        let mut last = None;
        for m in moves {
            if last != Some((&m.to, m.stage)) {
                self.page.out.push_str(&format!(
                    "  {} {}\n",
                    m.to.1,
                    m.stage.title().get(self.page.lang)
                ));
                last = Some((&m.to, m.stage));
            }
            let kind = match m.kind {
                Moves::Wished => self.page.lang.pick("志愿", "wished"),
                Moves::Assigned => self.page.lang.pick("统筹", "assigned"),
            };
            let star = if m.backbone {
                self.page.lang.pick("骨干", "backbone")
            } else {
                ""
            };
            let from = self.page.lang.pick("自", "from ");
            let line = format!(
                "    {}  {} {} {} {from}{}",
                m.teacher_id,
                pad(kind, 8),
                pad(subject(&m.subject, self.page.lang), 12),
                pad(star, 8),
                m.from.1
            );
            self.page.line(&line, 6);
            let reason = format!("      {}", m.reason.get(self.page.lang));
            self.page.line(&reason, 6);
        }
    }

    /// Coefficients of the teacher indicators, before and after.
    fn effect(&mut self) {
        if self.result.plan.moves.is_empty() {
            return;
        }
        let cv = |e: &Evaluation, stage: Stage, indicator: usize| {
            e.variations
                .iter()
                .find(|v| v.stage == stage && v.indicator == indicator)
                .map(|v| (v.spread.and_then(|s| s.cv), v.limit, v.verdict))
        };
        self.page.heading(
            "校际差异系数(由评估器计算)",
            "Coefficients of variation, by the evaluator",
        );
        let [before, after] = self.result.states();
        for (n, indicator) in self.result.standard.indicators.iter().enumerate() {
            if !self.result.plan.indicators.contains(&indicator.id) {
                continue;
            }
            for stage in Stage::JUDGED {
                let (Some(was), Some(is)) = (cv(before, stage, n), cv(after, stage, n)) else {
                    continue;
                };
                let number = |x: Option<f64>| x.map_or("—".to_owned(), |x| show::number(x, 3));
                let limit = is.1.map(|l| format!(" ≤ {}", show::number(l, 2)));
                self.page.out.push_str(&format!(
                    "  {} {}{} →{}{}  {}\n",
                    pad(&indicator.id, 4),
                    pad(stage.title().get(self.page.lang), 8),
                    pad_left(&number(was.0), 7),
                    pad_left(&number(is.0), 7),
                    limit.unwrap_or_default(),
                    is.2.map_or("", Verdict::sign)
                ));
            }
        }
    }

    fn posts(&mut self) {
        let sheet = self.result.establishment;
        if sheet.posts.is_empty() {
            return;
        }
        self.page.heading("编制", "Establishment");
        let posts: i64 = sheet.posts.iter().map(|p| p.posts).sum();
        let staff: i64 = sheet.posts.iter().map(|p| p.staff).sum();
        let over: i64 = sheet.posts.iter().map(|p| p.over().max(0)).sum();
        let under: i64 = sheet.posts.iter().map(|p| (-p.over()).max(0)).sum();
        let moved: i64 = sheet.moves.iter().map(|m| m.posts).sum();
        self.page.say(
            format!(
                "按标准应有 {posts} 人，现有 {staff} 人；超编合计 {over} 人，缺编合计 {under} 人；在总量内可调剂 {moved} 个。"
            ),
            format!(
                "{posts} posts by rule, {staff} staff: {over} over in some sections, {under} short in others; {moved} posts can move within the total."
            ),
        );
        if sheet.posts.iter().any(|p| p.from_teachers) {
            self.page.say(
                "没有填报教职工数的学段以名册中的专任教师代替，缺编会偏大。".to_owned(),
                "Where staff is not reported the listed teachers stand for it, so shortages look larger."
                    .to_owned(),
            );
        }
    }

    fn itinerant(&mut self) {
        let Some(all) = self.result.itinerant else {
            return;
        };
        self.page.heading("走教", "Itinerant teaching");
        let lacking: u32 = all.lacks.iter().map(|l| l.lessons).sum();
        let covered: u32 = all.lacks.iter().map(|l| l.covered).sum();
        self.page.say(
            format!(
                "体育、艺术、信息科技每周缺 {lacking} 课时(每班课时是假定，可用 --lessons 改)，走教可补 {covered} 课时。"
            ),
            format!(
                "{lacking} lessons of PE, arts and IT a week are lacking (lessons per class are assumed, see --lessons); visitors can give {covered}."
            ),
        );
        let name = |id: &str| {
            let found = self
                .result
                .plan
                .after
                .sections
                .iter()
                .find(|s| s.school_id == id);
            found.map_or(id.to_owned(), |s| s.name.clone())
        };
        let lines: Vec<String> = all
            .visits
            .iter()
            .map(|v| {
                let (from, to) = (name(&v.from), name(&v.to));
                let what = subject(&v.subject, self.page.lang);
                let (n, days, km) = (v.lessons, v.days, show::number(v.metres as f64 / 1000.0, 1));
                match self.page.lang {
                    Lang::Zh => format!(
                        "  {} {from} → {to}：{what}每周 {n} 课时，{days} 天，单程约 {km} 公里",
                        v.teacher_id
                    ),
                    Lang::En => format!(
                        "  {} {from} → {to}: {what}, {n} lessons on {days} days a week, about {km} km one way",
                        v.teacher_id
                    ),
                }
            })
            .collect();
        for line in lines {
            self.page.line(&line, 6);
        }
    }
}
