//! `junheng plan rotation`: which teachers move where.

mod files;

use std::path::Path;

use clap::{ArgAction, ArgMatches, Command, value_parser};
use junheng_core::evaluate::Evaluation;
use junheng_core::model::Snapshot;
use junheng_core::standard::Standard;
use junheng_core::text::Text;
use junheng_plan::rotation::{
    Establishment, Itinerant, ItinerantOptions, Options, Plan, Refusal, TABLES, Wishes, check,
    establishment, itinerant, plan,
};

use super::{Entry, applied, asked, threads, unusable, wrote};
use crate::cli::{self, Words};
use crate::commands::wanted;
use crate::error::Failure;
use crate::{Context, input, packs, print, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "rotation",
    command,
    run,
};

/// The pack whose staffing rules the establishment follows.
const STAFFING: &str = "staff-74";

/// A plan with what it was made from.
pub(crate) struct Result<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) standard: &'a Standard,
    pub(crate) plan: &'a Plan,
    pub(crate) establishment: &'a Establishment,
    pub(crate) itinerant: Option<&'a Itinerant>,
}

impl Result<'_> {
    /// Before and after.
    pub(crate) fn states(&self) -> [&Evaluation; 2] {
        [&self.plan.before, &self.plan.after]
    }
}

fn command(words: Words) -> Command {
    let share = |id, zh, en| {
        words
            .option(id, "X", zh, en)
            .value_parser(value_parser!(f64))
    };
    let command = words
        .command(
            "rotation",
            "教师交流轮岗：按人安排，谁到哪所学校，为什么",
            "Teacher rotation: who moves to which school, and why",
        )
        .arg(words.bundle());
    words
        .standard(command)
        .arg(share(
            "share",
            "交流教师占符合条件教师的最低比例(默认按标准)",
            "Least share of the eligible who move (default: the standard's)",
        ))
        .arg(share(
            "backbone-share",
            "骨干教师的最低比例(默认按标准)",
            "Least share of backbone teachers (default: the standard's)",
        ))
        .arg(
            words
                .option(
                    "balance",
                    "N",
                    "每校每学段调入与调出人数之差的上限",
                    "Most that arrivals and departures of a section may differ by",
                )
                .default_value("1")
                .value_parser(value_parser!(u32)),
        )
        .arg(words.flag(
            "posts",
            "人数可按编制余缺增减，不只按 --balance",
            "Head counts may follow open and surplus posts, beyond --balance",
        ))
        .arg(share(
            "max-metres",
            "单程通勤距离上限(米)，只对有住址的教师",
            "Longest commute one way in metres, where the home is known",
        ))
        .arg(share(
            "max-minutes",
            "单程通勤时间上限(分钟)，按 --speed 折算",
            "Longest commute one way in minutes, at --speed",
        ))
        .arg(
            share(
                "speed",
                "通勤时速(公里)，是假定",
                "Kilometres an hour of a commute: an assumption",
            )
            .default_value("30"),
        )
        .arg(
            words
                .option(
                    "pin",
                    "ID",
                    "必须交流的教师，可重复",
                    "A teacher who must move; may be repeated",
                )
                .action(ArgAction::Append),
        )
        .arg(
            words
                .option(
                    "refuse",
                    "ID",
                    "不得交流的教师，可重复",
                    "A teacher who must not move; may be repeated",
                )
                .action(ArgAction::Append),
        )
        .arg(words.flag(
            "wishes-first",
            "先满足自愿互换(人人如愿、各校结构不变)，再统筹其余",
            "First grant voluntary exchanges, in which everybody gets a wish; then plan the rest",
        ))
        .arg(
            words
                .option(
                    "term-years",
                    "N",
                    "每次交流的年限：期满返回，期内不再交流",
                    "Years a rotation lasts: nobody moves again within, and all return after",
                )
                .default_value("3")
                .value_parser(value_parser!(u32).range(0..=30)),
        )
        .arg(
            words
                .option(
                    "retire-years",
                    "N",
                    "距退休(男60、女55岁)不足几年的不交流",
                    "Nobody moves with fewer years to retirement (men 60, women 55)",
                )
                .default_value("5")
                .value_parser(value_parser!(u32).range(0..=60)),
        )
        .arg(share(
            "staff-per-class",
            "不足100人的小规模学校每班教职工数，多于按学生数时采用",
            "Staff per class of schools under 100 students, where that gives more",
        ))
        .arg(words.flag(
            "itinerant",
            "另排走教：体育、艺术、信息科技课时由近校共享",
            "Also plan itinerant teaching: PE, arts and IT lessons shared among near schools",
        ))
        .arg(
            words
                .option(
                    "lessons",
                    "SUBJECT=N",
                    "走教学科每班每周课时，可重复",
                    "Lessons a class needs each week, as pe=3; may be repeated",
                )
                .action(ArgAction::Append),
        )
        .arg(
            words
                .option("gap", "X", "差距不大于 X 即停", "Stop at this gap")
                .default_value("0.000001")
                .value_parser(value_parser!(f64)),
        )
        .arg(words.option(
            "out",
            "DIR",
            "写入文件夹：各校名单、通知书(Word)、编制表、走教表",
            "Write a folder: lists by school, notices (Word), establishment, itinerant lessons",
        ))
        .arg(applied::option(words))
        .arg(threads(words))
        .arg(words.mapping())
        .arg(words.json())
        .arg(words.timing())
}

