//! The planning problem: judged years, levers with their pay years, and who could be moved.

use std::collections::BTreeMap;

use junheng_core::evaluate::{Frame, Origin};
use junheng_core::exact::Exact;
use junheng_core::model::{Field, Snapshot, Stage};
use junheng_core::standard::Standard;
use num_traits::Zero;

use super::action::Action;
use super::prices::Prices;
use super::view::{Goal, Push, View};

/// What a teacher may count for beside being one, in the order of the bits of a [`Kind`].
pub(super) const TRAITS: [Field; 5] = [
    Field::TeachersAboveDegree,
    Field::BackboneTeachers,
    Field::PeArtTeachers,
    Field::MidTitleTeachers,
    Field::Trained360,
];

/// A set of [`TRAITS`], a bit each.
pub(super) type Kind = u8;

/// The traits of a kind.
pub(super) fn traits(kind: Kind) -> Vec<Field> {
    TRAITS
        .iter()
        .enumerate()
        .filter(|(bit, _)| kind & (1 << bit) != 0)
        .map(|(_, f)| *f)
        .collect()
}

/// What one unit of a lever is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Deed {
    /// An action in the section itself.
    Act(Action),
    /// A teacher of a kind comes.
    Receive(Kind),
    /// A teacher of a kind goes.
    Give(Kind),
}

impl Deed {
    /// The action it is priced by.
    pub(super) fn action(self) -> Action {
        match self {
            Self::Act(action) => action,
            _ => Action::TransferTeacher,
        }
    }

    /// Each field it changes, with +1 or −1.
    pub(super) fn changes(self) -> Vec<(Field, i64)> {
        let moved = |kind, by| {
            let base = [Field::FullTimeTeachers, Field::CertifiedTeachers];
            let all = base.into_iter().chain(traits(kind));
            all.map(|f| (f, by)).collect()
        };
        match self {
            Self::Act(action) => action.fields().iter().map(|f| (*f, 1)).collect(),
            Self::Receive(kind) => moved(kind, 1),
            Self::Give(kind) => moved(kind, -1),
        }
    }
}

/// Something that can be done a whole number of times.
#[derive(Clone, Debug)]
pub(super) struct Lever {
    pub(super) section: usize,
    pub(super) stage: Stage,
    pub(super) deed: Deed,
    /// Index of the judged year from which it counts.
    pub(super) counts_from: usize,
    /// First and last year in which it can be paid.
    pub(super) pay: (i16, i16),
    pub(super) yuan: f64,
    /// Most units over these years.
    pub(super) most: Option<u64>,
}

/// A planning problem.
pub(super) struct Problem {
    /// First year in which money can be spent.
    pub(super) first: i16,
    pub(super) views: Vec<View>,
    pub(super) levers: Vec<Lever>,
    /// What one unit of each lever adds to numerators, by judged year and lever.
    pub(super) effects: Vec<Vec<Push>>,
    /// Full-time teachers of a section without a trait, for the traits that actions give.
    pub(super) without: BTreeMap<(usize, Field), u64>,
    /// Budgets of years; none where there is no limit.
    pub(super) budgets: BTreeMap<i16, f64>,
    /// Yuan for all years together.
    pub(super) purse: Option<f64>,
}

/// What is planned for.
pub(super) struct Scope<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) standard: &'a Standard,
    pub(super) prices: &'a Prices,
    /// First year in which money can be spent.
    pub(super) first: i16,
    /// Each judged year with its county.
    pub(super) judged: &'a [(i16, Snapshot)],
    /// Yuan for all years together.
    pub(super) purse: Option<f64>,
    /// Only these sections are bought for; the others only give teachers they can spare.
    pub(super) only: Option<&'a [usize]>,
}

impl Problem {
    pub(super) fn new(scope: &Scope<'_>) -> Self {
        let fields = fields(scope.standard);
        let views: Vec<View> = scope
            .judged
            .iter()
            .map(|(year, county)| View::new(*year, county, scope.standard, &fields))
            .collect();
        let frame = Frame::new(scope.snapshot, scope.standard);
        let relevant: Vec<Field> = TRAITS
            .into_iter()
            .filter(|f| views.iter().any(|v| v.pushes.keys().any(|k| k.1 == *f)))
            .collect();
        let mut problem = Self {
            first: scope.first,
            without: without(&frame, &views),
            levers: Vec::new(),
            effects: Vec::new(),
            budgets: scope.prices.budgets.clone(),
            purse: scope.purse,
            views,
        };
        for row in 0..frame.sections.len() {
            let staff = roster(&frame, row, &relevant);
            problem.pull(scope, row, &staff);
        }
        problem.measure();
        problem
    }

