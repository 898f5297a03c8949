//! The blank workbook, as the reader sees it.

use junheng_core::model::TableId;
use junheng_intake::bundle::read_bundle;
use junheng_intake::files::InputFile;
use junheng_intake::template;

#[test]
fn every_title_is_understood_and_the_example_rows_are_not_data() {
    let bytes = template::workbook().unwrap();
    let file = InputFile {
        name: "template.xlsx".into(),
        bytes,
    };
    let intake = read_bundle(&[file], &TableId::ALL);
    let codes: Vec<(&str, &str)> = intake
        .findings
        .iter()
        .map(|f| (f.code, f.message.zh.as_str()))
        .filter(|(code, _)| *code != "example_row_skipped")
        .collect();
    assert_eq!(codes, []);
    for table in TableId::ALL.into_iter().filter(|t| *t != TableId::County) {
        assert_eq!(intake.snapshot.rows(table), 0, "{}", table.id());
        let known: Vec<_> = intake
            .snapshot
            .table(table)
            .into_iter()
            .flat_map(|t| t.fields())
            .collect();
        assert_eq!(known, table.fields().collect::<Vec<_>>());
    }
}
