//! Small tables that are no table of a bundle: columns picked by their names.

use crate::files::InputFile;
use crate::grid::{Value, read_grids};

/// A column of such a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its English name.
    pub id: &'static str,
    /// Its Chinese names, the usual one first.
    pub zh: &'static [&'static str],
    /// Whether there is no table without it.
    pub required: bool,
}

impl Column {
    /// The usual Chinese name.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.zh.first().copied().unwrap_or(self.id)
    }

    fn is(&self, label: &str) -> bool {
        label.eq_ignore_ascii_case(self.id) || self.zh.contains(&label)
    }
}

/// A row of such a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it stands, as Excel counts.
    pub number: usize,
    /// The texts of the columns that were asked for, in their order; blank where it has none.
    pub cells: Vec<String>,
}

/// The rows of a file's first sheet that are not blank.
///
/// # Errors
/// The first of the required columns that the first row does not have.
pub fn rows(file: &InputFile, columns: &[Column]) -> Result<Vec<Row>, Column> {
    let (grids, _) = read_grids(file);
    let mut all = grids
        .into_iter()
        .next()
        .map(|g| g.rows)
        .into_iter()
        .flatten();
    let header = all.next().unwrap_or_default();
    let places = columns
        .iter()
        .map(|column| {
            let named = |v: &Value| v.as_label().is_some_and(|label| column.is(label.trim()));
            match header.iter().position(named) {
                None if column.required => Err(*column),
                at => Ok(at),
            }
        })
        .collect::<Result<Vec<_>, _>>()?;
    let row = |(number, row): (usize, Vec<Value>)| Row {
        number,
        cells: (places.iter())
            .map(|at| text(at.and_then(|at| row.get(at))))
            .collect(),
    };
    let rows = (2..).zip(all).map(row);
    Ok(rows
        .filter(|row| row.cells.iter().any(|cell| !cell.is_empty()))
        .collect())
}

/// A cell as it reads, on one line.
fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Empty) => String::new(),
        Some(Value::Text(t) | Value::Date(t) | Value::Error(t)) => {
            t.split_whitespace().collect::<Vec<_>>().join(" ")
        }
        Some(other) => other.as_label().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Column = Column {
        id: "a",
        zh: &["甲"],
        required: true,
    };
    const B: Column = Column {
        id: "b",
        zh: &["乙", "乙列"],
        required: false,
    };

    fn told(bytes: &[u8]) -> Result<Vec<(usize, Vec<String>)>, Column> {
        let file = InputFile {
            name: "a.csv".to_owned(),
            bytes: bytes.to_vec(),
        };
        let rows = rows(&file, &[A, B])?;
        Ok(rows.into_iter().map(|r| (r.number, r.cells)).collect())
    }

    #[test]
    fn columns_are_found_by_either_name_in_any_order() {
        let texts = |a: &str, b: &str| vec![a.to_owned(), b.to_owned()];
        let both = Ok(vec![(2, texts("x y", "1")), (4, texts("", "3"))]);
        assert_eq!(told(b"b,c,a\n1,2,\"x\ny\"\n,,\n3\n"), both);
        assert_eq!(told("乙列,c,甲\n1,2,\"x\ny\"\n,,\n3\n".as_bytes()), both);
        // As Excel saves it in China: 甲,乙.
        assert_eq!(
            told(b"\xbc\xd7,\xd2\xd2\n1,2\n"),
            Ok(vec![(2, texts("1", "2"))])
        );
        assert_eq!(told(b"a\n1\n"), Ok(vec![(2, texts("1", ""))]));
        assert_eq!(told(b"b,c\n1,2\n"), Err(A));
        assert_eq!(told(b""), Err(A));
    }
}
