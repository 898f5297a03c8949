//! A rotation plan: what it moves, what it proves, and what the evaluator says of it.

use junheng_core::date::Date;
use junheng_core::evaluate::{Evaluation, evaluate};
use junheng_core::model::{Snapshot, Stage};
use junheng_core::standard::Standard;
use junheng_core::text::Text;
use junheng_core::verdict::Verdict;

use super::apply::{Transfer, apply};
use super::county::County;
use super::reason::reason;
use super::solve::{objective, solve};
use super::{Options, Refusal};
use crate::run::{Proof, Run, Status};

/// Whether a teacher asked for a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moves {
    /// To a school she wished for.
    Wished,
    /// By the plan.
    Assigned,
}

impl Moves {
    /// The word of the contract.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Wished => "wished",
            Self::Assigned => "assigned",
        }
    }
}

/// One teacher's move.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// Who.
    pub teacher_id: String,
    /// Row of `teachers`.
    pub row: usize,
    /// School she leaves: (id, name).
    pub from: (String, String),
    /// School she joins: (id, name).
    pub to: (String, String),
    /// Rows of `sections` she leaves and joins.
    pub sections: (usize, usize),
    /// Her stage.
    pub stage: Stage,
    /// The subject she teaches; empty where it is not known.
    pub subject: String,
    /// Whether she is a backbone teacher.
    pub backbone: bool,
    /// Whether she asked for it.
    pub kind: Moves,
    /// Metres from home to the old and to the new school, where known.
    pub commute: Option<(i64, i64)>,
    /// Why, in a sentence she can read.
    pub reason: Text,
}

/// A plan with its proof.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How it came out.
    pub status: Status,
    /// Objective and bound; `None` where there is no plan.
    pub proof: Option<Proof>,
    /// The moves, by teacher.
    pub moves: Vec<Move>,
    /// Eligible teachers in the list.
    pub eligible: usize,
    /// At least so many must move, and so many backbone teachers among them.
    pub required: (usize, usize),
    /// Failing (section, indicator) pairs that the list of teachers decides: before, after, and a
    /// bound that no plan is below.
    pub failing: (usize, usize, Option<i64>),
    /// Ids of the indicators that moves can change.
    pub indicators: Vec<String>,
    /// Rules that cannot be kept together, when infeasible.
    pub conflicts: Vec<Text>,
    /// What the data did not allow, and what was planned all the same.
    pub notes: Vec<Text>,
    /// The day the moves take effect, and the day of return.
    pub term: Option<(Date, Date)>,
    /// The county as it is.
    pub before: Evaluation,
    /// The county after the moves.
    pub after: Evaluation,
    /// Its tables.
    pub applied: Snapshot,
}

impl Plan {
    /// Backbone teachers who move.
    #[must_use]
    pub fn moved_backbone(&self) -> usize {
        self.moves.iter().filter(|m| m.backbone).count()
    }
}

/// Plans the rotation of the next school year.
///
/// # Errors
/// When the options name somebody who is not there or cannot move.
pub fn plan(
    snapshot: &Snapshot,
    standard: &Standard,
    options: &Options,
    run: &Run,
) -> Result<Plan, Refusal> {
    let left = run.seconds_left();
    let county = County::new(snapshot, standard, options)?;
    // To judge the plan and to check it takes up to three times as long as to read the county did.
    let (now, after) = (run.seconds_left(), 3.0 * (left - run.seconds_left()));
    let outcome = solve(&county, options, &run.part((1.0 - after / now).max(0.5)));
    let transfers: Vec<Transfer<'_>> = outcome
        .moves
        .iter()
        .map(|(t, to)| Transfer {
            row: county.persons[*t].row,
            school_id: &county.places[*to].school_id,
            stage: county.places[*to].stage.id(),
        })
        .collect();
    let stars = outcome
        .moves
        .iter()
        .filter(|m| county.profile(m.0).backbone);
    let rotated = (county.eligible, outcome.moves.len(), stars.count());
    let applied = if outcome.proof.is_some() {
        apply(snapshot, standard, &transfers, rotated)
    } else {
        snapshot.clone()
    };
    let after = evaluate(&applied, standard);
    let failing = (
        failing(&county, &county.before),
        failing(&county, &after),
        outcome.failing_bound,
    );
    let moves = outcome
        .moves
        .iter()
        .map(|(t, to)| a_move(&county, standard, &after, *t, *to, options))
        .collect();
    let mut indicators: Vec<usize> = county.pairs.iter().map(|p| p.indicator).collect();
    indicators.sort_unstable();
    indicators.dedup();
    let least = county.least;
    let mut notes = county.notes.clone();
    if options.shares.moved <= 0.0 {
        notes.push(Text::new(
            "所用标准没有规定交流比例；可用 --share、--backbone-share 指定。",
            "The standard sets no share that must move; --share and --backbone-share can.",
        ));
    }
    Ok(Plan {
        status: outcome.status,
        proof: outcome.proof.map(|p| Proof {
            objective: objective(&county, &outcome.moves),
            ..p
        }),
        moves,
        eligible: county.eligible,
        required: (least, county.least_backbone(least.max(outcome.moves.len()))),
        failing,
        indicators: indicators
            .into_iter()
            .map(|i| standard.indicators[i].id.clone())
            .collect(),
        conflicts: outcome.conflicts,
        notes,
        term: county.starts.map(|day| {
            let years = i16::try_from(options.term_years).unwrap_or(0);
            (day, Date::september_first(day.year().saturating_add(years)))
        }),
        before: county.before,
        after,
        applied,
    })
}

/// Pairs of the county that an evaluation finds short of their threshold.
fn failing(county: &County, evaluation: &Evaluation) -> usize {
    county
        .pairs
        .iter()
        .filter(|pair| {
            evaluation.sections[county.places[pair.place].row]
                .indicators
                .iter()
                .any(|r| {
                    r.indicator == pair.indicator
                        && matches!(r.verdict, Some(Verdict::NotMet | Verdict::Tolerated))
                })
        })
        .count()
}

fn a_move(
    county: &County,
    standard: &Standard,
    after: &Evaluation,
    t: usize,
    to: usize,
    options: &Options,
) -> Move {
    let person = &county.persons[t];
    let (from, goal) = (&county.places[person.place], &county.places[to]);
    let profile = county.profile(t);
    Move {
        teacher_id: person.id.clone(),
        row: person.row,
        from: (from.school_id.clone(), from.name.clone()),
        to: (goal.school_id.clone(), goal.name.clone()),
        sections: (from.row, goal.row),
        stage: goal.stage,
        subject: profile.subject.clone(),
        backbone: profile.backbone,
        kind: if person.wishes.contains(&to) {
            Moves::Wished
        } else {
            Moves::Assigned
        },
        commute: county.commute(t, person.place).zip(county.commute(t, to)),
        reason: reason(county, standard, after, t, to, options),
    }
}
