//! The JSON of `evaluate`.

use junheng_core::evaluate::{
    Evaluation, Inequality, ItemResult, PartResult, SectionResult, Tried, VariationResult,
    floors_disagree, shortfalls,
};
use junheng_core::model::{Field, Snapshot, Stage};
use junheng_core::standard::{Amount, Clause, Compare, Standard, Unit};
use junheng_core::text::Lang;
use junheng_core::verdict::Verdict;
use serde::{Deserialize, Serialize};

use super::document;
use crate::Context;
use crate::print::Result;

#[derive(Serialize, Deserialize)]
pub(crate) struct EvaluationView<'a> {
    #[serde(borrow)]
    standard: StandardView<'a>,
    county: CountyView<'a>,
    verdict: &'a str,
    missing: Vec<MissingView<'a>>,
    sections: Vec<SectionView<'a>>,
    variation: Vec<VariationView<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    composite: Vec<CompositeView<'a>>,
    items: Vec<ItemView<'a>>,
    inequality: Vec<InequalityView<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    definitions: Vec<DefinitionView<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    class_sizes: Vec<BandView<'a>>,
}

#[derive(Serialize, Deserialize)]
struct StandardView<'a> {
    id: &'a str,
    version: &'a str,
    title: &'a str,
    document: &'a str,
    date: String,
    overlays: Vec<OverlayView<'a>>,
    /// How many thresholds a section may miss.
    tolerated: Option<u32>,
    parameters: Vec<ParameterView<'a>>,
    indicators: Vec<IndicatorTitleView<'a>>,
}

#[derive(Serialize, Deserialize)]
struct IndicatorTitleView<'a> {
    id: &'a str,
    title: &'a str,
    unit: &'a str,
    /// Less is better: the threshold is the most there may be.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    at_most: bool,
}

#[derive(Serialize, Deserialize)]
struct OverlayView<'a> {
    id: &'a str,
    version: &'a str,
    title: &'a str,
}

#[derive(Serialize, Deserialize)]
struct ParameterView<'a> {
    id: &'a str,
    value: &'a str,
    title: &'a str,
    /// The value where nobody chooses.
    default: &'a str,
    options: Vec<OptionView<'a>>,
}

/// A value that a parameter may have.
#[derive(Serialize, Deserialize)]
struct OptionView<'a> {
    id: &'a str,
    title: &'a str,
}

#[derive(Serialize, Deserialize)]
struct CountyView<'a> {
    code: Option<&'a str>,
    name: Option<&'a str>,
    school_year: Option<&'a str>,
    as_of: Option<String>,
    synthetic: bool,
}

#[derive(Serialize, Deserialize)]
struct MissingView<'a> {
    table: &'a str,
    field: &'a str,
    school_id: Option<&'a str>,
    stage: Option<&'a str>,
    leaves_open: Vec<&'a str>,
}

#[derive(Serialize, Deserialize)]
struct SectionView<'a> {
    school_id: &'a str,
    name: &'a str,
    stage: Option<&'a str>,
    in_scope: bool,
    out_of_scope_reason: Option<&'a str>,
    students: Option<f64>,
    verdict: Option<&'a str>,
    indicators: Vec<IndicatorView<'a>>,
}

#[derive(Serialize, Deserialize)]
struct IndicatorView<'a> {
    id: &'a str,
    value: Option<f64>,
    threshold: Option<f64>,
    floor: Option<f64>,
    /// The exact floor and the printed one, where the reading decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    floors: Option<[f64; 2]>,
    verdict: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_of_threshold: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct VariationView<'a> {
    stage: &'a str,
    indicator: &'a str,
    mean: Option<f64>,
    sd: Option<f64>,
    cv: Option<f64>,
    limit: Option<f64>,
    verdict: Option<&'a str>,
    rounded: Option<RoundedView<'a>>,
}

#[derive(Serialize, Deserialize)]
struct RoundedView<'a> {
    digits: u32,
    cv: f64,
    verdict: &'a str,
}

#[derive(Serialize, Deserialize)]
struct CompositeView<'a> {
    id: &'a str,
    stage: &'a str,
    value: Option<f64>,
    cv: Option<f64>,
    limit: Option<f64>,
    verdict: &'a str,
}

