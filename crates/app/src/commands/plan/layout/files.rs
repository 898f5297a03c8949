//! The files of `plan layout --out`: who goes where, what stands where, who loses a school, and what is
//! to be done before that. Lists as CSV, and all of them as one workbook.

use std::path::Path;

use junheng_core::text::Lang;
use junheng_intake::sheets::{Page, Value, csv, workbook};
use junheng_plan::layout::hearing::{Sure, before_closing};
use junheng_plan::layout::impact::{Change, change, closes_in, displaced, merged_into, shown};
use junheng_plan::layout::{Plan, Problem};
use junheng_plan::travel::Unit;

use crate::commands::{is_synthetic, write_together};
use crate::error::Failure;
use crate::print::Layout;

/// Writes every file into the folder, which is made where it is missing.
pub(super) fn write(
    result: &Layout<'_>,
    plan: &Plan,
    folder: &Path,
    lang: Lang,
) -> Result<(), Failure> {
    let told = Told { result, plan, lang };
    let pages = [
        told.assignment(),
        told.sites(),
        told.impact(),
        told.hearings(),
    ];
    let mut files: Vec<(String, Vec<u8>)> = pages
        .iter()
        .map(|page| (format!("{}.csv", page.id), csv(page)))
        .collect();
    let book =
        workbook(&pages, &[]).map_err(|e| Failure::file(folder, &std::io::Error::other(e)))?;
    files.push(("layout.xlsx".to_owned(), book));
    write_together(folder, &files)
}

/// Headers in both languages.
type Head<'a> = (&'a str, &'a str);

struct Told<'a> {
    result: &'a Layout<'a>,
    plan: &'a Plan,
    lang: Lang,
}

