//! Word files against ECMA-376 (transitional): what may stand in an element, and in what order.
//!
//! The orders are those of the schema `wml.xsd` and of the drawing schemas, for the elements that the
//! papers use; an element that is not listed fails, so a new one has to be looked up first.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use junheng_core::model::Field;
use junheng_paper::compose::Kind;
use junheng_paper::docx;
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::county::County;
use crate::papers::made;

/// An element and its children in the order of the schema; `|` parts groups that may be mixed.
const ORDER: &[(&str, &str)] = &[
    ("w:document", "w:body"),
    ("w:body", "w:p|w:tbl|w:sdt w:sectPr"),
    ("w:ftr", "w:p"),
    ("w:p", "w:pPr w:r|w:hyperlink|w:bookmarkStart|w:bookmarkEnd"),
    ("w:hyperlink", "w:r"),
    (
        "w:pPr",
        "w:pStyle w:keepNext w:keepLines w:pageBreakBefore w:widowControl w:pBdr w:shd w:tabs w:snapToGrid w:spacing w:ind w:contextualSpacing w:jc w:outlineLvl w:rPr w:sectPr",
    ),
    ("w:pBdr", "w:top w:left w:bottom w:right"),
    ("w:tabs", "w:tab"),
    (
        "w:r",
        "w:rPr w:t|w:br|w:tab|w:fldChar|w:instrText|w:drawing",
    ),
    (
        "w:rPr",
        "w:rFonts w:b w:bCs w:i w:iCs w:noProof w:color w:spacing w:kern w:sz w:szCs w:u w:lang",
    ),
    ("w:sdt", "w:sdtPr w:sdtContent"),
    ("w:sdtPr", "w:docPartObj"),
    ("w:docPartObj", "w:docPartGallery w:docPartUnique"),
    ("w:sdtContent", "w:p|w:tbl"),
    ("w:tbl", "w:tblPr w:tblGrid w:tr"),
    (
        "w:tblPr",
        "w:tblStyle w:tblW w:jc w:tblInd w:tblBorders w:shd w:tblLayout w:tblCellMar w:tblLook",
    ),
    (
        "w:tblBorders",
        "w:top w:left w:bottom w:right w:insideH w:insideV",
    ),
    ("w:tblCellMar", "w:top w:left w:bottom w:right"),
    ("w:tblGrid", "w:gridCol"),
    ("w:tr", "w:trPr w:tc"),
    ("w:trPr", "w:cantSplit|w:tblHeader"),
    ("w:tc", "w:tcPr w:p"),
    (
        "w:tcPr",
        "w:tcW w:gridSpan w:vMerge w:tcBorders w:shd w:vAlign",
    ),
    (
        "w:sectPr",
        "w:footerReference w:pgSz w:pgMar w:cols w:titlePg w:docGrid",
    ),
    ("w:styles", "w:docDefaults w:latentStyles w:style"),
    ("w:docDefaults", "w:rPrDefault w:pPrDefault"),
    ("w:rPrDefault", "w:rPr"),
    ("w:pPrDefault", "w:pPr"),
    (
        "w:style",
        "w:name w:basedOn w:next w:link w:uiPriority w:semiHidden w:unhideWhenUsed w:qFormat w:pPr w:rPr w:tblPr",
    ),
    (
        "w:settings",
        "w:zoom w:mirrorMargins w:defaultTabStop w:evenAndOddHeaders w:updateFields w:compat",
    ),
    ("w:compat", "w:compatSetting"),
    ("w:fonts", "w:font"),
    ("w:font", "w:altName w:charset w:family w:pitch"),
    ("w:drawing", "wp:inline"),
    ("wp:inline", "wp:extent wp:docPr a:graphic"),
    ("a:graphic", "a:graphicData"),
    ("a:graphicData", "pic:pic"),
    ("pic:pic", "pic:nvPicPr pic:blipFill pic:spPr"),
    ("pic:nvPicPr", "pic:cNvPr pic:cNvPicPr"),
    ("pic:blipFill", "a:blip a:stretch"),
    ("a:stretch", "a:fillRect"),
    ("pic:spPr", "a:xfrm a:prstGeom"),
    ("a:xfrm", "a:off a:ext"),
    ("a:prstGeom", "a:avLst"),
];

