//! What one past year and those before it say: how cohorts progress, how many enter.
//!
//! Progression ratios are shrunk from the school to its township to the county to 1, in proportion
//! to the students behind them (empirical Bayes: the weight of the school is students ÷
//! (students + κ), κ estimated from how much schools differ beyond chance).

use super::history::{GRADES, History, Level, Series, Year};

/// Weight of a year against the next one, in ratios.
const RATIO_DECAY: f64 = 0.75;
/// The same, in numbers of entrants.
const ENTRY_DECAY: f64 = 0.6;
/// Yearly change of entrants beyond chance, as a share.
const ENTRY_CHANGE: f64 = 0.05;
/// Students by which a township's ratio is drawn to the county's, and the county's to 1.
const TOWNSHIP_PRIOR: f64 = 150.0;
const COUNTY_PRIOR: f64 = 200.0;
/// κ where nothing is known of it, and the comparisons that outweigh it.
const KAPPA: f64 = 50.0;
const KAPPA_CASES: f64 = 60.0;

/// Change of all cohorts together, as a share, that is a jump in a large school; and the years
/// that must be known to see one.
const JUMP: f64 = 0.12;
const JUMP_YEARS: usize = 4;

/// A cohort whose size more than doubled or fell below a half moved house or the data changed:
/// it says nothing of how other schools progress.
fn odd(before: f64, after: f64) -> bool {
    after > 2.0 * before + 10.0 || after < 0.5 * before - 10.0
}

/// The cohorts that a school's own ratio is made of, weighted by year.
#[derive(Clone, Copy, Default)]
struct Own {
    /// Students of the grade, and of the grade below a year before.
    above: f64,
    below: f64,
    pairs: usize,
    /// No other school is like it: its ratio is not drawn to theirs.
    alone: bool,
}

impl Own {
    fn add(&mut self, weight: f64, below: f64, above: f64) {
        self.above += weight * above;
        self.below += weight * below;
        self.pairs += 1;
    }
}

/// Whether a grade is the first of its level.
fn begins(g: usize) -> bool {
    Level::ALL.iter().any(|l| l.grades().start == g)
}

/// The years in which all cohorts of a school together grew or shrank as they never do by chance: a
/// merger, a new catchment area. It happened once, and says nothing of the years to come.
fn jumps(years: &[Year]) -> Vec<bool> {
    let step = |at: usize| {
        let (mut above, mut below) = (0.0, 0.0);
        for g in 1..GRADES {
            let (a, b) = (years[at - 1][g - 1], years[at][g]);
            if a > 0.0 && b >= 0.0 {
                above += b;
                below += a;
            }
        }
        (above / below, below)
    };
    let steps: Vec<(f64, f64)> = (1..years.len()).map(step).collect();
    let mut known: Vec<f64> = steps.iter().map(|s| s.0).filter(|r| !r.is_nan()).collect();
    known.sort_unstable_by(f64::total_cmp);
    let mut jumps = vec![false; years.len()];
    if known.len() < JUMP_YEARS {
        return jumps;
    }
    let usual = known[known.len() / 2];
    for (jump, (ratio, below)) in jumps[1..].iter_mut().zip(steps) {
        *jump = (ratio / usual - 1.0).abs() > JUMP.max(4.0 / below.sqrt());
    }
    jumps
}

/// What is known at the end of one year, per series and grade.
pub(super) struct Fit {
    /// Smoothed number of a grade.
    pub(super) level: Vec<Year>,
    /// Number of a grade, smoothed the less the larger it is.
    pub(super) recent: Vec<Year>,
    /// Half the change over the last two years.
    pub(super) drift: Vec<Year>,
    /// Ratio from the grade below to this one, as used; NaN where the grade does not come from there.
    pub(super) ratio: Vec<Year>,
    /// The school's own ratio; NaN without cohorts.
    pub(super) own: Vec<Year>,
    /// Weight of the own ratio.
    pub(super) weight: Vec<Year>,
    /// The county's ratios.
    pub(super) pooled: Year,
    /// Chance that a school that is filling up opens this grade next.
    pub(super) fills: Year,
    /// Chance that a school that dropped its lowest grade drops the next one too; and one that goes on
    /// below, but dropped the first grades of a higher level, the next one of it.
    pub(super) drains: [f64; 2],
}

