//! Plans of zones that somebody else made, to be judged beside ours: who goes where, or the
//! figures that were published.

use std::collections::BTreeMap;

use junheng_core::finding::{Finding, Place};
use junheng_core::model::{Field, TableId};
use junheng_core::text::Text;

use crate::files::InputFile;
use crate::grid::{Grid, read_grids};
use crate::header::field_of;
use crate::log::{Log, Spot, error, quoted};
use crate::number::Decimal;

/// A plan of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// What the column `plan` calls it, else the name of the file.
    pub name: String,
    /// What is known of it.
    pub content: Content,
}

/// What a file says of a plan.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Who goes where.
    Assignment(Vec<Row>),
    /// Figures only.
    Figures(Figures),
}

/// A block, or a share of it, at a school.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// `block_id`.
    pub block: String,
    /// `school_id`.
    pub school: String,
    /// Share of the block; 1 where the file has none.
    pub share: f64,
    /// Where it stands.
    pub place: Place,
}

/// Figures of a plan; `None` where the file does not give them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Figures {
    /// Mean way in metres.
    pub mean_metres: Option<f64>,
    /// Students who change school.
    pub moved_students: Option<f64>,
    /// Greatest load, students per place.
    pub greatest_load: Option<f64>,
    /// Least load.
    pub least_load: Option<f64>,
    /// Pieces of zones beyond one each.
    pub extra_pieces: Option<f64>,
}

/// A column of such a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Plan,
    Block,
    School,
    Share,
    MeanMetres,
    MeanKm,
    Moved,
    Greatest,
    Least,
    Pieces,
}

/// The column of a header; words as others publish them are known too.
fn column(label: &str) -> Option<Column> {
    match field_of(TableId::TravelPrimary, label) {
        Some((Field::TravelPrimaryBlock, _)) => return Some(Column::Block),
        Some((Field::TravelPrimarySchool, _)) => return Some(Column::School),
        _ => {}
    }
    let label = label.to_ascii_lowercase();
    Some(match label.as_str() {
        "plan" | "方案" => Column::Plan,
        "share" | "比例" => Column::Share,
        "mean_metres" | "人均路程" => Column::MeanMetres,
        "mean_km" => Column::MeanKm,
        "greatest_load" | "max_utilization" | "最大负荷" => Column::Greatest,
        "least_load" | "min_utilization" | "最小负荷" => Column::Least,
        "extra_pieces" | "extra_components" | "多出片数" => Column::Pieces,
        moved if moved.starts_with("students_moved") => Column::Moved,
        "moved_students" | "变动人数" => Column::Moved,
        _ => return None,
    })
}

/// The plans of a file.
///
/// # Errors
///
/// Findings: a file that cannot be read, no usable columns, cells that are no number or blank.
pub fn read(file: &InputFile) -> Result<Vec<Given>, Vec<Finding>> {
    let (grids, findings) = read_grids(file);
    if !findings.is_empty() {
        return Err(findings);
    }
    let mut log = Log::default();
    let mut plans = Vec::new();
    for grid in &grids {
        plans.extend(sheet(grid, file.stem(), &mut log));
    }
    if log.refused() {
        Err(log.close())
    } else {
        Ok(plans)
    }
}

fn sheet(grid: &Grid, stem: &str, log: &mut Log) -> Vec<Given> {
    let spot = Spot {
        file: &grid.file,
        sheet: &grid.sheet,
    };
    let header = grid.rows.first().map_or(&[][..], Vec::as_slice);
    let at: Vec<Option<Column>> = header.iter().map(|v| column(&v.as_label()?)).collect();
    let find = |wanted| at.iter().position(|c| *c == Some(wanted));
    let assignment = find(Column::Block).zip(find(Column::School));
    let figures = find(Column::Plan).is_some_and(|_| {
        [
            Column::MeanMetres,
            Column::MeanKm,
            Column::Moved,
            Column::Greatest,
        ]
        .into_iter()
        .any(|c| find(c).is_some())
    });
    if assignment.is_none() && !figures {
        log.refuse(error(
            "plans_no_columns",
            spot.row(0),
            Text::new(
                "表头既没有 block_id 和 school_id，也没有 plan 和任何一项数字",
                "The header has neither block_id and school_id nor plan and a figure",
            ),
            Text::new(
                "方案写成 block_id,school_id(可加 plan、share)；只有公布的数字时写成 plan,mean_km,moved_students,greatest_load,extra_pieces",
                "Write a plan as block_id,school_id (and plan, share); published figures as plan,mean_km,moved_students,greatest_load,extra_pieces",
            ),
        ));
        return Vec::new();
    }
    let mut order: Vec<String> = Vec::new();
    let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let mut plans = Vec::new();
    for row in 1..grid.rows.len() {
        let text = |c: Column| grid.at(row, find(c)?).as_label();
        let mut number = |c: Column| {
            let cell = text(c)?;
            let value = Decimal::read(&cell).map(|d| d.shifted(0));
            if value.is_none() {
                log.refuse(not_a_number(spot.cell(row, find(c).unwrap_or(0)), &cell));
            }
            value
        };
        if at.iter().flatten().all(|c| text(*c).is_none()) {
            continue;
        }
        let name = text(Column::Plan).unwrap_or_else(|| stem.to_owned());
        if assignment.is_none() {
            let mean_km = number(Column::MeanKm).map(|km| km * 1000.0);
            plans.push(Given {
                name,
                content: Content::Figures(Figures {
                    mean_metres: number(Column::MeanMetres).or(mean_km),
                    moved_students: number(Column::Moved),
                    greatest_load: number(Column::Greatest),
                    least_load: number(Column::Least),
                    extra_pieces: number(Column::Pieces),
                }),
            });
            continue;
        }
        let share = number(Column::Share).unwrap_or(1.0);
        let (Some(block), Some(school)) = (text(Column::Block), text(Column::School)) else {
            log.refuse(error(
                "plans_blank",
                spot.row(row),
                Text::new(
                    "这一行缺居住单元或学校的编号",
                    "The row lacks the id of a block or a school",
                ),
                Text::new("补上编号，或删去这一行", "Fill it in, or delete the row"),
            ));
            continue;
        };
        if !rows.contains_key(&name) {
            order.push(name.clone());
        }
        rows.entry(name).or_default().push(Row {
            block,
            school,
            share,
            place: spot.row(row),
        });
    }
    plans.extend(order.into_iter().filter_map(|name| {
        Some(Given {
            content: Content::Assignment(rows.remove(&name)?),
            name,
        })
    }));
    plans
}

fn not_a_number(place: Place, cell: &str) -> Finding {
    error(
        "plans_no_number",
        place,
        Text::new(
            format!("“{}”不是数", quoted(cell)),
            format!("“{}” is no number", quoted(cell)),
        ),
        Text::new("改正，或留空", "Correct it, or leave it blank"),
    )
}
