//! What a standard measures: variables, ratios of their sums, and tests on them.

use crate::model::{Field, Place, TableId};
use crate::verdict::Span;

/// What a measure looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A section.
    Section,
    /// A school, all its compulsory sections together.
    School,
    /// The county.
    County,
}

/// A figure that a measure reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variable {
    /// A column of the section, after class lists, teacher lists and sharing.
    Section(Field),
    /// A column of its school.
    School(Field),
    /// The sum over the compulsory sections of its school; of `largest_class` the largest.
    Total(Field),
    /// The sum over all sections of its school, senior ones too.
    Whole(Field),
    /// A county figure.
    County(Field),
    /// The county's public-fund quota for the section's stage; of a school, weighted by students.
    Quota,
}

impl Variable {
    /// The variable a pack calls `name`, seen from `unit`.
    ///
    /// `students` is the section's column (or its school's where sections have none),
    /// `school.students` the sum over its compulsory stages, `whole.students` over all its stages,
    /// `county.residents` a county figure.
    /// For a county measure plain names are county figures, for a school measure its own columns.
    #[must_use]
    pub fn named(name: &str, unit: Unit) -> Option<Self> {
        if name == "quota" {
            return Some(Self::Quota);
        }
        if let Some(name) = name.strip_prefix("school.") {
            return Field::by_id(TableId::Sections, name).map(Self::Total);
        }
        if let Some(name) = name.strip_prefix("whole.") {
            return Field::by_id(TableId::Sections, name).map(Self::Whole);
        }
        if let Some(name) = name.strip_prefix("county.") {
            return Field::by_id(TableId::County, name).map(Self::County);
        }
        match unit {
            Unit::County => Field::by_id(TableId::County, name).map(Self::County),
            Unit::School => Field::by_id(TableId::Schools, name).map(Self::School),
            Unit::Section => Field::by_id(TableId::Sections, name)
                .map(Self::Section)
                .or_else(|| Field::by_id(TableId::Schools, name).map(Self::School)),
        }
    }

    /// The field it rests on; `None` for the quota, which rests on two.
    #[must_use]
    pub fn field(self) -> Option<Field> {
        match self {
            Self::Section(f)
            | Self::School(f)
            | Self::Total(f)
            | Self::Whole(f)
            | Self::County(f) => Some(f),
            Self::Quota => None,
        }
    }
}

/// per × (Σ plus − Σ minus) ÷ (Σ over − Σ `over_minus`) ÷ divisor.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    /// Added.
    pub plus: Vec<Variable>,
    /// Taken off.
    pub minus: Vec<Variable>,
    /// The denominator; empty for a plain sum.
    pub over: Vec<Variable>,
    /// Taken off the denominator.
    pub over_minus: Vec<Variable>,
    /// Times this: 100 for figures per 100 students.
    pub per: f64,
    /// Divided by this constant.
    pub divisor: f64,
    /// The numerator is a part of the denominator: above 1 the figures contradict each other.
    pub share: bool,
}

impl Ratio {
    /// Every variable it reads.
    pub fn variables(&self) -> impl Iterator<Item = Variable> + '_ {
        [&self.plus, &self.minus, &self.over, &self.over_minus]
            .into_iter()
            .flatten()
            .copied()
    }

    /// Whether its figures contradict each other: a part above its whole, of which nothing follows.
    #[must_use]
    pub fn contradicts(&self, value: f64) -> bool {
        self.share && value > 1.0
    }
}

/// A comparison of a variable, or of a quotient of two; all bounds given must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// What is compared.
    pub variable: Variable,
    /// What divides it.
    pub over: Option<Variable>,
    /// One of these numbers.
    pub one_of: Vec<f64>,
    /// One of these kinds of place; the variable is a 城乡类型 code.
    pub places: Vec<Place>,
    /// ≥
    pub at_least: Option<f64>,
    /// >
    pub above: Option<f64>,
    /// ≤
    pub at_most: Option<f64>,
    /// <
    pub below: Option<f64>,
}

impl Test {
    /// Whether a known value passes; open where a code leaves the place open.
    #[must_use]
    pub fn holds(&self, value: f64) -> Span<bool> {
        let within = (self.one_of.is_empty() || self.one_of.contains(&value))
            && self.at_least.is_none_or(|bound| value >= bound)
            && self.above.is_none_or(|bound| value > bound)
            && self.at_most.is_none_or(|bound| value <= bound)
            && self.below.is_none_or(|bound| value < bound);
        let place = self.in_place(value);
        Span {
            worst: within && place.worst,
            best: within && place.best,
        }
    }

    fn in_place(&self, value: f64) -> Span<bool> {
        if self.places.is_empty() {
            return Span::sure(true);
        }
        // A code is a small whole number; anything else says nothing.
        let code = if (0.0..1000.0).contains(&value) {
            value as u16
        } else {
            0
        };
        let possible = Place::possible(code);
        Span {
            worst: !possible.is_empty() && possible.iter().all(|p| self.places.contains(p)),
            best: possible.is_empty() || possible.iter().any(|p| self.places.contains(p)),
        }
    }

    /// Whether a value of at least `least` can still pass.
    fn can_hold(&self, least: f64) -> bool {
        self.at_most.is_none_or(|bound| least <= bound)
            && self.below.is_none_or(|bound| least < bound)
    }
}

/// How a test reads a variable: its value, and the least it can be where a part of it is blank.
/// Both are NaN where nothing is known.
pub trait Read {
    /// The value.
    fn value(&self, variable: Variable) -> f64;
    /// The least it can be.
    fn least(&self, variable: Variable) -> f64;
}

/// Whether all tests hold; a blank leaves the outcome open.
pub fn all_hold(tests: &[Test], read: &impl Read) -> Span<bool> {
    let mut all = Span::sure(true);
    for test in tests {
        let one = hold(test, read);
        all = Span {
            worst: all.worst && one.worst,
            best: all.best && one.best,
        };
        if !all.best {
            break;
        }
    }
    all
}

/// Whether one test holds.
pub fn hold(test: &Test, read: &impl Read) -> Span<bool> {
    let mut value = read.value(test.variable);
    if let Some(over) = test.over {
        let divisor = read.value(over);
        value = if divisor == 0.0 {
            f64::NAN
        } else {
            value / divisor
        };
    }
    if !value.is_nan() {
        return test.holds(value);
    }
    let least = read.least(test.variable);
    Span {
        worst: false,
        best: test.over.is_some() || least.is_nan() || test.can_hold(least),
    }
}