impl<'a> Told<'a> {
    fn problem(&self) -> &'a Problem {
        &self.result.reading.problem
    }

    fn page(&self, id: &'static str, name: Head<'_>, head: &[Head<'_>], rows: Vec<Row>) -> Page {
        let snapshot = self.result.snapshot;
        let name = self.lang.pick(name.0, name.1);
        let mark = if is_synthetic(snapshot) {
            self.lang.pick("（合成数据）", " (synthetic)")
        } else {
            ""
        };
        let stage = self.problem().stage.title();
        let county = snapshot.county_name();
        Page {
            id,
            name: name.to_owned(),
            title: match self.lang {
                Lang::Zh => format!("{county}{}布局：{name}{mark}", stage.zh),
                Lang::En => format!("{county}, layout, {}: {name}{mark}", stage.en),
            },
            head: head
                .iter()
                .map(|(zh, en)| self.lang.pick(zh, en).to_owned())
                .collect(),
            rows,
        }
    }

    /// A page about every period and scenario; where there is one, it goes without saying.
    fn of_all(
        &self,
        id: &'static str,
        name: Head<'_>,
        head: &[Head<'_>],
        rows: impl Fn(usize) -> Vec<Row>,
    ) -> Page {
        let situations = &self.problem().situations;
        if situations.len() < 2 {
            return self.page(id, name, head, rows(0));
        }
        let mut all = Vec::new();
        for (at, situation) in situations.iter().enumerate() {
            let year = known(self.result.year(situation.period).map(f64::from));
            for row in rows(at) {
                let when = [
                    Value::Number((situation.period + 1) as f64),
                    year.clone(),
                    Value::Number(situation.weight),
                ];
                all.push(when.into_iter().chain(row).collect());
            }
        }
        let when = [
            ("期", "period"),
            ("学年起始年", "year"),
            ("概率", "probability"),
        ];
        self.page(id, name, &[&when[..], head].concat(), all)
    }

    fn way(&self) -> [Head<'static>; 2] {
        match self.problem().unit {
            Unit::Metres => [
                ("现路程(米)", "metres_before"),
                ("规划路程(米)", "metres_after"),
            ],
            Unit::Cost => [("现成本", "cost_before"), ("规划成本", "cost_after")],
        }
    }

    fn site(&self, at: usize) -> [Value; 2] {
        let site = &self.problem().sites[at];
        [site.id.as_str().into(), site.name.as_str().into()]
    }

    fn block(&self, at: usize) -> [Value; 3] {
        let block = &self.problem().blocks[at];
        [&block.id, &block.name, &block.township].map(|text| text.as_str().into())
    }

    fn yes(&self, is: bool) -> Value {
        if is {
            self.lang.pick("是", "yes").into()
        } else {
            blank()
        }
    }

    /// Which school every village goes to.
    fn assignment(&self) -> Page {
        let problem = self.problem();
        let [before, after] = self.way();
        let head = [
            ("居住单元编号", "block_id"),
            ("居住单元", "block"),
            ("乡镇", "township"),
            ("现学校标识码", "from_school_id"),
            ("规划学校标识码", "to_school_id"),
            ("规划学校", "to_school"),
            ("份额", "share"),
            ("学生", "students"),
            before,
            after,
            ("寄宿", "boards"),
        ];
        let name = ("居住单元去向", "assignment");
        self.of_all("assignment", name, &head, |at| {
            let students = &problem.situations[at].students;
            let shares = self.plan.shares[at].iter().map(|share| {
                let current = problem.blocks[share.block].current.as_deref();
                let from =
                    current.and_then(|id| problem.sites.iter().position(|site| site.id == id));
                let mut row = Row::from(self.block(share.block));
                row.push(current.unwrap_or_default().into());
                row.extend(self.site(share.site));
                row.push(known(Some(share.part)));
                row.push(known(Some(students[share.block] * share.part)));
                let way = |site: Option<usize>| known(site.map(|j| problem.travel(j, share.block)));
                row.extend([way(from), way(Some(share.site))]);
                row.push(self.yes(share.boards(problem, at)));
                row
            });
            shares.collect()
        })
    }

    /// What becomes of every site.
    fn sites(&self) -> Page {
        let problem = self.problem();
        let head = [
            ("学校(校址)标识码", "school_id"),
            ("学校(校址)", "school"),
            ("变化", "change"),
            ("规模", "option"),
            ("班数", "classes"),
            ("现学位", "places_today"),
            ("规划学位", "places"),
            ("学生", "students"),
            ("学生÷学位", "load_ratio"),
            ("费用(元)", "yuan"),
            ("受保护", "protected"),
            ("寄宿学生", "boarders"),
            ("寄宿床位", "boarding_places"),
        ];
        self.of_all("sites", ("校址", "sites"), &head, |at| {
            let period = problem.situations[at].period;
            let loads = self.plan.loads(problem, at);
            let boarders = self.plan.boarders(problem, at);
            let sites = problem.sites.iter().enumerate().map(|(j, site)| {
                let offer = self.plan.offer(problem, period, j);
                let of =
                    |f: fn(&junheng_plan::layout::Offer) -> Option<f64>| known(offer.and_then(f));
                let mut row = Row::from(self.site(j));
                row.extend([
                    change(problem, self.plan, period, j)
                        .title()
                        .get(self.lang)
                        .into(),
                    offer.map_or("", |o| o.option.as_str()).into(),
                    of(|o| o.classes.map(f64::from)),
                    known(site.places_today),
                    of(|o| Some(o.places)),
                    known(offer.map(|_| loads[j])),
                    known(
                        offer
                            .filter(|o| o.places > 0.0)
                            .map(|o| loads[j] / o.places),
                    ),
                    Value::Amount(self.plan.paid(problem, period, j)),
                    self.yes(site.protected),
                    known(offer.map(|_| boarders[j])),
                    of(|o| Some(o.beds)),
                ]);
                row
            });
            sites.collect()
        })
    }

    /// Whose school closes, and how far they go then.
    fn impact(&self) -> Page {
        let [before, after] = self.way();
        let head = [
            ("居住单元编号", "block_id"),
            ("居住单元", "block"),
            ("乡镇", "township"),
            ("学生", "students"),
            ("撤并学校标识码", "from_school_id"),
            ("撤并学校", "from_school"),
            ("规划学校标识码", "to_school_id"),
            ("规划学校", "to_school"),
            before,
            after,
            ("增加", "added"),
        ];
        let name = ("撤并影响", "closures by village");
        self.of_all("impact", name, &head, |at| {
            let rows = displaced(self.problem(), self.plan, at).into_iter();
            let rows = rows.map(|of| {
                let mut row = Row::from(self.block(of.block));
                row.push(known(Some(of.students)));
                row.extend(self.site(of.from));
                row.extend(self.site(of.to));
                row.push(known(of.before));
                row.push(known(Some(of.after)));
                row.push(known(of.before.map(|before| of.after - before)));
                row
            });
            rows.collect()
        })
    }

    /// What is to be done before each closure, with room to note that it was.
    fn hearings(&self) -> Page {
        let problem = self.problem();
        let last = shown(problem);
        let period = problem.periods.saturating_sub(1);
        let impact = displaced(problem, self.plan, last);
        let closing = (0..problem.sites.len())
            .filter(|j| change(problem, self.plan, period, *j) == Change::Closes);
        let mut rows = Vec::new();
        for j in closing {
            let into = merged_into(&impact, j);
            let rural = problem.sites[j].small_rural;
            let year = closes_in(problem, self.plan, j).and_then(|t| self.result.year(t));
            for (n, step) in before_closing(&problem.sites[j]).enumerate() {
                let mut row = Row::from(self.site(j));
                row.extend([
                    known(year.map(f64::from)),
                    self.yes(rural),
                    into.map_or("", |(to, ..)| problem.sites[to].name.as_str())
                        .into(),
                    known(into.map(|(.., all)| all)),
                    Value::Number((n + 1) as f64),
                    self.lang.pick(step.zh, step.en).into(),
                    step.clause.into(),
                    match step.sure {
                        Sure::Read => self.lang.pick("已核对原文", "read"),
                        Sure::Reported => self.lang.pick("据二手资料，请核对原文", "reported"),
                    }
                    .into(),
                    blank(),
                ]);
                rows.push(row);
            }
        }
        let head = [
            ("撤并学校标识码", "school_id"),
            ("撤并学校", "school"),
            ("撤并学年起始年", "year"),
            ("乡村小规模", "small_rural"),
            ("主要并入", "merged_into"),
            ("涉及学生", "students"),
            ("步骤", "step"),
            ("须做", "to_do"),
            ("依据", "clause"),
            ("出处", "sure"),
            ("办理情况", "done"),
        ];
        self.page("hearings", ("撤并前须做", "before closures"), &head, rows)
    }
}

type Row = Vec<Value>;

fn blank() -> Value {
    Value::from("")
}

/// A number where it is known and finite: six digits behind the point at most.
fn known(number: Option<f64>) -> Value {
    number
        .filter(|n| n.is_finite())
        .map(|n| (n * 1e6).round() / 1e6)
        .map_or_else(blank, Value::Number)
}
