//! Itinerant teaching (走教): lessons of scarce subjects given at near schools that lack them.
//!
//! A section needs classes × lessons a week of each subject; its own teachers give theirs first.
//! What they have left may go to near schools, on whole visiting days, within the working week:
//! `load` lessons at `lesson_minutes` each leave the rest of the week for travel.

use std::collections::BTreeMap;

use junheng_core::evaluate::{Frame, Origin};
use junheng_core::geo::Point;
use junheng_core::model::{Field, Snapshot, Stage, is_special};
use junheng_core::standard::Standard;

use super::commute::Ways;
use crate::mip::{Limits, Mip, Solved, Var};
use crate::run::Run;

/// A subject, the list entries that can teach it, and its lessons.
#[derive(Debug, Clone, PartialEq)]
pub struct Lessons {
    /// Its id: `pe`, `arts`, `it`.
    pub subject: String,
    /// Subjects of the list of teachers that can give it.
    pub taught_by: Vec<String>,
    /// Lessons a class needs each week.
    pub per_class: f64,
}

/// What an itinerant plan rests on. The defaults are assumptions, and said to be.
#[derive(Debug, Clone, PartialEq)]
pub struct ItinerantOptions {
    /// The scarce subjects.
    pub subjects: Vec<Lessons>,
    /// Lessons a teacher gives each week.
    pub load: u32,
    /// Minutes of work a lesson takes: teaching, preparing, marking.
    pub lesson_minutes: f64,
    /// Minutes of a working week.
    pub week_minutes: f64,
    /// Lessons that can be given on one visiting day.
    pub per_day: u32,
    /// Schools a teacher visits, at most.
    pub visits: u32,
    /// Metres to a school visited, at most.
    pub reach: f64,
    /// Kilometres an hour on the way.
    pub speed: f64,
}

impl Default for ItinerantOptions {
    fn default() -> Self {
        let subject = |id: &str, by: &[&str], per_class| Lessons {
            subject: id.to_owned(),
            taught_by: by.iter().map(|s| (*s).to_owned()).collect(),
            per_class,
        };
        Self {
            subjects: vec![
                subject("pe", &["pe"], 3.0),
                subject("arts", &["music", "art", "arts"], 3.0),
                subject("it", &["it"], 1.0),
            ],
            load: 16,
            lesson_minutes: 120.0,
            week_minutes: 2400.0,
            per_day: 5,
            visits: 2,
            reach: 20_000.0,
            speed: 30.0,
        }
    }
}

/// A teacher's lessons at another school.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// Who.
    pub teacher_id: String,
    /// Her school.
    pub from: String,
    /// The school visited.
    pub to: String,
    /// The stage.
    pub stage: Stage,
    /// The subject.
    pub subject: String,
    /// Lessons a week.
    pub lessons: u32,
    /// Visiting days a week.
    pub days: u32,
    /// Metres one way, school to school.
    pub metres: i64,
    /// Minutes on the way each week.
    pub minutes: f64,
}

/// Lessons that a section lacks.
#[derive(Debug, Clone, PartialEq)]
pub struct Lack {
    /// The school.
    pub school_id: String,
    /// The stage.
    pub stage: Stage,
    /// The subject.
    pub subject: String,
    /// Lessons a week lacking before anybody visits.
    pub lessons: u32,
    /// Of them given by visitors.
    pub covered: u32,
}

/// Who visits whom.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Itinerant {
    /// The visits.
    pub visits: Vec<Visit>,
    /// Every section that lacks lessons.
    pub lacks: Vec<Lack>,
    /// Ids of schools whose needs are unknown: classes, list or place is missing.
    pub unknown: Vec<String>,
    /// Not proven to cover the most lessons.
    pub unproven: bool,
}

/// A school's teachers go to the nearest that lack lessons, so many at most.
const NEAREST: usize = 4;

#[derive(Clone)]
struct Site {
    school_id: String,
    stage: Stage,
    /// Row of `sections`.
    row: usize,
    /// Teachers of the subject, by id.
    teachers: Vec<String>,
    /// Lessons to spare; negative where they lack.
    spare: i64,
}

