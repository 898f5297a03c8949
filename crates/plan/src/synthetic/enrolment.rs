//! Students by grade and class, ten years of them, and the births behind them.

use junheng_core::model::{Field as F, Snapshot, Stage, TableId};

use super::assets::{Assets, Wanted};
use super::geography::Land;
use super::rng::Rng;
use super::schools::{School, Setting, stages};
use super::{Row, table};

/// Years of history, this one included.
const YEARS: u32 = 10;

/// A school's part in one stage.
pub(super) struct Section {
    pub(super) stage: Stage,
    /// Class sizes, grade by grade.
    pub(super) grades: Vec<Vec<u32>>,
    pub(super) boarders: u32,
    pub(super) migrants: u32,
    pub(super) places: u32,
    /// Yearly growth of its intake: rural schools shrink.
    drift: f64,
    pub(super) wanted: Wanted,
    pub(super) assets: Assets,
}

impl Section {
    pub(super) fn students(&self) -> u32 {
        self.grades.iter().flatten().sum()
    }

    pub(super) fn classes(&self) -> u32 {
        self.grades.iter().map(|g| g.len() as u32).sum()
    }

    pub(super) fn largest(&self) -> u32 {
        self.grades.iter().flatten().copied().max().unwrap_or(0)
    }

    fn first_grade(&self) -> u32 {
        match self.stage {
            Stage::Primary => 1,
            Stage::Junior => 7,
            Stage::Senior => 10,
        }
    }
}

/// National births of a year over those of 2014, smoothed by half: parents move, children follow.
fn births_index(year: u32) -> f64 {
    const BIRTHS: [f64; 15] = [
        1592.0, 1604.0, 1635.0, 1640.0, 1687.0, 1655.0, 1786.0, 1723.0, 1523.0, 1465.0, 1202.0,
        1062.0, 956.0, 902.0, 954.0,
    ];
    let at = (year.saturating_sub(2010) as usize).min(BIRTHS.len() - 1);
    (1.0 + BIRTHS[at] / BIRTHS[4]) / 2.0
}

/// The birth year of those who are in `grade` in the school year that begins in `year`.
fn born(year: u32, grade: u32) -> u32 {
    year - grade - 5
}

/// National averages of 2024: students per primary school (points counted with them) and per junior school.
const AVERAGE: [f64; 2] = [777.0, 1034.0];

/// Gives every school its sections and students.
///
/// Sizes are skewed as in life, then scaled so that the county has the national average.
pub(super) fn enrol(schools: &mut [School], year: u32, rng: &mut Rng) {
    let mut sizes: Vec<Vec<f64>> = Vec::with_capacity(schools.len());
    for school in schools.iter() {
        let size = |stage: &Stage| typical(school, *stage) * rng_size(school, rng);
        sizes.push(stages(school.kind).iter().map(size).collect());
    }
    for (stage, average) in Stage::JUDGED.into_iter().zip(AVERAGE) {
        let mut total = 0.0;
        for (school, sizes) in schools.iter().zip(&sizes) {
            let at = stages(school.kind).iter().position(|s| *s == stage);
            total += at.filter(|_| scaled(school)).map_or(0.0, |i| sizes[i]);
        }
        let counted = schools
            .iter()
            .filter(|s| match stage {
                Stage::Primary => s.kind == 211,
                _ => matches!(s.kind, 311 | 312),
            })
            .count();
        let factor = average * counted.max(1) as f64 / total.max(1.0);
        for (school, sizes) in schools.iter().zip(&mut sizes) {
            for (own, size) in stages(school.kind).iter().zip(sizes) {
                if *own == stage && scaled(school) {
                    *size *= factor;
                }
            }
        }
    }
    let largest = oversize(schools, &sizes);
    for (i, (school, sizes)) in schools.iter_mut().zip(sizes).enumerate() {
        for (stage, size) in stages(school.kind).iter().zip(sizes) {
            let size = if Some(i) == largest { 2_170.0 } else { size };
            let limit = if Some(i) == largest { 2_350.0 } else { 1_900.0 };
            school
                .sections
                .push(section(school, *stage, size, limit, year, rng));
        }
        if Some(i) == largest {
            school.founded = 1998;
        }
    }
    crowd(schools, rng);
}

/// The biggest primary school of a county of 20 schools and more outgrows 2,000 students.
fn oversize(schools: &[School], sizes: &[Vec<f64>]) -> Option<usize> {
    let urban = |i: &usize| {
        let s = &schools[*i];
        s.kind == 211 && s.setting == Setting::Urban && !s.private && !s.dense
    };
    let found = (0..schools.len())
        .filter(urban)
        .max_by(|a, b| sizes[*a][0].total_cmp(&sizes[*b][0]));
    found.filter(|_| schools.len() >= 20)
}

