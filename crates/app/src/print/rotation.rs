//! `plan rotation` on a terminal, and its lists as tables.

use junheng_core::evaluate::Evaluation;
use junheng_core::model::{SUBJECTS, Stage};
use junheng_core::show;
use junheng_core::text::{Lang, Text};
use junheng_core::verdict::Verdict;
use junheng_intake::write::Listing;
use junheng_plan::rotation::{Move, Moves, PostRule};
use junheng_plan::run::Status;

use super::{COLUMNS, Paint, paint};
use crate::Context;
use crate::commands::{Rotation, is_synthetic};
use crate::width::{pad, pad_left, wrap};

struct Printer<'a> {
    result: &'a Rotation<'a>,
    lang: Lang,
    colour: bool,
    out: String,
}

/// The plan for a person.
pub(crate) fn rotation(result: &Rotation<'_>, context: &Context) -> String {
    let mut p = Printer {
        result,
        lang: context.lang,
        colour: context.colour,
        out: String::new(),
    };
    p.head();
    p.notes();
    p.moves();
    p.effect();
    p.posts();
    p.itinerant();
    p.out
}

fn subject(id: &str, lang: Lang) -> &str {
    SUBJECTS
        .iter()
        .find(|s| s.0 == id)
        .map_or(id, |s| lang.pick(s.1, s.2))
}

