//! `junheng plan zones`: which block goes to which school.

pub(crate) mod compare;
pub(crate) mod out;

use std::path::Path;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use junheng_core::evaluate::evaluate;
use junheng_core::model::{Field, Snapshot, Stage, TableId};
use junheng_core::text::Text;
use junheng_intake::Intake;
use junheng_intake::grid::{Value, read_grids};
use junheng_plan::run::Status;
use junheng_plan::zones::{self, Contiguity, Rules};

use super::{Entry, applied, asked, unusable, wrote};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, input, packs, print, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "zones",
    command,
    run,
};

fn command(words: Words) -> Command {
    words
        .command(
            "zones",
            "学区：每个居住单元划到哪所学校；附下界、差距、每个学位的影子价格",
            "Attendance zones: which block goes to which school, with bound and gap",
        )
        .arg(words.bundle())
        .arg(words.stage().required(true))
        .arg(
            number(
                words,
                "max-load",
                "SHARE",
                "学校最大负荷(学生数 ÷ 学位数)",
                "Greatest load of a school: students per place",
            )
            .default_value("1"),
        )
        .arg(
            number(
                words,
                "stay-metres",
                "M",
                "每变动一名学生的学校折合多少米路程",
                "Metres that moving one student counts",
            )
            .default_value("0"),
        )
        .arg(
            words
                .option(
                    "contiguity",
                    "RULE",
                    "学区连成一片：adjacency(按相邻表)、not-worse(不比现状更散)、off(不要求)",
                    "Zones in one piece: adjacency, not-worse than today, or off",
                )
                .value_parser(["adjacency", "not-worse", "off"]).hide_possible_values(true),
        )
        .arg(words.flag(
            "split",
            "居住单元可以拆分到几所学校",
            "Blocks may be split between schools",
        ))
        .arg(number(
            words,
            "max-metres",
            "M",
            "最远路程(米)",
            "Farthest way in metres",
        ))
        .arg(words.option(
            "balance",
            "FIELD=T",
            "各学区该字段(居住单元表)按学生加权的均值与全县相差不超过 T",
            "Each zone's student-weighted mean of a column of blocks within T of the county's",
        ))
        .arg(
            words
                .option(
                    "plans",
                    "N",
                    "给出几个不同的接近最优的方案",
                    "Give so many different plans near the best",
                )
                .default_value("1")
                .value_parser(value_parser!(u16).range(1..=20)),
        )
        .arg(
            words
                .option(
                    "lock",
                    "BLOCK=SCHOOL",
                    "锁定：居住单元编号=学校编号，可重复；或一个 CSV 文件(block_id,school_id)",
                    "Keep a block with a school; may be repeated, or a CSV file (block_id,school_id)",
                )
                .action(ArgAction::Append),
        )
        .arg(words.option(
            "together",
            "FIELD",
            "居住单元表中该字段相同的划到同一所学校：current_primary(对口直升)、township 等",
            "Blocks with the same word in this column go to one school: current_primary (feeder schools), township",
        ))
        .arg(
            words
                .option(
                    "lock-zone",
                    "SCHOOL",
                    "锁定一所学校现行的整个学区，可重复",
                    "Keep the whole zone of a school as it is today; may be repeated",
                )
                .action(ArgAction::Append),
        )
        .arg(
            words
                .option(
                    "group",
                    "A+B",
                    "多校划片：这些学校共用一个学区，按学位比例派位，可重复",
                    "Schools that share one zone, children drawn by lot in proportion to places; may be repeated",
                )
                .action(ArgAction::Append),
        )
        .arg(words.flag(
            "grandfather",
            "在校各年级留在原校，新学区自新生起实行；首年与各年级都入学之后均不超负荷",
            "Grades in school stay where they are, only entrants follow the new zones; the load holds in the first year and once all grades follow",
        ))
        .arg(
            number(
                words,
                "siblings",
                "SHARE",
                "新生中随已在校兄姐就读原学区学校的比例(0 至 1)，与 --grandfather 同用",
                "Share of the entrants who follow an elder sibling to the school of today; with --grandfather",
            )
            .requires("grandfather"),
        )
        .arg(compare::option(words))
        .arg(words.option(
            "out",
            "DIR",
            "写入方案文件的文件夹：分配表、地图、公告、变动清单",
            "Folder for the plan's files: assignment, map, notice, changes",
        ))
        .args(words.base_map())
        .arg(applied::option(words))
        .arg(words.mapping())
        .arg(words.json())
        .arg(words.timing())
}

