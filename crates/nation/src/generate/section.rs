//! Schools and their sections: students, teachers, assets.
//!
//! Means and deviations of the seven indicators are those published for a district near the line
//! (鸠江区 2023); other counties are more unequal, well-off ones are ahead.

use junheng_core::model::{Field, Stage};

use super::county::County;
use super::rng::Rng;
use crate::table::Rows;

/// An indicator: threshold by stage, mean and deviation relative to it, growth a year.
struct Target {
    threshold: [f64; 2],
    mean: f64,
    deviation: f64,
    growth: f64,
}

const fn target(threshold: [f64; 2], mean: f64, deviation: f64, growth: f64) -> Target {
    Target {
        threshold,
        mean,
        deviation,
        growth,
    }
}

/// L1 to L7.
const TARGETS: [Target; 7] = [
    target([4.2, 5.3], 1.31, 0.29, 0.025),
    target([1.0, 1.0], 0.98, 0.48, 0.02),
    target([0.9, 0.9], 1.02, 0.38, 0.02),
    target([4.5, 5.8], 1.08, 0.29, 0.012),
    target([7.5, 10.2], 1.10, 0.37, 0.012),
    target([2000.0, 2500.0], 1.25, 0.31, 0.05),
    target([2.3, 2.4], 1.22, 0.38, 0.04),
];

/// A school as it is in all years.
pub(super) struct School {
    kind: u16,
    locale: u16,
    founded: i16,
    private: bool,
    /// It closes in this year.
    closes: i16,
    /// Students of a full stage in 2024.
    size: f64,
    /// It reports assets for the whole school.
    whole: bool,
    /// How it stands among the county's schools, by indicator: about normal.
    standing: [f64; 7],
}

/// What a year draws for a school.
pub(super) struct Draws {
    noise: [f64; 7],
    size: f64,
    slip: f64,
}

impl Draws {
    pub(super) fn new(rng: &mut Rng) -> Self {
        Self {
            noise: [(); 7].map(|()| rng.bell()),
            size: rng.bell(),
            slip: rng.unit(),
        }
    }
}

/// A figure rounded to a tenth.
fn tenth(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}

impl School {
    pub(super) fn new(rng: &mut Rng, nth: usize, wealth: f64) -> Self {
        let draw = rng.unit();
        // Every county has a primary and a junior school, whatever its size.
        let kind = match nth {
            0 => 211,
            1 => 311,
            _ if draw < 0.66 => 211,
            _ if draw < 0.73 => 218,
            _ if draw < 0.905 => 311,
            _ if draw < 0.985 => 312,
            _ if draw < 0.995 => 341,
            _ => 345,
        };
        let rural = rng.unit();
        let locale = match kind {
            218 => 220,
            _ if rural < 0.42 => 220,
            _ if rural < 0.55 => 210,
            _ if rural < 0.80 => 121,
            _ => 111,
        };
        // Many small schools, few large: 777 a primary school, 1,034 a junior one in 2024.
        let u = rng.unit();
        let size = match kind {
            218 => 8.0 + 100.0 * u * u,
            311 | 341 => 240.0 + 2_380.0 * u * u,
            312 | 345 => 160.0 + 1_500.0 * u * u,
            _ if locale == 220 => 70.0 + 1_000.0 * u * u,
            _ => 250.0 + 2_200.0 * u * u,
        };
        // About one primary school in sixty closes a year.
        let closing = rng.unit();
        let closes = if matches!(kind, 211 | 218) && nth > 1 && closing < 0.2 {
            2014 + (closing * 60.0) as i16
        } else {
            i16::MAX
        };
        Self {
            kind,
            locale,
            founded: 1950 + (rng.unit() * 73.0) as i16,
            private: rng.chance(0.03 * wealth),
            closes,
            size,
            whole: rng.chance(0.6),
            standing: [(); 7].map(|()| rng.bell()),
        }
    }

