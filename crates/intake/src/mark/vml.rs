//! The boxes of comments: the old drawing language that Excel still wants for them.

use quick_xml::Writer;
use quick_xml::events::Event;

use super::xml::{Pass, attribute, put, raw};
use super::{COLUMNS, Mark, MarkError, ROWS, lines};

const SPACES: [(&str, &str); 3] = [
    ("v", "urn:schemas-microsoft-com:vml"),
    ("o", "urn:schemas-microsoft-com:office:office"),
    ("x", "urn:schemas-microsoft-com:office:excel"),
];
const BOX: &str = "_x0000_t202";
const SHAPE: &str = "_x0000_s";

/// A drawing without shapes for the `index`th sheet; each sheet has its own block of 1,024 numbers.
pub(super) fn empty(index: usize) -> String {
    let names: String = SPACES
        .iter()
        .map(|(p, uri)| format!(" xmlns:{p}=\"{uri}\""))
        .collect();
    let block = index + 1;
    format!(
        "<xml{names}><o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"{block}\"/></o:shapelayout></xml>"
    )
}

/// The drawing with a hidden box for each cell.
pub(super) fn append(
    part: &str,
    xml: &str,
    index: usize,
    boxes: &[((u32, u32), &Mark)],
) -> Result<Vec<u8>, MarkError> {
    let mut out = Writer::new(Vec::with_capacity(xml.len() + 1024 * boxes.len()));
    let mut pass = Pass::lenient(part, xml);
    let (mut has_type, mut done) = (false, false);
    let mut last = (index as u64 + 1) * 1024;
    let mut missing: Vec<(&str, &str)> = SPACES.to_vec();
    while let Some((_, event)) = pass.next()? {
        match &event {
            Event::Start(e) | Event::Empty(e) => {
                let name = e.local_name();
                if name.as_ref() == "xml" {
                    missing.retain(|(prefix, uri)| {
                        let wanted = format!("xmlns:{prefix}");
                        !e.attributes()
                            .with_checks(false)
                            .flatten()
                            .any(|a| a.key.as_ref() == wanted && a.value == *uri)
                    });
                }
                let id = attribute(e, "id").unwrap_or_default();
                has_type |= name.as_ref() == "shapetype" && id == BOX;
                last = last.max(number(&id));
            }
            Event::End(e) if e.local_name().as_ref() == "xml" && !done => {
                done = true;
                let spaces: String = missing
                    .iter()
                    .map(|(p, uri)| format!(" xmlns:{p}=\"{uri}\""))
                    .collect();
                if !has_type {
                    raw(
                        &mut out,
                        &format!(
                            "<v:shapetype{spaces} id=\"{BOX}\" coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>"
                        ),
                    );
                }
                for (cell, mark) in boxes {
                    last = last.saturating_add(1);
                    raw(&mut out, &shape(*cell, mark, last, &spaces));
                }
            }
            _ => {}
        }
        put(&mut out, event)?;
    }
    if done {
        Ok(out.into_inner())
    } else {
        Err(pass.malformed())
    }
}

fn number(id: &str) -> u64 {
    id.strip_prefix(SHAPE)
        .and_then(|n| n.parse().ok())
        .unwrap_or(0)
}

/// A box right of its cell, as high as its words need.
fn shape((row, column): (u32, u32), mark: &Mark, id: u64, spaces: &str) -> String {
    let (row, column) = (row - 1, column - 1);
    let left = (column + 1).min(COLUMNS - 5);
    let height = lines(&mark.words, 42) + 1;
    let top = row.saturating_sub(1).min(ROWS - 1 - height);
    let (right, bottom) = (left + 4, top + height);
    format!(
        "<v:shape{spaces} id=\"{SHAPE}{id}\" type=\"#{BOX}\" style=\"position:absolute;width:200pt;height:{}pt;z-index:1;visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\"><div style=\"text-align:left\"></div></v:textbox><x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left}, 15, {top}, 2, {right}, 15, {bottom}, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>",
        height * 14
    )
}
