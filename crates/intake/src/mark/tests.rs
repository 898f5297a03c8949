use std::io::{Cursor, Read, Write};

use calamine::{Data, Reader, Xlsx};
use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Note, Workbook};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::*;
use crate::grid::{Grid, Value};

const ALL: [Severity; 3] = [Severity::Error, Severity::Explain, Severity::Note];

fn finding(sheet: &str, row: u32, column: &str, severity: Severity) -> Finding {
    Finding {
        code: "test",
        severity,
        place: Place {
            file: "a.xlsx".into(),
            sheet: sheet.into(),
            row: (row > 0).then_some(row),
            column: column.into(),
        },
        message: Text::new(format!("错 {sheet}{row}{column} <&>"), "wrong"),
        hint: Text::new("改正", "mend it"),
    }
}

fn run(bytes: &[u8], findings: &[Finding]) -> Vec<u8> {
    mark("a.xlsx", bytes, findings, Lang::Zh).unwrap().bytes
}

/// Two sheets with formats, a formula, a merged area and a comment, and an empty one.
fn sample() -> Vec<u8> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold().set_num_format("0.00");
    let sheet = book.add_worksheet();
    sheet.set_name("学校").unwrap();
    sheet.write(0, 0, "学校名称").unwrap();
    sheet.write(0, 2, "面积").unwrap();
    sheet.write_with_format(2, 2, 12.5, &bold).unwrap();
    sheet
        .write_formula(3, 2, Formula::new("=C3*2").set_result("25"))
        .unwrap();
    sheet.set_column_format(4, &bold).unwrap();
    sheet.merge_range(5, 0, 6, 1, "合并", &bold).unwrap();
    sheet
        .insert_note(2, 2, &Note::new("原有批注").set_author("王"))
        .unwrap();
    let second = book.add_worksheet();
    second.set_name("学段").unwrap();
    second.write(0, 0, "在校生数").unwrap();
    book.add_worksheet().set_name("空表").unwrap();
    book.save_to_buffer().unwrap()
}

/// The raw (packed) bytes of every entry.
fn entries(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|i| {
            let mut entry = zip.by_index_raw(i).unwrap();
            let mut raw = Vec::new();
            entry.read_to_end(&mut raw).unwrap();
            (entry.name().unwrap().into_owned(), raw)
        })
        .collect()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    std::io::read_to_string(zip.by_name(name).unwrap()).unwrap()
}

