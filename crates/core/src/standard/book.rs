//! A pack as a book that an official can read, and the values that are due for review.

use toml::Spanned;
use toml::value::Datetime;

use super::Group;
use super::load::{Pack, PackKind, date};
use super::measure::Unit;
use super::raw::{Mark, RawItemTest, RawPart, RawText, RawUnit, RawValue};
use super::words::{
    all_of, any_of, heading, number, of, ratio, sign, stage, steps, variable, wrap,
};
use crate::date::Date;
use crate::text::{Lang, Text};

/// A value that should have been checked again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OldValue {
    /// The pack.
    pub pack: String,
    /// File within its folder; empty for the pack as a whole.
    pub file: String,
    /// Line from 1; 0 for the pack as a whole.
    pub line: usize,
    /// What it belongs to.
    pub id: String,
    /// The day it was to be checked by.
    pub review_by: Date,
}

/// Values, exceptions and the pack itself whose day of review lies before `day`.
#[must_use]
pub fn values_past_review(pack: &Pack, day: Date) -> Vec<OldValue> {
    let mut all = Vec::new();
    if pack.review_by < day {
        all.push(OldValue {
            pack: pack.id.clone(),
            file: String::new(),
            line: 0,
            id: pack.id.clone(),
            review_by: pack.review_by,
        });
    }
    let mut add = |id: &str, at: usize, due: Option<&Datetime>| {
        if let Some(review_by) = due.and_then(date).filter(|due| *due < day) {
            let (file, line) = pack.places.locate(at);
            all.push(OldValue {
                pack: pack.id.clone(),
                file,
                line,
                id: id.to_owned(),
                review_by,
            });
        }
    };
    for (id, values) in pack.raw.value_lists() {
        for v in values {
            add(&id, v.span().start, v.get_ref().review_by.as_ref());
        }
    }
    for e in &pack.raw.exception {
        add(
            &e.get_ref().id,
            e.span().start,
            e.get_ref().review_by.as_ref(),
        );
    }
    all.sort();
    all
}

/// The pack as text with Markdown headings, for a terminal of 80 columns.
///
/// Values that nobody has read in a text are marked, and so are numbers that are not known.
#[must_use]
pub fn book(pack: &Pack, lang: Lang) -> String {
    let mut book = Book {
        pack,
        lang,
        text: String::new(),
    };
    book.front();
    book.parameters();
    book.scope();
    book.indicators();
    book.rules();
    book.splits();
    book.items();
    book.exceptions();
    book.definitions();
    book.bands();
    book.text
}

struct Book<'a> {
    pack: &'a Pack,
    lang: Lang,
    text: String,
}

/// The marks with their meaning, in the order of their strength.
const MARKS: [(Mark, &str, &str); 5] = [
    (
        Mark::V,
        "V：见于政策文件、官方通知或引用它的页面",
        "V: read in a policy text, an official notice or a page quoting it",
    ),
    (
        Mark::S,
        "S：见于本项目依据的政策文件",
        "S: read in the policy documents of the project",
    ),
    (Mark::D, "D：由以上推算", "D: derived from these"),
    (
        Mark::VI,
        "VI 二手：只见于实际使用的区级系统的表格和代码",
        "VI second-hand: only in forms and code of a district system",
    ),
    (
        Mark::R,
        "R 未核实：一般印象，未见原文",
        "R unverified: general knowledge, not seen in a text",
    ),
];