    /// The levers of a section.
    fn pull(&mut self, scope: &Scope<'_>, row: usize, staff: &BTreeMap<Kind, u64>) {
        let Some(stage) = self
            .views
            .iter()
            .find_map(|v| v.seat(row))
            .map(|seat| seat.stage)
        else {
            return;
        };
        let bought = scope.only.is_none_or(|rows| rows.contains(&row));
        let kinds: Vec<Kind> = self.kinds();
        let acts = Action::ALL
            .into_iter()
            .filter(|a| *a != Action::TransferTeacher)
            .map(Deed::Act);
        let mut deeds: Vec<(Deed, Option<u64>)> = Vec::new();
        if bought {
            deeds.extend(acts.map(|d| (d, None)));
            deeds.extend(kinds.iter().map(|k| (Deed::Receive(*k), None)));
        }
        deeds.extend(staff.iter().map(|(k, n)| (Deed::Give(*k), Some(*n))));
        for (deed, most) in deeds {
            if self.moves_anything(row, deed) && self.can(row, deed) {
                self.place(scope, row, stage, deed, most);
            }
        }
    }

    /// Kinds of teacher that could be received: every set of relevant traits.
    fn kinds(&self) -> Vec<Kind> {
        let relevant = TRAITS.iter().enumerate().fold(0, |all, (bit, f)| {
            let read = self
                .views
                .iter()
                .any(|v| v.pushes.keys().any(|k| k.1 == *f));
            if read { all | (1 << bit) } else { all }
        });
        (0..1 << TRAITS.len())
            .filter(|kind| kind & !relevant == 0)
            .collect()
    }

    /// Whether a deed changes an indicator, or brings somebody who could be trained or named.
    fn moves_anything(&self, row: usize, deed: Deed) -> bool {
        let moves = |f: &(Field, i64)| {
            self.views
                .iter()
                .any(|v| v.pushes.contains_key(&(row, f.0)))
        };
        deed.changes().iter().any(moves) || matches!(deed, Deed::Give(_) | Deed::Receive(_))
    }

    /// Raising and naming need to know how many are left to raise and to name.
    fn can(&self, row: usize, deed: Deed) -> bool {
        match trait_given(deed) {
            Some(field) => self.without.contains_key(&(row, field)),
            None => true,
        }
    }

    /// A lever for each judged year from which a deed could begin to count.
    fn place(
        &mut self,
        scope: &Scope<'_>,
        row: usize,
        stage: Stage,
        deed: Deed,
        most: Option<u64>,
    ) {
        let Some(price) = scope.prices.of(deed.action(), stage) else {
            return;
        };
        for (index, view) in self.views.iter().enumerate() {
            let last = view.year.saturating_sub(price.lead);
            let first = if index == 0 { scope.first } else { last };
            if last < scope.first {
                continue;
            }
            let years = u64::try_from(last - first + 1).unwrap_or(1);
            let by_limit = price.limit.map(|limit| limit.saturating_mul(years));
            let yuan = match deed {
                Deed::Give(_) => 0.0,
                _ => price.yuan,
            };
            let most = match deed {
                Deed::Give(_) => most,
                _ => by_limit,
            };
            if most == Some(0) {
                continue;
            }
            self.levers.push(Lever {
                section: row,
                stage,
                deed,
                counts_from: index,
                pay: (first, last),
                yuan,
                most,
            });
        }
    }

    /// The same problem with a lever for each single pay year.
    pub(super) fn by_year(&self, prices: &Prices) -> Self {
        let mut levers = Vec::new();
        for lever in &self.levers {
            let limit = prices
                .of(lever.deed.action(), lever.stage)
                .and_then(|p| p.limit);
            for year in lever.pay.0..=lever.pay.1 {
                levers.push(Lever {
                    pay: (year, year),
                    most: match lever.deed {
                        Deed::Give(_) => lever.most,
                        _ => limit,
                    },
                    ..lever.clone()
                });
            }
        }
        let mut problem = Self {
            first: self.first,
            views: self.views.clone(),
            levers,
            effects: Vec::new(),
            without: self.without.clone(),
            budgets: self.budgets.clone(),
            purse: self.purse,
        };
        problem.measure();
        problem
    }

    fn measure(&mut self) {
        let of = |index: usize, view: &View| -> Vec<Push> {
            let levers = self.levers.iter();
            levers.map(|lever| effect(index, view, lever)).collect()
        };
        self.effects = self
            .views
            .iter()
            .enumerate()
            .map(|(n, v)| of(n, v))
            .collect();
    }

    /// Runs of years that all have budgets, and all years where they have one purse: first, last,
    /// and the yuan.
    pub(super) fn money(&self) -> Vec<(i16, i16, f64)> {
        let last = self.levers.iter().map(|l| l.pay.1).max();
        let last = last.unwrap_or(self.first);
        let purse = self.purse.map(|yuan| (self.first, last, yuan));
        let mut runs: Vec<(i16, i16, f64)> = purse.into_iter().collect();
        for from in self.first..=last {
            let mut sum = 0.0;
            for to in from..=last {
                let Some(yuan) = self.budgets.get(&to) else {
                    break;
                };
                sum += yuan;
                runs.push((from, to, sum));
            }
        }
        runs
    }

    /// Rows in scope in some judged year.
    pub(super) fn rows(&self) -> Vec<usize> {
        let most = self.views.iter().map(|v| v.seats.len()).max().unwrap_or(0);
        (0..most)
            .filter(|row| self.views.iter().any(|v| v.seat(*row).is_some()))
            .collect()
    }

