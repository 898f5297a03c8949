//! Standards as data: packs of dated values, loaded, checked and resolved for one day.
//!
//! [`Pack::load`] reads the files of one pack; [`Standard::resolve`] lays overlays over a national
//! pack, picks the values in force on a date and turns names into [`Variable`]s. Nothing here knows
//! a threshold: every number stands in a pack, with its clause, dates and mark.

mod book;
mod check;
mod load;
mod measure;
mod raw;
mod resolve;
mod review;
mod words;

pub use book::book;
pub use load::{Pack, PackKind, StandardError};
pub use measure::{Ratio, Read, Test, Unit, Variable, all_hold, hold};
pub use raw::Mark;
pub use review::{OldValue, values_past_review};

use std::collections::BTreeMap;

use crate::date::Date;
use crate::model::{Field, Stage};
use crate::text::Text;

/// Where a value stands in the law, and how sure it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// Document and clause.
    pub text: String,
    /// How sure.
    pub mark: Mark,
    /// The pack it comes from.
    pub pack: String,
    /// In force from; `None` where the entry has no date of its own.
    pub from: Option<Date>,
    /// In force until, exclusive.
    pub until: Option<Date>,
    /// A remark for the reader.
    pub note: Option<Text>,
}

/// A threshold, limit or other value.
#[derive(Debug, Clone, PartialEq)]
pub enum Amount {
    /// A number.
    Number(f64),
    /// Another figure.
    Figure(Variable),
    /// A number that depends on a size.
    Steps {
        /// The size.
        by: Variable,
        /// (size, number), ascending; outside the range the first or last number holds.
        points: Vec<(f64, f64)>,
        /// Linear between points; else the last point not above the size holds.
        interpolate: bool,
    },
    /// The standard has a value, but it is not known here.
    Unknown,
}

/// A value with its clause.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// The value.
    pub amount: Amount,
    /// Its clause.
    pub clause: Clause,
}

/// A value per judged stage: `[primary, junior]`; `None` where the standard sets none.
pub type ByStage = [Option<Limit>; 2];

/// The limit of a stage.
#[must_use]
pub fn of_stage(limits: &ByStage, stage: Stage) -> Option<&Limit> {
    match stage {
        Stage::Primary => limits[0].as_ref(),
        Stage::Junior => limits[1].as_ref(),
        Stage::Senior => None,
    }
}

/// An indicator: a ratio per section and its threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// `L1`.
    pub id: String,
    /// Its name.
    pub title: Text,
    /// Its unit.
    pub unit: Text,
    /// How it is measured.
    pub measure: Ratio,
    /// How it is compared, at least in nearly all.
    pub compare: Compare,
    /// What it is compared with; none where the indicator is not judged by itself.
    pub limits: ByStage,
    /// What it rests on.
    pub clause: Clause,
}

/// What an exception changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Relief {
    /// More counts.
    Adds(Vec<Variable>),
    /// Another threshold holds.
    Limit(f64),
}

/// A conditional, dated exception.
#[derive(Debug, Clone, PartialEq)]
pub struct Exception {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// An indicator, or `ITEM.PART`.
    pub applies_to: String,
    /// Only for this stage.
    pub stage: Option<Stage>,
    /// All must hold.
    pub when: Vec<Test>,
    /// What it changes.
    pub relief: Relief,
    /// What it rests on.
    pub clause: Clause,
}

/// Why a section is out of the resource part.
#[derive(Debug, Clone, PartialEq)]
pub struct OutOfScope {
    /// Its id.
    pub id: String,
    /// The reason.
    pub title: Text,
    /// All must hold.
    pub when: Vec<Test>,
    /// Items that count these sections all the same.
    pub counted_in: Vec<String>,
    /// What it rests on.
    pub clause: Clause,
}

/// How a school's assets are shared among its stages.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// School kinds; empty for all.
    pub kinds: Vec<f64>,
    /// Weight per student: primary, junior, senior; `None` where the kind has no such stage.
    pub weights: [Option<f64>; 3],
    /// What it rests on.
    pub clause: Clause,
}