impl Book<'_> {
    fn pick(&self, zh: &str, en: &str) -> String {
        self.lang.pick(zh, en).to_owned()
    }

    fn title(&mut self, zh: &str, en: &str) {
        self.text
            .push_str(&heading(2, &Text::new(zh, en), self.lang));
    }

    /// An entry of a list.
    fn point(&mut self, text: &str) {
        self.text.push_str(&wrap(text, "  ", "- "));
    }

    /// A line under an entry.
    fn under(&mut self, text: &str) {
        self.text.push_str(&wrap(text, "    ", "  "));
    }

    fn mark(&self, mark: Mark) -> &'static str {
        match (mark, self.lang) {
            (Mark::V, _) => "〔V〕",
            (Mark::S, _) => "〔S〕",
            (Mark::D, Lang::Zh) => "〔D 推算〕",
            (Mark::D, Lang::En) => "〔D derived〕",
            (Mark::VI, Lang::Zh) => "〔VI 二手〕",
            (Mark::VI, Lang::En) => "〔VI second-hand〕",
            (Mark::R, Lang::Zh) => "〔R 未核实〕",
            (Mark::R, Lang::En) => "〔R unverified〕",
        }
    }

    fn source(&self, clause: &str, mark: Mark) -> String {
        let word = self.lang.pick("出处：", "source: ");
        format!("{word}{clause}{}", self.mark(mark))
    }

    fn note(&mut self, note: Option<&RawText>) {
        if let Some(note) = note {
            let line = format!(
                "{}{}",
                self.lang.pick("说明：", "note: "),
                of(note, self.lang)
            );
            self.under(&line);
        }
    }

    fn period(&self, from: &Datetime, until: Option<&Datetime>) -> String {
        let (from, until) = (date(from), until.and_then(date));
        let day = |d: Option<Date>| d.map(|d| d.to_string()).unwrap_or_default();
        match (until, self.lang) {
            (None, Lang::Zh) => format!("{}起", day(from)),
            (None, Lang::En) => format!("from {}", day(from)),
            (Some(_), Lang::Zh) => format!("{}起，{}前", day(from), day(until)),
            (Some(_), Lang::En) => format!("from {}, before {}", day(from), day(until)),
        }
    }

    fn front(&mut self) {
        let (p, lang) = (self.pack, self.lang);
        self.text = format!("# {}\n\n", p.title.get(lang));
        let kind = match p.kind {
            PackKind::National => Text::new("国家标准", "national standard"),
            PackKind::Overlay => Text::new("叠加标准", "overlay"),
            PackKind::Definitions => {
                Text::new("认定口径，不影响判定", "definitions, no verdict changes")
            }
        };
        let until = p.until.map_or_else(String::new, |u| match lang {
            Lang::Zh => format!("，{u}前"),
            Lang::En => format!(", before {u}"),
        });
        let mut lines = vec![
            (
                self.pick("编号", "id"),
                format!("{}（{} {}）", p.id, self.pick("版本", "version"), p.version),
            ),
            (self.pick("性质", "kind"), kind.get(lang).to_owned()),
            (self.pick("文件", "document"), p.document.clone()),
            (
                self.pick("发布", "issued by"),
                p.issuer.get(lang).to_owned(),
            ),
            (
                self.pick("有效", "in force"),
                format!("{}{}{until}", p.valid_from, self.pick("起", " on")),
            ),
            (self.pick("核对", "checked"), p.checked_on.to_string()),
            (self.pick("复核期限", "review by"), p.review_by.to_string()),
        ];
        if !p.over.is_empty() {
            lines.push((self.pick("叠加于", "lies over"), p.over.join("、")));
        }
        if !p.removes.is_empty() {
            lines.push((self.pick("取消", "takes out"), p.removes.join("、")));
        }
        for (name, value) in lines {
            self.point(&format!("{name}：{value}"));
        }
        if let Some(note) = &p.note {
            let line = format!("{}{}", lang.pick("说明：", "note: "), note.get(lang));
            self.point(&line);
        }
        self.title("标记", "Marks");
        for (_, zh, en) in MARKS {
            self.point(lang.pick(zh, en));
        }
    }

    fn parameters(&mut self) {
        if self.pack.raw.parameter.is_empty() {
            return;
        }
        self.title("可选参数", "Parameters");
        for p in &self.pack.raw.parameter {
            let p = p.get_ref();
            self.point(&format!("{} {}", p.id, of(&p.title, self.lang)));
            for o in &p.options {
                let default = if o.id == p.default {
                    self.lang.pick("（默认）", " (default)")
                } else {
                    ""
                };
                self.under(&format!(
                    "{}={}{default} {}",
                    p.id,
                    o.id,
                    of(&o.title, self.lang)
                ));
            }
            let source = self.source(&p.clause, p.mark);
            self.under(&source);
        }
    }

    fn scope(&mut self) {
        if self.pack.raw.out_of_scope.is_empty() {
            return;
        }
        self.title("不参加逐校判定的学段", "Out of scope");
        for e in &self.pack.raw.out_of_scope {
            let e = e.get_ref();
            self.point(of(&e.title, self.lang));
            let when = all_of(&e.when, Unit::Section, self.lang);
            self.under(&format!("{}{when}", self.lang.pick("条件：", "when: ")));
            if !e.counted_in.is_empty() {
                let items = e.counted_in.join("、");
                self.under(&format!(
                    "{}{items}",
                    self.lang.pick("仍计入：", "still counted in: ")
                ));
            }
            self.dated_source(&e.clause, e.mark, &e.from, e.until.as_ref());
            self.note(e.note.as_ref());
        }
    }

    fn dated_source(
        &mut self,
        clause: &str,
        mark: Mark,
        from: &Datetime,
        until: Option<&Datetime>,
    ) {
        let line = format!(
            "{}；{}",
            self.source(clause, mark),
            self.period(from, until)
        );
        self.under(&line);
    }

    fn indicators(&mut self) {
        if self.pack.raw.indicator.is_empty() {
            return;
        }
        self.title("指标", "Indicators");
        for e in &self.pack.raw.indicator {
            let e = e.get_ref();
            let unit = of(&e.unit, self.lang);
            let unit = match (unit.is_empty(), self.lang) {
                (true, _) => String::new(),
                (false, Lang::Zh) => format!("（{unit}）"),
                (false, Lang::En) => format!(" ({unit})"),
            };
            self.point(&format!("{} {}{unit}", e.id, of(&e.title, self.lang)));
            let formula = ratio(&e.measure, Unit::Section, self.lang);
            let line = format!(
                "{}{formula} {}",
                self.lang.pick("算法：", "formula: "),
                self.mark(e.mark)
            );
            self.under(&line);
            self.values(&e.values, e.compare.map_or("≥", sign), Unit::Section);
            if e.values.is_empty() {
                self.under(self.lang.pick("不单独设限", "not judged by itself"));
            }
            self.note(e.note.as_ref());
        }
    }

    fn values(&mut self, values: &[Spanned<RawValue>], compare: &str, unit: Unit) {
        for v in values {
            let v = v.get_ref();
            let amount = if let Some(x) = v.value {
                format!("{compare} {}", number(x))
            } else if let Some(name) = &v.field {
                format!("{compare} {}", variable(name, unit, self.lang))
            } else if let Some(by) = &v.by {
                format!("{compare} {}", steps(by, unit, self.lang))
            } else if v.repealed {
                self.pick("废止，不再设限", "repealed, no limit")
            } else {
                self.pick(
                    "标准有规定，数值未知",
                    "the standard has a value, it is not known here",
                )
            };
            let stage_ = match (&v.stage, unit) {
                (None, Unit::County | Unit::School) => String::new(),
                (id, _) => format!("{} ", stage(id.as_deref(), self.lang)),
            };
            let dates = self.period(&v.from, v.until.as_ref());
            let line = format!(
                "{stage_}{amount}；{}；{dates}",
                self.source(&v.clause, v.mark)
            );
            self.under(&line);
            self.reviewed(v.checked_on.as_ref(), v.review_by.as_ref());
            self.note(v.note.as_ref());
        }
    }

    fn rules(&mut self) {
        let raw = &self.pack.raw;
        if !raw.section_rule.is_empty() {
            self.title("学校(学段)判定", "Rules for a section");
        }
        for e in &raw.section_rule {
            let e = e.get_ref();
            self.point(&format!("{} {}", e.id, of(&e.title, self.lang)));
            let of_all = e.indicators.len();
            let line = match self.lang {
                Lang::Zh => format!("{of_all}项指标中至多{}项未达标", e.tolerated),
                Lang::En => format!("of {of_all} indicators at most {} may miss", e.tolerated),
            };
            self.under(&line);
            if let Some(floor) = e.floor {
                let line = match self.lang {
                    Lang::Zh => format!("未达标的一项不低于标准的{}", number(floor)),
                    Lang::En => format!("and that not below {} of its threshold", number(floor)),
                };
                self.under(&line);
            }
            self.dated_source(&e.clause, e.mark, &e.from, e.until.as_ref());
            self.note(e.note.as_ref());
        }
        if !raw.variation.is_empty() {
            self.title("校际差异系数", "Coefficients of variation");
        }
        for e in &raw.variation {
            let e = e.get_ref();
            self.point(&format!(
                "{} {}（{}）",
                e.id,
                of(&e.title, self.lang),
                e.indicators.join("、")
            ));
            self.values(&e.values, "≤", Unit::Section);
            if e.values.is_empty() {
                self.under(self.lang.pick(
                    "逐项不设限，只判综合",
                    "no limit each, only the composite is judged",
                ));
            }
            let source = self.source(&e.clause, e.mark);
            self.under(&source);
        }
        if !raw.composite.is_empty() {
            self.title("综合差异系数", "Composite coefficients");
        }
        for e in &raw.composite {
            let e = e.get_ref();
            self.point(&format!("{} {}", e.id, of(&e.title, self.lang)));
            self.values(&e.values, "≤", Unit::Section);
        }
    }

    fn splits(&mut self) {
        if self.pack.raw.split.is_empty() {
            return;
        }
        self.title("全校资产的拆分", "Sharing a school's assets");
        for e in &self.pack.raw.split {
            let e = e.get_ref();
            self.point(of(&e.title, self.lang));
            let names: Vec<String> = e
                .fields
                .iter()
                .map(|f| variable(f, Unit::Section, self.lang))
                .collect();
            let line = format!(
                "{}{}",
                self.lang.pick("拆分：", "shared: "),
                names.join("、")
            );
            self.under(&line);
            self.dated_source(&e.clause, e.mark, &e.from, e.until.as_ref());
        }
    }

    fn items(&mut self) {
        for group in Group::ALL {
            let items: Vec<_> = self
                .pack
                .raw
                .item
                .iter()
                .map(Spanned::get_ref)
                .filter(|i| i.group == group.id())
                .collect();
            if items.is_empty() {
                continue;
            }
            self.text.push_str(&heading(2, &group.title(), self.lang));
            for item in items {
                self.point(&format!("{} {}", item.id, of(&item.title, self.lang)));
                for part in &item.part {
                    self.part(part.get_ref(), item.part.len() > 1);
                }
                self.dated_source(&item.clause, item.mark, &item.from, item.until.as_ref());
                self.note(item.note.as_ref());
            }
        }
    }

    fn part(&mut self, part: &RawPart, named: bool) {
        let mut text = String::new();
        if named && let Some(title) = &part.title {
            text = format!("{}{}", of(title, self.lang), self.lang.pick("：", ": "));
        }
        if let Some((parameter, option)) = &part.only_if {
            text = format!("[{parameter}={option}] {text}");
        }
        let (words, compare, unit) = self.test(&part.test);
        self.under(&format!("{text}{words}"));
        self.values(&part.values, compare, unit);
    }

    /// What a part looks at, how its limit is compared, and the unit its names are seen from.
    fn test(&self, test: &RawItemTest) -> (String, &'static str, Unit) {
        let lang = self.lang;
        let filtered = |measure: String, filter: &[super::raw::RawTest], unit| {
            if filter.is_empty() {
                measure
            } else {
                let only = lang.pick("；仅限", "; only where ");
                format!("{measure}{only}{}", all_of(filter, unit, lang))
            }
        };
        match test {
            RawItemTest::SectionsPass { rule } => (
                format!(
                    "{}{rule}",
                    lang.pick("每个学段都通过规则", "every section passes rule ")
                ),
                "≥",
                Unit::County,
            ),
            RawItemTest::VariationWithin { variation } => (
                format!(
                    "{}{variation}",
                    lang.pick(
                        "每个差异系数都在限内：",
                        "every coefficient is within its limit: "
                    )
                ),
                "≤",
                Unit::County,
            ),
            RawItemTest::CompositeWithin { composite } => (
                format!(
                    "{}{composite}",
                    lang.pick(
                        "综合差异系数在限内：",
                        "the composite is within its limit: "
                    )
                ),
                "≤",
                Unit::County,
            ),
            RawItemTest::County {
                measure, compare, ..
            } => (
                ratio(measure, Unit::County, lang),
                sign(*compare),
                Unit::County,
            ),
            RawItemTest::Total {
                stage: s,
                measure,
                compare,
                r#where,
            } => {
                let sum = lang.pick("合计，", "over all, ");
                let which = s.as_ref().map_or("", |s| stage(Some(s), lang));
                let text = format!("{which}{sum}{}", ratio(measure, Unit::Section, lang));
                (
                    filtered(text, r#where, Unit::Section),
                    sign(*compare),
                    Unit::County,
                )
            }
            RawItemTest::Every {
                unit,
                measure,
                compare,
                r#where,
            } => {
                let (unit, each) = match unit {
                    RawUnit::Section => (Unit::Section, lang.pick("逐学段，", "each section, ")),
                    RawUnit::School => (Unit::School, lang.pick("逐校，", "each school, ")),
                };
                let text = format!("{each}{}", ratio(measure, unit, lang));
                (filtered(text, r#where, unit), sign(*compare), unit)
            }
            RawItemTest::ClassesAtMost {} => (
                self.pick("每个班的学生数", "students of every class"),
                "≤",
                Unit::Section,
            ),
            RawItemTest::ClassShare { above, compare } => {
                let text = match lang {
                    Lang::Zh => format!("超过{}人的班级占全部班级", number(*above)),
                    Lang::En => format!("share of classes above {}", number(*above)),
                };
                (text, sign(*compare), Unit::County)
            }
            RawItemTest::Rooms { room, per_classes } => {
                let room = match (room.as_str(), lang) {
                    ("music", Lang::Zh) => "音乐",
                    ("art", Lang::Zh) => "美术",
                    (other, _) => other,
                };
                let text = match lang {
                    Lang::Zh => format!(
                        "每{}个班(不足的按一个算)一间{room}教室，每间平方米",
                        number(*per_classes)
                    ),
                    Lang::En => format!(
                        "a {room} room for every {} classes or part of them, m² each",
                        number(*per_classes)
                    ),
                };
                (text, "≥", Unit::Section)
            }
            RawItemTest::Monitoring {
                level_at_least,
                difference_below,
            } => {
                let (level, difference) = (number(*level_at_least), number(*difference_below));
                let text = match lang {
                    Lang::Zh => {
                        format!("每个填报的学科：水平 ≥ {level}，校际差异率 < {difference}")
                    }
                    Lang::En => {
                        format!("every subject given: level ≥ {level}, difference < {difference}")
                    }
                };
                (text, "≥", Unit::County)
            }
            RawItemTest::Points { items } => (
                format!(
                    "{}{}",
                    lang.pick("得分合计：", "points of "),
                    items.join("、")
                ),
                "≥",
                Unit::County,
            ),
            RawItemTest::Score {} => (
                self.pick(
                    "由县填报得分，不单独判定；满分",
                    "points given by the county, not judged alone; full points",
                ),
                "",
                Unit::County,
            ),
            RawItemTest::Attested {} => (
                self.pick("凭佐证材料判定(attest_)", "by evidence (attest_)"),
                "",
                Unit::County,
            ),
            RawItemTest::Veto { field } => {
                let name = variable(field, Unit::County, lang);
                (
                    format!("{name}{}", lang.pick("：有则否决", ": yes blocks")),
                    "",
                    Unit::County,
                )
            }
        }
    }

    fn exceptions(&mut self) {
        if self.pack.raw.exception.is_empty() {
            return;
        }
        self.title("条件性例外", "Exceptions");
        for e in &self.pack.raw.exception {
            let e = e.get_ref();
            // A school's item reads names as its own columns; the titles are the same.
            let unit = if e.applies_to.contains('.') {
                Unit::School
            } else {
                Unit::Section
            };
            self.point(&format!("{} {}", e.id, of(&e.title, self.lang)));
            let stage_ = e.stage.as_deref().map_or_else(String::new, |s| {
                format!(
                    "{}{}",
                    stage(Some(s), self.lang),
                    self.lang.pick("；", "; ")
                )
            });
            let line = format!(
                "{}{}{}{stage_}{}",
                self.lang.pick("用于 ", "for "),
                e.applies_to,
                self.lang.pick("；条件：", "; when: "),
                all_of(&e.when, unit, self.lang)
            );
            self.under(&line);
            let relief = match e.value {
                Some(value) => format!(
                    "{}{}",
                    self.lang.pick("改为 ", "the limit is "),
                    number(value)
                ),
                None => {
                    let names: Vec<String> = e
                        .adds
                        .iter()
                        .map(|n| variable(n, unit, self.lang))
                        .collect();
                    format!(
                        "{}{}",
                        self.lang.pick("可另计入：", "also counts: "),
                        names.join("、")
                    )
                }
            };
            self.under(&relief);
            self.dated_source(&e.clause, e.mark, &e.from, e.until.as_ref());
            self.reviewed(e.checked_on.as_ref(), e.review_by.as_ref());
            self.note(e.note.as_ref());
        }
    }

    /// Days of checking where an entry has its own.
    fn reviewed(&mut self, checked: Option<&Datetime>, review: Option<&Datetime>) {
        let words = [
            (checked, self.lang.pick("核对：", "checked: ")),
            (review, self.lang.pick("复核期限：", "review by: ")),
        ];
        let parts: Vec<String> = words
            .into_iter()
            .filter_map(|(day, word)| Some(format!("{word}{}", day.and_then(date)?)))
            .collect();
        if !parts.is_empty() {
            self.under(&parts.join(self.lang.pick("；", "; ")));
        }
    }

    fn definitions(&mut self) {
        if self.pack.raw.clause.is_empty() {
            return;
        }
        self.title(
            "认定条款(任何一条成立即可)",
            "Clauses (any of them defines)",
        );
        for e in &self.pack.raw.clause {
            let e = e.get_ref();
            let unit = if e.stage.is_some() {
                Unit::Section
            } else {
                Unit::School
            };
            let option = e
                .only_if
                .as_ref()
                .map_or_else(String::new, |(p, o)| format!("[{p}={o}] "));
            self.point(&format!("{} {option}{}", e.id, of(&e.title, self.lang)));
            let mut when = all_of(&e.all, unit, self.lang);
            if !e.any.is_empty() {
                let any = any_of(&e.any, unit, self.lang);
                when = if when.is_empty() {
                    any
                } else {
                    format!(
                        "{when}{}{any}",
                        self.lang.pick("，且其中之一：", ", and one of: ")
                    )
                };
            }
            if let Some(s) = &e.stage {
                when = format!(
                    "{}{}{when}",
                    stage(Some(s), self.lang),
                    self.lang.pick("；", "; ")
                );
            }
            self.under(&format!("{}{when}", self.lang.pick("条件：", "when: ")));
            self.dated_source(&e.clause, e.mark, &e.from, e.until.as_ref());
        }
    }

    fn bands(&mut self) {
        if self.pack.raw.band.is_empty() {
            return;
        }
        self.title("班额分档", "Class-size bands");
        for e in &self.pack.raw.band {
            let e = e.get_ref();
            let line = format!(
                "{} {}；{}",
                e.id,
                of(&e.title, self.lang),
                self.source(&e.clause, e.mark)
            );
            self.point(&line);
        }
    }
}
