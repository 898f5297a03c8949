//! Where children live.

use std::collections::BTreeMap;

use junheng_core::model::{Field, Stage, TableId};
use junheng_core::text::Text;

use super::super::problem::Block;
use super::{Reader, children_of};

impl Reader<'_> {
    /// The blocks by id: their rows, themselves, their children.
    pub(super) fn blocks(&mut self) -> (Vec<usize>, Vec<Block>, Vec<f64>) {
        let children = children_of(self.stage);
        let current = match self.stage {
            Stage::Junior => Field::CurrentJunior,
            _ => Field::CurrentPrimary,
        };
        let mut found: BTreeMap<String, (usize, Block, f64)> = BTreeMap::new();
        let s = self.snapshot;
        for row in 0..s.rows(TableId::Blocks) {
            let Some(id) = s.text(Field::BlockId, row) else {
                continue;
            };
            let name = s.text(Field::BlockName, row).unwrap_or(id);
            let Some(students) = s.number(children, row) else {
                self.at(
                    "layout_children_blank",
                    (children, row),
                    Text::new(
                        format!("居住单元 {name} 没有填写学龄儿童数"),
                        format!("block {name} has no number of children"),
                    ),
                    Text::new(
                        "请填写；确实没有儿童的填 0",
                        "fill it in; write 0 where there are none",
                    ),
                );
                continue;
            };
            let block = Block {
                id: id.to_owned(),
                name: name.to_owned(),
                township: s
                    .text(Field::BlockTownship, row)
                    .unwrap_or_default()
                    .to_owned(),
                current: s.text(current, row).map(str::to_owned),
            };
            found.insert(id.to_owned(), (row, block, students));
        }
        if found.is_empty() && self.findings.is_empty() {
            self.table(
                "layout_no_blocks",
                TableId::Blocks,
                Text::new(
                    "没有居住单元表，不知道学生住在哪里",
                    "there are no blocks: nobody knows where the students live",
                ),
                Text::new(
                    "请填写居住单元表(blocks)：编号、学龄儿童数，以及坐标或出行表",
                    "fill the table blocks: ids, children, and coordinates or a travel table",
                ),
            );
        }
        let mut blocks = (Vec::new(), Vec::new(), Vec::new());
        for (row, block, students) in found.into_values() {
            blocks.0.push(row);
            blocks.1.push(block);
            blocks.2.push(students);
        }
        blocks
    }
}