    /// Sections with an indicator whose figure is missing.
    pub(super) fn unknown(&self) -> Vec<usize> {
        let open = |row: &usize| {
            self.views.iter().filter_map(|v| v.seat(*row)).any(|seat| {
                let mut goals = seat.standings.iter().map(|s| &s.goal);
                goals.any(|g| *g == Goal::Unknown)
            })
        };
        self.rows().into_iter().filter(open).collect()
    }
}

/// What one unit of a lever adds to each (row, indicator) of a judged year.
fn effect(index: usize, view: &View, lever: &Lever) -> Push {
    let mut sum: BTreeMap<(usize, usize), Exact> = BTreeMap::new();
    if lever.counts_from > index {
        return Push::new();
    }
    for (field, by) in lever.deed.changes() {
        let pushes = view.pushes.get(&(lever.section, field));
        for (row, indicator, push) in pushes.into_iter().flatten() {
            let part = push * Exact::from_integer(by.into());
            *sum.entry((*row, *indicator)).or_insert_with(Exact::zero) += part;
        }
    }
    sum.into_iter()
        .filter(|(_, by)| !by.is_zero())
        .map(|((row, indicator), by)| (row, indicator, by))
        .collect()
}

/// The trait that a deed gives to a teacher who is already there.
pub(super) fn trait_given(deed: Deed) -> Option<Field> {
    match deed {
        Deed::Act(action @ (Action::RaiseDegree | Action::NameBackbone)) => {
            action.fields().first().copied()
        }
        _ => None,
    }
}

/// Every field that an action can change.
pub(super) fn fields(standard: &Standard) -> Vec<Field> {
    let mut all: Vec<Field> = Action::ALL
        .into_iter()
        .flat_map(|a| a.fields().iter().copied())
        .chain(TRAITS)
        .collect();
    all.sort();
    all.dedup();
    let read = |f: &Field| {
        let measures = standard
            .indicators
            .iter()
            .flat_map(|i| i.measure.variables());
        let adds = standard.exceptions.iter().flat_map(|e| match &e.relief {
            junheng_core::standard::Relief::Adds(more) => more.clone(),
            junheng_core::standard::Relief::Limit(_) => Vec::new(),
        });
        measures.chain(adds).any(|v| v.field() == Some(*f))
    };
    all.retain(read);
    all
}

/// Full-time teachers without each trait that an action gives, where both counts are known.
fn without(frame: &Frame, views: &[View]) -> BTreeMap<(usize, Field), u64> {
    let given = [Action::RaiseDegree, Action::NameBackbone];
    let mut all = BTreeMap::new();
    for row in 0..frame.sections.len() {
        if views.iter().all(|v| v.seat(row).is_none()) {
            continue;
        }
        let Some(staff) = frame.section(Field::FullTimeTeachers, row) else {
            continue;
        };
        for field in given.iter().filter_map(|a| a.fields().first()) {
            if let Some(have) = frame.section(*field, row) {
                all.insert((row, *field), (staff - have).max(0.0) as u64);
            }
        }
    }
    all
}

/// How many teachers of each kind a section has.
///
/// Of listed teachers it is known. Where only totals are known a row of teachers is assumed:
/// traits are dealt from its front, PE and arts from its end, so that a PE teacher is counted as
/// anything else only where the totals leave no other way.
fn roster(frame: &Frame, row: usize, relevant: &[Field]) -> BTreeMap<Kind, u64> {
    let bit = |f: &Field| TRAITS.iter().position(|t| t == f).unwrap_or(0);
    let mut kinds: BTreeMap<Kind, u64> = BTreeMap::new();
    let listed = |f: &Field| match frame.origin(*f, row) {
        Some(Origin::Teachers(rows)) => Some(rows),
        _ => None,
    };
    let Some(staff) = frame.section(Field::FullTimeTeachers, row) else {
        return kinds;
    };
    let lists: Option<Vec<_>> = relevant
        .iter()
        .map(|f| Some((*f, listed(f).filter(|_| frame.section(*f, row).is_some())?)))
        .collect();
    if let Some((everybody, lists)) = listed(&Field::FullTimeTeachers).zip(lists) {
        for person in everybody {
            let kind = lists.iter().fold(0, |kind, (f, rows)| {
                let has = rows.binary_search(&person).is_ok();
                if has { kind | (1 << bit(f)) } else { kind }
            });
            *kinds.entry(kind).or_default() += 1;
        }
        return kinds;
    }
    let staff = staff as u64;
    let mut cards: Vec<Kind> = vec![0; usize::try_from(staff.min(100_000)).unwrap_or(0)];
    for field in relevant {
        let Some(count) = frame.section(*field, row) else {
            // Who has it is not known, so nobody can be said to go without it.
            return BTreeMap::new();
        };
        let count = count as usize;
        let mark = |card: &mut Kind| *card |= 1 << bit(field);
        if *field == Field::PeArtTeachers {
            cards.iter_mut().rev().take(count).for_each(mark);
        } else {
            cards.iter_mut().take(count).for_each(mark);
        }
    }
    for card in cards {
        *kinds.entry(card).or_default() += 1;
    }
    kinds
}