/// Shares scarce subjects among near schools: most lessons covered, then least travel.
#[must_use]
pub fn itinerant(
    snapshot: &Snapshot,
    standard: &Standard,
    options: &ItinerantOptions,
    run: &Run,
) -> Itinerant {
    let frame = Frame::new(snapshot, standard);
    let points: Vec<Option<Point>> = frame
        .sections
        .iter()
        .map(|section| {
            let lon = snapshot.number(Field::SchoolLon, section.school?)?;
            Some((lon, snapshot.number(Field::SchoolLat, section.school?)?))
        })
        .collect();
    let ways = Ways::new(snapshot, &points, &points);
    let mut all = Itinerant::default();
    let mut asked = Vec::new();
    for subject in &options.subjects {
        let sites = sites(
            snapshot,
            &frame,
            (options, subject),
            &points,
            &mut all.unknown,
        );
        for stage in Stage::JUDGED {
            asked.push((subject, stage, sites.clone()));
        }
    }
    let shared = run.each(&asked, |(subject, stage, sites)| {
        let sites: Vec<&Site> = sites.iter().filter(|s| s.stage == *stage).collect();
        let mut one = Itinerant::default();
        share(&sites, &ways, options, subject, run, &mut one);
        one
    });
    for mut one in shared {
        all.visits.append(&mut one.visits);
        all.lacks.append(&mut one.lacks);
        all.unproven |= one.unproven;
    }
    all.unknown.sort();
    all.unknown.dedup();
    all
}

fn sites(
    snapshot: &Snapshot,
    frame: &Frame,
    (options, subject): (&ItinerantOptions, &Lessons),
    points: &[Option<Point>],
    unknown: &mut Vec<String>,
) -> Vec<Site> {
    let mut sites = Vec::new();
    for (row, section) in frame.sections.iter().enumerate() {
        let (Some(school), Some(stage)) = (section.school, section.stage) else {
            continue;
        };
        let special = snapshot
            .number(Field::SchoolKind, school)
            .is_some_and(is_special);
        let private = snapshot.text(Field::Owner, school) == Some("private");
        if stage == Stage::Senior || special || private {
            continue;
        }
        let id = snapshot.text(Field::SchoolId, school).unwrap_or_default();
        let classes = frame.section(Field::SectionClasses, row);
        let known = points.get(row).is_some_and(Option::is_some);
        let listed = match frame.origin(Field::FullTimeTeachers, row) {
            Some(Origin::Teachers(rows)) => Some(rows),
            _ => None,
        };
        let Some((classes, listed)) = classes.zip(listed).filter(|_| known) else {
            unknown.push(id.to_owned());
            continue;
        };
        let mut teachers: Vec<String> = listed
            .iter()
            .filter(|t| {
                let taught = snapshot.text(Field::TeacherSubject, **t);
                taught.is_some_and(|s| subject.taught_by.iter().any(|by| by == s))
            })
            .filter_map(|t| snapshot.text(Field::TeacherId, *t).map(str::to_owned))
            .collect();
        teachers.sort();
        let need = (classes * subject.per_class).ceil() as i64;
        sites.push(Site {
            school_id: id.to_owned(),
            stage,
            row,
            spare: teachers.len() as i64 * i64::from(options.load) - need,
            teachers,
        });
    }
    sites.sort_by(|a, b| (a.stage, &a.school_id).cmp(&(b.stage, &b.school_id)));
    sites
}

/// Visits of a teacher to a school.
struct Arc {
    from: usize,
    teacher: usize,
    to: usize,
    lessons: Var,
    days: Var,
}

fn between(ways: &Ways, from: &Site, to: &Site) -> i64 {
    ways.metres(from.row, to.row).unwrap_or(i64::MAX)
}

/// Minutes of a visiting day on the way.
fn there_and_back(options: &ItinerantOptions, metres: i64) -> f64 {
    let km = metres as f64 / 1000.0;
    2.0 * km / options.speed.max(1.0) * 60.0
}

/// One subject of one stage.
fn share(
    sites: &[&Site],
    ways: &Ways,
    options: &ItinerantOptions,
    subject: &Lessons,
    run: &Run,
    all: &mut Itinerant,
) {
    let lacking: Vec<usize> = (0..sites.len()).filter(|n| sites[*n].spare < 0).collect();
    let (mip, arcs) = programme(sites, &lacking, ways, options);
    let values = values(mip, run, &mut all.unproven);
    let mut covered: BTreeMap<usize, u32> = BTreeMap::new();
    for arc in &arcs {
        let read = |var: Var| {
            let value = values.get(var.index());
            value.map_or(0, |v| v.round() as u32)
        };
        let (lessons, days) = (read(arc.lessons), read(arc.days));
        if lessons == 0 {
            continue;
        }
        *covered.entry(arc.to).or_default() += lessons;
        let (site, goal) = (sites[arc.from], sites[arc.to]);
        let metres = between(ways, site, goal);
        all.visits.push(Visit {
            teacher_id: site.teachers[arc.teacher].clone(),
            from: site.school_id.clone(),
            to: goal.school_id.clone(),
            stage: goal.stage,
            subject: subject.subject.clone(),
            lessons,
            days,
            metres,
            minutes: there_and_back(options, metres) * f64::from(days),
        });
    }
    for to in lacking {
        all.lacks.push(Lack {
            school_id: sites[to].school_id.clone(),
            stage: sites[to].stage,
            subject: subject.subject.clone(),
            lessons: u32::try_from(-sites[to].spare).unwrap_or(u32::MAX),
            covered: covered.get(&to).copied().unwrap_or(0),
        });
    }
}