fn pack(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The fill colour of a cell, by way of its format.
fn fill(bytes: &[u8], sheet: &str, cell: &str) -> Option<String> {
    let xml = part(bytes, sheet);
    let tag = xml
        .split("<c ")
        .chain(xml.split("<x:c "))
        .find(|t| t.starts_with(&format!("r=\"{cell}\"")))?;
    let style: usize = tag.split("s=\"").nth(1)?.split('"').next()?.parse().ok()?;
    let styles = part(bytes, "xl/styles.xml")
        .replace("<x:", "<")
        .replace("</x:", "</");
    let xf = styles
        .split("<cellXfs")
        .nth(1)?
        .split("<xf ")
        .nth(style + 1)?;
    let id: usize = xf
        .split("fillId=\"")
        .nth(1)?
        .split('"')
        .next()?
        .parse()
        .ok()?;
    let fill = styles.split("<fills").nth(1)?.split("<fill>").nth(id + 1)?;
    Some(
        fill.split("fgColor rgb=\"")
            .nth(1)?
            .split('"')
            .next()?
            .to_owned(),
    )
}

/// All comments of a comments part: (cell, words).
fn comments(bytes: &[u8], name: &str) -> Vec<(String, String)> {
    let xml = part(bytes, name).replace("<x:", "<").replace("</x:", "</");
    xml.split("<comment ")
        .skip(1)
        .map(|c| {
            let cell = c.split("ref=\"").nth(1).unwrap().split('"').next().unwrap();
            let words: String = c
                .split("<t")
                .skip(1)
                .filter(|t| t.starts_with('>') || t.starts_with(' '))
                .map(|t| t.split_once('>').unwrap().1.split("</t>").next().unwrap())
                .collect();
            (cell.to_owned(), words)
        })
        .collect()
}

/// A sheet's name and its values and formulas by cell.
type Contents = (String, Vec<((u32, u32), String)>);

fn values(bytes: &[u8]) -> Vec<Contents> {
    let mut book = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let names = book.sheet_names();
    names
        .into_iter()
        .map(|name| {
            let range = book.worksheet_range(&name).unwrap();
            let (r0, c0) = range.start().unwrap_or_default();
            let mut cells: Vec<_> = range
                .used_cells()
                .map(|(r, c, v)| ((r0 + r as u32, c0 + c as u32), format!("{v:?}")))
                .collect();
            let formulas = book.worksheet_formula(&name).unwrap();
            let (r0, c0) = formulas.start().unwrap_or_default();
            cells.extend(
                formulas
                    .used_cells()
                    .map(|(r, c, f)| ((r0 + r as u32, c0 + c as u32), format!("={f}"))),
            );
            (name, cells)
        })
        .collect()
}

#[test]
fn values_and_formulas_stay_and_other_parts_are_not_touched() {
    let original = sample();
    let marked = run(
        &original,
        &[
            finding("学校", 3, "C", Severity::Error),
            finding("学校", 4, "C", Severity::Explain),
            finding("学校", 2, "B", Severity::Note),
        ],
    );
    assert_eq!(values(&marked), values(&original));
    assert!(values(&marked)[0].1.iter().any(|(_, v)| v == "=C3*2"));
    let (before, after) = (entries(&original), entries(&marked));
    let mut changed: Vec<&str> = after
        .iter()
        .filter(|(name, raw)| before.get(*name) != Some(raw))
        .map(|(name, _)| name.as_str())
        .collect();
    changed.sort_unstable();
    assert_eq!(
        changed,
        [
            "xl/comments1.xml",
            "xl/drawings/vmlDrawing1.vml",
            "xl/styles.xml",
            "xl/worksheets/sheet1.xml",
        ]
    );
    assert!(before.keys().all(|name| after.contains_key(name)));
}

#[test]
fn cells_are_coloured_by_severity_and_keep_their_format() {
    let original = sample();
    let marked = run(
        &original,
        &[
            finding("学校", 3, "C", Severity::Error),
            finding("学校", 1, "A", Severity::Explain),
            finding("学校", 20, "E", Severity::Note),
            finding("学校", 3, "A", Severity::Note),
        ],
    );
    let sheet = "xl/worksheets/sheet1.xml";
    assert_eq!(fill(&marked, sheet, "C3").as_deref(), Some("FFFFC7CE"));
    assert_eq!(fill(&marked, sheet, "A1").as_deref(), Some("FFFFE699"));
    assert_eq!(fill(&marked, sheet, "E20").as_deref(), Some("FFBDD7EE"));
    let xml = part(&marked, sheet);
    assert!(xml.find("r=\"A3\"").unwrap() < xml.find("r=\"C3\"").unwrap());
    // Bold stays bold with its number format, also where the column gave it.
    let styles = part(&marked, "xl/styles.xml");
    let xfs: Vec<&str> = styles
        .split("<cellXfs")
        .nth(1)
        .unwrap()
        .split("<xf ")
        .skip(1)
        .collect();
    for cell in ["C3", "E20"] {
        let style = xml
            .split(&format!("r=\"{cell}\" s=\""))
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let xf = xfs[style.parse::<usize>().unwrap()];
        assert!(
            xf.contains("numFmtId=\"164\"") && xf.contains("fontId=\"1\""),
            "{cell}: {xf}"
        );
    }
    let count = styles
        .split("<cellXfs count=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert_eq!(count.parse::<usize>().unwrap(), xfs.len());
}

#[test]
fn words_join_an_existing_comment_and_several_findings_share_one() {
    let marked = run(
        &sample(),
        &[
            finding("学校", 3, "C", Severity::Note),
            finding("学校", 3, "C", Severity::Error),
            finding("学校", 9, "", Severity::Error),
        ],
    );
    let all = comments(&marked, "xl/comments1.xml");
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].0, "C3");
    assert!(
        all[0].1.contains("原有批注")
            && all[0]
                .1
                .contains("\n【均衡·提示】错 学校3C &lt;&amp;&gt;\n→ 改正\n【均衡·须改正】"),
        "{}",
        all[0].1
    );
    assert_eq!(all[1].0, "A9");
    let xml = part(&marked, "xl/comments1.xml");
    assert!(xml.contains("<author>均衡</author>"));
    // The old comment keeps its one box, the new one gets one.
    let boxes = part(&marked, "xl/drawings/vmlDrawing1.vml");
    assert_eq!(boxes.matches("<v:shape ").count(), 2);
    let ids: std::collections::BTreeSet<&str> = boxes
        .split("id=\"_x0000_s")
        .skip(1)
        .map(|t| t.split('"').next().unwrap())
        .collect();
    assert_eq!(ids.len(), 2);
    assert!(boxes.contains("<x:Row>8</x:Row><x:Column>0</x:Column>"));
}