/// Where a child may stand among its parent's; `None` where it may not.
fn rank(parent: &str, child: &str) -> Option<usize> {
    let (_, order) = ORDER.iter().find(|o| o.0 == parent)?;
    order
        .split(' ')
        .position(|group| group.split('|').any(|name| name == child))
}

/// What is out of order in a part.
fn faults(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut faults = Vec::new();
    // Open elements, with the rank and name of the last child of each.
    let mut open: Vec<(String, usize, String)> = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(e) => {
                let name = e.name().as_ref().to_owned();
                if let Some((parent, last, _)) = open.last_mut() {
                    match rank(parent, &name) {
                        Some(rank) if rank >= *last => *last = rank,
                        _ => faults.push(format!("{name} in {parent}")),
                    }
                }
                if let Some((.., child)) = open.last_mut() {
                    child.clone_from(&name);
                }
                open.push((name, 0, String::new()));
            }
            Event::End(_) => {
                let (name, _, child) = open.pop().unwrap();
                if name == "w:tc" && child != "w:p" {
                    faults.push("a cell does not end in a paragraph".to_owned());
                }
            }
            Event::Eof => return faults,
            _ => {}
        }
    }
}

fn attributes(xml: &str, element: &str, attribute: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(e) if e.name().as_ref() == element => {
                let mut all = e.attributes().flatten();
                found.extend(
                    all.find(|a| a.key.as_ref() == attribute)
                        .map(|a| a.value.to_string()),
                );
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = zip.file_names().map(|n| n.unwrap().into_owned()).collect();
    let mut text = |name: &String| {
        let mut bytes = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap_or_default()
    };
    names
        .iter()
        .map(|name| (name.clone(), text(name)))
        .collect()
}

#[test]
fn word_files_keep_to_the_schema() {
    let mut odd = County::plain();
    odd.set_text(Field::SchoolName, 1, "a\tb\n<名>");
    for county in [County::plain(), odd, County::empty("空县")] {
        for kind in Kind::ALL {
            let mut paper = made(&county, kind);
            paper.red_head = Some("喆堃县人民政府".to_owned());
            let parts = parts(&docx(&paper).unwrap());
            let part = |name: &str| {
                let found = parts.iter().find(|p| p.0 == name);
                found.map_or_else(|| panic!("{name}"), |p| p.1.as_str())
            };
            for name in [
                "document",
                "styles",
                "settings",
                "fontTable",
                "footer1",
                "footer2",
            ] {
                let found = faults(part(&format!("word/{name}.xml")));
                assert_eq!(found, [] as [&str; 0], "{kind:?} {name}");
            }
            let document = part("word/document.xml");
            // Identifiers are unique, and every reference leads somewhere.
            for (element, attribute) in [("wp:docPr", "id"), ("w:bookmarkStart", "w:id")] {
                let all = attributes(document, element, attribute);
                assert_eq!(all.len(), all.iter().collect::<BTreeSet<_>>().len());
            }
            let relations = part("word/_rels/document.xml.rels");
            let known = attributes(relations, "Relationship", "Id");
            for (element, attribute) in [("a:blip", "r:embed"), ("w:footerReference", "r:id")] {
                for id in attributes(document, element, attribute) {
                    assert!(known.contains(&id), "{id}");
                }
            }
            for target in attributes(relations, "Relationship", "Target") {
                part(&format!("word/{target}"));
            }
            let styles = attributes(part("word/styles.xml"), "w:style", "w:styleId");
            for style in attributes(document, "w:pStyle", "w:val") {
                assert!(styles.contains(&style), "{style}");
            }
            let types = part("[Content_Types].xml");
            let listed = attributes(types, "Override", "PartName");
            for (name, _) in parts.iter().filter(|p| p.0.ends_with(".xml")) {
                let own = name.starts_with('[');
                assert!(own || listed.contains(&format!("/{name}")), "{name}");
            }
        }
    }
}

#[test]
fn a_fault_is_seen() {
    let wrong = "<w:p><w:r><w:t/><w:rPr/></w:r><w:pPr><w:jc/><w:ind/></w:pPr></w:p>";
    let found = faults(wrong);
    assert_eq!(found, ["w:rPr in w:r", "w:pPr in w:p", "w:ind in w:pPr"]);
    let cell = "<w:tc><w:tcPr/></w:tc>";
    assert_eq!(faults(cell), ["a cell does not end in a paragraph"]);
}
