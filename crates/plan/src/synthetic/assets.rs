//! Teachers wanted, rooms, areas and equipment of every section, and a few troubles to learn from.

use junheng_core::model::{Field as F, Snapshot, Stage, TableId};

use super::enrolment::Section;
use super::people::{Counts, Teacher, counts};
use super::rng::{Rng, rounded};
use super::schools::{School, Setting};
use super::{Row, table};

/// The levels a school aims at, L1 to L7, primary and junior, after 教督〔2017〕6号.
/// They shape the figures only; what is judged stands in the standards.
const AIM: [[f64; 7]; 2] = [
    [4.2, 1.0, 0.9, 4.5, 7.5, 2_000.0, 2.3],
    [5.3, 1.0, 0.9, 5.8, 10.2, 2_500.0, 2.4],
];
/// How far above its aim a section is on average. With the few that have far more ([`Rng::tailed`])
/// means and differences come near those of a published county (鸠江区 2023, primary).
const MARGIN: [f64; 7] = [0.0, 0.16, 0.2, 0.2, 0.26, 0.26, 0.26];
/// The inequality of backbone teachers among schools: primary just above what the standard allows,
/// junior within.
const BACKBONE_VARIATION: [f64; 2] = [0.52, 0.38];

/// What a section has of people.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// L2 to L7 over the aim; L1 follows from staff and degrees unless it is troubled.
    ratio: [f64; 7],
    troubled: bool,
    pub(super) teachers: u32,
    pub(super) above: u32,
    pub(super) backbone: u32,
    pub(super) pe_art: u32,
    itinerant: u32,
}

/// What a section or a whole school has of things.
#[derive(Debug, Clone, Default)]
pub(super) struct Assets {
    teaching: f64,
    indoor: f64,
    ground: f64,
    offsite: f64,
    equipment: f64,
    rooms: f64,
    computers: f64,
    books: f64,
    /// Canteens, dormitories and offices.
    living: f64,
}

/// One way to fall short: of a stage, in a setting, with these indicators at these ratios.
type Trouble = (Stage, Setting, &'static [(usize, f64)]);

const TROUBLES: &[Trouble] = &[
    (Stage::Primary, Setting::Urban, &[(1, 0.72)]),
    (Stage::Primary, Setting::Urban, &[(4, 0.78)]),
    (Stage::Junior, Setting::Urban, &[(3, 0.8)]),
    // Two tolerated values are one too many.
    (Stage::Primary, Setting::Town, &[(2, 0.93), (5, 0.94)]),
    (Stage::Junior, Setting::Town, &[(6, 0.78)]),
    // Tolerated.
    (Stage::Primary, Setting::Town, &[(3, 0.94)]),
    (Stage::Junior, Setting::Town, &[(1, 0.93)]),
];

fn aim(stage: Stage) -> &'static [f64; 7] {
    &AIM[usize::from(stage != Stage::Primary)]
}

/// Weight of a student of this stage where a school's assets are shared (拆分).
fn weight(kind: u16, stage: Stage) -> f64 {
    match (kind, stage) {
        (341, Stage::Senior) => 1.2,
        (_, Stage::Senior) => 1.32,
        (312 | 345, Stage::Junior) => 1.1,
        _ => 1.0,
    }
}

/// Gives every section its staff and things.
pub(super) fn endow(schools: &mut [School], rng: &mut Rng) {
    for school in schools.iter_mut() {
        let small = school.students() < 200;
        for section in &mut school.sections {
            for (ratio, margin) in section.wanted.ratio.iter_mut().zip(MARGIN) {
                let more = if small { rng.between(0.0, 0.5) } else { 0.0 };
                *ratio = 1.01 + margin * rng.tailed() + more;
            }
            if school.dense {
                section.wanted.ratio[4] = 0.8;
            }
        }
    }
    trouble(schools, rng);
    for school in schools.iter_mut() {
        appoint(school, rng);
    }
    for stage in Stage::JUDGED {
        concentrate(schools, stage);
    }
    let mut combined = 0;
    for school in schools.iter_mut() {
        for section in &mut school.sections {
            let mut level = [0.0; 7];
            for (k, level) in level.iter_mut().enumerate() {
                *level = aim(section.stage)[k] * section.wanted.ratio[k];
            }
            section.assets = Assets::of(
                f64::from(section.students()),
                living(section),
                &level,
                school.dense,
                rng,
            );
        }
        if school.sections.len() > 1 {
            combined += 1;
            // Half of the combined schools know their assets as a whole only.
            school.whole = (combined % 2 == 1).then(|| whole(school, rng));
        }
    }
}

/// Canteens, dormitories and offices of a section, m².
fn living(section: &Section) -> f64 {
    let each = if section.stage == Stage::Primary {
        0.8
    } else {
        3.1
    };
    each * f64::from(section.students()) + 9.0 * f64::from(section.boarders)
}

