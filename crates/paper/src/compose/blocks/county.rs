//! What is said of the county as a whole.

use junheng_core::date::Date;
use junheng_core::model::Field;
use junheng_core::show;
use junheng_core::standard::Group;
use junheng_core::verdict::Verdict;

use super::super::fields::kinds;
use super::{group_of, table, text};
use crate::compose::{Evidence, Scene};
use crate::model::{Align, Block};
use crate::official;
use crate::words::{happened, reached, whole};

/// Schools by kind, then students, classes and teachers by stage.
pub(super) fn scale(s: &Scene<'_>) -> Vec<Block> {
    let subject = &s.subject;
    let schools: Vec<Vec<String>> = kinds(subject)
        .into_iter()
        .map(|(kind, n)| vec![kind, n.to_string()])
        .collect();
    let mut blocks = table(
        "学校数",
        &[
            (3.0, Align::Left, "办学类型"),
            (1.0, Align::Centre, "学校数（所）"),
        ],
        schools,
    );
    let rows: Vec<Vec<String>> = subject
        .stages()
        .map(|stage| {
            let figure = |field| whole(subject.sum(stage, field));
            let (students, teachers) = (
                subject.sum(stage, Field::Students),
                subject.sum(stage, Field::FullTimeTeachers),
            );
            let each = crate::words::ratio(students, teachers);
            vec![
                stage.title().zh,
                figure(Field::Students),
                figure(Field::SectionClasses),
                figure(Field::Staff),
                figure(Field::FullTimeTeachers),
                each.map_or_else(
                    || crate::words::BLANK.to_owned(),
                    |x| show::column(x, None, 2),
                ),
            ]
        })
        .collect();
    blocks.extend(table(
        "学生、班级与教师",
        &[
            (1.0, Align::Centre, "学段"),
            (1.2, Align::Centre, "在校学生（人）"),
            (1.2, Align::Centre, "教学班（个）"),
            (1.2, Align::Centre, "教职工（人）"),
            (1.2, Align::Centre, "专任教师（人）"),
            (1.2, Align::Centre, "学生与专任教师之比"),
        ],
        rows,
    ));
    blocks
}

/// A paragraph for each item named that the standard has.
pub(super) fn items(s: &Scene<'_>, words: &str) -> Vec<Block> {
    let subject = &s.subject;
    words
        .split_whitespace()
        .filter_map(|id| {
            let found = subject
                .evaluation
                .items
                .iter()
                .find(|r| subject.standard.items[r.item].id == id)?;
            let verdict = match found.verdict {
                Verdict::NotApplicable => String::new(),
                other => format!("该项{}。", reached(other)),
            };
            Some(text(format!(
                "{}。{}{verdict}",
                official::name(subject, id),
                official::conclusion(subject, id, found),
            )))
        })
        .collect()
}

/// A table of the items of a group.
pub(super) fn group(s: &Scene<'_>, words: &str) -> Vec<Block> {
    let subject = &s.subject;
    let Some(group) = group_of(words) else {
        return Vec::new();
    };
    let veto = words == "veto";
    let rows = official::items(subject, group)
        .into_iter()
        .map(|(id, result)| {
            let verdict = if veto {
                happened(result.verdict)
            } else {
                reached(result.verdict)
            };
            let figures = official::conclusion(subject, id, result);
            let figures = if figures.is_empty() {
                value(result)
            } else {
                figures
            };
            let mut row = vec![
                id.to_owned(),
                official::name(subject, id),
                figures,
                verdict.to_owned(),
            ];
            if veto {
                row.remove(2);
                // Ids of vetoes are English words of the bundle.
                row.remove(0);
            }
            row
        })
        .collect();
    let caption = format!("{}各项完成情况", group.title().zh);
    if veto {
        return table(
            caption,
            &[(4.0, Align::Left, "事项"), (1.2, Align::Centre, "是否发生")],
            rows,
        );
    }
    table(
        caption,
        &[
            (0.7, Align::Centre, "编号"),
            (4.2, Align::Left, "指标名称"),
            (5.0, Align::Left, "指标值或简要结论"),
            (1.1, Align::Centre, "是否达标"),
        ],
        rows,
    )
}

/// The figure of an item that the forms have no sentence for.
fn value(result: &junheng_core::evaluate::ItemResult) -> String {
    let part = |p: &junheng_core::evaluate::PartResult| {
        let value = p.value?;
        let share = p.threshold.is_some_and(|t| t <= 1.0) && value <= 1.0;
        Some(if share {
            show::percent(value, p.threshold)
        } else {
            show::column(value, p.threshold, 2)
        })
    };
    let parts: Vec<String> = result.parts.iter().filter_map(part).collect();
    parts.join("；")
}

