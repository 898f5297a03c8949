//! Data sets in the formats of other programs: tables as CSV or a workbook, the evaluation as Parquet,
//! zones as GeoJSON. What is personal goes to nobody but the county's own staff.

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use junheng_core::evaluate::evaluate;
use junheng_core::geo::BaseMap;
use junheng_core::model::{Sheet, Stage, TableId};
use junheng_core::text::Lang;
use junheng_intake::{Intake, bundle, template, write};
use junheng_nation::output;

use super::commands::{form, laid_out};
use super::public::base_map;
use super::{Download, heavy};
use crate::commands::map;
use crate::error::Failure;
use crate::packs::{self, Wanted};
use crate::server::caller::Asked;
use crate::server::problem::Problem;
use crate::server::rights::PERSONAL;
use crate::server::served::Served;
use crate::server::{App, scope};

/// An export by its name: `schools.csv`, `tables.xlsx`, `evaluation.parquet`, `zones-primary.geojson`.
enum Export {
    Table(TableId),
    Workbook,
    Evaluation,
    Zones(Stage),
}

impl Export {
    fn named(name: &str) -> Option<Self> {
        let (stem, ending) = name.split_once('.')?;
        match (stem, ending) {
            ("tables", "xlsx") => Some(Self::Workbook),
            ("evaluation", "parquet") => Some(Self::Evaluation),
            (table, "csv") => TableId::named(table)
                .filter(|t| t.id() == table)
                .map(Self::Table),
            (zones, "geojson") => Stage::from_id(zones.strip_prefix("zones-")?)
                .filter(|s| s.judged())
                .map(Self::Zones),
            _ => None,
        }
    }

    fn bytes(
        &self,
        intake: &Intake,
        wanted: &Wanted,
        base: &BaseMap,
        personal: bool,
        lang: Lang,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let broken = |e: &dyn std::fmt::Display| {
            Failure::usage(junheng_core::text::Text::same(e.to_string()))
        };
        let sheets = || {
            let mut sheets = intake.snapshot.sheets();
            for sheet in &mut sheets {
                harmless(sheet, personal);
            }
            sheets
        };
        Ok(match self {
            Self::Table(table) => match sheets().iter().find(|s| s.table == *table) {
                Some(sheet) => {
                    let bytes = write::csv_bytes(sheet).map_err(|e| broken(&e))?;
                    // The mark by which spreadsheets know the encoding.
                    Some([b"\xEF\xBB\xBF".as_slice(), &bytes].concat())
                }
                None => None,
            },
            Self::Workbook => Some(write::workbook_bytes(&sheets()).map_err(|e| broken(&e))?),
            Self::Evaluation => {
                let standard = packs::standard(wanted, &intake.snapshot)?;
                let evaluation = evaluate(&intake.snapshot, &standard);
                let sheet = output::evaluation(&intake.snapshot, &standard, &evaluation);
                Some(sheet.parquet().map_err(|e| broken(&e))?)
            }
            Self::Zones(stage) => Some(map::geojson(&intake.snapshot, *stage, base, lang)),
        })
    }
}

/// Without the columns that are nobody else's business, and without what a spreadsheet would run.
fn harmless(sheet: &mut Sheet, personal: bool) {
    let hidden: Vec<bool> = sheet
        .header
        .iter()
        .map(|id| {
            !personal
                && PERSONAL
                    .iter()
                    .any(|f| f.table() == sheet.table && f.id() == id)
        })
        .collect();
    for row in std::iter::once(&mut sheet.header).chain(&mut sheet.rows) {
        let cells = std::mem::take(row).into_iter().zip(&hidden);
        *row = cells
            .filter(|(_, hidden)| !**hidden)
            .map(|(cell, _)| output::plain(cell))
            .collect();
    }
}

/// An export of a snapshot.
pub(crate) async fn export(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path((id, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Download, Problem> {
    let snapshot = scope::snapshot(&app, &asked, &id).await?;
    let base = base_map(&app.store.settings(&snapshot.org_id).await?);
    let export = Export::named(&name).ok_or_else(Problem::absent)?;
    let given = form(query.as_deref().unwrap_or_default());
    // What a standard may be called is decided where commands are.
    if let Some(evaluate) = Served::named("evaluate") {
        evaluate.words(&given, |_| None)?;
    }
    let of = |name: &'static str| {
        let its = given.iter().filter(move |g| g.0 == name);
        its.map(|g| g.1.clone())
    };
    let wanted = Wanted {
        standard: of("standard").next(),
        overlays: of("overlay").collect(),
        choices: of("set")
            .filter_map(|s| s.split_once('=').map(|(a, b)| (a.to_owned(), b.to_owned())))
            .collect(),
    };
    let (personal, lang) = (scope::personal(&asked)?, asked.lang);
    let folder = laid_out(&app, &id).await?;
    let bytes = heavy(move || {
        let intake = bundle::read_path(&folder, &TableId::ALL);
        export.bytes(&intake, &wanted, &base, personal, lang)
    });
    let bytes = bytes.await??.ok_or_else(Problem::absent)?;
    let mut change = app.store.change().await?;
    let deed = asked.deed("snapshot.export", &id)?;
    change.record(app.now(), &deed).await?;
    change.commit().await?;
    Ok(Download { bytes, name })
}

/// The blank workbook to fill.
pub(crate) async fn blank() -> Result<Download, Problem> {
    let bytes = heavy(template::workbook).await?;
    Ok(Download {
        bytes: bytes.map_err(Problem::because("template"))?,
        name: "junheng.xlsx".to_owned(),
    })
}