/// Whether a grade is taught at year `t`: it has students, or had some in one of two years before.
pub(super) fn taught(years: &[Year], t: usize, grade: usize) -> bool {
    let now = years[t][grade];
    now > 0.0 || (now == 0.0 && years[t.saturating_sub(2)..t].iter().any(|y| y[grade] > 0.0))
}

/// Lowest and highest grade taught, from grade 1 on.
pub(super) fn span(years: &[Year], t: usize) -> Option<(usize, usize)> {
    let mut taught = (1..GRADES).filter(|g| years[t][*g] > 0.0);
    let low = taught.next()?;
    Some((low, taught.next_back().unwrap_or(low)))
}

/// The lowest grade left of a level whose grade below was dropped in year `t`, though there are lower levels.
pub(super) fn dropped(years: &[Year], t: usize, level: Level) -> Option<usize> {
    let lowest = |t: usize| level.grades().find(|g| years[t][*g] > 0.0);
    let (before, now) = (lowest(t.checked_sub(1)?)?, lowest(t)?);
    let upper = span(years, t).is_some_and(|span| span.0 < level.grades().start);
    (upper && now == before + 1).then_some(now)
}

/// Whether a school is filling up in year `t`: it opened a grade above the others, or is itself so
/// new that it can have no more grades.
pub(super) fn filling(history: &History, series: &Series, t: usize) -> bool {
    let Some((low, top)) = span(&series.years, t) else {
        return false;
    };
    match t.checked_sub(1).and_then(|t| span(&series.years, t)) {
        Some(before) => top == before.1 + 1,
        None if series.latest(t.saturating_sub(1)).is_some_and(|at| at < t) => false,
        // Without a year before, the year it was founded must agree with its grades; one grade
        // alone is a beginning.
        None => {
            let age = series.founded.map(|founded| history.year(t) - founded);
            let agrees = age.map(|age| (0..=(top - low) as i16).contains(&age));
            begins(low) && (agrees.unwrap_or(t > 0) || t > 0 && top == low)
        }
    }
}

impl Fit {
    /// Fits the years up to index `t`.
    pub(super) fn new(history: &History, t: usize) -> Self {
        let n = history.series.len();
        let mut fit = Self {
            level: vec![[f64::NAN; GRADES]; n],
            recent: vec![[f64::NAN; GRADES]; n],
            drift: vec![[0.0; GRADES]; n],
            ratio: vec![[1.0; GRADES]; n],
            own: vec![[f64::NAN; GRADES]; n],
            weight: vec![[0.0; GRADES]; n],
            pooled: [1.0; GRADES],
            fills: [0.0; GRADES],
            drains: [0.0; 2],
        };
        fit.levels(history, t);
        fit.ratios(history, t);
        fit.changes(history, t);
        fit
    }

    fn levels(&mut self, history: &History, t: usize) {
        for (s, series) in history.series.iter().enumerate() {
            for g in 0..GRADES {
                let past = &series.years[..=t];
                self.level[s][g] = smoothed(past, g, ENTRY_DECAY);
                self.recent[s][g] = smoothed(past, g, 1.0 - gain(self.level[s][g]));
                if t >= 2 {
                    let change = series.years[t][g] - series.years[t - 2][g];
                    self.drift[s][g] = if change.is_nan() { 0.0 } else { change / 2.0 };
                }
            }
        }
    }

