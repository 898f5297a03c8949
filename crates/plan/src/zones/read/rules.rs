//! What the options ask for, in the numbers of the problem.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::finding::Finding;
use junheng_core::model::{Snapshot, TableId};
use junheng_core::text::Text;

use super::super::problem::{Block, Current, Rules, School};
use crate::travel::listed;

/// What the options are read against.
pub(super) struct Known<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) rules: &'a Rules,
    pub(super) blocks: &'a [Block],
    pub(super) by_block: &'a BTreeMap<String, usize>,
    pub(super) by_school: &'a BTreeMap<String, usize>,
}

impl Known<'_> {
    /// Blocks that must go to a school.
    pub(super) fn locks(&self, findings: &mut Vec<Finding>) -> Vec<(usize, usize)> {
        let (blocks, schools) = (self.by_block, self.by_school);
        let mut locked = Vec::new();
        for (block, school) in &self.rules.locked {
            match (blocks.get(block), schools.get(school)) {
                (Some(b), Some(s)) => locked.push((*b, *s)),
                _ => findings.push(Finding::of_table(
                    "zones_lock_unknown",
                    TableId::Blocks,
                    Text::new(
                        format!("锁定 {block}={school}：没有这个居住单元，或该学段没有这所学校"),
                        format!(
                            "lock {block}={school}: no such block, or no such school of the stage"
                        ),
                    ),
                    Text::new("更正 --lock 的编号", "correct the ids of --lock"),
                )),
            }
        }
        locked
    }

    /// The school of an id that an option names.
    fn school(&self, option: &str, id: &str, findings: &mut Vec<Finding>) -> Option<usize> {
        let school = self.by_school.get(id).copied();
        if school.is_none() {
            findings.push(Finding::of_table(
                "zones_school_unknown",
                TableId::Sections,
                Text::new(
                    format!("{option} {id}：该学段没有这所学校"),
                    format!("{option} {id}: no such school of the stage"),
                ),
                Text::new(
                    format!("更正 {option} 的学校编号"),
                    format!("correct the id of {option}"),
                ),
            ));
        }
        school
    }

    /// Schools whose zone stays as it is.
    pub(super) fn locked_zones(
        &self,
        schools: &[School],
        findings: &mut Vec<Finding>,
    ) -> Vec<usize> {
        let mut locked = Vec::new();
        for id in &self.rules.locked_zones {
            let Some(school) = self.school("--lock-zone", id, findings) else {
                continue;
            };
            let of = |block: &Block| block.current == Current::School(school);
            if self.blocks.iter().any(of) {
                locked.push(school);
                continue;
            }
            let name = &schools[school].name;
            findings.push(Finding::of_table(
                "zones_lock_empty",
                TableId::Blocks,
                Text::new(
                    format!("--lock-zone {id}：{name} 现在没有学区，无可锁定"),
                    format!("--lock-zone {id}: {name} has no zone today, so there is none to lock"),
                ),
                Text::new(
                    "在居住单元表填写现就读学校，或去掉 --lock-zone",
                    "give the schools of today in the table blocks, or leave out --lock-zone",
                ),
            ));
        }
        locked.sort_unstable();
        locked.dedup();
        if !locked.is_empty() && self.rules.balance.is_some() {
            findings.push(Finding::of_table(
                "zones_lock_balance",
                TableId::Blocks,
                Text::new(
                    "--lock-zone 与 --balance 不能同时使用：锁定的学区无从均衡",
                    "--lock-zone and --balance exclude each other: a locked zone cannot be balanced",
                ),
                Text::new("去掉其中一项", "leave out one of them"),
            ));
        }
        locked
    }

    /// Schools that share a zone.
    pub(super) fn groups(
        &self,
        schools: &[School],
        findings: &mut Vec<Finding>,
    ) -> Vec<Vec<usize>> {
        let mut groups = Vec::new();
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        let locked: BTreeSet<&String> = self.rules.locked_zones.iter().collect();
        for ids in &self.rules.groups {
            let mut group = Vec::new();
            for id in ids {
                let Some(school) = self.school("--group", id, findings) else {
                    continue;
                };
                group.push(school);
                if taken.insert(school) && !locked.contains(id) {
                    continue;
                }
                let name = &schools[school].name;
                findings.push(Finding::of_table(
                    "zones_group_twice",
                    TableId::Sections,
                    Text::new(
                        format!("--group {}：{name} 已在另一组或已锁定学区", ids.join("+")),
                        format!(
                            "--group {}: {name} is in another group or its zone is locked",
                            ids.join("+")
                        ),
                    ),
                    Text::new(
                        "一所学校只能属于一组，且不能同时 --lock-zone",
                        "a school belongs to one group at most, and not with --lock-zone",
                    ),
                ));
            }
            group.sort_unstable();
            groups.push(group);
        }
        groups.sort();
        groups
    }

    /// The figure of each block that is to be balanced.
    pub(super) fn figures(&self, findings: &mut Vec<Finding>) -> Vec<f64> {
        let (snapshot, blocks) = (self.snapshot, self.blocks);
        let Some((field, _)) = self.rules.balance else {
            return Vec::new();
        };
        let id = field.id();
        let values: Vec<Option<f64>> = blocks
            .iter()
            .map(|b| {
                snapshot
                    .number(field, b.row)
                    .or((b.children == 0.0).then_some(0.0))
            })
            .collect();
        let blank: Vec<&str> = values
            .iter()
            .zip(blocks)
            .filter(|(v, _)| v.is_none())
            .map(|(_, b)| b.name.as_str())
            .collect();
        if !blank.is_empty() {
            let (zh, en) = listed(&blank);
            findings.push(Finding::of_table(
                "zones_balance_blank",
                TableId::Blocks,
                Text::new(
                    format!("没有填写 {id} 的居住单元：{zh}"),
                    format!("blocks without {id}: {en}"),
                ),
                Text::new("补填后才能要求均衡", "fill it in before asking for balance"),
            ));
        }
        values.into_iter().flatten().collect()
    }

    /// Blocks with the same word in a column.
    pub(super) fn together(&self) -> Vec<Vec<usize>> {
        let (snapshot, blocks) = (self.snapshot, self.blocks);
        let Some(field) = self.rules.together else {
            return Vec::new();
        };
        let mut sets: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, block) in blocks.iter().enumerate() {
            if let Some(word) = snapshot.text(field, block.row) {
                sets.entry(word).or_default().push(at);
            }
        }
        sets.into_values().filter(|set| set.len() > 1).collect()
    }
}
