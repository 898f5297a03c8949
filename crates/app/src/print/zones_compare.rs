//! Plans side by side on a terminal.

use junheng_core::show::{number, percent};
use junheng_core::text::{Lang, Text};

use super::page::Page;
use crate::commands::plan::zones::compare::Compared;
use crate::width::{pad, pad_left};

/// A row per plan; nothing where none was given.
pub(super) fn compared(page: &mut Page, plans: &[Compared]) {
    if plans.is_empty() {
        return;
    }
    page.heading(
        "方案比较（同一尺度）",
        "Plans side by side, by one yardstick",
    );
    let heads = match page.lang {
        Lang::Zh => [
            "人公里",
            "人均米",
            "变动人数",
            "最大负荷",
            "最小负荷",
            "多出片数",
        ],
        Lang::En => [
            "student-km",
            "m each",
            "moved",
            "max load",
            "min load",
            "pieces+",
        ],
    };
    let mut row = |name: &str, cells: [String; 6], mark: &str| {
        let widths = [12, 9, 10, 10, 10, 10];
        let cells = cells.iter().zip(widths).map(|(c, w)| pad_left(c, w));
        let line = format!("{}{} {mark}", pad(name, 16), cells.collect::<String>());
        page.out.push_str(line.trim_end());
        page.out.push('\n');
    };
    row("", heads.map(str::to_owned), "");
    let lang = page.lang;
    let known = |x: Option<f64>, digits| x.map_or("—".to_owned(), |x| number(x, digits));
    let share = |x: Option<f64>| x.map_or("—".to_owned(), |x| percent(x, None));
    for plan in plans {
        let cells = [
            known(plan.student_km, 0),
            known(plan.mean_metres, 0),
            known(plan.moved_students, 0),
            share(plan.greatest_load),
            share(plan.least_load),
            known(plan.extra_pieces, 0),
        ];
        let mark = match &plan.broken {
            None => "",
            Some(broken) if broken.is_empty() => "✓",
            Some(_) => "✗",
        };
        row(plan.name.get(lang), cells, mark);
    }
    for plan in plans {
        let Some(broken) = plan.broken.as_ref().filter(|b| !b.is_empty()) else {
            continue;
        };
        let one = |(_, text, count): &(_, Text, usize)| format!("{} {count}", text.get(lang));
        let all: Vec<String> = broken.iter().map(one).collect();
        let (name, all) = (plan.name.get(lang), all.join(lang.pick("，", ", ")));
        page.say(format!("✗ {name}：{all}"), format!("✗ {name}: {all}"));
    }
    if plans.iter().any(|plan| plan.broken.is_none()) {
        page.say(
            "没有标记的是公布的数字，未经本程序核对；人公里为人均路程 × 本数据包的学生数".to_owned(),
            "Without a mark: figures as published, not checked here; student-km is their mean way times the children of this bundle".to_owned(),
        );
    }
}
