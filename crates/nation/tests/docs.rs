//! The documented table is the table.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

#[test]
fn the_documentation_lists_the_columns() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/nation.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- columns -->\n", "<!-- end of columns -->");
    let (before, rest) = text.split_once(begin).unwrap();
    let (table, after) = rest.split_once(end).unwrap();
    let wanted = junheng_nation::schema::markdown();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, format!("{before}{begin}{wanted}{end}{after}")).unwrap();
        return;
    }
    assert_eq!(
        table, wanted,
        "run again with UPDATE_EXPECT=1 and read the difference"
    );
}
