//! Which blocks change school, and what the data say about why.

use junheng_core::text::Text;

use super::Zoning;
use crate::travel::{Travel, Unit};

/// A block, or a share of it, that another school is to serve.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Row of the table blocks.
    pub block: usize,
    /// The school of today, in [`Zoning::schools`].
    pub from: usize,
    /// The school of the plan.
    pub to: usize,
    /// Children of that share.
    pub children: f64,
    /// Share of the block.
    pub share: f64,
    /// Metres to the school of today, where known.
    pub metres_before: Option<f64>,
    /// Metres to the school of the plan, where known.
    pub metres_after: Option<f64>,
    /// Why, as far as the figures say it.
    pub reason: Text,
}

/// The changes, in the order of the blocks.
///
/// `travel` has the destinations of `destinations`, which are ids of schools or sites. A block whose
/// current school is blank does not change.
#[must_use]
pub fn changes(zoning: &Zoning<'_>, travel: &Travel, destinations: &[&str]) -> Vec<Change> {
    let at = |school: usize| {
        let id = zoning.schools.get(school)?.id;
        destinations.iter().position(|d| *d == id)
    };
    let metres = |block: usize, school: usize| {
        (travel.unit == Unit::Metres).then(|| travel.between(block, at(school)?))?
    };
    let mut changes = Vec::new();
    for (row, block) in zoning.blocks.iter().enumerate() {
        let Some(from) = block.today else {
            continue;
        };
        for &(to, share) in block.shares.iter().filter(|(to, _)| *to != from) {
            let (before, after) = (metres(row, from), metres(row, to));
            changes.push(Change {
                block: row,
                from,
                to,
                children: share * block.children,
                share,
                metres_before: before,
                metres_after: after,
                reason: if zoning.sharing(from).contains(&to) {
                    Text::new(
                        "与原学校共用一个学区，按学位比例派位",
                        "it shares a zone with the school of today; children are drawn by lot",
                    )
                } else {
                    reason(zoning, from, before, after)
                },
            });
        }
    }
    changes
}

/// The reasons that hold, the heaviest first. Where none does, the block moves for the sake of others.
fn reason(zoning: &Zoning<'_>, from: usize, before: Option<f64>, after: Option<f64>) -> Text {
    let mut zh = Vec::new();
    let mut en = Vec::new();
    let school = &zoning.schools[from];
    if school.load <= 0.0 {
        zh.push("原学校在方案中不再有学区".to_owned());
        en.push("the school of today has no zone in the plan".to_owned());
    } else if let Some(places) = school.places
        && school.today > places
    {
        let (today, over) = (school.today.round(), (school.today - places).ceil());
        zh.push(format!(
            "原学校按现行学区有 {today} 人、学位 {places} 个，超出 {over} 人"
        ));
        en.push(format!(
            "the zone of today has {today} children for {places} places, {over} too many"
        ));
    }
    let step = match (before, after) {
        (Some(before), Some(after)) if before - after >= 1.0 => {
            let metres = (before - after).round();
            en.push(format!("the new school is {metres} m nearer"));
            format!("新学校近 {metres} 米")
        }
        (Some(before), Some(after)) if after - before >= 1.0 => {
            let metres = (after - before).round();
            en.push(format!("the new school is {metres} m farther"));
            format!("到新学校远 {metres} 米")
        }
        (Some(_), Some(_)) => {
            en.push("both schools are as far".to_owned());
            "两校路程相同".to_owned()
        }
        _ => String::new(),
    };
    let nearer = step.contains('近');
    if !step.is_empty() {
        zh.push(step);
    }
    if zh.len() < 2
        && !nearer
        && school.load > 0.0
        && school.places.is_none_or(|p| school.today <= p)
    {
        zh.push("本单元的变动由相邻学区的学位、连片等整体安排引起".to_owned());
        en.push(
            "it moves because of the zones beside it: their places, or one piece each".to_owned(),
        );
    }
    Text::new(zh.join("；"), en.join("; "))
}
