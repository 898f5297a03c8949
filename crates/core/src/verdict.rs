//! The three values of a judgement, and the span between worst and best case.

use crate::text::Text;

/// A judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Reached.
    Met,
    /// Not reached.
    NotMet,
    /// Something is missing that could turn it.
    Undetermined,
    /// Below the threshold, not below the floor; only for one indicator of a section.
    Tolerated,
    /// There is nothing it could apply to; counts as met.
    NotApplicable,
}

impl Verdict {
    /// The id of the contract.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::Undetermined => "undetermined",
            Self::Tolerated => "tolerated",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// The verdict of an id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        let all = [
            Self::Met,
            Self::NotMet,
            Self::Undetermined,
            Self::Tolerated,
            Self::NotApplicable,
        ];
        all.into_iter().find(|v| v.id() == id)
    }

    /// The name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Met => Text::new("达到", "met"),
            Self::NotMet => Text::new("未达到", "not met"),
            Self::Undetermined => Text::new("无法判定", "undetermined"),
            Self::Tolerated => Text::new("未达标但不低于下限", "below threshold, within tolerance"),
            Self::NotApplicable => Text::new("不适用", "not applicable"),
        }
    }

    /// A sign to stand beside the colour: print is black and white.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Met => "✓",
            Self::NotMet => "✗",
            Self::Undetermined => "?",
            Self::Tolerated => "△",
            Self::NotApplicable => "–",
        }
    }

    /// Any `not_met` wins, then any `undetermined`, else `met`.
    ///
    /// ```
    /// use junheng_core::verdict::Verdict::{self, Met, NotApplicable, NotMet, Undetermined};
    /// assert_eq!(Verdict::all([Met, Undetermined, NotMet]), NotMet);
    /// assert_eq!(Verdict::all([Met, NotApplicable]), Met);
    /// ```
    #[must_use]
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        parts
            .into_iter()
            .fold(Self::Met, |all, part| match (all, part) {
                (Self::NotMet, _) | (_, Self::NotMet) => Self::NotMet,
                (Self::Undetermined, _) | (_, Self::Undetermined) => Self::Undetermined,
                _ => Self::Met,
            })
    }
}

/// One indicator of one section: reached, tolerated or failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Below the floor, or below the threshold where there is no floor.
    Failed,
    /// floor ≤ value < threshold.
    Tolerated,
    /// At least the threshold.
    Reached,
}

/// What a judgement can be, given what is missing: from the worst case to the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<T> {
    /// Whatever is missing turns out badly.
    pub worst: T,
    /// Whatever is missing turns out well.
    pub best: T,
}

impl<T: Copy + PartialEq> Span<T> {
    /// Nothing is missing.
    pub fn sure(value: T) -> Self {
        Self {
            worst: value,
            best: value,
        }
    }

    /// The value, when worst and best agree.
    pub fn settled(self) -> Option<T> {
        (self.worst == self.best).then_some(self.worst)
    }
}

impl Span<Grade> {
    /// Nothing is known.
    pub const OPEN: Self = Self {
        worst: Grade::Failed,
        best: Grade::Reached,
    };

    /// The verdict of the contract.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self.settled() {
            Some(Grade::Reached) => Verdict::Met,
            Some(Grade::Tolerated) => Verdict::Tolerated,
            Some(Grade::Failed) => Verdict::NotMet,
            None => Verdict::Undetermined,
        }
    }
}

impl Span<bool> {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self {
        worst: false,
        best: true,
    };

    /// `true` is met.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self.settled() {
            Some(true) => Verdict::Met,
            Some(false) => Verdict::NotMet,
            None => Verdict::Undetermined,
        }
    }
}