fn number(words: Words, id: &'static str, unit: &'static str, zh: &str, en: &str) -> Arg {
    words
        .option(id, unit, zh, en)
        .value_parser(value_parser!(f64))
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let run = asked(matches, context)?;
    let stage = cli::text(matches, "stage").and_then(Stage::from_id);
    let stage = stage.unwrap_or(Stage::Primary);
    let rules = Rules {
        max_load: cli::amount(matches, "max-load")?.unwrap_or(1.0),
        stay_metres: cli::amount(matches, "stay-metres")?.unwrap_or(0.0),
        contiguity: cli::text(matches, "contiguity").map(|word| match word {
            "off" => Contiguity::Off,
            "not-worse" => Contiguity::NotWorse,
            _ => Contiguity::Adjacency,
        }),
        split: matches.get_flag("split"),
        max_metres: cli::amount(matches, "max-metres")?,
        balance: balance(matches)?,
        locked: locks(matches)?,
        together: together(matches)?,
        locked_zones: cli::texts(matches, "lock-zone"),
        groups: groups(matches)?,
        grandfather: matches.get_flag("grandfather"),
        siblings: siblings(matches)?,
    };
    let plans = matches.get_one::<u16>("plans").copied().unwrap_or(1);
    let given = compare::read(matches)?;
    // Who is in school is asked for only where it counts.
    let mut tables = zones::tables(stage);
    tables.extend(rules.grandfather.then_some(TableId::EnrolmentHistory));
    let (intake, judging) = read(matches, stage, &tables)?;
    // Without the farthest way, to say which one would do.
    let free = rules.max_metres.map(|asked| {
        let free = Rules {
            max_metres: None,
            ..rules.clone()
        };
        (free, asked)
    });
    let mut reading = zones::read(&intake.snapshot, stage, rules).map_err(|found| {
        let mut findings = intake.findings.clone();
        findings.extend(found);
        Failure::Refused(findings)
    })?;
    reading.notes.extend(unusable(&intake));
    if !judging {
        reading.notes.push(Text::new(
            "班级、专用教室或教师表不可用，没有评估方案前后的达标情况；见数据核查的问题清单",
            "classes, rooms or teachers cannot be used, so the county is not judged before and after; see the findings of the data",
        ));
    }
    let mut outcome = zones::plan(&reading.problem, &run, usize::from(plans));
    if let Some((free, asked)) = free
        && outcome.status == Status::Infeasible
        && let Ok(free) = zones::read(&intake.snapshot, stage, free)
    {
        let farther = zones::farther(&free.problem, asked, &run);
        outcome.conflicts.extend(farther);
    }
    if run.stopped() {
        reading.notes.push(Text::new(
            "到了 --time-limit 或被中止，计算没有做完：结果是目前最好的，再算一次不一定相同",
            "The time limit or a stop cut the work short: this is the best so far, and may differ when made again",
        ));
    }
    if outcome.plans.len() < usize::from(plans) && !outcome.plans.is_empty() {
        let found = outcome.plans.len();
        reading.notes.push(if reading.problem.rules.split {
            Text::new(
                "使用 --split 时只给出一个方案：份额可以无穷多种方式微调；要几个不同的方案，请不用 --split",
                "with --split one plan is given, for shares can be shifted in countless ways; for several different plans leave --split out",
            )
        } else {
            Text::new(
                format!("要求 {plans} 个方案，在最优方案的 2% 以内只找到 {found} 个"),
                format!("{plans} plans were asked for; within 2 % of the best {found} were found"),
            )
        });
    }
    let broken = outcome
        .plans
        .iter()
        .any(|p| !zones::check(&reading.problem, p).is_empty());
    if broken {
        return Err(Failure::Other(Text::new(
            "方案没有通过独立检查，未输出；请把数据和命令告诉开发者",
            "the plan failed its independent check and is not shown; please report the data and the command",
        )));
    }
    let compared = compare::table(&reading.problem, &outcome, &given)?;
    if cli::text(matches, "out").is_some() {
        let missing = out::without_area(&intake.snapshot, &reading.problem);
        reading.notes.extend(missing);
    }
    let problem = &reading.problem;
    let after = |county: &Snapshot, plan: &zones::Plan| {
        let given = problem
            .blocks
            .iter()
            .zip(&plan.shares)
            .flat_map(|(b, shares)| {
                let school = |at: usize| problem.schools[at].id.as_str();
                shares
                    .iter()
                    .map(move |(s, share)| (b.id.as_str(), school(*s), *share))
            });
        zones::applied(county, stage, problem.following(), given)
    };
    let mut judged = None;
    if let Some(plan) = outcome.plans.first() {
        context.writing();
        if let Some(to) = cli::text(matches, "out").map(Path::new) {
            let made = out::Made {
                snapshot: &intake.snapshot,
                reading: &reading,
                base: &cli::base_map(matches),
                lang: context.lang,
            };
            let compared = compare::file(&compared, context.lang)?;
            out::plans(to, &made, &outcome.plans, compared)?;
            wrote(to, context.lang);
        }
        applied::write(matches, context.lang, |county| after(county, plan))?;
        if judging {
            judged = judge(&intake.snapshot, || after(&intake.snapshot, plan));
        }
    }
    let result = print::Zones {
        snapshot: &intake.snapshot,
        reading: &reading,
        outcome: &outcome,
        judged: judged.as_ref(),
        compared: &compared,
    };
    Ok(if context.json {
        views::zones(&result, &intake.digest, context)
    } else {
        print::zones(&result, context)
    })
}

