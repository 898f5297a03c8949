//! Plans side by side on a terminal.

use junheng_core::show::{number, percent};
use junheng_core::text::Lang;

use super::page::Page;
use crate::commands::plan::zones_compare::Compared;
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
            "人·公里",
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
            "greatest",
            "least load",
            "pieces+",
        ],
    };
    let mut row = |name: &str, cells: [String; 6], last: &str| {
        let widths = [12, 8, 10, 10, 12, 10];
        let cells = cells.iter().zip(widths).map(|(c, w)| pad_left(c, w));
        let line = format!("  {}{}  {last}", pad(name, 16), cells.collect::<String>());
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
        let said = match &plan.broken {
            None => lang.pick("公布的数字", "as published").to_owned(),
            Some(broken) if broken.is_empty() => lang.pick("✓ 全部要求", "✓ all rules").to_owned(),
            Some(broken) => {
                let one = |(_, text, count): &(_, junheng_core::text::Text, usize)| {
                    format!("{} {count}", text.get(lang))
                };
                let all: Vec<String> = broken.iter().map(one).collect();
                format!("✗ {}", all.join(lang.pick("，", ", ")))
            }
        };
        row(plan.name.get(lang), cells, &said);
    }
}
