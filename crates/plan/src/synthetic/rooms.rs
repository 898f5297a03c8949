//! Music and art rooms.

use junheng_core::model::{Field as F, Snapshot, Stage, TableId};

use super::rng::{Rng, rounded};
use super::schools::{School, Setting};
use super::{Row, table};

/// Writes one music and one art room for each 12 classes begun.
pub(super) fn write(schools: &[School], rng: &mut Rng, out: &mut Snapshot) {
    let table = table(out, TableId::Rooms);
    let mut older = 0;
    for school in schools.iter().filter(|s| s.kind != 511) {
        let town = school.kind == 211 && school.setting == Setting::Town;
        older += u32::from(town && school.founded <= 2016);
        // Smaller rooms, allowed to schools built until 2016, in one town school of 15.
        let modest = town && school.founded <= 2016 && older % 15 == 1;
        for section in school.sections.iter().filter(|s| s.stage != Stage::Senior) {
            let tiny = school.rural() && school.students() < 100 && section.largest() < 30;
            let tiny_area = if section.stage == Stage::Primary {
                55.0
            } else {
                62.0
            };
            for (kind, area, modest_area) in [("music", 96.0, 80.0), ("art", 90.0, 72.0)] {
                for _ in 0..section.classes().div_ceil(12) {
                    let area = if tiny {
                        tiny_area
                    } else if modest {
                        modest_area
                    } else {
                        area
                    };
                    Row::new(table)
                        .text(F::RoomSchool, &school.id)
                        .text(F::RoomStage, section.stage.id())
                        .text(F::RoomKind, kind)
                        .number(F::RoomArea, rounded(area + 8.0 * rng.unit(), 1));
                }
            }
        }
    }
}