/// One class of a town school takes in more than 45 while its neighbour stays small.
fn crowd(schools: &mut [School], rng: &mut Rng) {
    if schools.len() < 20 {
        return;
    }
    let mut grades: Vec<&mut Vec<u32>> = schools
        .iter_mut()
        .filter(|s| s.kind == 211 && s.setting == Setting::Town)
        .flat_map(|s| s.sections.iter_mut().flat_map(|s| s.grades.iter_mut()))
        .filter(|classes| classes.len() > 1 && classes[1] > 36)
        .collect();
    if !grades.is_empty() {
        let chosen = rng.below(grades.len());
        let classes = &mut grades[chosen];
        let moved = 47_u32.saturating_sub(classes[0]);
        classes[0] += moved;
        classes[1] -= moved;
    }
}

/// Whether a school's size is scaled to the national average: points and special schools are not.
fn scaled(school: &School) -> bool {
    !matches!(school.kind, 218 | 321 | 511)
}

fn typical(school: &School, stage: Stage) -> f64 {
    match (school.kind, stage, school.setting) {
        (218, ..) => 42.0,
        (511, ..) => 60.0,
        (321, ..) => 180.0,
        (312, Stage::Primary, _) => 560.0,
        (312, ..) => 420.0,
        (341 | 345, Stage::Primary, _) => 800.0,
        (341 | 345, Stage::Junior, _) => 750.0,
        (_, Stage::Senior, _) => 900.0,
        (_, Stage::Primary, Setting::Urban) => 1_320.0,
        (_, Stage::Primary, Setting::Town) => 720.0,
        (_, Stage::Primary, Setting::Village) => 230.0,
        (_, Stage::Junior, Setting::Urban) => 1_650.0,
        (_, Stage::Junior, _) => 800.0,
    }
}

fn rng_size(school: &School, rng: &mut Rng) -> f64 {
    let spread = match school.setting {
        Setting::Urban => 0.18,
        Setting::Town => 0.3,
        Setting::Village => 0.45,
    };
    let factor = 1.0 + spread * rng.bell();
    factor.max(0.35)
}

fn section(
    school: &School,
    stage: Stage,
    size: f64,
    limit: f64,
    year: u32,
    rng: &mut Rng,
) -> Section {
    let grades: u32 = match (school.kind, stage) {
        (218, _) => 4,
        (_, Stage::Primary) => 6,
        _ => 3,
    };
    let (most, usual) = match (stage, school.setting) {
        (Stage::Primary, Setting::Urban) => (45, rng.between(39.5, 42.5)),
        (Stage::Primary, _) => (45, rng.between(35.5, 42.5)),
        (_, Setting::Urban) => (50, rng.between(44.5, 47.5)),
        _ => (50, rng.between(42.0, 47.0)),
    };
    let size = size.min(limit);
    let per_grade = size / f64::from(grades);
    let tracks = (per_grade / usual).round().max(1.0);
    // A school of several classes per grade fills them; a single class is as small as its village.
    let per_class = if per_grade > 0.75 * usual {
        usual
    } else {
        per_grade
    };
    let special = school.kind == 511;
    let first = if stage == Stage::Junior { 7 } else { 1 };
    let births = |k: u32| births_index(born(year, first + k));
    let mean = (0..grades).map(births).sum::<f64>() / f64::from(grades);
    let mut filled = Vec::new();
    for k in 0..grades {
        let trend = if stage == Stage::Senior {
            1.0
        } else {
            births(k) / mean
        };
        let mut in_grade = (tracks * per_class * trend * rng.between(0.975, 1.025)).round() as u32;
        let mut classes = tracks as u32;
        if special {
            in_grade = rng.whole(6, 11);
            classes = 1;
        }
        let in_grade = in_grade.clamp(classes.max(2), most * classes);
        let spare = in_grade % classes;
        filled.push(
            (0..classes)
                .map(|c| in_grade / classes + u32::from(c < spare))
                .collect(),
        );
    }
    let mut section = Section {
        stage,
        grades: filled,
        boarders: 0,
        migrants: 0,
        places: 0,
        drift: match school.setting {
            Setting::Urban => 0.012,
            Setting::Town => -0.006,
            Setting::Village => -0.03,
        },
        wanted: Wanted::default(),
        assets: Assets::default(),
    };
    let students = f64::from(section.students());
    if stage == Stage::Senior {
        section.boarders = (students * 0.6) as u32;
    } else if school.boarding {
        let share = if stage == Stage::Junior { 0.55 } else { 0.12 };
        section.boarders = (students * share * rng.between(0.8, 1.2)) as u32;
    }
    if !school.rural() && stage != Stage::Senior {
        section.migrants = (students * 0.1 * rng.skewed()) as u32;
    }
    let room = if school.setting == Setting::Urban {
        1.03
    } else {
        1.15
    };
    section.places = (students * room * rng.between(1.0, 1.15)).ceil() as u32;
    section
}

