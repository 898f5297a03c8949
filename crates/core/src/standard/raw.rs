//! A pack as written: TOML, nothing resolved, unknown keys refused.
//!
//! `docs/standards.md` explains the format to people who write packs.

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::NormMeasure;

/// A title in both languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawText {
    pub(super) zh: String,
    pub(super) en: String,
}

/// How sure a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Mark {
    /// Read in a policy text, an official notice or a page quoting it.
    V,
    /// Read only in public code or forms of a real district system.
    VI,
    /// Read in the policy documents of the project.
    S,
    /// Derived by arithmetic from V or VI.
    D,
    /// General knowledge, not seen in a text: unverified.
    R,
}

/// All files of a pack's folder together.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile {
    pub(super) pack: Option<RawHeader>,
    #[serde(default)]
    pub(super) parameter: Vec<Spanned<RawParameter>>,
    #[serde(default)]
    pub(super) indicator: Vec<Spanned<RawIndicator>>,
    #[serde(default)]
    pub(super) exception: Vec<Spanned<RawException>>,
    #[serde(default)]
    pub(super) out_of_scope: Vec<Spanned<RawScope>>,
    #[serde(default)]
    pub(super) split: Vec<Spanned<RawSplit>>,
    #[serde(default)]
    pub(super) section_rule: Vec<Spanned<RawRule>>,
    #[serde(default)]
    pub(super) variation: Vec<Spanned<RawVariation>>,
    #[serde(default)]
    pub(super) composite: Vec<Spanned<RawComposite>>,
    #[serde(default)]
    pub(super) item: Vec<Spanned<RawItem>>,
    #[serde(default)]
    pub(super) clause: Vec<Spanned<RawDefinition>>,
    #[serde(default)]
    pub(super) band: Vec<Spanned<RawBand>>,
    #[serde(default)]
    pub(super) norm: Vec<Spanned<RawNorm>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawKind {
    National,
    Overlay,
    Definitions,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHeader {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) kind: RawKind,
    pub(super) title: RawText,
    pub(super) document: String,
    pub(super) issuer: RawText,
    /// Packs this one may lie over.
    #[serde(default)]
    pub(super) over: Vec<String>,
    /// Entries of the packs below that this one takes out.
    #[serde(default)]
    pub(super) removes: Vec<String>,
    /// Where it holds: beginnings of county codes, as 21 or 2101.
    #[serde(default)]
    pub(super) area: Vec<String>,
    pub(super) valid_from: Datetime,
    pub(super) until: Option<Datetime>,
    pub(super) checked_on: Datetime,
    pub(super) review_by: Datetime,
    pub(super) note: Option<RawText>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawParameter {
    pub(super) id: String,
    pub(super) title: RawText,
    pub(super) default: String,
    pub(super) options: Vec<RawOption>,
    pub(super) clause: String,
    pub(super) mark: Mark,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOption {
    pub(super) id: String,
    pub(super) title: RawText,
}

/// A value of the standard, with its stage, dates, clause and mark.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawValue {
    pub(super) stage: Option<String>,
    pub(super) value: Option<f64>,
    /// The threshold is another figure of the county.
    pub(super) field: Option<String>,
    /// The threshold depends on a size.
    pub(super) by: Option<RawSteps>,
    #[serde(default)]
    pub(super) unknown: bool,
    #[serde(default)]
    pub(super) repealed: bool,
    pub(super) from: Datetime,
    pub(super) until: Option<Datetime>,
    pub(super) clause: String,
    pub(super) mark: Mark,
    pub(super) checked_on: Option<Datetime>,
    pub(super) review_by: Option<Datetime>,
    pub(super) note: Option<RawText>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSteps {
    pub(super) field: String,
    pub(super) points: Vec<(f64, f64)>,
    #[serde(default)]
    pub(super) interpolate: bool,
}

/// Per × (Σ plus − Σ minus) ÷ (Σ over − Σ `over_minus`).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRatio {
    pub(super) plus: Vec<String>,
    #[serde(default)]
    pub(super) minus: Vec<String>,
    #[serde(default)]
    pub(super) over: Vec<String>,
    #[serde(default)]
    pub(super) over_minus: Vec<String>,
    pub(super) per: Option<f64>,
    pub(super) divide_by: Option<f64>,
    /// A part of a whole.
    #[serde(default)]
    pub(super) share: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawIndicator {
    pub(super) id: String,
    pub(super) title: RawText,
    pub(super) unit: RawText,
    pub(super) measure: RawRatio,
    /// How it is compared; at least, unless told otherwise.
    pub(super) compare: Option<RawCompare>,
    #[serde(default)]
    pub(super) values: Vec<Spanned<RawValue>>,
    pub(super) clause: String,
    pub(super) mark: Mark,
    pub(super) note: Option<RawText>,
}

/// One comparison; all that are given must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTest {
    pub(super) field: String,
    /// Divides the field.
    pub(super) over: Option<String>,
    #[serde(rename = "in")]
    pub(super) one_of: Option<Vec<f64>>,
    pub(super) place: Option<Vec<String>>,
    pub(super) is: Option<String>,
    pub(super) at_least: Option<f64>,
    pub(super) above: Option<f64>,
    pub(super) at_most: Option<f64>,
    pub(super) below: Option<f64>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawException {
    pub(super) id: String,
    pub(super) title: RawText,
    /// An indicator, or `ITEM.PART`.
    pub(super) applies_to: String,
    pub(super) stage: Option<String>,
    pub(super) when: Vec<RawTest>,
    /// Fields that count in addition.
    #[serde(default)]
    pub(super) adds: Vec<String>,
    /// The threshold instead.
    pub(super) value: Option<f64>,
    pub(super) from: Datetime,
    pub(super) until: Option<Datetime>,
    pub(super) clause: String,
    pub(super) mark: Mark,
    pub(super) checked_on: Option<Datetime>,
    pub(super) review_by: Option<Datetime>,
    pub(super) note: Option<RawText>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawScope {
    pub(super) id: String,
    pub(super) title: RawText,
    pub(super) when: Vec<RawTest>,
    /// Items that count these sections all the same.
    #[serde(default)]
    pub(super) counted_in: Vec<String>,
    pub(super) from: Datetime,
    pub(super) until: Option<Datetime>,
    pub(super) clause: String,
    pub(super) mark: Mark,
    pub(super) note: Option<RawText>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSplit {
    pub(super) id: String,
    pub(super) title: RawText,
    pub(super) kinds: Vec<f64>,
    pub(super) primary: Option<f64>,
    pub(super) junior: Option<f64>,
    pub(super) senior: Option<f64>,
    pub(super) from: Datetime,
    pub(super) until: Option<Datetime>,
    pub(super) clause: String,
    pub(super) mark: Mark,
}

/// Of the indicators, at most `tolerated` may miss the threshold, none the floor.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRule {
    pub(super) id: String,
    pub(super) title: RawText,
    pub(super) indicators: Vec<String>,
    pub(super) tolerated: u32,
    /// Share of the threshold.
    pub(super) floor: Option<f64>,
    pub(super) from: Datetime,
    pub(super) until: Option<Datetime>,
    pub(super) clause: String,
    pub(super) mark: Mark,
    pub(super) note: Option<RawText>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawVariation {
    pub(super) id: String,
    pub(super) title: RawText,
    pub(super) indicators: Vec<String>,
    #[serde(default)]
    pub(super) values: Vec<Spanned<RawValue>>,
    pub(super) clause: String,
    pub(super) mark: Mark,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawComposite {
    pub(super) id: String,
    pub(super) title: RawText,
    pub(super) variation: String,
    #[serde(default)]
    pub(super) values: Vec<Spanned<RawValue>>,
    pub(super) clause: String,
    pub(super) mark: Mark,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawItem {
    pub(super) id: String,
    pub(super) group: String,
    pub(super) title: RawText,
    pub(super) clause: String,
    pub(super) mark: Mark,
    pub(super) from: Datetime,
    pub(super) until: Option<Datetime>,
    pub(super) note: Option<RawText>,
    #[serde(default)]
    pub(super) part: Vec<Spanned<RawPart>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPart {
    pub(super) id: String,
    pub(super) title: Option<RawText>,
    pub(super) test: RawItemTest,
    #[serde(default)]
    pub(super) values: Vec<Spanned<RawValue>>,
    /// Only with these parameters: (id, option).
    pub(super) only_if: Option<(String, String)>,
}

/// What an item looks at.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum RawItemTest {
    /// Every section passes a rule.
    SectionsPass { rule: String },
    /// Every coefficient of variation is within its limit.
    VariationWithin { variation: String },
    /// Every composite is within its limit.
    CompositeWithin { composite: String },
    /// A ratio of county figures.
    County {
        measure: RawRatio,
        compare: RawCompare,
        /// A denominator of 0 leaves it undetermined, not without an object.
        #[serde(default)]
        object_required: bool,
    },
    /// A ratio of sums over the sections that qualify.
    Total {
        stage: Option<String>,
        measure: RawRatio,
        compare: RawCompare,
        #[serde(default)]
        r#where: Vec<RawTest>,
    },
    /// Every section or school that qualifies.
    Every {
        unit: RawUnit,
        measure: RawRatio,
        compare: RawCompare,
        #[serde(default)]
        r#where: Vec<RawTest>,
    },
    /// No class is larger.
    ClassesAtMost {},
    /// The share of classes larger than a size.
    ClassShare { above: f64, compare: RawCompare },
    /// A room of the kind and size for every so many classes, or part of them.
    Rooms { room: String, per_classes: f64 },
    /// National monitoring: every subject given reaches the level, below the difference.
    Monitoring {
        level_at_least: f64,
        difference_below: f64,
    },
    /// The points of the items add up.
    Points { items: Vec<String> },
    /// Points of one item, given by the county.
    Score {},
    /// Evidence only: `attest_ITEM`.
    Attested {},
    /// A veto of the county's facts.
    Veto { field: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawUnit {
    Section,
    School,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawCompare {
    AtLeast,
    AtMost,
    Below,
}

/// A clause of a definition; any clause that fires defines.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDefinition {
    pub(super) id: String,
    pub(super) title: RawText,
    pub(super) stage: Option<String>,
    /// Tests that must all hold.
    #[serde(default)]
    pub(super) all: Vec<RawTest>,
    /// Tests of which one must hold.
    #[serde(default)]
    pub(super) any: Vec<RawTest>,
    pub(super) only_if: Option<(String, String)>,
    pub(super) from: Datetime,
    pub(super) until: Option<Datetime>,
    pub(super) clause: String,
    pub(super) mark: Mark,
}

/// A class-size band.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBand {
    pub(super) id: String,
    pub(super) title: RawText,
    pub(super) at_least: Option<f64>,
    pub(super) at_most: Option<f64>,
    pub(super) clause: String,
    pub(super) mark: Mark,
}

/// A planning norm.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNorm {
    pub(super) id: String,
    pub(super) title: RawText,
    pub(super) measure: NormMeasure,
    pub(super) stage: RawJudged,
    pub(super) at_least: Option<f64>,
    pub(super) at_most: Option<f64>,
    pub(super) clause: String,
    pub(super) mark: Mark,
}

/// A stage that norms know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawJudged {
    Primary,
    Junior,
}

/// From and until, exclusive.
pub(super) type Period<'a> = (Option<&'a Datetime>, Option<&'a Datetime>);

/// What all entries share.
pub(super) trait Named {
    fn id(&self) -> &str;
    /// The period of the entry; entries without dates are always in force.
    fn period(&self) -> Period<'_>;
}

macro_rules! named {
    ($($entry:ident $dated:tt),+ $(,)?) => {$(
        impl Named for $entry {
            fn id(&self) -> &str { &self.id }
            named!(@period $dated);
        }
    )+};
    (@period dated) => {
        fn period(&self) -> Period<'_> {
            (Some(&self.from), self.until.as_ref())
        }
    };
    (@period always) => {
        fn period(&self) -> Period<'_> { (None, None) }
    };
}
named!(
    RawParameter always,
    RawIndicator always,
    RawException dated,
    RawScope dated,
    RawSplit dated,
    RawRule dated,
    RawVariation always,
    RawComposite always,
    RawItem dated,
    RawDefinition dated,
    RawBand always,
    RawNorm always,
);
