//! The verdict on a terminal: one sentence, who fails and what it would take, the coefficients.

use junheng_core::evaluate::{ItemResult, PartResult, SectionResult, Shortfall, shortfalls};
use junheng_core::model::{Field, Stage};
use junheng_core::show;
use junheng_core::standard::{Compare, Group, Mark};
use junheng_core::text::Lang;
use junheng_core::verdict::Verdict;

use super::page::{Page, standard};
use super::{COLUMNS, Paint, Result, colour_of, paint, verdict};
use crate::Context;
use crate::width::{pad, pad_left, wrap};

struct Printer<'a> {
    result: &'a Result<'a>,
    page: Page,
}

/// The whole verdict.
pub(crate) fn evaluation(result: &Result<'_>, context: &Context) -> String {
    let mut p = Printer {
        result,
        page: Page::new(context),
    };
    p.page.head(result.snapshot, &[standard(result.standard)]);
    p.sentence();
    p.sections();
    p.variation();
    p.inequality();
    p.items();
    p.definitions();
    p.missing();
    p.page.out
}

impl Printer<'_> {
    /// The verdict in one sentence.
    fn sentence(&mut self) {
        let e = self.result.evaluation;
        let count = |v: Verdict| e.items.iter().filter(|i| i.verdict == v).count();
        let (failed, open) = (count(Verdict::NotMet), count(Verdict::Undetermined));
        let in_scope = e.sections.iter().filter(|s| s.in_scope()).count();
        let short = e
            .sections
            .iter()
            .filter(|s| s.verdict == Some(Verdict::NotMet))
            .count();
        let beyond = e
            .variations
            .iter()
            .filter(|v| v.verdict == Some(Verdict::NotMet))
            .count();
        let word = verdict(e.verdict, self.page.lang, self.page.colour);
        let total = e.items.len();
        let mut text = match self.page.lang {
            Lang::Zh => {
                format!("结论：{word}。{total} 项条件中 {failed} 项未达到、{open} 项无法判定")
            }
            Lang::En => format!(
                "Verdict: {word}. Of {total} conditions {failed} are not met and {open} undetermined"
            ),
        };
        // Only what the standard judges is counted.
        if !self.result.standard.rules.is_empty() {
            text.push_str(&match self.page.lang {
                Lang::Zh => format!("；{in_scope} 个学段中 {short} 个不达标"),
                Lang::En => format!("; {short} of {in_scope} sections fail"),
            });
        }
        if e.variations.iter().any(|v| v.limit.is_some()) {
            text.push_str(&match self.page.lang {
                Lang::Zh => format!("；差异系数 {beyond} 项超限"),
                Lang::En => format!("; coefficients of variation beyond their limit: {beyond}"),
            });
        }
        text.push_str(self.page.lang.pick("。", "."));
        self.page.line(&text, 0);
        let errors = self
            .result
            .findings
            .iter()
            .filter(|f| f.severity == junheng_core::finding::Severity::Error)
            .count();
        if errors > 0 {
            let text = match self.page.lang {
                Lang::Zh => {
                    format!("注意：读取数据时有 {errors} 处须改正的问题，见 junheng check。")
                }
                Lang::En => {
                    format!("Note: findings to fix in the data: {errors}, see junheng check.")
                }
            };
            let text = paint(&text, Paint::Amber, self.page.colour);
            self.page.line(&text, 0);
        }
    }

    /// Who fails, on what, and what it would take.
    fn sections(&mut self) {
        let e = self.result.evaluation;
        let failing: Vec<&SectionResult> = e
            .sections
            .iter()
            .filter(|s| s.verdict == Some(Verdict::NotMet))
            .collect();
        if failing.is_empty() {
            return;
        }
        self.page.heading(
            "不达标的学校(学段)，及达标所差",
            "Sections that fail, and what it would take",
        );
        for s in failing {
            let stage = s
                .stage
                .map(|s| s.title().get(self.page.lang).to_owned())
                .unwrap_or_default();
            let met = s
                .indicators
                .iter()
                .filter(|r| r.verdict == Some(Verdict::Met))
                .count();
            let students = s.students.map(show::thousands).unwrap_or_default();
            let tail = match self.page.lang {
                Lang::Zh => format!("{students}人，{met}/{}项达标", s.indicators.len()),
                Lang::En => format!("{students} students, {met} of {} met", s.indicators.len()),
            };
            let sign = paint("✗", Paint::Red, self.page.colour);
            self.page
                .out
                .push_str(&format!("  {sign} {} {stage}  {tail}\n", s.name));
            for f in shortfalls(self.result.standard, &e.frame, s) {
                self.shortfall(s, &f);
            }
        }
    }

    fn shortfall(&mut self, s: &SectionResult, f: &Shortfall) {
        let indicator = &self.result.standard.indicators[f.indicator];
        let Some(result) = s.indicators.iter().find(|r| r.indicator == f.indicator) else {
            return;
        };
        let (Some(value), Some(threshold)) = (result.judged.value, result.judged.threshold) else {
            return;
        };
        let sign = result.verdict.map_or("", Verdict::sign);
        let unit = f.unit();
        let unit = self.page.lang.pick(unit.0, unit.1);
        let head = format!(
            "{sign} {} {} {} < {}",
            indicator.id,
            indicator.title.get(self.page.lang),
            show::beside(value, threshold, 2),
            show::number(threshold, 2)
        );
        let short = show::thousands(f.to_threshold);
        let unit = match unit {
            "persons" | "rooms" if short == "1" => unit.trim_end_matches('s'),
            unit => unit,
        };
        let take = match self.page.lang {
            Lang::Zh => format!("还差 {short} {unit}"),
            Lang::En => format!("short {short} {unit}"),
        };
        self.page.line(&format!("      {head}  {take}"), 10);
    }

    /// Coefficients against their limits: a row per stage, a column per indicator.
    fn variation(&mut self) {
        let e = self.result.evaluation;
        for (rule, variation) in self.result.standard.variations.iter().enumerate() {
            if !e.variations.iter().any(|v| v.rule == rule) {
                continue;
            }
            self.page.heading(&variation.title.zh, &variation.title.en);
            let mut head = pad("", 16);
            for i in &variation.indicators {
                head.push_str(&pad_left(&self.result.standard.indicators[*i].id, 8));
            }
            self.page.out.push_str(&format!("{head}\n"));
            for stage in Stage::JUDGED {
                let row: Vec<_> = e
                    .variations
                    .iter()
                    .filter(|v| v.rule == rule && v.stage == stage)
                    .collect();
                let Some(first) = row.first() else { continue };
                let limit = first
                    .limit
                    .map(|l| format!(" ≤ {}", show::column(l, None, 2)))
                    .unwrap_or_default();
                let mut line = pad(
                    &format!("  {}{limit}", stage.title().get(self.page.lang)),
                    16,
                );
                for v in &row {
                    let cv = match (v.spread.and_then(|s| s.cv), v.limit) {
                        (Some(cv), limit) => show::column(cv, limit, 3),
                        _ => "—".to_owned(),
                    };
                    let (sign, tint) = v
                        .verdict
                        .map_or((" ", Paint::Grey), |v| (v.sign(), colour_of(v)));
                    let cell = pad_left(&format!("{cv}{sign}"), 8);
                    line.push_str(&paint(&cell, tint, self.page.colour));
                }
                self.page.out.push_str(line.trim_end());
                self.page.out.push('\n');
            }
        }
        for c in &e.composites {
            let rule = &self.result.standard.composites[c.rule];
            let shown = match (c.cv, c.limit) {
                (Some(cv), Some(limit)) => format!(
                    "{} ≤ {}",
                    show::column(cv, Some(limit), 3),
                    show::column(limit, None, 2)
                ),
                _ => "—".to_owned(),
            };
            let word = verdict(c.verdict, self.page.lang, self.page.colour);
            let line = format!(
                "  {} {}{}{shown}  {word}",
                rule.title.get(self.page.lang),
                c.stage.title().get(self.page.lang),
                self.page.lang.pick("：", ": ")
            );
            self.page.line(&line, 4);
        }
    }

    fn inequality(&mut self) {
        if self.result.inequality.is_empty() {
            return;
        }
        self.page.heading(
            "其他差异指数(仅供参考，不作判定)：基尼、泰尔、城乡比",
            "Other indices (not judged): Gini, Theil, urban–rural ratio",
        );
        let columns = match self.page.lang {
            Lang::Zh => ["基尼", "泰尔", "组内", "组间", "城乡比"],
            Lang::En => ["Gini", "Theil", "within", "between", "urb/rur"],
        };
        let mut head = pad("", 16);
        for c in columns {
            head.push_str(&pad_left(c, 10));
        }
        self.page.out.push_str(&format!("{head}\n"));
        for i in self.result.inequality {
            let name = format!(
                "  {} {}",
                self.result.standard.indicators[i.indicator].id,
                i.stage.title().get(self.page.lang)
            );
            let mut line = pad(&name, 16);
            for value in [
                i.gini,
                i.theil,
                i.theil_within,
                i.theil_between,
                i.urban_rural,
            ] {
                let shown = value.map_or("—".to_owned(), |x| show::column(x, None, 3));
                line.push_str(&pad_left(&shown, 10));
            }
            self.page.out.push_str(&format!("{line}\n"));
        }
    }

    fn items(&mut self) {
        let items: Vec<&ItemResult> = self
            .result
            .evaluation
            .items
            .iter()
            .filter(|i| matches!(i.verdict, Verdict::NotMet | Verdict::Undetermined))
            .collect();
        if items.is_empty() {
            return;
        }
        self.page.heading(
            "未达到或无法判定的条件",
            "Conditions not met or undetermined",
        );
        let mut group: Option<Group> = None;
        for i in items {
            let item = &self.result.standard.items[i.item];
            if group != Some(item.group) {
                let title = item.group.title();
                self.page
                    .out
                    .push_str(&format!("  {}\n", title.get(self.page.lang)));
                group = Some(item.group);
            }
            let mark = match item.clause.mark {
                Mark::R => self.page.lang.pick("〔R 未核实〕", " [R unverified]"),
                _ => "",
            };
            let line = format!(
                "    {} {} {}{mark}",
                i.verdict.sign(),
                item.id,
                item.title.get(self.page.lang)
            );
            let line = wrap(&line, COLUMNS, 9);
            self.page
                .out
                .push_str(&paint(&line, colour_of(i.verdict), self.page.colour));
            self.page.out.push('\n');
            for part in &i.parts {
                self.part(i, part);
            }
            self.failing(i);
        }
    }

    fn part(&mut self, i: &ItemResult, p: &PartResult) {
        if p.verdict == Verdict::Met || p.verdict == Verdict::NotApplicable {
            return;
        }
        let (Some(value), Some(threshold)) = (p.value, p.threshold) else {
            return;
        };
        // Counts of failing schools are told by their names.
        if p.compare == Compare::AtMost && threshold == 0.0 {
            return;
        }
        let share = threshold <= 1.0 && threshold > 0.0;
        let (shown, limit) = if share {
            (
                show::percent(value, Some(threshold)),
                show::percent(threshold, None),
            )
        } else {
            (
                show::beside(value, threshold, 2),
                show::number(threshold, 2),
            )
        };
        let title = if i.parts.len() > 1 {
            format!(
                "{}{}",
                p.title.get(self.page.lang),
                self.page.lang.pick("：", ": ")
            )
        } else {
            String::new()
        };
        let text = match self.page.lang {
            Lang::Zh => format!("         {title}{shown}，标准 {} {limit}", p.compare.sign()),
            Lang::En => format!(
                "         {title}{shown}, standard {} {limit}",
                p.compare.sign()
            ),
        };
        self.page.line(&text, 11);
    }

    fn failing(&mut self, i: &ItemResult) {
        const MOST: usize = 6;
        let resource = self.result.standard.items[i.item].group == Group::Resource;
        if i.failing.is_empty() || resource {
            return;
        }
        let snapshot = self.result.snapshot;
        let name = |id: &String| {
            (0..snapshot.rows(junheng_core::model::TableId::Schools))
                .find(|r| snapshot.text(Field::SchoolId, *r) == Some(id))
                .and_then(|r| snapshot.text(Field::SchoolName, r))
                .unwrap_or(id)
                .to_owned()
        };
        let mut names: Vec<String> = i.failing.iter().take(MOST).map(name).collect();
        if i.failing.len() > MOST {
            names.push(match self.page.lang {
                Lang::Zh => format!("等 {} 所", i.failing.len()),
                Lang::En => format!("{} in all", i.failing.len()),
            });
        }
        let text = format!("         {}", names.join(self.page.lang.pick("、", ", ")));
        self.page.line(&text, 9);
    }

    fn definitions(&mut self) {
        let e = self.result.evaluation;
        if !e.definitions.is_empty() {
            self.page.heading(
                "符合定义的学校(只作提示，不影响结论)",
                "Schools that a definition names (no verdict)",
            );
            self.fired();
        }
        if !e.bands.is_empty() {
            self.page.heading("班额分布", "Class sizes");
            for b in &e.bands {
                let band = &self.result.standard.bands[b.band];
                let text = format!(
                    "  {} {}{}{} / {}",
                    b.stage.title().get(self.page.lang),
                    band.title.get(self.page.lang),
                    self.page.lang.pick("：", ": "),
                    b.classes,
                    b.of
                );
                self.page.line(&text, 4);
            }
        }
    }

    /// Schools by clause; those that a blank leaves open are only counted.
    fn fired(&mut self) {
        let (e, snapshot) = (self.result.evaluation, self.result.snapshot);
        for (n, definition) in self.result.standard.definitions.iter().enumerate() {
            let all: Vec<_> = e.definitions.iter().filter(|d| d.definition == n).collect();
            if all.is_empty() {
                continue;
            }
            let title = definition.title.get(self.page.lang);
            let names: Vec<&str> = all
                .iter()
                .filter(|d| d.fires.worst)
                .filter_map(|d| snapshot.text(Field::SchoolName, d.school))
                .collect();
            let open = all.len() - names.len();
            let mut text = format!("  {} {title}", definition.id);
            if !names.is_empty() {
                let names = names.join(self.page.lang.pick("、", ", "));
                text.push_str(&format!("{}{names}", self.page.lang.pick("：", ": ")));
            }
            if open > 0 {
                text.push_str(&match self.page.lang {
                    Lang::Zh => format!("（另有 {open} 所学校缺少数据，无法判断）"),
                    Lang::En => format!(" ({open} schools undetermined for want of figures)"),
                });
            }
            self.page.line(&text, 4);
        }
    }

    fn missing(&mut self) {
        const MOST: usize = 12;
        let missing = &self.result.evaluation.missing;
        if missing.is_empty() {
            return;
        }
        self.page.heading("缺少的数据", "Missing figures");
        for m in missing.iter().take(MOST) {
            let field = junheng_core::model::Field::by_id(m.table, &m.field);
            let title = field.map_or(m.field.clone(), |f| {
                self.page.lang.pick(f.about().zh, f.about().en).to_owned()
            });
            let stage = m.stage.map(|s| s.title().get(self.page.lang).to_owned());
            let what = [m.school_id.clone(), stage, Some(title)];
            let what: Vec<String> = what.into_iter().flatten().collect();
            let open: Vec<&str> = m.leaves_open.iter().map(String::as_str).collect();
            let open = open.join(self.page.lang.pick("、", ", "));
            self.page
                .line(&format!("  ? {} → {open}", what.join(" ")), 4);
        }
        if missing.len() > MOST {
            let text = match self.page.lang {
                Lang::Zh => format!("  …… 共 {} 项，全部见 --json", missing.len()),
                Lang::En => format!("  … {} in all, see --json", missing.len()),
            };
            self.page.line(&text, 2);
        }
    }
}
