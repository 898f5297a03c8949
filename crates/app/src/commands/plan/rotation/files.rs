//! The files of `plan rotation --out`: lists as CSV and one workbook, and a notice to each teacher.

use std::path::Path;

use junheng_core::evaluate::{SectionResult, VariationResult};
use junheng_core::show;
use junheng_core::text::Lang;
use junheng_core::verdict::Verdict;
use junheng_intake::sheets::{Page, Value, csv, workbook};
use junheng_paper::model::{Block, Manner, Paper};
use junheng_plan::rotation::{Itinerant, Move, Moves, Post, PostRule};

use crate::commands::{Rotation, is_synthetic, rounded, write_together};
use crate::error::Failure;
use crate::print::rotation_subject as subject;

/// Writes every file into the folder, which is made where it is missing.
pub(crate) fn write(result: &Rotation<'_>, folder: &Path, lang: Lang) -> Result<(), Failure> {
    let mut pages = vec![
        by_school(result, lang),
        effect(result, lang),
        variation(result, lang),
        posts(result, lang),
        post_moves(result, lang),
    ];
    pages.extend(result.itinerant.map(|all| itinerant(result, all, lang)));
    let mut files: Vec<(String, Vec<u8>)> = pages
        .iter()
        .map(|page| (format!("{}.csv", page.id), csv(page)))
        .collect();
    let book =
        workbook(&pages, &[]).map_err(|e| Failure::file(folder, &std::io::Error::other(e)))?;
    files.push(("rotation.xlsx".to_owned(), book));
    if !result.plan.moves.is_empty() {
        let paper = junheng_paper::docx(&notices(result)).map_err(Failure::Other)?;
        files.push(("notices.docx".to_owned(), paper));
    }
    write_together(folder, &files)
}

fn sheet(
    result: &Rotation<'_>,
    lang: Lang,
    id: &'static str,
    name: (&str, &str),
    head: &[(&str, &str)],
    rows: Vec<Vec<Value>>,
) -> Page {
    let name = lang.pick(name.0, name.1);
    let mark = if is_synthetic(result.snapshot) {
        lang.pick("（合成数据）", " (synthetic)")
    } else {
        ""
    };
    let dash = lang.pick("：", ": ");
    Page {
        id,
        name: name.to_owned(),
        title: format!("{}{dash}{name}{mark}", result.snapshot.county_name()),
        head: head
            .iter()
            .map(|(zh, en)| lang.pick(zh, en).to_owned())
            .collect(),
        rows,
    }
}

/// First and last day, as far as the year is known.
fn term(result: &Rotation<'_>) -> [String; 2] {
    let term = result.plan.term;
    term.map_or_else(Default::default, |(from, to)| {
        [from.to_string(), to.to_string()]
    })
}

/// Moves by the school that receives.
fn by_school(result: &Rotation<'_>, lang: Lang) -> Page {
    let mut moves: Vec<&Move> = result.plan.moves.iter().collect();
    moves.sort_by(|a, b| (a.stage, &a.to, &a.teacher_id).cmp(&(b.stage, &b.to, &b.teacher_id)));
    let [from, to] = term(result);
    let rows = moves.into_iter().map(|m| {
        let kind = match m.kind {
            Moves::Wished => lang.pick("志愿", "wished"),
            Moves::Assigned => lang.pick("统筹", "assigned"),
        };
        let yes = lang.pick("是", "yes");
        vec![
            m.to.0.as_str().into(),
            m.to.1.as_str().into(),
            m.stage.title().get(lang).into(),
            m.teacher_id.as_str().into(),
            subject(&m.subject, lang).into(),
            if m.backbone { yes } else { "" }.into(),
            m.from.0.as_str().into(),
            m.from.1.as_str().into(),
            kind.into(),
            from.as_str().into(),
            to.as_str().into(),
            m.reason.get(lang).into(),
        ]
    });
    let head = [
        ("接收学校标识码", "to_school_id"),
        ("接收学校", "to_school"),
        ("学段", "stage"),
        ("教师编号", "teacher_id"),
        ("学科", "subject"),
        ("骨干", "backbone"),
        ("原校标识码", "from_school_id"),
        ("原校", "from_school"),
        ("方式", "kind"),
        ("开始", "starts_on"),
        ("返回", "returns_on"),
        ("理由", "reason"),
    ];
    let name = ("交流名单", "by school");
    sheet(result, lang, "by_school", name, &head, rows.collect())
}

