//! Whatever the county: the words and figures of a paper never contradict the evaluation.

use junheng_core::evaluate::{Evaluation, IndicatorResult};
use junheng_core::model::{Fact, Field, Stage};
use junheng_core::standard::{Group, Standard};
use junheng_core::verdict::Verdict;
use junheng_paper::compose::{Kind, Scene, Templates, compose};
use junheng_paper::model::{Block, Paper, Table};
use proptest::prelude::*;

use crate::county::{County, standard, subject};
use crate::papers::{table, whole};

/// Figures of a section that its verdicts rest on.
const FIGURES: &[Field] = &[
    Field::Students,
    Field::TeachersAboveDegree,
    Field::BackboneTeachers,
    Field::PeArtTeachers,
    Field::TeachingArea,
    Field::SportsGround,
    Field::Equipment,
    Field::MultimediaRooms,
    Field::LargestClass,
    Field::CertifiedTeachers,
];
/// Figures of the county.
const FACTS: &[Field] = &[
    Field::QuotaPrimary,
    Field::ProvincialQuotaPrimary,
    Field::SpecialFund,
    Field::SpecialStudents,
    Field::TeacherPay,
    Field::CivilServantPay,
    Field::RotationEligible,
    Field::Rotated,
    Field::RotatedBackbone,
    Field::CohortEntered,
    Field::CohortGraduated,
    Field::DisabledChildren,
    Field::DisabledEnrolled,
    Field::QuestionnairesValid,
    Field::QuestionnairesSatisfied,
];
const VETOES: &[Field] = &[Field::VetoExam, Field::VetoFalsified, Field::VetoSafety];

/// A change of one figure: which, where, and to what.
#[derive(Debug, Clone)]
enum Change {
    /// A section's figure times a factor; blank without one.
    Section(Field, usize, Option<f64>),
    Fact(Field, Option<f64>),
    Veto(Field, bool),
    Attest(usize, bool),
    /// Everything that can be attested is, and nothing was vetoed.
    Fine,
}

fn change() -> impl Strategy<Value = Change> {
    let factor = prop_oneof![
        Just(None),
        (0.5..1.3_f64).prop_map(Some),
        // Two decimals read like the threshold.
        (-9..10_i32).prop_map(|n| Some(0.7 + f64::from(n) * 1e-5)),
    ];
    prop_oneof![
        8 => (prop::sample::select(FIGURES), 0..4_usize, factor)
            .prop_map(|(f, row, x)| Change::Section(f, row, x)),
        4 => (prop::sample::select(FACTS), prop::option::of(1..20_000_i32))
            .prop_map(|(f, x)| Change::Fact(f, x.map(f64::from))),
        1 => (prop::sample::select(VETOES), any::<bool>()).prop_map(|(f, x)| Change::Veto(f, x)),
        1 => (0..40_usize, any::<bool>()).prop_map(|(n, x)| Change::Attest(n, x)),
        2 => Just(Change::Fine),
    ]
}

fn changed(changes: &[Change], standard: &Standard) -> County {
    let mut county = County::plain();
    let attest = |county: &mut County, n: usize, met: bool| {
        let id = &standard.items[n % standard.items.len()].id;
        let value = if met { "met" } else { "not_met" };
        let fact = Fact {
            value: value.into(),
            cell: None,
        };
        county.snapshot.facts.insert(format!("attest_{id}"), fact);
    };
    for change in changes {
        match change {
            Change::Section(field, row, factor) => {
                let now = county.snapshot.number(*field, *row).unwrap_or(40.0);
                let value = factor.map_or(f64::NAN, |x| now * x);
                county.set(*field, *row, value);
            }
            Change::Fact(field, value) => county.set(*field, 0, value.unwrap_or(f64::NAN)),
            Change::Veto(field, yes) => {
                county.set_text(*field, 0, if *yes { "yes" } else { "no" });
            }
            Change::Attest(n, met) => attest(&mut county, *n, *met),
            Change::Fine => {
                for n in 0..standard.items.len() {
                    attest(&mut county, n, true);
                }
                for veto in VETOES {
                    county.set_text(*veto, 0, "no");
                }
            }
        }
    }
    county
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "达标",
        Verdict::NotMet => "未达标",
        Verdict::Undetermined => "无法判定",
        Verdict::NotApplicable => "不适用",
        Verdict::Tolerated => "达到下限",
    }
}

/// The sections' tables: mark, side of the threshold and conclusion of every figure.
fn sections(paper: &Paper, evaluation: &Evaluation) {
    for (stage, name) in [(Stage::Primary, "小学"), (Stage::Junior, "初中")] {
        let judged = || {
            let all = evaluation.sections.iter();
            all.filter(|s| s.in_scope() && s.stage == Some(stage))
        };
        if judged().next().is_none() {
            continue;
        }
        let table = table(paper, &format!("{name}各校资源配置情况"));
        for section in judged() {
            let row = table.rows.iter().find(|r| r[1] == section.name).unwrap();
            assert_eq!(row.last().unwrap(), word(section.verdict.unwrap()));
            for (cell, result) in row[3..].iter().zip(&section.indicators) {
                figure(cell, result);
            }
        }
    }
}