#[derive(Serialize, Deserialize)]
struct ItemView<'a> {
    id: &'a str,
    group: &'a str,
    title: &'a str,
    value: Option<f64>,
    threshold: Option<f64>,
    /// The standard sets a value that nobody here has seen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    threshold_unknown: bool,
    verdict: &'a str,
    parts: Vec<PartView<'a>>,
    exceptions: Vec<ExceptionView<'a>>,
    failing: Vec<&'a str>,
    attested: Option<&'a str>,
    clause: ClauseView<'a>,
}

#[derive(Serialize, Deserialize)]
struct PartView<'a> {
    id: &'a str,
    title: &'a str,
    value: Option<f64>,
    threshold: Option<f64>,
    verdict: &'a str,
}

#[derive(Serialize, Deserialize)]
struct ExceptionView<'a> {
    id: &'a str,
    title: &'a str,
    clause: &'a str,
    /// `applied`, `not_applied` or `undetermined`.
    state: &'a str,
    school_id: &'a str,
    stage: Option<&'a str>,
}

/// A clause with its mark.
#[derive(Serialize, Deserialize)]
pub(super) struct ClauseView<'a> {
    text: &'a str,
    mark: String,
    pack: &'a str,
    from: Option<String>,
    until: Option<String>,
}

pub(super) fn clause(c: &Clause) -> ClauseView<'_> {
    ClauseView {
        text: &c.text,
        mark: format!("{:?}", c.mark),
        pack: &c.pack,
        from: c.from.map(|d| d.to_string()),
        until: c.until.map(|d| d.to_string()),
    }
}

#[derive(Serialize, Deserialize)]
struct InequalityView<'a> {
    stage: &'a str,
    indicator: &'a str,
    gini: Option<f64>,
    theil: Option<f64>,
    theil_within: Option<f64>,
    theil_between: Option<f64>,
    mean_urban: Option<f64>,
    mean_town: Option<f64>,
    mean_rural: Option<f64>,
    urban_rural_ratio: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct DefinitionView<'a> {
    pack: &'a str,
    clause: &'a str,
    title: &'a str,
    school_id: &'a str,
    fires: &'a str,
}

#[derive(Serialize, Deserialize)]
struct BandView<'a> {
    band: &'a str,
    title: &'a str,
    stage: &'a str,
    classes: usize,
    of: usize,
}

/// `evaluate`.
pub(crate) fn evaluation(result: &Result<'_>, digest: &str, context: &Context) -> String {
    let (snapshot, standard, evaluation) = (result.snapshot, result.standard, result.evaluation);
    let lang = context.lang;
    let content = EvaluationView {
        standard: standard_view(standard, lang),
        county: CountyView {
            code: snapshot.text(Field::CountyCode, 0),
            name: snapshot.text(Field::CountyName, 0),
            school_year: snapshot.text(Field::SchoolYear, 0),
            as_of: snapshot.as_of().map(|d| d.to_string()),
            synthetic: crate::commands::is_synthetic(snapshot),
        },
        verdict: evaluation.verdict.id(),
        missing: evaluation
            .missing
            .iter()
            .map(|m| MissingView {
                table: m.table.id(),
                field: &m.field,
                school_id: m.school_id.as_deref(),
                stage: m.stage.map(Stage::id),
                leaves_open: m.leaves_open.iter().map(String::as_str).collect(),
            })
            .collect(),
        sections: evaluation
            .sections
            .iter()
            .map(|s| section(s, standard, evaluation, lang))
            .collect(),
        variation: evaluation
            .variations
            .iter()
            .map(|v| variation(v, standard))
            .collect(),
        composite: evaluation
            .composites
            .iter()
            .map(|c| CompositeView {
                id: &standard.composites[c.rule].id,
                stage: c.stage.id(),
                value: c.cv,
                cv: c.cv,
                limit: c.limit,
                verdict: c.verdict.id(),
            })
            .collect(),
        items: evaluation
            .items
            .iter()
            .map(|i| item(i, snapshot, standard, evaluation, lang))
            .collect(),
        inequality: result
            .inequality
            .iter()
            .map(|i| inequality(i, standard))
            .collect(),
        definitions: evaluation
            .definitions
            .iter()
            .map(|d| {
                let definition = &standard.definitions[d.definition];
                DefinitionView {
                    pack: &definition.pack,
                    clause: &definition.id,
                    title: definition.title.get(lang),
                    school_id: snapshot.text(Field::SchoolId, d.school).unwrap_or_default(),
                    fires: if d.fires.worst { "yes" } else { "undetermined" },
                }
            })
            .collect(),
        class_sizes: evaluation
            .bands
            .iter()
            .map(|b| BandView {
                band: &standard.bands[b.band].id,
                title: standard.bands[b.band].title.get(lang),
                stage: b.stage.id(),
                classes: b.classes,
                of: b.of,
            })
            .collect(),
    };
    document(Some(digest), content, Some(context))
}