/// Who comes and goes at each section, and what its teacher indicators come to.
fn effect(result: &Rotation<'_>, lang: Lang) -> Page {
    let plan = result.plan;
    let ids: Vec<&str> = plan.indicators.iter().map(String::as_str).collect();
    let mut head: Vec<(String, String)> = [
        ("学校标识码", "school_id"),
        ("学校", "school"),
        ("学段", "stage"),
        ("调入", "joining"),
        ("调出", "leaving"),
    ]
    .map(|(zh, en)| (zh.to_owned(), en.to_owned()))
    .to_vec();
    for id in &ids {
        head.push((format!("{id} 交流前"), format!("{id}_before")));
        head.push((format!("{id} 交流后"), format!("{id}_after")));
        head.push((format!("{id} 结论"), format!("{id}_verdict")));
    }
    let value = |section: &SectionResult, id: &str| {
        let standard = &result.standard.indicators;
        let found = section.indicators.iter().find(|i| {
            standard
                .get(i.indicator)
                .is_some_and(|indicator| indicator.id == id)
        })?;
        Some((
            rounded(found.judged.value?, found.judged.threshold),
            found.verdict,
        ))
    };
    let pairs = plan.before.sections.iter().zip(&plan.after.sections);
    let mut rows = Vec::new();
    for (before, after) in pairs {
        let count =
            |of: &dyn Fn(&Move) -> usize| plan.moves.iter().filter(|m| of(m) == before.row).count();
        let (joining, leaving) = (count(&|m| m.sections.1), count(&|m| m.sections.0));
        if !before.in_scope() && joining + leaving == 0 {
            continue;
        }
        let mut row: Vec<Value> = vec![
            before.school_id.as_str().into(),
            before.name.as_str().into(),
            before
                .stage
                .map_or_else(String::new, |s| s.title().get(lang).to_owned())
                .into(),
            Value::Number(joining as f64),
            Value::Number(leaving as f64),
        ];
        for id in &ids {
            let (was, is) = (value(before, id), value(after, id));
            let number =
                |of: &Option<(f64, _)>| of.map_or_else(|| "".into(), |v| Value::Number(v.0));
            row.push(number(&was));
            row.push(number(&is));
            let verdict: Option<Verdict> = is.and_then(|v| v.1);
            row.push(
                verdict
                    .map_or_else(String::new, |v| v.title().get(lang).to_owned())
                    .into(),
            );
        }
        rows.push(row);
    }
    let head: Vec<(&str, &str)> = head.iter().map(|(zh, en)| (&**zh, &**en)).collect();
    let name = ("各校变化", "effect");
    sheet(result, lang, "effect", name, &head, rows)
}

/// Coefficients of variation that moves can change.
fn variation(result: &Rotation<'_>, lang: Lang) -> Page {
    let plan = result.plan;
    let pairs = plan.before.variations.iter().zip(&plan.after.variations);
    let rows = pairs.filter_map(|(before, after)| {
        let indicator = result.standard.indicators.get(after.indicator)?;
        plan.indicators.contains(&indicator.id).then(|| {
            let cv = |v: &VariationResult| {
                let cv = v.spread.and_then(|s| s.cv);
                cv.map_or_else(|| "".into(), |cv| Value::Number(rounded(cv, v.limit)))
            };
            vec![
                after.stage.title().get(lang).into(),
                indicator.id.as_str().into(),
                indicator.title.get(lang).into(),
                cv(before),
                cv(after),
                after.limit.map_or_else(|| "".into(), Value::Number),
                after
                    .verdict
                    .map_or_else(String::new, |v| v.title().get(lang).to_owned())
                    .into(),
            ]
        })
    });
    let head = [
        ("学段", "stage"),
        ("指标", "indicator"),
        ("名称", "title"),
        ("交流前", "before"),
        ("交流后", "after"),
        ("限值", "limit"),
        ("结论", "verdict"),
    ];
    let name = ("校际差异系数", "variation");
    sheet(result, lang, "variation", name, &head, rows.collect())
}

fn posts(result: &Rotation<'_>, lang: Lang) -> Page {
    let all = &result.establishment.posts;
    let rows = all.iter().map(|p| {
        let rule = match p.rule {
            PostRule::Students(n) => format!("1:{}", show::number(n, 2)),
            PostRule::Classes(n) => {
                format!("{}{}", show::number(n, 2), lang.pick("/班", " per class"))
            }
        };
        vec![
            p.school_id.as_str().into(),
            p.name.as_str().into(),
            p.stage.title().get(lang).into(),
            rule.into(),
            Value::Number(p.posts as f64),
            Value::Number(p.staff as f64),
            Value::Number(p.over() as f64),
        ]
    });
    let sum = |of: &dyn Fn(&Post) -> i64| Value::Number(all.iter().map(of).sum::<i64>() as f64);
    let total = vec![
        lang.pick("合计", "total").into(),
        "".into(),
        "".into(),
        "".into(),
        sum(&|p| p.posts),
        sum(&|p| p.staff),
        sum(&|p| p.over()),
    ];
    let head = [
        ("学校标识码", "school_id"),
        ("学校", "school"),
        ("学段", "stage"),
        ("标准", "rule"),
        ("应有", "posts"),
        ("现有", "staff"),
        ("超(正)缺(负)", "over"),
    ];
    let name = ("编制余缺", "posts");
    sheet(
        result,
        lang,
        "posts",
        name,
        &head,
        rows.chain([total]).collect(),
    )
}

