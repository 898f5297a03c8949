//! Persons, places and rules of a rotation, as a snapshot and a standard give them.
//!
//! Places are sorted by stage and school, persons by id, so that the order of rows means nothing.
//! Which list a teacher belongs to and what she counts for is read from the evaluator's own trace.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::date::Date;
use junheng_core::evaluate::{Evaluation, Origin, evaluate};
use junheng_core::exact::{Exact, decimal};
use junheng_core::geo::Point;
use junheng_core::model::{Field, Snapshot, Stage, TableId};
use junheng_core::standard::Standard;
use junheng_core::text::Text;
use num_traits::ToPrimitive;

use super::commute::Ways;
use super::places::{Pair, Place, columns, pairs, places};
use super::{Options, Refusal, ShareOf};

/// A listed teacher.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// Row of `teachers`.
    pub(super) row: usize,
    pub(super) id: String,
    pub(super) place: usize,
    /// Subject, what she counts for, backbone: persons of one profile stand for each other.
    pub(super) profile: usize,
    home: Option<Point>,
    /// Her place in [`County::ways`], where her commute counts.
    start: Option<usize>,
    /// Places wished for, best first.
    pub(super) wishes: Vec<usize>,
    pub(super) spouses: Vec<usize>,
    pub(super) moves: bool,
    pub(super) pinned: bool,
}

/// What makes persons alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Profile {
    pub(super) stage: Stage,
    pub(super) subject: String,
    /// A bit per column of [`County::columns`].
    pub(super) marks: u32,
    pub(super) backbone: bool,
}

/// A rotation problem.
#[derive(Debug, Clone)]
pub(super) struct County {
    pub(super) places: Vec<Place>,
    /// From homes of those who may move to places.
    pub(super) ways: Ways,
    pub(super) persons: Vec<Person>,
    pub(super) profiles: Vec<Profile>,
    pub(super) pairs: Vec<Pair>,
    /// Rows of `sections` and indicators of `pairs`, for the check.
    pub(super) columns: Vec<Field>,
    pub(super) eligible: usize,
    /// At least so many move.
    pub(super) least: usize,
    /// Share of backbone teachers.
    pub(super) backbone: (f64, ShareOf),
    pub(super) balance: i64,
    pub(super) max_metres: Option<i64>,
    /// 1 September of the year that is planned.
    pub(super) starts: Option<Date>,
    pub(super) before: Evaluation,
    pub(super) notes: Vec<Text>,
}

impl County {
    /// Metres that a move adds to a commute; 0 where a home or a school is not known.
    pub(super) fn added(&self, person: usize, to: usize) -> i64 {
        let (Some(there), Some(here)) = (
            self.commute(person, to),
            self.commute(person, self.persons[person].place),
        ) else {
            return 0;
        };
        there - here
    }

    /// Metres from a person's home to a place, where both are known.
    pub(super) fn commute(&self, person: usize, to: usize) -> Option<i64> {
        self.ways.metres(self.persons[person].start?, to)
    }

    /// Whether a move is open to a person who may move.
    pub(super) fn open(&self, person: usize, to: usize) -> bool {
        let p = &self.persons[person];
        let (here, there) = (&self.places[p.place], &self.places[to]);
        let far = self
            .max_metres
            .is_some_and(|most| self.commute(person, to).is_some_and(|m| m > most));
        p.place != to && here.stage == there.stage && there.takes && !far
    }

    /// Whether a commute of hers can change at all.
    pub(super) fn homed(&self, person: usize) -> bool {
        self.commute(person, self.persons[person].place).is_some()
            || (self.max_metres.is_some() && self.persons[person].start.is_some())
    }

    pub(super) fn profile(&self, person: usize) -> &Profile {
        &self.profiles[self.persons[person].profile]
    }

