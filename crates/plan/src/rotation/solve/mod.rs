//! The stages of a plan, each with its proof: fewest failing pairs, then the objective, then wishes.

pub(super) mod assign;
pub(super) mod cheapest;
mod exchange;
pub(super) mod price;
mod swaps;

use junheng_core::text::Text;

use super::county::County;
use super::model::{Answer, Arcs, Counts, Goal, Model, Wanted};
use super::{MOVE, Options, ShareOf, Wishes};
use crate::mip::Limits;
use crate::run::{Progress, Proof, Run, Status};
use assign::assign;
use cheapest::Best;
use exchange::cycles;
use swaps::swaps;

/// Wishes part plans of equal cost in a stage of their own for so many movers or fewer.
const WISHING: usize = 300;

/// Nodes × movers that a stage may take.
const WORK: usize = 4_000_000;

/// What the stages found.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) status: Status,
    pub(super) proof: Option<Proof>,
    /// (person, place), by person.
    pub(super) moves: Vec<(usize, usize)>,
    /// A proven lower bound of the failing pairs; `None` where there is none.
    pub(super) failing_bound: Option<i64>,
    pub(super) conflicts: Vec<Text>,
}

/// Moves × 1,000 + kilometres added, of moves (person, place).
pub(super) fn objective(county: &County, moves: &[(usize, usize)]) -> f64 {
    let metres: i64 = moves.iter().map(|(t, to)| county.added(*t, *to)).sum();
    // One division, so that the sum is exact to the metre.
    (moves.len() as i64 * MOVE * 1000 + metres) as f64 / 1000.0
}

fn nothing(status: Status, conflicts: Vec<Text>) -> Outcome {
    Outcome {
        status,
        proof: None,
        moves: Vec::new(),
        failing_bound: None,
        conflicts,
    }
}

/// Takes all stages.
pub(super) fn solve(county: &County, options: &Options, run: &Run) -> Outcome {
    let mut county = county.clone();
    let decided = match options.wishes {
        Wishes::First => cycles(&county, run.seed),
        Wishes::Tie => Vec::new(),
    };
    for (t, _) in &decided {
        county.persons[*t].moves = false;
        for s in county.persons[*t].spouses.clone() {
            county.persons[s].moves = false;
        }
    }
    let mut outcome = Stages {
        county: &county,
        run,
        gap: options.gap,
        decided,
    }
    .take();
    outcome.moves.sort_unstable();
    outcome
}

pub(super) struct Stages<'a> {
    pub(super) county: &'a County,
    pub(super) run: &'a Run<'a>,
    pub(super) gap: f64,
    pub(super) decided: Vec<(usize, usize)>,
}

