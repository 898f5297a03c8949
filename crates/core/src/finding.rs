//! Data problems: not errors, but findings with their place and what to do.

use crate::model::TableId;
use crate::text::Text;

/// How a finding is dealt with, after the practice of national education statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// 逻辑校验: must be fixed.
    Error,
    /// 经验校验: fix or explain.
    Explain,
    /// 提示: good to know.
    Note,
}

impl Severity {
    /// The id of the contract.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Explain => "explain",
            Self::Note => "note",
        }
    }

    /// The name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Error => Text::new("须改正", "to be fixed"),
            Self::Explain => Text::new("须说明", "to be explained"),
            Self::Note => Text::new("提示", "note"),
        }
    }
}

/// Where a finding stands, in the coordinates of the file the user has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// File name; empty for the bundle as a whole.
    pub file: String,
    /// Sheet name; empty for CSV.
    pub sheet: String,
    /// Row as Excel counts, from 1; `None` for the whole table.
    pub row: Option<u32>,
    /// Column letters (`C`); empty for the whole row.
    pub column: String,
}

/// One problem of the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable code, `snake_case`; the catalogue explains it.
    pub code: &'static str,
    /// How it is dealt with.
    pub severity: Severity,
    /// Where.
    pub place: Place,
    /// What is wrong, with the values.
    pub message: Text,
    /// What to do.
    pub hint: Text,
}

impl Finding {
    /// An error of a whole table, or of what a table lacks.
    #[must_use]
    pub fn of_table(code: &'static str, table: TableId, message: Text, hint: Text) -> Self {
        Self {
            code,
            severity: Severity::Error,
            place: Place {
                file: table.id().to_owned(),
                ..Place::default()
            },
            message,
            hint,
        }
    }
}
