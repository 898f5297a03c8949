//! Text files with delimiters, in the encodings Chinese offices use.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};
use junheng_core::finding::Finding;
use junheng_core::text::Text;

use crate::files::InputFile;
use crate::grid::{Grid, Value};
use crate::log::{Spot, error};

/// Cells of one file, blank ones included: what fits in half a gigabyte.
pub(crate) const CELLS_MAX: usize = 10_000_000;
/// Columns of a sheet, as many as Excel has.
pub(crate) const COLUMNS_MAX: usize = 16_384;
/// Rows of a sheet, as many as Excel has, times a few for travel tables.
const ROWS_MAX: usize = 4_000_000;

/// Bytes of one cell; Excel keeps 32,767 characters. A longer one is a quote that nobody closed.
const CELL_BYTES_MAX: usize = 1 << 17;

/// Reads a text file as a grid. Row numbers are those Excel shows: blank lines count, a line
/// break inside quotes does not.
///
/// # Errors
/// A finding when the text is in no known encoding or exceeds the limits.
pub(crate) fn read(file: &InputFile) -> Result<Grid, Box<Finding>> {
    let spot = Spot {
        file: &file.name,
        sheet: "",
    };
    let text = decode(&file.bytes).ok_or_else(|| Box::new(undecodable(file)))?;
    let rows = records(&text, delimiter(&text)).map_err(|trouble| {
        Box::new(match trouble {
            Trouble::Limit(limit) => too_large(spot, limit),
            Trouble::Unclosed(row) => unclosed(spot, row),
        })
    })?;
    Ok(Grid {
        file: file.name.clone(),
        rows,
        ..Grid::default()
    })
}

/// The text in UTF-8, UTF-16 with its mark, or GB18030, which includes GBK and GB2312.
pub(crate) fn decode(bytes: &[u8]) -> Option<String> {
    if let Some(rest) = bytes.strip_prefix(&[0xFF, 0xFE]) {
        return UTF_16LE
            .decode_without_bom_handling_and_without_replacement(rest)
            .map(Into::into);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        return UTF_16BE
            .decode_without_bom_handling_and_without_replacement(rest)
            .map(Into::into);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let gbk = || GB18030.decode_without_bom_handling_and_without_replacement(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if !foreign(text) => Some(text.to_owned()),
        // Two-byte UTF-8 without a single Chinese character: a short GBK text can look like it.
        Ok(text) => match gbk() {
            Some(other)
                if !other.is_ascii() && other.chars().all(|c| c.is_ascii() || is_han(c)) =>
            {
                Some(other.into())
            }
            _ => Some(text.to_owned()),
        },
        Err(_) => gbk().map(Into::into),
    }
}

/// Whether a text has letters beyond ASCII, none of them Chinese and some of them not even Latin.
fn foreign(text: &str) -> bool {
    text.chars().all(|c| c < '\u{800}') && text.chars().any(|c| c >= '\u{250}')
}

/// Han characters and Chinese punctuation.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{303F}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}')
}

/// The delimiter that the first lines use most: comma, semicolon or tab.
fn delimiter(text: &str) -> char {
    let mut counts = [(',', 0), (';', 0), ('\t', 0)];
    let mut quoted = false;
    let mut lines = 0;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' if !quoted => lines += 1,
            _ if quoted => {}
            _ => counts
                .iter_mut()
                .filter(|(d, _)| *d == c)
                .for_each(|(_, n)| *n += 1),
        }
        if lines == 10 {
            break;
        }
    }
    // The first of equals wins: comma, then semicolon.
    counts
        .iter()
        .rev()
        .max_by_key(|(_, n)| *n)
        .map_or(',', |(d, _)| *d)
}

/// A limit that was exceeded, in both languages.
pub(crate) type Limit = (&'static str, &'static str);

/// Why a text is no grid.
#[derive(Debug, PartialEq, Eq)]
enum Trouble {
    Limit(Limit),
    /// A quote is opened in this row, from 0, and never closed.
    Unclosed(usize),
}

fn records(text: &str, delimiter: char) -> Result<Vec<Vec<Value>>, Trouble> {
    let limit = |zh, en| Err(Trouble::Limit((zh, en)));
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let mut row = Vec::new();
    let mut cells = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let Some((value, end, after)) = field(rest, delimiter) else {
            return Err(Trouble::Unclosed(rows.len()));
        };
        if matches!(&value, Value::Text(text) if text.len() > CELL_BYTES_MAX) {
            return limit("一个单元格超过 128 KB", "a cell has more than 128 KB");
        }
        rest = after;
        row.push(value);
        if row.len() > COLUMNS_MAX {
            return limit("列数超过 16,384", "more than 16,384 columns");
        }
        // A delimiter before the very end opens no field.
        if end == Some(delimiter) && !rest.is_empty() {
            continue;
        }
        while row.last() == Some(&Value::Empty) {
            row.pop();
        }
        cells += row.len();
        row.shrink_to_fit();
        let width = row.len();
        rows.push(std::mem::replace(&mut row, Vec::with_capacity(width)));
        if cells > CELLS_MAX {
            return limit("单元格超过 1,000 万个", "more than 10 million cells");
        }
        if rows.len() > ROWS_MAX {
            return limit("行数超过 400 万", "more than 4 million rows");
        }
    }
    Ok(rows)
}

