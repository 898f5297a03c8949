//! Teachers one by one.

use junheng_core::model::{Field as F, Snapshot, Stage, TableId};

use super::geography::Land;
use super::rng::Rng;
use super::schools::School;
use super::{Row, table};

/// A full-time teacher.
pub(super) struct Teacher {
    school: usize,
    section: usize,
    stage: Stage,
    subject: &'static str,
    degree: &'static str,
    title: &'static str,
    above: bool,
    backbone: bool,
    hours: u32,
    arrived: u32,
    moved: Option<u32>,
    born: u32,
    female: bool,
    exempt: &'static str,
    home: (f64, f64),
    spouse: Option<usize>,
    wishes: Vec<usize>,
    weekly: u32,
}

/// What a section's teachers add up to.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub(super) teachers: u32,
    pub(super) above: u32,
    pub(super) backbone: u32,
    pub(super) pe_art: u32,
    pub(super) certified: u32,
    pub(super) trained: u32,
    pub(super) mid_title: u32,
}

/// The year's rotation (交流轮岗).
#[derive(Debug, Clone, Copy)]
pub(super) struct Rotation {
    /// Those who were eligible when the year began.
    pub(super) eligible: u32,
    pub(super) moved: u32,
    pub(super) backbone: u32,
}

const PE_ART: &[(&str, f64)] = &[("pe", 45.0), ("music", 27.0), ("art", 25.0), ("arts", 3.0)];
const PRIMARY: &[(&str, f64)] = &[
    ("chinese", 38.0),
    ("mathematics", 30.0),
    ("english", 11.0),
    ("moral", 6.0),
    ("science", 8.0),
    ("it", 3.0),
    ("labour", 2.0),
    ("practice", 1.0),
    ("psychology", 1.0),
];
const SECONDARY: &[(&str, f64)] = &[
    ("chinese", 20.0),
    ("mathematics", 20.0),
    ("english", 18.0),
    ("physics", 10.0),
    ("chemistry", 6.0),
    ("biology", 6.0),
    ("history", 6.0),
    ("geography", 5.0),
    ("moral", 6.0),
    ("it", 2.0),
    ("psychology", 1.0),
];
const EXEMPT: &[(&str, f64)] = &[
    ("孕期或哺乳期", 4.0),
    ("患重大疾病", 2.0),
    ("本届校长任期未满", 1.0),
];

/// So many true among `n`, in random order.
fn flags(n: u32, yes: u32, rng: &mut Rng) -> Vec<bool> {
    let mut flags: Vec<bool> = (0..n).map(|i| i < yes).collect();
    rng.shuffle(&mut flags);
    flags
}

/// The teachers of all sections.
pub(super) fn staff(schools: &[School], land: &Land, year: u32, rng: &mut Rng) -> Vec<Teacher> {
    let mut staff = Vec::new();
    for (s, school) in schools.iter().enumerate() {
        for (c, section) in school.sections.iter().enumerate() {
            let wanted = &section.wanted;
            let n = wanted.teachers;
            let above = flags(n, wanted.above, rng);
            let backbone = flags(n, wanted.backbone, rng);
            let pe_art = flags(n, wanted.pe_art, rng);
            for i in 0..n as usize {
                let mut teacher =
                    teacher(section.stage, above[i], backbone[i], pe_art[i], year, rng);
                (teacher.school, teacher.section) = (s, c);
                teacher.home = home(school, land, rng);
                if school.private {
                    teacher.exempt = "民办学校";
                }
                staff.push(teacher);
            }
        }
    }
    marry(&mut staff, schools, rng);
    wish(&mut staff, schools, land, rng);
    staff
}