fn standard_view(standard: &Standard, lang: Lang) -> StandardView<'_> {
    StandardView {
        id: &standard.id,
        version: &standard.version,
        title: standard.title.get(lang),
        document: &standard.document,
        date: standard.date.to_string(),
        overlays: standard
            .overlays
            .iter()
            .map(|overlay| OverlayView {
                id: &overlay.id,
                version: &overlay.version,
                title: overlay.title.get(lang),
            })
            .collect(),
        tolerated: standard.rules.first().map(|r| r.tolerated),
        parameters: standard
            .choices
            .values()
            .map(|c| ParameterView {
                id: &c.id,
                value: &c.chosen,
                title: c.title.get(lang),
                default: &c.default,
                options: c
                    .options
                    .iter()
                    .map(|(id, title)| OptionView {
                        id,
                        title: title.get(lang),
                    })
                    .collect(),
            })
            .collect(),
        indicators: standard
            .indicators
            .iter()
            .map(|i| IndicatorTitleView {
                id: &i.id,
                title: i.title.get(lang),
                unit: i.unit.get(lang),
                at_most: i.compare != Compare::AtLeast,
            })
            .collect(),
    }
}

fn section<'a>(
    s: &'a SectionResult,
    standard: &'a Standard,
    evaluation: &Evaluation,
    lang: Lang,
) -> SectionView<'a> {
    let short = shortfalls(standard, &evaluation.frame, s);
    SectionView {
        school_id: &s.school_id,
        name: &s.name,
        stage: s.stage.map(Stage::id),
        in_scope: s.in_scope(),
        out_of_scope_reason: s.out_of_scope.as_ref().map(|r| r.get(lang)),
        students: s.students,
        verdict: s.verdict.map(Verdict::id),
        indicators: s
            .indicators
            .iter()
            .map(|r| IndicatorView {
                id: &standard.indicators[r.indicator].id,
                value: r.judged.value,
                threshold: r.judged.threshold,
                floor: r.judged.floor,
                floors: floors_disagree(standard, r.indicator, &r.judged),
                verdict: r.verdict.map(Verdict::id),
                short_of_threshold: short
                    .iter()
                    .find(|f| f.indicator == r.indicator)
                    .map(|f| f.to_threshold),
            })
            .collect(),
    }
}

fn variation<'a>(v: &VariationResult, standard: &'a Standard) -> VariationView<'a> {
    VariationView {
        stage: v.stage.id(),
        indicator: &standard.indicators[v.indicator].id,
        mean: v.spread.map(|s| s.mean),
        sd: v.spread.map(|s| s.sd),
        cv: v.spread.and_then(|s| s.cv),
        limit: v.limit,
        verdict: v.verdict.map(Verdict::id),
        rounded: v.rounded.map(|r| RoundedView {
            digits: r.digits,
            cv: r.cv,
            verdict: r.verdict.id(),
        }),
    }
}