/// The rule a section passes by.
#[derive(Debug, Clone, PartialEq)]
pub struct SectionRule {
    /// Its id, that of its item.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// Indexes into [`Standard::indicators`].
    pub indicators: Vec<usize>,
    /// How many may miss the threshold.
    pub tolerated: u32,
    /// Share of the threshold that none may fall below.
    pub floor: Option<f64>,
    /// What it rests on.
    pub clause: Clause,
}

/// Limits of coefficients of variation.
#[derive(Debug, Clone, PartialEq)]
pub struct VariationRule {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// Indexes into [`Standard::indicators`].
    pub indicators: Vec<usize>,
    /// At most this much; none where only a composite is judged.
    pub limits: ByStage,
    /// What it rests on.
    pub clause: Clause,
}

/// Limits of the mean of coefficients of variation.
#[derive(Debug, Clone, PartialEq)]
pub struct CompositeRule {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// The coefficients it is the mean of: an index into [`Standard::variations`].
    pub variation: usize,
    /// At most this much.
    pub limits: ByStage,
    /// What it rests on.
    pub clause: Clause,
}

/// How a figure is compared with its limit; limits are inclusive but for `Below`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    /// ≥
    AtLeast,
    /// ≤
    AtMost,
    /// <
    Below,
}

impl Compare {
    /// The sign.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::AtLeast => "≥",
            Self::AtMost => "≤",
            Self::Below => "<",
        }
    }
}

/// The part of the assessment an item belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// 资格审核.
    Entry,
    /// 资源配置.
    Resource,
    /// 政府保障程度.
    Government,
    /// 教育质量.
    Quality,
    /// 社会认可度.
    Recognition,
    /// 一票否决.
    Veto,
}

impl Group {
    /// All groups in their order.
    pub const ALL: [Self; 6] = [
        Self::Entry,
        Self::Resource,
        Self::Government,
        Self::Quality,
        Self::Recognition,
        Self::Veto,
    ];

    /// The id of the contract.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Resource => "resource",
            Self::Government => "government",
            Self::Quality => "quality",
            Self::Recognition => "recognition",
            Self::Veto => "veto",
        }
    }

    /// The name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Entry => Text::new("资格条件", "entry conditions"),
            Self::Resource => Text::new("资源配置", "resources"),
            Self::Government => Text::new("政府保障程度", "government guarantee"),
            Self::Quality => Text::new("教育质量", "quality of education"),
            Self::Recognition => Text::new("社会认可度", "social recognition"),
            Self::Veto => Text::new("一票否决", "veto"),
        }
    }
}

/// What a part of an item looks at.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemTest {
    /// Every section passes the rule with this index.
    SectionsPass(usize),
    /// Every coefficient of variation of the rule with this index is within its limit.
    VariationWithin(usize),
    /// Every composite of the rule with this index is within its limit.
    CompositeWithin(usize),
    /// A ratio of county figures.
    County {
        /// What is measured.
        ratio: Ratio,
        /// How it is compared.
        compare: Compare,
        /// A denominator of 0 leaves it undetermined; else it has no object and does not apply.
        object_required: bool,
    },
    /// A ratio of sums over the sections that qualify.
    Total {
        /// Only this stage.
        stage: Option<Stage>,
        /// What is summed.
        ratio: Ratio,
        /// How it is compared.
        compare: Compare,
        /// Which sections qualify.
        filter: Vec<Test>,
    },
    /// Every section or school that qualifies.
    Every {
        /// Section or school.
        unit: Unit,
        /// What is measured of each.
        ratio: Ratio,
        /// How it is compared.
        compare: Compare,
        /// Which qualify.
        filter: Vec<Test>,
    },
    /// No class is larger than the limit of its stage.
    ClassesAtMost,
    /// The share of classes above a size.
    ClassShare {
        /// The size.
        above: f64,
        /// How the share is compared.
        compare: Compare,
    },
    /// A room of at least the limit's size for every so many classes, or part of them.
    Rooms {
        /// `music` or `art`.
        room: String,
        /// Classes per room.
        per_classes: f64,
    },
    /// National monitoring.
    Monitoring {
        /// The level every subject reaches.
        level: f64,
        /// The between-school difference every subject stays below.
        difference: f64,
    },
    /// The points of these items add up to at least the limit.
    Points(Vec<String>),
    /// Points of this item, given by the county; not judged alone.
    Score,
    /// Evidence only.
    Attested,
    /// The county says whether this happened.
    Veto(Field),
}

