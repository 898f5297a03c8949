//! An independent check: every rule counted again from the tables, in whole or rational numbers.
//!
//! It shares no code with the planner but the way between two points.

use std::collections::BTreeMap;

use junheng_core::date::Date;
use junheng_core::evaluate::evaluate;
use junheng_core::exact::{Exact, decimal};
use junheng_core::model::{Field, Snapshot, TableId, is_special};
use junheng_core::standard::Standard;
use junheng_core::text::Text;
use junheng_core::verdict::Verdict;

use super::commute::Ways;
use super::{Move, Options, Plan, ShareOf};

/// A section: school and stage.
type Section = (String, String);

/// What a plan breaks; empty for a plan that keeps every rule and says the truth about itself.
#[must_use]
pub fn check(
    snapshot: &Snapshot,
    standard: &Standard,
    options: &Options,
    plan: &Plan,
) -> Vec<Text> {
    if plan.proof.is_none() {
        return if plan.moves.is_empty() {
            Vec::new()
        } else {
            vec![Text::new("没有方案却有交流", "moves without a plan")]
        };
    }
    let mut check = Check {
        snapshot,
        options,
        teachers: teachers(snapshot),
        ways: Ways::default(),
        wrong: Vec::new(),
    };
    check.walk(&plan.moves);
    check.persons(&plan.moves);
    check.shares(plan);
    check.sections(&plan.moves);
    check.objective(plan);
    check.evaluation(standard, plan);
    check.wrong
}

struct Check<'a> {
    snapshot: &'a Snapshot,
    options: &'a Options,
    /// Row by id.
    teachers: BTreeMap<&'a str, usize>,
    /// From the home of each move to each row of `schools`.
    ways: Ways,
    wrong: Vec<Text>,
}

fn teachers(snapshot: &Snapshot) -> BTreeMap<&str, usize> {
    (0..snapshot.rows(TableId::Teachers))
        .filter_map(|row| Some((snapshot.text(Field::TeacherId, row)?, row)))
        .collect()
}

