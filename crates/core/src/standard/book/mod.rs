//! A pack as a book that an official can read.

mod items;

use toml::Spanned;
use toml::value::Datetime;

use crate::date::Date;
use crate::standard::load::{Pack, PackKind, date};
use crate::standard::measure::Unit;
use crate::standard::raw::{Mark, RawText, RawValue};
use crate::standard::words::{
    all_of, heading, number, of, ratio, sign, stage, steps, variable, wrap,
};
use crate::text::{Lang, Text};

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
    book.norms();
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

    /// Between two parts of a line.
    fn semicolon(&self) -> &'static str {
        self.lang.pick("；", "; ")
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
                match lang {
                    Lang::Zh => format!("{}（版本 {}）", p.id, p.version),
                    Lang::En => format!("{} (version {})", p.id, p.version),
                },
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
            lines.push((
                self.pick("叠加于", "lies over"),
                p.over.join(lang.pick("、", ", ")),
            ));
        }
        if !p.removes.is_empty() {
            lines.push((
                self.pick("取消", "takes out"),
                p.removes.join(lang.pick("、", ", ")),
            ));
        }
        for (name, value) in lines {
            self.point(&format!("{name}{}{value}", lang.pick("：", ": ")));
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
                let items = e.counted_in.join(self.lang.pick("、", ", "));
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
        let line = [self.source(clause, mark), self.period(from, until)];
        self.under(&line.join(self.semicolon()));
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
            let source = self.source(&v.clause, v.mark);
            self.under(&[format!("{stage_}{amount}"), source, dates].join(self.semicolon()));
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
            self.dated_source(&e.clause, e.mark, &e.from, e.until.as_ref());
        }
    }
}