/// The first field of a text, what ended it (delimiter, line end, nothing), and the text after that;
/// `None` where its quote is never closed.
fn field(text: &str, delimiter: char) -> Option<(Value, Option<char>, &str)> {
    let ends = |c: char| c == delimiter || c == '\n' || c == '\r';
    // A quote opens only at the start; elsewhere it is a character like others.
    let Some(mut inner) = text.strip_prefix('"') else {
        let (bare, after) = text.split_at(text.find(ends).unwrap_or(text.len()));
        let (end, after) = line_end(after);
        return Some((value(bare), end, after));
    };
    let mut whole = String::new();
    loop {
        let (part, after) = inner.split_once('"')?;
        whole.push_str(part);
        if let Some(more) = after.strip_prefix('"') {
            whole.push('"');
            inner = more;
            continue;
        }
        // What follows the closing quote belongs to the field, a second opening one too.
        let (bare, after) = after.split_at(after.find(ends).unwrap_or(after.len()));
        whole.push_str(bare);
        let (end, after) = line_end(after);
        return Some((value(&whole), end, after));
    }
}

/// What ends a field, CR LF counting as one, and the text after it.
fn line_end(text: &str) -> (Option<char>, &str) {
    let mut chars = text.chars();
    let end = chars.next();
    let after = chars.as_str();
    match end {
        Some('\r') => (end, after.strip_prefix('\n').unwrap_or(after)),
        _ => (end, after),
    }
}

fn value(field: &str) -> Value {
    if field.trim().is_empty() {
        Value::Empty
    } else {
        Value::Text(field.to_owned())
    }
}

fn undecodable(file: &InputFile) -> Finding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(&file.bytes, true);
    let guess = match file.bytes.first_chunk() {
        Some([0xFF, 0xFE] | [0xFE, 0xFF]) => "UTF-16",
        _ => detector.guess(None, chardetng::Utf8Detection::Allow).name(),
    };
    error(
        "unknown_encoding",
        Spot {
            file: &file.name,
            sheet: "",
        }
        .whole(),
        Text::new(
            format!("文字不是完好的 UTF-8、UTF-16、GBK 或 GB18030（看起来像 {guess}），未读取"),
            format!(
                "The text is no sound UTF-8, UTF-16, GBK or GB18030 (it looks like {guess}) and was not read"
            ),
        ),
        Text::new(
            "用 Excel 或 WPS 打开，另存为 .xlsx 或“CSV UTF-8”",
            "Open it in Excel or WPS and save it as .xlsx or “CSV UTF-8”",
        ),
    )
}

fn unclosed(spot: Spot<'_>, row: usize) -> Finding {
    error(
        "unclosed_quote",
        spot.row(row),
        Text::new(
            "本行有一个引号没有闭合，分不清后面的行列，整表未读取",
            "A quote of this row is never closed, so the cells after it cannot be told apart; the table was not read",
        ),
        Text::new(
            "补上或删去这个引号；或用 Excel、WPS 另存为 .xlsx",
            "Close or delete the quote, or save the table as .xlsx in Excel or WPS",
        ),
    )
}

pub(crate) fn too_large(spot: Spot<'_>, (zh, en): Limit) -> Finding {
    error(
        "sheet_too_large",
        spot.whole(),
        Text::new(
            format!("表太大（{zh}），未读取"),
            format!("The sheet is too large ({en}) and was not read"),
        ),
        Text::new(
            "只保留要填报的行和列",
            "Keep only the rows and columns to be reported",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_gbk_that_looks_like_utf8_is_read_as_gbk() {
        for name in ["某小学", "小学1", "学校1", "校0"] {
            let (bytes, _, _) = GB18030.encode(name);
            assert_eq!(decode(&bytes).as_deref(), Some(name));
            assert_eq!(decode(name.as_bytes()).as_deref(), Some(name));
        }
        assert_eq!(decode("Société".as_bytes()).as_deref(), Some("Société"));
    }

    fn texts(bytes: &[u8]) -> Vec<Vec<String>> {
        let grid = read(&InputFile {
            name: "t.csv".into(),
            bytes: bytes.to_vec(),
        })
        .unwrap();
        let text = |v: Value| v.as_label().unwrap_or_default();
        grid.rows
            .into_iter()
            .map(|r| r.into_iter().map(text).collect())
            .collect()
    }

    #[test]
    fn quotes_line_ends_and_delimiters() {
        let expected = vec![vec!["a", "b;c"], vec![], vec!["x\"y", "2"]];
        for text in [
            "a,b;c\n\n\"x\"\"y\",2\n",
            "a,b;c\r\n\r\n\"x\"\"y\",2",
            "a\t\"b;c\"\r\rx\"y\t2\r",
        ] {
            assert_eq!(texts(text.as_bytes()), expected, "{text:?}");
        }
        assert_eq!(
            texts(b"a;b\n1;2,5\n"),
            vec![vec!["a", "b"], vec!["1", "2,5"]]
        );
        assert_eq!(
            texts(b"\"a\nb\",c\n1,2"),
            vec![vec!["ab", "c"], vec!["1", "2"]]
        );
    }

    #[test]
    fn encodings() {
        let (gbk, ..) = encoding_rs::GBK.encode("学校,镇\n");
        let (gb18030, ..) = GB18030.encode("学校,镇\n");
        let utf16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("学校\t镇\n".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        for bytes in [
            "学校,镇\n".as_bytes(),
            "\u{feff}学校,镇\n".as_bytes(),
            &gbk,
            &gb18030,
            &utf16,
        ] {
            assert_eq!(texts(bytes), vec![vec!["学校", "镇"]]);
        }
        assert!(
            read(&InputFile {
                name: "t.csv".into(),
                bytes: vec![b'a', 0xFF, 0xFF]
            })
            .is_err()
        );
    }

    #[test]
    fn a_million_columns_are_refused() {
        let bytes = vec![b','; 1_000_000];
        assert_eq!(
            read(&InputFile {
                name: "t.csv".into(),
                bytes
            })
            .unwrap_err()
            .code,
            "sheet_too_large"
        );
    }
}