/// The bundle, and whether the tables of the evaluator, which a plan can do without, are usable too.
fn read(matches: &ArgMatches, stage: Stage, tables: &[TableId]) -> Result<(Intake, bool), Failure> {
    let more = [TableId::Classes, TableId::Rooms, TableId::Teachers];
    let mut spare = vec![TableId::Roads];
    spare.extend((cli::text(matches, "contiguity") == Some("off")).then_some(TableId::Adjacency));
    match super::read(matches, stage, &[tables, &more].concat(), &spare) {
        Err(Failure::Refused(_)) => Ok((super::read(matches, stage, tables, &spare)?, false)),
        read => Ok((read?, true)),
    }
}

/// The county before and after the plan, where sections have students and a standard is in force.
fn judge(before: &Snapshot, after: impl FnOnce() -> Snapshot) -> Option<print::Judged> {
    let mut sections = 0..before.rows(TableId::Sections);
    if sections.all(|row| before.number(Field::Students, row).is_none()) {
        return None;
    }
    let standard = packs::standard(&packs::Wanted::default(), before).ok()?;
    Some(print::Judged {
        before: evaluate(before, &standard),
        after: evaluate(&after(), &standard),
        standard,
    })
}

/// `--together FIELD`: a column of words of the blocks.
fn together(matches: &ArgMatches) -> Result<Option<Field>, Failure> {
    let Some(id) = cli::text(matches, "together") else {
        return Ok(None);
    };
    let field = Field::by_id(TableId::Blocks, id);
    let words = field.filter(|f| !f.kind().is_number() && *f != Field::BlockId);
    words.map(Some).ok_or_else(|| {
        Failure::usage(Text::new(
            format!("居住单元表没有文字字段 {id}；例如 township、current_primary，见字段表"),
            format!("blocks has no column of words {id}; for example township or current_primary, see the list of fields"),
        ))
    })
}

/// `--balance FIELD=T`: a number of the blocks.
fn balance(matches: &ArgMatches) -> Result<Option<(Field, f64)>, Failure> {
    let Some(text) = cli::text(matches, "balance") else {
        return Ok(None);
    };
    let pair = text.split_once('=').and_then(|(field, limit)| {
        let limit: f64 = limit.trim().parse().ok()?;
        (limit.is_finite() && limit >= 0.0).then(|| (field.trim(), limit))
    });
    let Some((id, limit)) = pair else {
        return Err(Failure::usage(Text::new(
            format!("--balance 的写法是 字段=允许相差，不是 {text}"),
            format!("--balance is written FIELD=T, not {text}"),
        )));
    };
    let number = Field::by_id(TableId::Blocks, id).filter(|f| f.kind().is_number());
    number.map(|field| Some((field, limit))).ok_or_else(|| {
        Failure::usage(Text::new(
            format!("居住单元表没有数值字段 {id}；见字段表"),
            format!("blocks has no number {id}; see the list of fields"),
        ))
    })
}

/// `--group A+B`.
fn groups(matches: &ArgMatches) -> Result<Vec<Vec<String>>, Failure> {
    let group = |text: String| {
        let ids: Vec<String> = text.split('+').map(|id| id.trim().to_owned()).collect();
        if ids.len() > 1 && ids.iter().all(|id| !id.is_empty()) {
            return Ok(ids);
        }
        Err(Failure::usage(Text::new(
            format!("--group 的写法是 学校编号+学校编号，不是 {text}"),
            format!("--group is written SCHOOL+SCHOOL, not {text}"),
        )))
    };
    cli::texts(matches, "group")
        .into_iter()
        .map(group)
        .collect()
}

/// `--siblings`: a share below 1.
fn siblings(matches: &ArgMatches) -> Result<f64, Failure> {
    let share = cli::amount(matches, "siblings")?.unwrap_or(0.0);
    if share < 1.0 {
        return Ok(share);
    }
    Err(Failure::usage(Text::new(
        "--siblings 应是 0 至 1 之间的比例，且小于 1",
        "--siblings wants a share from 0 to below 1",
    )))
}

/// `--lock`: pairs, or a file of pairs.
fn locks(matches: &ArgMatches) -> Result<Vec<(String, String)>, Failure> {
    let mut locks = Vec::new();
    for text in cli::texts(matches, "lock") {
        if let Some((block, school)) = text.split_once('=') {
            locks.push((block.trim().to_owned(), school.trim().to_owned()));
            continue;
        }
        let path = Path::new(&text);
        if path.is_dir() {
            return Err(Failure::usage(Text::new(
                format!("--lock 的写法是 居住单元=学校，或一个 CSV 文件，不是文件夹 {text}"),
                format!(
                    "--lock is written BLOCK=SCHOOL, or names a CSV file, not the folder {text}"
                ),
            )));
        }
        for file in input::load(path)? {
            let (grids, findings) = read_grids(&file);
            if !findings.is_empty() {
                return Err(Failure::Refused(findings));
            }
            for grid in grids {
                for row in grid.rows.iter().skip(1) {
                    let cell = |at: usize| row.get(at).and_then(Value::as_label);
                    if let (Some(block), Some(school)) = (cell(0), cell(1)) {
                        locks.push((block, school));
                    }
                }
            }
        }
    }
    Ok(locks)
}
