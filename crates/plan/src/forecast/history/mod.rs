//! Enrolment by school, year and grade out of a snapshot, with what is wrong with it.

mod housing;
pub(super) mod notes;

use std::collections::BTreeMap;

use junheng_core::finding::Finding;
use junheng_core::model::{Field, Snapshot, Stage, TableId};
use junheng_core::text::Text;

pub use housing::Housing;

/// Grades that are kept: 0 (the year before school) to 12.
pub const GRADES: usize = 13;

/// Students by grade in one year; NaN where nothing is known.
pub type Year = [f64; GRADES];

/// Kind of a teaching point.
const TEACHING_POINT: f64 = 218.0;
/// Years after which a school without figures is taken as closed.
const LAG: usize = 2;

/// A part of school life; grade 0 is pre-school.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 学前, grade 0.
    Preschool,
    /// 小学, grades 1 to 6.
    Primary,
    /// 初中, grades 7 to 9.
    Junior,
    /// 高中, grades 10 to 12.
    Senior,
}

impl Level {
    /// All, by grade.
    pub const ALL: [Self; 4] = [Self::Preschool, Self::Primary, Self::Junior, Self::Senior];

    /// The id of the contract.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Preschool => "preschool",
            Self::Primary => "primary",
            Self::Junior => "junior",
            Self::Senior => "senior",
        }
    }

    /// The name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Preschool => Text::new("学前", "pre-school"),
            Self::Primary => Stage::Primary.title(),
            Self::Junior => Stage::Junior.title(),
            Self::Senior => Stage::Senior.title(),
        }
    }

    /// Its grades.
    #[must_use]
    pub fn grades(self) -> std::ops::Range<usize> {
        match self {
            Self::Preschool => 0..1,
            Self::Primary => 1..7,
            Self::Junior => 7..10,
            Self::Senior => 10..13,
        }
    }

    /// The stage that is judged, where it is one.
    #[must_use]
    pub fn stage(self) -> Option<Stage> {
        match self {
            Self::Preschool => None,
            Self::Primary => Some(Stage::Primary),
            Self::Junior => Some(Stage::Junior),
            Self::Senior => Some(Stage::Senior),
        }
    }
}

/// The students of `grades`: NaN where no grade is known.
#[must_use]
pub fn total(year: &Year, level: Level) -> f64 {
    year[level.grades()]
        .iter()
        .filter(|x| !x.is_nan())
        .copied()
        .reduce(|a, b| a + b)
        .unwrap_or(f64::NAN)
}

/// One school through the years.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The school.
    pub school_id: String,
    /// Its name, or its id.
    pub name: String,
    /// Its township, an index of [`History::townships`].
    pub township: usize,
    /// The year it was founded, where that says how far it has filled up: not of teaching points,
    /// which need not have all grades.
    pub founded: Option<i16>,
    /// Whether it is a special school: no new housing is counted for it.
    pub special: bool,
    /// Whether it is forecast: it has figures of late.
    pub open: bool,
    /// Students by year from [`History::first`] on.
    pub years: Vec<Year>,
}

impl Series {
    /// The latest year up to `last` with any figure, by index.
    #[must_use]
    pub fn latest(&self, last: usize) -> Option<usize> {
        (0..=last.min(self.years.len().checked_sub(1)?))
            .rev()
            .find(|t| self.years[*t].iter().any(|x| *x > 0.0))
    }

    /// The year it is forecast from at `last`: that year, or a little earlier where it is missing.
    #[must_use]
    pub fn base(&self, last: usize) -> Option<usize> {
        self.latest(last).filter(|t| last - t <= LAG)
    }
}

/// Children that will come, by township index.
pub(super) type Register = Vec<BTreeMap<i16, f64>>;

/// All that a forecast knows.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct History {
    /// First year.
    pub first: i16,
    /// Years, up to the last one with figures.
    pub years: usize,
    /// The schools, in the order of their ids.
    pub series: Vec<Series>,
    /// Township names; index 0 is the unknown one.
    pub townships: Vec<String>,
    /// Births by township and year.
    pub births: Register,
    /// Children registered before school, by township and the year they enter grade 1.
    pub preschool: Register,
    /// New housing.
    pub housing: Vec<Housing>,
}

impl History {
    /// The year of an index.
    #[must_use]
    pub fn year(&self, at: usize) -> i16 {
        self.first
            .saturating_add(i16::try_from(at).unwrap_or(i16::MAX / 2))
    }

