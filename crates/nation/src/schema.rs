//! The table of a nation: one row per section and year. Names are the fields' of a bundle.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field as ArrowField, Schema, SchemaRef};
use junheng_core::model::{Field, Kind, TableId};

/// Six digits of GB/T 2260; the first two name the province.
pub const COUNTY: &str = "county";
/// The county's name.
pub const COUNTY_NAME: &str = "county_name";
/// The school's code, unique within county and year.
pub const SCHOOL_ID: &str = "school_id";
/// The school's name.
pub const NAME: &str = "name";
/// `primary`, `junior` or `senior`.
pub const STAGE: &str = "stage";
/// First year of the school year: the folder `year=2025`, or a column.
pub const YEAR: &str = "year";
/// The year in which the county was certified; blank where it is not.
pub const CERTIFIED: &str = "certified_year";
/// True in every row that somebody made up.
pub const SYNTHETIC: &str = "_synthetic";

/// A column of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The field of the bundle it holds; `None` for keys and marks of this table alone.
    pub field: Option<Field>,
    /// Its Arrow type.
    pub data_type: DataType,
    /// Its unit, in Chinese; empty where there is none.
    pub unit: &'static str,
    /// What it holds, in Chinese.
    pub zh: String,
    /// What it holds, in English.
    pub en: String,
}

/// The Arrow type of a field.
fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Count => DataType::Int32,
        Kind::Year | Kind::Code(..) => DataType::Int16,
        Kind::Flag => DataType::Boolean,
        Kind::Amount | Kind::Yuan | Kind::Number | Kind::Share => DataType::Float64,
        _ => DataType::Utf8,
    }
}

/// The column of a field: its id, and for a school's the prefix `school_` where sections have the
/// same id. `None` for fields that are not in the table.
#[must_use]
pub fn name_of(field: Field) -> Option<String> {
    let taken = [Field::SchoolLon, Field::SchoolLat, Field::SchoolDatum];
    match field.table() {
        TableId::Sections if field.kind().is_number() => Some(field.id().to_owned()),
        TableId::Schools if taken.contains(&field) => None,
        TableId::Schools if field.kind().is_number() || matches!(field.kind(), Kind::Choice(_)) => {
            let whole = Field::SHARED.iter().any(|(_, whole)| *whole == field);
            Some(format!(
                "{}{}",
                if whole { "school_" } else { "" },
                field.id()
            ))
        }
        _ => None,
    }
}

/// All columns, keys first.
#[must_use]
pub fn columns() -> Vec<Column> {
    let own = |name: &str, data_type: DataType, zh: &str, en: &str| Column {
        name: name.to_owned(),
        field: None,
        data_type,
        unit: "",
        zh: zh.to_owned(),
        en: en.to_owned(),
    };
    let fields = TableId::Schools.fields().chain(TableId::Sections.fields());
    let mut all = vec![
        own(
            COUNTY,
            DataType::Utf8,
            "县级行政区划代码，前两位为省",
            "county code, six digits; the first two are the province",
        ),
        own(COUNTY_NAME, DataType::Utf8, "县(市、区)名称", "county name"),
        own(SCHOOL_ID, DataType::Utf8, "学校(机构)标识码", "school code"),
        own(NAME, DataType::Utf8, "学校名称", "school name"),
        own(
            STAGE,
            DataType::Utf8,
            "学段：primary、junior、senior",
            "stage: primary, junior, senior",
        ),
    ];
    all.extend(fields.filter_map(|field| {
        let about = field.about();
        Some(Column {
            name: name_of(field)?,
            field: Some(field),
            data_type: data_type(field.kind()),
            unit: about.unit,
            zh: about.zh.to_owned(),
            en: about.en.to_owned(),
        })
    }));
    all.push(own(
        CERTIFIED,
        DataType::Int16,
        "通过优质均衡认定的年份，未认定为空",
        "year of certification; blank where not certified",
    ));
    all.push(own(
        SYNTHETIC,
        DataType::Boolean,
        "合成数据",
        "synthetic data",
    ));
    all
}

/// The Arrow schema of some columns; only the keys are never null.
#[must_use]
pub fn arrow(columns: &[Column]) -> SchemaRef {
    let field = |c: &Column| {
        let key = [COUNTY, SCHOOL_ID, STAGE].contains(&c.name.as_str());
        ArrowField::new(&c.name, c.data_type.clone(), !key)
    };
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

/// The table of columns as Markdown, for the documentation.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from(
        "| column | Arrow type | unit | 中文 | meaning |\n| --- | --- | --- | --- | --- |\n",
    );
    for c in columns() {
        let unit = if c.unit.is_empty() { "–" } else { c.unit };
        text.push_str(&format!(
            "| `{}` | {} | {unit} | {} | {} |\n",
            c.name, c.data_type, c.zh, c.en
        ));
    }
    text
}