/// A share or a length that cannot be meant.
fn number(matches: &ArgMatches, id: &str, most: f64) -> std::result::Result<Option<f64>, Failure> {
    let value = matches.get_one::<f64>(id).copied();
    if value.is_some_and(|x| !(0.0..=most).contains(&x)) {
        return Err(Failure::usage(Text::new(
            format!("--{id} 应在 0 到 {most} 之间"),
            format!("--{id} wants a number from 0 to {most}"),
        )));
    }
    Ok(value)
}

fn options(matches: &ArgMatches, standard: &Standard) -> std::result::Result<Options, Failure> {
    let whole = |id: &str| matches.get_one::<u32>(id).copied().unwrap_or_default();
    let mut options = Options::new(standard);
    if let Some(share) = number(matches, "share", 1.0)? {
        options.shares.moved = share;
    }
    if let Some(share) = number(matches, "backbone-share", 1.0)? {
        options.shares.backbone = share;
    }
    options.balance = whole("balance");
    options.speed = number(matches, "speed", 300.0)?.unwrap_or(30.0).max(1.0);
    let minutes = number(matches, "max-minutes", 1e6)?;
    let metres = [
        number(matches, "max-metres", 1e9)?,
        minutes.map(|m| m / 60.0 * options.speed * 1000.0),
    ];
    options.max_metres = metres.into_iter().flatten().reduce(f64::min);
    options.pin = cli::texts(matches, "pin");
    options.refuse = cli::texts(matches, "refuse");
    if matches.get_flag("wishes-first") {
        options.wishes = Wishes::First;
    }
    options.term_years = whole("term-years");
    options.retire_years = whole("retire-years");
    options.gap = number(matches, "gap", 1.0)?.unwrap_or(1e-6);
    Ok(options)
}

fn lessons(matches: &ArgMatches) -> std::result::Result<ItinerantOptions, Failure> {
    let mut options = ItinerantOptions::default();
    for pair in cli::texts(matches, "lessons") {
        let found = pair.split_once('=').and_then(|(subject, n)| {
            let n: f64 = n.trim().parse().ok().filter(|n| (0.0..=40.0).contains(n))?;
            let of = options.subjects.iter_mut();
            let lessons = of.into_iter().find(|l| l.subject == subject.trim())?;
            lessons.per_class = n;
            Some(())
        });
        if found.is_none() {
            return Err(Failure::usage(Text::new(
                format!("--lessons 的写法是 pe=3、arts=3 或 it=1，不是 {pair}"),
                format!("--lessons is written pe=3, arts=3 or it=1, not {pair}"),
            )));
        }
    }
    Ok(options)
}

fn run(matches: &ArgMatches, context: &Context) -> std::result::Result<String, Failure> {
    let wanted = wanted(matches)?;
    let run = asked(matches, context)?;
    let intake = input::read(matches, "bundle", TABLES)?;
    let snapshot = &intake.snapshot;
    let standard = packs::standard(&wanted, snapshot)?;
    let mut options = options(matches, &standard)?;
    let mut lessons = lessons(matches)?;
    lessons.speed = options.speed;
    let per_class = number(matches, "staff-per-class", 100.0)?;
    let mut staffing = wanted;
    if !staffing.overlays.iter().any(|o| o == STAFFING) {
        staffing.overlays.push(STAFFING.to_owned());
    }
    let staffing = packs::standard(&staffing, snapshot)?;
    let before = establishment(snapshot, &staffing, per_class);
    if matches.get_flag("posts") {
        options.posts = before.open(options.balance);
    }
    let visiting = matches.get_flag("itinerant");
    let part = if visiting {
        run.part(0.75)
    } else {
        run.part(1.0)
    };
    let mut plan = plan(snapshot, &standard, &options, &part)
        .map_err(|Refusal::Options(text)| Failure::usage(text))?;
    plan.notes.extend(unusable(&intake));
    let broken = check(snapshot, &standard, &options, &plan);
    if let Some(first) = broken.first() {
        return Err(Failure::Other(Text::new(
            format!("方案没有通过独立核对，不予输出：{}", first.zh),
            format!(
                "the plan did not pass its independent check and is withheld: {}",
                first.en
            ),
        )));
    }
    let shared = visiting.then(|| itinerant(&plan.applied, &standard, &lessons, &run));
    let result = Result {
        snapshot,
        standard: &standard,
        plan: &plan,
        establishment: &before,
        itinerant: shared.as_ref(),
    };
    context.writing();
    if let Some(out) = cli::text(matches, "out") {
        files::write(&result, Path::new(out), context.lang)?;
        wrote(Path::new(out), context.lang);
    }
    applied::write(matches, context.lang, |county| {
        let mut after = county.clone();
        after.tables.extend(plan.applied.tables.clone());
        after
    })?;
    Ok(if context.json {
        views::rotation(&result, &intake.digest, context)
    } else {
        print::rotation(&result, context)
    })
}