    /// Persons who may move, in order.
    pub(super) fn movers(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.persons.len()).filter(|&t| self.persons[t].moves)
    }

    /// At least so many backbone teachers move when so many move in all.
    pub(super) fn least_backbone(&self, moved: usize) -> usize {
        let (share, of) = self.backbone;
        let base = match of {
            ShareOf::Moved => moved,
            ShareOf::Eligible => self.eligible,
        };
        share_of(share, base)
    }

    /// Reads the problem.
    pub(super) fn new(
        snapshot: &Snapshot,
        standard: &Standard,
        options: &Options,
    ) -> Result<Self, Refusal> {
        let before = evaluate(snapshot, standard);
        let mut notes = Vec::new();
        let columns = columns(standard, &before);
        let places = places(snapshot, &before, &columns, options);
        let starts = snapshot
            .school_year()
            .or_else(|| snapshot.as_of().map(Date::year))
            .map(|year| Date::september_first(year + 1));
        let mut county = Self {
            pairs: pairs(standard, &before, &places, &columns),
            places,
            ways: Ways::default(),
            persons: Vec::new(),
            profiles: Vec::new(),
            columns,
            eligible: 0,
            least: 0,
            backbone: (options.shares.backbone, options.shares.of),
            balance: i64::from(options.balance),
            max_metres: options.max_metres.map(|m| m.floor() as i64),
            starts,
            before,
            notes: Vec::new(),
        };
        county.read_persons(snapshot, options, &mut notes);
        county.read_ties(snapshot, &mut notes);
        county.obey(options)?;
        county.reckon_ways(snapshot, &mut notes);
        county.least = share_of(options.shares.moved, county.eligible);
        county.notes = notes;
        Ok(county)
    }

    fn read_persons(&mut self, snapshot: &Snapshot, options: &Options, notes: &mut Vec<Text>) {
        let frame = &self.before.frame;
        let mut marks: BTreeMap<usize, u32> = BTreeMap::new();
        let mut listed: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, place) in self.places.iter().enumerate() {
            if let Some(Origin::Teachers(rows)) = frame.origin(Field::FullTimeTeachers, place.row) {
                listed.extend(rows.into_iter().map(|row| (row, at)));
            }
            for (bit, field) in self.columns.iter().enumerate() {
                if let Some(Origin::Teachers(rows)) = frame.origin(*field, place.row) {
                    for row in rows {
                        *marks.entry(row).or_default() |= 1 << bit;
                    }
                }
            }
        }
        let flag = |field, row| snapshot.number(field, row) == Some(1.0);
        let mut rows: Vec<(&str, usize)> = (0..snapshot.rows(TableId::Teachers))
            .map(|row| (snapshot.text(Field::TeacherId, row).unwrap_or(""), row))
            .collect();
        rows.sort_unstable();
        let mut count = Count::default();
        let mut profiles: BTreeSet<Profile> = BTreeSet::new();
        let mut found: Vec<(Person, Profile)> = Vec::new();
        for (id, row) in rows {
            let judged = snapshot.text(Field::TeacherStage, row) != Some(Stage::Senior.id());
            self.eligible += usize::from(judged && flag(Field::Eligible, row));
            let Some(&place) = listed.get(&row) else {
                count.unplaced += usize::from(judged);
                continue;
            };
            let point = |lon, lat| Some((snapshot.number(lon, row)?, snapshot.number(lat, row)?));
            let stays = self.stays(snapshot, row, place, options, &mut count);
            let profile = Profile {
                stage: self.places[place].stage,
                subject: snapshot
                    .text(Field::TeacherSubject, row)
                    .unwrap_or("")
                    .to_owned(),
                marks: marks.get(&row).copied().unwrap_or(0),
                backbone: flag(Field::Backbone, row),
            };
            profiles.insert(profile.clone());
            found.push((
                Person {
                    row,
                    id: id.to_owned(),
                    place,
                    profile: 0,
                    home: point(Field::HomeLon, Field::HomeLat),
                    start: None,
                    wishes: Vec::new(),
                    spouses: Vec::new(),
                    moves: !stays && flag(Field::Eligible, row),
                    pinned: false,
                },
                profile,
            ));
        }
        self.profiles = profiles.into_iter().collect();
        for (mut person, profile) in found {
            person.profile = self.profiles.binary_search(&profile).unwrap_or(0);
            self.persons.push(person);
        }
        count.say(snapshot, self.eligible, notes);
    }

    /// Whether an eligible teacher stays all the same; counts why.
    fn stays(
        &self,
        snapshot: &Snapshot,
        row: usize,
        place: usize,
        options: &Options,
        count: &mut Count,
    ) -> bool {
        if snapshot.number(Field::Eligible, row) != Some(1.0) {
            return true;
        }
        if snapshot.text(Field::ExemptReason, row).is_some() {
            count.exempt += 1;
            return true;
        }
        if !self.places[place].gives {
            count.closed += 1;
            return true;
        }
        let pinned = snapshot
            .text(Field::TeacherId, row)
            .is_some_and(|id| options.pin.iter().any(|p| p == id));
        if pinned {
            return false;
        }
        let Some(starts) = self.starts else {
            return false;
        };
        let age = match snapshot.text(Field::Sex, row) {
            Some("female") => 55.0,
            _ => 60.0,
        };
        let born = snapshot.number(Field::BirthYearOfTeacher, row);
        if born
            .is_some_and(|b| b + age - f64::from(starts.year()) < f64::from(options.retire_years))
        {
            count.retiring += 1;
            return true;
        }
        let term = i16::try_from(options.term_years).unwrap_or(i16::MAX);
        let since = Date::september_first(starts.year().saturating_sub(term));
        let moved = snapshot
            .text(Field::LastMovedOn, row)
            .and_then(|d| d.parse::<Date>().ok());
        if moved.is_some_and(|day| day > since) {
            count.lately += 1;
            return true;
        }
        false
    }

    /// Wishes and spouses.
    fn read_ties(&mut self, snapshot: &Snapshot, notes: &mut Vec<Text>) {
        let by_id: BTreeMap<String, usize> = self
            .persons
            .iter()
            .enumerate()
            .map(|(t, p)| (p.id.clone(), t))
            .collect();
        let schools: BTreeMap<(String, Stage), usize> = self
            .places
            .iter()
            .enumerate()
            .map(|(at, p)| ((p.school_id.clone(), p.stage), at))
            .collect();
        let mut void = 0;
        let mut couples: Vec<(usize, usize)> = Vec::new();
        for t in 0..self.persons.len() {
            let (row, own) = (self.persons[t].row, self.persons[t].place);
            let stage = self.places[own].stage;
            let mut wishes: Vec<usize> = Vec::new();
            let text = snapshot.text(Field::Wishes, row).unwrap_or("");
            for id in text
                .split([';', '；'])
                .map(str::trim)
                .filter(|id| !id.is_empty())
            {
                match schools.get(&(id.to_owned(), stage)) {
                    Some(&to) if to != own && self.places[to].takes => {
                        if !wishes.contains(&to) {
                            wishes.push(to);
                        }
                    }
                    _ => void += 1,
                }
            }
            self.persons[t].wishes = wishes;
            let spouse = snapshot
                .text(Field::Spouse, row)
                .and_then(|id| by_id.get(id));
            if let Some(&other) = spouse.filter(|other| **other != t) {
                couples.push((t.min(other), t.max(other)));
            }
        }
        couples.sort_unstable();
        couples.dedup();
        for (a, b) in couples {
            self.persons[a].spouses.push(b);
            self.persons[b].spouses.push(a);
        }
        if void > 0 {
            notes.push(Text::new(
                format!("{void} 个志愿不能考虑：是本校、没有这个学段、不存在或不参加交流的学校。"),
                format!(
                    "{void} wishes cannot be considered: the own school, a school without the stage, unknown or not taking part."
                ),
            ));
        }
    }

    /// Commutes of those who may move.
    fn reckon_ways(&mut self, snapshot: &Snapshot, notes: &mut Vec<Text>) {
        let mut homes: Vec<Option<Point>> = Vec::new();
        for person in self
            .persons
            .iter_mut()
            .filter(|p| p.moves && p.home.is_some())
        {
            person.start = Some(homes.len());
            homes.push(person.home);
        }
        let goals: Vec<Option<Point>> = self.places.iter().map(|p| p.point).collect();
        if !homes.is_empty() {
            self.ways = Ways::new(snapshot, &homes, &goals);
        }
        let all = self.movers().count();
        let here = |t: &usize| self.commute(*t, self.persons[*t].place).is_some();
        let known = self.movers().filter(here).count();
        if known > 0 {
            notes.push(if self.ways.by_road {
                Text::new("通勤按道路的最短路程计算。", "Commutes follow the roads.")
            } else {
                Text::new(
                    "没有道路数据，通勤按直线距离的 1.3 倍估算。",
                    "There are no roads: commutes are 1.3 × the straight line.",
                )
            });
        }
        if known < all {
            notes.push(Text::new(
                format!(
                    "可安排的 {all} 人中有 {} 人的住址或所在学校没有可用的坐标，他们的通勤不计。",
                    all - known
                ),
                format!(
                    "Of {all} who may move {} have no commute to reckon: the home or the school lacks usable coordinates.",
                    all - known
                ),
            ));
        }
    }

    /// `--pin` and `--refuse`.
    fn obey(&mut self, options: &Options) -> Result<(), Refusal> {
        for id in options.pin.iter().chain(&options.refuse) {
            let Some(person) = self.persons.iter_mut().find(|p| &p.id == id) else {
                return Err(Refusal::Options(Text::new(
                    format!("教师表中没有可安排的教师 {id}"),
                    format!("there is no teacher {id} on a section's list"),
                )));
            };
            let pinned = options.pin.contains(id);
            if pinned && options.refuse.contains(id) {
                return Err(Refusal::Options(Text::new(
                    format!("教师 {id} 既要求交流又要求不交流"),
                    format!("teacher {id} is both to move and not to move"),
                )));
            }
            if pinned && !person.moves {
                return Err(Refusal::Options(Text::new(
                    format!(
                        "教师 {id} 不能交流：未标明符合交流条件，或有不交流原因，或所在学校不参加"
                    ),
                    format!(
                        "teacher {id} cannot move: not marked eligible, exempt, or of a school that takes no part"
                    ),
                )));
            }
            person.pinned = pinned;
            person.moves = pinned;
        }
        Ok(())
    }
}

