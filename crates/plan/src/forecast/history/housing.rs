//! What new dwellings bring: dwellings × students per 100 dwellings, spread evenly over the grades
//! of the stage, to the schools of its zone or township.

use junheng_core::finding::Finding;
use junheng_core::model::{Field, Snapshot, TableId};

use super::notes;
use super::{GRADES, History, Level, Year, total};

/// New dwellings, and what they bring.
#[derive(Clone, Debug, PartialEq)]
pub struct Housing {
    /// The project.
    pub id: String,
    /// First school year.
    pub year: i16,
    /// The series its children go to, and the students they bring to each grade.
    pub brings: Vec<(usize, Year)>,
}

/// The housing projects that can be used.
pub(super) fn read(
    snapshot: &Snapshot,
    history: &History,
    findings: &mut Vec<Finding>,
) -> Vec<Housing> {
    let mut all = Vec::new();
    for row in 0..snapshot.rows(TableId::Housing) {
        let number = |field| snapshot.number(field, row).filter(|x| *x >= 0.0);
        let id = snapshot.text(Field::HousingId, row).unwrap_or("");
        let (Some(year), Some(dwellings)) = (
            number(Field::HousingYear).filter(|y| (1900.0..=2200.0).contains(y)),
            number(Field::HousingDwellings),
        ) else {
            findings.push(notes::housing(id));
            continue;
        };
        if year <= f64::from(history.last_year()) {
            findings.push(notes::lived_in(id, history.last_year()));
            continue;
        }
        let mut brings: Vec<(usize, Year)> = Vec::new();
        for (level, yields, school) in [
            (
                Level::Primary,
                Field::HousingPrimaryYield,
                Field::HousingPrimary,
            ),
            (
                Level::Junior,
                Field::HousingJuniorYield,
                Field::HousingJunior,
            ),
        ] {
            let Some(yields) = number(yields) else {
                findings.push(notes::no_yield(id, level));
                continue;
            };
            let children = dwellings * yields / 100.0;
            let named = snapshot.text(school, row);
            let township = snapshot.text(Field::HousingTownship, row);
            let shares = shares(history, level, named, township);
            if shares.is_empty() && children > 0.0 {
                findings.push(notes::no_school_for(id, level, named));
            }
            for (series, share) in shares {
                let mut year = [0.0; GRADES];
                let grades = level.grades();
                let each = children * share / grades.len() as f64;
                year[grades].fill(each);
                brings.push((series, year));
            }
        }
        all.push(Housing {
            id: id.to_owned(),
            year: year as i16,
            brings,
        });
    }
    all
}

/// The school that is named, or the township's schools by their students.
fn shares(
    history: &History,
    level: Level,
    school: Option<&str>,
    township: Option<&str>,
) -> Vec<(usize, f64)> {
    let last = history.years.saturating_sub(1);
    let students = |s: usize| {
        let series = &history.series[s];
        let base = series.base(last).filter(|_| series.open)?;
        Some(total(&series.years[base], level)).filter(|n| *n > 0.0)
    };
    if let Some(school) = school {
        let at = history.series.iter().position(|s| s.school_id == school);
        return at.map(|s| (s, 1.0)).into_iter().collect();
    }
    let Some(township) = history
        .townships
        .iter()
        .position(|t| !t.is_empty() && Some(t.as_str()) == township)
    else {
        return Vec::new();
    };
    let there: Vec<(usize, f64)> = (0..history.series.len())
        .filter(|s| history.series[*s].township == township && !history.series[*s].special)
        .filter_map(|s| Some((s, students(s)?)))
        .collect();
    let sum: f64 = there.iter().map(|(_, n)| n).sum();
    there.into_iter().map(|(s, n)| (s, n / sum)).collect()
}