impl Stages<'_> {
    pub(super) fn wanted(&self, goal: Goal) -> Wanted<'static> {
        let star = |m: &&(usize, usize)| self.county.profile(m.0).backbone;
        Wanted {
            goal,
            arcs: Arcs::All,
            joy: 0.0,
            failing: None,
            kept: None,
            least: self.county.least,
            cost: None,
            shares: (true, true),
            decided: (self.decided.len(), self.decided.iter().filter(star).count()),
        }
    }

    pub(super) fn homed(&self) -> bool {
        self.county.movers().any(|t| self.county.homed(t))
    }

    /// What is enough before commutes are looked at: pools, unless a commute has a limit.
    fn pooled(&self) -> Arcs<'static> {
        match self.county.max_metres {
            Some(_) => Arcs::All,
            None => Arcs::Pooled,
        }
    }

    /// Where nobody has a commute, costs are whole moves and leave room for wishes below them.
    fn joy(&self) -> f64 {
        if self.homed() {
            0.0
        } else {
            0.5 / (self.county.movers().count() + 1) as f64
        }
    }

    /// No plan of at least so many moves costs less: the cheapest that there could be.
    pub(super) fn floor(&self, moves: usize) -> f64 {
        let county = self.county;
        let least = |t: usize| {
            let open = (0..county.places.len()).filter(|to| county.open(t, *to));
            let added = open.map(|to| county.added(t, to)).min()?;
            Some(MOVE * 1000 + added)
        };
        let mut costs: Vec<i64> = county.movers().filter_map(least).collect();
        costs.sort_unstable();
        let needed = moves.saturating_sub(self.decided.len());
        // Beyond these only moves that cost less than nothing could help.
        let cheapest = costs
            .iter()
            .enumerate()
            .filter(|(n, c)| *n < needed || **c < 0);
        cheapest.map(|(_, c)| *c).sum::<i64>() as f64 / 1000.0
    }

    pub(super) fn ask(
        &self,
        wanted: Wanted<'_>,
        run: &Run,
        start: Option<&[(usize, usize)]>,
    ) -> Answer {
        if run.stopped() {
            return Answer::Nothing(f64::NEG_INFINITY);
        }
        let movers = self.county.movers().count();
        let limits = Limits {
            gap: match wanted.goal {
                Goal::Cost => self.gap / 2.0,
                Goal::Fewest => self.gap / 4.0,
                _ => 0.0,
            },
            nodes: i32::try_from(WORK / (movers + 1))
                .unwrap_or(i32::MAX)
                .max(100),
            ..Limits::default()
        };
        Model::new(self.county, wanted).solve(run, limits, start)
    }

    pub(super) fn tell(&self, done: f64, objective: Option<f64>, bound: Option<f64>) {
        self.run.tell(Progress {
            done,
            objective,
            bound,
        });
    }

    pub(super) fn named(&self, counts: &Counts) -> Option<Vec<(usize, usize)>> {
        let mut moves = self.decided.clone();
        moves.extend(assign(self.county, counts, self.run.seed)?);
        Some(moves)
    }

    fn take(&self) -> Outcome {
        if self.county.movers().next().is_none() {
            return self.nobody();
        }
        let mut wanted = self.wanted(Goal::Failing);
        // Without commutes first: a bound that is nearly always reached.
        wanted.arcs = self.pooled();
        let (named, failing, least) = match self.ask(wanted, &self.run.part(0.5), None) {
            Answer::Found(counts, failing, bound) => (
                self.named(&counts),
                failing.round() as i64,
                Some((bound - 1e-6).ceil() as i64),
            ),
            Answer::Infeasible => return nothing(Status::Infeasible, self.conflicts()),
            Answer::Nothing(bound) => {
                let least = bound
                    .is_finite()
                    .then(|| (bound - 1e-6).ceil().max(0.0) as i64);
                (None, 0, least)
            }
        };
        let named = named.map(|moves| (moves, failing));
        // Exchanges may do better than a search that was cut short.
        let other = if named.is_some() && least == Some(failing) {
            None
        } else {
            self.swapped()
        };
        let both = named.into_iter().chain(other);
        let Some((first, failing)) = both.min_by_key(|(_, failing)| *failing) else {
            return nothing(Status::OutOfTime, Vec::new());
        };
        self.tell(0.3, None, None);
        let mut wanted = self.wanted(Goal::Cost);
        wanted.failing = Some(failing);
        wanted.joy = self.joy();
        let already = objective(self.county, &self.decided);
        let Best { mut moves, bound } = self.cheapest(wanted, first);
        let mut value = objective(self.county, &moves);
        self.tell(0.8, Some(value), Some(bound));
        let proof = |objective| Proof {
            objective,
            bound: f64::min(bound, objective),
        };
        if proof(value).status() == Status::Optimal && wanted.joy == 0.0 && self.wishing() {
            wanted.goal = Goal::Wishes;
            wanted.cost = Some(value - already + 0.000_4);
            if let Answer::Found(counts, ..) = self.ask(wanted, self.run, Some(&moves))
                && let Some(wished) = self.named(&counts)
                && objective(self.county, &wished) <= value
            {
                value = objective(self.county, &wished);
                moves = wished;
            }
        }
        self.tell(1.0, Some(value), Some(bound));
        let status = match proof(value).status() {
            Status::Optimal if least.is_none_or(|least| least < failing) => Status::Feasible,
            status => status,
        };
        Outcome {
            status,
            proof: Some(proof(value)),
            moves,
            failing_bound: least,
            conflicts: Vec::new(),
        }
    }

    /// A plan without a programme, where the time was up before the fewest failing pairs were known.
    pub(super) fn swapped(&self) -> Option<(Vec<(usize, usize)>, i64)> {
        let (mut moves, failing) = swaps(self.county, &self.decided)?;
        moves.extend(&self.decided);
        Some((moves, failing))
    }

    /// Nobody may move beyond what is decided.
    fn nobody(&self) -> Outcome {
        let conflicts = self.conflicts();
        let value = objective(self.county, &self.decided);
        let possible = conflicts.is_empty();
        Outcome {
            status: if possible {
                Status::Optimal
            } else {
                Status::Infeasible
            },
            proof: possible.then_some(Proof {
                objective: value,
                bound: value,
            }),
            moves: if possible {
                self.decided.clone()
            } else {
                Vec::new()
            },
            failing_bound: possible
                .then(|| self.county.pairs.iter().filter(|p| p.deficit > 0).count() as i64),
            conflicts,
        }
    }

    fn wishing(&self) -> bool {
        let county = self.county;
        county.movers().count() <= WISHING
            && county
                .movers()
                .any(|t| !county.persons[t].wishes.is_empty())
    }

    /// The rules that cannot be kept together, and what could be.
    fn conflicts(&self) -> Vec<Text> {
        let (all, stars) = (
            self.wanted(Goal::Moves).decided.0,
            self.wanted(Goal::Moves).decided.1,
        );
        let most = |goal, shares, already: usize| -> Option<usize> {
            if self.county.movers().next().is_none() {
                return Some(already);
            }
            let wanted = Wanted {
                shares,
                ..self.wanted(goal)
            };
            match self.ask(wanted, self.run, None) {
                Answer::Found(_, value, _) => Some((-value).round() as usize + already),
                _ => None,
            }
        };
        let Some(moved) = most(Goal::Moves, (false, false), all) else {
            return vec![Text::new(
                "指定必须交流的教师，在其余规则(人数平衡、学科不空缺、通勤上限)下不能同时交流；请减少 --pin，或放宽 --balance、--max-metres。",
                "The teachers who must move cannot all do so within the other rules (head counts, subjects, commute); name fewer with --pin, or relax --balance or --max-metres.",
            )];
        };
        let (least, eligible) = (self.county.least, self.county.eligible);
        if moved < least {
            let share = down(moved, eligible);
            return vec![Text::new(
                format!(
                    "符合条件的 {eligible} 人中至少应有 {least} 人交流，而在其余规则(同学段、学科不空缺、人数平衡、免交流、临近退休、期限未满、通勤上限)下最多 {moved} 人。放宽到 --share {share} 即可成案；或减少免交流人员，放宽 --balance、--retire-years、--term-years(限了通勤的，放宽 --max-metres)。"
                ),
                format!(
                    "Of {eligible} eligible teachers {least} must move, but within the other rules (stage, subjects, head counts, exemptions, retirement, term, commute) at most {moved} can. With --share {share} there is a plan; or exempt fewer, or relax --balance, --retire-years or --term-years (or --max-metres where commutes are limited)."
                ),
            )];
        }
        let backbone = most(Goal::Backbone, (true, false), stars).unwrap_or(0);
        let need = self.county.least_backbone(least);
        if backbone >= need
            && (self.county.movers().next().is_none() || self.county.backbone.0 <= 0.0)
        {
            return Vec::new();
        }
        let base = match self.county.backbone.1 {
            ShareOf::Moved => least,
            ShareOf::Eligible => eligible,
        };
        let share = down(backbone, base);
        vec![Text::new(
            format!(
                "交流的人中至少应有 {need} 名骨干教师，而在其余规则下最多 {backbone} 名。放宽到 --backbone-share {share} 即可成案；或减少免交流的骨干教师。"
            ),
            format!(
                "At least {need} backbone teachers must move, but within the other rules at most {backbone} can. With --backbone-share {share} there is a plan; or exempt fewer backbone teachers."
            ),
        )]
    }
}

/// n ÷ of, rounded down to three decimals.
fn down(n: usize, of: usize) -> String {
    format!("{:.3}", (n * 1000 / of.max(1)) as f64 / 1000.0)
}
