//! The parts that are the same in every paper, but for title, date and seal.

use super::xml::escape;
use crate::model::Paper;
use crate::seal::{Content, Seal};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// Characters that a property may hold in every office program.
const PROPERTY_MAX: usize = 252;

/// Content types, properties, styles, theme, settings, fonts, footers.
pub(super) fn fixed(paper: &Paper, contents: &[(&str, Content)]) -> Vec<(String, Vec<u8>)> {
    [
        ("[Content_Types].xml", content_types()),
        ("_rels/.rels", package_relations()),
        ("docProps/core.xml", core(paper)),
        ("docProps/app.xml", app()),
        ("docProps/custom.xml", custom(paper, contents)),
        (
            "word/styles.xml",
            format!("{HEAD}{}", include_str!("styles.xml")),
        ),
        (
            "word/theme/theme1.xml",
            format!("{HEAD}{}", include_str!("theme.xml")),
        ),
        ("word/settings.xml", settings(paper)),
        ("word/fontTable.xml", fonts()),
        ("word/footer1.xml", footer(paper, "right")),
        ("word/footer2.xml", footer(paper, "left")),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text.into_bytes()))
    .collect()
}

fn content_types() -> String {
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let part =
        |name: &str, kind: &str| format!("<Override PartName=\"{name}\" ContentType=\"{kind}\"/>");
    let mut out = format!(
        "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"png\" ContentType=\"image/png\"/>"
    );
    for (name, kind) in [
        ("document", "document.main"),
        ("styles", "styles"),
        ("settings", "settings"),
        ("fontTable", "fontTable"),
        ("footer1", "footer"),
        ("footer2", "footer"),
    ] {
        out.push_str(&part(
            &format!("/word/{name}.xml"),
            &format!("{word}.{kind}+xml"),
        ));
    }
    out.push_str(&part(
        "/word/theme/theme1.xml",
        "application/vnd.openxmlformats-officedocument.theme+xml",
    ));
    out.push_str(&part(
        "/docProps/core.xml",
        "application/vnd.openxmlformats-package.core-properties+xml",
    ));
    let office = "application/vnd.openxmlformats-officedocument";
    out.push_str(&part(
        "/docProps/app.xml",
        &format!("{office}.extended-properties+xml"),
    ));
    out.push_str(&part(
        "/docProps/custom.xml",
        &format!("{office}.custom-properties+xml"),
    ));
    out.push_str("</Types>");
    out
}

fn relation(id: usize, kind: &str, target: &str) -> String {
    format!("<Relationship Id=\"rId{id}\" Type=\"{kind}\" Target=\"{target}\"/>")
}

fn package_relations() -> String {
    format!(
        "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">{}{}{}{}</Relationships>",
        relation(
            1,
            &format!("{OFFICE}/relationships/officeDocument"),
            "word/document.xml"
        ),
        relation(
            2,
            &format!("{PACKAGE}/relationships/metadata/core-properties"),
            "docProps/core.xml"
        ),
        relation(
            3,
            &format!("{OFFICE}/relationships/extended-properties"),
            "docProps/app.xml"
        ),
        relation(
            4,
            &format!("{OFFICE}/relationships/custom-properties"),
            "docProps/custom.xml"
        ),
    )
}

/// Identifier of the relation of the n-th picture, from 1.
pub(super) fn picture_relation(n: usize) -> usize {
    n + 6
}

/// Relations of the document: styles, settings, fonts, footers, theme, pictures.
pub(super) fn relations(pictures: usize) -> String {
    let mut out = format!("{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">");
    for (id, kind, target) in [
        (1, "styles", "styles.xml"),
        (2, "settings", "settings.xml"),
        (3, "fontTable", "fontTable.xml"),
        (4, "footer", "footer1.xml"),
        (5, "footer", "footer2.xml"),
        (6, "theme", "theme/theme1.xml"),
    ] {
        out.push_str(&relation(
            id,
            &format!("{OFFICE}/relationships/{kind}"),
            target,
        ));
    }
    for n in 1..=pictures {
        let kind = format!("{OFFICE}/relationships/image");
        out.push_str(&relation(
            picture_relation(n),
            &kind,
            &format!("media/image{n}.png"),
        ));
    }
    out.push_str("</Relationships>");
    out
}

fn core(paper: &Paper) -> String {
    let title = escape(&paper.name());
    let day = escape(&paper.day);
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{title}</dc:title><dc:language>zh-CN</dc:language><dcterms:created xsi:type=\"dcterms:W3CDTF\">{day}T00:00:00Z</dcterms:created><dcterms:modified xsi:type=\"dcterms:W3CDTF\">{day}T00:00:00Z</dcterms:modified></cp:coreProperties>"
    )
}