/// What is commonly asked for as evidence.
const EVIDENCE: &[(&str, &str)] = &[
    ("R1", "各校（学段）七项指标计算表"),
    ("R2", "差异系数计算表"),
    ("G1", "学校布局专项规划及批复、布局规划图"),
    ("G2", "建设、编制、公用经费定额、装备标准文件"),
    ("G3", "音乐、美术专用教室台账及平面图"),
    ("G4", "学籍系统在校生统计"),
    ("G5", "分班花名册、班额统计"),
    ("G6", "小规模学校公用经费拨付文件及凭证"),
    ("G7", "特殊教育公用经费拨付文件及凭证"),
    ("G8", "教师与公务员工资收入统计、绩效工资核定文件"),
    ("G9", "教师培训学时登记"),
    ("G10", "编制分配文件、岗位设置方案"),
    ("G11", "交流轮岗文件、名单、符合条件教师名册"),
    ("G12", "教师资格证书登记表"),
    ("G13", "招生划片文件、学生住址统计"),
    ("G14", "优质高中名额分配文件、录取名册"),
    ("G15", "留守儿童关爱制度、随迁子女入学统计、购买学位协议"),
    ("Q1", "毕业年级学籍变动台账"),
    ("Q2", "残疾儿童少年名册及安置登记"),
    ("Q3", "学校章程、信息化建设方案"),
    ("Q4", "各校公用经费预算与教师培训经费预算"),
    ("Q5", "教师信息化培训记录、设备使用记录"),
    ("Q6", "德育工作方案、校园文化建设材料"),
    ("Q7", "课程表、教学检查记录、综合实践活动与劳动教育记录"),
    ("Q8", "作业管理制度、课后服务方案"),
    ("Q9", "国家义务教育质量监测结果报告"),
    ("S1", "满意度问卷调查报告"),
    ("S2", "实地走访访谈记录"),
    ("E1", "义务教育基本均衡发展县认定文件"),
    ("E2", "认定后历年监测报告"),
    ("E3", "国家或省级质量监测报告"),
    ("E4", "差异系数计算表"),
    ("E5", "安全、信访情况说明"),
];

/// What a group of the catalogue is called that holds the evidence of no item of the standard.
pub(in super::super) const OTHER: &str = "other";

/// Evidence as the catalogue lists it: the pieces, their pages, and how many there are; what is commonly
/// asked for where there is none.
fn material(s: &Scene<'_>, item: &str, asked: &str) -> [String; 3] {
    let pieces: Vec<&Evidence> = s.evidence.iter().filter(|p| p.item == item).collect();
    if pieces.is_empty() {
        return [asked.to_owned(), String::new(), String::new()];
    }
    let listed = (1..).zip(&pieces).map(|(n, p)| {
        let until = match p.expires_on.parse::<Date>() {
            _ if p.expires_on.is_empty() => String::new(),
            Ok(day) if day < s.subject.day() => format!("有效期至{}，已过期", p.expires_on),
            _ => format!("有效期至{}", p.expires_on),
        };
        let file = [p.file.as_str(), &until].map(str::trim);
        let hash = p.sha256.get(..12).unwrap_or(&p.sha256);
        let hash = (!hash.is_empty()).then(|| format!("校验码{hash}"));
        let file: Vec<&str> = file.into_iter().filter(|t| !t.is_empty()).collect();
        let about: Vec<String> = [file.join("，")].into_iter().chain(hash).collect();
        let about: Vec<String> = about.into_iter().filter(|t| !t.is_empty()).collect();
        if about.is_empty() {
            format!("{n}. {}", p.title)
        } else {
            format!("{n}. {}（{}）", p.title, about.join("；"))
        }
    });
    let listed: Vec<String> = listed.collect();
    let pages = pieces.iter().map(|p| p.pages.as_str());
    let pages: Vec<&str> = pages.filter(|p| !p.is_empty()).collect();
    [
        listed.join("；"),
        pages.join("、"),
        format!("{}件", pieces.len()),
    ]
}

/// The catalogue of evidence of a group.
pub(super) fn evidence(s: &Scene<'_>, words: &str) -> Vec<Block> {
    let (title, rows) = match group_of(words) {
        Some(group) => (group.title().zh, of_group(s, group)),
        None if words == OTHER => ("其他材料（编号不属于本标准的项目）".to_owned(), of_none(s)),
        None => return Vec::new(),
    };
    let mut blocks = vec![Block::Heading(1, title)];
    blocks.extend(table(
        "",
        &[
            (0.8, Align::Centre, "编号"),
            (4.0, Align::Left, "指标名称"),
            (3.6, Align::Left, "佐证材料"),
            (1.2, Align::Centre, "自评"),
            (0.9, Align::Centre, "页码"),
            (1.2, Align::Centre, "备注"),
        ],
        rows,
    ));
    if blocks.len() == 1 {
        blocks.clear();
    }
    blocks
}

/// A row per item of a group; those of the resource part are followed by the indicators.
fn of_group(s: &Scene<'_>, group: Group) -> Vec<Vec<String>> {
    let subject = &s.subject;
    let veto = group == Group::Veto;
    let items = (1..)
        .zip(official::items(subject, group))
        .map(|(n, (id, result))| {
            let asked = EVIDENCE.iter().find(|e| e.0 == id);
            let asked = asked.map_or("相关文件、情况说明", |e| e.1);
            let [material, pages, note] = material(s, id, asked);
            let verdict = if veto {
                happened(result.verdict)
            } else {
                reached(result.verdict)
            };
            vec![
                if veto { format!("V{n}") } else { id.to_owned() },
                official::name(subject, id),
                material,
                verdict.to_owned(),
                pages,
                note,
            ]
        });
    let indicators = subject.standard.indicators.iter();
    let indicators = indicators.filter(|_| group == Group::Resource).map(|i| {
        let [material, pages, note] = material(s, &i.id, "教育事业统计报表及台账");
        let verdict = "见指标表".to_owned();
        vec![
            i.id.clone(),
            i.title.zh.clone(),
            material,
            verdict,
            pages,
            note,
        ]
    });
    items.chain(indicators).collect()
}

/// Evidence whose item the standard does not have, so that none is lost.
fn of_none(s: &Scene<'_>) -> Vec<Vec<String>> {
    let mut ids: Vec<&str> = s.evidence.iter().map(|p| p.item.as_str()).collect();
    ids.retain(|id| !s.subject.takes_evidence(id));
    ids.sort_unstable();
    ids.dedup();
    let row = |id: &str| {
        let [material, pages, note] = material(s, id, "");
        let blank = String::new;
        vec![id.to_owned(), blank(), material, blank(), pages, note]
    };
    ids.into_iter().map(row).collect()
}