    fn ratios(&mut self, history: &History, t: usize) {
        let mut county = [[0.0; 2]; GRADES];
        let mut townships = vec![[[0.0; 2]; GRADES]; history.townships.len().max(1)];
        let mut own = vec![[Own::default(); GRADES]; history.series.len()];
        let mut spread = Spread::default();
        for (s, series) in history.series.iter().enumerate() {
            let jumps = jumps(&series.years[..=t]);
            for g in 1..GRADES {
                let mut w = 1.0;
                let (mut seen, mut odds) = (Vec::new(), Own::default());
                for at in (1..=t).rev() {
                    let (a, b) = (series.years[at - 1][g - 1], series.years[at][g]);
                    if a > 0.0 && b >= 0.0 && !jumps[at] {
                        if odd(a, b) {
                            odds.add(w, a, b);
                        } else {
                            own[s][g].add(w, a, b);
                            for sums in [&mut county[g], &mut townships[series.township][g]] {
                                sums[0] += w * b;
                                sums[1] += w * a;
                            }
                            seen.push((a, b));
                        }
                    }
                    w *= RATIO_DECAY;
                }
                spread.add(g, &seen);
                // Once is an event; always, or where a level begins, it is how the school is made: a
                // junior part much smaller than the primary part.
                let least = if begins(g) { 1 } else { 2 };
                if seen.is_empty() && odds.pairs >= least {
                    own[s][g] = Own {
                        alone: true,
                        ..odds
                    };
                }
            }
        }
        for (pooled, [above, below]) in self.pooled.iter_mut().zip(county) {
            *pooled = (above + COUNTY_PRIOR) / (below + COUNTY_PRIOR);
        }
        let kappa = spread.kappa();
        for (s, series) in history.series.iter().enumerate() {
            for g in 1..GRADES {
                let [above, below] = townships[series.township][g];
                // The unknown township is no place: its schools go by the county.
                let near = if series.township == 0 {
                    self.pooled[g]
                } else {
                    (above + TOWNSHIP_PRIOR * self.pooled[g]) / (below + TOWNSHIP_PRIOR)
                };
                let Own { above, below, .. } = own[s][g];
                if below > 0.0 {
                    self.own[s][g] = above / below;
                }
                if own[s][g].alone {
                    // Most come from elsewhere: they are entrants.
                    let own = Some(above / below).filter(|r| *r <= 2.0);
                    (self.ratio[s][g], self.weight[s][g]) = (own.unwrap_or(f64::NAN), 1.0);
                    continue;
                }
                let ratio = (above + kappa * near) / (below + kappa);
                self.ratio[s][g] = ratio.clamp(0.5 * near, 2.0 * near);
                self.weight[s][g] = below / (below + kappa);
            }
        }
    }

    /// How often a school that was filling up (or shrank) by a grade did so again the year after.
    /// What few of them say is drawn to whether schools that go on to teach the grade below teach
    /// this one.
    fn changes(&mut self, history: &History, t: usize) {
        let mut filled = [[0.0; 2]; GRADES];
        let mut taught = [[0.0; 2]; GRADES];
        let mut drained = [[0.0; 2]; 2];
        for series in &history.series {
            for at in 0..t {
                let (Some(now), Some(after)) =
                    (span(&series.years, at), span(&series.years, at + 1))
                else {
                    continue;
                };
                let next = now.1 + 1;
                if next < GRADES && filling(history, series, at) {
                    filled[next][1] += 1.0;
                    filled[next][0] += f64::from(u8::from(after.1 == next));
                }
                let before = at.checked_sub(1).and_then(|at| span(&series.years, at));
                if before.is_some_and(|before| now.0 == before.0 + 1) {
                    drained[0][1] += 1.0;
                    drained[0][0] += f64::from(u8::from(after.0 == now.0 + 1));
                }
                for level in Level::ALL {
                    if let Some(low) = dropped(&series.years, at, level) {
                        let stays = series.years[at + 1][low] > 0.0;
                        drained[1][1] += 1.0;
                        drained[1][0] += f64::from(u8::from(!stays));
                    }
                }
            }
            let Some(now) = span(&series.years, t).filter(|_| !filling(history, series, t)) else {
                continue;
            };
            let above = taught.iter_mut().enumerate().skip(now.0 + 1);
            for (g, [there, all]) in above.take_while(|(g, _)| *g <= now.1 + 1) {
                *all += 1.0;
                *there += f64::from(u8::from(g <= now.1));
            }
        }
        for (g, fills) in self.fills.iter_mut().enumerate() {
            let usual = if begins(g) { 1.0 } else { 2.0 };
            let share = (taught[g][0] + usual) / (taught[g][1] + 3.0);
            *fills = (filled[g][0] + 3.0 * share) / (filled[g][1] + 3.0);
        }
        for (at, usual) in [1.0, 2.0].into_iter().enumerate() {
            self.drains[at] = (drained[at][0] + usual) / (drained[at][1] + 3.0);
        }
    }
}