fn app() -> String {
    format!(
        "{HEAD}<Properties xmlns=\"{OFFICE}/extended-properties\"><Application>junheng</Application></Properties>"
    )
}

/// The seal, and for `words`, `pictures` and `margins` the hash of all of it and those of its places,
/// numbered from 1.
fn custom(paper: &Paper, contents: &[(&str, Content)]) -> String {
    let seal = paper.seal.iter().flat_map(Seal::properties);
    let mut properties: Vec<(String, &str)> = seal.map(|(n, v)| (n.to_owned(), v)).collect();
    for (name, content) in contents {
        properties.push((format!("junheng-{name}"), &content.whole));
        let mut rest = content.places.as_str();
        for n in 1.. {
            let (part, left) = rest.split_at(rest.len().min(PROPERTY_MAX));
            if part.is_empty() {
                break;
            }
            properties.push((format!("junheng-{name}-{n}"), part));
            rest = left;
        }
    }
    let mut out = format!(
        "{HEAD}<Properties xmlns=\"{OFFICE}/custom-properties\" xmlns:vt=\"{OFFICE}/docPropsVTypes\">"
    );
    for (id, (name, value)) in (2..).zip(properties) {
        out.push_str(&format!(
            "<property fmtid=\"{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}\" pid=\"{id}\" name=\"{name}\"><vt:lpwstr>{}</vt:lpwstr></property>",
            escape(value)
        ));
    }
    out.push_str("</Properties>");
    out
}

fn settings(paper: &Paper) -> String {
    let update = if paper.contents {
        "<w:updateFields w:val=\"true\"/>"
    } else {
        ""
    };
    format!(
        "{HEAD}<w:settings {W}><w:zoom w:percent=\"100\"/><w:defaultTabStop w:val=\"420\"/><w:evenAndOddHeaders/>{update}<w:compat><w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat></w:settings>"
    )
}

/// The official fonts, each with what to take where it is not installed.
fn fonts() -> String {
    let mut out = format!("{HEAD}<w:fonts {W}>");
    for (name, instead) in [
        ("方正小标宋简体", "宋体"),
        ("仿宋_GB2312", "仿宋"),
        ("楷体_GB2312", "楷体"),
        ("黑体", "SimHei"),
        ("宋体", "SimSun"),
    ] {
        out.push_str(&format!(
            "<w:font w:name=\"{name}\"><w:altName w:val=\"{instead}\"/><w:charset w:val=\"86\"/><w:family w:val=\"auto\"/><w:pitch w:val=\"default\"/></w:font>"
        ));
    }
    out.push_str("</w:fonts>");
    out
}

/// What the footers say, but for the number of the page.
pub(super) fn margins(paper: &Paper) -> [&str; 4] {
    [&paper.mark, "— —", &paper.mark, "— —"]
}

/// — 1 — in 4 号, outside on each page; above it what every page must say.
fn footer(paper: &Paper, side: &str) -> String {
    let run = |inner: &str| {
        format!(
            "<w:r><w:rPr><w:rFonts w:ascii=\"宋体\" w:hAnsi=\"宋体\" w:eastAsia=\"宋体\"/><w:sz w:val=\"28\"/></w:rPr>{inner}</w:r>"
        )
    };
    let mark = if paper.mark.is_empty() {
        String::new()
    } else {
        format!(
            "<w:p><w:pPr><w:pStyle w:val=\"Footer\"/><w:jc w:val=\"center\"/></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>",
            escape(&paper.mark)
        )
    };
    format!(
        "{HEAD}<w:ftr {W}>{mark}<w:p><w:pPr><w:pStyle w:val=\"Footer\"/><w:jc w:val=\"{side}\"/></w:pPr>{}{}{}{}{}</w:p></w:ftr>",
        run("<w:t xml:space=\"preserve\">— </w:t>"),
        run("<w:fldChar w:fldCharType=\"begin\"/>"),
        run("<w:instrText xml:space=\"preserve\"> PAGE </w:instrText>"),
        run("<w:fldChar w:fldCharType=\"end\"/>"),
        run("<w:t xml:space=\"preserve\"> —</w:t>"),
    )
}
