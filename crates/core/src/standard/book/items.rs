//! The second half of a book: items, exceptions, definitions, bands.

use toml::Spanned;
use toml::value::Datetime;

use super::Book;
use crate::standard::Group;
use crate::standard::load::date;
use crate::standard::measure::Unit;
use crate::standard::raw::{Mark, RawItemTest, RawPart, RawTest, RawText, RawUnit, RawValue};
use crate::standard::words::{all_of, any_of, heading, number, of, ratio, sign, stage, variable};
use crate::text::Lang;

impl Book<'_> {
    pub(super) fn items(&mut self) {
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
                let mut values = item.part.iter().flat_map(|p| &p.get_ref().values);
                let own = (&item.clause, item.mark, &item.from, &item.until);
                let said = |v: &RawValue| (&v.clause, v.mark, &v.from, &v.until) == own;
                if !values.any(|v| said(v.get_ref())) {
                    self.dated_source(&item.clause, item.mark, &item.from, item.until.as_ref());
                }
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
        let filtered = |measure: String, filter: &[RawTest], unit| {
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

    pub(super) fn exceptions(&mut self) {
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
                format!("{}{}", stage(Some(s), self.lang), self.semicolon())
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
                        names.join(self.lang.pick("、", ", "))
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
    pub(super) fn reviewed(&mut self, checked: Option<&Datetime>, review: Option<&Datetime>) {
        let words = [
            (checked, self.lang.pick("核对：", "checked: ")),
            (review, self.lang.pick("复核期限：", "review by: ")),
        ];
        let parts: Vec<String> = words
            .into_iter()
            .filter_map(|(day, word)| Some(format!("{word}{}", day.and_then(date)?)))
            .collect();
        if !parts.is_empty() {
            self.under(&parts.join(self.semicolon()));
        }
    }

    pub(super) fn definitions(&mut self) {
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
                when = format!("{}{}{when}", stage(Some(s), self.lang), self.semicolon());
            }
            self.under(&format!("{}{when}", self.lang.pick("条件：", "when: ")));
            self.dated_source(&e.clause, e.mark, &e.from, e.until.as_ref());
        }
    }

    pub(super) fn bands(&mut self) {
        let bands = self.pack.raw.band.iter().map(Spanned::get_ref);
        let lines = bands.map(|e| self.entry(&e.id, &e.title, &e.clause, e.mark));
        self.list("班额分档", "Class-size bands", &lines.collect::<Vec<_>>());
    }

    pub(super) fn norms(&mut self) {
        let norms = self.pack.raw.norm.iter().map(Spanned::get_ref);
        let lines = norms.map(|e| self.entry(&e.id, &e.title, &e.clause, e.mark));
        self.list("规划指标", "Planning norms", &lines.collect::<Vec<_>>());
    }

    /// An entry whose title says its values.
    fn entry(&self, id: &str, title: &RawText, clause: &str, mark: Mark) -> String {
        let title = format!("{id} {}", of(title, self.lang));
        [title, self.source(clause, mark)].join(self.semicolon())
    }

    fn list(&mut self, zh: &str, en: &str, lines: &[String]) {
        if !lines.is_empty() {
            self.title(zh, en);
        }
        for line in lines {
            self.point(line);
        }
    }
}