#[test]
fn sheets_without_comments_get_the_parts_that_comments_need() {
    let marked = run(
        &sample(),
        &[
            finding("学段", 0, "", Severity::Error),
            finding("空表", 2, "B", Severity::Explain),
        ],
    );
    assert_eq!(comments(&marked, "xl/comments2.xml")[0].0, "A1");
    assert_eq!(comments(&marked, "xl/comments3.xml")[0].0, "B2");
    assert_eq!(
        fill(&marked, "xl/worksheets/sheet3.xml", "B2").as_deref(),
        Some("FFFFE699")
    );
    let types = part(&marked, "[Content_Types].xml");
    for name in ["/xl/comments2.xml", "/xl/drawings/vmlDrawing3.vml"] {
        assert_eq!(types.matches(&format!("PartName=\"{name}\"")).count(), 1);
    }
    let rels = part(&marked, "xl/worksheets/_rels/sheet2.xml.rels");
    assert!(rels.contains("relationships/comments") && rels.contains("relationships/vmlDrawing"));
    assert!(part(&marked, "xl/worksheets/sheet2.xml").contains("<legacyDrawing"));
    assert_eq!(values(&marked), values(&sample()));
}

#[test]
fn marks_inside_a_merged_area_are_seen_at_its_first_cell() {
    let marked = run(&sample(), &[finding("学校", 7, "B", Severity::Error)]);
    assert_eq!(
        fill(&marked, "xl/worksheets/sheet1.xml", "A6").as_deref(),
        Some("FFFFC7CE")
    );
    assert!(
        comments(&marked, "xl/comments1.xml")
            .iter()
            .any(|(cell, _)| cell == "A6")
    );
}

#[test]
fn marking_twice_adds_to_the_first_marks_and_is_deterministic() {
    let findings = [
        finding("学校", 3, "C", Severity::Error),
        finding("空表", 1, "A", Severity::Note),
    ];
    let once = run(&sample(), &findings);
    assert!(once == run(&sample(), &findings));
    let twice = run(&once, &findings);
    assert_eq!(values(&twice), values(&sample()));
    let xml = part(&twice, "xl/comments1.xml");
    assert_eq!(xml.matches("<author>均衡</author>").count(), 1);
    assert_eq!(comments(&twice, "xl/comments1.xml").len(), 1);
    assert_eq!(
        part(&twice, "xl/worksheets/sheet3.xml")
            .matches("legacyDrawing")
            .count(),
        1
    );
}

#[test]
fn without_findings_of_this_file_the_bytes_are_the_same() {
    let mut other = finding("学校", 3, "C", Severity::Error);
    other.place.file = "b.xlsx".into();
    let marked = mark("x/a.xlsx", &sample(), &[other], Lang::Zh).unwrap();
    assert_eq!(marked.name, "a-核查标注.xlsx");
    assert!(marked.bytes == sample());
}

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/s.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK_RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/s.xml"/></Relationships>"#;
const BOOK: &str = r#"<x:workbook xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><x:sheets><x:sheet name="表" sheetId="1" r:id="rId1"/></x:sheets></x:workbook>"#;

/// A workbook as small as it can be, with this sheet.
fn small(sheet: &str) -> Vec<u8> {
    pack(&[
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
        ("xl/worksheets/s.xml", sheet),
    ])
}

