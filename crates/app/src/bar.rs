//! The line on a terminal that shows how far a long piece of work is.

use std::io::{IsTerminal, Write, stderr};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Work that takes less than this has no line.
const QUIET: Duration = Duration::from_secs(2);

/// How often the line is drawn while nothing is told.
const STEP: Duration = Duration::from_millis(500);

const CELLS: usize = 24;

enum Line {
    Blank,
    Drawn,
    Over,
}

/// A bar with words beside it, on standard error, where somebody looks.
pub(crate) struct Bar {
    pub(crate) began: Instant,
    line: Mutex<Line>,
}

impl Bar {
    /// The bar of the work that begins now.
    pub(crate) fn new() -> Self {
        let seen = stderr().is_terminal();
        Self {
            began: Instant::now(),
            line: Mutex::new(if seen { Line::Blank } else { Line::Over }),
        }
    }

    /// Draws the share that is done, and says whether a later one is wanted.
    pub(crate) fn draw(&self, done: f64, words: &str) -> bool {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*line, Line::Over) {
            return false;
        }
        if self.began.elapsed() >= QUIET {
            let full = (done.clamp(0.0, 1.0) * CELLS as f64) as usize;
            let (full, rest) = ("█".repeat(full), "░".repeat(CELLS - full));
            let mut err = stderr().lock();
            // A terminal that went away is no reason to stop.
            drop(write!(err, "\r[{full}{rest}] {words}   "));
            drop(err.flush());
            *line = Line::Drawn;
        }
        true
    }

    /// Carries out a piece of work that cannot say how far it is; the line says how long it takes.
    pub(crate) fn during<T>(&self, done: f64, words: &str, work: impl FnOnce() -> T) -> T {
        let (over, waiting) = channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                while waiting.recv_timeout(STEP) == Err(RecvTimeoutError::Timeout) {
                    let seconds = self.began.elapsed().as_secs();
                    if !self.draw(done, &format!("{words} {seconds} s")) {
                        return;
                    }
                }
            });
            let made = work();
            drop(over);
            made
        })
    }

    /// Takes the line away for good.
    pub(crate) fn end(&self) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*line, Line::Drawn) {
            drop(write!(stderr().lock(), "\r{}\r", " ".repeat(72)));
        }
        *line = Line::Over;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_under_a_line_gives_what_it_made_at_once() {
        let bar = Bar::new();
        assert_eq!(bar.during(0.5, "…", || 3), 3);
        assert!(bar.began.elapsed() < STEP);
        bar.end();
        assert!(!bar.draw(1.0, "over"));
    }
}
