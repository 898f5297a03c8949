//! What every planner is given (seed, limits, progress) and gives back (status, objective, bound).

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How a plan came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Within 1e-6 of the bound: nothing better exists.
    Optimal,
    /// A plan with its bound and a gap.
    Feasible,
    /// No plan keeps every rule; the result names the conflict.
    Infeasible,
    /// The time limit came before a plan or a proof.
    OutOfTime,
}

impl Status {
    /// The word of the contract.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Status::Optimal => "optimal",
            Status::Feasible => "feasible",
            Status::Infeasible => "infeasible",
            Status::OutOfTime => "out_of_time",
        }
    }
}

/// The objective of a plan and the value that no plan can go below.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proof {
    /// What the plan costs, in its own unit.
    pub objective: f64,
    /// A proven lower bound, in the same unit.
    pub bound: f64,
}

impl Proof {
    /// `(objective − bound) / |objective|`; 0 where both are 0, infinite where only the objective is.
    #[must_use]
    pub fn gap(self) -> f64 {
        let distance = self.objective - self.bound;
        // Nearer than the rounding of a sum.
        if distance.abs() <= 1e-12 * self.objective.abs() {
            0.0
        } else if self.objective == 0.0 {
            f64::INFINITY
        } else {
            distance / self.objective.abs()
        }
    }

    /// Optimal from a gap of 1e-6 down; without a finite bound, out of time.
    #[must_use]
    pub fn status(self) -> Status {
        if !self.bound.is_finite() {
            Status::OutOfTime
        } else if self.gap() <= 1e-6 {
            Status::Optimal
        } else {
            Status::Feasible
        }
    }
}

/// How far a planner is, for a progress line or a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Share of the work budget that is used, 0 to 1.
    pub done: f64,
    /// The best plan so far.
    pub objective: Option<f64>,
    /// The best bound so far.
    pub bound: Option<f64>,
}

/// Seed, safety net, cancellation and progress of one planning run.
///
/// A planner limits its work by counting steps, never by the clock: the same input and seed then
/// give the same plan. The time limit only stops a run that turned out too large.
pub struct Run<'a> {
    /// Seed of everything random.
    pub seed: u64,
    deadline: Instant,
    threads: usize,
    cancelled: Option<&'a AtomicBool>,
    progress: Option<&'a (dyn Fn(Progress) + Sync)>,
}

impl<'a> Run<'a> {
    /// A run with a seed and a time limit from now on.
    #[must_use]
    pub fn new(seed: u64, limit: Duration) -> Self {
        let now = Instant::now();
        // A century where the limit overflows the clock.
        let century = Duration::from_secs(100 * 365 * 86_400);
        Self {
            seed,
            deadline: now.checked_add(limit.min(century)).unwrap_or(now),
            threads: 1,
            cancelled: None,
            progress: None,
        }
    }

    /// Stops as soon as the flag is set.
    #[must_use]
    pub fn cancelled_by(mut self, flag: &'a AtomicBool) -> Self {
        self.cancelled = Some(flag);
        self
    }

    /// Works on so many threads. What comes out does not depend on their number.
    #[must_use]
    pub fn on(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// [`each()`] on the threads of this run.
    pub fn each<T: Sync, R: Send>(&self, asked: &[T], answer: impl Fn(&T) -> R + Sync) -> Vec<R> {
        each(self.threads, asked, answer)
    }

    /// Tells how far it is.
    #[must_use]
    pub fn told_to(mut self, progress: &'a (dyn Fn(Progress) + Sync)) -> Self {
        self.progress = Some(progress);
        self
    }

    /// Whether to stop now and return the best so far.
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.cancelled.is_some_and(|f| f.load(Ordering::Relaxed)) || Instant::now() >= self.deadline
    }

    /// Seconds that are left, not below 0.
    #[must_use]
    pub fn seconds_left(&self) -> f64 {
        self.deadline
            .saturating_duration_since(Instant::now())
            .as_secs_f64()
    }

    /// The same run with a share of the seconds that are left, so that others have theirs.
    #[must_use]
    pub fn part(&self, share: f64) -> Self {
        let left = Duration::from_secs_f64(self.seconds_left() * share);
        Self {
            deadline: Instant::now() + left,
            ..*self
        }
    }

    /// Passes progress on.
    pub fn tell(&self, progress: Progress) {
        if let Some(tell) = self.progress {
            tell(progress);
        }
    }
}

/// Answers to independent questions, in the order of the questions, on so many threads.
pub fn each<T: Sync, R: Send>(
    threads: usize,
    asked: &[T],
    answer: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let threads = threads.min(asked.len());
    if threads < 2 {
        return asked.iter().map(answer).collect();
    }
    let next = AtomicUsize::new(0);
    let answers = Mutex::new(Vec::with_capacity(asked.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((n, one)) = {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    asked.get(n).map(|one| (n, one))
                } {
                    let found = answer(one);
                    if let Ok(mut answers) = answers.lock() {
                        answers.push((n, found));
                    }
                }
            });
        }
    });
    let mut answers = answers.into_inner().unwrap_or_default();
    answers.sort_by_key(|(n, _)| *n);
    answers.into_iter().map(|(_, found)| found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gap_and_status_of_the_contract() {
        let proof = |objective, bound| Proof { objective, bound };
        assert_eq!(proof(100.0, 99.0).gap(), 0.01);
        assert_eq!(proof(-100.0, -101.0).gap(), 0.01);
        assert_eq!(proof(0.0, 0.0).gap(), 0.0);
        assert_eq!(proof(0.0, 0.0).status(), Status::Optimal);
        assert_eq!(proof(1e6, 1e6 - 1.0).status(), Status::Optimal);
        assert_eq!(proof(1e6, 1e6 - 1.1).status(), Status::Feasible);
        assert_eq!(proof(1.0, f64::NEG_INFINITY).status(), Status::OutOfTime);
    }

    #[test]
    fn answers_keep_their_order_on_any_number_of_threads() {
        let asked: Vec<u64> = (0..50).collect();
        for threads in [0, 1, 2, 7] {
            let run = Run::new(1, Duration::from_secs(60)).on(threads);
            let answers = run.each(&asked, |n| n * n);
            assert!(answers.iter().zip(&asked).all(|(a, n)| *a == n * n));
            assert_eq!(answers.len(), 50);
        }
    }

    #[test]
    fn stops_by_flag_and_by_time() {
        let flag = AtomicBool::new(false);
        let run = Run::new(1, Duration::MAX).cancelled_by(&flag);
        assert!(!run.stopped());
        flag.store(true, Ordering::Relaxed);
        assert!(run.stopped());
        assert!(Run::new(1, Duration::ZERO).stopped());
    }
}