fn teacher(
    stage: Stage,
    above: bool,
    backbone: bool,
    pe_art: bool,
    year: u32,
    rng: &mut Rng,
) -> Teacher {
    let degree = match (stage, above) {
        (Stage::Primary, true) => {
            rng.weighted(&[("master", 2.0), ("bachelor", 78.0), ("college", 19.0)])
        }
        (Stage::Primary, false) => "secondary",
        (Stage::Junior, true) => rng.weighted(&[("master", 6.0), ("bachelor", 94.0)]),
        (Stage::Junior, false) => "college",
        (Stage::Senior, true) => "master",
        (Stage::Senior, false) => "bachelor",
    };
    let subjects = match (pe_art, stage) {
        (true, _) => PE_ART,
        (false, Stage::Primary) => PRIMARY,
        _ => SECONDARY,
    };
    let female = rng.chance(if stage == Stage::Primary { 0.74 } else { 0.6 });
    let oldest = if female { 54 } else { 59 };
    let age = rng.whole(if backbone { 33 } else { 24 }, oldest);
    let service = (6.0 * rng.skewed()) as u32;
    let service = service.min(age - 23);
    let arrived = year - service;
    let title = match age {
        ..28 => rng.weighted(&[("none", 0.3), ("junior", 0.7)]),
        28..38 => rng.weighted(&[("junior", 0.55), ("mid", 0.45)]),
        _ => rng.weighted(&[
            ("junior", 0.15),
            ("mid", 0.6),
            ("senior", 0.245),
            ("full_senior", 0.005),
        ]),
    };
    let exempt = if service < 6 {
        "在校任教未满六年"
    } else if age + 5 > oldest {
        "距退休不足五年"
    } else if rng.chance(0.05) {
        rng.weighted(EXEMPT)
    } else {
        ""
    };
    Teacher {
        school: 0,
        section: 0,
        stage,
        subject: rng.weighted(subjects),
        degree,
        title,
        above,
        backbone,
        hours: rng.whole(360, 520),
        arrived,
        moved: (age - service > 28 && rng.chance(0.4)).then_some(arrived),
        born: year - age,
        female,
        exempt,
        home: (0.0, 0.0),
        spouse: None,
        wishes: Vec::new(),
        weekly: if stage == Stage::Primary {
            rng.whole(11, 18)
        } else {
            rng.whole(9, 14)
        },
    }
}

/// Most live near the school; many of the towns live in the county seat.
fn home(school: &School, land: &Land, rng: &mut Rng) -> (f64, f64) {
    let own = &land.townships[school.township].blocks;
    let seat = &land.townships[0].blocks;
    let here = if rng.chance(0.7) { own } else { seat };
    let block = rng.pick(here);
    land.near(block, 250.0, rng)
}

/// Some are married to each other, mostly of different schools of the same township.
fn marry(staff: &mut [Teacher], schools: &[School], rng: &mut Rng) {
    let mut order: Vec<usize> = (0..staff.len()).collect();
    rng.shuffle(&mut order);
    order.sort_by_key(|&i| schools[staff[i].school].township);
    for pair in order.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        let free = staff[a].spouse.is_none() && staff[b].spouse.is_none();
        let ages = staff[a].born.abs_diff(staff[b].born) <= 6;
        if free && ages && staff[a].female != staff[b].female && rng.chance(0.25) {
            (staff[a].spouse, staff[b].spouse) = (Some(b), Some(a));
            staff[b].home = staff[a].home;
        }
    }
}

/// Who may be rotated names up to three schools near the present one.
fn wish(staff: &mut [Teacher], schools: &[School], land: &Land, rng: &mut Rng) {
    for stage in Stage::JUDGED {
        let goals: Vec<usize> = (0..schools.len())
            .filter(|&s| {
                schools[s].zoned() && !schools[s].private && schools[s].section(stage).is_some()
            })
            .collect();
        let places: Vec<usize> = goals.iter().map(|&s| schools[s].block).collect();
        let near = land.roads.nearest(&places, 6);
        for teacher in staff
            .iter_mut()
            .filter(|t| t.stage == stage && t.exempt.is_empty())
        {
            if rng.chance(0.4) {
                let here = &near[schools[teacher.school].block];
                let mut wishes: Vec<usize> = here.iter().map(|(goal, _)| goals[*goal]).collect();
                wishes.retain(|s| *s != teacher.school);
                rng.shuffle(&mut wishes);
                wishes.truncate(rng.whole(1, 3) as usize);
                teacher.wishes = wishes;
            }
        }
    }
}

