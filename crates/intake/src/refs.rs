//! References between tables: those a command needs must lead somewhere.

use std::collections::BTreeSet;

use junheng_core::finding::{Finding, Place};
use junheng_core::model::{Field, Kind, Snapshot, TableId};
use junheng_core::text::Text;

use crate::log::{Log, Spot, error, quoted};

/// References without which a row means nothing: the field, and the tables it may lead to.
const NEEDED: &[(Field, &[Field])] = &[
    (Field::SectionSchool, &[Field::SchoolId]),
    (Field::ClassSchool, &[Field::SchoolId]),
    (Field::RoomSchool, &[Field::SchoolId]),
    (Field::TeacherSchool, &[Field::SchoolId]),
    (Field::AdjacentA, &[Field::BlockId]),
    (Field::AdjacentB, &[Field::BlockId]),
    (Field::TravelPrimaryBlock, &[Field::BlockId]),
    (
        Field::TravelPrimarySchool,
        &[Field::SchoolId, Field::SiteId],
    ),
    (Field::TravelJuniorBlock, &[Field::BlockId]),
    (Field::TravelJuniorSchool, &[Field::SchoolId, Field::SiteId]),
];

/// Checks every reference whose target is among `tables`; needed ones refuse the input.
pub(crate) fn check(snapshot: &Snapshot, tables: &[TableId], log: &mut Log) {
    for field in Field::ALL {
        let needed = NEEDED
            .iter()
            .find(|(f, _)| f == field)
            .map(|(_, targets)| *targets);
        let own = match field.kind() {
            Kind::Ref(TableId::Schools) => Some(Field::SchoolId),
            Kind::Ref(TableId::Blocks) => Some(Field::BlockId),
            Kind::Ref(TableId::Teachers) => Some(Field::TeacherId),
            _ => None,
        };
        let Some(targets) = needed.or_else(|| own.as_ref().map(std::slice::from_ref)) else {
            continue;
        };
        let known = targets.iter().all(|t| tables.contains(&t.table()));
        let there = targets.iter().any(|t| snapshot.table(t.table()).is_some());
        if known && there {
            follow(snapshot, *field, targets, needed.is_some(), log);
        } else if known && needed.is_some() && snapshot.rows(field.table()) > 0 && !log.refused() {
            log.refuse(absent(*field, targets));
        }
    }
}

/// The table a needed reference leads to is not there at all.
fn absent(field: Field, targets: &[Field]) -> Finding {
    let zh: Vec<&str> = targets.iter().map(|t| t.table().zh()).collect();
    let en: Vec<&str> = targets.iter().map(|t| t.table().id()).collect();
    error(
        "dangling_reference",
        Place::default(),
        Text::new(
            format!(
                "{}表的“{}”指向{}表，但没有这张表",
                field.table().zh(),
                field.about().zh,
                zh.join("、")
            ),
            format!("{field} leads to {}, which is not there", en.join(" or ")),
        ),
        Text::new("补上那张表", "Add that table"),
    )
}

fn follow(snapshot: &Snapshot, field: Field, targets: &[Field], needed: bool, log: &mut Log) {
    let keys: BTreeSet<&str> = targets
        .iter()
        .flat_map(|t| (0..snapshot.rows(t.table())).filter_map(|row| snapshot.text(*t, row)))
        .collect();
    for row in 0..snapshot.rows(field.table()) {
        let Some(id) = snapshot.text(field, row).filter(|id| !keys.contains(id)) else {
            continue;
        };
        let finding = dangling(snapshot, field, row, id, targets);
        if needed {
            log.refuse(finding);
        } else {
            log.add(finding);
        }
    }
}

fn dangling(snapshot: &Snapshot, field: Field, row: usize, id: &str, targets: &[Field]) -> Finding {
    let place = snapshot.cell(field, row).and_then(|cell| {
        let source = snapshot.source(cell)?;
        let spot = Spot {
            file: &source.file,
            sheet: &source.sheet,
        };
        Some(spot.cell(cell.row as usize - 1, cell.column as usize - 1))
    });
    let zh: Vec<&str> = targets.iter().map(|t| t.table().zh()).collect();
    let en: Vec<&str> = targets.iter().map(|t| t.table().id()).collect();
    error(
        "dangling_reference",
        place.unwrap_or_default(),
        Text::new(
            format!(
                "{}表的“{}”{}在{}表中找不到",
                field.table().zh(),
                field.about().zh,
                quoted(id),
                zh.join("、")
            ),
            format!("{} “{}” is not in {}", field, quoted(id), en.join(" or ")),
        ),
        Text::new(
            "改正编号，或补上那一行",
            "Correct the identifier, or add that row",
        ),
    )
}