/// Assets of a school that has them in common: enough for the stage that needs most.
fn whole(school: &School, rng: &mut Rng) -> Assets {
    let mut level = [0.0_f64; 7];
    let mut weighted = 0.0;
    let mut living_area = 0.0;
    for section in &school.sections {
        let weight = weight(school.kind, section.stage);
        weighted += weight * f64::from(section.students());
        living_area += living(section);
        if section.stage != Stage::Senior {
            for (k, level) in level.iter_mut().enumerate() {
                *level = level.max(aim(section.stage)[k] * section.wanted.ratio[k] / weight);
            }
        }
    }
    Assets::of(weighted, living_area, &level, false, rng)
}

/// Plants the troubles, one of each per 60 schools.
fn trouble(schools: &mut [School], rng: &mut Rng) {
    if schools.len() < 20 {
        return;
    }
    let mut order: Vec<usize> = (0..schools.len()).collect();
    rng.shuffle(&mut order);
    for _ in 0..(schools.len() / 60).max(1) {
        for (stage, setting, changes) in TROUBLES {
            let fits = |i: &usize| {
                let s = &schools[*i];
                let size = s.students();
                matches!(s.kind, 211 | 311)
                    && s.setting == *setting
                    && !s.dense
                    && !s.private
                    && (300..2_000).contains(&size)
                    && s.section(*stage).is_some_and(|s| !s.wanted.troubled)
            };
            let Some(found) = order.iter().copied().find(fits) else {
                continue;
            };
            for section in &mut schools[found].sections {
                section.wanted.troubled = true;
                for (k, ratio) in *changes {
                    section.wanted.ratio[*k] = *ratio;
                }
            }
        }
    }
}

/// How many of each kind of teacher.
fn appoint(school: &mut School, rng: &mut Rng) {
    let (kind, rural) = (school.kind, school.rural());
    let all = school.students();
    for section in &mut school.sections {
        let students = f64::from(section.students());
        let per_teacher = match (kind, section.stage) {
            (218, _) => rng.between(9.0, 13.0),
            (511, _) => rng.between(3.0, 4.5),
            // Up to the quotas 1:19 and 1:13.5 and a little beyond, far fewer in some.
            (_, Stage::Primary) => 19.4 - 2.0 * rng.tailed(),
            (_, Stage::Junior) => 14.3 - 1.4 * rng.tailed(),
            (_, Stage::Senior) => rng.between(11.5, 12.5),
        };
        let teachers = (students / per_teacher).ceil().max(2.0);
        let share = match section.stage {
            Stage::Primary => rng.between(0.93, 1.0),
            Stage::Junior => rng.between(0.87, 0.97),
            Stage::Senior => rng.between(0.08, 0.2),
        };
        let aim = aim(section.stage);
        let ratio = section.wanted.ratio;
        // Rounded so that who aims at 1 or more reaches it, and who is to be tolerated is.
        let count = |k: usize| {
            let exact = ratio[k] * aim[k] * students / 100.0;
            let least = if ratio[k] < 0.85 {
                0.0
            } else {
                0.85 * aim[k] * students / 100.0
            };
            let whole = if ratio[k] < 1.0 {
                exact.floor().max(least.ceil())
            } else {
                exact.ceil()
            };
            whole.min(teachers) as u32
        };
        let wanted = &mut section.wanted;
        wanted.teachers = teachers as u32;
        wanted.above = (share * teachers).ceil() as u32;
        wanted.backbone = count(1);
        wanted.pe_art = count(2);
        let small = rural && (50..100).contains(&all);
        if small && rng.chance(0.5) {
            (wanted.pe_art, wanted.itinerant) = (0, 1);
        } else if rural && all < 300 && rng.chance(0.3) {
            wanted.itinerant = 1;
        }
    }
}

/// Gathers backbone teachers in a few famous schools of the county seat.
fn concentrate(schools: &mut [School], stage: Stage) {
    if schools.len() < 20 {
        return;
    }
    let famous: Vec<usize> = schools
        .iter()
        .enumerate()
        .filter(|(_, s)| {
            matches!(s.kind, 211 | 311)
                && s.setting == Setting::Urban
                && s.section(stage).is_some()
                && s.sections.iter().all(|s| !s.wanted.troubled)
        })
        .map(|(i, _)| i)
        .take((schools.len() / 15).max(1))
        .collect();
    let usual: Vec<u32> = famous
        .iter()
        .map(|&i| schools[i].sections[0].wanted.backbone)
        .collect();
    let (mut low, mut high) = (1.0, 8.0);
    for _ in 0..20 {
        let factor = (low + high) / 2.0;
        for (&i, usual) in famous.iter().zip(&usual) {
            let wanted = &mut schools[i].sections[0].wanted;
            let more = (f64::from(*usual) * factor).round() as u32;
            wanted.backbone = more.min(wanted.teachers * 7 / 10);
        }
        if backbone_variation(schools, stage)
            < BACKBONE_VARIATION[usize::from(stage != Stage::Primary)]
        {
            low = factor;
        } else {
            high = factor;
        }
    }
}