/// ⌈share × base⌉, exactly.
pub(super) fn share_of(share: f64, base: usize) -> usize {
    let exact = decimal(share) * Exact::from_integer(base.into());
    exact.ceil().to_integer().to_usize().unwrap_or(0)
}

/// Why eligible teachers stay.
#[derive(Default)]
struct Count {
    unplaced: usize,
    exempt: usize,
    closed: usize,
    retiring: usize,
    lately: usize,
}

impl Count {
    fn say(&self, snapshot: &Snapshot, eligible: usize, notes: &mut Vec<Text>) {
        let mut say = |n: usize, zh: &str, en: &str| {
            if n > 0 {
                notes.push(Text::new(format!("{n} {zh}"), format!("{n} {en}")));
            }
        };
        say(
            self.unplaced,
            "名教师的学校或学段不明，没有安排。",
            "teachers have no known school or stage and are not planned.",
        );
        say(
            self.exempt,
            "名符合条件的教师有不交流原因，留在原校。",
            "eligible teachers have a reason to stay.",
        );
        say(
            self.closed,
            "名符合条件的教师所在学校不参加交流(民办、特殊教育，或名册有空格)。",
            "eligible teachers are at schools that take no part (private, special, or with blanks in the list).",
        );
        say(
            self.retiring,
            "名符合条件的教师临近退休，留在原校。",
            "eligible teachers are close to retirement and stay.",
        );
        say(
            self.lately,
            "名符合条件的教师上次交流期限未满，留在原校。",
            "eligible teachers moved too lately and stay.",
        );
        if snapshot.rows(TableId::Teachers) == 0 {
            notes.push(Text::new(
                "没有教师名册(教师表)，无法按人安排交流；请补上教师表后重做。",
                "There is no list of teachers, so nobody can be named; add the table teachers and run again.",
            ));
        } else if eligible == 0 {
            notes.push(Text::new(
                "教师表中没有人标明“符合交流条件”；请填写该列后重做。",
                "Nobody in the list is marked eligible; fill the column eligible and run again.",
            ));
        }
    }
}
