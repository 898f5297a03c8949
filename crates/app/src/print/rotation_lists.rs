//! The lists of `plan rotation` as tables, for files.

use junheng_core::show;
use junheng_core::text::Lang;
use junheng_intake::write::Listing;
use junheng_plan::rotation::{Move, Moves, PostRule};

use super::rotation::subject;
use crate::commands::Rotation;

/// The lists as tables: by school, notices, establishment, posts moved, itinerant lessons.
pub(crate) fn rotation_listings(result: &Rotation<'_>, lang: Lang) -> Vec<Listing> {
    let listing = |name: &str, header: &[(&str, &str)], rows: Vec<Vec<String>>| Listing {
        name: name.to_owned(),
        header: header
            .iter()
            .map(|(zh, en)| lang.pick(zh, en).to_owned())
            .collect(),
        rows,
    };
    let plan = result.plan;
    let mut moves: Vec<&Move> = plan.moves.iter().collect();
    moves.sort_by(|a, b| (a.stage, &a.to, &a.teacher_id).cmp(&(b.stage, &b.to, &b.teacher_id)));
    let day = |n: usize| {
        let term = plan.term.map(|t| [t.0, t.1][n].to_string());
        term.unwrap_or_default()
    };
    let yes = |b: bool| {
        lang.pick(if b { "是" } else { "否" }, if b { "yes" } else { "no" })
            .to_owned()
    };
    let kind = |m: &Move| match m.kind {
        Moves::Wished => lang.pick("志愿", "wished").to_owned(),
        Moves::Assigned => lang.pick("统筹", "assigned").to_owned(),
    };
    let by_school = moves
        .iter()
        .map(|m| {
            vec![
                m.to.0.clone(),
                m.to.1.clone(),
                m.stage.title().get(lang).to_owned(),
                m.teacher_id.clone(),
                subject(&m.subject, lang).to_owned(),
                yes(m.backbone),
                m.from.0.clone(),
                m.from.1.clone(),
                kind(m),
                m.reason.get(lang).to_owned(),
            ]
        })
        .collect();
    let notices = plan
        .moves
        .iter()
        .map(|m| {
            let text = match lang {
                Lang::Zh => format!(
                    "{}老师：经研究，安排您自{}起由{}到{}交流任教{}，{}期满返回。{}如有困难，请在公示期内向教育局提出。",
                    m.teacher_id,
                    day(0),
                    m.from.1,
                    m.to.1,
                    subject(&m.subject, lang),
                    day(1),
                    m.reason.zh
                ),
                Lang::En => format!(
                    "To teacher {}: from {} you move from {} to {} to teach {}, until {}. {} Should this be hard on you, tell the education office while the list is on display.",
                    m.teacher_id,
                    day(0),
                    m.from.1,
                    m.to.1,
                    subject(&m.subject, lang),
                    day(1),
                    m.reason.en
                ),
            };
            vec![m.teacher_id.clone(), m.from.1.clone(), m.to.1.clone(), day(0), day(1), text]
        })
        .collect();
    let sheet = result.establishment;
    let posts = sheet
        .posts
        .iter()
        .map(|p| {
            let rule = match p.rule {
                PostRule::Students(n) => format!("1:{}", show::number(n, 2)),
                PostRule::Classes(n) => {
                    format!("{}{}", show::number(n, 2), lang.pick("/班", " per class"))
                }
            };
            vec![
                p.school_id.clone(),
                p.name.clone(),
                p.stage.title().get(lang).to_owned(),
                rule,
                p.posts.to_string(),
                p.staff.to_string(),
                p.over().to_string(),
            ]
        })
        .collect();
    let moved = sheet
        .moves
        .iter()
        .map(|m| {
            let (from, to) = (&sheet.posts[m.from], &sheet.posts[m.to]);
            vec![
                from.stage.title().get(lang).to_owned(),
                from.school_id.clone(),
                from.name.clone(),
                to.school_id.clone(),
                to.name.clone(),
                m.posts.to_string(),
            ]
        })
        .collect();
    let mut all = vec![
        listing(
            "by_school",
            &[
                ("接收学校标识码", "to_school_id"),
                ("接收学校", "to_school"),
                ("学段", "stage"),
                ("教师编号", "teacher_id"),
                ("学科", "subject"),
                ("骨干", "backbone"),
                ("原校标识码", "from_school_id"),
                ("原校", "from_school"),
                ("方式", "kind"),
                ("理由", "reason"),
            ],
            by_school,
        ),
        listing(
            "notices",
            &[
                ("教师编号", "teacher_id"),
                ("原校", "from_school"),
                ("接收学校", "to_school"),
                ("开始", "starts_on"),
                ("返回", "returns_on"),
                ("通知", "notice"),
            ],
            notices,
        ),
        listing(
            "posts",
            &[
                ("学校标识码", "school_id"),
                ("学校", "school"),
                ("学段", "stage"),
                ("标准", "rule"),
                ("应有", "posts"),
                ("现有", "staff"),
                ("超(正)缺(负)", "over"),
            ],
            posts,
        ),
        listing(
            "post_moves",
            &[
                ("学段", "stage"),
                ("调出学校标识码", "from_school_id"),
                ("调出学校", "from_school"),
                ("调入学校标识码", "to_school_id"),
                ("调入学校", "to_school"),
                ("编制数", "posts"),
            ],
            moved,
        ),
    ];
    if let Some(shared) = result.itinerant {
        let visits = shared
            .visits
            .iter()
            .map(|v| {
                vec![
                    v.teacher_id.clone(),
                    v.from.clone(),
                    v.to.clone(),
                    v.stage.title().get(lang).to_owned(),
                    v.subject.clone(),
                    v.lessons.to_string(),
                    v.days.to_string(),
                    show::number(v.metres as f64 / 1000.0, 1),
                    show::number(v.minutes, 0),
                ]
            })
            .collect();
        all.push(listing(
            "itinerant",
            &[
                ("教师编号", "teacher_id"),
                ("原校标识码", "from_school_id"),
                ("走教学校标识码", "to_school_id"),
                ("学段", "stage"),
                ("学科", "subject"),
                ("每周课时", "lessons"),
                ("每周天数", "days"),
                ("单程公里", "km"),
                ("每周路途分钟", "travel_minutes"),
            ],
            visits,
        ));
    }
    all
}