fn figure(cell: &str, result: &IndicatorResult) {
    let digits = cell.trim_end_matches(['△', '×']);
    let mark = &cell[digits.len()..];
    let verdict = result.verdict.unwrap();
    assert_eq!(
        mark,
        match verdict {
            Verdict::Tolerated => "△",
            Verdict::NotMet => "×",
            _ => "",
        }
    );
    if verdict == Verdict::Undetermined {
        return;
    }
    if let (Ok(shown), Some(threshold)) = (digits.parse::<f64>(), result.judged.threshold) {
        assert_eq!(
            shown >= threshold,
            verdict == Verdict::Met,
            "{cell} {threshold}"
        );
        if let Some(floor) = result.judged.floor {
            assert_eq!(shown >= floor, verdict != Verdict::NotMet, "{cell} {floor}");
        }
    } else {
        panic!("{cell} is {verdict:?}");
    }
}

fn last_column<'a>(table: &'a Table, name: &str) -> &'a str {
    let row = table.rows.iter().find(|r| r[0] == name);
    row.and_then(|r| r.last())
        .unwrap_or_else(|| panic!("{name}"))
}

fn items(paper: &Paper, standard: &Standard, evaluation: &Evaluation) {
    for result in &evaluation.items {
        let item = &standard.items[result.item];
        let caption = format!("{}各项完成情况", item.group.title().zh);
        match item.group {
            Group::Resource => {}
            Group::Veto => {
                let said = last_column(table(paper, &caption), &item.title.zh);
                assert_eq!(
                    said,
                    match result.verdict {
                        Verdict::Met => "未发生",
                        Verdict::NotMet => "发生，否决",
                        _ => "未申报",
                    }
                );
            }
            _ => {
                let table = table(paper, &caption);
                let said = last_column(table, &item.id);
                assert_eq!(said, word(result.verdict), "{}", item.id);
                let row = table.rows.iter().find(|r| r[0] == item.id).unwrap();
                if row[2].contains("县级自评未达到") {
                    assert_eq!(result.verdict, Verdict::NotMet, "{row:?}");
                }
                if row[2].contains("县级自评达到") {
                    assert_eq!(result.verdict, Verdict::Met, "{row:?}");
                }
            }
        }
    }
}

fn coefficients(paper: &Paper, evaluation: &Evaluation) {
    let table = table(paper, "各项指标全县平均值与校际差异系数");
    for (row, v) in table.rows.iter().zip(&evaluation.variations) {
        assert_eq!(row[5], word(v.verdict.unwrap()));
        match row[3].parse::<f64>() {
            Ok(shown) => assert_eq!(shown <= v.limit.unwrap(), row[5] == "达标", "{row:?}"),
            Err(_) => assert_eq!(row[5], "无法判定"),
        }
    }
}

/// The sentences: the conclusion, and who is named as failing.
fn sentences(text: &str, standard: &Standard, evaluation: &Evaluation) {
    let conclusions = [
        (Verdict::Met, "自评结论为：达到评估标准"),
        (Verdict::NotMet, "自评结论为：未达到评估标准"),
        (Verdict::Undetermined, "暂不能作出自评结论"),
    ];
    for (verdict, words) in conclusions {
        let own = evaluation.verdict == verdict;
        assert_eq!(text.contains(words), own, "{words}\n{text}");
    }
    let all_met = text.contains("各项均已达标");
    assert_eq!(all_met, evaluation.verdict == Verdict::Met);
    for result in &evaluation.items {
        let item = &standard.items[result.item];
        if result.verdict == Verdict::NotMet {
            let start = if item.group == Group::Veto {
                "存在一票否决事项"
            } else {
                "未达到下列"
            };
            let named = text
                .lines()
                .any(|l| l.contains(start) && l.contains(&item.title.zh));
            assert!(named, "{}\n{text}", item.id);
        }
    }
    // "某指标为4.19996，标准4.2": a figure that falls short reads so.
    for (at, word) in text.match_indices("为") {
        let Some((shown, rest)) = text[at + word.len()..].split_once("，标准") else {
            continue;
        };
        let digits = |c: &char| c.is_ascii_digit() || *c == '.';
        let limit: String = rest.chars().take_while(digits).collect();
        if let (Ok(shown), Ok(limit)) = (shown.parse::<f64>(), limit.parse::<f64>()) {
            assert!(shown < limit, "{shown} {limit}");
        }
    }
    for section in &evaluation.sections {
        let name = format!("．{}（", section.name);
        let failing = section.verdict == Some(Verdict::NotMet);
        assert_eq!(text.contains(&name), failing, "{name}\n{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn words_agree_with_verdicts(changes in prop::collection::vec(change(), 0..14)) {
        let standard = standard("cn-2017-6");
        let county = changed(&changes, &standard);
        let evaluation = county.judged(&standard);
        let scene = Scene::new(subject(&county, &standard, &evaluation));
        let made = |kind| compose(&scene, kind, &Templates::new()).unwrap();
        let report = made(Kind::SelfEvaluation);
        sections(&report, &evaluation);
        items(&report, &standard, &evaluation);
        coefficients(&report, &evaluation);
        sentences(&whole(&report), &standard, &evaluation);

        let briefing = whole(&made(Kind::Briefing));
        let said = match evaluation.verdict {
            Verdict::Met => "全县自评结论为：达到评估标准",
            Verdict::NotMet => "全县自评结论为：未达到评估标准",
            _ => "暂不能作出自评结论",
        };
        prop_assert!(briefing.contains(said), "{}", briefing);

        let failing = evaluation.sections.iter().filter(|s| s.verdict == Some(Verdict::NotMet));
        let weak = made(Kind::WeakSchools);
        let listed = weak.body.iter().any(|b| matches!(b, Block::Table(_)));
        prop_assert_eq!(listed, failing.clone().next().is_some());
        let list = whole(&made(Kind::Rectification));
        for section in failing {
            prop_assert!(list.contains(&section.name));
        }
    }
}
