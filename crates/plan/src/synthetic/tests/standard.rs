//! The demo county against the numbers of 教督〔2017〕6号, computed here a second time.

use super::*;

const LIMIT: [[f64; 7]; 2] = [
    [4.2, 1.0, 0.9, 4.5, 7.5, 2000.0, 2.3],
    [5.3, 1.0, 0.9, 5.8, 10.2, 2500.0, 2.4],
];

#[derive(Debug)]
struct Judged {
    school: String,
    stage: usize,
    students: f64,
    value: [f64; 7],
    /// Reached thanks to an exception only.
    saved: bool,
    migrant: bool,
}

impl Judged {
    fn tolerated(&self) -> usize {
        let limit = &LIMIT[self.stage];
        (0..7)
            .filter(|&k| self.value[k] < limit[k] && self.value[k] >= 0.85 * limit[k])
            .count()
    }
    fn missed(&self) -> Vec<usize> {
        (0..7)
            .filter(|&k| self.value[k] < 0.85 * LIMIT[self.stage][k])
            .collect()
    }
    fn passes(&self) -> bool {
        self.missed().is_empty() && self.tolerated() <= 1
    }
}

fn weight(kind: f64, stage: &str) -> f64 {
    match (kind as u16, stage) {
        (341, "senior") => 1.2,
        (345, "senior") => 1.32,
        (312 | 345, "junior") => 1.1,
        _ => 1.0,
    }
}

/// Every section in scope with its seven values, split and exceptions applied.
fn judge(out: &Snapshot) -> Vec<Judged> {
    let schools: BTreeMap<String, usize> = keys(out, &[F::SchoolId])
        .into_iter()
        .enumerate()
        .map(|(i, k)| (k, i))
        .collect();
    let weighted = by(out, &[F::SectionSchool], |r| {
        let school = schools[&text(out, F::SectionSchool, r)];
        number(out, F::Students, r)
            * weight(
                number(out, F::SchoolKind, school),
                &text(out, F::SectionStage, r),
            )
    });
    let whole_students = by(out, &[F::SectionSchool], |r| number(out, F::Students, r));
    let mut all = Vec::new();
    for row in 0..out.rows(TableId::Sections) {
        let id = text(out, F::SectionSchool, row);
        let stage = text(out, F::SectionStage, row);
        let school = schools[&id];
        let kind = number(out, F::SchoolKind, school);
        let students = number(out, F::Students, row);
        if stage == "senior" || kind >= 500.0 || kind == 321.0 || (kind == 218.0 && students < 50.0)
        {
            continue;
        }
        let share = students * weight(kind, &stage) / weighted[&id];
        let asset = |field: F| {
            let (_, shared) = F::SHARED.iter().find(|(f, _)| *f == field).unwrap();
            out.number(field, row)
                .unwrap_or_else(|| share * out.number(*shared, school).unwrap())
        };
        let count = |f| number(out, f, row);
        let indoor = asset(F::IndoorPeArea);
        let small =
            number(out, F::Locale, school) >= 200.0 && (50.0..100.0).contains(&whole_students[&id]);
        let more_arts = if small {
            count(F::ItinerantPeArtTeachers)
        } else {
            0.0
        };
        let dense = number(out, F::DenseUrban, school) == 1.0;
        let more_sports = if dense { asset(F::OffsiteSports) } else { 0.0 };
        let stage = usize::from(stage == "junior");
        let sports = asset(F::SportsGround) + indoor;
        let bare = [
            count(F::PeArtTeachers) * 100.0 / students,
            sports / students,
        ];
        let value = [
            count(F::TeachersAboveDegree) * 100.0 / students,
            count(F::BackboneTeachers) * 100.0 / students,
            (count(F::PeArtTeachers) + more_arts) * 100.0 / students,
            (asset(F::TeachingArea) - indoor) / students,
            (sports + more_sports) / students,
            asset(F::Equipment) / students,
            asset(F::MultimediaRooms) * 100.0 / students,
        ];
        let limit = &LIMIT[stage];
        let saved = (value[2] >= limit[2] && bare[0] < 0.85 * limit[2])
            || (value[4] >= limit[4] && bare[1] < 0.85 * limit[4]);
        all.push(Judged {
            school: text(out, F::SchoolName, school),
            stage,
            students,
            value,
            saved,
            migrant: number(out, F::MigrantStudents, row) > 0.0,
        });
    }
    all
}

fn variation(all: &[Judged], stage: usize, k: usize) -> f64 {
    let own = || all.iter().filter(|j| j.stage == stage);
    let students: f64 = own().map(|j| j.students).sum();
    let mean = own().map(|j| j.students * j.value[k]).sum::<f64>() / students;
    let square = own()
        .map(|j| j.students * (j.value[k] - mean).powi(2))
        .sum::<f64>()
        / students;
    square.sqrt() / mean
}

#[test]
fn show() {
    let out = make(
        DEMO_SCHOOLS,
        std::env::var("S").map_or(DEMO_SEED, |s| s.parse().unwrap()),
    );
    let all = judge(&out);
    for j in &all {
        println!(
            "{} {} {} {:.2?} tol {} miss {:?} saved {}",
            j.school,
            j.stage,
            j.students,
            j.value,
            j.tolerated(),
            j.missed(),
            j.saved
        );
    }
    for stage in 0..2 {
        println!(
            "cv {:.3?}",
            (0..7)
                .map(|k| variation(&all, stage, k))
                .collect::<Vec<_>>()
        );
        let n: f64 = all
            .iter()
            .filter(|j| j.stage == stage)
            .map(|j| j.students)
            .sum();
        println!(
            "mean {:.3?}",
            (0..7)
                .map(|k| all
                    .iter()
                    .filter(|j| j.stage == stage)
                    .map(|j| j.students * j.value[k])
                    .sum::<f64>()
                    / n)
                .collect::<Vec<_>>()
        );
        println!("students {n}");
    }
    println!("failing {}", all.iter().filter(|j| !j.passes()).count());
}