#[test]
fn prefixed_names_inline_strings_and_cells_without_reference() {
    let original = small(
        r#"<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>
<x:row><x:c t="inlineStr"><x:is><x:t>甲 &amp; 乙</x:t></x:is></x:c><x:c><x:v>2</x:v></x:c></x:row>
<x:row r="4" spans="1:2"/>
</x:sheetData><x:pageMargins left="1" right="1" top="1" bottom="1" header="1" footer="1"/><x:tableParts count="0"/></x:worksheet>"#,
    );
    let marked = run(
        &original,
        &[
            finding("表", 1, "B", Severity::Error),
            finding("表", 1, "D", Severity::Error),
            finding("表", 3, "A", Severity::Note),
            finding("表", 4, "C", Severity::Note),
            finding("表", 9, "A", Severity::Note),
        ],
    );
    let xml = part(&marked, "xl/worksheets/s.xml");
    assert!(xml.contains(r#"<x:c t="inlineStr"><x:is><x:t>甲 &amp; 乙</x:t></x:is></x:c><x:c s="1"><x:v>2</x:v></x:c><x:c r="D1" s="1"/></x:row>"#), "{xml}");
    assert!(
        xml.contains(
            r#"<x:row r="3"><x:c r="A3" s="2"/></x:row><x:row r="4"><x:c r="C4" s="2"/></x:row>"#
        ),
        "{xml}"
    );
    assert!(
        xml.contains(r#"<x:row r="9"><x:c r="A9" s="2"/></x:row></x:sheetData>"#),
        "{xml}"
    );
    assert!(xml.find("x:legacyDrawing").unwrap() < xml.find("x:tableParts").unwrap());
    assert!(xml.find("x:pageMargins").unwrap() < xml.find("x:legacyDrawing").unwrap());
    assert_eq!(
        fill(&marked, "xl/worksheets/s.xml", "D1").as_deref(),
        Some("FFFFC7CE")
    );
    let mut book = Xlsx::new(Cursor::new(marked)).unwrap();
    let range = book.worksheet_range("表").unwrap();
    assert_eq!(
        range.get_value((0, 0)),
        Some(&Data::String("甲 & 乙".into()))
    );
    assert_eq!(range.get_value((0, 1)), Some(&Data::Float(2.0)));
}

#[test]
fn a_damaged_sheet_is_an_error_with_its_name() {
    for sheet in [
        "<worksheet><sheetData><row r=\"2\"/><row r=\"1\"/></sheetData></worksheet>",
        "<worksheet><sheetData><row r=\"0\"/></sheetData></worksheet>",
        "<worksheet><sheetData><row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row></sheetData></worksheet>",
        "<worksheet><sheetData><row r=\"1\"><c r=\"??\"/></row></sheetData></worksheet>",
        "<worksheet><sheetData>",
        "<worksheet></sheetData></worksheet>",
        "<worksheet/>",
        "",
    ] {
        let result = mark(
            "a.xlsx",
            &small(sheet),
            &[finding("表", 1, "C", Severity::Error)],
            Lang::Zh,
        );
        assert_eq!(
            result,
            Err(MarkError::Malformed("xl/worksheets/s.xml".into())),
            "{sheet}"
        );
    }
    assert_eq!(
        mark("a.xls", b"\xD0\xCF\x11\xE0", &[], Lang::Zh),
        Err(MarkError::NotAWorkbook)
    );
}

fn grid(file: &str, sheet: &str, rows: Vec<Vec<Value>>) -> Grid {
    Grid {
        file: file.into(),
        sheet: sheet.into(),
        rows,
        ..Grid::default()
    }
}

#[test]
fn a_fresh_copy_has_the_same_cells_and_no_formula() {
    let rows = vec![
        vec![
            Value::Text("名称".into()),
            Value::Text("=HYPERLINK(\"http://x\")".into()),
        ],
        vec![
            Value::Text("0012".into()),
            Value::Number(1.5),
            Value::Date("2025-09-01".into()),
        ],
        vec![
            Value::Empty,
            Value::Bool(true),
            Value::Error("#DIV/0!".into()),
        ],
    ];
    let mut wrong = finding("", 2, "B", Severity::Error);
    wrong.place.file = "schools.csv".into();
    let mut whole = finding("", 0, "", Severity::Note);
    whole.place.file = "schools.csv".into();
    let grids = [grid("schools.csv", "", rows)];
    let findings = [wrong, whole];
    let marked = fresh("dir/schools.csv", &grids, &findings, Lang::En).unwrap();
    assert_eq!(marked.name, "schools-marked.xlsx");
    assert!(marked == fresh("dir/schools.csv", &grids, &findings, Lang::En).unwrap());
    let mut book = Xlsx::new(Cursor::new(marked.bytes.clone())).unwrap();
    let range = book.worksheet_range("schools").unwrap();
    let at = |r, c| range.get_value((r, c)).cloned().unwrap();
    assert_eq!(at(0, 1), Data::String("=HYPERLINK(\"http://x\")".into()));
    assert_eq!(at(1, 0), Data::String("0012".into()));
    assert_eq!(at(1, 1), Data::Float(1.5));
    assert!(matches!(at(1, 2), Data::DateTime(d) if d.as_f64() == 45901.0));
    assert_eq!(at(2, 1), Data::Bool(true));
    assert_eq!(
        book.worksheet_formula("schools")
            .unwrap()
            .used_cells()
            .count(),
        0
    );
    assert_eq!(
        fill(&marked.bytes, "xl/worksheets/sheet1.xml", "B2").as_deref(),
        Some("FFFFC7CE")
    );
    let all = comments(&marked.bytes, "xl/comments1.xml");
    assert_eq!(
        all.iter().map(|(c, _)| c.as_str()).collect::<Vec<_>>(),
        ["A1", "B2"]
    );
    assert!(all[1].1.contains("[Junheng: to be fixed] wrong\n→ mend it"));
}

#[test]
fn sheets_of_a_fresh_copy_get_legal_names_and_their_own_findings() {
    let grids = [
        grid("a/b.csv", "", vec![vec![Value::Number(1.0)]]),
        grid("x.xls", "同名", vec![]),
        grid("y.xls", "同名", vec![vec![Value::Number(2.0)]]),
    ];
    let mut second = finding("同名", 1, "A", Severity::Explain);
    second.place.file = "y.xls".into();
    let marked = fresh("all", &grids, &[second], Lang::Zh).unwrap();
    let book = Xlsx::new(Cursor::new(marked.bytes.clone())).unwrap();
    assert_eq!(book.sheet_names(), ["ab", "同名", "同名~2"]);
    assert_eq!(
        fill(&marked.bytes, "xl/worksheets/sheet3.xml", "A1").as_deref(),
        Some("FFFFE699")
    );
}

#[test]
fn long_words_are_cut_to_what_a_comment_holds() {
    let many = vec![finding("学校", 3, "B", Severity::Error); 5_000];
    let marked = run(&sample(), &many);
    let all = comments(&marked, "xl/comments1.xml");
    let words = &all.iter().find(|(cell, _)| cell == "B3").unwrap().1;
    assert!(
        words
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
            .chars()
            .count()
            <= COMMENT_MAX + 2
    );
    assert!(words.ends_with('…'));
}

#[test]
fn columns_are_counted_as_excel_does() {
    assert_eq!(column_number("A"), Some(1));
    assert_eq!(column_number("ab"), Some(28));
    assert_eq!(column_number("XFD"), Some(16_384));
    for bad in ["XFE", "", "A1", "甲", "AAAAAAAAAAAAAAAAAA"] {
        assert_eq!(column_number(bad), None, "{bad}");
    }
    assert_eq!(reference("AB12"), Some((12, 28)));
    assert_eq!(reference("12"), None);
}

proptest! {
    #[test]
    fn random_bytes_are_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(mark("a.xlsx", &bytes, &[finding("表", 1, "A", Severity::Error)], Lang::Zh).is_err());
    }

    #[test]
    fn a_workbook_with_a_flipped_byte_never_panics(at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = sample();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = mark("a.xlsx", &bytes, &[finding("学校", 3, "C", Severity::Error)], Lang::Zh);
    }

    #[test]
    fn random_markup_in_a_sheet_never_panics(pieces in proptest::collection::vec(proptest::sample::select(vec![
        "<worksheet>", "</worksheet>", "<sheetData>", "</sheetData>", "<sheetData/>", "<row r=\"3\">", "<row>", "</row>",
        "<c r=\"B3\" s=\"0\">", "<c s='9'/>", "</c>", "<v>1</v>", "<cols><col min=\"1\" max=\"9\" style=\"4\"/></cols>",
        "<legacyDrawing r:id=\"rId9\"/>", "<mergeCell ref=\"A1:B9\"/>", "&amp;", "&", "<", "<!--x-->", "<![CDATA[y]]>", "<extLst/>",
    ]), 0..30)) {
        let _ = mark("a.xlsx", &small(&pieces.concat()), &[finding("表", 3, "B", Severity::Error), finding("表", 1, "A", Severity::Note)], Lang::Zh);
    }

    #[test]
    fn every_marked_cell_is_coloured_and_no_value_moves(cells in proptest::collection::btree_map((1u32..12, 1u32..7), 0usize..3, 1..15)) {
        let original = sample();
        let findings: Vec<Finding> = cells.iter()
            .map(|((row, column), s)| finding("学段", *row, &junheng_core::model::column_letters(*column), ALL[*s]))
            .collect();
        let marked = run(&original, &findings);
        prop_assert_eq!(values(&marked), values(&original));
        for ((row, column), s) in &cells {
            let cell = format!("{}{row}", junheng_core::model::column_letters(*column));
            let wanted = format!("FF{:06X}", colour(ALL[*s]));
            prop_assert_eq!(fill(&marked, "xl/worksheets/sheet2.xml", &cell), Some(wanted));
        }
        prop_assert_eq!(comments(&marked, "xl/comments2.xml").len(), cells.len());
    }
}