fn post_moves(result: &Rotation<'_>, lang: Lang) -> Page {
    let all = result.establishment;
    let rows = all.moves.iter().filter_map(|m| {
        let (from, to) = all.posts.get(m.from).zip(all.posts.get(m.to))?;
        Some(vec![
            from.stage.title().get(lang).into(),
            from.school_id.as_str().into(),
            from.name.as_str().into(),
            to.school_id.as_str().into(),
            to.name.as_str().into(),
            Value::Number(m.posts as f64),
        ])
    });
    let head = [
        ("学段", "stage"),
        ("调出学校标识码", "from_school_id"),
        ("调出学校", "from_school"),
        ("调入学校标识码", "to_school_id"),
        ("调入学校", "to_school"),
        ("编制数", "posts"),
    ];
    let name = ("编制调剂", "posts moved");
    sheet(result, lang, "post_moves", name, &head, rows.collect())
}

fn itinerant(result: &Rotation<'_>, all: &Itinerant, lang: Lang) -> Page {
    let name = |id: &str| -> Value {
        let mut sections = result.plan.after.sections.iter();
        let found = sections.find(|s| s.school_id == id);
        found.map_or("", |s| s.name.as_str()).into()
    };
    let rows = all.visits.iter().map(|v| {
        vec![
            v.teacher_id.as_str().into(),
            v.from.as_str().into(),
            name(&v.from),
            v.to.as_str().into(),
            name(&v.to),
            v.stage.title().get(lang).into(),
            subject(&v.subject, lang).into(),
            Value::Number(f64::from(v.lessons)),
            Value::Number(f64::from(v.days)),
            Value::Number((v.metres as f64 / 100.0).round() / 10.0),
            Value::Number(v.minutes.round()),
        ]
    });
    let head = [
        ("教师编号", "teacher_id"),
        ("原校标识码", "from_school_id"),
        ("原校", "from_school"),
        ("走教学校标识码", "to_school_id"),
        ("走教学校", "to_school"),
        ("学段", "stage"),
        ("学科", "subject"),
        ("每周课时", "lessons"),
        ("每周天数", "days"),
        ("单程公里", "km"),
        ("每周路途分钟", "travel_minutes"),
    ];
    let name = ("走教安排", "itinerant");
    sheet(result, lang, "itinerant", name, &head, rows.collect())
}

/// A page to each teacher who moves, in Chinese, ready for name and seal.
fn notices(result: &Rotation<'_>) -> Paper {
    let snapshot = result.snapshot;
    let county = snapshot.county_name();
    let title = "教师交流轮岗通知书";
    let text = |words: String| Block::Paragraph(Manner::Text, words);
    let when = result.plan.term.map_or_else(
        || "下一学年".to_owned(),
        |(from, to)| {
            format!(
                "自{}起至{}止",
                junheng_paper::day(from),
                junheng_paper::day(to)
            )
        },
    );
    let mut body = Vec::new();
    for m in &result.plan.moves {
        if !body.is_empty() {
            body.push(Block::PageBreak);
            body.push(Block::Paragraph(Manner::Title, title.to_owned()));
        }
        let subject = subject(&m.subject, Lang::Zh);
        let teach = if subject.is_empty() {
            "任教".to_owned()
        } else {
            format!("任教{subject}")
        };
        let way = match m.kind {
            Moves::Wished => "根据您的志愿",
            Moves::Assigned => "经统筹安排",
        };
        body.push(text(format!("{} {}老师：", m.from.1, m.teacher_id)));
        body.push(text(format!(
            "{way}，您{when}由{}到{}（{}）交流{teach}，期满返回原校。",
            m.from.1,
            m.to.1,
            m.stage.title().zh
        )));
        body.push(text(format!("理由如下。{}", m.reason.zh)));
        body.push(text(
            "如有困难或对上述情况有异议，请在公示期内向县教育行政部门提出。".to_owned(),
        ));
        body.push(Block::Paragraph(
            Manner::Right,
            format!("{county}教育行政部门（盖章）"),
        ));
        body.push(Block::Paragraph(
            Manner::Right,
            "　　年　　月　　日".to_owned(),
        ));
    }
    let mark = if is_synthetic(snapshot) {
        "合成数据，非真实县情"
    } else {
        ""
    };
    Paper {
        title: title.to_owned(),
        body,
        day: snapshot
            .as_of()
            .map_or_else(|| "2000-01-01".to_owned(), |d| d.to_string()),
        mark: mark.to_owned(),
        ..Paper::default()
    }
}