    /// The last year with figures.
    #[must_use]
    pub fn last_year(&self) -> i16 {
        self.first + i16::try_from(self.years).unwrap_or(i16::MAX) - 1
    }

    /// The history of a snapshot and what is wrong with it.
    ///
    /// # Errors
    /// The reason why nothing can be forecast: no figure at all.
    pub fn read(snapshot: &Snapshot) -> Result<(Self, Vec<Finding>), Box<Finding>> {
        let mut findings = Vec::new();
        let mut figures = figures(snapshot, &mut findings);
        leave_far_years(&mut figures, &mut findings);
        let years: Vec<i16> = figures.keys().map(|(_, year, _)| *year).collect();
        let (Some(first), Some(last)) = (years.iter().min(), years.iter().max()) else {
            return Err(Box::new(notes::nothing(&findings)));
        };
        let (first, count) = (*first, usize::try_from(last - first).unwrap_or(0) + 1);
        let (townships, schools) = schools(snapshot);
        let mut series: Vec<Series> = Vec::new();
        for ((school, year, grade), students) in &figures {
            if series.last().is_none_or(|s| s.school_id != *school) {
                let listed = schools.get(school);
                series.push(Series {
                    school_id: (*school).to_owned(),
                    name: listed.map_or(*school, |s| s.name).to_owned(),
                    township: listed.map_or(0, |s| s.township),
                    founded: listed.and_then(|s| s.founded),
                    special: listed.is_some_and(|s| s.special),
                    open: true,
                    years: vec![[f64::NAN; GRADES]; count],
                });
            }
            if let Some(s) = series.last_mut() {
                s.years[usize::try_from(year - first).unwrap_or(0)][*grade] = *students;
            }
        }
        let listed = snapshot.rows(TableId::Schools) > 0;
        for s in &mut series {
            let base = s.base(count - 1);
            let late = base != Some(count - 1);
            let unlisted = listed && !schools.contains_key(s.school_id.as_str());
            s.open = base.is_some() && !(late && unlisted);
            if !s.open {
                findings.push(notes::closed(s, first));
            } else if late {
                findings.push(notes::late(s, first, count));
            } else if unlisted {
                findings.push(notes::not_listed(s));
            }
        }
        let register = |table, fields| register(snapshot, table, fields, &townships);
        let mut history = Self {
            first,
            years: count,
            births: register(
                TableId::Births,
                [Field::BirthTownship, Field::BirthYear, Field::BirthCount],
            ),
            preschool: register(
                TableId::Preschool,
                [
                    Field::PreschoolTownship,
                    Field::PreschoolYear,
                    Field::PreschoolChildren,
                ],
            ),
            housing: Vec::new(),
            series,
            townships,
        };
        history.housing = housing::read(snapshot, &history, &mut findings);
        history.fill_gaps(&mut findings);
        notes::thin(&history, &mut findings);
        notes::unknown_past(snapshot, &history, &mut findings);
        notes::other_year(snapshot, &history, &mut findings);
        for (at, township) in history.townships.iter().enumerate().skip(1) {
            let children = |r: &Register| r.get(at).is_some_and(|years| !years.is_empty());
            let school = history.series.iter().any(|s| s.township == at);
            if !school && (children(&history.births) || children(&history.preschool)) {
                findings.push(notes::no_school_there(township));
            }
        }
        Ok((history, findings))
    }

    /// A grade without figure between two grades with one, in the last year of a school, is a gap
    /// of the data unless a level begins with it: it is taken as the mean of its neighbours.
    fn fill_gaps(&mut self, findings: &mut Vec<Finding>) {
        for s in &mut self.series {
            let Some(t) = s.latest(s.years.len().saturating_sub(1)) else {
                continue;
            };
            for g in 2..GRADES - 1 {
                // Schools that give a level up begin with its first grade.
                if Level::ALL.iter().any(|l| l.grades().start == g) {
                    continue;
                }
                let (before, after) = (s.years[t][g - 1], s.years[t][g + 1]);
                // A grade that was never counted is no gap.
                let counted = s.years[..t].iter().any(|y| y[g] > 0.0);
                if counted && s.years[t][g].is_nan() && before > 0.0 && after > 0.0 {
                    s.years[t][g] = (before + after) / 2.0;
                    if s.open {
                        findings.push(notes::filled(s, self.first, t, g));
                    }
                }
            }
        }
    }
}

