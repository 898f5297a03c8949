//! A snapshot as plain text tables, as they are written to files.

use super::field::Field;
use super::snapshot::Snapshot;
use super::table_id::TableId;

/// A table as text: a header of English ids and rows of values, blank where missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Which table.
    pub table: TableId,
    /// Column headers.
    pub header: Vec<String>,
    /// Values, as many per row as there are headers.
    pub rows: Vec<Vec<String>>,
}

impl Snapshot {
    /// The tables as text, in the order of the template; the county as `key,value`.
    #[must_use]
    pub fn sheets(&self) -> Vec<Sheet> {
        TableId::ALL
            .into_iter()
            .filter_map(|id| {
                let table = self.table(id)?;
                if id == TableId::County {
                    return Some(self.county_sheet());
                }
                let fields: Vec<Field> = table.fields().collect();
                Some(Sheet {
                    table: id,
                    header: fields.iter().map(|f| f.id().to_owned()).collect(),
                    rows: (0..table.rows())
                        .map(|row| fields.iter().map(|f| self.written(*f, row)).collect())
                        .collect(),
                })
            })
            .collect()
    }

    fn county_sheet(&self) -> Sheet {
        let fields = self
            .table(TableId::County)
            .into_iter()
            .flat_map(|t| t.fields());
        let known = fields
            .map(|f| vec![f.id().to_owned(), self.written(f, 0)])
            .filter(|row| !row[1].is_empty());
        let facts = self
            .facts
            .iter()
            .map(|(key, fact)| vec![key.clone(), fact.value.clone()]);
        Sheet {
            table: TableId::County,
            header: vec!["key".to_owned(), "value".to_owned()],
            rows: known.chain(facts).collect(),
        }
    }

    /// A value as it is written: the shortest decimal that reads back the same.
    fn written(&self, field: Field, row: usize) -> String {
        match self.number(field, row) {
            Some(number) => format!("{number}"),
            None => self.text(field, row).unwrap_or_default().to_owned(),
        }
    }
}
