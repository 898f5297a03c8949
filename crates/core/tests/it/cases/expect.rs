//! What a case may ask of an evaluation, as a line of words.

use junheng_core::evaluate::{Evaluation, SectionResult};
use junheng_core::model::{Field, Snapshot, Stage};
use junheng_core::standard::Standard;
use junheng_core::verdict::{Span, Verdict};

use super::bundle::stage;

/// The short words of the cases.
fn word(verdict: Verdict) -> String {
    match verdict {
        Verdict::Tolerated => "容许".to_owned(),
        other => other.title().zh,
    }
}

fn fired(fires: Option<Span<bool>>) -> String {
    match fires.map(Span::settled) {
        None => "不成立",
        Some(Some(true)) => "成立",
        Some(Some(false)) => "不成立",
        Some(None) => "无法判定",
    }
    .to_owned()
}

fn number(x: Option<f64>) -> String {
    x.map_or_else(|| "—".to_owned(), |x| format!("{x}"))
}

/// Whether two cells say the same: numbers to 7 digits after the point, all else to the letter.
pub(super) fn same(want: &str, have: &str) -> bool {
    match (want.parse::<f64>(), have.parse::<f64>()) {
        (Ok(want), Ok(have)) => (want - have).abs() < 5e-7,
        _ => want == have,
    }
}

pub(super) struct Asked<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) standard: &'a Standard,
    pub(super) evaluation: &'a Evaluation,
}

impl Asked<'_> {
    /// The answer to `A 小学 L1 值`, `G8`, `小学 L1 差异系数` and the like; `None` where there is
    /// no such thing.
    pub(super) fn answer(&self, target: &str) -> Option<String> {
        let words: Vec<&str> = target.split_whitespace().collect();
        match words.as_slice() {
            ["县"] => Some(word(self.evaluation.verdict)),
            ["缺项"] => Some(self.missing()),
            [name, rest @ ..] if stage(name).is_some() => self.spread(stage(name)?, rest),
            [school, "认定", id] => self.definition(school, id),
            [school, name, rest @ ..] if stage(name).is_some() => {
                self.section(school, stage(name)?, rest)
            }
            [item, rest @ ..] => self.item(item, rest),
            [] => None,
        }
    }

    fn missing(&self) -> String {
        let names = self.evaluation.missing.iter().map(|m| {
            let school = m.school_id.iter().map(|s| format!("{s} "));
            let stage = m.stage.iter().map(|s| format!("{} ", s.title().zh));
            school.chain(stage).collect::<String>() + &m.field
        });
        names.collect::<Vec<_>>().join("、")
    }

    fn section_of(&self, school: &str, stage: Stage) -> Option<&SectionResult> {
        self.evaluation
            .sections
            .iter()
            .find(|s| s.school_id == school && s.stage == Some(stage))
    }

    fn section(&self, school: &str, stage: Stage, rest: &[&str]) -> Option<String> {
        let section = self.section_of(school, stage)?;
        match rest {
            [] => Some(section.verdict.map_or_else(|| "—".to_owned(), word)),
            ["范围"] => Some(match &section.out_of_scope {
                None => "在内".to_owned(),
                Some(reason) => reason.zh.clone(),
            }),
            ["字段", name] => {
                let field = Field::ALL
                    .iter()
                    .find(|f| f.table().id() == "sections" && f.about().zh == *name)?;
                Some(number(self.evaluation.frame.section(*field, section.row)))
            }
            [id, what @ ..] => {
                let index = self.standard.indicators.iter().position(|i| i.id == *id)?;
                let result = section.indicators.iter().find(|r| r.indicator == index)?;
                match what {
                    [] => Some(result.verdict.map_or_else(|| "—".to_owned(), word)),
                    ["值"] => Some(number(result.judged.value)),
                    ["标准"] => Some(number(result.judged.threshold)),
                    ["下限"] => Some(number(result.judged.floor)),
                    _ => None,
                }
            }
        }
    }

    fn spread(&self, stage: Stage, rest: &[&str]) -> Option<String> {
        let e = self.evaluation;
        match rest {
            ["综合"] => e
                .composites
                .iter()
                .find(|c| c.stage == stage)
                .map(|c| word(c.verdict)),
            ["综合", "值"] => e
                .composites
                .iter()
                .find(|c| c.stage == stage)
                .map(|c| number(c.cv)),
            ["班额", id] => {
                let band = self.standard.bands.iter().position(|b| b.id == *id)?;
                let result = e
                    .bands
                    .iter()
                    .find(|b| b.band == band && b.stage == stage)?;
                Some(result.classes.to_string())
            }
            [id, what @ ..] => {
                let index = self.standard.indicators.iter().position(|i| i.id == *id)?;
                let found = e
                    .variations
                    .iter()
                    .find(|v| v.stage == stage && v.indicator == index);
                let Some(result) = found else {
                    return Some("无".to_owned());
                };
                match what {
                    [] => Some(result.verdict.map_or_else(|| "—".to_owned(), word)),
                    ["差异系数"] => Some(number(result.spread.and_then(|s| s.cv))),
                    ["均值"] => Some(number(result.spread.map(|s| s.mean))),
                    _ => None,
                }
            }
            [] => None,
        }
    }

    fn definition(&self, school: &str, id: &str) -> Option<String> {
        let definition = self.standard.definitions.iter().position(|d| d.id == id)?;
        let found = self.evaluation.definitions.iter().find(|d| {
            d.definition == definition
                && self.snapshot.text(Field::SchoolId, d.school) == Some(school)
        });
        Some(fired(found.map(|d| d.fires)))
    }

    fn item(&self, name: &str, rest: &[&str]) -> Option<String> {
        let (id, part) = match name.split_once('.') {
            Some((id, part)) => (id, Some(part)),
            None => (name, None),
        };
        let index = self.standard.items.iter().position(|i| i.id == id)?;
        let result = self.evaluation.items.iter().find(|i| i.item == index)?;
        let Some(part) = part else {
            return match rest {
                [] => Some(word(result.verdict)),
                ["值"] => Some(number(result.value)),
                ["标准"] => Some(number(result.threshold)),
                ["学校"] if result.failing.is_empty() => Some("—".to_owned()),
                ["学校"] => Some(result.failing.join("、")),
                _ => None,
            };
        };
        let result = result.parts.iter().find(|p| p.id == part)?;
        match rest {
            [] => Some(word(result.verdict)),
            ["值"] => Some(number(result.value)),
            ["标准"] => Some(number(result.threshold)),
            _ => None,
        }
    }
}