    /// The two digits that school codes begin with.
    pub(super) fn category(&self) -> &'static str {
        match self.kind {
            211 | 218 => "21",
            341 | 345 => "34",
            _ => "31",
        }
    }

    pub(super) fn title(&self) -> &'static str {
        match self.kind {
            211 => "小学",
            218 => "教学点",
            311 => "初级中学",
            312 => "九年一贯制学校",
            341 => "完全中学",
            _ => "十二年一贯制学校",
        }
    }

    pub(super) fn open(&self, year: i16) -> bool {
        year < self.closes
    }

    pub(super) fn teaches(&self, stage: Stage) -> bool {
        match stage {
            Stage::Primary => matches!(self.kind, 211 | 218 | 312 | 345),
            Stage::Junior => matches!(self.kind, 311 | 312 | 341 | 345),
            Stage::Senior => matches!(self.kind, 341 | 345),
        }
    }

    fn students(&self, stage: Stage, year: i16, draws: &Draws) -> f64 {
        let since = f64::from(year - 2024);
        // National enrolment relative to 2024; before 2018 and after 2024 drawn on in a line.
        let trend = match stage {
            Stage::Primary if year <= 2023 => 1.024 + 0.0095 * (since + 1.0),
            Stage::Primary => 1.0 - 0.024 * since,
            Stage::Junior => 1.0 + 0.022 * since,
            Stage::Senior => 1.0 + 0.02 * since,
        };
        let share = if stage == Stage::Junior && self.kind >= 312 {
            0.55
        } else {
            1.0
        };
        (self.size * share * trend * (1.0 + 0.02 * draws.size))
            .round()
            .max(1.0)
    }

    /// An indicator's figure per student or per hundred, before it is lifted.
    fn level(&self, county: &County, target: usize, at: usize, year: i16, draws: &Draws) -> f64 {
        let t = &TARGETS[target];
        let grown = 1.0 + t.growth * f64::from(year - 2023);
        let spread = t.deviation * county.unequal;
        let position = self.standing[target] + 0.25 * draws.noise[target];
        let wealth = 1.0 + 0.8 * (county.wealth - 1.0);
        t.threshold[at] * t.mean * grown * wealth * (1.0 + spread * position).max(0.12)
    }

    /// Fills the row of a stage.
    pub(super) fn write(
        &self,
        county: &County,
        stage: Stage,
        year: i16,
        draws: &mut Draws,
        forgets: bool,
        rows: &mut Rows,
    ) {
        let students = self.students(stage, year, draws);
        let at = usize::from(stage != Stage::Primary);
        // A county that is ready has lifted every school; now and then one slips.
        let lifted = county.ready.is_some_and(|ready| ready <= year) && draws.slip >= 0.000_6;
        let amount = |target: usize, per: f64, whole: bool| {
            let round = |x: f64| if whole { x.round() } else { tenth(x) };
            let level = self.level(county, target, at, year, draws);
            let given = round(level * students / per);
            let needed = TARGETS[target].threshold[at] * 1.01 * students / per;
            if lifted && given < needed {
                if whole {
                    needed.ceil()
                } else {
                    tenth(needed + 0.1)
                }
            } else {
                given
            }
        };
        rows.set(Field::SchoolKind, f64::from(self.kind));
        rows.set(Field::Locale, f64::from(self.locale));
        rows.set(Field::Owner, f64::from(u8::from(self.private)));
        rows.set(Field::FoundedYear, f64::from(self.founded));
        let dense = county.dense && self.locale == 111;
        rows.set(Field::DenseUrban, f64::from(u8::from(dense)));
        rows.set(Field::Students, students);
        let per_class = if stage == Stage::Primary { 42.7 } else { 46.7 };
        let classes = (students / per_class).ceil().max(1.0);
        rows.set(Field::SectionClasses, classes);
        rows.set(Field::LargestClass, (students / classes * 1.06).ceil());
        if stage == Stage::Senior {
            return;
        }
        let above = amount(0, 100.0, true);
        let per_teacher = if stage == Stage::Primary { 16.2 } else { 12.7 };
        let teachers = (students / per_teacher).round().max(above).max(1.0);
        rows.set(Field::FullTimeTeachers, teachers);
        rows.set(Field::TeachersAboveDegree, above);
        rows.set(Field::CertifiedTeachers, teachers);
        rows.set(
            Field::MidTitleTeachers,
            (teachers * (0.46 + 0.06 * draws.noise[0])).round().max(0.0),
        );
        let backbone = amount(1, 100.0, true).min(teachers);
        rows.set(
            Field::BackboneTeachers,
            if forgets { f64::NAN } else { backbone },
        );
        let small = self.locale >= 210 && (50.0..100.0).contains(&students);
        let pe_art = amount(2, 100.0, true);
        let itinerant = f64::from(u8::from(small && draws.noise[1] > 0.0));
        rows.set(Field::PeArtTeachers, (pe_art - itinerant).max(0.0));
        rows.set(Field::ItinerantPeArtTeachers, itinerant);
        rows.set(
            Field::Computers,
            (students * (0.09 + 0.03 * draws.noise[3]).max(0.01)).round(),
        );
        rows.set(
            Field::Books,
            (students * (24.0 + 6.0 * draws.noise[4]).max(1.0)).round(),
        );
        let indoor = if students > 400.0 {
            tenth(students * 0.35)
        } else {
            0.0
        };
        let teaching = tenth(amount(3, 1.0, false) + indoor);
        let sports = tenth((amount(4, 1.0, false) - indoor).max(0.0));
        let offsite = if dense { tenth(students * 0.8) } else { 0.0 };
        let assets = [
            (Field::TeachingArea, Field::SchoolTeachingArea, teaching),
            (Field::IndoorPeArea, Field::SchoolIndoorPeArea, indoor),
            (Field::SportsGround, Field::SchoolSportsGround, sports),
            (Field::OffsiteSports, Field::SchoolOffsiteSports, offsite),
            (
                Field::Equipment,
                Field::SchoolEquipment,
                amount(5, 1.0, false).round(),
            ),
            (
                Field::MultimediaRooms,
                Field::SchoolMultimediaRooms,
                amount(6, 100.0, true),
            ),
        ];
        // A school of several stages that knows only its whole: the first stage's figures, times
        // what the other stages weigh.
        let combined = self.kind >= 312;
        for (own, whole, value) in assets {
            if combined && self.whole {
                // What suffices for the first stage falls short for the junior one.
                let margin = if lifted { 1.26 } else { 1.12 };
                rows.set(whole, self.of_all(stage, whole, value * margin));
            } else {
                rows.set(own, value);
            }
        }
    }

    /// The whole school's figure, from that of its first compulsory stage.
    fn of_all(&self, stage: Stage, field: Field, value: f64) -> f64 {
        let whole = match (self.kind, stage) {
            // Every row of a school says the same.
            (312 | 345, Stage::Junior) | (_, Stage::Senior) => return f64::NAN,
            (312, _) => value * (1.0 + 1.1 * 0.55 * 0.98),
            (341, _) => value * (1.0 + 1.2 / 0.55),
            _ => value * (1.0 + 1.1 * 0.55 + 1.32),
        };
        if field == Field::SchoolMultimediaRooms {
            whole.ceil()
        } else {
            tenth(whole)
        }
    }
}