impl Printer<'_> {
    fn line(&mut self, text: &str, indent: usize) {
        self.out.push_str(&wrap(text, COLUMNS, indent));
        self.out.push('\n');
    }

    fn say(&mut self, zh: String, en: String) {
        let text = Text::new(zh, en);
        self.line(text.get(self.lang), 0);
    }

    fn heading(&mut self, zh: &str, en: &str) {
        let text = paint(self.lang.pick(zh, en), Paint::Bold, self.colour);
        self.out.push_str(&format!("\n{text}\n"));
    }

    fn head(&mut self) {
        let (plan, standard) = (self.result.plan, self.result.standard);
        let mut head = format!(
            "{} · {} ({} v{})",
            self.result.snapshot.county_name(),
            standard.document,
            standard.id,
            standard.version
        );
        for (id, version) in &standard.overlays {
            head.push_str(&format!(" + {id} v{version}"));
        }
        self.line(&head, 2);
        if is_synthetic(self.result.snapshot) {
            let text = self.lang.pick(
                "合成数据，不是真实的县。",
                "Synthetic data, not a real county.",
            );
            let text = paint(text, Paint::Amber, self.colour);
            self.line(&text, 0);
        }
        let Some(proof) = plan.proof else {
            let why = match plan.status {
                Status::OutOfTime => Text::new(
                    "到时间仍没有方案；请用 --time-limit 给更多时间。",
                    "No plan before the time limit; give more with --time-limit.",
                ),
                _ => Text::new("没有同时符合各项规则的方案：", "No plan keeps every rule:"),
            };
            let why = paint(why.get(self.lang), Paint::Red, self.colour);
            self.line(&why, 0);
            for conflict in &plan.conflicts {
                self.line(&format!("  {}", conflict.get(self.lang)), 2);
            }
            return;
        };
        let (moved, stars) = (plan.moves.len(), plan.moved_backbone());
        let wished = plan
            .moves
            .iter()
            .filter(|m| m.kind == Moves::Wished)
            .count();
        let share = show::percent(moved as f64 / plan.eligible.max(1) as f64, None);
        let (least, least_stars) = plan.required;
        self.say(
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
        self.say(
            format!(
                "教师指标不达标(学段×指标)：{before} → {after} 项{}。",
                if best { "，不能再少" } else { "" }
            ),
            format!(
                "Sections × teacher indicators below their threshold: {before} → {after}{}.",
                if best { ", and no plan has fewer" } else { "" }
            ),
        );
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
        self.say(
            format!("目标值 {value}(人次×1000＋增加的通勤公里)，下界 {bound}，差距 {gap}，{zh}。"),
            format!(
                "Objective {value} (moves × 1,000 + km of commute added), bound {bound}, gap {gap}: {en}."
            ),
        );
        if let Some((from, to)) = plan.term {
            self.say(
                format!("{from} 起交流，{to} 期满返回。"),
                format!("From {from}; return on {to}."),
            );
        }
    }

    fn notes(&mut self) {
        for note in &self.result.plan.notes {
            let text = format!("· {}", note.get(self.lang));
            self.line(&text, 2);
        }
    }

    /// By school that receives.
    fn moves(&mut self) {
        let mut moves: Vec<&Move> = self.result.plan.moves.iter().collect();
        if moves.is_empty() {
            return;
        }
        moves.sort_by(|a, b| (a.stage, &a.to, &a.teacher_id).cmp(&(b.stage, &b.to, &b.teacher_id)));
        self.heading(
            "交流名单(按接收学校)",
            "Who moves, by the school that receives",
        );
        let mut last = None;
        for m in moves {
            if last != Some((&m.to, m.stage)) {
                self.out.push_str(&format!(
                    "  {} {}\n",
                    m.to.1,
                    m.stage.title().get(self.lang)
                ));
                last = Some((&m.to, m.stage));
            }
            let kind = match m.kind {
                Moves::Wished => self.lang.pick("志愿", "wished"),
                Moves::Assigned => self.lang.pick("统筹", "assigned"),
            };
            let star = if m.backbone {
                self.lang.pick("骨干", "backbone")
            } else {
                ""
            };
            let from = self.lang.pick("自", "from ");
            let line = format!(
                "    {}  {} {} {} {from}{}",
                m.teacher_id,
                pad(kind, 8),
                pad(subject(&m.subject, self.lang), 12),
                pad(star, 8),
                m.from.1
            );
            self.line(&line, 6);
            let reason = format!("      {}", m.reason.get(self.lang));
            self.line(&reason, 6);
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
        self.heading(
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
                self.out.push_str(&format!(
                    "  {} {}{} →{}{}  {}\n",
                    pad(&indicator.id, 4),
                    pad(stage.title().get(self.lang), 8),
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
        self.heading("编制", "Establishment");
        let posts: i64 = sheet.posts.iter().map(|p| p.posts).sum();
        let staff: i64 = sheet.posts.iter().map(|p| p.staff).sum();
        let over: i64 = sheet.posts.iter().map(|p| p.over().max(0)).sum();
        let under: i64 = sheet.posts.iter().map(|p| (-p.over()).max(0)).sum();
        let moved: i64 = sheet.moves.iter().map(|m| m.posts).sum();
        self.say(
            format!(
                "按标准应有 {posts} 人，现有 {staff} 人；超编合计 {over} 人，缺编合计 {under} 人；在总量内可调剂 {moved} 个。"
            ),
            format!(
                "{posts} posts by rule, {staff} staff: {over} over in some sections, {under} short in others; {moved} posts can move within the total."
            ),
        );
        if sheet.posts.iter().any(|p| p.from_teachers) {
            self.say(
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
        self.heading("走教", "Itinerant teaching");
        let lacking: u32 = all.lacks.iter().map(|l| l.lessons).sum();
        let covered: u32 = all.lacks.iter().map(|l| l.covered).sum();
        self.say(
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
                let what = match v.subject.as_str() {
                    "arts" => self.lang.pick("艺术", "arts"),
                    other => subject(other, self.lang),
                };
                let (n, days, km) = (v.lessons, v.days, show::number(v.metres as f64 / 1000.0, 1));
                match self.lang {
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
            self.line(&line, 6);
        }
    }
}

/// The lists as tables: by school, notices, establishment, posts moved, itinerant lessons.
pub(crate) fn rotation_listings(result: &Rotation<'_>, lang: Lang) -> Vec<Listing> {
    let listing = |name: &str, header: &[(&str, &str)], rows: Vec<Vec<String>>| Listing {
        name: name.to_owned(),
        header: header
            .iter()
            .map(|(zh, en)| lang.pick(zh, en).to_owned())
            .collect(),
        rows,
    };
    let plan = result.plan;
    let mut moves: Vec<&Move> = plan.moves.iter().collect();
    moves.sort_by(|a, b| (a.stage, &a.to, &a.teacher_id).cmp(&(b.stage, &b.to, &b.teacher_id)));
    let day = |n: usize| {
        let term = plan.term.map(|t| [t.0, t.1][n].to_string());
        term.unwrap_or_default()
    };
    let yes = |b: bool| {
        lang.pick(if b { "是" } else { "否" }, if b { "yes" } else { "no" })
            .to_owned()
    };
    let kind = |m: &Move| match m.kind {
        Moves::Wished => lang.pick("志愿", "wished").to_owned(),
        Moves::Assigned => lang.pick("统筹", "assigned").to_owned(),
    };
    let by_school = moves
        .iter()
        .map(|m| {
            vec![
                m.to.0.clone(),
                m.to.1.clone(),
                m.stage.title().get(lang).to_owned(),
                m.teacher_id.clone(),
                subject(&m.subject, lang).to_owned(),
                yes(m.backbone),
                m.from.0.clone(),
                m.from.1.clone(),
                kind(m),
                m.reason.get(lang).to_owned(),
            ]
        })
        .collect();
    let notices = plan
        .moves
        .iter()
        .map(|m| {
            let text = match lang {
                Lang::Zh => format!(
                    "{}老师：经研究，安排您自{}起由{}到{}交流任教{}，{}期满返回。{}如有困难，请在公示期内向教育局提出。",
                    m.teacher_id,
                    day(0),
                    m.from.1,
                    m.to.1,
                    subject(&m.subject, lang),
                    day(1),
                    m.reason.zh
                ),
                Lang::En => format!(
                    "To teacher {}: from {} you move from {} to {} to teach {}, until {}. {} Should this be hard on you, tell the education office while the list is on display.",
                    m.teacher_id,
                    day(0),
                    m.from.1,
                    m.to.1,
                    subject(&m.subject, lang),
                    day(1),
                    m.reason.en
                ),
            };
            vec![m.teacher_id.clone(), m.from.1.clone(), m.to.1.clone(), day(0), day(1), text]
        })
        .collect();
    let sheet = result.establishment;
    let posts = sheet
        .posts
        .iter()
        .map(|p| {
            let rule = match p.rule {
                PostRule::Students(n) => format!("1:{}", show::number(n, 2)),
                PostRule::Classes(n) => {
                    format!("{}{}", show::number(n, 2), lang.pick("/班", " per class"))
                }
            };
            vec![
                p.school_id.clone(),
                p.name.clone(),
                p.stage.title().get(lang).to_owned(),
                rule,
                p.posts.to_string(),
                p.staff.to_string(),
                p.over().to_string(),
            ]
        })
        .collect();
    let moved = sheet
        .moves
        .iter()
        .map(|m| {
            let (from, to) = (&sheet.posts[m.from], &sheet.posts[m.to]);
            vec![
                from.stage.title().get(lang).to_owned(),
                from.school_id.clone(),
                from.name.clone(),
                to.school_id.clone(),
                to.name.clone(),
                m.posts.to_string(),
            ]
        })
        .collect();
    let mut all = vec![
        listing(
            "by_school",
            &[
                ("接收学校标识码", "to_school_id"),
                ("接收学校", "to_school"),
                ("学段", "stage"),
                ("教师编号", "teacher_id"),
                ("学科", "subject"),
                ("骨干", "backbone"),
                ("原校标识码", "from_school_id"),
                ("原校", "from_school"),
                ("方式", "kind"),
                ("理由", "reason"),
            ],
            by_school,
        ),
        listing(
            "notices",
            &[
                ("教师编号", "teacher_id"),
                ("原校", "from_school"),
                ("接收学校", "to_school"),
                ("开始", "starts_on"),
                ("返回", "returns_on"),
                ("通知", "notice"),
            ],
            notices,
        ),
        listing(
            "posts",
            &[
                ("学校标识码", "school_id"),
                ("学校", "school"),
                ("学段", "stage"),
                ("标准", "rule"),
                ("应有", "posts"),
                ("现有", "staff"),
                ("超(正)缺(负)", "over"),
            ],
            posts,
        ),
        listing(
            "post_moves",
            &[
                ("学段", "stage"),
                ("调出学校标识码", "from_school_id"),
                ("调出学校", "from_school"),
                ("调入学校标识码", "to_school_id"),
                ("调入学校", "to_school"),
                ("编制数", "posts"),
            ],
            moved,
        ),
    ];
    if let Some(shared) = result.itinerant {
        let visits = shared
            .visits
            .iter()
            .map(|v| {
                vec![
                    v.teacher_id.clone(),
                    v.from.clone(),
                    v.to.clone(),
                    v.stage.title().get(lang).to_owned(),
                    v.subject.clone(),
                    v.lessons.to_string(),
                    v.days.to_string(),
                    show::number(v.metres as f64 / 1000.0, 1),
                    show::number(v.minutes, 0),
                ]
            })
            .collect();
        all.push(listing(
            "itinerant",
            &[
                ("教师编号", "teacher_id"),
                ("原校标识码", "from_school_id"),
                ("走教学校标识码", "to_school_id"),
                ("学段", "stage"),
                ("学科", "subject"),
                ("每周课时", "lessons"),
                ("每周天数", "days"),
                ("单程公里", "km"),
                ("每周路途分钟", "travel_minutes"),
            ],
            visits,
        ));
    }
    all
}
