//! Templates: the wording of a paper, which a bureau may change.
//!
//! ```text
//! # Title with {county}        the title; a second one is its second line
//! ## Heading                   level 1, numbered 一、 on its own; ### is （一）, #### is 1．
//! Running text with {verdict}. a paragraph; dropped where its fields leave nothing
//! > small print                a note
//! >> to the right              signature, date
//! @block words                 a table, chart or list made by the program
//! @contents  @page             table of contents; a new page
//! % remark                     left out
//! ```

use junheng_core::text::Text;

/// Where a template is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: Text,
}

/// A piece of text: words, or the name of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Words(String),
    Field(String),
}

/// A line of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    Title(Vec<Piece>),
    Heading(u8, Vec<Piece>),
    Text(Vec<Piece>),
    Note(Vec<Piece>),
    Right(Vec<Piece>),
    Block(String, String),
    Contents,
    Page,
}

/// Says what is wrong with a field, or with a block and the words after its name.
pub(crate) trait Names {
    fn field(&self, name: &str) -> Result<(), Text>;
    fn block(&self, name: &str, words: &str) -> Result<(), Text>;
}

/// Reads a template; `names` says which fields and blocks there are.
pub(crate) fn parse(
    file: &str,
    text: &str,
    names: &dyn Names,
) -> Result<Vec<Line>, Vec<TemplateError>> {
    let mut lines = Vec::new();
    let mut errors = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (number, raw) in (1..).zip(text.lines()) {
        let raw = raw.trim();
        if raw.is_empty() || raw.starts_with('%') {
            continue;
        }
        match line(raw, names) {
            Ok(line) => lines.push(line),
            Err(message) => errors.push(TemplateError {
                file: file.to_owned(),
                line: number,
                message,
            }),
        }
    }
    if lines.is_empty() && errors.is_empty() {
        errors.push(TemplateError {
            file: file.to_owned(),
            line: 1,
            message: Text::new(
                "模板里没有内容；请写上正文，或删去这个文件以使用内置模板",
                "the template has no content; write some, or remove the file for the built-in one",
            ),
        });
    }
    if errors.is_empty() {
        Ok(lines)
    } else {
        Err(errors)
    }
}

fn line(raw: &str, names: &dyn Names) -> Result<Line, Text> {
    if let Some(rest) = raw.strip_prefix('@') {
        let (name, words) = rest.split_once(' ').unwrap_or((rest, ""));
        return match name {
            "contents" => Ok(Line::Contents),
            "page" => Ok(Line::Page),
            name => {
                let words = words.trim();
                names.block(name, words)?;
                Ok(Line::Block(name.to_owned(), words.to_owned()))
            }
        };
    }
    for (mark, level) in [("####", 3), ("###", 2), ("##", 1), ("#", 0)] {
        if let Some(rest) = raw.strip_prefix(mark) {
            let pieces = pieces(rest.trim(), names)?;
            return Ok(if level == 0 {
                Line::Title(pieces)
            } else {
                Line::Heading(level, pieces)
            });
        }
    }
    if let Some(rest) = raw.strip_prefix(">>") {
        return Ok(Line::Right(pieces(rest.trim(), names)?));
    }
    if let Some(rest) = raw.strip_prefix('>') {
        return Ok(Line::Note(pieces(rest.trim(), names)?));
    }
    Ok(Line::Text(pieces(raw, names)?))
}

/// Words and fields; `{{` and `}}` are braces themselves.
fn pieces(text: &str, names: &dyn Names) -> Result<Vec<Piece>, Text> {
    let mut out = Vec::new();
    let mut words = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        words.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            words.push_str(&rest[..1]);
            rest = &rest[2..];
            continue;
        }
        let name = rest
            .strip_prefix('{')
            .and_then(|r| r.split_once('}'))
            .map(|(name, after)| (name.trim(), after));
        let Some((name, after)) = name else {
            return Err(Text::new(
                "花括号没有配对；要写花括号本身请写两个",
                "a brace has no partner; write two for a brace itself",
            ));
        };
        names.field(name)?;
        out.push(Piece::Words(std::mem::take(&mut words)));
        out.push(Piece::Field(name.to_owned()));
        rest = after;
    }
    words.push_str(rest);
    out.push(Piece::Words(words));
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One field, one block.
    struct Two;

    impl Names for Two {
        fn field(&self, name: &str) -> Result<(), Text> {
            let wrong = || Text::new(format!("{{{name}}}"), "");
            (name == "county").then_some(()).ok_or_else(wrong)
        }

        fn block(&self, name: &str, _words: &str) -> Result<(), Text> {
            let wrong = || Text::new("", format!("@{name}"));
            (name == "map").then_some(()).ok_or_else(wrong)
        }
    }

    fn read(text: &str) -> Result<Vec<Line>, Vec<TemplateError>> {
        parse("x.md", text, &Two)
    }

    #[test]
    fn an_empty_template_is_named() {
        for text in ["", "\u{feff}\n% 说明\n"] {
            assert_eq!(read(text).unwrap_err()[0].line, 1);
        }
    }

    #[test]
    fn every_wrong_line_is_named() {
        let text = "# {county}\n{town}\n\n@chart\n{county\nfine }}\nbad }\n";
        let errors = read(text).unwrap_err();
        let lines: Vec<usize> = errors.iter().map(|e| e.line).collect();
        assert_eq!(lines, [2, 4, 5, 7]);
        assert!(errors[0].message.zh.contains("{town}"));
        assert!(errors[1].message.en.contains("@chart"));
        assert!(errors.iter().all(|e| e.file == "x.md"));
    }

    #[test]
    fn lines_are_what_their_marks_say() {
        let text = "\u{feff}% 说明\n# T\n## H\n### I\n#### J\n> n\n>> r\n@map wide\n@page\na {county} {{b}}\n";
        let lines = read(text).unwrap();
        let words = |t: &str| vec![Piece::Words(t.to_owned())];
        assert_eq!(lines[0], Line::Title(words("T")));
        assert_eq!(lines[1], Line::Heading(1, words("H")));
        assert_eq!(lines[3], Line::Heading(3, words("J")));
        assert_eq!(lines[4], Line::Note(words("n")));
        assert_eq!(lines[5], Line::Right(words("r")));
        assert_eq!(lines[6], Line::Block("map".into(), "wide".into()));
        assert_eq!(lines[7], Line::Page);
        let Line::Text(pieces) = &lines[8] else {
            panic!("{:?}", lines[8]);
        };
        assert_eq!(pieces[1], Piece::Field("county".into()));
        assert_eq!(pieces[2], Piece::Words(" {b}".into()));
    }
}