type Figures<'a> = BTreeMap<(&'a str, i16, usize), f64>;

/// The figures that can be used, and findings for the others.
fn figures<'a>(snapshot: &'a Snapshot, findings: &mut Vec<Finding>) -> Figures<'a> {
    let mut figures = Figures::new();
    for row in 0..snapshot.rows(TableId::EnrolmentHistory) {
        let number = |field| snapshot.number(field, row);
        let school = snapshot.text(Field::HistorySchool, row);
        let (Some(school), Some(year), Some(grade), Some(students)) = (
            school,
            number(Field::HistoryYear),
            number(Field::HistoryGrade),
            number(Field::HistoryStudents),
        ) else {
            continue;
        };
        let usable = (1900.0..=2200.0).contains(&year)
            && (0.0..GRADES as f64).contains(&grade)
            && grade.fract() == 0.0
            && (0.0..1e7).contains(&students);
        if usable {
            figures.insert((school, year as i16, grade as usize), students);
        } else {
            findings.push(notes::unusable(snapshot, row, school));
        }
    }
    figures
}

/// Leaves out last years that lie far behind the year before them and have fewer than half its
/// figures: a slip in one row must not move the whole county.
fn leave_far_years(figures: &mut Figures, findings: &mut Vec<Finding>) {
    loop {
        let mut years: BTreeMap<i16, usize> = BTreeMap::new();
        for (_, year, _) in figures.keys() {
            *years.entry(*year).or_default() += 1;
        }
        let mut latest = years.into_iter().rev();
        let (Some((last, few)), Some((before, many))) = (latest.next(), latest.next()) else {
            return;
        };
        if usize::try_from(last - before).unwrap_or(0) <= LAG || 2 * few >= many {
            return;
        }
        figures.retain(|(_, year, _), _| *year != last);
        findings.push(notes::far_year(last, before));
    }
}

/// A row of `schools`.
struct School<'a> {
    name: &'a str,
    township: usize,
    founded: Option<i16>,
    special: bool,
}

/// Townships (0 is the unknown one), and the schools that are listed.
fn schools(snapshot: &Snapshot) -> (Vec<String>, BTreeMap<&str, School<'_>>) {
    let rows = 0..snapshot.rows(TableId::Schools);
    let mut townships: Vec<String> = rows
        .clone()
        .filter_map(|row| snapshot.text(Field::Township, row))
        .chain(
            (0..snapshot.rows(TableId::Births))
                .filter_map(|row| snapshot.text(Field::BirthTownship, row)),
        )
        .chain(
            (0..snapshot.rows(TableId::Preschool))
                .filter_map(|row| snapshot.text(Field::PreschoolTownship, row)),
        )
        .map(str::to_owned)
        .collect();
    townships.push(String::new());
    townships.sort();
    townships.dedup();
    let mut schools = BTreeMap::new();
    for row in rows {
        let Some(id) = snapshot.text(Field::SchoolId, row) else {
            continue;
        };
        let township = snapshot.text(Field::Township, row).unwrap_or("");
        let at = townships.binary_search_by(|t| t.as_str().cmp(township));
        let kind = snapshot.number(Field::SchoolKind, row).unwrap_or(0.0);
        let founded = snapshot
            .number(Field::FoundedYear, row)
            .filter(|year| kind != TEACHING_POINT && (1800.0..=2200.0).contains(year));
        let school = School {
            name: snapshot.text(Field::SchoolName, row).unwrap_or(id),
            township: at.unwrap_or(0),
            founded: founded.map(|year| year as i16),
            special: (510.0..520.0).contains(&kind),
        };
        schools.insert(id, school);
    }
    (townships, schools)
}

/// A table of township, year and children.
fn register(
    snapshot: &Snapshot,
    table: TableId,
    [township, year, children]: [Field; 3],
    townships: &[String],
) -> Register {
    let mut register = vec![BTreeMap::new(); townships.len()];
    for row in 0..snapshot.rows(table) {
        let (Some(name), Some(year), Some(children)) = (
            snapshot.text(township, row),
            snapshot.number(year, row),
            snapshot.number(children, row),
        ) else {
            continue;
        };
        if let Ok(at) = townships.binary_search_by(|t| t.as_str().cmp(name))
            && (1900.0..=2200.0).contains(&year)
            && children >= 0.0
        {
            *register[at].entry(year as i16).or_insert(0.0) += children;
        }
    }
    register
}