/// Who could visit whom, on how many days for how many lessons.
fn programme(
    sites: &[&Site],
    lacking: &[usize],
    ways: &Ways,
    options: &ItinerantOptions,
) -> (Mip, Vec<Arc>) {
    let mut mip = Mip::default();
    let mut arcs: Vec<Arc> = Vec::new();
    let spare_week =
        (options.week_minutes - f64::from(options.load) * options.lesson_minutes).max(0.0);
    for (from, site) in sites.iter().enumerate().filter(|(_, s)| s.spare > 0) {
        let mut near: Vec<(i64, usize)> = lacking
            .iter()
            .map(|&to| (between(ways, site, sites[to]), to))
            .filter(|(m, _)| *m as f64 <= options.reach)
            .collect();
        near.sort_unstable();
        near.truncate(NEAREST);
        let near: Vec<usize> = near.into_iter().map(|n| n.1).collect();
        // No more teachers go than have whole lessons to give, or than the lessons lacking near by fill.
        let lack: i64 = near.iter().map(|to| -sites[*to].spare).sum();
        let useful = lack
            .unsigned_abs()
            .div_ceil(u64::from(options.per_day.max(1)));
        let going = site
            .teachers
            .len()
            .min(site.spare as usize)
            .min(usize::try_from(useful).unwrap_or(usize::MAX));
        // Teachers of a school are alike: the first gives most.
        let mut before: Vec<(Var, f64)> = Vec::new();
        let mut given: Vec<(Var, f64)> = Vec::new();
        for t in 0..going {
            let (mut visits, mut travel) = (Vec::new(), Vec::new());
            for &to in &near {
                let minutes = there_and_back(options, between(ways, site, sites[to]));
                let most = f64::from(options.load).min(-sites[to].spare as f64);
                let lessons = mip.add_whole(-1000.0, 0.0, most);
                let days = mip.add_whole(minutes, 0.0, 5.0);
                let visit = mip.add_whole(0.0, 0.0, 1.0);
                mip.row(
                    0.0,
                    f64::INFINITY,
                    [(days, f64::from(options.per_day)), (lessons, -1.0)],
                );
                mip.row(0.0, f64::INFINITY, [(visit, 5.0), (days, -1.0)]);
                visits.push((visit, 1.0));
                travel.push((days, minutes));
                given.push((lessons, 1.0));
                arcs.push(Arc {
                    from,
                    teacher: t,
                    to,
                    lessons,
                    days,
                });
            }
            let days: Vec<(Var, f64)> = travel.iter().map(|(day, _)| (*day, 1.0)).collect();
            let own: Vec<(Var, f64)> = given[given.len() - near.len()..].to_vec();
            mip.row(0.0, f64::from(options.visits), visits);
            mip.row(0.0, spare_week, travel);
            mip.row(0.0, 5.0, days);
            let order = before.iter().map(|(var, _)| (*var, -1.0));
            mip.row(
                f64::NEG_INFINITY,
                0.0,
                order.chain(own.iter().copied()).filter(|_| t > 0),
            );
            before.clone_from(&own);
            mip.row(0.0, f64::from(options.load), own);
        }
        mip.row(0.0, site.spare as f64, given);
    }
    for &to in lacking {
        let into = arcs.iter().filter(|a| a.to == to).map(|a| (a.lessons, 1.0));
        mip.row(0.0, -sites[to].spare as f64, into);
    }
    (mip, arcs)
}

/// The values of a solution; none where there is none.
fn values(mip: Mip, run: &Run, unproven: &mut bool) -> Vec<f64> {
    if mip.is_empty() {
        return Vec::new();
    }
    let limits = Limits {
        gap: 5e-3,
        nodes: 50,
        ..Limits::default()
    };
    let Solved::Point(point) = mip.solve(run, limits, None) else {
        *unproven = true;
        return Vec::new();
    };
    let gap = (point.objective - point.bound).abs();
    *unproven |= gap > 5.1e-3 * point.objective.abs();
    point.values
}
