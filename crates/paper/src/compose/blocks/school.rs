//! The page of one school.

use junheng_core::evaluate::shortfalls;
use junheng_core::show;
use junheng_core::verdict::Verdict;

use super::{table, told_elsewhere};
use crate::compose::Scene;
use crate::model::{Align, Block};
use crate::official;
use crate::words::{indicator, reached};

/// Every indicator of every section of the school.
fn table_rows(s: &Scene<'_>) -> Vec<Vec<String>> {
    let subject = &s.subject;
    let mut rows = Vec::new();
    for section in s.own_sections() {
        let short = shortfalls(subject.standard, &subject.evaluation.frame, section);
        for result in &section.indicators {
            let about = &subject.standard.indicators[result.indicator];
            let number = |x: Option<f64>| x.map_or_else(|| "—".to_owned(), |x| show::number(x, 4));
            let mean = subject
                .evaluation
                .variations
                .iter()
                .find(|v| v.indicator == result.indicator && Some(v.stage) == section.stage)
                .and_then(|v| v.spread)
                .map_or_else(
                    || "—".to_owned(),
                    |x| show::column(x.mean, None, subject.decimals(result.indicator)),
                );
            let need = short
                .iter()
                .find(|x| x.indicator == result.indicator)
                .map_or_else(
                    || "—".to_owned(),
                    |x| {
                        format!(
                            "{}{}",
                            show::number(x.to_threshold, 2),
                            x.field.about().unit
                        )
                    },
                );
            rows.push(vec![
                section.stage.map_or_else(String::new, |x| x.title().zh),
                format!("{} {}", about.id, about.title.zh),
                indicator(subject, result),
                mean,
                number(result.judged.threshold),
                number(result.judged.floor),
                result.verdict.map_or("—", reached).to_owned(),
                need,
            ]);
        }
    }
    rows
}

/// As a table.
pub(super) fn page_table(s: &Scene<'_>) -> Vec<Block> {
    table(
        "",
        &[
            (0.8, Align::Centre, "学段"),
            (3.8, Align::Left, "指标"),
            (1.1, Align::Centre, "本校"),
            (1.1, Align::Centre, "全县平均"),
            (0.9, Align::Centre, "标准"),
            (0.9, Align::Centre, "下限"),
            (1.2, Align::Centre, "结论"),
            (1.5, Align::Centre, "到标准尚差"),
        ],
        table_rows(s),
    )
}

/// Items this school fails.
pub(super) fn items(s: &Scene<'_>) -> Vec<Block> {
    let subject = &s.subject;
    let id = s.school_text(junheng_core::model::Field::SchoolId);
    let failing: Vec<String> = subject
        .evaluation
        .items
        .iter()
        .filter(|r| r.verdict == Verdict::NotMet && r.failing.iter().any(|f| f == id))
        .filter(|r| !told_elsewhere(&subject.standard.items[r.item], r))
        .map(|r| official::name(subject, &subject.standard.items[r.item].id))
        .collect();
    if failing.is_empty() {
        return Vec::new();
    }
    vec![Block::Paragraph(
        crate::model::Manner::Note,
        format!("本校还涉及未达标的项目：{}。", failing.join("；")),
    )]
}