/// A part of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Its id within the item.
    pub id: String,
    /// What it is called; the item's title where the item has one part.
    pub title: Text,
    /// What it looks at.
    pub test: ItemTest,
    /// What it is compared with.
    pub limits: ByStage,
}

/// An item of the assessment.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// `G3`.
    pub id: String,
    /// Where it belongs.
    pub group: Group,
    /// Its wording, short.
    pub title: Text,
    /// What it rests on.
    pub clause: Clause,
    /// Its parts, at least one.
    pub parts: Vec<Part>,
}

/// A clause of a definition, such as of a weak school.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// The pack it belongs to.
    pub pack: String,
    /// Its id.
    pub id: String,
    /// Its wording, short.
    pub title: Text,
    /// Only for this stage, and then asked of the section; else of the whole school.
    pub stage: Option<Stage>,
    /// All must hold.
    pub all: Vec<Test>,
    /// One must hold, if there are any.
    pub any: Vec<Test>,
    /// What it rests on.
    pub clause: Clause,
}

/// A class-size band.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: Text,
    /// From this size.
    pub at_least: Option<f64>,
    /// To this size.
    pub at_most: Option<f64>,
    /// What it rests on.
    pub clause: Clause,
}

/// What a planning norm measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NormMeasure {
    /// Residents per school of the stage.
    ResidentsPerSchool,
    /// Places of the stage per 1,000 residents (千人指标).
    PlacesPerThousand,
    /// Metres from home to school (服务半径).
    ServiceRadius,
}

/// A planning norm: shown beside a county's figure, not judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Norm {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: Text,
    /// What it measures.
    pub measure: NormMeasure,
    /// The stage.
    pub stage: Stage,
    /// From this figure.
    pub at_least: Option<f64>,
    /// To this figure.
    pub at_most: Option<f64>,
    /// What it rests on.
    pub clause: Clause,
}

/// A choice the standard leaves open, and what was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// What it is.
    pub title: Text,
    /// The chosen option.
    pub chosen: String,
    /// What the option is called.
    pub option: Text,
    /// The option where nobody chooses.
    pub default: String,
    /// All options with what they are called.
    pub options: Vec<(String, Text)>,
}

/// What was laid over a standard.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlay {
    /// Id of its pack.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: Text,
    /// Its document number.
    pub document: String,
}

/// A standard with its overlays, resolved for one day.
#[derive(Debug, Clone, PartialEq)]
pub struct Standard {
    /// Id of the national pack.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: Text,
    /// Its document number.
    pub document: String,
    /// The overlays, as laid.
    pub overlays: Vec<Overlay>,
    /// The day it was resolved for.
    pub date: Date,
    /// Choices made.
    pub choices: BTreeMap<String, Choice>,
    /// Indicators, in order.
    pub indicators: Vec<Indicator>,
    /// Exceptions, in order.
    pub exceptions: Vec<Exception>,
    /// Reasons to be out of scope, first that holds wins.
    pub out_of_scope: Vec<OutOfScope>,
    /// Sharing rules, first that fits wins.
    pub splits: Vec<Split>,
    /// Section rules.
    pub rules: Vec<SectionRule>,
    /// Variation rules.
    pub variations: Vec<VariationRule>,
    /// Composite rules.
    pub composites: Vec<CompositeRule>,
    /// Items, in the order of their groups.
    pub items: Vec<Item>,
    /// Definitions of overlays.
    pub definitions: Vec<Definition>,
    /// Class-size bands of overlays.
    pub bands: Vec<Band>,
    /// Planning norms of overlays.
    pub norms: Vec<Norm>,
}

impl Standard {
    /// The chosen option of a parameter.
    #[must_use]
    pub fn choice(&self, id: &str) -> Option<&str> {
        self.choices.get(id).map(|c| c.chosen.as_str())
    }

    /// The decimals that coefficients are rounded to before they are compared; `None` compares exactly.
    #[must_use]
    pub fn rounding(&self) -> Option<u32> {
        self.choice("compare")?.strip_prefix("round")?.parse().ok()
    }

    /// Whether floors are taken as printed, rounded half up to two decimals.
    #[must_use]
    pub fn printed_floor(&self) -> bool {
        self.choice("floor") == Some("printed")
    }
}