/// Students of each past year and grade: cohorts followed back, and the births behind those that left.
fn history(section: &Section, year: u32, rng: &mut Rng) -> Vec<(u32, u32, u32)> {
    let now: Vec<f64> = section
        .grades
        .iter()
        .map(|g| f64::from(g.iter().sum::<u32>()))
        .collect();
    let grades = now.len() as u32;
    let first = section.first_grade();
    let mut rows = Vec::new();
    for past in (0..YEARS).rev() {
        let then = year - past;
        for k in 0..grades {
            // The same cohort today, or the oldest grade when it has left.
            let same = (k + past).min(grades - 1);
            let index = |y: u32, k: u32| births_index(born(y, first + k));
            let cohort = now[same as usize] * index(then, k) / index(year, same);
            let grown = 1.0 - section.drift * f64::from(past);
            let noise = if past == 0 {
                1.0
            } else {
                grown * rng.between(0.985, 1.015)
            };
            rows.push((then, first + k, (cohort * noise).round() as u32));
        }
    }
    rows
}

/// Writes classes, history and births.
pub(super) fn write(schools: &[School], land: &Land, year: u32, rng: &mut Rng, out: &mut Snapshot) {
    let classes = table(out, TableId::Classes);
    for school in schools {
        for section in &school.sections {
            for (k, sizes) in section.grades.iter().enumerate() {
                for (c, size) in sizes.iter().enumerate() {
                    Row::new(classes)
                        .text(F::ClassSchool, &school.id)
                        .text(F::ClassStage, section.stage.id())
                        .number(F::ClassGrade, section.first_grade() + k as u32)
                        .text(F::ClassName, format!("{}班", c + 1))
                        .number(F::ClassStudents, *size);
                }
            }
        }
    }
    let mut entered = vec![vec![0_u32; YEARS as usize]; land.townships.len()];
    let table_history = table(out, TableId::EnrolmentHistory);
    for school in schools {
        for section in school.sections.iter().filter(|s| s.stage != Stage::Senior) {
            for (then, grade, students) in history(section, year, rng) {
                Row::new(table_history)
                    .text(F::HistorySchool, &school.id)
                    .number(F::HistoryYear, then)
                    .number(F::HistoryGrade, grade)
                    .number(F::HistoryStudents, students);
                if grade == 1 {
                    entered[school.township][(YEARS - 1 + then - year) as usize] += students;
                }
            }
        }
    }
    let births = table(out, TableId::Births);
    for (township, entered) in land.townships.iter().zip(&entered) {
        // Some children of the towns go to school in the county seat.
        let leave = if township.urban { 0.92 } else { 1.12 };
        for then in year - 15..year {
            let known = then + 6 <= year;
            let at = if known {
                YEARS + then + 5 - year
            } else {
                YEARS - 1
            };
            let trend = if known {
                1.0
            } else {
                births_index(then) / births_index(year - 6)
            };
            let children = f64::from(entered[at as usize]) * trend * leave;
            Row::new(births)
                .text(F::BirthTownship, &township.name)
                .number(F::BirthYear, then)
                .number(F::BirthCount, (children * rng.between(0.98, 1.03)).round());
        }
    }
    expected(out, land, schools, &entered, year);
}

/// What planners add to a forecast: registered children, a housing project, a figure of their own.
fn expected(out: &mut Snapshot, land: &Land, schools: &[School], entered: &[Vec<u32>], year: u32) {
    let preschool = table(out, TableId::Preschool);
    for (township, entered) in land.townships.iter().zip(entered) {
        let last = f64::from(entered.last().copied().unwrap_or(0));
        let trend = births_index(year - 5) / births_index(year - 6);
        Row::new(preschool)
            .text(F::PreschoolTownship, &township.name)
            .number(F::PreschoolYear, year + 1)
            .number(F::PreschoolChildren, (last * trend).round());
    }
    let housing = table(out, TableId::Housing);
    if let Some(township) = land.townships.first() {
        Row::new(housing)
            .text(F::HousingId, "ZX01")
            .text(F::HousingTownship, &township.name)
            .number(F::HousingYear, year + 2)
            .number(F::HousingDwellings, 400)
            .number(F::HousingPrimaryYield, 22)
            .number(F::HousingJuniorYield, 9);
    }
    let adjustments = table(out, TableId::ForecastAdjustments);
    let own = schools.iter().find_map(|school| {
        let mut sections = school.sections.iter();
        Some((school, sections.find(|s| s.stage != Stage::Senior)?))
    });
    if let Some((school, section)) = own {
        let first: u32 = section.grades.first().into_iter().flatten().sum();
        Row::new(adjustments)
            .text(F::AdjustedSchool, &school.id)
            .text(F::AdjustedStage, section.stage.id())
            .number(F::AdjustedYear, year + 1)
            .number(F::AdjustedGrade, section.first_grade())
            .number(F::AdjustedStudents, first + 5)
            .text(F::AdjustedReason, "合成示例：随迁子女登记数多于往年");
    }
}
