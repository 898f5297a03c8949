//! Small tables that are no table of a bundle: columns picked by their names.

use crate::files::InputFile;
use crate::grid::{Value, read_grids};

/// The rows of a file's first sheet, each with the texts of the named columns in this order; blank
/// where a row has none.
///
/// # Errors
/// The first of the names that the first row does not have.
pub fn rows<'a>(file: &InputFile, names: &[&'a str]) -> Result<Vec<Vec<String>>, &'a str> {
    let (grids, _) = read_grids(file);
    let mut all = grids
        .into_iter()
        .next()
        .map(|g| g.rows)
        .into_iter()
        .flatten();
    let header = all.next().unwrap_or_default();
    let columns = names
        .iter()
        .map(|name| {
            let at = header
                .iter()
                .position(|v| v.as_label().as_deref() == Some(name));
            at.ok_or(*name)
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(all
        .map(|row| columns.iter().map(|at| text(row.get(*at))).collect())
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

    #[test]
    fn columns_are_found_by_name_in_any_order() {
        let file = |text: &str| InputFile {
            name: "a.csv".to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        let told = rows(&file("b,c,a\n1,2,\"x\ny\"\n3\n"), &["a", "b"]);
        assert_eq!(
            told,
            Ok(vec![
                vec!["x y".to_owned(), "1".to_owned()],
                vec![String::new(), "3".to_owned()]
            ])
        );
        assert_eq!(rows(&file("b,c\n1,2\n"), &["a", "b"]), Err("a"));
        assert_eq!(rows(&file(""), &["a"]), Err("a"));
    }
}