fn item<'a>(
    i: &'a ItemResult,
    snapshot: &'a Snapshot,
    standard: &'a Standard,
    evaluation: &'a Evaluation,
    lang: Lang,
) -> ItemView<'a> {
    let item = &standard.items[i.item];
    let mut limits = item.parts.iter().flat_map(|p| &p.limits).flatten();
    ItemView {
        id: &item.id,
        group: item.group.id(),
        title: item.title.get(lang),
        value: i.value,
        threshold: i.threshold,
        threshold_unknown: limits.any(|l| l.amount == Amount::Unknown),
        verdict: i.verdict.id(),
        parts: i.parts.iter().map(|p| part(p, lang)).collect(),
        exceptions: exceptions(i, snapshot, standard, evaluation, lang),
        failing: i.failing.iter().map(String::as_str).collect(),
        attested: i.attested.map(|met| if met { "met" } else { "not_met" }),
        clause: clause(&item.clause),
    }
}

fn part<'a>(p: &'a PartResult, lang: Lang) -> PartView<'a> {
    PartView {
        id: &p.id,
        title: p.title.get(lang),
        value: p.value,
        threshold: p.threshold,
        verdict: p.verdict.id(),
    }
}

/// Exceptions that helped, may help, or did not help a unit that fails.
fn exceptions<'a>(
    i: &'a ItemResult,
    snapshot: &'a Snapshot,
    standard: &'a Standard,
    evaluation: &'a Evaluation,
    lang: Lang,
) -> Vec<ExceptionView<'a>> {
    let mut all = Vec::new();
    let mut add = |tried: &[Tried], school_id: &'a str, stage: Option<Stage>, fails: bool| {
        for t in tried {
            let state = match (t.holds.worst, t.holds.best) {
                (true, _) => "applied",
                (false, true) => "undetermined",
                (false, false) if fails => "not_applied",
                _ => continue,
            };
            let exception = &standard.exceptions[t.exception];
            all.push(ExceptionView {
                id: &exception.id,
                title: exception.title.get(lang),
                clause: &exception.clause.text,
                state,
                school_id,
                stage: stage.map(Stage::id),
            });
        }
    };
    for unit in i.parts.iter().flat_map(|p| &p.units) {
        let fails = unit.verdict == Verdict::NotMet;
        match unit.unit {
            Unit::Section => {
                let s = &evaluation.sections[unit.row];
                add(&unit.tried, &s.school_id, s.stage, fails);
            }
            Unit::School => {
                let id = snapshot.text(Field::SchoolId, unit.row).unwrap_or_default();
                add(&unit.tried, id, None, fails);
            }
            Unit::County => {}
        }
    }
    let resource = standard.items[i.item]
        .parts
        .iter()
        .any(|p| matches!(p.test, junheng_core::standard::ItemTest::SectionsPass(_)));
    if resource {
        for s in evaluation.sections.iter().filter(|s| s.in_scope()) {
            let at = junheng_core::evaluate::At {
                frame: &evaluation.frame,
                unit: Unit::Section,
                row: s.row,
            };
            for r in &s.indicators {
                let id = &standard.indicators[r.indicator].id;
                let tried = junheng_core::evaluate::try_exceptions(standard, id, at, s.stage);
                let fails = r.verdict != Some(Verdict::Met);
                add(&tried, &s.school_id, s.stage, fails);
            }
        }
    }
    all
}

fn inequality<'a>(i: &Inequality, standard: &'a Standard) -> InequalityView<'a> {
    InequalityView {
        stage: i.stage.id(),
        indicator: &standard.indicators[i.indicator].id,
        gini: i.gini,
        theil: i.theil,
        theil_within: i.theil_within,
        theil_between: i.theil_between,
        mean_urban: i.means[0],
        mean_town: i.means[1],
        mean_rural: i.means[2],
        urban_rural_ratio: i.urban_rural,
    }
}

/// A county before or after a plan.
#[derive(Serialize, Deserialize)]
pub(super) struct StateView<'a> {
    verdict: &'a str,
    variation: Vec<VariationView<'a>>,
    sections: Vec<SectionView<'a>>,
}

/// What a plan changes of an evaluation.
pub(super) fn state<'a>(
    evaluation: &'a Evaluation,
    standard: &'a Standard,
    lang: Lang,
) -> StateView<'a> {
    StateView {
        verdict: evaluation.verdict.id(),
        variation: evaluation
            .variations
            .iter()
            .map(|v| variation(v, standard))
            .collect(),
        sections: evaluation
            .sections
            .iter()
            .map(|s| section(s, standard, evaluation, lang))
            .collect(),
    }
}
