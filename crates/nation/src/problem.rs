//! What is wrong with a nation's files, as findings.

use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::text::Text;

/// A finding about a file or one of its columns.
pub(crate) fn finding(
    code: &'static str,
    severity: Severity,
    (file, column): (&str, &str),
    message: (String, String),
    hint: (&str, &str),
) -> Finding {
    Finding {
        code,
        severity,
        place: Place {
            file: file.to_owned(),
            column: column.to_owned(),
            ..Place::default()
        },
        message: Text::new(message.0, message.1),
        hint: Text::new(hint.0, hint.1),
    }
}

/// A file that is not what it should be.
pub(crate) fn unreadable(file: &str, why: (&str, &str)) -> Finding {
    finding(
        "nation_file_unreadable",
        Severity::Error,
        (file, ""),
        (format!("{file}：{}", why.0), format!("{file}: {}", why.1)),
        (
            "请检查文件是否完整，或从来源重新导出",
            "check that the file is whole, or export it again",
        ),
    )
}