impl Check<'_> {
    fn fail(&mut self, zh: String, en: String) {
        self.wrong.push(Text::new(zh, en));
    }

    fn require(&mut self, holds: bool, who: &str, zh: &str, en: &str) {
        if !holds {
            self.fail(format!("{who}：{zh}"), format!("{who}: {en}"));
        }
    }

    /// A school's row by id.
    fn school(&self, id: &str) -> Option<usize> {
        (0..self.snapshot.rows(TableId::Schools))
            .find(|row| self.snapshot.text(Field::SchoolId, *row) == Some(id))
    }

    /// The section a teacher is listed in; a blank stage is that of a school with one stage.
    fn section(&self, row: usize) -> Option<Section> {
        let school = self.snapshot.text(Field::TeacherSchool, row)?;
        if let Some(stage) = self.snapshot.text(Field::TeacherStage, row) {
            return Some((school.to_owned(), stage.to_owned()));
        }
        let mut stages = (0..self.snapshot.rows(TableId::Sections))
            .filter(|s| self.snapshot.text(Field::SectionSchool, *s) == Some(school))
            .filter_map(|s| self.snapshot.text(Field::SectionStage, s))
            .filter(|stage| *stage != "senior");
        let only = stages.next()?;
        stages
            .next()
            .is_none()
            .then(|| (school.to_owned(), only.to_owned()))
    }

    fn persons(&mut self, moves: &[Move]) {
        let s = self.snapshot;
        let year = s.school_year().or_else(|| s.as_of().map(Date::year));
        let mut seen: Vec<&str> = Vec::new();
        for (n, m) in moves.iter().enumerate() {
            let who = m.teacher_id.as_str();
            let Some(&row) = self.teachers.get(who) else {
                self.require(false, who, "不在名册", "is not in the list");
                continue;
            };
            self.require(!seen.contains(&who), who, "重复", "moves twice");
            seen.push(who);
            let from = s.text(Field::TeacherSchool, row);
            self.require(
                from == Some(m.from.0.as_str()),
                who,
                "原校不符",
                "is not of that school",
            );
            self.require(m.from.0 != m.to.0, who, "原地不动", "stays where she is");
            let stage = self.section(row).map(|section| section.1);
            let goes = (0..s.rows(TableId::Sections)).any(|at| {
                s.text(Field::SectionSchool, at) == Some(m.to.0.as_str())
                    && s.text(Field::SectionStage, at) == stage.as_deref()
            });
            self.require(goes, who, "学段不同", "changes her stage");
            self.schools_take_part(who, m);
            let eligible = s.number(Field::Eligible, row) == Some(1.0)
                && s.text(Field::ExemptReason, row).is_none();
            self.require(eligible, who, "不符合条件", "is not eligible or is exempt");
            let refused = self.options.refuse.iter().any(|id| id == who);
            self.require(!refused, who, "不应交流", "must not move");
            let pinned = self.options.pin.iter().any(|id| id == who);
            if let Some(year) = year.filter(|_| !pinned) {
                self.terms(who, row, year + 1);
            }
            self.commute(who, n, &m.to.0);
        }
        for id in &self.options.pin {
            self.require(
                seen.contains(&id.as_str()),
                id,
                "应交流而未交流",
                "must move and does not",
            );
        }
        for m in moves {
            let spouse = self.teachers.get(m.teacher_id.as_str());
            let spouse = spouse.and_then(|row| s.text(Field::Spouse, *row));
            let pinned = |id: &str| self.options.pin.iter().any(|p| p == id);
            let both = spouse.is_some_and(|id| {
                id != m.teacher_id && seen.contains(&id) && !(pinned(id) && pinned(&m.teacher_id))
            });
            self.require(
                !both,
                &m.teacher_id,
                "夫妻同时交流",
                "moves together with her spouse",
            );
        }
    }

    fn schools_take_part(&mut self, who: &str, m: &Move) {
        for id in [&m.from.0, &m.to.0] {
            let part = self.school(id).is_some_and(|row| {
                let kind = self
                    .snapshot
                    .number(Field::SchoolKind, row)
                    .unwrap_or(211.0);
                self.snapshot.text(Field::Owner, row) != Some("private") && !is_special(kind)
            });
            self.require(
                part,
                who,
                "涉及不参加交流的学校",
                "meets a school that takes no part",
            );
        }
    }

    /// Close to retirement; moved too lately.
    fn terms(&mut self, who: &str, row: usize, year: i16) {
        let s = self.snapshot;
        let limit = if s.text(Field::Sex, row) == Some("female") {
            55.0
        } else {
            60.0
        };
        if let Some(born) = s.number(Field::BirthYearOfTeacher, row) {
            let left = limit - (f64::from(year) - born);
            let enough = left >= f64::from(self.options.retire_years);
            self.require(enough, who, "临近退休", "is close to retirement");
        }
        let last = s
            .text(Field::LastMovedOn, row)
            .and_then(|d| d.parse::<Date>().ok());
        let term = i16::try_from(self.options.term_years).unwrap_or(i16::MAX);
        if let Some(last) = last {
            let served = last <= Date::september_first(year.saturating_sub(term));
            self.require(served, who, "上次交流未满期", "moved too lately");
        }
    }

    /// Reckons the ways of all moves.
    fn walk(&mut self, moves: &[Move]) {
        let s = self.snapshot;
        let home = |m: &Move| {
            let row = *self.teachers.get(m.teacher_id.as_str())?;
            s.number(Field::HomeLon, row)
                .zip(s.number(Field::HomeLat, row))
        };
        let at = |row| {
            s.number(Field::SchoolLon, row)
                .zip(s.number(Field::SchoolLat, row))
        };
        let homes: Vec<_> = moves.iter().map(home).collect();
        let schools: Vec<_> = (0..s.rows(TableId::Schools)).map(at).collect();
        self.ways = Ways::new(s, &homes, &schools);
    }

    /// Metres from the home of a move to a school.
    fn distance(&self, n: usize, school: &str) -> Option<i64> {
        self.ways.metres(n, self.school(school)?)
    }

    fn commute(&mut self, who: &str, n: usize, to: &str) {
        let most = self.options.max_metres;
        let far = self
            .distance(n, to)
            .zip(most)
            .is_some_and(|(m, most)| m as f64 > most);
        self.require(!far, who, "通勤超过上限", "would commute too far");
    }

    fn shares(&mut self, plan: &Plan) {
        let s = self.snapshot;
        let eligible = (0..s.rows(TableId::Teachers))
            .filter(|row| {
                s.number(Field::Eligible, *row) == Some(1.0)
                    && s.text(Field::TeacherStage, *row) != Some("senior")
            })
            .count();
        let backbone = plan
            .moves
            .iter()
            .filter_map(|m| self.teachers.get(m.teacher_id.as_str()))
            .filter(|row| s.number(Field::Backbone, **row) == Some(1.0))
            .count();
        let whole = |n: usize| Exact::from_integer(n.into());
        let shares = self.options.shares;
        let moved = plan.moves.len();
        let enough = whole(moved) >= decimal(shares.moved) * whole(eligible);
        self.require(enough, "交流比例/share", "不足", "is too small");
        let base = match shares.of {
            ShareOf::Moved => moved,
            ShareOf::Eligible => eligible,
        };
        let enough = whole(backbone) >= decimal(shares.backbone) * whole(base);
        self.require(enough, "骨干比例/backbone share", "不足", "is too small");
        let said = eligible == plan.eligible && backbone == plan.moved_backbone();
        self.require(said, "人数/counts", "不符", "are not what was counted");
    }

    /// Head counts and subjects.
    fn sections(&mut self, moves: &[Move]) {
        let mut heads: BTreeMap<Section, i64> = BTreeMap::new();
        let mut schools: BTreeMap<&str, i64> = BTreeMap::new();
        let mut taught: BTreeMap<(Section, String), (i64, i64)> = BTreeMap::new();
        let to: BTreeMap<&str, &str> = moves
            .iter()
            .map(|m| (m.teacher_id.as_str(), m.to.0.as_str()))
            .collect();
        let list: Vec<(&str, usize)> = self.teachers.iter().map(|(id, row)| (*id, *row)).collect();
        for (id, row) in list {
            let Some(section) = self.section(row) else {
                continue;
            };
            let subject = self.snapshot.text(Field::TeacherSubject, row).unwrap_or("");
            taught
                .entry((section.clone(), subject.to_owned()))
                .or_default()
                .0 += 1;
            let mut after = section.clone();
            if let Some(goal) = to.get(id) {
                after.0 = (*goal).to_owned();
                *heads.entry(section).or_default() -= 1;
                *heads.entry(after.clone()).or_default() += 1;
            }
            taught.entry((after, subject.to_owned())).or_default().1 += 1;
        }
        for m in moves {
            *schools.entry(&m.from.0).or_default() -= 1;
            *schools.entry(&m.to.0).or_default() += 1;
        }
        let rows: BTreeMap<Section, usize> = (0..self.snapshot.rows(TableId::Sections))
            .filter_map(|row| {
                let school = self.snapshot.text(Field::SectionSchool, row)?.to_owned();
                Some((
                    (
                        school,
                        self.snapshot.text(Field::SectionStage, row)?.to_owned(),
                    ),
                    row,
                ))
            })
            .collect();
        let balance = i64::from(self.options.balance);
        for (section, net) in heads {
            let open = rows
                .get(&section)
                .and_then(|row| self.options.posts.get(row));
            let (low, high) = open.copied().unwrap_or((-balance, balance));
            let within = (low..=high).contains(&net);
            self.require(
                within,
                &section.0,
                "人数不平衡",
                "its head count is out of balance",
            );
        }
        for (school, net) in schools
            .into_iter()
            .filter(|_| self.options.posts.is_empty())
        {
            let within = net.abs() <= balance;
            self.require(
                within,
                school,
                "全校人数不平衡",
                "its head count is out of balance",
            );
        }
        for ((section, subject), (was, is)) in taught {
            let covered = was == 0 || is > 0;
            let who = format!("{} {subject}", section.0);
            self.require(
                covered,
                &who,
                "学科空缺",
                "nobody teaches the subject any more",
            );
        }
    }

    fn objective(&mut self, plan: &Plan) {
        let Some(proof) = plan.proof else { return };
        let added: i64 = plan
            .moves
            .iter()
            .enumerate()
            .filter_map(|(n, m)| Some(self.distance(n, &m.to.0)? - self.distance(n, &m.from.0)?))
            .sum();
        let value = plan.moves.len() as f64 * 1000.0 + added as f64 / 1000.0;
        let same = (value - proof.objective).abs() <= 1e-9 * value.abs().max(1.0);
        self.require(same, "目标值/objective", "不符", "is not what was counted");
        let bound = proof.bound <= value + 1e-9 * value.abs().max(1.0);
        self.require(bound, "下界/bound", "高于目标值", "is above the objective");
    }

    /// The evaluator on tables changed here, not by the planner.
    fn evaluation(&mut self, standard: &Standard, plan: &Plan) {
        let mut after = self.snapshot.clone();
        if let Some(table) = after.tables.get_mut(&TableId::Teachers) {
            for m in &plan.moves {
                if let Some(row) = self.teachers.get(m.teacher_id.as_str()) {
                    table.set_text(Field::TeacherSchool, *row, m.to.0.clone(), None);
                    table.set_text(Field::TeacherStage, *row, m.stage.id(), None);
                }
            }
        }
        let evaluation = evaluate(&after, standard);
        let short = |e: &junheng_core::evaluate::Evaluation| {
            let results = e.sections.iter().flat_map(|s| &s.indicators);
            results
                .filter(|r| {
                    plan.indicators
                        .contains(&standard.indicators[r.indicator].id)
                })
                .filter(|r| matches!(r.verdict, Some(Verdict::NotMet | Verdict::Tolerated)))
                .count()
        };
        // Sections without a list fail or not whatever the plan does, so the change is compared.
        let change = short(&evaluation) as i64 - short(&evaluate(self.snapshot, standard)) as i64;
        let said = plan.failing.1 as i64 - plan.failing.0 as i64;
        self.require(
            change == said,
            "不达标项/failing pairs",
            "不符",
            "are not what was counted",
        );
    }
}