/// 差异系数 of backbone teachers per student of a stage.
fn backbone_variation(schools: &[School], stage: Stage) -> f64 {
    let judged = || {
        let scope = schools
            .iter()
            .filter(|s| s.zoned() && (s.kind != 218 || s.students() >= 50));
        scope.filter_map(|s| s.section(stage)).map(|s| {
            let students = f64::from(s.students());
            (students, f64::from(s.wanted.backbone) / students)
        })
    };
    let students: f64 = judged().map(|(n, _)| n).sum();
    let mean = judged().map(|(n, x)| n * x).sum::<f64>() / students;
    let square = judged()
        .map(|(n, x)| n * (x - mean) * (x - mean))
        .sum::<f64>()
        / students;
    square.sqrt() / mean
}

impl Assets {
    /// Things for so many students, with so much living area, at these levels of L4 to L7.
    fn of(students: f64, living: f64, level: &[f64; 7], dense: bool, rng: &mut Rng) -> Self {
        // Up to the next tenth, so that an aim is reached.
        let tenth = |area: f64| rounded((area * 10.0).ceil() / 10.0, 1);
        let indoor = if students > 400.0 {
            tenth(students * rng.between(0.3, 0.6))
        } else {
            0.0
        };
        Self {
            teaching: tenth(level[3] * students + indoor),
            indoor,
            ground: tenth((level[4] * students - indoor).max(0.0)),
            offsite: if dense {
                tenth(0.3 * level[4] * students)
            } else {
                0.0
            },
            equipment: (level[5] * students).ceil(),
            rooms: (level[6] * students / 100.0).ceil(),
            computers: (students * rng.between(0.11, 0.18)).ceil(),
            books: (students * rng.between(21.0, 32.0)).ceil(),
            living: tenth(living),
        }
    }

    /// Writes them in the columns of a school or of a section.
    pub(super) fn write(&self, row: &mut Row<'_>, whole: bool) {
        let building = rounded(self.teaching * 1.3 + self.living, 1);
        let canteen = rounded(self.living * 0.6, 1);
        let land = rounded(self.teaching * 1.6 + self.ground * 1.3 + canteen, 1);
        let values = [
            (F::TeachingArea, self.teaching),
            (F::IndoorPeArea, self.indoor),
            (F::SportsGround, self.ground),
            (F::OffsiteSports, self.offsite),
            (F::Equipment, self.equipment),
            (F::MultimediaRooms, self.rooms),
            (F::Computers, self.computers),
            (F::Books, self.books),
            (F::BuildingArea, building),
            (F::LandArea, land),
            (F::CanteenDormitoryLand, canteen),
        ];
        for (section, value) in values {
            let school = F::SHARED
                .iter()
                .find(|(s, _)| *s == section)
                .map(|(_, school)| *school);
            row.number(school.filter(|_| whole).unwrap_or(section), value);
        }
    }
}

/// Public-fund quota of the county, primary and junior, yuan per student.
pub(super) const QUOTA: [u32; 2] = [820, 1_040];

/// Writes sections.
pub(super) fn write(schools: &[School], staff: &[Teacher], rng: &mut Rng, out: &mut Snapshot) {
    let counts = counts(schools, staff);
    let sections = table(out, TableId::Sections);
    for (school, counts) in schools.iter().zip(&counts) {
        for (section, counts) in school.sections.iter().zip(counts) {
            let students = section.students();
            let mut row = Row::new(sections);
            row.text(F::SectionSchool, &school.id)
                .text(F::SectionStage, section.stage.id())
                .number(F::Students, students)
                .number(F::Boarders, section.boarders)
                .number(F::SectionClasses, section.classes())
                .number(F::LargestClass, section.largest())
                .number(F::Places, section.places);
            people(&mut row, counts, section.wanted.itinerant, rng);
            if school.whole.is_none() {
                section.assets.write(&mut row, false);
            }
            if section.stage != Stage::Senior {
                let junior = section.stage == Stage::Junior;
                let quota = QUOTA[usize::from(junior)];
                // Schools under 100 students are funded as for 100.
                let fund = f64::from(students.max(100) * quota) * rng.between(1.0, 1.3);
                let away = if junior { rng.between(0.01, 0.04) } else { 0.0 };
                let share = if school.private { 0.35 } else { 1.0 - away };
                row.number(F::MigrantStudents, section.migrants)
                    .number(F::InZoneStudents, (f64::from(students) * share).round())
                    .number(F::PublicFund, fund.ceil())
                    .number(
                        F::TrainingFund,
                        (fund.ceil() * rng.between(0.051, 0.07)).ceil(),
                    );
            }
        }
    }
}

fn people(row: &mut Row<'_>, counts: &Counts, itinerant: u32, rng: &mut Rng) {
    let others = (f64::from(counts.teachers) * rng.between(0.05, 0.12)).round() as u32;
    row.number(F::Staff, counts.teachers + others)
        .number(F::FullTimeTeachers, counts.teachers)
        .number(F::TeachersAboveDegree, counts.above)
        .number(F::BackboneTeachers, counts.backbone)
        .number(F::PeArtTeachers, counts.pe_art)
        .number(F::ItinerantPeArtTeachers, itinerant)
        .number(F::CertifiedTeachers, counts.certified)
        .number(F::Trained360, counts.trained)
        .number(F::MidTitleTeachers, counts.mid_title);
}