/// Weighted mean of a grade's latest 15 years; NaN without any.
fn smoothed(years: &[Year], grade: usize, decay: f64) -> f64 {
    let (mut sum, mut weights, mut w) = (0.0, 0.0, 1.0);
    for year in years.iter().rev().take(15) {
        if !year[grade].is_nan() {
            sum += w * year[grade];
            weights += w;
        }
        w *= decay;
    }
    sum / weights
}

/// Weight of the last year in a smoothed number: that of a local level whose yearly change has a
/// standard deviation of [`ENTRY_CHANGE`] under the noise of counting so many students.
fn gain(students: f64) -> f64 {
    if students.is_nan() {
        return 1.0 - ENTRY_DECAY;
    }
    let q = ENTRY_CHANGE * ENTRY_CHANGE * students;
    (((q * q + 4.0 * q).sqrt() - q) / 2.0).max(1.0 - ENTRY_DECAY)
}

/// How much ratios vary within schools from year to year, and between schools.
#[derive(Default)]
struct Spread {
    within: f64,
    within_cases: f64,
    schools: Vec<(usize, f64, f64)>,
}

impl Spread {
    fn add(&mut self, grade: usize, seen: &[(f64, f64)]) {
        let below: f64 = seen.iter().map(|(a, _)| a).sum();
        let above: f64 = seen.iter().map(|(_, b)| b).sum();
        if seen.len() < 2 {
            return;
        }
        let mean = above / below;
        for (a, b) in seen {
            self.within += a * (b / a - mean) * (b / a - mean);
        }
        self.within_cases += seen.len() as f64 - 1.0;
        self.schools.push((grade, below, mean));
    }

    /// κ by the method of moments: variance of one student's step ÷ variance between schools.
    fn kappa(&self) -> f64 {
        let cases = self.schools.len() as f64;
        if cases < 10.0 || self.within_cases < 10.0 {
            return KAPPA;
        }
        let step = self.within / self.within_cases;
        let mut sums = [[0.0; 2]; GRADES];
        for (g, below, mean) in &self.schools {
            sums[*g][0] += below * mean;
            sums[*g][1] += below;
        }
        let mut between = 0.0;
        let mut weights = 0.0;
        for (g, below, mean) in &self.schools {
            let off = mean - sums[*g][0] / sums[*g][1];
            between += below * off * off - step;
            weights += below;
        }
        let found = (step / (between / weights).max(1e-9)).clamp(15.0, 400.0);
        (cases * found + KAPPA_CASES * KAPPA) / (cases + KAPPA_CASES)
    }
}

/// Entrants' weights of past years, latest first.
pub(super) fn entry_weights(t: usize) -> impl Iterator<Item = (usize, f64)> {
    let mut w = 1.0 / ENTRY_DECAY;
    (0..=t).rev().take(15).map(move |at| {
        w *= ENTRY_DECAY;
        (at, w)
    })
}
