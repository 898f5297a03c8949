//! References that lead somewhere, but to where they cannot.

use std::collections::BTreeSet;

use junheng_core::model::{Field, Stage, TableId};

use super::report::{Report, say};
use super::view::View;

pub(super) fn check(view: &View<'_>, report: &mut Report<'_>) {
    spouses(view, report);
    wishes(view, report);
    for (field, stage) in [
        (Field::CurrentPrimary, Stage::Primary),
        (Field::CurrentJunior, Stage::Junior),
    ] {
        schools_of_today(view, report, field, stage);
    }
}

fn spouses(view: &View<'_>, report: &mut Report<'_>) {
    for row in view.rows(TableId::Teachers) {
        let teacher = view.text(Field::TeacherId, row);
        if !teacher.is_empty() && view.text(Field::Spouse, row) == teacher {
            report.at(
                "own_spouse",
                Field::Spouse,
                row,
                say!(
                    "教师 {teacher} 的配偶填的是自己。",
                    "Teacher {teacher} is given as the spouse of himself or herself."
                ),
            );
        }
    }
}

fn wishes(view: &View<'_>, report: &mut Report<'_>) {
    let known: BTreeSet<&str> = view.schools.iter().map(|s| s.id).collect();
    for row in view.rows(TableId::Teachers) {
        let wishes = view.text(Field::Wishes, row).split(';');
        let unknown = |id: &&str| !id.is_empty() && !known.contains(id);
        if let Some(id) = wishes.into_iter().find(unknown) {
            let teacher = view.text(Field::TeacherId, row);
            report.at(
                "wish_unknown",
                Field::Wishes,
                row,
                say!(
                    "教师 {teacher} 的志愿 {id} 不在学校表中。",
                    "Teacher {teacher} wishes for {id}, which is no school of the table."
                ),
            );
        }
    }
}

/// The school that serves a block today has the stage; where sections are given, it must.
fn schools_of_today(view: &View<'_>, report: &mut Report<'_>, field: Field, stage: Stage) {
    for row in view.rows(TableId::Blocks) {
        let id = view.text(field, row);
        let mut stages = view.sections_of(id).map(|s| s.stage).peekable();
        if stages.peek().is_some() && !stages.any(|s| s == stage) {
            let block = view.text(Field::BlockId, row);
            let (zh, en) = (stage.title().zh, stage.title().en);
            report.at(
                "today_not_of_stage",
                field,
                row,
                say!(
                    "{block} 现服务学校 {id} 没有{zh}学段。",
                    "{block} goes to {id} today, which has no {en} section."
                ),
            );
        }
    }
}