/// Moves 12 % of the eligible, of them 18 % backbone teachers: enough moved, too few backbone.
pub(super) fn rotate(staff: &mut [Teacher], year: u32, rng: &mut Rng) -> Rotation {
    let mut eligible: Vec<usize> = (0..staff.len())
        .filter(|&i| staff[i].exempt.is_empty() && staff[i].stage != Stage::Senior)
        .collect();
    rng.shuffle(&mut eligible);
    let moved = (eligible.len() as f64 * 0.12).ceil();
    let backbone = (moved * 0.18).floor() as usize;
    let chosen = |yes: bool, n: usize| {
        let of_kind = eligible
            .iter()
            .copied()
            .filter(|&i| staff[i].backbone == yes);
        of_kind.take(n).collect::<Vec<usize>>()
    };
    let stars = chosen(true, backbone);
    let others = chosen(false, moved as usize - backbone);
    for &i in stars.iter().chain(&others) {
        staff[i].arrived = year;
        staff[i].moved = Some(year);
        staff[i].exempt = "本年度已交流";
        staff[i].wishes.clear();
    }
    Rotation {
        eligible: eligible.len() as u32,
        moved: (stars.len() + others.len()) as u32,
        backbone: stars.len() as u32,
    }
}

/// Adds up the teachers, by school and section.
pub(super) fn counts(schools: &[School], staff: &[Teacher]) -> Vec<Vec<Counts>> {
    let mut counts: Vec<Vec<Counts>> = schools
        .iter()
        .map(|s| vec![Counts::default(); s.sections.len()])
        .collect();
    for teacher in staff {
        let own = &mut counts[teacher.school][teacher.section];
        own.teachers += 1;
        own.above += u32::from(teacher.above);
        own.backbone += u32::from(teacher.backbone);
        own.pe_art += u32::from(PE_ART.iter().any(|(s, _)| *s == teacher.subject));
        own.certified += 1;
        own.trained += u32::from(teacher.hours >= 360);
        own.mid_title += u32::from(!matches!(teacher.title, "junior" | "none"));
    }
    counts
}

fn id(teacher: usize) -> String {
    format!("T{:06}", teacher + 1)
}

/// Writes the teachers.
pub(super) fn write(staff: &[Teacher], schools: &[School], land: &Land, out: &mut Snapshot) {
    let table = table(out, TableId::Teachers);
    for (i, teacher) in staff.iter().enumerate() {
        let (lon, lat) = land.lon_lat(teacher.home);
        let eligible = teacher.exempt.is_empty() && teacher.stage != Stage::Senior;
        let mut row = Row::new(table);
        row.text(F::TeacherId, id(i))
            .text(F::TeacherSchool, &schools[teacher.school].id)
            .text(F::TeacherStage, teacher.stage.id())
            .text(F::TeacherSubject, teacher.subject)
            .text(F::TeacherDegree, teacher.degree)
            .text(F::TeacherTitle, teacher.title)
            .flag(F::AboveDegree, teacher.above)
            .flag(F::Backbone, teacher.backbone)
            .flag(F::Certified, true)
            .number(F::TrainingHours, teacher.hours)
            .text(F::ArrivedOn, format!("{}-09-01", teacher.arrived))
            .number(F::BirthYearOfTeacher, teacher.born)
            .text(F::Sex, if teacher.female { "female" } else { "male" })
            .flag(F::Eligible, eligible)
            .text(F::ExemptReason, teacher.exempt)
            .number(F::HomeLon, lon)
            .number(F::HomeLat, lat)
            .number(F::WeeklyHours, teacher.weekly);
        if let Some(moved) = teacher.moved {
            row.text(F::LastMovedOn, format!("{moved}-09-01"));
        }
        if let Some(spouse) = teacher.spouse {
            row.text(F::Spouse, id(spouse));
        }
        let wishes: Vec<&str> = teacher
            .wishes
            .iter()
            .map(|&s| schools[s].id.as_str())
            .collect();
        row.text(F::Wishes, wishes.join(";"));
    }
}
